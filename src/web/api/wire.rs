//! What several endpoints put on the wire.

use std::borrow::Cow;
use std::fmt::Display;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::article::Article;
use crate::edition::View;
use crate::git::history::Commit;
use crate::revision::ObjectId;

/// Most bodies fit in this many bytes; larger ones grow.
const USUAL: usize = 8 << 10;

/// Returns a body as JSON.
pub(super) fn json<T: Serialize>(body: &T) -> Response {
    json_of(StatusCode::OK, body)
}

/// Returns a body as JSON, with a status.
pub(super) fn json_of<T: Serialize>(status: StatusCode, body: &T) -> Response {
    let mut bytes = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut bytes, body).expect("wire types have text keys and finite numbers");
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Writes a value as its text.
pub(super) fn text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Writes a value as its text, none as `null`.
pub(super) fn maybe_text<T: Display, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

/// How far an article can be trusted today (in UTC).
#[derive(Serialize, ToSchema)]
pub(super) struct Trust {
    /// The state.
    #[schema(value_type = TrustState)]
    state: &'static str,
    /// When somebody said that it is right.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    verified_on: Option<Date>,
    /// Who said so.
    #[schema(required = true)]
    verified_by: Option<String>,
    /// When it must be looked at again.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    review_due: Option<Date>,
}

/// How far an article can be trusted.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `Trust::state` in the OpenAPI document")]
pub(super) enum TrustState {
    /// Somebody said that it is right, and that still counts.
    Verified,
    /// It should have been looked at again by now.
    Overdue,
    /// It says something else than when somebody said that it is right.
    Changed,
    /// Nobody said that it is right.
    Unverified,
    /// Another article takes its place.
    Superseded,
    /// It is kept for the record.
    Archived,
    /// It is not finished.
    Draft,
}

impl Trust {
    pub(super) fn of(view: &View, article: &Article, day: Date) -> Self {
        let trust = view.trust(article, day);
        Self {
            state: trust.state.name(),
            verified_on: trust.verified_on,
            verified_by: trust.verified_by,
            review_due: trust.review_due,
        }
    }
}

/// What may be said to a customer as it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct Answer<'a> {
    /// The channel it is for, such as `email`; null for the general answer.
    #[schema(required = true)]
    pub(super) channel: Option<&'a str>,
    /// Plain text, with blank lines between paragraphs.
    pub(super) text: Cow<'a, str>,
    /// HTML, sanitised.
    pub(super) html: String,
    /// Markdown as written.
    pub(super) markdown: &'a str,
}

impl<'a> Answer<'a> {
    /// Returns all answers of an article. They are for the customer's eyes: never with internal notes.
    pub(super) fn all(view: &View, article: &'a Article) -> Vec<Self> {
        let answers = article.answers.iter().map(|answer| Self {
            channel: answer.channel.as_deref(),
            text: view.answer_text(article, answer),
            html: view.render(article, &answer.html, true),
            markdown: &answer.markdown,
        });
        answers.collect()
    }
}

/// Another article.
#[derive(Serialize, ToSchema)]
pub(super) struct Reference<'a> {
    /// Its slug.
    pub(super) slug: &'a str,
    /// Its title.
    pub(super) title: &'a str,
    /// The address of its page.
    pub(super) url: String,
}

impl<'a> Reference<'a> {
    pub(super) fn to(view: &View, article: &'a Article) -> Self {
        Self { slug: article.slug.as_str(), title: &article.title, url: view.article_path(article.slug.as_str()) }
    }
}

/// When an article last changed, and in which commit.
pub(super) fn last_change<'a>(view: &'a View, article: &Article) -> (Option<Timestamp>, Option<ObjectId>) {
    let last: Option<&'a Commit> = view.dates(article).map(|(_, last)| last);
    (last.map(|commit| commit.at), last.map(|commit| commit.id))
}
