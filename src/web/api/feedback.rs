//! `/api/v1/feedback`: what readers report of answers and of searches without one, and what editors read of it.
//!
//! A report is taken, not kept: 202 says that it is queued. Whatever the store does, nobody waits for it here.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

use super::ask::Ask;
use super::wire::{json, json_of, text};
use crate::article::Article;
use crate::edition::{Lookup, View, article_path};
use crate::event::{Error, Event, EventStore, Feedback, Gap, Id, Kind, Report, Said, Verdict, Wanted};
use crate::revision::ObjectId;
use crate::web::error::Problem;
use crate::web::extract::{Current, Params, shown};
use crate::web::limit::Peer;
use crate::web::report::{self, Members, Reported};
use crate::web::{State, body};

/// Most entries of a page.
const MAX_LIMIT: usize = 100;
/// Most events looked through for one page: many may be of articles that the reader does not see.
const MOST_READ: usize = 2_000;
/// How long a reader waits for the store.
const PATIENCE: Duration = Duration::from_secs(5);

/// A report that was taken.
#[derive(Serialize, ToSchema)]
pub(super) struct Taken {
    /// The current edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The report's number, to be told to a person: `0TGD-YTG0`.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    id: Id,
    /// What became of it.
    #[schema(value_type = TakenState)]
    state: &'static str,
}

/// What became of a report.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `Taken::state` in the OpenAPI document")]
pub(super) enum TakenState {
    /// It waits in memory and is stored next.
    Queued,
    /// As much as may wait is waiting: it is not kept.
    Dropped,
}

/// A report as it is sent. Members that are not known are refused.
#[derive(ToSchema)]
#[schema(as = NewFeedback)]
#[expect(dead_code, reason = "describes the body in the OpenAPI document; `report` reads it member by member")]
pub(super) struct Sent {
    /// What is reported.
    kind: FeedbackKind,
    /// The article's slug; for every kind but `no_answer`.
    slug: Option<String>,
    /// The channel of the answer; none for the general one.
    channel: Option<String>,
    /// The edition that was seen; the current one unless given.
    edition: Option<String>,
    /// Where it was seen; `page` unless given.
    surface: Option<SurfaceName>,
    /// What was searched; needed for `no_answer`. At most 256 characters.
    query: Option<String>,
    /// What the reader wrote. At most 1,000 characters.
    note: Option<String>,
    /// Of `no_answer`: what was searched after corrections.
    searched: Option<String>,
    /// Of `no_answer`: what narrowed the search.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Vec<String>>>)]
    filters: Option<()>,
    /// Of `no_answer`: how many articles were found.
    total: Option<u32>,
    /// Of `no_answer`: what the help desk tells of the conversation. At most 1,000 characters.
    host: Option<String>,
}

/// The kinds of reports.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `kind` in the OpenAPI document")]
pub(super) enum FeedbackKind {
    /// The answer helped.
    Helped,
    /// It did not.
    NotHelped,
    /// It says something wrong.
    Wrong,
    /// It says what was right once.
    Outdated,
    /// It cannot be understood.
    Unclear,
    /// A search had no answer.
    NoAnswer,
}

/// Where something was reported.
#[derive(ToSchema)]
#[schema(as = Surface, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `surface` in the OpenAPI document")]
pub(super) enum SurfaceName {
    /// The search screen.
    Operator,
    /// The panel beside a help desk.
    Panel,
    /// A tablet in a store.
    Tablet,
    /// The page of an article.
    Page,
}

