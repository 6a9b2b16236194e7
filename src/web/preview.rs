//! Previews on the web: whatever stands below `/~branch/` or `/~commit/` is answered by the same handlers as the live base,
//! from another edition, and leads to addresses of the same preview.
//!
//! The request is found its edition before it is routed: the root is taken off its address, the edition goes with it
//! ([`Shown`], which [`super::extract::Current`] takes in place of the live one). On the way back, addresses in pages, headers
//! and problems get the root again ([`links`]), so that no page has to know of previews; the API builds its addresses with the
//! [`View`](crate::edition::View), which knows the root itself.
//!
//! To whoever may not look at previews, all of them are the same nothing, whether there is such a branch or not.

mod links;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LINK, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use jiff::Timestamp;
use tower::ServiceExt;

use super::error::{Problem, Suggestion};
use super::filters::is_commit_id;
use super::{READ, State, other_method};
use crate::edition::{Edition, Published};
use crate::preview::{Fault, Place, Previews, ROOT};
use crate::revision::ObjectId;

/// How long a reader waits for a branch or commit to be found.
const FINDING: Duration = Duration::from_secs(5);
/// How long for its edition to be made; it goes on being made, and is there for whoever asks again.
const MAKING: Duration = Duration::from_secs(10);
/// The largest page, in bytes; ours are far smaller.
const MOST_BYTES: usize = 32 << 20;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The preview that a request is about.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) previews: Arc<Previews>,
    pub(crate) edition: Arc<Published>,
    /// What it is compared with: the edition that is live.
    pub(crate) live: Arc<Edition>,
    pub(crate) place: Place,
    /// What its addresses begin with.
    pub(crate) root: Arc<str>,
}

impl Shown {
    /// Returns whether it is an earlier state of what is live: a commit, or a branch that was joined since.
    pub(crate) fn is_former(&self) -> bool {
        let number = || self.live.history.find(&self.place.commit.to_string());
        self.place.commit != self.live.revision.commit && number().is_some()
    }
}

/// Returns whether an address is one of a preview.
pub(super) fn is_preview(path: &str) -> bool {
    path.starts_with(ROOT)
}

/// Answers an address below [`ROOT`] with the routes of `inner`.
pub(super) async fn answer(state: &Arc<State>, inner: &Router<Arc<State>>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return other_method(request.method().clone(), READ).await;
    }
    let response = match find(state, request.uri()).await {
        Ok((shown, rest)) => inside(state, inner, request, shown, &rest).await,
        Err(problem) => problem.into_response(),
    };
    robots_stay_away(response)
}

fn robots_stay_away(mut response: Response) -> Response {
    response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    response
}

/// Sends whoever asks for a page of another edition (`?edition=`) to that page of its preview.
pub(super) async fn of_edition(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    match elsewhere(&state, request.uri()) {
        Some(location) => (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]).into_response(),
        None => next.run(request).await,
    }
}

/// Returns the address in a preview of a page that is asked for by `?edition=`; none for a page of the live edition.
fn elsewhere(state: &State, uri: &Uri) -> Option<HeaderValue> {
    let query = uri.query().filter(|query| query.contains("edition="))?;
    links::below(uri.path(), "")?;
    let (asked, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with("edition="));
    let commit = asked.first()?.strip_prefix("edition=").filter(|commit| is_commit_id(commit))?.to_ascii_lowercase();
    let live = state.editions.current()?.edition.revision.commit;
    if live.to_string().starts_with(&commit) {
        return None;
    }
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    format!("{ROOT}{commit}{}{query}", uri.path()).try_into().ok()
}

/// Returns 404 `preview_not_found`: the same whether there is no such preview or none for this reader.
fn nothing(name: &str) -> Problem {
    let detail = format!("there is no branch and no commit of a branch `{name}`, or previews are not for this reader");
    Problem::new(StatusCode::NOT_FOUND, "preview_not_found", detail)
}

