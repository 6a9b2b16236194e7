//! Validators and answers already made: every cacheable answer is a function of the edition, the request, the reader and
//! the day. So its `ETag` is made of these, a request that has it already is answered 304 before any work is done, and
//! what one reader was told is kept for the next who asks the same.

use std::hash::Hasher;
use std::ops::ControlFlow;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http_body::Body as _;
use http_body_util::BodyExt;
use jiff::civil::Date;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rustc_hash::FxHasher;

use super::error::Problem;
use super::extract::{Current, UiLang};
use crate::audience::Access;
use crate::edition::today;
use crate::revision::ObjectId;
use crate::text::Lang;

/// The header that names the edition an answer was made from.
pub const EDITION: HeaderName = HeaderName::from_static("otvet-edition");

/// Answers a cacheable request: 304 when the reader has it, else what `make` gives, with `ETag`, `Cache-Control` and
/// `Otvet-Edition`. `lang` is given where the answer depends on it (pages).
///
/// # Errors
/// What `make` fails with; problems are never cacheable.
pub fn answer<R: IntoResponse>(
    current: &Current,
    uri: &Uri,
    headers: &HeaderMap,
    lang: Option<UiLang>,
    make: impl FnOnce(Date) -> Result<R, Problem>,
) -> Result<Response, Problem> {
    let (validator, key) = match begin(current, uri, headers, lang) {
        ControlFlow::Break(response) => return Ok(response),
        ControlFlow::Continue(to_be_made) => to_be_made,
    };
    let made = make(validator.day).map_err(|problem| problem.of(current))?.into_response();
    Ok(validator.finish(current.answers.keep(key, made)))
}

/// Answers as [`answer`] does, for work that is waited for.
///
/// # Errors
/// What `make` fails with.
pub async fn answer_later<R: IntoResponse, F: Future<Output = Result<R, Problem>>>(
    current: &Current,
    uri: &Uri,
    headers: &HeaderMap,
    lang: Option<UiLang>,
    make: impl FnOnce(Date) -> F,
) -> Result<Response, Problem> {
    let (validator, key) = match begin(current, uri, headers, lang) {
        ControlFlow::Break(response) => return Ok(response),
        ControlFlow::Continue(to_be_made) => to_be_made,
    };
    let made = make(validator.day).await.map_err(|problem| problem.of(current))?.into_response();
    Ok(validator.finish(current.answers.keep(key, made)))
}

/// Answers what needs no making: what the reader has, and what was answered before. Else returns what is told of the
/// answer to be made, and under what it is kept.
fn begin(
    current: &Current,
    uri: &Uri,
    headers: &HeaderMap,
    lang: Option<UiLang>,
) -> ControlFlow<Response, (Validator, Key)> {
    let validator = Validator::new(current, uri, headers, lang);
    if validator.known == Known::This {
        return ControlFlow::Break(validator.not_modified());
    }
    let key = Key::new(current, uri, lang, validator.day);
    match current.answers.get(&key) {
        Some(kept) => ControlFlow::Break(validator.finish(kept.response())),
        None => ControlFlow::Continue((validator, key)),
    }
}

/// The most bytes of all answers that are kept.
const KEPT: u64 = 32 << 20;
/// The largest answer that is kept, in bytes.
const KEPT_ANSWER: u64 = 256 << 10;

/// Answers already made, the least used forgotten first. Those of a former edition are never asked for again and go the
/// same way.
#[derive(Debug)]
pub struct Answers(Cache<Key, Arc<Kept>, ByBytes>);

impl Default for Answers {
    fn default() -> Self {
        Self(Cache::with_weighter(KEPT as usize >> 12, KEPT, ByBytes))
    }
}

impl Answers {
    fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        self.0.get(key)
    }

    /// Keeps an answer whose body is there as a whole; others pass through.
    fn keep(&self, key: Key, response: Response) -> Response {
        let size = response.body().size_hint().exact();
        if response.status() != StatusCode::OK || size.is_none_or(|size| size > KEPT_ANSWER) {
            return response;
        }
        let (parts, body) = response.into_parts();
        // A body in memory is collected at once; one that is not is none of ours, and has no exact size.
        let Some(Ok(body)) = body.collect().now_or_never() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        // What is kept is copied: a body often holds on to twice the memory it needs.
        let body = body.to_bytes();
        let media_type = parts.headers.get(CONTENT_TYPE).cloned();
        let found = parts.extensions.get::<Found>().copied();
        self.0.insert(key, Arc::new(Kept { media_type, found, body: Bytes::copy_from_slice(&body) }));
        Response::from_parts(parts, Body::from(body))
    }
}

/// How much a search found, carried beside an answer so that one that was kept is counted too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found(pub(super) usize);

/// An answer: its body and what its headers say of it.
#[derive(Debug)]
struct Kept {
    media_type: Option<HeaderValue>,
    found: Option<Found>,
    body: Bytes,
}

impl Kept {
    fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        if let Some(media_type) = &self.media_type {
            response.headers_mut().insert(CONTENT_TYPE, media_type.clone());
        }
        if let Some(found) = self.found {
            response.extensions_mut().insert(found);
        }
        response
    }
}

/// What an answer is a function of, whole: a hash of it could be made to meet another's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    edition: ObjectId,
    /// Of a preview: what its addresses begin with, and what it is compared with.
    preview: Option<(Arc<str>, ObjectId)>,
    request: Box<str>,
    access: Access,
    lang: Option<Lang>,
    day: Date,
}

