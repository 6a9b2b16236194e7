//! The yardstick: plain BM25 over fields with Snowball stemming, which is what a good set-up of a stock search engine
//! gives (Elasticsearch's `russian` and `english` analyzers with field boosts).
//!
//! Whole articles in four fields (title 4, keywords and questions 3, headings 2, text 1), BM25 in each with k1 1.2 and b 0.75
//! (Robertson, Zaragoza 2009), lengths against the average over all articles, the scores added up, any word may match, ties by slug. Only `otvet eval` uses it: to say what the ranking
//! of the product is worth. Deliberately has no corrections, no prefixes, no synonyms, no passages and no proximity.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::article::Article;
use crate::edition::View;
use crate::search::language::Analyzer;

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// What a match in a field counts: title, keywords and questions, headings, text.
const BOOSTS: [f64; 4] = [4.0, 3.0, 2.0, 1.0];

/// An index of one view, in memory.
#[derive(Debug)]
pub struct Baseline {
    /// Path and slug by number.
    articles: Vec<(String, String)>,
    fields: [Field; BOOSTS.len()],
    analyzer: Analyzer,
}

/// One field of all articles.
#[derive(Debug, Default)]
struct Field {
    /// Articles with the number of times they have a stem.
    postings: HashMap<String, Vec<(usize, u32)>>,
    /// Stems of each article.
    lengths: Vec<u32>,
    /// Stems of all articles.
    total: f64,
}

impl Baseline {
    /// Indexes what a reader may see.
    pub fn new(view: &View) -> Self {
        let mut baseline = Self { articles: Vec::new(), fields: Default::default(), analyzer: Analyzer::default() };
        for article in view.articles() {
            let number = baseline.articles.len();
            baseline.articles.push((article.path.to_string(), article.slug.to_string()));
            let texts = texts(article, view.access().sees_notes());
            for (field, texts) in baseline.fields.iter_mut().zip(texts) {
                field.add(number, &texts, &mut baseline.analyzer);
            }
        }
        baseline
    }

    /// Returns the paths of the articles that match best, at most `limit`.
    pub fn rank(&mut self, text: &str, limit: usize) -> Vec<String> {
        let mut stems = BTreeSet::new();
        self.analyzer.analyze(text, |token, forms| {
            stems.insert(forms.stem.as_deref().unwrap_or(token.word).to_owned());
        });
        let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
        for (field, boost) in self.fields.iter().zip(BOOSTS) {
            for stem in &stems {
                field.score(stem, &mut |article, score| *scores.entry(article).or_default() += boost * score);
            }
        }
        let mut found: Vec<(f64, usize)> = scores.into_iter().map(|(article, score)| (score, article)).collect();
        let slug = |article: usize| &self.articles[article].1;
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| slug(a.1).cmp(slug(b.1))));
        found.into_iter().take(limit).map(|(_, article)| self.articles[article].0.clone()).collect()
    }
}

impl Field {
    fn add(&mut self, article: usize, texts: &[&str], analyzer: &mut Analyzer) {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut length = 0;
        for text in texts {
            analyzer.analyze(text, |token, forms| {
                length += 1;
                *counts.entry(forms.stem.as_deref().unwrap_or(token.word).to_owned()).or_default() += 1;
            });
        }
        self.lengths.push(length);
        self.total += f64::from(length);
        for (stem, count) in counts {
            self.postings.entry(stem).or_default().push((article, count));
        }
    }

    fn score(&self, stem: &str, each: &mut dyn FnMut(usize, f64)) {
        let Some(postings) = self.postings.get(stem) else { return };
        let (count, with) = (self.lengths.len() as f64, postings.len() as f64);
        let average = self.total / count;
        let idf = (1.0 + (count - with + 0.5) / (with + 0.5)).ln();
        for &(article, times) in postings {
            let times = f64::from(times);
            let norm = 1.0 - B + B * f64::from(self.lengths[article]) / average;
            each(article, idf * times * (K1 + 1.0) / (times + K1 * norm));
        }
    }
}

/// Returns the texts of an article by field.
fn texts(article: &Article, notes: bool) -> [Vec<&str>; BOOSTS.len()] {
    let meta = &article.meta;
    let named = meta.keywords.iter().chain(&meta.questions).map(String::as_str);
    let headings = article.sections.iter().filter(|section| section.level > 0).map(|section| section.title.as_str());
    let text = article
        .sections
        .iter()
        .flat_map(|section| [section.text.as_str(), if notes { section.notes.as_str() } else { "" }]);
    let summary = meta.summary.as_deref();
    [vec![article.title.as_str()], named.collect(), headings.collect(), summary.into_iter().chain(text).collect()]
}
