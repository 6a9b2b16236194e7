//! What every article can reach at most, and how it ranks before scores are compared: dense rooms, one number an article, so
//! that adding up and comparing are runs over memory, without branches where all articles are looked at. (Nothing here can
//! overflow; where the arithmetic says `wrapping`, that keeps the checks out of these runs.)
//!
//! A sum holds in its upper bits how many of the words that count the article has, and below them the bound in fine steps,
//! rounded up with every word that is added. Whole numbers add up the same in any order. A key holds rank and rough bound: the
//! larger, the better.

use std::ops::Range;

use rustc_hash::FxHashSet;

/// Bits of a rank, the most important first: what ranks behind all that lack the bit.
pub(super) const OUTDATED: usize = 4;
/// See [`OUTDATED`].
pub(super) const NO_BET: usize = 2;
/// See [`OUTDATED`].
pub(super) const LACKING: usize = 1;
/// The number of ranks.
pub(super) const RANKS: usize = 8;

/// Bits of a sum that hold the bound.
const BITS: u32 = 26;
/// See [`BITS`].
const BOUND: u32 = (1 << BITS) - 1;
/// A word that counts.
const WORD: u32 = 1 << BITS;
/// Most words that are counted.
const MOST_COUNTED: u8 = 63;
/// Bounds are added up in steps of one over this. Sums are far below 2^13.
const FINE: f32 = 4096.0;
/// Bits of a key that hold the rough bound: eight behind the exponent.
const ROUGH: u32 = 13;
/// See [`ROUGH`].
const ROUGH_BITS: u32 = (1 << ROUGH) - 1;
/// The rough bound of nothing.
const NOTHING: u32 = (1.0_f32.to_bits() >> 15) - 1;

/// What articles can reach. Used again for the next query.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    sums: Vec<u32>,
    /// Of the word that is looked at, where it can be met in several ways.
    group: Vec<u32>,
    /// By slot; 0 where nothing matches or is wanted.
    keys: Vec<u16>,
    counts: Vec<u32>,
    counted: u8,
}

/// Returns a bound in steps, never less than it is.
pub(super) fn fine(bound: f32) -> u32 {
    ((bound * FINE).ceil() as u32).clamp(1, BOUND >> 7)
}

/// Returns the rough size of a bound, which is not 0; larger bounds never have a smaller one.
fn rough(bound: u32) -> u32 {
    (((bound & BOUND) as f32).to_bits() >> 15).wrapping_sub(NOTHING)
}

/// Returns the largest bound of a rough size.
pub(super) fn largest(rough: usize) -> f32 {
    f32::from_bits((rough as u32 + 1 + NOTHING) << 15) / FINE
}

impl Bounds {
    /// Begins with nothing for so many articles.
    pub(super) fn begin(&mut self, articles: usize) {
        self.sums.clear();
        self.sums.resize(articles, 0);
        self.counted = 0;
    }

    /// Begins a word that is met in several ways.
    pub(super) fn begin_word(&mut self) {
        self.group.clear();
        self.group.resize(self.sums.len(), 0);
    }

    /// Returns room for the ways of the word that was begun: by slot, the best of them.
    pub(super) fn ways(&mut self) -> &mut [u32] {
        &mut self.group
    }

    /// Ends a word that is met in several ways.
    pub(super) fn end_word(&mut self, counts: bool) {
        let word = self.word(counts);
        for (sum, &best) in self.sums.iter_mut().zip(&self.group) {
            *sum = sum.wrapping_add(if best > 0 { best.wrapping_add(word) } else { 0 });
        }
    }

    /// Returns room for the sums, for a word that is met in one way, and what is added with each bound.
    pub(super) fn sums(&mut self, counts: bool) -> (&mut [u32], u32) {
        let word = self.word(counts);
        (&mut self.sums, word)
    }

    fn word(&mut self, counts: bool) -> u32 {
        let is_counted = counts && self.counted < MOST_COUNTED;
        self.counted += u8::from(is_counted);
        if is_counted { WORD } else { 0 }
    }

