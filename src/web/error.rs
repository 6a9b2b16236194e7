//! Problems: what a request is told when it cannot be answered, as RFC 9457 documents for programs.
//!
//! A handler returns a [`Problem`]; it becomes a document at the edge of the server, where the id of the request is
//! known. Every code is listed in [`CODES`], which is also what `/problems/{code}` and the OpenAPI document say.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::State;
use super::extract::{Current, shown};
use crate::edition::{View, article_path};

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Every code with its status and title.
pub const CODES: &[(&str, u16, &str)] = &[
    ("bad_parameter", 400, "A parameter has a value that it cannot have"),
    ("bad_body", 400, "The body cannot be read"),
    ("bad_request", 400, "The request is malformed"),
    ("offline_disabled", 403, "Nothing may be kept on devices"),
    ("not_authentic", 403, "The webhook does not know the secret"),
    ("not_found", 404, "There is nothing at this address"),
    ("article_not_found", 404, "There is no article of this name for this reader"),
    ("revision_not_found", 404, "There is no such revision in the history"),
    ("history_not_available", 404, "The former text is not available to this reader"),
    ("preview_ambiguous", 400, "Several commits have ids that begin so"),
    ("edition_not_found", 404, "There is no such edition for this reader"),
    ("edition_not_kept", 410, "The edition is no longer kept"),
    ("preview_not_found", 404, "There is no such preview for this reader"),
    ("preview_failed", 422, "The commit cannot be shown"),
    ("preview_unavailable", 503, "The preview is still being made"),
    ("cross_site", 403, "A page of another site sent the request"),
    ("editors_only", 403, "That is for editors"),
    ("feedback_off", 404, "No feedback is recorded here"),
    ("method_not_allowed", 405, "The address is not for this method"),
    ("body_too_slow", 408, "The body of the request did not come in time"),
    ("body_too_large", 413, "The request has a body that is too large"),
    ("bundle_too_large", 413, "The base is too large to be kept on a device"),
    ("uri_too_long", 414, "The address is too long"),
    ("query_too_long", 414, "The query is too long"),
    ("unsupported_media_type", 415, "The body is of a kind that is not read here"),
    ("bad_field", 422, "A member of the body is missing, unknown, or has a value that it cannot have"),
    ("too_many_requests", 429, "Too many requests came from one address"),
    ("headers_too_large", 431, "The headers are too large"),
    ("busy", 429, "As much as may wait is waiting"),
    ("internal_error", 500, "The server made a mistake"),
    ("not_ready", 503, "There is no edition yet"),
    ("stopping", 503, "The server is shutting down"),
    ("timeout", 503, "The answer took too long"),
    ("feedback_unavailable", 503, "The event store cannot be read at the moment"),
    ("history_unavailable", 503, "The repository cannot be read at the moment"),
];

/// A problem document (RFC 9457) with a stable code.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code, such as `article_not_found`; one of [`CODES`].
    pub code: &'static str,
    /// One sentence about this case, in English, lower case, no full stop.
    pub detail: String,
    /// Slugs or texts to try instead.
    pub suggestions: Vec<Suggestion>,
    /// The parameter that is wrong, if one is.
    pub parameter: Option<&'static str>,
    /// What few problems have; apart, since every handler returns room for a problem.
    pub more: Option<Box<More>>,
    /// The edition the request was to be answered from.
    pub edition: Option<String>,
}

/// What few problems have.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// The member of the body that is wrong.
    pub field: Option<String>,
    /// After how many seconds it makes sense to ask again.
    pub retry_after: Option<u64>,
}

/// Something to try instead.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct Suggestion {
    /// The article's slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
}

