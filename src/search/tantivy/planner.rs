//! From words to groups of postings, in stages:
//!
//! 1. what only wraps the question is left out, and so is what is beyond [`MOST_CONTENT`] words that say something;
//! 2. a word is looked up as typed (word, stem, root), the last one also as the beginning of longer words;
//! 3. a word the reader could not find is corrected, by evidence (see [`super::correct`]); two words that are one are joined;
//! 4. the editors' lexicon adds what else words and phrases mean.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::correct::Mended;
use super::plan::{Clause, Group, Mark, Plan, Way, marks};
use super::postings::{Lists, Segments};
use super::reading::{Chunk, MOST_WORDS, Typed};
use super::schema::{BODY_EDGE, CLASSES, Class, DENIED_MARK, EDGE, STOP_MARK};
use super::sight::Sight;
use super::thesaurus::{Entry, Thesaurus};
use super::vocabulary::Vocabulary;
use crate::search::CorrectionKind;
use crate::search::language::chat::is_filler;
use crate::search::language::{Analyzer, Script, is_negation, script_of};

/// Most different words of a query that say something; more are left out, and that is said.
pub(super) const MOST_CONTENT: usize = 20;
/// Weights of the classes: word, stem, root (measured on evaluation sets of questions).
const CLASS_WEIGHTS: [f32; 3] = [0.3, 0.7, 0.3];
/// The weight of a word that is only begun, when what was typed is no word.
const BEGUN: f32 = 0.85;
/// The same, when what was typed is a word by itself.
const BEGUN_WORD: f32 = 0.35;
/// The weight of another word that sounds like what was typed.
const ALIKE: f32 = 0.9;
/// The weight of two words written together, when each is a word by itself.
const GLUED: f32 = 0.9;
/// The weight of a seldom word read as two that were written together.
const DIVIDED: f32 = 0.6;
/// Fewest letters of two words that may be one.
const GLUED_LETTERS: usize = 4;
/// What a stop word counts in a short query.
const STOP: f32 = 0.3;
/// Words that say something, from which on stop words count less; twice as many, half as much.
const SHORT: usize = 6;
/// Stop words up to which a query of nothing else looks for them everywhere. More of them stand together in every passage, and
/// what tells articles apart is what their titles and questions say.
const FEW_STOP_WORDS: usize = 3;
/// What it counts that a text denies the word that the query denies.
const DENIED: f32 = 0.3;
/// What a word counts that only fills a long message.
const FILLER: f32 = 0.3;
/// How many other words make a message in which words are only filling.
const FILLED: usize = 5;

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
    pub(super) known: LookUps,
}

/// What was looked up for a query, by class: every word is asked for several times.
#[derive(Debug, Default)]
pub(super) struct LookUps([RefCell<FxHashMap<Box<str>, LookUp>>; CLASSES]);

#[derive(Debug)]
struct LookUp {
    lists: Arc<Lists>,
    /// Whether the reader may see any of the postings, once that was asked.
    is_visible: Option<bool>,
}

/// How a query is planned.
#[derive(Clone, Copy)]
pub(super) struct Mode {
    /// Whether there are only stop words, and few: they are looked for everywhere.
    only_stop_words: bool,
    /// Whether the word is unfinished.
    pub(super) open: bool,
    /// What stop words and filling words count.
    stop: f32,
    /// See `stop`.
    filler: f32,
    /// Whether Latin letters are likely to be Russian words.
    pub(super) translit: bool,
}

