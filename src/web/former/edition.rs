//! Former editions as a whole, for `?edition=`: what was live lately, and previews that are open.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;

use crate::edition::{Published, View};
use crate::git::Named;
use crate::preview::ROOT;
use crate::revision::ObjectId;
use crate::web::State;
use crate::web::error::Problem;
use crate::web::extract::shown;

/// How long it is looked whether a branch still leads to an open preview.
const SEARCH: Duration = Duration::from_secs(2);

/// Returns the edition of this id, possibly abbreviated, and what its addresses begin with: they lead to the pages of then.
///
/// Whoever may not see former texts knows the live edition alone: what was taken back is not given out again.
///
/// # Errors
/// 404 `edition_not_found`; 410 `edition_not_kept` for one that was live and is not kept, with those that are.
pub(crate) async fn edition(state: &Arc<State>, asked: &str) -> Result<(Arc<Published>, Arc<str>), Problem> {
    let live = state.editions.current().ok_or_else(Problem::not_ready)?;
    let is_asked = |commit: ObjectId| commit.to_string().starts_with(asked);
    // The same for an edition that is live: what is answered must not depend on what came after.
    let root = |commit: ObjectId| match &state.previews {
        Some(previews) if previews.readers.include(state.anonymous) => Arc::from(format!("{ROOT}{commit}")),
        _ => Arc::default(),
    };
    if is_asked(live.edition.revision.commit) {
        let root = root(live.edition.revision.commit);
        return Ok((live, root));
    }
    let view = View::new(live.edition.clone(), state.anonymous);
    if !view.sees_former_texts() {
        return Err(unknown(asked));
    }
    let recent = state.editions.recent();
    if let Some(kept) = recent.iter().find(|kept| is_asked(kept.edition.revision.commit)) {
        return Ok((kept.clone(), root(kept.edition.revision.commit)));
    }
    if let Some(kept) = open_preview(state, asked).await? {
        let commit = kept.edition.revision.commit;
        return Ok((kept, root(commit)));
    }
    if live.edition.history.matching(asked).next().is_none() && !is_of_branch(state, asked).await? {
        return Err(unknown(asked));
    }
    Err(not_kept(state, &live, &recent, asked))
}

/// Returns a preview that is open, if the reader may look at it and a branch still leads to it.
async fn open_preview(state: &Arc<State>, asked: &str) -> Result<Option<Arc<Published>>, Problem> {
    let Some(previews) = state.previews.clone().filter(|previews| previews.readers.include(state.anonymous)) else {
        return Ok(None);
    };
    let Some(commit) = previews.all_kept().into_iter().find(|commit| commit.to_string().starts_with(asked)) else {
        return Ok(None);
    };
    let work = move || {
        let live = previews.live()?;
        let end = Instant::now() + SEARCH;
        let named = previews.repository().find_commit(&commit.to_string(), &live.history, end).ok()?;
        previews.kept(commit).filter(|_| named == Named::One(commit))
    };
    let edition = state.work.finding.run(work).await?;
    Ok(edition.map(|edition| Arc::new(Published { edition, at: jiff::Timestamp::now() })))
}

/// Returns whether a commit is one of a branch, of which the reader may have a preview made.
async fn is_of_branch(state: &Arc<State>, asked: &str) -> Result<bool, Problem> {
    let Some(previews) = state.previews.clone().filter(|previews| previews.readers.include(state.anonymous)) else {
        return Ok(false);
    };
    let asked = asked.to_owned();
    state.work.finding.run(move || previews.find(&asked).is_ok_and(|(place, _)| place.branch.is_none())).await
}

fn unknown(asked: &str) -> Problem {
    let detail = format!("there is no edition `{}` for this reader", shown(asked));
    Problem { parameter: Some("edition"), ..Problem::new(StatusCode::NOT_FOUND, "edition_not_found", detail) }
}

fn not_kept(state: &State, live: &Published, recent: &[Arc<Published>], asked: &str) -> Problem {
    let mut kept = vec![format!("{} (live)", live.edition.revision.commit.short())];
    kept.extend(recent.iter().map(|published| published.edition.revision.commit.short()));
    let mut detail = format!("the edition `{}` is not kept; kept are {}", shown(asked), kept.join(", "));
    if state.previews.as_ref().is_some_and(|previews| previews.readers.include(state.anonymous)) {
        detail += &format!("; {ROOT}{}/ has it made again", shown(asked));
    }
    Problem { parameter: Some("edition"), ..Problem::new(StatusCode::GONE, "edition_not_kept", detail) }
}
