//! `GET /api/v1/changes`: what happened to the articles since a commit or a time, net.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::response::Response;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::history::{is_commit_id, revision_not_found};
use super::wire::{json, text};
use crate::edition::{Change, View, article_path};
use crate::git::history::{Act, Touch};
use crate::revision::ObjectId;
use crate::web::State;
use crate::web::cache::answer_later;
use crate::web::error::Problem;
use crate::web::extract::{Current, Params, shown};

/// Changes to return unless asked otherwise, and at most.
const LIMITS: (usize, usize) = (100, 500);
/// How far back the changes go unless asked otherwise: days before the edition, not before now, so that equal editions
/// give equal answers.
const DAYS: i64 = 7;

/// What happened to the articles.
#[derive(Serialize, ToSchema)]
pub(super) struct Changes<'a> {
    /// The edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// Since when: a commit id as given, or a time.
    since: &'a str,
    /// What happened, newest first, one entry for each article.
    changes: Vec<Entry<'a>>,
    /// Whether there are more than `limit` let through.
    more: bool,
}

/// What happened to an article, however many commits it took.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
struct Entry<'a> {
    /// Its slug; of a removed article, the one it had.
    slug: &'a str,
    /// Its title, likewise.
    title: &'a str,
    /// The address of its page; null when it is removed.
    #[schema(required = true)]
    url: Option<String>,
    /// What happened.
    #[schema(value_type = ChangeKind)]
    kind: &'static str,
    /// The latest commit that did it.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    commit: ObjectId,
    /// When that was committed.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Its author; null for the public.
    #[schema(required = true)]
    by: Option<&'a str>,
    /// The first line of its message; null for the public.
    #[schema(required = true)]
    summary: Option<&'a str>,
}

/// What happened to an article.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `kind` and `act` in the OpenAPI document")]
pub(super) enum ChangeKind {
    /// It came into being.
    Added,
    /// Its content changed.
    Changed,
    /// It has another path.
    Moved,
    /// It is gone.
    Removed,
}

/// Returns what happened to the articles since a commit or a time, one entry for each article.
#[utoipa::path(
    get, path = "/api/v1/changes", tag = "changes", operation_id = "list_changes",
    params(
        ("since" = Option<String>, Query, description = "A commit id of at least 7 digits, a time (RFC 3339) or a date; unless given, 7 days before the edition's commit"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 500, description = "Most changes to return; 100 unless given"),
    ),
    responses(
        (status = 200, description = "Changes, newest first", body = Changes),
        (status = 304, description = "As the reader has it"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`revision_not_found`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn changes(
    Shared(state): Shared<Arc<State>>,
    current: Current,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    answer_later(&current, request.uri(), request.headers(), None, async |_day| {
        let view = current.view.clone();
        let limit = params.number("limit", 1..=LIMITS.1, LIMITS.0)?;
        let since = Since::parse(params.one("since")?.unwrap_or_default(), view.edition().committed_at)?;
        state.work.queries.run(move || body(&view, &since, limit)).await?
    })
    .await
}

fn body(view: &View, since: &Since, limit: usize) -> Result<Response, Problem> {
    let mut found = view.changes(&since.touches(view)?, limit + 1);
    let more = found.len() > limit;
    found.truncate(limit);
    let changes = found.iter().map(|change| Entry::of(view, change)).collect();
    Ok(json(&Changes { edition: view.revision().commit, since: &since.to_string(), changes, more }))
}

/// Where changes begin.
#[derive(Debug, PartialEq, Eq)]
enum Since {
    Commit(String),
    Time(Timestamp),
}

impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Commit(id) => f.write_str(id),
            Self::Time(time) => time.fmt(f),
        }
    }
}

impl Since {
    fn parse(text: &str, committed_at: Timestamp) -> Result<Self, Problem> {
        if text.is_empty() {
            // Saturates for a commit dated before time began.
            let week_before = committed_at.saturating_sub(SignedDuration::from_hours(24 * DAYS));
            return Ok(Self::Time(week_before.unwrap_or(Timestamp::MIN)));
        }
        if is_commit_id(text) {
            return Ok(Self::Commit(text.to_ascii_lowercase()));
        }
        // The `+` of an offset that nobody encoded has been read as a space.
        let time = text.parse().or_else(|_| text.replace(' ', "+").parse()).ok();
        let day = || text.parse::<Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|day| day.timestamp());
        time.or_else(day).map(Self::Time).ok_or_else(|| {
            let detail = format!(
                "`since` is `{}`; a commit id, a time such as `2026-11-20T09:12:00Z` or a date is expected",
                shown(text)
            );
            Problem::parameter("since", detail)
        })
    }

    fn touches<'a>(&self, view: &'a View) -> Result<Vec<&'a Touch>, Problem> {
        let history = &view.edition().history;
        match self {
            Self::Time(time) => Ok(history.since_time(*time)),
            Self::Commit(id) => history.since_commit(id).ok_or_else(|| revision_not_found("since", id)),
        }
    }
}

impl<'a> Entry<'a> {
    fn of(view: &'a View, change: &'a Change) -> Self {
        let commit = view.commit(change.commit);
        let staff = view.access().sees_notes();
        Self {
            slug: &change.slug,
            title: &change.title,
            url: change.article.as_ref().map(|article| article_path(article.slug.as_str())),
            kind: act_name(change.act),
            commit: commit.id,
            at: commit.at,
            by: staff.then_some(&*commit.author),
            summary: staff.then_some(&*commit.subject),
        }
    }
}

/// Returns the name of an act on the wire.
pub(super) const fn act_name(act: Act) -> &'static str {
    match act {
        Act::Added => "added",
        Act::Changed => "changed",
        Act::Moved => "moved",
        Act::Removed => "removed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(text: &str) -> Result<String, String> {
        let committed: Timestamp = "2026-11-20T09:12:00Z".parse().expect("a time");
        Since::parse(text, committed).map(|since| since.to_string()).map_err(|problem| problem.detail)
    }

    #[test]
    fn since_is_a_commit_a_time_or_a_date() {
        assert_eq!(since("0123ABC"), Ok("0123abc".to_owned()));
        assert_eq!(since("20261120"), Ok("20261120".to_owned()), "eight digits are a commit id");
        assert_eq!(since("2026-11-20T12:00:00Z"), Ok("2026-11-20T12:00:00Z".to_owned()));
        assert_eq!(since("2026-11-20T12:00:00+03:00"), Ok("2026-11-20T09:00:00Z".to_owned()));
        assert_eq!(since("2026-11-20T12:00:00 03:00"), Ok("2026-11-20T09:00:00Z".to_owned()));
        assert_eq!(since("2026-11-20"), Ok("2026-11-20T00:00:00Z".to_owned()));
        assert_eq!(since(""), Ok("2026-11-13T09:12:00Z".to_owned()), "a week before the edition");
        let complaint =
            "`since` is `yesterday`; a commit id, a time such as `2026-11-20T09:12:00Z` or a date is expected";
        assert_eq!(since("yesterday"), Err(complaint.to_owned()));
        assert!(since("0001-01-01").is_ok() && since("-009999-01-01").is_err() && since("99999-01-01").is_err());
    }
}
