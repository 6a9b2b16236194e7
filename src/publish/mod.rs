//! Publishing: the one task that turns commits into editions.
//!
//! 1. A token in a one-slot queue says "look again" ([`watch`] puts it there, from notify or the poller).
//! 2. The [`Publisher`] waits for quiet and asks the [`source`] where it stands. Same content tree as the live edition:
//!    the edition takes the new commit's name and nothing is parsed or indexed.
//! 3. Files whose blob is known keep their `Arc<Article>`; the others are read and parsed in parallel.
//! 4. The library is put together, the engine indexes the difference, the history is read on, the searcher is warmed.
//! 5. [`Editions::publish`] swaps the edition in and wakes subscribers.
//! 6. Any failure leaves the live edition live and is remembered for the status page.
//!
//! Everything here is synchronous and runs on the publisher's own thread.

mod folder;
mod kept;
pub mod preview;
mod reader;
mod removed;
pub mod source;
pub mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::article::Library;
use crate::article::library::Rules;
use crate::check::{self, Content, Report};
use crate::diagnostic::Severity;
use crate::edition::{Catalogues, Edition, Editions, Failure};
use crate::git::history::History;
use crate::search::{self, Progress, SearchEngine, SearchQuery, Searcher};

use kept::Kept;
use reader::Reader;
use source::{Candidate, Source, State};
use watch::Token;

/// The `[content]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The content folder.
    pub path: String,
    /// Whether somebody chose it, so that in a bare repository it must exist.
    pub path_is_chosen: bool,
    /// The branch; none means where `HEAD` points.
    pub branch: Option<String>,
    /// How often to look without being told.
    pub poll: Duration,
    /// How long to wait for quiet.
    pub quiet: Duration,
}

/// The largest attachment that is served, in bytes.
pub const ATTACHMENT_LIMIT: u64 = 20 << 20;
/// The most all attachments may take together, in bytes; they are held in memory.
pub const ATTACHMENTS_LIMIT: u64 = 512 << 20;
/// The largest `_lexicon.yml`, in bytes.
const LEXICON_LIMIT: u64 = 256 << 10;
/// The editors' lexicon, at the top of the content folder.
const LEXICON: &str = "_lexicon.yml";
/// What is kept between starts, in the data folder.
const HISTORY: &str = "history.bin";
/// See [`HISTORY`].
const ARTICLES: &str = "articles.bin";
/// A history is written to the data folder when this many commits were walked since it last was.
const HISTORY_STEP: usize = 500;

/// Why a publish failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source cannot be read.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// A file cannot be read, while an edition is live that can wait for it.
    #[error("cannot read `{path}`: {reason}")]
    File {
        /// The path inside the content folder.
        path: String,
        /// Why.
        reason: String,
    },
    /// The library cannot be indexed.
    #[error(transparent)]
    Index(#[from] search::Error),
}

/// What a look at the source led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The live edition is the newest.
    Unchanged,
    /// Another commit with the same content: the edition has a new name.
    Renamed,
    /// A new edition is live.
    Published {
        /// Articles parsed.
        changed: usize,
    },
}

/// Is told what a publish is doing, for progress bars and metrics.
pub trait Observer: Progress + Send {
    /// `done` of `all` changed files are read and parsed.
    fn parsed(&self, done: usize, all: usize);
    /// `commits` of the history are walked.
    fn walked(&self, commits: usize);
    /// A publish ended after so much time.
    fn published(&self, outcome: &Result<Outcome, Error>, took: Duration);
}

/// Turns commits into editions, one after the other.
pub struct Publisher {
    reader: Reader,
    engine: Box<dyn SearchEngine>,
    editions: Arc<Editions>,
    observer: Box<dyn Observer>,
    /// Where the history is kept between starts; none keeps it in memory only.
    history_file: Option<PathBuf>,
    /// What the live edition was made from.
    live: Option<Live>,
    removed: removed::Memory,
    history: Arc<History>,
    history_saved: usize,
    bases: preview::Bases,
}

struct Live {
    state: State,
    library: Arc<Library>,
    searcher: Arc<dyn Searcher>,
    /// What a check compares with, once there was one.
    content: Option<Content>,
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher").field("source", &self.reader.source).finish_non_exhaustive()
    }
}

