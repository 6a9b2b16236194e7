//! What every article can reach at most, and how it ranks before scores are compared: dense rooms, one number an article, so
//! that adding up and comparing are runs over memory, without branches where all articles are looked at. (Nothing here can
//! overflow; where the arithmetic says `wrapping`, that keeps the checks out of these runs.)
//!
//! A sum holds in its upper bits how many of the words that count the article has, and below them the bound in steps, rounded up
//! with every word that is added. The steps are as fine as the query allows: what its words can give at most just fits, so that
//! two bytes an article are enough. Whole numbers add up the same in any order. A key holds rank and bound: the larger, the
//! better.

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

/// Bits of a key that hold the bound, and most bits of a sum that do.
const BITS: u32 = 13;
/// See [`BITS`].
const BOUND: u16 = (1 << BITS) - 1;
/// Most words that are counted.
const MOST_COUNTED: usize = 63;

/// What articles can reach. Used again for the next query.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    sums: Vec<u16>,
    /// Of the word that is looked at, where it can be met in several ways.
    group: Vec<u16>,
    /// By slot; 0 where nothing matches or is wanted.
    keys: Vec<u16>,
    counts: Vec<u32>,
    /// The bits of a sum that hold the bound.
    bits: u32,
    /// How many steps are one.
    scale: f32,
    /// Whether words are counted: more than [`MOST_COUNTED`] are not.
    counts_words: bool,
    /// How many words an article must have to reach more: at least, and at most.
    favoured: (u16, u16),
}

/// What having all words is worth at most, with what [`a_tenth`] adds to it.
const FAVOURED: f32 = 1.102;

/// Returns a tenth, never less than it is, without dividing.
fn a_tenth(steps: u16) -> u16 {
    (steps >> 3).wrapping_sub(steps >> 6).wrapping_sub(steps >> 7).wrapping_add(1)
}

/// Returns a mask of all bits, or of none.
fn all_ones(is_so: bool) -> u16 {
    0u16.wrapping_sub(u16::from(is_so))
}

impl Bounds {
    /// Begins with nothing for so many articles. `worth` is what each word can give at most, and whether it counts.
    pub(super) fn begin(&mut self, articles: usize, worth: impl Iterator<Item = (f32, bool)>) {
        self.sums.clear();
        self.sums.resize(articles, 0);
        let (mut words, mut counted, mut most) = (0.0, 0, f32::MIN_POSITIVE);
        for (worth, counts) in worth {
            words += 1.0;
            counted += usize::from(counts);
            most += worth;
        }
        self.counts_words = counted <= MOST_COUNTED;
        let counted = if self.counts_words { counted as u32 } else { 0 };
        self.bits = BITS.min(u16::BITS - (u32::BITS - counted.leading_zeros()));
        // Every word may be rounded up by a step, and having all is worth a tenth more (see `rank`).
        let room = (f32::from(1u16 << self.bits) - 4.0) / FAVOURED - words;
        debug_assert!(room > 0.0, "too many words");
        self.scale = room.max(1.0) / most;
        self.favoured = (1, 0);
    }

    /// Returns a bound in steps, never less than it is.
    pub(super) fn steps(&self, bound: f32) -> u16 {
        ((bound * self.scale).ceil() as u16).clamp(1, BOUND)
    }

    /// Returns the bound that so many steps are.
    pub(super) fn bound(&self, steps: usize) -> f32 {
        steps as f32 / self.scale
    }

    /// Begins a word that is met in several ways.
    pub(super) fn begin_word(&mut self) {
        self.group.clear();
        self.group.resize(self.sums.len(), 0);
    }

