//! The pages people see: search, articles, folders, changes, the state of the server. Rendered on the server, whole and
//! usable without JavaScript; `assets/main.js` makes searching and copying faster where it runs.
//!
//! A page is made in three steps: [`Visit`] takes the edition, the language and the address from the request; the
//! page's module turns what the [`View`] gives into plain values; a template in `templates/` puts them into HTML. No
//! template has a script, style or event attribute of its own, so the content security policy can forbid them all.
//!
//! Deliberately has no words of its own (they are in [`crate::text`]) and no data but what the `View` gives.

mod address;
mod article;
mod assets;
mod browse;
mod calendar;
mod changes;
mod diff;
mod difference;
mod feed;
mod feedback;
mod files;
mod history;
mod opensearch;
mod panel;
mod parts;
mod preview;
mod problem;
mod prose;
mod refine;
mod reports;
mod restore;
mod results;
mod reviews;
mod start;
mod status;
mod tablet;

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;

use super::cache;
use super::error::Problem;
use super::extract::{Current, Params, UiLang, path_below};
use super::{State, other_method};
use crate::edition::{View, today};
use crate::text::{Lang, Words};

use preview::Banner;
pub(crate) use problem::{not_found, problem};
pub(crate) use prose::without_answers;

/// What programs ask for although it stands beside the pages.
const FOR_PROGRAMS: [&str; 5] =
    ["/changes.atom", "/opensearch.xml", "/opensearch/suggest", "/reviews.atom", "/reviews.ics"];

/// Returns the routes of pages that previews have, too.
pub fn previewed() -> Router<Arc<State>> {
    Router::new()
        .route("/", get(start::page))
        .route("/recent", get(start::recent))
        .route("/search", get(results::page))
        .route("/a/{*slug}", get(article::page))
        .route("/browse", get(browse::top))
        .route("/browse/{*path}", get(browse::folder))
        .route("/changes", get(changes::page))
        .route("/history/{*slug}", get(history::page))
        .route("/reviews", get(reviews::page))
        .route("/status", get(status::page))
        .route("/files/{*path}", get(files::attachment))
}

/// Returns the routes of pages that only previews have.
pub fn of_previews() -> Router<Arc<State>> {
    Router::new().route("/difference", get(preview::page))
}

/// Returns the routes of all pages, their assets and attachments.
pub fn routes() -> Router<Arc<State>> {
    assets::prepare();
    previewed()
        .route("/panel", get(panel::page))
        .route("/panel/demo", get(panel::demo))
        .route("/widget.js", get(panel::widget))
        .route("/changes.atom", get(feed::atom))
        .route("/opensearch.xml", get(opensearch::description))
        .route("/opensearch/suggest", get(opensearch::completions))
        .route("/reviews.atom", get(reviews::atom))
        .route("/reviews.ics", get(calendar::reviews))
        .route("/feedback", post(feedback::send).fallback(|method| other_method(method, "POST, OPTIONS")))
        .route("/assets/{name}", get(assets::asset))
        .route("/sw.js", get(tablet::worker))
        .route("/offline", get(tablet::page))
        .route("/manifest.webmanifest", get(tablet::manifest))
        .route("/icons/{name}", get(tablet::icon))
        .route("/favicon.ico", get(assets::favicon))
        .route("/robots.txt", get(assets::robots))
        .route("/ui/{lang}", get(choose_language))
}

/// One request for a page: what every page needs of it.
#[derive(Debug)]
pub(crate) struct Visit {
    state: Arc<State>,
    lang: Lang,
    uri: Uri,
    params: Params,
    headers: HeaderMap,
    current: Result<Current, Problem>,
}

impl FromRequestParts<Arc<State>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Infallible> {
        let UiLang(lang) = UiLang::from_request_parts(parts, state).await?;
        let current = Current::from_request_parts(parts, state).await;
        Ok(Self {
            state: state.clone(),
            lang,
            uri: parts.uri.clone(),
            params: Params::parse(parts.uri.query().unwrap_or_default()),
            headers: parts.headers.clone(),
            current,
        })
    }
}

/// What a page is made from: the visit, the edition it is answered from, and the day.
#[derive(Debug, Clone, Copy)]
struct Scene<'a> {
    visit: &'a Visit,
    current: &'a Current,
    day: Date,
}

impl Visit {
    /// Returns the rest of the path, decoded and in the form that slugs and paths have.
    fn path_below(&self, root: &str) -> String {
        path_below(&self.uri, root)
    }

