//! Editions of other commits, made beside the live one and from it: for previews. The publisher, its index and what is live
//! never learn of them.
//!
//! An article whose file is as it is live is the live one; the index is the live one's, with what differs beside it in memory;
//! the history goes on from the known one. So a preview costs about what its difference from the live edition costs.

use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwapOption;

use super::reader::{Reader, Shared};
use super::source::{self, Source};
use super::{Error, removed};
use crate::article::answer_test::{self, AnswerTests};
use crate::article::library::Rules;
use crate::edition::{Catalogues, Edition};
use crate::git::Repository;
use crate::revision::ObjectId;
use crate::search::{self, Progress};

/// What a preview goes on from: an edition and what its articles share.
#[derive(Debug)]
pub struct Base {
    /// The edition that was live.
    pub edition: Arc<Edition>,
    shared: Shared,
    rules: Rules,
}

impl Base {
    pub(super) fn new(edition: &Arc<Edition>, reader: &Reader) -> Self {
        Self { edition: edition.clone(), shared: reader.shared_now().clone(), rules: reader.rules.clone() }
    }
}

/// The newest base; none before the first edition is live.
#[derive(Debug, Clone, Default)]
pub struct Bases(Arc<ArcSwapOption<Base>>);

impl Bases {
    pub(super) fn put(&self, base: Base) {
        self.0.store(Some(Arc::new(base)));
    }

    /// Returns the newest base.
    pub fn newest(&self) -> Option<Arc<Base>> {
        self.0.load_full()
    }
}

/// Reads the answer tests of a commit.
///
/// # Errors
/// When the commit cannot be read; what is wrong with a file of tests is left out.
pub fn tests(repository: &Repository, commit: ObjectId) -> Result<AnswerTests, Error> {
    let mut source = Source::commit(repository.clone(), commit);
    let state = source.state()?;
    let mut tests = AnswerTests::default();
    for entry in source.list(&state)?.entries.iter().filter(|entry| answer_test::is_file(&entry.path)) {
        if let Ok(bytes) = source.read_one(entry, answer_test::MOST_BYTES as u64) {
            tests.read(&entry.path, &bytes);
        }
    }
    Ok(tests)
}

/// Gives up at a time.
struct Until(Instant);

impl Progress for Until {
    fn indexed(&self, _done: usize, _all: usize) {}

    fn is_given_up(&self) -> bool {
        Instant::now() > self.0
    }
}

/// Makes the edition of a commit, unless that takes longer than until then.
///
/// # Errors
/// When the commit cannot be read, has no content folder, or cannot be indexed, or time is over.
pub fn edition(base: &Base, repository: &Repository, commit: ObjectId, until: Instant) -> Result<Edition, Error> {
    let live = &base.edition;
    let source = Source::commit(Repository { until: Some(until), ..repository.clone() }, commit);
    let until = Until(until);
    let mut reader = Reader::beside(source, base.rules.clone(), &live.library, base.shared.clone());
    let state = reader.source.state()?;
    let is_same = state.revision.tree == live.revision.tree;
    let library = match is_same {
        true => live.library.renamed(state.revision),
        false => reader.read(&state, &|_, _| {})?.0,
    };
    // What was not read in time would be findings.
    if until.is_given_up() {
        return Err(search::Error::GivenUp.into());
    }
    let (library, source) = (Arc::new(library), &reader.source);
    let (searcher, history) = std::thread::scope(|scope| {
        let history = scope.spawn(|| source.history(&state, &live.history, &|_| {}));
        let searcher = if is_same { Ok(live.searcher.clone()) } else { live.searcher.beside(&library, &until) };
        (searcher, history.join())
    });
    let history = history.map_err(|_| source::Error::Other("reading the history failed".to_owned()))??;
    let removed = removed::beside(&history, (&live.removed, &live.library, &live.history), source, &base.rules);
    Ok(Edition {
        revision: state.revision,
        branch: None,
        committed_at: state.committed_at,
        audiences: base.rules.audiences.clone(),
        default_audience: base.rules.default_audience,
        library,
        searcher: searcher?,
        history: Arc::new(history),
        removed,
        catalogues: Catalogues::default(),
    })
}
