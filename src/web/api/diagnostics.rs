//! `GET /api/v1/diagnostics`: findings about the content.

use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::Ask;
use super::edition::Counts;
use super::wire::{json, text};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity::Error;
use crate::edition::View;
use crate::revision::ObjectId;
use crate::text::{Lang, findings};
use crate::web::error::Problem;

/// Findings about the content.
#[derive(Serialize, ToSchema)]
pub(super) struct Diagnostics<'a> {
    /// The edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// Their numbers.
    counts: Counts,
    /// The findings, by path, line and column.
    diagnostics: Vec<Entry<'a>>,
}

/// A finding.
#[derive(Serialize, ToSchema)]
#[schema(as = Diagnostic)]
struct Entry<'a> {
    /// The file's path inside the content folder.
    path: &'a str,
    /// The line, from 1.
    line: u32,
    /// The column in characters, from 1.
    column: u32,
    /// How bad it is.
    #[schema(value_type = Severity)]
    severity: &'static str,
    /// The stable code, such as `KB012`.
    code: &'static str,
    /// What was found, in the reader's language.
    message: String,
    /// What to do, in the reader's language.
    help: String,
    /// The slug of the article, if the file is one that the reader may see.
    #[schema(required = true)]
    slug: Option<&'a str>,
}

/// How bad a finding is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `severity` in the OpenAPI document")]
pub(super) enum Severity {
    /// The article is not shown, or not as written.
    Error,
    /// The article is shown; something wants an editor's eye.
    Warning,
}

/// Returns the findings about the content that the reader may see.
///
/// Messages are in the language of the `ui` cookie or of `Accept-Language`: Russian or English.
#[utoipa::path(
    get, path = "/api/v1/diagnostics", tag = "edition", operation_id = "list_diagnostics",
    responses(
        (status = 200, description = "Findings", body = Diagnostics),
        (status = 304, description = "As the reader has it"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn diagnostics(ask: Ask) -> Result<Response, Problem> {
    ask.answer_in_words(|asked| Ok(body(&asked.view, asked.lang))).await
}

fn body(view: &View, lang: Lang) -> Response {
    let found = view.diagnostics();
    let errors = found.iter().filter(|found| found.finding.severity() == Error).count();
    let warnings = found.len() - errors;
    json(&Diagnostics {
        edition: view.revision().commit,
        counts: Counts { errors, warnings },
        diagnostics: found.iter().map(|found| Entry::of(view, lang, found)).collect(),
    })
}

impl<'a> Entry<'a> {
    fn of(view: &'a View, lang: Lang, found: &'a Diagnostic) -> Self {
        Self {
            path: &found.path,
            line: found.line,
            column: found.column,
            severity: found.finding.severity().name(),
            code: found.finding.code(),
            message: findings::message(lang, &found.finding),
            help: findings::remedy(lang, &found.finding),
            slug: view.by_path(&found.path).map(|article| article.slug.as_str()),
        }
    }
}
