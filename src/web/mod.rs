//! HTTP: routes, what a request carries, what an answer looks like. Only this module knows HTTP; domain types are not
//! wire types, the wire has its own beside the handlers.
//!
//! Every request takes the current edition once ([`extract::Current`]) and is answered from it alone. Nothing here reads git
//! but former texts and previews, and that off the async threads ([`work`]).

pub mod api;
mod body;
pub mod cache;
mod edge;
pub mod embed;
pub mod error;
pub(crate) mod explain;
pub mod extract;
pub(crate) mod filters;
pub(crate) mod former;
mod git;
pub(crate) mod hooks;
pub mod limit;
pub mod metrics;
mod origin;
pub(crate) mod outlook;
pub mod pages;
pub(crate) mod preview;
mod report;
pub(crate) mod reviews;
pub mod work;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::header::ALLOW;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::audience::Access;
use crate::comparison;
use crate::edition::Editions;
use crate::event::{Asked, Recorder};
use crate::follow::Follow;
use crate::git::Repository;
use crate::host::Host;
use crate::preview::Previews;
use error::Problem;
use extract::UiLang;

/// What all requests share.
#[derive(Debug)]
pub struct State {
    /// The current edition.
    pub editions: Arc<Editions>,
    /// What a reader who has not signed in may see.
    pub anonymous: Access,
    /// Where this server is reached from outside, without a slash at its end; for absolute addresses in feeds and the
    /// OpenAPI document. None: addresses stay relative. Never taken from the `Host` header.
    pub public_url: Option<String>,
    /// The repository, for diffs on history pages; none in the preview of a plain folder.
    pub repository: Option<Repository>,
    /// The slug of the article that says what to tell a customer when a search finds nothing.
    pub fallback: Option<String>,
    /// Who may embed the panel.
    pub embed: embed::Origins,
    /// Branches and commits that are not live, for those who may look at them; none where there is no repository.
    pub previews: Option<Arc<Previews>>,
    /// Whether this is an editors' preview: pages reload themselves and say that nothing is committed.
    pub preview: bool,
    /// Counters and histograms.
    pub metrics: metrics::Metrics,
    /// True once the server is shutting down: event streams end, readiness says no.
    pub stopping: watch::Receiver<bool>,
    /// Where work that would hold up an async thread is done.
    pub work: work::Work,
    /// The repository elsewhere that is followed, if one is.
    pub follow: Option<Arc<Follow>>,
    /// The repository that can be cloned and pushed to, if one is.
    pub host: Option<Arc<Host>>,
    /// Answers already made.
    pub answers: Arc<cache::Answers>,
    /// Where what readers report goes; none where nothing is recorded.
    pub events: Option<Recorder>,
    /// Which questions are asked most; none where that is not counted.
    pub asked: Option<Arc<Asked>>,
    /// How much of it each address may send.
    pub reports: limit::Buckets,
    /// What devices may keep.
    pub offline: api::offline::Config,
    /// What devices were given.
    pub bundles: Arc<api::offline::bundles::Bundles>,
}

impl State {
    /// Returns the state of a server that has no repository and no address of its own, is no preview and never stops:
    /// the base from which others are made with `State { …, ..State::new(editions, anonymous) }`.
    pub fn new(editions: Arc<Editions>, anonymous: Access) -> Self {
        editions.expect(anonymous);
        Self {
            editions,
            anonymous,
            public_url: None,
            repository: None,
            fallback: None,
            embed: embed::Origins::default(),
            previews: None,
            preview: false,
            metrics: metrics::Metrics::default(),
            stopping: watch::Sender::new(false).subscribe(),
            work: work::Work::default(),
            follow: None,
            host: None,
            answers: Arc::default(),
            events: None,
            asked: None,
            reports: limit::Buckets::default(),
            offline: api::offline::Config::default(),
            bundles: Arc::default(),
        }
    }
}

