//! Figures of rankings: nDCG@10, MRR@10 and success@1 with 95 % intervals, and differences between two rankings.
//!
//! The measures are those of information retrieval: nDCG with right and wrong articles only (Järvelin, Kekäläinen 2002), reciprocal
//! rank and whether the first article is right, each over the first ten. Intervals are percentiles of a bootstrap (Efron 1979) with
//! a fixed seed, so that the same results give the same figures; a difference is taken question by question before it is resampled.

use std::collections::BTreeSet;

use super::Question;

/// How many articles of a ranking count.
pub const CUT: usize = 10;

/// How often a sample is drawn anew for an interval.
const RESAMPLES: usize = 1000;

/// How well one question was answered; each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// How high the right articles stand, by nDCG@10.
    pub ndcg: f64,
    /// One divided by the rank of the first right article; 0 when it is not among the first ten.
    pub mrr: f64,
    /// 1 when the first article is right, else 0.
    pub success: f64,
}

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// The lower end; not a number for fewer than two questions.
    pub low: f64,
    /// The upper end; likewise.
    pub high: f64,
}

impl Figure {
    /// Returns whether a difference is one: its interval does not hold zero.
    pub fn is_sure(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Scores a ranking. Excluded articles are left out of it, and an article named twice counts once.
pub fn score(question: &Question, ranking: &[String]) -> Score {
    let mut seen = BTreeSet::new();
    let counted = ranking.iter().filter(|path| !question.excluded.contains(*path) && seen.insert(path.as_str()));
    let ranks: Vec<usize> = counted
        .take(CUT)
        .enumerate()
        .filter(|(_, path)| question.relevant.contains(*path))
        .map(|(rank, _)| rank)
        .collect();
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let ideal: f64 = (0..question.relevant.len().min(CUT)).map(gain).sum();
    let first = ranks.first();
    Score {
        ndcg: if ideal > 0.0 {
            ranks.iter().map(|&rank| gain(rank)).fold(0.0, |sum, gain| sum + gain) / ideal
        } else {
            0.0
        },
        mrr: first.map_or(0.0, |&rank| 1.0 / (rank as f64 + 1.0)),
        success: f64::from(u8::from(first == Some(&0))),
    }
}

/// Returns the mean of values with its interval.
pub fn mean(values: &[f64]) -> Figure {
    let sum = |picked: &mut dyn Iterator<Item = usize>| picked.map(|index| values[index]).sum::<f64>();
    resampled(values.len(), &|picked| sum(picked) / values.len().max(1) as f64)
}

/// Returns the sum of `parts` divided by the sum of `wholes`, pair by pair, with its interval.
pub fn ratio(parts: &[f64], wholes: &[f64]) -> Figure {
    let length = parts.len().min(wholes.len());
    resampled(length, &|picked| {
        let (part, whole) = picked.fold((0.0, 0.0), |(part, whole), at| (part + parts[at], whole + wholes[at]));
        if whole > 0.0 { part / whole } else { 0.0 }
    })
}

/// Computes something over all of `count` values, and over samples of them for the interval.
fn resampled(count: usize, compute: &dyn Fn(&mut dyn Iterator<Item = usize>) -> f64) -> Figure {
    let value = compute(&mut (0..count));
    if count < 2 {
        return Figure { value, low: f64::NAN, high: f64::NAN };
    }
    let mut random = Random(7);
    let mut samples: Vec<f64> =
        (0..RESAMPLES).map(|_| compute(&mut std::iter::repeat_with(|| random.below(count)).take(count))).collect();
    samples.sort_unstable_by(f64::total_cmp);
    Figure { value, low: samples[RESAMPLES * 25 / 1000], high: samples[RESAMPLES * 975 / 1000] }
}

/// A generator of pseudo-random numbers (SplitMix64, Steele et al. 2014), the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(relevant: &[&str], excluded: &[&str]) -> Question {
        let set = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        Question {
            id: "a".to_owned(),
            words: "чек".to_owned(),
            kind: "nav".to_owned(),
            relevant: set(relevant),
            excluded: set(excluded),
            clean: None,
        }
    }

    fn ranking(paths: &str) -> Vec<String> {
        paths.split_whitespace().map(str::to_owned).collect()
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn first_right_article_decides() {
        let one = question(&["a"], &[]);
        assert_eq!(score(&one, &ranking("a b c")), Score { ndcg: 1.0, mrr: 1.0, success: 1.0 });
        let second = score(&one, &ranking("b a"));
        assert!(near(second.ndcg, 1.0 / 3f64.log2()) && near(second.mrr, 0.5) && near(second.success, 0.0));
        assert_eq!(score(&one, &ranking("1 2 3 4 5 6 7 8 9 10 a")), Score::default());
        assert_eq!(score(&one, &[]), Score::default());
    }

    #[test]
    fn several_right_articles_share_the_gain() {
        let two = score(&question(&["a", "b"], &[]), &ranking("a x b"));
        assert!(near(two.ndcg, 1.5 / (1.0 + 1.0 / 3f64.log2())), "{two:?}");
    }

    #[test]
    fn excluded_and_repeated_articles_take_no_place() {
        assert!(near(score(&question(&["a"], &["x"]), &ranking("x x a")).success, 1.0));
        assert!(near(score(&question(&["a"], &[]), &ranking("b b a")).mrr, 0.5));
    }

    #[test]
    fn interval_holds_the_mean_and_is_the_same_every_time() {
        let values: Vec<f64> = (0..200).map(|n| f64::from(n % 2)).collect();
        let figure = mean(&values);
        assert!(near(figure.value, 0.5) && figure.low < 0.5 && figure.high > 0.5, "{figure:?}");
        assert!((0.12..0.16).contains(&(figure.high - figure.low)), "about 4 standard errors: {figure:?}");
        assert_eq!(mean(&values), figure);
        assert!(mean(&[1.0]).low.is_nan());
        assert!(mean(&[0.2; 10]).is_sure());
    }

    #[test]
    fn ratio_is_of_sums() {
        assert!(near(ratio(&[0.5, 0.0, 0.4], &[1.0, 0.0, 0.8]).value, 0.5));
    }
}
