//! What is made of a library besides the index, and carried to the next one, so that a publish makes anew only what
//! changed: lines and synonyms for completions, labels for filters and facets.

use std::sync::{Arc, Mutex, PoisonError};

use super::lines::Lines;
use super::synonyms::Synonyms;
use super::{Analyzers, Shelf};
use crate::search::labels::Labels;

/// What was made of the library before.
#[derive(Default)]
pub(super) struct Carried(Mutex<Option<(Arc<dyn Shelf>, Prepared)>>);

/// What is made of a library.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) lines: Arc<Lines>,
    pub(super) synonyms: Arc<Synonyms>,
    pub(super) labels: Arc<Labels>,
}

impl std::fmt::Debug for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carried").finish_non_exhaustive()
    }
}

impl Carried {
    /// Returns the same for somebody who goes on from it to other libraries.
    pub(super) fn branch(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }

    /// Prepares a library, from what was prepared of the one before; one that was prepared already stays as it is.
    pub(super) fn prepare(&self, shelf: &Arc<dyn Shelf>, analyzers: &Analyzers) -> Prepared {
        let mut carried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = carried.as_ref();
        if let Some((_, made)) = before.filter(|(old, _)| Arc::ptr_eq(old, shelf)) {
            return made.clone();
        }
        let lines = before.map(|(old, made)| (&made.lines, old.as_ref()));
        let labels = before.map(|(old, made)| (&made.labels, old.articles()));
        let same = before.filter(|(old, _)| old.lexicon() == shelf.lexicon());
        let synonyms = || Arc::new(analyzers.with(|analyzer| Synonyms::new(shelf.lexicon(), analyzer)));
        let made = Prepared {
            lines: Lines::new(shelf.as_ref(), lines, analyzers),
            labels: Labels::new(shelf.articles(), labels),
            synonyms: same.map_or_else(synonyms, |(_, made)| Arc::clone(&made.synonyms)),
        };
        *carried = Some((Arc::clone(shelf), made.clone()));
        made
    }
}
