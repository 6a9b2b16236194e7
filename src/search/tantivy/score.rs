//! Ranking: BM25F over postings, a passage at a time, an article by its best passage.
//!
//! Fields an article has once (title, questions…) are added up by article, the others by passage; a passage has the sum
//! of both. For a group g and a passage p
//!
//! ```text
//! tf(way, p) = Σ class, Σ field  class weight · field weight · tf / (1 − b + b · length / average)
//! s(g, p)    = max over ways  idf · way weight · (k1 + 1) · tf / (k1 + tf)
//! S(p)       = Σ s(g, p)
//! ```
//!
//! where idf counts the visible passages that have the word as typed, and no other way counts for more than that
//! (measured on evaluation sets of questions). Everything is added in a fixed order, and an article lives in one segment, so
//! the history of the index cannot change a score.
//!
//! Two things are done with it: [`Weighed::bound`] says from kept strengths what each article can reach at most, and
//! [`Judge`] says what it does reach.

use std::sync::Arc;

use tantivy::DocSet;
use tantivy::postings::{Postings, SegmentPostings};

use super::bounds::Bounds;
use super::codes::most;
use super::plan::{Clause, Group, Plan, Way};
use super::strength::{Base, Strength};

/// How soon more of the same stops counting, by the number of words that count: a short query is mostly about what a title
/// says, a long one about something inside a text (measured on evaluation sets of questions).
fn k1(words: usize) -> f32 {
    if words <= 4 { 4.0 } else { 2.5 }
}

/// Scores are told apart in steps of one over this.
pub(super) const STEPS: f32 = 1024.0;

/// No passage: only fields of the whole article matched.
pub(super) const NO_PASSAGE: u32 = u32::MAX;

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

/// A query with what its words are worth to one reader.
#[derive(Debug)]
pub(super) struct Weighed<'a> {
    groups: Vec<Vec<WeighedWay<'a>>>,
    /// By group: what it is worth to show it.
    pub(super) rarities: Vec<f32>,
    /// By group: whether it is one of the words that an article should have.
    counts: Vec<bool>,
}

/// Words of a query that an article should have all to come before those that lack one. In longer queries an article that
/// lacks a word may be the better one (measured on evaluation sets of questions).
const MUST_HAVE: usize = 2;

/// What it is worth that one passage has all words of the query that count.
const ALL_WORDS: f32 = 1.1;

/// How much words count that stand as near to each other as in the query, for each step of rarity.
const NEARNESS: f32 = 1.0;

#[derive(Debug)]
struct WeighedWay<'a> {
    way: &'a Way,
    strength: Arc<Strength>,
    weight: f32,
    k1: f32,
}

fn saturated(frequency: f32, k1: f32) -> f32 {
    if frequency.is_infinite() { 1.0 } else { frequency / (k1 + frequency) }
}

/// Returns a sum of what groups give in steps.
pub(super) fn steps(sum: f32) -> u32 {
    (sum * STEPS).round() as u32
}

/// How rare something is that `found` of `total` passages have.
fn idf(total: f64, found: f64) -> f32 {
    // The platform's `ln`: replicas run the same build; were they to differ by architecture, this line would need libm.
    (1.0 + (total - found + 0.5).max(0.0) / (found + 0.5)).ln() as f32
}

