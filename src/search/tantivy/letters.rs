//! A quick look at the first two letters of every word of a text, so that highlighting passes over most words unread.

use unicode_normalization::char::is_combining_mark;

use crate::search::language::{first_letters, irregular_forms, is_apostrophe, is_ignored};

/// Code points that have a code of their own: Latin and Cyrillic.
const TABLE: usize = 0x530;
/// No letter: a word ends here.
const NONE: u8 = 0;
/// A letter that has to be looked at more closely.
const OTHER: u8 = 63;
/// Codes from here on are digits.
const DIGIT: u8 = 50;

/// The codes of letters; letters that look alike, and а and о, have one code.
static CODES: std::sync::LazyLock<Box<[u8; TABLE]>> = std::sync::LazyLock::new(|| {
    let mut codes = Box::new([NONE; TABLE]);
    let mut known: Vec<char> = Vec::new();
    for (point, code) in (0u32..).zip(codes.iter_mut()) {
        let in_words = |c: &char| c.is_alphanumeric() || is_ignored(*c) || is_combining_mark(*c);
        let Some(c) = char::from_u32(point).filter(in_words) else { continue };
        let mut bytes = [0; 4];
        let (letter, _) = first_letters(c.encode_utf8(&mut bytes));
        *code = match letter {
            '\0' => OTHER,
            '0'..='9' => DIGIT + (letter as u8 - b'0'),
            letter => {
                let at = known.iter().position(|&other| other == letter).unwrap_or_else(|| {
                    known.push(letter);
                    known.len() - 1
                });
                // There are 47 letters: 26 Latin ones, and the Cyrillic ones that look like none of them.
                u8::try_from(at + 1).ok().filter(|&code| code < DIGIT).unwrap_or(OTHER)
            }
        };
    }
    codes
});

fn code(c: char) -> u8 {
    match CODES.get(c as usize) {
        Some(&code) => code,
        None if c.is_alphanumeric() || is_ignored(c) || is_combining_mark(c) => OTHER,
        None => NONE,
    }
}

/// A set of pairs of first letters. May say yes where no word matches, never no where one does.
#[derive(Debug)]
pub(super) struct Letters {
    pairs: [u64; 64],
}

impl Default for Letters {
    fn default() -> Self {
        let mut letters = Self { pairs: [0; 64] };
        // What cannot be told is read.
        letters.pairs[OTHER as usize] = u64::MAX;
        letters.pairs.iter_mut().for_each(|seconds| *seconds |= 1 << OTHER);
        letters
    }
}

impl Letters {
    /// Adds a form; `beginning` says whether longer words match it, too, as they do a stem.
    pub(super) fn add(&mut self, form: &str, beginning: bool) {
        // «люди» has the stem of «человек».
        for irregular in if beginning { irregular_forms(form) } else { &[] } {
            self.add_letters(irregular, true);
        }
        self.add_letters(form, beginning);
    }

    fn add_letters(&mut self, form: &str, beginning: bool) {
        let mut codes = form.chars().map(code);
        let first = codes.next().unwrap_or(OTHER);
        match codes.next() {
            // A joined number such as «5.2» begins with a word of one letter.
            Some(second @ 1..OTHER) if is_digit(first) == is_digit(second) => {
                self.pairs[first as usize] |= 1 << second | 1
            }
            None if !beginning => self.pairs[first as usize] |= 1,
            _ => self.pairs[first as usize] = u64::MAX,
        }
    }

