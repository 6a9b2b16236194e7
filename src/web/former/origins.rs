//! Since when each paragraph of an article is as it is, and by whom: from its former texts, the newest first. Where branches
//! were joined, a paragraph came from the branch that wrote it, not with the commit that joined them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::Fault;
use crate::article::{Article, MOST_BYTES};
use crate::difference::{Origin, Origins};
use crate::edition::View;
use crate::git::history::{Act, Touch};
use crate::git::{Error, Repository};
use crate::revision::ObjectId;

/// Former texts that are looked at.
const MOST: usize = 200;
/// Texts that are read at a time.
const CHUNK: usize = 20;
/// How long former texts are looked at; what is older by then stays unknown.
const WHILE: Duration = Duration::from_secs(3);

/// The paragraphs of an article with what last changed each.
#[derive(Debug)]
pub(crate) struct Marks {
    /// The text as HTML, with a mark before each run of paragraphs of one commit.
    pub(crate) html: String,
    /// Whether all former texts that the reader may see were looked at.
    pub(crate) whole: bool,
}

/// Finds which commit last changed each paragraph of an article. `mark` writes the mark of a commit, or of what is older than
/// what was looked at; `name` names notes and alerts in the reader's language.
///
/// A text that is not for this reader ends the search: the paragraphs came, for this reader, with the one after it.
pub(crate) fn marks(
    view: &View,
    repository: &Repository,
    now: &Arc<Article>,
    name: &dyn Fn(String) -> String,
    mark: &mut dyn FnMut(Option<u32>) -> String,
) -> Result<Marks, Fault> {
    let until = Instant::now() + WHILE;
    let mut past = Past::of(view, repository, now);
    let render = |article: &Article| name(view.render(article, &article.body, false));
    let mut origins = Origins::of(&render(now));
    let mut whole = true;
    while let Some(number) = origins.unsettled() {
        if Instant::now() > until {
            whole = false;
            break;
        }
        let (mut before, mut rest) = (Vec::new(), Origin::Text(number));
        for number in past.before(number)? {
            match past.text(number)? {
                Some(Some(bytes)) => {
                    let touch = past.touches[number];
                    let former = view.former(now, &touch.path, touch.blob, &bytes);
                    before.extend(former.map(|former| (number, render(&former))));
                }
                // It is too large to have been shown, or too old to be looked at.
                Some(None) | None => (rest, whole) = (Origin::Before, false),
            }
        }
        origins.came_from(number, &before, rest, until);
    }
    let html = origins.html(&mut |origin| match origin {
        Origin::Text(number) => mark(past.touches.get(number).map(|touch| touch.commit)),
        Origin::Before => mark(None),
    });
    Ok(Marks { html, whole })
}

/// The former texts of an article, by the touches that made them.
struct Past<'a> {
    view: &'a View,
    repository: &'a Repository,
    now: &'a Arc<Article>,
    /// The newest first, from the one that made the text of now.
    touches: Vec<&'a Touch>,
    /// Which of them a commit made.
    by_commit: FxHashMap<u32, usize>,
    /// Texts that were read.
    texts: FxHashMap<usize, Option<Vec<u8>>>,
}

impl<'a> Past<'a> {
    fn of(view: &'a View, repository: &'a Repository, now: &'a Arc<Article>) -> Self {
        let mut touches = view.history(now);
        touches.retain(|touch| touch.act != Act::Removed);
        // The newest touch may be of a branch of which a merge took nothing.
        let newest = touches.iter().position(|touch| touch.blob == now.blob && touch.path == now.path);
        touches.drain(..newest.unwrap_or_default());
        let by_commit = touches.iter().enumerate().map(|(number, touch)| (touch.commit, number)).collect();
        Self { view, repository, now, touches, by_commit, texts: FxHashMap::default() }
    }

    /// Returns the texts right before a text: one of each parent of its commit that had the article.
    fn before(&self, number: usize) -> Result<Vec<usize>, Fault> {
        let Some(touch) = self.touches.get(number) else { return Ok(Vec::new()) };
        let mut before = Vec::new();
        for &parent in self.view.edition().history.parents(touch.commit) {
            // What is before a text has a larger number, whatever a damaged history says.
            let text = self.at(parent)?.filter(|text| *text > number && !before.contains(text));
            before.extend(text);
        }
        Ok(before)
    }

    /// Returns the text that the article had at a commit.
    fn at(&self, mut commit: u32) -> Result<Option<usize>, Fault> {
        loop {
            if let Some(&number) = self.by_commit.get(&commit) {
                return Ok(Some(number));
            }
            match self.view.edition().history.parents(commit) {
                [] => return Ok(None),
                [one] => commit = *one,
                _ => return self.joined(commit),
            }
        }
    }

    /// Returns the text at a commit that joined branches and took what one of them had: its tree tells which.
    fn joined(&self, commit: u32) -> Result<Option<usize>, Fault> {
        let moment = self.view.edition().history.moment(&self.now.path, commit);
        let Some((path, blob)) = self.repository.file_at(moment.id, &moment.paths)? else { return Ok(None) };
        let is_it = |touch: &Touch| touch.commit < commit && touch.blob == blob && touch.path == path;
        // The same text may have been made on several branches; the newest touch before this commit is on one that leads to it.
        let newest = moment.touch.as_ref().filter(|touch| is_it(touch)).map(|touch| touch.commit);
        let found = newest.and_then(|commit| self.by_commit.get(&commit).copied());
        Ok(found.or_else(|| self.touches.iter().position(|touch| is_it(touch))))
    }

    /// Reads a text, with some of those before it; an inner none for one that is too large to have been shown. None when it is
    /// too old to be looked at.
    fn text(&mut self, number: usize) -> Result<Option<Option<Vec<u8>>>, Fault> {
        if number >= MOST {
            return Ok(None);
        }
        if !self.texts.contains_key(&number) {
            let last = self.touches.len().min(MOST);
            let wanted: Vec<usize> =
                (number..last).filter(|number| !self.texts.contains_key(number)).take(CHUNK).collect();
            let blobs: Vec<ObjectId> = wanted.iter().map(|&number| self.touches[number].blob).collect();
            self.texts.extend(wanted.into_iter().zip(texts(self.repository, &blobs)?));
        }
        Ok(self.texts.get(&number).cloned())
    }
}

/// Reads texts; none for one that is too large to have been shown.
fn texts(repository: &Repository, blobs: &[ObjectId]) -> Result<Vec<Option<Vec<u8>>>, Fault> {
    let read = Mutex::new(Vec::new());
    repository.blobs(blobs, MOST_BYTES, &|at, bytes| {
        read.lock().unwrap_or_else(PoisonError::into_inner).push((at, bytes));
    })?;
    let mut read = read.into_inner().unwrap_or_else(PoisonError::into_inner);
    read.sort_by_key(|&(at, _)| at);
    let text = |bytes| match bytes {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Error::TooLarge { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    };
    read.into_iter().map(|(_, bytes)| text(bytes)).collect()
}
