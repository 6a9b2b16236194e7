//! Questions with known right articles, from the JSON lines of an evaluation set.
//!
//! A line is `{"id", "query", "relevant": [paths], "exclude": [paths], "kind", "base"}`; other keys are passed over. `exclude` names
//! articles that are neither right nor wrong, such as the one the question was taken from. `base` is the question as it was before a
//! rule spoilt it (a slip, the wrong keyboard layout), so that what the spoiling costs can be told.

use std::collections::BTreeSet;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::Rankings;
use crate::search::SearchQuery;

/// Kinds of questions that a rule made from others by spoiling them.
pub const NOISE: [&str; 4] = ["layout", "prefix", "translit", "typo"];

/// The kind of a question whose last word is not finished.
pub const UNFINISHED: &str = "prefix";

/// Questions of a log, of which nobody knows the right articles.
const UNJUDGED: &str = "log";

/// A question with the articles that answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// A name for it, unique within its set.
    pub id: String,
    /// What is typed.
    pub words: String,
    /// What sort of question it is, such as `typo`; figures are given for each.
    pub kind: String,
    /// Paths of the articles that answer it.
    pub relevant: BTreeSet<String>,
    /// Paths of articles that do not count.
    pub excluded: BTreeSet<String>,
    /// The same question before it was spoilt.
    pub clean: Option<String>,
}

/// A line of a file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

#[derive(Deserialize)]
struct Row {
    id: Option<String>,
    query: String,
    relevant: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default = "no_kind")]
    kind: String,
    base: Option<String>,
}

#[derive(Deserialize)]
struct Answered {
    set: Option<String>,
    id: Option<String>,
    query: String,
    results: Vec<String>,
}

fn no_kind() -> String {
    "-".to_owned()
}

impl Question {
    /// Returns the question as it is put to search: finished words, unless its kind says that the last one is not.
    pub fn asked(&self) -> SearchQuery {
        asked(&self.words, self.kind == UNFINISHED)
    }

    /// Returns whether a rule spoilt the question.
    pub fn is_noise(&self) -> bool {
        NOISE.contains(&self.kind.as_str())
    }

    /// Returns the question before it was spoilt, as a question of its own.
    pub fn before_noise(&self) -> Option<Self> {
        let words = self.clean.clone()?;
        let clean = Self { id: format!("clean of {}", self.id), kind: "clean".to_owned(), clean: None, ..self.clone() };
        Some(Self { words, ..clean })
    }
}

/// Returns words as they are put to search; those of a finished question end in a space.
pub fn asked(words: &str, unfinished: bool) -> SearchQuery {
    let text = if unfinished { words.to_owned() } else { format!("{words} ") };
    SearchQuery { limit: super::DEPTH, ..SearchQuery::new(&text) }
}

/// Reads questions; those without a known right article are left out.
///
/// # Errors
/// The first line that is not such a question.
pub fn read(text: &str) -> Result<Vec<Question>, BadLine> {
    let mut questions = Vec::new();
    for (number, row) in rows::<Row>(text)? {
        if row.relevant.is_empty() || row.kind == UNJUDGED {
            continue;
        }
        let relevant: BTreeSet<String> = row.relevant.iter().map(|path| clean_path(path)).collect();
        let excluded = row.exclude.iter().map(|path| clean_path(path)).filter(|path| !relevant.contains(path));
        questions.push(Question {
            id: row.id.unwrap_or_else(|| format!("line-{number}")),
            words: row.query,
            kind: row.kind,
            excluded: excluded.collect(),
            relevant,
            clean: row.base,
        });
    }
    Ok(questions)
}

/// Reads the results of an earlier evaluation: `{"id", "query", "results": [paths]}` a line. Lines of another `set` are left out;
/// lines without one belong to any.
///
/// # Errors
/// The first line that is not such a result.
pub fn read_rankings(text: &str, set: &str) -> Result<Rankings, BadLine> {
    let mut rankings = Rankings::default();
    for (_, row) in rows::<Answered>(text)?.into_iter().filter(|(_, row)| row.set.as_deref().is_none_or(|of| of == set))
    {
        rankings.add(row.id, row.query, row.results.iter().map(|path| clean_path(path)).collect());
    }
    Ok(rankings)
}

fn rows<T: for<'a> Deserialize<'a>>(text: &str) -> Result<Vec<(usize, T)>, BadLine> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let row = |(number, line): (usize, &str)| match serde_json::from_str(line) {
        Ok(row) => Ok((number, row)),
        Err(error) => Err(BadLine { line: number, reason: error.to_string() }),
    };
    lines.map(row).collect()
}

/// Returns a path as it stands below the content folder. Evaluation sets name the folder `corpus`.
fn clean_path(path: &str) -> String {
    let path: String = path.nfc().collect();
    let path = path.trim_start_matches("./").trim_start_matches('/');
    path.strip_prefix("corpus/").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_and_unjudged_ones_left_out() {
        let text = r#"{"id": "a", "query": "чек", "relevant": ["./corpus/a.md"], "exclude": ["a.md", "b.md"], "kind": "nav", "lang": "ru"}

{"query": "rfcc", "relevant": ["/c.md"], "kind": "layout", "base": "касс"}
{"query": "чек", "relevant": [], "kind": "nav"}
{"query": "чек", "relevant": ["a.md"], "kind": "log"}
"#;
        let questions = read(text).expect("good lines");
        assert_eq!(questions.len(), 2);
        assert_eq!(
            (questions[0].relevant.len(), questions[0].excluded.iter().next().map(String::as_str)),
            (1, Some("b.md"))
        );
        assert_eq!(questions[0].excluded.len(), 1);
        assert_eq!((questions[1].id.as_str(), questions[1].is_noise()), ("line-3", true));
        let clean = questions[1].before_noise().expect("it has a base");
        assert_eq!((clean.words.as_str(), clean.is_noise()), ("касс", false));
    }

    #[test]
    fn last_word_is_unfinished_only_where_the_kind_says_so() {
        assert!(asked("возврат тов", true).open);
        assert!(!asked("возврат тов", false).open);
    }

    #[test]
    fn bad_line_is_named() {
        let error = read("\n{\"query\": \"чек\"}\n").expect_err("no relevant articles");
        assert!(error.to_string().starts_with("line 2: missing field `relevant`"), "{error}");
    }

    #[test]
    fn rankings_are_found_by_id_before_words() {
        let text = "{\"id\": \"a\", \"query\": \"чек\", \"results\": [\"1.md\"]}\n{\"query\": \"чек\", \"results\": [\"2.md\"]}";
        let rankings = read_rankings(text, "any").expect("good lines");
        let question = |id: &str| Question {
            id: id.to_owned(),
            words: "чек".to_owned(),
            kind: "nav".to_owned(),
            relevant: BTreeSet::new(),
            excluded: BTreeSet::new(),
            clean: None,
        };
        assert_eq!(rankings.of(&question("a")), Some(&["1.md".to_owned()][..]));
        assert_eq!(rankings.of(&question("b")), Some(&["2.md".to_owned()][..]));
    }
}
