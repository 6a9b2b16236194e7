//! The pages, through their routes: what they show, to whom, in which language, and that nothing in them can run.

mod screen;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use otvet::article::library::{Attachment, Rules};
use otvet::article::{Article, Lexicon, Library};
use otvet::audience::{Access, AudienceSet, Audiences};
use otvet::edition::{Edition, Editions, Failure};
use otvet::git::History;
use otvet::revision::{ObjectId, Revision};
use otvet::search::{Completions, Facets, SearchQuery, SearchResults, Searcher, listed_hit};
use otvet::web::{State, pages};
use tower::ServiceExt;

use crate::support::base::TestBase;
use crate::support::repo::{START, TestRepo};

/// Finds articles whose title, tags or text hold the query as it stands: enough to fill pages.
#[derive(Debug)]
struct Plain(Arc<Library>);

impl Searcher for Plain {
    fn search_among(&self, query: &SearchQuery, access: Access, among: &dyn Fn(&Article) -> bool) -> SearchResults {
        let wanted = query.text.to_lowercase();
        let visible = self.0.articles().iter().filter(|article| article.visible_to(access));
        let matches = |article: &&Arc<Article>| {
            let text: String = article.sections.iter().flat_map(|section| [&*section.title, &section.text]).collect();
            let all = format!("{} {text}", article.title).to_lowercase();
            query.filters.pass(article)
                && among(article)
                && wanted.split(' ').any(|word| !word.is_empty() && all.contains(word))
        };
        let found: Vec<_> = visible.filter(matches).collect();
        let page = found.iter().skip(query.offset).take(query.limit);
        SearchResults {
            total: found.len(),
            searched: query.text.clone(),
            facets: query.facets.then(|| Facets::of(found.iter().map(|article| article.as_ref()))),
            hits: page.map(|article| listed_hit(article)).collect(),
            ..SearchResults::default()
        }
    }

    fn complete(&self, _text: &str, _limit: usize, _access: Access) -> Completions {
        Completions::default()
    }

    fn similar(&self, _article: &Article, _limit: usize, _access: Access) -> Vec<(f32, Arc<Article>)> {
        Vec::new()
    }

    fn beside(
        &self,
        library: &Arc<Library>,
        _progress: &dyn otvet::search::Progress,
    ) -> Result<Arc<dyn Searcher>, otvet::search::Error> {
        Ok(Arc::new(Self(library.clone())))
    }

    fn sections(&self) -> usize {
        self.0.articles().iter().map(|article| article.sections.len()).sum()
    }
}

/// A site over files that are nowhere but in this test.
struct Site {
    state: Arc<State>,
}

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Page {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("an ASCII header"))
    }
}

fn id(number: u8) -> ObjectId {
    ObjectId::from_bytes([number; 20])
}

impl Site {
    /// Opens a site for a reader of every audience.
    fn new(files: &[(&str, &str)]) -> Self {
        Self::for_reader(files, Access::reader(Audiences::default().all()))
    }

    fn for_reader(files: &[(&str, &str)], access: Access) -> Self {
        let audiences = Audiences::default();
        let default_audience = audiences.get("internal").expect("a default audience");
        let rules = Rules { audiences: audiences.clone(), default_audience };
        let parsed =
            files.iter().enumerate().filter(|(_, (path, _))| path.ends_with(".md")).map(|(number, (path, text))| {
                Arc::new(Article::parse(path, id(number as u8), text.as_bytes(), &rules))
            });
        let attached = files.iter().filter(|(path, _)| path.ends_with(".svg")).map(|(path, text)| {
            let bytes = Arc::from(text.as_bytes());
            ((*path).to_owned(), Attachment { blob: id(99), bytes, media_type: "image/svg+xml" })
        });
        let revision = Revision { commit: id(0xab), tree: id(0xcd) };
        let library = Library::new(
            revision,
            parsed.collect(),
            attached.collect(),
            files.iter().map(|(path, _)| (*path).to_owned()).filter(|path| !path.ends_with(".md")).collect(),
            Lexicon::default(),
            Vec::new(),
        );
        let library = Arc::new(library);
        let editions = Arc::new(Editions::default());
        let edition = Edition {
            revision,
            branch: Some("main".to_owned()),
            committed_at: Timestamp::UNIX_EPOCH,
            audiences,
            default_audience,
            searcher: Arc::new(Plain(library.clone())),
            library,
            history: Arc::new(History::default()),
            removed: Default::default(),
            catalogues: Default::default(),
        };
        editions.publish(edition, Vec::new());
        Self { state: Arc::new(State::new(editions, access)) }
    }

