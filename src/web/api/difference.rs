//! `GET /~{branch-or-commit}/api/v1/difference`: what would be said differently if a preview were live.

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::Ask;
use super::history::{Blocks, Changed};
use super::wire::{Reference, json, text};
use crate::article::Article;
use crate::comparison::{Answered, Asked};
use crate::difference::Labels;
use crate::edition::{View, article_path};
use crate::revision::ObjectId;
use crate::text::Lang;
use crate::web::error::Problem;
use crate::web::outlook::{self, Outlook, Told};

/// Most articles of an answer.
const MAX_LIMIT: usize = 100;

/// What would be said differently.
#[derive(Serialize, ToSchema)]
#[schema(as = PreviewDifference)]
pub(super) struct Difference<'a> {
    /// The edition of the preview: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The edition that is live.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    live: ObjectId,
    /// The branch that is previewed; null for a commit.
    #[schema(required = true)]
    branch: Option<&'a str>,
    /// How many commits only the preview has.
    ahead: usize,
    /// How many commits only the live base has.
    behind: usize,
    /// How many articles differ in all.
    total: usize,
    /// The articles asked for, by path; those with `behind` come last.
    articles: Vec<DifferingArticle<'a>>,
    /// Questions that something else answers first; missing for readers who do not see everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    questions: Option<Questions<'a>>,
}

/// An article that says something else.
#[derive(Serialize, ToSchema)]
struct DifferingArticle<'a> {
    /// `added`, `changed`, `moved` or `removed`.
    kind: &'static str,
    /// Whether it differs only by what became live since the branch began: joining both leaves it as it is live.
    behind: bool,
    /// The article in the preview; null when it is gone there.
    #[schema(required = true)]
    article: Option<Reference<'a>>,
    /// The article that is live; null when it is new.
    #[schema(required = true)]
    live: Option<Reference<'a>>,
    /// The text with what changed marked, as HTML.
    html: String,
    /// How many blocks of the text differ.
    blocks: Blocks,
    /// Metadata that differs.
    properties: Vec<Changed>,
}

/// Questions asked of both editions.
#[derive(Serialize, ToSchema)]
struct Questions<'a> {
    /// How many were asked: those of the answer tests, and those that readers ask most.
    asked: usize,
    /// How many were left out for want of time.
    left: usize,
    /// Those that something else answers first.
    differing: Vec<DifferingAnswer<'a>>,
}

/// A question that something else answers first.
#[derive(Serialize, ToSchema)]
struct DifferingAnswer<'a> {
    /// The question.
    question: &'a str,
    /// What comes first in the preview; null when nothing is found.
    #[schema(required = true)]
    first: Option<Reference<'a>>,
    /// What comes first now; null when nothing is found.
    #[schema(required = true)]
    live: Option<Reference<'a>>,
}

/// Tells what would be said differently if a preview were live.
#[utoipa::path(
    get, path = "/~{preview}/api/v1/difference", tag = "previews", operation_id = "get_preview_difference",
    params(
        ("preview" = String, Path, description = "A branch (its slashes may stay) or a commit id of 7 to 40 digits. All read-only addresses of articles, search and history exist below `/~{preview}`, too"),
        ("offset" = Option<usize>, Query, minimum = 0, maximum = 10000, description = "Articles to skip"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Most articles to return; 20 unless given"),
    ),
    responses(
        (status = 200, description = "What differs", body = Difference),
        (status = 304, description = "As the reader has it"),
        (status = 400, description = "`bad_parameter`, `preview_ambiguous`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`preview_not_found`: there is none for this reader", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 422, description = "`preview_failed`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `preview_unavailable`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn difference(ask: Ask) -> Result<Response, Problem> {
    ask.answer(async |question| {
        let offset = question.params.number("offset", 0..=10_000, 0)?;
        let limit = question.params.number("limit", 1..=MAX_LIMIT, 20)?;
        let labels = Labels::of(Lang::En.words());
        let made =
            outlook::of(&ask.state, ask.current(), offset..offset + limit, labels, |html| html, |made| made).await?;
        Ok(json(&Difference::of(&ask, &question.view, &made)))
    })
    .await
}

impl<'a> Difference<'a> {
    fn of(ask: &'a Ask, view: &View, made: &'a Outlook) -> Self {
        let shown = ask.current().preview.as_ref();
        Self {
            edition: view.revision().commit,
            live: shown.map(|shown| shown.live.revision.commit).unwrap_or_default(),
            branch: shown.and_then(|shown| shown.place.branch.as_deref()),
            ahead: made.commits.0,
            behind: made.commits.1,
            total: made.all(),
            articles: made.articles.iter().map(|told| DifferingArticle::of(view, told)).collect(),
            questions: made.asked.as_ref().map(|asked| Questions::of(view, asked)),
        }
    }
}

/// Refers to an article that is live.
fn live(article: &Article) -> Reference<'_> {
    Reference { slug: article.slug.as_str(), title: &article.title, url: article_path(article.slug.as_str()) }
}

impl<'a> DifferingArticle<'a> {
    fn of(view: &View, told: &'a Told) -> Self {
        let changed = |(property, from, to): &(crate::web::former::Property, String, String)| Changed {
            name: property.name(),
            from: from.clone(),
            to: to.clone(),
        };
        Self {
            kind: outlook::act_name(told.differing.act),
            behind: told.is_behind,
            article: told.differing.after.as_ref().map(|after| Reference::to(view, after)),
            live: told.differing.before.as_ref().map(|before| live(before)),
            html: told.difference.blocks.iter().map(|block| block.html.as_str()).collect(),
            blocks: told.difference.counts.into(),
            properties: told.properties.iter().map(changed).collect(),
        }
    }
}

impl<'a> Questions<'a> {
    fn of(view: &View, asked: &'a Asked) -> Self {
        let one = |one: &'a Answered| DifferingAnswer {
            question: &one.question,
            first: one.after.as_ref().map(|after| Reference::to(view, after)),
            live: one.before.as_ref().map(|before| live(before)),
        };
        Self { asked: asked.asked, left: asked.left, differing: asked.differing.iter().map(one).collect() }
    }
}
