//! Front matter: from the text between the `---` lines to typed metadata and findings.
//!
//! The schema decides what a value is, not YAML: `yes` given for a title is the title "yes". A wrong value costs its own
//! key only, except in `audience` and `status`: an article that says who may see it in a way that we cannot read is
//! shown to editors alone, so that a slip of the pen never shows more to anybody.

pub mod edit;
mod meant;
mod schema;

pub use schema::schema;

use std::str::FromStr;

use jiff::civil::Date;

use super::library::Rules;
use super::slug::{Slug, without_markdown_ending};
use super::source::{self, Split};
use super::yaml::{self, Key, Node, Place, Problem, Value};
use super::{Meta, Review, Status, Verified};
use crate::audience::AudienceSet;
use crate::diagnostic::Finding;
use crate::spelling::nearest;

/// The limits of front matter, from a survey of what breaks YAML readers.
const LIMITS: yaml::Limits = yaml::Limits { depth: 8, nodes: 500, text: 4096 };

/// All keys.
const KEYS: [&str; 16] = [
    "title",
    "slug",
    "type",
    "summary",
    "questions",
    "keywords",
    "tags",
    "audience",
    "owner",
    "review",
    "verified",
    "status",
    "superseded_by",
    "redirect_from",
    "related",
    "lang",
];

/// What front matter says.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) title: Option<String>,
    pub(super) slug: Option<Slug>,
    pub(super) lang: Option<String>,
    pub(super) meta: Meta,
    /// False when the audience or the status cannot be told.
    pub(super) readable: bool,
    /// Findings by place in the file.
    pub(super) findings: Vec<Problem>,
}

impl Read {
    /// Returns what an article without front matter has.
    pub(super) fn nothing(rules: &Rules) -> Self {
        let meta = Meta {
            kind: "answer".to_owned(),
            summary: None,
            questions: Vec::new(),
            keywords: Vec::new(),
            tags: Vec::new(),
            audience: rules.default_audience,
            owner: None,
            review: None,
            verified: None,
            status: Status::Current,
            superseded_by: None,
            redirect_from: Vec::new(),
            related: Vec::new(),
        };
        Self { title: None, slug: None, lang: None, meta, readable: true, findings: Vec::new() }
    }

    fn refuse(&mut self) {
        self.readable = false;
        self.meta.audience = AudienceSet::NOBODY;
    }
}

/// Reads front matter; `yaml` begins on line 2 of its file.
pub(super) fn read(yaml: &str, rules: &Rules) -> Read {
    let mut read = Read::nothing(rules);
    match yaml::parse(yaml, LIMITS) {
        Err((at, finding)) => {
            read.findings.push((at, finding));
            read.refuse();
        }
        Ok(Node { value: Value::Null, .. }) => {}
        Ok(Node { value: Value::Map(entries), .. }) => {
            for (key, node) in entries {
                cut(&mut read, yaml, &node);
                entry(&mut read, &key, node, rules);
            }
        }
        Ok(Node { at, .. }) => {
            let reason = "keys with values are expected, such as `title: …`".to_owned();
            read.findings.push((at, Finding::FrontMatterSyntax { reason }));
            read.refuse();
        }
    }
    if !read.readable {
        read.refuse();
    }
    for (at, _) in &mut read.findings {
        at.line += 1;
    }
    read.findings.sort();
    read
}

/// Finds texts that a `#` cuts off which was hardly meant to begin a comment: `title: Order #1`.
fn cut(read: &mut Read, yaml: &str, node: &Node) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| cut(read, yaml, item)),
        Value::Text(_) => {
            let line = yaml.lines().nth(node.at.line as usize - 1).unwrap_or_default();
            let begin = line.char_indices().nth(node.at.column as usize - 1).map_or(line.len(), |(at, _)| at);
            let value = &line[begin..];
            if value.starts_with(['"', '\'', '|', '>']) {
                return;
            }
            let Some(at) = value.find(" #").map(|space| space + 1) else { return };
            let rest = value[at..].trim_end();
            // Behind a list it is no part of any value.
            let is_behind = value[..at].contains([']', '}']);
            if !is_behind && rest.chars().nth(1).is_some_and(|c| !c.is_whitespace() && c != '#') {
                let column = line[..begin + at].chars().count() as u32 + 1;
                let finding = Finding::CutOff { rest: rest.to_owned() };
                read.findings.push((Place { line: node.at.line, column }, finding));
            }
        }
        _ => {}
    }
}

