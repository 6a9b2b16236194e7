//! Analysis of Russian and English text: one for index, query and highlighting, so that what is found is what is marked.
//!
//! A text becomes [`Token`]s, each with the bytes of the original it stands for, in three nested classes:
//!
//! 1. the *word*: NFKC, lower case, ё as е, without stress marks, soft hyphens and apostrophes;
//! 2. the *stem*: Snowball by the script of the word (Russian or English), with the fleeting vowel of «скидок» folded;
//! 3. the *root*: a table of derivational suffixes on top of the stem, Cyrillic only (настроить, настройка).
//!
//! A chunk such as `wi-fi`, `MDVA-28763` or `5.2` gives its parts and the joined form, and so does a number that is written
//! in groups, such as a telephone number. There is deliberately no dictionary of word forms (it gained nothing measurable
//! over stem and root; a short list of irregular words is in `irregular`), and nothing here knows what is in the index.

pub(crate) mod chat;
pub(crate) mod everyday;
mod irregular;
pub(crate) mod keyboard;
mod number;
pub(crate) mod sound;
mod split;
pub(crate) mod stem;
pub(crate) mod stop;

use split::{Splitter, fold_plain, to_latin};
pub(crate) use split::{is_apostrophe, is_ignored};
pub(crate) use stem::{Forms, Stems, irregular_forms};
pub(crate) use stop::{Denied, is_negation, is_stop};

/// Longest word in characters; what is longer (base64, keys) is cut, so that an index entry stays small.
pub(crate) const MAX_WORD: usize = 48;

/// What a word is made of; decides which stemmer is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Script {
    /// Russian.
    Cyrillic,
    /// English.
    Latin,
    /// Anything else: with digits, several scripts, or another script. Never stemmed.
    Other,
}

/// Splits texts and stems their words; one for each thread that works.
#[derive(Debug, Default)]
pub(crate) struct Analyzer {
    splitter: Splitter,
    stems: Stems,
}

impl Analyzer {
    /// Hands every token of a text with its forms to `each`, in order of appearance; a joined form comes after its parts.
    pub(crate) fn analyze(&mut self, text: &str, mut each: impl FnMut(Token<'_>, &Forms)) {
        let stems = &mut self.stems;
        self.splitter.split(text, |token| each(token, stems.of(token.word, token.script)));
    }

    /// Hands every token to `each` without looking for its forms.
    pub(crate) fn split(&mut self, text: &str, each: impl FnMut(Token<'_>)) {
        self.splitter.split(text, each);
    }

    /// Returns the forms of a folded word.
    pub(crate) fn forms(&mut self, word: &str, script: Script) -> &Forms {
        self.stems.of(word, script)
    }
}

/// Returns the script of a folded word.
pub(crate) fn script_of(word: &str) -> Script {
    if word.is_empty() {
        Script::Other
    } else if word.chars().all(|c| matches!(c, 'а'..='я')) {
        Script::Cyrillic
    } else if word.bytes().all(|c| c.is_ascii_lowercase()) {
        Script::Latin
    } else {
        Script::Other
    }
}

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    /// The word, folded.
    pub(crate) word: &'a str,
    /// Its script.
    pub(crate) script: Script,
    /// Where it stands in the original text, in bytes on character borders.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// Whether it is the joined form of a chunk, given after the chunk's parts.
    pub(crate) joined: bool,
}

/// Returns the first two letters of a word so folded that a word and every form of it agree: look-alikes are one letter,
/// and so are а and о. What cannot be told from two letters is `\0`.
pub(crate) fn first_letters(word: &str) -> (char, char) {
    let mut letters = word.chars().map(|c| match fold_plain(c) {
        Some(('й', _)) => 'и',
        Some((c, _)) => match to_latin(c).unwrap_or(c) {
            'a' => 'o',
            'y' => 'i',
            c => c,
        },
        None => '\0',
    });
    (letters.next().unwrap_or('\0'), letters.next().unwrap_or('\0'))
}
