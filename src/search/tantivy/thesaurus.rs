//! The editors' lexicon as search uses it: applied to queries, so that a changed lexicon needs no new index.

use rustc_hash::{FxHashMap, FxHashSet};

use super::reading::{Chunk, Typed, read};
use super::vocabulary::{Learner, Vocabulary};
use crate::article::Lexicon;
use crate::search::language::Analyzer;

/// What a synonym is worth.
const SYNONYM: f32 = 0.8;
/// What an irregular form of the same word is worth.
const FORM: f32 = 1.0;
/// Most words of a phrase.
const PHRASE: usize = 5;
/// Most words of the lexicon that an unfinished one stands for.
const BEGUN: usize = 8;

/// Words and phrases that mean the same, by stems.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    entries: FxHashMap<String, Vec<Entry>>,
    /// Stems of words that are right as they are: those that must not be corrected, and all that have synonyms.
    never: FxHashSet<String>,
    /// Single words that have synonyms, as they are written, sorted; with their keys.
    words: Vec<(String, String)>,
    /// The words of the lexicon, for whoever mistypes them.
    vocabulary: Vocabulary,
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

/// Returns the words of a phrase; «wi-fi» is one word in a lexicon, as it is for whoever types «wifi».
fn words(analyzer: &mut Analyzer, text: &str) -> Vec<Typed> {
    let whole = |chunk: Chunk| match chunk.joined {
        Some(joined) => vec![joined],
        None => chunk.parts,
    };
    read(analyzer, text).into_iter().flat_map(whole).collect()
}

/// Returns the words of a phrase in all the ways that a query may have them.
fn readings(analyzer: &mut Analyzer, text: &str) -> Vec<Vec<Typed>> {
    let joined = words(analyzer, text);
    let apart: Vec<Typed> = read(analyzer, text).into_iter().flat_map(|chunk| chunk.parts).collect();
    if joined.len() == apart.len() { vec![joined] } else { vec![joined, apart] }
}

impl Thesaurus {
    /// Takes what the editors wrote.
    pub(super) fn new(lexicon: &Lexicon, analyzer: &mut Analyzer) -> Self {
        let mut thesaurus = Self::default();
        let mut learner = Learner::default();
        let mut add = |analyzer: &mut Analyzer, from: &str, to: &str, weight: f32, form: bool| {
            thesaurus.add(analyzer, &mut learner, from, to, weight, form);
        };
        let mut add_group = |analyzer: &mut Analyzer, group: &[&String], weight: f32, form: bool| {
            for from in group {
                for to in group.iter().filter(|to| *to != from) {
                    add(analyzer, from, to, weight, form);
                }
            }
        };
        for group in &lexicon.synonyms {
            add_group(analyzer, &group.iter().collect::<Vec<_>>(), SYNONYM, false);
        }
        for (short, long) in &lexicon.abbreviations {
            add_group(analyzer, &[short, long], SYNONYM, false);
        }
        for (base, forms) in &lexicon.forms {
            let group: Vec<&String> = std::iter::once(base).chain(forms).collect();
            add_group(analyzer, &group, FORM, true);
        }
        for (from, to) in &lexicon.one_way {
            for from in from {
                for to in to {
                    add(analyzer, from, to, SYNONYM, false);
                }
            }
        }
        for text in &lexicon.never_correct {
            let words = readings(analyzer, text).into_iter().flatten();
            thesaurus.never.extend(words.map(|word| key(std::iter::once(&word))));
        }
        thesaurus.words.sort_unstable();
        thesaurus.words.dedup();
        learner.settle();
        thesaurus.vocabulary = learner.vocabulary;
        thesaurus
    }

    fn add(&mut self, analyzer: &mut Analyzer, learner: &mut Learner, from: &str, to: &str, weight: f32, form: bool) {
        let words = words(analyzer, to);
        for from in readings(analyzer, from) {
            let from_key = key(from.iter());
            let fits = |words: &[Typed]| (1..=PHRASE).contains(&words.len());
            if !fits(&from) || !fits(&words) || from_key == key(words.iter()) {
                continue;
            }
            for word in &from {
                self.never.insert(key(std::iter::once(word)));
                learner.learn_one(&word.word);
            }
            if let [word] = from.as_slice() {
                self.words.push((word.word.clone(), from_key.clone()));
            }
            let entries = self.entries.entry(from_key).or_default();
            if !entries.iter().any(|entry| key(entry.words.iter()) == key(words.iter())) {
                entries.push(Entry { words: words.clone(), text: to.to_owned(), weight, form });
            }
        }
    }

    /// Returns whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns whether the editors know a word: it must stay as it is typed.
    pub(super) fn knows(&self, word: &str, stem: Option<&str>) -> bool {
        self.never.contains(stem.unwrap_or(word))
    }

    /// Returns the words of the lexicon near to a word, nearest first.
    pub(super) fn near(&self, word: &str, limit: f32) -> Vec<(f32, String)> {
        self.vocabulary.near(word, limit)
    }

    /// Hands what words that begin with a text mean to `each`, in the order of the words.
    pub(super) fn begun<'a>(&'a self, beginning: &str, mut each: impl FnMut(&'a str, &'a [Entry])) {
        let from = self.words.partition_point(|(word, _)| word.as_str() < beginning);
        for (word, key) in self.words[from..].iter().take_while(|(word, _)| word.starts_with(beginning)).take(BEGUN) {
            each(word, self.entries.get(key).map_or(&[], Vec::as_slice));
        }
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
