//! Texts typed on the wrong keyboard layout, recognised by evidence: what was typed is nothing the reader could find, and
//! what the same keys give on the other layout is. Chunks vote, so that a short or unknown one goes the way of the others.

use super::correct::NEAR;
use super::distance::apart;
use super::planner::Planner;
use super::reading::MOST_WORDS;
use super::schema::Class;
use crate::search::language::{Analyzer, is_stop, keyboard};
use crate::search::{Correction, CorrectionKind};

/// Share of known letters under which a text is taken for typed on another layout.
const UNKNOWN: f32 = 0.5;
/// The share it must then reach.
const KNOWN: f32 = 0.85;
/// Most chunks of which words near to them are looked for.
const LOOKED_AT: usize = 4;
/// Fewest letters of a word whose sound is evidence against another layout.
const SOUNDING: usize = 4;

/// A chunk of the text between white space, and what the other layout would make of it.
struct Reading<'a> {
    typed: &'a str,
    /// How well it is known as typed; none without letters.
    known: Option<f32>,
    swapped: String,
    swapped_known: f32,
    /// Whether it is surely meant as the other layout has it.
    votes: bool,
}

impl Reading<'_> {
    fn letters(&self) -> usize {
        self.typed.chars().filter(|c| c.is_alphabetic()).count()
    }

    /// Whether it is nothing the reader could find.
    fn is_unknown(&self) -> bool {
        self.known.is_some_and(|known| known < UNKNOWN)
    }
}

