//! Following: the content lives in a repository elsewhere, and this server keeps a mirror of it.
//!
//! 1. A thread fetches all branches into a bare repository in the data folder, with the system's git: credentials are git's
//!    business. It does so at the start, now and then, and when a webhook says that something was pushed.
//! 2. The mirror moving wakes the publisher, as any other repository would.
//! 3. A remote that cannot be reached is a status, never an outage: what was fetched stays live, and it is tried again, ever more
//!    seldom, with some chance in it so that replicas do not come all at once.
//!
//! Deliberately checks no content: what a forge has accepted is published as far as it goes.

use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process_group};
use sha2::Sha256;

use crate::git::Repository;
use crate::publish::watch::Waker;
use crate::revision::ObjectId;

/// What to follow, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address of the repository, as git takes it.
    pub remote: String,
    /// How often to look without being told.
    pub every: Duration,
    /// What webhooks are signed with; none: there are no webhooks.
    pub secret: Option<String>,
}

/// How long a fetch may take.
const DEADLINE: Duration = Duration::from_secs(300);
/// The longest wait after failures.
const LONGEST: Duration = Duration::from_secs(300);
/// The most bytes of what git says that are kept.
const SAID: u64 = 16 << 10;

/// How following goes.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// When a fetch last succeeded.
    pub synced_at: Option<Timestamp>,
    /// Why the last one failed; none when it did not.
    pub failure: Option<String>,
    /// When the branch last went back or aside instead of on: its history was rewritten.
    pub rewritten_at: Option<Timestamp>,
    /// How many fetches succeeded and failed.
    pub fetches: (u64, u64),
}

/// A repository that is followed.
#[derive(Debug)]
pub struct Follow {
    config: Config,
    mirror: PathBuf,
    state: ArcSwap<State>,
    hints: SyncSender<()>,
    waiting: Mutex<Option<Receiver<()>>>,
}

/// Checks an address: https, ssh or a path; nothing that runs a program or could be an option.
///
/// # Errors
/// With what is possible.
pub fn check_remote(remote: &str) -> Result<(), String> {
    let scheme = remote.split_once("://").map(|(scheme, _)| scheme);
    let is_known = match scheme {
        Some(scheme) => matches!(scheme, "https" | "http" | "ssh" | "file"),
        // `host:path` of ssh, or a path; `ext::…` and other helpers have two colons.
        None => !remote.contains("::"),
    };
    let host = remote.split_once("://").map_or(remote, |(_, rest)| rest);
    let is_sound = !remote.starts_with('-')
        && !host.starts_with('-')
        && !host.contains("@-")
        && !remote.contains(char::is_control);
    if is_known && is_sound { Ok(()) } else { Err("an https or ssh address or a path is expected".to_owned()) }
}

impl Follow {
    /// Prepares the mirror in the data folder. One of another remote is put aside and made anew.
    ///
    /// # Errors
    /// When git is missing or the folder cannot be written.
    pub fn new(config: Config, data: &Path) -> Result<Self, String> {
        let mirror = data.join("mirror.git");
        let mark = mirror.join("otvet-remote");
        if mirror.exists() && fs::read_to_string(&mark).ok().as_deref() != Some(config.remote.as_str()) {
            fs::remove_dir_all(&mirror).map_err(|error| format!("cannot remove `{}`: {error}", mirror.display()))?;
        }
        if !mirror.exists() {
            fs::create_dir_all(data).map_err(|error| format!("cannot make `{}`: {error}", data.display()))?;
            let mut git = git();
            git.args(["init", "--quiet", "--bare", "--initial-branch=main", "--template="]).arg(&mirror);
            run(git, Duration::from_secs(60)).map_err(|error| format!("cannot make the mirror: {error}"))?;
            fs::write(&mark, &config.remote).map_err(|error| format!("cannot write `{}`: {error}", mark.display()))?;
        }
        let (hints, waiting) = sync_channel(1);
        let mirror = fs::canonicalize(&mirror).map_err(|error| error.to_string())?;
        Ok(Self { config, mirror, state: ArcSwap::default(), hints, waiting: Mutex::new(Some(waiting)) })
    }

    /// Returns where the mirror is.
    pub fn mirror(&self) -> &Path {
        &self.mirror
    }

    /// Returns how it goes.
    pub fn state(&self) -> Arc<State> {
        self.state.load_full()
    }

    /// Says that something may have been pushed.
    pub fn hint(&self) {
        // A full slot means that a look is due anyway.
        let _ = self.hints.try_send(());
    }