    /// Answers from the current edition, through the validators of [`cache::answer`]; a problem becomes a page.
    fn answer(&self, make: impl FnOnce(Scene<'_>) -> Result<Response, Problem>) -> Response {
        self.with_edition(|current| {
            cache::answer(current, &self.uri, &self.headers, Some(UiLang(self.lang)), |day| {
                make(Scene { visit: self, current, day })
            })
        })
    }

    /// Answers as [`Visit::answer`] does, for work that is waited for.
    async fn answer_later<'a, F>(&'a self, make: impl FnOnce(Scene<'a>) -> F) -> Response
    where
        F: Future<Output = Result<Response, Problem>>,
    {
        self.answer_of(None, make).await
    }

    /// Answers as [`Visit::answer_later`] does, in place of another path that has the same without being asked so: answers are
    /// known by their addresses.
    async fn answer_of<'a, F>(&'a self, path: Option<String>, make: impl FnOnce(Scene<'a>) -> F) -> Response
    where
        F: Future<Output = Result<Response, Problem>>,
    {
        let outcome = match &self.current {
            Ok(current) => {
                let make = |day| make(Scene { visit: self, current, day });
                let query = self.uri.query().map_or_else(String::new, |query| format!("?{query}"));
                let other = path.and_then(|path| format!("{path}{query}").parse::<Uri>().ok());
                let uri = other.as_ref().unwrap_or(&self.uri);
                cache::answer_later(current, uri, &self.headers, Some(UiLang(self.lang)), make).await
            }
            Err(problem) => Err(problem.clone()),
        };
        outcome.unwrap_or_else(|found| self.refusal(found))
    }

    /// Answers as [`Visit::answer`] does, among the queries, off the async threads: for what takes the longer the larger the base
    /// or its history is.
    async fn answer_by_query(
        self,
        make: impl FnOnce(Scene<'_>) -> Result<Response, Problem> + Send + 'static,
    ) -> Response {
        let visit = &Arc::new(self);
        let make = |day| async move {
            let shared = Arc::clone(visit);
            let work = move || match &shared.current {
                Ok(current) => make(Scene { visit: &shared, current, day }),
                Err(problem) => Err(problem.clone()),
            };
            visit.state.work.queries.run(work).await?
        };
        let outcome = match &visit.current {
            Ok(current) => {
                cache::answer_later(current, &visit.uri, &visit.headers, Some(UiLang(visit.lang)), make).await
            }
            Err(problem) => Err(problem.clone()),
        };
        outcome.unwrap_or_else(|found| visit.refusal(found))
    }

    /// Answers with a problem: as a page, or as a document where no person asks.
    fn refusal(&self, found: Problem) -> Response {
        if !FOR_PROGRAMS.iter().any(|end| self.uri.path().ends_with(end)) {
            return match &self.current {
                Ok(current) if current.preview.is_some() => {
                    problem::of_preview(Scene { visit: self, current, day: today() }, found)
                }
                _ => problem(&self.state, UiLang(self.lang), &self.uri, found),
            };
        }
        match &self.current {
            Ok(current) if found.edition.is_none() => found.of(current).into_response(),
            _ => found.into_response(),
        }
    }

    /// Returns whether the reader asks for Markdown and not for a page: programs do.
    fn prefers_markdown(&self) -> bool {
        let accepted = self.headers.get(ACCEPT).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
        let accepts =
            |media_type: &str| accepted.split([',', ';']).any(|one| one.trim().eq_ignore_ascii_case(media_type));
        accepts("text/markdown") && !accepts("text/html")
    }

    /// Answers with what is not a function of the edition alone, and so must not be kept by anybody.
    fn answer_fresh(&self, make: impl FnOnce(Scene<'_>) -> Result<Response, Problem>) -> Response {
        self.with_edition(|current| {
            let mut response = make(Scene { visit: self, current, day: today() })?;
            response.headers_mut().insert(cache::EDITION, cache::edition_value(current));
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        })
    }

    fn with_edition(&self, answer: impl FnOnce(&Current) -> Result<Response, Problem>) -> Response {
        let outcome = self.current.as_ref().map_err(Clone::clone).and_then(answer);
        outcome.unwrap_or_else(|found| self.refusal(found))
    }
}

impl<'a> Scene<'a> {
    fn view(&self) -> &'a View {
        &self.current.view
    }

    fn words(&self) -> &'static Words {
        self.visit.lang.words()
    }

    fn shell(&self, kind: &'static str, title: impl Into<String>) -> Shell {
        Shell {
            w: self.words(),
            kind,
            title: title.into(),
            query: String::new(),
            kept: Vec::new(),
            edition: Some(self.view().revision().commit.to_string()),
            root: self.view().root().to_owned(),
            banner: Banner::of(*self),
            has_address: self.visit.state.public_url.is_some(),
            offline: self.visit.state.offline.hours > 0,
            back: back_of(self.view().root(), &self.visit.uri),
        }
    }
}

/// What the frame around every page shows.
#[derive(Debug)]
struct Shell {
    /// The words of the reader's language.
    w: &'static Words,
    /// The kind of page, as a class of `body`.
    kind: &'static str,
    /// The title of the window; empty for the name of the product alone.
    title: String,
    /// What stands in the search field.
    query: String,
    /// What a search from here is narrowed by: names and values of parameters.
    kept: Vec<(&'static str, String)>,
    /// The commit this page was made from; none before the first edition.
    edition: Option<String>,
    /// What the addresses of a preview begin with; empty elsewhere.
    root: String,
    /// What is said of a preview.
    banner: Option<Banner>,
    /// Whether the server knows where it is reached, so that browsers can be offered to search here.
    has_address: bool,
    /// Whether devices may keep what they are given.
    offline: bool,
    /// The address of this page as a value of a query, for the way back from a change of language.
    back: String,
}

/// Something about the looks that a reader may choose.
struct Look {
    name: &'static str,
    title: &'static str,
    /// Values and what they are called; the first is the usual one.
    choices: Vec<(&'static str, &'static str)>,
}

impl Shell {
    fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// Returns what a reader may choose about the looks.
    fn looks(&self) -> [Look; 3] {
        let w = self.w;
        let themes = vec![("", w.theme_auto), ("light", w.theme_light), ("dark", w.theme_dark)];
        let densities = vec![("", w.density_comfortable), ("compact", w.density_compact)];
        let sizes = vec![("", w.size_normal), ("large", w.size_large), ("larger", w.size_larger)];
        [
            Look { name: "theme", title: w.theme, choices: themes },
            Look { name: "density", title: w.density, choices: densities },
            Look { name: "size", title: w.text_size, choices: sizes },
        ]
    }

    fn short_edition(&self) -> Option<&str> {
        self.edition.as_deref().map(|id| id.get(..7).unwrap_or(id))
    }

    fn langs(&self) -> [Lang; 2] {
        Lang::ALL
    }
}

/// Renders a template as a page.
fn html(template: &impl Template) -> Result<Response, Problem> {
    let body = template.render().map_err(unrendered)?;
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], body).into_response())
}

fn unrendered(error: askama::Error) -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", format!("cannot render the page: {error}"))
}

