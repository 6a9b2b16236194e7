//! The edge: what every request passes on its way in and every answer on its way out. Limits, the request's id, the
//! log, the metrics, the headers that every answer has, and problems written as documents.
//!
//! Deliberately knows no route and answers nothing by itself but refusals.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State as Shared};
use axum::http::header::{
    ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, TRANSFER_ENCODING,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::cache::{EDITION, commit_value};
use super::error::Problem;
use super::extract::UiLang;
use super::git::ForGit;
use super::{State, is_for_programs, pages};

/// Most bytes of all headers.
const MAX_HEADERS: usize = 16 << 10;
/// Longest address in bytes, path and query together.
const MAX_URI: usize = 8 << 10;
/// Largest body in bytes that a request may carry though nothing reads it.
const MAX_BODY: u64 = 64 << 10;
/// Longest id of a request that is taken over from whoever asks.
const MAX_ID: usize = 64;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What pages may load and be loaded by. Problems and JSON have it too: it costs little and forbids more than they need.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'";
/// The same, with what most pages say of frames: none.
static UNFRAMED: LazyLock<HeaderValue> = LazyLock::new(|| policy("frame-ancestors 'none'"));

/// Returns the policy of a page that says something else of frames.
pub(super) fn policy(frames: &str) -> HeaderValue {
    let policy = format!("{POLICY}; {frames}");
    HeaderValue::try_from(policy).expect("the rules above and checked origins are a header value")
}

/// Passes a request on, and its answer back.
pub(super) async fn edge(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let reader = Reader::of(&request);
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        %method,
        path = request.uri().path(),
    );
    let response = match refusal(&request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).instrument(span.clone()).await,
    };
    let _entered = span.enter();
    let response = finish(&state, response, id, &reader);
    let elapsed = started.elapsed();
    tracing::debug!(status = response.status().as_u16(), micros = elapsed.as_micros(), "answered");
    state.metrics.answered(route, &method, response.status(), elapsed);
    response
}

/// Who is told of a problem.
enum Reader {
    /// A program, by a document.
    Program,
    /// A person, by a page in place of this one.
    Person(UiLang, Uri),
}

impl Reader {
    fn of(request: &Request) -> Self {
        if is_for_programs(request.uri().path()) {
            return Self::Program;
        }
        let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
        if !accepted.contains("text/html") {
            return Self::Program;
        }
        Self::Person(UiLang::of(request.headers()), request.uri().clone())
    }
}

/// Returns why a request is not looked at.
fn refusal(request: &Request) -> Option<Problem> {
    let uri = request.uri();
    let length = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
    if length > MAX_URI {
        let detail = format!("the address has {length} bytes; at most {MAX_URI} are read");
        return Some(Problem::new(StatusCode::URI_TOO_LONG, "uri_too_long", detail));
    }
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers > MAX_HEADERS {
        let detail = format!("the headers have {headers} bytes; at most {MAX_HEADERS} are read");
        return Some(Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", detail));
    }
    // A method that has a body has a route that says how much of it is read, and for how long.
    if [Method::POST, Method::PUT, Method::PATCH].contains(request.method()) {
        return None;
    }
    let too_large = |detail| Some(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
    if request.headers().contains_key(TRANSFER_ENCODING) {
        return too_large("the request has a body of unknown length".to_owned());
    }
    let body = request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse::<u64>().ok()?;
    if body > MAX_BODY {
        return too_large(format!("the request has a body of {body} bytes; at most {MAX_BODY} are taken"));
    }
    None
}

/// Takes over a well-formed id, or makes one.
fn request_id(request: &Request) -> HeaderValue {
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(RandomState::new().build_hasher().finish()));
    let well_formed = |id: &&HeaderValue| {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        !id.is_empty() && id.len() <= MAX_ID && id.as_bytes().iter().all(allowed)
    };
    request.headers().get(REQUEST_ID).filter(well_formed).cloned().unwrap_or_else(|| {
        // An odd factor makes neighbours look different and keeps every id unique.
        let number = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut digits = [0; 16];
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(number >> (4 * place) & 15) as usize];
        }
        HeaderValue::from_bytes(&digits).expect("hexadecimal digits are a header value")
    })
}

/// Writes problems and adds what every answer has.
fn finish(state: &State, mut response: Response, id: HeaderValue, reader: &Reader) -> Response {
    if response.status().is_client_error() || response.status().is_server_error() {
        response = problem(state, response, &id, reader);
    }
    let headers = response.headers_mut();
    if !headers.contains_key(EDITION)
        && let Some(published) = state.editions.current()
    {
        headers.insert(EDITION, commit_value(published.edition.revision.commit));
    }
    headers.insert(REQUEST_ID, id);
    if response.status() != StatusCode::NOT_MODIFIED {
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| UNFRAMED.clone());
    }
    response
}

/// Writes the document or the page of a problem, also of what axum itself refuses in plain text.
fn problem(state: &State, mut response: Response, id: &HeaderValue, reader: &Reader) -> Response {
    let status = response.status();
    if response.extensions().get::<ForGit>().is_some() {
        return response;
    }
    let mut problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_plain(&response) => {
            let code = if status.is_server_error() { "internal_error" } else { "bad_request" };
            let reason = status.canonical_reason().unwrap_or("the request cannot be answered").to_ascii_lowercase();
            let mut plain = Problem::new(status, code, reason).into_response();
            let problem = plain.extensions_mut().remove::<Problem>().expect("it was just put there");
            response = plain;
            problem
        }
        // A page that says the same in words for people.
        None => return response,
    };
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(code = problem.code, detail = problem.detail, "the request failed");
    }
    let current = || Some(state.editions.current()?.edition.revision.commit.to_string());
    problem.edition = problem.edition.take().or_else(current);
    if let Some(edition) = problem.edition.as_deref().and_then(|edition| HeaderValue::from_str(edition).ok()) {
        response.headers_mut().insert(EDITION, edition);
    }
    if let Reader::Person(lang, uri) = reader {
        let mut page = pages::problem(state, *lang, uri, problem);
        if let Some(allowed) = response.headers_mut().remove(ALLOW) {
            page.headers_mut().insert(ALLOW, allowed);
        }
        return page;
    }
    // Whoever measured the response before knew nothing of the document.
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = Body::from(problem.document(id.to_str().unwrap_or_default()));
    response
}

fn is_plain(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_none_or(|value| value.as_bytes().starts_with(b"text/plain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(given: &str) -> String {
        let request = Request::builder().header(REQUEST_ID, given).body(Body::empty()).expect("a good request");
        request_id(&request).to_str().expect("ASCII").to_owned()
    }

    #[test]
    fn well_formed_id_is_taken_over_and_any_other_replaced() {
        assert_eq!(id("a.b_c-1"), "a.b_c-1");
        for bad in ["", "a b", "a\"b", &"x".repeat(65)] {
            let made = id(bad);
            assert!(made.len() == 16 && made.bytes().all(|b| b.is_ascii_hexdigit()), "{bad:?} became {made:?}");
        }
        assert_ne!(id(""), id(""));
    }
}
