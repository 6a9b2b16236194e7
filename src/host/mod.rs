//! Hosting: the repository with the content can be cloned from this server and pushed to, without a forge.
//!
//! 1. [`tokens`]: who may.
//! 2. [`backend`]: the system's `git http-backend` as a child, with fixed arguments, settings and environment; what comes in
//!    and goes out is streamed through it.
//! 3. [`push`]: when git has received the objects of a push, but before it moves a branch, it runs a hook, which is this
//!    program; the hook asks the running server over a socket ([`gate`]), and the server's publisher checks.
//! 4. When the branch has moved, another hook wakes the publisher and tells the editor what is live.
//! 5. Of many pushes at once, those of the live branch go through 3 and 4 one after the other ([`turns`]).
//!
//! Deliberately knows no HTTP: `web` has the routes. Speaks no git protocol either: git does.

pub mod backend;
pub mod gate;
pub mod push;
pub mod tokens;
mod turns;

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::git::{self, Repository};
use crate::text::Lang;
use tokens::Tokens;
use turns::Turns;

/// The `[git]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whether the repository can be cloned and pushed to.
    pub host: bool,
    /// The name in its address, `/git/NAME.git`; none: the name of its folder.
    pub name: Option<String>,
    /// The file with the tokens of those who may.
    pub tokens: PathBuf,
    /// The language that a push is answered in when git does not say; none: Russian.
    pub lang: Option<Lang>,
}

/// Pushes at once; more wait for a while.
const PUSHES: usize = 4;
/// Clones and fetches at once; more wait for a while.
const FETCHES: usize = 16;
/// While no push is under way, what one left behind belongs to nobody after this much time: whoever had it has seen by then that
/// nobody is there.
const ABANDONED: Duration = Duration::from_secs(60);
/// How often to look for what pushes left behind.
const ROUND: Duration = Duration::from_secs(10 * 60);
/// So many packs are packed together: each push brings one, and whatever reads the repository looks into all.
const MANY_PACKS: usize = 40;
/// What the names of packs begin with that are being made, and how long that may take.
const UNFINISHED: [&str; 2] = ["tmp_", ".tmp-"];
const UNHURRIED: Duration = Duration::from_secs(60 * 60);

/// A repository that is hosted.
#[derive(Debug)]
pub struct Host {
    /// Its name, as in `/git/NAME.git`.
    pub name: String,
    /// The repository.
    pub repository: Repository,
    /// Who may clone and push.
    pub tokens: Tokens,
    /// The language to answer in when git does not say.
    pub lang: Lang,
    /// Whether those who are at this machine need no token while there is none.
    pub is_open: bool,
    /// Where the hooks are: outside of the repository, so that nothing in it has a say.
    hooks: PathBuf,
    /// Where the hooks reach this server.
    pub(crate) socket: PathBuf,
    /// The git program.
    git: PathBuf,
    pushes: Arc<Semaphore>,
    fetches: Arc<Semaphore>,
    turns: Arc<Turns>,
    /// Pushes since packs were last packed together, and what says that there are many.
    unpacked: Arc<Unpacked>,
}

/// How many packs came since they were last packed together.
#[derive(Debug, Default)]
struct Unpacked {
    pushes: AtomicUsize,
    are_many: Notify,
}

impl Unpacked {
    /// Counts a push.
    fn add(&self) {
        if self.pushes.fetch_add(1, Ordering::Relaxed) + 1 == MANY_PACKS {
            self.are_many.notify_one();
        }
    }
}

impl Host {
    /// Prepares hosting: looks for git, checks that the repository may be hosted, and puts the hooks into the data folder.
    ///
    /// `is_open` says that only those who are at this machine can reach it, so that they need no token while there is none.
    ///
    /// # Errors
    /// With a sentence that says what is missing and what to do.
    pub fn new(config: &Config, repository: Repository, data: &Path, is_open: bool) -> Result<Self, String> {
        let git = git_program().ok_or("hosting needs the git program: install git, or set `git.host` to \"off\"")?;
        repository.check_hosting().map_err(|error| error.to_string())?;
        let folder = repository.git_dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = config.name.clone().unwrap_or_else(|| folder.trim_end_matches(".git").to_owned());
        if !is_name(&name) {
            return Err(format!(
                "`{name}` cannot be the name of a hosted repository: set `git.name` to letters and digits"
            ));
        }
        let room = private_folder(data)?;
        let hooks = room.join("hooks");
        put_hooks(&hooks)?;
        let tokens = Tokens::open(&config.tokens)?;
        if tokens.is_empty() && !is_open {
            return Err(format!(
                "refusing to host the repository for others without tokens: make one with `otvet token new NAME` (they are kept in \
                 `{}`), or listen on loopback",
                config.tokens.display()
            ));
        }
        let socket = gate::socket_in(&room)?;
        let host = Self {
            name,
            repository,
            tokens,
            lang: config.lang.unwrap_or_default(),
            is_open,
            hooks,
            socket,
            git,
            pushes: Arc::new(Semaphore::new(PUSHES)),
            fetches: Arc::new(Semaphore::new(FETCHES)),
            turns: Arc::default(),
            unpacked: Arc::default(),
        };
        sweep(&host.repository.git_dir, ABANDONED);
        Ok(host)
    }
}

