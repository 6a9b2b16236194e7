//! Reading commits: trees, blobs and history of a repository, by object id.
//!
//! Deliberately reads only: fetching and pushing is the git program's work. On a request path only history pages call what
//! is here, off the async threads: [`Repository::blob`], [`Repository::file_at`], [`Repository::message`]. Objects and refs are read and checked here, because libgit2 1.9.7 hangs on
//! loose objects that are cut off and crashes on damaged packs; libgit2 says whether a repository may be opened, and hashes.

mod branches;
mod delta;
mod files;
mod find;
pub mod history;
mod list;
mod loose;
mod objects;
mod pack;
mod packs;
mod parse;
mod refs;
mod settings;
mod zlib;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use jiff::Timestamp;

pub use branches::Named;
pub use history::History;
pub use list::TreeMemo;

use objects::Objects;

use crate::diagnostic::Diagnostic;
use crate::revision::{ObjectId, Revision};

/// The limits of a content tree; those of its names are in [`crate::path`].
pub mod limits {
    /// Entries of the whole content tree.
    pub const ENTRIES: usize = 200_000;
    /// Folders within folders.
    pub const DEPTH: usize = 16;
    /// Bytes of all paths together.
    pub const PATH_BYTES: usize = 32 << 20;
}

/// A content folder inside a git repository, at a branch. Holds no open handle: every call opens what it needs, so a
/// repository that was replaced, repacked or mounted anew is read as it is now.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The `.git` folder (or bare repository; of a linked worktree its own git folder).
    pub git_dir: PathBuf,
    /// Where objects and refs of a linked worktree really are; else the same as `git_dir`.
    pub common_dir: PathBuf,
    /// The content folder inside the tree, without slashes at its ends; empty for the whole tree.
    pub folder: String,
    /// Whether a commit without that folder is content as a whole: nobody chose the folder, it is only the usual one.
    pub or_whole: bool,
    /// The branch to read; none means where `HEAD` points.
    pub branch: Option<String>,
    /// A folder of objects that are not part of the repository yet: those of a push while it is checked.
    pub incoming: Option<PathBuf>,
    /// When reading is given up; none reads on, however long it takes.
    pub until: Option<Instant>,
}

/// Where a branch stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Commit and tree of the content folder.
    pub revision: Revision,
    /// The branch, or the commit id when `HEAD` is detached.
    pub branch: String,
    /// When it was committed.
    pub committed_at: Timestamp,
}

/// A file of the content tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path inside the content folder, in NFC.
    pub path: String,
    /// The blob.
    pub blob: ObjectId,
}