/// Reports what a reader thinks of an answer, or that a search had none.
///
/// E-mail addresses, telephone and card numbers and the like are masked before anything is kept. The answer comes at once and
/// says what became of the report; it is stored a moment later. Pages of other sites are refused.
#[utoipa::path(
    post, path = "/api/v1/feedback", tag = "feedback", operation_id = "send_feedback",
    request_body(content = Sent, content_type = "application/json"),
    responses(
        (status = 202, description = "Taken", body = Taken),
        (status = 400, description = "`bad_body`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`article_not_found`, `feedback_off`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 408, description = "`body_too_slow`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`: more than 16 KiB", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 422, description = "`bad_field`: a member is missing, unknown, too long or of another type", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_requests`; `Retry-After` tells when", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn send(
    Shared(state): Shared<Arc<State>>,
    peer: Peer,
    current: Current,
    request: Request,
) -> Result<Response, Problem> {
    let recorder = report::recorder(&state, peer, request.headers())?;
    check_json(request.headers())?;
    let body = body::read(request.into_body(), report::MOST_BYTES).await?;
    let Reported { edition, surface, report } = report::read(&current.view, Members::of_json(&body)?)?;
    let (id, kept) = recorder.record(edition, surface, report);
    let state = if kept.is_ok() { "queued" } else { "dropped" };
    let taken = Taken { edition: current.view.revision().commit, id, state };
    Ok(unkept(json_of(StatusCode::ACCEPTED, &taken)))
}

/// Other sites' pages can send forms and plain text without being asked; JSON they cannot.
fn check_json(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = format!("the body is `{}`; `application/json` is expected", shown(media_type));
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail))
}

/// Nobody keeps what readers report.
fn unkept(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What readers reported, the last first.
#[derive(Serialize, ToSchema)]
pub(super) struct FeedbackList {
    /// The current edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The reports.
    feedback: Vec<Entry>,
    /// The `cursor` of the page behind this one; null on the last.
    #[schema(value_type = Option<String>, required = true)]
    next: Option<String>,
}

/// A report.
#[derive(Serialize, ToSchema)]
#[schema(as = FeedbackEntry)]
struct Entry {
    /// Its number.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    id: Id,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What is reported.
    #[schema(value_type = FeedbackKind)]
    kind: &'static str,
    /// Where.
    #[schema(value_type = SurfaceName)]
    surface: &'static str,
    /// The edition that was seen.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    seen: ObjectId,
    /// What was searched.
    #[schema(required = true)]
    query: Option<String>,
    /// What the reader wrote.
    #[schema(required = true)]
    note: Option<String>,
    /// The article; null for `no_answer`.
    #[schema(required = true)]
    article: Option<Told>,
    /// The channel of the answer.
    #[schema(required = true)]
    channel: Option<String>,
    /// The search; null for other kinds than `no_answer`.
    #[schema(required = true)]
    search: Option<Search>,
}

/// An article that something was said of.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportedArticle)]
struct Told {
    /// Its slug now.
    slug: String,
    /// Its title; null when there is no such article any more.
    #[schema(required = true)]
    title: Option<String>,
    /// The address of its page; null when there is none.
    #[schema(required = true)]
    url: Option<String>,
}

/// A search without an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportedSearch)]
struct Search {
    /// What was searched after corrections.
    #[schema(required = true)]
    searched: Option<String>,
    /// What narrowed it: names and values of parameters.
    filters: Vec<(String, String)>,
    /// How many articles were found.
    total: u32,
    /// What the help desk told of the conversation.
    #[schema(required = true)]
    host: Option<String>,
}

/// Lists what readers reported, the last first. For editors and readers of every audience.
#[utoipa::path(
    get, path = "/api/v1/feedback", tag = "feedback", operation_id = "list_feedback",
    params(
        ("since" = Option<String>, Query, description = "A time (RFC 3339) or a date: only what was reported then or later"),
        ("kind" = Option<Vec<FeedbackKind>>, Query, description = "Kinds; may repeat"),
        ("slug" = Option<String>, Query, description = "An article: only what was said of it"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Most reports to return; 50 unless given"),
    ),
    responses(
        (status = 200, description = "Reports", body = FeedbackList),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 403, description = "`editors_only`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`feedback_off`, `article_not_found`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `feedback_unavailable`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(ask: Ask, current: Current) -> Result<Response, Problem> {
    let params = ask.params();
    let limit = params.number("limit", 1..=MAX_LIMIT, 50)?;
    let wanted = wanted(&params, &current.view)?;
    let view = current.view.clone();
    let (entries, next) = from_store(&ask.state, &current.view, move |store| page(store, &view, wanted, limit)).await?;
    Ok(unkept(json(&FeedbackList { edition: current.view.revision().commit, feedback: entries, next })))
}

fn wanted(params: &Params, view: &View) -> Result<Wanted, Problem> {
    let kinds = params.all("kind").into_iter().map(|name| {
        Kind::named(&name).ok_or_else(|| {
            let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            Problem::parameter("kind", format!("`kind` is `{}`; one of {} is expected", shown(&name), names.join(", ")))
        })
    });
    let cursor = params.one("cursor")?.filter(|cursor| !cursor.is_empty());
    let cursor = cursor.map(|cursor| {
        cursor.parse().map_err(|()| Problem::parameter("cursor", "`cursor` is no `next` of a page before"))
    });
    let slug = match params.one("slug")?.filter(|slug| !slug.is_empty()) {
        None => None,
        Some(slug) => match view.lookup(slug) {
            Lookup::Found(article) | Lookup::Moved(article) => Some(article.slug.to_string()),
            // What was said of an article that is gone is for editors.
            Lookup::Nothing if view.access().is_editor() => Some(slug.to_owned()),
            Lookup::Nothing => return Err(Problem::no_article(slug)),
        },
    };
    Ok(Wanted { since: since(params)?, kinds: kinds.collect::<Result<_, _>>()?, slug, before: cursor.transpose()? })
}

/// Reads a time or a day.
fn since(params: &Params) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = params.one("since")?.filter(|text| !text.is_empty()) else { return Ok(None) };
    let day = |text: &str| {
        let day: jiff::civil::Date = text.parse().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    text.parse().ok().or_else(|| day(text)).map(Some).ok_or_else(|| {
        let detail = format!("`since` is `{}`; a time such as 2026-11-26T09:00:00Z or a date is expected", shown(text));
        Problem::parameter("since", detail)
    })
}

/// Asks the store, off the async threads, for a reader who may know what it tells.
async fn from_store<T: Send + 'static>(
    state: &State,
    view: &View,
    ask: impl FnOnce(&dyn EventStore) -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    let store = state.events.as_ref().ok_or_else(report::off)?.store().clone();
    if !view.sees_everything() {
        let detail = "what readers report is for editors and readers of every audience";
        return Err(Problem::new(StatusCode::FORBIDDEN, "editors_only", detail));
    }
    state.work.events.run_within(PATIENCE, move || ask(&*store)).await?.map_err(|error| {
        tracing::warn!(%error, "cannot read the event store");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "feedback_unavailable", "the event store cannot be read now")
    })
}

