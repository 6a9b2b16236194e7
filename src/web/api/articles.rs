//! `GET /api/v1/articles` and `GET /api/v1/articles/{slug}`: the list of articles, and one article.

use std::fmt::Write;
use std::sync::Arc;

use axum::http::header::{LINK, LOCATION};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{Ask, Question};
use super::wire::{Answer, Reference, Trust, json, last_change, maybe_text, text};
use crate::article::Article;
use crate::edition::{ListQuery, Lookup, View, encode_path};
use crate::revision::ObjectId;
use crate::web::State;
use crate::web::error::Problem;
use crate::web::extract::{Params, path_below, shown};
use crate::web::filters::Asked;
use crate::web::former::{self, Fault, Former};

/// Articles of a page unless asked otherwise, and at most.
const LIMITS: (usize, usize) = (50, 100);
/// Most articles that are said to be about the same.
const SIMILAR: usize = 5;
/// Articles that a reader is offered instead of one that is not there.
const NEAREST: usize = 3;

/// A page of the list of articles.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticlePage)]
pub(super) struct Page<'a> {
    /// The edition listed: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The articles, by slug.
    articles: Vec<Listed<'a>>,
    /// The `cursor` of the next page; null on the last.
    #[schema(required = true)]
    next: Option<&'a str>,
}

/// An article of the list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedArticle)]
struct Listed<'a> {
    /// Its slug.
    slug: &'a str,
    /// The address of its page.
    url: String,
    /// The file's path inside the content folder.
    path: &'a str,
    /// Its title.
    title: &'a str,
    /// The kind of article, such as `answer`.
    r#type: &'a str,
    /// One line about it.
    #[schema(required = true)]
    summary: Option<&'a str>,
    /// Its language, such as `ru`.
    lang: &'a str,
    /// Its tags.
    tags: &'a [String],
    /// Who answers for it and is asked first; by its front matter, else by `_owners`.
    #[schema(required = true)]
    owner: Option<&'a str>,
    /// All who answer for it.
    owners: Vec<&'a str>,
    /// Whether it is current.
    #[schema(value_type = ArticleStatus)]
    status: &'static str,
    /// How far it can be trusted.
    trust: Trust,
    /// When it last changed; null in a preview.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    changed_at: Option<Timestamp>,
    /// The commit that last changed it; null in a preview.
    #[schema(value_type = Option<String>, required = true)]
    #[serde(serialize_with = "maybe_text")]
    revision: Option<ObjectId>,
}

/// The state of an article.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `status` in the OpenAPI document")]
pub(super) enum ArticleStatus {
    /// Shown to its audience.
    Current,
    /// Shown to editors only.
    Draft,
    /// Shown, but marked and ranked after current ones.
    Archived,
}

impl<'a> Listed<'a> {
    fn of(view: &View, article: &'a Article, day: Date) -> Self {
        let (changed_at, revision) = last_change(view, article);
        Self {
            slug: article.slug.as_str(),
            url: view.article_path(article.slug.as_str()),
            path: &article.path,
            title: &article.title,
            r#type: &article.meta.kind,
            summary: article.meta.summary.as_deref(),
            lang: &article.lang,
            tags: &article.meta.tags,
            owner: article.owner(),
            owners: article.owners().collect(),
            status: article.meta.status.name(),
            trust: Trust::of(view, article, day),
            changed_at,
            revision,
        }
    }
}

