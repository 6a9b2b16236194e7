//! `GET /api/v1/history/{slug}`: the commits of an article, and the difference between two of its revisions.
//!
//! A former text may have been for other audiences, with other internal notes, than the article has now, and nothing
//! tells which. So differences are shown only to readers of every audience; the names of authors and the subjects of
//! commits only to staff. The public learns when an article changed.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use similar::TextDiff;
use utoipa::ToSchema;

use super::articles::{Place, find};
use super::ask::{Ask, Question};
use super::wire::{json, text};
use crate::edition::View;
use crate::git::Repository;
use crate::git::history::{Act, Touch};
use crate::revision::ObjectId;
use crate::web::State;
use crate::web::error::Problem;
use crate::web::extract::{Params, shown};
use crate::web::filters::is_commit_id;

/// Most commits to return.
const MAX_COMMITS: usize = 1000;
/// Largest text in bytes that is compared.
const MAX_BYTES: u64 = 1 << 20;
/// How long a reader waits for a difference.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the shortest difference is looked for before a longer one must do.
const THOROUGHNESS: Duration = Duration::from_secs(2);
/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// The commits of an article.
#[derive(Serialize, ToSchema)]
#[schema(as = History)]
pub(super) struct Commits<'a> {
    /// The edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The article's slug.
    slug: &'a str,
    /// What was done to it, newest first.
    commits: Vec<Entry<'a>>,
    /// Whether there are earlier commits than `limit` let through.
    more: bool,
    /// Whether the repository is a shallow clone, so that earlier history is missing.
    shallow: bool,
}

/// What a commit did to an article.
#[derive(Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
struct Entry<'a> {
    /// The commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    commit: ObjectId,
    /// When it was committed.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Its author; null for the public.
    #[schema(required = true)]
    by: Option<&'a str>,
    /// The first line of its message; null for the public.
    #[schema(required = true)]
    subject: Option<&'a str>,
    /// What it did.
    #[schema(value_type = super::changes::ChangeKind)]
    act: &'static str,
    /// The path of the article after it; null for the public.
    #[schema(required = true)]
    path: Option<&'a str>,
}

/// The difference between two revisions of an article.
#[derive(Serialize, ToSchema)]
#[schema(as = Diff)]
pub(super) struct Comparison<'a> {
    /// The edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The article's slug.
    slug: &'a str,
    /// The commit compared from; null when compared with nothing, since `to` made the article.
    #[schema(value_type = Option<String>, required = true)]
    #[serde(serialize_with = "super::wire::maybe_text")]
    from: Option<ObjectId>,
    /// The commit compared to.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    to: ObjectId,
    /// The difference in unified format; empty when there is none.
    diff: String,
}