impl State {
    /// Counts a question that was asked of what is live.
    pub(crate) fn asked(&self, current: &extract::Current, text: &str) {
        if let Some(asked) = self.asked.as_ref().filter(|_| current.preview.is_none()) {
            asked.asked(text);
        }
    }

    /// Returns why there is no edition yet, as whoever has not signed in may know it; none when there is one, or nothing is wrong.
    pub(crate) fn lacking(&self) -> Option<String> {
        if self.editions.current().is_some() {
            return None;
        }
        let staff = self.anonymous.sees_notes();
        let remote = self.follow.as_ref().map(|follow| follow.state());
        match remote.as_ref().map(|remote| (&remote.failure, remote.fetches.0)) {
            Some((Some(reason), _)) => Some(api::edition::remote_reason(staff, reason)),
            Some((None, 0)) => Some("the remote is being fetched".to_owned()),
            _ => self.editions.failure().map(|failure| api::edition::failure_reason(staff, &failure.reason)),
        }
    }

    /// Returns the questions that are asked most.
    pub(crate) fn most_asked(&self) -> Vec<comparison::Question> {
        let texts = self.asked.as_ref().map(|asked| asked.most(MOST_ASKED)).unwrap_or_default();
        texts.into_iter().map(|text| comparison::Question { text, unfinished: false }).collect()
    }
}

/// Questions that a preview is asked besides those of the answer tests.
const MOST_ASKED: usize = 100;
/// Smaller bodies than this many bytes fit one packet anyway and are not compressed.
const WORTH_COMPRESSING: u64 = 1024;

/// Returns all routes with their layers (request ids, metrics, compression, security headers, panics, limits).
pub fn router(state: Arc<State>) -> Router {
    let of_edition = from_fn_with_state(state.clone(), preview::of_edition);
    let pages = pages::routes().route_layer(of_edition);
    dressed(api::routes().merge(git::routes()).merge(hooks::routes()).merge(pages), state)
}

/// Puts the layers around routes, and answers what is not routed.
fn dressed(routes: Router<Arc<State>>, state: Arc<State>) -> Router {
    let compressible =
        SizeAbove::new(WORTH_COMPRESSING).and(NotForContentType::IMAGES).and(NotForContentType::SSE).and(Text);
    // The first layer is the outermost: what a panic or a refusal becomes is finished, measured and logged by the edge.
    let layers = (
        from_fn_with_state(state.clone(), edge::edge),
        CompressionLayer::new().compress_when(compressible),
        CatchPanicLayer::custom(panicked as fn(_) -> _),
    );
    let reading = |method| other_method(method, READ);
    let previewed = api::previewed().merge(api::of_previews()).merge(pages::previewed()).merge(pages::of_previews());
    let previewed = previewed.fallback(nothing_there);
    let elsewhere = |state: Shared<Arc<State>>, lang: UiLang, request: Request| async move {
        match preview::is_preview(request.uri().path()) {
            true => preview::answer(&state, &previewed, request).await,
            false => not_found(state, lang, request.method().clone(), request.uri().clone()).await,
        }
    };
    routes.method_not_allowed_fallback(reading).fallback(elsewhere).layer(layers).with_state(state)
}

/// Compresses nothing that is compressed already: fonts and the like are `application/octet-stream` or `font/…`.
#[derive(Clone, Copy)]
struct Text;

impl Predicate for Text {
    fn should_compress<B: http_body::Body>(&self, response: &axum::http::Response<B>) -> bool {
        let media_type = response.headers().get(axum::http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        media_type.is_some_and(|media_type| {
            media_type.starts_with("text/")
                || media_type.starts_with("image/svg+xml")
                || ["json", "javascript", "xml", "openmetrics-text"].iter().any(|part| media_type.contains(part))
        })
    }
}

/// The methods of an address that is only read, as most are.
const READ: &str = "GET, HEAD, OPTIONS";

/// Refuses other methods than those that an address has, and says which these are; `OPTIONS` asks just that. A route that
/// takes more than [`READ`] says so itself: `post(…).fallback(|method| other_method(method, "POST, OPTIONS"))`.
async fn other_method(method: Method, allowed: &'static str) -> Response {
    let mut response = if method == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let detail = format!("only {allowed} are answered here");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail).into_response()
    };
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// Says that a preview has no such address.
async fn nothing_there() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address of a preview")
}