    /// Returns the runs of a text that white space divides, each with the white space behind it, and whether any of its words
    /// can match. White space never joins two words.
    pub(super) fn runs<'t>(&self, text: &'t str) -> impl Iterator<Item = (&'t str, bool)> {
        let mut rest = text;
        std::iter::from_fn(move || {
            let (end, is_plain) = read_run(rest.as_bytes());
            let (run, behind) = rest.split_at(end);
            rest = behind;
            (!run.is_empty()).then(|| (run, if is_plain { self.begins(run) } else { self.may_match_closely(run) }))
        })
    }

    /// Answers for a run that is one word: what such a word begins with, two letters tell.
    #[inline]
    fn begins(&self, run: &str) -> bool {
        let mut letters = run.chars().map(code);
        let (first, second) = (letters.next().unwrap_or(OTHER), letters.next().unwrap_or(NONE));
        self.pairs[first as usize] >> second & 1 == 1
    }

    fn may_match_closely(&self, run: &str) -> bool {
        let codes = &**CODES;
        let look = |c: char| codes.get(c as usize).copied().unwrap_or_else(|| code(c));
        let mut letters = run.chars();
        let mut next = letters.next();
        let mut before = NONE;
        let mut small = false;
        let mut russian = None;
        while let Some(c) = next {
            let code = look(c);
            if code == OTHER {
                return true;
            }
            next = letters.next();
            // A word begins behind what is no letter, between letters and digits, at a capital behind a small letter, and
            // between Russian and other letters.
            let other_script = russian.is_some_and(|russian| russian != is_russian(c));
            let begins = code != NONE
                && (before == NONE || is_digit(before) != is_digit(code) || (small && is_capital(c)) || other_script);
            if begins {
                let second = next.map_or(NONE, look);
                let second = if is_digit(second) == is_digit(code) { second } else { NONE };
                // Before a capital or another script the word may be over, and an apostrophe is not part of it.
                let over = |next: char| is_capital(next) || is_russian(next) != is_russian(c);
                let short = u64::from(next.is_some_and(over));
                if self.pairs[code as usize] & (1 << second | short) != 0 || next.is_some_and(is_apostrophe) {
                    return true;
                }
            }
            small = is_small(c);
            russian = Some(is_russian(c));
            before = code;
        }
        false
    }
}

/// Where the reading of a run stands, byte by byte.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum State {
    Start,
    /// In a Latin word: a letter of any size, then small ones.
    Latin,
    /// The same in Russian, behind a whole letter.
    Russian,
    /// Behind the first byte of the first letter: D0 or D1 in UTF-8.
    FirstD0,
    FirstD1,
    /// Behind the first byte of a letter within.
    D0,
    D1,
    /// Behind a sign that follows the word.
    Sign,
    /// No plain word.
    Other,
    /// Behind C2, with which a no-break space begins.
    C2,
    /// Behind the white space.
    End,
}

/// By state and byte: the next state.
static STATES: [[State; 256]; State::End as usize] = {
    use State::{C2, D0, D1, End, FirstD0, FirstD1, Latin, Other, Russian, Sign, Start};
    let mut states = [[Other; 256]; End as usize];
    let all = [Start, Latin, Russian, FirstD0, FirstD1, D0, D1, Sign, Other, C2];
    let mut number = 0;
    while number < all.len() {
        let state = all[number];
        let mut byte = 0;
        while byte < 256 {
            states[state as usize][byte] = match (state, byte as u8) {
                (_, b' ' | b'\n' | b'\t') | (C2, 0xA0) => End,
                (_, 0xC2) => C2,
                (Start, b'A'..=b'Z' | b'a'..=b'z') | (Latin, b'a'..=b'z') => Latin,
                (Start, 0xD0) => FirstD0,
                (Start, 0xD1) => FirstD1,
                (Russian, 0xD0) => D0,
                (Russian, 0xD1) => D1,
                // From «А» to «п», only small ones within, and from «р» to «я».
                (FirstD0, 0x90..=0xBF) | (D0, 0xB0..=0xBF) | (FirstD1 | D1, 0x80..=0x8F) => Russian,
                (Latin | Russian | Sign, b'.' | b',' | b':' | b';' | b'!' | b'?' | b')') => Sign,
                _ => Other,
            };
            byte += 1;
        }
        number += 1;
    }
    states
};

