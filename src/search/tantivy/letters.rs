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

    /// Returns whether any word of a run without white space, but at its end, can match.
    pub(super) fn may_match(&self, run: &str) -> bool {
        self.plain(run).unwrap_or_else(|| self.may_match_closely(run))
    }

    /// Answers for a run that is one word in small letters, but for the first, with signs behind it at most, as most are: what
    /// such a word begins with, two letters tell. None for others.
    #[inline]
    fn plain(&self, run: &str) -> Option<bool> {
        let bytes = run.as_bytes();
        let end = match bytes {
            [b'A'..=b'Z' | b'a'..=b'z', rest @ ..] => {
                1 + rest.iter().take_while(|letter| letter.is_ascii_lowercase()).count()
            }
            // From «А» to «я» in UTF-8, then from «а».
            [0xD0, 0x90..=0xBF, rest @ ..] | [0xD1, 0x80..=0x8F, rest @ ..] => {
                let is_small = |letter: &&[u8]| matches!(letter, [0xD0, 0xB0..=0xBF] | [0xD1, 0x80..=0x8F]);
                2 + 2 * rest.chunks_exact(2).take_while(is_small).count()
            }
            _ => return None,
        };
        let is_sign = |sign: &u8| matches!(sign, b'.' | b',' | b':' | b';' | b'!' | b'?' | b')' | b' ' | b'\n');
        if !bytes[end..].iter().all(is_sign) {
            return None;
        }
        let mut letters = run[..end].chars().map(|c| CODES[c as usize]);
        let (first, second) = (letters.next()?, letters.next().unwrap_or(NONE));
        Some(self.pairs[first as usize] >> second & 1 == 1)
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
                proptest::prop_assert!(letters.may_match(&run), "{} in {}", form, run);
            }
        }
    }

    #[test]
    fn plain_words_are_passed_over_as_others_are() {
        let mut letters = Letters::default();
        ["возврат", "в", "refund", "я"].iter().for_each(|form| letters.add(form, false));
        for run in ["Возврат, ", "в ", "вы ", "до", "я!", "refund) ", "the ", "r", "A ", "Ах… ", "т.е. ", "ёлка"]
        {
            assert!(letters.plain(run).is_none_or(|plain| plain == letters.may_match_closely(run)), "{run}");
        }
        assert_eq!(["в ", "Ах!", "Ах…"].map(|run| letters.plain(run)), [Some(true), Some(false), None]);
    }

    #[test]
    fn other_words_are_passed_over() {
        let mut letters = Letters::default();
        letters.add("возврат", false);
        assert!(letters.may_match("Возврату,"));
        assert!(!letters.may_match("доставка") && !letters.may_match("(курьер)"));
    }

    #[test]
    fn irregular_forms_are_not_passed_over() {
        let mut letters = Letters::default();
        letters.add(Analyzer::default().forms("человек", Script::Cyrillic).stem.as_deref().expect("a stem"), true);
        assert!(letters.may_match("люди") && letters.may_match("человеку") && !letters.may_match("дети"));
    }
}
