//! The mirror: all branches of the remote, in a bare repository in the data folder.
//!
//! 1. What the remote has is asked first. Where it shows nothing at all, which is what a page to sign in on looks like to git, nothing is
//!    fetched, and above all nothing is removed.
//! 2. All branches are fetched; those that are gone are removed, but never the one that readers see: that is told instead.
//! 3. The mirror is derived data. One that is damaged is made anew beside the old, which stays until the new one is whole.
//!
//! Nobody else writes to the mirror, so what a fetch that was ended left in it is removed before the next.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::remote::{self, run};
use crate::git::{self, Repository};
use crate::host;

/// How long the remote may take to say what it has, and making a repository.
const ASKING: Duration = Duration::from_secs(60);
/// How long a fetch may take, and how long the first one, which fetches everything.
const FETCHING: Duration = Duration::from_secs(15 * 60);
const FIRST: Duration = Duration::from_secs(2 * 60 * 60);
/// Locks that are older belong to nobody: a ref is locked for a moment.
const ABANDONED: Duration = Duration::from_secs(10);
/// A mirror that could not be made anew is left as it is for so long: it may be the remote that is damaged, and large.
const AGAIN: Duration = Duration::from_secs(60 * 60);
/// The most branches that are named.
const NAMED: usize = 5;
/// The file that says when the remote was last reached.
const SYNCED: &str = "otvet-synced";

/// A mirror of a remote.
#[derive(Debug)]
pub(super) struct Mirror {
    remote: String,
    branch: Option<String>,
    path: PathBuf,
    /// When it was last tried to make it anew.
    remade: Mutex<Option<Instant>>,
}

/// What a remote has.
struct Shown {
    branches: Vec<String>,
    /// The branch that it shows first.
    head: Option<String>,
}

impl Mirror {
    /// Prepares the mirror in the data folder; one that cannot be opened is begun anew. One of another address is used as it is, so
    /// that an address that was changed, and perhaps mistyped, takes nothing from readers.
    ///
    /// # Errors
    /// When git is missing or the folder cannot be written.
    pub(super) fn new(remote: &str, branch: Option<&str>, data: &Path) -> Result<Self, String> {
        host::git_program().ok_or("following a remote needs the git program: install git")?;
        fs::create_dir_all(data).map_err(|error| format!("cannot make `{}`: {error}", data.display()))?;
        let data = fs::canonicalize(data).map_err(|error| format!("cannot use `{}`: {error}", data.display()))?;
        let branch = branch.map(|branch| branch.strip_prefix("refs/heads/").unwrap_or(branch).to_owned());
        let path = data.join("mirror.git");
        let mirror = Self { remote: remote.to_owned(), branch, path, remade: Mutex::default() };
        if !mirror.path.exists() && mirror.beside("old").exists() {
            fs::rename(mirror.beside("old"), &mirror.path).map_err(|error| mirror.wrong(&error))?;
        }
        // It held the address, with whatever secret stood in it.
        let _ = fs::remove_file(mirror.path.join("otvet-remote"));
        if Repository::find(&mirror.path, None, None).is_err() {
            remove(&mirror.path).map_err(|error| mirror.wrong(&error))?;
            mirror.make(&mirror.path, &|| false)?;
        }
        Ok(mirror)
    }

    /// Returns where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns when the remote was last reached, as far as is known.
    pub(super) fn synced_at(&self) -> Option<Timestamp> {
        fs::read_to_string(self.path.join(SYNCED)).ok()?.trim().parse().ok()
    }

    /// Brings the mirror to where the remote is. Returns what is amiss with the remote all the same.
    ///
    /// # Errors
    /// With why not, in one line that holds no secret.
    pub(super) fn fetch(&self, repository: &Repository, stop: &dyn Fn() -> bool) -> Result<Option<String>, String> {
        let shown = self.ask(stop)?;
        let brought = self.bring(&self.path, &shown, stop);
        // The remote answers, so what is wrong may be here.
        let is_damaged = !stop() && (is_unreadable(repository) || (brought.is_err() && !self.is_whole(stop)));
        if is_damaged && self.is_to_be_remade() {
            self.remake(&shown, stop)?;
        } else {
            brought?;
        }
        self.pack(stop);
        // If it cannot be written, it is not known after a restart.
        let _ = fs::write(self.path.join(SYNCED), Timestamp::now().to_string());
        Ok(self.missing(&shown))
    }

    /// Returns whether a commit does not go on from another that was there.
    pub(super) fn is_rewritten(&self, old: &str, new: &str, stop: &dyn Fn() -> bool) -> bool {
        let holds = |arguments: &[&str]| self.own(&self.path, arguments, stop).is_ok();
        holds(&["cat-file", "-e", old]) && !holds(&["merge-base", "--is-ancestor", old, new])
    }

    /// Asks the remote what it has.
    fn ask(&self, stop: &dyn Fn() -> bool) -> Result<Shown, String> {
        let mut ask = remote::git();
        // No repository has a say in it; of one that is missing, git takes no settings.
        ask.env("GIT_DIR", self.beside("none"));
        ask.args(["ls-remote", "--quiet", "--symref", "--", &self.remote, "HEAD", "refs/heads/*"]);
        let said = run(ask, &self.remote, ASKING, stop)?;
        let names = said.lines().filter_map(|line| line.split_once('\t')?.1.strip_prefix("refs/heads/"));
        let branches: Vec<String> = names.map(str::to_owned).collect();
        if branches.is_empty() {
            return Err("the remote shows no branch: it is empty, or something else than git answers there".to_owned());
        }
        let head = said.lines().find_map(|line| line.strip_prefix("ref: refs/heads/")?.split('\t').next());
        let head = head.filter(|head| branches.iter().any(|branch| branch == head)).map(str::to_owned);
        Ok(Shown { branches, head })
    }

