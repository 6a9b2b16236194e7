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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::document;
    use crate::article::Status;
    use crate::edition::{ReviewState, TrustState};
    use crate::event::{Kind, Surface};

    /// The wire has its own types, so that they change when somebody means it: what they say must be what is written.
    #[test]
    fn names_in_the_description_are_those_that_answers_have() {
        let description: serde_json::Value = serde_json::from_str(&document()).expect("JSON");
        let described = |schema: &str| -> BTreeSet<String> {
            let names = &description["components"]["schemas"][schema]["enum"];
            let names = names.as_array().unwrap_or_else(|| panic!("no names in {schema}"));
            names.iter().map(|name| name.as_str().expect("a text").to_owned()).collect()
        };
        let names = |names: &[&str]| -> BTreeSet<String> { names.iter().map(|&name| name.to_owned()).collect() };
        assert_eq!(described("TrustState"), names(&TrustState::ALL.map(TrustState::name)));
        assert_eq!(described("ReviewStateName"), names(&ReviewState::ALL.map(ReviewState::name)));
        let statuses = [Status::Current, Status::Draft, Status::Archived];
        assert_eq!(described("ArticleStatus"), names(&statuses.map(Status::name)));
        let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(described("FeedbackKind"), names(&kinds));
        let surfaces: Vec<&str> = Surface::ALL.iter().map(|surface| surface.name()).collect();
        assert_eq!(described("Surface"), names(&surfaces));
    }
}
