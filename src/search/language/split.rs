//! Splitting texts into words: what belongs together, what is also one word when written together, and which letters only
//! look like others. Stems and stop words are not known here.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::number::Number;
use super::{MAX_WORD, Script, Token, script_of};

/// Most parts of which a joined form is made; addresses of web pages have more and nobody types them joined.
const MAX_JOINED_PARTS: usize = 5;
/// Fewest digits of a number in which hyphens do not matter.
const MIN_PLAIN_DIGITS: usize = 5;

/// Splits texts into tokens; keeps its buffers from text to text.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    cells: Vec<Cell>,
    parts: Vec<Range<usize>>,
    word: String,
}

/// A folded character and where it comes from.
#[derive(Debug, Clone, Copy)]
struct Cell {
    c: char,
    start: u32,
    end: u32,
    upper: bool,
    class: Class,
    /// Whether its word is of two scripts and has to be divided between them.
    mixed: bool,
}

/// What a folded character is; asked once, because looking it up is slow for Cyrillic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Joiner,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            'а'..='я' | 'a'..='z' => Self::Letter,
            '0'..='9' => Self::Digit,
            c if c.is_alphabetic() => Self::Letter,
            c if c.is_numeric() => Self::Digit,
            _ => Self::Joiner,
        }
    }
}

impl Cell {
    fn is_joiner(self) -> bool {
        self.class == Class::Joiner
    }

    fn is_other_script(self, next: Self) -> bool {
        is_cyrillic(self.c) != is_cyrillic(next.c)
    }
}

/// What letters a word has.
#[derive(Debug, Clone, Copy)]
struct Letters {
    cyrillic: usize,
    latin: usize,
    digits: usize,
    other: usize,
    /// All Cyrillic letters look like Latin ones.
    likely_latin: bool,
    /// All Latin letters look like Cyrillic ones.
    likely_cyrillic: bool,
}

impl Letters {
    fn of(cells: &[Cell]) -> Self {
        let mut letters =
            Self { cyrillic: 0, latin: 0, digits: 0, other: 0, likely_latin: true, likely_cyrillic: true };
        for cell in cells.iter().take(MAX_WORD) {
            match cell.c {
                'а'..='я' => {
                    letters.cyrillic += 1;
                    letters.likely_latin &= to_latin(cell.c).is_some();
                }
                'a'..='z' => {
                    letters.latin += 1;
                    letters.likely_cyrillic &= to_cyrillic(cell.c).is_some();
                }
                c if c.is_ascii_digit() => letters.digits += 1,
                c if c.is_alphanumeric() => letters.other += 1,
                _ => {}
            }
        }
        letters
    }

    /// Returns how look-alike letters of the other script are read; `joined` says that the word is a whole chunk.
    fn map(self, joined: bool) -> fn(char) -> Option<char> {
        if self.digits > 0 && self.cyrillic > 0 && self.likely_latin && joined {
            to_latin
        } else if self.cyrillic > 0 && self.latin > 0 && self.cyrillic >= self.latin && self.likely_cyrillic {
            to_cyrillic
        } else if self.cyrillic > 0 && self.latin > self.cyrillic && self.likely_latin {
            to_latin
        } else {
            |_| None
        }
    }

    /// Returns whether a word has letters of two scripts and is of neither.
    fn is_mixed(self) -> bool {
        self.cyrillic > 0
            && self.latin > 0
            && !(self.cyrillic >= self.latin && self.likely_cyrillic)
            && !(self.latin > self.cyrillic && self.likely_latin)
    }
}