impl<'a> Weighed<'a> {
    /// Weighs the words of a plan; `total` is the number of visible passages, `strengths` are those of [`Plan::ways`].
    pub(super) fn new(plan: &'a Plan, total: f64, strengths: Vec<Arc<Strength>>) -> Self {
        let mut strengths = strengths.into_iter();
        let mut weighed = Self { groups: Vec::new(), rarities: Vec::new(), counts: Vec::new() };
        for group in &plan.groups {
            let mut typed = None;
            let mut rarity = None;
            let mut ways = Vec::with_capacity(group.ways.len());
            for (way, strength) in group.ways.iter().zip(strengths.by_ref()) {
                if strength.found == 0 {
                    continue;
                }
                let idf = idf(total, strength.found as f64);
                // A longer or another word never counts for more than what was typed, or what that was corrected to.
                let idf = typed.map_or(idf, |typed: f32| typed.min(idf));
                typed.get_or_insert(idf);
                rarity.get_or_insert(idf);
                ways.push(WeighedWay { way, strength, weight: idf * way.weight * group.weight, k1: 0.0 });
            }
            weighed.rarities.push(rarity.unwrap_or(0.0) * group.weight);
            weighed.counts.push(group.weight >= 1.0 && !ways.is_empty());
            weighed.groups.push(ways);
        }
        let k1 = k1(weighed.counts.iter().filter(|counts| **counts).count());
        for way in weighed.groups.iter_mut().flatten() {
            way.weight *= k1 + 1.0;
            way.k1 = k1;
        }
        weighed
    }

    /// Returns the number of lists of postings that are read to judge an article.
    pub(super) fn lists(&self) -> usize {
        let ways = self.groups.iter().flatten().filter(|way| way.strength.noted.is_none());
        ways.flat_map(|way| &way.way.parts).map(Vec::len).sum()
    }

    /// Returns the groups of a plan that say something and that nothing visible has.
    pub(super) fn not_found<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = &'p Group> {
        let groups = plan.groups.iter().zip(&self.groups);
        groups.filter(|(group, ways)| ways.is_empty() && !group.stop && group.weight >= 1.0).map(|(group, _)| group)
    }

    /// Returns how many words an article should have, so that it comes before those that lack some.
    pub(super) fn wanted_words(&self) -> u8 {
        let wanted = self.counts.iter().filter(|counts| **counts).count();
        if wanted <= MUST_HAVE { wanted as u8 } else { 0 }
    }

    /// Returns the number of words that count; none when it is one, which every article has that matches.
    fn all_words(&self) -> u8 {
        let all = self.counts.iter().filter(|counts| **counts).count();
        if all < 2 { u8::MAX } else { all as u8 }
    }

    /// Returns what the score of a passage with so many words that count is multiplied by.
    fn worth(&self, words: u8) -> f32 {
        if words == self.all_words() { ALL_WORDS } else { 1.0 }
    }

    /// Returns the groups that follow one another, stop words aside, and what it is worth when they stand together.
    pub(super) fn pairs(&self) -> (Vec<(usize, usize)>, Vec<f32>) {
        let groups: Vec<usize> = (0..self.groups.len()).filter(|&group| self.counts[group]).collect();
        let pairs = groups.windows(2).map(|pair| (pair[0], pair[1]));
        pairs.map(|(a, b)| ((a, b), NEARNESS * self.rarities[a].min(self.rarities[b]))).unzip()
    }

    /// Adds up what every article can reach at most: each word where it stands best, whatever the passage.
    pub(super) fn bound(&self, articles: usize, bounds: &mut Bounds) {
        let most = |ways: &Vec<WeighedWay<'_>>| ways.iter().map(|way| way.weight).fold(0.0, f32::max);
        bounds.begin(articles, self.groups.iter().map(most).zip(self.counts.iter().copied()));
        for (ways, &counts) in self.groups.iter().zip(&self.counts) {
            match ways.as_slice() {
                [] => {}
                [only] => {
                    let steps = only.bounds(bounds);
                    let (sums, word) = bounds.sums(counts);
                    only.each_bound(&steps, |slot, bound| {
                        sums[slot as usize] = sums[slot as usize].wrapping_add(bound.wrapping_add(word))
                    });
                }
                ways => {
                    bounds.begin_word();
                    for way in ways {
                        let steps = way.bounds(bounds);
                        let best = bounds.ways();
                        way.each_bound(&steps, |slot, bound| best[slot as usize] = best[slot as usize].max(bound));
                    }
                    bounds.end_word(counts);
                }
            }
        }
        bounds.favour(usize::from(self.all_words()));
    }
}