impl Publisher {
    /// Makes a publisher that has published nothing yet. `data` is the folder, if any, in which the history and the parsed
    /// articles are kept between starts.
    pub fn new(
        source: Source,
        engine: Box<dyn SearchEngine>,
        rules: Rules,
        editions: Arc<Editions>,
        observer: Box<dyn Observer>,
        data: Option<&Path>,
    ) -> Self {
        let history_file = data.map(|data| data.join(HISTORY));
        let history = history_file
            .as_deref()
            .and_then(|path| std::fs::read(path).ok())
            .and_then(|bytes| History::from_bytes(&bytes));
        let history = Arc::new(history.unwrap_or_default());
        let (live, removed, history_saved) = (None, removed::Memory::default(), history.len());
        let reader = Reader::new(source, rules, data.map(|data| Kept::at(data.join(ARTICLES))));
        let bases = preview::Bases::default();
        Self { reader, engine, editions, observer, history_file, live, removed, history, history_saved, bases }
    }

    /// Keeps up to date what previews go on from.
    pub fn with_bases(self, bases: preview::Bases) -> Self {
        Self { bases, ..self }
    }

    /// Publishes whenever a token comes in, until it is stopped. A failure is logged once, not at every look; the last one
    /// that was told may be handed in.
    pub fn run(mut self, tokens: &watch::Tokens, last_failure: Option<String>) {
        let mut last_failure = last_failure;
        loop {
            let published = match tokens.next() {
                Token::Look => self.publish(),
                Token::Work(work) => {
                    work(&mut self);
                    continue;
                }
                Token::Stop => return,
            };
            match published {
                Ok(_) => last_failure = None,
                Err(error) => {
                    let reason = error.to_string();
                    if last_failure.as_ref() != Some(&reason) {
                        tracing::error!(%reason, "publish failed; the live edition stays");
                    }
                    last_failure = Some(reason);
                }
            }
        }
    }

    /// Looks at the source once and publishes what is new there.
    ///
    /// # Errors
    /// When the source, a file or the index cannot be used; the live edition stays live and the failure is remembered.
    pub fn publish(&mut self) -> Result<Outcome, Error> {
        let start = Instant::now();
        let outcome = self.look();
        match &outcome {
            Ok(Outcome::Unchanged) => self.editions.recovered(),
            Ok(_) => {}
            Err(error) => {
                let commit = self.reader.source.last_seen();
                self.editions.failed(Failure { at: Timestamp::now(), reason: error.to_string(), commit });
            }
        }
        self.observer.published(&outcome, start.elapsed());
        outcome
    }

    /// Checks a commit that may become live, without making it so: everything that a publish would find out, compared with
    /// what the branch has now. Returns the content, too, for whatever else there is to say about it.
    ///
    /// The engine indexes the candidate beside the live edition, whose searcher keeps what it has. If the candidate becomes
    /// live, nearly everything is done already; if not, the next publish takes out again what it put in.
    ///
    /// # Errors
    /// When the candidate cannot be read or indexed.
    pub fn check(&mut self, candidate: &Candidate, settings: &check::Settings) -> Result<(Report, Content), Error> {
        // What cannot be published now cannot be compared with; the candidate may well be what mends it.
        let _ = self.publish();
        if let Some(live) = &mut self.live
            && live.content.is_none()
        {
            live.content = Some(self.reader.content_of(&live.state, live.library.clone())?);
        }
        let content = self.reader.candidate(candidate)?;
        let is_asked = !content.tests.tests.is_empty() || settings.outlook.is_some();
        let searcher = match is_asked {
            false => None,
            true => Some(self.engine.index(&content.library, &search::Silent)?),
        };
        let audiences = &self.reader.rules.audiences;
        let edition = |library: &Arc<Library>, searcher: &Arc<dyn Searcher>| {
            Arc::new(Edition::without_history(library.clone(), searcher.clone(), audiences.clone()))
        };
        let after = || searcher.as_ref().map(|searcher| edition(&content.library, searcher));
        let after = check::State { content: &content, edition: &after };
        let report = match &self.live {
            Some(Live { library, searcher, content: Some(content), .. }) => {
                let before = || Some(edition(library, searcher));
                check::check(&after, Some(&check::State { content, edition: &before }), settings)
            }
            _ => check::check(&after, None, settings),
        };
        Ok((report, content))
    }

    fn look(&mut self) -> Result<Outcome, Error> {
        let state = self.reader.source.state()?;
        match &self.live {
            Some(live) if live.state.revision == state.revision => Ok(Outcome::Unchanged),
            Some(live) if live.state.revision.tree == state.revision.tree => {
                let (library, searcher) = (Arc::new(live.library.renamed(state.revision)), live.searcher.clone());
                self.history = Arc::new(self.reader.source.history(&state, &self.history, &|_| {})?);
                self.go_live(state, library, searcher, Vec::new(), Instant::now());
                Ok(Outcome::Renamed)
            }
            _ => self.build(state),
        }
    }

