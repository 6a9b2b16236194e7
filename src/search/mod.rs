//! Search: the port ([`SearchEngine`], [`Searcher`]) and the words both sides use. [`tantivy`] is the embedded engine,
//! [`language`] the analysis of Russian and English, [`query`] what a reader's text becomes.
//!
//! Deliberately knows no HTTP, and no reader's name: it is given an [`Access`] and answers from what that may see.

mod facets;
mod labels;
pub mod language;
pub mod portable;
pub mod query;
pub mod tantivy;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

pub use query::{Filters, SearchQuery};

use crate::article::{Article, Library};
use crate::audience::Access;

/// The settings of search.
#[derive(Debug, Clone, Default, serde::Deserialize, serde::Serialize, schemars::JsonSchema, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Config {}

/// Turns libraries into searchers, keeping what it can from one to the next.
pub trait SearchEngine: Send {
    /// Returns a searcher over exactly this library. Work is proportional to the difference from the previous library
    /// (or from the index on disk); the result depends on the library alone.
    ///
    /// # Errors
    /// When the index cannot be written and cannot be held in memory either. The previous searcher stays valid.
    fn index(&mut self, library: &Arc<Library>, progress: &dyn Progress) -> Result<Arc<dyn Searcher>, Error>;
}

/// Answers queries over one library, from what a reader may see. Immutable and shared.
pub trait Searcher: Send + Sync + fmt::Debug {
    /// Returns the articles that match and of which `among` says that they count, best first, ties by slug. `among` is for
    /// what a library does not know: it is asked where the filters want a time ([`Filters::changed_since`]).
    fn search_among(&self, query: &SearchQuery, access: Access, among: &dyn Fn(&Article) -> bool) -> SearchResults;

    /// Returns the articles that match, best first, ties by slug.
    fn search(&self, query: &SearchQuery, access: Access) -> SearchResults {
        self.search_among(query, access, &|_| true)
    }

    /// Returns what a text that is being typed may become: titles and questions of visible articles, at most `limit`, best
    /// first, each once, and longer words for the last one.
    fn complete(&self, text: &str, limit: usize, access: Access) -> Completions;

    /// Returns the titles and questions of [`Searcher::complete`].
    fn suggest(&self, text: &str, limit: usize, access: Access) -> Vec<Suggestion> {
        self.complete(text, limit, access).suggestions
    }

    /// Returns visible articles that are about the same as one, at most `limit`, with how much they are: best first, ties
    /// by slug.
    fn similar(&self, article: &Article, limit: usize, access: Access) -> Vec<(f32, Arc<Article>)>;

    /// Says that readers of an access will come, so that what is made once for them is there before they ask. Changes nothing
    /// but time.
    fn prepare(&self, _access: Access) {}

    /// Returns a searcher over another library, which takes from this one what both have and makes the rest in memory. This
    /// one stays as it is; the other answers as one that was made of its library alone.
    ///
    /// # Errors
    /// When what this one does not have cannot be indexed.
    fn beside(&self, library: &Arc<Library>, progress: &dyn Progress) -> Result<Arc<dyn Searcher>, Error>;

    /// Returns the number of sections in the index.
    fn sections(&self) -> usize;
}

/// Is told how far the indexing of a library is.
pub trait Progress: Sync {
    /// `done` of `all` articles are indexed.
    fn indexed(&self, done: usize, all: usize);

    /// Returns whether nobody waits for the library any more: then indexing ends with [`Error::GivenUp`].
    fn is_given_up(&self) -> bool {
        false
    }
}

/// Progress that nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn indexed(&self, _done: usize, _all: usize) {}
}

/// Why a library could not be indexed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process uses the data directory.
    #[error("the index in `{0}` is in use by another process; give each server its own --data")]
    InUse(PathBuf),
    /// The index could not be written.
    #[error("cannot write the search index in `{path}`: {reason}")]
    Write {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Nobody waited for it any more.
    #[error("indexing took longer than it may")]
    GivenUp,
    /// Anything else.
    #[error("cannot build the search index: {0}")]
    Other(String),
}

/// What a query gives.
#[derive(Debug, Clone, Default)]
pub struct SearchResults {
    /// The number of matching articles.
    pub total: usize,
    /// The text that was searched, after corrections.
    pub searched: String,
    /// What was corrected.
    pub corrections: Vec<Correction>,
    /// The page asked for.
    pub hits: Vec<Hit>,
    /// Queries or titles to try instead, when little or nothing was found.
    pub suggestions: Vec<String>,
    /// What all matching articles are, when it was asked for.
    pub facets: Option<Facets>,
    /// What was not done as asked.
    pub notes: Vec<Note>,
}

