//! Puts scores together: a row for each kind of question and for all of them, and what changed most.

use std::collections::BTreeMap;

use super::Question;
use super::figures::{Figure, Score, mean, ratio};

/// A question and how well it was answered.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// The first articles of the answer, by path.
    pub ranking: Vec<String>,
    /// How well it was answered.
    pub score: Score,
    /// How well the same question was answered before it was spoilt.
    pub clean: Option<Score>,
    /// What somebody else answered, and how well.
    pub other: Option<(Vec<String>, Score)>,
}

/// Figures of one kind of question.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The kind.
    pub kind: String,
    /// The number of questions.
    pub count: usize,
    /// nDCG@10.
    pub ndcg: Figure,
    /// MRR@10.
    pub mrr: Figure,
    /// success@1.
    pub success: Figure,
    /// nDCG@10 as a share of that of the same questions before they were spoilt; none for questions that were not.
    pub of_clean: Option<Figure>,
    /// What the other one has less (or, below zero, more) of each; none when there is no other.
    pub gain: Option<Gain>,
}

/// Differences question by question.
#[derive(Debug, Clone, PartialEq)]
pub struct Gain {
    /// Of nDCG@10.
    pub ndcg: Figure,
    /// Of MRR@10.
    pub mrr: Figure,
    /// Of success@1.
    pub success: Figure,
}

/// The name of the row of all questions as people ask them.
pub const PLAIN: &str = "= plain";
/// The name of the row of all questions that a rule spoilt.
pub const NOISE: &str = "= noise";

/// Returns a row for each kind, in the order of the alphabet, then for all plain ones and for all spoilt ones.
pub fn rows(asked: &[Asked]) -> Vec<Row> {
    let mut kinds: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
    let (mut plain, mut noise) = (Vec::new(), Vec::new());
    for one in asked {
        kinds.entry(&one.question.kind).or_default().push(one);
        if one.question.is_noise() { noise.push(one) } else { plain.push(one) }
    }
    let sums = [(PLAIN, plain), (NOISE, noise)];
    let sums = sums.into_iter().filter(|(_, asked)| !asked.is_empty());
    kinds.into_iter().chain(sums).map(|(kind, asked)| row(kind, &asked)).collect()
}

fn row(kind: &str, asked: &[&Asked]) -> Row {
    let all = |of: fn(&Score) -> f64| mean(&asked.iter().map(|one| of(&one.score)).collect::<Vec<_>>());
    let spoilt: Vec<(f64, f64)> =
        asked.iter().filter_map(|one| one.clean.map(|clean| (one.score.ndcg, clean.ndcg))).collect();
    let (parts, wholes): (Vec<f64>, Vec<f64>) = spoilt.into_iter().unzip();
    let compared = asked.iter().any(|one| one.other.is_some());
    let gain = |of: fn(&Score) -> f64| {
        let pairs = asked.iter().filter_map(|one| one.other.as_ref().map(|(_, other)| of(&one.score) - of(other)));
        mean(&pairs.collect::<Vec<_>>())
    };
    Row {
        kind: kind.to_owned(),
        count: asked.len(),
        ndcg: all(|score| score.ndcg),
        mrr: all(|score| score.mrr),
        success: all(|score| score.success),
        of_clean: (!parts.is_empty()).then(|| ratio(&parts, &wholes)),
        gain: compared.then(|| Gain {
            ndcg: gain(|score| score.ndcg),
            mrr: gain(|score| score.mrr),
            success: gain(|score| score.success),
        }),
    }
}

/// Returns the questions whose nDCG@10 differs most from the other's, the largest difference first; at most `most`.
pub fn changed_most(asked: &[Asked], most: usize) -> Vec<(&Asked, f64)> {
    let mut changed: Vec<(&Asked, f64)> = asked
        .iter()
        .filter_map(|one| one.other.as_ref().map(|(_, other)| (one, one.score.ndcg - other.ndcg)))
        .filter(|(_, difference)| difference.abs() > 1e-9)
        .collect();
    changed.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.question.id.cmp(&b.0.question.id)));
    changed.truncate(most);
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relevance::figures::score;

    fn asked(id: &str, kind: &str, ranking: &str, clean: Option<&str>, other: Option<&str>) -> Asked {
        let paths = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let question = Question {
            id: id.to_owned(),
            words: id.to_owned(),
            kind: kind.to_owned(),
            relevant: [String::from("a")].into(),
            excluded: Default::default(),
            clean: None,
        };
        Asked {
            score: score(&question, &paths(ranking)),
            clean: clean.map(|ranking| score(&question, &paths(ranking))),
            other: other.map(|ranking| (paths(ranking), score(&question, &paths(ranking)))),
            ranking: paths(ranking),
            question,
        }
    }

    #[test]
    fn kinds_come_first_then_plain_and_spoilt_ones() {
        let all = [
            asked("1", "nav", "a", None, None),
            asked("2", "typo", "b a", Some("a"), None),
            asked("3", "typo", "a", Some("a"), None),
            asked("4", "anchor", "b", None, None),
        ];
        let rows = rows(&all);
        let names: Vec<_> = rows.iter().map(|row| (row.kind.as_str(), row.count)).collect();
        assert_eq!(names, [("anchor", 1), ("nav", 1), ("typo", 2), (PLAIN, 2), (NOISE, 2)]);
        assert!((rows[2].mrr.value - 0.75).abs() < 1e-9);
        assert!((rows[2].of_clean.expect("spoilt").value - rows[2].ndcg.value).abs() < 1e-9);
        assert_eq!((rows[1].of_clean, &rows[1].gain), (None, &None));
    }

    #[test]
    fn gain_is_ours_minus_theirs_and_the_largest_is_named_first() {
        let all = [
            asked("1", "nav", "a", None, Some("a")),
            asked("2", "nav", "a", None, Some("b a")),
            asked("3", "nav", "b", None, Some("a")),
        ];
        let gain = rows(&all)[0].gain.clone().expect("compared");
        assert!(gain.success.value.abs() < 1e-9, "one won, one lost");
        let changed: Vec<_> = changed_most(&all, 5).iter().map(|(one, _)| one.question.id.as_str()).collect();
        assert_eq!(changed, ["3", "2"]);
    }
}