/// Reads up to the first white space and over it. Returns the length, and whether it is plain, as most are: one word in small
/// letters, but for the first, with signs behind it at most.
#[inline]
fn read_run(text: &[u8]) -> (usize, bool) {
    let mut state = State::Start;
    let is_plain = |state| matches!(state, State::Latin | State::Russian | State::Sign);
    for (at, &byte) in text.iter().enumerate() {
        let next = STATES[state as usize][byte as usize];
        if next == State::End {
            return (at + 1, is_plain(state));
        }
        state = next;
    }
    (text.len(), is_plain(state))
}

fn is_capital(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'А'..='Я' | 'Ё')
}

fn is_russian(c: char) -> bool {
    matches!(c, 'А'..='я' | 'Ё' | 'ё')
}

fn is_small(c: char) -> bool {
    matches!(c, 'a'..='z' | 'а'..='я' | 'ё')
}

fn is_digit(code: u8) -> bool {
    (DIGIT..OTHER).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::language::{Analyzer, Script};

    fn may_match(letters: &Letters, text: &str) -> bool {
        letters.runs(text).any(|(_, may_match)| may_match)
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_word_is_passed_over(run in "[а-яёА-Яa-zA-Z0-9.,'+#и\u{306}\u{301}-]{1,14}", beginning in 1usize..4) {
            let mut forms = Vec::new();
            Analyzer::default().analyze(&run, |token, found| {
                forms.push((token.word.to_owned(), false));
                forms.extend(found.stem.iter().chain(&found.root).map(|form| (form.to_string(), true)));
                forms.push((token.word.chars().take(beginning).collect(), true));
            });
            for (form, beginning) in forms {
                let mut letters = Letters::default();
                letters.add(&form, beginning);
                proptest::prop_assert!(may_match(&letters, &run), "{} in {}", form, run);
            }
        }
    }

    #[test]
    fn plain_words_are_passed_over_as_others_are() {
        let mut letters = Letters::default();
        ["возврат", "в", "refund", "я"].iter().for_each(|form| letters.add(form, false));
        for run in ["Возврат, ", "в ", "вы ", "до", "я!", "refund) ", "the ", "r", "A ", "Ах… ", "т.е. ", "ёлка"]
        {
            assert_eq!(may_match(&letters, run), letters.may_match_closely(run), "{run}");
        }
        let plain = |run: &str| read_run(run.as_bytes()).1;
        let runs = ["в ", "Ах!", "Ах…", "а,б", "пРо", "wifi", "wi-fi", "я\u{A0}", "", "ён"];
        assert_eq!(runs.map(plain), [true, true, false, false, false, true, false, false, false, false]);
    }

    #[test]
    fn runs_are_divided_by_white_space_and_nothing_is_lost() {
        let text = " «Чек»\u{A0}на\t5 ©\n\nруб.";
        let runs = |text| Letters::default().runs(text).map(|(run, _)| run).collect::<Vec<_>>();
        assert_eq!(runs(text), [" ", "«Чек»\u{A0}", "на\t", "5 ", "©\n", "\n", "руб."]);
        assert!(runs(text).into_iter().eq(text.split_inclusive([' ', '\n', '\t', '\u{A0}'])));
    }

    #[test]
    fn other_words_are_passed_over() {
        let mut letters = Letters::default();
        letters.add("возврат", false);
        assert!(may_match(&letters, "Возврату,"));
        assert!(!may_match(&letters, "доставка") && !may_match(&letters, "(курьер)"));
    }

    #[test]
    fn irregular_forms_are_not_passed_over() {
        let mut letters = Letters::default();
        letters.add(Analyzer::default().forms("человек", Script::Cyrillic).stem.as_deref().expect("a stem"), true);
        assert!(["люди", "человеку"].iter().all(|run| may_match(&letters, run)) && !may_match(&letters, "дети"));
    }
}
