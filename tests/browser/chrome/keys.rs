//! Keys as they are pressed on a keyboard with the Russian or the English layout: `code` says where a key is, `key`
//! what stands on it. Whoever types Russian has «л» where an English keyboard has `k`.

use serde_json::json;

use super::page::Page;

/// Which letters are on the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// ЙЦУКЕН.
    Russian,
    /// QWERTY.
    English,
}

/// The keys of letters, by their codes without `Key`, and what stands on them.
const LETTERS: [(&str, char, char); 33] = [
    ("Q", 'q', 'й'),
    ("W", 'w', 'ц'),
    ("E", 'e', 'у'),
    ("R", 'r', 'к'),
    ("T", 't', 'е'),
    ("Y", 'y', 'н'),
    ("U", 'u', 'г'),
    ("I", 'i', 'ш'),
    ("O", 'o', 'щ'),
    ("P", 'p', 'з'),
    ("BracketLeft", '[', 'х'),
    ("BracketRight", ']', 'ъ'),
    ("A", 'a', 'ф'),
    ("S", 's', 'ы'),
    ("D", 'd', 'в'),
    ("F", 'f', 'а'),
    ("G", 'g', 'п'),
    ("H", 'h', 'р'),
    ("J", 'j', 'о'),
    ("K", 'k', 'л'),
    ("L", 'l', 'д'),
    ("Semicolon", ';', 'ж'),
    ("Quote", '\'', 'э'),
    ("Z", 'z', 'я'),
    ("X", 'x', 'ч'),
    ("C", 'c', 'с'),
    ("V", 'v', 'м'),
    ("B", 'b', 'и'),
    ("N", 'n', 'т'),
    ("M", 'm', 'ь'),
    ("Comma", ',', 'б'),
    ("Period", '.', 'ю'),
    ("Backquote", '`', 'ё'),
];

/// Keys that are named the same on every layout: name, code, number of the virtual key.
const NAMED: [(&str, &str, u32); 14] = [
    ("Enter", "Enter", 13),
    ("Escape", "Escape", 27),
    ("Tab", "Tab", 9),
    ("Backspace", "Backspace", 8),
    ("Delete", "Delete", 46),
    ("ArrowUp", "ArrowUp", 38),
    ("ArrowDown", "ArrowDown", 40),
    ("ArrowLeft", "ArrowLeft", 37),
    ("ArrowRight", "ArrowRight", 39),
    ("PageUp", "PageUp", 33),
    ("PageDown", "PageDown", 34),
    ("Home", "Home", 36),
    ("End", "End", 35),
    ("Space", "Space", 32),
];

/// One key with what it says.
struct Key {
    key: String,
    code: String,
    number: u32,
    text: String,
}

/// Finds a key by its name, by its code (`KeyK`, `Slash`, `Digit1`) or by its character.
fn key(name: &str, layout: Layout, shift: bool) -> Key {
    if let Some((key, code, number)) = NAMED.iter().find(|(known, ..)| *known == name) {
        let text = match *key {
            "Enter" => "\r",
            "Space" => " ",
            _ => "",
        };
        let key = if *key == "Space" { " " } else { key };
        return Key { key: key.to_owned(), code: (*code).to_owned(), number: *number, text: text.to_owned() };
    }
    let lower: String = name.to_lowercase();
    let is_letter = |(code, english, russian): &&(&str, char, char)| {
        name == format!("Key{code}") || name == *code || lower == english.to_string() || lower == russian.to_string()
    };
    if let Some((code, english, russian)) = LETTERS.iter().find(is_letter) {
        let letter = if layout == Layout::Russian { russian } else { english };
        let text = if shift { letter.to_uppercase().to_string() } else { letter.to_string() };
        let place = if code.len() == 1 { format!("Key{code}") } else { (*code).to_owned() };
        let number = match english {
            ';' => 186,
            ',' => 188,
            '.' => 190,
            '`' => 192,
            '[' => 219,
            ']' => 221,
            '\'' => 222,
            letter => u32::from(letter.to_ascii_uppercase()),
        };
        return Key { key: text.clone(), code: place, number, text };
    }
    if let Some(digit) = name.strip_prefix("Digit") {
        return Key {
            key: digit.to_owned(),
            code: name.to_owned(),
            number: u32::from(digit.as_bytes()[0]),
            text: digit.to_owned(),
        };
    }
    if name == "Slash" {
        let text = match (layout, shift) {
            (Layout::Russian, false) => ".",
            (Layout::Russian, true) => ",",
            (Layout::English, false) => "/",
            (Layout::English, true) => "?",
        };
        return Key { key: text.to_owned(), code: name.to_owned(), number: 191, text: text.to_owned() };
    }
    // What stands nowhere else is typed without a place.
    Key { key: name.to_owned(), code: String::new(), number: 0, text: name.to_owned() }
}

impl Page {
    /// Types text as on a keyboard where it can be typed: Russian letters on the Russian layout, others on the English.
    pub fn type_text(&self, text: &str) {
        for c in text.chars() {
            let russian = LETTERS.iter().any(|(.., russian)| c.to_lowercase().eq([*russian]));
            let layout = if russian { Layout::Russian } else { Layout::English };
            let shift = if c.is_uppercase() { "Shift+" } else { "" };
            match c {
                ' ' => self.press("Space", layout),
                _ => self.press(&format!("{shift}{c}"), layout),
            }
        }
    }

    /// Presses a key such as `ArrowDown`, `Ctrl+KeyC`, `Shift+Enter`, `Alt+Digit2` or `Slash` on a layout.
    pub fn press(&self, keys: &str, layout: Layout) {
        let (modifiers, name) = match keys.rsplit_once('+') {
            Some((modifiers, name)) if !name.is_empty() => (modifiers, name),
            _ => ("", keys),
        };
        let bit = |name: &str, bit: u32| if modifiers.split('+').any(|one| one == name) { bit } else { 0 };
        let bits = bit("Alt", 1) | bit("Ctrl", 2) | bit("Meta", 4) | bit("Shift", 8);
        let Key { key, code, number, text } = key(name, layout, bits & 8 != 0);
        let types = bits & 7 == 0 && !text.is_empty();
        let mut down = json!({
            "type": if types { "keyDown" } else { "rawKeyDown" }, "key": key, "code": code, "modifiers": bits,
            "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
        });
        if types {
            down["text"] = text.clone().into();
            down["unmodifiedText"] = text.into();
        }
        // A keyboard has the editing commands of the system behind it; a headless browser has to be told.
        let command = match (bits, code.as_str()) {
            (2, "KeyC") => Some("copy"),
            (2, "KeyV") => Some("paste"),
            (2, "KeyA") => Some("selectAll"),
            _ => None,
        };
        if let Some(command) = command {
            down["commands"] = json!([command]);
        }
        self.session.call("Input.dispatchKeyEvent", down);
        let up =
            json!({ "type": "keyUp", "key": key, "code": code, "modifiers": bits, "windowsVirtualKeyCode": number });
        self.session.call("Input.dispatchKeyEvent", up);
    }

    /// Presses a key that is the same on every layout.
    pub fn key(&self, keys: &str) {
        self.press(keys, Layout::Russian);
    }
}
