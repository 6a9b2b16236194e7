//! The lists of strengths that queries need, kept from query to query and from library to library.
//!
//! A list is named by what it was made of: the access, and the terms of every clause. Terms are the same in every state of
//! the index, so the next searcher over the same table finds the list of the one before and looks only at what changed.
//! Those of the most frequent terms are made before an edition goes live and never forgotten: what a query needs besides,
//! is seldom enough to be made while it waits.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::crew;
use super::plan::{Clause, Way};
use super::pool::Pool;
use super::schema::{Class, STOP_MARK};
use super::strength::{Base, Room, Strength};
use crate::audience::Access;

/// Most lists of postings of a way whose strengths are kept; longer ones are rare and their names are long.
const MAX_LISTS: usize = 1024;
/// Bytes of kept strengths for each article of the base, and at least.
const BYTES_AN_ARTICLE: u64 = 3000;
/// See [`BYTES_AN_ARTICLE`].
const LEAST_BYTES: u64 = 4 << 20;
/// Postings of a way from which on it is put together from lists that other words share.
const DEAR: u64 = if cfg!(test) { 8 } else { 8192 };
/// Postings that are worth a thread: they take about two milliseconds.
const SHARE: u64 = if cfg!(test) { 16 } else { 200_000 };
/// A term is frequent that has so many postings: this, or the number of passages over [`FREQUENT_SHARE`].
const FREQUENT: u64 = if cfg!(test) { 8 } else { 8192 };
/// See [`FREQUENT`].
const FREQUENT_SHARE: u64 = 48;
/// Most frequent terms, and stop words, of which lists are prepared.
const MOST_PREPARED: usize = 320;
/// See [`MOST_PREPARED`].
const MOST_STOP_WORDS: usize = 96;
/// Accesses for which lists are prepared; others keep what their queries need.
const PREPARED_FOR: usize = 4;

/// What a way is called: the access, and for every part the classes, weights and terms of its clauses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Name(Access, Box<str>);

impl Name {
    fn of(access: Access, way: &Way) -> Self {
        use std::fmt::Write;
        let mut name = String::new();
        for part in &way.parts {
            name.push('/');
            for Clause { class, weight, lists } in part {
                // Writing to a text cannot fail.
                let _ = write!(name, "{}:{:x}:{};", *class as usize, weight.to_bits(), lists.terms());
            }
        }
        Self(access, name.into())
    }
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Name, Arc<Strength>> for Bytes {
    fn weight(&self, name: &Name, strength: &Arc<Strength>) -> u64 {
        strength.bytes() + name.1.len() as u64
    }
}

/// The strengths that queries needed, least used forgotten first, and those that were prepared.
#[derive(Debug)]
pub(super) struct Strengths {
    kept: Cache<Name, Arc<Strength>, Bytes>,
    prepared: RwLock<FxHashMap<Name, Arc<Strength>>>,
    /// The terms that were the most frequent when it was first asked.
    frequent: OnceLock<Vec<(Class, String)>>,
    /// The accesses for which lists are prepared.
    accesses: RwLock<Vec<Access>>,
}

impl Strengths {
    /// Makes room for the strengths of a base of so many articles.
    pub(super) fn new(articles: usize) -> Self {
        let bytes = LEAST_BYTES + BYTES_AN_ARTICLE * articles as u64;
        Self {
            kept: Cache::with_weighter(1024, bytes, Bytes),
            prepared: RwLock::default(),
            frequent: OnceLock::new(),
            accesses: RwLock::default(),
        }
    }

    /// Returns the strengths of ways, each as [`Strengths::of`] does; what has to be made is made by several threads where that
    /// takes long.
    pub(super) fn of_all(
        &self,
        base: Base<'_>,
        access: Access,
        ways: &[&Way],
        rooms: &Pool<Room>,
    ) -> Vec<Arc<Strength>> {
        let at_hand = |way: &&Way| self.get(&Name::of(access, way)).filter(|kept| kept.is_of(base));
        let mut strengths: Vec<_> = ways.iter().map(at_hand).collect();
        let missing = strengths.iter().zip(ways).enumerate().filter(|(_, (kept, _))| kept.is_none());
        let missing: Vec<(usize, &Way)> = missing.map(|(number, (_, way))| (number, *way)).collect();
        let work = missing.iter().map(|(_, way)| way.postings()).sum();
        let made = crew::share(&missing, (work, SHARE), |ways| {
            rooms.with(|room| ways.map(|(number, way)| (*number, self.of(base, access, way, room))).collect())
        });
        made.into_iter().for_each(|(number, strength)| strengths[number] = Some(strength));
        strengths.into_iter().flatten().collect()
    }