    async fn get(&self, address: &str) -> Page {
        self.get_with(address, &[]).await
    }

    async fn get_with(&self, address: &str, headers: &[(header::HeaderName, &str)]) -> Page {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Body::empty()).expect("a good request");
        let routes = pages::routes().with_state(self.state.clone());
        let response = routes.oneshot(request).await.expect("a router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        // Images are no text; pages are.
        let media_type = parts.headers.get(header::CONTENT_TYPE);
        let is_text = !media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"image/png"));
        let body = if is_text { String::from_utf8(bytes.to_vec()).expect("pages are UTF-8") } else { String::new() };
        Page { status: parts.status, headers: parts.headers, body }
    }
}

const RETURN: &str = "---
title: Возврат товара
slug: vozvrat
tags: [возврат]
questions: [Можно вернуть?]
audience: [public, operators]
owner: petrova
verified: {by: petrova, on: 2020-01-02}
review: {every: 30d}
redirect_from: [old/vozvrat]
related: [obmen]
---
> [!ANSWER]
> Вернуть можно за **14 дней**.

> [!ANSWER email]
> Здравствуйте! Вернуть можно за 14 дней.

## Условия

Подробности у [[obmen]]. ![Схема](scheme.svg)

> [!INTERNAL]
> Лимит 500 рублей.

## Сроки

Быстро.

## Куда нести

В магазин.
";

const EXCHANGE: &str = "---
title: Обмен товара
slug: obmen
tags: [обмен, возврат]
audience: [operators]
---
Обменяем за 14 дней.
";

const ENGLISH: &str = "---
title: Returns
slug: en-returns
tags: [returns]
audience: [public]
lang: en
---
> [!ANSWER]
> You have 14 days.

## Where

In any shop.
";

fn files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("en/returns.md", ENGLISH),
        ("obmen.md", EXCHANGE),
        ("vozvraty/scheme.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("vozvraty/vozvrat.md", RETURN),
    ]
}

/// Every kind of page that a site of [`files`] has.
const PAGES: [&str; 16] = [
    "/",
    "/search",
    "/search?q=14",
    "/search?q=14&part=results",
    "/search?q=nothing-like-it",
    "/search?tag=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82",
    "/a/vozvrat",
    "/a/obmen",
    "/a/nowhere",
    "/browse",
    "/browse/vozvraty",
    "/changes",
    "/history/vozvrat",
    "/status",
    "/panel",
    "/panel?q=14",
];

/// Returns the values of an attribute in a page.
fn attributes(body: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let values = body.split(&start).skip(1).filter_map(|rest| rest.split_once('"'));
    values.map(|(value, _)| value.replace("&#38;", "&").replace("&amp;", "&")).collect()
}

#[tokio::test]
async fn nothing_in_a_page_needs_a_weaker_policy() {
    let site = Site::new(&files());
    for address in PAGES {
        let body = site.get(address).await.body.to_lowercase();
        for forbidden in ["<style", " style=", "javascript:", "http-equiv"] {
            assert!(!body.contains(forbidden), "{address} has {forbidden}");
        }
        for script in body.split("<script").skip(1) {
            let tag = script.strip_prefix(" type=\"module\"").unwrap_or(script);
            assert!(tag.starts_with(" src=\"/assets/"), "{address} has a script of its own");
            assert!(script.contains("></script>"), "{address} has a script of its own");
        }
        for tag in body.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
            let handler = tag.split(' ').any(|part| part.starts_with("on") && part.contains('='));
            assert!(!handler, "{address} has an event handler in <{tag}>");
        }
    }
}

