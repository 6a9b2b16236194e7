//! The operator screen and the panel as the server makes them: what copying needs, what is said when words are missing,
//! and who may embed it.

use axum::http::header;
use otvet::web::State;
use otvet::web::embed::Origins;

use super::*;

impl Site {
    /// Changes what the server was configured with.
    fn with(self, change: impl FnOnce(&mut State)) -> Self {
        let mut state = Arc::into_inner(self.state).expect("nobody else holds the state yet");
        change(&mut state);
        Self { state: Arc::new(state) }
    }
}

const GAPS: &str = "---\ntitle: Письмо\nslug: pismo\naudience: [operators]\n---\n> [!ANSWER]\n> {{имя}}, ждём вас.\n";

#[tokio::test]
async fn answer_names_its_source_and_marks_its_gaps() {
    let site = Site::new(&[("pismo.md", GAPS)]);
    for address in ["/search?q=%D0%B6%D0%B4%D1%91%D0%BC", "/a/pismo"] {
        let page = site.get(address).await.body;
        for needed in [
            "data-source=\"«Письмо», ред. abababa\"",
            "data-slug=\"pismo\"",
            "<span class=\"gap\">{{имя}}</span>, ждём",
            "data-text=\"{{имя}}, ждём вас.\"",
        ] {
            assert!(page.contains(needed), "{address} has no {needed}: {page}");
        }
    }
}

#[tokio::test]
async fn remembered_articles_are_told_only_to_those_who_may_see_them() {
    let address = "/recent?slug=vozvrat&slug=obmen&slug=nowhere&slug=%3Cb%3E";
    let staff = Site::new(&files()).get(address).await;
    assert_eq!(attributes(&staff.body, "href"), ["/a/vozvrat", "/a/obmen"]);
    let public = Site::for_reader(&files(), Access::reader(AudienceSet::PUBLIC)).get(address).await;
    assert_eq!(attributes(&public.body, "href"), ["/a/vozvrat"]);
    assert!(!public.body.contains("Обмен"), "{}", public.body);
    let many = (0..100).map(|number| format!("slug=s{number}&")).collect::<String>();
    assert_eq!(Site::new(&files()).get(&format!("/recent?{many}slug=vozvrat")).await.body.trim(), "");
}

#[tokio::test]
async fn configured_article_says_what_to_tell_when_nothing_is_found() {
    let nothing = "/search?q=zzz";
    let site = |slug: &str| {
        let slug = slug.to_owned();
        Site::new(&files()).with(|state| state.fallback = Some(slug))
    };
    let told = site("obmen").get(nothing).await.body;
    assert!(told.contains("Что сказать клиенту") && told.contains("Обменяем за 14 дней."), "{told}");
    assert!(!site("nowhere").get(nothing).await.body.contains("Что сказать клиенту"));
    assert!(!site("obmen").get("/search?q=14").await.body.contains("Что сказать клиенту"), "something is found");
    let public = Site::for_reader(&files(), Access::reader(AudienceSet::PUBLIC));
    let public = public.with(|state| state.fallback = Some("obmen".to_owned()));
    assert!(!public.get(nothing).await.body.contains("Обменяем"), "a hidden article is shown");
}

#[tokio::test]
async fn panel_may_be_embedded_by_configured_origins_alone() {
    let origins = Origins::parse(["https://desk.example.org"]).expect("an origin");
    let site = Site::new(&files()).with(|state| state.embed = origins);
    let policy = |page: &Page| page.header(header::CONTENT_SECURITY_POLICY).to_owned();
    // Twice: an answer that was kept has the policy, too.
    for _ in 0..2 {
        let page = site.get("/panel?q=14").await;
        assert!(policy(&page).ends_with("frame-ancestors 'self' https://desk.example.org"), "{}", policy(&page));
        assert!(page.body.contains("name=\"otvet-origins\" content=\"https://desk.example.org\""));
        assert!(page.body.contains("Вернуть можно за <strong>14 дней</strong>."));
    }
    let alone = Site::new(&files()).get("/panel").await;
    assert!(policy(&alone).ends_with("frame-ancestors 'self'"), "{}", policy(&alone));
    let demo = site.get("/panel/demo").await;
    assert!(policy(&demo).contains("frame-src 'self'; frame-ancestors 'none'"), "{}", policy(&demo));
    // Every other page says nothing of its own and so gets the policy that forbids all frames.
    assert_eq!(policy(&site.get("/").await), "");
}

#[tokio::test]
async fn element_can_be_loaded_by_pages_of_any_origin() {
    let script = Site::new(&files()).get("/widget.js").await;
    assert_eq!(script.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert!(script.header(header::CONTENT_TYPE).starts_with("text/javascript"));
    assert!(script.body.contains("otvet-search") && script.body.len() <= 4096);
}
