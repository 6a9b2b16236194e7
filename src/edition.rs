//! Editions: everything the server knows at one commit, and the only way to look at it, a [`View`]; [`holder`] has the
//! current one.
//!
//! Deliberately knows no HTTP and makes no edition: `publish` does.

mod catalogue;
mod changes;
mod former;
mod holder;
mod links;
mod lists;
mod removed;
mod reviews;
mod search;
mod trust;

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use catalogue::Catalogue;
pub use catalogue::Catalogues;
pub use changes::Change;
pub use holder::{Announcement, Editions, Failure, Published};
pub use links::Neighbour;
pub use lists::Folder;
pub use removed::{File as RemovedFile, Removal, Removals, Removed};
pub use reviews::{ReviewCounts, ReviewState, SOON, today};
pub use search::ListQuery;
pub use trust::{Trust, TrustState};

use crate::article::library::Naming;
use crate::article::{Article, Library};
use crate::audience::{Access, AudienceSet, Audiences};
use crate::diagnostic::Diagnostic;
use crate::git::history::History;
use crate::revision::Revision;
use crate::search::Searcher;

/// Everything the server knows at one commit. Immutable; swapped in whole.
#[derive(Debug)]
pub struct Edition {
    /// Commit and content tree.
    pub revision: Revision,
    /// The branch it was read from; none for uncommitted work.
    pub branch: Option<String>,
    /// When the commit was made; for uncommitted work, when it was read.
    pub committed_at: Timestamp,
    /// The known audiences.
    pub audiences: Audiences,
    /// The audience of an article that names none.
    pub default_audience: AudienceSet,
    /// The articles. Readers look at them through a [`View`].
    pub library: Arc<Library>,
    /// The index over exactly these articles.
    pub searcher: Arc<dyn Searcher>,
    /// Who changed what when.
    pub history: Arc<History>,
    /// What the articles were that are no longer there.
    pub removed: Removals,
    /// What lists need, prepared for each access.
    pub catalogues: Catalogues,
}

impl Edition {
    /// Returns an edition of articles and their index alone, without a branch or a history: to measure it, not to serve it.
    pub fn without_history(library: Arc<Library>, searcher: Arc<dyn Searcher>, audiences: Audiences) -> Self {
        Self {
            revision: library.revision(),
            branch: None,
            committed_at: Timestamp::UNIX_EPOCH,
            audiences,
            default_audience: AudienceSet::NOBODY,
            library,
            searcher,
            history: Arc::default(),
            removed: Removals::default(),
            catalogues: Catalogues::default(),
        }
    }
}

/// An edition as one reader may see it: the only way to articles and search.
#[derive(Debug, Clone)]
pub struct View {
    edition: Arc<Edition>,
    naming: Naming,
    catalogue: OnceLock<Arc<Catalogue>>,
    /// What the addresses begin with that it gives: those of a preview stay in it.
    root: Arc<str>,
}

/// What an address leads to.
#[derive(Debug)]
pub enum Lookup<'a> {
    /// An article.
    Found(&'a Arc<Article>),
    /// An article that is now found under another slug.
    Moved(&'a Arc<Article>),
    /// Nothing that this reader may see.
    Nothing,
}

impl View {
    /// Looks at an edition with a reader's access.
    pub fn new(edition: Arc<Edition>, access: Access) -> Self {
        let naming = edition.library.naming(access);
        Self { edition, naming, catalogue: OnceLock::new(), root: Arc::default() }
    }

    /// Gives addresses below a root (`/~branch`, without a slash at its end).
    pub fn below(self, root: Arc<str>) -> Self {
        Self { root, ..self }
    }

    /// Returns what the addresses begin with that it gives; empty for the live edition.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Returns the address of an article's page.
    pub fn article_path(&self, slug: &str) -> String {
        format!("{}{}", self.root, article_path(slug))
    }

    /// Returns the revision every response names.
    pub fn revision(&self) -> Revision {
        self.edition.revision
    }

    /// Returns the edition, for what does not depend on the reader.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// Returns the reader's access.
    pub fn access(&self) -> Access {
        self.naming.access()
    }

    fn library(&self) -> &Library {
        &self.edition.library
    }

    fn catalogue(&self) -> &Catalogue {
        self.catalogue.get_or_init(|| self.edition.catalogues.of(self.library(), self.access()))
    }

    /// Returns an article of the catalogue, which holds only what is visible.
    fn numbered(&self, number: u32) -> &Arc<Article> {
        self.visible(number as usize).unwrap_or_else(|| &self.library().articles()[number as usize])
    }

    fn visible(&self, number: usize) -> Option<&Arc<Article>> {
        self.library().seen(number, &self.naming)
    }

    /// Returns an article that the searcher found, under the slug that it has for this reader.
    fn under_its_name(&self, article: Arc<Article>) -> Arc<Article> {
        if self.naming.is_common() {
            return article;
        }
        self.by_path(&article.path).cloned().unwrap_or(article)
    }

    /// Returns all visible articles, by path. As many as there are: not for what answers a request.
    pub fn articles(&self) -> impl Iterator<Item = &Arc<Article>> {
        (0..self.library().articles().len()).filter_map(|number| self.visible(number))
    }

    /// Returns the visible article at a path.
    pub fn by_path(&self, path: &str) -> Option<&Arc<Article>> {
        self.library().by_path(path).and_then(|number| self.visible(number))
    }

    /// Returns what an address (a slug, or a former one) leads to.
    pub fn lookup(&self, slug: &str) -> Lookup<'_> {
        if let Some(article) = self.library().by_slug(slug, &self.naming).and_then(|number| self.visible(number)) {
            return Lookup::Found(article);
        }
        match self.library().redirect(slug, &self.naming).and_then(|number| self.visible(number)) {
            Some(article) => Lookup::Moved(article),
            None => self.moved_away(slug).map_or(Lookup::Nothing, Lookup::Moved),
        }
    }

    /// Returns the findings about the content, for a reader of every audience and for editors. Anyone else learns of none:
    /// a link that is broken for one reader leads another one to an article.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        if self.sees_everything() { self.library().diagnostics() } else { &[] }
    }

    /// Returns the numbers of errors and warnings among [`View::diagnostics`].
    pub fn diagnostic_counts(&self) -> (usize, usize) {
        let all = self.diagnostics();
        let errors = if all.is_empty() { 0 } else { self.library().errors() };
        (errors, all.len() - errors)
    }
}

/// Returns the address of an article's page.
pub fn article_path(slug: &str) -> String {
    format!("/a/{}", encode_path(slug))
}

/// Percent-encodes a path for an address, keeping its slashes.
pub fn encode_path(path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(path, KEPT).to_string()
}
