//! A searcher over another library beside one that is live: for previews and for what an article said at a former edition.
//!
//! It borrows the segments of the live one, in which what the other library does not have counts as dead, and indexes what
//! is missing there in memory. So it costs what differs, and neither the index on disk nor its publisher learns of it.

use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use super::searcher::{Live, Sights, Tools};
use super::store::{Place, Store};
use super::strengths::Strengths;
use super::vocabulary::Learner;
use super::{Open, Shelf};
use crate::search::{Error, Progress};

impl Live {
    /// See [`crate::search::Searcher::beside`].
    pub(super) fn beside_shelf(&self, shelf: &Arc<dyn Shelf>, progress: &dyn Progress) -> Result<Self, Error> {
        let mut keys = vec![0; self.articles().len()];
        let mut slots = FxHashMap::default();
        for (slot, number) in self.numbers.iter().enumerate() {
            let Some(number) = *number else { continue };
            keys[number as usize] = self.table.keys[slot];
            slots.insert(self.table.keys[slot], slot as u32);
        }
        let mut open = Open {
            store: Store::open(&Place::Memory)?,
            table: Arc::clone(&self.table),
            segments: self.segments.clone(),
            borrowed: self.segments.clone(),
            words: Learner::from(self.vocabulary.clone()),
            slots,
            shelf: Some(Arc::clone(&self.shelf)),
            keys,
            // Few ask it: it keeps no more of what queries need than the least.
            strengths: Some(Arc::new(Strengths::new(0))),
            sights: Sights::default(),
            generation: 0,
        };
        let tools = Arc::new(Tools::with(self.tools.carried.branch()));
        open.update(shelf, &tools.analyzers, progress)?;
        Ok(open.live(Arc::clone(shelf), tools, Arc::new(Mutex::default())))
    }
}
