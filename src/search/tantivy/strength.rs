//! How strong every article is in one way of reading a word: computed once for a reader's sight, kept, and used by every
//! query that has this way.
//!
//! A list of strengths says for each visible article that has the way how often it stands in its best passage, weighed by
//! fields and lengths, and how many visible passages have it. So a query adds up short sorted lists instead of reading
//! postings, and only articles that can still reach the page are looked at passage by passage (see [`super::rank`]).
//! What is kept is a function of edition, access and way: keeping it or not changes nothing but time.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::codes::{Codes, code};
use super::plan::{Clause, Way};
use super::postings::{Home, Segments};
use super::schema::ARTICLE_KINDS;
use super::sight::Sight;
use super::sums::{Pair, Sums};
use super::table::{Table, unplace};
use crate::audience::Access;

/// Most lists of postings of a way whose strengths are kept; longer ones are rare and their names are long.
const MAX_LISTS: usize = 1024;
/// Lists of postings of a way from which on every passage is noted, because seeking in so many costs more.
const MANY_LISTS: usize = 24;
/// Passages up to which each is noted.
const FEW_PASSAGES: usize = 1024;
/// Bytes of kept strengths for each article of the base, and at least.
const BYTES_AN_ARTICLE: u64 = 800;
/// See [`BYTES_AN_ARTICLE`].
const LEAST_BYTES: u64 = 4 << 20;

/// How strong every article is in one way.
#[derive(Debug, Default)]
pub(super) struct Strength {
    /// The number of visible passages that have the way.
    pub(super) found: u64,
    /// The visible articles that have it, and what each has in its best passage.
    articles: Codes,
    /// Every article and passage, where that is few or dear to find again.
    pub(super) noted: Option<Noted>,
}

/// The weighed frequencies of every article and passage that has a way, by id.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// Slots, and what the fields of the whole article give.
    pub(super) articles: Box<[(u32, f32)]>,
    /// Passages, and what their own fields give.
    pub(super) passages: Box<[(u32, f32)]>,
}

/// Room for computing strengths; used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Room {
    way: Pair,
    part: Pair,
    best: Sums,
}

/// What is computed from.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    pub(super) segments: &'a Segments,
    pub(super) table: &'a Table,
    pub(super) sight: &'a Sight,
    /// By slot: where the article's documents stand.
    pub(super) homes: &'a [Home],
}

impl Strength {
    /// Computes the strengths of a way.
    pub(super) fn compute(base: Base<'_>, way: &Way, room: &mut Room) -> Self {
        let Some((first, others)) = way.parts.split_first() else { return Self::default() };
        room.way.fit(base.table);
        base.add_up(first, &mut room.way);
        for part in others {
            room.part.fit(base.table);
            base.add_up(part, &mut room.part);
            base.meet(&mut room.way, &room.part);
            room.part.clear();
        }
        room.best.fit(base.table.keys.len());
        let strength = base.read_off(&room.way, &mut room.best, others.is_empty() && lists(way) < MANY_LISTS);
        room.way.clear();
        room.best.clear();
        strength
    }

    /// Hands to `each` the slot of every visible article that has the way, ascending, and a code for what the weighed
    /// frequency in its best passage is at most; see [`super::codes::most`].
    #[inline]
    pub(super) fn each(&self, each: impl FnMut(u32, u8)) {
        self.articles.each(each);
    }

    fn bytes(&self) -> u64 {
        let noted = self.noted.as_ref().map_or(0, |noted| noted.articles.len() + noted.passages.len());
        128 + self.articles.bytes() + 8 * noted as u64
    }
}

/// Returns the number of lists of postings of a way.
fn lists(way: &Way) -> usize {
    way.parts.iter().flatten().map(|clause| clause.lists.len()).sum()
}

