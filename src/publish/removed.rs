//! What removed articles were: read from the blobs they had last, each once.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::source::Source;
use crate::article::library::{Rules, is_article};
use crate::article::{Article, Library, MOST_BYTES};
use crate::edition::{Removals, Removed, RemovedFile};
use crate::git::history::{History, Touch};

/// The newest commits of which removals are remembered. Not so many removals: how many there were of what others may see would
/// show in how many a reader is told of.
const COMMITS: usize = 10_000;

/// What removed files were; none for what cannot be read.
#[derive(Debug, Default)]
pub(super) struct Memory(FxHashMap<RemovedFile, Option<Arc<Removed>>>);

fn file(touch: &Touch) -> RemovedFile {
    (touch.path.clone(), touch.blob)
}

/// Returns the removals of articles that are remembered, newest first.
fn removals(history: &History) -> Vec<&Touch> {
    history.removals(COMMITS).filter(|touch| is_article(&touch.path)).collect()
}

impl Memory {
    /// Returns what was removed by a history. `before` are articles that were there lately.
    pub(super) fn of(
        &mut self,
        history: &History,
        before: Option<&Library>,
        source: &Source,
        rules: &Rules,
    ) -> Removals {
        let touches = removals(history);
        let mut unknown: Vec<&Touch> =
            touches.iter().copied().filter(|touch| !self.0.contains_key(&file(touch))).collect();
        unknown.retain(|touch| match before.and_then(|library| known(library, touch)) {
            Some(removed) => self.0.insert(file(touch), Some(removed)).is_some(),
            None => true,
        });
        self.read(&unknown, source, rules);
        let wanted: FxHashSet<RemovedFile> = touches.iter().map(|touch| file(touch)).collect();
        self.0.retain(|file, _| wanted.contains(file));
        told(history, &touches, |file| self.0.get(file).cloned().flatten())
    }

    fn read(&mut self, touches: &[&Touch], source: &Source, rules: &Rules) {
        if touches.is_empty() {
            return;
        }
        let blobs: Vec<_> = touches.iter().map(|touch| touch.blob).collect();
        let read = Mutex::new(Vec::with_capacity(touches.len()));
        let each = |number: usize, bytes: Result<Vec<u8>, _>| {
            let touch: &Touch = touches[number];
            let article = bytes.ok().map(|bytes| Article::parse(&touch.path, touch.blob, &bytes, rules));
            let removed = article.map(|article| Arc::new(Removed::of(&article)));
            read.lock().unwrap_or_else(PoisonError::into_inner).push((file(touch), removed));
        };
        if let Err(error) = source.blobs(&blobs, MOST_BYTES, &each) {
            // They are tried again with the next edition.
            tracing::warn!(%error, "cannot read what removed articles were");
            return;
        }
        self.0.extend(read.into_inner().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Returns what was removed by the history of a preview: what is known of the live edition, and what only the preview removed.
pub(super) fn beside(
    history: &History,
    live: (&Removals, &Library, &History),
    source: &Source,
    rules: &Rules,
) -> Removals {
    let (removals_of_live, library, known_history) = live;
    let touches = removals(history);
    let is_unknown = |touch: &&Touch| removals_of_live.get(&file(touch)).is_none();
    let mut own: Vec<&Touch> = touches.iter().copied().filter(is_unknown).collect();
    let mut memory = Memory::default();
    if !own.is_empty() {
        let ids = known_history.ids();
        own.retain(|touch| !ids.contains(&history.commit(touch.commit).id));
    }
    own.retain(|touch| match known(library, touch) {
        Some(removed) => memory.0.insert(file(touch), Some(removed)).is_some(),
        None => true,
    });
    memory.read(&own, source, rules);
    told(history, &touches, |file| {
        removals_of_live.get(file).cloned().or_else(|| memory.0.get(file).cloned().flatten())
    })
}

/// Returns what a file was that is in a library as it was removed.
fn known(library: &Library, touch: &Touch) -> Option<Arc<Removed>> {
    let article = library.articles().get(library.by_path(&touch.path)?)?;
    (article.blob == touch.blob).then(|| Arc::new(Removed::of(article)))
}

fn told(history: &History, touches: &[&Touch], what: impl Fn(&RemovedFile) -> Option<Arc<Removed>>) -> Removals {
    let mut removals = Removals::default();
    for touch in touches {
        let file = file(touch);
        if let Some(removed) = what(&file) {
            removals.add(file, history.commit(touch.commit).id, &removed);
        }
    }
    removals
}
