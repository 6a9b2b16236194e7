//! Links and images as written: what kind of target each names. Whether it exists is the library's question.

use percent_encoding::percent_decode_str;

use crate::article::library::media_type;
use crate::article::slug::without_markdown_ending;
use crate::path::{MOST_NAME_BYTES as MOST_BYTES, nfc};

/// A link or image as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target, parsed.
    pub target: Target,
    /// The target as written.
    pub written: String,
    /// Whether it is an image.
    pub image: bool,
    /// Whether it stands inside an internal note.
    pub in_note: bool,
    /// Line of the file, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An address outside: `https`, `http`, `mailto` or `tel`.
    Outside(String),
    /// A heading of the same article, without `#`.
    Heading(String),
    /// A file of the content folder by path (relative links, resolved and percent-decoded), and a heading.
    File {
        /// The path inside the content folder.
        path: String,
        /// The heading, without `#`.
        heading: Option<String>,
    },
    /// An article by slug, title or file name (wikilinks), and a heading.
    Name {
        /// The name as written.
        name: String,
        /// The heading, without `#`.
        heading: Option<String>,
    },
    /// Nothing we lead to: another scheme, or a path out of the content folder.
    Forbidden,
}

impl Target {
    /// Parses the address of a link in a file of `folder`.
    pub(super) fn parse(address: &str, folder: &str) -> Self {
        // Browsers drop these wherever they stand, so that `java\nscript:` would be a scheme.
        let address: String = address.trim().chars().filter(|c| !c.is_control()).collect();
        if let Some(heading) = address.strip_prefix('#') {
            return decoded(heading).map_or(Self::Forbidden, Self::Heading);
        }
        if let Some(scheme) = scheme(&address) {
            return if is_outside(scheme, &address[scheme.len() + 1..]) {
                Self::Outside(address)
            } else {
                Self::Forbidden
            };
        }
        let slashed = address.replace('\\', "/");
        if slashed.starts_with("//") {
            return Self::Forbidden;
        }
        let (path, heading) = split_heading(&slashed);
        let path = path.split('?').next().unwrap_or_default();
        if path.is_empty() {
            return Self::Name { name: String::new(), heading: None };
        }
        let resolved = decoded(path).and_then(|path| resolve(&path, folder));
        let heading = heading.map(decoded);
        match (resolved, heading) {
            (Some(path), None) => Self::File { path, heading: None },
            (Some(path), Some(Some(heading))) => Self::File { path, heading: Some(heading) },
            _ => Self::Forbidden,
        }
    }

    /// Parses what stands between `[[` and `]]`, before the `|`; in a table that is written `\|`.
    pub(super) fn parse_wiki(name: &str, folder: &str) -> Self {
        let name = name.trim();
        if scheme(name).is_some_and(|scheme| is_outside(scheme, &name[scheme.len() + 1..])) {
            return Self::parse(name, folder);
        }
        let (name, heading) = split_heading(name);
        let heading = heading.map(|heading| nfc(heading.trim()));
        let name = nfc(name.trim());
        match heading {
            Some(heading) if name.is_empty() => Self::Heading(heading),
            heading => Self::Name { name, heading: heading.filter(|heading| !heading.is_empty()) },
        }
    }
}

/// Returns the address that leads from a file of `folder` to a path inside the content folder, in place of another one: from
/// the top when that is, and with its heading.
pub fn address(path: &str, folder: &str, instead_of: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(folder), parts(path));
    let (up, down) = match instead_of.starts_with('/') {
        true => ("/".to_owned(), &to[..]),
        false => {
            let common = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
            // A file is not its own folder.
            let common = common.min(to.len().saturating_sub(1));
            ("../".repeat(from.len() - common), &to[common..])
        }
    };
    let mut address = up;
    for c in down.join("/").chars() {
        match c {
            ' ' | '%' | '#' | '?' | '(' | ')' | '<' | '>' => address += &format!("%{:02X}", c as u32),
            c => address.push(c),
        }
    }
    with_heading_of(address, instead_of)
}

