//! A folder as it lies on disk: what git would take into the next commit, whether it was added or not.
//!
//! Links are never followed, hidden names and the repository's own folder are passed over, and so is what git is told to ignore:
//! what others build or download beside articles is none of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::SystemTime;

use jiff::Timestamp;

use super::source::{Error, State};
use crate::diagnostic::{Diagnostic, Finding};
use crate::git::{self, Entry, Listing, Repository};
use crate::path::{self, Name};
use crate::revision::{ObjectId, Revision};

/// A folder on disk.
pub(super) struct Folder {
    pub(super) root: PathBuf,
    /// The repository that it belongs to, if any.
    pub(super) repository: Option<Repository>,
    /// What files looked like when they were last read, so that only changed ones are read again.
    known: BTreeMap<String, (SystemTime, u64, ObjectId)>,
    /// The files of the latest state.
    listing: Mutex<Listing>,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        let repository = Repository::find(&root, None, None).ok();
        Self { root, repository, known: BTreeMap::new(), listing: Mutex::default() }
    }

    /// Looks at the files anew. What was listed before stays known, so that only what changed is read again.
    pub(super) fn state(&mut self) -> Result<State, Error> {
        let ignored = self.repository.as_ref().map(|_| ignored(&self.root)).unwrap_or_default();
        let mut walk = Walk { root: &self.root, ignored: &ignored, files: Vec::new(), findings: Vec::new() };
        walk.folder(String::new(), 0)?;
        let Walk { mut files, findings, .. } = walk;
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
        let mut listing = Listing { entries, findings };
        listing.drop_collisions();
        *self.listing.lock().expect("nobody panics while holding it") = listing;
        let committed_at = Timestamp::try_from(newest).unwrap_or_default();
        Ok(State { revision, branch: None, committed_at })
    }

    /// Returns the files of the latest state.
    pub(super) fn list(&self) -> Listing {
        self.listing.lock().expect("nobody panics while holding it").clone()
    }

    /// Reads a file of at most so many bytes.
    pub(super) fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Error> {
        let path = self.root.join(path);
        let wrong = |error: std::io::Error| Error::File { path: path.clone(), reason: error.to_string() };
        let size = std::fs::metadata(&path).map_err(wrong)?.len();
        if size > limit {
            return Err(Error::TooLarge { size, limit });
        }
        std::fs::read(&path).map_err(wrong)
    }
}

/// Returns the files and folders below a folder that git is told to ignore, as paths below it. Without git nothing is ignored.
fn ignored(root: &Path) -> BTreeSet<String> {
    let mut git = Command::new("git");
    git.args([
        "-c",
        "core.fsmonitor=false",
        "ls-files",
        "-z",
        "--others",
        "--ignored",
        "--exclude-standard",
        "--directory",
    ]);
    // Within a hook, git would look at what the hook is told.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        git.env_remove(name);
    }
    git.current_dir(root).env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    let output = match git.output() {
        Ok(output) if output.status.success() => output.stdout,
        Ok(output) => {
            let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            tracing::warn!(%reason, "git does not say what it ignores: everything counts");
            return BTreeSet::new();
        }
        Err(error) => {
            tracing::warn!(%error, "git cannot be asked what it ignores: everything counts");
            return BTreeSet::new();
        }
    };
    let paths = output.split(|byte| *byte == 0).filter_map(|path| std::str::from_utf8(path).ok());
    paths.filter(|path| !path.is_empty()).map(|path| path.trim_end_matches('/').to_owned()).collect()
}

/// A way through a folder.
struct Walk<'a> {
    root: &'a Path,
    ignored: &'a BTreeSet<String>,
    files: Vec<String>,
    findings: Vec<Diagnostic>,
}

impl Walk<'_> {
    /// Collects the files below a folder.
    fn folder(&mut self, below: String, depth: usize) -> Result<(), Error> {
        let folder = self.root.join(&below);
        let wrong = |error: std::io::Error| Error::File { path: folder.clone(), reason: error.to_string() };
        for item in std::fs::read_dir(&folder).map_err(wrong)? {
            let item = item.map_err(wrong)?;
            let name = item.file_name();
            let shown = joined(&below, &path::shown(name.as_encoded_bytes()));
            // Here it is the repository itself, or a link to one; in a tree it would be a trap.
            if name == ".git" || self.ignored.contains(&shown) {
                continue;
            }
            let name = match Name::of(name.as_encoded_bytes()) {
                Name::Hidden => continue,
                Name::Good(good) if good.as_bytes() == name.as_encoded_bytes() => good,
                // A name in another Unicode form could not be opened under its normal form.
                Name::Good(_) => {
                    self.bad(shown, "not in Unicode NFC");
                    continue;
                }
                Name::Bad(reason) => {
                    self.bad(shown, reason);
                    continue;
                }
            };
            let path = joined(&below, &name);
            if path.len() > path::MOST_BYTES {
                self.bad(path, "path longer than 1,024 bytes");
                continue;
            }
            let kind = item.file_type().map_err(wrong)?;
            if kind.is_dir() && depth < git::limits::DEPTH {
                self.folder(path, depth + 1)?;
            } else if kind.is_file() && self.files.len() < git::limits::ENTRIES {
                self.files.push(path);
            } else if kind.is_symlink() {
                self.found(path, Finding::NotAFile { what: "symbolic link".to_owned() });
            }
        }
        Ok(())
    }

    fn bad(&mut self, path: String, reason: &str) {
        self.found(path, Finding::BadPath { reason: reason.to_owned() });
    }

    fn found(&mut self, path: String, finding: Finding) {
        self.findings.push(Diagnostic { path, line: 1, column: 1, finding });
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::source::Source;

    #[test]
    fn what_git_would_not_take_is_no_content() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let git = |arguments: &[&str]| {
            let git = super::Command::new("git").arg("-C").arg(root.path()).args(arguments).status();
            assert!(git.expect("the git program").success());
        };
        git(&["init", "-q"]);
        for path in ["a.md", "new.md", "сборка/b.md", "kb/node_modules/c.md", "kb/d.md", "kb/sub/.git", "kb/kept.md"]
        {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "# А\n").expect("a file");
        }
        fs::write(root.path().join(".gitignore"), "/сборка/\nnode_modules\nkept.md\n").expect("a file");
        // What was taken before it was ignored is content.
        git(&["add", "-f", "a.md", "kb/kept.md"]);
        let list = |folder: &str| {
            let mut source = Source::folder(root.path().join(folder));
            let state = source.state().expect("a state");
            let listing = source.list(&state).expect("a list");
            assert_eq!(listing.findings, []);
            listing.entries.into_iter().map(|entry| entry.path).collect::<Vec<_>>()
        };
        assert_eq!(list(""), ["a.md", "kb/d.md", "kb/kept.md", "new.md"]);
        assert_eq!(list("kb"), ["d.md", "kept.md"]);
        // A folder that is ignored as a whole was named by whoever looks at it.
        assert_eq!(list("kb/node_modules"), ["c.md"]);
    }
}