/// Finds what an address is about, and its edition.
async fn find(state: &Arc<State>, uri: &Uri) -> Result<(Arc<Shown>, String), Problem> {
    let path = uri.path().strip_prefix(ROOT).unwrap_or_default().to_owned();
    let name = super::extract::shown(path.split('/').next().unwrap_or_default());
    let previews = state.previews.clone().filter(|previews| previews.readers.include(state.anonymous));
    let previews = previews.ok_or_else(|| nothing(&name))?;
    let finder = previews.clone();
    let found = state.work.finding.run_within(FINDING, move || finder.find(&path)).await?;
    let (place, rest) = found.map_err(problem)?;
    let edition = open(state, &previews, place.commit).await?;
    let live = previews.live().ok_or_else(Problem::not_ready)?;
    let root = Arc::from(place.root());
    let edition = Arc::new(Published { edition, at: Timestamp::now() });
    Ok((Arc::new(Shown { previews, edition, live, place, root }), rest))
}

/// Returns the edition of a commit, which is made off the async threads if it has to be.
async fn open(state: &Arc<State>, previews: &Arc<Previews>, commit: ObjectId) -> Result<Arc<Edition>, Problem> {
    if let Some(kept) = previews.kept(commit) {
        return Ok(kept);
    }
    let maker = previews.clone();
    let made = state.work.previews.run_within(MAKING, move || maker.open(commit)).await;
    let made = made.map_err(|problem| match problem.code {
        "timeout" => {
            let detail = "the preview is still being made; ask again in a moment";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "preview_unavailable", detail).until(2)
        }
        _ => problem,
    })?;
    made.map_err(problem)
}

/// Says why there is no preview.
fn problem(fault: Fault) -> Problem {
    match fault {
        Fault::Unknown(name) => nothing(&name),
        Fault::NotFound(name) => {
            let detail =
                format!("the commit `{name}` was not found in the time there is; name a branch or the whole id");
            Problem::new(StatusCode::NOT_FOUND, "preview_not_found", detail)
        }
        Fault::Ambiguous(name, commits) => {
            let detail = format!("`{name}` is the beginning of several commits; give more digits");
            let one = |commit: ObjectId| Suggestion {
                slug: commit.to_string(),
                title: commit.to_string(),
                url: format!("{ROOT}{commit}/"),
            };
            let suggestions = commits.into_iter().take(5).map(one).collect();
            Problem { suggestions, ..Problem::new(StatusCode::BAD_REQUEST, "preview_ambiguous", detail) }
        }
        Fault::NotReady => Problem::not_ready(),
        Fault::TooLong => {
            let detail = "making this preview takes longer than is allowed; look at a commit that differs less from what is live";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "preview_failed", detail)
        }
        Fault::Failed(error) => {
            tracing::warn!(%error, "a preview cannot be made");
            let detail = format!("the preview cannot be made: {error}");
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "preview_failed", detail)
        }
    }
}

/// Passes a request on with the address it has inside of the preview, and its answer back.
async fn inside(
    state: &Arc<State>,
    inner: &Router<Arc<State>>,
    mut request: Request,
    shown: Arc<Shown>,
    rest: &str,
) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let root = shown.root.clone();
    if rest.is_empty() {
        return match HeaderValue::try_from(format!("{root}/{query}")) {
            Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response(),
            Err(_) => nothing(&root).into_response(),
        };
    }
    match format!("{rest}{query}").parse() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return nothing(&root).into_response(),
    }
    request.extensions_mut().insert(shown);
    let service = inner.clone().with_state::<()>(state.clone());
    let response = match service.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    below(&root, response).await
}

/// Lets what an answer leads to be of the preview, too.
async fn below(root: &str, mut response: Response) -> Response {
    for name in [LOCATION, LINK] {
        let leads = response.headers().get(&name).and_then(|value| value.to_str().ok());
        if let Some(led) = leads.and_then(|value| links::in_header(value, root)).and_then(|led| led.try_into().ok()) {
            response.headers_mut().insert(name, led);
        }
    }
    if let Some(problem) = response.extensions_mut().get_mut::<Problem>() {
        for suggestion in &mut problem.suggestions {
            suggestion.url = links::below(&suggestion.url, root).unwrap_or_else(|| suggestion.url.clone());
        }
    }
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = match http_body_util::Limited::new(body, MOST_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(links::in_page(&String::from_utf8_lossy(&body), root)))
}
