//! `GET /openapi.json`: the description of this API, made from the handlers and their wire types.
//!
//! A copy is kept in the repository, where a test compares it: a change of the contract shows in a review.

use std::sync::{Arc, LazyLock};

use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use utoipa::OpenApi;
use utoipa::openapi::Server;

use super::{
    articles, changes, diagnostics, difference, edition, events, explanation, feedback, history, offline, operations,
    reviews, search, suggest, wire,
};
use crate::web::{State, error};

/// The description of this API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Otvet",
        description = "A shared knowledge base: the same answer to the same question, at the same moment, everywhere.\n\n\
            Every answer is made from one edition, which the header `Otvet-Edition` names: a git commit. Equal editions give \
            equal answers. Answers that can be kept have an `ETag`; ask again with `If-None-Match`. Errors are problem \
            documents (RFC 9457) with a stable `code`. Parameters that are not known are ignored. Addresses are up to 8 KiB \
            long. Every answer has an `X-Request-Id`; one that is sent along is kept.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        search::search,
        suggest::suggest,
        articles::list,
        articles::article,
        history::history,
        changes::changes,
        reviews::reviews,
        offline::offline,
        edition::edition,
        crate::web::hooks::pushed,
        diagnostics::diagnostics,
        difference::difference,
        events::events,
        feedback::send,
        feedback::list,
        feedback::gaps,
        feedback::articles,
        operations::healthz,
        operations::readyz,
        operations::metrics,
        openapi,
    ),
    components(schemas(
        error::Document,
        wire::TrustState,
        search::CorrectionName,
        suggest::CompletionKind,
        explanation::PlaceName,
        articles::ArticleStatus,
        articles::RelatedBy,
        changes::ChangeKind,
        reviews::ReviewStateName,
        diagnostics::Severity,
        feedback::TakenState,
        feedback::FeedbackKind,
        feedback::SurfaceName,
    )),
    tags(
        (name = "search", description = "Finding answers"),
        (name = "articles", description = "Reading articles and their history"),
        (name = "changes", description = "Keeping up"),
        (name = "previews", description = "Branches and commits that are not live: below `/~{branch-or-commit}` stand all read-only addresses of articles, search and history"),
        (name = "edition", description = "What is live"),
        (name = "feedback", description = "What readers report, and what editors read of it"),
        (name = "operations", description = "Health, metrics and this document"),
    )
)]
struct Description;

/// Returns the description as it is kept in the repository: with addresses relative to the server.
pub fn document() -> String {
    let mut text = Description::openapi().to_pretty_json().expect("the description is JSON");
    text.push('\n');
    text
}

/// Returns the description of this API.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operations", operation_id = "openapi",
    responses((status = 200, description = "This document", content_type = "application/json"))
)]
pub(super) async fn openapi(Shared(state): Shared<Arc<State>>) -> Response {
    static RELATIVE: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document()));
    let body = match &state.public_url {
        None => RELATIVE.clone(),
        Some(url) => {
            let mut description = Description::openapi();
            description.servers = Some(vec![Server::new(url)]);
            Bytes::from(description.to_pretty_json().expect("the description is JSON"))
        }
    };
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
