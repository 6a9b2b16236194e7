//! Ranking: BM25F over postings, a passage at a time, an article by its best passage.
//!
//! Fields an article has once (title, questions…) are added up by article, the others by passage; a passage has the sum
//! of both. For a group g and a passage p
//!
//! ```text
//! tf(way, p) = Σ class, Σ field  class weight · field weight · tf / (1 − b + b · length / average)
//! s(g, p)    = max over ways  idf · way weight · tf / (6 + tf)
//! S(p)       = 7 · Σ s(g, p)
//! ```
//!
//! where idf counts the visible passages that have the word as typed, and no other way counts for more than that
//! (measured on evaluation sets of questions). Everything is added in a fixed order, and a passage lives in one segment, so the
//! history of the index cannot change a score.

use std::sync::{Mutex, PoisonError};

use super::plan::{Clause, Plan, Way};
use super::postings::Segments;
use super::schema::ARTICLE_KINDS;
use super::sight::Sight;
use super::table::{Table, unplace};

/// How soon more of the same stops counting.
const K1: f32 = 6.0;
/// The weight of a stop word.
const STOP: f32 = 0.3;
/// Scores are told apart in steps of one over this.
pub(super) const STEPS: f32 = 1024.0;

/// No passage: only fields of the whole article matched.
pub(super) const NO_PASSAGE: u32 = u32::MAX;

/// A sparse sum over ids: dense storage and the list of what was touched, so that clearing costs what was used.
#[derive(Debug, Default)]
struct Sums {
    values: Vec<f32>,
    touched: Vec<u32>,
}

impl Sums {
    fn fit(&mut self, length: usize) {
        if self.values.len() < length {
            self.values.resize(length, 0.0);
        }
    }

    #[inline]
    fn add(&mut self, id: usize, value: f32) {
        let sum = &mut self.values[id];
        if *sum == 0.0 {
            self.touched.push(id as u32);
        }
        *sum += value;
    }

    #[inline]
    fn raise(&mut self, id: usize, value: f32) {
        let best = &mut self.values[id];
        if *best == 0.0 {
            self.touched.push(id as u32);
        }
        *best = best.max(value);
    }

    fn clear(&mut self) {
        for &id in &self.touched {
            self.values[id as usize] = 0.0;
        }
        self.touched.clear();
    }
}

/// Sums over articles and over passages.
#[derive(Debug, Default)]
struct Pair {
    articles: Sums,
    passages: Sums,
}

impl Pair {
    fn fit(&mut self, table: &Table) {
        self.articles.fit(table.keys.len());
        self.passages.fit(table.slots.len());
    }

    fn clear(&mut self) {
        self.articles.clear();
        self.passages.clear();
    }
}

/// Room for scoring one query; used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    way: Pair,
    part: Pair,
    group: Pair,
    all: Pair,
    best: Sums,
    passages: Vec<u32>,
}

/// Rooms for scoring, as many as there are queries at a time.
#[derive(Debug, Default)]
pub(super) struct Rooms(Mutex<Vec<Scratch>>);

impl Rooms {
    /// Calls `work` with a room.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let mut scratch = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let result = work(&mut scratch);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }
}

/// An article that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    /// Its slot.
    pub(super) slot: u32,
    /// The score in steps.
    pub(super) score: u32,
    /// The best passage, or [`NO_PASSAGE`].
    pub(super) passage: u32,
}

/// Scores a plan over what a reader sees.
pub(super) struct Scorer<'a> {
    pub(super) segments: &'a Segments,
    pub(super) table: &'a Table,
    pub(super) sight: &'a Sight,
}