    /// Lets articles that have all of so many words reach more, by a factor of at most a tenth over one.
    pub(super) fn favour(&mut self, all_words: u8) {
        let all = u32::from(all_words);
        // Of more words than are counted, any article may have all.
        let least = if all_words > MOST_COUNTED && all_words < u8::MAX { 0 } else { all };
        let most = if least == 0 { u32::from(MOST_COUNTED) } else { all };
        for sum in &mut self.sums {
            let words = *sum >> BITS;
            let bound = *sum & BOUND;
            let more = (bound / 10).wrapping_add(u32::from(bound > 0));
            *sum = sum.wrapping_add(if (words >= least) & (words <= most) { more } else { 0 });
        }
    }

    /// Says how everything ranks that has a bound. `wanted` is how many words an article must have to rank before those that
    /// lack some; `pass` leaves articles out.
    pub(super) fn rank(
        &mut self,
        outdated: &[bool],
        wanted: u8,
        bets: &FxHashSet<u32>,
        pass: Option<impl Fn(u32) -> bool>,
    ) {
        let wanted = u32::from(wanted);
        self.keys.clear();
        self.keys.resize(self.sums.len(), 0);
        for ((key, &sum), &outdated) in self.keys.iter_mut().zip(&self.sums).zip(outdated) {
            // The rank from the worst on: a bit is set for what is not lacked.
            let lacking = u32::from((sum >> BITS) < wanted);
            let rank = (OUTDATED as u32 | LACKING as u32) & !(u32::from(outdated) << 2 | lacking);
            let met = 0u32.wrapping_sub(u32::from(sum & BOUND > 0));
            *key = ((rank << ROUGH | rough(sum) & ROUGH_BITS) & met) as u16;
        }
        let better = ((NO_BET as u32) << ROUGH) as u16;
        for &bet in bets {
            if let Some(key) = self.keys.get_mut(bet as usize).filter(|key| **key > 0) {
                *key += better;
            }
        }
        if let Some(pass) = pass {
            for (slot, key) in (0..).zip(&mut self.keys) {
                if *key > 0 && !pass(slot) {
                    *key = 0;
                }
            }
        }
    }

    /// Returns the number of articles that match.
    pub(super) fn total(&self) -> usize {
        self.keys.iter().fold(0u32, |total, &key| total.wrapping_add(u32::from(key > 0))) as usize
    }

    /// Returns the slots of the articles that match.
    pub(super) fn slots(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.keys).filter(|(_, key)| **key > 0).map(|(slot, _)| slot)
    }

    /// Returns the largest rough bound of a rank; 0 when it is empty.
    pub(super) fn top(&self, rank: usize) -> usize {
        let rank = (RANKS - 1 - rank) as u16;
        let of_rank = |key: u16| if key >> ROUGH == rank { key } else { 0 };
        let top = self.keys.iter().fold(0, |top, &key| of_rank(key).max(top));
        top as usize & ROUGH_BITS as usize
    }

    /// Counts the articles of a rank by rough bound, from a rough bound on.
    pub(super) fn count(&mut self, rank: usize, from: usize) {
        let Self { keys, counts, .. } = self;
        counts.clear();
        counts.resize(1 << ROUGH, 0);
        each_within(keys, rank, from..1 << ROUGH, |_, key| counts[usize::from(key) & ROUGH_BITS as usize] += 1);
    }

    /// Returns how many articles of the rank counted last have a rough bound.
    pub(super) fn counted(&self, rough: usize) -> usize {
        self.counts[rough] as usize
    }

    /// Returns the slots of the articles of a rank whose rough bound is within a range, ascending.
    pub(super) fn within(&self, rank: usize, range: Range<usize>) -> Vec<u32> {
        let mut slots = Vec::new();
        each_within(&self.keys, rank, range, |slot, _| slots.push(slot));
        slots
    }
}