impl Host {
    /// Removes what pushes left behind now and then, and packs together what they brought whenever that is much, for ever.
    pub async fn keep_in_order(self: Arc<Self>) {
        let mut round = Instant::now() + ROUND;
        loop {
            tokio::select! {
                () = sleep_until(round) => {
                    round = Instant::now() + ROUND;
                    // A push that comes meanwhile waits for a moment.
                    let Ok(_all) = self.pushes.acquire_many(PUSHES as u32).await else { return };
                    let host = self.clone();
                    let _ = tokio::task::spawn_blocking(move || sweep(&host.repository.git_dir, ABANDONED)).await;
                }
                () = self.unpacked.are_many.notified() => {}
            }
            self.unpacked.pushes.store(0, Ordering::Relaxed);
            self.pack().await;
        }
    }
}

/// Removes what was left behind by git that was ended without warning, and that is older than this: objects that were never taken
/// in, and locks of refs, which would stand in the way of every later push or fetch. Packs that were never finished are left for an hour
/// at least, in which they may yet be. Only for repositories that nobody else writes to: one that is hosted, or a mirror.
pub(crate) fn sweep(git_dir: &Path, age: Duration) {
    let mut folders = vec![git_dir.join("refs")];
    let mut locks = ["HEAD", "packed-refs", "config", "shallow"].map(|of| git_dir.join(format!("{of}.lock"))).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == "lock") => locks.push(path),
                _ => {}
            }
        }
    }
    for entry in fs::read_dir(git_dir.join("objects")).into_iter().flatten().flatten() {
        let is_incoming = entry.file_name().to_string_lossy().starts_with(push::INCOMING);
        if is_incoming && is_older(&entry.path(), age) {
            tracing::info!(folder = %entry.path().display(), "removed what an interrupted push left behind");
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    for entry in fs::read_dir(git_dir.join("objects/pack")).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_unfinished = UNFINISHED.iter().any(|start| name.to_string_lossy().starts_with(start));
        if is_unfinished && is_older(&entry.path(), age.max(UNHURRIED)) {
            let _ = fs::remove_file(entry.path());
        }
    }
    for lock in locks.iter().filter(|lock| is_older(lock, age)) {
        tracing::warn!(lock = %lock.display(), "removed the lock of an interrupted push or fetch");
        let _ = fs::remove_file(lock);
    }
}

/// Returns whether a repository has so many packs that they are to be packed together.
pub(crate) fn has_many_packs(git_dir: &Path) -> bool {
    let packs = fs::read_dir(git_dir.join("objects/pack")).into_iter().flatten().flatten();
    packs.filter(|file| file.path().extension().is_some_and(|end| end == "pack")).count() >= MANY_PACKS
}

/// Returns whether something exists that was last changed longer ago than this.
fn is_older(path: &Path, age: Duration) -> bool {
    let changed = fs::symlink_metadata(path).and_then(|meta| meta.modified());
    changed.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|passed| passed > age))
}

/// Returns whether a name can stand in an address and in a log as it is.
pub fn is_name(name: &str) -> bool {
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=64).contains(&name.len()) && name.chars().all(sound) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Finds the git program by the search path of this process, once: children get its address.
pub(crate) fn git_program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).map(|folder| folder.join("git"));
    let is_program =
        |path: &PathBuf| fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0);
    found.into_iter().find(is_program)
}

/// Makes a folder that only this user can look into.
fn private_folder(data: &Path) -> Result<PathBuf, String> {
    let wrong = |error: std::io::Error| format!("cannot use the data folder `{}` for hosting: {error}", data.display());
    fs::create_dir_all(data).map_err(wrong)?;
    let room = fs::canonicalize(data).map_err(wrong)?.join("git");
    if !room.is_dir() {
        fs::DirBuilder::new().mode(0o700).create(&room).map_err(wrong)?;
    }
    fs::set_permissions(&room, fs::Permissions::from_mode(0o700)).map_err(wrong)?;
    Ok(room)
}

/// Puts the hooks in place: links to this program, which knows by which name it is called.
fn put_hooks(folder: &Path) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("cannot put hooks into `{}`: {error}", folder.display());
    let program = std::env::current_exe().map_err(wrong)?;
    // Whatever lay there would be run, too.
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(wrong(error)),
        _ => {}
    }
    fs::create_dir(folder).map_err(wrong)?;
    for hook in push::HOOKS {
        std::os::unix::fs::symlink(&program, folder.join(hook)).map_err(wrong)?;
    }
    Ok(())
}

impl From<git::Error> for push::Refusal {
    fn from(error: git::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}
