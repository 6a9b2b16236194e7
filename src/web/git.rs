//! `/git/NAME.git`: clone and push over HTTP. Three addresses and no more; who may is asked of the tokens; the rest is git's
//! business, behind [`crate::host`].
//!
//! Refusals are plain text: that is what git shows to whoever it works for.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State as Shared};
use axum::http::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES, HOST,
    ORIGIN, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::StreamExt;

use super::extract::UiLang;
use super::{State, other_method};
use crate::host::Host;
use crate::host::backend::{Call, Error, Service};
use crate::text::Lang;
use crate::text::push as words;

const PROTOCOL: HeaderName = HeaderName::from_static("git-protocol");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Marks a response whose text is for whoever runs git, not to be written anew as a problem.
#[derive(Debug, Clone, Copy)]
pub(super) struct ForGit;

/// Returns the routes of hosting. Where nothing is hosted, nothing is there.
pub(super) fn routes() -> Router<Arc<State>> {
    let writing = || post(serve).fallback(|method| other_method(method, "POST, OPTIONS"));
    Router::new()
        .route("/git/{name}/info/refs", get(discover))
        .route("/git/{name}/git-upload-pack", writing())
        .route("/git/{name}/git-receive-pack", writing())
}

/// Which branches are there: the first request of every clone, fetch and push.
async fn discover(Shared(state): Shared<Arc<State>>, Path(name): Path<String>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let service = query.strip_prefix("service=").and_then(Service::named);
    answer(&state, &name, service, true, request).await
}

async fn serve(Shared(state): Shared<Arc<State>>, Path(name): Path<String>, request: Request) -> Response {
    let service = request.uri().path().rsplit('/').next().and_then(Service::named);
    // What is asked in the address and what the body says must be the same.
    let expected = service.map(|service| format!("application/x-{}-request", service.name()));
    let said = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let service = service.filter(|_| said.is_some() && said == expected.as_deref() && request.uri().query().is_none());
    answer(&state, &name, service, false, request).await
}

async fn answer(state: &State, name: &str, service: Option<Service>, is_discovery: bool, request: Request) -> Response {
    let headers = request.headers();
    let lang = headers.get(ACCEPT_LANGUAGE).map(|_| UiLang::of(headers).0);
    let host = state.host.as_ref().filter(|host| name.strip_suffix(".git") == Some(host.name.as_str()));
    let Some(host) = host else {
        let lang = lang.unwrap_or_default();
        let is_cut = state.host.as_ref().is_some_and(|host| host.name == name);
        let text = if is_cut { words::address_cut(lang, name) } else { words::nothing_hosted(lang).to_owned() };
        return told(StatusCode::NOT_FOUND, &text);
    };
    let spoken = lang.unwrap_or(host.lang);
    let user = match user(host, headers) {
        Ok(user) => user,
        Err(status) => return refused(status, spoken),
    };
    let Some(service) = service else { return told(StatusCode::FORBIDDEN, words::other_service(spoken)) };
    let gzip = headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
    if !matches!((gzip, service), (None, _) | (Some(b"gzip" | b"x-gzip"), Service::Fetch)) {
        return told(StatusCode::UNSUPPORTED_MEDIA_TYPE, words::other_service(spoken));
    }
    let call = Call {
        service,
        is_discovery,
        protocol: protocol(headers),
        is_gzip: gzip.is_some(),
        length: headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()),
        user,
        lang,
    };
    let body = Body::new(request.into_body()).into_data_stream().boxed();
    match host.call(&call, body).await {
        Ok(answer) => {
            let mut response = Response::new(Body::from_stream(answer.body));
            *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            for (name, value) in answer.headers {
                let known =
                    [CONTENT_TYPE, CACHE_CONTROL, EXPIRES, PRAGMA].into_iter().find(|known| known.as_str() == name);
                if let (Some(name), Ok(value)) = (known, HeaderValue::try_from(value)) {
                    response.headers_mut().insert(name, value);
                }
            }
            response.extensions_mut().insert(ForGit);
            response
        }
        Err(error) => failed(&error, spoken),
    }
}

/// Returns who asks.
///
/// # Errors
/// 401 when a token is needed and none that is known came; 403 when a web page asks.
fn user(host: &Host, headers: &HeaderMap) -> Result<String, StatusCode> {
    // Git sends neither. Behind the back of whoever is at this machine, a page may not clone or push.
    if headers.contains_key(ORIGIN) || headers.contains_key(FETCH_SITE) {
        return Err(StatusCode::FORBIDDEN);
    }
    if !host.tokens.are_used() {
        let is_here = headers.get(HOST).and_then(|host| host.to_str().ok()).is_some_and(is_loopback);
        return if host.is_open && is_here { Ok("local".to_owned()) } else { Err(StatusCode::UNAUTHORIZED) };
    }
    let holder = token(headers).and_then(|token| host.tokens.holder(&token));
    holder.ok_or(StatusCode::UNAUTHORIZED)
}

/// Returns whether a `Host` header names this machine: another name that leads here is a trick.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Returns the token of a request: the password of `Basic`, whatever the user is called, or that of `Bearer`.
fn token(headers: &HeaderMap) -> Option<String> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64_STANDARD.decode(value.trim()).ok()?).ok()?;
    pair.split_once(':').map(|(_, token)| token.to_owned())
}

fn protocol(headers: &HeaderMap) -> Option<u8> {
    match headers.get(PROTOCOL)?.as_bytes() {
        b"version=0" => Some(0),
        b"version=1" => Some(1),
        b"version=2" => Some(2),
        _ => None,
    }
}

fn refused(status: StatusCode, lang: Lang) -> Response {
    if status != StatusCode::UNAUTHORIZED {
        return told(status, words::not_for_pages(lang));
    }
    let mut response = told(status, words::token_needed(lang));
    let scheme = HeaderValue::from_static("Basic realm=\"Otvet\", charset=\"UTF-8\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}

fn failed(error: &Error, lang: Lang) -> Response {
    match error {
        Error::Busy => {
            let mut response = told(StatusCode::SERVICE_UNAVAILABLE, words::busy(lang));
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"));
            response
        }
        Error::TooLarge => {
            told(StatusCode::PAYLOAD_TOO_LARGE, &words::too_large(lang, crate::host::backend::MOST_PUSHED >> 20))
        }
        Error::Failed(reason) => {
            tracing::error!(%reason, "git cannot be run");
            told(StatusCode::INTERNAL_SERVER_ERROR, words::git_failed(lang))
        }
    }
}

/// Returns a text that git prints behind `remote:`.
fn told(status: StatusCode, text: &str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (status, headers, format!("{text}\n")).into_response();
    response.extensions_mut().insert(ForGit);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))])
    }

    #[test]
    fn token_is_a_password_or_a_bearer() {
        assert_eq!(token(&headers("Basic cGV0cm92YTpzZWNyZXQ=")).as_deref(), Some("secret"));
        assert_eq!(token(&headers("bearer secret")).as_deref(), Some("secret"));
        for bad in ["Basic", "Basic !!", "Basic c2VjcmV0", "Digest secret", "secret"] {
            assert_eq!(token(&headers(bad)), None, "{bad}");
        }
    }

    #[test]
    fn only_names_of_this_machine_are_here() {
        for here in ["localhost", "localhost:8080", "127.0.0.1:1", "127.0.0.1", "[::1]:8080"] {
            assert!(is_loopback(here), "{here}");
        }
        for elsewhere in ["kb.example", "127.0.0.1.example:80", "evil.localhost", "10.0.0.1:80", "", "[::2]:80"] {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }
}