impl Splitter {
    /// Hands every token of a text to `each`, in order of appearance; a joined form comes after its parts.
    pub(crate) fn split(&mut self, text: &str, mut each: impl FnMut(Token<'_>)) {
        let mut at = 0;
        let mut grouped: Option<Number> = None;
        while let Some(begin) = text[at..].char_indices().find(|&(_, c)| starts_word(c)).map(|(i, _)| at + i) {
            if grouped.is_none() && text.as_bytes()[begin].is_ascii_digit() {
                grouped = Number::read(text, begin);
            }
            at = self.read_chunk(text, begin);
            self.emit(&mut each);
            // What stands for the whole number comes when the last of its groups has been handed out.
            if let Some(number) = grouped.take_if(|number| number.end <= at) {
                for word in &number.words {
                    let (start, end) = (number.start, number.end);
                    each(Token { word, script: Script::Other, start, end, joined: true });
                }
            }
        }
    }

    /// Reads the chunk that begins at `begin` into `cells`: runs of letters and digits glued by single joiners. Returns
    /// where it ends.
    fn read_chunk(&mut self, text: &str, begin: usize) -> usize {
        self.cells.clear();
        let bytes = text.as_bytes();
        let mut at = begin;
        while at < text.len() {
            let c = char_at(text, at);
            let next = at + c.len_utf8();
            if let Some((folded, upper)) = fold_plain(c) {
                // A combining mark may follow even a plain letter: «и» + U+0306 is «й».
                if next < bytes.len() && bytes[next] >= 0xCC && is_combining_mark(char_at(text, next)) {
                    at = self.push_composed(text, at);
                    continue;
                }
                self.push(folded, at, next, upper);
            } else if is_ignored(c) || (is_apostrophe(c) && self.is_inside_word(text, next)) {
                // Part of the word for the eye, nothing for the search.
            } else if let Some(joiner) = joiner(c) {
                let glued = !self.cells.last().is_some_and(|cell| cell.is_joiner())
                    && text[next..].chars().next().is_some_and(starts_word);
                let number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                let comma = joiner == ',';
                if !glued
                    || (comma && !(number(self.cells.last().map(|cell| cell.c)) && number(text[next..].chars().next())))
                {
                    break;
                }
                self.push(if comma { '.' } else { joiner }, at, next, false);
            } else if c.is_alphanumeric() || is_combining_mark(c) {
                at = self.push_composed(text, at);
                continue;
            } else {
                break;
            }
            at = next;
        }
        self.take_suffix(text, at)
    }

    /// Takes the `++` of `c++` and the `#` of `c#`.
    fn take_suffix(&mut self, text: &str, at: usize) -> usize {
        let letter = match self.cells.as_slice() {
            [cell] => cell.c,
            [.., joiner, cell] if joiner.is_joiner() => cell.c,
            _ => return at,
        };
        let suffix = match letter {
            'c' if text[at..].starts_with("++") => "++",
            'c' | 'f' if text[at..].starts_with('#') => "#",
            _ => return at,
        };
        if text[at + suffix.len()..].chars().next().is_some_and(starts_word) {
            return at;
        }
        for (i, c) in suffix.char_indices() {
            self.push(c, at + i, at + i + 1, false);
        }
        at + suffix.len()
    }

    fn is_inside_word(&self, text: &str, next: usize) -> bool {
        self.cells.last().is_some_and(|cell| cell.c.is_alphabetic())
            && text[next..].chars().next().is_some_and(char::is_alphabetic)
    }

    fn push(&mut self, c: char, start: usize, end: usize, upper: bool) {
        // Offsets fit: an article is far below 4 GiB, and what would not is only not marked.
        let (start, end) = (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
        self.cells.push(Cell { c, start, end, upper, class: Class::of(c), mixed: false });
    }

    /// Folds a character with its combining marks by NFKC and full lower case. Returns where they end.
    fn push_composed(&mut self, text: &str, start: usize) -> usize {
        let marks = text[start..].char_indices().skip(1).find(|&(_, c)| !is_combining_mark(c));
        let end = marks.map_or(text.len(), |(i, _)| start + i);
        // No letter has more than a few marks; what has more is not a word anybody types.
        let upper = char_at(text, start).is_uppercase();
        for c in text[start..end].chars().take(8).nfkc().flat_map(char::to_lowercase) {
            match fold_plain(c) {
                Some((folded, _)) => self.push(folded, start, end, upper),
                None if c.is_alphanumeric() => self.push(c, start, end, upper),
                None => {}
            }
        }
        end
    }

    /// Hands the tokens of the chunk in `cells` to `each`; a joined form comes right after the last of its parts, the shorter
    /// first: `1С:Touch-screen` is also `1c`, `touchscreen` and the whole.
    fn emit(&mut self, each: &mut impl FnMut(Token<'_>)) {
        self.find_parts();
        let parts = std::mem::take(&mut self.parts);
        let last = parts.len().saturating_sub(1);
        for (i, part) in parts.iter().enumerate() {
            let script = self.spell(part.clone(), false);
            self.hand(part.clone(), script, false, each);
            // Letters and digits in a row, then what stands between strong joiners, then the chunk.
            let run = self.first_of(&parts, i, |_| true);
            let piece = self.first_of(&parts, i, |c| matches!(c, '/' | ':' | '@' | '&' | '+'));
            let ends = |all: bool| i == last || self.is_divided(part, &parts[i + 1], all);
            // The `п5` of `п5.2` is nothing by itself.
            let goes_on = parts
                .get(i + 1)
                .is_some_and(|next| self.cells[part.end].c == '.' && self.cells[next.start].class == Class::Digit);
            let run = run.filter(|&from| from < i && ends(true) && !goes_on);
            let piece = piece.filter(|&from| from < i && ends(false) && Some(from) != run);
            let whole = (i == last && last > 0 && run != Some(0) && piece != Some(0)).then_some(0);
            for from in [run, piece, whole].into_iter().flatten() {
                self.hand_joined(&parts[from..=i], each);
            }
        }
        self.parts = parts;
    }

    /// Returns the first of the parts up to `last` that no joiner of a kind divides from it.
    fn first_of(&self, parts: &[Range<usize>], last: usize, divides: fn(char) -> bool) -> Option<usize> {
        let divided = |pair: &[Range<usize>]| {
            self.cells[pair[0].end..pair[1].start].iter().any(|cell| cell.is_joiner() && divides(cell.c))
        };
        (0..=last).rev().take_while(|&i| i == last || !divided(&parts[i..=i + 1])).last()
    }

    fn is_divided(&self, part: &Range<usize>, next: &Range<usize>, all: bool) -> bool {
        self.cells[part.end..next.start].iter().any(|cell| all || matches!(cell.c, '/' | ':' | '@' | '&' | '+'))
    }

    fn hand_joined(&mut self, parts: &[Range<usize>], each: &mut impl FnMut(Token<'_>)) {
        if (2..=MAX_JOINED_PARTS).contains(&parts.len())
            && let Some(joined) = self.joined(parts)
        {
            let script = self.spell(joined.clone(), true);
            if self.word.chars().nth(1).is_some() {
                self.hand(joined, script, true, each);
            }
        }
    }

    /// Returns the runs that are also found joined: all of them, but a number with points stands without a short word
    /// before it (`п5.2`, `v10.0.31`).
    fn joined(&self, parts: &[Range<usize>]) -> Option<Range<usize>> {
        let whole = parts.first()?.start..parts.last()?.end;
        let digits = |part: &Range<usize>| self.cells[part.clone()].iter().all(|cell| cell.c.is_ascii_digit());
        let numbers = &parts[1..];
        let dotted = numbers.len() > 1
            && numbers.iter().all(digits)
            && numbers.windows(2).all(|pair| pair[0].end + 1 == pair[1].start && self.cells[pair[0].end].c == '.');
        if dotted && !digits(&parts[0]) && parts[0].len() <= 3 {
            return Some(numbers[0].start..whole.end);
        }
        Some(whole)
    }

    /// Splits the chunk into parts: at joiners, between letters and digits, inside camelCase, and between Russian and
    /// English letters that were written together by mistake («сетяхWindows»), but not where letters only look alike.
    fn find_parts(&mut self) {
        self.parts.clear();
        self.mark_mixed();
        let cells = &self.cells;
        let humps = cells.windows(2).filter(|pair| !pair[0].upper && pair[1].upper).count();
        let camel = humps >= 2 || (humps >= 1 && cells.iter().any(|cell| matches!(cell.c, '.' | '_' | '/' | ':')));
        let mut from = 0;
        for i in 0..cells.len() {
            let cell = cells[i];
            if cell.is_joiner() && !matches!(cell.c, '#' | '+') || (cell.c == '+' && !self.is_plus_plus(i)) {
                if i > from {
                    self.parts.push(from..i);
                }
                from = i + 1;
            } else if i > from {
                let before = cells[i - 1];
                let border = !before.is_joiner() && !cell.is_joiner() && before.class != cell.class;
                if border || (camel && !before.upper && cell.upper) || (cell.mixed && before.is_other_script(cell)) {
                    self.parts.push(from..i);
                    from = i;
                }
            }
        }
        if cells.len() > from {
            self.parts.push(from..cells.len());
        }
    }

    /// Marks the letters of words that are of two scripts and cannot be read as one.
    fn mark_mixed(&mut self) {
        let both = |cells: &[Cell], c: fn(&char) -> bool| cells.iter().any(|cell| c(&cell.c));
        if !both(&self.cells, |c| is_cyrillic(*c)) || !both(&self.cells, char::is_ascii_lowercase) {
            return;
        }
        for word in self.cells.chunk_by_mut(|a, b| a.class == b.class) {
            let mixed = Letters::of(word).is_mixed();
            word.iter_mut().for_each(|cell| cell.mixed = mixed);
        }
    }

    fn is_plus_plus(&self, i: usize) -> bool {
        let last = self.cells.len() - 1;
        i + 1 >= last && self.cells[last].c == '+' && self.cells[last - 1].c == '+'
            || i == last && self.cells[i - 1].c == '+'
    }

    /// Writes the word of some cells into `word`, look-alike letters of another script corrected. Returns its script.
    fn spell(&mut self, cells: Range<usize>, joined: bool) -> Script {
        let cells = &self.cells[cells];
        self.word.clear();
        let letters = Letters::of(cells);
        let Letters { digits, other, .. } = letters;
        let numeric = letters.cyrillic + letters.latin + other == 0;
        let map = letters.map(joined);
        // `12-345` is often written without the hyphen, but `3-5` is two numbers.
        let plain = joined && numeric && digits >= MIN_PLAIN_DIGITS;
        let kept = |cell: &&Cell| {
            !cell.is_joiner() || (numeric && !(plain && cell.c == '-')) || matches!(cell.c, '#' | '+') && !joined
        };
        self.word.extend(cells.iter().filter(kept).take(MAX_WORD).map(|cell| map(cell.c).unwrap_or(cell.c)));
        if digits > 0 || other > 0 { Script::Other } else { script_of(&self.word) }
    }

    fn hand(&self, cells: Range<usize>, script: Script, joined: bool, each: &mut impl FnMut(Token<'_>)) {
        if self.word.is_empty() {
            return;
        }
        let (start, end) = (self.cells[cells.start].start as usize, self.cells[cells.end - 1].end as usize);
        each(Token { word: &self.word, script, start, end, joined });
    }
}

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().expect("the caller is inside the text, on a character border")
}

/// Folds the letters and digits that nearly every text consists of; says whether it was a capital.
pub(super) fn fold_plain(c: char) -> Option<(char, bool)> {
    Some(match c {
        'a'..='z' | '0'..='9' | 'а'..='я' => (c, false),
        'A'..='Z' => (c.to_ascii_lowercase(), true),
        'А'..='Я' => (char::from_u32(c as u32 + 0x20)?, true),
        'ё' => ('е', false),
        'Ё' => ('е', true),
        _ => return None,
    })
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, 'а'..='я')
}

fn starts_word(c: char) -> bool {
    fold_plain(c).is_some() || (!c.is_ascii() && c.is_alphanumeric())
}

/// Marks that are written inside words and change nothing: stress, soft hyphen, zero-width characters.
pub(crate) fn is_ignored(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE0F}')
}

pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2BC}' | '`')
}

/// Returns the joiner a character is, in its plain form. A comma joins digits only.
fn joiner(c: char) -> Option<char> {
    match c {
        '-' | '.' | '_' | '/' | ':' | '@' | '+' | '&' | ',' => Some(c),
        '\u{2010}' | '\u{2011}' => Some('-'),
        _ => None,
    }
}

/// The Latin letter that looks like a Cyrillic one, as capitals do.
pub(super) fn to_latin(c: char) -> Option<char> {
    Some(match c {
        'а' => 'a',
        'в' => 'b',
        'е' => 'e',
        'к' => 'k',
        'м' => 'm',
        'н' => 'h',
        'о' => 'o',
        'р' => 'p',
        'с' => 'c',
        'т' => 't',
        'у' => 'y',
        'х' => 'x',
        _ => return None,
    })
}

/// The reverse of [`to_latin`].
fn to_cyrillic(c: char) -> Option<char> {
    Some(match c {
        'a' => 'а',
        'b' => 'в',
        'e' => 'е',
        'k' => 'к',
        'm' => 'м',
        'h' => 'н',
        'o' => 'о',
        'p' => 'р',
        'c' => 'с',
        't' => 'т',
        'y' => 'у',
        'x' => 'х',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let mut found = Vec::new();
        Splitter::default().split(text, |token| {
            assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end), "{token:?}");
            found.push(if token.joined { format!("={}", token.word) } else { token.word.to_owned() });
        });
        found.join(" ")
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(words("Ёлка, ЁЛКУ и елки́!"), "елка елку и елки");
        assert_eq!(words("И\u{306}од до\u{AD}став\u{200B}ка"), "йод доставка");
        assert_eq!(words("ＦＵＬＬ ﬁt Straße ÉTÉ"), "full fit straße été");
        assert_eq!(words("don't customer’s"), "dont customers");
    }

    #[test]
    fn chunks_give_parts_and_the_joined_form() {
        assert_eq!(words("wi-fi роутер"), "wi fi =wifi роутер");
        assert_eq!(words("MDVA-28763"), "mdva 28763 =mdva28763");
        assert_eq!(words("iPhone15 iPhone 15"), "iphone 15 =iphone15 iphone 15");
        assert_eq!(words("node.js."), "node js =nodejs");
        assert_eq!(words("getUserByName"), "get user by name =getuserbyname");
        assert_eq!(words("5.2 и 10.0.31"), "5 2 =5.2 и 10 0 31 =10.0.31");
        assert_eq!(words("п5.2, v10.0.31"), "п 5 2 =5.2 v 10 0 31 =10.0.31");
        assert_eq!(words("1,5 кг, 2"), "1 5 =1.5 кг 2");
        assert_eq!(words("C++ C# c+ a+b"), "c++ c# c a b =ab");
        assert_eq!(words("14-дневный 14 дней"), "14 дневный =14дневный 14 дней");
        assert_eq!(words("0x80070005"), "0 x 80070005 =0x80070005");
        assert_eq!(words("АБВ778"), "абв 778 =абв778");
    }

    #[test]
    fn parts_that_belong_together_are_joined_inside_a_longer_chunk() {
        assert_eq!(words("1С:Предприятие"), "1 с =1c предприятие =1спредприятие");
        assert_eq!(words("Wi-Fi/Bluetooth"), "wi fi =wifi bluetooth =wifibluetooth");
        assert_eq!(words("crm.getUserByName"), "crm get user by name =getuserbyname =crmgetuserbyname");
        assert_eq!(words("report_2024-05.xlsx"), "report 2024 05 xlsx =report202405xlsx");
    }

    #[test]
    fn hyphens_do_not_matter_in_long_numbers() {
        assert_eq!(words("12-345 и 12345"), "12 345 =12345 и 12345");
        assert_eq!(words("2-3 дня"), "2 3 =2-3 дня");
    }

    #[test]
    fn numbers_in_groups_are_also_one() {
        assert_eq!(words("4 000 ₽"), "4 000 =4000");
        assert_eq!(words("1\u{A0}250\u{202F}000, 15"), "1 250 000 =1250000 15");
        assert_eq!(words("iPhone 15 256"), "iphone 15 256 =15256");
        assert_eq!(words("14 дней 15 90"), "14 дней 15 90");
    }

    #[test]
    fn telephone_numbers_are_one_however_they_are_written() {
        let same = "=1234567 =4951234567 =74951234567";
        for number in ["+7 (495) 123-45-67", "8 (495) 123-45-67", "84951234567", "+74951234567", "8-495-123-45-67"] {
            assert!(words(number).ends_with(same), "{number}: {}", words(number));
        }
        assert!(words("123-45-67").ends_with("=1234567"));
        assert!(words("123 45 67.").ends_with("=1234567"));
        assert!(words("(495) 123-45-67").ends_with("=1234567 =4951234567"));
        assert_eq!(words("1 2 3 4 5 6 7 8"), "1 2 3 4 5 6 7 8");
    }

    #[test]
    fn scripts_written_together_are_divided() {
        assert_eq!(words("сетяхWindows"), "сетях windows =сетяхwindows");
        assert_eq!(words("SMSки"), "sms ки =smsки");
    }

    #[test]
    fn look_alike_letters_become_one_script() {
        assert_eq!(words("Мaкс"), "макс");
        assert_eq!(words("КС-2 KC-2 кс2"), "кс 2 =kc2 kc 2 =kc2 кс 2 =kc2");
        assert_eq!(words("1С 1C"), "1 с =1c 1 c =1c");
    }

    #[test]
    fn offsets_are_those_of_the_original() {
        let text = "— «До\u{301}м» wi-fi";
        let mut marked = Vec::new();
        Splitter::default().split(text, |token| marked.push(&text[token.start..token.end]));
        assert_eq!(marked, ["До\u{301}м", "wi", "fi", "wi-fi"]);
    }

    #[test]
    fn nothing_makes_it_panic() {
        for text in [
            "",
            "-",
            "...",
            "+",
            "c+",
            "++",
            "c++c",
            "'",
            "a'",
            "\u{301}",
            "\u{301}\u{301}а",
            "а\u{306}",
            "İ",
            "１２",
            "_a_",
            "c#",
            "+c++",
        ] {
            words(text);
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_split(text in "\\PC{0,40}|[а-яa-z0-9+#.,'/ _-]{0,40}") {
            words(&text);
        }
    }
}
