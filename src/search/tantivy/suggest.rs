//! Completions: titles and questions in which every typed word begins a word.
//!
//! The candidates come from the postings of titles and questions, so no structure of their own has to be kept in step.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::plan::{Chunk, Mark};
use super::postings::Lists;
use super::schema::{Class, EDGE, Kind};
use super::searcher::Live;
use super::sight::Sight;
use super::snippet::Marker;
use super::table::unplace;
use crate::search::language::{Analyzer, first_letters};
use crate::search::{Suggestion, SuggestionKind, query};

/// Most words that are looked at.
const WORDS: usize = 8;
/// Most titles that are named when nothing was found.
const INSTEAD: usize = 5;
/// Most candidates that are read to see whether one text has all words.
const READ: usize = 400;

/// A title or question that may fit.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate<'a> {
    /// Whether it does not begin with the first word typed.
    inside: bool,
    length: usize,
    slug: &'a str,
    /// 0 for the title, else the number of the question, from 1.
    which: usize,
    slot: usize,
}

/// Completes a text; best first: those that begin with it, then shorter ones, then by slug.
pub(super) fn complete(
    live: &Live,
    sight: &Sight,
    analyzer: &mut Analyzer,
    text: &str,
    limit: usize,
) -> Vec<Suggestion> {
    let (text, _) = query::normalize(text);
    let mut words: Vec<String> = Vec::new();
    analyzer.split(&text, |token| {
        if !token.joined && words.len() < WORDS {
            words.push(token.word.to_owned());
        }
    });
    let Some(first) = words.first() else { return Vec::new() };
    let mut candidates = candidates(live, sight, &words, first);
    let marker = marker(&words);
    let mut texts = FxHashSet::default();
    let mut found = Vec::new();
    let mut left = READ;
    while found.len() < limit && left > 0 {
        let Some(Reverse(candidate)) = candidates.pop() else { break };
        left -= 1;
        let Some(article) = live.article(candidate.slot) else { continue };
        let (text, kind) = match candidate.which {
            0 => (&article.title, SuggestionKind::Title),
            which => (&article.meta.questions[which - 1], SuggestionKind::Question),
        };
        if has_all(analyzer, text, &words) && texts.insert(text.to_lowercase()) {
            let html = marker.whole(analyzer, text);
            found.push(Suggestion { text: text.clone(), html, kind, article: Arc::clone(article) });
        }
    }
    found
}

/// Returns titles to look at when nothing was found: those with a word that begins as a word of the query does.
pub(super) fn instead(live: &Live, sight: &Sight, analyzer: &mut Analyzer, chunks: &[Chunk]) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    let words = chunks.iter().flat_map(|chunk| &chunk.parts).filter(|word| !word.stop);
    for word in words.map(|word| &word.word).filter(|word| word.chars().count() >= EDGE).take(WORDS) {
        let beginning: String = word.chars().take(EDGE).collect();
        for suggestion in complete(live, sight, analyzer, &beginning, INSTEAD) {
            if !titles.contains(&suggestion.text) && titles.len() < INSTEAD {
                titles.push(suggestion.text);
            }
        }
    }
    titles
}

/// Returns the titles and questions of the articles in which some title or questions have a word for every typed one.
fn candidates<'a>(live: &'a Live, sight: &Sight, words: &[String], first: &str) -> BinaryHeap<Reverse<Candidate<'a>>> {
    let mut places: Option<Vec<u32>> = None;
    for word in words {
        let (class, lists) = lists(live, sight, word);
        let mut here = Vec::new();
        live.segments.read(class, &lists, |place, _| {
            let (kind, slot) = unplace(place);
            if (kind == Kind::Title as usize || kind == Kind::Questions as usize) && sight.visible[slot] > 0 {
                here.push(place);
            }
            true
        });
        here.sort_unstable();
        here.dedup();
        if let Some(before) = &places {
            here.retain(|place| before.binary_search(place).is_ok());
        }
        places = Some(here);
    }
    let letters = first_letters(first);
    let mut candidates = Vec::new();
    for place in places.unwrap_or_default() {
        let (kind, slot) = unplace(place);
        let Some(article) = live.article(slot) else { continue };
        let mut add = |which: usize, text: &str| {
            let inside = !begins(text, first, letters);
            candidates.push(Reverse(Candidate {
                inside,
                length: text.len(),
                slug: article.slug.as_str(),
                which,
                slot,
            }));
        };
        if kind == Kind::Title as usize {
            add(0, &article.title);
        } else {
            for (number, question) in article.meta.questions.iter().enumerate() {
                add(number + 1, question);
            }
        }
    }
    candidates.into()
}

fn lists(live: &Live, sight: &Sight, word: &str) -> (Class, Lists) {
    if word.chars().count() > EDGE {
        (Class::Word, live.segments.expand(word, sight))
    } else {
        (Class::Edge, live.segments.find(Class::Edge, word))
    }
}

/// Returns whether a text begins with a folded word; quick, and exact for plain letters.
fn begins(text: &str, word: &str, letters: (char, char)) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut start = [0u8; 8];
    let mut length = 0;
    for c in text.chars().take(letters_of(word)) {
        length += c.encode_utf8(&mut start[length..]).len();
    }
    first_letters(std::str::from_utf8(&start[..length]).unwrap_or("")) == letters
        && text
            .chars()
            .flat_map(char::to_lowercase)
            .map(|c| if c == 'ё' { 'е' } else { c })
            .zip(word.chars())
            .all(|(a, b)| a == b)
}

fn letters_of(word: &str) -> usize {
    word.chars().take(2).count()
}

fn has_all(analyzer: &mut Analyzer, text: &str, words: &[String]) -> bool {
    let mut missing: u32 = (1 << words.len()) - 1;
    analyzer.split(text, |token| {
        for (i, word) in words.iter().enumerate() {
            if token.word.starts_with(word.as_str()) {
                missing &= !(1 << i);
            }
        }
    });
    missing == 0
}

fn marker(words: &[String]) -> Marker {
    Marker::of(words.iter().map(|word| vec![Mark { class: Class::Edge, form: word.clone() }]))
}