    /// Returns the strengths of a way: as they were kept, carried from an earlier library, or made now.
    pub(super) fn of(&self, base: Base<'_>, access: Access, way: &Way, room: &mut Room) -> Arc<Strength> {
        if way.lists() > MAX_LISTS {
            return Arc::new(Strength::compute(base, way, room));
        }
        let name = Name::of(access, way);
        if let Some(kept) = self.get(&name) {
            match kept.generation.cmp(&base.sight.generation) {
                Ordering::Equal => return kept,
                Ordering::Less => {
                    if let Some(carried) = kept.carried(base, way, room) {
                        return self.keep(name, Arc::new(carried));
                    }
                }
                // A request that began before the edition changed leaves what is kept to those that come.
                Ordering::Greater => return Arc::new(Strength::compute(base, way, room)),
            }
        }
        // Two that ask at the same moment both compute: waiting for each other would cost more.
        let strength = Arc::new(self.make(base, access, way, room));
        self.keep(name, strength)
    }

    fn get(&self, name: &Name) -> Option<Arc<Strength>> {
        let prepared = self.prepared.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        prepared.or_else(|| self.kept.get(name))
    }

    fn keep(&self, name: Name, strength: Arc<Strength>) -> Arc<Strength> {
        let is_prepared = self.prepared.read().unwrap_or_else(PoisonError::into_inner).contains_key(&name);
        if is_prepared {
            self.prepared.write().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::clone(&strength));
        } else {
            self.kept.insert(name, Arc::clone(&strength));
        }
        strength
    }

    /// Makes the strengths of a way that were not kept.
    fn make(&self, base: Base<'_>, access: Access, way: &Way, room: &mut Room) -> Strength {
        match way.parts.as_slice() {
            [clauses] if way.nested && clauses.len() > 1 && way.postings() >= DEAR => {
                let list = |clause: &Clause| self.of(base, access, &alone(clause), room);
                let lists: Vec<_> = clauses.iter().map(list).collect();
                Strength::combine(base, clauses, &lists, room).unwrap_or_else(|| Strength::compute(base, way, room))
            }
            _ => Strength::compute(base, way, room),
        }
    }

    /// Prepares the lists of the most frequent terms for readers of an access. `stop_word` gives the way of a stop word that
    /// is looked for everywhere.
    pub(super) fn prepare(&self, base: Base<'_>, access: Access, stop_word: impl Fn(&str) -> Way) {
        {
            let mut accesses = self.accesses.write().unwrap_or_else(PoisonError::into_inner);
            // Those of an earlier library are brought to this one when they are asked for.
            if accesses.contains(&access) || accesses.len() >= PREPARED_FOR {
                return;
            }
            accesses.push(access);
        }
        let ways = self.frequent.get_or_init(|| frequent(base)).iter().map(|(class, term)| {
            match term.strip_prefix(STOP_MARK) {
                Some(word) => stop_word(word),
                None => {
                    alone(&Clause { class: *class, weight: 1.0, lists: Arc::new(base.segments.find(*class, term)) })
                }
            }
        });
        let ways: Vec<Way> = ways.filter(|way| !way.parts.is_empty()).collect();
        let make = |room: &mut Room, way: &Way| (Name::of(access, way), Arc::new(Strength::compute(base, way, room)));
        let made: Vec<_> = ways.par_iter().map_init(Room::default, make).collect();
        self.prepared.write().unwrap_or_else(PoisonError::into_inner).extend(made);
    }
}

/// Returns the way of one clause, which other ways share.
fn alone(clause: &Clause) -> Way {
    let clause = Clause { class: clause.class, weight: 1.0, lists: Arc::clone(&clause.lists) };
    Way { weight: 1.0, typed: true, parts: vec![vec![clause]], nested: true }
}

