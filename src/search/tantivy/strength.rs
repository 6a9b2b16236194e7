//! How strong every article is in one way of reading a word: computed once for a reader's sight, kept, and used by every
//! query that has this way.
//!
//! A list of strengths says for each visible article that has the way how often it stands in its best passage, weighed by
//! fields and lengths, and how many visible passages have it. So a query adds up short sorted lists instead of reading
//! postings, and only articles that can still reach the page are looked at passage by passage (see [`super::rank`]).
//! What is kept (see [`super::strengths`]) is a function of library, access and way: keeping it or not changes nothing but
//! time.
//!
//! There are three ways to a list:
//!
//! 1. [`Strength::compute`] reads all postings;
//! 2. [`Strength::combine`] adds up the lists of a word, its stem and its root, which many words share;
//! 3. [`Strength::carried`] takes the list of an earlier library and looks only at what changed since. The weights of what
//!    did not change may be others now, because averages of lengths moved; so a carried list has some slack: it says what
//!    is possible at most, and that still holds. What is found and how much of it is exact in every list.

use std::sync::Arc;

use super::codes::{Codes, code, most};
use super::plan::{Clause, Way};
use super::postings::{Home, Segments};
use super::schema::KINDS;
use super::sight::Sight;
use super::sums::Sums;
use super::table::Table;

/// Lists of postings of a way from which on every passage is noted, because seeking in so many costs more.
const MANY_LISTS: usize = 24;
/// Cells up to which each is noted.
const FEW_CELLS: usize = if cfg!(test) { 4 } else { 1024 };
/// The slack from which on a list is computed anew.
const MOST_SLACK: f32 = 1.05;
/// What rounding may add to a weight.
const ROUNDING: f32 = 1.0001;
/// Stands for a number of passages that is not known exactly.
const MANY_PASSAGES: u8 = u8::MAX;

/// How strong every article is in one way.
#[derive(Debug, Default)]
pub(super) struct Strength {
    /// The number of visible passages that have the way.
    pub(super) found: u64,
    /// The visible articles that have it, and what each has in its best passage.
    articles: Arc<Codes>,
    /// By article: how many visible passages have it, up to [`MANY_PASSAGES`].
    passages: Arc<[u8]>,
    /// The weighed frequency in every cell, ascending, where that is few or dear to find again.
    pub(super) noted: Option<Box<[(u32, f32)]>>,
    /// What a size can be more than its code says, as a factor.
    pub(super) slack: f32,
    /// The smallest averages by which sizes were normed.
    averages: [f64; KINDS],
    /// The generation that this is true of, see [`Sight::generation`].
    pub(super) generation: u64,
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
    /// By slot.
    passages: Vec<u32>,
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

/// What was read off sums.
struct Read {
    found: u64,
    slots: Vec<u32>,
    codes: Box<[u8]>,
    passages: Vec<u8>,
}

impl Strength {
    /// Computes the strengths of a way.
    pub(super) fn compute(base: Base<'_>, way: &Way, room: &mut Room) -> Self {
        let Some((first, others)) = way.parts.split_first() else { return Self::nothing(base) };
        room.way.fit(base.table.owners.len());
        base.add_up(first, &mut room.way);
        for part in others {
            room.part.fit(base.table.owners.len());
            base.add_up(part, &mut room.part);
            base.meet(&mut room.way, &room.part);
            room.part.clear();
        }
        let few_only = others.is_empty() && way.lists() < MANY_LISTS;
        let noted = (!few_only || room.way.touched.len() <= FEW_CELLS)
            .then(|| room.way.ids().into_iter().map(|cell| (cell, room.way.values[cell as usize])).collect());
        let Read { found, slots, codes, passages } = base.read_off(room);
        let articles = Arc::new(Codes::new(&slots, codes));
        Self { found, articles, passages: passages.into(), noted, ..Self::nothing(base) }
    }

    fn nothing(base: Base<'_>) -> Self {
        let (averages, generation) = (base.sight.averages, base.sight.generation);
        Self { slack: 1.0, averages, generation, ..Self::default() }
    }

    /// Adds up the strengths of the clauses of a way, each of which holds what the one before it holds: so all that is found
    /// is what the last one finds. None when they do not.
    pub(super) fn combine(base: Base<'_>, clauses: &[Clause], lists: &[Arc<Self>], room: &mut Room) -> Option<Self> {
        let last = lists.last()?;
        let best = &mut room.best;
        best.fit(base.table.keys.len());
        for (clause, list) in clauses.iter().zip(lists) {
            let sizes: [f32; 256] = std::array::from_fn(|code| clause.weight * list.slack * most(code as u8));
            list.each(|slot, code| best.add(slot as usize, sizes[code as usize]));
        }
        let articles = last.articles.with(|slot| code(best.values[slot as usize]));
        let nested = best.touched.len() == articles.len();
        best.clear();
        let (articles, passages) = (Arc::new(articles), Arc::clone(&last.passages));
        nested.then(|| Self { found: last.found, articles, passages, ..Self::nothing(base) })
    }