/// Reads a page. Reports on articles that the reader does not see are passed over.
fn page(
    store: &dyn EventStore,
    view: &View,
    mut wanted: Wanted,
    limit: usize,
) -> Result<(Vec<Entry>, Option<String>), Error> {
    let mut entries = Vec::with_capacity(limit);
    let mut read = 0;
    loop {
        let events = store.list(&wanted, MAX_LIMIT + 1)?;
        let is_last = events.len() <= MAX_LIMIT;
        for event in events.into_iter().take(MAX_LIMIT) {
            if entries.len() == limit {
                return Ok((entries, wanted.before.map(|id| id.to_string())));
            }
            wanted.before = Some(event.id);
            read += 1;
            entries.extend(Entry::of(view, event));
        }
        if is_last {
            return Ok((entries, None));
        }
        if read >= MOST_READ {
            return Ok((entries, wanted.before.map(|id| id.to_string())));
        }
    }
}

impl Entry {
    fn of(view: &View, event: Event) -> Option<Self> {
        let kind = event.kind().name();
        let text = |text: Option<crate::event::Masked>| text.map(|text| text.to_string());
        let common = |article, channel, query, note, search| Self {
            id: event.id,
            at: event.at,
            kind,
            surface: event.surface.name(),
            seen: event.edition,
            query,
            note,
            article,
            channel,
            search,
        };
        Some(match event.report {
            Report::Feedback(Feedback { slug, channel, note, query, .. }) => {
                common(Some(Told::of(view, slug)?), text(channel), text(query), text(note), None)
            }
            Report::Gap(Gap { query, searched, filters, total, note, host }) => {
                let filters = filters.into_iter().map(|(name, value)| (name, value.to_string())).collect();
                let search = Search { searched: text(searched), filters, total, host: text(host) };
                common(None, None, Some(query.to_string()), text(note), Some(search))
            }
        })
    }
}

