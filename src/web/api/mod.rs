//! The JSON API, version 1, and what operations need: one file for each endpoint, with its wire types beside the
//! handler.
//!
//! All but feedback is read only; every answer is made from the one edition that [`super::extract::Current`]
//! took, and from what that reader may see of it.

mod articles;
mod ask;
mod changes;
mod diagnostics;
mod difference;
pub(crate) mod edition;
pub(crate) mod events;
mod explanation;
mod facets;
mod feedback;
mod history;
pub mod offline;
pub mod openapi;
mod operations;
mod reviews;
pub(crate) mod search;
mod suggest;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::{State, other_method};

/// Returns the routes of the API that previews have, too.
pub fn previewed() -> Router<Arc<State>> {
    Router::new()
        .route("/api/v1/search", get(search::search))
        .route("/api/v1/suggest", get(suggest::suggest))
        .route("/api/v1/articles", get(articles::list))
        .route("/api/v1/articles/{*slug}", get(articles::article))
        .route("/api/v1/history/{*slug}", get(history::history))
        .route("/api/v1/changes", get(changes::changes))
        .route("/api/v1/reviews", get(reviews::reviews))
        .route("/api/v1/edition", get(edition::edition))
        .route("/api/v1/diagnostics", get(diagnostics::diagnostics))
}

/// Returns the routes of the API that only previews have.
pub fn of_previews() -> Router<Arc<State>> {
    Router::new().route("/api/v1/difference", get(difference::difference))
}

/// Returns the routes of the API and of operations.
pub fn routes() -> Router<Arc<State>> {
    previewed()
        .route("/api/v1/offline", get(offline::offline))
        .route("/api/v1/events", get(events::events))
        .route(
            "/api/v1/feedback",
            get(feedback::list)
                .post(feedback::send)
                .fallback(|method| other_method(method, "GET, HEAD, POST, OPTIONS")),
        )
        .route("/api/v1/feedback/gaps", get(feedback::gaps))
        .route("/api/v1/feedback/articles", get(feedback::articles))
        .route("/healthz", get(operations::healthz))
        .route("/readyz", get(operations::readyz))
        .route("/metrics", get(operations::metrics))
        .route("/openapi.json", get(openapi::openapi))
        .route("/problems/{code}", get(operations::problem))
}
