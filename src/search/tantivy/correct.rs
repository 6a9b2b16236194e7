//! Corrections by evidence: something else is searched only where what was typed is nothing the reader could find, and
//! what it may have meant is. Words that only hidden articles have are no evidence.

use super::plan::{Planner, Typed};
use super::postings::Lists;
use super::schema::{BODY_EDGE, Class, EDGE};
use crate::search::language::sound::in_russian;
use crate::search::language::{Analyzer, Script, keyboard};
use crate::search::{Correction, CorrectionKind};

/// Share of known letters under which a text is taken for typed on another layout, and the share it must then reach.
const UNKNOWN: f32 = 0.5;
/// See [`UNKNOWN`].
const KNOWN: f32 = 0.85;
/// Most candidates of which the frequency is looked up.
const CANDIDATES: usize = 40;
/// Most words a mistyped one stands for.
const CHOSEN: usize = 5;
/// Most words of a query that are looked for among all that are near.
const MENDED: usize = 4;
/// Candidates are kept that are not further than this behind the best.
const MARGIN: f32 = 0.45;

/// What a word that nobody knows may mean.
#[derive(Debug)]
pub(super) enum Mended {
    /// Other words, best first, with their weights.
    Words(CorrectionKind, Vec<(f32, String)>),
    /// Two words that were written together.
    Split(String, String),
}

/// A chunk of the text between white space, and what the other layout would make of it.
struct Reading<'a> {
    typed: &'a str,
    /// How well it is known as typed; none without letters.
    known: Option<f32>,
    swapped: String,
    swapped_known: f32,
}

