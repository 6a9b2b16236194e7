//! Corrections by evidence: something else is searched only where what was typed is nothing the reader could find, and
//! what it may have meant is. Words that only hidden articles have are no evidence; words of the editors' lexicon are.
//!
//! What is never corrected: what the reader could find as it is; words with digits; words that the editors say are right;
//! everyday words, which are right though the base may not have them. A name is corrected only where one slip explains it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::distance::{LONGEST, apart};
use super::planner::{Mode, Planner};
use super::reading::Typed;
use super::schema::{BODY_EDGE, Class, EDGE, STOP_MARK};
use crate::search::CorrectionKind;
use crate::search::language::everyday::is_everyday;
use crate::search::language::sound::in_russian;
use crate::search::language::{Analyzer, Script, is_stop, script_of};

/// One slip: an insertion or anything cheaper, or a substitution.
pub(super) const NEAR: f32 = 1.05;
/// A slip that is often made: letters changed places, a key beside, a letter confused or doubled.
const OFTEN_MADE: f32 = 0.85;
/// A first letter that is mistyped, but for one that is taken for any other.
const OTHER_FIRST: f32 = 1.31;
/// Letters up to which a word is short.
const SHORT_WORD: usize = 6;
/// How far two slips may lead, and fewest letters of a word with two.
const FAR: f32 = 2.0;
/// See [`FAR`].
const FAR_LETTERS: usize = 8;
/// The same for a beginning.
const FAR_BEGINNING: f32 = 1.8;
/// Fewest letters of a name that is corrected.
const NAME: usize = 5;
/// Most candidates of which the frequency is looked up.
const CANDIDATES: usize = 40;
/// Most words that one stands for which sounds like them.
const ALIKE: usize = 5;
/// Most beginnings that a mistyped one stands for.
const BEGUN: usize = 3;
/// Most words of a query that are looked for among all that are near.
const MENDED: usize = 6;
/// Beginnings are kept that are not further than this behind the best.
const MARGIN: f32 = 0.45;
/// More places where a word stands say no more about how likely it is meant.
const COUNTED: usize = 2000;
/// Places up to which a word is so seldom that it may be two.
const SELDOM: usize = 20;
/// Letters behind a stem that are an ending.
const ENDING: usize = 3;
/// What a word of the lexicon that no text has counts among candidates, in places.
const LEXICON: usize = 3;
/// Fewest letters of three words that were written together.
const MANY: usize = 9;
/// Longest of these words.
const LONGEST_PART: usize = 20;
/// Places from which on such a word is frequent.
const OFTEN: usize = 200;

/// What a word that nobody knows may mean.
#[derive(Debug)]
pub(super) enum Mended {
    /// Another word, and others that sound like it.
    Words(CorrectionKind, Vec<String>),
    /// Other beginnings of words, best first, with their weights.
    Begun(Vec<(f32, String)>),
    /// A Russian stop word in Latin letters.
    Stop(String),
    /// Words that were written together.
    Split(Vec<String>),
    /// What is too little like it to be searched instead: it is offered when little is found.
    Doubtful(String),
}

/// A word that may be meant.
#[derive(Debug)]
struct Candidate {
    cost: f32,
    distance: f32,
    word: String,
}

