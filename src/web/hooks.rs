//! `POST /hooks/git`: a forge says that something was pushed. Only that is believed, and only from somebody who knows the secret: what
//! is there is fetched, whatever the body says.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::{BodyExt, Limited};

use super::error::Problem;
use super::{State, other_method};

/// Most bytes of what a forge sends: GitHub sends up to 25 MiB, of a push much less.
const MOST_BYTES: usize = 2 << 20;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The headers in which forges send a signature: GitHub, Gitea and Forgejo.
const SIGNATURES: [&str; 4] = ["x-hub-signature-256", "x-forgejo-signature", "x-gitea-signature", "x-gogs-signature"];
/// The header in which GitLab sends the secret.
const TOKEN: &str = "x-gitlab-token";

/// Returns the route of webhooks.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new().route("/hooks/git", post(pushed).fallback(|method| other_method(method, "POST, OPTIONS")))
}

/// Says that something was pushed to the repository that is followed: it is fetched at once.
#[utoipa::path(
    post, path = "/hooks/git", tag = "operations", operation_id = "git_hook",
    responses(
        (status = 202, description = "It is being fetched", body = String, content_type = "text/plain"),
        (status = 403, description = "`not_authentic`: neither signature nor secret is that of `content.webhook_secret`",
            body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: no remote is followed here",
            body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn pushed(Shared(state): Shared<Arc<State>>, request: Request) -> Result<Response, Problem> {
    let nothing = || Problem::new(StatusCode::NOT_FOUND, "not_found", "no remote is followed here");
    let follow = state.follow.as_ref().ok_or_else(nothing)?;
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let body = tokio::time::timeout(PATIENCE, Limited::new(body, MOST_BYTES).collect()).await;
    let body = match body {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => {
            let detail = format!("the body of a webhook is whole and has at most {MOST_BYTES} bytes");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
        }
        Err(_) => {
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "the body did not come in time"));
        }
    };
    let signature = SIGNATURES.iter().find_map(|name| header(name));
    if !follow.is_authentic(&body, signature, header(TOKEN)) {
        tracing::warn!("a webhook came without the signature or secret of `content.webhook_secret`");
        let detail = "the signature or secret is not that of `content.webhook_secret`";
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_authentic", detail));
    }
    follow.hint();
    let fresh = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::ACCEPTED, fresh, "fetching\n").into_response())
}