/// All files of a content tree, sorted by path, and what was left out and why.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The files.
    pub entries: Vec<Entry>,
    /// Names that cannot be served, collisions, links, submodules, limits passed.
    pub findings: Vec<Diagnostic>,
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder is not inside a repository.
    #[error("`{0}` is not inside a git repository")]
    NotARepository(PathBuf),
    /// The repository is of a kind that is not supported; the text says which.
    #[error("cannot open the repository `{path}`: {reason}")]
    Unsupported {
        /// The repository.
        path: PathBuf,
        /// Why, in one sentence.
        reason: String,
    },
    /// The branch does not exist.
    #[error("branch `{branch}` does not exist in `{path}`")]
    NoBranch {
        /// The branch.
        branch: String,
        /// The repository.
        path: PathBuf,
    },
    /// The repository has no commit yet.
    #[error("`{0}` has no commit yet")]
    Empty(PathBuf),
    /// The content folder does not exist in the commit.
    #[error("folder `{folder}` does not exist at {commit}")]
    NoFolder {
        /// The folder.
        folder: String,
        /// The commit, short.
        commit: String,
    },
    /// An object is missing, cut off or damaged.
    #[error("cannot read object {id}: {reason}")]
    Object {
        /// Its id.
        id: ObjectId,
        /// Why.
        reason: String,
    },
    /// A blob is larger than asked for.
    #[error("object {id} has {size} bytes, more than {limit}")]
    TooLarge {
        /// Its id.
        id: ObjectId,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Reading took longer than it may, see [`Repository::until`].
    #[error("reading the repository took longer than it may")]
    TooLong,
    /// Anything else.
    #[error("cannot read the repository `{path}`: {reason}")]
    Other {
        /// The repository.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Asserts that the libgit2 we are linked with is the vendored one, at least 1.9.7 (earlier ones have known holes).
///
/// # Errors
/// With a sentence that names the version found.
pub fn check_library() -> Result<(), String> {
    let version = git2::Version::get();
    let (major, minor, patch) = version.libgit2_version();
    let found = format!("libgit2 {major}.{minor}.{patch}");
    if (major, minor, patch) < OLDEST_LIBRARY {
        return Err(format!("{found} has known security holes: build with libgit2-sys 0.18.8 or newer"));
    }
    if !version.vendored() {
        return Err(format!("{found} of this system was linked: build with the feature `vendored-libgit2` of git2"));
    }
    Ok(())
}

/// The first libgit2 without the holes known in 2026 (CVE-2026-53583 to 53587, CVE-2026-5917).
const OLDEST_LIBRARY: (u32, u32, u32) = (1, 9, 7);
/// Blobs that one thread takes at a time.
const CHUNK: usize = 32;

/// Returns the id that git gives to a blob of these bytes.
pub fn hash_blob(bytes: &[u8]) -> ObjectId {
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, bytes).expect("hashing bytes in memory does not fail");
    ObjectId::from_bytes(id.as_bytes().try_into().expect("a SHA-1 has 20 bytes"))
}

impl Repository {
    /// Finds the repository of a content folder. `content` is a folder inside a work tree (any linked worktree too), or a
    /// bare repository or the top of a work tree, in which `folder` names the folder inside the tree (`None`: the whole
    /// tree).
    ///
    /// # Errors
    /// When it is not in a repository, or the repository is of a kind that we cannot read (sha256, reftable, partial
    /// clone, foreign owner), each in a sentence that says what to do.
    pub fn find(content: &Path, folder: Option<&str>, branch: Option<&str>) -> Result<Self, Error> {
        find::find(content, folder, branch)
    }

    /// Returns where the branch stands now.
    ///
    /// # Errors
    /// When there is no such branch, commit or folder, or they cannot be read.
    pub fn head(&self) -> Result<Head, Error> {
        let (commit, branch) = refs::resolve(self)?;
        self.state(commit, branch)
    }

    /// Resolves a commit id (full) to the state of the content folder in it.
    ///
    /// # Errors
    /// As [`Repository::head`].
    pub fn at(&self, commit: ObjectId) -> Result<Head, Error> {
        self.state(commit, commit.to_string())
    }

    /// Returns the state of the content folder in the tree of a whole work tree, as if it were a commit.
    ///
    /// # Errors
    /// As [`Repository::head`].
    pub fn at_tree(&self, root: ObjectId) -> Result<Head, Error> {
        find::check(self)?;
        let tree = self.content_of(&mut Objects::open(self)?, root)?;
        let tree = tree.ok_or_else(|| Error::NoFolder { folder: self.folder.clone(), commit: root.short() })?;
        let revision = Revision { commit: root, tree };
        Ok(Head { revision, branch: root.to_string(), committed_at: Timestamp::UNIX_EPOCH })
    }

    fn state(&self, id: ObjectId, branch: String) -> Result<Head, Error> {
        find::check(self)?;
        let mut objects = Objects::open(self)?;
        let commit = objects.commit(id)?;
        let tree = self.content_of(&mut objects, commit.tree)?;
        let tree = tree.ok_or_else(|| Error::NoFolder { folder: self.folder.clone(), commit: id.short() })?;
        Ok(Head { revision: Revision { commit: id, tree }, branch, committed_at: commit.at })
    }

    /// Returns the name of the branch that is read, whether it exists or not; the commit id when `HEAD` is detached.
    ///
    /// # Errors
    /// When `HEAD` cannot be read.
    pub fn branch_name(&self) -> Result<String, Error> {
        refs::branch_name(self)
    }

    /// Checks that others may be let push to this repository: it is bare, and nothing in it runs programs, reads other files or
    /// borrows objects.
    ///
    /// # Errors
    /// With what stands in the way, and what to do.
    pub fn check_hosting(&self) -> Result<(), Error> {
        settings::check_hosting(&self.git_dir, &self.common_dir)
    }

    /// Lists the files of a content tree. `memo` keeps folders by tree id from call to call, so that only changed
    /// folders are read again.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn list(&self, tree: ObjectId, memo: &mut TreeMemo) -> Result<Listing, Error> {
        list::list(&mut Objects::open(self)?, tree, memo)
    }

    /// Reads blobs in parallel and hands each to `each` with its position in `blobs`; a blob over `limit` bytes is not
    /// inflated and gives [`Error::TooLarge`].
    ///
    /// # Errors
    /// Only when the repository cannot be opened; what is wrong with one blob goes to `each`.
    pub fn blobs(
        &self,
        blobs: &[ObjectId],
        limit: u64,
        each: &(dyn Fn(usize, Result<Vec<u8>, Error>) + Sync),
    ) -> Result<(), Error> {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(blobs.len().div_ceil(CHUNK)).max(1);
        let mut readers = (0..threads).map(|_| Objects::open(self)).collect::<Result<Vec<_>, _>>()?;
        let order = readers.first_mut().map(|reader| reader.reading_order(blobs)).unwrap_or_default();
        let chunks: Vec<_> = order.chunks(CHUNK).collect();
        let next = AtomicUsize::new(0);
        let work = |mut objects: Objects| {
            while let Some(chunk) = chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
                for &position in *chunk {
                    each(position, objects.blob(blobs[position], limit));
                }
            }
        };
        let own = readers.pop();
        thread::scope(|scope| {
            for objects in readers {
                scope.spawn(|| work(objects));
            }
            own.map(&work);
        });
        Ok(())
    }

    /// Reads one blob of at most `limit` bytes.
    ///
    /// # Errors
    /// When it is missing, damaged or larger.
    pub fn blob(&self, blob: ObjectId, limit: u64) -> Result<Vec<u8>, Error> {
        Objects::open(self)?.blob(blob, limit)
    }

    /// Returns the blob of a file at a commit, by the first of these paths inside the content folder that is a file there.
    ///
    /// # Errors
    /// When the commit or a tree on the way cannot be read.
    pub fn file_at(&self, commit: ObjectId, paths: &[Arc<str>]) -> Result<Option<(Arc<str>, ObjectId)>, Error> {
        let mut objects = Objects::open(self)?;
        let commit = objects.commit(commit)?;
        let Some(content) = self.content_of(&mut objects, commit.tree)? else { return Ok(None) };
        for path in paths {
            if let Some(blob) = objects.file(content, path)? {
                return Ok(Some((Arc::clone(path), blob)));
            }
        }
        Ok(None)
    }

    /// Returns the message of a commit behind its first line, as far as people write it, without control characters.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn message(&self, commit: ObjectId) -> Result<String, Error> {
        Objects::open(self)?.message(commit)
    }

    /// Reads the history of the content folder up to a commit, in one walk. What `known` holds is not walked again; the
    /// result is the same without it. `progress` is told the number of commits walked, from several threads.
    ///
    /// # Errors
    /// When a commit or tree cannot be read (a shallow border is not an error).
    pub fn history(
        &self,
        commit: ObjectId,
        known: Option<&History>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<History, Error> {
        let folder = self.folder_at(commit)?;
        history::read(&Self { folder, ..self.clone() }, commit, known, progress)
    }

    /// Returns the content folder of a commit: [`Repository::folder`], or nothing for the whole tree.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn folder_at(&self, commit: ObjectId) -> Result<String, Error> {
        if !self.or_whole {
            return Ok(self.folder.clone());
        }
        let mut objects = Objects::open(self)?;
        let root = objects.commit(commit)?.tree;
        Ok(objects.folder(root, &self.folder)?.map(|_| self.folder.clone()).unwrap_or_default())
    }

    /// Returns the tree of the content folder in the tree of a commit.
    fn content_of(&self, objects: &mut Objects, root: ObjectId) -> Result<Option<ObjectId>, Error> {
        let folder = objects.folder(root, &self.folder)?;
        Ok(folder.or(self.or_whole.then_some(root)))
    }

    /// Returns the existing folders whose changes hint that a branch moved: those of refs, `HEAD`, `packed-refs`. Each is
    /// to be watched by itself, without what is below it.
    pub fn watched(&self) -> Vec<PathBuf> {
        refs::folders(self)
    }
}