impl Key {
    fn new(current: &Current, uri: &Uri, lang: Option<UiLang>, day: Date) -> Self {
        let request = uri.path_and_query().map_or("", |request| request.as_str()).into();
        let edition = current.view.revision().commit;
        let preview = of_preview(current);
        Self { edition, preview, request, access: current.view.access(), lang: lang.map(|UiLang(lang)| lang), day }
    }
}

fn of_preview(current: &Current) -> Option<(Arc<str>, ObjectId)> {
    current.preview.as_ref().map(|shown| (shown.root.clone(), shown.live.revision.commit))
}

/// Weighs an answer by the bytes it takes.
#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Kept>> for ByBytes {
    fn weight(&self, key: &Key, kept: &Arc<Kept>) -> u64 {
        (key.request.len() + kept.body.len() + 256) as u64
    }
}

/// Returns the value of `Otvet-Edition`.
pub fn edition_value(current: &Current) -> HeaderValue {
    commit_value(current.view.revision().commit)
}

/// Returns a commit id as the value of a header.
pub(super) fn commit_value(commit: ObjectId) -> HeaderValue {
    HeaderValue::try_from(commit.to_string()).expect("hexadecimal digits are a header value")
}

/// What is told of a cacheable answer, and what the reader has of it.
struct Validator {
    day: Date,
    etag: HeaderValue,
    edition: HeaderValue,
    by_language: bool,
    known: Known,
}

/// What the reader has.
#[derive(Debug, PartialEq, Eq)]
enum Known {
    /// Nothing, or something else.
    Nothing,
    /// This very answer.
    This,
    /// Whatever there is (`If-None-Match: *`), if there is anything.
    Any,
}

impl Validator {
    fn new(current: &Current, uri: &Uri, headers: &HeaderMap, lang: Option<UiLang>) -> Self {
        let day = today();
        let commit = current.view.revision().commit.to_string();
        let etag = etag(current, &commit, uri, lang, day);
        let known = headers.get_all(IF_NONE_MATCH).iter().map(|value| known(value, &etag));
        Self {
            day,
            known: known.fold(Known::Nothing, |before, now| if now == Known::Nothing { before } else { now }),
            etag: HeaderValue::try_from(etag).expect("hexadecimal digits, dashes and quotes are a header value"),
            edition: HeaderValue::try_from(commit).expect("hexadecimal digits are a header value"),
            by_language: lang.is_some(),
        }
    }

    fn not_modified(self) -> Response {
        let response = StatusCode::NOT_MODIFIED.into_response();
        self.dress(response)
    }

    fn finish(self, response: Response) -> Response {
        if !response.status().is_success() {
            let mut response = response;
            response.headers_mut().insert(EDITION, self.edition);
            return response;
        }
        if self.known == Known::Any {
            return self.not_modified();
        }
        self.dress(response)
    }

    fn dress(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(EDITION, self.edition);
        headers.insert(ETAG, self.etag);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        if self.by_language {
            headers.insert(VARY, HeaderValue::from_static("accept-language, cookie"));
        }
        response
    }
}

/// Weak, since compression may change the bytes: `W/"<commit>-<hash of request, reader, language, day and program>"`.
fn etag(current: &Current, commit: &str, uri: &Uri, lang: Option<UiLang>, day: Date) -> String {
    let mut hasher = FxHasher::default();
    // Which program answers: an id of its sources, see `build.rs`.
    hasher.write(env!("OTVET_BUILD").as_bytes());
    if let Some((root, live)) = of_preview(current) {
        hasher.write(root.as_bytes());
        hasher.write(live.to_string().as_bytes());
    }
    hasher.write(uri.path().as_bytes());
    hasher.write_u8(0);
    hasher.write(uri.query().unwrap_or_default().as_bytes());
    hasher.write_u32(current.view.access().audiences().bits());
    hasher.write_u8(u8::from(current.view.access().is_editor()));
    hasher.write_u8(lang.map_or(0, |UiLang(lang)| lang as u8 + 1));
    hasher.write_i16(day.year());
    hasher.write_i16(day.day_of_year());
    format!("W/\"{commit}-{:016x}\"", hasher.finish())
}

/// Returns whether a reader who sends this as `If-None-Match` has what the tag names.
pub(super) fn is_known(value: &HeaderValue, etag: &str) -> bool {
    known(value, etag) != Known::Nothing
}

/// Weak comparison (RFC 9110, 13.1.2).
fn known(value: &HeaderValue, etag: &str) -> Known {
    let Ok(tags) = value.to_str() else { return Known::Nothing };
    let opaque = |tag: &str| -> usize { tag.len() - tag.strip_prefix("W/").unwrap_or(tag).len() };
    let ours = &etag[opaque(etag)..];
    if tags.trim() == "*" {
        Known::Any
    } else if tags.split(',').map(str::trim).any(|tag| &tag[opaque(tag)..] == ours) {
        Known::This
    } else {
        Known::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let known = |value: &str| known(&HeaderValue::from_str(value).expect("a header value"), "W/\"a-1\"");
        assert_eq!(known("W/\"a-1\""), Known::This);
        assert_eq!(known("\"x\",  \"a-1\""), Known::This);
        assert_eq!(known("*"), Known::Any);
        for other in ["", "a-1", "W/\"a-2\"", "W/", "\"a-1", "W/W/\"a-1\""] {
            assert_eq!(known(other), Known::Nothing, "{other}");
        }
    }
}