impl Scorer<'_> {
    /// Returns all articles that match, in no order, and the idf of every group.
    pub(super) fn score(&self, plan: &Plan, scratch: &mut Scratch) -> (Vec<Match>, Vec<f32>) {
        scratch.way.fit(self.table);
        // Most words are read in one way and need no room to compare ways in: the less room, the more of it stays near.
        let is_compared = |group: &super::plan::Group| group.ways.len() > 1;
        if plan.groups.iter().any(is_compared) {
            scratch.group.fit(self.table);
        }
        if plan.groups.iter().flat_map(|group| &group.ways).any(|way| way.parts.len() > 1) {
            scratch.part.fit(self.table);
        }
        scratch.all.fit(self.table);
        scratch.best.fit(self.table.keys.len());
        scratch.passages.resize(self.table.keys.len(), NO_PASSAGE);
        let mut rarities = Vec::with_capacity(plan.groups.len());
        for group in &plan.groups {
            let factor = if group.stop { STOP } else { 1.0 };
            let mut typed = None;
            let mut rarity = None;
            for way in &group.ways {
                let idf = self.gather(way, scratch);
                let Some(idf) = idf else { continue };
                if way.typed {
                    typed = Some(idf);
                }
                // A correction or a longer word never counts for more than what was typed.
                let idf = typed.map_or(idf, |typed: f32| typed.min(idf));
                rarity.get_or_insert(idf);
                let weight = idf * way.weight * factor;
                if is_compared(group) { self.fold_way(weight, scratch) } else { self.fold_only_way(weight, scratch) }
            }
            rarities.push(rarity.unwrap_or(0.0) * factor);
            fold_group(self.table, scratch);
        }
        (self.collect(scratch), rarities)
    }

    /// Adds up a way's postings. Returns its idf; none when nothing visible has it.
    fn gather(&self, way: &Way, scratch: &mut Scratch) -> Option<f32> {
        let (first, others) = way.parts.split_first()?;
        self.add_up(first, &mut scratch.way);
        for part in others {
            self.add_up(part, &mut scratch.part);
            self.meet(&mut scratch.way, &scratch.part);
            scratch.part.clear();
        }
        let Pair { articles, passages } = &scratch.way;
        if articles.touched.is_empty() {
            let found = passages.touched.len();
            return (found > 0).then(|| idf(self.sight.total, found as f64));
        }
        let inside: u64 = articles.touched.iter().map(|&slot| u64::from(self.sight.visible[slot as usize])).sum();
        let alone = |passage: &&u32| articles.values[self.table.slots[**passage as usize] as usize] == 0.0;
        let found = inside + passages.touched.iter().filter(alone).count() as u64;
        (found > 0).then(|| idf(self.sight.total, found as f64))
    }

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

    /// Turns what a way gathered into scores, and keeps the best of the group.
    fn fold_way(&self, factor: f32, scratch: &mut Scratch) {
        let Scratch { way, group, .. } = scratch;
        let saturated = |tf: f32| factor * tf / (K1 + tf);
        for &slot in &way.articles.touched {
            group.articles.raise(slot as usize, saturated(way.articles.values[slot as usize]));
        }
        for &passage in &way.passages.touched {
            let slot = self.table.slots[passage as usize] as usize;
            let tf = way.passages.values[passage as usize] + way.articles.values[slot];
            group.passages.raise(passage as usize, saturated(tf));
        }
        way.clear();
    }

    /// Does what [`Self::fold_way`] and [`fold_group`] do for a group that has but one way, without the room between.
    fn fold_only_way(&self, factor: f32, scratch: &mut Scratch) {
        let Scratch { way, all, .. } = scratch;
        let saturated = |tf: f32| factor * tf / (K1 + tf);
        for &passage in &way.passages.touched {
            let article = way.articles.values[self.table.slots[passage as usize] as usize];
            let more = saturated(way.passages.values[passage as usize] + article) - saturated(article);
            all.passages.add(passage as usize, more.max(f32::MIN_POSITIVE));
        }
        for &slot in &way.articles.touched {
            all.articles.add(slot as usize, saturated(way.articles.values[slot as usize]));
        }
        way.clear();
    }

    /// Returns the articles with their best passages.
    fn collect(&self, scratch: &mut Scratch) -> Vec<Match> {
        let Scratch { all, best, passages: chosen, .. } = scratch;
        for &slot in &all.articles.touched {
            best.raise(slot as usize, all.articles.values[slot as usize]);
        }
        for &passage in &all.passages.touched {
            let slot = self.table.slots[passage as usize] as usize;
            let score = all.articles.values[slot] + all.passages.values[passage as usize];
            let better = score > best.values[slot]
                || (score == best.values[slot] && (chosen[slot] == NO_PASSAGE || passage < chosen[slot]));
            if better {
                best.raise(slot, score);
                chosen[slot] = passage;
            }
        }
        let matches = best.touched.iter().map(|&slot| {
            let score = (best.values[slot as usize] * (K1 + 1.0) * STEPS).round() as u32;
            Match { slot, score, passage: std::mem::replace(&mut chosen[slot as usize], NO_PASSAGE) }
        });
        let matches = matches.collect();
        all.clear();
        best.clear();
        matches
    }
}

/// Adds the scores of a group to those of the query. What a passage has beyond its article is added to the passage.
fn fold_group(table: &Table, scratch: &mut Scratch) {
    let Scratch { group, all, .. } = scratch;
    for &passage in &group.passages.touched {
        let article = group.articles.values[table.slots[passage as usize] as usize];
        let more = group.passages.values[passage as usize] - article;
        // Even a passage that adds nothing is remembered: the words stand there.
        all.passages.add(passage as usize, more.max(f32::MIN_POSITIVE));
    }
    for &slot in &group.articles.touched {
        all.articles.add(slot as usize, group.articles.values[slot as usize]);
    }
    group.clear();
}

/// How rare something is that `found` of `total` passages have.
fn idf(total: f64, found: f64) -> f32 {
    // The platform's `ln`: replicas run the same build; were they to differ by architecture, this line would need libm.
    (1.0 + (total - found + 0.5).max(0.0) / (found + 0.5)).ln() as f32
}
