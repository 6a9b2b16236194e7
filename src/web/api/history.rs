//! `GET /api/v1/history/{slug}`: the commits of an article, and the difference between two of its revisions.
//!
//! A former text is shown to whoever could have seen it then, and to staff alone: see [`View::former`]. The names of authors
//! and the subjects of commits are for staff, too. The public learns when an article changed.

use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::articles::{Place, find};
use super::ask::{Ask, Question};
use super::wire::{json, text};
use crate::difference::{Counts, Labels};
use crate::edition::{Lookup, View};
use crate::git::history::Touch;
use crate::revision::ObjectId;
use crate::text::Lang;
use crate::web::State;
use crate::web::error::Problem;
use crate::web::extract::path_below;
use crate::web::former::{self, Former, Pair};

/// Most commits to return.
const MAX_COMMITS: usize = 1000;

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
    /// The difference of the sources in unified format; empty when there is none.
    diff: String,
    /// The difference of the texts as people read them: HTML with `<ins class="now">` and `<del class="was">` around words, and
    /// a class on every block that was added, removed, changed or moved.
    html: String,
    /// How many blocks (paragraphs, items, rows) of the text differ.
    blocks: Blocks,
    /// The metadata that differs.
    properties: Vec<Changed>,
}

/// How many blocks of a text differ.
#[derive(Serialize, ToSchema)]
#[schema(as = DiffBlocks)]
pub(super) struct Blocks {
    /// New ones.
    added: usize,
    /// Those that are gone.
    removed: usize,
    /// Those of which words changed.
    changed: usize,
    /// Those that stand elsewhere.
    moved: usize,
}

impl From<Counts> for Blocks {
    fn from(Counts { added, removed, changed, moved }: Counts) -> Self {
        Self { added, removed, changed, moved }
    }
}

/// A piece of metadata that differs.
#[derive(Serialize, ToSchema)]
#[schema(as = DiffProperty)]
pub(super) struct Changed {
    /// Its key in the front matter.
    pub(super) name: &'static str,
    /// What it was, in words; empty for nothing.
    pub(super) from: String,
    /// What it is.
    pub(super) to: String,
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
        ("from" = Option<String>, Query, description = "A commit, at least 7 digits: the article as it was then; unless given, as it was before `to`"),
        ("to" = Option<String>, Query, description = "A commit, at least 7 digits; unless given, the newest of the article"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "Most commits to return; 1000 unless given"),
    ),
    responses(
        (status = 200, description = "Commits, or a difference", body = Body),
        (status = 304, description = "As the reader has it"),
        (status = 308, description = "The article has another slug now: see `Location`"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`article_not_found`, `revision_not_found`; `history_not_available` for what the reader could not have seen then, and to the public", body = crate::web::error::Document, content_type = "application/problem+json"),
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
    let commit = |name| -> Result<_, Problem> { Ok(former::commit_id(name, params.one(name)?)?.map(str::to_owned)) };
    let (from, to) = (commit("from")?, commit("to")?);
    let slug = path_below(&asked.uri, "/api/v1/history/");
    if let Some(removal) = view.removal(&slug).filter(|_| view.sees_former_texts() && from.is_none() && to.is_none())
        && matches!(view.lookup(&slug), Lookup::Nothing)
    {
        return Ok(json(&Body::Commits(Commits::of(view, &slug, &removal.touches, limit))));
    }
    let article = match find(state, asked, "/api/v1/history/").await? {
        Place::Here(article) => article,
        Place::Moved(response) => return Ok(response),
    };
    if from.is_none() && to.is_none() {
        let touches = view.history(article);
        return Ok(json(&Body::Commits(Commits::of(view, article.slug.as_str(), &touches, limit))));
    }
    let now = article.clone();
    former::read(state, view, move |view, repository| {
        let pair = former::pair(view, repository, &now, from.as_deref(), to.as_deref())?;
        Ok(json(&Body::Comparison(Comparison::of(view, now.slug.as_str(), &pair))))
    })
    .await
}

impl<'a> Comparison<'a> {
    fn of(view: &View, slug: &'a str, pair: &Pair) -> Self {
        let lang = pair.to.article().map(|article| article.lang.parse().unwrap_or(Lang::En)).unwrap_or_default();
        let difference = pair.rendered(view, &Labels::of(lang.words()), &|html| html);
        let changed = |(property, from, to): (former::Property, _, _)| Changed { name: property.name(), from, to };
        Self {
            edition: view.revision().commit,
            slug,
            from: pair.from.as_ref().map(|Former { id, .. }| *id),
            to: pair.to.id,
            diff: pair.unified(view),
            html: difference.blocks.into_iter().map(|block| block.html).collect(),
            blocks: difference.counts.into(),
            properties: pair.properties(view).into_iter().map(changed).collect(),
        }
    }
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