impl Planner<'_> {
    /// Returns the text as it reads on the right keyboard layout, and what was changed.
    pub(super) fn fix_layout(&self, analyzer: &mut Analyzer, text: &str, open: bool) -> (String, Vec<Correction>) {
        let chunks: Vec<&str> = text.split(' ').filter(|chunk| !chunk.is_empty()).collect();
        let mut readings: Vec<Reading<'_>> = Vec::new();
        for (number, typed) in chunks.iter().take(super::plan::MAX_WORDS).enumerate() {
            let open = open && number + 1 == chunks.len();
            let known = self.evidence(analyzer, typed, open);
            readings.push(Reading { typed, known, swapped: String::new(), swapped_known: 0.0 });
        }
        let settled = |reading: &Reading<'_>| {
            reading.known.is_none_or(|known| known >= UNKNOWN) && !has_letter_keys(reading.typed)
        };
        if readings.iter().all(settled) {
            return (text.to_owned(), Vec::new());
        }
        let count = readings.len();
        for (number, reading) in readings.iter_mut().enumerate() {
            self.swap(analyzer, reading, open && number + 1 == count);
        }
        let votes: Vec<bool> = readings.iter().map(|reading| self.votes_for_swap(analyzer, reading)).collect();
        let against = |reading: &Reading<'_>| {
            reading.typed.chars().filter(|c| c.is_alphabetic()).count() > 2
                && (reading.known.is_some_and(|known| known >= UNKNOWN)
                    || self.sounds_like_something(analyzer, reading.typed))
        };
        let mut against = against;
        let opposed = readings.iter().zip(&votes).any(|(reading, vote)| !vote && against(reading));
        let any = votes.contains(&true);
        let mut corrections = Vec::new();
        let mut words: Vec<&str> = chunks.clone();
        for (number, reading) in readings.iter().enumerate() {
            let short = reading.typed.chars().count() <= 2;
            let along = any
                && !opposed
                && (reading.known.is_some_and(|known| known < UNKNOWN) || (short && reading.swapped_known > 0.0));
            if (votes[number] || along) && reading.swapped != reading.typed && !reading.swapped.is_empty() {
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
        let mut variants = Vec::new();
        if !cyrillic && (latin || has_letter_keys(typed)) {
            // A sign at the end may be a letter, or a sign.
            let body = typed.trim_end_matches([',', '.', ';', ':', '!', '?', '"']);
            variants.push(format!("{}{}", keyboard::to_russian(body), &typed[body.len()..]));
            variants.push(keyboard::to_russian(typed));
        } else if cyrillic && !latin {
            let body = typed.trim_end_matches([',', '.', ';', ':', '!', '?', '"']);
            let english = keyboard::to_english(body);
            if english.chars().all(char::is_alphanumeric) {
                variants.push(english);
            }
        }
        for variant in variants {
            let known = self.evidence(analyzer, &variant, open).unwrap_or(0.0);
            if known > reading.swapped_known || reading.swapped.is_empty() {
                (reading.swapped, reading.swapped_known) = (variant, known);
            }
        }
    }

    fn votes_for_swap(&self, analyzer: &mut Analyzer, reading: &Reading<'_>) -> bool {
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
        let letters = reading.swapped.to_lowercase();
        known == 0.0
            && letters.chars().count() >= 5
            && letters.chars().all(char::is_alphabetic)
            && !self.near_visible(&letters, 1.05, 1).is_empty()
            && self.near_visible(&reading.typed.to_lowercase(), 1.8, 1).is_empty()
            && !self.sounds_like_something(analyzer, reading.typed)
    }

    fn sounds_like_something(&self, analyzer: &mut Analyzer, text: &str) -> bool {
        let mut all = true;
        let mut any = false;
        let mut words: Vec<String> = Vec::new();
        analyzer.split(text, |token| words.push(token.word.to_owned()));
        for word in words {
            any = true;
            all &= word.chars().count() > 2
                && self.vocabulary.sounding_like(&word).into_iter().any(|like| self.is_visible(like));
        }
        any && all
    }

    /// Returns the share of letters in words that the reader could find; none when there are no letters.
    fn evidence(&self, analyzer: &mut Analyzer, text: &str, open: bool) -> Option<f32> {
        let mut words: Vec<(String, Option<String>, bool)> = Vec::new();
        analyzer.analyze(text, |token, forms| {
            if !token.joined {
                words.push((token.word.to_owned(), forms.stem.as_deref().map(str::to_owned), forms.stop));
            }
        });
        let (mut all, mut known) = (0.0, 0.0);
        let count = words.len();
        for (number, (word, stem, stop)) in words.iter().enumerate() {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count() as f32;
            if letters == 0.0 {
                continue;
            }
            all += letters;
            let stem = stem.as_deref().filter(|stem| stem.chars().count() > 3);
            known += letters
                * if *stop || self.is_visible(word) {
                    1.0
                } else if stem.is_some_and(|stem| self.any(Class::Stem, stem))
                    || (open && number + 1 == count && letters >= 3.0 && self.begins_something(word))
                {
                    0.9
                } else {
                    0.0
                };
        }
        (all > 0.0).then(|| known / all)
    }

    fn any(&self, class: Class, term: &str) -> bool {
        self.segments.any(class, &self.segments.find(class, term), self.sight)
    }

    fn is_visible(&self, word: &str) -> bool {
        self.any(Class::Word, word)
    }

    fn begins_something(&self, word: &str) -> bool {
        let letters = word.chars().count();
        if letters > EDGE {
            self.segments.any(Class::Word, &self.segments.expand(word, self.sight), self.sight)
        } else {
            self.any(Class::Edge, word) || (letters >= BODY_EDGE && self.any(Class::BodyEdge, word))
        }
    }

    /// Returns the visible words near to a word, nearest first, with the number of places where they stand.
    fn near_visible(&self, word: &str, limit: f32, most: usize) -> Vec<(f32, String, usize)> {
        let visible = |(distance, word): (f32, &str)| {
            let lists: Lists = self.segments.find(Class::Word, word);
            let count = self.segments.count(Class::Word, &lists, self.sight);
            (count > 0).then(|| (distance, word.to_owned(), count))
        };
        self.vocabulary.near(word, limit).into_iter().filter_map(visible).take(most).collect()
    }

    /// Returns what an unknown word may mean.
    pub(super) fn mend(&self, analyzer: &mut Analyzer, word: &Typed) -> Option<Mended> {
        let letters = word.word.chars().count();
        if word.script == Script::Other || letters < 3 || self.thesaurus.never_correct(word) {
            return None;
        }
        let alike: Vec<_> =
            self.vocabulary.sounding_like(&word.word).into_iter().filter(|like| self.is_visible(like)).collect();
        let kind = |like: &str| {
            if like.is_ascii() == word.word.is_ascii() { CorrectionKind::Typo } else { CorrectionKind::Translit }
        };
        if let Some(first) = alike.first() {
            let kind = kind(first);
            return Some(Mended::Words(
                kind,
                alike.into_iter().take(CHOSEN).map(|like| (0.9, like.to_owned())).collect(),
            ));
        }
        let mut spellings = Vec::new();
        if word.script == Script::Latin && letters >= 4 {
            spellings = in_russian(&word.word);
            let known = spellings.iter().find(|spelling| self.has_stem(analyzer, spelling));
            if let Some(known) = known {
                return Some(Mended::Words(CorrectionKind::Translit, vec![(0.9, known.clone())]));
            }
        }
        if letters < 4 || self.mended.replace(self.mended.get() + 1) >= MENDED {
            return None;
        }
        let mut near = self.chosen(analyzer, &word.word, 1.05);
        if near.is_empty()
            && let Some((first, second)) = self.split(analyzer, &word.word)
        {
            return Some(Mended::Split(first, second));
        }
        let far = if letters >= 8 { 2.0 } else { 1.8 };
        if near.is_empty() && letters >= 5 {
            near = self.chosen(analyzer, &word.word, far);
        }
        if !near.is_empty() {
            return Some(Mended::Words(CorrectionKind::Typo, near));
        }
        let limits = [1.05, far];
        let spelled = limits.iter().flat_map(|&limit| spellings.iter().map(move |spelling| (spelling, limit)));
        let found =
            spelled.map(|(spelling, limit)| self.chosen(analyzer, spelling, limit)).find(|near| !near.is_empty());
        found.map(|near| Mended::Words(CorrectionKind::Translit, near))
    }

    fn has_stem(&self, analyzer: &mut Analyzer, word: &str) -> bool {
        let mut stem = None;
        analyzer.analyze(word, |token, forms| {
            if !token.joined {
                stem = forms.stem.as_deref().map(str::to_owned);
            }
        });
        self.is_visible(word) || stem.is_some_and(|stem| stem.chars().count() > 3 && self.any(Class::Stem, &stem))
    }

    /// Chooses the candidates for a mistyped word: near and frequent ones, one for each stem.
    fn chosen(&self, analyzer: &mut Analyzer, word: &str, limit: f32) -> Vec<(f32, String)> {
        let found = self.near_visible(word, limit, CANDIDATES);
        let cost = |distance: f32, count: usize| distance - 0.08 * (1.0 + count as f32).ln();
        let mut found: Vec<(f32, String)> = found.into_iter().map(|(d, word, count)| (cost(d, count), word)).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        let Some(&(best, _)) = found.first() else { return Vec::new() };
        let mut stems: Vec<String> = Vec::new();
        let mut chosen = Vec::new();
        for (cost, word) in found {
            if cost > best + MARGIN || chosen.len() == CHOSEN {
                break;
            }
            let mut stem = word.clone();
            analyzer.analyze(&word, |_, forms| {
                if let Some(found) = &forms.stem {
                    stem = found.to_string();
                }
            });
            if !stems.contains(&stem) {
                stems.push(stem);
                chosen.push(((0.9 * (-1.5 * (cost - best)).exp()).max(0.2), word));
            }
        }
        chosen
    }

    /// Splits a word into two that are known; the most even split wins.
    fn split(&self, analyzer: &mut Analyzer, word: &str) -> Option<(String, String)> {
        let letters = word.chars().count();
        let mut borders: Vec<(usize, usize)> = word.char_indices().map(|(at, _)| at).enumerate().skip(1).collect();
        borders.sort_by_key(|&(count, _)| (letters.abs_diff(2 * count), count));
        let mut good = |part: &str| {
            let stop = crate::search::language::is_stop(part);
            stop || (part.chars().count() >= 3 && self.has_stem(analyzer, part) && self.is_visible_often(part))
        };
        let found = borders.into_iter().find(|&(_, at)| {
            let (first, second) = word.split_at(at);
            let stops = [first, second].into_iter().filter(|part| crate::search::language::is_stop(part)).count();
            stops < 2 && good(first) && good(second)
        });
        found.map(|(_, at)| (word[..at].to_owned(), word[at..].to_owned()))
    }

    /// Returns whether a part of a split word is long enough to be no accident, or stands in several places.
    fn is_visible_often(&self, part: &str) -> bool {
        part.chars().count() > 3
            || self.segments.count(Class::Word, &self.segments.find(Class::Word, part), self.sight) > 2
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
