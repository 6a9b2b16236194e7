//! Front matter as it is written: changing one key of a file and nothing else, and putting values down so that they are read
//! as they were meant.

use super::{LIMITS, Value};
use crate::article::Verified;
use crate::article::source::{self, Split};
use crate::article::yaml;

/// Returns a text as a YAML value in one line: as it is where that is read as the same text, else in quotes.
pub fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " -_.,()«»—–/+%№!?₽…’".contains(c);
    let plain = text.starts_with(|c: char| c.is_alphanumeric() || c == '«')
        && !text.ends_with(' ')
        && text.chars().all(is_plain)
        && !matches!(text.to_ascii_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no");
    // A JSON text is a YAML text.
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// Returns a text as an item of a list in brackets, where commas divide.
pub fn item(text: &str) -> String {
    if text.contains(',') { serde_json::Value::from(text).to_string() } else { scalar(text) }
}

/// Returns a file, given as UTF-8 text with any line ends, whose front matter says who verified it; nothing else of it changes.
/// `None` when its front matter cannot be read.
pub fn with_verified(file: &str, verified: &Verified) -> Option<String> {
    let digest = verified.digest.map(|digest| format!(", digest: {digest:016x}")).unwrap_or_default();
    with_key(file, "verified", &format!("{{by: {}, on: {}{digest}}}", item(&verified.by), verified.on))
}

/// Returns a file whose front matter has this value, in YAML, for a key: in the place of the former one, else behind all
/// others. Nothing else changes. `None` when the front matter cannot be read.
pub fn with_key(file: &str, key: &str, value: &str) -> Option<String> {
    replaced(file, key, Some(&format!("{key}: {value}")))
}

/// Returns a file whose front matter does not have a key. `None` when it cannot be read.
pub fn without_key(file: &str, key: &str) -> Option<String> {
    replaced(file, key, None)
}

/// Returns the value of a key whose value is a text; `None` when there is no such key, or the front matter cannot be read.
pub fn value_of(file: &str, key: &str) -> Option<String> {
    let text = source::decode(file.as_bytes())?;
    let Split::FrontMatter { yaml, .. } = source::split(&text) else { return None };
    let Value::Map(entries) = yaml::parse(yaml, LIMITS).ok()?.value else { return None };
    entries.into_iter().find(|(known, _)| known.name == key).and_then(|(_, node)| match node.value {
        Value::Text(text) => Some(text),
        _ => None,
    })
}

fn replaced(file: &str, key: &str, line: Option<&str>) -> Option<String> {
    let end = if file.contains("\r\n") { "\r\n" } else { "\n" };
    let text = source::decode(file.as_bytes())?;
    let (yaml, body_line) = match source::split(&text) {
        Split::FrontMatter { yaml, body_line, .. } => (yaml, body_line as usize),
        Split::Plain => {
            let (mark, rest) = file.strip_prefix('\u{feff}').map_or(("", file), |rest| ("\u{feff}", rest));
            let line = line.map(|line| format!("---{end}{line}{end}---{end}")).unwrap_or_default();
            return Some(format!("{mark}{line}{rest}"));
        }
        Split::Misplaced { .. } | Split::Unclosed | Split::TooLarge => return None,
    };
    let entries = match yaml::parse(yaml, LIMITS).ok()?.value {
        Value::Map(entries) => entries,
        Value::Null => Vec::new(),
        Value::Text(_) | Value::List(_) => return None,
    };
    // Lines of the file from 0: the first fence is line 0, so a line of the YAML from 1 is the same line of the file.
    let place = entries.iter().position(|(known, _)| known.name == key);
    if place.is_none() && line.is_none() {
        return Some(file.to_owned());
    }
    let fence = body_line - 2;
    let (from, to) = place.map_or((fence, fence), |place| {
        let line_of = |place: usize| entries.get(place).map_or(fence, |(key, _)| key.at.line as usize);
        (line_of(place), line_of(place + 1))
    });
    let mut out = String::with_capacity(file.len() + line.map_or(0, str::len) + 2);
    let mut lines: Vec<&str> = file.split_inclusive('\n').collect();
    // Comments and empty lines in front of the next key are not part of this one.
    let to = (from + 1..to)
        .rev()
        .find(|&at| !is_comment(lines.get(at).copied().unwrap_or_default()))
        .map_or(to.min(from + 1), |at| at + 1);
    let rest = lines.split_off(to.min(lines.len()));
    lines.truncate(from);
    lines.iter().for_each(|part| out.push_str(part));
    if let Some(line) = line {
        out.push_str(line);
        out.push_str(end);
    }
    rest.iter().for_each(|part| out.push_str(part));
    Some(out)
}

fn is_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_were_meant() {
        let texts = [
            "Возврат",
            "Отказ: срок прошёл",
            "- a",
            "\"b\"",
            "null",
            "{{имя}}, здравствуйте",
            "a # b",
            "10%",
            "'",
            "a\nb",
            "  x ",
        ];
        for text in texts {
            let file = format!("---\ntitle: {}\n---\n", scalar(text));
            assert_eq!(value_of(&file, "title").as_deref(), Some(text), "{file}");
        }
        assert_eq!(scalar("Можно ли вернуть товар без чека?"), "Можно ли вернуть товар без чека?");
        assert_eq!(item("чек, товарный"), "\"чек, товарный\"");
    }

    #[test]
    fn keys_are_put_in_and_taken_out() {
        let file = "---\ntitle:\n# who\nowner: x\n---\nТекст\n";
        let named = with_key(file, "title", "А").expect("front matter");
        assert_eq!(named, "---\ntitle: А\n# who\nowner: x\n---\nТекст\n");
        assert_eq!(without_key(file, "owner").as_deref(), Some("---\ntitle:\n# who\n---\nТекст\n"));
        assert_eq!(without_key("Текст\n", "owner").as_deref(), Some("Текст\n"));
        assert_eq!(with_key("---\ntitle: [\n---\n", "title", "А"), None);
        assert_eq!(value_of(file, "owner").as_deref(), Some("x"));
    }

    #[test]
    fn verifying_changes_one_key_and_nothing_else() {
        let verified = |digest| Verified {
            by: "petrova".to_owned(),
            on: "2026-11-26".parse().expect("a date"),
            digest,
            changed_since: false,
        };
        let with = |file: &str| with_verified(file, &verified(Some(0xab))).expect("front matter that can be read");
        let line = "verified: {by: petrova, on: 2026-11-26, digest: 00000000000000ab}";
        assert_eq!(with("Текст.\n"), format!("---\n{line}\n---\nТекст.\n"));
        assert_eq!(with("---\ntitle: a\n---\nb"), format!("---\ntitle: a\n{line}\n---\nb"));
        assert_eq!(with("---\r\ntitle: a\r\n---\r\nb"), format!("---\r\ntitle: a\r\n{line}\r\n---\r\nb"));
        let long = "---\nverified:\n  by: x\n  on: 2020-01-01\n\n# who\nowner: y\n---\nb\n";
        assert_eq!(with(long), format!("---\n{line}\n\n# who\nowner: y\n---\nb\n"));
        let last = "---\nowner: y\nverified: {by: x,\n  on: 2020-01-01}\n---\nb\n";
        assert_eq!(with(last), format!("---\nowner: y\n{line}\n---\nb\n"));
        assert_eq!(with_verified("---\na: [\n---\n", &verified(None)), None);
    }
}
