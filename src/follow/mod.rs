//! Following: the content lives in a repository elsewhere, and this server keeps a [`mirror`] of it.
//!
//! 1. A thread fetches all branches into a bare repository in the data folder, with the system's git ([`remote`]): credentials are
//!    git's business. It does so at the start, now and then, and when a webhook says that something was pushed.
//! 2. The mirror moving wakes the publisher, as any other repository would.
//! 3. A remote that cannot be reached is a status, never an outage: what was fetched stays live, and it is tried again, ever more
//!    seldom, with some chance in it so that replicas do not come all at once.
//!
//! Deliberately checks no content: what a forge has accepted is published as far as it goes.

mod mirror;
mod remote;

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::git::Repository;
use crate::publish::watch::Waker;
use mirror::Mirror;
pub use remote::{check_remote, shown};

/// What to follow, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address of the repository, as git takes it.
    pub remote: String,
    /// The branch to serve; none: the one that the remote shows first.
    pub branch: Option<String>,
    /// How often to look without being told.
    pub every: Duration,
    /// What webhooks are signed with; none: there are no webhooks.
    pub secret: Option<String>,
}

/// The longest wait after failures.
const LONGEST: Duration = Duration::from_secs(300);
/// How following goes.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// When a fetch last succeeded, also before the start.
    pub synced_at: Option<Timestamp>,
    /// Why the last one failed, or what is amiss with the remote all the same; none when all is well.
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
    mirror: Mirror,
    state: ArcSwap<State>,
    hints: SyncSender<()>,
    waiting: Mutex<Option<Receiver<()>>>,
}

impl Follow {
    /// Prepares the mirror in the data folder.
    ///
    /// # Errors
    /// When git is missing or the folder cannot be written.
    pub fn new(config: Config, data: &Path) -> Result<Self, String> {
        let mirror = Mirror::new(&config.remote, config.branch.as_deref(), data)?;
        let (hints, waiting) = sync_channel(1);
        let state = State { synced_at: mirror.synced_at(), ..State::default() };
        Ok(Self { config, mirror, state: ArcSwap::from_pointee(state), hints, waiting: Mutex::new(Some(waiting)) })
    }

