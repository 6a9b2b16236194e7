//! Reading objects by id: loose ones here, packed ones with libgit2.
//!
//! libgit2 1.9.7 never comes back from a truncated loose object, which is what a power cut leaves, so it must never see one:
//! loose objects are inflated and checked here, and libgit2 is asked only for objects that have no loose file. Objects are
//! opened through their folders alone; the repository's configuration has no say in it.
//!
//! Deliberately knows no refs, no paths and no cache.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::{Decompress, FlushDecompress, Status};
use git2::{ErrorCode, ObjectType, Odb, Oid};

use super::{Error, Repository, files, parse};
use crate::revision::ObjectId;

/// The bytes of a commit that may be read: far more than people write.
const COMMIT_LIMIT: u64 = 4 << 20;
/// The bytes of a tree that may be read: enough for every name of [`super::limits::ENTRIES`] long ones.
const TREE_LIMIT: u64 = 64 << 20;
/// Alternates of alternates that are followed; git itself stops there too.
const ALTERNATES_DEPTH: usize = 5;

/// The objects of a repository and of those it borrows from. One per thread.
pub(super) struct Objects {
    folders: Vec<PathBuf>,
    packs: Odb<'static>,
}

/// Why an object could not be read.
#[derive(Debug)]
enum Fault {
    Missing,
    Damaged(String),
    TooLarge(u64),
}

impl Objects {
    /// Opens the objects of a repository.
    ///
    /// # Errors
    /// When there are none, or the list of alternates cannot be read.
    pub(super) fn open(repository: &Repository) -> Result<Self, Error> {
        let own = repository.common_dir.join("objects");
        if !own.is_dir() {
            let reason = "its objects are gone".to_owned();
            return Err(Error::Other { path: repository.git_dir.clone(), reason });
        }
        let mut folders = vec![own];
        let mut level = 0..1;
        for _ in 0..ALTERNATES_DEPTH {
            for position in level.clone() {
                for folder in alternates(&folders[position])? {
                    if !folders.contains(&folder) {
                        folders.push(folder);
                    }
                }
            }
            level = level.end..folders.len();
        }
        let packs = open_packs(&folders)?;
        Ok(Self { folders, packs })
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// When it is missing, damaged or no commit.
    pub(super) fn commit(&mut self, id: ObjectId) -> Result<parse::RawCommit, Error> {
        let bytes = self.read(id, ObjectType::Commit, COMMIT_LIMIT)?;
        parse::commit(&bytes).map_err(|reason| Error::Object { id, reason: reason.to_owned() })
    }

    /// Reads a tree; see [`parse::tree`].
    ///
    /// # Errors
    /// When it is missing, damaged or no tree.
    pub(super) fn tree(&mut self, id: ObjectId) -> Result<Vec<u8>, Error> {
        self.read(id, ObjectType::Tree, TREE_LIMIT)
    }

    /// Reads a blob of at most `limit` bytes.
    ///
    /// # Errors
    /// When it is missing, damaged, no blob, or larger.
    pub(super) fn blob(&mut self, id: ObjectId, limit: u64) -> Result<Vec<u8>, Error> {
        self.read(id, ObjectType::Blob, limit)
    }

    /// Returns the tree of a folder inside a tree; `None` when there is no such folder.
    ///
    /// # Errors
    /// When a tree on the way cannot be read.
    pub(super) fn folder(&mut self, root: ObjectId, folder: &str) -> Result<Option<ObjectId>, Error> {
        let mut tree = root;
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            match subfolder(&self.tree(tree)?, name) {
                Ok(Some(found)) => tree = found,
                Ok(None) => return Ok(None),
                Err(reason) => return Err(Error::Object { id: tree, reason: reason.to_owned() }),
            }
        }
        Ok(Some(tree))
    }

