//! The embedded engine: tantivy keeps dictionaries and postings, ranking is ours.
//!
//! What a publish does, in order:
//!
//! 1. compare the library with the previous one: articles that are the same `Arc` keep their slot;
//! 2. compute the keys of the others (a hash of everything that is analysed) and compare them with the keys that the
//!    index holds: so a first build, a publish and a restart are the same code, and a restart with nothing changed
//!    writes nothing;
//! 3. remove and add documents, commit;
//! 4. look at new segments once: which document belongs to which article and passage;
//! 5. hand out a [`Searcher`] over exactly this library.
//!
//! Deliberately not here: tantivy's query parser (it overflows the stack on nested text), its scores (they depend on the
//! history of the index), its snippets (they re-read whole stored texts).

mod beside;
mod bounds;
mod carried;
mod codes;
mod correct;
mod crew;
mod directory;
mod distance;
mod explain;
mod layout;
mod letters;
mod lines;
mod passage;
mod phrase;
mod plan;
mod planner;
mod pool;
mod postings;
mod rank;
mod reading;
mod schema;
mod score;
mod searcher;
mod sight;
mod similar;
mod snippet;
mod store;
mod strength;
mod strengths;
mod suggest;
mod sums;
mod synonyms;
mod table;
mod thesaurus;
mod typing;
mod vocabulary;

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ::tantivy::index::SegmentId;
use rustc_hash::{FxHashMap, FxHashSet};

use self::postings::{Segment, Segments};
use self::searcher::{Index, Live, Sights, Tools};
use self::store::{Place, Store};
use self::strengths::Strengths;
use self::table::{Table, read_segment};
use self::vocabulary::Learner;
use super::language::Analyzer;
use super::{Error, Progress, SearchEngine, Searcher};
use crate::article::library::Resolved;
use crate::article::{Article, Lexicon, Library, Status};
use crate::audience::Access;

pub(crate) use snippet_text::listed_hit;

/// The analysis of texts waits for a free analyzer; there are as many as threads that work.
#[derive(Debug, Default)]
pub(crate) struct Analyzers(Mutex<Vec<Analyzer>>);

impl Analyzers {
    /// Calls `work` with an analyzer.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Analyzer) -> T) -> T {
        let mut analyzer = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let result = work(&mut analyzer);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(analyzer);
        result
    }
}

/// Hits of articles that were listed, not searched.
mod snippet_text {
    use std::borrow::Cow;
    use std::sync::Arc;

    use super::snippet;
    #[cfg(doc)]
    use crate::article::Answer;
    use crate::article::{Article, with_titles};
    use crate::search::Hit;

    /// See [`crate::search::listed_hit`].
    pub(crate) fn listed_hit(article: &Arc<Article>) -> Hit {
        Hit {
            article: Arc::clone(article),
            section: None,
            title_html: snippet::escaped(&article.title),
            snippet_html: snippet::beginning(&blurb(article, &mut |_| None)),
            score: 0.0,
            explanation: None,
        }
    }

    /// Returns the text that stands for an article where nothing else is to be shown: its summary, else the beginning of
    /// its answer, else its first text.
    ///
    /// `title` gives the titles of articles that it names by their slugs alone, see [`Answer::text_with`].
    pub(crate) fn blurb<'a>(article: &'a Article, title: &mut dyn FnMut(usize) -> Option<String>) -> Cow<'a, str> {
        let some = |text: &str| !text.trim().is_empty();
        if let Some(summary) = article.meta.summary.as_deref().filter(|summary| some(summary)) {
            return Cow::Borrowed(summary);
        }
        if let Some(answer) = article.answers.first().filter(|answer| some(&answer.text)) {
            return answer.text_with(title);
        }
        let section = article.sections.iter().find(|section| some(&section.text));
        section.map_or(Cow::Borrowed(""), |section| with_titles(&section.text, 0, &section.names, title))
    }
}

/// The embedded engine.
#[derive(Debug)]
pub struct TantivyEngine {
    place: Place,
    open: Option<Open>,
    /// Whether a searcher was ever handed out.
    published: bool,
    tools: Arc<Tools>,
    /// Accesses that readers had, so that the next searcher knows them before it goes live.
    known: Arc<Mutex<Vec<Access>>>,
}

/// What is kept from publish to publish.
struct Open {
    store: Store,
    table: Arc<Table>,
    segments: Segments,
    /// Those of them that belong to another index: they stay whatever this one holds.
    borrowed: Segments,
    /// The words of all segments.
    words: Learner,
    /// The slots of living keys.
    slots: FxHashMap<u64, u32>,
    /// The library as it was.
    shelf: Option<Arc<dyn Shelf>>,
    /// The keys of its articles, by number.
    keys: Vec<u64>,
    /// What searchers over this table keep for each other.
    strengths: Option<Arc<Strengths>>,
    /// What readers saw of the library as it was.
    sights: Sights,
    /// Counts the searchers over this table.
    generation: u64,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open").field("store", &self.store).field("segments", &self.segments).finish_non_exhaustive()
    }
}

