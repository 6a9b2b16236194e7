//! Tests that every implementation of a port must pass, generic over how one is made, and what they are made of.

mod events;
pub(crate) mod search;
pub(crate) mod suggest;

use std::sync::Arc;

use otvet::article::library::Rules;
use otvet::article::{Answer, Article, Lexicon, Library, Section};
use otvet::audience::{Access, AudienceSet, Audiences};
use otvet::revision::{ObjectId, Revision};
use otvet::search::{SearchQuery, SearchResults, Searcher};

/// An article made by hand: visible to everybody, with no more than it is given.
pub(crate) struct Draft(pub(crate) Article);

impl Draft {
    /// Begins an article; its slug is its path without `.md`.
    pub(crate) fn new(path: &str, title: &str) -> Self {
        let mut article = Article::parse(path, ObjectId::from_bytes([0; 20]), b"", &rules());
        article.title = title.to_owned();
        article.lang = "ru".to_owned();
        article.sections.clear();
        article.answers.clear();
        Self(article)
    }

    /// Adds text before the first heading.
    pub(crate) fn text(self, text: &str) -> Self {
        self.section(0, "", text)
    }

    /// Adds a heading of a level and the text under it.
    pub(crate) fn section(mut self, level: u8, title: &str, text: &str) -> Self {
        let id = format!("h{}", self.0.sections.len());
        let (id, title, text) = (id.into(), title.into(), text.into());
        self.0.sections.push(Section { id, level, title, text, ..Section::default() });
        self
    }

    /// Adds an internal note under the last heading.
    pub(crate) fn note(mut self, text: &str) -> Self {
        self.0.sections.last_mut().expect("a section").notes = text.into();
        self
    }

    /// Changes anything else.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Article)) -> Self {
        change(&mut self.0);
        self
    }

    /// Adds an answer.
    pub(crate) fn answer(mut self, text: &str) -> Self {
        let (text, markdown) = (text.into(), text.into());
        self.0.answers.push(Answer {
            channel: None,
            text,
            names: Box::default(),
            html: otvet::article::Fragment::default(),
            markdown,
        });
        self
    }

    /// Returns the article.
    pub(crate) fn done(self) -> Arc<Article> {
        Arc::new(self.0)
    }
}

fn rules() -> Rules {
    Rules { audiences: Audiences::default(), default_audience: AudienceSet::PUBLIC }
}

/// Puts articles into a library with a lexicon.
pub(crate) fn library_with(articles: &[Arc<Article>], lexicon: Lexicon) -> Arc<Library> {
    let revision = Revision { commit: ObjectId::from_bytes([1; 20]), tree: ObjectId::from_bytes([2; 20]) };
    Arc::new(Library::new(revision, articles.to_vec(), Vec::new(), Vec::new(), lexicon, Vec::new()))
}

/// Puts articles into a library.
pub(crate) fn library(articles: &[Arc<Article>]) -> Arc<Library> {
    library_with(articles, Lexicon::default())
}

/// The public.
pub(crate) fn public() -> Access {
    Access::reader(AudienceSet::PUBLIC)
}

/// A reader of an audience.
pub(crate) fn reader(audience: &str) -> Access {
    Access::reader(Audiences::default().get(audience).expect("a known audience"))
}

/// Searches as the public does.
pub(crate) fn ask(searcher: &dyn Searcher, text: &str) -> SearchResults {
    searcher.search(&SearchQuery::new(text), public())
}

/// Returns the slugs of the results, with spaces.
pub(crate) fn slugs(results: &SearchResults) -> String {
    results.hits.iter().map(|hit| hit.article.slug.as_str()).collect::<Vec<_>>().join(" ")
}

/// Returns everything a reader can see of results, as text.
pub(crate) fn seen(results: &SearchResults) -> String {
    let mut text =
        format!("{} {:?} {:?} {:?}\n", results.total, results.searched, results.corrections, results.suggestions);
    for hit in &results.hits {
        let (slug, score) = (&hit.article.slug, hit.score);
        text += &format!("{slug} {:?} {score} {} | {}\n", hit.section, hit.title_html, hit.snippet_html);
    }
    text
}