impl Problem {
    /// Returns a problem without suggestions.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            suggestions: Vec::new(),
            parameter: None,
            more: None,
            edition: None,
        }
    }

    /// Returns 400 `bad_parameter` for a parameter.
    pub fn parameter(name: &'static str, detail: impl Into<String>) -> Self {
        Self { parameter: Some(name), ..Self::new(StatusCode::BAD_REQUEST, "bad_parameter", detail) }
    }

    /// Names the member of the body that is wrong.
    pub fn of_field(self, name: impl Into<String>) -> Self {
        Self { more: Some(Box::new(More { field: Some(name.into()), retry_after: None })), ..self }
    }

    /// Says after how many seconds it makes sense to ask again.
    pub fn until(self, seconds: u64) -> Self {
        Self { more: Some(Box::new(More { field: None, retry_after: Some(seconds) })), ..self }
    }

    /// Returns 404 `article_not_found`.
    pub fn no_article(slug: &str) -> Self {
        let detail = format!("there is no article `{}`", shown(slug));
        Self::new(StatusCode::NOT_FOUND, "article_not_found", detail)
    }

    /// Returns 503 `not_ready`: there is no edition yet.
    pub fn not_ready() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "the first edition is not ready yet")
    }

    /// Returns 503 `stopping`: the server is shutting down.
    pub fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the server is shutting down")
    }

    /// Returns 429 `busy`: as much as may wait is waiting.
    pub fn busy() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", "too many requests are waiting; try again in a moment")
    }

    /// Names the edition.
    pub fn of(self, current: &Current) -> Self {
        Self { edition: Some(current.view.revision().commit.to_string()), ..self }
    }

    /// Adds articles that may have been meant by a text that led nowhere, which is a search. Where there is no room for one, that
    /// is the problem: what is told must not depend on how busy the server is.
    pub(crate) async fn or_nearest(self, state: &State, view: &View, text: &str, limit: usize) -> Self {
        if text.is_empty() {
            return self;
        }
        let (words, of) = (text.to_owned(), view.clone());
        match state.work.queries.run(move || of.nearest(&words, limit)).await {
            Ok(nearest) => {
                let suggestions = nearest.iter().map(|article| Suggestion {
                    slug: article.slug.to_string(),
                    title: article.title.clone(),
                    url: article_path(article.slug.as_str()),
                });
                Self { suggestions: suggestions.collect(), ..self }
            }
            Err(problem) => Self { edition: self.edition, ..problem },
        }
    }

    /// Returns what the kinds of problem are called, by code.
    fn title(&self) -> &'static str {
        let known = CODES.iter().find(|(code, ..)| *code == self.code);
        known.map_or_else(|| self.status.canonical_reason().unwrap_or("Problem"), |(_, _, title)| title)
    }

    /// Returns the document; `instance` is the id of the request.
    pub(super) fn document(&self, instance: &str) -> Vec<u8> {
        let document = Document {
            r#type: format!("/problems/{}", self.code),
            title: self.title(),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            instance,
            edition: self.edition.as_deref(),
            parameter: self.parameter,
            field: self.more.as_ref().and_then(|more| more.field.as_deref()),
            suggestions: &self.suggestions,
        };
        serde_json::to_vec(&document).expect("texts and numbers are JSON")
    }

    /// Returns after how many seconds it makes sense to ask again.
    fn retry_after(&self) -> Option<HeaderValue> {
        if let Some(seconds) = self.more.as_ref().and_then(|more| more.retry_after) {
            return Some(seconds.into());
        }
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => Some(HeaderValue::from_static("1")),
            StatusCode::SERVICE_UNAVAILABLE => Some(HeaderValue::from_static("5")),
            _ => None,
        }
    }
}

/// A problem on the wire (RFC 9457).
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(super) struct Document<'a> {
    /// An address that names the kind of problem and explains it: `/problems/` and the code.
    r#type: String,
    /// What the kind of problem is called.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// The stable code, such as `article_not_found`.
    code: &'a str,
    /// What is wrong with this request.
    detail: &'a str,
    /// The id of this request, as in `X-Request-Id`.
    instance: &'a str,
    /// The edition that the request was to be answered from.
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'a str>,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    /// The member of the body that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Articles to try instead.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    suggestions: &'a [Suggestion],
}

impl IntoResponse for Problem {
    /// Returns a response that carries the problem; the edge of the server writes the document into it.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, seconds);
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_has_the_members_of_rfc_9457_and_ours() {
        let problem = Problem::parameter("limit", "`limit` is `abc`; a whole number from 1 to 50 is expected");
        let document = String::from_utf8(problem.document("a1")).expect("JSON is UTF-8");
        insta::assert_snapshot!(document, @r#"{"type":"/problems/bad_parameter","title":"A parameter has a value that it cannot have","status":400,"code":"bad_parameter","detail":"`limit` is `abc`; a whole number from 1 to 50 is expected","instance":"a1","parameter":"limit"}"#);
    }

    #[test]
    fn one_who_may_come_back_is_told_when() {
        assert_eq!(Problem::busy().into_response().headers()[RETRY_AFTER], "1");
        assert_eq!(Problem::not_ready().into_response().headers()[RETRY_AFTER], "5");
    }
}
