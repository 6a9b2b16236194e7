//! Previews: branches and commits below `/~…`, as they would be if they were live; who may look, what leads where, what cannot
//! be asked for.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use git2::Oid;
use otvet::event::Asked;
use otvet::web::State;

use crate::api::site::{Reply, Site, get, member, public, staff};

const DELIVERY: &str =
    "---\ntitle: Доставка\nslug: dostavka\naudience: [public, operators]\n---\nПривезём за 3 дня. См. [[возврат]].\n";
const RETURNS: &str =
    "---\ntitle: Возврат\nslug: возврат\naudience: [public, operators]\n---\n14 дней. ![План](plan.png)\n";
const SECRET: &str = "---\ntitle: Компенсации\nslug: kompensacii\naudience: [internal]\n---\nДо 500 рублей.\n";

/// A live base, and a branch on which an article changed, one is new and one is for others.
fn branched(branch: &str) -> (Site, String, String) {
    let files = [("dostavka.md", DELIVERY), ("vozvrat.md", RETURNS), ("kompensacii.md", SECRET), ("plan.png", "PNG")];
    let mut site = Site::of(staff(), &files);
    let live = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    site.repo.author("Игорь Смирнов");
    site.repo.write("dostavka.md", DELIVERY.replace("3 дня", "2 дня"));
    site.repo.write(
        "novoe.md",
        "---\ntitle: Примерка\naudience: [public, operators]\n---\nПримерка бесплатна. См. [[dostavka]].\n",
    );
    let draft = site.repo.commit("быстрее").to_string();
    point(&site, branch, &draft);
    point(&site, "main", &live);
    site.look().expect("the live branch can be published");
    (site, live, draft)
}

fn point(site: &Site, branch: &str, commit: &str) {
    let commit = Oid::from_str(commit).expect("an id");
    site.repo.git2().reference(&format!("refs/heads/{branch}"), commit, true, "test").expect("a branch");
}