/// Lists the articles by slug, a page at a time.
#[utoipa::path(
    get, path = "/api/v1/articles", tag = "articles", operation_id = "list_articles",
    params(
        ("edition" = Option<String>, Query, description = "A commit id of 7 to 40 digits: answer from this edition, if it was live lately or its preview is open; for staff"),
        ("under" = Option<String>, Query, description = "A folder: only articles in it or below"),
        ("tag" = Option<Vec<String>>, Query, description = "Tags; may repeat"),
        ("type" = Option<Vec<String>>, Query, description = "Kinds of article; may repeat"),
        ("owner" = Option<Vec<String>>, Query, description = "Owners; may repeat"),
        ("status" = Option<Vec<String>>, Query, description = "`current`, `draft`, `archived`; may repeat"),
        ("lang" = Option<Vec<String>>, Query, description = "Languages; may repeat"),
        ("changed_since" = Option<String>, Query, description = "A time (RFC 3339), a date or a commit id: only articles that changed since"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Most articles to return; 50 unless given"),
    ),
    responses(
        (status = 200, description = "A page; `Link: rel=\"next\"` leads to the next", body = Page),
        (status = 304, description = "As the reader has it"),
        (status = 404, description = "`edition_not_found`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 410, description = "`edition_not_kept`: the detail says which are", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `timeout`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.answer_by_query(page).await
}

fn page(asked: &Question) -> Result<Response, Problem> {
    let Question { view, uri, day, .. } = asked;
    let query = list_query(&asked.params, view)?;
    let (articles, more) = view.list(&query);
    let next = articles.last().filter(|_| more).map(|last| cursor_behind(last.slug.as_str()));
    let articles = articles.into_iter().map(|article| Listed::of(view, article, *day)).collect();
    let mut response = json(&Page { edition: view.revision().commit, articles, next: next.as_deref() });
    if let Some(cursor) = next {
        response.headers_mut().insert(LINK, next_link(uri, &cursor));
    }
    Ok(response)
}

fn list_query(params: &Params, view: &View) -> Result<ListQuery, Problem> {
    let after = match params.one("cursor")?.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Some(slug_of(cursor).ok_or_else(|| {
            let detail = format!("`cursor` is `{}`; the `next` of a page before is expected", shown(cursor));
            Problem::parameter("cursor", detail)
        })?),
        None => None,
    };
    let limit = params.number("limit", 1..=LIMITS.1, LIMITS.0)?;
    Ok(ListQuery { filters: Asked::read(params)?.over(view)?, after, limit })
}

/// Returns the cursor of the page behind an article. It names the article, not its place, so that a list read across a
/// publish neither repeats nor loses what did not change.
fn cursor_behind(slug: &str) -> String {
    slug.bytes().fold(String::with_capacity(2 * slug.len()), |mut cursor, byte| {
        write!(cursor, "{byte:02x}").expect("writing to a string does not fail");
        cursor
    })
}

/// Reads what [`cursor_behind`] wrote.
fn slug_of(cursor: &str) -> Option<String> {
    let digits: Vec<u8> = cursor.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let bytes = digits.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect::<Option<_>>()?;
    String::from_utf8(bytes).ok()
}

/// Returns the address of the next page: this request's with another cursor.
fn next_link(uri: &Uri, cursor: &str) -> HeaderValue {
    let kept =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: String = kept.map(|pair| format!("{pair}&")).collect();
    let link = format!("<{}?{query}cursor={cursor}>; rel=\"next\"", uri.path());
    // A query may hold bytes that a header may not; then the list itself says where it goes on.
    HeaderValue::try_from(link).unwrap_or(HeaderValue::from_static(""))
}

/// An article.
#[derive(Serialize, ToSchema)]
#[schema(as = Article)]
pub(super) struct Whole<'a> {
    /// The edition it is from: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    edition: ObjectId,
    /// The commit that it is told as of, when a former revision was asked for; else it is not there.
    #[schema(value_type = Option<String>)]
    #[serde(serialize_with = "maybe_text", skip_serializing_if = "Option::is_none")]
    as_of: Option<ObjectId>,
    /// Its slug.
    slug: &'a str,
    /// The address of its page.
    url: String,
    /// The file's path inside the content folder.
    path: &'a str,
    /// Its title.
    title: &'a str,
    /// The kind of article, such as `answer`.
    r#type: &'a str,
    /// Whether it is current.
    #[schema(value_type = ArticleStatus)]
    status: &'static str,
    /// One line about it.
    #[schema(required = true)]
    summary: Option<&'a str>,
    /// Its language, such as `ru`.
    lang: &'a str,
    /// Its tags.
    tags: &'a [String],
    /// How customers ask.
    questions: &'a [String],
    /// What may be said to a customer as it stands, the general answer first.
    answers: Vec<Answer<'a>>,
    /// The whole text as HTML, sanitised; with internal notes for staff only.
    html: String,
    /// Its headings.
    sections: Vec<Heading<'a>>,
    /// How far it can be trusted.
    trust: Trust,
    /// Who answers for it and is asked first; by its front matter, else by `_owners`.
    #[schema(required = true)]
    owner: Option<&'a str>,
    /// All who answer for it.
    owners: Vec<&'a str>,
    /// The audiences it is for, as far as the reader belongs to them.
    audience: Vec<&'a str>,
    /// When it was made; null in a preview.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    created_at: Option<Timestamp>,
    /// When it last changed; null in a preview.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    changed_at: Option<Timestamp>,
    /// Who last changed it; null in a preview, and for the public.
    #[schema(required = true)]
    changed_by: Option<&'a str>,
    /// The commit that last changed it; null in a preview.
    #[schema(value_type = Option<String>, required = true)]
    #[serde(serialize_with = "maybe_text")]
    revision: Option<ObjectId>,
    /// The articles it links to, in order of appearance.
    links: Vec<LinkTo<'a>>,
    /// The articles that link to it, by slug.
    backlinks: Vec<Reference<'a>>,
    /// The articles its editor named as related, then those that are about the same.
    related: Vec<Related>,
    /// The article to read instead.
    #[schema(required = true)]
    superseded_by: Option<Reference<'a>>,
    /// Its former addresses.
    redirected_from: &'a [String],
}

