//! What the publisher does next: look again, because notify or the poller hint that the source may have changed, or work that
//! somebody asks for, such as the check of a push.
//!
//! Events are lost, doubled and late on every file system; the commit id is the truth, and the poller comes by anyway.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::{RecursiveMode, Watcher};

use super::Publisher;

/// Something to do with the publisher, on its thread.
pub type Work = Box<dyn FnOnce(&mut Publisher) + Send>;

/// What is next.
pub(super) enum Token {
    /// Look whether the source has changed.
    Look,
    /// Do this.
    Work(Work),
    /// Nobody needs the publisher any more.
    Stop,
}

/// What waits for the publisher. However often it is told to look, one look says it all.
#[derive(Default)]
struct Waiting {
    look: bool,
    stopped: bool,
    work: VecDeque<Work>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

/// Tells the publisher what to do.
#[derive(Clone)]
pub struct Waker(Arc<Queue>);

impl std::fmt::Debug for Waker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waker").finish_non_exhaustive()
    }
}

impl Waker {
    /// Says "look again".
    pub fn wake(&self) {
        self.0.change(|waiting| waiting.look = true);
    }

    /// Asks for work; it is done before the next look, in the order in which it was asked for. Work that was not begun when
    /// the publisher is stopped is dropped.
    pub fn ask(&self, work: impl FnOnce(&mut Publisher) + Send + 'static) {
        self.0.change(|waiting| {
            if !waiting.stopped {
                waiting.work.push_back(Box::new(work));
            }
        });
    }

    /// Says that nobody needs to look any more.
    pub fn stop(&self) {
        self.0.change(|waiting| {
            waiting.stopped = true;
            waiting.work.clear();
        });
    }
}

/// The other end of the queue, with the poller and the watch that feed it.
pub struct Tokens {
    queue: Arc<Queue>,
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
    let waker = Waker(Arc::default());
    let watcher = watcher(waker.clone(), folders, below)
        .inspect_err(|error| tracing::warn!(%error, ?poll, "cannot watch for changes; polling only"))
        .ok();
    let tokens = Tokens { queue: waker.0.clone(), poll, quiet, _watcher: watcher };
    (waker, tokens)
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
    /// Waits for something to do. A look comes when it was asked for or the poll interval is over, and then only after some
    /// quiet (at most ten times as long); work and the end come at once.
    pub(super) fn next(&self) -> Token {
        let poll = Instant::now() + self.poll;
        let mut waiting = self.queue.lock();
        let mut quiet: Option<(Instant, Instant)> = None;
        loop {
            if waiting.stopped {
                return Token::Stop;
            }
            if let Some(work) = waiting.work.pop_front() {
                // A look that was about to come is not forgotten.
                waiting.look |= quiet.is_some();
                return Token::Work(work);
            }
            let now = Instant::now();
            if std::mem::take(&mut waiting.look) || (quiet.is_none() && now >= poll) {
                let end = quiet.map_or(now + 10 * self.quiet, |(_, end)| end);
                quiet = Some((now + self.quiet, end));
            }
            let until = match quiet {
                Some((silence, end)) if now >= silence.min(end) => return Token::Look,
                Some((silence, end)) => silence.min(end),
                None => poll,
            };
            let waited = self.queue.changed.wait_timeout(waiting, until.saturating_duration_since(now));
            waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
