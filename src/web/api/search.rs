//! `GET /api/v1/search`: full-text search.

use std::time::{Duration, Instant};

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{Ask, Question};
use super::explanation::Explanation;
use super::facets::Facets;
use super::wire::{Answer, Trust, json, last_change, maybe_text, text};
use crate::article::Article;
use crate::edition::View;
use crate::revision::ObjectId;
use crate::search::query::{MAX_CHARS, MAX_LIMIT, MAX_OFFSET};
use crate::search::{Correction as Corrected, CorrectionKind, Hit as SearchHit, Note, SearchQuery, SearchResults};
use crate::text::{Lang, Words};
use crate::web::cache::Found;
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::filters::Asked;

/// Longest query in bytes; a longer one is a mistake, not a question.
const MAX_BYTES: usize = 4 << 10;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// What a search gives.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchResults)]
pub(super) struct Results<'a> {
    /// The edition searched: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The number of matching articles.
    total: usize,
    /// What was asked, and what was searched.
    query: Query<'a>,
    /// The page asked for, best first.
    hits: Vec<Hit<'a>>,
    /// Queries to try instead, when little or nothing was found.
    suggestions: &'a [String],
    /// What all that was found is, counted; only when `facets` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<Facets<'a>>,
}

/// What was asked, and what was searched.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchedQuery)]
struct Query<'a> {
    /// What was asked, normalised.
    text: &'a str,
    /// What was searched, after corrections.
    searched: &'a str,
    /// What was corrected.
    corrections: Vec<Correction<'a>>,
    /// What was not done as asked, for people who build on this API.
    notes: Vec<String>,
}

/// Something that was searched instead of what was typed.
#[derive(Serialize, ToSchema)]
pub(super) struct Correction<'a> {
    /// Why.
    #[schema(value_type = CorrectionName)]
    kind: &'static str,
    /// What was typed.
    from: &'a str,
    /// What was searched.
    to: &'a str,
}

impl<'a> Correction<'a> {
    pub(super) fn of(correction: &'a Corrected) -> Self {
        Self { kind: kind_name(correction.kind), from: &correction.from, to: &correction.to }
    }
}

/// Why something else was searched.
#[derive(ToSchema)]
#[schema(as = CorrectionKind, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `Correction::kind` in the OpenAPI document")]
pub(super) enum CorrectionName {
    /// Typed on the wrong keyboard layout.
    Layout,
    /// Misspelt.
    Typo,
    /// Russian in Latin letters, or the reverse.
    Translit,
    /// A synonym of the editors' lexicon.
    Synonym,
}

/// A matching article.
#[derive(Serialize, ToSchema)]
pub(super) struct Hit<'a> {
    /// The article's slug.
    slug: &'a str,
    /// The address of its page.
    url: String,
    /// The file's path inside the content folder.
    path: &'a str,
    /// Its title.
    title: &'a str,
    /// Its title as HTML, with matched words in `<mark>`.
    title_html: &'a str,
    /// The kind of article, such as `answer`.
    r#type: &'a str,
    /// The names of the folders above it, as people read them.
    breadcrumbs: Vec<String>,
    /// The section that matches best; null when the title or the text before the first heading does.
    #[schema(required = true)]
    section: Option<HitSection<'a>>,
    /// The best passage as HTML, with matched words in `<mark>`.
    snippet_html: &'a str,
    /// What may be said to a customer as it stands.
    answers: Vec<Answer<'a>>,
    /// How far it can be trusted.
    trust: Trust,
    /// Its tags.
    tags: &'a [String],
    /// Its language, such as `ru`.
    lang: &'a str,
    /// When it last changed; null in a preview.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    changed_at: Option<Timestamp>,
    /// The commit that last changed it; null in a preview.
    #[schema(value_type = Option<String>, required = true)]
    #[serde(serialize_with = "maybe_text")]
    revision: Option<ObjectId>,
    /// How well it matches; means something only within one answer.
    score: f64,
    /// Why it has this score and this place; only when `explain` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation<'a>>,
}

/// A section of a matching article.
#[derive(Serialize, ToSchema)]
struct HitSection<'a> {
    /// The heading's id: append `#` and it to the article's address.
    id: &'a str,
    /// The heading.
    title: &'a str,
}

