//! The rules for names of files and folders: which can be checked out, linked, shown and kept on every machine, and when two
//! paths are one on some machine.
//!
//! Git's own rules, those of Windows and macOS, and no characters that let one name look like another. Pure functions;
//! whoever reads a tree or a folder applies them. Letters of any script and spaces are fine.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The most bytes of a path.
pub const MOST_BYTES: usize = 1024;
/// The most bytes of one name in a path.
pub const MOST_NAME_BYTES: usize = 255;

/// What the name of a file or folder is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// It can be served; in NFC.
    Good(String),
    /// It begins with a dot, and is nobody's business.
    Hidden,
    /// It cannot be served, and why.
    Bad(&'static str),
}

impl Name {
    /// Checks one name, as its bytes stand in a tree or on a disk.
    pub fn of(name: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(name) else { return Self::Bad("the name is not UTF-8") };
        if text.is_empty() {
            return Self::Bad("empty name");
        }
        if text.contains('/') {
            return Self::Bad("slash inside a name");
        }
        if text == "." || text == ".." || is_dot_git(text) {
            return Self::Bad("a name that git reserves");
        }
        if text.chars().any(char::is_control) {
            return Self::Bad("control character");
        }
        if text.chars().any(is_invisible) {
            return Self::Bad("invisible or direction-changing character");
        }
        if text.starts_with('.') {
            return Self::Hidden;
        }
        if text.contains(['\\', ':', '*', '?', '"', '<', '>', '|']) {
            return Self::Bad(r#"one of \ : * ? " < > |"#);
        }
        if text.ends_with(['.', ' ']) || text.starts_with(' ') {
            return Self::Bad("space or full stop at the edge of a name");
        }
        if is_device(text) {
            return Self::Bad("a name that Windows reserves");
        }
        let name = nfc(text);
        if name.len() > MOST_NAME_BYTES {
            return Self::Bad("name longer than 255 bytes");
        }
        Self::Good(name)
    }
}

/// Returns a text in Unicode NFC.
pub fn nfc(text: &str) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text.to_owned() } else { text.nfc().collect() }
}

/// Returns what two paths have in common that differ only in case or in Unicode form.
pub fn collision_key(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    // Upper case first, so that ß and ss, ς and σ meet; letter by letter, because the lower case of Σ depends on its place.
    path.nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

/// Returns whether a character cannot be seen or turns the direction of its neighbours.
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Returns a name as a finding may show it: control and invisible characters as escapes, no longer than a name may be.
pub fn shown(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let mut shown = String::new();
    for c in text.chars() {
        if shown.len() > MOST_NAME_BYTES {
            shown.push('…');
            break;
        }
        if c.is_control() || is_invisible(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Returns whether some file system takes a name for `.git` (sources: git's `is_hfs_dotgit` and `is_ntfs_dotgit`).
fn is_dot_git(text: &str) -> bool {
    let name: String = text.chars().filter(|&c| !is_invisible(c)).flat_map(char::to_lowercase).collect();
    // NTFS drops dots and spaces at the end, and what follows a colon names a stream of the file.
    let name = name.split([':', '\\']).next().unwrap_or_default().trim_end_matches(['.', ' ']);
    name == ".git" || name == "git~1"
}

/// Returns whether Windows takes a name for a device, whatever its extension.
fn is_device(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    number.is_some_and(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_good() {
        for name in
            ["a.md", "Возврат товара.md", "_lexicon.yml", "COMPANY.md", "com10", "console.md", "a..b", "1 000 ₽.md"]
        {
            assert_eq!(Name::of(name.as_bytes()), Name::Good(name.to_owned()));
        }
        assert_eq!(Name::of("и\u{306}.md".as_bytes()), Name::Good("й.md".to_owned()));
    }

    #[test]
    fn hostile_names_are_bad() {
        let bad: &[&[u8]] = &[
            b"",
            b".",
            b"..",
            b".git",
            b".GIT",
            b".Git ",
            b".git.",
            b"git~1",
            b"GIT~1",
            b".g\xe2\x80\x8cit",
            b".git::$INDEX",
            b"a/b",
            b"../a",
            b"a\\b",
            b"a:b",
            b"a*",
            b"a?",
            b"a\"",
            b"<a",
            b"a>",
            b"a|b",
            b"a\n",
            b"a\x1b[31m",
            b"a\x7f",
            b"a\xc2\x85",
            b"\xe2\x80\xaetxt.md",
            b"a\xe2\x80\x8b",
            b"a.",
            b"a ",
            b" a",
            b"a\xc2\xad",
            b"CON",
            b"con.md",
            b"NUL.tar.gz",
            b"aux .md",
            b"COM1",
            b"lpt9.md",
            b"COM\xc2\xb9",
            b"\xff\xfe",
        ];
        for name in bad {
            assert!(matches!(Name::of(name), Name::Bad(_)), "{:?}", String::from_utf8_lossy(name));
        }
        assert!(matches!(Name::of("я".repeat(128).as_bytes()), Name::Bad("name longer than 255 bytes")));
    }

    #[test]
    fn names_that_begin_with_a_dot_are_hidden() {
        for name in [".gitignore", ".github", ".gitmodules", ".obsidian", "..."] {
            assert_eq!(Name::of(name.as_bytes()), Name::Hidden, "{name}");
        }
    }

    #[test]
    fn paths_collide_by_case_and_by_unicode_form() {
        assert_eq!(collision_key("A/ВОЗВРАТ.md"), collision_key("a/возврат.MD"));
        assert_eq!(collision_key("Straße"), collision_key("STRASSE"));
        assert_eq!(collision_key("и\u{306}"), collision_key("Й"));
        assert_eq!(collision_key("ΑΣ"), collision_key("ας"));
        assert_ne!(collision_key("е"), collision_key("ё"));
    }

    #[test]
    fn findings_show_no_control_characters() {
        assert_eq!(shown(b"a\n\x1b[31m\xff"), "a\\u{a}\\u{1b}[31m\u{fffd}");
        assert!(shown(&[b'a'; 4096]).len() < 300);
    }
}
