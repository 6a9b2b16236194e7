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
use http_body_util::BodyExt;

use super::error::Problem;
use super::{State, other_method};
use crate::follow::Proof;

/// Most bytes of what a forge sends: GitHub sends up to 25 MiB, of a push much less. It is passed over, not kept.
const MOST_BYTES: usize = 32 << 20;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The headers in which forges send a signature: GitHub, Gitea, Forgejo, Gogs and, last since GitHub has another kind in it, Bitbucket.
const SIGNATURES: [&str; 5] =
    ["x-hub-signature-256", "x-forgejo-signature", "x-gitea-signature", "x-gogs-signature", "x-hub-signature"];
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
        (status = 404, description = "`not_found`: no remote is followed here, or there is no `content.webhook_secret`",
            body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn pushed(Shared(state): Shared<Arc<State>>, request: Request) -> Result<Response, Problem> {
    let nothing = || Problem::new(StatusCode::NOT_FOUND, "not_found", "no remote is followed here");
    let follow = state.follow.as_ref().ok_or_else(nothing)?;
    let (parts, mut body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let proof = follow.proof(SIGNATURES.iter().find_map(|name| header(name)), header(TOKEN));
    let mut proof = proof.ok_or_else(deaf)?;
    tokio::time::timeout(PATIENCE, hear(&mut body, &mut proof)).await.unwrap_or_else(|_| {
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "the body did not come in time"))
    })?;
    if !proof.holds() {
        tracing::warn!("a webhook came without the signature or secret of `content.webhook_secret`");
        let detail = "the signature or secret is not that of `content.webhook_secret`";
        return Err(Problem::new(StatusCode::FORBIDDEN, "not_authentic", detail));
    }
    follow.hint();
    let fresh = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::ACCEPTED, fresh, "fetching\n").into_response())
}

/// Says that nobody may call here.
fn deaf() -> Problem {
    let detail = "there are no webhooks here: `content.webhook_secret` is not set";
    Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
}

/// Takes the body, part by part.
async fn hear(body: &mut axum::body::Body, proof: &mut Proof) -> Result<(), Problem> {
    let mut heard = 0;
    while let Some(frame) = body.frame().await {
        let bytes = frame.ok().map(|frame| frame.into_data().unwrap_or_default());
        heard += bytes.as_ref().map_or(0, |bytes| bytes.len());
        match bytes {
            Some(bytes) if heard <= MOST_BYTES => proof.add(&bytes),
            _ => {
                let detail = format!("the body of a webhook is whole and has at most {MOST_BYTES} bytes");
                return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
            }
        }
    }
    Ok(())
}
