//! The holder of the current edition, and what it tells those who wait for the next.
//!
//! Deliberately makes no edition and looks into none, but for preparing it for the readers who will come.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use tokio::sync::watch;

use super::Edition;
use crate::article::{Article, Library};
use crate::audience::Access;
use crate::revision::ObjectId;

/// What subscribers are told of a publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The edition that is now current.
    pub commit: ObjectId,
    /// The paths of articles that are new or whose content changed.
    pub changed: Arc<[Arc<str>]>,
    /// Counts publishes since the start, from 1.
    pub sequence: u64,
}

/// Why the last publish failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at: Timestamp,
    /// Why, in one line.
    pub reason: String,
    /// The commit that could not be published, if it could be told.
    pub commit: Option<ObjectId>,
}

/// The holder of the current edition. Readers take it once per request; only the publisher puts one in.
#[derive(Debug)]
pub struct Editions {
    current: ArcSwapOption<Published>,
    failure: ArcSwapOption<Failure>,
    announcements: watch::Sender<Option<Announcement>>,
    /// The accesses for which every edition is prepared before it goes live.
    expected: Mutex<Vec<Access>>,
    /// Editions that were live, the latest first, with what each costs to keep.
    recent: Mutex<Vec<(Arc<Published>, usize)>>,
}

/// Most editions that are kept after they were live.
const RECENT: usize = 8;
/// Most articles that all of them may have besides those of the editions that came after, with [`SHARED`] for those that are
/// the same.
const RECENT_ARTICLES: usize = 20_000;
/// So many articles that are the same cost as one: what an edition knows about its readers is as long as the base.
const SHARED: usize = 10;

/// An edition and when it went live here.
#[derive(Debug, Clone)]
pub struct Published {
    /// The edition.
    pub edition: Arc<Edition>,
    /// When it went live on this server.
    pub at: Timestamp,
}

impl Default for Editions {
    fn default() -> Self {
        Self {
            current: ArcSwapOption::empty(),
            failure: ArcSwapOption::empty(),
            announcements: watch::Sender::new(None),
            expected: Mutex::default(),
            recent: Mutex::default(),
        }
    }
}

impl Editions {
    /// Returns the current edition; none before the first is ready.
    pub fn current(&self) -> Option<Arc<Published>> {
        self.current.load_full()
    }

    /// Says that readers of an access will come, so that none of them waits for what is prepared once for an edition.
    pub fn expect(&self, access: Access) {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner).push(access);
    }

    /// Prepares an edition for those who are expected and those who came to the current one.
    fn prepare(&self, edition: &Edition) {
        if let Some(current) = self.current() {
            edition.catalogues.carry(&current.edition.catalogues, &current.edition.library, &edition.library);
        }
        for access in self.expected.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            edition.catalogues.of(&edition.library, access);
            edition.searcher.prepare(access);
        }
    }

    /// Returns the editions that were live and are kept, the latest first.
    pub fn recent(&self) -> Vec<Arc<Published>> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.iter().map(|(published, _)| published.clone()).collect()
    }

    /// Keeps the edition that was live until now. One whose commit is not among those of the new edition's history is forgotten:
    /// it was taken back. Returns what is not kept any longer.
    fn remember(&self, new: &Edition) -> Vec<(Arc<Published>, usize)> {
        let Some(last) = self.current() else { return Vec::new() };
        let library = &last.edition.library;
        let cost = own(library, &new.library) + library.articles().len() / SHARED;
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.insert(0, (last, cost));
        let commit = new.revision.commit;
        let mut costs = 0;
        let (kept, gone) = recent.drain(..).enumerate().partition::<Vec<_>, _>(|(number, (published, cost))| {
            let id = published.edition.revision.commit;
            let is_known = id != commit && new.history.find(&id.to_string()).is_some();
            costs += if is_known { *cost } else { 0 };
            is_known && *number < RECENT && costs <= RECENT_ARTICLES
        });
        recent.extend(kept.into_iter().map(|(_, kept)| kept));
        gone.into_iter().map(|(_, gone)| gone).collect()
    }

    /// Makes an edition the current one, forgets the last failure, and wakes subscribers.
    pub fn publish(&self, edition: Edition, changed: Vec<Arc<str>>) {
        self.prepare(&edition);
        // Dropped at the end: taking a large edition apart takes longer than putting another in its place.
        let _gone = self.remember(&edition);
        let commit = edition.revision.commit;
        self.current.store(Some(Arc::new(Published { edition: Arc::new(edition), at: Timestamp::now() })));
        self.failure.store(None);
        self.announcements.send_modify(|last| {
            let sequence = last.as_ref().map_or(1, |a| a.sequence + 1);
            *last = Some(Announcement { commit, changed: changed.into(), sequence });
        });
    }

    /// Remembers that a publish failed; the current edition stays.
    pub fn failed(&self, failure: Failure) {
        self.failure.store(Some(Arc::new(failure)));
    }

    /// Forgets the last failure, when the source turned out to be as the current edition is.
    pub fn recovered(&self) {
        self.failure.store(None);
    }

    /// Returns why the last publish failed, if it did.
    pub fn failure(&self) -> Option<Arc<Failure>> {
        self.failure.load_full()
    }

    /// Returns a receiver of publishes. A slow receiver sees the latest and, by the sequence, that it missed some.
    pub fn subscribe(&self) -> watch::Receiver<Option<Announcement>> {
        self.announcements.subscribe()
    }
}

/// Returns how many articles a library has that another has not. Both are sorted by path, and most are the same.
fn own(library: &Library, other: &Library) -> usize {
    let mut rest = other.articles();
    let is_own = |article: &&Arc<Article>| {
        let is_there = |rest: &[Arc<Article>]| rest.first().is_some_and(|there| Arc::ptr_eq(there, article));
        if is_there(rest) {
            rest = &rest[1..];
            return false;
        }
        rest = &rest[rest.iter().take_while(|there| there.path < article.path).count()..];
        let is_own = !is_there(rest);
        rest = &rest[usize::from(rest.first().is_some_and(|there| there.path == article.path))..];
        is_own
    };
    library.articles().iter().filter(is_own).count()
}
