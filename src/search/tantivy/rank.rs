//! The best articles of all that match, without looking at each: those that can reach most are judged first, until no other
//! can reach the page. What is chosen is exactly what judging all of them would choose.

use super::bounds::{Bounds, largest};
use super::score::{Judge, Match, Weighed, steps};
use super::strength::Base;

/// Articles that are judged at a time, at least.
const AT_A_TIME: usize = 48;
/// Rough bounds under the largest that are counted at first, half a doubling: mostly the best are among them.
const NEAR_THE_TOP: usize = 1 << 7;

/// Judges articles, best first.
pub(super) struct Ranker<'a> {
    base: Base<'a>,
    weighed: &'a Weighed<'a>,
    bounds: &'a mut Bounds,
}

impl<'a> Ranker<'a> {
    /// Prepares to rank articles whose bounds were added up.
    pub(super) fn new(base: Base<'a>, weighed: &'a Weighed<'a>, bounds: &'a mut Bounds) -> Self {
        Self { base, weighed, bounds }
    }

    /// Returns the articles of a rank that are as good as the best `wanted` of it or better, in no order: at least `wanted`,
    /// if there are so many, and all that are as good as the last one.
    pub(super) fn best(&mut self, rank: usize, wanted: usize) -> Vec<Match> {
        let mut found: Vec<Match> = Vec::new();
        if wanted == 0 {
            return found;
        }
        let top = self.bounds.top(rank);
        let (mut above, mut near) = (top + 1, NEAR_THE_TOP);
        let mut counted = above.saturating_sub(near);
        self.bounds.count(rank, counted);
        let mut least = AT_A_TIME.max(wanted + wanted / 2);
        while above > 1 {
            let worst = worst_of(&mut found, wanted);
            let (mut from, mut count) = (above, 0);
            // A sum may come out a step larger in another order of adding.
            while from > 1 && count < least && steps(largest(from - 1)).saturating_add(1) >= worst {
                from -= 1;
                if from < counted {
                    near *= 8;
                    counted = top.saturating_sub(near);
                    self.bounds.count(rank, counted);
                }
                count += self.bounds.counted(from);
            }
            if count == 0 {
                break;
            }
            judge(self.base, self.weighed, self.bounds.within(rank, from..above), &mut found);
            above = from;
            least *= 2;
        }
        found
    }
}

/// Judges articles in the order in which they stand in the index.
fn judge(base: Base<'_>, weighed: &Weighed<'_>, mut slots: Vec<u32>, found: &mut Vec<Match>) {
    let homes = base.homes;
    slots.sort_unstable_by_key(|&slot| (homes[slot as usize].segment, homes[slot as usize].start));
    let mut judge = Judge::new(base, weighed);
    found.extend(slots.into_iter().map(|slot| judge.judge(slot)));
}

/// Returns the score that an article must reach to be among the best `wanted`.
fn worst_of(found: &mut [Match], wanted: usize) -> u32 {
    if found.len() < wanted {
        return 0;
    }
    let (_, worst, _) = found.select_nth_unstable_by_key(wanted - 1, |found| u32::MAX - found.score);
    worst.score
}
