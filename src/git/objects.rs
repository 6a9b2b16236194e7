//! Reading objects by id, loose or packed.
//!
//! Deliberately not with libgit2, which inflates, checks and maps files that a power cut, a bad disk or an enemy may have
//! touched: version 1.9.7 never comes back from a loose object that is cut off, reads beyond the end of a pack when one bit
//! of its index is wrong, and dies when a pack shrinks under its memory map. Files are read, never mapped, and the id of
//! whatever is read is computed anew. libgit2 remains for that hash and for asking who may open a repository.
//!
//! Knows no refs, no paths; the repository's configuration has no say in it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use flate2::Decompress;
use git2::{ObjectType, Oid};

use super::packs::Packs;
use super::{Error, Repository, files, loose, parse};
use crate::revision::ObjectId;

/// The bytes of a commit that may be read: far more than people write, so that none of them holds up a publish.
const COMMIT_LIMIT: u64 = 64 << 20;
/// The bytes of a tree that may be read: enough for every name of [`super::limits::ENTRIES`] long ones.
const TREE_LIMIT: u64 = 64 << 20;
/// Alternates of alternates that are followed; git itself stops there too.
const ALTERNATES_DEPTH: usize = 5;
/// The tree without entries, which git does not always write.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// The objects of a repository and of those it borrows from. One per thread.
pub(super) struct Objects {
    folders: Vec<PathBuf>,
    /// When reading is given up.
    until: Option<Instant>,
    packs: Packs,
    state: Decompress,
}

/// Why an object could not be read.
#[derive(Debug)]
pub(super) enum Fault {
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
        let mut folders: Vec<_> = [own].into_iter().chain(repository.incoming.clone()).collect();
        let mut level = 0..folders.len();
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
        Ok(Self { folders, until: repository.until, packs: Packs::default(), state: Decompress::new(true) })
    }

    /// Returns the positions of `ids` in the order in which to read them: loose objects first, then pack by pack as they lie.
    /// Git keeps like objects side by side, each as its difference from one before it, so what the next is built from is
    /// still at hand.
    pub(super) fn reading_order(&mut self, ids: &[ObjectId]) -> Vec<usize> {
        self.packs.open(&self.folders);
        let mut places: Vec<_> = ids.iter().map(|id| self.packs.locate(*id).ok().flatten()).zip(0..).collect();
        places.sort_unstable();
        places.into_iter().map(|(_, position)| position).collect()
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

    /// Returns the blob of a file inside a tree; `None` when there is no such file. Names are compared as in [`subfolder`].
    ///
    /// # Errors
    /// When a tree on the way cannot be read.
    pub(super) fn file(&mut self, root: ObjectId, path: &str) -> Result<Option<ObjectId>, Error> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(tree) = self.folder(root, folder)? else { return Ok(None) };
        let entry = entry(&self.tree(tree)?, name, parse::EntryKind::File);
        entry.map_err(|reason| Error::Object { id: tree, reason: reason.to_owned() })
    }

    /// Returns the message of a commit behind its first line; see [`parse::message`].
    ///
    /// # Errors
    /// When it is missing, damaged or no commit.
    pub(super) fn message(&mut self, id: ObjectId) -> Result<String, Error> {
        Ok(parse::message(&self.read(id, ObjectType::Commit, COMMIT_LIMIT)?))
    }

    fn read(&mut self, id: ObjectId, kind: ObjectType, limit: u64) -> Result<Vec<u8>, Error> {
        if self.until.is_some_and(|until| Instant::now() > until) {
            return Err(Error::TooLong);
        }
        let mut outcome = self.attempt(id, limit);
        if matches!(outcome, Err(Fault::Missing | Fault::Damaged(_))) {
            // A repack may have moved the object between our two looks, or taken away the pack that we had open.
            self.packs = Packs::default();
            outcome = self.attempt(id, limit);
        }
        match outcome {
            Ok((found, bytes)) if found == kind => Ok(bytes),
            Ok((found, _)) => Err(Error::Object { id, reason: format!("it is a {found}, not a {kind}") }),
            Err(Fault::Missing) if kind == ObjectType::Tree && id.to_string() == EMPTY_TREE => Ok(Vec::new()),
            Err(Fault::Missing) => Err(Error::Object { id, reason: "it is missing".to_owned() }),
            Err(Fault::Damaged(reason)) => Err(Error::Object { id, reason }),
            Err(Fault::TooLarge(size)) => Err(Error::TooLarge { id, size, limit }),
        }
    }

    fn attempt(&mut self, id: ObjectId, limit: u64) -> Result<(ObjectType, Vec<u8>), Fault> {
        let (kind, bytes) = self.find(id, limit)?;
        let hash = Oid::hash_object(kind, &bytes).map_err(|error| Fault::Damaged(error.message().to_owned()))?;
        if hash.as_bytes() != id.as_bytes() {
            return Err(Fault::Damaged(format!("its content has another id, {hash}")));
        }
        Ok((kind, bytes))
    }

    fn find(&mut self, id: ObjectId, limit: u64) -> Result<(ObjectType, Vec<u8>), Fault> {
        // As git does: packs first. What is damaged there may still be whole as a loose object, and the other way round.
        self.packs.open(&self.folders);
        let packed = self.packs.read(id, limit, &mut self.state);
        if matches!(packed, Ok(_) | Err(Fault::TooLarge(_))) {
            return packed;
        }
        for folder in &self.folders {
            if let Some(found) = loose::read(folder, id, limit, &mut self.state)? {
                return Ok(found);
            }
        }
        packed
    }
}

/// Returns the id of the folder `name` in a tree, by its bytes or else by its NFC.
pub(super) fn subfolder(tree: &[u8], name: &str) -> Result<Option<ObjectId>, &'static str> {
    entry(tree, name, parse::EntryKind::Folder)
}

/// Returns the id of an entry of a kind in a tree, by the bytes of its name or else by its NFC.
fn entry(tree: &[u8], name: &str, kind: parse::EntryKind) -> Result<Option<ObjectId>, &'static str> {
    let mut alike = None;
    for entry in parse::tree(tree) {
        let entry = entry?;
        if entry.kind != kind {
            continue;
        }
        if entry.name == name.as_bytes() {
            return Ok(Some(entry.id));
        }
        if alike.is_none() && std::str::from_utf8(entry.name).is_ok_and(|entry| crate::path::nfc(entry) == name) {
            alike = Some(entry.id);
        }
    }
    Ok(alike)
}

/// Returns the object folders that a folder borrows from, by its `info/alternates`.
fn alternates(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let list = files::read(&folder.join("info/alternates"), 1 << 20)?.unwrap_or_default();
    let list = String::from_utf8_lossy(&list);
    let paths = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(paths.map(|path| folder.join(path)).filter(|path| path.is_dir()).take(64).collect())
}