    fn read(&mut self, id: ObjectId, kind: ObjectType, limit: u64) -> Result<Vec<u8>, Error> {
        let mut outcome = self.attempt(id, limit);
        if matches!(outcome, Err(Fault::Missing | Fault::Damaged(_))) {
            // A repack may have moved the object between our two looks, or taken away the pack that we had open.
            self.packs = open_packs(&self.folders)?;
            outcome = self.attempt(id, limit);
        }
        match outcome {
            Ok((found, bytes)) if found == kind => Ok(bytes),
            Ok((found, _)) => Err(Error::Object { id, reason: format!("it is a {found}, not a {kind}") }),
            Err(Fault::Missing) => Err(Error::Object { id, reason: "it is missing".to_owned() }),
            Err(Fault::Damaged(reason)) => Err(Error::Object { id, reason }),
            Err(Fault::TooLarge(size)) => Err(Error::TooLarge { id, size, limit }),
        }
    }

    fn attempt(&self, id: ObjectId, limit: u64) -> Result<(ObjectType, Vec<u8>), Fault> {
        for folder in &self.folders {
            if let Some((kind, bytes)) = read_loose(folder, id, limit)? {
                return Ok((kind, bytes));
            }
        }
        self.read_packed(id, limit)
    }

    fn read_packed(&self, id: ObjectId, limit: u64) -> Result<(ObjectType, Vec<u8>), Fault> {
        let fault = |error: git2::Error| match error.code() {
            ErrorCode::NotFound => Fault::Missing,
            _ => Fault::Damaged(error.message().to_owned()),
        };
        let oid = Oid::from_bytes(id.as_bytes()).map_err(fault)?;
        let (size, _) = self.packs.read_header(oid).map_err(fault)?;
        if size as u64 > limit {
            return Err(Fault::TooLarge(size as u64));
        }
        let object = self.packs.read(oid).map_err(fault)?;
        Ok((object.kind(), object.data().to_vec()))
    }
}

/// Returns the id of the folder `name` in a tree, by its bytes or else by its NFC.
pub(super) fn subfolder(tree: &[u8], name: &str) -> Result<Option<ObjectId>, &'static str> {
    let mut alike = None;
    for entry in parse::tree(tree) {
        let entry = entry?;
        if entry.kind != parse::EntryKind::Folder {
            continue;
        }
        if entry.name == name.as_bytes() {
            return Ok(Some(entry.id));
        }
        if alike.is_none() && std::str::from_utf8(entry.name).is_ok_and(|entry| super::names::nfc(entry) == name) {
            alike = Some(entry.id);
        }
    }
    Ok(alike)
}

fn open_packs(folders: &[PathBuf]) -> Result<Odb<'static>, Error> {
    let trouble = |path: &Path, reason: &str| Error::Other { path: path.to_owned(), reason: reason.to_owned() };
    let packs = Odb::new().map_err(|error| trouble(&folders[0], error.message()))?;
    for folder in folders {
        let path = folder.to_str().ok_or_else(|| trouble(folder, "its path is not UTF-8"))?;
        packs.add_disk_alternate(path).map_err(|error| trouble(folder, error.message()))?;
    }
    Ok(packs)
}

/// Returns the object folders that a folder borrows from, by its `info/alternates`.
fn alternates(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let list = files::read(&folder.join("info/alternates"), 1 << 20)?.unwrap_or_default();
    let list = String::from_utf8_lossy(&list);
    let paths = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(paths.map(|path| folder.join(path)).filter(|path| path.is_dir()).take(64).collect())
}

/// Reads a loose object; `None` when the folder has none by this id.
fn read_loose(folder: &Path, id: ObjectId, limit: u64) -> Result<Option<(ObjectType, Vec<u8>)>, Fault> {
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
    let (kind, bytes) = inflate(BufReader::with_capacity(32 << 10, file), limit)?;
    let hash = Oid::hash_object(kind, &bytes).map_err(|error| Fault::Damaged(error.message().to_owned()))?;
    if hash.as_bytes() != id.as_bytes() {
        return Err(Fault::Damaged(format!("its content has another id, {hash}")));
    }
    Ok(Some((kind, bytes)))
}