/// Sends the reader to where a thing is now (308).
fn moved_to(address: &str) -> Result<Response, Problem> {
    let location = HeaderValue::from_str(address)
        .map_err(|_| Problem::new(StatusCode::NOT_FOUND, "article_not_found", "there is no such article"))?;
    Ok((StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response())
}

/// Chooses the language of the interface and goes back to where the reader was.
async fn choose_language(visit: Visit) -> Response {
    let Ok(lang) = visit.path_below("/ui/").parse::<Lang>() else {
        let unknown = Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such language");
        return problem(&visit.state, UiLang(visit.lang), &visit.uri, unknown);
    };
    let back = visit.params.one("back").ok().flatten().filter(|back| is_local(back));
    let back = back.and_then(|back| HeaderValue::from_str(back).ok()).unwrap_or(HeaderValue::from_static("/"));
    let cookie = format!("ui={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.code());
    let cookie = HeaderValue::from_str(&cookie).expect("the code of a language is two letters");
    let headers = [(LOCATION, back), (SET_COOKIE, cookie), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Returns whether an address stays on this server: a path that browsers cannot take for another host, in plain ASCII.
fn is_local(address: &str) -> bool {
    let mut bytes = address.bytes();
    bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && address.bytes().all(|b| b.is_ascii_graphic())
}

/// Returns the path and query of an address below a root, percent-encoded so that it can be the value of a parameter.
fn back_of(root: &str, uri: &Uri) -> String {
    let address = uri.path_and_query().map_or("/", |address| address.as_str());
    address::encode(&format!("{root}{address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_addresses_are_gone_back_to() {
        for good in ["/", "/a/vozvrat#sroki", "/search?q=%D0%B2&tag=x", "/a/b//c"] {
            assert!(is_local(good), "{good} stays here");
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "a",
            "/a\r\nSet-Cookie: x",
            "/\t/evil",
            "/возврат",
        ] {
            assert!(!is_local(bad), "{bad} leaves or breaks the header");
        }
    }
}
