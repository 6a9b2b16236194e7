//! The editors' lexicon, `_lexicon.yml` at the top of the content folder: synonyms, irregular word forms,
//! abbreviations, and words never to correct. Here it is only read; search decides what to do with it.

use super::yaml::{self, Key, Node, Problem, Value};
use crate::diagnostic::{Diagnostic, Finding};
use crate::spelling::nearest;

/// The most bytes of a lexicon.
const MOST_BYTES: usize = 256 << 10;

const LIMITS: yaml::Limits = yaml::Limits { depth: 8, nodes: 50_000, text: 1024 };

const KEYS: [&str; 4] = ["synonyms", "forms", "abbreviations", "never_correct"];

/// The lexicon of one revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    /// Groups of words or phrases that mean the same, two-way.
    pub synonyms: Vec<Vec<String>>,
    /// One-way: whoever asks for one of the first is also shown the second.
    pub one_way: Vec<(Vec<String>, Vec<String>)>,
    /// A base word and its irregular forms.
    pub forms: Vec<(String, Vec<String>)>,
    /// An abbreviation and what it stands for.
    pub abbreviations: Vec<(String, String)>,
    /// Names, words and codes that are never corrected.
    pub never_correct: Vec<String>,
}

impl Lexicon {
    /// Reads the file. What cannot be used is left out and becomes a finding.
    pub fn parse(path: &str, bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let mut lexicon = Self::default();
        let mut findings = Vec::new();
        match document(bytes) {
            Ok(Some(entries)) => {
                for (key, node) in entries {
                    lexicon.entry(&key, node, &mut findings);
                }
            }
            Ok(None) => {}
            Err(finding) => findings.push(finding),
        }
        let diagnostic =
            |(at, finding): Problem| Diagnostic { path: path.to_owned(), line: at.line, column: at.column, finding };
        (lexicon, findings.into_iter().map(diagnostic).collect())
    }

    fn entry(&mut self, key: &Key, node: Node, findings: &mut Vec<Problem>) {
        match key.name.as_str() {
            "synonyms" => {
                for node in items(node, "a list of groups such as `[refund, money back]`", findings) {
                    self.synonym(node, findings);
                }
            }
            "forms" => {
                for (base, node) in pairs(node, "base words with their forms, such as `man: [men]`", findings) {
                    let forms = words(node, findings);
                    if !forms.is_empty() {
                        self.forms.push((base.name, forms));
                    }
                }
            }
            "abbreviations" => {
                for (short, node) in pairs(node, "abbreviations with what they stand for", findings) {
                    if let Some(long) = word(node, findings) {
                        self.abbreviations.push((short.name, long));
                    }
                }
            }
            "never_correct" => self.never_correct = words(node, findings),
            name => {
                let suggestion = nearest(name, KEYS).map(str::to_owned);
                findings.push((key.at, Finding::UnknownKey { key: name.to_owned(), suggestion }));
            }
        }
    }

    /// Reads a group: a list of equals, or `{from: […], to: […]}`.
    fn synonym(&mut self, node: Node, findings: &mut Vec<Problem>) {
        let at = node.at;
        let Value::Map(entries) = node.value else {
            let group = words(node, findings);
            match group.len() {
                0 => {}
                1 => findings.push((at, unusable("a group of synonyms has one word only"))),
                _ => self.synonyms.push(group),
            }
            return;
        };
        let (mut from, mut to) = (Vec::new(), Vec::new());
        for (key, node) in entries {
            match key.name.as_str() {
                "from" => from = words(node, findings),
                "to" => to = words(node, findings),
                name => findings.push((key.at, Finding::UnknownKey { key: name.to_owned(), suggestion: None })),
            }
        }
        if from.is_empty() || to.is_empty() {
            findings.push((at, unusable("a one-way group needs `from` and `to`")));
        } else {
            self.one_way.push((from, to));
        }
    }
}

fn document(bytes: &[u8]) -> Result<Option<Vec<(Key, Node)>>, Problem> {
    match yaml::read(bytes, MOST_BYTES, LIMITS, unusable)? {
        Node { value: Value::Map(entries), .. } => Ok(Some(entries)),
        Node { value: Value::Null, .. } => Ok(None),
        Node { at, .. } => Err((at, unusable("keys with values are expected, such as `synonyms:`"))),
    }
}

fn unusable(reason: &str) -> Finding {
    Finding::Lexicon { reason: reason.to_owned() }
}

fn items(node: Node, expected: &str, findings: &mut Vec<Problem>) -> Vec<Node> {
    match node.value {
        Value::List(items) => return items,
        Value::Null => {}
        Value::Text(_) | Value::Map(_) => findings.push((node.at, unusable(&format!("expected {expected}")))),
    }
    Vec::new()
}

fn pairs(node: Node, expected: &str, findings: &mut Vec<Problem>) -> Vec<(Key, Node)> {
    match node.value {
        Value::Map(entries) => return entries,
        Value::Null => {}
        Value::Text(_) | Value::List(_) => findings.push((node.at, unusable(&format!("expected {expected}")))),
    }
    Vec::new()
}

fn word(node: Node, findings: &mut Vec<Problem>) -> Option<String> {
    match node.value {
        Value::Text(text) => {
            let words: Vec<_> = text.split_whitespace().collect();
            (!words.is_empty()).then(|| words.join(" "))
        }
        Value::Null => None,
        Value::List(_) | Value::Map(_) => {
            findings.push((node.at, unusable("expected a word or phrase")));
            None
        }
    }
}

/// Reads a list of words or phrases; a single one is a list of one.
fn words(node: Node, findings: &mut Vec<Problem>) -> Vec<String> {
    let items = if let Value::List(items) = node.value { items } else { vec![node] };
    items.into_iter().filter_map(|node| word(node, findings)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<const N: usize>(words: [&str; N]) -> Vec<String> {
        words.map(str::to_owned).to_vec()
    }

    #[test]
    fn lexicon_is_read_whole() {
        let text = "synonyms:\n  - [рефанд, возврат денег]\n  - {from: [кгт], to: крупногабарит}\nforms:\n  ребёнок: [дети]\n\
                    abbreviations:\n  сбп: система быстрых платежей\nnever_correct: [Северяне, 14]\n";
        let (lexicon, findings) = Lexicon::parse("_lexicon.yml", text.as_bytes());
        assert_eq!(findings, []);
        assert_eq!(
            lexicon,
            Lexicon {
                synonyms: vec![texts(["рефанд", "возврат денег"])],
                one_way: vec![(texts(["кгт"]), texts(["крупногабарит"]))],
                forms: vec![("ребёнок".into(), texts(["дети"]))],
                abbreviations: vec![("сбп".into(), "система быстрых платежей".into())],
                never_correct: texts(["Северяне", "14"]),
            }
        );
    }

    #[test]
    fn what_cannot_be_used_is_left_out_and_named() {
        let text = "synonyms:\n  - [a, b]\n  - one\nsynonims: []\nforms: [x]\n";
        let (lexicon, findings) = Lexicon::parse("_lexicon.yml", text.as_bytes());
        assert_eq!(lexicon.synonyms, [texts(["a", "b"])]);
        let places: Vec<_> = findings.iter().map(|f| (f.line, f.column, f.finding.code())).collect();
        assert_eq!(places, [(3, 5, "KB060"), (4, 1, "KB006"), (5, 8, "KB060")]);
        assert_eq!(Lexicon::parse("_lexicon.yml", "[".repeat(100_000).as_bytes()).0, Lexicon::default());
        assert_eq!(Lexicon::parse("_lexicon.yml", &[0xff]).1[0].finding, Finding::NotUtf8);
    }
}
