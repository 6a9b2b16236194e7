//! The rules for paths inside a content folder: what a name must be to be shown, served and kept on every machine.
//!
//! Pure functions; whoever reads a tree or a folder applies them. Letters of any script and spaces are fine.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::diagnostic::Finding;

/// The most bytes of a path.
pub const MOST_BYTES: usize = 1024;
/// The most bytes of one name in a path.
pub const MOST_NAME_BYTES: usize = 255;
/// The most names in a path.
pub const MOST_DEPTH: usize = 16;

/// Checks a path with `/` between its names and returns it in Unicode NFC.
///
/// # Errors
/// [`Finding::BadPath`] with the first rule that the path breaks.
pub fn check(path: &str) -> Result<String, Finding> {
    let path = nfc(path);
    let refuse = |reason: &str| Err(Finding::BadPath { reason: reason.to_owned() });
    if path.len() > MOST_BYTES {
        return refuse("longer than 1,024 bytes");
    }
    if path.split('/').count() > MOST_DEPTH {
        return refuse("more than 16 folders deep");
    }
    match path.split('/').find_map(|name| check_name(name).err()) {
        Some(reason) => refuse(&reason),
        None => Ok(path),
    }
}

/// Checks one name, given in NFC.
///
/// # Errors
/// The rule that the name breaks, in words.
pub fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("empty name".to_owned());
    }
    if name.len() > MOST_NAME_BYTES {
        return Err("name longer than 255 bytes".to_owned());
    }
    if let Some(c) = name.chars().find(|c| c.is_control()) {
        return Err(format!("control character U+{:04X}", u32::from(c)));
    }
    if let Some(c) = name.chars().find(|&c| is_invisible(c)) {
        return Err(format!("invisible character U+{:04X}", u32::from(c)));
    }
    if let Some(c) = name.chars().find(|c| r#"\:*?"<>|"#.contains(*c)) {
        return Err(format!("character `{c}`"));
    }
    if matches!(name, "." | "..") {
        return Err(format!("name `{name}`"));
    }
    if is_git_name(name) {
        return Err("a name of git's own".to_owned());
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Err("space or full stop at the edge of a name".to_owned());
    }
    if is_device_name(name) {
        return Err("a device name of Windows".to_owned());
    }
    Ok(())
}

/// Returns what two paths share exactly when some file system cannot keep both: the path in NFC with case folded.
pub fn collision_key(path: &str) -> String {
    // Lower case of upper case folds what lower case alone leaves apart, such as `ß`/`SS` and the two sigmas.
    nfc(&path.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect::<String>())
}

/// Returns a text in Unicode NFC.
pub fn nfc(text: &str) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text.to_owned() } else { text.nfc().collect() }
}

/// Returns whether a character cannot be seen, or changes the direction of what is around it.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}' | '\u{ad}' | '\u{fff9}'..='\u{fffb}' | '\u{2028}' | '\u{2029}')
}

/// `.git` in any spelling that some file system takes for it, and its attribute files.
fn is_git_name(name: &str) -> bool {
    let name = name.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    matches!(name.as_str(), ".git" | "git~1" | ".gitmodules" | "gitmod~1")
}

fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || (stem.chars().count() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit() && c != '0' || "¹²³".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_of_any_script_are_fine() {
        for path in
            ["a.md", "Возвраты/Без чека (2026).md", "日本/語.md", "_lexicon.yml", ".gitignore", "comet.md", "a..b"]
        {
            assert_eq!(check(path).as_deref(), Ok(path));
        }
    }

    #[test]
    fn decomposed_letters_are_composed() {
        assert_eq!(check("и\u{306}од.md").as_deref(), Ok("йод.md"));
    }

    #[test]
    fn hostile_names_are_refused() {
        let long = "a".repeat(256);
        let deep = ["a"; 17].join("/");
        for path in [
            "",
            "a//b",
            "../a.md",
            "a/..",
            "a/./b",
            ".git/config",
            "x/.GIT",
            "git~1",
            ".git.",
            "a\\b.md",
            "a:b",
            "a\nb",
            "a\u{1b}[2J",
            "a\u{202e}dm.b",
            "a\u{200b}",
            "con.md",
            "COM1",
            "lpt9.txt",
            "a.",
            "a ",
            " a",
            "a|b",
            &long,
            &deep,
        ] {
            assert!(check(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn names_that_differ_in_case_or_form_collide() {
        assert_eq!(collision_key("Ёлка.md"), collision_key("е\u{308}лка.MD"));
        assert_ne!(collision_key("a.md"), collision_key("b.md"));
    }
}