/// Returns a name or address with the heading that another one has.
pub fn with_heading_of(name: String, other: &str) -> String {
    match other.split_once('#') {
        Some((_, heading)) if !heading.is_empty() => name + "#" + heading,
        _ => name,
    }
}

fn split_heading(address: &str) -> (&str, Option<&str>) {
    match address.split_once('#') {
        Some((path, "")) => (path, None),
        Some((path, heading)) => (path, Some(heading)),
        None => (address, None),
    }
}

/// Returns the scheme of an address: what stands before a colon that no `/`, `?` or `#` precedes. A colon is no
/// ordinary character of a file name here, so that whatever might be a scheme counts as one.
fn scheme(address: &str) -> Option<&str> {
    let end = address.find([':', '/', '?', '#'])?;
    (address.as_bytes()[end] == b':').then(|| &address[..end])
}

fn is_outside(scheme: &str, rest: &str) -> bool {
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '\\']))
        }
        "mailto" | "tel" => !rest.is_empty(),
        _ => false,
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(|text| nfc(&text))
}

/// Resolves a path against a folder; `None` when it leads out of the content.
fn resolve(path: &str, folder: &str) -> Option<String> {
    let from = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Finds what was meant as the address of a link in running text, and is none since it has spaces: `[условия](Наши условия.md)`.
/// Only what names a file counts; their byte ranges, in order.
pub(super) fn spaced_addresses(text: &str) -> Vec<std::ops::Range<usize>> {
    let meant = |(at, mark): (usize, &str)| {
        let start = at + mark.len();
        // No path is longer: a whole line for each bracket would take long.
        let near =
            text[start..].char_indices().nth(MOST_BYTES).map_or(&text[start..], |(end, _)| &text[start..start + end]);
        let line = near.lines().next().unwrap_or_default();
        let ends = line.match_indices(')').map(|(end, _)| &line[..end]);
        let address = ends.take(LINKED).find(|address| {
            let path = address.split('#').next().unwrap_or_default();
            without_markdown_ending(path).is_some() || media_type(path).is_some()
        })?;
        let is_plain = !address.starts_with('<') && !address.contains('"');
        (is_plain && address.trim().contains(' ')).then(|| start..start + address.len())
    };
    text.match_indices("](").filter_map(meant).collect()
}

/// The most parentheses that the name of a file is thought to have.
const LINKED: usize = 4;

/// Finds addresses that begin with `http://` or `https://` in running text: their byte ranges, in order.
///
/// Source: the extended autolinks of GitHub Flavored Markdown 0.29, section 6.9.
pub(super) fn bare_addresses(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (colon, _) in text.match_indices("://") {
        let start = match &text.as_bytes()[..colon] {
            [.., b'h' | b'H', b't' | b'T', b't' | b'T', b'p' | b'P', b's' | b'S'] => colon - 5,
            [.., b'h' | b'H', b't' | b'T', b't' | b'T', b'p' | b'P'] => colon - 4,
            _ => continue,
        };
        let after_another = found.last().is_some_and(|last| start < last.end);
        if after_another || text[..start].ends_with(char::is_alphanumeric) {
            continue;
        }
        let rest = &text[colon + 3..];
        let length = rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
        let length = trimmed(&rest[..length]);
        if rest[..length].starts_with(char::is_alphanumeric) {
            found.push(start..colon + 3 + length);
        }
    }
    found
}

/// Returns the length without the punctuation that ends the sentence rather than the address.
fn trimmed(address: &str) -> usize {
    let mut end = address.len();
    let mut unopened = address.matches(')').count().saturating_sub(address.matches('(').count());
    while let Some(last) = address[..end].chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | '»' | '“' | '”' | '…' => {}
            ')' if unopened > 0 => unopened -= 1,
            _ => break,
        }
        end -= last.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, heading: Option<&str>) -> Target {
        Target::File { path: path.to_owned(), heading: heading.map(str::to_owned) }
    }

    #[test]
    fn relative_paths_are_resolved_and_decoded() {
        for (address, target) in [
            ("b.md", file("a/b.md", None)),
            ("./b.md#c", file("a/b.md", Some("c"))),
            ("../%D0%91%20c.md?raw=1#%D1%86", file("Б c.md", Some("ц"))),
            ("/x//y/", file("x/y", None)),
            ("..\\y.md", file("y.md", None)),
            ("и\u{306}.md#", file("a/й.md", None)),
        ] {
            assert_eq!(Target::parse(address, "a"), target, "{address}");
        }
    }

    #[test]
    fn address_leads_back_to_its_path() {
        for (path, folder, instead_of, expected) in [
            ("a/b.md", "a", "c.md", "b.md"),
            ("b.md", "a/c", "x.md#сроки", "../../b.md#сроки"),
            ("a/d/b.md", "a/c", "../x.md", "../d/b.md"),
            ("a/b.md", "c", "/x.md", "/a/b.md"),
            ("Возврат и обмен/Сроки (новые).md", "", "x.md#", "Возврат%20и%20обмен/Сроки%20%28новые%29.md"),
            ("a", "a", "x", "../a"),
        ] {
            let address = address(path, folder, instead_of);
            assert_eq!(address, expected);
            let heading = instead_of.split_once('#').map(|(_, heading)| heading).filter(|heading| !heading.is_empty());
            assert_eq!(Target::parse(&address, folder), file(path, heading), "{address}");
        }
    }

    #[test]
    fn only_plain_schemes_lead_outside() {
        for good in ["https://x.y/z", "HTTP://x", "mailto:a@b", "tel:+7"] {
            assert_eq!(Target::parse(good, ""), Target::Outside(good.to_owned()));
        }
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "java\nscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil",
            "\\\\evil",
            "/\\evil",
            "http:evil",
            "https:///evil",
            "file:///etc/passwd",
            "a:b.md",
            "../../x",
            "%ff",
            "mailto:",
        ] {
            assert_eq!(Target::parse(bad, "a"), Target::Forbidden, "{bad:?}");
        }
    }

    #[test]
    fn wikilinks_name_articles_and_headings() {
        let name = |name: &str, heading: Option<&str>| Target::Name {
            name: name.to_owned(),
            heading: heading.map(str::to_owned),
        };
        assert_eq!(Target::parse_wiki("Возврат товара#Условия", ""), name("Возврат товара", Some("Условия")));
        assert_eq!(Target::parse_wiki(" a/b ", ""), name("a/b", None));
        assert_eq!(Target::parse_wiki("#x", ""), Target::Heading("x".to_owned()));
        assert_eq!(Target::parse_wiki("javascript:x", ""), name("javascript:x", None));
    }

    #[test]
    fn address_with_spaces_is_told_from_text_in_parentheses() {
        let found =
            |text: &'static str| -> Vec<&str> { spaced_addresses(text).into_iter().map(|r| &text[r]).collect() };
        assert_eq!(found("см. [условия](Наши условия.md#сроки), [и](б в.pdf)"), ["Наши условия.md#сроки", "б в.pdf"]);
        assert_eq!(found("[а](Сроки (новые) 2.md) и [б](в.md)"), ["Сроки (новые) 2.md"]);
        assert_eq!(found("[1](см. ниже), [2](а.md \"подпись\"), [3](<а б.md>), (а б.md)"), Vec::<&str>::new());
    }

    #[test]
    fn bare_addresses_end_before_the_sentence_does() {
        let found = |text: &'static str| -> Vec<&str> { bare_addresses(text).into_iter().map(|r| &text[r]).collect() };
        assert_eq!(found("см. https://a.b/c_d?e=1&f=2."), ["https://a.b/c_d?e=1&f=2"]);
        assert_eq!(found("(http://a.b/(c)) и «https://д.рф»"), ["http://a.b/(c)", "https://д.рф"]);
        assert_eq!(found("xhttp://a https:// ftp://b"), Vec::<&str>::new());
    }
}
