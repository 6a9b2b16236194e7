//! `GET /api/v1/events`: server-sent events. One event `edition` for each publish, with what it changed for this reader.
//!
//! Ten thousand may listen. So a listener has no queue: it holds the edition it was told of last and, when it is woken
//! and can be written to, is told the difference to the one that is current. Whoever missed some gets the net
//! difference; a listener that is not reading costs nothing but its connection.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::atomic::{self, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use super::wire::text;
use crate::article::library::is_article;
use crate::audience::Access;
use crate::edition::{Announcement, Edition, Lookup, View};
use crate::git::history::{Act, Touch};
use crate::revision::ObjectId;
use crate::web::State;
use crate::web::cache::{EDITION, edition_value};
use crate::web::error::Problem;
use crate::web::extract::Current;
use crate::web::metrics::Listener;

/// How long a stream is silent before it says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What is said then: a comment.
const ALIVE: Bytes = Bytes::from_static(b":\n\n");
/// What is said last when the server shuts down.
const BYE: Bytes = Bytes::from_static(b"event: bye\ndata: {}\n\n");

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What a publish changed for a reader.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct EditionEvent {
    /// The edition that is now current: a commit id; also the id of the event.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The slugs of articles that are new or whose content or path changed.
    changed: Vec<String>,
    /// The slugs of articles that are gone.
    removed: Vec<String>,
    /// True when it cannot be told what changed since the edition that the reader named: whatever is kept must be asked
    /// for again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    resync: bool,
}

/// Tells of every publish.
///
/// Sends an event `edition` at the start and after every publish. A reader who comes back with `Last-Event-ID` is told
/// what changed since. An event `bye` comes before the server shuts down.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "changes", operation_id = "listen",
    params(("Last-Event-ID" = Option<String>, Header, description = "The edition that the reader was told of last")),
    responses(
        (status = 200, description = "A stream; the data of an `edition` event", body = EditionEvent, content_type = "text/event-stream"),
        (status = 503, description = "`not_ready`, `stopping`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn events(
    Shared(state): Shared<Arc<State>>,
    current: Current,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if *state.stopping.borrow() {
        return Err(Problem::stopping().of(&current));
    }
    let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()).map(str::trim).filter(|id| !id.is_empty());
    let edition = edition_value(&current);
    let stream = Stream::new(state, current, last);
    let body = futures_util::stream::unfold(stream, async |mut stream| {
        let frame = stream.next().await?;
        Some((Ok::<_, Infallible>(frame), stream))
    });
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    headers.insert(EDITION, edition);
    Ok(response)
}

/// A listener's stream.
struct Stream {
    state: Arc<State>,
    /// What the listener was told of last, and as whom it listens.
    told: View,
    announcements: watch::Receiver<Option<Announcement>>,
    stopping: watch::Receiver<bool>,
    /// What is said first; none once it was.
    first: Option<Bytes>,
    ended: bool,
    /// Counts it, as long as it lives.
    _listener: Listener,
}

impl Stream {
    fn new(state: Arc<State>, current: Current, last: Option<&str>) -> Self {
        let view = current.view;
        let mut announcements = state.editions.subscribe();
        // What is announced already is in the view, or will be found to be newer when the first difference is told.
        if announcements.borrow_and_update().as_ref().is_some_and(|last| last.commit != view.revision().commit) {
            announcements.mark_changed();
        }
        Self {
            first: Some(first_frame(&state, &view, last)),
            told: view,
            announcements,
            stopping: state.stopping.clone(),
            ended: false,
            _listener: state.metrics.listener(),
            state,
        }
    }

    /// Waits for what is to be said next; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let heartbeat = tokio::time::sleep(HEARTBEAT);
        tokio::pin!(heartbeat);
        while !self.ended {
            tokio::select! {
                biased;
                () = stopped(&mut self.stopping) => {
                    self.ended = true;
                    return Some(BYE);
                }
                announced = self.announcements.changed() => {
                    self.ended = announced.is_err();
                    if let Some(frame) = self.news() {
                        return Some(frame);
                    }
                }
                () = &mut heartbeat => return Some(ALIVE),
            }
        }
        None
    }

    /// Returns what the listener has not been told of, if anything.
    fn news(&mut self) -> Option<Bytes> {
        let published = self.state.editions.current()?;
        if published.edition.revision.commit == self.told.revision().commit {
            return None;
        }
        let now = View::new(published.edition.clone(), self.told.access());
        let before = std::mem::replace(&mut self.told, now);
        Some(self.state.work.differences.frame(&before, &self.told))
    }
}

/// Waits until the server stops; for ever when nobody is left who could stop it.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|stopping| *stopping).await.is_err() {
        std::future::pending().await
    }
}

/// Returns what a listener is told first: how long to wait before coming back, and where it stands.
fn first_frame(state: &State, view: &View, last: Option<&str>) -> Bytes {
    let edition = view.revision().commit;
    let event = match last {
        Some(last) if edition.to_string().eq_ignore_ascii_case(last) => None,
        Some(last) => Some(since(state, view, last)),
        None => Some(EditionEvent { edition, ..EditionEvent::default() }),
    };
    let mut bytes = format!("retry: {}\n\n", retry_milliseconds()).into_bytes();
    if let Some(event) = event {
        bytes.extend_from_slice(&frame(&event));
    }
    Bytes::from(bytes)
}

/// Spreads the listeners over 2 to 10 seconds, so that they do not all come back at once after a restart.
fn retry_milliseconds() -> u64 {
    static LISTENERS: AtomicU64 = AtomicU64::new(0);
    2000 + LISTENERS.fetch_add(1, atomic::Ordering::Relaxed).wrapping_mul(617) % 8000
}