#[tokio::test]
async fn every_local_link_leads_somewhere() {
    let site = Site::new(&files());
    let mut known: BTreeSet<String> = PAGES.map(str::to_owned).into();
    let mut open: Vec<String> = known.iter().cloned().collect();
    while let Some(address) = open.pop() {
        let page = site.get(&address).await;
        let redirect = page.status.is_redirection();
        assert!(redirect || page.status.is_success() || address == "/a/nowhere", "{address}: {}", page.status);
        if !page.header(header::CONTENT_TYPE).starts_with("text/html") {
            continue;
        }
        for link in ["href", "src", "action"].into_iter().flat_map(|name| attributes(&page.body, name)) {
            assert!(!link.contains("//"), "{address} has the absolute address {link}");
            let target = link.split('#').next().unwrap_or_default();
            if target.starts_with('/') && !target.starts_with("/ui/") && known.insert(target.to_owned()) {
                open.push(target.to_owned());
            }
        }
    }
}

#[tokio::test]
async fn pages_speak_the_language_that_was_chosen() {
    let site = Site::for_reader(&[("en/returns.md", ENGLISH)], Access::reader(AudienceSet::PUBLIC));
    for address in ["/", "/search?q=days", "/search?q=zzz", "/a/en-returns", "/a/zzz", "/browse", "/changes", "/status"]
    {
        let russian = site.get_with(address, &[(header::ACCEPT_LANGUAGE, "ru-RU,ru;q=0.9,en;q=0.5")]).await.body;
        assert!(russian.contains("<html lang=\"ru\"") && russian.contains(">Каталог<"), "{address}");
        let chosen = [(header::ACCEPT_LANGUAGE, "ru"), (header::COOKIE, "a=b; ui=en")];
        let english = site.get_with(address, &chosen).await.body;
        assert!(english.contains("<html lang=\"en\""), "{address}");
        let left = english.replace(">Русский<", "><");
        let cyrillic: String = left.chars().filter(|c| ('\u{400}'..='\u{4ff}').contains(c)).collect();
        assert_eq!(cyrillic, "", "{address} is not wholly English");
    }
}

#[tokio::test]
async fn what_was_written_is_never_taken_for_markup() {
    let evil = "---\ntitle: \"<script>alert(1)</script>\"\nslug: evil\ntags: [\"<b>t\\\"\"]\nowner: \"<i>o\"\n\
                summary: \"<u>s</u>\"\nquestions: [\"<em>q</em>\"]\naudience: [public, operators]\nverified: {by: \"<i>v\", on: 2026-01-01}\n---\n\
                > [!ANSWER]\n> \"Yes\" & `<no>` <script>alert(2)</script>\n";
    let site = Site::new(&[("a & b/<x>.md", evil), ("b.md", EXCHANGE)]);
    let attack = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let addresses = [
        "/".to_owned(),
        "/a/evil".to_owned(),
        "/search?q=yes".to_owned(),
        "/browse".to_owned(),
        "/browse/a%20%26%20b".to_owned(),
        "/browse?tag=%3Cb%3Et%22".to_owned(),
        "/status".to_owned(),
        format!("/search?q={attack}"),
        format!("/search?tag={attack}&type={attack}&lang={attack}&under={attack}"),
        format!("/changes?since={attack}"),
        format!("/browse?tag={attack}"),
        format!("/browse/{attack}"),
        format!("/a/{attack}"),
        format!("/history/{attack}?from={attack}"),
        format!("/files/{attack}"),
    ];
    for address in addresses {
        let body = site.get(&address).await.body;
        for markup in ["<script>", "<b>t", "<i>", "<u>", "<em>", "\"><script"] {
            assert!(!body.contains(markup), "{address} has {markup}");
        }
        assert!(body.contains("</html>"), "{address} is a page");
    }
}

