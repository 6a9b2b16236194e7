//! From a query to groups of postings.
//!
//! Every word typed is a [`Group`]; a group has [`Way`]s to be met: as typed, as the joined form of its chunk, as the
//! beginning of a longer word, corrected, as a synonym. The first way is what was typed, and only that says how rare a
//! word is. Words are bounded in number, nothing nests, nothing is a query language.

use super::postings::{Lists, Segments};
use super::schema::{BODY_EDGE, Class, EDGE, STOP_MARK};
use super::sight::Sight;
use crate::search::language::{Analyzer, Script};

/// Most words of a query.
const MAX_WORDS: usize = 16;
/// Weights of the classes: word, stem, root (shared search findings, 2.5).
const CLASS_WEIGHTS: [f32; 3] = [0.3, 0.7, 0.3];
/// The weight of a word that is only begun, when what was typed is no word.
const BEGUN: f32 = 0.85;
/// The same, when what was typed is a word by itself.
const BEGUN_WORD: f32 = 0.35;

/// What a query looks for.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// One for every word.
    pub(super) groups: Vec<Group>,
}

/// A word of the query.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Whether it is a stop word, looked for in titles and headings only.
    pub(super) stop: bool,
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
    /// Postings whose frequencies are added up.
    pub(super) clauses: Vec<Clause>,
}

/// Postings of one class.
#[derive(Debug)]
pub(super) struct Clause {
    /// The class.
    pub(super) class: Class,
    /// What a posting is worth.
    pub(super) weight: f32,
    /// The postings.
    pub(super) lists: Lists,
}

/// A form to mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// What it is compared with; [`Class::Edge`] is any beginning.
    pub(super) class: Class,
    /// The form.
    pub(super) form: String,
}

/// A word of the query with its forms.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) word: String,
    pub(super) script: Script,
    pub(super) stem: Option<String>,
    pub(super) root: Option<String>,
    pub(super) stop: bool,
}

/// Words written together, such as `wi-fi`; mostly one word.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    pub(super) parts: Vec<Typed>,
    pub(super) joined: Option<Typed>,
}

/// Splits a query into chunks, at most [`MAX_WORDS`] words in all, each word once.
pub(super) fn read(analyzer: &mut Analyzer, text: &str) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut words = 0;
    let mut end = 0;
    analyzer.analyze(text, |token, forms| {
        if words >= MAX_WORDS {
            return;
        }
        let typed = Typed {
            word: token.word.to_owned(),
            script: token.script,
            stem: forms.stem.as_deref().map(str::to_owned),
            root: forms.root.as_deref().map(str::to_owned),
            stop: forms.stop,
        };
        if token.joined {
            if let Some(chunk) = chunks.last_mut() {
                chunk.joined = Some(typed);
            }
            return;
        }
        // Parts of one chunk have no white space between them.
        let apart = text.get(end..token.start).is_none_or(|gap| gap.contains(char::is_whitespace)) || chunks.is_empty();
        end = token.end;
        words += 1;
        match chunks.last_mut() {
            Some(chunk) if !apart => chunk.parts.push(typed),
            _ => chunks.push(Chunk { parts: vec![typed], joined: None }),
        }
    });
    chunks
}

/// Makes plans over what a reader sees.
pub(super) struct Planner<'a> {
    pub(super) segments: &'a Segments,
    pub(super) sight: &'a Sight,
}

