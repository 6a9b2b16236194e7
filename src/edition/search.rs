//! Searching, completing and listing through a [`View`].

use std::sync::Arc;

use super::View;
use crate::article::Article;
use crate::search::{Completions, Facets, Filters, SearchQuery, SearchResults};
use crate::spelling;

/// The order and range of a list of articles.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// What the articles must be.
    pub filters: Filters,
    /// The slug behind which the list begins; none for the start.
    pub after: Option<String>,
    /// Most articles to return.
    pub limit: usize,
}

impl View {
    /// Searches. Without words, lists what passes the filters by title.
    pub fn search(&self, query: &SearchQuery) -> SearchResults {
        if query.text.is_empty() {
            return self.listed_as_results(query);
        }
        let in_time = |article: &Article| self.changed_in_time(&query.filters, article);
        let mut results = self.edition.searcher.search_among(query, self.access(), &in_time);
        for hit in &mut results.hits {
            hit.article = self.under_its_name(hit.article.clone());
        }
        results
    }

    /// Returns whether an article passes filters.
    pub fn passes(&self, filters: &Filters, article: &Article) -> bool {
        filters.pass(article) && self.changed_in_time(filters, article)
    }

    /// Returns whether an article changed when filters want it to. In a preview nothing has a date, and nothing passes.
    fn changed_in_time(&self, filters: &Filters, article: &Article) -> bool {
        filters.changed_since.is_none_or(|since| self.dates(article).is_some_and(|(_, changed)| changed.at >= since))
    }

    fn listed_as_results(&self, query: &SearchQuery) -> SearchResults {
        if query.filters.is_empty() {
            return SearchResults::default();
        }
        let by_title = |number: &u32| (&self.numbered(*number).title, &self.numbered(*number).slug);
        let few = self.narrowed(&query.filters).map(|mut numbers| {
            numbers.sort_unstable_by(|a, b| by_title(a).cmp(&by_title(b)));
            numbers
        });
        let numbers = few.as_deref().unwrap_or(&self.catalogue().by_title);
        let found: Vec<_> = self.passing(&query.filters, numbers).collect();
        let hits = found.iter().skip(query.offset).take(query.limit).map(|article| crate::search::listed_hit(article));
        let facets = query.facets.then(|| Facets::of(found.iter().map(|article| article.as_ref())));
        SearchResults { total: found.len(), hits: hits.collect(), facets, ..SearchResults::default() }
    }

    /// Returns the articles that pass filters, in the order in which they are given.
    fn passing<'a, 'f>(
        &'a self,
        filters: &'f Filters,
        numbers: &'f [u32],
    ) -> impl Iterator<Item = &'a Arc<Article>> + use<'a, 'f> {
        numbers.iter().map(|&number| self.numbered(number)).filter(|article| self.passes(filters, article))
    }

    /// Returns the visible articles outside of which none passes filters, in no order, where a tag or a folder tells them.
    fn narrowed(&self, filters: &Filters) -> Option<Vec<u32>> {
        if !filters.tags.is_empty() {
            let tagged = filters.tags.iter().flat_map(|tag| self.catalogue().tagged(tag));
            let mut numbers: Vec<u32> = tagged.copied().collect();
            numbers.sort_unstable();
            numbers.dedup();
            return Some(numbers);
        }
        if filters.under.is_empty() {
            return None;
        }
        // Articles are in the order of their paths, so those below a folder stand together; `0` is what follows `/`.
        let before = |end: String| self.library().articles().partition_point(|article| *article.path < *end);
        let below = before(format!("{}/", filters.under))..before(format!("{}0", filters.under));
        Some(below.filter(|&number| self.visible(number).is_some()).map(|number| number as u32).collect())
    }

    /// Completes what is being typed.
    pub fn complete(&self, text: &str, limit: usize) -> Completions {
        let mut completions = self.edition.searcher.complete(text, limit, self.access());
        for suggestion in &mut completions.suggestions {
            suggestion.article = self.under_its_name(suggestion.article.clone());
        }
        completions
    }

    /// Returns visible articles whose title or slug is near to a text that led nowhere; at most `limit`.
    pub fn nearest(&self, text: &str, limit: usize) -> Vec<Arc<Article>> {
        let mut found = self.misspelt(text);
        let words = text.replace(['-', '_', '/', '.'], " ");
        let results = self.search(&SearchQuery { limit, ..SearchQuery::new(&words) });
        let others = results.hits.into_iter().map(|hit| hit.article);
        found.extend(others.filter(|article| found.iter().all(|known| known.slug != article.slug)).collect::<Vec<_>>());
        found.truncate(limit);
        found
    }

    /// Returns visible articles whose slug a text nearly is, the nearest first. Looks only at slugs with the same beginning
    /// and about the same length, and only at so many, so that a wrong address costs little on a large base.
    fn misspelt(&self, text: &str) -> Vec<Arc<Article>> {
        const LOOKED_AT: usize = 500;
        let length = text.chars().count();
        if !(4..=80).contains(&length) {
            return Vec::new();
        }
        let allowed = 1 + length / 8;
        let beginning: String = text.chars().take(2).collect();
        let by_slug = &self.catalogue().by_slug;
        let slug = |number: &u32| self.numbered(*number).slug.as_str();
        let from = by_slug.partition_point(|number| slug(number) < beginning.as_str());
        let near = by_slug[from..]
            .iter()
            .take_while(|number| slug(number).starts_with(&beginning))
            .take(LOOKED_AT)
            .filter(|number| slug(number).chars().count().abs_diff(length) <= allowed)
            .map(|number| (spelling::distance(slug(number), text), self.numbered(*number)));
        let mut near: Vec<_> = near.filter(|&(distance, _)| distance <= allowed).collect();
        near.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.slug.cmp(&b.1.slug)));
        near.into_iter().map(|(_, article)| article.clone()).collect()
    }

    /// Lists visible articles by slug, and whether there are more. Looks at no more of them than it takes to fill the list,
    /// or than have a tag or are in a folder that is asked for.
    pub fn list(&self, query: &ListQuery) -> (Vec<&Arc<Article>>, bool) {
        let few = self.narrowed(&query.filters).map(|mut numbers| {
            numbers.sort_unstable_by_key(|&number| &self.numbered(number).slug);
            numbers
        });
        let all = few.as_deref().unwrap_or(&self.catalogue().by_slug);
        let behind = |after: &str| all.partition_point(|&number| self.numbered(number).slug.as_str() <= after);
        let from = query.after.as_deref().map_or(0, behind);
        let mut found: Vec<_> = self.passing(&query.filters, &all[from..]).take(query.limit + 1).collect();
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        (found, more)
    }
}
