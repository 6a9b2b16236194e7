//! The best articles of all that match, without looking at each: those that can reach most are judged first, until no other
//! can reach the page. What is chosen is exactly what judging all of them would choose.

use super::bounds::Bounds;
use super::crew;
use super::score::{Judge, Match, Weighed, steps};
use super::strength::Base;

/// Articles that are judged at a time, at least.
const AT_A_TIME: usize = 32;
/// Look-ups in lists of postings that are worth a thread: they take about two milliseconds.
const SHARE: u64 = if cfg!(test) { 16 } else { 4096 };
/// The part of the largest bound under it that is counted at first: mostly the best are there.
const NEAR_THE_TOP: usize = 4;

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
        let (mut above, mut near) = (top + 1, top / NEAR_THE_TOP + 1);
        let mut counted = above.saturating_sub(near);
        self.bounds.count(rank, counted);
        let mut least = AT_A_TIME.max(wanted + wanted / 2);
        while above > 1 {
            let worst = worst_of(&mut found, wanted);
            let lowest = self.lowest(worst, above);
            let (mut from, mut count) = (above, 0);
            while from > lowest && count < least {
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

    /// Returns the lowest bound below `above` from which on an article can reach a score; `above` when none can.
    fn lowest(&self, score: u32, above: usize) -> usize {
        let (mut low, mut high) = (1, above);
        while low < high {
            let middle = low.midpoint(high);
            // A sum may come out a step larger in another order of adding.
            if steps(self.bounds.bound(middle)).saturating_add(1) >= score {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// Judges articles in the order in which they stand in the index.
fn judge(base: Base<'_>, weighed: &Weighed<'_>, mut slots: Vec<u32>, found: &mut Vec<Match>) {
    let homes = base.homes;
    slots.sort_unstable_by_key(|&slot| (homes[slot as usize].segment, homes[slot as usize].start));
    let work = (slots.len() * weighed.lists()) as u64;
    found.extend(crew::share(&slots, (work, SHARE), |slots| {
        let mut judge = Judge::new(base, weighed);
        slots.map(|slot| judge.judge(*slot)).collect()
    }));
}

/// Returns the score that an article must reach to be among the best `wanted`.
fn worst_of(found: &mut [Match], wanted: usize) -> u32 {
    if found.len() < wanted {
        return 0;
    }
    let (_, worst, _) = found.select_nth_unstable_by_key(wanted - 1, |found| u32::MAX - found.score);
    worst.score
}
