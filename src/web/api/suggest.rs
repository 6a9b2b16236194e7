//! `GET /api/v1/suggest`: completions of what was typed.

use std::time::Instant;

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{Ask, Question};
use super::search::{Correction, text_of, with_timing};
use super::wire::{json, text};
use crate::edition::View;
use crate::revision::ObjectId;
use crate::search::query::MAX_LIMIT;
use crate::search::{SearchQuery, Suggestion, SuggestionKind};
use crate::web::error::Problem;

/// Completions.
#[derive(Serialize, ToSchema)]
pub(super) struct Suggestions<'a> {
    /// The edition they are from: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// What was typed, normalised.
    text: &'a str,
    /// What was completed, after corrections.
    searched: &'a str,
    /// What was corrected, and the synonyms that led to what is offered.
    corrections: Vec<Correction<'a>>,
    /// The completions, best first: titles and questions.
    suggestions: Vec<Completion<'a>>,
    /// The text with its last word completed, by how many titles and questions then fit.
    words: &'a [String],
}

/// A completion.
#[derive(Serialize, ToSchema)]
struct Completion<'a> {
    /// The text.
    text: &'a str,
    /// The text as HTML, with the matched part in `<mark>`.
    html: &'a str,
    /// Whether it is a title or a question of the article.
    #[schema(value_type = CompletionKind)]
    kind: &'static str,
    /// The slug of the article it leads to.
    slug: &'a str,
    /// The title of that article.
    title: &'a str,
    /// The address of its page.
    url: String,
}

/// What a completion is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `Completion::kind` in the OpenAPI document")]
pub(super) enum CompletionKind {
    /// An article's title.
    Title,
    /// One of an article's questions.
    Question,
}

/// Completes what was typed.
///
/// Every word begins a word of what is offered, in any order; words of the editors' lexicon lead to what they also mean.
/// What leads nowhere is read as typed on the other keyboard layout, as Russian in Latin letters, or as mistyped.
#[utoipa::path(
    get, path = "/api/v1/suggest", tag = "search", operation_id = "suggest",
    params(
        ("edition" = Option<String>, Query, description = "A commit id of 7 to 40 digits: answer from this edition, if it was live lately or its preview is open; for staff"),
        ("q" = Option<String>, Query, description = "What was typed"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 50, description = "Most completions to return; 8 unless given"),
    ),
    responses(
        (status = 200, description = "Titles and questions", body = Suggestions),
        (status = 304, description = "As the reader has it"),
        (status = 404, description = "`edition_not_found`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 410, description = "`edition_not_kept`: the detail says which are", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 414, description = "`query_too_long`, `uri_too_long`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn suggest(ask: Ask) -> Result<Response, Problem> {
    ask.answer_by_query(body).await
}

fn body(asked: &Question) -> Result<Response, Problem> {
    let view = &asked.view;
    let typed = text_of(&asked.params, "q")?;
    let limit = asked.params.number("limit", 1..=MAX_LIMIT, 8)?;
    let started = Instant::now();
    let found = view.complete(typed, limit);
    let took = started.elapsed();
    let body = json(&Suggestions {
        edition: view.revision().commit,
        text: &SearchQuery::new(typed).text,
        searched: &found.searched,
        corrections: found.corrections.iter().map(Correction::of).collect(),
        suggestions: found.suggestions.iter().map(|found| Completion::of(view, found)).collect(),
        words: &found.words,
    });
    Ok(with_timing(body, took))
}

impl<'a> Completion<'a> {
    fn of(view: &View, suggestion: &'a Suggestion) -> Self {
        Self {
            text: &suggestion.text,
            html: &suggestion.html,
            kind: match suggestion.kind {
                SuggestionKind::Title => "title",
                SuggestionKind::Question => "question",
            },
            slug: suggestion.article.slug.as_str(),
            title: &suggestion.article.title,
            url: view.article_path(suggestion.article.slug.as_str()),
        }
    }
}