/// What the endpoint answers: commits, or a difference when one was asked for.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = HistoryOrDiff)]
pub(super) enum Body<'a> {
    Commits(Commits<'a>),
    Comparison(Comparison<'a>),
}

/// Returns the commits of an article or, with `from` or `to`, the difference between two of its revisions.
#[utoipa::path(
    get, path = "/api/v1/history/{slug}", tag = "articles", operation_id = "get_history",
    params(
        ("slug" = String, Path, description = "The article's slug; its slashes may stand as they are"),
        ("from" = Option<String>, Query, description = "A commit of the article, at least 7 digits; unless given, the one before `to`"),
        ("to" = Option<String>, Query, description = "A commit of the article, at least 7 digits; unless given, the newest"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "Most commits to return; 1000 unless given"),
    ),
    responses(
        (status = 200, description = "Commits, or a difference", body = Body),
        (status = 304, description = "As the reader has it"),
        (status = 308, description = "The article has another slug now: see `Location`"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`article_not_found`, `revision_not_found`; `history_not_available` to readers who may not see every audience's articles", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `history_unavailable`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn history(ask: Ask) -> Result<Response, Problem> {
    ask.answer(async |asked| body(&ask.state, &asked).await).await
}

async fn body(state: &State, asked: &Question) -> Result<Response, Problem> {
    let Question { view, params, .. } = asked;
    let limit = params.number("limit", 1..=MAX_COMMITS, MAX_COMMITS)?;
    let (from, to) = (commit_id(params, "from")?, commit_id(params, "to")?);
    let article = match find(state, asked, "/api/v1/history/").await? {
        Place::Here(article) => article,
        Place::Moved(response) => return Ok(response),
    };
    let touches = view.history(article);
    if from.is_none() && to.is_none() {
        return Ok(json(&Body::Commits(Commits::of(view, article.slug.as_str(), &touches, limit))));
    }
    let pair = Pair::new(view, &touches, from, to)?;
    let (from, to) = (pair.from.map(|touch| view.commit(touch.commit).id), view.commit(pair.to.commit).id);
    let diff = difference(state, &pair).await?;
    let slug = article.slug.as_str();
    Ok(json(&Body::Comparison(Comparison { edition: view.revision().commit, slug, from, to, diff })))
}

impl<'a> Commits<'a> {
    fn of(view: &'a View, slug: &'a str, touches: &[&'a Touch], limit: usize) -> Self {
        let staff = view.access().sees_notes();
        let entries = touches.iter().take(limit).map(|touch| {
            let commit = view.commit(touch.commit);
            Entry {
                commit: commit.id,
                at: commit.at,
                by: staff.then_some(&*commit.author),
                subject: staff.then_some(&*commit.subject),
                act: super::changes::act_name(touch.act),
                path: staff.then_some(&*touch.path),
            }
        });
        Self {
            edition: view.revision().commit,
            slug,
            commits: entries.collect(),
            more: touches.len() > limit,
            shallow: view.edition().history.is_shallow(),
        }
    }
}

/// Reads a commit id, possibly abbreviated.
fn commit_id<'a>(params: &'a Params, name: &'static str) -> Result<Option<&'a str>, Problem> {
    let Some(text) = params.one(name)?.filter(|text| !text.is_empty()) else { return Ok(None) };
    if is_commit_id(text) {
        return Ok(Some(text));
    }
    let detail = format!("`{name}` is `{}`; a commit id of 7 to 40 hexadecimal digits is expected", shown(text));
    Err(Problem::parameter(name, detail))
}

/// Returns 404 `revision_not_found`.
pub(super) fn revision_not_found(name: &'static str, commit: &str) -> Problem {
    let detail = format!("there is no commit `{}` in this history", shown(commit));
    let problem = Problem::new(StatusCode::NOT_FOUND, "revision_not_found", detail);
    Problem { parameter: Some(name), ..problem }
}

/// Two revisions of an article to compare.
struct Pair<'a> {
    from: Option<&'a Touch>,
    to: &'a Touch,
}

impl<'a> Pair<'a> {
    /// Finds the revisions among the touches of an article, which are newest first.
    fn new(view: &View, touches: &[&'a Touch], from: Option<&str>, to: Option<&str>) -> Result<Self, Problem> {
        if !sees_former_texts(view) {
            return Err(not_available("former texts are shown to readers of every audience only"));
        }
        let place = |name, id: &str| {
            let id = id.to_ascii_lowercase();
            let is_it = |touch: &&Touch| view.commit(touch.commit).id.to_string().starts_with(&id);
            touches.iter().position(is_it).ok_or_else(|| revision_not_found(name, &id))
        };
        let to = to.map_or(Ok(0), |id| place("to", id))?;
        let from = from.map_or(Ok(to + 1), |id| place("from", id))?;
        let newest = touches.get(to).ok_or_else(|| not_available("the article has no history here"))?;
        Ok(Self { from: touches.get(from).copied(), to: newest })
    }
}

/// Returns whether a reader may see what articles were before: only one who may see whatever they may have been.
fn sees_former_texts(view: &View) -> bool {
    let access = view.access();
    access.is_editor() || (access.sees_notes() && access.audiences().covers(view.edition().audiences.all()))
}

fn not_available(detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "history_not_available", detail)
}

/// Reads both revisions and compares them.
async fn difference(state: &State, pair: &Pair<'_>) -> Result<String, Problem> {
    let repository = state.repository.clone().ok_or_else(|| not_available("what is served is not in a repository"))?;
    let owned = |touch: &Touch| (touch.path.clone(), (touch.act != Act::Removed).then_some(touch.blob));
    let (from, to) = (pair.from.map(owned), owned(pair.to));
    let work = move || {
        let (old_path, old) = from.unwrap_or_else(|| (to.0.clone(), None));
        let (old, new) = (former_text(&repository, old)?, former_text(&repository, to.1)?);
        Ok(unified(&old_path, &old, &to.0, &new))
    };
    let done = state.work.revisions.run_within(PATIENCE, work).await;
    let read = done.map_err(|problem| if problem.code == "timeout" { unavailable() } else { problem })?;
    read.map_err(|error: crate::git::Error| match error {
        crate::git::Error::TooLarge { .. } => not_available("the text is too large to compare"),
        error => {
            tracing::warn!(%error, "a former revision cannot be read");
            unavailable()
        }
    })
}

fn unavailable() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "history_unavailable", "the repository cannot be read at the moment")
}

/// Reads a former text; nothing where there was none.
fn former_text(repository: &Repository, blob: Option<ObjectId>) -> Result<String, crate::git::Error> {
    let Some(blob) = blob else { return Ok(String::new()) };
    let bytes = repository.blob(blob, MAX_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

/// Returns the difference of two texts in unified format.
fn unified(old_path: &str, old: &str, new_path: &str, new: &str) -> String {
    let diff = TextDiff::configure().timeout(THOROUGHNESS).diff_lines(old, new);
    let (old_path, new_path) = (format!("a/{old_path}"), format!("b/{new_path}"));
    diff.unified_diff().context_radius(CONTEXT).header(&old_path, &new_path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_is_unified() {
        insta::assert_snapshot!(unified("old.md", "a\nb\nc\n", "new.md", "a\nB\nc\n"), @r"
        --- a/old.md
        +++ b/new.md
        @@ -1,3 +1,3 @@
         a
        -b
        +B
         c
        ");
        assert_eq!(unified("a.md", "same\n", "b.md", "same\n"), "");
    }

    #[test]
    fn commit_ids_have_seven_to_forty_digits() {
        let id = |text: &str| commit_id(&Params::parse(&format!("from={text}")), "from").map(|id| id.is_some());
        assert!(id("0123abC").expect("an id"));
        assert!(!id("").expect("nothing"));
        for bad in ["012345", "012345g", "HEAD", "0123456789012345678901234567890123456789a", "--output=x"] {
            assert_eq!(id(bad).expect_err(bad).parameter, Some("from"));
        }
    }
}