    /// Brings the strengths of a way to a later library; none when that would not cost less than computing them.
    pub(super) fn carried(&self, base: Base<'_>, way: &Way, room: &mut Room) -> Option<Self> {
        let [clauses] = way.parts.as_slice() else { return None };
        if self.noted.is_some() || way.lists() >= MANY_LISTS {
            return None;
        }
        let changed = base.sight.changed_since(self.generation)?;
        let averages = std::array::from_fn(|kind| self.averages[kind].min(base.sight.averages[kind]));
        let grown = (0..KINDS).map(|kind| base.sight.averages[kind] / averages[kind]).fold(1.0, f64::max);
        let slack = grown as f32 * ROUNDING;
        if slack > MOST_SLACK {
            return None;
        }
        room.way.fit(base.table.owners.len());
        base.add_up_at(clauses, &changed, &mut room.way);
        let more = base.read_off(room);
        let (found, articles, passages) = self.changed(&changed, more)?;
        Some(Self { found, articles, passages, noted: None, slack, averages, generation: base.sight.generation })
    }

    /// Returns what is found, without what changed and with what it is now; none when the number is not known exactly.
    fn changed(&self, changed: &[u32], more: Read) -> Option<(u64, Arc<Codes>, Arc<[u8]>)> {
        let mut found = Some(self.found + more.found);
        let (mut gone, mut at) = (0, 0);
        let mut left = changed;
        self.articles.each(|slot, _| {
            while let Some((_, rest)) = left.split_first().filter(|(changed, _)| **changed < slot) {
                left = rest;
            }
            if left.first() == Some(&slot) {
                let passages = self.passages[at];
                found = found.filter(|_| passages < MANY_PASSAGES).map(|found| found - u64::from(passages));
                gone += 1;
            }
            at += 1;
        });
        let found = found?;
        if gone == 0 && more.slots.is_empty() {
            return Some((found, Arc::clone(&self.articles), Arc::clone(&self.passages)));
        }
        let length = self.articles.len() + more.slots.len() - gone;
        let mut merged = (Vec::with_capacity(length), Vec::with_capacity(length), Vec::with_capacity(length));
        let mut push = |slot: u32, code: u8, passages: u8| {
            merged.0.push(slot);
            merged.1.push(code);
            merged.2.push(passages);
        };
        let mut more = more.slots.iter().zip(&more.codes).zip(&more.passages).peekable();
        let (mut left, mut at) = (changed, 0);
        self.articles.each(|slot, code| {
            while let Some(((&slot, &code), &passages)) = more.next_if(|((new, _), _)| **new < slot) {
                push(slot, code, passages);
            }
            while let Some((_, rest)) = left.split_first().filter(|(changed, _)| **changed < slot) {
                left = rest;
            }
            if left.first() != Some(&slot) {
                push(slot, code, self.passages[at]);
            }
            at += 1;
        });
        more.for_each(|((&slot, &code), &passages)| push(slot, code, passages));
        let (slots, codes, passages) = merged;
        Some((found, Arc::new(Codes::new(&slots, codes.into())), passages.into()))
    }

    /// Hands to `each` the slot of every visible article that has the way, ascending, and a code for what the weighed
    /// frequency in its best passage is at most; see [`super::codes::most`] and [`Strength::slack`].
    #[inline]
    pub(super) fn each(&self, each: impl FnMut(u32, u8)) {
        self.articles.each(each);
    }

    /// Returns whether it is true of a base.
    pub(super) fn is_of(&self, base: Base<'_>) -> bool {
        self.generation == base.sight.generation
    }

    /// Returns the bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        let noted = self.noted.as_ref().map_or(0, |noted| noted.len());
        192 + self.articles.bytes() + self.passages.len() as u64 + 8 * noted as u64
    }
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

    /// Adds up what some articles have, given by slot; those that are not visible have nothing.
    fn add_up_at(&self, clauses: &[Clause], slots: &[u32], sums: &mut Sums) {
        for &slot in slots.iter().filter(|&&slot| self.sight.visible[slot as usize] > 0) {
            let home = self.homes[slot as usize];
            let weights = &self.sight.weights[home.segment];
            for clause in clauses {
                for (_, info) in clause.lists.iter().filter(|(segment, _)| *segment == home.segment) {
                    self.segments.weigh_home(clause.class, info, home, weights, |cell, weight| {
                        sums.add(cell, clause.weight * weight);
                    });
                }
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

    /// Turns the sums over cells into what articles have, and clears them.
    fn read_off(&self, room: &mut Room) -> Read {
        let Room { way, best, passages, .. } = room;
        best.fit(self.table.keys.len());
        passages.resize(self.table.keys.len().max(passages.len()), 0);
        let mut found = 0;
        for &cell in &way.touched {
            let slot = self.table.owners[cell as usize];
            let (value, own) = (way.values[cell as usize], self.table.cell(slot));
            let (size, more) = if cell as usize == own {
                (value, self.sight.visible[slot as usize])
            } else {
                let article = way.values[own];
                (value + article, u32::from(article == 0.0))
            };
            best.raise(slot as usize, size);
            passages[slot as usize] += more;
            found += u64::from(more);
        }
        let slots = best.ids();
        let codes = slots.iter().map(|&slot| code(best.values[slot as usize])).collect();
        let most = u32::from(MANY_PASSAGES);
        let counted = slots.iter().map(|&slot| std::mem::take(&mut passages[slot as usize]).min(most) as u8);
        let counted = counted.collect();
        best.clear();
        way.clear();
        Read { found, slots, codes, passages: counted }
    }
}