impl Told {
    fn of(view: &View, slug: String) -> Option<Self> {
        let of = |article: &Article| Self {
            slug: article.slug.to_string(),
            title: Some(article.title.clone()),
            url: Some(article_path(article.slug.as_str())),
        };
        match view.lookup(&slug) {
            Lookup::Found(article) | Lookup::Moved(article) => Some(of(article)),
            Lookup::Nothing => view.access().is_editor().then_some(Self { slug, title: None, url: None }),
        }
    }
}

/// Questions without an answer, grouped.
#[derive(Serialize, ToSchema)]
pub(super) struct GapList {
    /// The current edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The groups, the most asked first, then the last asked.
    gaps: Vec<GapEntry>,
}

/// A question without an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = GapGroup)]
struct GapEntry {
    /// The question, as it was typed last.
    query: String,
    /// How often it was reported, whatever its case, spaces and punctuation.
    count: u64,
    /// When first.
    #[schema(value_type = String, format = DateTime)]
    first_at: Timestamp,
    /// When last.
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
    /// The number of the last report.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    last_id: Id,
    /// How many articles the last search found, none of them the answer.
    total: u32,
}

/// Groups the questions without an answer that readers reported. For editors and readers of every audience.
#[utoipa::path(
    get, path = "/api/v1/feedback/gaps", tag = "feedback", operation_id = "list_gaps",
    params(
        ("since" = Option<String>, Query, description = "A time (RFC 3339) or a date: only what was reported then or later"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Most groups to return; 50 unless given"),
    ),
    responses(
        (status = 200, description = "Groups", body = GapList),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 403, description = "`editors_only`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`feedback_off`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `feedback_unavailable`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn gaps(ask: Ask, current: Current) -> Result<Response, Problem> {
    let params = ask.params();
    let limit = params.number("limit", 1..=MAX_LIMIT, 50)?;
    let since = since(&params)?;
    let groups = from_store(&ask.state, &current.view, move |store| store.gaps(since, limit)).await?;
    let gaps = groups.into_iter().map(|group| GapEntry {
        query: group.query,
        count: group.count,
        first_at: group.first,
        last_at: group.last,
        last_id: group.id,
        total: group.total,
    });
    Ok(unkept(json(&GapList { edition: current.view.revision().commit, gaps: gaps.collect() })))
}

/// What was said of articles.
#[derive(Serialize, ToSchema)]
pub(super) struct SaidList {
    /// The current edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The articles, those with the most complaints first, then by slug.
    articles: Vec<SaidEntry>,
}

/// What was said of an article.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticleFeedback)]
struct SaidEntry {
    /// The article.
    #[serde(flatten)]
    article: Told,
    /// How often each was said.
    counts: SaidCounts,
    /// When something was said last.
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
}

/// How often each was said.
#[derive(Serialize, ToSchema)]
#[schema(as = FeedbackCounts)]
struct SaidCounts {
    helped: u64,
    not_helped: u64,
    wrong: u64,
    outdated: u64,
    unclear: u64,
}

/// Counts what was said of each article. For editors and readers of every audience.
#[utoipa::path(
    get, path = "/api/v1/feedback/articles", tag = "feedback", operation_id = "count_feedback",
    params(("since" = Option<String>, Query, description = "A time (RFC 3339) or a date: only what was reported then or later")),
    responses(
        (status = 200, description = "Counts", body = SaidList),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 403, description = "`editors_only`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`feedback_off`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `feedback_unavailable`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn articles(ask: Ask, current: Current) -> Result<Response, Problem> {
    let since = since(&ask.params())?;
    let mut said = from_store(&ask.state, &current.view, move |store| store.said(since)).await?;
    said.sort_by(|a, b| b.complaints().cmp(&a.complaints()).then_with(|| a.slug.cmp(&b.slug)));
    let entry = |said: Said| {
        let of = |verdict: Verdict| said.counts[verdict as usize];
        let counts = SaidCounts {
            helped: of(Verdict::Helped),
            not_helped: of(Verdict::NotHelped),
            wrong: of(Verdict::Wrong),
            outdated: of(Verdict::Outdated),
            unclear: of(Verdict::Unclear),
        };
        Some(SaidEntry { counts, last_at: said.last, article: Told::of(&current.view, said.slug)? })
    };
    let articles = said.into_iter().filter_map(entry).collect();
    Ok(unkept(json(&SaidList { edition: current.view.revision().commit, articles })))
}