impl Planner<'_> {
    pub(super) fn is_visible(&self, word: &str) -> bool {
        self.any(Class::Word, word)
    }

    /// Returns in how many places a reader sees a word, up to `most`.
    fn count(&self, word: &str, most: usize) -> usize {
        let lists = self.find(Class::Word, word);
        let mut count = 0;
        self.segments.read(Class::Word, &lists, |place, _| {
            count += usize::from(self.sight.sees_place(place));
            count < most
        });
        count.min(most)
    }

    /// Returns whether a word is one the reader could find, by itself or as a form of another.
    pub(super) fn is_known(&self, word: &Typed) -> bool {
        let stem = word.stem.as_deref();
        word.stop
            || self.is_visible(&word.word)
            || stem.is_some_and(|stem| is_evidence(&word.word, stem) && self.any(Class::Stem, stem))
            || self.thesaurus.knows(&word.word, stem)
    }

    pub(super) fn begins_something(&self, word: &str) -> bool {
        let letters = word.chars().count();
        if letters > EDGE {
            self.segments.any(Class::Word, &self.segments.expand(word, self.sight), self.sight)
        } else {
            self.any(Class::Edge, word) || (letters >= BODY_EDGE && self.any(Class::BodyEdge, word))
        }
    }

    /// Returns whether the Latin words of a query are Russian ones: more letters are in words that are known only so than in
    /// words that are known only as they are.
    pub(super) fn is_transliterated<'a>(
        &self,
        analyzer: &mut Analyzer,
        words: impl Iterator<Item = &'a Typed>,
    ) -> bool {
        let (mut votes, mut against) = (0, 0);
        for word in words.filter(|word| word.script == Script::Latin && word.letters() > 2) {
            // What is a word in either language goes with the others: `fail` is «файл» beside `zagruzit`.
            match (self.is_known(word), self.in_known_russian(analyzer, word).is_some()) {
                (true, false) => against += word.letters(),
                (false, true) => votes += word.letters(),
                _ => {}
            }
        }
        votes > against
    }

    /// Returns the Russian word that a word in Latin letters is; none unless it is one the reader could find.
    pub(super) fn in_known_russian(&self, analyzer: &mut Analyzer, word: &Typed) -> Option<String> {
        let spellings = in_russian(&word.word);
        if let Some(stop) = spellings.iter().find(|spelling| self.is_visible_stop(spelling)) {
            return Some(stop.clone());
        }
        if word.letters() < 3 {
            return None;
        }
        let alike = self.alike(word, &spellings);
        let russian = alike.into_iter().find(|like| !like.is_ascii());
        russian.or_else(|| spellings.into_iter().find(|spelling| self.has_stem(analyzer, spelling)))
    }

    /// Returns whether a word is a stop word that the reader's texts have: in an English base Russian ones mean nothing.
    fn is_visible_stop(&self, word: &str) -> bool {
        is_stop(word) && (self.is_visible(word) || self.is_visible(&format!("{STOP_MARK}{word}")))
    }

    /// Returns visible words that sound like a word, the likeliest first.
    fn alike(&self, word: &Typed, spellings: &[String]) -> Vec<String> {
        let mut alike = self.vocabulary.sounding_like(&word.word);
        if alike.is_empty()
            && let Some(stem) = word.stem.as_deref().filter(|stem| word.script == Script::Cyrillic && stem.len() > 6)
        {
            // «докере» is a form of what sounds like `docker`.
            alike = self.vocabulary.sounding_like(stem);
            alike.retain(|like| like.is_ascii());
        }
        let mut counted: Vec<(bool, usize, String)> = alike
            .into_iter()
            .map(|like| (!spellings.contains(&like), self.count(&like, COUNTED), like))
            .filter(|(_, count, _)| *count > 0)
            .collect();
        counted.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then_with(|| a.2.cmp(&b.2)));
        counted.into_iter().map(|(.., like)| like).collect()
    }

    /// Returns what an unknown word may mean.
    pub(super) fn mend(&self, analyzer: &mut Analyzer, word: &Typed, mode: Mode) -> Option<Mended> {
        let letters = word.letters();
        if word.script == Script::Other || self.thesaurus.knows(&word.word, word.stem.as_deref()) {
            return None;
        }
        let spellings = if word.script == Script::Latin { in_russian(&word.word) } else { Vec::new() };
        if mode.translit
            && let Some(stop) = spellings.iter().find(|spelling| self.is_visible_stop(spelling))
        {
            return Some(Mended::Stop(stop.clone()));
        }
        if letters < 3 {
            return None;
        }
        let alike = self.alike(word, &spellings);
        if let Some(first) = alike.first() {
            let same = first.is_ascii() == word.word.is_ascii();
            let kind = if same { CorrectionKind::Typo } else { CorrectionKind::Translit };
            return Some(Mended::Words(kind, alike.into_iter().take(ALIKE).collect()));
        }
        if letters >= 4 {
            let known = spellings.iter().find(|spelling| self.has_stem(analyzer, spelling));
            if let Some(known) = known {
                return Some(Mended::Words(CorrectionKind::Translit, vec![known.clone()]));
            }
        }
        if letters < 4
            || is_everyday(&word.word, word.stem.as_deref())
            || self.mended.replace(self.mended.get() + 1) >= MENDED
        {
            return None;
        }
        if mode.translit {
            let found = self.respelt(analyzer, &spellings, letters);
            let found = found.or_else(|| self.mistyped(analyzer, word, mode));
            // A form that no text has may still have its root in common with one.
            let infinitives =
                spellings.iter().filter(|spelling| spelling.ends_with('т')).map(|spelling| format!("{spelling}ь"));
            let mut all = spellings.iter().cloned().chain(infinitives);
            let mut rooted = || all.find(|spelling| self.has_root(analyzer, spelling));
            return found.or_else(|| Some(Mended::Words(CorrectionKind::Translit, vec![rooted()?])));
        }
        self.mistyped(analyzer, word, mode).or_else(|| self.respelt(analyzer, &spellings, letters))
    }

    /// Returns what a word means that was mistyped.
    fn mistyped(&self, analyzer: &mut Analyzer, word: &Typed, mode: Mode) -> Option<Mended> {
        let letters = word.letters();
        let typo = |found: Vec<Candidate>| first_of(CorrectionKind::Typo, found);
        let near = self.near(&word.word, NEAR);
        if word.name {
            // A name is another name rather than a common word with two slips.
            let same = |near: &Candidate| near.word.chars().next() == word.word.chars().next();
            let near: Vec<Candidate> = near.into_iter().filter(same).collect();
            if letters >= NAME && !near.is_empty() {
                return typo(near);
            }
            return self.split(analyzer, &word.word).map(Mended::Split);
        }
        let (near, doubtful): (Vec<_>, Vec<_>) =
            near.into_iter().partition(|candidate| is_likely(&word.word, letters, candidate));
        if mode.open {
            let mut begun = self.beginnings(&word.word, NEAR);
            begun.retain(|candidate| is_likely(&word.word, letters, candidate));
            let cost = |found: &[Candidate]| found.first().map_or(f32::MAX, |best| best.cost);
            if cost(&begun) < cost(&near) {
                return Some(Mended::Begun(weighed(begun)));
            }
        }
        if !near.is_empty() {
            return typo(near);
        }
        if let Some(words) = self.split(analyzer, &word.word) {
            return Some(Mended::Split(words));
        }
        let mut others = self.near_stem(analyzer, word);
        if let Some(limit) = far(letters) {
            let known: FxHashSet<String> = others.iter().map(|candidate| candidate.word.clone()).collect();
            others.extend(self.near(&word.word, limit).into_iter().filter(|far| !known.contains(&far.word)));
        }
        if !others.is_empty() {
            sort(&mut others);
            return typo(others);
        }
        if mode.open && far(letters).is_some() {
            let begun = self.beginnings(&word.word, FAR_BEGINNING);
            if !begun.is_empty() {
                return Some(Mended::Begun(weighed(begun)));
            }
        }
        doubtful.into_iter().next().map(|candidate| Mended::Doubtful(candidate.word))
    }

    /// Returns the mistyped Russian word that a word in Latin letters means, or a form of it that no text has.
    fn respelt(&self, analyzer: &mut Analyzer, spellings: &[String], letters: usize) -> Option<Mended> {
        for limit in [Some(NEAR), far(letters)].into_iter().flatten() {
            for spelling in spellings.iter().take(2) {
                let near = self.near(spelling, limit);
                if !near.is_empty() {
                    return first_of(CorrectionKind::Translit, near);
                }
            }
        }
        let spelling = spellings.first()?;
        let russian = Typed::new(spelling, script_of(spelling), analyzer.forms(spelling, script_of(spelling)), 0..0);
        let forms = self.near_stem(analyzer, &russian);
        first_of(CorrectionKind::Translit, forms)
    }

    fn has_stem(&self, analyzer: &mut Analyzer, word: &str) -> bool {
        let script = script_of(word);
        let stem = analyzer.forms(word, script).stem.clone();
        self.is_visible(word) || stem.is_some_and(|stem| stem.chars().count() > 3 && self.any(Class::Stem, &stem))
    }

    fn has_root(&self, analyzer: &mut Analyzer, word: &str) -> bool {
        let root = analyzer.forms(word, script_of(word)).root.clone();
        root.is_some_and(|root| root.chars().count() > 4 && self.any(Class::Root, &root))
    }

    /// Returns the words that the reader or the editors know near to a word, the likeliest first: near and frequent.
    fn near(&self, word: &str, limit: f32) -> Vec<Candidate> {
        let mut found = self.weigh(self.vocabulary.near(word, limit), CANDIDATES);
        let mut add = |distance: f32, word: String| {
            if found.iter().all(|candidate| candidate.word != word) {
                found.push(candidate(distance, LEXICON, word));
            }
        };
        self.thesaurus.near(word, limit).into_iter().for_each(|(distance, word)| add(distance, word));
        sort(&mut found);
        found
    }

    /// Returns the beginnings of words that are near to what was typed, the likeliest first: near, and of frequent words.
    fn beginnings(&self, typed: &str, limit: f32) -> Vec<Candidate> {
        let mut counted: FxHashMap<String, (f32, usize)> = FxHashMap::default();
        let mut looked_at = 0;
        for (distance, word, letters) in self.vocabulary.begun(typed, limit, usize::MAX) {
            let count = self.count(&word, COUNTED);
            if count == 0 {
                continue;
            }
            let (_, total) = counted.entry(word.chars().take(letters).collect()).or_insert((distance, 0));
            *total += count;
            looked_at += 1;
            if looked_at == 4 * CANDIDATES {
                break;
            }
        }
        let mut found: Vec<Candidate> =
            counted.into_iter().map(|(beginning, (distance, count))| candidate(distance, count, beginning)).collect();
        sort(&mut found);
        found
    }

    /// Returns words of which a form was mistyped that the base does not have.
    fn near_stem(&self, analyzer: &mut Analyzer, word: &Typed) -> Vec<Candidate> {
        let Some(stem) = word.stem.as_deref().filter(|stem| stem.chars().count() > 5) else { return Vec::new() };
        let forms = self.vocabulary.begun(stem, NEAR, ENDING).into_iter().filter(|(_, form, _)| {
            let other = &analyzer.forms(form, script_of(form)).stem;
            other.as_deref().is_some_and(|other| apart(stem, other).is_some_and(|apart| apart <= NEAR))
        });
        // The ending is not what was typed, so it is less sure than a word with one slip.
        let forms = forms.map(|(distance, form, _)| (distance + 0.4, form)).collect();
        let mut found = self.weigh(forms, CANDIDATES);
        sort(&mut found);
        found
    }

    /// Keeps what the reader sees of the nearest words, and how likely each is meant.
    fn weigh(&self, found: Vec<(f32, String)>, most: usize) -> Vec<Candidate> {
        let seen = |(distance, word): (f32, String)| {
            let count = self.count(&word, COUNTED);
            (count > 0).then(|| candidate(distance, count, word))
        };
        found.into_iter().filter_map(seen).take(most).collect()
    }

    /// Splits a word into known ones that were written together: into two, else into as many as it takes.
    fn split(&self, analyzer: &mut Analyzer, word: &str) -> Option<Vec<String>> {
        let two = self.split_in_two(analyzer, word).map(|(first, second)| vec![first, second]);
        two.or_else(|| self.split_in_many(word))
    }

    /// Splits a word into three words or more that stand in the texts as they are: the likeliest ones, if words are drawn as
    /// often as they stand there. Every part of the word is looked up once, so that the work is bounded by its length.
    fn split_in_many(&self, word: &str) -> Option<Vec<String>> {
        /// What a word more costs, so that a few long ones come before many short ones.
        const WORD: f32 = 8.0;
        /// What a word of one letter costs besides.
        const ONE_LETTER: f32 = 2.0;
        let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        let letters = ends.len() - 1;
        if !(MANY..=LONGEST).contains(&letters) {
            return None;
        }
        // By the end of a beginning: what it costs, where its last word begins, and how many words it has.
        let mut best: Vec<Option<(f32, usize, usize)>> = vec![None; letters + 1];
        best[0] = Some((0.0, 0, 0));
        for to in 1..=letters {
            for from in to.saturating_sub(LONGEST_PART)..to {
                let Some((before, _, words)) = best[from] else { continue };
                let part = &word[ends[from]..ends[to]];
                let often = match (is_stop(part), to - from) {
                    (true, _) => COUNTED,
                    (false, 0..4) => continue,
                    (false, _) => self.count(part, OFTEN),
                };
                if often == 0 {
                    continue;
                }
                let cost = before + WORD - (1.0 + often as f32).ln() + if to - from < 2 { ONE_LETTER } else { 0.0 };
                if best[to].is_none_or(|(least, ..)| cost < least) {
                    best[to] = Some((cost, from, words + 1));
                }
            }
        }
        let (_, _, words) = best[letters]?;
        let mut parts = Vec::new();
        let mut to = letters;
        while to > 0 {
            let (_, from, _) = best[to]?;
            parts.push(word[ends[from]..ends[to]].to_owned());
            to = from;
        }
        parts.reverse();
        (words > 2 && letters >= 4 * words - 1 && parts.iter().any(|part| !is_stop(part))).then_some(parts)
    }

    /// Splits a word into two that are known, the most frequent ones.
    fn split_in_two(&self, analyzer: &mut Analyzer, word: &str) -> Option<(String, String)> {
        let letters = word.chars().count();
        let mut best: Option<(f32, usize)> = None;
        for (before, (at, _)) in word.char_indices().enumerate().skip(1) {
            let (first, second) = word.split_at(at);
            // «вброса» is not «в броса»: beside a short word there must be one that stands in the texts as it is.
            let good = match (is_stop(first), is_stop(second)) {
                (true, true) => false,
                (true, false) => letters - before > beside(before) && self.is_visible(second),
                (false, true) => before > beside(letters - before) && self.is_visible(first),
                (false, false) => {
                    before >= 3
                        && letters - before >= 3
                        && self.has_stem(analyzer, first)
                        && self.has_stem(analyzer, second)
                }
            };
            if !good {
                continue;
            }
            let count = |part: &str| if is_stop(part) { COUNTED } else { self.count(part, COUNTED) };
            let cost = |part: &str| (1.0 + count(part) as f32).ln() + part.chars().count().min(6) as f32 * 0.5;
            // As good as its worse part; among equals the most even.
            let score = cost(first).min(cost(second)) - letters.abs_diff(2 * before) as f32 * 0.01;
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, at));
            }
        }
        best.map(|(_, at)| (word[..at].to_owned(), word[at..].to_owned()))
    }

    /// Returns the two frequent words that a seldom one consists of.
    pub(super) fn divided(&self, analyzer: &mut Analyzer, word: &Typed) -> Option<(String, String)> {
        let seldom = || word.letters() > 6 && self.count(&word.word, SELDOM + 1) <= SELDOM;
        if word.script != Script::Latin || !(word.humped || seldom()) {
            return None;
        }
        let often = |part: &String| part.len() >= 3 && !is_stop(part) && self.count(part, SELDOM) >= 3;
        self.split_in_two(analyzer, &word.word).filter(|(first, second)| often(first) && often(second))
    }
}