/// Inflates a loose object: `type size NUL content`, one zlib stream and nothing behind it. The size is looked at before
/// the content is inflated.
fn inflate(input: impl BufRead, limit: u64) -> Result<(ObjectType, Vec<u8>), Fault> {
    let mut stream = Stream { input, state: Decompress::new(true), ended: false };
    let mut start = [0; 64];
    let length = stream.fill(&mut start)?;
    let (header, body) = {
        let end = start[..length].iter().take(32).position(|&byte| byte == 0);
        let end = end.ok_or_else(|| Fault::Damaged("it has no header".to_owned()))?;
        (&start[..end], &start[end + 1..length])
    };
    let (kind, size) = parse_header(header).ok_or_else(|| Fault::Damaged("its header is not git's".to_owned()))?;
    if size > limit {
        return Err(Fault::TooLarge(size));
    }
    let Ok(size) = usize::try_from(size) else { return Err(Fault::TooLarge(size)) };
    let longer = || Fault::Damaged(format!("it is longer than its {size} bytes"));
    if body.len() > size {
        return Err(longer());
    }
    let mut content = vec![0; size];
    content[..body.len()].copy_from_slice(body);
    let filled = body.len() + stream.fill(&mut content[body.len()..])?;
    if filled < size {
        return Err(Fault::Damaged(format!("it ends after {filled} of {size} bytes")));
    }
    if stream.fill(&mut [0])? > 0 {
        return Err(longer());
    }
    stream.expect_end()?;
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

/// A zlib stream that is read piece by piece. flate2's own readers take a stream that is cut off for one that ends.
struct Stream<R> {
    input: R,
    state: Decompress,
    ended: bool,
}

impl<R: BufRead> Stream<R> {
    /// Fills `output`, or as much of it as the stream has, and returns how much.
    fn fill(&mut self, output: &mut [u8]) -> Result<usize, Fault> {
        let mut filled = 0;
        while filled < output.len() && !self.ended {
            let input = self.input.fill_buf().map_err(|error| Fault::Damaged(error.to_string()))?;
            let at_end = input.is_empty();
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .decompress(input, &mut output[filled..], FlushDecompress::None)
                .map_err(|_| Fault::Damaged("its compressed data is damaged".to_owned()))?;
            let read = (self.state.total_in() - read) as usize;
            let written = (self.state.total_out() - written) as usize;
            self.input.consume(read);
            filled += written;
            self.ended = status == Status::StreamEnd;
            if !self.ended && written == 0 && (at_end || read == 0) {
                return Err(Fault::Damaged("it is cut off".to_owned()));
            }
        }
        Ok(filled)
    }

    /// Checks that the stream has ended (with its checksum) and nothing follows.
    fn expect_end(&mut self) -> Result<(), Fault> {
        let rest = self.input.fill_buf().map_err(|error| Fault::Damaged(error.to_string()))?;
        match (self.ended, rest.is_empty()) {
            (true, true) => Ok(()),
            (true, false) => Err(Fault::Damaged("something follows its end".to_owned())),
            (false, _) => Err(Fault::Damaged("it is cut off".to_owned())),
        }
    }
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

    #[test]
    fn loose_object_is_inflated() {
        for content in [Vec::new(), b"x".to_vec(), text()] {
            for level in [0, 1, 9] {
                let (kind, bytes) = inflate(&loose(&content, level)[..], 1 << 20).expect("a whole object");
                assert_eq!((kind, bytes), (ObjectType::Blob, content.clone()));
            }
        }
    }

    #[test]
    fn every_truncation_of_a_loose_object_is_an_error() {
        for content in [b"hello".to_vec(), text()] {
            let whole = loose(&content, 6);
            for end in 0..whole.len() {
                assert!(matches!(inflate(&whole[..end], 1 << 20), Err(Fault::Damaged(_))), "cut at {end}");
            }
        }
    }

    #[test]
    fn size_is_checked_before_the_content_is_inflated() {
        let bomb = deflate(&[b"blob 419430400\0".as_slice(), &[0; 4096]].concat(), 9);
        assert!(matches!(inflate(&bomb[..], 1 << 20), Err(Fault::TooLarge(419_430_400))));
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
            assert!(matches!(inflate(&deflate(object.as_bytes(), 6)[..], 100), Err(Fault::Damaged(_))), "{object:?}");
        }
        let tail = [loose(b"hello", 6), b"x".to_vec()].concat();
        assert!(
            matches!(inflate(&tail[..], 100), Err(Fault::Damaged(reason)) if reason == "something follows its end")
        );
    }
}
