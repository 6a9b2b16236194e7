//! From bytes to text, and from text to front matter and body.
//!
//! Deliberately does not read the front matter: it only finds where it ends, so that an article whose front matter is
//! broken still has its lines counted right.

use std::borrow::Cow;

/// The most bytes of front matter between its fences: YAML readers take quadratic time on some inputs.
pub(super) const MOST_FRONT_MATTER: usize = 16 << 10;

/// Decodes a file: UTF-8 with or without byte order mark, or UTF-16 with one. Line ends become `\n`, NUL becomes
/// U+FFFD. Returns `None` for anything else; many NULs are UTF-16 without its mark.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let text: Cow<'_, str> = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?.into(),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?.into(),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok()?.into(),
        rest => std::str::from_utf8(rest).ok()?.into(),
    };
    if !text.bytes().any(|b| b == b'\r' || b == 0) {
        return Some(text.into_owned());
    }
    // Latin letters of UTF-16 have a NUL each, and so have the spaces and line ends of any other script.
    if text.bytes().filter(|&b| b == 0).count() > (text.len() / 20).max(3) {
        return None;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some(at) = rest.find(['\r', '\0']) {
        clean.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if rest.as_bytes()[at] == 0 {
            clean.push(char::REPLACEMENT_CHARACTER);
        } else if !behind.starts_with('\n') {
            clean.push('\n');
        }
        rest = behind;
    }
    clean.push_str(rest);
    Some(clean)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).collect::<Result<_, _>>().ok()
}

/// How a text begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Split<'a> {
    /// Without front matter.
    Plain,
    /// With front matter.
    FrontMatter {
        /// The lines between the fences.
        yaml: &'a str,
        /// What follows the closing fence.
        body: &'a str,
        /// The line of the file on which the body begins, from 1.
        body_line: u32,
    },
    /// With front matter that nothing closes.
    Unclosed,
    /// With front matter over [`MOST_FRONT_MATTER`].
    TooLarge,
    /// With front matter that does not begin as it must: below empty lines, or with dashes that a word processor made longer.
    Misplaced {
        /// The line it begins on, from 1.
        line: u32,
    },
}

/// Finds the front matter: a first line `---`, and the next line that is `---` or `...`.
///
/// A file may also begin with a thematic break. It is taken for front matter as soon as anything looks like a key, since
/// taking keys for text would show an article with another audience than its author wrote.
pub(super) fn split(text: &str) -> Split<'_> {
    let Some((first, rest)) = text.split_once('\n') else { return Split::Plain };
    if first.trim_end() != "---" {
        return misplaced(text).map_or(Split::Plain, |line| Split::Misplaced { line });
    }
    let mut at = 0;
    let mut keys = false;
    let mut first_is_key = None;
    for (line, text) in (2..).zip(rest.split_inclusive('\n')) {
        let bare = text.trim_end();
        if bare == "---" || bare == "..." {
            let yaml = &rest[..at];
            let empty = yaml.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
            return if !keys && !empty {
                Split::Plain
            } else if yaml.len() > MOST_FRONT_MATTER {
                Split::TooLarge
            } else {
                Split::FrontMatter { yaml, body: &rest[at + text.len()..], body_line: line + 1 }
            };
        }
        if !bare.is_empty() && !bare.starts_with('#') {
            let key = looks_like_key(bare);
            first_is_key.get_or_insert(key);
            // Keys far below the limit belong to the text, not to front matter that some thematic break closes.
            keys |= key && at <= MOST_FRONT_MATTER;
        }
        at += text.len();
    }
    if first_is_key == Some(true) { Split::Unclosed } else { Split::Plain }
}

/// Keys with which front matter begins that has no line in front of it.
const FIRST_KEYS: [&str; 5] = ["title:", "slug:", "type:", "audience:", "owner:"];

/// Returns the line on which something begins that was meant as front matter.
fn misplaced(text: &str) -> Option<u32> {
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| line.trim().is_empty());
    let (line, first) = lines.next()?;
    let fence = first.trim();
    let is_long = fence.contains(['–', '—']) && fence.chars().all(|c| matches!(c, '-' | '–' | '—'));
    let bare = FIRST_KEYS.iter().any(|key| first.starts_with(key));
    let (_, next) = lines.find(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))?;
    ((fence == "---" || is_long || bare) && looks_like_key(next)).then_some(line)
}

fn looks_like_key(line: &str) -> bool {
    let line = line.trim_start();
    let Some((key, behind)) = line.split_once(':') else { return line.starts_with('{') };
    let key = key.trim_end().trim_matches(['"', '\'']);
    line.starts_with('{')
        || (!key.is_empty()
            && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            && (behind.is_empty() || behind.starts_with([' ', '\t'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_with_a_mark_is_read() {
        let utf16le: Vec<u8> = "\u{feff}Возврат\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16be: Vec<u8> = "\u{feff}Возврат\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [&utf16le[..], &utf16be, "\u{feff}Возврат\r\n".as_bytes(), "Возврат\r".as_bytes()] {
            assert_eq!(decode(bytes).as_deref(), Some("Возврат\n"));
        }
        assert_eq!(decode(b"a\0b\r\n\r\nc").as_deref(), Some("a\u{fffd}b\n\nc"));
        let unmarked: Vec<u8> = "Возврат товара\n\n14 дней\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&unmarked), None);
        assert_eq!(decode(&[0xcf, 0xf0, 0xe8]), None);
        assert_eq!(decode(&[0xff, 0xfe, 0x41]), None);
    }

    #[test]
    fn front_matter_ends_at_the_next_fence() {
        assert_eq!(split("---\ntitle: a\n---\nb"), Split::FrontMatter { yaml: "title: a\n", body: "b", body_line: 4 });
        assert_eq!(split("--- \n...\nb"), Split::FrontMatter { yaml: "", body: "b", body_line: 3 });
    }

    #[test]
    fn thematic_break_is_not_front_matter() {
        assert_eq!(split("---\n\nSome text\n"), Split::Plain);
        assert_eq!(split("---\nSome text\n---\nmore"), Split::Plain);
        assert_eq!(split("----\ntitle: a\n---\n"), Split::Plain);
    }

    #[test]
    fn front_matter_that_does_not_begin_the_file_is_told_from_text() {
        assert_eq!(split("\n\n---\ntitle: a\n---\nb"), Split::Misplaced { line: 3 });
        assert_eq!(split("—\ntitle: a\n—\nb"), Split::Misplaced { line: 1 });
        assert_eq!(split("title: a\naudience: [stores]\n\nb"), Split::Misplaced { line: 1 });
        assert_eq!(split("title: a\n\nb\n"), Split::Plain);
        assert_eq!(split("\n---\n\nSome text\n"), Split::Plain);
        assert_eq!(split("— Можно вернуть?\nда: конечно\n"), Split::Plain);
        assert_eq!(split("\n# Заголовок\n\n---\nцена: 5\n"), Split::Plain);
    }

    #[test]
    fn front_matter_without_an_end_is_told_from_text() {
        assert_eq!(split("---\ntitle: a\n\nbody"), Split::Unclosed);
        assert_eq!(split(&format!("---\ntitle: a\n{}---\n", "x: y\n".repeat(4000))), Split::TooLarge);
    }
}