/// A library as the engine needs it.
pub(crate) trait Shelf: Send + Sync + 'static {
    /// Returns the articles, sorted by path.
    fn articles(&self) -> &[Arc<Article>];

    /// Returns the editors' lexicon.
    fn lexicon(&self) -> &Lexicon;

    /// Returns the title of the article that a link of an article leads to, if a reader may see it.
    fn linked_title(&self, article: &Article, link: usize, access: Access) -> Option<String>;
}

impl Shelf for Library {
    fn articles(&self) -> &[Arc<Article>] {
        Library::articles(self)
    }

    fn lexicon(&self) -> &Lexicon {
        Library::lexicon(self)
    }

    fn linked_title(&self, article: &Article, link: usize, access: Access) -> Option<String> {
        let (number, naming) = (self.by_path(&article.path)?, self.naming(access));
        let Resolved::Article(number, _) = self.resolve(number, article.links.get(link)?, &naming) else { return None };
        self.seen(number, &naming).map(|linked| linked.title.clone())
    }
}

impl TantivyEngine {
    /// Keeps the index in a folder of `dir`, which it makes. A second process on the same folder is refused when it indexes.
    pub fn on_disk(dir: &Path) -> Self {
        Self::at(Place::Folder(dir.to_owned()))
    }

    /// Keeps the index in memory.
    pub fn in_memory() -> Self {
        Self::at(Place::Memory)
    }

    fn at(place: Place) -> Self {
        Self { place, open: None, published: false, tools: Arc::default(), known: Arc::default() }
    }

    /// See [`SearchEngine::index`]; falls back to memory when not even the first index can be written.
    fn index_shelf(&mut self, shelf: Arc<dyn Shelf>, progress: &dyn Progress) -> Result<Arc<dyn Searcher>, Error> {
        match self.try_index(&shelf, progress) {
            Err(Error::Write { path, reason }) if !self.published => {
                tracing::warn!(folder = %path.display(), %reason, "the search index is kept in memory: it cannot be written");
                self.place = Place::Memory;
                self.open = None;
                self.try_index(&shelf, progress)
            }
            result => result,
        }
    }

    fn try_index(&mut self, shelf: &Arc<dyn Shelf>, progress: &dyn Progress) -> Result<Arc<dyn Searcher>, Error> {
        let (before, place, tools) = (self.open.take(), &self.place, &self.tools);
        // On an error `open` is dropped, and the next call opens the index again as it is then on disk.
        let mut open = std::thread::scope(|scope| {
            // Beside the index, which for the most part waits for one thread at a start.
            scope.spawn(|| tools.carried.prepare(shelf, &tools.analyzers));
            let mut open = before.map_or_else(|| Open::new(place, shelf.articles()), Ok)?;
            open.update(shelf, &tools.analyzers, progress)?;
            Ok(open)
        })?;
        let live = open.live(Arc::clone(shelf), Arc::clone(&self.tools), Arc::clone(&self.known));
        self.published = true;
        if open.is_mostly_dead() {
            tracing::debug!("the table of articles is made anew at the next publish");
        } else {
            self.open = Some(open);
        }
        Ok(Arc::new(live))
    }
}

impl SearchEngine for TantivyEngine {
    fn index(&mut self, library: &Arc<Library>, progress: &dyn Progress) -> Result<Arc<dyn Searcher>, Error> {
        self.index_shelf(Arc::<Library>::clone(library), progress)
    }
}

impl Open {
    /// Opens an index and finds out which of the wanted articles it holds whole.
    fn new(place: &Place, articles: &[Arc<Article>]) -> Result<Self, Error> {
        let store = Store::open(place)?;
        let segments = Segments::default();
        let mut open = Self {
            store,
            table: Arc::default(),
            segments,
            borrowed: Segments::default(),
            words: Learner::default(),
            slots: FxHashMap::default(),
            shelf: None,
            keys: Vec::new(),
            strengths: None,
            sights: Sights::default(),
            generation: 0,
        };
        let wanted: FxHashSet<u64> = articles.iter().map(|article| passage::key(article)).collect();
        let (strays, broken) = open.read_segments(&|key| wanted.contains(&key))?;
        if !strays.is_empty() || !broken.is_empty() {
            let remove: Vec<u64> = strays.into_iter().chain(broken).collect();
            open.store.write(&remove, 0, &|_| Vec::new())?;
            for key in &remove {
                open.slots.remove(key);
            }
        }
        Ok(open)
    }