    fn build(&mut self, state: State) -> Result<Outcome, Error> {
        let start = Instant::now();
        let observer = &*self.observer;
        let (library, changed) = self.reader.read(&state, &|done, all| observer.parsed(done, all))?;
        let library = Arc::new(library);
        // The history is read while the engine indexes: neither needs the other.
        let (source, known, observer) = (&self.reader.source, &self.history, &*self.observer);
        let (engine, indexed) = (&mut self.engine, &library);
        let (searcher, history) = std::thread::scope(|scope| {
            let (walk, state) = (|commits| observer.walked(commits), &state);
            let history = scope.spawn(move || source.history(state, known, &walk));
            let searcher = engine.index(indexed, observer);
            (searcher, history.join())
        });
        let searcher = searcher?;
        self.history = Arc::new(history.map_err(|_| source::Error::Other("reading the history failed".to_owned()))??);
        warm(&library, &*searcher);
        let count = changed.len();
        self.go_live(state, library.clone(), searcher, changed, start);
        self.keep_history();
        self.reader.keep(&library);
        Ok(Outcome::Published { changed: count })
    }

    fn go_live(
        &mut self,
        state: State,
        library: Arc<Library>,
        searcher: Arc<dyn Searcher>,
        changed: Vec<Arc<str>>,
        start: Instant,
    ) {
        let gone = self.live.as_ref().map(|live| gone(&live.library, &library)).unwrap_or_default();
        let before = self.live.as_ref().map(|live| &*live.library);
        let removed = self.removed.of(&self.history, before, &self.reader.source, &self.reader.rules);
        let edition = Edition {
            revision: state.revision,
            branch: state.branch.clone(),
            committed_at: state.committed_at,
            audiences: self.reader.rules.audiences.clone(),
            default_audience: self.reader.rules.default_audience,
            library: library.clone(),
            searcher: searcher.clone(),
            history: self.history.clone(),
            removed,
            catalogues: Catalogues::default(),
        };
        let warnings = library.diagnostics().iter().filter(|d| d.finding.severity() == Severity::Warning).count();
        tracing::info!(
            commit = %state.revision.commit.short(),
            articles = library.articles().len(),
            changed = changed.len(),
            removed = gone,
            errors = library.diagnostics().len() - warnings,
            warnings,
            ms = start.elapsed().as_millis() as u64,
            "published"
        );
        if !library.articles().is_empty()
            && let Err(error) = self.reader.source.stay(&state)
        {
            tracing::warn!(%error, "cannot tell which folder the articles are read from");
        }
        self.live = Some(Live { state, library, searcher, content: None });
        self.editions.publish(edition, changed);
        if let Some(published) = self.editions.current() {
            self.bases.put(preview::Base::new(&published.edition, &self.reader));
        }
    }

    /// Writes the history for the next start, now and then. It is derived data: a failure costs only time later.
    fn keep_history(&mut self) {
        let Some(path) = &self.history_file else { return };
        if self.history.len().abs_diff(self.history_saved) < HISTORY_STEP {
            return;
        }
        let partial = path.with_extension("partial");
        let written = std::fs::write(&partial, self.history.to_bytes()).and_then(|()| std::fs::rename(&partial, path));
        match written {
            Ok(()) => self.history_saved = self.history.len(),
            Err(error) => tracing::warn!(path = %path.display(), %error, "cannot keep the history for the next start"),
        }
    }
}

/// Reads a source once, with everything that a check needs, without an index or a history.
///
/// # Errors
/// When the source cannot be read; what is wrong with a file becomes a finding.
pub fn read(source: Source, rules: &Rules) -> Result<Content, Error> {
    Reader::new(source, rules.clone(), None).content()
}

/// Reads a source as [`read`] does, and another one to compare it with: what is the same in both is read once.
///
/// # Errors
/// As [`read`]; the other one may fail by itself.
pub fn read_both(source: Source, other: Source, rules: &Rules) -> Result<(Content, Result<Content, Error>), Error> {
    let mut reader = Reader::new(source, rules.clone(), None);
    let content = reader.content()?;
    let other = Reader::beside(other, rules.clone(), &content.library, reader.shared_now().clone()).content();
    Ok((content, other))
}

/// Returns how many articles of the former library are no longer there.
fn gone(before: &Library, now: &Library) -> usize {
    if now.has_the_names_of(before) {
        return 0;
    }
    before.articles().iter().filter(|article| now.by_path(&article.path).is_none()).count()
}

/// Asks a few ordinary queries, so that the first reader does not wait for caches.
fn warm(library: &Library, searcher: &dyn Searcher) {
    let access =
        crate::audience::Access::reader(library.articles().first().map(|a| a.meta.audience).unwrap_or_default());
    for article in library.articles().iter().take(3) {
        let _ = searcher.search(&SearchQuery::new(&article.title), access);
    }
}
