//! Completions of what is being typed: titles and questions in which every typed word begins a word, in any order, and
//! the word that the last one may become.
//!
//! 1. A typed word stands for the lines in which it begins a word (*standing*), and more loosely for those that have
//!    another form of it, or whose article has it as a keyword, a tag, or a synonym of the editors; see [`Typing`].
//! 2. Lines that all words lead to are offered: those that begin as typed, then those that begin with the first word,
//!    then those that have the words, then those that are meant more loosely; outdated articles after all others; among
//!    equals in the order of [`super::lines::Lines`].
//!
//! When a search finds little, what its words lead to is named, too.

use std::sync::Arc;

use super::lines::Place;
use super::plan::{Chunk, Mark};
use super::schema::Class;
use super::searcher::Live;
use super::snippet::Marker;
use super::typing::{Group, Reading, Typing, WORDS};
use crate::article::Article;
use crate::audience::Access;
use crate::search::language::{Analyzer, is_stop, script_of};
use crate::search::{Completions, Correction, Hit, Suggestion, SuggestionKind, query};

/// Words that the last one may become.
const CONTINUATIONS: usize = 3;
/// Fewest letters of which that is told.
const CONTINUED: usize = 2;
/// Most lines that are read.
const READ: usize = 2000;

/// Completes a text for a reader.
pub(super) fn complete(live: &Live, access: Access, analyzer: &mut Analyzer, text: &str, limit: usize) -> Completions {
    let finished = text.ends_with(char::is_whitespace);
    let (text, _) = query::normalize(text);
    let seen = live.completer.seen(access, live.articles());
    let typing = Typing::of(&live.completer, &seen);
    let reading = typing.read(analyzer, text);
    let suggestions = typing.offer(analyzer, live.articles(), &reading, limit);
    let words = if finished { Vec::new() } else { typing.continuations(analyzer, &reading) };
    let mut corrections = reading.corrections;
    corrections.extend(typing.synonyms_used(&reading.groups, &suggestions));
    let suggestions = suggestions.into_iter().map(|(_, suggestion)| suggestion).collect();
    Completions { searched: reading.text, corrections, suggestions, words }
}

/// Returns titles to look at when little was found, besides what was: those that most of the rare words of a query lead to.
pub(super) fn instead(
    live: &Live,
    access: Access,
    analyzer: &mut Analyzer,
    chunks: &[Chunk],
    found: &[Hit],
) -> Vec<String> {
    const INSTEAD: usize = 5;
    let seen = live.completer.seen(access, live.articles());
    let typing = Typing::of(&live.completer, &seen);
    let words = chunks.iter().flat_map(|chunk| &chunk.parts).filter(|word| !word.stop).take(WORDS);
    let mut worth = vec![0f32; typing.lines.len()];
    let mut mended = 0;
    for word in words {
        let mut group = typing.group(analyzer, &word.word, 0..0);
        if !group.is_known(typing.seen) {
            let mended = typing.mend(analyzer, &word.word, 0..0, &mut mended).map(|(_, group)| group);
            let Some(better) = mended.or_else(|| typing.as_begun(analyzer, &word.word)) else { continue };
            group = better;
        }
        let found = group.loose.common(typing.seen);
        let rarity = (1.0 + typing.lines.len() as f32 / (1.0 + found as f32)).ln();
        for line in group.loose.iter().filter(|&line| typing.seen.contains(line)) {
            worth[line as usize] += rarity;
        }
    }
    let mut best: Vec<(f32, u32)> = Vec::new();
    for (line, &worth) in (0u32..).zip(&worth) {
        // Lines come in order, so that of equals the first stays.
        if worth > 0.0 && (best.len() < 4 * INSTEAD || best.last().is_some_and(|&(least, _)| worth > least)) {
            let at = best.partition_point(|&(other, _)| other >= worth);
            best.insert(at, (worth, line));
            best.truncate(4 * INSTEAD);
        }
    }
    let folded = |article: &Article| article.title.to_lowercase();
    let is_named =
        |titles: &[String], article: &Article| titles.iter().any(|title| title.to_lowercase() == folded(article));
    let is_found = |article: &Article| found.iter().any(|hit| hit.article.path == article.path);
    let mut titles: Vec<String> = Vec::new();
    for (_, line) in best {
        let Place { article, .. } = typing.lines.place(line);
        let article = &live.articles()[article as usize];
        if titles.len() < INSTEAD && !is_named(&titles, article) && !is_found(article) {
            titles.push(article.title.clone());
        }
    }
    titles
}

