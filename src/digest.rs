//! The FNV-1a hash, 64 bits (Fowler, Noll, Vo): the same on every machine and in every version, so it may be written down.
//!
//! Tells texts apart and finds flipped bits; whoever wants to can make two texts that have the same.

/// Returns the hash of bytes.
pub fn fnv(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::fnv;

    #[test]
    fn hashes_are_those_of_its_authors() {
        for (text, hash) in
            [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
        {
            assert_eq!(fnv(text.bytes()), hash, "{text}");
        }
    }
}
