//! Where content comes from: a branch of a repository, or a folder as it lies on disk (the editors' preview).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use jiff::Timestamp;

use crate::git::{self, Entry, History, Listing, Repository, TreeMemo};
use crate::path::{self, Name};
use crate::revision::{ObjectId, Revision};

/// Why a source cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The repository cannot be read.
    #[error(transparent)]
    Git(git::Error),
    /// A folder or file cannot be read.
    #[error("cannot read `{path}`: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file is larger than asked for.
    #[error("{size} bytes, more than {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl From<git::Error> for Error {
    fn from(error: git::Error) -> Self {
        match error {
            git::Error::TooLarge { size, limit, .. } => Self::TooLarge { size, limit },
            other => Self::Git(other),
        }
    }
}

/// Where a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen(ObjectId);

/// A state of the source that can be published.
#[derive(Debug, Clone)]
pub struct State {
    /// Commit and content tree, or ids computed from the files.
    pub revision: Revision,
    /// The branch; none for files on disk.
    pub branch: Option<String>,
    /// When it was committed; of files on disk, when the newest was changed.
    pub committed_at: Timestamp,
}

/// A commit that may become live.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The commit.
    pub commit: ObjectId,
    /// The folder of its objects, while they are not part of the repository.
    pub incoming: Option<PathBuf>,
}

/// Where content comes from.
pub struct Source {
    kind: Kind,
    seen: Option<Seen>,
    /// Whether it is turned to a candidate, which does not count as seen.
    aside: bool,
}

enum Kind {
    /// `at` names one state; none follows the branch.
    Branch {
        repository: Repository,
        memo: TreeMemo,
        at: Option<At>,
    },
    Folder(Folder),
}

/// A state that is named, wherever the branch may be.
#[derive(Debug, Clone, Copy)]
enum At {
    Commit(ObjectId),
    /// The tree of a whole work tree.
    Tree(ObjectId),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Branch { repository, .. } => repository.fmt(f),
            Kind::Folder(folder) => folder.root.fmt(f),
        }
    }
}

impl Source {
    /// Reads committed content of a branch.
    pub fn branch(repository: Repository) -> Self {
        Self { kind: Kind::Branch { repository, memo: TreeMemo::default(), at: None }, seen: None, aside: false }
    }

    /// Reads the content as it is at one commit.
    pub fn commit(repository: Repository, commit: ObjectId) -> Self {
        let at = Some(At::Commit(commit));
        Self { kind: Kind::Branch { repository, memo: TreeMemo::default(), at }, seen: None, aside: false }
    }

    /// Reads the content of a work tree's whole tree, such as what is staged for a commit.
    pub fn tree(repository: Repository, tree: ObjectId) -> Self {
        let at = Some(At::Tree(tree));
        Self { kind: Kind::Branch { repository, memo: TreeMemo::default(), at }, seen: None, aside: false }
    }

    /// Reads a folder as it lies on disk. Where it belongs to a repository, dates come from the commits so far.
    pub fn folder(root: PathBuf) -> Self {
        let repository = Repository::find(&root, None, None).ok();
        Self {
            kind: Kind::Folder(Folder { root, repository, known: BTreeMap::new(), listing: Mutex::default() }),
            seen: None,
            aside: false,
        }
    }

    /// Returns the folders to watch, and whether what is below them counts too.
    pub fn watched(&self) -> (Vec<PathBuf>, bool) {
        match &self.kind {
            Kind::Branch { repository, .. } => (repository.watched(), false),
            Kind::Folder(folder) => (vec![folder.root.clone()], true),
        }
    }

    /// Returns the commit seen last, published or not.
    pub fn last_seen(&self) -> Option<ObjectId> {
        self.seen.map(|Seen(commit)| commit)
    }

    /// Returns where the source stands now.
    ///
    /// # Errors
    /// When the branch, its commit or the folder cannot be read.
    pub fn state(&mut self) -> Result<State, Error> {
        let state = match &mut self.kind {
            Kind::Branch { repository, at, .. } => {
                let head = match *at {
                    None => repository.head(),
                    Some(At::Commit(commit)) => repository.at(commit),
                    Some(At::Tree(tree)) => repository.at_tree(tree),
                }?;
                State { revision: head.revision, branch: Some(head.branch), committed_at: head.committed_at }
            }
            Kind::Folder(folder) => folder.state()?,
        };
        if !self.aside {
            self.seen = Some(Seen(state.revision.commit));
        }
        Ok(state)
    }

