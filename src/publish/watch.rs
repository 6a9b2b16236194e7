//! Hints that the source may have changed: notify and a poller, both only say "look again".
//!
//! Events are lost, doubled and late on every file system; the commit id is the truth, and the poller comes by anyway.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use notify::{RecursiveMode, Watcher};

/// Puts a token into the one-slot queue. When one is already there, that one says it all.
#[derive(Debug, Clone)]
pub struct Waker {
    slot: SyncSender<()>,
    stopped: Arc<AtomicBool>,
}

impl Waker {
    /// Says "look again".
    pub fn wake(&self) {
        // A full slot means that a look is due anyway; a closed one that nobody looks any more.
        let _ = self.slot.try_send(());
    }

    /// Says that nobody needs to look any more.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.wake();
    }
}

/// The other end of the queue, with the poller and the watch that feed it.
pub struct Tokens {
    slot: Receiver<()>,
    stopped: Arc<AtomicBool>,
    poll: Duration,
    quiet: Duration,
    /// Dropping it ends the watch.
    _watcher: Option<notify::RecommendedWatcher>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("poll", &self.poll).field("quiet", &self.quiet).finish_non_exhaustive()
    }
}

/// Makes the queue, and watches folders (`below`: and what is below them). Where watching is not possible (too many
/// watches, a network file system), polling is all there is, and the log says so.
pub fn queue(folders: &[PathBuf], below: bool, poll: Duration, quiet: Duration) -> (Waker, Tokens) {
    let (sender, slot) = sync_channel(1);
    let stopped = Arc::new(AtomicBool::new(false));
    let waker = Waker { slot: sender, stopped: stopped.clone() };
    let watcher = watcher(waker.clone(), folders, below)
        .inspect_err(|error| tracing::warn!(%error, ?poll, "cannot watch for changes; polling only"))
        .ok();
    (waker, Tokens { slot, stopped, poll, quiet, _watcher: watcher })
}

fn watcher(waker: Waker, folders: &[PathBuf], below: bool) -> notify::Result<notify::RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is not a change; anything else, errors and overflows too, may be one.
        if !matches!(&event, Ok(event) if event.kind.is_access()) {
            waker.wake();
        }
    })?;
    let mode = if below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
    for folder in folders {
        watcher.watch(folder, mode)?;
    }
    Ok(watcher)
}

impl Tokens {
    /// Waits for a token or the poll interval, then for quiet (at most ten times as long). Returns false when it was
    /// stopped.
    pub fn wait(&self) -> bool {
        if self.slot.recv_timeout(self.poll) == Err(RecvTimeoutError::Disconnected) {
            return false;
        }
        let end = Instant::now() + 10 * self.quiet;
        while !self.stopped.load(Ordering::Acquire) && Instant::now() < end {
            if self.slot.recv_timeout(self.quiet).is_err() {
                break;
            }
        }
        !self.stopped.load(Ordering::Acquire)
    }
}
