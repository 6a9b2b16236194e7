//! Where a text says what a fact says without naming it, so that it would be left behind when the fact changes.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Fact;
use crate::diagnostic::Finding;

/// Shorter values, such as `14`, stand in texts for many other reasons.
const SHORTEST: usize = 5;
/// Findings in one text after which the rest is not looked for.
const MOST: usize = 20;

/// Finds the values of all facts at once.
#[derive(Debug)]
pub(super) struct Repeats {
    values: AhoCorasick,
    names: Vec<String>,
}

impl Repeats {
    /// Prepares the search; `None` when there is nothing to find.
    pub(super) fn of(facts: &BTreeMap<String, Fact>) -> Option<Self> {
        let wanted = |fact: &Fact| !fact.may_repeat && fact.value.chars().count() >= SHORTEST;
        let found: Vec<_> = facts.iter().filter(|(_, fact)| wanted(fact)).collect();
        if found.is_empty() {
            return None;
        }
        let values = found.iter().map(|(_, fact)| fact.value.as_str());
        let values = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(values).ok()?;
        Some(Self { values, names: found.into_iter().map(|(name, _)| name.clone()).collect() })
    }

    /// Returns line, column and finding of each repetition that stands there as words of its own.
    pub(super) fn find(&self, text: &str) -> Vec<(u32, u32, Finding)> {
        let mut found = Vec::new();
        for hit in self.values.find_iter(text) {
            let (before, behind) = (&text[..hit.start()], &text[hit.end()..]);
            let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            if is_word(before.chars().next_back()) || is_word(behind.chars().next()) {
                continue;
            }
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            let line = before.bytes().filter(|&byte| byte == b'\n').count() as u32 + 1;
            let column = text[line_start..hit.start()].chars().count() as u32 + 1;
            let name = self.names[hit.pattern().as_usize()].clone();
            let said = text[hit.range()].to_owned();
            found.push((line, column, Finding::RepeatedFact { said, name }));
            if found.len() == MOST {
                break;
            }
        }
        found
    }
}
