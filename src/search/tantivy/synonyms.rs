//! The editors' lexicon as completions use it: a word that is only begun already leads to what it also means.
//!
//! Like [`super::thesaurus`], which does this for finished words and phrases of queries, it is read anew when the lexicon
//! changes, and only then.

use std::ops::Range;

use crate::article::Lexicon;
use crate::search::language::{Analyzer, is_stop};
use crate::search::{Correction, CorrectionKind};

/// Fewest letters that stand for a longer word.
const BEGUN: usize = 3;
/// Most words of a phrase.
const PHRASE: usize = 5;
/// Most meanings that are looked up for a text.
const MEANINGS: usize = 16;

/// What words and phrases also mean.
#[derive(Debug, Default)]
pub(super) struct Synonyms {
    /// Sorted by the first word.
    entries: Vec<Entry>,
    /// Words that are right as they are, sorted.
    never: Vec<String>,
}

/// What a phrase also means.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The phrase: its words, folded, and the beginnings that their forms have in common.
    from: Vec<(String, String)>,
    /// Beginnings of the words that it also means.
    pub(super) words: Vec<String>,
    /// As the editors wrote it.
    to: String,
    /// Whether it is the same word in another form, which is nothing to report.
    form: bool,
}

impl Synonyms {
    /// Takes what the editors wrote.
    pub(super) fn new(lexicon: &Lexicon, analyzer: &mut Analyzer) -> Self {
        let mut synonyms = Self::default();
        for group in &lexicon.synonyms {
            synonyms.add_group(analyzer, group.iter(), false);
        }
        for (short, long) in &lexicon.abbreviations {
            synonyms.add_group(analyzer, [short, long].into_iter(), false);
        }
        for (base, forms) in &lexicon.forms {
            synonyms.add_group(analyzer, std::iter::once(base).chain(forms), true);
        }
        for (from, to) in &lexicon.one_way {
            for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
                synonyms.add(analyzer, from, to, false);
            }
        }
        for text in &lexicon.never_correct {
            synonyms.never.extend(words(analyzer, text).into_iter().map(|(word, _)| word));
        }
        synonyms.entries.sort();
        synonyms.entries.dedup_by(|a, b| a.from == b.from && a.words == b.words);
        synonyms.never.sort();
        synonyms
    }

    fn add_group<'a>(&mut self, analyzer: &mut Analyzer, group: impl Iterator<Item = &'a String> + Clone, form: bool) {
        for from in group.clone() {
            for to in group.clone().filter(|&to| to != from) {
                self.add(analyzer, from, to, form);
            }
        }
    }

    fn add(&mut self, analyzer: &mut Analyzer, from: &str, to: &str, form: bool) {
        let (from, mut meant) = (words(analyzer, from), words(analyzer, to));
        // Small words say little, unless there are no others.
        if meant.iter().any(|(word, _)| !is_stop(word)) {
            meant.retain(|(word, _)| !is_stop(word));
        }
        if (1..=PHRASE).contains(&from.len()) && (1..=PHRASE).contains(&meant.len()) && from != meant {
            let words = meant.into_iter().map(|(_, beginning)| beginning).collect();
            self.entries.push(Entry { from, words, to: to.to_owned(), form });
        }
    }

    /// Returns whether a word must stay as it is typed.
    pub(super) fn is_never_corrected(&self, word: &str) -> bool {
        self.never.binary_search_by(|never| never.as_str().cmp(word)).is_ok()
    }

    /// Hands every phrase of what is typed that also means something to `each`: its words, and the number of what it means.
    pub(super) fn find(&self, typed: &[&str], mut each: impl FnMut(Range<usize>, usize, &Entry)) {
        let mut left = MEANINGS;
        for start in 0..typed.len() {
            // Whether begun or in another form, the words have their first letters in common.
            let first: String = typed[start].chars().take(BEGUN).collect();
            let from = self.entries.partition_point(|entry| entry.from[0].0.as_str() < first.as_str());
            for (number, entry) in self.entries.iter().enumerate().skip(from) {
                if left == 0 || !entry.from[0].0.starts_with(&first) {
                    break;
                }
                let end = start + entry.from.len();
                let Some(words) = typed.get(start..end) else { continue };
                if words.iter().zip(&entry.from).all(|(typed, (word, beginning))| is_meant(typed, word, beginning)) {
                    left -= 1;
                    each(start..end, number, entry);
                }
            }
        }
    }

    /// Returns what is told of a meaning that was used for what was typed; nothing of another form of the same word.
    pub(super) fn correction(&self, number: usize, typed: &str) -> Option<Correction> {
        let entry = self.entries.get(number).filter(|entry| !entry.form)?;
        Some(Correction { kind: CorrectionKind::Synonym, from: typed.to_owned(), to: entry.to.clone() })
    }
}

/// Returns whether a word is typed: whole, begun, or in another form.
fn is_meant(typed: &str, word: &str, beginning: &str) -> bool {
    let long = |text: &str| text.chars().nth(BEGUN - 1).is_some();
    typed == word || (long(typed) && word.starts_with(typed)) || (long(beginning) && typed.starts_with(beginning))
}

/// Returns the words of a text, each with the beginning that its forms have in common.
fn words(analyzer: &mut Analyzer, text: &str) -> Vec<(String, String)> {
    let mut words = Vec::new();
    analyzer.analyze(text, |token, forms| {
        if !token.joined {
            let stem = forms.stem.as_deref().unwrap_or(token.word);
            words.push((token.word.to_owned(), stem.to_owned()));
        }
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begun_words_and_other_forms_lead_to_what_they_mean() {
        let lexicon = Lexicon {
            synonyms: vec![vec!["посыльный".into(), "курьер".into()]],
            one_way: vec![(vec!["вернуть бабки".into()], vec!["оплата на карту".into()])],
            forms: vec![("ярлык".into(), vec!["ярлыга".into()])],
            abbreviations: vec![("ТН".into(), "товар надлежащего".into())],
            never_correct: vec!["Вовзрат".into()],
        };
        let synonyms = Synonyms::new(&lexicon, &mut Analyzer::default());
        let meant = |typed: &[&str]| {
            let mut found = Vec::new();
            synonyms.find(typed, |words, number, entry| {
                let told = synonyms.correction(number, "").map_or("", |_| "*");
                found.push(format!("{words:?} {}{told}", entry.to));
            });
            found.join(", ")
        };
        assert_eq!(meant(&["посы"]), "0..1 курьер*");
        assert_eq!(meant(&["где", "посыльного"]), "1..2 курьер*");
        assert_eq!(meant(&["по"]), "", "two letters may be anything");
        assert_eq!(meant(&["тн"]), "0..1 товар надлежащего*", "unless they are the word");
        assert_eq!(meant(&["вернуть", "бабк"]), "0..2 оплата на карту*");
        assert_eq!(meant(&["вернуть"]), "");
        assert_eq!(meant(&["ярлыга"]), "0..1 ярлык");
        assert!(synonyms.is_never_corrected("вовзрат") && !synonyms.is_never_corrected("возврат"));
    }
}
