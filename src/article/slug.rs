//! Slugs: the stable names of articles, and the transliteration that makes ASCII heading ids.
//!
//! Deliberately does not know which slugs are taken: [`super::Library`] gives them out.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The most bytes a slug may have.
const MOST_BYTES: usize = 512;

/// The stable name of an article in addresses: path-like parts divided by `/`, each without control characters,
/// without `?`, `#`, `%`, `\`, not empty, not `.` or `..`, and never ending in `.md`. Letters of any script are allowed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Arc<str>);

impl Slug {
    /// Parses a slug as written in front matter; surrounding slashes are dropped.
    ///
    /// Returns `None` when it is not a slug (see the type) or longer than 512 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches('/');
        let good = !text.is_empty()
            && text.len() <= MOST_BYTES
            && !has_markdown_ending(text)
            && text.chars().all(is_allowed)
            && text.split('/').all(|part| !matches!(part, "" | "." | ".."));
        good.then(|| Self(text.into()))
    }

    /// Returns the default slug of a file: its path without `.md`, with characters that a slug cannot have replaced by `-`.
    pub fn of_path(path: &str) -> Self {
        let mut rest = path;
        while let Some(shorter) = without_markdown_ending(rest) {
            rest = shorter;
        }
        let mut slug = String::with_capacity(rest.len());
        for part in rest.split('/').filter(|part| !part.is_empty()) {
            if !slug.is_empty() {
                slug.push('/');
            }
            if part.chars().all(|c| c == '.') {
                slug.push('-');
                continue;
            }
            slug.extend(part.chars().map(|c| if is_allowed(c) && !c.is_whitespace() { c } else { '-' }));
        }
        if slug.len() > MOST_BYTES {
            let mut end = MOST_BYTES;
            while !slug.is_char_boundary(end) {
                end -= 1;
            }
            slug.truncate(end);
            slug.truncate(slug.trim_end_matches('/').len());
        }
        if slug.is_empty() || has_markdown_ending(&slug) {
            slug.push('-');
        }
        Self(slug.into())
    }

    /// Returns this slug with a number behind it, for the second and further claimants of one name.
    pub(super) fn numbered(&self, number: u32) -> Self {
        Self(format!("{}-{number}", self.0).into())
    }

    /// Returns the slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Slug {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

fn is_allowed(c: char) -> bool {
    !c.is_control() && !matches!(c, '?' | '#' | '%' | '\\') && !crate::path::is_invisible(c)
}

/// Returns a file name or path without `.md` or `.markdown`, whatever the case; `None` when it has neither.
pub(super) fn without_markdown_ending(path: &str) -> Option<&str> {
    [".md", ".markdown"].into_iter().find_map(|ending| {
        let at = path.len().checked_sub(ending.len())?;
        path.get(at..)?.eq_ignore_ascii_case(ending).then(|| &path[..at])
    })
}

fn has_markdown_ending(text: &str) -> bool {
    without_markdown_ending(text).is_some()
}

/// Returns an ASCII id for a heading: Cyrillic transliterated, lower case, apostrophes dropped, other characters as
/// single `-`; never empty.
pub fn heading_id(title: &str) -> String {
    let mut id = String::with_capacity(title.len());
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() || c == '_' {
            id.push(c);
        } else if let Some(latin) = transliterate(c) {
            id.push_str(latin);
        } else if !matches!(c, '\'' | '’' | '`' | '"') && !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    if id.is_empty() {
        id.push_str("section");
    }
    id
}

/// Returns a Cyrillic lower-case letter in Latin letters, as Russian addresses are usually written; `None` for other
/// characters.
fn transliterate(c: char) -> Option<&'static str> {
    Some(match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' => "i",
        'й' | 'ы' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "sch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        'є' => "ye",
        'ї' => "yi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_keeps_letters_of_any_script_and_drops_outer_slashes() {
        assert_eq!(Slug::parse("/возвраты/без чека/").expect("a slug").as_str(), "возвраты/без чека");
        for bad in ["", "/", "a//b", "a/../b", ".", "a?b", "a#b", "50%", "a\\b", "a\nb", "a.md", "A.MD", "a\u{202e}b"] {
            assert_eq!(Slug::parse(bad), None, "{bad:?}");
        }
        assert_eq!(Slug::parse(&"я".repeat(257)), None);
    }

    #[test]
    fn slug_of_a_path_is_a_slug() {
        for (path, slug) in [
            ("vozvraty/vozvrat.md", "vozvraty/vozvrat"),
            ("Возврат без чека.md", "Возврат-без-чека"),
            ("a/README.md", "a/README"),
            ("a.md.md", "a"),
            ("50% off?.MD", "50--off-"),
            (".md", "-"),
        ] {
            assert_eq!(Slug::of_path(path).as_str(), slug);
            assert_eq!(Slug::parse(slug).map(|s| s.to_string()).as_deref(), Some(slug));
        }
    }

    #[test]
    fn heading_id_is_transliterated() {
        for (title, id) in [
            ("Условия", "usloviya"),
            ("Что, если чека нет?", "chto-esli-cheka-net"),
            ("Подъём — щётка, эй!", "podem-schetka-ey"),
            ("What's new in 2.0", "whats-new-in-2-0"),
            ("«14 дней»", "14-dney"),
            ("???", "section"),
        ] {
            assert_eq!(heading_id(title), id);
        }
    }
}