impl Typing<'_> {
    /// Returns the lines that all words lead to, best first, each text once.
    fn offer(
        &self,
        analyzer: &mut Analyzer,
        articles: &[Arc<Article>],
        reading: &Reading,
        limit: usize,
    ) -> Vec<(u32, Suggestion)> {
        let groups = &reading.groups;
        if groups.is_empty() {
            return Vec::new();
        }
        let (mut standing, mut loose) = (self.seen.clone(), self.seen.clone());
        groups.iter().for_each(|group| standing.keep(&group.standing));
        groups.iter().for_each(|group| loose.keep(&group.loose));
        let text = |line: u32| {
            let Place { article, which, .. } = self.lines.place(line);
            let article = &articles[article as usize];
            (article, if which == 0 { &article.title } else { &article.meta.questions[which as usize - 1] }, which)
        };
        let mut chosen = Chosen::new(limit);
        for line in loose.iter() {
            let rank = if standing.contains(line) { self.rank(groups, line) } else { LOOSE };
            let rank = if self.lines.place(line).is_outdated() { rank + LOOSE + 1 } else { rank };
            if chosen.wants(rank) {
                chosen.add(rank, line, text(line).1);
            }
            if chosen.is_settled() {
                break;
            }
        }
        let marks = groups.iter().map(|group| {
            group.marks.iter().map(|form| Mark { class: Class::Edge, form: form.clone() }).collect::<Vec<_>>()
        });
        let marker = Marker::of(marks);
        let suggestion = |line: u32| {
            let (article, text, which) = text(line);
            let kind = if which == 0 { SuggestionKind::Title } else { SuggestionKind::Question };
            let html = marker.whole(analyzer, text);
            (line, Suggestion { text: text.clone(), html, kind, article: Arc::clone(article) })
        };
        chosen.best().into_iter().map(suggestion).collect()
    }

    /// Returns how a line in which all words stand has them: 0 when it begins as typed, 1 when it begins with the first
    /// word, else 2.
    fn rank(&self, groups: &[Group], line: u32) -> usize {
        let words = self.lines.words_of(line);
        let is = |group: &Group, word: u32| group.beginnings.iter().any(|range| range.contains(&word));
        let mut pairs = groups.iter().zip(words);
        match (words.len() >= groups.len(), words.first()) {
            (true, _) if pairs.all(|(group, &word)| is(group, word)) => 0,
            (_, Some(&first)) if is(&groups[0], first) => 1,
            _ => 2,
        }
    }

    /// Returns the text with its last word completed: words that most lines have which the other words lead to.
    fn continuations(&self, analyzer: &mut Analyzer, reading: &Reading) -> Vec<String> {
        let Some((last, others)) = reading.groups.split_last() else { return Vec::new() };
        if last.word.chars().count() < CONTINUED || last.at.end != reading.text.len() {
            return Vec::new();
        }
        let mut seen = self.seen.clone();
        others.iter().for_each(|group| seen.keep(&group.loose));
        let mut counted: Vec<(usize, usize, u32)> = Vec::new();
        for word in last.beginnings.iter().cloned().flatten() {
            let count = self.lines.standing(word..word + 1).iter().filter(|&&line| seen.contains(line)).count();
            if count > 0 {
                counted.push((count, self.lines.word(word).len(), word));
            }
        }
        counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let mut stems: Vec<String> = Vec::new();
        let mut continuations = Vec::new();
        for (.., word) in counted.into_iter().take(8 * CONTINUATIONS) {
            let word = self.lines.word(word);
            let stem = analyzer.forms(word, script_of(word)).stem.as_deref().unwrap_or(word).to_owned();
            if word == last.word || is_stop(word) || stems.contains(&stem) {
                continue;
            }
            stems.push(stem);
            continuations.push(format!("{}{word}", reading.text.get(..last.at.start).unwrap_or_default()));
            if continuations.len() == CONTINUATIONS {
                break;
            }
        }
        continuations
    }

    /// Returns the synonyms by which some of what is offered was found.
    fn synonyms_used(&self, groups: &[Group], offered: &[(u32, Suggestion)]) -> Vec<Correction> {
        let mut used = Vec::new();
        for group in groups {
            for (number, typed, meant) in &group.synonyms {
                let is_used = |line: u32| meant.contains(line) && !group.standing.contains(line);
                if offered.iter().any(|&(line, _)| is_used(line)) && !used.contains(&(*number, typed)) {
                    used.push((*number, typed));
                }
            }
        }
        used.into_iter().filter_map(|(number, typed)| self.synonyms.correction(number, typed)).collect()
    }
}

/// The rank of what is meant more loosely.
const LOOSE: usize = 3;
/// The number of ranks: those of current articles, then those of outdated ones.
const RANKS: usize = 2 * (LOOSE + 1);

/// The best lines by rank, each text once.
struct Chosen {
    limit: usize,
    /// How many lines may still be looked at; there may be many of one text.
    left: usize,
    ranks: [Vec<u32>; RANKS],
    texts: [Vec<String>; RANKS],
}

impl Chosen {
    fn new(limit: usize) -> Self {
        Self { limit, left: READ, ranks: Default::default(), texts: Default::default() }
    }

    fn wants(&self, rank: usize) -> bool {
        self.ranks[..=rank].iter().map(Vec::len).sum::<usize>() < self.limit
    }

    fn is_settled(&self) -> bool {
        self.ranks[0].len() >= self.limit || self.left == 0
    }

    fn add(&mut self, rank: usize, line: u32, text: &str) {
        self.left -= 1;
        let text = text.to_lowercase();
        if self.texts.iter().all(|texts| !texts.contains(&text)) {
            self.ranks[rank].push(line);
            self.texts[rank].push(text);
        }
    }

    fn best(self) -> Vec<u32> {
        self.ranks.into_iter().flatten().take(self.limit).collect()
    }
}