    /// Returns whether a webhook was sent by somebody who knows the secret: `signature` is the hexadecimal HMAC-SHA256 of the
    /// body; `token` is the secret itself, as GitLab sends it.
    pub fn is_authentic(&self, body: &[u8], signature: Option<&str>, token: Option<&str>) -> bool {
        let Some(secret) = self.config.secret.as_deref() else { return false };
        match (signature, token) {
            (Some(signature), _) => {
                let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
                mac.update(body);
                decode(signature.strip_prefix("sha256=").unwrap_or(signature))
                    .is_some_and(|signature| mac.verify_slice(&signature).is_ok())
            }
            (None, Some(token)) => {
                // Hashes are of one length, so that the time tells nothing of the secret's.
                let hash = |text: &str| <[u8; 32]>::from(<Sha256 as sha2::Digest>::digest(text.as_bytes()));
                crate::host::tokens::is_same(&hash(token), &hash(secret))
            }
            (None, None) => false,
        }
    }

    /// Fetches for ever, on a thread of its own, until `stop` says so.
    pub fn run(&self, repository: &Repository, waker: &Waker, stop: &dyn Fn() -> bool) {
        let Some(hints) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let mut failures = 0u32;
        while !stop() {
            let before = repository.head().ok().map(|head| head.revision.commit);
            let outcome = self.fetch();
            let now = Timestamp::now();
            let mut state = State::clone(&self.state.load());
            match outcome {
                Ok(()) => {
                    failures = 0;
                    let after = repository.head().ok().map(|head| head.revision.commit);
                    if self.is_rewritten(before, after) {
                        tracing::warn!(remote = %shown(&self.config.remote), "the history of the remote was rewritten; following it");
                        state.rewritten_at = Some(now);
                    }
                    state.synced_at = Some(now);
                    state.failure = None;
                    state.fetches.0 += 1;
                    if before != after {
                        waker.wake();
                    }
                }
                Err(reason) => {
                    failures = failures.saturating_add(1);
                    if state.failure.as_ref() != Some(&reason) {
                        tracing::warn!(remote = %shown(&self.config.remote), %reason, "cannot fetch; what was fetched stays live");
                    }
                    state.failure = Some(reason);
                    state.fetches.1 += 1;
                }
            }
            self.state.store(Arc::new(state));
            if hints.recv_timeout(self.pause(failures)) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    /// Returns how long to wait: longer after every failure, never the same twice.
    fn pause(&self, failures: u32) -> Duration {
        let mut chance = [0; 2];
        // Without chance it is only less even.
        let _ = getrandom::fill(&mut chance);
        let pause = self.config.every.saturating_mul(1 << failures.min(10)).min(LONGEST.max(self.config.every));
        pause.mul_f64(0.75 + 0.5 * f64::from(u16::from_le_bytes(chance)) / f64::from(u16::MAX))
    }

    fn fetch(&self) -> Result<(), String> {
        // The branch that the remote itself shows first; one that is configured counts anyway.
        let mut ask = self.remote_git();
        ask.args(["ls-remote", "--quiet", "--symref", "--", &self.config.remote, "HEAD"]);
        let said = run(ask, DEADLINE)?;
        let head = said.lines().find_map(|line| line.strip_prefix("ref: refs/heads/")?.split('\t').next());
        let mut fetch = self.remote_git();
        fetch.args([
            "fetch",
            "--quiet",
            "--prune",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--force",
        ]);
        fetch.args(["--", &self.config.remote, "+refs/heads/*:refs/heads/*"]);
        run(fetch, DEADLINE)?;
        if let Some(head) = head {
            let mut turn = git();
            turn.arg("--git-dir").arg(&self.mirror).args(["symbolic-ref", "HEAD", &format!("refs/heads/{head}")]);
            run(turn, DEADLINE)?;
        }
        Ok(())
    }

    /// Returns git for talking to the remote: it never asks, gives up when nothing comes, and runs no helper that an address
    /// could name.
    fn remote_git(&self) -> Command {
        let mut git = git();
        git.arg("--git-dir").arg(&self.mirror);
        for setting in [
            "protocol.allow=never",
            "protocol.https.allow=always",
            "protocol.http.allow=always",
            "protocol.ssh.allow=always",
            "protocol.file.allow=always",
            "http.lowSpeedLimit=1000",
            "http.lowSpeedTime=30",
            "http.followRedirects=initial",
            "fetch.fsckObjects=true",
            "core.hooksPath=/dev/null",
            "gc.auto=0",
        ] {
            git.args(["-c", setting]);
        }
        if std::env::var_os("GIT_SSH_COMMAND").is_none() {
            git.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15");
        }
        git
    }

    /// Returns whether the branch went elsewhere than on.
    fn is_rewritten(&self, before: Option<ObjectId>, after: Option<ObjectId>) -> bool {
        let (Some(before), Some(after)) = (before, after) else { return false };
        if before == after {
            return false;
        }
        let mut ask = git();
        ask.arg("--git-dir").arg(&self.mirror).args([
            "merge-base",
            "--is-ancestor",
            &before.to_string(),
            &after.to_string(),
        ]);
        run(ask, DEADLINE).is_err()
    }
}

/// Returns an address without the secrets that may stand in it.
pub fn shown(remote: &str) -> String {
    match remote.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1))) {
        Some((scheme, rest)) => format!("{scheme}://{rest}"),
        None => remote.to_owned(),
    }
}

