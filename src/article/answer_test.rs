//! The editors' answer tests, `_tests/*.yml` at the top of the content folder: which article must come first for a
//! question. Here they are only read; `relevance` asks them.
//!
//! ```yaml
//! - question: возврат без чека           # as people type it; a list of wordings is possible
//!   first: vozvraty/bez-cheka            # this article must come first (of a list, any)
//! - question: [скидка на др, скидка в день рождения]
//!   among: 3                             # …or among the first three
//!   article: loyalnost/den-rozhdeniya
//!   kind: slang                          # what figures are told apart by; default: the name of the file
//! - question: возвр
//!   kind: prefix                         # the last word is not finished
//!   first: vozvraty/sroki
//! - question: лимит компенсации
//!   as: [public]                         # who asks; default: somebody who may see every audience
//!   absent: zhaloby/limity               # this article must not be found
//! - question: пылесос на марсе
//!   nothing: true                        # nothing must be found
//! ```

use super::yaml::{self, Key, Node, Place, Problem, Value};
use crate::diagnostic::{Diagnostic, Finding};
use crate::spelling::nearest;

/// The most bytes of one file of tests.
pub const MOST_BYTES: usize = 256 << 10;

const LIMITS: yaml::Limits = yaml::Limits { depth: 4, nodes: 50_000, text: 4096 };

const KEYS: [&str; 8] = ["question", "first", "among", "article", "absent", "nothing", "kind", "as"];

const ONE_OF: &str = "exactly one of `first`, `among` with `article`, `absent` and `nothing` is needed";

/// What an editor expects of search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerTest {
    /// The file, as a path inside the content folder.
    pub path: String,
    /// The line of the question, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// The question as it is typed.
    pub question: String,
    /// What sort of question it is; the name of the file when the test does not say.
    pub kind: String,
    /// The audiences of whoever asks; empty for every one.
    pub readers: Vec<String>,
    /// What must be found.
    pub expected: Expected,
}

/// What must be found for a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// One of these articles, by slug, among the first `most`.
    Among {
        /// How many places count, from 1.
        most: usize,
        /// The slugs; any will do.
        slugs: Vec<String>,
    },
    /// None of these articles, by slug.
    Absent(Vec<String>),
    /// No article at all.
    Nothing,
}

/// The answer tests of one revision, in the order of files and lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerTests {
    /// The tests that can be used.
    pub tests: Vec<AnswerTest>,
    /// What is wrong with the others.
    pub findings: Vec<Diagnostic>,
}

/// Returns whether a path inside the content folder is a file of answer tests.
pub fn is_file(path: &str) -> bool {
    path.strip_prefix("_tests/").is_some_and(|name| name.ends_with(".yml") || name.ends_with(".yaml"))
}

impl AnswerTests {
    /// Reads one more file. What cannot be used is left out and becomes a finding.
    pub fn read(&mut self, path: &str, bytes: &[u8]) {
        let mut problems = Vec::new();
        match items(bytes) {
            Ok(items) => {
                for item in items {
                    self.tests.extend(Reading::of(item, &mut problems).tests(path, &mut problems));
                }
            }
            Err(problem) => problems.push(problem),
        }
        let diagnostic =
            |(at, finding): Problem| Diagnostic { path: path.to_owned(), line: at.line, column: at.column, finding };
        self.findings.extend(problems.into_iter().map(diagnostic));
    }
}

/// One test while it is read.
struct Reading {
    at: Place,
    questions: Vec<(Place, String)>,
    first: Option<Vec<String>>,
    among: Option<usize>,
    article: Option<Vec<String>>,
    absent: Option<Vec<String>>,
    nothing: bool,
    kind: Option<String>,
    readers: Vec<String>,
    spoilt: bool,
}

impl Reading {
    fn of(item: Node, problems: &mut Vec<Problem>) -> Self {
        let mut reading = Self {
            at: item.at,
            questions: Vec::new(),
            first: None,
            among: None,
            article: None,
            absent: None,
            nothing: false,
            kind: None,
            readers: Vec::new(),
            spoilt: false,
        };
        let before = problems.len();
        match item.value {
            Value::Map(entries) => entries.into_iter().for_each(|(key, node)| reading.key(&key, node, problems)),
            _ => {
                problems.push((item.at, unusable("expected a list of tests such as `- {question: …, first: a-slug}`")))
            }
        }
        // A test that is half understood would pass or fail for the wrong reason.
        reading.spoilt = problems.len() > before;
        reading
    }

    fn key(&mut self, key: &Key, node: Node, problems: &mut Vec<Problem>) {
        let at = node.at;
        match key.name.as_str() {
            "question" => self.questions = texts(node, problems),
            "first" => self.first = Some(plain(texts(node, problems))),
            "article" => self.article = Some(plain(texts(node, problems))),
            "absent" => self.absent = Some(plain(texts(node, problems))),
            "as" => self.readers = plain(texts(node, problems)),
            "kind" => self.kind = plain(texts(node, problems)).pop(),
            "among" => {
                let number = plain(texts(node, problems)).first().and_then(|text| text.parse().ok());
                self.among = number.filter(|number| (1..=10).contains(number));
                if self.among.is_none() {
                    problems.push((at, unusable("`among` must be a number from 1 to 10")));
                }
            }
            "nothing" => {
                self.nothing = plain(texts(node, problems)) == ["true"];
                if !self.nothing {
                    problems.push((at, unusable("`nothing` can only be `true`")));
                }
            }
            name => {
                let suggestion = nearest(name, KEYS).map(str::to_owned);
                problems.push((key.at, Finding::UnknownTestKey { key: name.to_owned(), suggestion }));
            }
        }
    }