/// A heading of an article.
#[derive(Serialize, ToSchema)]
pub(super) struct Heading<'a> {
    /// Its id: append `#` and it to the article's address.
    id: &'a str,
    /// Its level, 1 to 6.
    level: u8,
    /// Its text.
    title: &'a str,
}

impl<'a> Heading<'a> {
    /// Returns the headings of an article in order.
    pub(super) fn all(article: &'a Article) -> Vec<Self> {
        let headings = article.sections.iter().filter(|section| section.level > 0);
        headings.map(|section| Heading { id: &section.id, level: section.level, title: &section.title }).collect()
    }
}

/// A related article.
#[derive(Serialize, ToSchema)]
struct Related {
    /// Its slug.
    slug: String,
    /// Its title.
    title: String,
    /// The address of its page.
    url: String,
    /// Who says that it is related.
    #[schema(value_type = RelatedBy)]
    by: &'static str,
}

/// Who says that an article is related.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `by` in the OpenAPI document")]
pub(super) enum RelatedBy {
    /// The editor of the article.
    Editor,
    /// The program: they share words that few articles have.
    Similar,
}

impl Related {
    fn all(view: &View, article: &Article) -> Vec<Self> {
        let related = |article: &Article, by| Self {
            slug: article.slug.to_string(),
            title: article.title.clone(),
            url: view.article_path(article.slug.as_str()),
            by,
        };
        let named = view.related(article).into_iter().map(|named| related(named, "editor"));
        let similar = view.similar(article, SIMILAR);
        named.chain(similar.iter().map(|similar| related(similar, "similar"))).collect()
    }
}

/// A link to another article.
#[derive(Serialize, ToSchema)]
struct LinkTo<'a> {
    /// The article.
    #[serde(flatten)]
    article: Reference<'a>,
    /// The id of the heading that is meant.
    #[schema(required = true)]
    heading: Option<&'a str>,
}

impl<'a> Whole<'a> {
    fn of(view: &'a View, article: &'a Article, day: Date) -> Self {
        let (first, last) = view.dates(article).unzip();
        let references =
            |articles: Vec<&'a Arc<Article>>| articles.into_iter().map(|a| Reference::to(view, a)).collect();
        Self {
            edition: view.revision().commit,
            as_of: None,
            slug: article.slug.as_str(),
            url: view.article_path(article.slug.as_str()),
            path: &article.path,
            title: &article.title,
            r#type: &article.meta.kind,
            status: article.meta.status.name(),
            summary: article.meta.summary.as_deref(),
            lang: &article.lang,
            tags: &article.meta.tags,
            questions: &article.meta.questions,
            answers: Answer::all(view, article),
            html: view.render(article, &article.body, false),
            sections: Heading::all(article),
            trust: Trust::of(view, article, day),
            owner: article.owner(),
            owners: article.owners().collect(),
            audience: audience(view, article),
            created_at: first.map(|commit| commit.at),
            changed_at: last.map(|commit| commit.at),
            changed_by: last.map(|commit| &*commit.author).filter(|_| view.access().sees_notes()),
            revision: last.map(|commit| commit.id),
            links: links(view, article),
            backlinks: references(view.backlinks(article)),
            related: Related::all(view, article),
            superseded_by: view.successor(article).map(|successor| Reference::to(view, successor)),
            redirected_from: &article.meta.redirect_from,
        }
    }
}

impl<'a> Whole<'a> {
    /// Returns an article as it was: what it says and what was said of it, without what other articles say of it now.
    fn as_of(view: &'a View, article: &'a Article, former: &'a Former, path: &'a str, day: Date) -> Self {
        let touch = view.edition().history.moment(&article.path, former.commit).touch;
        let commit = touch.map(|touch| view.commit(touch.commit));
        Self {
            as_of: Some(former.id),
            path,
            changed_at: commit.map(|commit| commit.at),
            changed_by: commit.map(|commit| &*commit.author),
            revision: commit.map(|commit| commit.id),
            links: Vec::new(),
            backlinks: Vec::new(),
            related: Vec::new(),
            ..Self::of(view, article, day)
        }
    }
}

fn links<'a>(view: &'a View, article: &Article) -> Vec<LinkTo<'a>> {
    let links = view.links(article).into_iter();
    links.map(|link| LinkTo { article: Reference::to(view, link.article), heading: link.heading }).collect()
}

/// Returns the audiences of an article that the reader belongs to: who else may read it is no business of theirs.
fn audience<'a>(view: &'a View, article: &Article) -> Vec<&'a str> {
    let audiences = &view.edition().audiences;
    let of_reader = |name: &&str| audiences.get(name).is_some_and(|one| view.access().audiences().meets(one));
    audiences.names_of(article.meta.audience).into_iter().filter(of_reader).collect()
}