impl WeighedWay<'_> {
    /// Returns by code what an article reaches at most, in steps. Whatever matches has one, though it be worth next to nothing.
    fn bounds(&self, bounds: &Bounds) -> [u16; 256] {
        let most = |code: usize| most(code as u8) * self.strength.slack;
        std::array::from_fn(|code| bounds.steps(self.weight * saturated(most(code), self.k1)))
    }

    /// Hands every article that has the way to `each`, with its bound, given by code.
    fn each_bound(&self, bounds: &[u16; 256], mut each: impl FnMut(u32, u16)) {
        self.strength.each(|slot, code| each(slot, bounds[code as usize]));
    }
}

/// Says what articles reach, passage by passage. Meant for articles in the order in which they stand in the index.
pub(super) struct Judge<'a> {
    pub(super) base: Base<'a>,
    pub(super) weighed: &'a Weighed<'a>,
    /// By clause, in the order in which clauses are read: the postings of each of its lists.
    cursors: Vec<Vec<Option<SegmentPostings>>>,
    way: Frequencies,
    group: Frequencies,
    sums: Vec<f32>,
    /// By passage: how many of the words that count it has; and the fields of the whole article.
    words: (Vec<u8>, u8),
}

/// Frequencies, or scores, of one article: its own fields, and by passage from its first.
#[derive(Debug, Default)]
struct Frequencies {
    article: f32,
    passages: Vec<f32>,
}

impl Frequencies {
    fn clear(&mut self, passages: usize) {
        self.article = 0.0;
        self.passages.clear();
        self.passages.resize(passages, 0.0);
    }
}

impl<'a> Judge<'a> {
    /// Prepares to judge articles by a query.
    pub(super) fn new(base: Base<'a>, weighed: &'a Weighed<'a>) -> Self {
        let clauses = weighed.groups.iter().flatten().filter(|way| way.strength.noted.is_none());
        let clauses = clauses.flat_map(|way| way.way.parts.iter().flatten());
        let cursors =
            clauses.map(|clause| std::iter::repeat_with(|| None).take(clause.lists.len()).collect()).collect();
        Self {
            base,
            weighed,
            cursors,
            way: Frequencies::default(),
            group: Frequencies::default(),
            sums: Vec::new(),
            words: Default::default(),
        }
    }

    /// Judges an article.
    pub(super) fn judge(&mut self, slot: u32) -> Match {
        let range = self.base.table.passages(slot as usize);
        let mut article = 0.0;
        self.sums.clear();
        self.sums.resize(range.len(), 0.0);
        self.words.0.clear();
        self.words.0.resize(range.len(), 0);
        self.words.1 = 0;
        let weighed = self.weighed;
        let mut clause = 0;
        for (ways, &counts) in weighed.groups.iter().zip(&weighed.counts) {
            self.group.clear(range.len());
            for way in ways {
                self.gather(way, slot, range.len(), &mut clause);
                fold_way(&self.way, way, &mut self.group);
            }
            self.count(counts);
            article += self.group.article;
            for (sum, &value) in self.sums.iter_mut().zip(&self.group.passages) {
                if value > 0.0 {
                    // Even a passage that adds nothing is remembered: the words stand there.
                    *sum += (value - self.group.article).max(f32::MIN_POSITIVE);
                }
            }
        }
        let mut best = (article * weighed.worth(self.words.1), NO_PASSAGE);
        let passages = range.zip(&self.sums).zip(&self.words.0).filter(|((_, sum), _)| **sum > 0.0);
        for ((passage, &sum), &words) in passages {
            let score = (article + sum) * weighed.worth(words);
            if score > best.0 || (score == best.0 && best.1 == NO_PASSAGE) {
                best = (score, passage as u32);
            }
        }
        Match { slot, score: steps(best.0), passage: best.1 }
    }