/// Reads one key.
fn entry(read: &mut Read, key: &Key, node: Node, rules: &Rules) {
    if node.value == Value::Null {
        if !KEYS.contains(&key.name.as_str()) {
            read.findings.push((key.at, unknown_key(&key.name, &KEYS)));
        }
        return;
    }
    let (at, written) = (node.at, node.value.as_text().map(str::to_owned));
    let found = match key.name.as_str() {
        "title" => text(node).map(|value| read.title = value),
        "slug" => text(node).and_then(|value| {
            let slug = value.map(|text| Slug::parse(&text).ok_or((at, Finding::BadSlug { slug: text })));
            slug.transpose().map(|slug| read.slug = slug)
        }),
        "type" => word(node).map(|value| read.meta.kind = value),
        "summary" => text(node).map(|value| read.meta.summary = value),
        "questions" => texts(node).map(|value| read.meta.questions = value),
        "keywords" => texts(node).map(|value| read.meta.keywords = value),
        "tags" => texts(node).map(|value| read.meta.tags = value),
        "audience" => audience(node, rules).map(|value| read.meta.audience = value),
        "owner" => text(node).map(|value| read.meta.owner = value),
        "review" => review(node, &mut read.findings).map(|value| read.meta.review = Some(value)),
        "verified" => verified(node, &mut read.findings).map(|value| read.meta.verified = Some(value)),
        "status" => status(node).map(|value| read.meta.status = value),
        "superseded_by" => text(node).map(|value| read.meta.superseded_by = value.map(|slug| as_slug(&slug))),
        "redirect_from" => texts(node).map(|value| read.meta.redirect_from = slugs(value)),
        "related" => texts(node).map(|value| read.meta.related = slugs(value)),
        "lang" => language(node).map(|value| read.lang = Some(value)),
        _ => Err((key.at, unknown_key(&key.name, &KEYS))),
    };
    if let Err((found_at, finding)) = found {
        let finding = match finding {
            Finding::WrongType { key: inner, expected, value, .. } => {
                let key = if inner.is_empty() { key.name.clone() } else { format!("{}.{inner}", key.name) };
                let value = value.or_else(|| written.filter(|_| found_at == at));
                let suggestion = value.as_deref().and_then(|value| meant::value(&key, value));
                Finding::WrongType { key, expected, value, suggestion }
            }
            other => other,
        };
        read.findings.push((found_at, finding));
        if matches!(key.name.as_str(), "audience" | "status") {
            read.readable = false;
        }
    }
}

type Found<T> = Result<T, Problem>;

/// A finding of a wrong type, whose key is filled in by [`entry`].
fn wrong<T>(at: Place, expected: &str) -> Found<T> {
    let (key, expected) = (String::new(), expected.to_owned());
    Err((at, Finding::WrongType { key, expected, value: None, suggestion: None }))
}