impl Base<'_> {
    fn add_up(&self, clauses: &[Clause], sums: &mut Pair) {
        let Pair { articles, passages } = sums;
        for clause in clauses {
            self.segments.read(clause.class, &clause.lists, |place, frequency| {
                let (kind, id) = unplace(place);
                let (sums, norm) = if kind < ARTICLE_KINDS {
                    (&mut *articles, self.sight.article(self.table, kind, id))
                } else {
                    (&mut *passages, self.sight.passage(self.table, kind, id))
                };
                if norm > 0.0 {
                    sums.add(id, clause.weight * norm * frequency as f32);
                }
                true
            });
        }
    }

    /// Keeps what both have, by the weaker of the two.
    fn meet(&self, way: &mut Pair, part: &Pair) {
        let mut met = Pair::default();
        met.fit(self.table);
        for &slot in &way.articles.touched {
            let both = way.articles.values[slot as usize].min(part.articles.values[slot as usize]);
            if both > 0.0 {
                met.articles.add(slot as usize, both);
            }
        }
        let mut passages: Vec<u32> = way.passages.touched.iter().chain(&part.passages.touched).copied().collect();
        passages.sort_unstable();
        passages.dedup();
        for passage in passages {
            let slot = self.table.slots[passage as usize] as usize;
            let sum = |pair: &Pair| pair.passages.values[passage as usize] + pair.articles.values[slot];
            let more = sum(way).min(sum(part)) - met.articles.values[slot];
            if more > 0.0 {
                met.passages.add(passage as usize, more);
            }
        }
        way.clear();
        *way = met;
    }

    /// Turns sums into strengths; `few_only` when passages need not be noted where they are many.
    fn read_off(&self, way: &Pair, best: &mut Sums, few_only: bool) -> Strength {
        let Pair { articles, passages } = way;
        let mut found = 0;
        for &passage in &passages.touched {
            let slot = self.table.slots[passage as usize] as usize;
            let article = articles.values[slot];
            found += u64::from(article == 0.0);
            best.raise(slot, passages.values[passage as usize] + article);
        }
        for &slot in &articles.touched {
            found += u64::from(self.sight.visible[slot as usize]);
            best.raise(slot as usize, articles.values[slot as usize]);
        }
        let slots = best.ids();
        let codes = slots.iter().map(|&slot| code(best.values[slot as usize])).collect();
        let noted = (!few_only || passages.touched.len() <= FEW_PASSAGES).then(|| {
            let list = |sums: &Sums| sums.ids().iter().map(|&id| (id, sums.values[id as usize])).collect();
            Noted { articles: list(articles), passages: list(passages) }
        });
        Strength { found, articles: Codes::new(&slots, codes), noted }
    }
}

/// What a way is called: the access, and for every part the classes, weights and places of its postings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Name(Access, Box<[u64]>);

impl Name {
    fn of(access: Access, way: &Way) -> Self {
        let mut name = Vec::new();
        for part in &way.parts {
            name.push(u64::MAX);
            for clause in part {
                name.push((clause.class as u64) << 32 | u64::from(clause.weight.to_bits()) | 1 << 63);
                name.extend(clause.lists.places());
            }
        }
        Self(access, name.into())
    }
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Name, Arc<Strength>> for Bytes {
    fn weight(&self, name: &Name, strength: &Arc<Strength>) -> u64 {
        strength.bytes() + 8 * name.1.len() as u64
    }
}

/// The strengths that queries of one edition needed, least used forgotten first.
#[derive(Debug)]
pub(super) struct Strengths(Cache<Name, Arc<Strength>, Bytes>);

impl Strengths {
    /// Makes room for the strengths of a base of so many articles.
    pub(super) fn new(articles: usize) -> Self {
        let bytes = LEAST_BYTES + BYTES_AN_ARTICLE * articles as u64;
        Self(Cache::with_weighter(1024, bytes, Bytes))
    }

    /// Returns the strengths of a way, as they were kept or computed now.
    pub(super) fn of(&self, base: Base<'_>, access: Access, way: &Way, room: &mut Room) -> Arc<Strength> {
        if lists(way) > MAX_LISTS {
            return Arc::new(Strength::compute(base, way, room));
        }
        let name = Name::of(access, way);
        if let Some(kept) = self.0.get(&name) {
            return kept;
        }
        // Two that ask at the same moment both compute: waiting for each other would cost more.
        let computed = Arc::new(Strength::compute(base, way, room));
        self.0.insert(name, Arc::clone(&computed));
        computed
    }
}