impl Planner<'_> {
    /// Plans a query. `open` says whether its last word is unfinished.
    pub(super) fn plan(&self, chunks: &[Chunk], open: bool) -> Plan {
        let words = || chunks.iter().flat_map(|chunk| &chunk.parts);
        let only_stop_words = words().all(|word| word.stop);
        let mut plan = Plan::default();
        let mut seen: Vec<&str> = Vec::new();
        for (number, chunk) in chunks.iter().enumerate() {
            let open = open && number + 1 == chunks.len();
            let joined = chunk.joined.as_ref().map(|joined| (joined, self.typed(joined, false)));
            let joined = joined.filter(|(_, way)| open || self.is_met(way));
            if let Some((joined, way)) = &joined
                && joined.script == Script::Other
                && self.is_met(way)
                && !chunk.parts.iter().any(|part| part.script != Script::Other && part.word.chars().count() > 2)
            {
                // A code or number is meant as a whole; its pieces would find everything.
                if seen.contains(&joined.word.as_str()) && !open {
                    continue;
                }
                seen.push(&joined.word);
                plan.groups.push(self.group(joined, false, only_stop_words, open));
                continue;
            }
            for (i, part) in chunk.parts.iter().enumerate() {
                let open = open && i + 1 == chunk.parts.len();
                if seen.contains(&part.word.as_str()) && !open {
                    continue;
                }
                seen.push(&part.word);
                let known_joined = joined.as_ref().is_some_and(|(_, way)| self.is_met(way));
                let mut group = self.group(part, part.stop && !only_stop_words && !known_joined, only_stop_words, open);
                if let Some((joined, _)) = &joined {
                    if known_joined {
                        group.ways.push(Way { weight: 1.0, typed: false, ..self.typed(joined, false) });
                        group.marks.extend(marks(joined));
                    }
                    if open {
                        self.begin(&mut group, joined);
                    }
                }
                plan.groups.push(group);
            }
        }
        plan
    }

    /// Makes the group of one word.
    fn group(&self, word: &Typed, stop: bool, only_stop_words: bool, open: bool) -> Group {
        let mut group = Group { stop, ways: vec![self.typed(word, only_stop_words)], marks: marks(word) };
        if open {
            self.begin(&mut group, word);
        }
        group
    }

    /// Returns the way of a word as it is typed.
    pub(super) fn typed(&self, word: &Typed, with_stop_words: bool) -> Way {
        let mut clauses = Vec::new();
        let mut add = |class: Class, weight: f32, term: &str| {
            let lists = self.segments.find(class, term);
            if !lists.is_empty() {
                clauses.push(Clause { class, weight, lists });
            }
        };
        // What is not stemmed counts as if word and stem were one.
        let whole = if word.stem.is_some() { CLASS_WEIGHTS[0] } else { CLASS_WEIGHTS[0] + CLASS_WEIGHTS[1] };
        add(Class::Word, whole, &word.word);
        if with_stop_words && word.stop {
            add(Class::Word, CLASS_WEIGHTS[0] + CLASS_WEIGHTS[1], &format!("{STOP_MARK}{}", word.word));
        }
        if let Some(stem) = &word.stem {
            add(Class::Stem, CLASS_WEIGHTS[1], stem);
        }
        if let Some(root) = &word.root {
            add(Class::Root, CLASS_WEIGHTS[2], root);
        }
        Way { weight: 1.0, typed: true, clauses }
    }

    /// Returns whether a reader may see anything that a way leads to; a root alone is no evidence.
    pub(super) fn is_met(&self, way: &Way) -> bool {
        let counts = |clause: &&Clause| clause.class != Class::Root;
        way.clauses.iter().filter(counts).any(|clause| self.segments.any(clause.class, &clause.lists, self.sight))
    }

    /// Adds the way of a word that is only begun.
    fn begin(&self, group: &mut Group, word: &Typed) {
        let letters = word.word.chars().count();
        let mut clauses = Vec::new();
        let mut add = |class: Class, lists: Lists| {
            if !lists.is_empty() {
                clauses.push(Clause { class, weight: 1.0, lists });
            }
        };
        if letters > EDGE {
            add(Class::Word, self.segments.expand(&word.word, self.sight));
        } else {
            add(Class::Edge, self.segments.find(Class::Edge, &word.word));
            if letters >= BODY_EDGE && !group.stop {
                add(Class::BodyEdge, self.segments.find(Class::BodyEdge, &word.word));
            }
        }
        if clauses.is_empty() {
            return;
        }
        let known = group.ways.first().is_some_and(|way| self.is_met(way));
        group.ways.push(Way { weight: if known { BEGUN_WORD } else { BEGUN }, typed: false, clauses });
        group.marks.push(Mark { class: Class::Edge, form: word.word.clone() });
    }
}

/// Returns what is marked for a word.
pub(super) fn marks(word: &Typed) -> Vec<Mark> {
    let mark = |class: Class, form: &String| Mark { class, form: form.clone() };
    let forms = [(Class::Word, Some(&word.word)), (Class::Stem, word.stem.as_ref()), (Class::Root, word.root.as_ref())];
    forms.into_iter().filter_map(|(class, form)| Some(mark(class, form?))).collect()
}
