//! From a query to groups of postings.
//!
//! Every word typed is a [`Group`]; a group has [`Way`]s to be met: as typed, as the joined form of its chunk, as the
//! beginning of a longer word, corrected, as a synonym. The first way is what was typed, and only that says how rare a
//! word is. Words are bounded in number, nothing nests, nothing is a query language.

use std::cell::Cell;

use super::correct::Mended;
use super::postings::{Lists, Segments};
use super::schema::{BODY_EDGE, Class, EDGE, STOP_MARK};
use super::sight::Sight;
use super::thesaurus::Thesaurus;
use super::vocabulary::Vocabulary;
use crate::search::language::{Analyzer, Forms, Script, script_of};
use crate::search::{Correction, CorrectionKind};

/// Most words of a query.
pub(super) const MAX_WORDS: usize = 16;
/// Weights of the classes: word, stem, root (measured on evaluation sets of questions).
const CLASS_WEIGHTS: [f32; 3] = [0.3, 0.7, 0.3];
/// The weight of a word that is only begun, when what was typed is no word.
const BEGUN: f32 = 0.85;
/// The same, when what was typed is a word by itself.
const BEGUN_WORD: f32 = 0.35;
/// The weight of two words written together, when each is a word by itself.
const GLUED: f32 = 0.9;
/// Fewest letters of two words that may be one.
const GLUED_LETTERS: usize = 4;

/// What a query looks for.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// One for every word.
    pub(super) groups: Vec<Group>,
    /// What is searched instead of or besides what was typed.
    pub(super) corrections: Vec<Correction>,
    /// Parts of the text, as bytes, and what they were corrected to; in order.
    pub(super) replacements: Vec<(std::ops::Range<usize>, String)>,
}

/// A word of the query.
#[derive(Debug)]
pub(super) struct Group {
    /// The word, corrected.
    pub(super) word: Typed,
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
    /// All of these must be met in one passage; mostly one. Of each, the frequencies of all postings are added up.
    pub(super) parts: Vec<Vec<Clause>>,
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
    /// Where it stands in the text.
    pub(super) start: usize,
    /// See `start`.
    pub(super) end: usize,
}

impl Typed {
    fn new(word: &str, script: Script, forms: &Forms, range: std::ops::Range<usize>) -> Self {
        Self {
            word: word.to_owned(),
            script,
            stem: forms.stem.as_deref().map(str::to_owned),
            root: forms.root.as_deref().map(str::to_owned),
            stop: forms.stop,
            start: range.start,
            end: range.end,
        }
    }
}

/// Words written together, such as `wi-fi`; mostly one word.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    pub(super) parts: Vec<Typed>,
    pub(super) joined: Option<Typed>,
}

impl Chunk {
    fn single(&self) -> Option<&Typed> {
        match self.parts.as_slice() {
            [word] if word.script != Script::Other => Some(word),
            _ => None,
        }
    }
}

/// Splits a query into chunks, at most [`MAX_WORDS`] words in all.
pub(super) fn read(analyzer: &mut Analyzer, text: &str) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut words = 0;
    let mut end = 0;
    analyzer.analyze(text, |token, forms| {
        if words >= MAX_WORDS {
            return;
        }
        let typed = Typed::new(token.word, token.script, forms, token.start..token.end);
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
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) thesaurus: &'a Thesaurus,
    /// Whether the words are searched as typed.
    pub(super) exact: bool,
    /// How many words were looked for among all that are near; that is the dearest work of a query, and bounded.
    pub(super) mended: Cell<usize>,
}

/// How a query is planned.
#[derive(Clone, Copy)]
struct Mode {
    /// Whether there are only stop words, which are then looked for everywhere.
    only_stop_words: bool,
    /// Whether the word is unfinished.
    open: bool,
}