    /// Looks at segments that were not seen yet. Returns keys that nobody wants, and keys whose documents are not complete.
    fn read_segments(&mut self, wanted: &dyn Fn(u64) -> bool) -> Result<(FxHashSet<u64>, Vec<u64>), Error> {
        let other = |error: ::tantivy::TantivyError| Error::Other(error.to_string());
        let mut known: HashMap<SegmentId, Segment> =
            std::mem::take(&mut self.segments.0).into_iter().map(|segment| (segment.id, segment)).collect();
        self.segments = self.borrowed.clone();
        let mut strays = FxHashSet::default();
        let mut documents: FxHashMap<u32, u64> = FxHashMap::default();
        let mut expected: FxHashMap<u32, u64> = FxHashMap::default();
        for reader in self.store.segments()? {
            if let Some(segment) = known.remove(&reader.segment_id()) {
                self.segments.0.push(segment);
                continue;
            }
            let found =
                read_segment(&reader, Arc::make_mut(&mut self.table), &mut self.slots, wanted).map_err(other)?;
            let segment = Segment::open(&reader, &self.store.fields, &found).map_err(other)?;
            strays.extend(found.strays);
            for (slot, count) in found.documents {
                *documents.entry(slot).or_default() += count;
            }
            expected.extend(found.expected);
            // A merged segment has no new words, but reading its dictionary costs little and happens seldom.
            segment.words(|word| self.words.learn_one(word));
            self.segments.0.push(segment);
        }
        self.words.settle();
        let broken =
            |(slot, count): (&u32, &u64)| (expected.get(slot) != Some(count)).then(|| self.table.keys[*slot as usize]);
        let broken = documents.iter().filter_map(broken).collect();
        Ok((strays, broken))
    }

    /// Brings the index to a library.
    fn update(&mut self, shelf: &Arc<dyn Shelf>, analyzers: &Analyzers, progress: &dyn Progress) -> Result<(), Error> {
        let articles = shelf.articles();
        let keys = self.keys(articles);
        let wanted: FxHashSet<u64> = keys.iter().copied().collect();
        let mut remove: Vec<u64> = self.slots.keys().filter(|key| !wanted.contains(key)).copied().collect();
        remove.sort_unstable();
        let missing: Vec<usize> = (0..keys.len()).filter(|&number| !self.slots.contains_key(&keys[number])).collect();
        if !remove.is_empty() || !missing.is_empty() {
            let fields = self.store.fields;
            let done = std::sync::atomic::AtomicUsize::new(0);
            self.store.write(&remove, missing.len(), &|position| {
                let number = missing[position];
                if progress.is_given_up() {
                    return Vec::new();
                }
                let documents =
                    analyzers.with(|analyzer| passage::documents(&articles[number], keys[number], &fields, analyzer));
                let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                progress.indexed(done, missing.len());
                documents
            })?;
            if progress.is_given_up() {
                return Err(Error::GivenUp);
            }
            for key in &remove {
                self.slots.remove(key);
            }
            self.read_segments(&|key| wanted.contains(&key))?;
        }
        if let Some(&lost) = missing.iter().find(|&&number| !self.slots.contains_key(&keys[number])) {
            return Err(Error::Other(format!("`{}` is not in the index after it was written", articles[lost].path)));
        }
        (self.shelf, self.keys) = (Some(Arc::clone(shelf)), keys);
        Ok(())
    }

    /// Returns the keys of articles. Both libraries are sorted by path, so that one walk finds what stayed the same, and what
    /// did is not even looked into.
    fn keys(&self, articles: &[Arc<Article>]) -> Vec<u64> {
        let before = self.shelf.as_ref().map_or(&[][..], |shelf| shelf.articles());
        let mut at = 0;
        let key = |article: &Arc<Article>| {
            while before.get(at).is_some_and(|old| !Arc::ptr_eq(old, article) && old.path < article.path) {
                at += 1;
            }
            match before.get(at).filter(|old| Arc::ptr_eq(old, article)) {
                Some(_) => {
                    at += 1;
                    self.keys[at - 1]
                }
                None => passage::key(article),
            }
        };
        articles.iter().map(key).collect()
    }

    fn live(&mut self, shelf: Arc<dyn Shelf>, tools: Arc<Tools>, known: Arc<Mutex<Vec<Access>>>) -> Live {
        let mut numbers = vec![None; self.table.keys.len()];
        for (number, key) in self.keys.iter().enumerate() {
            if let Some(&slot) = self.slots.get(key) {
                numbers[slot as usize] = u32::try_from(number).ok();
            }
        }
        self.generation += 1;
        let strengths = self.strengths.get_or_insert_with(|| Arc::new(Strengths::new(self.keys.len())));
        let index = Index {
            table: Arc::clone(&self.table),
            segments: self.segments.clone(),
            vocabulary: self.words.vocabulary.clone(),
            numbers,
            strengths: Arc::clone(strengths),
            generation: self.generation,
        };
        let live = Live::new(shelf, index, tools, known, &self.sights);
        self.sights = live.sights();
        live
    }

    /// Returns whether most of the table belongs to articles that are gone.
    fn is_mostly_dead(&self) -> bool {
        self.table.keys.len() > 2 * self.slots.len() + 10_000
    }
}

/// Returns whether an article stands behind all that are current.
fn is_outdated(article: &Article) -> bool {
    article.meta.status == Status::Archived || article.meta.superseded_by.is_some()
}