impl Planner<'_> {
    /// Finds a term in every segment.
    pub(super) fn find(&self, class: Class, term: &str) -> Arc<Lists> {
        self.look_up(class, term, |found| Arc::clone(&found.lists))
    }

    /// Returns whether the reader may see any posting of a term.
    pub(super) fn any(&self, class: Class, term: &str) -> bool {
        self.look_up(class, term, |LookUp { lists, is_visible }| {
            *is_visible.get_or_insert_with(|| self.segments.any(class, lists, self.sight))
        })
    }

    fn look_up<T>(&self, class: Class, term: &str, read: impl FnOnce(&mut LookUp) -> T) -> T {
        let mut known = self.known.0[class as usize].borrow_mut();
        if let Some(found) = known.get_mut(term) {
            return read(found);
        }
        let mut found = LookUp { lists: Arc::new(self.segments.find(class, term)), is_visible: None };
        let result = read(&mut found);
        known.insert(term.into(), found);
        result
    }

    /// Plans a query. `open` says whether its last word is unfinished.
    pub(super) fn plan(&self, analyzer: &mut Analyzer, chunks: &[Chunk], open: bool) -> Plan {
        let mut plan = Plan::default();
        let chunks = self.choose(chunks, &mut plan);
        let mode = self.mode(analyzer, &chunks);
        let mut glued: Option<(Typed, Way)> = None;
        let mut number = 0;
        while let Some(chunk) = chunks.get(number) {
            let mode = Mode { open: open && number + 1 == chunks.len(), ..mode };
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
                    group.also(GLUED, self.typed(glue, false), glue);
                }
            }
            number += 1;
        }
        if !mode.only_stop_words && mode.stop >= STOP {
            self.add_negations(&mut plan);
        }
        self.add_synonyms(&mut plan);
        plan
    }

    /// Lets a negation in a short query count where the texts deny the same word: «без чека» is not «с чеком».
    fn add_negations(&self, plan: &mut Plan) {
        for at in 0..plan.groups.len() {
            let [negation, others @ ..] = &mut plan.groups[at..] else { return };
            if !negation.stop || !is_negation(&negation.word.word) {
                continue;
            }
            let reached = others.iter().take(2).find(|group| !group.stop);
            let Some(Group { word, .. }) = reached else { continue };
            let term = format!("{DENIED_MARK}{}", word.stem.as_deref().unwrap_or(&word.word));
            if !self.any(Class::Stem, &term) {
                continue;
            }
            let clause = Clause { class: Class::Stem, weight: 1.0, lists: self.find(Class::Stem, &term) };
            negation.ways.iter_mut().for_each(|way| (way.typed, way.weight) = (false, STOP / DENIED));
            negation.ways.insert(0, Way { weight: 1.0, typed: true, parts: vec![vec![clause]], nested: false });
            (negation.stop, negation.weight) = (false, DENIED);
            negation.marks.clear();
        }
    }

    /// Leaves out what wraps the question and what is too much, and divides chunks that nobody would find as a whole.
    fn choose(&self, chunks: &[Chunk], plan: &mut Plan) -> Vec<Chunk> {
        let mut chosen = Vec::new();
        let mut content: FxHashSet<&str> = FxHashSet::default();
        let mut words = 0;
        for chunk in chunks.iter().filter(|chunk| self.exact || !chunk.wraps) {
            let more = chunk.parts.iter().filter(|part| !part.stop && !content.contains(part.word.as_str())).count();
            words += chunk.parts.len();
            plan.left_out |= words >= MOST_WORDS;
            if content.len() + more > MOST_CONTENT && !content.is_empty() {
                plan.left_out = true;
                continue;
            }
            content.extend(chunk.parts.iter().filter(|part| !part.stop).map(|part| part.word.as_str()));
            self.divide(chunk, &mut chosen);
        }
        chosen
    }

    /// Divides a chunk that is not known as a whole, but in parts: `1С:Предприятие` is `1С` and a word.
    fn divide(&self, chunk: &Chunk, chosen: &mut Vec<Chunk>) {
        let known = |joined: &Typed| self.is_met(&self.typed(joined, false));
        if chunk.inner.is_empty() || chunk.joined.as_ref().is_some_and(known) {
            return chosen.push(chunk.clone());
        }
        let mut parts = chunk.parts.iter().peekable();
        while let Some(first) = parts.next() {
            let longest = chunk.inner.iter().rev().find(|inner| inner.start == first.start && known(inner));
            let mut piece = Chunk { parts: vec![first.clone()], joined: longest.cloned(), ..Chunk::default() };
            let end = longest.map_or(first.end, |joined| joined.end);
            piece.parts.extend(std::iter::from_fn(|| parts.next_if(|part| part.end <= end)).cloned());
            chosen.push(piece);
        }
    }

    /// Returns how the chunks are planned.
    fn mode(&self, analyzer: &mut Analyzer, chunks: &[Chunk]) -> Mode {
        let parts = || chunks.iter().flat_map(|chunk| &chunk.parts);
        let content = parts().filter(|part| !part.stop && !is_filler(&part.word)).count();
        let stop = if content <= SHORT { STOP } else { STOP * SHORT as f32 / content as f32 };
        Mode {
            only_stop_words: parts().all(|part| part.stop)
                && (parts().count() <= FEW_STOP_WORDS || !parts().any(|part| self.is_met(&self.typed(part, false)))),
            open: false,
            stop,
            filler: if content >= FILLED { FILLER } else { 1.0 },
            translit: !self.exact && self.is_transliterated(analyzer, parts()),
        }
    }

    /// Adds the groups of a chunk. A word that is there already is not added again.
    fn add_chunk(&self, analyzer: &mut Analyzer, plan: &mut Plan, chunk: &Chunk, mode: Mode) {
        let joined = chunk.joined.as_ref().map(|joined| (joined, self.typed(joined, false)));
        let known = joined.as_ref().is_some_and(|(_, way)| self.is_met(way));
        if let Some((joined, _)) = &joined
            && known
            && joined.script == Script::Other
            && !chunk.parts.iter().any(|part| part.script != Script::Other && part.letters() > 2)
        {
            // A code or number is meant as a whole; its pieces would find everything.
            let mut group = self.group(joined, false, mode);
            // The end of a telephone number is marked where the rest is written apart.
            group.marks.extend(chunk.inner.iter().map(|inner| Mark { class: Class::Word, form: inner.word.clone() }));
            return plan.add(group, mode.open);
        }
        // What is known as a whole may become a longer whole; its last part begins no other word: `tasks.task.add` is not «address».
        let whole = known && chunk.parts.len() > 1;
        for (i, part) in chunk.parts.iter().enumerate() {
            let open = mode.open && i + 1 == chunk.parts.len();
            let mode = Mode { open: open && !whole, ..mode };
            let mut group = self.group(part, part.stop && !mode.only_stop_words && !known, mode);
            if let Some((joined, _)) = joined.as_ref().filter(|_| known) {
                group.also(1.0, self.typed(joined, false), joined);
            }
            if let Some((joined, _)) = joined.as_ref().filter(|_| open) {
                self.begin(&mut group, joined);
            }
            let alone = group.ways.len() == 1;
            // A code is never taken for a slip.
            let code = chunk.parts.iter().any(|part| part.script == Script::Other);
            if !self.exact && alone && !group.stop && !code && !self.is_known(part) {
                let others = self.correct(analyzer, plan, &mut group, mode);
                plan.add(group, mode.open);
                others.into_iter().for_each(|other| plan.add(other, mode.open));
                continue;
            }
            if !self.exact && mode.translit && part.script == Script::Latin {
                self.add_russian(analyzer, plan, &mut group, mode);
            } else if !self.exact && alone && !mode.open {
                self.add_divided(analyzer, &mut group);
            }
            plan.add(group, open);
        }
    }

    /// Looks for what an unknown word may mean and adds that to its group. Returns more groups when it means several words.
    fn correct(&self, analyzer: &mut Analyzer, plan: &mut Plan, group: &mut Group, mode: Mode) -> Vec<Group> {
        let typed = group.word.clone();
        if mode.open {
            self.begin_synonyms(plan, group);
            if group.ways.len() > 1 {
                return Vec::new();
            }
        }
        let Some(mended) = self.mend(analyzer, &typed, mode) else { return Vec::new() };
        let mut others = Vec::new();
        let (kind, to) = match mended {
            Mended::Words(kind, words) => {
                let Some(best) = words.first() else { return others };
                group.forget();
                for (number, other) in words.iter().enumerate() {
                    let other = word_at(analyzer, other, &typed);
                    group.also(if number == 0 { 1.0 } else { ALIKE }, self.typed(&other, false), &other);
                }
                group.word = word_at(analyzer, best, &typed);
                (kind, best.clone())
            }
            Mended::Begun(beginnings) => {
                group.forget();
                for (weight, beginning) in &beginnings {
                    let from = group.ways.len();
                    let beginning = word_at(analyzer, beginning, &typed);
                    group.also(1.0, self.typed(&beginning, false), &beginning);
                    self.begin(group, &beginning);
                    group.ways[from..].iter_mut().for_each(|way| way.weight *= weight);
                }
                let Some((_, best)) = beginnings.first() else { return others };
                group.word = word_at(analyzer, best, &typed);
                (CorrectionKind::Typo, best.clone())
            }
            Mended::Stop(word) => {
                let stop = word_at(analyzer, &word, &typed);
                *group = self.group(&stop, !mode.only_stop_words, Mode { open: false, ..mode });
                (CorrectionKind::Translit, word)
            }
            Mended::Split(words) => {
                let mode = Mode { only_stop_words: false, open: false, ..mode };
                let mut groups = words.iter().map(|part| {
                    let part = word_at(analyzer, part, &typed);
                    self.group(&part, part.stop, mode)
                });
                if let Some(first) = groups.next() {
                    *group = first;
                }
                others = groups.collect();
                (CorrectionKind::Typo, words.join(" "))
            }
            Mended::Doubtful(word) => {
                plan.doubts.push((typed.start..typed.end, word));
                return others;
            }
        };
        plan.replace(kind, typed.start..typed.end, typed.word, to);
        others
    }

    /// Adds what a word in Latin letters means in Russian, in a query that is otherwise Russian in Latin letters.
    fn add_russian(&self, analyzer: &mut Analyzer, plan: &mut Plan, group: &mut Group, mode: Mode) {
        let typed = group.word.clone();
        let Some(russian) = self.in_known_russian(analyzer, &typed) else { return };
        let russian = word_at(analyzer, &russian, &typed);
        if russian.stop && mode.open {
            // «pro» is more likely to become «programme» than to be «про».
            return;
        }
        if russian.stop {
            *group = self.group(&russian, !mode.only_stop_words, Mode { open: false, ..mode });
        } else {
            group.also(GLUED, self.typed(&russian, false), &russian);
            group.stop = false;
        }
        plan.replace(CorrectionKind::Translit, typed.start..typed.end, typed.word, russian.word);
    }

    /// Adds the two words that a seldom one may be: `searchfield` stands in some code, `search field` in the text.
    fn add_divided(&self, analyzer: &mut Analyzer, group: &mut Group) {
        let typed = group.word.clone();
        let Some((first, second)) = self.divided(analyzer, &typed) else { return };
        let [first, second] = [first, second].map(|part| word_at(analyzer, &part, &typed));
        let parts = [&first, &second].into_iter().flat_map(|word| self.typed(word, false).parts).collect();
        group.ways.push(Way { weight: DIVIDED, typed: false, parts, nested: false });
        group.marks.extend(marks(&first).into_iter().chain(marks(&second)));
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
        self.is_visible(&word).then(|| {
            let way = self.typed(&glue, false);
            (glue, way)
        })
    }

    fn add_glued(&self, plan: &mut Plan, first: &Typed, second: &Typed, glue: Typed, way: Way) {
        let from = format!("{} {}", first.word, second.word);
        plan.replace(CorrectionKind::Typo, glue.start..glue.end, from, glue.word.clone());
        let group = Group { marks: marks(&glue), word: glue, stop: false, weight: 1.0, ways: vec![way] };
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
                let mut met = true;
                for group in &mut plan.groups[start..start + length] {
                    met &= self.add_synonym(group, entry);
                }
                if met && !entry.form {
                    let from: Vec<&str> = words[start..start + length].iter().map(|word| word.word.as_str()).collect();
                    plan.report(CorrectionKind::Synonym, from.join(" "), entry.text.clone());
                }
            }
        });
    }

    /// Adds what the editors say that words mean of which the last one typed is the beginning.
    fn begin_synonyms(&self, plan: &mut Plan, group: &mut Group) {
        let typed = group.word.word.clone();
        if typed.chars().count() < BODY_EDGE {
            return;
        }
        self.thesaurus.begun(&typed, |word, entries| {
            for entry in entries {
                if self.add_synonym(group, entry) && !entry.form {
                    plan.report(CorrectionKind::Synonym, word.to_owned(), entry.text.clone());
                }
            }
        });
    }

    /// Adds a synonym to a group. Returns whether the reader could find it.
    fn add_synonym(&self, group: &mut Group, entry: &Entry) -> bool {
        let parts: Vec<Vec<Clause>> = entry.words.iter().flat_map(|word| self.typed(word, word.stop).parts).collect();
        if parts.len() < entry.words.len() || !parts.iter().all(|clauses| self.is_any_met(clauses)) {
            return false;
        }
        group.ways.push(Way { weight: entry.weight, typed: false, parts, nested: false });
        group.marks.extend(entry.words.iter().flat_map(marks));
        if std::mem::take(&mut group.stop) {
            group.weight = 1.0;
        }
        true
    }

    /// Makes the group of one word.
    fn group(&self, word: &Typed, stop: bool, mode: Mode) -> Group {
        let ways = vec![self.typed(word, mode.only_stop_words)];
        let weight = match stop {
            true => mode.stop,
            false if is_filler(&word.word) => mode.filler,
            false => 1.0,
        };
        let mut group = Group { word: word.clone(), stop, weight, ways, marks: marks(word) };
        if mode.open {
            self.begin(&mut group, word);
        }
        group
    }

    /// Returns the way of a word as it is typed.
    pub(super) fn typed(&self, word: &Typed, with_stop_words: bool) -> Way {
        let mut clauses = Vec::new();
        let mut add = |class: Class, weight: f32, term: &str| {
            let lists = self.find(class, term);
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
        Way { weight: 1.0, typed: true, parts, nested: !(with_stop_words && word.stop) }
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
        let letters = word.letters();
        let mut clauses = Vec::new();
        let mut add = |class: Class, lists: Arc<Lists>| {
            if !lists.is_empty() {
                clauses.push(Clause { class, weight: 1.0, lists });
            }
        };
        if letters > EDGE {
            add(Class::Word, Arc::new(self.segments.expand(&word.word, self.sight)));
        } else {
            add(Class::Edge, self.find(Class::Edge, &word.word));
            if letters >= BODY_EDGE && !group.stop {
                add(Class::BodyEdge, self.find(Class::BodyEdge, &word.word));
            }
        }
        if !self.is_any_met(&clauses) {
            return;
        }
        // A stem that meets by accident is no word: «верн» is the beginning of «вернуть», not a form of «верно».
        let known = self.is_visible(&word.word);
        group.ways.push(Way {
            weight: if known { BEGUN_WORD } else { BEGUN },
            typed: false,
            parts: vec![clauses],
            nested: false,
        });
        group.marks.push(Mark { class: Class::Edge, form: word.word.clone() });
    }
}

/// Makes a word that stands where another was typed.
fn word_at(analyzer: &mut Analyzer, word: &str, typed: &Typed) -> Typed {
    let script = script_of(word);
    Typed::new(word, script, analyzer.forms(word, script), typed.start..typed.end)
}