fn unknown_key(key: &str, known: &[&'static str]) -> Finding {
    let suggestion = meant::key(key).filter(|meant| known.contains(meant));
    let suggestion = suggestion.or_else(|| nearest(key, known.iter().copied())).map(str::to_owned);
    Finding::UnknownKey { key: key.to_owned(), suggestion }
}

/// Reads one text on one line; `None` when it is empty.
fn text(node: Node) -> Found<Option<String>> {
    match node.value {
        Value::Text(text) => {
            let words: Vec<_> = text.split_whitespace().collect();
            Ok((!words.is_empty()).then(|| words.join(" ")))
        }
        Value::Null => Ok(None),
        Value::List(_) | Value::Map(_) => wrong(node.at, "a text"),
    }
}

/// Reads a list of texts; a single text is a list of one.
fn texts(node: Node) -> Found<Vec<String>> {
    let at = node.at;
    match node.value {
        Value::List(items) => {
            let mut texts = Vec::with_capacity(items.len());
            for item in items {
                let at = item.at;
                match text(item) {
                    Ok(Some(text)) if !texts.contains(&text) => texts.push(text),
                    Ok(_) => {}
                    Err(_) => return wrong(at, "a list of texts"),
                }
            }
            Ok(texts)
        }
        Value::Map(_) => wrong(at, "a list of texts"),
        Value::Text(_) | Value::Null => Ok(text(node)?.into_iter().collect()),
    }
}

fn word(node: Node) -> Found<String> {
    let expected = "a word of lower-case letters, digits and `-`";
    let at = node.at;
    match text(node)? {
        Some(word) if word.chars().all(|c| c == '-' || c.is_alphanumeric() && !c.is_uppercase()) => Ok(word),
        _ => wrong(at, expected),
    }
}

fn language(node: Node) -> Found<String> {
    let at = node.at;
    let code = text(node)?.unwrap_or_default();
    let mut parts = code.split('-');
    let first = parts.next().is_some_and(|p| matches!(p.len(), 2 | 3) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    if first && parts.all(|p| matches!(p.len(), 2..=8) && p.bytes().all(|b| b.is_ascii_alphanumeric())) {
        Ok(code.to_ascii_lowercase())
    } else {
        wrong(at, "a language code such as `ru`")
    }
}

fn audience(node: Node, rules: &Rules) -> Found<AudienceSet> {
    let at = node.at;
    let known = || rules.audiences.names().join(", ");
    let items = match node.value {
        Value::List(items) => items,
        Value::Text(_) => vec![node],
        Value::Null | Value::Map(_) => return wrong(at, "a list of audiences"),
    };
    let mut set = AudienceSet::NOBODY;
    for item in items {
        let at = item.at;
        let Value::Text(name) = item.value else { return wrong(at, "a list of audiences") };
        let name = name.trim();
        set = set.with(rules.audiences.get(name).ok_or_else(|| {
            let names = rules.audiences.names().iter().map(String::as_str);
            let suggestion = several(name, rules).or_else(|| nearest(name, names).map(str::to_owned));
            (at, Finding::UnknownAudience { name: name.to_owned(), known: known(), suggestion })
        })?);
    }
    if set.is_empty() {
        return Err((at, Finding::UnknownAudience { name: String::new(), known: known(), suggestion: None }));
    }
    Ok(set)
}

/// Returns a list of audiences that lacks its brackets as it would be right.
fn several(written: &str, rules: &Rules) -> Option<String> {
    let names: Vec<&str> = written.split([',', ';', ' ']).map(str::trim).filter(|name| !name.is_empty()).collect();
    let is_known = names.len() > 1 && names.iter().all(|name| rules.audiences.get(name).is_some());
    is_known.then(|| format!("[{}]", names.join(", ")))
}

fn status(node: Node) -> Found<Status> {
    let at = node.at;
    let name = text(node)?.unwrap_or_default();
    let known = [Status::Current, Status::Draft, Status::Archived];
    match known.into_iter().find(|status| status.name() == name) {
        Some(status) => Ok(status),
        None => wrong(at, "`current`, `draft` or `archived`"),
    }
}

fn review(node: Node, findings: &mut Vec<Problem>) -> Found<Review> {
    let expected = "`{every: 90d}` or `{by: 2027-02-01}`";
    let at = node.at;
    let Value::Map(entries) = node.value else { return wrong(at, expected) };
    let mut review = None;
    for (key, node) in entries {
        let at = node.at;
        let value = match key.name.as_str() {
            "every" => {
                let written = node.value.as_text().map(str::to_owned);
                match text(node)?.as_deref().and_then(days) {
                    Some(days) => Review::Every(days),
                    None => return wrong_in("every", at, "a time such as `90d`, `12w`, `3m` or `1y`", written),
                }
            }
            "by" => Review::By(date(node, "by")?),
            _ => {
                findings.push((key.at, unknown_key(&key.name, &["every", "by"])));
                continue;
            }
        };
        if review.replace(value).is_some() {
            return wrong(at, expected);
        }
    }
    review.map_or_else(|| wrong(at, expected), Ok)
}

fn verified(node: Node, findings: &mut Vec<Problem>) -> Found<Verified> {
    let expected = "`{by: NAME, on: 2026-11-12}`";
    let at = node.at;
    let Value::Map(entries) = node.value else { return wrong(at, expected) };
    let (mut by, mut on, mut digest) = (None, None, None);
    for (key, node) in entries {
        match key.name.as_str() {
            "by" => by = text(node)?,
            "on" => on = Some(date(node, "on")?),
            "digest" => digest = Some(hexadecimal(node)?),
            _ => findings.push((key.at, unknown_key(&key.name, &["by", "on", "digest"]))),
        }
    }
    match (by, on) {
        (Some(by), Some(on)) => Ok(Verified { by, on, digest, changed_since: false }),
        _ => wrong(at, expected),
    }
}

fn wrong_in<T>(key: &str, at: Place, expected: &str, value: Option<String>) -> Found<T> {
    let (key, expected) = (key.to_owned(), expected.to_owned());
    Err((at, Finding::WrongType { key, expected, value, suggestion: None }))
}

/// Reads sixteen hexadecimal digits.
fn hexadecimal(node: Node) -> Found<u64> {
    let at = node.at;
    let text = text(node)?.unwrap_or_default();
    let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match u64::from_str_radix(&text, 16) {
        Ok(number) if digits => Ok(number),
        _ => wrong_in("digest", at, "sixteen hexadecimal digits, as `otvet verify` writes them", Some(text)),
    }
}

/// Reads `YYYY-MM-DD` and nothing else.
fn date(node: Node, key: &str) -> Found<Date> {
    let at = node.at;
    let text = text(node)?.unwrap_or_default();
    let digits = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    match Date::from_str(&text) {
        Ok(date) if digits => Ok(date),
        _ => wrong_in(key, at, "a date such as `2026-11-12`", Some(text)),
    }
}

/// Reads a time such as `90d`, at most a hundred years, in days.
fn days(text: &str) -> Option<u32> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let factor = match unit {
        "d" => 1,
        "w" => 7,
        "m" => 30,
        "y" => 365,
        _ => return None,
    };
    let number: u32 = number.trim().parse().ok()?;
    number.checked_mul(factor).filter(|days| (1..=36_500).contains(days))
}

fn slugs(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().map(|text| as_slug(&text)).collect()
}

/// Brings an address as editors write it into the form of a slug: no slashes at the ends, no `.md`.
fn as_slug(text: &str) -> String {
    let text = text.trim_matches('/');
    without_markdown_ending(text).unwrap_or(text).to_owned()
}

/// Returns where a key of an article's front matter stands, or the item of its list that says `item`; the first line
/// if it is not there. For findings that are made when all articles are known.
pub(super) fn locate(source: &str, key: &str, item: &str) -> (u32, u32) {
    let Split::FrontMatter { yaml, .. } = source::split(source) else { return (1, 1) };
    let Ok(Node { value: Value::Map(entries), .. }) = yaml::parse(yaml, LIMITS) else { return (1, 1) };
    let Some((key, node)) = entries.into_iter().find(|(known, _)| known.name == key) else { return (1, 1) };
    let at = match node.value {
        Value::List(items) => {
            let plain = |text: &str| as_slug(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            let item = plain(item);
            let same = |node: &&Node| matches!(&node.value, Value::Text(text) if plain(text) == item);
            items.iter().find(same).map_or(key.at, |node| node.at)
        }
        Value::Text(_) => node.at,
        _ => key.at,
    };
    (at.line + 1, at.column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::Audiences;

    fn rules() -> Rules {
        let audiences = Audiences::default();
        let default_audience = audiences.get("internal").expect("known");
        Rules { audiences, default_audience }
    }

    fn findings(yaml: &str) -> Vec<String> {
        let found = read(yaml, &rules()).findings;
        found.into_iter().map(|(at, f)| format!("{}:{} {} {f:?}", at.line, at.column, f.code())).collect()
    }

    #[test]
    fn whole_front_matter_is_read() {
        let read = read(
            "title: Возврат\nslug: vozvrat\ntype: refusal\nsummary: 14 дней\nquestions:\n  - Можно ли?\nkeywords: [рефанд, обмен]\n\
             tags: возврат\naudience: [operators, stores]\nowner: petrova\nreview: {every: 12w}\n\
             verified: {by: petrova, on: 2026-11-12}\nstatus: archived\nsuperseded_by: vozvrat-2027\n\
             redirect_from: [/old/vozvrat.md]\nrelated: [obmen]\nlang: ru\n",
            &rules(),
        );
        assert_eq!(read.findings, []);
        assert!(read.readable);
        assert_eq!(read.title.as_deref(), Some("Возврат"));
        assert_eq!(read.lang.as_deref(), Some("ru"));
        assert_eq!(read.slug, Slug::parse("vozvrat"));
        let rules = rules();
        assert_eq!(
            read.meta,
            Meta {
                kind: "refusal".into(),
                summary: Some("14 дней".into()),
                questions: vec!["Можно ли?".into()],
                keywords: vec!["рефанд".into(), "обмен".into()],
                tags: vec!["возврат".into()],
                audience: rules.audiences.set(["stores", "operators"]).expect("known"),
                owner: Some("petrova".into()),
                review: Some(Review::Every(84)),
                verified: Some(Verified {
                    by: "petrova".into(),
                    on: Date::constant(2026, 11, 12),
                    digest: None,
                    changed_since: false,
                }),
                status: Status::Archived,
                superseded_by: Some("vozvrat-2027".into()),
                redirect_from: vec!["old/vozvrat".into()],
                related: vec!["obmen".into()],
            }
        );
    }

    #[test]
    fn schema_decides_types_not_yaml() {
        let read = read("title: yes\nsummary: 14\nowner: 0x10\ntags: [1.0, no]\n", &rules());
        assert_eq!(read.findings, []);
        assert_eq!(read.title.as_deref(), Some("yes"));
        assert_eq!(read.meta.summary.as_deref(), Some("14"));
        assert_eq!(read.meta.owner.as_deref(), Some("0x10"));
        assert_eq!(read.meta.tags, ["1.0", "no"]);
    }

    #[test]
    fn findings_name_the_place_and_a_remedy() {
        insta::assert_snapshot!(findings("ownr: x\ntitle: [a]\nreview: {every: soon}\nlang: russian!\nslug: a?b\nverified: {by: x}\n").join("\n"), @r#"
        2:1 KB006 UnknownKey { key: "ownr", suggestion: Some("owner") }
        3:8 KB005 WrongType { key: "title", expected: "a text", value: None, suggestion: None }
        4:17 KB005 WrongType { key: "review.every", expected: "a time such as `90d`, `12w`, `3m` or `1y`", value: Some("soon"), suggestion: None }
        5:7 KB005 WrongType { key: "lang", expected: "a language code such as `ru`", value: Some("russian!"), suggestion: None }
        6:7 KB010 BadSlug { slug: "a?b" }
        7:11 KB005 WrongType { key: "verified", expected: "`{by: NAME, on: 2026-11-12}`", value: None, suggestion: None }
        "#);
    }

    #[test]
    fn what_cannot_be_told_is_shown_to_nobody() {
        for yaml in [
            "audience: [storse]",
            "audience: []",
            "audience: {a: b}",
            "audience: [[stores]]",
            "status: published",
            "status: [draft]",
            "title: [",
            "- a",
            "title: a\ntitle: b",
        ] {
            let read = read(yaml, &rules());
            assert!(!read.readable && read.meta.audience.is_empty(), "{yaml}");
            assert_eq!(read.findings.len(), 1, "{yaml}");
        }
    }

    #[test]
    fn value_that_a_hash_cuts_off_is_told_from_one_with_a_comment() {
        let found = findings(
            "title: Заказ #1, срочный\nsummary: Да # почему\nowner: \"a #b\"\ntags: [x] #y\nquestions:\n  - Где #2?\n  - C#\n",
        );
        insta::assert_snapshot!(found.join("\n"), @r##"
        2:14 KB015 CutOff { rest: "#1, срочный" }
        7:9 KB015 CutOff { rest: "#2?" }
        "##);
    }

    #[test]
    fn audiences_without_brackets_are_suggested_with_them() {
        let found = &read("audience: public, stores\n", &rules()).findings[0].1;
        assert!(
            matches!(found, Finding::UnknownAudience { suggestion: Some(meant), .. } if meant == "[public, stores]")
        );
    }

    #[test]
    fn wrong_value_costs_its_own_key_only() {
        let read = read("title: Возврат\nverified: yesterday\naudience: stores\nstatus:\n", &rules());
        assert!(read.readable);
        assert_eq!(read.meta.audience, rules().audiences.get("stores").expect("known"));
        assert_eq!(read.title.as_deref(), Some("Возврат"));
    }

    #[test]
    fn schema_names_exactly_the_keys_that_are_read() {
        let schema = schema(&["public".to_owned()]);
        let properties = schema.get("properties").and_then(|p| p.as_object()).expect("an object");
        let mut keys = KEYS.to_vec();
        keys.sort_unstable();
        let mut described: Vec<_> = properties.keys().map(String::as_str).collect();
        described.sort_unstable();
        assert_eq!(described, keys);
        assert!(schema.as_value()["properties"]["audience"].to_string().contains(r#""enum":["public"]"#));
    }

    #[test]
    fn key_and_item_are_located() {
        let source = "---\ntitle: a\nrelated:\n  - b\n  - /c/\n---\n";
        assert_eq!(locate(source, "related", "c"), (5, 5));
        assert_eq!(locate(source, "slug", ""), (1, 1));
        assert_eq!(locate("---\nquestions: [Где?, как  вернуть]\n---\n", "questions", "как вернуть"), (2, 19));
    }
}