/// Returns the letters that a word must have more than, beside a stop word of some letters: «соботу» is not «со боту».
fn beside(letters: usize) -> usize {
    if letters < 3 { 4 } else { 3 }
}

/// Returns what the best of several beginnings are worth.
fn weighed(found: Vec<Candidate>) -> Vec<(f32, String)> {
    let best = found.first().map_or(0.0, |best| best.cost);
    let near = found.into_iter().take_while(|candidate| candidate.cost <= best + MARGIN).take(BEGUN);
    near.map(|candidate| ((-1.5 * (candidate.cost - best)).exp(), candidate.word)).collect()
}

/// Returns whether a word near to what was typed is likely meant. Four letters are soon another word: then the first one must
/// be the same, and the slip one that people often make, or a letter left out.
fn is_likely(typed: &str, letters: usize, candidate: &Candidate) -> bool {
    let longer = candidate.word.chars().count() > letters;
    let limit = if longer { NEAR } else { OFTEN_MADE };
    // Another first letter, from far away on the keyboard, makes another word of a short one: «соботу» is not «роботу».
    let is_close = candidate.distance <= OTHER_FIRST || letters > SHORT_WORD;
    (letters > 4 && is_close) || (candidate.distance <= limit && typed.chars().next() == candidate.word.chars().next())
}