/// Programs get a problem document, people a page.
async fn not_found(state: Shared<Arc<State>>, lang: UiLang, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return other_method(method, READ).await;
    }
    if is_for_programs(uri.path()) {
        return Problem::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address; see /openapi.json")
            .into_response();
    }
    pages::not_found(state, lang, uri).await
}

fn is_for_programs(path: &str) -> bool {
    const OPERATIONS: [&str; 5] = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/problems"];
    let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_api_of_preview = || preview::is_preview(path) && path.contains("/api/v1/");
    below("/api") || is_api_of_preview() || below("/git") || below("/hooks") || OPERATIONS.into_iter().any(below)
}

fn panicked(_payload: Box<dyn std::any::Any + Send + 'static>) -> Response {
    // The panic hook has told the log where and why; the reader learns only that it happened.
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal_error",
        "the server made a mistake answering this request",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::{get, post};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn answer(routes: Router<Arc<State>>, address: &str) -> (StatusCode, String) {
        let state = Arc::new(State::new(Arc::default(), Access::editor()));
        let request = Request::get(address).body(Body::empty()).expect("a good request");
        let response = dressed(routes, state).oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        (parts.status, String::from_utf8(body.to_vec()).expect("UTF-8"))
    }

    #[tokio::test]
    async fn panic_is_a_problem_of_one_request_and_tells_nothing() {
        let routes = Router::new()
            .route(
                "/api/now",
                get(|| async {
                    if true {
                        panic!("secret")
                    }
                }),
            )
            .route(
                "/api/elsewhere",
                get(async |Shared(state): Shared<Arc<State>>| {
                    state
                        .work
                        .queries
                        .run(|| {
                            if true {
                                panic!("secret")
                            }
                        })
                        .await
                }),
            );
        for address in ["/api/now", "/api/elsewhere"] {
            let (status, body) = answer(routes.clone(), address).await;
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(body.contains("\"internal_error\"") && !body.contains("secret"), "{body}");
        }
    }

    #[tokio::test]
    async fn refusal_of_the_framework_becomes_a_problem() {
        let routes = Router::new().route("/api/{number}", get(async |_: axum::extract::Path<u8>| ()));
        let (status, body) = answer(routes, "/api/many").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body.contains("\"bad_request\""), "{body}");
    }

    #[tokio::test]
    async fn address_tells_which_methods_it_has() {
        let routes = Router::new()
            .route("/api/written", post(|| async {}).fallback(|method| other_method(method, "POST, OPTIONS")));
        for (method, path, allowed) in [
            ("OPTIONS", "/api/written", "POST, OPTIONS"),
            ("PUT", "/api/written", "POST, OPTIONS"),
            ("OPTIONS", "/api/none", "GET, HEAD, OPTIONS"),
        ] {
            let state = Arc::new(State::new(Arc::default(), Access::editor()));
            let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a good request");
            let response = dressed(routes.clone(), state).oneshot(request).await.expect("a router never fails");
            assert_eq!(response.headers()[axum::http::header::ALLOW], allowed, "{method} {path}");
        }
    }

    #[test]
    fn what_programs_ask_for_is_told_from_pages() {
        for address in ["/api", "/api/v1/search", "/metrics", "/openapi.json", "/problems/busy"] {
            assert!(is_for_programs(address), "{address}");
        }
        for address in ["/", "/apiary", "/a/api", "/metrics2", "/openapi.jsonx"] {
            assert!(!is_for_programs(address), "{address}");
        }
    }
}