    /// Turns to a commit that may become live, until it is told to follow the branch again (`None`). A folder has no other
    /// states: there it is looked at as it is.
    pub(super) fn turn_to(&mut self, candidate: Option<&Candidate>) {
        self.aside = candidate.is_some();
        if let Kind::Branch { repository, at, .. } = &mut self.kind {
            *at = candidate.map(|candidate| At::Commit(candidate.commit));
            repository.incoming = candidate.and_then(|candidate| candidate.incoming.clone());
        }
    }

    /// Lists the files of a state.
    ///
    /// # Errors
    /// When a folder or tree cannot be read.
    pub fn list(&mut self, state: &State) -> Result<Listing, Error> {
        match &mut self.kind {
            Kind::Branch { repository, memo, .. } => Ok(repository.list(state.revision.tree, memo)?),
            Kind::Folder(folder) => Ok(folder.listing.lock().expect("nobody panics while holding it").clone()),
        }
    }

    /// Reads files in parallel and hands each to `each` with its position.
    ///
    /// # Errors
    /// Only when nothing can be read at all; what is wrong with one file goes to `each`.
    pub fn read(
        &self,
        entries: &[&Entry],
        limit: u64,
        each: &(dyn Fn(usize, Result<Vec<u8>, Error>) + Sync),
    ) -> Result<(), Error> {
        match &self.kind {
            Kind::Branch { repository, .. } => {
                let blobs: Vec<ObjectId> = entries.iter().map(|entry| entry.blob).collect();
                Ok(repository.blobs(&blobs, limit, &|index, bytes| each(index, bytes.map_err(Error::from)))?)
            }
            Kind::Folder(folder) => {
                use rayon::prelude::*;
                entries.par_iter().enumerate().for_each(|(index, entry)| each(index, folder.read(&entry.path, limit)));
                Ok(())
            }
        }
    }

    /// Reads blobs of the repository in parallel, whether they are still in use or not; none where there is no repository.
    ///
    /// # Errors
    /// When the repository cannot be read at all; what is wrong with a blob is told to `each`.
    pub fn blobs(
        &self,
        blobs: &[ObjectId],
        limit: u64,
        each: &(dyn Fn(usize, Result<Vec<u8>, Error>) + Sync),
    ) -> Result<(), Error> {
        let (Kind::Branch { repository, .. } | Kind::Folder(Folder { repository: Some(repository), .. })) = &self.kind
        else {
            return Ok(());
        };
        Ok(repository.blobs(blobs, limit, &|index, bytes| each(index, bytes.map_err(Error::from)))?)
    }