fn git() -> Command {
    let mut git = Command::new("git");
    git.env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C.UTF-8").env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    git
}

/// Runs a command to its end, or ends it with all that it has started when time is over. Returns what it printed.
fn run(mut command: Command, limit: Duration) -> Result<String, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| format!("cannot run git: {error}"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let printed = scope.spawn(|| said(stdout));
        let errors = scope.spawn(|| said(stderr));
        let ended = wait(&mut child, limit);
        let (printed, errors) = (printed.join().unwrap_or_default(), errors.join().unwrap_or_default());
        match ended {
            Ok(true) => Ok(printed),
            Ok(false) => Err(reason(&errors)),
            Err(reason) => Err(reason),
        }
    })
}

fn said(stream: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        let _ = stream.by_ref().take(SAID).read_to_end(&mut bytes);
        // The rest is read for nobody, so that the child does not wait for a reader.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns whether a child succeeded.
fn wait(child: &mut Child, limit: Duration) -> Result<bool, String> {
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                    let _ = kill_process_group(group, Signal::KILL);
                }
                let _ = child.wait();
                return Err(format!("git did not end within {} s", limit.as_secs()));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn decode(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    (0..32).map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

/// Returns the line of what git says that says why: the first that it died of, else the last.
fn reason(said: &str) -> String {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let fatal = lines.clone().find_map(|line| line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("error: ")));
    fatal.or_else(|| lines.next_back()).unwrap_or("git failed").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_run_nothing_are_followed() {
        for good in [
            "https://git.example/kb.git",
            "ssh://git@git.example/kb.git",
            "git@git.example:kb/kb.git",
            "/srv/kb.git",
            "file:///srv/kb.git",
            "../kb.git",
        ] {
            assert_eq!(check_remote(good), Ok(()), "{good}");
        }
        for bad in [
            "ext::sh -c id",
            "-uploadpack=id",
            "ssh://-oProxyCommand=id/x",
            "git://a/b",
            "fd::3",
            "ssh://a@-x/y",
            "a\nb",
        ] {
            assert!(check_remote(bad).is_err(), "{bad}");
        }
        assert_eq!(shown("https://user:secret@git.example/kb.git"), "https://git.example/kb.git");
    }

    #[test]
    fn webhook_is_believed_by_its_signature_or_secret() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = |secret: Option<&str>| Config {
            remote: "/none".to_owned(),
            every: Duration::from_secs(60),
            secret: secret.map(str::to_owned),
        };
        let follow = Follow::new(config(Some("key")), folder.path()).expect("a mirror");
        // Source: the example of HMAC in Wikipedia.
        let body = b"The quick brown fox jumps over the lazy dog";
        let signature = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        assert!(follow.is_authentic(body, Some(signature), None));
        assert!(follow.is_authentic(body, Some(&format!("sha256={signature}")), None));
        assert!(follow.is_authentic(body, None, Some("key")));
        assert!(!follow.is_authentic(b"other", Some(signature), None));
        assert!(!follow.is_authentic(body, Some("sha256=00"), Some("key")), "a signature that is wrong counts");
        assert!(!follow.is_authentic(body, None, Some("kez")));
        assert!(!follow.is_authentic(body, None, None));
        let open = Follow::new(config(None), folder.path()).expect("a mirror");
        assert!(!open.is_authentic(body, Some(signature), Some("")));
    }

    #[test]
    fn pauses_grow_and_differ() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let every = Duration::from_secs(10);
        let config = Config { remote: "/none".to_owned(), every, secret: None };
        let follow = Follow::new(config, folder.path()).expect("a mirror");
        assert!((every.mul_f64(0.75)..=every.mul_f64(1.25)).contains(&follow.pause(0)));
        assert!(follow.pause(3) > follow.pause(0));
        assert!(follow.pause(30) <= LONGEST.mul_f64(1.25));
    }

    #[test]
    fn reason_is_what_git_died_of() {
        let said = "fatal: '/srv/kb.git' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\n\
            Please make sure you have the correct access rights\nand the repository exists.\n";
        assert_eq!(reason(said), "'/srv/kb.git' does not appear to be a git repository");
        assert_eq!(
            reason("ssh: connect to host kb port 22: Connection refused\n"),
            "ssh: connect to host kb port 22: Connection refused"
        );
        assert_eq!(reason(" \n"), "git failed");
    }
}