    /// Fetches everything into a repository, and turns its `HEAD` to the branch that the remote shows first.
    fn bring(&self, into: &Path, shown: &Shown, stop: &dyn Fn() -> bool) -> Result<(), String> {
        host::sweep(into, ABANDONED);
        let now = fs::read_to_string(into.join("HEAD")).unwrap_or_default();
        let now = now.trim().strip_prefix("ref: refs/heads/").unwrap_or_default();
        let live = self.branch.as_deref().unwrap_or(now);
        let is_first = fs::read_dir(into.join("objects/pack")).map_or(true, |mut packs| packs.next().is_none());
        let mut fetch = remote::git();
        fetch.arg("--git-dir").arg(into);
        fetch.args(["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]);
        // Of a shallow repository nothing would be fetched, and nothing said.
        fetch.arg("--update-shallow");
        fetch.args(["--force", "--", &self.remote, "+refs/heads/*:refs/heads/*"]);
        // Unless another branch now stands in its place, in which git cannot have both.
        let stands_in_its_way = |branch: &String| {
            branch.strip_prefix(live).is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
                || live.strip_prefix(branch.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        if !live.is_empty() && !shown.branches.iter().any(stands_in_its_way) {
            fetch.arg(format!("^refs/heads/{live}"));
        }
        run(fetch, &self.remote, if is_first { FIRST } else { FETCHING }, stop)?;
        match shown.head.as_deref().filter(|head| *head != now) {
            Some(head) => self.own(into, &["symbolic-ref", "HEAD", &format!("refs/heads/{head}")], stop),
            None => Ok(()),
        }
    }

    /// Says that the branch that readers are to see is not there, if it is not.
    fn missing(&self, shown: &Shown) -> Option<String> {
        let live = match (&self.branch, &shown.head) {
            (Some(branch), _) => branch.clone(),
            (None, Some(head)) => head.clone(),
            (None, None) => Repository::find(&self.path, None, None).ok()?.branch_name().ok()?,
        };
        if shown.branches.contains(&live) {
            return None;
        }
        let named = shown.branches.iter().take(NAMED).map(|branch| format!("`{}`", branch.escape_debug()));
        let named = named.collect::<Vec<_>>().join(", ");
        let more = if shown.branches.len() > NAMED { ", …" } else { "" };
        Some(format!("the remote has no branch `{}`; it has {named}{more}: set `content.branch`", live.escape_debug()))
    }

    /// Returns whether everything that the branches of the mirror need is there.
    fn is_whole(&self, stop: &dyn Fn() -> bool) -> bool {
        self.own(&self.path, &["rev-list", "--objects", "--all", "--quiet"], stop).is_ok()
    }

    /// Returns whether the mirror may be made anew now, and notes that it is.
    fn is_to_be_remade(&self) -> bool {
        let mut remade = self.remade.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_due = remade.is_none_or(|at| at.elapsed() > AGAIN) || !self.path.exists();
        if is_due {
            *remade = Some(Instant::now());
        }
        is_due
    }

    /// Makes the mirror anew beside the old, and takes its place.
    fn remake(&self, shown: &Shown, stop: &dyn Fn() -> bool) -> Result<(), String> {
        let (new, old) = (self.beside("new"), self.beside("old"));
        let wrong = |error: std::io::Error| self.wrong(&error);
        remove(&new).map_err(wrong)?;
        let made = self.make(&new, stop).and_then(|()| self.bring(&new, shown, stop));
        if let Err(reason) = made {
            let _ = remove(&new);
            return Err(reason);
        }
        remove(&old).map_err(wrong)?;
        if self.path.exists() {
            fs::rename(&self.path, &old).map_err(wrong)?;
        }
        fs::rename(&new, &self.path).map_err(wrong)?;
        tracing::warn!("the mirror of the remote was damaged and has been made anew");
        remove(&old).map_err(wrong)
    }

    /// Packs together what fetches brought, when that is much: whatever reads the mirror looks into all packs.
    fn pack(&self, stop: &dyn Fn() -> bool) {
        if host::has_many_packs(&self.path)
            && let Err(reason) = self.own(&self.path, &["repack", "--geometric=2", "-d", "-q"], stop)
        {
            tracing::warn!(%reason, "the mirror could not be packed; trying again later");
        }
    }

    fn make(&self, path: &Path, stop: &dyn Fn() -> bool) -> Result<(), String> {
        let mut git = remote::git();
        git.args(["init", "--quiet", "--bare", "--initial-branch=main", "--template="]).arg(path);
        run(git, &self.remote, ASKING, stop).map_err(|error| format!("cannot make the mirror: {error}"))?;
        Ok(())
    }

    /// Has git do something that needs no remote.
    fn own(&self, path: &Path, arguments: &[&str], stop: &dyn Fn() -> bool) -> Result<(), String> {
        let mut git = remote::git();
        git.arg("--git-dir").arg(path).args(arguments);
        run(git, &self.remote, FETCHING, stop).map(drop)
    }

    fn beside(&self, what: &str) -> PathBuf {
        self.path.with_extension(format!("git.{what}"))
    }

    fn wrong(&self, error: &std::io::Error) -> String {
        format!("cannot make the mirror `{}`: {error}", self.path.display())
    }
}

/// Returns whether a repository, or the commit that readers are to see in it, is damaged.
fn is_unreadable(repository: &Repository) -> bool {
    Repository::find(&repository.git_dir, None, None).is_err()
        || matches!(repository.head(), Err(git::Error::Object { .. } | git::Error::Other { .. }))
}

/// Removes a folder, if it is there.
fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
