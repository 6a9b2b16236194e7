//! The recorder: takes events without ever waiting, and hands them to the store from a thread of its own.
//!
//! * [`Recorder::record`] puts an event into a queue in memory, or, when the queue is full, drops this event, the newest:
//!   what was accepted before is not given up for it. Nothing else happens while a request waits.
//! * The thread writes what is queued, in order, as much at a time as has gathered. What the store cannot take stays in
//!   the queue and is tried again, more and more rarely; the log tells once that it fails, and once that it works again.
//! * [`Recorder::stop`] writes what is left, for no longer than it is given.
//!
//! A store that never returns holds the thread, not the recorder: then the queue fills and events are dropped and counted.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::{Event, EventStore, Id, Ids, Report, Surface};
use crate::revision::ObjectId;

/// Most events in the queue: some hours of a busy contact centre.
const MOST: usize = 10_000;
/// Most bytes in the queue; events with long notes are fewer.
const MOST_BYTES: usize = 16 << 20;
/// Most events written at once.
const BATCH: usize = 256;
/// How long to wait after the first failure, and after the last of many.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));
/// How often old events are forgotten.
const FORGET: Duration = Duration::from_secs(3600);
/// Most events that are kept, so that no flood fills a disk: some hundred megabytes.
const MOST_KEPT: u64 = 1_000_000;

/// Takes events.
#[derive(Debug)]
pub struct Recorder {
    shared: Arc<Shared>,
    store: Arc<dyn EventStore>,
}

/// What the recorder counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Events accepted into the queue.
    pub accepted: u64,
    /// Events dropped because the queue was full.
    pub dropped: u64,
    /// Events written to the store.
    pub stored: u64,
    /// Times that the store failed.
    pub failures: u64,
    /// Events in the queue now.
    pub queued: u64,
    /// Whether the last attempt to write failed.
    pub failing: bool,
}

/// The queue was full: the event is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped;

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// Told when events come, when it is time to stop, and when events were written.
    changed: Condvar,
    ids: Ids,
    accepted: AtomicU64,
    dropped: AtomicU64,
    stored: AtomicU64,
    failures: AtomicU64,
    failing: AtomicBool,
    /// Whether events were dropped since some were written last.
    full: AtomicBool,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
    stopping: bool,
    /// Whether the thread has ended.
    ended: bool,
}

