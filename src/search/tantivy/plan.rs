//! What a query becomes: groups of postings. How it does is in [`super::planner`].
//!
//! Every word typed is a [`Group`]; a group has [`Way`]s to be met: as typed, as the joined form of its chunk, as the
//! beginning of a longer word, corrected, as a synonym. The first way is what was typed, and only that says how rare a
//! word is. Words are bounded in number, nothing nests, nothing is a query language.

use std::sync::Arc;

pub(super) use super::planner::Planner;
use super::postings::Lists;
pub(super) use super::reading::{Chunk, Typed, read};
use super::schema::Class;
use crate::search::{Correction, CorrectionKind};

/// What a query looks for.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// One for every word.
    pub(super) groups: Vec<Group>,
    /// What is searched instead of or besides what was typed.
    pub(super) corrections: Vec<Correction>,
    /// Parts of the text, as bytes, and what they were corrected to; in order.
    pub(super) replacements: Vec<(std::ops::Range<usize>, String)>,
    /// The same of what is too little like it to be searched instead.
    pub(super) doubts: Vec<(std::ops::Range<usize>, String)>,
    /// Whether words were left out, because there were too many.
    pub(super) left_out: bool,
}

/// A word of the query.
#[derive(Debug)]
pub(super) struct Group {
    /// The word, corrected.
    pub(super) word: Typed,
    /// Whether it is a stop word, looked for in titles and headings only.
    pub(super) stop: bool,
    /// What meeting it counts: 1 for a word that says what is asked, less for stop words and for words that fill a long
    /// message. Only words of weight 1 say whether a text has all that was asked.
    pub(super) weight: f32,
    /// The ways to meet it; the first is as typed.
    pub(super) ways: Vec<Way>,
    /// What to mark in texts.
    pub(super) marks: Vec<Mark>,
}

/// A way to meet a word.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// What it is worth.
    pub(super) weight: f32,
    /// Whether it is what was typed.
    pub(super) typed: bool,
    /// All of these must be met in one passage; mostly one. Of each, the frequencies of all postings are added up.
    pub(super) parts: Vec<Vec<Clause>>,
    /// Whether whatever meets a clause also meets the next one: a word, its stem, its root.
    pub(super) nested: bool,
}

/// Postings of one class.
#[derive(Debug)]
pub(super) struct Clause {
    /// The class.
    pub(super) class: Class,
    /// What a posting is worth.
    pub(super) weight: f32,
    /// The postings.
    pub(super) lists: Arc<Lists>,
}

/// A form to mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// What it is compared with; [`Class::Edge`] is any beginning.
    pub(super) class: Class,
    /// The form.
    pub(super) form: String,
}

impl Way {
    /// Returns the number of lists of postings.
    pub(super) fn lists(&self) -> usize {
        self.parts.iter().flatten().map(|clause| clause.lists.len()).sum()
    }

    /// Returns the number of postings, dead ones too.
    pub(super) fn postings(&self) -> u64 {
        self.parts.iter().flatten().map(|clause| clause.lists.postings()).sum()
    }
}

impl Group {
    /// Forgets what was typed, which is something else now: what its root leads to was not meant.
    pub(super) fn forget(&mut self) {
        self.ways.clear();
        self.marks.clear();
    }

    /// Adds a way that is not what was typed, and what to mark for it.
    pub(super) fn also(&mut self, weight: f32, way: Way, word: &Typed) {
        self.ways.push(Way { weight, typed: false, ..way });
        self.marks.extend(marks(word));
    }
}

impl Plan {
    /// Returns all ways, group by group.
    pub(super) fn ways(&self) -> Vec<&Way> {
        self.groups.iter().flat_map(|group| &group.ways).collect()
    }

    /// Adds a group, unless its word is there already; an unfinished word is another one.
    pub(super) fn add(&mut self, group: Group, open: bool) {
        if open || !self.groups.iter().any(|other| other.word.word == group.word.word) {
            self.groups.push(group);
        }
    }

    /// Notes that a part of the text was replaced.
    pub(super) fn replace(&mut self, kind: CorrectionKind, range: std::ops::Range<usize>, from: String, to: String) {
        self.replacements.push((range, to.clone()));
        self.report(kind, from, to);
    }

    /// Notes that something else was searched, too.
    pub(super) fn report(&mut self, kind: CorrectionKind, from: String, to: String) {
        let correction = Correction { kind, from, to };
        if !self.corrections.contains(&correction) {
            self.corrections.push(correction);
        }
    }

    /// Returns a text with what was corrected put in.
    pub(super) fn corrected(&self, text: &str) -> String {
        replaced(text, self.replacements.iter())
    }

    /// Returns a text with what was corrected put in, and what is doubtful; none when nothing is.
    pub(super) fn doubtful(&self, text: &str) -> Option<String> {
        let mut all: Vec<_> = self.replacements.iter().chain(&self.doubts).collect();
        all.sort_by_key(|(range, _)| range.start);
        (!self.doubts.is_empty()).then(|| replaced(text, all.into_iter()))
    }
}

/// Puts what parts of a text were corrected to in their places.
fn replaced<'a>(text: &str, replacements: impl Iterator<Item = &'a (std::ops::Range<usize>, String)>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut at = 0;
    for (range, to) in replacements {
        if range.start >= at && range.end <= text.len() {
            replaced.push_str(&text[at..range.start]);
            replaced.push_str(to);
            at = range.end;
        }
    }
    replaced.push_str(&text[at..]);
    replaced
}

/// Returns what is marked for a word.
pub(super) fn marks(word: &Typed) -> Vec<Mark> {
    let mark = |class: Class, form: &String| Mark { class, form: form.clone() };
    let forms = [(Class::Word, Some(&word.word)), (Class::Stem, word.stem.as_ref()), (Class::Root, word.root.as_ref())];
    forms.into_iter().filter_map(|(class, form)| Some(mark(class, form?))).collect()
}
