//! `GET /api/v1/reviews`: which articles want an editor's eye, and whose they are.

use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{Ask, Question};
use super::wire::{Trust, json, text};
use crate::article::Article;
use crate::diagnostic::Severity;
use crate::edition::{ReviewCounts, ReviewState, View, article_path};
use crate::revision::ObjectId;
use crate::web::error::Problem;
use crate::web::reviews::Wanted;

/// Articles of a page unless asked otherwise, and at most.
const LIMITS: (usize, usize) = (50, 500);
/// The furthest that a page may begin.
const FURTHEST: usize = 1_000_000;

/// Articles that want an editor's eye.
#[derive(Serialize, ToSchema)]
#[schema(as = Reviews)]
struct Reviews<'a> {
    /// The edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The day that this is told for (in UTC).
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// How many of the articles that pass the filters want what.
    counts: Counts,
    /// The same for each who answers for some of them, by name; those that nobody answers for come first.
    owners: Vec<OfOwner<'a>>,
    /// How many articles are in the state that is asked for.
    total: usize,
    /// The articles: the longest overdue first, then those due first; others by title.
    articles: Vec<Reviewed<'a>>,
    /// The `offset` of the next page; null on the last.
    #[schema(required = true)]
    next: Option<usize>,
}

/// How many articles want what. An article may count in several states.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewCounts)]
struct Counts {
    /// All current articles.
    articles: usize,
    /// The review should have been by now.
    overdue: usize,
    /// The review is due within 14 days.
    due: usize,
    /// The text is another than when it was verified.
    changed: usize,
    /// Nobody ever verified it.
    never_verified: usize,
    /// Something was found in it; told to editors only.
    diagnostics: usize,
}

/// What the articles of somebody want.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewsOfOwner)]
struct OfOwner<'a> {
    /// Who; null for nobody.
    #[schema(required = true)]
    owner: Option<&'a str>,
    /// How many.
    counts: Counts,
}

/// An article that wants an editor's eye.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewedArticle)]
struct Reviewed<'a> {
    /// Its slug.
    slug: &'a str,
    /// The address of its page.
    url: String,
    /// The file's path inside the content folder.
    path: &'a str,
    /// Its title.
    title: &'a str,
    /// Who answers for it, the first asked first.
    owners: Vec<&'a str>,
    /// What it wants.
    #[schema(value_type = Vec<ReviewStateName>)]
    states: Vec<&'static str>,
    /// How far it can be trusted.
    trust: Trust,
    /// The numbers of errors found in it.
    errors: usize,
    /// The numbers of warnings.
    warnings: usize,
}

/// What an article wants.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `state` in the OpenAPI document")]
pub(super) enum ReviewStateName {
    /// The review should have been by now.
    Overdue,
    /// The review is due within 14 days.
    Due,
    /// The text is another than when it was verified.
    Changed,
    /// Nobody ever verified it.
    NeverVerified,
    /// Something was found in it.
    Diagnostics,
}

impl Counts {
    fn of(counts: &ReviewCounts) -> Self {
        Self {
            articles: counts.articles,
            overdue: counts.of(ReviewState::Overdue),
            due: counts.of(ReviewState::Due),
            changed: counts.of(ReviewState::Changed),
            never_verified: counts.of(ReviewState::Unverified),
            diagnostics: counts.of(ReviewState::Findings),
        }
    }
}

impl<'a> Reviewed<'a> {
    fn of(view: &View, article: &'a Article, day: Date) -> Self {
        let findings = view.findings_in(article);
        let errors = findings.iter().filter(|found| found.finding.severity() == Severity::Error).count();
        Self {
            slug: article.slug.as_str(),
            url: article_path(article.slug.as_str()),
            path: &article.path,
            title: &article.title,
            owners: article.owners().collect(),
            states: view.review_states(article, day).map(ReviewState::name).collect(),
            trust: Trust::of(view, article, day),
            errors,
            warnings: findings.len() - errors,
        }
    }
}

/// Lists the articles that want an editor's eye, with numbers for each owner.
#[utoipa::path(
    get, path = "/api/v1/reviews", tag = "articles", operation_id = "reviews",
    params(
        ("state" = Option<ReviewStateName>, Query, description = "Only articles that want this; without, all current ones by title"),
        ("owner" = Option<Vec<String>>, Query, description = "Owners; may repeat"),
        ("under" = Option<String>, Query, description = "A folder: only articles in it or below"),
        ("tag" = Option<Vec<String>>, Query, description = "Tags; may repeat"),
        ("type" = Option<Vec<String>>, Query, description = "Kinds of article; may repeat"),
        ("lang" = Option<Vec<String>>, Query, description = "Languages; may repeat"),
        ("changed_since" = Option<String>, Query, description = "A time (RFC 3339), a date or a commit id: only articles that changed since"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 500, description = "Most articles to return; 50 unless given"),
        ("offset" = Option<usize>, Query, minimum = 0, maximum = 1_000_000, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "The articles", body = Reviews),
        (status = 304, description = "As the reader has it"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 403, description = "`editors_only`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn reviews(ask: Ask) -> Result<Response, Problem> {
    ask.answer_by_query(page).await
}

fn page(Question { view, params, day, .. }: &Question) -> Result<Response, Problem> {
    let wanted = Wanted::read(params, view)?;
    let limit = params.number("limit", 1..=LIMITS.1, LIMITS.0)?;
    let offset = params.number("offset", 0..=FURTHEST, 0)?;
    let (counts, owners) = view.review_counts(&wanted.filters, *day);
    let found: Vec<_> = view.reviews(wanted.state, &wanted.filters, *day).collect();
    let shown = found.iter().skip(offset).take(limit);
    Ok(json(&Reviews {
        edition: view.revision().commit,
        day: *day,
        counts: Counts::of(&counts),
        owners: owners
            .iter()
            .map(|(owner, counts)| OfOwner { owner: (!owner.is_empty()).then_some(*owner), counts: Counts::of(counts) })
            .collect(),
        total: found.len(),
        articles: shown.map(|article| Reviewed::of(view, article, *day)).collect(),
        next: Some(offset + limit).filter(|next| *next < found.len()),
    }))
}