/// Returns the most frequent words, stems and roots, and the most frequent stop words of texts.
fn frequent(base: Base<'_>) -> Vec<(Class, String)> {
    let least = FREQUENT.max(base.sight.total as u64 / FREQUENT_SHARE);
    let of_class = |class: Class| {
        let found = base.segments.frequent(class, least).into_iter();
        found.map(move |(postings, term)| (postings, class, term)).collect::<Vec<_>>()
    };
    let found: Vec<_> = [Class::Word, Class::Stem, Class::Root].into_par_iter().flat_map_iter(of_class).collect();
    let (stop_words, terms) = found.into_iter().partition(|(_, _, term)| term.starts_with(STOP_MARK));
    let most = |mut found: Vec<(u64, Class, String)>, most: usize| {
        found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
        found.into_iter().take(most).map(|(_, class, term)| (class, term))
    };
    most(terms, MOST_PREPARED).chain(most(stop_words, MOST_STOP_WORDS)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use crate::article::library::Rules;
    use crate::article::{Article, Lexicon, Library};
    use crate::audience::{Access, Audiences};
    use crate::revision::{ObjectId, Revision};
    use crate::search::tantivy::TantivyEngine;
    use crate::search::{SearchEngine, SearchQuery, Searcher, Silent};

    const WORDS: [&str; 8] = ["возврат", "возврата", "чек", "деньги", "не", "настройка", "настроить", "refund"];

    fn rules() -> Rules {
        let audiences = Audiences::default();
        Rules { default_audience: audiences.get("public").expect("always known"), audiences }
    }

    /// An article at one of a few places, with words that its number says.
    fn article(at: u8, what: u16) -> Arc<Article> {
        let word = |n: u16| WORDS[usize::from(what / 7 + n * (n + what % 5)) % WORDS.len()];
        let audience = ["public", "internal"][usize::from(what.is_multiple_of(5))];
        let mut text = format!("---\ntitle: {} {at}\naudience: [{audience}]\n---\n", word(0));
        for section in 0..what % 4 {
            text += &format!("\n## {}\n\n", word(section + 1));
            (0..what % 60).for_each(|n| text += &format!("{} ", word(n + section)));
            text += "\n\n> [!INTERNAL]\n> чек\n";
        }
        Arc::new(Article::parse(&format!("a{at}.md"), ObjectId::default(), text.as_bytes(), &rules()))
    }

    fn library(articles: impl Iterator<Item = Arc<Article>>) -> Arc<Library> {
        let revision = Revision { commit: ObjectId::default(), tree: ObjectId::default() };
        let (files, found) = (Vec::new(), Vec::new());
        Arc::new(Library::new(revision, articles.collect(), Vec::new(), files, Lexicon::default(), found))
    }

    /// All that some questions give to a reader.
    fn answers(searcher: &dyn Searcher, access: Access) -> String {
        let ask = |question: String| {
            let query = SearchQuery { limit: 50, explain: true, ..SearchQuery::new(&question) };
            let results = searcher.search(&query, access);
            let hits =
                results.hits.iter().map(|hit| (&hit.article.path, hit.score, &hit.snippet_html, &hit.explanation));
            format!("{question}: {} {:?}\n", results.total, hits.collect::<Vec<_>>())
        };
        let pairs = WORDS.windows(2).map(|pair| format!("{} {} ", pair[0], pair[1]));
        WORDS
            .iter()
            .map(|word| format!("{word} "))
            .chain(pairs)
            .chain(["воз".into(), WORDS.join(" ")])
            .map(ask)
            .collect()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 8, failure_persistence: None, ..Default::default() })]

        #[test]
        fn lists_that_were_carried_answer_as_those_made_anew(steps in proptest::collection::vec((0u8..24, 0u16..600), 1..8)) {
            let readers = [rules().audiences.all(), rules().default_audience].map(Access::reader);
            let (mut engine, mut articles) = (TantivyEngine::in_memory(), BTreeMap::new());
            articles.extend((0..24).map(|at| (at, article(at, u16::from(at) * 23 + 1))));
            let mut before = engine.index(&library(articles.values().cloned()), &Silent).expect("in memory");
            for (at, what) in steps {
                match what {
                    550.. => articles.remove(&at),
                    what => articles.insert(at, article(at, what)),
                };
                let library = library(articles.values().cloned());
                let searcher = engine.index(&library, &Silent).expect("in memory");
                let fresh = TantivyEngine::in_memory().index(&library, &Silent).expect("in memory");
                let beside = before.beside(&library, &Silent).expect("in memory");
                for access in readers {
                    searcher.prepare(access);
                    proptest::prop_assert_eq!(answers(&*searcher, access), answers(&*fresh, access));
                    proptest::prop_assert_eq!(answers(&*beside, access), answers(&*fresh, access));
                }
                if what % 2 == 0 {
                    before = searcher;
                }
            }
        }
    }
}