    fn tests(self, path: &str, problems: &mut Vec<Problem>) -> Vec<AnswerTest> {
        if self.spoilt {
            return Vec::new();
        }
        if self.questions.is_empty() {
            problems.push((self.at, unusable("`question` is missing")));
            return Vec::new();
        }
        let expected = match (self.first, self.among, self.article, self.absent, self.nothing) {
            (Some(slugs), None, None, None, false) => Expected::Among { most: 1, slugs },
            (None, Some(most), Some(slugs), None, false) => Expected::Among { most, slugs },
            (None, None, None, Some(slugs), false) => Expected::Absent(slugs),
            (None, None, None, None, true) => Expected::Nothing,
            _ => {
                problems.push((self.at, unusable(ONE_OF)));
                return Vec::new();
            }
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let kind = self.kind.unwrap_or_else(|| name.split('.').next().unwrap_or(name).to_owned());
        let test = |(at, question): (Place, String)| AnswerTest {
            path: path.to_owned(),
            line: at.line,
            column: at.column,
            question,
            kind: kind.clone(),
            readers: self.readers.clone(),
            expected: expected.clone(),
        };
        self.questions.into_iter().map(test).collect()
    }
}

/// Returns the items of a file's list.
fn items(bytes: &[u8]) -> Result<Vec<Node>, Problem> {
    let document = yaml::read(bytes, MOST_BYTES, LIMITS, unusable)?;
    match document.value {
        Value::List(items) => Ok(items),
        Value::Null => Ok(Vec::new()),
        _ => Err((document.at, unusable("expected a list of tests such as `- {question: …, first: a-slug}`"))),
    }
}

fn unusable(reason: &str) -> Finding {
    Finding::AnswerTest { reason: reason.to_owned() }
}

/// Reads a text or a list of texts, each with its place. Texts stay as they were typed, with their spaces.
fn texts(node: Node, problems: &mut Vec<Problem>) -> Vec<(Place, String)> {
    let items = if let Value::List(items) = node.value { items } else { vec![node] };
    let mut texts = Vec::new();
    for item in items {
        match item.value {
            Value::Text(text) if !text.trim().is_empty() => texts.push((item.at, text)),
            _ => problems.push((item.at, unusable("expected a text or a list of texts"))),
        }
    }
    texts
}

fn plain(texts: Vec<(Place, String)>) -> Vec<String> {
    texts.into_iter().map(|(_, text)| text.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> AnswerTests {
        let mut tests = AnswerTests::default();
        tests.read("_tests/returns.yml", text.as_bytes());
        tests
    }

    fn places(tests: &AnswerTests) -> Vec<(u32, u32, &'static str)> {
        tests.findings.iter().map(|f| (f.line, f.column, f.finding.code())).collect()
    }

    #[test]
    fn tests_are_read_whole() {
        let tests = read(
            "# why\n- question: возврат без чека\n  first: a/b\n- question: [др, \"день \"]\n  among: 3\n  article: [c, d]\n  kind: slang\n\
             - {question: лимит, absent: e, as: [public]}\n- {question: марс, nothing: true}\n",
        );
        assert_eq!(tests.findings, []);
        let short: Vec<_> = tests.tests.iter().map(|t| (t.line, t.question.as_str(), t.kind.as_str())).collect();
        assert_eq!(
            short,
            [
                (2, "возврат без чека", "returns"),
                (4, "др", "slang"),
                (4, "день ", "slang"),
                (8, "лимит", "returns"),
                (9, "марс", "returns")
            ]
        );
        assert_eq!(tests.tests[0].expected, Expected::Among { most: 1, slugs: vec!["a/b".into()] });
        assert_eq!(tests.tests[2].expected, Expected::Among { most: 3, slugs: vec!["c".into(), "d".into()] });
        assert_eq!(
            (&tests.tests[3].expected, &tests.tests[3].readers[..]),
            (&Expected::Absent(vec!["e".into()]), &["public".to_owned()][..])
        );
        assert_eq!(tests.tests[4].expected, Expected::Nothing);
    }

    #[test]
    fn test_that_is_half_understood_is_left_out_and_named() {
        let tests = read(
            "- {question: a, frist: b}\n- {first: b}\n- {question: a, first: b, nothing: true}\n- {question: a, among: 20, article: b}\n- a\n\
             - {question: , first: b}\n- {question: a, among: 2}\n- {question: ok, first: b}\n",
        );
        assert_eq!(tests.tests.iter().map(|t| t.question.as_str()).collect::<Vec<_>>(), ["ok"]);
        let lines: Vec<u32> = tests.findings.iter().map(|f| f.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(places(&tests)[0], (1, 17, "KB061"));
    }

    #[test]
    fn file_that_is_no_list_is_one_finding() {
        assert_eq!(places(&read("question: a\n")), [(1, 1, "KB061")]);
        assert_eq!(places(&read("- [\n")).len(), 1);
        assert_eq!(read(""), AnswerTests::default());
        let mut tests = AnswerTests::default();
        tests.read("_tests/a.yml", &[0xff]);
        assert_eq!(tests.findings[0].finding, Finding::NotUtf8);
    }

    #[test]
    fn only_yaml_files_of_the_folder_are_tests() {
        assert!(is_file("_tests/a.yml") && is_file("_tests/deep/a.yaml"));
        assert!(!is_file("_tests/README.md") && !is_file("a/_tests/a.yml") && !is_file("_lexicon.yml"));
    }
}