/// Returns the likeliest of the words that a mistyped one may mean. Only one is searched, so that what is told to be searched is.
fn first_of(kind: CorrectionKind, found: Vec<Candidate>) -> Option<Mended> {
    found.into_iter().next().map(|best| Mended::Words(kind, vec![best.word]))
}

fn candidate(distance: f32, count: usize, word: String) -> Candidate {
    Candidate { cost: distance - 0.08 * (1.0 + count as f32).ln(), distance, word }
}

fn sort(found: &mut [Candidate]) {
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.word.cmp(&b.word)));
}

/// Returns how far two slips may lead in a word of some letters; shorter words with two slips are other words.
fn far(letters: usize) -> Option<f32> {
    (letters >= FAR_LETTERS).then_some(FAR)
}

/// Returns whether a stem that is known says that the word is: short stems meet by accident unless an ending follows.
fn is_evidence(word: &str, stem: &str) -> bool {
    let length = stem.chars().count();
    let ending = word.strip_prefix(stem);
    length > 3
        || word.chars().count() <= length + 2
        || ending.is_some_and(|ending| {
            matches!(ending, "ами" | "ями" | "ого" | "его" | "ому" | "ему" | "ыми" | "ими" | "ing" | "ies")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_letters_are_taken_for_others_only_by_a_slip_that_is_often_made() {
        let likely = |typed: &str, distance: f32, word: &str| {
            is_likely(typed, typed.chars().count(), &candidate(distance, 9, word.to_owned()))
        };
        assert!(likely("крат", 0.75, "карт") && likely("карт", 0.95, "карта") && likely("вакой", 1.0, "такой"));
        assert!(likely("озврат", 1.30, "возврат") && !likely("соботу", 1.35, "роботу"));
        assert!(likely("зозврат", 1.35, "возврат"));
        assert!(!likely("жмут", 1.0, "ждут") && !likely("марс", 0.95, "мас") && !likely("балд", 1.15, "валд"));
    }

    #[test]
    fn short_stems_are_evidence_before_an_ending_only() {
        assert!(is_evidence("чеки", "чек") && is_evidence("ценами", "цен") && is_evidence("возвратами", "возврат"));
        assert!(!is_evidence("удаить", "уда"));
    }
}
