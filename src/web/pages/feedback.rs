//! What readers report from pages, without a script: a form that is sent, and back to where the reader was, with thanks.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::address::address;
use super::reports::verdicts;
use super::{Scene, is_local};
use crate::event::{Id, Verdict};
use crate::text::Words;
use crate::web::error::Problem;
use crate::web::extract::{Current, Params};
use crate::web::limit::Peer;
use crate::web::report::{self, Members, Reported};
use crate::web::{State, body};

/// The parameter that tells a page what became of a report sent from it.
const SAID: &str = "said";
/// Its value for a report that could not be kept.
const LOST: &str = "lost";

/// `POST /feedback`.
pub(super) async fn send(
    Shared(state): Shared<Arc<State>>,
    peer: Peer,
    current: Current,
    request: Request,
) -> Result<Response, Problem> {
    let recorder = report::recorder(&state, peer, request.headers())?;
    let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        let detail = "a form is expected; programs use /api/v1/feedback";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
    }
    let body = body::read(request.into_body(), report::MOST_BYTES).await?;
    let fields = Params::parse(&String::from_utf8_lossy(&body));
    let back = fields.one("back").ok().flatten().filter(|back| is_local(back)).unwrap_or("/").to_owned();
    let fields = fields.pairs().filter(|(name, _)| *name != "back");
    let members = Members::of_form(fields.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
    let Reported { edition, surface, report } = report::read(&current.view, members)?;
    let (id, kept) = recorder.record(edition, surface, report);
    let said = if kept.is_ok() { id.to_string() } else { LOST.to_owned() };
    let back = HeaderValue::try_from(with_said(&back, &said)).unwrap_or(HeaderValue::from_static("/"));
    let headers = [(LOCATION, back), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Returns an address with what became of a report, in place of what became of the one before.
fn with_said(back: &str, said: &str) -> String {
    let address = back.split('#').next().unwrap_or_default();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let ours = format!("{SAID}=");
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with(&ours));
    let pairs: Vec<&str> = kept.collect();
    let query = pairs.into_iter().map(str::to_owned).chain([format!("{ours}{said}")]).collect::<Vec<_>>().join("&");
    format!("{path}?{query}#feedback")
}

/// What a page shows of feedback.
#[derive(Debug, Clone)]
pub(super) struct FeedbackForm {
    /// What is asked of, or none for a gap.
    pub(super) slug: String,
    /// What was searched.
    pub(super) query: String,
    pub(super) searched: String,
    /// What narrowed the search, as a query string.
    pub(super) filters: String,
    pub(super) total: usize,
    pub(super) edition: String,
    pub(super) surface: &'static str,
    /// The address of this page.
    pub(super) back: String,
    /// What became of the report that was sent from here.
    pub(super) thanks: Option<Thanks>,
}

/// What became of a report.
#[derive(Debug, Clone)]
pub(super) struct Thanks {
    pub(super) text: &'static str,
    /// Its number; none when it is not kept.
    pub(super) number: Option<String>,
}

impl FeedbackForm {
    /// The form for an article; none where nothing is recorded.
    pub(super) fn of_article(scene: Scene<'_>, slug: &str, surface: &'static str) -> Option<Self> {
        // Nobody was told what a preview says.
        if scene.visit.state.events.is_none() || scene.current.preview.is_some() {
            return None;
        }
        Some(Self {
            slug: slug.to_owned(),
            query: scene.visit.params.one("q").ok().flatten().unwrap_or_default().chars().take(256).collect(),
            searched: String::new(),
            filters: String::new(),
            total: 0,
            edition: scene.view().revision().commit.to_string(),
            surface,
            // A part of a page is not where anybody was.
            back: address(
                scene.visit.uri.path(),
                scene.visit.params.pairs().filter(|(name, _)| !["part", SAID].contains(name)),
            ),
            thanks: Thanks::of(scene),
        })
    }

    /// The form for a search without an answer; none where nothing is recorded.
    pub(super) fn of_gap(scene: Scene<'_>, query: &str, searched: &str, filters: String, total: usize) -> Option<Self> {
        let form = Self::of_article(scene, "", "operator")?;
        let (query, searched) = (query.to_owned(), searched.to_owned());
        Some(Self { query, searched, filters, total, ..form })
    }

    /// Returns what became of the report that was sent from here.
    pub(super) fn thanks(scene: Scene<'_>) -> Option<Thanks> {
        Thanks::of(scene)
    }

    /// What an answer can be said to be, with its words.
    pub(super) fn verdicts(&self, w: &'static Words) -> [(&'static str, &'static str); Verdict::ALL.len()] {
        verdicts(w).map(|(verdict, words)| (verdict.name(), words))
    }
}

impl Thanks {
    fn of(scene: Scene<'_>) -> Option<Self> {
        let said = scene.visit.params.one(SAID).ok().flatten()?;
        if said == LOST {
            return Some(Self { text: scene.words().feedback_lost, number: None });
        }
        let id: Id = said.parse().ok()?;
        Some(Self { text: scene.words().feedback_thanks, number: Some(id.to_string()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn way_back_tells_what_became_of_the_report() {
        assert_eq!(with_said("/a/vozvrat", "lost"), "/a/vozvrat?said=lost#feedback");
        assert_eq!(with_said("/search?q=a&said=0TGD-YTG0#x", "0TGD-YTG1"), "/search?q=a&said=0TGD-YTG1#feedback");
    }
}
