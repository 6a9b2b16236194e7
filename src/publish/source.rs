//! Where content comes from: a branch of a repository, or a folder as it lies on disk (the editors' preview).

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

use super::folder::Folder;
use crate::git::{self, Entry, History, Listing, Repository, TreeMemo};
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
    /// The articles would be read from elsewhere than those that are live: a content folder that nobody chose came or went.
    #[error("{}", elsewhere(.was, .now))]
    Elsewhere {
        /// The folder that the live articles are read from; empty for the whole repository.
        was: String,
        /// The folder that these would be read from; empty for the whole repository.
        now: String,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

fn elsewhere(was: &str, now: &str) -> String {
    match (was, now) {
        (_, "") => format!("the articles are read from the folder `{was}`, which is gone"),
        ("", _) => format!("there is a folder `{now}` now: articles outside of it would be gone"),
        _ => format!("the articles are read from the folder `{was}`, not from `{now}`"),
    }
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
    /// The folder that the live articles are read from, see [`Source::stay`].
    folder: Option<String>,
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
    fn new(kind: Kind) -> Self {
        Self { kind, seen: None, aside: false, folder: None }
    }

    fn repository(repository: Repository, at: Option<At>) -> Self {
        Self::new(Kind::Branch { repository, memo: TreeMemo::default(), at })
    }

    /// Reads committed content of a branch.
    pub fn branch(repository: Repository) -> Self {
        Self::repository(repository, None)
    }

    /// Reads the content as it is at one commit.
    pub fn commit(repository: Repository, commit: ObjectId) -> Self {
        Self::repository(repository, Some(At::Commit(commit)))
    }

    /// Reads the content of a work tree's whole tree, such as what is staged for a commit.
    pub fn tree(repository: Repository, tree: ObjectId) -> Self {
        Self::repository(repository, Some(At::Tree(tree)))
    }

    /// Reads a folder as it lies on disk. Where it belongs to a repository, dates come from the commits so far.
    pub fn folder(root: PathBuf) -> Self {
        Self::new(Kind::Folder(Folder::new(root)))
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
                if let Some(was) = &self.folder {
                    let now = repository.folder_at(head.revision.commit)?;
                    if *was != now {
                        return Err(Error::Elsewhere { was: was.clone(), now });
                    }
                }
                State { revision: head.revision, branch: Some(head.branch), committed_at: head.committed_at }
            }
            Kind::Folder(folder) => folder.state()?,
        };
        if !self.aside {
            self.seen = Some(Seen(state.revision.commit));
        }
        Ok(state)
    }

    /// Reads from now on where the articles of this state are: where no folder is chosen, that is the default one if it is
    /// there, else the whole repository, and a commit that takes it away or puts it in would take all articles with it.
    pub(super) fn stay(&mut self, state: &State) -> Result<(), Error> {
        if let Kind::Branch { repository, .. } = &self.kind {
            self.folder = Some(repository.folder_at(state.revision.commit)?);
        }
        Ok(())
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
            Kind::Folder(folder) => Ok(folder.list()),
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