/// Returns one article.
#[utoipa::path(
    get, path = "/api/v1/articles/{slug}", tag = "articles", operation_id = "get_article",
    params(
        ("edition" = Option<String>, Query, description = "A commit id of 7 to 40 digits: answer from this edition, if it was live lately or its preview is open; for staff"),
        ("slug" = String, Path, description = "The article's slug; its slashes may stand as they are"),
        ("revision" = Option<String>, Query, description = "A commit, at least 7 digits: the article as it was then, for staff who could have seen it; `links`, `backlinks` and `related` are empty then"),
    ),
    responses(
        (status = 200, description = "The article", body = Whole),
        (status = 304, description = "As the reader has it"),
        (status = 307, description = "It was removed: as it was at `revision`, it is in the preview of that commit, see `Location`"),
        (status = 308, description = "It has another slug now: see `Location`"),
        (status = 410, description = "`edition_not_kept`: the detail says which are", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 400, description = "`bad_parameter`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 404, description = "`article_not_found`, with suggestions; `edition_not_found`, `revision_not_found`, `history_not_available`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 429, description = "`busy`", body = crate::web::error::Document, content_type = "application/problem+json"),
        (status = 503, description = "`not_ready`, `history_unavailable`", body = crate::web::error::Document, content_type = "application/problem+json"),
    )
)]
pub(super) async fn article(ask: Ask) -> Result<Response, Problem> {
    ask.answer(async |asked| {
        let revision = former::commit_id("revision", asked.params.one("revision")?)?;
        let was = revision.and_then(|revision| removed(&ask.state, &asked, revision));
        if let Some(was) = was {
            return Ok(was);
        }
        match (find(&ask.state, &asked, "/api/v1/articles/").await?, revision) {
            (Place::Moved(response), _) => Ok(response),
            (Place::Here(article), None) => Ok(json(&Whole::of(&asked.view, article, asked.day))),
            (Place::Here(article), Some(revision)) => as_of(&ask.state, &asked, article, revision).await,
        }
    })
    .await
}

/// Leads to a removed article as it was at a commit, in the preview of that.
fn removed(state: &State, asked: &Question, revision: &str) -> Option<Response> {
    let root = "/api/v1/articles/";
    let slug = path_below(&asked.uri, root);
    if !matches!(asked.view.lookup(&slug), Lookup::Nothing) {
        return None;
    }
    let address = former::removed_at(state, &asked.view, &slug, revision, &format!("{root}{}", encode_path(&slug)))?;
    let location = HeaderValue::try_from(address).ok()?;
    Some((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]).into_response())
}

async fn as_of(state: &State, asked: &Question, now: &Arc<Article>, revision: &str) -> Result<Response, Problem> {
    let (now, commit, day) = (now.clone(), revision.to_owned(), asked.day);
    former::read(state, &asked.view, move |view, repository| {
        let former = former::at(view, repository, &now, &commit)?;
        let Some((path, article)) = &former.found else { return Err(Fault::NotThere("revision", commit)) };
        Ok(json(&Whole::as_of(view, article, &former, path, day)))
    })
    .await
}

/// Where an article is that a request names.
pub(super) enum Place<'a> {
    /// Here it is.
    Here(&'a Arc<Article>),
    /// Under another slug; this says so.
    Moved(Response),
}

/// Finds the article that the address of a request names behind `root`.
///
/// # Errors
/// 404 `article_not_found` with suggestions.
pub(super) async fn find<'a>(state: &State, asked: &'a Question, root: &str) -> Result<Place<'a>, Problem> {
    let Question { view, uri, .. } = asked;
    let slug = path_below(uri, root);
    match view.lookup(&slug) {
        Lookup::Found(article) => Ok(Place::Here(article)),
        Lookup::Moved(article) => Ok(Place::Moved(moved(article, uri, root))),
        Lookup::Nothing => Err(Problem::no_article(&slug).or_nearest(state, view, &slug, NEAREST).await),
    }
}

fn moved(article: &Article, uri: &Uri, root: &str) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{root}{}{query}", encode_path(article.slug.as_str()));
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_names_the_last_slug() {
        for slug in ["a", "доставка/сроки", ""] {
            assert_eq!(slug_of(&cursor_behind(slug)).as_deref(), Some(slug));
        }
        for bad in ["x", "abc", "ff", "d0", "é"] {
            assert_eq!(slug_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn next_page_is_asked_for_with_the_same_filters() {
        let uri: Uri = "/api/v1/articles?tag=a&cursor=00&limit=2&cursor=01".parse().expect("an address");
        assert_eq!(next_link(&uri, "6b"), "</api/v1/articles?tag=a&limit=2&cursor=6b>; rel=\"next\"");
        let uri: Uri = "/api/v1/articles".parse().expect("an address");
        assert_eq!(next_link(&uri, "6b"), "</api/v1/articles?cursor=6b>; rel=\"next\"");
    }
}
