//! Articles that are about the same: those that share rare words of titles, questions, keywords and tags.
//!
//! A word counts by how few of the articles that this reader sees have it; one that many have says nothing and is not
//! even read, so the work is bounded whatever the size of the base. Texts are deliberately not compared: what an article
//! is about stands in its title, and what else it mentions leads astray.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::typing::Completer;
use crate::article::Article;
use crate::audience::Access;
use crate::search::language::{Analyzer, is_stop};

/// Most words of an article that are compared.
const WORDS: usize = 32;
/// Most places of a word that are read; a word with more is no rare one.
const PLACES: usize = 1000;
/// A word says something if it is in no more of the articles than one of so many, or in no more than a few.
const SHARE: usize = 8;
/// See [`SHARE`].
const FEW: usize = 20;
/// What a word counts for that stands in a question only.
const IN_QUESTION: f32 = 0.5;
/// The least share of what an article is about that another must have.
const LEAST: f32 = 0.2;

/// Returns the articles that are about the same as one, by how much, at most `limit`, ties by slug. `articles` are those of
/// the library.
pub(super) fn similar(
    completer: &Completer,
    articles: &[Arc<Article>],
    access: Access,
    analyzer: &mut Analyzer,
    article: &Article,
    limit: usize,
) -> Vec<(f32, Arc<Article>)> {
    let (lines, seen) = (&completer.lines, completer.seen(access, articles));
    let mut scores: FxHashMap<u32, f32> = FxHashMap::default();
    let mut all = 0.0;
    let mut of_word: FxHashMap<u32, f32> = FxHashMap::default();
    for (beginning, weight) in words(analyzer, article) {
        let range = lines.beginning_with(&beginning);
        let (standing, labelled) = (lines.standing(range.clone()), lines.labelled(range));
        if standing.len() + labelled.len() > PLACES {
            continue;
        }
        of_word.clear();
        for &line in standing.iter().chain(labelled).filter(|&&line| seen.lines.contains(line)) {
            let place = lines.place(line);
            let weight = if place.which == 0 { 1.0 } else { IN_QUESTION };
            let best = of_word.entry(place.article).or_default();
            *best = best.max(weight);
        }
        if of_word.len() > FEW.max(seen.articles / SHARE) {
            continue;
        }
        // As if there were one more article than there is, so that what all have still counts a little.
        let rarity = weight * ((1 + seen.articles) as f32 / of_word.len().max(1) as f32).ln();
        all += rarity;
        for (&number, &weight) in &of_word {
            *scores.entry(number).or_default() += rarity * weight;
        }
    }
    let mut found: Vec<(f32, &Arc<Article>)> = scores
        .into_iter()
        .filter(|&(_, score)| score >= LEAST * all)
        .map(|(number, score)| (score, &articles[number as usize]))
        .filter(|(_, other)| other.path != article.path)
        .collect();
    found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.by_name(b.1)));
    found.into_iter().take(limit).map(|(score, article)| (score, Arc::clone(article))).collect()
}

/// Returns what the words of an article begin with in all their forms, sorted, each once, with what it counts for.
fn words(analyzer: &mut Analyzer, article: &Article) -> Vec<(String, f32)> {
    let mut words: Vec<(String, f32)> = Vec::new();
    let mut add = |text: &str, weight: f32| {
        analyzer.analyze(text, |token, forms| {
            let stem = forms.stem.as_deref().unwrap_or(token.word);
            if !token.joined && !is_stop(token.word) && stem.chars().count() > 2 && words.len() < WORDS {
                words.push((stem.to_owned(), weight));
            }
        });
    };
    add(&article.title, 1.0);
    article.meta.tags.iter().chain(&article.meta.keywords).for_each(|text| add(text, 1.0));
    article.meta.questions.iter().for_each(|text| add(text, IN_QUESTION));
    words.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.total_cmp(&a.1)));
    words.dedup_by(|a, b| a.0 == b.0);
    words
}
