//! Reading a file of facts: keys with values, or with `{value: …}` and what is said about it, in groups as deep as wanted.

use std::collections::BTreeMap;

use super::Fact;
use crate::article::yaml::{self, Key, Node, Problem, Value};
use crate::diagnostic::Finding;
use crate::spelling::nearest;

const LIMITS: yaml::Limits = yaml::Limits { depth: 8, nodes: 20_000, text: 1024 };

const KEYS: [&str; 3] = ["value", "repeats", "note"];

/// Reads the facts of a file, whose names begin with `stem`.
pub(super) fn read(
    stem: &str,
    bytes: &[u8],
    facts: &mut BTreeMap<String, Fact>,
    problems: &mut Vec<(u32, u32, Finding)>,
) {
    let mut found = Vec::new();
    match yaml::read(bytes, super::MOST_BYTES, LIMITS, unusable) {
        Ok(Node { value: Value::Map(entries), .. }) => group(stem, entries, facts, &mut found),
        Ok(Node { value: Value::Null, .. }) => {}
        Ok(Node { at, .. }) => found.push((at, unusable("keys with values are expected, such as `days: 14 days`"))),
        Err(problem) => found.push(problem),
    }
    problems.extend(found.into_iter().map(|(at, finding)| (at.line, at.column, finding)));
}

fn unusable(reason: &str) -> Finding {
    Finding::Facts { reason: reason.to_owned() }
}

fn group(stem: &str, entries: Vec<(Key, Node)>, facts: &mut BTreeMap<String, Fact>, problems: &mut Vec<Problem>) {
    for (key, node) in entries {
        let name = format!("{stem}.{}", key.name);
        if !super::expand::is_name(&key.name) {
            problems.push((key.at, unusable("names have letters, digits, `-`, `_` and `.` only")));
            continue;
        }
        let fact = match node.value {
            Value::Text(value) => Some(Fact { value: one_line(&value), may_repeat: false }),
            Value::Map(entries) if entries.iter().any(|(key, _)| key.name == "value") => described(entries, problems),
            Value::Map(entries) => {
                group(&name, entries, facts, problems);
                continue;
            }
            Value::Null => {
                problems.push((key.at, unusable("the fact has no value")));
                None
            }
            Value::List(_) => {
                problems.push((node.at, unusable("a fact is one text, not a list")));
                None
            }
        };
        let Some(fact) = fact else { continue };
        if facts.insert(name, fact).is_some() {
            problems.push((key.at, unusable("another file has a fact of this name")));
        }
    }
}

/// Reads `{value: …, repeats: allowed, note: …}`.
fn described(entries: Vec<(Key, Node)>, problems: &mut Vec<Problem>) -> Option<Fact> {
    let (mut value, mut may_repeat) = (None, false);
    for (key, node) in entries {
        let at = node.at;
        match (key.name.as_str(), node.value) {
            ("value", Value::Text(text)) => value = Some(one_line(&text)),
            ("repeats", Value::Text(text)) if text == "allowed" => may_repeat = true,
            ("repeats", _) => problems.push((at, unusable("`repeats` can only be `allowed`"))),
            ("note", _) => {}
            ("value", _) => problems.push((at, unusable("a fact is one text"))),
            (name, _) => {
                let suggestion = nearest(name, KEYS).map(str::to_owned);
                problems.push((key.at, Finding::UnknownKey { key: name.to_owned(), suggestion }));
            }
        }
    }
    Some(Fact { value: value?, may_repeat })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