impl Planner<'_> {
    /// Plans a query. `open` says whether its last word is unfinished.
    pub(super) fn plan(&self, analyzer: &mut Analyzer, chunks: &[Chunk], open: bool) -> Plan {
        let only_stop_words = chunks.iter().flat_map(|chunk| &chunk.parts).all(|word| word.stop);
        let mut plan = Plan::default();
        let mut glued: Option<(Typed, Way)> = None;
        let mut number = 0;
        while let Some(chunk) = chunks.get(number) {
            let mode = Mode { only_stop_words, open: open && number + 1 == chunks.len() };
            let next = chunks.get(number + 1).and_then(Chunk::single);
            let before = glued.take();
            if let (Some(word), Some(next)) = (chunk.single(), next)
                && let Some((glue, way)) = self.glue(analyzer, word, next)
            {
                if !self.is_known(word) || !self.is_known(next) {
                    self.add_glued(&mut plan, word, next, glue, way);
                    number += 2;
                    continue;
                }
                glued = Some((glue, way));
            }
            let from = plan.groups.len();
            self.add_chunk(analyzer, &mut plan, chunk, mode);
            for (glue, _) in before.iter().chain(&glued) {
                for group in &mut plan.groups[from..] {
                    group.ways.push(Way { weight: GLUED, typed: false, ..self.typed(glue, false) });
                    group.marks.extend(marks(glue));
                }
            }
            number += 1;
        }
        self.add_synonyms(&mut plan);
        plan
    }

    /// Adds the groups of a chunk. A word that is there already is not added again.
    fn add_chunk(&self, analyzer: &mut Analyzer, plan: &mut Plan, chunk: &Chunk, mode: Mode) {
        let joined = chunk.joined.as_ref().map(|joined| (joined, self.typed(joined, false)));
        let known = joined.as_ref().is_some_and(|(_, way)| self.is_met(way));
        if let Some((joined, _)) = &joined
            && known
            && joined.script == Script::Other
            && !chunk.parts.iter().any(|part| part.script != Script::Other && part.word.chars().count() > 2)
        {
            // A code or number is meant as a whole; its pieces would find everything.
            let group = self.group(joined, false, mode);
            return plan.add(group, mode.open);
        }
        for (i, part) in chunk.parts.iter().enumerate() {
            let mode = Mode { open: mode.open && i + 1 == chunk.parts.len(), ..mode };
            let mut group = self.group(part, part.stop && !mode.only_stop_words && !known, mode);
            if let Some((joined, _)) = joined.as_ref().filter(|_| known) {
                group.ways.push(Way { weight: 1.0, typed: false, ..self.typed(joined, false) });
                group.marks.extend(marks(joined));
            }
            if let Some((joined, _)) = joined.as_ref().filter(|_| mode.open) {
                self.begin(&mut group, joined);
            }
            if !self.exact
                && !group.stop
                && group.ways.len() == 1
                && !self.is_met(&group.ways[0])
                && let Some(second) = self.correct(analyzer, plan, &mut group)
            {
                plan.add(group, mode.open);
                group = second;
            }
            plan.add(group, mode.open);
        }
    }

    /// Looks for what an unknown word may mean and adds that to its group. Returns a second group when it means two words.
    fn correct(&self, analyzer: &mut Analyzer, plan: &mut Plan, group: &mut Group) -> Option<Group> {
        let typed = group.word.clone();
        let range = typed.start..typed.end;
        let word = |analyzer: &mut Analyzer, word: &str| {
            let script = script_of(word);
            Typed::new(word, script, analyzer.forms(word, script), range.clone())
        };
        let (kind, to, second) = match self.mend(analyzer, &typed)? {
            Mended::Words(kind, words) => {
                for (weight, other) in &words {
                    let other = word(analyzer, other);
                    group.ways.push(Way { weight: *weight, typed: false, ..self.typed(&other, false) });
                    group.marks.extend(marks(&other));
                }
                let (_, best) = words.first()?;
                group.word = word(analyzer, best);
                (kind, best.clone(), None)
            }
            Mended::Split(first, second) => {
                let mode = Mode { only_stop_words: false, open: false };
                let [a, b] = [&first, &second].map(|part| {
                    let part = word(analyzer, part);
                    self.group(&part, part.stop, mode)
                });
                *group = a;
                (CorrectionKind::Typo, format!("{first} {second}"), Some(b))
            }
        };
        plan.replace(kind, typed.start..typed.end, typed.word, to);
        second
    }

    /// Returns two words as one, when the reader could find that.
    fn glue(&self, analyzer: &mut Analyzer, first: &Typed, second: &Typed) -> Option<(Typed, Way)> {
        if self.exact || first.script != second.script {
            return None;
        }
        let word = format!("{}{}", first.word, second.word);
        if word.chars().count() < GLUED_LETTERS {
            return None;
        }
        let glue = Typed::new(&word, first.script, analyzer.forms(&word, first.script), first.start..second.end);
        // The word itself must be there: stems of glued words meet by accident.
        let lists = self.segments.find(Class::Word, &word);
        self.segments.any(Class::Word, &lists, self.sight).then(|| {
            let way = self.typed(&glue, false);
            (glue, way)
        })
    }

    fn add_glued(&self, plan: &mut Plan, first: &Typed, second: &Typed, glue: Typed, way: Way) {
        let from = format!("{} {}", first.word, second.word);
        plan.replace(CorrectionKind::Typo, glue.start..glue.end, from, glue.word.clone());
        let group = Group { marks: marks(&glue), word: glue, stop: false, ways: vec![way] };
        plan.add(group, true);
    }

    /// Adds what the editors say that words and phrases also mean.
    fn add_synonyms(&self, plan: &mut Plan) {
        if self.exact || self.thesaurus.is_empty() {
            return;
        }
        let words: Vec<Typed> = plan.groups.iter().map(|group| group.word.clone()).collect();
        let words: Vec<&Typed> = words.iter().collect();
        self.thesaurus.find(&words, |start, length, entries| {
            for entry in entries {
                let parts: Vec<Vec<Clause>> =
                    entry.words.iter().flat_map(|word| self.typed(word, word.stop).parts).collect();
                let met = parts.iter().all(|clauses| self.is_any_met(clauses));
                if parts.len() < entry.words.len() || !met {
                    continue;
                }
                for group in &mut plan.groups[start..start + length] {
                    let parts = entry.words.iter().flat_map(|word| self.typed(word, word.stop).parts).collect();
                    group.ways.push(Way { weight: entry.weight, typed: false, parts });
                    group.marks.extend(entry.words.iter().flat_map(marks));
                    group.stop = false;
                }
                if !entry.form {
                    let from = words[start..start + length]
                        .iter()
                        .map(|word| word.word.as_str())
                        .collect::<Vec<_>>()
                        .join(" ");
                    let correction = Correction { kind: CorrectionKind::Synonym, from, to: entry.text.clone() };
                    if !plan.corrections.contains(&correction) {
                        plan.corrections.push(correction);
                    }
                }
            }
        });
    }

    /// Makes the group of one word.
    fn group(&self, word: &Typed, stop: bool, mode: Mode) -> Group {
        let ways = vec![self.typed(word, mode.only_stop_words)];
        let mut group = Group { word: word.clone(), stop, ways, marks: marks(word) };
        if mode.open {
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
        let parts = if clauses.is_empty() { Vec::new() } else { vec![clauses] };
        Way { weight: 1.0, typed: true, parts }
    }

    fn is_known(&self, word: &Typed) -> bool {
        word.stop || self.is_met(&self.typed(word, false))
    }

    /// Returns whether a reader may see anything that a way leads to; a root alone is no evidence.
    fn is_met(&self, way: &Way) -> bool {
        !way.parts.is_empty() && way.parts.iter().all(|clauses| self.is_any_met(clauses))
    }

    fn is_any_met(&self, clauses: &[Clause]) -> bool {
        let counts = |clause: &&Clause| clause.class != Class::Root;
        clauses.iter().filter(counts).any(|clause| self.segments.any(clause.class, &clause.lists, self.sight))
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
        if !self.is_any_met(&clauses) {
            return;
        }
        let known = group.ways.first().is_some_and(|way| self.is_met(way));
        group.ways.push(Way { weight: if known { BEGUN_WORD } else { BEGUN }, typed: false, parts: vec![clauses] });
        group.marks.push(Mark { class: Class::Edge, form: word.word.clone() });
    }
}