impl Planner<'_> {
    /// Returns the text as it reads on the right keyboard layout, and what was changed.
    pub(super) fn fix_layout(&self, analyzer: &mut Analyzer, text: &str, open: bool) -> (String, Vec<Correction>) {
        let chunks: Vec<&str> = text.split(' ').filter(|chunk| !chunk.is_empty()).collect();
        let count = chunks.len();
        let open = |number: usize| open && number + 1 == count;
        let mut readings: Vec<Reading<'_>> = Vec::new();
        for (number, typed) in chunks.iter().take(MOST_WORDS).enumerate() {
            let known = self.evidence(analyzer, typed, open(number));
            readings.push(Reading { typed, known, swapped: String::new(), swapped_known: 0.0, votes: false });
        }
        if readings.iter().all(|reading| !reading.is_unknown() && !has_letter_keys(reading.typed)) {
            return (text.to_owned(), Vec::new());
        }
        let mut looked_at = 0;
        for (number, reading) in readings.iter_mut().enumerate() {
            self.swap(analyzer, reading, open(number));
            reading.votes = self.is_swapped(analyzer, reading, &mut looked_at);
        }
        let votes: usize = readings.iter().filter(|reading| reading.votes).map(Reading::letters).sum();
        let mut against = 0;
        for reading in readings.iter().filter(|reading| !reading.votes && reading.letters() > 2) {
            let known = reading.known.is_some_and(|known| known >= UNKNOWN);
            if known || self.sounds_like_something(analyzer, reading.typed) {
                against += reading.letters();
            }
        }
        let mut corrections = Vec::new();
        let mut words: Vec<&str> = chunks.clone();
        for (number, reading) in readings.iter().enumerate() {
            let short = reading.letters() <= 2;
            let along = votes > against && (reading.is_unknown() || (short && reading.swapped_known > 0.0));
            // A word of three letters is something on either layout: it takes more than itself.
            let votes = reading.votes && (reading.letters() > 3 || votes > against);
            if (votes || along) && reading.swapped != reading.typed && !reading.swapped.is_empty() {
                words[number] = &reading.swapped;
                corrections.push(Correction {
                    kind: CorrectionKind::Layout,
                    from: reading.typed.to_owned(),
                    to: reading.swapped.clone(),
                });
            }
        }
        (words.join(" "), corrections)
    }

    fn swap(&self, analyzer: &mut Analyzer, reading: &mut Reading<'_>, open: bool) {
        let typed = reading.typed;
        let latin = typed.bytes().any(|c| c.is_ascii_alphabetic());
        let cyrillic = typed.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'));
        // A sign at the end may be a letter, or a sign.
        let body = typed.trim_end_matches([',', '.', ';', ':', '!', '?', '"']);
        let inner = body.trim_start_matches(['"', '<', '{']);
        let mut variants = Vec::new();
        if !cyrillic && (latin || has_letter_keys(typed)) {
            let ends = (&typed[..body.len() - inner.len()], &typed[body.len()..]);
            variants.push(format!("{}{}{}", ends.0, keyboard::to_russian(inner), ends.1));
            variants.push(format!("{}{}", keyboard::to_russian(body), ends.1));
            variants.push(keyboard::to_russian(typed));
        } else if cyrillic && !latin {
            let english = keyboard::to_english(body);
            if english.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '/' | '\''))
                && english.starts_with(char::is_alphanumeric)
                && english.ends_with(char::is_alphanumeric)
            {
                variants.push(english);
            }
        }
        for variant in variants {
            let known = self.evidence(analyzer, &variant, open).unwrap_or(0.0);
            // «об» rather than «о,»: both are words, and a sign that may be a letter is one.
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let more = known > 0.0 && letters(&variant) > letters(&reading.swapped);
            if known > reading.swapped_known || reading.swapped.is_empty() || (known == reading.swapped_known && more) {
                (reading.swapped, reading.swapped_known) = (variant, known);
            }
        }
    }

    fn is_swapped(&self, analyzer: &mut Analyzer, reading: &Reading<'_>, looked_at: &mut usize) -> bool {
        let long = reading.typed.chars().count() >= 3;
        let Some(known) = reading.known else { return false };
        if !long || reading.swapped.is_empty() {
            return false;
        }
        let letter_keys = has_letter_keys(reading.typed) && is_one_word(analyzer, &reading.swapped);
        if (known < UNKNOWN || letter_keys) && reading.swapped_known >= KNOWN {
            return !self.sounds_like_something(analyzer, reading.typed);
        }
        // A mistyped word on the wrong layout: nothing is near to what was typed, something is to what it reads as.
        let letters = reading.swapped.to_lowercase().replace('ё', "е");
        let letters = letters.trim_end_matches([',', '.', ';', ':', '!', '?', '"']);
        if known > 0.0
            || *looked_at == LOOKED_AT
            || letters.chars().count() < 5
            || !letters.chars().all(char::is_alphabetic)
            || self.sounds_like_something(analyzer, reading.typed)
        {
            return false;
        }
        *looked_at += 1;
        self.is_near_something(letters, NEAR) && !self.is_near_something(&reading.typed.to_lowercase(), 1.8)
    }

    fn is_near_something(&self, word: &str, limit: f32) -> bool {
        self.vocabulary.near(word, limit).iter().any(|(_, near)| self.is_visible(near))
    }

    fn sounds_like_something(&self, analyzer: &mut Analyzer, text: &str) -> bool {
        let mut words: Vec<String> = Vec::new();
        analyzer.split(text, |token| words.push(token.word.to_owned()));
        let sounds = |word: &String| {
            // In the same letters, what only sounds so is no slip: `afqk` is «файл», not `AFC`.
            let is_meant = |like: &String| {
                like.is_ascii() != word.is_ascii() || apart(word, like).is_some_and(|distance| distance <= NEAR)
            };
            let alike = || self.vocabulary.sounding_like(word);
            word.chars().count() >= SOUNDING && alike().iter().any(|like| is_meant(like) && self.is_visible(like))
        };
        !words.is_empty() && words.iter().all(sounds)
    }

    /// Returns the share of letters in words that the reader could find; none when there are no letters.
    fn evidence(&self, analyzer: &mut Analyzer, text: &str, open: bool) -> Option<f32> {
        let mut words: Vec<(String, Option<String>)> = Vec::new();
        analyzer.analyze(text, |token, forms| {
            if !token.joined {
                words.push((token.word.to_owned(), forms.stem.as_deref().map(str::to_owned)));
            }
        });
        let (mut all, mut known) = (0.0, 0.0);
        let count = words.len();
        for (number, (word, stem)) in words.iter().enumerate() {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count() as f32;
            if letters == 0.0 {
                continue;
            }
            all += letters;
            let stem = stem.as_deref();
            let long = stem.filter(|stem| stem.chars().count() > 3);
            known += letters
                * if is_stop(word) || self.is_visible(word) {
                    1.0
                } else if long.is_some_and(|stem| self.any(Class::Stem, stem))
                    || self.thesaurus.knows(word, stem)
                    || (open && number + 1 == count && letters >= 3.0 && self.begins_something(word))
                {
                    0.9
                } else {
                    0.0
                };
        }
        (all > 0.0).then(|| known / all)
    }
}

/// Returns whether a text has signs between letters that are letters on the Russian layout.
fn has_letter_keys(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let is_key = |c: char| matches!(c, ';' | ',' | '\'' | '[' | ']');
    letters.windows(3).any(|three| is_key(three[1]) && three[0].is_ascii_alphabetic() && three[2].is_ascii_alphabetic())
        || letters.windows(2).any(|two| matches!(two[0], ';' | '[' | ']' | '\'' | ',') && two[1].is_ascii_alphabetic())
}

fn is_one_word(analyzer: &mut Analyzer, text: &str) -> bool {
    let mut words = 0;
    analyzer.split(text, |_| words += 1);
    words == 1
}
