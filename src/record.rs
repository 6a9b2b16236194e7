//! Bytes of records: numbers, texts and ids one after the other, for what is kept on disk between starts.
//!
//! Numbers are LEB128 (seven bits to a byte, the lowest first, the last byte below 128), signed ones zigzag; texts are a length
//! and UTF-8. Reading trusts nothing: any byte may be wrong. What a record means is its writer's business.

use crate::revision::ObjectId;

/// Writes a record.
#[derive(Debug, Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// Writes a number.
    pub fn number(&mut self, mut number: u64) {
        while number > 127 {
            self.0.push(number as u8 | 128);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Writes a length and so many bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// Writes a length and a text.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Writes an id, of 20 bytes.
    pub fn id(&mut self, id: &ObjectId) {
        self.0.extend(id.as_bytes());
    }
}

/// Reads a record; `None` is a record that is no record.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// Reads a number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 127) << shift;
            if byte & 128 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// Reads a number that fits 32 bits: a size or a place in memory.
    pub fn size(&mut self) -> Option<usize> {
        u32::try_from(self.number()?).ok()?.try_into().ok()
    }

    /// Reads a length and so many bytes.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Reads a length and a text.
    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// Reads an id.
    pub fn id(&mut self) -> Option<ObjectId> {
        let (id, rest) = self.0.split_first_chunk::<20>()?;
        self.0 = rest;
        Some(ObjectId::from_bytes(*id))
    }
}

/// Returns a signed number as one without a sign, small ones as small ones.
pub const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// Returns what [`zigzag`] was given.
pub const fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_is_read_back_and_a_cut_one_is_none() {
        let mut writer = Writer::default();
        [0, 127, 128, u64::MAX].into_iter().for_each(|number| writer.number(number));
        writer.text("Да");
        writer.number(zigzag(i64::MIN));
        let mut reader = Reader(&writer.0);
        assert_eq!([0; 4].map(|_| reader.number()), [Some(0), Some(127), Some(128), Some(u64::MAX)]);
        assert_eq!((reader.text(), reader.number().map(unzigzag)), (Some("Да"), Some(i64::MIN)));
        assert_eq!((reader.number(), Reader(&[2, 65]).text(), Reader(&[1, 255]).text()), (None, None, None));
        assert_eq!((Reader(&[255; 20]).number(), Reader(&[255, 255, 255, 255, 127]).size()), (None, None));
    }
}