/// Searches the articles.
///
/// Without words but with filters, lists by title what passes them. Of a filter that repeats any value will do; filters
/// must all agree. A value that nothing has finds nothing.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "search", operation_id = "search",
    params(
        ("edition" = Option<String>, Query, description = "A commit id of 7 to 40 digits: answer from this edition, if it was live lately or its preview is open; for staff"),
        ("q" = Option<String>, Query, description = "What to search. The last word is unfinished unless a space follows it. Cut after 256 characters; over 4 KiB is refused"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 50, description = "Most hits to return; 10 unless given"),
        ("offset" = Option<usize>, Query, minimum = 0, maximum = 1000, description = "Hits to skip"),
        ("exact" = Option<bool>, Query, description = "Search the words as typed, without corrections"),
        ("lang" = Option<Vec<String>>, Query, description = "Languages, such as `ru`; may repeat"),
        ("tag" = Option<Vec<String>>, Query, description = "Tags; may repeat"),
        ("type" = Option<Vec<String>>, Query, description = "Kinds of article, such as `answer`; may repeat"),
        ("under" = Option<String>, Query, description = "A folder: only articles in it or below"),
        ("owner" = Option<Vec<String>>, Query, description = "Owners; may repeat"),
        ("status" = Option<Vec<String>>, Query, description = "`current`, `draft`, `archived`; may repeat"),
        ("changed_since" = Option<String>, Query, description = "A time (RFC 3339), a date or a commit id: only articles that changed since"),
        ("explain" = Option<bool>, Query, description = "Say of each hit why it has its score and its place"),
        ("facets" = Option<bool>, Query, description = "Count what all that was found is"),
    ),
    responses(
        (status = 200, description = "What was found", body = Results),
        (status = 304, description = "As the reader has it"),
        (status = 404, description = "`edition_not_found`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 410, description = "`edition_not_kept`: the detail says which are", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 414, description = "`query_too_long`, `uri_too_long`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search(ask: Ask) -> Result<Response, Problem> {
    let started = Instant::now();
    // Reasons are told in words, and only then the answer depends on the reader's language.
    let response = match ask.params().switch("explain") {
        Ok(true) => ask.answer_in_words(answer).await?,
        _ => ask.answer_by_query(answer).await?,
    };
    if let Some(&Found(total)) = response.extensions().get::<Found>() {
        ask.state.metrics.searched(total, started.elapsed());
        if let Ok(Some(text)) = ask.params().one("q") {
            ask.state.asked(ask.current(), text);
        }
    }
    Ok(response)
}

fn answer(asked: &Question) -> Result<Response, Problem> {
    let query = query(&asked.params, &asked.view)?;
    let started = Instant::now();
    let results = asked.view.search(&query);
    let took = started.elapsed();
    let mut body = json(&Results::of(&asked.view, &query, &results, asked.day, asked.lang));
    body.extensions_mut().insert(Found(results.total));
    Ok(with_timing(body, took))
}

/// Returns what the endpoint answers, for the command line.
pub(crate) fn body(
    view: &View,
    query: &SearchQuery,
    results: &SearchResults,
    day: Date,
    lang: Lang,
) -> serde_json::Value {
    serde_json::to_value(Results::of(view, query, results, day, lang))
        .expect("wire types have text keys and finite numbers")
}

/// Reads the text of a query.
///
/// # Errors
/// 414 `query_too_long` over [`MAX_BYTES`].
pub(super) fn text_of<'a>(params: &'a Params, name: &'static str) -> Result<&'a str, Problem> {
    let text = params.one(name)?.unwrap_or_default();
    if text.len() > MAX_BYTES {
        let detail = format!("`{name}` has {} bytes; at most {MAX_BYTES} are read", text.len());
        let problem = Problem::new(StatusCode::URI_TOO_LONG, "query_too_long", detail);
        return Err(Problem { parameter: Some(name), ..problem });
    }
    Ok(text)
}

/// Tells how long the work took. In a header, so that bodies are the same on every server.
pub(super) fn with_timing(mut response: Response, took: Duration) -> Response {
    let micros = took.as_micros();
    let timing = format!("search;dur={}.{:02}", micros / 1000, micros % 1000 / 10);
    let timing = HeaderValue::try_from(timing).expect("digits and letters are a header value");
    response.headers_mut().insert(SERVER_TIMING, timing);
    response
}

fn query(params: &Params, view: &View) -> Result<SearchQuery, Problem> {
    Ok(SearchQuery {
        limit: params.number("limit", 1..=MAX_LIMIT, 10)?,
        offset: params.number("offset", 0..=MAX_OFFSET, 0)?,
        exact: params.switch("exact")?,
        facets: params.switch("facets")?,
        explain: params.switch("explain")?,
        filters: Asked::read(params)?.over(view)?,
        ..SearchQuery::new(text_of(params, "q")?)
    })
}

impl<'a> Results<'a> {
    fn of(view: &View, query: &'a SearchQuery, results: &'a SearchResults, day: Date, lang: Lang) -> Self {
        let cut = query.cut.then(|| format!("only the first {MAX_CHARS} characters were searched"));
        let notes = results.notes.iter().map(|note| match note {
            Note::PhraseNotFound(phrase) => format!("no article has the phrase \"{phrase}\"; its words were searched"),
            Note::WordNotFound(word) => format!("no article has the word \"{word}\"; the others were searched"),
            Note::WordsLeftOut => "there are too many words; the last ones were not searched".to_owned(),
        });
        Self {
            edition: view.revision().commit,
            total: results.total,
            query: Query {
                text: &query.text,
                searched: &results.searched,
                corrections: results.corrections.iter().map(Correction::of).collect(),
                notes: cut.into_iter().chain(notes).collect(),
            },
            hits: results.hits.iter().map(|hit| Hit::of(view, hit, day, lang.words())).collect(),
            suggestions: &results.suggestions,
            facets: results.facets.as_ref().map(|facets| Facets::of(view, facets)),
        }
    }
}

impl<'a> Hit<'a> {
    fn of(view: &View, hit: &'a SearchHit, day: Date, w: &Words) -> Self {
        let article: &Article = &hit.article;
        let section = hit.section.and_then(|number| article.sections.get(number)).filter(|section| section.level > 0);
        let (changed_at, revision) = last_change(view, article);
        Self {
            slug: article.slug.as_str(),
            url: view.article_path(article.slug.as_str()),
            path: &article.path,
            title: &article.title,
            title_html: &hit.title_html,
            r#type: &article.meta.kind,
            breadcrumbs: view.breadcrumbs(article),
            section: section.map(|section| HitSection { id: &section.id, title: &section.title }),
            snippet_html: &hit.snippet_html,
            answers: Answer::all(view, article),
            trust: Trust::of(view, article, day),
            tags: &article.meta.tags,
            lang: &article.lang,
            changed_at,
            revision,
            score: rounded(hit.score),
            explanation: hit.explanation.as_ref().map(|explained| Explanation::of(w, explained)),
        }
    }
}

const fn kind_name(kind: CorrectionKind) -> &'static str {
    match kind {
        CorrectionKind::Layout => "layout",
        CorrectionKind::Typo => "typo",
        CorrectionKind::Translit => "translit",
        CorrectionKind::Synonym => "synonym",
    }
}

/// Returns a score with two decimals, which is more than it means.
pub(super) fn rounded(score: f32) -> f64 {
    let score = (f64::from(score) * 100.0).round() / 100.0;
    if score.is_finite() { score } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_two_clean_decimals() {
        let text = |score| serde_json::to_string(&rounded(score)).expect("finite");
        assert_eq!([text(17.314_16), text(0.1), text(3.0), text(f32::NAN)], ["17.31", "0.1", "3.0", "0.0"]);
    }

    #[test]
    fn timing_is_in_milliseconds() {
        let response = with_timing(Response::default(), Duration::from_micros(1239));
        assert_eq!(response.headers()[SERVER_TIMING], "search;dur=1.23");
    }

    #[test]
    fn query_of_more_than_four_kilobytes_is_refused() {
        let params = Params::parse(&format!("q={}", "x".repeat(MAX_BYTES + 1)));
        let problem = text_of(&params, "q").expect_err("too long");
        assert_eq!((problem.status, problem.code), (StatusCode::URI_TOO_LONG, "query_too_long"));
        assert_eq!(problem.parameter, Some("q"));
    }
}
