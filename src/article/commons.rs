//! What articles share: facts (`_facts/*.yml`, used as `{{fact:returns.days}}`) and fragments (`_fragments/**/*.md`, put in by
//! a line `{{fragment:name}}`), so that a number or a paragraph that stands in twenty articles is changed in one place.
//!
//! Both are put into the text of an article before it is parsed ([`expand`]), so everything behind that, from search to
//! internal notes, sees the text as readers do. What has no fact or fragment of its name stays as written, with a finding.
//! `\{{fact:…}}` is shown as it is.
//!
//! Deliberately no template language: no conditions, no parameters, and no fragment within a fragment.

mod expand;
mod facts;
mod repeats;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use expand::Expanded;
use repeats::Repeats;

use super::source::{self, Split};
use crate::diagnostic::{Diagnostic, Finding};
use crate::spelling::nearest;

/// The most bytes of one file of facts, and of one fragment.
pub const MOST_BYTES: usize = 256 << 10;

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fact {
    value: String,
    /// Whether texts may say the same without naming the fact.
    may_repeat: bool,
}

/// The facts and fragments of one revision.
#[derive(Debug, Clone, Default)]
pub struct Commons {
    facts: BTreeMap<String, Fact>,
    fragments: BTreeMap<String, String>,
    /// What finds texts that repeat a fact.
    repeats: Option<Arc<Repeats>>,
}

/// Returns whether a path inside the content folder is a file of facts or a fragment.
pub fn is_file(path: &str) -> bool {
    facts_of(path).is_some() || fragment_of(path).is_some()
}

/// Returns what the names of the facts in a file begin with: `returns` for `_facts/returns.yml`.
fn facts_of(path: &str) -> Option<String> {
    let path = path.strip_prefix("_facts/")?;
    let stem = path.strip_suffix(".yml").or_else(|| path.strip_suffix(".yaml"))?;
    Some(stem.replace('/', "."))
}

/// Returns the name of a fragment: `returns/terms` for `_fragments/returns/terms.md`.
fn fragment_of(path: &str) -> Option<&str> {
    path.strip_prefix("_fragments/")?.strip_suffix(".md")
}

impl Commons {
    /// Reads the files, given as path and bytes in the order of paths. What cannot be used is left out and becomes a finding.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> (Self, Vec<Diagnostic>) {
        let (mut commons, mut findings, mut fragments) = (Self::default(), Vec::new(), Vec::new());
        let diagnostics = |path: &str, problems: Vec<(u32, u32, Finding)>| {
            let path = path.to_owned();
            problems.into_iter().map(move |(line, column, finding)| Diagnostic {
                path: path.clone(),
                line,
                column,
                finding,
            })
        };
        for (path, bytes) in files {
            let mut problems = Vec::new();
            if let Some(stem) = facts_of(path) {
                facts::read(&stem, bytes, &mut commons.facts, &mut problems);
            } else if let Some(name) = fragment_of(path) {
                match fragment(bytes) {
                    Ok((text, line)) => fragments.push((path, name, text, line)),
                    Err((line, finding)) => problems.push((line, 1, finding)),
                }
            }
            findings.extend(diagnostics(path, problems));
        }
        commons.repeats = Repeats::of(&commons.facts).map(Arc::new);
        // Once all facts are known, so that a fragment is the same wherever it is put in, and what is wrong with it is told of it.
        for (path, name, text, line) in fragments {
            let filled = commons.expand(&text, MOST_BYTES);
            let mut problems = commons.repeated_in(&text);
            problems.extend(filled.as_ref().into_iter().flat_map(|filled| filled.findings.iter().cloned()));
            problems.iter_mut().for_each(|(at, ..)| *at += line - 1);
            findings.extend(diagnostics(path, problems));
            let text = filled.map_or(text, |filled| filled.text);
            commons.fragments.insert(name.to_owned(), text.trim_matches('\n').to_owned());
        }
        (commons, findings)
    }

    /// Returns whether texts without facts and fragments are parsed by both alike: no fact has come, gone or changed.
    pub fn has_the_facts_of(&self, other: &Self) -> bool {
        self.facts == other.facts
    }

    /// Returns whether all texts are parsed by both alike.
    pub fn is_same(&self, other: &Self) -> bool {
        self.has_the_facts_of(other) && self.fragments == other.fragments
    }

    /// Returns all facts, as a text that is the same as long as they are.
    pub fn facts_as_text(&self) -> String {
        format!("{:?}", self.facts)
    }

    /// Returns the value of a fact.
    ///
    /// # Errors
    /// The finding that there is none.
    fn fact(&self, name: &str) -> Result<&str, Finding> {
        self.facts.get(name).map(|fact| fact.value.as_str()).ok_or_else(|| Finding::UnknownFact {
            name: name.to_owned(),
            suggestion: nearest(name, self.facts.keys().map(String::as_str)).map(str::to_owned),
        })
    }

    /// Returns the text of a fragment, without empty lines around it.
    ///
    /// # Errors
    /// The finding that there is none.
    fn fragment(&self, name: &str) -> Result<&str, Finding> {
        self.fragments.get(name).map(String::as_str).ok_or_else(|| Finding::UnknownFragment {
            name: name.to_owned(),
            suggestion: nearest(name, self.fragments.keys().map(String::as_str)).map(str::to_owned),
        })
    }

    /// Finds where a text says what a fact says without naming it; line and column from 1.
    pub(super) fn repeated_in(&self, text: &str) -> Vec<(u32, u32, Finding)> {
        self.repeats.as_ref().map(|repeats| repeats.find(text)).unwrap_or_default()
    }
}