impl Recorder {
    /// Starts the thread that writes to a store. Events are kept for so long.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(store: Arc<dyn EventStore>, keep: Duration) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = Writer { shared: shared.clone(), store: store.clone(), keep, forgotten: None };
        std::thread::Builder::new().name("events".to_owned()).spawn(move || writer.run())?;
        Ok(Self { shared, store })
    }

    /// Returns the store, to be read from.
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// Takes an event, at once. Returns its id, and whether it was dropped.
    pub fn record(&self, edition: ObjectId, surface: Surface, report: Report) -> (Id, Result<(), Dropped>) {
        let at = Timestamp::now();
        let id = self.shared.ids.next(at);
        let event = Arc::new(Event { id, at, edition, surface, report });
        let bytes = weight(&event);
        let mut queue = self.shared.lock();
        if queue.stopping || queue.events.len() >= MOST || queue.bytes + bytes > MOST_BYTES {
            drop(queue);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
            if !self.shared.full.swap(true, Ordering::Relaxed) {
                tracing::warn!("the queue of events is full: the newest ones are dropped");
            }
            return (id, Err(Dropped));
        }
        queue.bytes += bytes;
        queue.events.push_back(event);
        drop(queue);
        self.shared.accepted.fetch_add(1, Ordering::Relaxed);
        self.shared.changed.notify_all();
        (id, Ok(()))
    }

    /// Returns what was counted.
    pub fn counts(&self) -> Counts {
        let shared = &*self.shared;
        Counts {
            accepted: shared.accepted.load(Ordering::Relaxed),
            dropped: shared.dropped.load(Ordering::Relaxed),
            stored: shared.stored.load(Ordering::Relaxed),
            failures: shared.failures.load(Ordering::Relaxed),
            queued: shared.lock().events.len() as u64,
            failing: shared.failing.load(Ordering::Relaxed),
        }
    }

    /// Waits until all that was accepted is written. Returns whether it was, in this time.
    pub fn settle(&self, within: Duration) -> bool {
        let end = Instant::now() + within;
        let mut queue = self.shared.lock();
        while !queue.events.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            queue = self.shared.wait(queue, left);
        }
        true
    }

    /// Takes no more events and writes what is queued, for no longer than this. What is left then is lost, and counted.
    pub fn stop(&self, within: Duration) {
        let end = Instant::now() + within;
        let mut queue = self.shared.lock();
        queue.stopping = true;
        self.shared.changed.notify_all();
        while !queue.ended {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                tracing::error!(events = queue.events.len(), "stopped before all events were written; these are lost");
                return;
            }
            queue = self.shared.wait(queue, left);
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, queue: MutexGuard<'a, Queue>, long: Duration) -> MutexGuard<'a, Queue> {
        self.changed.wait_timeout(queue, long).unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Returns about how many bytes an event takes in memory.
fn weight(event: &Event) -> usize {
    let text = |text: &Option<super::Masked>| text.as_ref().map_or(0, |text| text.as_str().len());
    let texts = match &event.report {
        Report::Feedback(said) => said.slug.len() + text(&said.channel) + text(&said.note) + text(&said.query),
        Report::Gap(gap) => {
            let filters: usize = gap.filters.iter().map(|(name, value)| name.len() + value.as_str().len() + 48).sum();
            gap.query.as_str().len() + text(&gap.searched) + text(&gap.note) + text(&gap.host) + filters
        }
    };
    size_of::<Event>() + texts
}

/// The thread that writes.
struct Writer {
    shared: Arc<Shared>,
    store: Arc<dyn EventStore>,
    keep: Duration,
    /// When old events were forgotten last.
    forgotten: Option<Instant>,
}

impl Writer {
    fn run(mut self) {
        let mut pause = None;
        let mut dropped = 0;
        // Before the first event gets a number, if that can be: the store may know larger ones.
        if let Ok(Some(last)) = self.store.last() {
            self.shared.ids.beyond(last);
        }
        while let Some(batch) = self.next(pause) {
            match self.write(&batch) {
                Ok(()) => {
                    pause = None;
                    if self.shared.failing.swap(false, Ordering::Relaxed) {
                        let lost = self.shared.dropped.load(Ordering::Relaxed) - dropped;
                        tracing::info!(dropped = lost, "events are stored again");
                        dropped += lost;
                    }
                    self.done(&batch);
                }
                Err(error) => {
                    self.shared.failures.fetch_add(1, Ordering::Relaxed);
                    if !self.shared.failing.swap(true, Ordering::Relaxed) {
                        tracing::error!(%error, "events cannot be stored; they are kept in memory and tried again");
                    }
                    let longer = pause.map_or(PAUSES.0, |pause: Duration| (pause * 2).min(PAUSES.1));
                    pause = Some(longer);
                }
            }
        }
        self.shared.lock().ended = true;
        self.shared.changed.notify_all();
    }

    /// Waits for events, and after a failure for so long. Returns none when it is time to end; an empty batch is for
    /// forgetting alone.
    fn next(&self, pause: Option<Duration>) -> Option<Vec<Arc<Event>>> {
        let mut queue = self.shared.lock();
        let mut end = pause.map(|pause| Instant::now() + pause);
        let mut hurried = false;
        loop {
            if queue.stopping && queue.events.is_empty() {
                return None;
            }
            if queue.stopping && !hurried {
                end = end.map(|end| end.min(Instant::now() + PAUSES.0));
                hurried = true;
            }
            let left = match end {
                Some(end) => end.saturating_duration_since(Instant::now()),
                None if queue.events.is_empty() => self.until_forgetting(),
                None => Duration::ZERO,
            };
            if left.is_zero() {
                return Some(queue.events.iter().take(BATCH).cloned().collect());
            }
            queue = self.shared.wait(queue, left);
        }
    }

    fn until_forgetting(&self) -> Duration {
        self.forgotten.map_or(Duration::ZERO, |forgotten| FORGET.saturating_sub(forgotten.elapsed()))
    }

    fn write(&mut self, batch: &[Arc<Event>]) -> Result<(), super::Error> {
        if !batch.is_empty() {
            self.store.append(batch)?;
        }
        if self.until_forgetting().is_zero() {
            let keep = SignedDuration::try_from(self.keep).unwrap_or(SignedDuration::MAX);
            let before = Timestamp::now().checked_sub(keep).unwrap_or(Timestamp::MIN);
            let forgotten = self.store.forget(before, MOST_KEPT)?;
            self.forgotten = Some(Instant::now());
            if forgotten > 0 {
                tracing::info!(events = forgotten, "forgot old events");
            }
        }
        Ok(())
    }

    /// Takes what was written out of the queue.
    fn done(&self, batch: &[Arc<Event>]) {
        let mut queue = self.shared.lock();
        queue.bytes -= batch.iter().map(|event| weight(event)).sum::<usize>();
        queue.events.drain(..batch.len());
        drop(queue);
        self.shared.full.store(false, Ordering::Relaxed);
        self.shared.stored.fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests;
