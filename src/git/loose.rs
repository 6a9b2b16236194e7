//! Reading loose objects: one zlib-compressed file each.
//!
//! libgit2 1.9.7 never comes back from a loose object that is cut off, which is what a power cut leaves, so it must never see
//! one. Here a cut is an error like any other.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::Decompress;
use git2::ObjectType;

use super::files;
use super::objects::Fault;
use super::zlib::Stream;
use crate::revision::ObjectId;

/// Reads a loose object; `None` when the folder has none by this id.
pub(super) fn read(
    folder: &Path,
    id: ObjectId,
    limit: u64,
    state: &mut Decompress,
) -> Result<Option<(ObjectType, Vec<u8>)>, Fault> {
    let hex = id.to_string();
    let path = folder.join(&hex[..2]).join(&hex[2..]);
    let damaged = |error: std::io::Error| Fault::Damaged(error.to_string());
    let found = match fs::metadata(&path) {
        Ok(found) => found,
        Err(error) if files::is_absence(&error) => return Ok(None),
        Err(error) => return Err(damaged(error)),
    };
    if !found.is_file() {
        return Err(Fault::Damaged("its file is not a regular file".to_owned()));
    }
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if files::is_absence(&error) => return Ok(None),
        Err(error) => return Err(damaged(error)),
    };
    inflate(BufReader::with_capacity(32 << 10, file), limit, state).map(Some)
}

/// Inflates a loose object: `type size NUL content`, one zlib stream and nothing behind it. The size is looked at before
/// the content is inflated.
fn inflate(input: impl BufRead, limit: u64, state: &mut Decompress) -> Result<(ObjectType, Vec<u8>), Fault> {
    let mut stream = Stream::new(input, state);
    let mut start = [0; 64];
    let length = stream.fill(&mut start)?;
    let end = start[..length].iter().take(32).position(|&byte| byte == 0);
    let end = end.ok_or_else(|| Fault::Damaged("it has no header".to_owned()))?;
    let header = parse_header(&start[..end]);
    let (kind, size) = header.ok_or_else(|| Fault::Damaged("its header is not git's".to_owned()))?;
    if size > limit {
        return Err(Fault::TooLarge(size));
    }
    let size = usize::try_from(size).map_err(|_| Fault::TooLarge(size))?;
    let content = stream.rest(&start[end + 1..length], size)?;
    let mut input = stream.into_input();
    let rest = input.fill_buf().map_err(|error| Fault::Damaged(error.to_string()))?;
    if !rest.is_empty() {
        return Err(Fault::Damaged("something follows its end".to_owned()));
    }
    Ok((kind, content))
}

/// Parses `blob 123`.
fn parse_header(header: &[u8]) -> Option<(ObjectType, u64)> {
    let (kind, size) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    let kind = match kind {
        "commit" => ObjectType::Commit,
        "tree" => ObjectType::Tree,
        "blob" => ObjectType::Blob,
        "tag" => ObjectType::Tag,
        _ => return None,
    };
    let plain = size.bytes().all(|digit| digit.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
    plain.then(|| size.parse().ok()).flatten().map(|size| (kind, size))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn deflate(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(bytes).expect("writing to memory");
        encoder.finish().expect("writing to memory")
    }

    fn text() -> Vec<u8> {
        (0..400u32).flat_map(|n| format!("{} возврат {}\n", n, n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    fn loose(content: &[u8], level: u32) -> Vec<u8> {
        deflate(&[format!("blob {}\0", content.len()).as_bytes(), content].concat(), level)
    }

    fn whole(bytes: &[u8], limit: u64) -> Result<(ObjectType, Vec<u8>), Fault> {
        inflate(bytes, limit, &mut Decompress::new(true))
    }

    #[test]
    fn loose_object_is_inflated() {
        for content in [Vec::new(), b"x".to_vec(), text()] {
            for level in [0, 1, 9] {
                let (kind, bytes) = whole(&loose(&content, level), 1 << 20).expect("a whole object");
                assert_eq!((kind, bytes), (ObjectType::Blob, content.clone()));
            }
        }
    }

    #[test]
    fn every_truncation_of_a_loose_object_is_an_error() {
        for content in [b"hello".to_vec(), text()] {
            let object = loose(&content, 6);
            for end in 0..object.len() {
                assert!(matches!(whole(&object[..end], 1 << 20), Err(Fault::Damaged(_))), "cut at {end}");
            }
        }
    }

    #[test]
    fn size_is_checked_before_the_content_is_inflated() {
        let bomb = deflate(&[b"blob 419430400\0".as_slice(), &[0; 4096]].concat(), 9);
        assert!(matches!(whole(&bomb, 1 << 20), Err(Fault::TooLarge(419_430_400))));
    }

    #[test]
    fn wrong_sizes_headers_and_tails_are_errors() {
        for object in [
            "blob 5\0hell",
            "blob 5\0hello!",
            "blob 05\0hello",
            "blub 5\0hello",
            "blob 5 hello",
            "blob -1\0",
            "",
            "blob \0",
        ] {
            assert!(matches!(whole(&deflate(object.as_bytes(), 6), 100), Err(Fault::Damaged(_))), "{object:?}");
        }
        let tail = [loose(b"hello", 6), b"x".to_vec()].concat();
        assert!(matches!(whole(&tail, 100), Err(Fault::Damaged(reason)) if reason == "something follows its end"));
    }
}
