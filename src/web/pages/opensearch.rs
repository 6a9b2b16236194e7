//! The base in the address bar of browsers: its description (OpenSearch 1.1) and completions in the form that browsers know.
//!
//! A description has absolute addresses, and those only come from `server.public_url`, never from what a request claims. So
//! without that setting there is no description, and no page names one.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::Visit;
use crate::edition::article_path;
use crate::text::Words;
use crate::web::error::Problem;

/// Completions that browsers are given.
const COMPLETIONS: usize = 8;
/// Longest text in bytes that is completed; beyond it nobody types.
const LONGEST: usize = 4 << 10;

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct Description {
    w: &'static Words,
    base: String,
    icon: &'static str,
}

/// `GET /opensearch.xml`.
pub(super) async fn description(visit: Visit) -> Response {
    visit.answer(|scene| {
        let base = visit.state.public_url.clone().ok_or_else(|| {
            let detail = "`server.public_url` is not set, and a description for browsers has absolute addresses";
            Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
        })?;
        let description = Description { w: scene.words(), base, icon: super::assets::address("favicon.svg") };
        let body = description.render().map_err(|error| {
            let detail = format!("cannot render the description: {error}");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", detail)
        })?;
        Ok(([(CONTENT_TYPE, "application/opensearchdescription+xml; charset=utf-8")], body).into_response())
    })
}

/// `GET /opensearch/suggest?q=`: `[typed, [completion…], [article…], [address…]]`.
pub(super) async fn completions(visit: Visit) -> Response {
    let visit = &visit;
    visit
        .answer_later(|scene| async move {
            let typed: String = visit.params.one("q")?.filter(|q| q.len() <= LONGEST).unwrap_or_default().to_owned();
            let (view, text) = (scene.view().clone(), typed.clone());
            let found = visit.state.work.queries.run(move || view.complete(&text, COMPLETIONS)).await?;
            let base = visit.state.public_url.as_deref().unwrap_or_default();
            let of = |part: &dyn Fn(&crate::search::Suggestion) -> String| {
                found.suggestions.iter().map(part).collect::<Vec<_>>()
            };
            let texts = of(&|one| one.text.to_string());
            let titles = of(&|one| one.article.title.clone());
            let addresses = of(&|one| format!("{base}{}", article_path(one.article.slug.as_str())));
            let body = serde_json::json!([typed, texts, titles, addresses]).to_string();
            Ok(([(CONTENT_TYPE, "application/x-suggestions+json; charset=utf-8")], body).into_response())
        })
        .await
}
