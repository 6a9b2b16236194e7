//! `GET /api/v1/changes`: what happened to the articles since a commit or a time, net.

use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{Ask, Question};
use super::wire::{json, text};
use crate::edition::{Change, View};
use crate::git::history::Act;
use crate::revision::ObjectId;
use crate::web::error::Problem;
use crate::web::filters::Since;
use crate::web::former::no_commit;

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
pub(super) async fn changes(ask: Ask) -> Result<Response, Problem> {
    ask.answer_by_query(body).await
}

fn body(asked: &Question) -> Result<Response, Problem> {
    let view = &asked.view;
    let limit = asked.params.number("limit", 1..=LIMITS.1, LIMITS.0)?;
    let since = since(asked.params.one("since")?.unwrap_or_default(), view.edition().committed_at)?;
    let touches = since.touches(view).ok_or_else(|| no_commit("since", &since.to_string()))?;
    let mut found = view.changes(&touches, limit + 1);
    let more = found.len() > limit;
    found.truncate(limit);
    let changes = found.iter().map(|change| Entry::of(view, change)).collect();
    Ok(json(&Changes { edition: view.revision().commit, since: &since.to_string(), changes, more }))
}

/// Reads where changes begin; a week before the edition unless it is said.
fn since(text: &str, committed_at: Timestamp) -> Result<Since, Problem> {
    if text.is_empty() {
        // Saturates for a commit dated before time began.
        let week_before = committed_at.saturating_sub(SignedDuration::from_hours(24 * DAYS));
        return Ok(Since::Time(week_before.unwrap_or(Timestamp::MIN)));
    }
    Since::parse("since", text)
}

impl<'a> Entry<'a> {
    fn of(view: &'a View, change: &'a Change) -> Self {
        let commit = view.commit(change.commit);
        let staff = view.access().sees_notes();
        Self {
            slug: &change.slug,
            title: &change.title,
            url: change.article.as_ref().map(|article| view.article_path(article.slug.as_str())),
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

    #[test]
    fn changes_begin_a_week_before_the_edition_unless_it_is_said() {
        let committed: Timestamp = "2026-11-20T09:12:00Z".parse().expect("a time");
        let text = |text: &str| since(text, committed).map(|since| since.to_string()).expect("good");
        assert_eq!(text(""), "2026-11-13T09:12:00Z");
        assert_eq!(text("2026-11-20"), "2026-11-20T00:00:00Z");
        assert!(since("", Timestamp::MIN).is_ok());
    }
}