impl Plan {
    /// Adds a group, unless its word is there already; an unfinished word is another one.
    fn add(&mut self, group: Group, open: bool) {
        if open || !self.groups.iter().any(|other| other.word.word == group.word.word) {
            self.groups.push(group);
        }
    }

    fn replace(&mut self, kind: CorrectionKind, range: std::ops::Range<usize>, from: String, to: String) {
        self.replacements.push((range, to.clone()));
        self.corrections.push(Correction { kind, from, to });
    }

    /// Returns a text with what was corrected put in.
    pub(super) fn corrected(&self, text: &str) -> String {
        let mut corrected = String::with_capacity(text.len());
        let mut at = 0;
        for (range, to) in &self.replacements {
            if range.start >= at && range.end <= text.len() {
                corrected.push_str(&text[at..range.start]);
                corrected.push_str(to);
                at = range.end;
            }
        }
        corrected.push_str(&text[at..]);
        corrected
    }
}

/// Returns what is marked for a word.
pub(super) fn marks(word: &Typed) -> Vec<Mark> {
    let mark = |class: Class, form: &String| Mark { class, form: form.clone() };
    let forms = [(Class::Word, Some(&word.word)), (Class::Stem, word.stem.as_ref()), (Class::Root, word.root.as_ref())];
    forms.into_iter().filter_map(|(class, form)| Some(mark(class, form?))).collect()
}
