//! How good search is: questions with known right articles, what a search answered to them, and figures that can be
//! compared. `otvet eval` prints them; the check of a push will ask the same [`answers`].
//!
//! 1. [`queries`] reads questions: the JSON lines of an evaluation set, and the editors' answer tests.
//! 2. Something ranks them: a [`View`](crate::edition::View), an earlier result file, or the [`baseline`].
//! 3. [`figures`] turns rankings into nDCG@10, MRR@10 and success@1 with intervals, for each kind of question.
//!
//! Deliberately reads no files and prints nothing, and is never asked on behalf of a reader.

pub mod answers;
pub mod baseline;
pub mod figures;
pub mod queries;
pub mod report;

pub use baseline::Baseline;
pub use queries::Question;

use std::collections::HashMap;

/// How many articles of a ranking are kept: enough to leave out a question's excluded ones before the first ten count.
pub const DEPTH: usize = 50;

/// What was answered to questions: the paths of articles, best first, by the id of the question, else by its words. That is
/// how result files name them.
#[derive(Debug, Clone, Default)]
pub struct Rankings {
    by_id: HashMap<String, Vec<String>>,
    by_words: HashMap<String, Vec<String>>,
}

impl Rankings {
    /// Adds the ranking of a question.
    pub fn add(&mut self, id: Option<String>, words: String, paths: Vec<String>) {
        if let Some(id) = id {
            self.by_id.insert(id, paths.clone());
        }
        self.by_words.insert(words, paths);
    }

    /// Returns the ranking of a question; none when it was never asked.
    pub fn of(&self, question: &Question) -> Option<&[String]> {
        self.by_id.get(&question.id).or_else(|| self.by_words.get(&question.words)).map(Vec::as_slice)
    }
}