/// Returns what changed since an edition that is named by its commit: exactly, where that is kept.
fn since(state: &State, view: &View, commit: &str) -> EditionEvent {
    let recent = state.editions.recent();
    let is_it = |edition: &Edition| edition.revision.commit.to_string().eq_ignore_ascii_case(commit);
    match recent.iter().find(|kept| is_it(&kept.edition)) {
        Some(kept) => between(&View::new(kept.edition.clone(), view.access()), view),
        None => since_forgotten(view, commit),
    }
}

/// Returns what changed since an edition that is not kept, as far as the history tells.
///
/// History knows paths, but not what slug or audience an article had. So only an editor, who sees all of them, may be told from
/// it; others must begin anew, and always: were it only when something changed that they may not see, they would learn of that.
fn since_forgotten(view: &View, commit: &str) -> EditionEvent {
    let edition = view.edition();
    let touches = crate::web::filters::is_commit_id(commit).then(|| edition.history.since_commit(commit)).flatten();
    let resync = || EditionEvent { edition: edition.revision.commit, resync: true, ..EditionEvent::default() };
    let Some(touches) = touches.filter(|_| view.access().is_editor()) else { return resync() };
    let is_forgotten = |touch: &&Touch| {
        touch.act == Act::Removed
            && is_article(&touch.path)
            && edition.library.by_path(&touch.path).is_none()
            && edition.removed.get(&(touch.path.clone(), touch.blob)).is_none()
    };
    if touches.iter().any(|touch| touch.act == Act::Moved || is_forgotten(touch)) {
        return resync();
    }
    let changes = view.changes(&touches, usize::MAX);
    let (there, gone): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.article.is_some());
    EditionEvent { edition: edition.revision.commit, changed: slugs(there), removed: slugs(gone), resync: false }
}

fn slugs(changes: Vec<crate::edition::Change>) -> Vec<String> {
    let mut slugs: Vec<_> = changes.into_iter().map(|change| change.slug).collect();
    slugs.sort_unstable();
    slugs.dedup();
    slugs
}

/// Returns what changed between two editions as one reader sees them: an article that is no longer for this reader is
/// gone, one that now is has changed.
fn between(before: &View, after: &View) -> EditionEvent {
    // Both are sorted by path, so one walk along both finds every difference; most articles are the very same value.
    let (mut old, mut new) = (before.articles().peekable(), after.articles().peekable());
    let (mut changed, mut left) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some(old), Some(new)) => old.path.cmp(&new.path),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        if let (Some(old), Some(new)) = (old, new)
            && (Arc::ptr_eq(old, new) || (old.says_what(new) && old.slug == new.slug))
        {
            continue;
        }
        left.extend(old.map(|article| article.slug.as_str()));
        changed.extend(new.map(|article| article.slug.as_str()));
    }
    let is_gone = |slug: &&&str| !matches!(after.lookup(slug), Lookup::Found(_));
    EditionEvent {
        edition: after.revision().commit,
        changed: changed.iter().map(|&slug| slug.to_owned()).collect(),
        removed: left.iter().filter(is_gone).map(|&slug| slug.to_owned()).collect(),
        resync: false,
    }
}

/// Returns an event as it is written. Its data is one line, since JSON escapes line ends.
fn frame(event: &EditionEvent) -> Bytes {
    let data = serde_json::to_string(event).expect("texts are JSON");
    Bytes::from(format!("id: {}\nevent: edition\ndata: {data}\n\n", event.edition))
}

/// The latest difference, for the many who are told the same.
#[derive(Debug, Default)]
pub(crate) struct Differences(Mutex<Option<(Step, Bytes)>>);

/// From which edition to which, and for whom.
type Step = (ObjectId, ObjectId, Access);

impl Differences {
    /// Returns the event that leads from one edition to another.
    fn frame(&self, before: &View, after: &View) -> Bytes {
        let step = (before.revision().commit, after.revision().commit, after.access());
        // Held while the difference is found, so that the others wait for it instead of finding it too. A panic in it
        // leaves what was there before, which is good.
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, frame)) = latest.as_ref()
            && *known == step
        {
            return frame.clone();
        }
        let found = frame(&between(before, after));
        *latest = Some((step, found.clone()));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_is_framed_with_the_edition_as_its_id() {
        let edition = ObjectId::from_bytes([0xab; 20]);
        let event = EditionEvent { edition, changed: vec!["a\nb".to_owned()], ..EditionEvent::default() };
        let frame = String::from_utf8(frame(&event).to_vec()).expect("UTF-8");
        insta::assert_snapshot!(frame.trim_end(), @r#"
        id: abababababababababababababababababababab
        event: edition
        data: {"edition":"abababababababababababababababababababab","changed":["a\nb"],"removed":[]}
        "#);
        assert!(frame.ends_with("}\n\n"));
    }

    #[test]
    fn listeners_come_back_spread_over_seconds() {
        let waits: Vec<_> = (0..100).map(|_| retry_milliseconds()).collect();
        assert!(waits.iter().all(|wait| (2000..10_000).contains(wait)));
        assert!(waits.iter().collect::<std::collections::BTreeSet<_>>().len() > 50);
    }

    #[tokio::test]
    async fn nobody_left_to_stop_the_server_is_no_stop() {
        let mut stopping = watch::Sender::new(false).subscribe();
        let mut stopped = std::pin::pin!(stopped(&mut stopping));
        assert!(futures_util::poll!(&mut stopped).is_pending());
    }
}