    /// Returns room for the ways of the word that was begun: by slot, the best of them.
    pub(super) fn ways(&mut self) -> &mut [u16] {
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
    pub(super) fn sums(&mut self, counts: bool) -> (&mut [u16], u16) {
        let word = self.word(counts);
        (&mut self.sums, word)
    }

    /// Returns what is added with the bound of a word.
    fn word(&self, counts: bool) -> u16 {
        if counts && self.counts_words { 1 << self.bits } else { 0 }
    }

    /// Lets articles that have all of so many words reach more, by a factor of at most a tenth over one.
    pub(super) fn favour(&mut self, all_words: usize) {
        // Where words are not counted, any article may have all.
        self.favoured = if self.counts_words { (all_words as u16, all_words as u16) } else { (0, u16::MAX) };
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
        let (wanted, (least, most), bits) = (u16::from(wanted), self.favoured, self.bits);
        let within = (1 << bits) - 1;
        self.keys.clear();
        self.keys.resize(self.sums.len(), 0);
        for ((key, &sum), &outdated) in self.keys.iter_mut().zip(&self.sums).zip(outdated) {
            let (words, bound) = (sum >> bits, sum & within);
            let met = all_ones(bound > 0);
            let favoured = all_ones(words >= least) & all_ones(words <= most) & met;
            let bound = bound.wrapping_add(a_tenth(bound) & favoured);
            // The rank from the worst on: a bit is set for what is not lacked.
            let lacking = all_ones(words < wanted) & LACKING as u16;
            let rank = (OUTDATED as u16 | LACKING as u16) & !(u16::from(outdated) << 2 | lacking);
            *key = (rank << BITS | bound & BOUND) & met;
        }
        let better = (NO_BET as u16) << BITS;
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

    /// Returns the largest bound of a rank; 0 when it is empty.
    pub(super) fn top(&self, rank: usize) -> usize {
        let mut top = 0;
        for keys in self.keys.chunks(TOGETHER) {
            // Few of them beat the largest so far.
            let is_better = within(rank, (top + 1).min(usize::from(BOUND))..1 << BITS);
            if any(keys, &is_better) {
                let better = keys.iter().filter(|key| is_better(**key));
                top = better.fold(top, |top, key| top.max(usize::from(*key) & usize::from(BOUND)));
            }
        }
        top
    }

    /// Counts the articles of a rank by bound, from a bound on.
    pub(super) fn count(&mut self, rank: usize, from: usize) {
        let Self { keys, counts, .. } = self;
        counts.clear();
        counts.resize(1 << BITS, 0);
        each_within(keys, rank, from..1 << BITS, |_, key| counts[usize::from(key) & usize::from(BOUND)] += 1);
    }

    /// Returns how many articles of the rank counted last have a bound.
    pub(super) fn counted(&self, bound: usize) -> usize {
        self.counts[bound] as usize
    }

    /// Returns the slots of the articles of a rank whose bound is within a range, ascending.
    pub(super) fn within(&self, rank: usize, range: Range<usize>) -> Vec<u32> {
        let mut slots = Vec::new();
        each_within(&self.keys, rank, range, |slot, _| slots.push(slot));
        slots
    }
}

/// Keys that are looked at together: of most of them none is wanted.
const TOGETHER: usize = 64;

/// Returns a test for the keys of a rank with a bound within a range that is not empty and does not begin with 0.
fn within(rank: usize, range: Range<usize>) -> impl Fn(u16) -> bool {
    debug_assert!(0 < range.start && range.start < range.end);
    let rank = (RANKS - 1 - rank) << BITS;
    let (first, span) = ((rank | range.start) as u16, (range.end - 1 - range.start) as u16);
    move |key| key.wrapping_sub(first) <= span
}

/// Returns whether any of some keys is wanted; looks at all, because that takes no branches.
fn any(keys: &[u16], is_wanted: impl Fn(u16) -> bool) -> bool {
    keys.iter().fold(false, |any, &key| any | is_wanted(key))
}

/// Hands to `each` the keys of a rank within a range of bounds, with their slots.
fn each_within(keys: &[u16], rank: usize, range: Range<usize>, mut each: impl FnMut(u32, u16)) {
    // Nothing has the bound 0, and of the last rank that is what does not match.
    let range = range.start.max(1)..range.end;
    if range.is_empty() {
        return;
    }
    let is_within = within(rank, range);
    for (from, keys) in (0..).step_by(TOGETHER).zip(keys.chunks(TOGETHER)) {
        if any(keys, &is_within) {
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
            bounds.begin(40, words.iter().map(|(counts, _)| (60.0, *counts)));
            let (mut sums, mut has) = (vec![0.0; 40], vec![0; 40]);
            for (number, (counts, reach)) in words.iter().enumerate() {
                // Below ten is not met.
                let met = || (0..40).filter(|&slot| reach[slot] >= 10.0);
                let steps: Vec<u16> = reach.iter().map(|reach| bounds.steps(*reach)).collect();
                for slot in met() {
                    sums[slot] += reach[slot];
                    has[slot] += usize::from(*counts);
                }
                if number % 2 == 0 {
                    let (room, word) = bounds.sums(*counts);
                    met().for_each(|slot| room[slot] += steps[slot] + word);
                } else {
                    bounds.begin_word();
                    met().for_each(|slot| bounds.ways()[slot] = steps[slot]);
                    bounds.end_word(*counts);
                }
            }
            let all = words.iter().filter(|(counts, _)| *counts).count();
            let step = words.len() as f32 / bounds.scale;
            bounds.favour(all);
            let bets = FxHashSet::from_iter([3, 5]);
            bounds.rank(&outdated, wanted, &bets, Some(|slot: u32| slot != 7));
            let mut left = Vec::new();
            for rank in 0..RANKS {
                let above = bounds.top(rank) + 1;
                bounds.count(rank, 0);
                let mut counted = 0;
                for steps in 0..above {
                    let (count, most) = (bounds.counted(steps), bounds.bound(steps));
                    let slots = bounds.within(rank, steps..steps + 1);
                    proptest::prop_assert_eq!(slots.len(), count);
                    for slot in slots {
                        left.push(slot);
                        let slot = slot as usize;
                        let reach = sums[slot] * if has[slot] == all { 1.1 } else { 1.0 };
                        proptest::prop_assert!(reach <= most * 1.00001 && reach * 1.002 + 3.0 * step >= most || all > 63, "{} {}", reach, most);
                        let lacking = usize::from(all <= 63 && has[slot] < usize::from(wanted)) * LACKING;
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