    /// Reads one file.
    ///
    /// # Errors
    /// When it is missing, damaged or larger than `limit` bytes.
    pub fn read_one(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, Error> {
        match &self.kind {
            Kind::Branch { repository, .. } => Ok(repository.blob(entry.blob, limit)?),
            Kind::Folder(folder) => folder.read(&entry.path, limit),
        }
    }

    /// Reads the history up to a state, going on from what is known.
    ///
    /// # Errors
    /// When a commit or tree cannot be read.
    pub fn history(&self, state: &State, known: &History, progress: &(dyn Fn(usize) + Sync)) -> Result<History, Error> {
        match &self.kind {
            Kind::Branch { repository, .. } => Ok(repository.history(state.revision.commit, Some(known), progress)?),
            Kind::Folder(Folder { repository: Some(repository), .. }) => match repository.head() {
                Ok(head) => Ok(repository.history(head.revision.commit, Some(known), progress)?),
                // Nothing is committed there yet: there is no history to tell.
                Err(_) => Ok(History::default()),
            },
            Kind::Folder(_) => Ok(History::default()),
        }
    }
}

/// A folder on disk.
struct Folder {
    root: PathBuf,
    repository: Option<Repository>,
    /// What files looked like when they were last read, so that only changed ones are read again.
    known: BTreeMap<String, (SystemTime, u64, ObjectId)>,
    /// The files of the latest state.
    listing: Mutex<Listing>,
}

impl Folder {
    fn state(&mut self) -> Result<State, Error> {
        let mut files = Vec::new();
        let mut findings = Vec::new();
        walk(&self.root, String::new(), 0, &mut files, &mut findings)?;
        files.sort();
        let (mut entries, mut known, mut newest) = (Vec::new(), BTreeMap::new(), SystemTime::UNIX_EPOCH);
        for path in files {
            let Ok(meta) = std::fs::metadata(self.root.join(&path)) else { continue };
            let modified = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            newest = newest.max(modified);
            let blob = match self.known.get(&path) {
                Some(&(at, size, blob)) if at == modified && size == meta.len() => blob,
                _ if meta.len() > super::ATTACHMENT_LIMIT => git::hash_blob(meta.len().to_string().as_bytes()),
                _ => match std::fs::read(self.root.join(&path)) {
                    Ok(bytes) => git::hash_blob(&bytes),
                    // It was there a moment ago: an editor is saving it. The next look finds it.
                    Err(_) => continue,
                },
            };
            known.insert(path.clone(), (modified, meta.len(), blob));
            entries.push(Entry { path, blob });
        }
        self.known = known;
        let list: String = entries.iter().map(|entry| format!("{} {}\n", entry.blob, entry.path)).collect();
        let revision = Revision {
            commit: git::hash_blob(format!("uncommitted\n{list}").as_bytes()),
            tree: git::hash_blob(list.as_bytes()),
        };
        *self.listing.lock().expect("nobody panics while holding it") = Listing { entries, findings };
        let committed_at = Timestamp::try_from(newest).unwrap_or_default();
        Ok(State { revision, branch: None, committed_at })
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Error> {
        let path = self.root.join(path);
        let wrong = |error: std::io::Error| Error::File { path: path.clone(), reason: error.to_string() };
        let size = std::fs::metadata(&path).map_err(wrong)?.len();
        if size > limit {
            return Err(Error::TooLarge { size, limit });
        }
        std::fs::read(&path).map_err(wrong)
    }
}

/// Collects the files below a folder; links are never followed, hidden names are passed over.
fn walk(
    root: &Path,
    below: String,
    depth: usize,
    files: &mut Vec<String>,
    findings: &mut Vec<crate::diagnostic::Diagnostic>,
) -> Result<(), Error> {
    let folder = root.join(&below);
    let wrong = |error: std::io::Error| Error::File { path: folder.clone(), reason: error.to_string() };
    for item in std::fs::read_dir(&folder).map_err(wrong)? {
        let item = item.map_err(wrong)?;
        let name = item.file_name();
        let mut bad = |reason: &str| {
            let reason = crate::diagnostic::Finding::BadPath { reason: reason.to_owned() };
            findings.push(finding(joined(&below, &path::shown(name.as_encoded_bytes())), reason));
        };
        let name = match Name::of(name.as_encoded_bytes()) {
            Name::Hidden => continue,
            Name::Good(good) if good.as_bytes() == name.as_encoded_bytes() => good,
            // A name in another Unicode form could not be opened under its normal form.
            Name::Good(_) => {
                bad("not in Unicode NFC");
                continue;
            }
            Name::Bad(reason) => {
                bad(reason);
                continue;
            }
        };
        let path = joined(&below, &name);
        if path.len() > path::MOST_BYTES {
            bad("path longer than 1,024 bytes");
            continue;
        }
        let kind = item.file_type().map_err(wrong)?;
        if kind.is_dir() && depth < git::limits::DEPTH {
            walk(root, path, depth + 1, files, findings)?;
        } else if kind.is_file() && files.len() < git::limits::ENTRIES {
            files.push(path);
        } else if kind.is_symlink() {
            findings.push(finding(path, crate::diagnostic::Finding::NotAFile { what: "symbolic link".to_owned() }));
        }
    }
    Ok(())
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn finding(path: String, finding: crate::diagnostic::Finding) -> crate::diagnostic::Diagnostic {
    crate::diagnostic::Diagnostic { path, line: 1, column: 1, finding }
}
