//! Names of states of the content: git object ids and the pair of them that names an edition.
//!
//! Deliberately knows nothing of repositories: it parses, prints and compares ids.

use std::fmt;
use std::str::FromStr;

/// A git object id (SHA-1, 20 bytes).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectId([u8; 20]);

impl ObjectId {
    /// Builds an id from its 20 raw bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Returns the 20 raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Returns the first seven hexadecimal digits, as people read them.
    pub fn short(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(7);
        hex
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0u8; 40];
        for (i, byte) in self.0.iter().enumerate() {
            hex[2 * i] = DIGITS[usize::from(byte >> 4)];
            hex[2 * i + 1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&hex).expect("hexadecimal digits are ASCII"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not 40 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an object id: 40 hexadecimal digits are expected")]
pub struct NotAnId;

impl FromStr for ObjectId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits = text.as_bytes();
        if digits.len() != 40 {
            return Err(NotAnId);
        }
        let value = |digit: u8| (digit as char).to_digit(16).map(|v| v as u8).ok_or(NotAnId);
        let mut bytes = [0u8; 20];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// A state of the content: a commit id and the tree id of the content folder in it.
///
/// Of an uncommitted preview both are ids computed from the files, so that equal files still mean equal revisions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Revision {
    /// The commit; it names the edition in `Otvet-Edition`.
    pub commit: ObjectId,
    /// The tree of the content folder in that commit; equal trees mean equal articles.
    pub tree: ObjectId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_printed_and_parsed_back() {
        let text = "00112233445566778899aabbccddeeff0a0b0c0d";
        let id: ObjectId = text.parse().expect("a well-formed id");
        assert_eq!(id.to_string(), text);
        assert_eq!(id.short(), "0011223");
        assert_eq!("xyz".parse::<ObjectId>(), Err(NotAnId));
    }
}
