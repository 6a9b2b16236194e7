//! Building an object from another and the difference between them (source: gitformat-pack, "deltified representation").
//!
//! Pure functions that never panic and never make more than they were asked for.

/// Returns the sizes of the base and of the result, and where the instructions begin.
///
/// # Errors
/// When there are no sizes.
pub(super) fn sizes(delta: &[u8]) -> Result<(u64, u64, usize), &'static str> {
    let mut rest = delta.iter();
    let mut size = || -> Option<u64> {
        let mut size = 0;
        for shift in (0..63).step_by(7) {
            let byte = *rest.next()?;
            size |= u64::from(byte & 127) << shift;
            if byte & 128 == 0 {
                return Some(size);
            }
        }
        None
    };
    let (base, result) = size().zip(size()).ok_or("its difference from another has no sizes")?;
    Ok((base, result, delta.len() - rest.len()))
}

/// Builds the result of at most `limit` bytes.
///
/// # Errors
/// When the base is not the one that the difference was made from, or the difference makes no sense.
pub(super) fn apply(base: &[u8], delta: &[u8], limit: u64) -> Result<Vec<u8>, &'static str> {
    const NONSENSE: &str = "its difference from another is damaged";
    let (base_size, size, start) = sizes(delta)?;
    if base_size != base.len() as u64 {
        return Err("what it is built from has another size");
    }
    if size > limit {
        return Err("what it is built from is too large");
    }
    let size = usize::try_from(size).map_err(|_| NONSENSE)?;
    let mut result = Vec::with_capacity(size);
    let mut rest = &delta[start..];
    while let Some((&instruction, behind)) = rest.split_first() {
        rest = behind;
        let part = match instruction {
            0 => return Err(NONSENSE),
            1..=127 => {
                let (literal, behind) = rest.split_at_checked(usize::from(instruction)).ok_or(NONSENSE)?;
                rest = behind;
                literal
            }
            _ => {
                // Each bit says whether a byte of the offset (four) and of the length (three) follows.
                let mut number = 0usize;
                for bit in 0..7 {
                    if instruction & 1 << bit != 0 {
                        let (&byte, behind) = rest.split_first().ok_or(NONSENSE)?;
                        rest = behind;
                        number |= usize::from(byte) << (8 * bit);
                    }
                }
                let (offset, length) = (number & 0xffff_ffff, number >> 32);
                let length = if length == 0 { 0x1_0000 } else { length };
                base.get(offset..offset + length).ok_or(NONSENSE)?
            }
        };
        if result.len() + part.len() > size {
            return Err(NONSENSE);
        }
        result.extend_from_slice(part);
    }
    if result.len() == size { Ok(result) } else { Err(NONSENSE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_literals_build_the_result() {
        // Copy 5 bytes from 6, insert `, `, copy 5 from 0.
        let delta = [11, 12, 0x91, 6, 5, 2, b',', b' ', 0x90, 5];
        assert_eq!(apply(b"hello world", &delta, 100).as_deref(), Ok(&b"world, hello"[..]));
        assert_eq!(sizes(&delta), Ok((11, 12, 2)));
        for end in 0..delta.len() {
            assert!(apply(b"hello world", &delta[..end], 100).is_err(), "cut at {end}");
        }
        assert!(apply(b"hello", &delta, 100).is_err());
        assert!(apply(b"hello world", &delta, 11).is_err());
    }

    #[test]
    fn length_of_a_copy_without_bytes_is_64_kib() {
        let base = vec![7; 0x1_0000];
        assert_eq!(apply(&base, &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80], 1 << 20), Ok(base));
    }

    proptest::proptest! {
        #[test]
        fn any_difference_is_applied_without_panic(delta in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let _ = sizes(&delta);
            let _ = apply(b"hello world", &delta, 1 << 16);
            let _ = apply(b"hello world", &[&[11, 30][..], &delta].concat(), 1 << 16);
        }
    }
}
