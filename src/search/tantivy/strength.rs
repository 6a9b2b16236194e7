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
use super::sight::Sight;
use super::sums::Sums;
use super::table::Table;
use crate::audience::Access;

/// Most lists of postings of a way whose strengths are kept; longer ones are rare and their names are long.
const MAX_LISTS: usize = 1024;
/// Lists of postings of a way from which on every passage is noted, because seeking in so many costs more.
const MANY_LISTS: usize = 24;
/// Cells up to which each is noted.
const FEW_CELLS: usize = 1024;
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
    /// The weighed frequency in every cell, ascending, where that is few or dear to find again.
    pub(super) noted: Option<Box<[(u32, f32)]>>,
}

/// Room for computing strengths; used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// By cell.
    way: Sums,
    /// By cell.
    part: Sums,
    /// By slot.
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
        room.way.fit(base.table.owners.len());
        base.add_up(first, &mut room.way);
        for part in others {
            room.part.fit(base.table.owners.len());
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
        let noted = self.noted.as_ref().map_or(0, |noted| noted.len());
        128 + self.articles.bytes() + 8 * noted as u64
    }
}

/// Returns the number of lists of postings of a way.
fn lists(way: &Way) -> usize {
    way.parts.iter().flatten().map(|clause| clause.lists.len()).sum()
}

impl Base<'_> {
    fn add_up(&self, clauses: &[Clause], sums: &mut Sums) {
        // One segment after the other: what its documents weigh stays near while all classes are read.
        for (segment, weights) in self.sight.weights.iter().enumerate() {
            for clause in clauses {
                let add = |cell, weight| sums.add(cell, clause.weight * weight);
                self.segments.weigh(clause.class, &clause.lists, segment, weights, add);
            }
        }
    }

    /// Keeps what both have, by the weaker of the two. A passage has what its article has.
    fn meet(&self, way: &mut Sums, part: &Sums) {
        let mut met = Sums::default();
        met.fit(self.table.owners.len());
        let mut cells: Vec<u32> = way.touched.iter().chain(&part.touched).copied().collect();
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            let (cell, own) = (cell as usize, self.own_cell(cell));
            let both = way.values[own].min(part.values[own]);
            let more = if cell == own {
                both
            } else {
                (way.values[cell] + way.values[own]).min(part.values[cell] + part.values[own]) - both
            };
            if more > 0.0 {
                met.add(cell, more);
            }
        }
        way.clear();
        *way = met;
    }

    /// Returns the cell of the own fields of the article that a cell belongs to.
    fn own_cell(&self, cell: u32) -> usize {
        self.table.cell(self.table.owners[cell as usize])
    }

    /// Turns sums into strengths; `few_only` when passages need not be noted where they are many.
    fn read_off(&self, way: &Sums, best: &mut Sums, few_only: bool) -> Strength {
        let mut found = 0;
        for &cell in &way.touched {
            let slot = self.table.owners[cell as usize];
            let (value, own) = (way.values[cell as usize], self.table.cell(slot));
            if cell as usize == own {
                found += u64::from(self.sight.visible[slot as usize]);
                best.raise(slot as usize, value);
            } else {
                let article = way.values[own];
                found += u64::from(article == 0.0);
                best.raise(slot as usize, value + article);
            }
        }
        let slots = best.ids();
        let codes = slots.iter().map(|&slot| code(best.values[slot as usize])).collect();
        let noted = (!few_only || way.touched.len() <= FEW_CELLS)
            .then(|| way.ids().into_iter().map(|cell| (cell, way.values[cell as usize])).collect());
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