    /// Returns what each group gives to an article by its own fields and one passage, and the way that gives most; none
    /// where the article does not have the group.
    pub(super) fn scores(&mut self, slot: u32, passage: Option<u32>) -> Vec<Option<(f32, Option<&'a Way>)>> {
        let range = self.base.table.passages(slot as usize);
        let weighed = self.weighed;
        let mut clause = 0;
        let mut scores = Vec::with_capacity(weighed.groups.len());
        let mut words = 0;
        for (ways, &counts) in weighed.groups.iter().zip(&weighed.counts) {
            let mut best: Option<(f32, Option<&Way>)> = None;
            for way in ways {
                self.gather(way, slot, range.len(), &mut clause);
                self.group.clear(range.len());
                fold_way(&self.way, way, &mut self.group);
                let passage = passage.map_or(0.0, |passage| self.group.passages[passage as usize - range.start]);
                let score = self.group.article.max(passage);
                if score > 0.0 && best.is_none_or(|(best, _)| score > best) {
                    best = Some((score, Some(way.way)));
                }
            }
            words += u8::from(counts && best.is_some());
            scores.push(best);
        }
        let worth = weighed.worth(words);
        scores.iter_mut().flatten().for_each(|(score, _)| *score *= worth);
        scores
    }

    /// Adds up the postings of a way in one article. `clause` counts the clauses that were read.
    fn gather(&mut self, way: &WeighedWay<'_>, slot: u32, passages: usize, clause: &mut usize) {
        self.way.clear(passages);
        match &way.strength.noted {
            Some(noted) => read_noted(noted, self.base.table.cell(slot), &mut self.way),
            None => {
                for part in way.way.parts.iter().flatten() {
                    self.read(part, *clause, slot);
                    *clause += 1;
                }
            }
        }
    }

    /// Counts a group where it was met.
    fn count(&mut self, counts: bool) {
        if !counts {
            return;
        }
        let everywhere = self.group.article > 0.0;
        self.words.1 += u8::from(everywhere);
        for (words, &met) in self.words.0.iter_mut().zip(&self.group.passages) {
            *words += u8::from(everywhere || met > 0.0);
        }
    }

    /// Adds up the postings of a clause in one article. `number` is the number of the clause among those that are read.
    fn read(&mut self, clause: &Clause, number: usize, slot: u32) {
        let Base { segments, table, sight, homes } = self.base;
        let home = homes[slot as usize];
        let (own, weights) = (table.cell(slot), &sight.weights[home.segment]);
        for ((segment, info), cursor) in clause.lists.iter().zip(&mut self.cursors[number]) {
            if *segment != home.segment {
                continue;
            }
            if cursor.is_none() {
                *cursor = segments.open(clause.class, *segment, info);
            }
            let Some(postings) = cursor else { continue };
            if postings.doc() < home.start {
                postings.seek(home.start);
            }
            while postings.doc() < home.end {
                let document = postings.doc();
                let (cell, weight) = weights[document as usize];
                let weight = clause.weight * (weight * postings.term_freq() as f32);
                match cell as usize - own {
                    0 => self.way.article += weight,
                    passage => self.way.passages[passage - 1] += weight,
                }
                postings.advance();
            }
        }
    }
}

/// Adds what was noted of an article, whose own cell is given.
fn read_noted(noted: &[(u32, f32)], own: usize, frequencies: &mut Frequencies) {
    let from = noted.partition_point(|&(cell, _)| (cell as usize) < own);
    for &(cell, frequency) in &noted[from..] {
        match cell as usize - own {
            0 => frequencies.article += frequency,
            passage if passage <= frequencies.passages.len() => frequencies.passages[passage - 1] += frequency,
            _ => break,
        }
    }
}

/// Turns the frequencies of a way into scores, and keeps the best of the group.
fn fold_way(found: &Frequencies, way: &WeighedWay<'_>, group: &mut Frequencies) {
    let score = |frequency: f32| way.weight * saturated(frequency, way.k1);
    group.article = group.article.max(score(found.article));
    for (best, &frequency) in group.passages.iter_mut().zip(&found.passages) {
        if frequency > 0.0 {
            *best = best.max(score(frequency + found.article).max(f32::MIN_POSITIVE));
        }
    }
}
