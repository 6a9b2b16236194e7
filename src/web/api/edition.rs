//! `GET /api/v1/edition`: what is live, since when, and whether the last publish failed.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::{json, maybe_text, text};
use crate::revision::ObjectId;
use crate::web::State;
use crate::web::cache::{EDITION, edition_value};
use crate::web::extract::Current;

/// What is live.
#[derive(Serialize, ToSchema)]
pub(super) struct Edition<'a> {
    /// The edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The tree id of the content folder: equal trees hold equal articles.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    tree: ObjectId,
    /// The branch it was read from; null in a preview.
    #[schema(required = true)]
    branch: Option<&'a str>,
    /// When it was committed.
    #[schema(value_type = String, format = DateTime)]
    committed_at: Timestamp,
    /// When it went live on this server; null in a preview.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    published_at: Option<Timestamp>,
    /// The number of articles that the reader may see.
    articles: usize,
    /// The number of their sections, the texts before the first headings among them.
    sections: usize,
    /// The numbers of findings about the content.
    diagnostics: Counts,
    /// Why the last publish failed; null when it did not.
    #[schema(required = true)]
    last_failure: Option<LastFailure>,
    /// How following the remote goes; missing where the content lives here.
    #[serde(skip_serializing_if = "Option::is_none")]
    remote: Option<Remote>,
}

/// How following a remote repository goes.
#[derive(Serialize, ToSchema)]
struct Remote {
    /// When it was last reached, also before this server was started; null while it never was.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    synced_at: Option<Timestamp>,
    /// Why it could not be reached last; null when it could. The public is told only that it could not.
    #[schema(required = true)]
    failure: Option<String>,
    /// When its history was last seen to be rewritten since the start; null when it was not.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    rewritten_at: Option<Timestamp>,
}

/// The numbers of findings about the content.
#[derive(Serialize, ToSchema)]
pub(super) struct Counts {
    /// Articles that are not shown, or not as written.
    pub(super) errors: usize,
    /// What wants an editor's eye.
    pub(super) warnings: usize,
}

/// Why a publish failed.
#[derive(Serialize, ToSchema)]
struct LastFailure {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Why, in one line; the public is told only that it did.
    reason: String,
    /// The commit that could not be published, if it could be told.
    #[schema(value_type = Option<String>, required = true)]
    #[serde(serialize_with = "maybe_text")]
    commit: Option<ObjectId>,
}

/// Returns what is live.
#[utoipa::path(
    get, path = "/api/v1/edition", tag = "edition", operation_id = "get_edition",
    responses(
        (status = 200, description = "What is live", body = Edition),
        (status = 503, description = "`not_ready`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn edition(Shared(state): Shared<Arc<State>>, current: Current) -> Response {
    let view = &current.view;
    let edition = view.edition();
    let (errors, warnings) = view.diagnostic_counts();
    let (articles, sections) = view.counts();
    let failure = state.editions.failure();
    let body = Edition {
        edition: edition.revision.commit,
        tree: edition.revision.tree,
        branch: edition.branch.as_deref(),
        committed_at: edition.committed_at,
        published_at: current.preview.is_none().then(|| to_milliseconds(current.published.at)),
        articles,
        sections,
        diagnostics: Counts { errors, warnings },
        last_failure: failure.map(|failure| LastFailure {
            at: to_milliseconds(failure.at),
            reason: failure_reason(view.access().sees_notes(), &failure.reason),
            commit: failure.commit,
        }),
        remote: state.follow.as_ref().map(|follow| {
            let now = follow.state();
            let staff = view.access().sees_notes();
            Remote {
                synced_at: now.synced_at.map(to_milliseconds),
                failure: now.failure.as_ref().map(|reason| remote_reason(staff, reason)),
                rewritten_at: now.rewritten_at.map(to_milliseconds),
            }
        }),
    };
    let mut response = json(&body);
    // When it went live, and what failed since, differ from server to server and from moment to moment.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(EDITION, edition_value(&current));
    response
}

/// Returns a time as exactly as anybody needs it.
fn to_milliseconds(time: Timestamp) -> Timestamp {
    time.round(jiff::Unit::Millisecond).unwrap_or(time)
}

/// Returns why a remote could not be fetched as a reader may know it: the reason may name hosts and branches.
pub(crate) fn remote_reason(staff: bool, reason: &str) -> String {
    if staff { reason.to_owned() } else { "the remote cannot be reached".to_owned() }
}

/// Returns why a publish failed as a reader may know it: the reason may name paths and branches.
pub(crate) fn failure_reason(staff: bool, reason: &str) -> String {
    if staff { reason.to_owned() } else { "the last publish failed".to_owned() }
}