/// Something that was not done as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// No article has this phrase, which stood in quotes, as it stands; its words were searched.
    PhraseNotFound(String),
    /// There were more words than are searched; the last ones were left out.
    WordsLeftOut,
    /// Nothing that the reader sees has this word, and nothing else was searched for it; the others were.
    WordNotFound(String),
}

/// How many of the matching articles have which property. Each list is sorted by count, the largest first, then by value;
/// counts are exact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Kinds.
    pub kinds: Vec<(String, usize)>,
    /// Tags, in lower case.
    pub tags: Vec<(String, usize)>,
    /// Folders; an article counts for its own and for each above it.
    pub folders: Vec<(String, usize)>,
    /// Languages.
    pub langs: Vec<(String, usize)>,
    /// Owners.
    pub owners: Vec<(String, usize)>,
    /// States, by name.
    pub statuses: Vec<(String, usize)>,
}

/// Something that was searched instead of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Why.
    pub kind: CorrectionKind,
    /// What was typed.
    pub from: String,
    /// What was searched.
    pub to: String,
}

/// Why something else was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrectionKind {
    /// Typed on the wrong keyboard layout.
    Layout,
    /// Misspelt.
    Typo,
    /// Russian in Latin letters, or the reverse.
    Translit,
    /// A synonym of the editors' lexicon.
    Synonym,
}

/// A matching article.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The article.
    pub article: Arc<Article>,
    /// The section that matches best, by number in [`Article::sections`]; none when the title or the text before the
    /// first heading does.
    pub section: Option<usize>,
    /// The title, escaped, with matched words in `<mark>`.
    pub title_html: String,
    /// The best passage, at most 240 characters cut at words, escaped, with matched words in `<mark>`.
    pub snippet_html: String,
    /// The score; its size means something only within one edition.
    pub score: f32,
    /// Why it has this score and this place, when it was asked for.
    pub explanation: Option<Explanation>,
}

/// Why an article has its score and its place. The scores of the words and `nearness` add up to the score of the hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Its title or one of its questions is the query: such articles come first.
    pub best_bet: bool,
    /// It is archived or superseded: such articles come last.
    pub outdated: bool,
    /// It does not lack one of two words that were asked for: such articles come before those that do.
    pub has_all_words: bool,
    /// What each word of the query gives.
    pub words: Vec<WordScore>,
    /// What it gives that words stand near each other as in the query.
    pub nearness: f32,
}

/// What a word of the query gives to the score of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct WordScore {
    /// The word that was searched.
    pub word: String,
    /// Whether it is a stop word, which counts little.
    pub stop: bool,
    /// Whether it was met as it was typed, in any of its forms; else as the beginning of a word, corrected, or by a synonym.
    pub typed: bool,
    /// How rare it is among what the reader may see: the larger, the rarer. 0 when nothing has it.
    pub rarity: f32,
    /// What it adds to the score; 0 when the article does not have it.
    pub score: f32,
    /// Where it stands and how often, in the article's own fields and in the best passage. Empty when that is not known,
    /// as for synonyms of several words.
    pub places: Vec<(Place, u32)>,
}

/// A part of an article that is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The title.
    Title,
    /// The questions.
    Questions,
    /// Keywords and tags.
    Keywords,
    /// The summary.
    Summary,
    /// The headings above the best passage and its own.
    Heading,
    /// The best passage itself.
    Text,
}

/// What a text that is being typed may become.
#[derive(Debug, Clone, Default)]
pub struct Completions {
    /// The text that was completed, after corrections.
    pub searched: String,
    /// What was corrected, and which synonyms led to what is offered.
    pub corrections: Vec<Correction>,
    /// Titles and questions, best first.
    pub suggestions: Vec<Suggestion>,
    /// The text with its last word completed, by how many visible titles and questions then fit.
    pub words: Vec<String>,
}

/// A completion.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The text.
    pub text: String,
    /// The text, escaped, with the matched part in `<mark>`.
    pub html: String,
    /// Whether it is a title or a question of the article.
    pub kind: SuggestionKind,
    /// The article it leads to.
    pub article: Arc<Article>,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionKind {
    /// An article's title.
    Title,
    /// One of an article's questions.
    Question,
}

/// Returns a hit for an article that was listed, not searched: nothing is marked, the snippet is its summary or the
/// beginning of its answer.
pub fn listed_hit(article: &Arc<Article>) -> Hit {
    tantivy::listed_hit(article)
}