#[tokio::test]
async fn address_without_an_article_offers_similar_ones() {
    let site = Site::new(&files());
    let page = site.get("/a/%D0%BE%D0%B1%D0%BC%D0%B5%D0%BD-%D0%B2%D0%B5%D1%89%D0%B8").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("<a href=\"/a/obmen\">Обмен товара</a>"), "{}", page.body);
    assert!(page.body.contains("role=\"search\""));
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
}

#[tokio::test]
async fn search_is_complete_without_scripts() {
    let site = Site::new(&files());
    let page = site.get("/search?q=14").await.body;
    for needed in [
        "action=\"/search\"",
        "name=\"q\" type=\"search\" value=\"14\"",
        "Вернуть можно за <strong>14 дней</strong>.",
        "data-text=\"Вернуть можно за 14 дней.\"",
        "Здравствуйте! Вернуть можно за 14 дней.",
        "href=\"/a/vozvrat\"",
        "Проверка просрочена",
        "3\u{a0}результата",
    ] {
        assert!(page.contains(needed), "{needed} is missing in {page}");
    }
    assert!(!page.contains("Лимит 500"), "an internal note stands in the results");
}

#[tokio::test]
async fn part_of_a_page_is_what_the_page_has_inside() {
    let site = Site::new(&files());
    let whole = site.get("/search?q=14").await.body;
    let part = site.get("/search?q=14&part=results").await.body;
    assert!(whole.contains(part.trim()));
    assert!(!part.contains("<html"));
}

