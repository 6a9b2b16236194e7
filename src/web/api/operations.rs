//! What operations need: health, readiness, metrics, and what the codes of problems mean.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::edition::failure_reason;
use super::wire::{json, json_of, maybe_text};
use crate::edition::{View, today};
use crate::revision::ObjectId;
use crate::web::State;
use crate::web::error::{CODES, Problem};
use crate::web::extract::path_below;

/// Whether the process is up.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`.
    status: &'static str,
}

/// Whether requests can be answered.
#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    /// `ready`, `starting` or `stopping`.
    status: &'static str,
    /// The current edition: a commit id; null before the first.
    #[schema(value_type = Option<String>, required = true)]
    #[serde(serialize_with = "maybe_text")]
    edition: Option<ObjectId>,
    /// Whether the last publish failed, so that the current edition may not be the latest commit.
    stale: bool,
    /// Why it failed; null when it did not.
    #[schema(required = true)]
    reason: Option<String>,
}

fn fresh(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Returns 200 as long as the process is up, with or without an edition.
#[utoipa::path(
    get, path = "/healthz", tag = "operations", operation_id = "healthz",
    responses((status = 200, description = "The process is up", body = Health))
)]
pub(super) async fn healthz() -> Response {
    fresh(json(&Health { status: "ok" }))
}

/// Returns 200 when requests can be answered, also when the last publish failed.
#[utoipa::path(
    get, path = "/readyz", tag = "operations", operation_id = "readyz",
    responses(
        (status = 200, description = "An edition is live", body = Readiness),
        (status = 503, description = "There is none yet, or the server is shutting down", body = Readiness),
    )
)]
pub(super) async fn readyz(Shared(state): Shared<Arc<State>>) -> Response {
    let edition = state.editions.current().map(|published| published.edition.revision.commit);
    let failure = state.editions.failure();
    let (code, status) = match (*state.stopping.borrow(), edition) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        (false, None) => (StatusCode::SERVICE_UNAVAILABLE, "starting"),
        (false, Some(_)) => (StatusCode::OK, "ready"),
    };
    let known = |reason: &str| failure_reason(state.anonymous.sees_notes(), reason);
    let reason = state.lacking().or_else(|| failure.as_ref().map(|failure| known(&failure.reason)));
    fresh(json_of(code, &Readiness { status, edition, stale: failure.is_some(), reason }))
}

/// Returns the metrics in the OpenMetrics text format, which Prometheus reads.
#[utoipa::path(
    get, path = "/metrics", tag = "operations", operation_id = "metrics",
    responses((status = 200, description = "Metrics", body = String, content_type = "application/openmetrics-text"))
)]
pub(super) async fn metrics(Shared(state): Shared<Arc<State>>) -> Response {
    if let Some(published) = state.editions.current() {
        let view = View::new(published.edition.clone(), state.anonymous);
        let ((articles, _), overdue) = (view.counts(), view.overdue(today()).len());
        let commit = view.revision().commit.to_string();
        state.metrics.current(commit, published.at.as_duration().as_secs_f64(), articles, overdue);
    }
    if let Some(follow) = &state.follow {
        let now = follow.state();
        let synced = now.synced_at.map_or(0.0, |at| at.as_duration().as_secs_f64());
        state.metrics.followed(now.fetches, synced);
    }
    if let Some(recorder) = &state.events {
        state.metrics.recorded(recorder.counts());
    }
    let mut response = Response::new(Body::from(state.metrics.text()));
    let media_type = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    fresh(response)
}

/// Says what the code of a problem means, in plain text.
pub(super) async fn problem(uri: Uri) -> Result<Response, Problem> {
    let code = path_below(&uri, "/problems/");
    let known = CODES.iter().find(|(known, ..)| *known == code);
    let (code, status, title) =
        known.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no problem of this code"))?;
    let mut response = Response::new(Body::from(format!("{code}: {title} (HTTP {status})\n")));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}