/// Hands to `each` the keys of a rank within a range of rough bounds, with their slots. Few keys are: the others are passed over
/// together.
fn each_within(keys: &[u16], rank: usize, range: Range<usize>, mut each: impl FnMut(u32, u16)) {
    const TOGETHER: usize = 64;
    // Nothing has the rough bound 0, and of the last rank that is what does not match.
    let (start, end) = (range.start.max(1), range.end);
    if start >= end {
        return;
    }
    let rank = (RANKS - 1 - rank) << ROUGH;
    let (first, span) = ((rank | start) as u16, (end - 1 - start) as u16);
    let is_within = |key: u16| key.wrapping_sub(first) <= span;
    for (from, keys) in (0..).step_by(TOGETHER).zip(keys.chunks(TOGETHER)) {
        if keys.iter().fold(false, |any, &key| any | is_within(key)) {
            for (slot, &key) in (from..).zip(keys).filter(|(_, key)| is_within(**key)) {
                each(slot, key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn nothing_reaches_more_than_is_said(
            words in proptest::collection::vec((proptest::bool::ANY, proptest::collection::vec(0.0f32..60.0, 40)), 1..70),
            outdated in proptest::collection::vec(proptest::bool::ANY, 40),
            wanted in 0u8..3,
        ) {
            let mut bounds = Bounds::default();
            bounds.begin(40);
            let (mut sums, mut has) = (vec![0.0; 40], vec![0u8; 40]);
            for (number, (counts, reach)) in words.iter().enumerate() {
                // Below ten is not met.
                let met = || (0..40).filter(|&slot| reach[slot] >= 10.0);
                for slot in met() {
                    sums[slot] += reach[slot];
                    has[slot] += u8::from(*counts);
                }
                if number % 2 == 0 {
                    let (room, word) = bounds.sums(*counts);
                    met().for_each(|slot| room[slot] += fine(reach[slot]) + word);
                } else {
                    bounds.begin_word();
                    met().for_each(|slot| bounds.ways()[slot] = fine(reach[slot]));
                    bounds.end_word(*counts);
                }
            }
            let all = words.iter().filter(|(counts, _)| *counts).count() as u8;
            bounds.favour(all);
            let bets = FxHashSet::from_iter([3, 5]);
            bounds.rank(&outdated, wanted, &bets, Some(|slot: u32| slot != 7));
            let mut left = Vec::new();
            for rank in 0..RANKS {
                let above = bounds.top(rank) + 1;
                bounds.count(rank, 0);
                let mut counted = 0;
                for rough in 0..above {
                    let (count, most) = (bounds.counted(rough), largest(rough));
                    let slots = bounds.within(rank, rough..rough + 1);
                    proptest::prop_assert_eq!(slots.len(), count);
                    for slot in slots {
                        left.push(slot);
                        let slot = slot as usize;
                        let reach = sums[slot] * if has[slot] == all { 1.1 } else { 1.0 };
                        proptest::prop_assert!(reach <= most * 1.00001 && reach * 1.01 + 0.2 >= most || all > 63, "{} {}", reach, most);
                        let lacking = usize::from(has[slot] < wanted) * LACKING;
                        let no_bet = if bets.contains(&(slot as u32)) { 0 } else { NO_BET };
                        proptest::prop_assert_eq!(rank, lacking + no_bet + usize::from(outdated[slot]) * OUTDATED);
                    }
                    counted += count;
                }
                proptest::prop_assert_eq!(counted, bounds.within(rank, 0..above).len());
            }
            left.sort_unstable();
            let matching: Vec<u32> = (0..40).filter(|&slot| sums[slot as usize] > 0.0 && slot != 7).collect();
            proptest::prop_assert_eq!(bounds.total(), matching.len());
            proptest::prop_assert_eq!(bounds.slots().collect::<Vec<_>>(), matching.clone());
            proptest::prop_assert_eq!(left, matching);
        }
    }
}
