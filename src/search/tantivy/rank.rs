//! The best articles of all that match, without looking at each: those that can reach most are judged first, until no other
//! can reach the page. What is chosen is exactly what judging all of them would choose.

use super::score::{Bounds, Judge, Match, Weighed, steps};
use super::strength::Base;

/// Articles that are judged at a time, at least.
const AT_A_TIME: usize = 48;
/// Bits of a bound by which articles are sorted roughly: sign, exponent and eight bits more.
const ROUGH: u32 = 15;
/// Bounds from here on are told apart; smaller ones are all alike.
const LEAST: u32 = (1.0_f32 / 4096.0).to_bits() >> ROUGH;
/// The number of steps told apart: sums are far below 2^12.
const BUCKETS: usize = 24 << 8;

/// Returns the rough size of a bound; larger bounds never have a smaller one.
fn bucket(bound: f32) -> usize {
    ((bound.to_bits() >> ROUGH).saturating_sub(LEAST) as usize).min(BUCKETS - 1)
}

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
        let Bounds { all, ranks, counts, .. } = &mut *self.bounds;
        let slots = &ranks[rank];
        if wanted == 0 || slots.is_empty() {
            return found;
        }
        let size = |slot: u32| bucket(all.values[slot as usize]);
        counts.clear();
        counts.resize(BUCKETS, 0);
        let mut above = 0;
        for &slot in slots {
            let bucket = size(slot);
            counts[bucket] += 1;
            above = above.max(bucket + 1);
        }
        let mut least = AT_A_TIME.max(wanted + wanted / 2);
        while above > 0 {
            let worst = worst_of(&mut found, wanted);
            // A sum may come out a step larger in another order of adding.
            let reaching = (0..above).rev().take_while(|&bucket| steps(top(bucket)).saturating_add(1) >= worst);
            let (mut from, mut count) = (above, 0);
            for bucket in reaching {
                from = bucket;
                count += counts[bucket] as usize;
                if count >= least {
                    break;
                }
            }
            if count == 0 {
                break;
            }
            let chosen = slots.iter().copied().filter(|&slot| (from..above).contains(&size(slot)));
            judge(self.base, self.weighed, chosen.collect(), &mut found);
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

/// Returns the largest bound of a bucket.
fn top(bucket: usize) -> f32 {
    if bucket + 1 >= BUCKETS {
        return f32::INFINITY;
    }
    f32::from_bits((bucket as u32 + 1 + LEAST) << ROUGH)
}

/// Returns the score that an article must reach to be among the best `wanted`.
fn worst_of(found: &mut [Match], wanted: usize) -> u32 {
    if found.len() < wanted {
        return 0;
    }
    let (_, worst, _) = found.select_nth_unstable_by_key(wanted - 1, |found| u32::MAX - found.score);
    worst.score
}
