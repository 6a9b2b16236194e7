//! `GET /api/v1/offline`: everything that a device needs to answer by itself while the server cannot be reached: the articles
//! that its reader may see, and the words to find them by.
//!
//! A bundle is a function of the edition, the reader and the state that the device has: a full one of the first two alone.
//! It never holds internal notes, drafts or archived articles: what may stand on a screen beside a customer is what may lie on
//! a tablet. [`record`] is an article as a device gets it, [`parts`] how its texts are written, [`bundles`] makes bundles and keeps them.

pub mod bundles;
mod parts;
mod record;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::web::State;
use crate::web::cache::{EDITION, edition_value, is_known};
use crate::web::error::Problem;
use crate::web::extract::{Current, Params, shown};

/// The settings of offline work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Hours after which a device asks for the network instead of answering from what it has; 0: nothing is given to devices.
    pub hours: u32,
    /// The most articles of a bundle.
    pub articles: usize,
}

impl Default for Config {
    /// Returns what the shipped `config.toml` says.
    fn default() -> Self {
        Self { hours: 72, articles: 10_000 }
    }
}

/// Returns a bundle.
///
/// The first time, the whole; with `since`, what is different from the state that the device has. A state that this server does
/// not know (any more) is answered with the whole, which `since: null` says. Internal notes, drafts and archived articles are
/// never in it. What depends on the day (a review that is due) is told by its date, to be judged on the day it is read.
#[utoipa::path(
    get, path = "/api/v1/offline", tag = "articles", operation_id = "get_offline_bundle",
    params(("since" = Option<String>, Query, description = "`state` of the bundle that the device has, or its edition")),
    responses(
        (status = 200, description = "The bundle, compressed", body = record::Bundle),
        (status = 304, description = "As the device has it"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 403, description = "`offline_disabled`: a device forgets what it has", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 413, description = "`bundle_too_large`: the reader may see more articles than `offline.articles`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn offline(
    Shared(state): Shared<Arc<State>>,
    current: Current,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let since = params.one("since")?.filter(|since| !since.is_empty()).map(str::to_owned);
    check(&state.offline, &current, since.as_deref()).map_err(|problem| problem.of(&current))?;
    let bundles = state.bundles.clone();
    // What is made already is found without waiting for those who make something.
    let made = match bundles.made(&current.view, since.as_deref()) {
        Some(made) => made,
        None => {
            let (view, config) = (current.view.clone(), state.offline);
            let making = state.work.bundles.run(move || bundles.make(&view, since.as_deref(), config)).await;
            making.map_err(|problem| problem.of(&current))?
        }
    };
    let known = headers.get_all(IF_NONE_MATCH).iter().any(|value| is_known(value, &made.etag));
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { body(&made.bytes, &headers) };
    let etag =
        HeaderValue::try_from(made.etag.as_str()).expect("hexadecimal digits, dashes and quotes are a header value");
    let dressing = [
        (ETAG, etag),
        (EDITION, edition_value(&current)),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (VARY, HeaderValue::from_static("accept-encoding")),
    ];
    response.headers_mut().extend(dressing);
    Ok(response)
}

fn check(config: &Config, current: &Current, since: Option<&str>) -> Result<(), Problem> {
    if config.hours == 0 {
        let detail = "this server gives nothing to be kept on devices (`offline.hours` is 0)";
        return Err(Problem::new(StatusCode::FORBIDDEN, "offline_disabled", detail));
    }
    if let Some(since) = since
        && !(since.len() <= 64 && since.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
    {
        let detail = format!("`since` is `{}`; the `state` of a bundle or a commit id is expected", shown(since));
        return Err(Problem::parameter("since", detail));
    }
    let (articles, _) = current.view.counts();
    if articles > config.articles {
        let detail =
            format!("the base has {articles} articles for this reader; a bundle holds {} at most", config.articles);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "bundle_too_large", detail));
    }
    Ok(())
}

/// Returns a body that is kept compressed; for whoever cannot read that, unpacked piece by piece.
fn body(packed: &Bytes, headers: &HeaderMap) -> Response {
    let mut response = if takes_brotli(headers) {
        let mut response = Response::new(Body::from(packed.clone()));
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        response
    } else {
        Response::new(Body::from_stream(futures_util::stream::iter(bundles::unpacked(packed.clone()))))
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|one| {
        let (coding, quality) = one.split_once(';').unwrap_or((one, ""));
        let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.trim_end_matches(['0', '.']).is_empty());
        coding.trim().eq_ignore_ascii_case("br") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        let takes = |value: &'static str| {
            takes_brotli(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(takes("gzip, deflate, br, zstd") && takes("br;q=0.5") && takes("BR"));
        assert!(!takes("gzip") && !takes("br;q=0") && !takes("br; q=0.0") && !takes("*"));
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
