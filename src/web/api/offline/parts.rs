//! Texts as numbers of their parts: a bundle lists every word once, and what stands between words once, and its texts are rows of
//! numbers into that list. A base of thousands is written in a third of the bytes, a device has a quarter as much to parse, and the
//! compressor sees like beside like.
//!
//! A word is a run of [`is_word`] characters, everything between two words is a part, too; a space alone between two words goes
//! without saying. A number below [`WIDE`] is one sign, a larger one two, so that every sign is one UTF-16 unit: devices read
//! them as such (`assets/local.js`).

use rustc_hash::FxHashMap;

/// The sign of number 0: what stands before it in ASCII would be escaped in JSON.
const FIRST: u32 = '#' as u32;
/// Numbers from here on are two signs: what they are divided by this as a number from here on, then the remainder.
const WIDE: u32 = 0x8000;

/// The parts of texts, numbered as they first occur.
#[derive(Debug, Default)]
pub(super) struct Parts {
    numbers: FxHashMap<Box<str>, u32>,
    list: Vec<Box<str>>,
}

impl Parts {
    /// Returns a text as signs, each the number of a part.
    pub(super) fn code(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() / 3);
        let mut parts = split(text).enumerate().peekable();
        while let Some((at, part)) = parts.next() {
            let goes_without_saying = part == " " && at > 0 && parts.peek().is_some();
            if !goes_without_saying {
                let number = self.number(part);
                sign(&mut out, number);
            }
        }
        out
    }

    fn number(&mut self, part: &str) -> u32 {
        if let Some(&number) = self.numbers.get(part) {
            return number;
        }
        let number = u32::try_from(self.list.len()).expect("a bundle has fewer words than four thousand million");
        self.list.push(part.into());
        self.numbers.insert(part.into(), number);
        number
    }

    /// Returns the parts by their numbers.
    pub(super) fn into_list(self) -> Vec<Box<str>> {
        self.list
    }
}

/// Returns numbers as signs.
pub(super) fn signs(numbers: &[u32]) -> String {
    let mut out = String::with_capacity(numbers.len());
    numbers.iter().for_each(|&number| sign(&mut out, number));
    out
}

fn sign(out: &mut String, number: u32) {
    if number >= WIDE {
        out.push(one(WIDE + number / WIDE));
    }
    out.push(one(number % WIDE));
}

fn one(number: u32) -> char {
    char::from_u32(FIRST + number).expect("numbers of parts stay below the surrogates")
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let inside = is_word(rest.chars().next()?);
        let end = rest.find(|c| is_word(c) != inside).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        rest = behind;
        Some(part)
    })
}

/// Whether a character belongs to words: the digits and the letters of Latin, Greek and Cyrillic. Fixed ranges, because server
/// and device must agree whichever Unicode either knows; other scripts cost more bytes and nothing else.
fn is_word(c: char) -> bool {
    matches!(c, '0'..='9' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{4ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads signs as a device does.
    fn read(parts: &[Box<str>], signs: &str) -> String {
        let (mut out, mut high, mut before) = (String::new(), 0, false);
        for unit in signs.encode_utf16() {
            let number = u32::from(unit) - FIRST;
            if number >= WIDE {
                high = number - WIDE;
                continue;
            }
            let part = &*parts[(high * WIDE + number) as usize];
            let word = part.starts_with(is_word);
            out += if before && word { " " } else { "" };
            out += part;
            (high, before) = (0, word);
        }
        out
    }

    #[test]
    fn texts_are_read_as_they_were_written() {
        let texts = [
            "",
            " ",
            "a",
            " a ",
            "Возврат без чека",
            "<p>Да, <a href=\"/a/chek#x\">примем</a>  и без чека.</p>\n<p>14 дней</p>\n",
            "ключ: \"\\n\" 😀 漢字 a漢字 b",
            "e\u{301} \u{a0}—\u{202f}₽ 1\u{a0}000",
        ];
        let mut parts = Parts::default();
        let coded: Vec<_> = texts.iter().map(|text| parts.code(text)).collect();
        let list = parts.into_list();
        for (text, coded) in texts.iter().zip(coded) {
            assert_eq!(read(&list, &coded), **text);
        }
    }

    #[test]
    fn space_between_words_goes_without_saying() {
        let mut parts = Parts::default();
        assert_eq!(parts.code("чек без чека, чек"), "#$%&#");
        assert_eq!(parts.into_list().iter().map(|part| &**part).collect::<Vec<_>>(), ["чек", "без", "чека", ", "]);
    }

    #[test]
    fn numbers_of_any_size_are_signs_of_one_unit() {
        let numbers = [0, 1, WIDE - 1, WIDE, WIDE + 1, 5 * WIDE + 7, 600_000_000];
        let mut list: Vec<u32> = Vec::new();
        let mut high = 0;
        for unit in signs(&numbers).encode_utf16() {
            let number = u32::from(unit) - FIRST;
            if number >= WIDE {
                high = number - WIDE;
            } else {
                list.push(high * WIDE + number);
                high = 0;
            }
        }
        assert_eq!(list, numbers);
    }
}
