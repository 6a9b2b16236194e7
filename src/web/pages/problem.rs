//! Problems as pages, in the reader's language and with a way on: a search field, articles that may have been meant.

use std::sync::Arc;

use askama::Template;
use axum::extract;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::{Banner, Scene, Shell, back_of, html};
use crate::edition::View;
use crate::text::Words;
use crate::web::State;
use crate::web::cache::EDITION;
use crate::web::error::{Problem, Suggestion};
use crate::web::extract::UiLang;

/// Articles offered when there is nothing at an address.
const NEAREST: usize = 6;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    shell: Shell,
    status: u16,
    title: &'static str,
    hint: &'static str,
    /// What the program says, for whoever reports it; empty where the title says it all.
    detail: String,
    suggestions: Vec<Suggestion>,
    /// Whether the page should try again by itself.
    waiting: bool,
}

/// Shows a problem as a page in the reader's language.
pub(crate) fn problem(state: &State, ui: UiLang, uri: &Uri, problem: Problem) -> Response {
    let w = ui.0.words();
    let published = state.editions.current();
    let edition = problem.edition.clone();
    let edition = edition.or_else(|| published.map(|current| current.edition.revision.commit.to_string()));
    let shell = Shell {
        w,
        kind: "problem",
        title: String::new(),
        query: String::new(),
        kept: Vec::new(),
        edition,
        root: String::new(),
        banner: Banner::of_folder(state.preview, w),
        has_address: state.public_url.is_some(),
        offline: state.offline.hours > 0,
        back: back_of("", uri),
    };
    page(shell, problem, state.lacking().filter(|_| state.anonymous.sees_notes()))
}

/// Shows a problem as a page of the preview that was looked at: the way on is in there, too.
pub(super) fn of_preview(scene: Scene<'_>, problem: Problem) -> Response {
    page(scene.shell("problem", ""), problem, None)
}

fn page(shell: Shell, problem: Problem, lacking: Option<String>) -> Response {
    let (title, hint) = words_for(shell.w, problem.status, problem.code);
    let named = shell.edition.as_deref().and_then(|edition| HeaderValue::from_str(edition).ok());
    let waiting = problem.status == StatusCode::SERVICE_UNAVAILABLE;
    let page = ProblemPage {
        shell: Shell { title: title.to_owned(), ..shell },
        status: problem.status.as_u16(),
        title,
        hint,
        detail: match problem.status {
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => String::new(),
            // It may take longer than the page promises, and a colleague can do something about it.
            _ if waiting => lacking.unwrap_or_default(),
            _ => problem.detail,
        },
        suggestions: problem.suggestions,
        waiting,
    };
    let mut response = html(&page).unwrap_or_else(|problem| problem.detail.into_response());
    *response.status_mut() = problem.status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if waiting {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("3"));
    }
    if let Some(named) = named {
        headers.insert(EDITION, named);
    }
    response
}

fn words_for(w: &'static Words, status: StatusCode, code: &str) -> (&'static str, &'static str) {
    match status {
        _ if code == "preview_not_found" => (w.problem_preview, w.problem_preview_hint),
        _ if code == "preview_ambiguous" => (w.problem_ambiguous, w.problem_ambiguous_hint),
        _ if code == "revision_not_found" => (w.problem_revision, w.problem_revision_hint),
        StatusCode::FORBIDDEN => (w.problem_403, w.problem_403_hint),
        StatusCode::NOT_FOUND => (w.problem_404, w.problem_404_hint),
        StatusCode::SERVICE_UNAVAILABLE => (w.problem_503, w.problem_503_hint),
        status if status.is_client_error() => (w.problem_400, w.problem_400_hint),
        _ => (w.problem_500, w.problem_500_hint),
    }
}

/// Answers an address that no route has, with the articles that may have been meant.
pub(crate) async fn not_found(extract::State(state): extract::State<Arc<State>>, ui: UiLang, uri: Uri) -> Response {
    let path = percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy().into_owned();
    let mut nothing = Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address");
    if let Some(current) = state.editions.current() {
        let view = View::new(current.edition.clone(), state.anonymous);
        nothing = nothing.or_nearest(&state, &view, &path, NEAREST).await;
    }
    problem(&state, ui, &uri, nothing)
}