fn code(reply: &Reply) -> (StatusCode, String) {
    (reply.status, reply.json()["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn branch_is_shown_as_if_it_were_live_and_links_stay_in_it() {
    let (site, live, draft) = branched("feature/сроки");
    let root = "/~feature/%D1%81%D1%80%D0%BE%D0%BA%D0%B8";
    for root in
        [root.to_owned(), root.replace("feature/", "feature%2F"), format!("/~{draft}"), format!("/~{}", &draft[..7])]
    {
        let page = site.get(&format!("{root}/a/dostavka")).await;
        assert_eq!(page.header("otvet-edition"), draft);
        assert_eq!(page.header("x-robots-tag"), "noindex, nofollow");
        assert!(page.header("cache-control").contains("private"), "{:?}", page.headers);
        assert!(page.text().contains("за 2 дня"), "{}", page.text());
    }
    let page = site.get(&format!("{root}/a/dostavka")).await.text();
    for expected in [
        "Предпросмотр ветки «feature/сроки»: не опубликовано. Правка ".to_owned(),
        "Игорь Смирнов".to_owned(),
        format!("data-preview=\"{root}\""),
        format!("href=\"{root}/a/%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82\""),
        format!("action=\"{root}/search\""),
        "<a data-live href=\"/a/dostavka\">".to_owned(),
    ] {
        assert!(page.contains(&expected), "lacks {expected}: {page}");
    }
    assert!(!page.contains("data-edition=") && !page.contains("action=\"/feedback\""), "{page}");
    let outside: Vec<&str> = page.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let leads_out = |link: &&str| {
        !link.starts_with('~')
            && !["assets/", "ui/", "icons/", "manifest", "changes.atom", "a/dostavka"]
                .iter()
                .any(|known| link.starts_with(known))
    };
    assert_eq!(outside.into_iter().filter(leads_out).collect::<Vec<_>>(), Vec::<&str>::new());
    assert!(site.get(&format!("{root}/files/plan.png")).await.status.is_success());
    assert!(site.get("/a/dostavka").await.text().contains("за 3 дня"));
    assert_eq!(site.get("/api/v1/edition").await.header("otvet-edition"), live);
}

#[tokio::test]
async fn api_of_a_preview_searches_what_it_shows() {
    let (site, _, draft) = branched("draft");
    let found = site.get("/~draft/api/v1/search?q=%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80%D0%BA%D0%B0").await;
    let body = found.json();
    assert_eq!(body["edition"], draft);
    assert_eq!(body["hits"][0]["url"], "/~draft/a/novoe");
    assert_eq!(site.get("/api/v1/search?q=%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80%D0%BA%D0%B0").await.json()["total"], 0);
    let article = site.get("/~draft/api/v1/articles/novoe").await.json();
    assert!(article["html"].as_str().expect("a page").contains("href=\"/~draft/a/dostavka\""), "{article}");
    let list = site.get("/~draft/api/v1/articles?limit=1").await;
    assert!(list.header("link").starts_with("</~draft/api/v1/articles?"), "{}", list.header("link"));
    let etag = found.header("etag").to_owned();
    let again = site
        .get_with(
            "/~draft/api/v1/search?q=%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80%D0%BA%D0%B0",
            &[("if-none-match", &etag)],
        )
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let by_commit =
        site.get(&format!("/~{draft}/api/v1/search?q=%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80%D0%BA%D0%B0")).await;
    assert_ne!(by_commit.header("etag"), etag, "its addresses are others");
    let nothing = site.get("/~draft/api/v1/articles/nothing").await;
    assert_eq!(code(&nothing), (StatusCode::NOT_FOUND, "article_not_found".into()));
    let length = nothing.headers.get("content-length").map(|length| length.to_str().expect("digits").to_owned());
    assert!(length.is_none_or(|length| length == nothing.body.len().to_string()), "{:?}", nothing.headers);
}

#[tokio::test]
async fn preview_hides_what_the_live_base_would_hide_and_is_not_for_the_public() {
    let (site, _, draft) = branched("draft");
    let operator = site.seen_by(member("operators"));
    assert!(get(&operator, "/~draft/a/dostavka").await.status.is_success());
    assert_eq!(get(&operator, "/~draft/a/kompensacii").await.status, StatusCode::NOT_FOUND);
    let outside = site.seen_by(public());
    let unknown = get(&outside, "/~no-such-branch/").await;
    for address in ["/~draft/".to_owned(), "/~draft/a/dostavka".to_owned(), format!("/~{draft}/api/v1/search?q=a")] {
        let reply = get(&outside, &address).await;
        assert_eq!(code(&reply), code(&unknown), "{address}");
    }
}

#[tokio::test]
async fn only_what_a_branch_leads_to_can_be_seen() {
    let (mut site, live, draft) = branched("draft");
    site.repo.git2().find_reference("refs/heads/draft").expect("a branch").delete().expect("it is gone");
    assert_eq!(code(&site.get(&format!("/~{draft}/")).await), (StatusCode::NOT_FOUND, "preview_not_found".into()));
    site.repo.git2().reference("refs/tags/draft", Oid::from_str(&draft).expect("an id"), true, "test").expect("a tag");
    assert_eq!(site.get(&format!("/~{draft}/")).await.status, StatusCode::NOT_FOUND, "a tag is no branch");
    assert!(site.get(&format!("/~{}/a/dostavka", &live[..9])).await.text().contains("она и опубликована"));
    point(&site, "main", &draft);
    site.look().expect("it can be published");
    let former = site.get(&format!("/~{live}/a/dostavka")).await.text();
    assert!(former.contains("Так база выглядела раньше") && former.contains("за 3 дня"), "{former}");
}

#[tokio::test]
async fn what_names_no_branch_and_no_commit_is_said_to_be_none() {
    let (site, live, _) = branched("draft");
    let bad = [
        "/~/",
        "/~",
        "/~..%2F..%2Fetc/",
        "/~@%7B-1%7D/",
        "/~refs/heads/draft/",
        "/~HEAD/",
        "/~-x/",
        "/~--output=x/",
        "/~draft..main/",
        "/~draft%5E/",
        "/~abc/",
        "/~0123456789abcdef/",
        "/~origin/main/",
        "/~%00/",
        "/~main%0Ax/",
        "/~%FF/",
        "/~draft.lock/",
        "/~draftt/",
    ];
    for address in bad {
        let reply = site.get(address).await;
        assert_eq!(code(&reply), (StatusCode::NOT_FOUND, "preview_not_found".into()), "{address}");
    }
    let moved = site.get("/~draft?x=1").await;
    assert_eq!((moved.status, moved.header("location")), (StatusCode::PERMANENT_REDIRECT, "/~draft/?x=1"));
    assert_eq!(site.ask(Method::POST, "/~draft/feedback").await.status, StatusCode::METHOD_NOT_ALLOWED);
    for none in
        ["/~draft/api/v1/offline", "/~draft/api/v1/events", "/~draft/sw.js", "/~draft/changes.atom", "/~draft/metrics"]
    {
        assert_eq!(site.get(none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
    let head = site.ask(Method::HEAD, "/~draft/a/dostavka").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    let page = site.get_with("/~nowhere/", &[("accept", "text/html")]).await;
    assert!(page.status == StatusCode::NOT_FOUND && page.text().contains("<!doctype html>"));
    assert_eq!(site.get("/api/v1/edition").await.header("otvet-edition"), live);
}

#[tokio::test]
async fn redirects_and_suggestions_lead_into_the_preview() {
    let (mut site, ..) = branched("draft");
    site.repo.write(
        "novoe.md",
        "---\ntitle: Примерка\nslug: primerka\nredirect_from: [novoe]\naudience: [public]\n---\nДа.\n",
    );
    let next = site.repo.commit("имя").to_string();
    point(&site, "draft", &next);
    let moved = site.get("/~draft/a/novoe").await;
    assert_eq!((moved.status, moved.header("location")), (StatusCode::PERMANENT_REDIRECT, "/~draft/a/primerka"));
    let missing = site.get("/~draft/api/v1/articles/primerke").await.json();
    assert_eq!(missing["suggestions"][0]["url"], "/~draft/a/primerka", "{missing}");
}

#[tokio::test]
async fn what_would_be_said_differently_is_told_to_each_reader() {
    let (mut site, live, _) = branched("draft");
    site.repo.write("kompensacii.md", SECRET.replace("500", "700"));
    site.repo.write("_tests/a.yml", "- question: примерка\n  first: novoe\n- question: доставка\n  first: dostavka\n");
    let draft = site.repo.commit("ещё").to_string();
    point(&site, "draft", &draft);
    point(&site, "main", &live);
    let page = site.get("/~draft/difference").await.text();
    for expected in [
        "новых: 1, изменено: 2",
        "Привезём за <del class=\"was\" data-label=\"убрано\">3</del><ins class=\"now\" data-label=\"добавлено\">2</ins> дня.",
        "<a href=\"/~draft/a/novoe\" lang=\"ru\">Примерка</a>",
        "<s>ничего не найдено</s> → <a href=\"/~draft/a/novoe\">Примерка</a>",
        "Вопросов из проверок и от читателей: 2, по-другому: 1.",
    ] {
        assert!(page.contains(expected), "lacks {expected}: {page}");
    }
    let told = site.get("/~draft/api/v1/difference").await.json();
    let kinds: Vec<_> =
        told["articles"].as_array().expect("a list").iter().map(|one| (&one["kind"], &one["article"]["url"])).collect();
    assert_eq!(
        format!("{kinds:?}"),
        r#"[(String("changed"), String("/~draft/a/dostavka")), (String("changed"), String("/~draft/a/kompensacii")), (String("added"), String("/~draft/a/novoe"))]"#
    );
    assert_eq!(told["questions"]["differing"][0]["first"]["slug"], "novoe");
    assert_eq!((&told["live"], &told["branch"], &told["total"]), (&live.as_str().into(), &"draft".into(), &3.into()));

    let operator = site.seen_by(member("operators"));
    let told = get(&operator, "/~draft/api/v1/difference").await.json();
    assert_eq!((&told["total"], &told["questions"]), (&2.into(), &serde_json::Value::Null), "{told}");
    let page = get(&operator, "/~draft/difference").await.text();
    assert!(!page.contains("Компенсации") && !page.contains("примерка</b>"), "{page}");
    assert_eq!(site.get("/difference").await.status, StatusCode::NOT_FOUND, "the live base differs from nothing");
    let nothing = site.get(&format!("/~{live}/difference")).await.text();
    assert!(nothing.contains("Для вас ничего не изменится"), "{nothing}");
}

#[tokio::test]
async fn questions_that_readers_ask_are_counted_on_the_live_base_alone() {
    let (site, ..) = branched("draft");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("asked.tsv");
    std::fs::write(&file, "7\tпримерка\n").expect("a file");
    let asked = std::sync::Arc::new(Asked::at(file));
    let state = std::sync::Arc::new(State {
        asked: Some(asked.clone()),
        previews: site.state.previews.clone(),
        repository: Some(site.repo.content("")),
        ..State::new(site.state.editions.clone(), staff())
    });
    let page = get(&state, "/~draft/difference").await.text();
    assert!(page.contains("<b dir=\"auto\">примерка</b>") && page.contains("от читателей: 1, по-другому: 1"), "{page}");
    for address in ["/search?q=one", "/~draft/search?q=two", "/api/v1/search?q=three", "/~draft/api/v1/search?q=four"] {
        assert!(get(&state, address).await.status.is_success(), "{address}");
    }
    assert_eq!(asked.waiting(), ["one", "three"]);
}

/// A base whose only article was published with these texts, and the commits.
fn published(texts: &[&str]) -> (Site, Vec<String>) {
    let article = |text: &str| format!("---\ntitle: Сроки\nslug: sroki\naudience: [public, operators]\n---\n{text}\n");
    let mut site = Site::of(staff(), &[("other.md", "# Другое\n")]);
    let commits = texts.iter().map(|text| site.publish(&[("sroki.md", &article(text))], text).to_string()).collect();
    (site, commits)
}

#[tokio::test]
async fn search_is_answered_as_it_was_answered_then() {
    let (site, commits) = published(&["Привезём завтра.", "Привезём послезавтра."]);
    let question = "%D0%BF%D0%BE%D1%81%D0%BB%D0%B5%D0%B7%D0%B0%D0%B2%D1%82%D1%80%D0%B0+";
    let total = |reply: Reply| reply.json()["total"].clone();
    assert_eq!(total(site.get(&format!("/api/v1/search?q={question}&exact=1")).await), 1);
    let then = site.get(&format!("/api/v1/search?q={question}&exact=1&edition={}", &commits[0][..8])).await;
    assert_eq!(
        (then.header("otvet-edition"), &then.json()["edition"]),
        (commits[0].as_str(), &commits[0].as_str().into())
    );
    assert_eq!(total(then), 0);
    let article = site.get(&format!("/api/v1/articles/sroki?edition={}", commits[0])).await.json();
    assert!(article["html"].as_str().expect("a text").contains("Привезём завтра"), "{article}");
    assert_eq!(article["url"], format!("/~{}/a/sroki", commits[0]));
    let suggested = site.get(&format!("/api/v1/suggest?q=%D1%81%D1%80%D0%BE&edition={}", commits[0])).await;
    assert_eq!(suggested.header("otvet-edition"), commits[0]);
    // Named, the live edition answers as it will when it is not live any more.
    let live = site.get(&format!("/api/v1/articles/sroki?edition={}", commits[1])).await.json();
    assert_eq!(live["url"], format!("/~{}/a/sroki", commits[1]));
    let moved = site.get(&format!("/a/sroki?x=1&edition={}", commits[0])).await;
    let to = format!("/~{}/a/sroki?x=1", commits[0]);
    assert_eq!((moved.status, moved.header("location")), (StatusCode::TEMPORARY_REDIRECT, to.as_str()));
    assert!(site.get(&to).await.text().contains("Привезём завтра"));
}

#[tokio::test]
async fn edition_that_is_not_kept_is_gone_and_says_which_are() {
    let texts: Vec<String> = (0..10).map(|number| format!("Текст {number}.")).collect();
    let (mut site, commits) = published(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let ask = |commit: &str| format!("/api/v1/search?q=a&edition={commit}");
    let gone = site.get(&ask(&commits[0])).await;
    assert_eq!(code(&gone), (StatusCode::GONE, "edition_not_kept".into()));
    let detail = gone.json()["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.contains(&format!("{} (live), {}", &commits[9][..7], &commits[8][..7])), "{detail}");
    assert!(detail.contains(&format!("/~{}/ has it made again", commits[0])), "{detail}");
    assert!(site.get(&format!("/~{}/", commits[0])).await.status.is_success());
    assert!(site.get(&ask(&commits[0])).await.status.is_success(), "now its preview is open");
    assert!(site.get(&ask(&commits[1])).await.status.is_success(), "eight are kept");
    assert_eq!(code(&site.get(&ask(&"ab".repeat(20))).await), (StatusCode::NOT_FOUND, "edition_not_found".into()));
    for bad in ["HEAD", "xyz", "-x", "abc"] {
        assert_eq!(code(&site.get(&ask(bad)).await), (StatusCode::BAD_REQUEST, "bad_parameter".into()), "{bad}");
    }
    site.repo.write("new.md", "# Новое\n");
    let draft = site.repo.commit("черновик").to_string();
    point(&site, "draft", &draft);
    point(&site, "main", &commits[9]);
    let closed = site.get(&ask(&draft)).await;
    assert_eq!(code(&closed), (StatusCode::GONE, "edition_not_kept".into()), "a preview that nobody has opened");
    assert!(closed.json()["detail"].as_str().expect("a detail").contains(&format!("/~{draft}/ has it made")));
    assert!(site.get(&format!("/~{draft}/")).await.status.is_success());
    assert!(site.get(&ask(&draft)).await.status.is_success());
    let outside = site.seen_by(public());
    assert_eq!(code(&get(&outside, &ask(&draft)).await), (StatusCode::NOT_FOUND, "edition_not_found".into()));
    assert_eq!(code(&get(&outside, &ask(&commits[8])).await), (StatusCode::NOT_FOUND, "edition_not_found".into()));
    assert_eq!(code(&get(&outside, &ask(&commits[0])).await), (StatusCode::NOT_FOUND, "edition_not_found".into()));
    assert!(get(&outside, &ask(&commits[9])).await.status.is_success(), "what is live may be named");

    site.repo.delete_branch("draft");
    point(&site, "main", &commits[7]);
    site.look().expect("it can be published");
    assert_eq!(
        code(&site.get(&ask(&commits[9])).await),
        (StatusCode::NOT_FOUND, "edition_not_found".into()),
        "it was taken back"
    );
    assert!(site.get(&ask(&commits[6])).await.status.is_success());
}

#[tokio::test]
async fn what_a_branch_removes_is_told_in_its_preview_to_whom_it_was_for() {
    let (mut site, live, draft) = branched("draft");
    point(&site, "main", &draft);
    site.repo.remove("kompensacii.md");
    site.repo.remove("novoe.md");
    let commit = site.repo.commit("меньше").to_string();
    point(&site, "draft", &commit);
    point(&site, "main", &live);
    let removed = async |reader| {
        let told = get(&site.seen_by(reader), "/~draft/api/v1/changes?since=2000-01-01").await.json();
        let told = told["changes"].as_array().expect("a list").clone().into_iter();
        told.filter(|one| one["kind"] == "removed")
            .map(|one| one["slug"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(removed(staff()).await, ["kompensacii", "novoe"]);
    assert_eq!(removed(member("operators")).await, ["novoe"]);
}

#[tokio::test]
async fn preview_that_takes_too_long_is_given_up_once_and_said_to_be() {
    let (mut site, live, draft) = branched("long");
    let state = Arc::get_mut(&mut site.state).expect("nobody else has it");
    let previews = Arc::get_mut(state.previews.as_mut().expect("previews")).expect("nobody else has them");
    previews.making = Duration::ZERO;
    for _ in 0..2 {
        let reply = site.get("/~long/a/dostavka").await;
        assert_eq!(code(&reply), (StatusCode::UNPROCESSABLE_ENTITY, "preview_failed".to_owned()));
        assert!(reply.text().contains("takes longer than is allowed"), "{}", reply.text());
    }
    // What is live needs no making, and what was given up is remembered.
    assert_eq!(site.get(&format!("/~{live}/a/dostavka")).await.status, StatusCode::OK);
    let previews = site.state.previews.as_ref().expect("previews");
    assert!(previews.all_kept().is_empty(), "{draft} is not there");
}

#[tokio::test]
async fn what_became_live_since_a_branch_began_is_not_told_as_its_own_doing() {
    let (mut site, live, draft) = branched("draft");
    point(&site, "main", &live);
    site.repo.switch("main").write("vozvrat.md", RETURNS.replace("14 дней", "15 дней"));
    site.publish(&[("ceny.md", "---\ntitle: Цены\naudience: [public]\n---\nНовые.\n")], "главная ушла вперёд");
    let told = site.get("/~draft/api/v1/difference").await.json();
    let all: Vec<_> = told["articles"].as_array().expect("a list").iter().collect();
    let slug = |one: &serde_json::Value| {
        let article = if one["article"].is_null() { &one["live"] } else { &one["article"] };
        format!("{} {}", article["slug"].as_str().expect("a slug"), one["behind"])
    };
    let slugs: Vec<String> = all.iter().map(|one| slug(one)).collect();
    assert_eq!(slugs, ["dostavka false", "novoe false", "ceny true", "возврат true"], "its own first: {told}");
    assert_eq!((&told["ahead"], &told["behind"], &told["total"]), (&1.into(), &1.into(), &4.into()));
    let page = site.get("/~draft/difference").await.text();
    for expected in ["новых: 1, изменено: 1<", "опубликовано других правок: 1", "в ветке ещё нет", "в ветке прежняя"]
    {
        assert!(page.contains(expected), "lacks {expected}: {page}");
    }
    // Joined, nothing of the live base is undone; then the branch is an earlier state.
    site.repo.write("dostavka.md", DELIVERY.replace("3 дня", "2 дня"));
    site.repo.merge(draft.parse().expect("an id"), "слияние");
    site.look().expect("it can be published");
    let page = site.get("/~draft/difference").await.text();
    for expected in ["Ветка «draft» уже опубликована", "<h1>Чем отличается от опубликованного</h1>"]
    {
        assert!(page.contains(expected), "lacks {expected}: {page}");
    }
    assert_eq!(site.get("/~draft/api/v1/difference").await.json()["ahead"], 0);
}

#[tokio::test]
async fn whoever_finds_nothing_in_a_preview_is_still_in_it() {
    let (site, _, draft) = branched("draft");
    for address in ["/~draft/a/net-takoy", "/~draft/a/dostavka?revision=0123456"] {
        let reply = site.get_with(address, &[("accept", "text/html")]).await;
        assert_eq!((reply.status, reply.header("otvet-edition")), (StatusCode::NOT_FOUND, draft.as_str()), "{address}");
        let page = reply.text();
        for expected in ["Предпросмотр ветки «draft»", "data-preview=\"/~draft\"", "action=\"/~draft/search\""]
        {
            assert!(page.contains(expected), "{address} lacks {expected}: {page}");
        }
    }
}

#[tokio::test]
async fn preview_is_not_said_to_be_published_and_tells_its_findings() {
    let (mut site, live, _) = branched("draft");
    site.repo.write("novoe.md", "---\ntitle: [\n---\nДа.\n");
    let draft = site.repo.commit("сломано").to_string();
    point(&site, "draft", &draft);
    point(&site, "main", &live);
    let told = site.get("/~draft/api/v1/edition").await.json();
    assert!(told["published_at"].is_null() && told["edition"] == draft.as_str(), "{told}");
    let page = site.get("/~draft/status").await.text();
    assert!(!page.contains("Опубликовано здесь") && !page.contains("Публикация работает"), "{page}");
    assert!(site.get("/status").await.text().contains("Публикация работает"));
    let page = site.get("/~draft/difference").await.text();
    assert!(page.contains("<a href=\"/~draft/status\">Замечания: 1\u{a0}ошибка"), "{page}");
    let operator = site.seen_by(member("operators"));
    assert!(!get(&operator, "/~draft/difference").await.text().contains("Замечания"));
}