#[tokio::test]
async fn long_lists_have_pages() {
    let files: Vec<_> =
        (0..23).map(|n| (format!("n/{n:02}.md"), format!("---\ntitle: Слово {n:02}\n---\nслово\n"))).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let site = Site::new(&files);
    let word = "%D1%81%D0%BB%D0%BE%D0%B2%D0%BE";
    let second = site.get(&format!("/search?q={word}&offset=10")).await.body;
    assert!(second.contains("11–20 из\u{a0}23"));
    let links = attributes(&second, "href");
    assert!(links.contains(&format!("/search?q={word}")), "{links:?}");
    assert!(links.contains(&format!("/search?q={word}&offset=20")), "{links:?}");
    for bad in ["-1", "x", "1001", "99999999999999999999"] {
        assert_eq!(site.get(&format!("/search?q=a&offset={bad}")).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn filters_can_be_removed_one_by_one() {
    let site = Site::new(&files());
    let page = site.get("/search?q=14&tag=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82&lang=ru").await.body;
    let links = attributes(&page, "href");
    assert!(links.contains(&"/search?q=14&lang=ru".to_owned()), "{links:?}");
    assert!(links.contains(&"/search?q=14&tag=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82".to_owned()), "{links:?}");
}

#[tokio::test]
async fn search_offers_filters_that_narrow_with_their_counts() {
    let site = Site::new(&files());
    let page = site.get("/search?q=14").await.body;
    let links = attributes(&page, "href");
    assert!(links.contains(&"/search?q=14&lang=en".to_owned()), "{links:?}");
    assert!(page.contains("английский <small>1</small>"), "{page}");
    assert!(!links.contains(&"/search?q=14&status=current".to_owned()), "all results are current: no choice");
    let narrowed = site.get("/search?q=14&lang=en").await.body;
    assert!(narrowed.contains("Убрать отбор: язык английский"));
    assert!(narrowed.contains("<input type=\"hidden\" name=\"lang\" value=\"en\">"), "a new query keeps the filter");
    let listed = site.get("/search?lang=en&lang=ru").await.body;
    assert!(attributes(&listed, "href").contains(&"/search?lang=en".to_owned()), "a list without a query, too");
    assert_eq!(site.get("/search?changed_since=never").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn internal_notes_are_shown_to_staff_alone() {
    let staff = Site::new(&files());
    let page = staff.get("/a/vozvrat").await.body;
    assert!(page.contains("Лимит 500 рублей.") && page.contains("Внутреннее, не копируется"), "{page}");
    assert!(staff.get("/a/vozvrat.md").await.body.contains("Лимит 500"));
    let public = Site::for_reader(&files(), Access::reader(AudienceSet::PUBLIC));
    for address in ["/a/vozvrat", "/a/vozvrat.md", "/search?q=14", "/history/vozvrat", "/status", "/changes"] {
        let body = public.get(address).await.body;
        assert!(!body.contains("Лимит"), "{address} tells an internal note");
        assert!(!body.contains("petrova"), "{address} names staff");
    }
    assert_eq!(public.get("/a/obmen").await.status, StatusCode::NOT_FOUND);
    assert!(!public.get("/a/vozvrat").await.body.contains("Обмен товара"), "a hidden article is named");
}

#[tokio::test]
async fn answer_stands_on_the_page_once() {
    let site = Site::new(&files());
    let said = |body: &str| body.matches("Вернуть можно за <strong>14 дней</strong>.").count();
    assert_eq!(said(&site.get("/a/vozvrat").await.body), 1);
    let plain = site.get("/a/obmen").await.body;
    assert_eq!(plain.matches("<p>Обменяем за 14 дней.</p>").count(), 1, "{plain}");
    assert!(plain.contains("data-copy=\"answer\""));
}

#[tokio::test]
async fn former_address_leads_to_the_new_one() {
    let site = Site::new(&files());
    let page = site.get("/a/old/vozvrat").await;
    assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, "/a/vozvrat"));
    let source = site.get("/a/old/vozvrat.md").await;
    assert_eq!((source.status, source.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, "/a/vozvrat.md"));
}

#[tokio::test]
async fn attachment_cannot_run() {
    let site = Site::new(&files());
    let file = site.get("/files/vozvraty/scheme.svg").await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header(header::CONTENT_TYPE), "image/svg+xml");
    assert!(file.header(header::CONTENT_SECURITY_POLICY).starts_with("sandbox; default-src 'none'"));
    assert_eq!(file.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let again =
        site.get_with("/files/vozvraty/scheme.svg", &[(header::IF_NONE_MATCH, file.header(header::ETAG))]).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(site.get("/files/vozvraty/vozvrat.md").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn page_that_the_reader_has_is_not_sent_again() {
    let site = Site::new(&files());
    let first = site.get("/a/vozvrat").await;
    let again = site.get_with("/a/vozvrat", &[(header::IF_NONE_MATCH, first.header(header::ETAG))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let english = [(header::IF_NONE_MATCH, first.header(header::ETAG)), (header::COOKIE, "ui=en")];
    assert_eq!(site.get_with("/a/vozvrat", &english).await.status, StatusCode::OK);
}

#[tokio::test]
async fn choice_of_language_comes_back_only_to_this_server() {
    let site = Site::new(&files());
    let chosen = site.get("/ui/en?back=%2Fsearch%3Fq%3D14").await;
    assert_eq!((chosen.status, chosen.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/search?q=14"));
    assert_eq!(chosen.header(header::SET_COOKIE), "ui=en; Path=/; Max-Age=31536000; SameSite=Lax");
    for bad in [
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "https%3A%2F%2Fevil.example",
        "%2F%0d%0aX: 1",
        "%2F%09%2Fevil.example",
    ] {
        let bad = bad.replace(' ', "%20");
        assert_eq!(site.get(&format!("/ui/ru?back={bad}")).await.header(header::LOCATION), "/", "{bad}");
    }
    assert_eq!(site.get("/ui/de").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn failed_publish_is_told_at_once() {
    let site = Site::new(&files());
    let before = site.get("/status").await;
    assert_eq!(before.header(header::CACHE_CONTROL), "no-store");
    assert!(!before.body.contains("role=\"alert\""));
    let failure = Failure { at: Timestamp::UNIX_EPOCH, reason: "disk <full>".to_owned(), commit: Some(id(7)) };
    site.state.editions.failed(failure);
    let after = site.get("/status").await.body;
    assert!(
        after.contains("role=\"alert\"") && after.contains("0707070") && after.contains("disk &#60;full&#62;"),
        "{after}"
    );
}

#[tokio::test]
async fn page_waits_while_there_is_no_edition() {
    let state = State::new(Arc::new(Editions::default()), Access::reader(AudienceSet::PUBLIC));
    let site = Site { state: Arc::new(state) };
    for address in ["/", "/search?q=a", "/a/b", "/browse", "/changes", "/history/a", "/status", "/files/a"] {
        let page = site.get(address).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{address}");
        assert!(page.body.contains("data-retry") && page.body.contains("База готовится"), "{address}");
    }
}

#[tokio::test]
async fn colleagues_are_told_why_there_is_no_edition() {
    for (access, told) in [(Access::editor(), true), (Access::reader(AudienceSet::PUBLIC), false)] {
        let site = Site { state: Arc::new(State::new(Arc::new(Editions::default()), access)) };
        let reason = "`/srv/kb.git` has no commit yet".to_owned();
        site.state.editions.failed(Failure { at: Timestamp::UNIX_EPOCH, reason, commit: None });
        let page = site.get("/").await.body;
        assert_eq!(page.contains("has no commit yet"), told, "{page}");
    }
}

#[tokio::test]
async fn every_page_names_its_edition() {
    let site = Site::new(&files());
    let commit = id(0xab).to_string();
    let mut missing = String::new();
    for address in PAGES {
        let page = site.get(address).await;
        let shown = page.body.contains(&format!("data-edition=\"{commit}\"")) || address.contains("part=");
        if page.headers.get("otvet-edition").is_none_or(|value| value != commit.as_str()) || !shown {
            writeln!(missing, "{address}").expect("a string takes all");
        }
    }
    assert_eq!(missing, "");
}

#[tokio::test]
async fn odd_addresses_are_answered_with_pages() {
    let site = Site::new(&files());
    let long = format!("/search?q={}", "%D1%8F".repeat(2000));
    for address in [
        "/a/%FF",
        "/a/%2e%2e/x",
        "/a/..%2f",
        "/browse/%00",
        "/files/%2e%2e%2fCargo.toml",
        "/search?q=%FF&tag=%",
        &long,
        "/a/vozvrat/",
        "/browse/vozvraty/",
        "/search?q=((((&type=&tag=",
        "/changes?since=%00",
        "/history/vozvrat?from=zzz",
        "/history/vozvrat?page=0",
        "/a/vozvrat?revision=HEAD",
    ] {
        let page = site.get(address).await;
        assert!(!page.status.is_server_error(), "{address}: {}", page.status);
        assert!(page.status.is_redirection() || page.body.contains("</html>"), "{address}: {}", page.body);
    }
}

/// A repository with an article that was written on one day and changed three days later.
fn changed_article() -> (TestRepo, ObjectId) {
    const DAY: i64 = 24 * 3600;
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", "---\ntitle: Срок\nslug: srok\naudience: [public, operators]\n---\nСрок — 3 дня.\n");
    repo.write("kb/b.md", "---\ntitle: Другое\n---\nТекст.\n").commit_at("первые статьи", START);
    repo.write("kb/a.md", "---\ntitle: Срок\nslug: srok\naudience: [public, operators]\n---\nСрок — 5 дней.\n");
    let changed = repo.commit_at("срок <теперь> 5 дней", START + 3 * DAY);
    (repo, changed)
}

#[test]
fn changes_are_told_by_day_with_what_happened_on_it() {
    let (repo, changed) = changed_article();
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    let page = base.get("/changes").body;
    let days: Vec<&str> = page.split("<section class=\"day\">").skip(1).collect();
    let [last, first] = days.as_slice() else { panic!("two days are expected: {page}") };
    assert!(last.contains(">изменена<") && last.contains("срок &#60;теперь&#62; 5 дней") && !last.contains("Другое"));
    assert!(last.contains(&changed.short()) && first.contains(">новая<") && first.contains("Другое"), "{page}");
    let since = base.get(&format!("/changes?since={changed}")).body;
    assert!(!since.contains("class=\"day\"") && since.contains("ничего не менялось"), "{since}");
}