    /// Returns where the mirror is.
    pub fn mirror(&self) -> &Path {
        self.mirror.path()
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

    /// Returns what shows whether a webhook was sent by somebody who knows the secret: `signature` is the hexadecimal HMAC-SHA256 of
    /// its body, `token` the secret itself, as GitLab sends it. None where there are no webhooks.
    pub fn proof(&self, signature: Option<&str>, token: Option<&str>) -> Option<Proof> {
        let secret = self.config.secret.as_deref()?;
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        let claim = match (signature, token) {
            (Some(signature), _) => Claim::Signed(decode(signature.strip_prefix("sha256=").unwrap_or(signature))),
            (None, token) => {
                // Hashes are of one length, so that the time tells nothing of the secret's.
                let hash = |text: &str| <[u8; 32]>::from(<Sha256 as sha2::Digest>::digest(text.as_bytes()));
                Claim::Known(token.is_some_and(|token| crate::host::tokens::is_same(&hash(token), &hash(secret))))
            }
        };
        Some(Proof { mac, claim })
    }

    /// Fetches for ever, on a thread of its own, until `stop` says so.
    pub fn run(&self, repository: &Repository, waker: &Waker, stop: &dyn Fn() -> bool) {
        let Some(hints) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let mut failures = 0u32;
        while !stop() {
            failures = if self.look(repository, waker, stop) { 0 } else { failures.saturating_add(1) };
            if stop() || hints.recv_timeout(self.pause(failures)) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    /// Fetches once. Returns whether all is well.
    fn look(&self, repository: &Repository, waker: &Waker, stop: &dyn Fn() -> bool) -> bool {
        let commit = || repository.head().ok().map(|head| head.revision.commit);
        let before = commit();
        let outcome = self.mirror.fetch(repository, stop);
        if stop() {
            return false;
        }
        let after = commit();
        if before != after {
            waker.wake();
        }
        let turned = before
            .zip(after)
            .filter(|(old, new)| old != new && self.mirror.is_rewritten(&old.to_string(), &new.to_string(), stop));
        let before = self.state();
        let mut now = State::clone(&before);
        match outcome.is_ok() {
            true => (now.synced_at, now.fetches.0) = (Some(Timestamp::now()), now.fetches.0 + 1),
            false => now.fetches.1 += 1,
        }
        if turned.is_some() {
            now.rewritten_at = Some(Timestamp::now());
        }
        now.failure = outcome.unwrap_or_else(Some);
        let now = Arc::new(now);
        // Whoever hears of it finds it so.
        self.state.store(now.clone());
        let remote = shown(&self.config.remote);
        if let Some((old, new)) = turned {
            let (from, to) = (old.short(), new.short());
            tracing::warn!(%remote, %from, %to, "the history of the remote was rewritten; following it");
        }
        match &now.failure {
            Some(reason) if before.failure.as_ref() != Some(reason) => {
                tracing::warn!(%remote, %reason, "cannot fetch; what was fetched stays live");
            }
            None if before.failure.is_some() => tracing::info!(%remote, "the remote can be fetched again"),
            _ => {}
        }
        now.failure.is_none()
    }

    /// Returns how long to wait: longer after every failure, never the same twice.
    fn pause(&self, failures: u32) -> Duration {
        let mut chance = [0; 2];
        // Without chance it is only less even.
        let _ = getrandom::fill(&mut chance);
        let pause = self.config.every.saturating_mul(1 << failures.min(10)).min(LONGEST.max(self.config.every));
        pause.mul_f64(0.75 + 0.5 * f64::from(u16::from_le_bytes(chance)) / f64::from(u16::MAX))
    }
}

/// What shows, once its body has come, whether a webhook is genuine.
#[derive(Debug)]
pub struct Proof {
    mac: Hmac<Sha256>,
    claim: Claim,
}

#[derive(Debug)]
enum Claim {
    /// By a signature; none if it cannot be one.
    Signed(Option<Vec<u8>>),
    /// By the secret, which is right or not.
    Known(bool),
}

impl Proof {
    /// Takes a part of the body.
    pub fn add(&mut self, bytes: &[u8]) {
        self.mac.update(bytes);
    }

    /// Returns whether whoever sent it knows the secret.
    pub fn holds(self) -> bool {
        match self.claim {
            Claim::Signed(signature) => signature.is_some_and(|signature| self.mac.verify_slice(&signature).is_ok()),
            Claim::Known(known) => known,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn following(secret: Option<&str>, every: Duration, data: &Path) -> Follow {
        let secret = secret.map(str::to_owned);
        Follow::new(Config { remote: "/none".to_owned(), branch: None, every, secret }, data).expect("a mirror")
    }

    #[test]
    fn webhook_is_believed_by_its_signature_or_secret() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let follow = following(Some("key"), Duration::from_secs(60), folder.path());
        let holds = |body: &[u8], signature: Option<&str>, token: Option<&str>| {
            let mut proof = follow.proof(signature, token).expect("there are webhooks");
            body.chunks(7).for_each(|part| proof.add(part));
            proof.holds()
        };
        // Source: the example of HMAC in Wikipedia.
        let body = b"The quick brown fox jumps over the lazy dog";
        let signature = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
        assert!(holds(body, Some(signature), None));
        assert!(holds(body, Some(&format!("sha256={signature}")), None));
        assert!(holds(body, None, Some("key")));
        assert!(!holds(b"other", Some(signature), None));
        assert!(!holds(body, Some("sha256=00"), Some("key")), "a signature that is wrong counts");
        assert!(!holds(body, None, Some("kez")));
        assert!(!holds(body, None, None));
        let deaf = following(None, Duration::from_secs(60), folder.path());
        assert!(deaf.proof(Some(signature), Some("")).is_none());
    }

    #[test]
    fn pauses_grow_and_differ() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let every = Duration::from_secs(10);
        let follow = following(None, every, folder.path());
        assert!((every.mul_f64(0.75)..=every.mul_f64(1.25)).contains(&follow.pause(0)));
        assert!(follow.pause(3) > follow.pause(0));
        assert!(follow.pause(30) <= LONGEST.mul_f64(1.25));
    }
}
