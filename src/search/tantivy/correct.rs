//! Corrections by evidence: something else is searched only where what was typed is nothing the reader could find, and
//! what it may have meant is. Words that only hidden articles have are no evidence; words of the editors' lexicon are.
//!
//! What is never corrected: what the reader could find as it is; words with digits; words that the editors say are right;
//! everyday words, which are right though the base may not have them. A name is corrected only where one slip explains it.

use rustc_hash::FxHashSet;

use super::distance::apart;
use super::planner::{Mode, Planner};
use super::postings::Lists;
use super::reading::Typed;
use super::schema::{BODY_EDGE, Class, EDGE, STOP_MARK};
use crate::search::CorrectionKind;
use crate::search::language::everyday::is_everyday;
use crate::search::language::sound::in_russian;
use crate::search::language::{Analyzer, Script, is_stop, script_of};

/// One slip: an insertion or anything cheaper, or a substitution.
const NEAR: f32 = 1.05;
/// Fewest letters of a name that is corrected.
const NAME: usize = 5;
/// Most candidates of which the frequency is looked up.
const CANDIDATES: usize = 40;
/// Most words a mistyped one stands for.
const CHOSEN: usize = 5;
/// Most words that a mistyped beginning stands for.
const BEGUN: usize = 24;
/// Most words of a query that are looked for among all that are near.
const MENDED: usize = 6;
/// Candidates are kept that are not further than this behind the best.
const MARGIN: f32 = 0.45;
/// More places where a word stands say no more about how likely it is meant.
const COUNTED: usize = 2000;
/// Places up to which a word is so seldom that it may be two.
const SELDOM: usize = 20;
/// Letters behind a stem that are an ending.
const ENDING: usize = 3;
/// What a word of the lexicon that no text has counts among candidates, in places.
const LEXICON: usize = 3;

/// What a word that nobody knows may mean.
#[derive(Debug)]
pub(super) enum Mended {
    /// Other words, best first, with their weights.
    Words(CorrectionKind, Vec<(f32, String)>),
    /// Words with a beginning that was mistyped, best first.
    Begun(Vec<String>),
    /// A Russian stop word in Latin letters.
    Stop(String),
    /// Two words that were written together.
    Split(String, String),
}

/// A word that may be meant.
#[derive(Debug)]
struct Candidate {
    cost: f32,
    distance: f32,
    word: String,
}