/// Reads a fragment: its text and the line on which that begins. Front matter, which editors use for an owner, is no part of it.
///
/// # Errors
/// What is wrong with it, and on which line.
fn fragment(bytes: &[u8]) -> Result<(String, u32), (u32, Finding)> {
    if bytes.len() > MOST_BYTES {
        return Err((1, Finding::TooLarge { size: bytes.len() as u64, limit: MOST_BYTES as u64 }));
    }
    let text = source::decode(bytes).ok_or((1, Finding::NotUtf8))?;
    let (body, first) = match source::split(&text) {
        Split::Plain => (&text[..], 1),
        Split::FrontMatter { body, body_line, .. } => (body, body_line),
        Split::Misplaced { line } => return Err((line, Finding::FrontMatterMisplaced)),
        Split::Unclosed | Split::TooLarge => return Err((1, Finding::FrontMatterUnclosed)),
    };
    match (first..).zip(body.lines()).find(|(_, line)| expand::names_a_fragment(line)) {
        Some((line, _)) => Err((line, Finding::NestedFragment)),
        None => Ok((body.to_owned(), first)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> (Commons, Vec<(String, u32, u32, &'static str)>) {
        let (commons, findings) = Commons::read(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        let places = findings.into_iter().map(|f| (f.path, f.line, f.column, f.finding.code())).collect();
        (commons, places)
    }

    #[test]
    fn facts_are_named_by_file_and_keys() {
        let text = "days: 14 дней\nphone: {value: 8 800 555-01-01, repeats: allowed, note: круглосуточно}\nclub:\n  days: 30 дней\n";
        let (commons, findings) = read(&[("_facts/returns.yml", text), ("_facts/shop/hours.yaml", "daily: 10–22\n")]);
        assert_eq!(findings, []);
        let value = |name: &str| commons.fact(name).expect(name);
        assert_eq!(value("returns.days"), "14 дней");
        assert_eq!(value("returns.phone"), "8 800 555-01-01");
        assert_eq!(value("returns.club.days"), "30 дней");
        assert_eq!(value("shop.hours.daily"), "10–22");
    }

    #[test]
    fn what_cannot_be_used_is_left_out_and_named() {
        let bad = "days: [14]\nok: да\nempty:\nphone: {value: 1, vale: 2}\n";
        let (commons, findings) = read(&[
            ("_facts/a.yml", bad),
            ("_fragments/deep.md", "a\n{{fragment:other}}\n"),
            ("_fragments/open.md", "---\ntitle: x\n"),
        ]);
        let places: Vec<_> =
            findings.iter().map(|(path, line, column, code)| (&path[..], *line, *column, *code)).collect();
        let expected = [
            ("_facts/a.yml", 1, 7, "KB080"),
            ("_facts/a.yml", 3, 1, "KB080"),
            ("_facts/a.yml", 4, 19, "KB006"),
            ("_fragments/deep.md", 2, 1, "KB084"),
            ("_fragments/open.md", 1, 1, "KB002"),
        ];
        assert_eq!(places, expected);
        assert_eq!(commons.fact("a.ok"), Ok("да"));
        assert!(commons.fragment("deep").is_err());
    }

    #[test]
    fn what_is_wrong_with_a_fragment_is_told_of_the_fragment() {
        let (commons, findings) = read(&[
            ("_facts/сроки.yml", "возврат: 14 дней\n"),
            ("_fragments/Условия возврата.md", "---\nowner: petrova\n---\n\nСрок {{fact:сроки.возврат}}.\n"),
            ("_fragments/b.md", "Пусть {{fact:сроки.обмен}}.\nВсе 14 дней.\n"),
        ]);
        let places: Vec<_> =
            findings.iter().map(|(path, line, column, code)| (&path[..], *line, *column, *code)).collect();
        assert_eq!(places, [("_fragments/b.md", 2, 5, "KB085"), ("_fragments/b.md", 1, 7, "KB081")]);
        assert_eq!(commons.fragment("Условия возврата"), Ok("Срок 14 дней."));
        let expanded = commons.expand("См.: {{fragment:Условия возврата}} {{fragment: b}}\n", 1000).expect("fragments");
        assert_eq!(expanded.text, "См.: Срок 14 дней. {{fragment: b}}\n");
        assert_eq!(expanded.findings.len(), 1, "it has two lines; what it lacks was told before");
    }

    #[test]
    fn only_files_of_the_two_folders_are_shared() {
        assert!(is_file("_facts/a.yml") && is_file("_fragments/a/b.md"));
        assert!(!is_file("_facts/a.md") && !is_file("a/_facts/a.yml") && !is_file("_fragments/a.txt"));
    }
}
