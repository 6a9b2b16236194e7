//! Since when each paragraph of an article is as it is, and by whom: from its former texts, the newest first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

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
    let touches = view.history(now);
    // What the newest text is from is its own text.
    let mut commits: Vec<u32> = touches.first().map(|touch| touch.commit).into_iter().collect();
    let mut origins = Origins::of(&name(view.render(now, &now.body, false)));
    let earlier: Vec<&Touch> = touches.iter().skip(1).filter(|touch| touch.act != Act::Removed).copied().collect();
    let mut whole = earlier.len() <= MOST;
    'chunks: for chunk in earlier[..earlier.len().min(MOST)].chunks(CHUNK) {
        for (touch, bytes) in chunk.iter().zip(texts(repository, chunk)?) {
            if Instant::now() > until {
                whole = false;
                break 'chunks;
            }
            let Some(bytes) = bytes else {
                whole = false;
                break 'chunks;
            };
            let Some(former) = view.former(now, &touch.path, touch.blob, &bytes) else {
                whole = true;
                break 'chunks;
            };
            commits.push(touch.commit);
            if !origins.before(&name(view.render(&former, &former.body, false)), until) {
                whole = true;
                break 'chunks;
            }
        }
    }
    if whole {
        origins.end();
    }
    let html = origins.html(&mut |origin| match origin {
        Origin::Text(number) => mark(commits.get(number).copied()),
        Origin::Before => mark(None),
    });
    Ok(Marks { html, whole })
}

/// Reads the texts of touches; none for one that is too large to have been shown.
fn texts(repository: &Repository, touches: &[&Touch]) -> Result<Vec<Option<Vec<u8>>>, Fault> {
    let blobs: Vec<ObjectId> = touches.iter().map(|touch| touch.blob).collect();
    let read = Mutex::new(Vec::new());
    repository.blobs(&blobs, MOST_BYTES, &|at, bytes| {
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
