//! The editors' lexicon as search uses it: applied to queries, so that a changed lexicon needs no new index.

use rustc_hash::{FxHashMap, FxHashSet};

use super::plan::{Chunk, Typed, read};
use crate::article::Lexicon;
use crate::search::language::Analyzer;

/// What a synonym is worth.
const SYNONYM: f32 = 0.8;
/// What an irregular form of the same word is worth.
const FORM: f32 = 1.0;
/// Most words of a phrase.
const PHRASE: usize = 5;

/// Words and phrases that mean the same, by stems.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    entries: FxHashMap<String, Vec<Entry>>,
    /// Stems of words that are right as they are: those that must not be corrected, and all that have synonyms.
    never: FxHashSet<String>,
}

/// What to look for besides.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its words.
    pub(super) words: Vec<Typed>,
    /// As the editors wrote it.
    pub(super) text: String,
    /// What it is worth.
    pub(super) weight: f32,
    /// Whether it is the same word in another form, which is nothing to report.
    pub(super) form: bool,
}

fn key<'a>(words: impl Iterator<Item = &'a Typed>) -> String {
    words.map(|word| word.stem.as_deref().unwrap_or(&word.word)).collect::<Vec<_>>().join(" ")
}

fn words(analyzer: &mut Analyzer, text: &str) -> Vec<Typed> {
    let whole = |chunk: Chunk| match chunk.joined {
        // «wi-fi» is one word in a lexicon, as it is for whoever types «wifi».
        Some(joined) => vec![joined],
        None => chunk.parts,
    };
    read(analyzer, text).into_iter().flat_map(whole).collect()
}

impl Thesaurus {
    /// Takes what the editors wrote.
    pub(super) fn new(lexicon: &Lexicon, analyzer: &mut Analyzer) -> Self {
        let mut thesaurus = Self::default();
        for group in &lexicon.synonyms {
            thesaurus.add_group(analyzer, group, SYNONYM, false);
        }
        for (short, long) in &lexicon.abbreviations {
            thesaurus.add_group(analyzer, &[short.clone(), long.clone()], SYNONYM, false);
        }
        for (base, forms) in &lexicon.forms {
            let group: Vec<String> = std::iter::once(base.clone()).chain(forms.iter().cloned()).collect();
            thesaurus.add_group(analyzer, &group, FORM, true);
        }
        for (from, to) in &lexicon.one_way {
            for from in from {
                for to in to {
                    thesaurus.add(analyzer, from, to, SYNONYM, false);
                }
            }
        }
        for text in &lexicon.never_correct {
            thesaurus.never.extend(words(analyzer, text).iter().map(|word| key(std::iter::once(word))));
        }
        thesaurus
    }

    fn add_group(&mut self, analyzer: &mut Analyzer, group: &[String], weight: f32, form: bool) {
        for from in group {
            for to in group.iter().filter(|to| *to != from) {
                self.add(analyzer, from, to, weight, form);
            }
        }
    }

    fn add(&mut self, analyzer: &mut Analyzer, from: &str, to: &str, weight: f32, form: bool) {
        let (from, words) = (words(analyzer, from), words(analyzer, to));
        let from_key = key(from.iter());
        if from.is_empty()
            || words.is_empty()
            || from.len() > PHRASE
            || words.len() > PHRASE
            || from_key == key(words.iter())
        {
            return;
        }
        self.never.extend(from.iter().map(|word| key(std::iter::once(word))));
        let entries = self.entries.entry(from_key).or_default();
        if !entries.iter().any(|entry| key(entry.words.iter()) == key(words.iter())) {
            entries.push(Entry { words, text: to.to_owned(), weight, form });
        }
    }

    /// Returns whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns whether a word must stay as it is typed.
    pub(super) fn never_correct(&self, word: &Typed) -> bool {
        self.never.contains(word.stem.as_deref().unwrap_or(&word.word))
    }

    /// Hands every phrase of the words that has synonyms to `each`: its first word, its length, and what else it means.
    pub(super) fn find<'a>(&'a self, words: &[&Typed], mut each: impl FnMut(usize, usize, &'a [Entry])) {
        if self.is_empty() {
            return;
        }
        for start in 0..words.len() {
            for length in 1..=PHRASE.min(words.len() - start) {
                if let Some(entries) = self.entries.get(&key(words[start..start + length].iter().copied())) {
                    each(start, length, entries);
                }
            }
        }
    }
}
