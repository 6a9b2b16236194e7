//! Where the pieces of a text stand in a pool, in a few bytes each.

/// Writes where pieces stand: for each how far it begins from the end of the one before, doubled, odd when it lies before
/// it; then its length. Numbers are written seven bits to a byte, the lowest first, the last byte below 128.
#[derive(Default)]
pub(super) struct Places {
    bytes: Vec<u8>,
    end: usize,
    /// The piece that the next one may continue.
    open: Option<(usize, usize)>,
}

impl Places {
    pub(super) fn push(&mut self, start: usize, length: usize) {
        match &mut self.open {
            _ if length == 0 => {}
            Some((first, open)) if *first + *open == start => *open += length,
            _ => {
                self.close();
                self.open = Some((start, length));
            }
        }
    }

    fn close(&mut self) {
        let Some((start, length)) = self.open.take() else { return };
        let back = (self.end > start).then(|| self.end - start - 1);
        self.number(back.map_or_else(|| (start - self.end) << 1, |back| back << 1 | 1));
        self.number(length);
        self.end = start + length;
    }

    fn number(&mut self, mut number: usize) {
        while number > 127 {
            self.bytes.push(number as u8 | 128);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub(super) fn finish(mut self) -> Box<[u8]> {
        self.close();
        self.bytes.as_slice().into()
    }
}

/// Reads what [`Places`] writes: starts and lengths.
pub(super) struct Placed<'a> {
    bytes: &'a [u8],
    end: usize,
}

impl<'a> Placed<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, end: 0 }
    }

    /// Returns whether nothing is left to be read.
    pub(super) fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= usize::from(byte & 127) << shift;
            if byte & 128 == 0 {
                return Some(number);
            }
        }
        None
    }
}

impl Iterator for Placed<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let (distance, length) = (self.number()?, self.number()?);
        let (back, distance) = (distance & 1 == 1, distance >> 1);
        let start = if back { self.end.checked_sub(distance + 1)? } else { self.end.checked_add(distance)? };
        self.end = start.checked_add(length)?;
        Some((start, length))
    }
}