impl Planner<'_> {
    pub(super) fn any(&self, class: Class, term: &str) -> bool {
        self.segments.any(class, &self.segments.find(class, term), self.sight)
    }

    pub(super) fn is_visible(&self, word: &str) -> bool {
        self.any(Class::Word, word)
    }

    /// Returns in how many places a reader sees a word, up to `most`.
    fn count(&self, word: &str, most: usize) -> usize {
        let lists: Lists = self.segments.find(Class::Word, word);
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

    /// Returns whether the Latin words of a query are Russian ones: more letters are in words that are known only so.
    pub(super) fn is_transliterated<'a>(
        &self,
        analyzer: &mut Analyzer,
        words: impl Iterator<Item = &'a Typed>,
    ) -> bool {
        let (mut votes, mut against) = (0, 0);
        for word in words.filter(|word| word.script == Script::Latin && word.letters() > 2) {
            if self.is_known(word) {
                against += word.letters();
            } else if self.in_known_russian(analyzer, word).is_some() {
                votes += word.letters();
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
            return Some(Mended::Words(kind, alike.into_iter().take(CHOSEN).map(|like| (0.9, like)).collect()));
        }
        if letters >= 4 {
            let known = spellings.iter().find(|spelling| self.has_stem(analyzer, spelling));
            if let Some(known) = known {
                return Some(Mended::Words(CorrectionKind::Translit, vec![(0.9, known.clone())]));
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
            return found.or_else(|| Some(Mended::Words(CorrectionKind::Translit, vec![(0.9, rooted()?)])));
        }
        self.mistyped(analyzer, word, mode).or_else(|| self.respelt(analyzer, &spellings, letters))
    }

    /// Returns what a word means that was mistyped.
    fn mistyped(&self, analyzer: &mut Analyzer, word: &Typed, mode: Mode) -> Option<Mended> {
        let letters = word.letters();
        let typo = |words| Mended::Words(CorrectionKind::Typo, words);
        let near = self.near(&word.word, NEAR);
        if word.name {
            // A name is another name rather than a common word with two slips.
            let same = |near: &Candidate| near.word.chars().next() == word.word.chars().next();
            let near: Vec<Candidate> = near.into_iter().filter(same).collect();
            if letters >= NAME && !near.is_empty() {
                return Some(typo(self.likeliest(analyzer, near)));
            }
            return self.split(analyzer, &word.word).map(|(first, second)| Mended::Split(first, second));
        }
        if mode.open {
            let begun = self.begun(&word.word, NEAR);
            let cost = |found: &[Candidate]| found.first().map_or(f32::MAX, |best| best.cost);
            if cost(&begun) < cost(&near) {
                return Some(Mended::Begun(begun.into_iter().map(|candidate| candidate.word).collect()));
            }
        }
        if !near.is_empty() {
            return Some(typo(self.likeliest(analyzer, near)));
        }
        if let Some((first, second)) = self.split(analyzer, &word.word) {
            return Some(Mended::Split(first, second));
        }
        let mut others = self.near_stem(analyzer, word);
        if let Some(limit) = far(letters) {
            let known: FxHashSet<String> = others.iter().map(|candidate| candidate.word.clone()).collect();
            others.extend(self.near(&word.word, limit).into_iter().filter(|far| !known.contains(&far.word)));
        }
        if !others.is_empty() {
            sort(&mut others);
            return Some(typo(self.likeliest(analyzer, others)));
        }
        let begun = if mode.open && letters >= 7 { self.begun(&word.word, far_beginning(letters)) } else { Vec::new() };
        (!begun.is_empty()).then(|| Mended::Begun(begun.into_iter().map(|candidate| candidate.word).collect()))
    }

    /// Returns the mistyped Russian word that a word in Latin letters means, or a form of it that no text has.
    fn respelt(&self, analyzer: &mut Analyzer, spellings: &[String], letters: usize) -> Option<Mended> {
        for limit in [Some(NEAR), far(letters)].into_iter().flatten() {
            for spelling in spellings.iter().take(2) {
                let near = self.near(spelling, limit);
                if !near.is_empty() {
                    return Some(Mended::Words(CorrectionKind::Translit, self.likeliest(analyzer, near)));
                }
            }
        }
        let spelling = spellings.first()?;
        let russian = Typed::new(spelling, script_of(spelling), analyzer.forms(spelling, script_of(spelling)), 0..0);
        let forms = self.near_stem(analyzer, &russian);
        (!forms.is_empty()).then(|| Mended::Words(CorrectionKind::Translit, self.likeliest(analyzer, forms)))
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

    /// Returns words of which a beginning is near to what was typed, the likeliest first.
    fn begun(&self, typed: &str, limit: f32) -> Vec<Candidate> {
        let mut found = self.weigh(self.vocabulary.begun(typed, limit, usize::MAX), 4 * CANDIDATES);
        sort(&mut found);
        if let Some(best) = found.first().map(|best| best.cost) {
            found.retain(|candidate| candidate.cost <= best + MARGIN);
            found.truncate(BEGUN);
        }
        found
    }

    /// Returns words of which a form was mistyped that the base does not have.
    fn near_stem(&self, analyzer: &mut Analyzer, word: &Typed) -> Vec<Candidate> {
        let Some(stem) = word.stem.as_deref().filter(|stem| stem.chars().count() > 5) else { return Vec::new() };
        let mut forms = self.vocabulary.begun(stem, NEAR, ENDING);
        forms.retain_mut(|(distance, form)| {
            let other = &analyzer.forms(form, script_of(form)).stem;
            // The ending is not what was typed, so it is less sure than a word with one slip.
            *distance += 0.4;
            other.as_deref().is_some_and(|other| apart(stem, other).is_some_and(|apart| apart <= NEAR))
        });
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

    /// Chooses among the candidates for a mistyped word: the best ones, one for each stem.
    fn likeliest(&self, analyzer: &mut Analyzer, found: Vec<Candidate>) -> Vec<(f32, String)> {
        let best = found.first().map_or(0.0, |best| best.cost);
        let mut stems: Vec<String> = Vec::new();
        let mut chosen = Vec::new();
        for Candidate { cost, distance, word } in found {
            if cost > best + MARGIN || chosen.len() == CHOSEN {
                break;
            }
            let forms = analyzer.forms(&word, script_of(&word));
            let stem = forms.stem.as_deref().unwrap_or(&word).to_owned();
            if !stems.contains(&stem) {
                stems.push(stem);
                // What is two slips away is less sure.
                let sure = if distance > NEAR + 0.35 { 0.8 } else { 1.0 };
                chosen.push(((sure * (-1.5 * (cost - best)).exp()).max(0.2), word));
            }
        }
        chosen
    }

    /// Splits a word into two that are known, the most frequent ones.
    fn split(&self, analyzer: &mut Analyzer, word: &str) -> Option<(String, String)> {
        let letters = word.chars().count();
        let mut best: Option<(f32, usize)> = None;
        for (before, (at, _)) in word.char_indices().enumerate().skip(1) {
            let (first, second) = word.split_at(at);
            // «вброса» is not «в броса»: beside a short word there must be one that stands in the texts as it is.
            let good = match (is_stop(first), is_stop(second)) {
                (true, true) => false,
                (true, false) => letters - before > 3 && self.is_visible(second),
                (false, true) => before > 3 && self.is_visible(first),
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
        self.split(analyzer, &word.word).filter(|(first, second)| often(first) && often(second))
    }
}

fn candidate(distance: f32, count: usize, word: String) -> Candidate {
    Candidate { cost: distance - 0.08 * (1.0 + count as f32).ln(), distance, word }
}

fn sort(found: &mut [Candidate]) {
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.word.cmp(&b.word)));
}

/// Returns how far two slips may lead in a word of some letters; short words with two slips are other words.
fn far(letters: usize) -> Option<f32> {
    match letters {
        0..5 => None,
        5..7 => Some(1.5),
        7 => Some(1.8),
        _ => Some(2.0),
    }
}

/// The same for a beginning.
fn far_beginning(letters: usize) -> f32 {
    if letters >= 8 { 1.8 } else { 1.5 }
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
    fn short_stems_are_evidence_before_an_ending_only() {
        assert!(is_evidence("чеки", "чек") && is_evidence("ценами", "цен") && is_evidence("возвратами", "возврат"));
        assert!(!is_evidence("удаить", "уда"));
    }
}
