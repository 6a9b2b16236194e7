//! What the endpoints answer, to the letter, and to whom.

use serde_json::Value;

use super::site::{EXAMPLE, Site, get, public, staff};

/// Returns the names of an object's members, in order.
fn members(value: &Value) -> String {
    value.as_object().expect("an object").keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn slugs(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["slug"].as_str().expect("a slug")).collect()
}

#[tokio::test]
async fn search_answers_as_the_contract_says() {
    let site = Site::example(staff());
    let reply = site.get("/api/v1/search?q=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82&tag=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    assert_eq!(members(&body), "edition total query hits suggestions");
    assert_eq!(members(&body["query"]), "text searched corrections notes");
    assert_eq!(body["total"], 1);
    let hit = &body["hits"][0];
    assert_eq!(
        members(hit),
        "slug url path title title_html type breadcrumbs section snippet_html answers trust tags lang changed_at \
         revision score"
    );
    assert_eq!(hit["slug"], "vozvrat");
    assert_eq!(hit["url"], "/a/vozvrat");
    assert_eq!(hit["title_html"], "<mark>Возврат</mark> товара");
    assert_eq!(hit["breadcrumbs"], serde_json::json!(["Возвраты"]));
    assert_eq!(hit["type"], "answer");
    assert_eq!(hit["changed_at"], "2026-11-01T09:00:00Z");
    assert_eq!(hit["revision"], body["edition"]);
    assert_eq!(members(&hit["answers"][0]), "channel text html markdown");
    assert_eq!(hit["answers"][0]["channel"], Value::Null);
    assert_eq!(hit["answers"][1]["channel"], "email");
    assert!(hit["answers"][0]["html"].as_str().expect("HTML").contains("<a href=\"/a/obmen\""));
    let trust = serde_json::json!({"state": "verified", "verified_on": "2020-01-02", "verified_by": "petrova", "review_due": "2999-01-01"});
    assert_eq!(hit["trust"], trust);
    assert!(reply.header("server-timing").starts_with("search;dur="));
    assert_eq!(reply.header("otvet-edition"), body["edition"]);
}

#[tokio::test]
async fn search_without_words_lists_what_passes_the_filters_by_title() {
    let site = Site::example(staff());
    let body = site.get("/api/v1/search?q=&lang=ru&limit=2").await.json();
    assert_eq!(body["total"], 3);
    assert_eq!(slugs(&body["hits"]), ["vozvrat", "obmen"]);
    let body = site.get("/api/v1/search?lang=ru&limit=2&offset=2").await.json();
    assert_eq!(slugs(&body["hits"]), ["sekret"]);
    assert_eq!(site.get("/api/v1/search").await.json()["total"], 0);
    let under = site.get("/api/v1/search?under=/%D0%92%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82%D1%8B/").await.json();
    assert_eq!(slugs(&under["hits"]), ["vozvrat"]);
    let any_of_both = site
        .get("/api/v1/search?tag=%D0%BE%D0%B1%D0%BC%D0%B5%D0%BD&tag=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82")
        .await
        .json();
    assert_eq!(any_of_both["total"], 2);
}

#[tokio::test]
async fn query_that_is_too_long_for_a_question_is_cut_and_said_so() {
    let site = Site::example(staff());
    let body = site.get(&format!("/api/v1/search?q={}", "a".repeat(300))).await.json();
    assert_eq!(body["query"]["notes"], serde_json::json!(["only the first 256 characters were searched"]));
    assert_eq!(body["query"]["text"].as_str().expect("a text").len(), 256);
}

#[tokio::test]
async fn suggestions_are_titles_and_questions_with_their_articles() {
    let site = Site::example(staff());
    let reply = site.get("/api/v1/suggest?q=%D0%B2%D0%BE%D0%B7%D0%B2").await;
    let body = reply.json();
    assert_eq!(members(&body), "edition text searched corrections suggestions words");
    assert_eq!((&body["searched"], &body["words"]), (&"возв".into(), &serde_json::json!(["возврат"])));
    let first = &body["suggestions"][0];
    assert_eq!(members(first), "text html kind slug title url");
    assert_eq!((&first["slug"], &first["kind"]), (&"vozvrat".into(), &"title".into()));
    assert!(reply.header("server-timing").starts_with("search;dur="));
    let body = site.get("/api/v1/suggest?q=djpd").await.json();
    assert_eq!(body["corrections"], serde_json::json!([{"kind": "layout", "from": "djpd", "to": "возв"}]));
    assert_eq!(body["suggestions"][0]["html"], "<mark>Возврат</mark> товара");
    assert_eq!(site.get("/api/v1/suggest").await.json()["suggestions"], serde_json::json!([]));
}

#[tokio::test]
async fn article_answers_as_the_contract_says() {
    let site = Site::example(staff());
    let body = site.get("/api/v1/articles/vozvrat").await.json();
    assert_eq!(
        members(&body),
        "edition slug url path title type status summary lang tags questions answers html sections trust owner owners audience \
         created_at changed_at changed_by revision links backlinks related superseded_by redirected_from"
    );
    assert_eq!(body["sections"], serde_json::json!([{"id": "usloviya", "level": 2, "title": "Условия"}]));
    assert_eq!(body["audience"], serde_json::json!(["public", "operators"]));
    assert_eq!(body["changed_by"], "Анна Петрова");
    assert_eq!(body["redirected_from"], serde_json::json!(["old/vozvrat"]));
    assert_eq!(slugs(&body["links"]), ["obmen", "sekret"]);
    assert_eq!(slugs(&body["backlinks"]), ["obmen", "sekret"]);
    let related = serde_json::json!([{"slug": "obmen", "title": "Обмен товара", "url": "/a/obmen", "by": "editor"}]);
    assert_eq!(body["related"], related);
    assert_eq!(body["superseded_by"], Value::Null);
    assert!(body["html"].as_str().expect("HTML").contains("Лимит компенсации"));
    assert!(!body["answers"].to_string().contains("Лимит"), "an answer never holds internal notes");
}

#[tokio::test]
async fn moved_article_is_found_under_its_new_address_with_the_same_parameters() {
    let site = Site::example(staff());
    for (old, new) in [
        ("/api/v1/articles/old/vozvrat", "/api/v1/articles/vozvrat"),
        ("/api/v1/articles/old%2Fvozvrat?x=1", "/api/v1/articles/vozvrat?x=1"),
        ("/api/v1/history/old/vozvrat?limit=1", "/api/v1/history/vozvrat?limit=1"),
    ] {
        let reply = site.get(old).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (308, new));
        assert_eq!(reply.header("etag"), "");
    }
}

#[tokio::test]
async fn unknown_article_is_a_problem_with_suggestions() {
    let site = Site::example(staff());
    let reply = site.get("/api/v1/articles/%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82-2019").await;
    assert_eq!(reply.problem(), (404, "article_not_found".to_owned()));
    let document = reply.json();
    assert_eq!(document["suggestions"][0]["slug"], "vozvrat");
    assert_eq!(document["edition"], reply.header("otvet-edition"));
}

#[tokio::test]
async fn invisible_article_is_as_one_that_does_not_exist() {
    let with = Site::example(public());
    let without = Site::of(public(), &EXAMPLE[..2]);
    for address in ["/api/v1/articles/sekret", "/api/v1/history/sekret"] {
        let (with, without) = (with.get(address).await, without.get(address).await);
        assert_eq!(with.problem(), (404, "article_not_found".to_owned()));
        assert_eq!(with.json()["suggestions"], without.json()["suggestions"]);
    }
    let addresses = [
        "search?q=%D1%81%D0%BA%D0%B8%D0%B4%D0%BA%D0%B0",
        "search?lang=ru",
        "suggest?q=%D1%81%D0%B5%D0%BA",
        "articles",
        "articles/vozvrat",
    ];
    for address in addresses {
        let address = format!("/api/v1/{address}");
        let (with, without) = (with.get(&address).await, without.get(&address).await);
        // What names the edition differs: the trees do.
        let neutral = |body: Value| match body {
            Value::Object(mut members) => {
                for name in ["edition", "revision"] {
                    members.remove(name);
                }
                let edition = with.header("otvet-edition").to_owned();
                Value::Object(members).to_string().replace(&edition, "").replace(without.header("otvet-edition"), "")
            }
            other => other.to_string(),
        };
        assert_eq!(neutral(with.json()), neutral(without.json()), "{address}");
        assert!(!with.text().contains("екретн"), "{address}");
    }
}

#[tokio::test]
async fn public_reader_learns_no_names_notes_or_audiences() {
    let site = Site::example(public());
    let body = site.get("/api/v1/articles/vozvrat").await.json();
    assert_eq!(body["audience"], serde_json::json!(["public"]));
    assert_eq!(body["changed_by"], Value::Null);
    assert!(!body["html"].as_str().expect("HTML").contains("Лимит"));
    assert_eq!(slugs(&body["links"]), ["obmen"], "a link in an internal note is internal");
}

#[tokio::test]
async fn list_is_read_page_by_page_across_a_publish() {
    let mut site = Site::example(staff());
    let first = site.get("/api/v1/articles?limit=2&lang=ru").await;
    let body = first.json();
    assert_eq!(members(&body), "edition articles next");
    assert_eq!(
        members(&body["articles"][0]),
        "slug url path title type summary lang tags owner owners status trust changed_at revision"
    );
    assert_eq!(slugs(&body["articles"]), ["obmen", "sekret"]);
    let cursor = body["next"].as_str().expect("there is more");
    assert_eq!(first.header("link"), format!("</api/v1/articles?limit=2&lang=ru&cursor={cursor}>; rel=\"next\""));
    site.publish(&[("aaa.md", "# Новое\n\nНовый текст.")], "one before");
    let second = site.get(&format!("/api/v1/articles?limit=2&lang=ru&cursor={cursor}")).await;
    assert_eq!(slugs(&second.json()["articles"]), ["vozvrat"]);
    assert_eq!(second.json()["next"], Value::Null);
    assert_eq!(second.header("link"), "");
}

#[tokio::test]
async fn list_is_filtered() {
    let site = Site::example(staff());
    for (query, expected) in [
        ("owner=petrova", vec!["vozvrat"]),
        ("status=archived", vec![]),
        ("status=archived&status=current&type=answer", vec!["obmen", "sekret", "vozvrat"]),
        ("tag=%D0%BE%D0%B1%D0%BC%D0%B5%D0%BD", vec!["obmen"]),
        ("under=%D0%92%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82%D1%8B", vec!["vozvrat"]),
        ("under=nowhere", vec![]),
    ] {
        let body = site.get(&format!("/api/v1/articles?{query}")).await.json();
        assert_eq!(slugs(&body["articles"]), expected, "{query}");
    }
}

#[tokio::test]
async fn edition_says_what_is_live_and_why_the_last_publish_failed() {
    let mut site = Site::example(staff());
    let body = site.get("/api/v1/edition").await.json();
    assert_eq!(
        members(&body),
        "edition tree branch committed_at published_at articles sections diagnostics last_failure"
    );
    assert_eq!((&body["branch"], &body["articles"], &body["sections"]), (&"main".into(), &3.into(), &4.into()));
    assert_eq!(body["last_failure"], Value::Null);
    site.repo.delete_branch("main");
    site.look().expect_err("the branch is gone");
    let body = site.get("/api/v1/edition").await.json();
    assert_eq!(members(&body["last_failure"]), "at reason commit");
    assert!(body["last_failure"]["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    let ready = site.get("/readyz").await;
    assert_eq!(ready.status, 200, "the last good edition is served");
    assert_eq!((&ready.json()["status"], &ready.json()["stale"]), (&"ready".into(), &true.into()));
    let told_to_public = get(&site.seen_by(public()), "/api/v1/edition").await.json();
    assert_eq!(told_to_public["last_failure"]["reason"], "the last publish failed");
}

#[tokio::test]
async fn findings_name_place_and_remedy_in_the_language_of_the_reader() {
    let site = Site::of(staff(), &[("a.md", "---\ntitle: А\nownr: x\n---\nТекст.\n")]);
    let russian = site.get("/api/v1/diagnostics").await;
    let english = site.get_with("/api/v1/diagnostics", &[("accept-language", "en-GB,en")]).await;
    let body = russian.json();
    assert_eq!(members(&body), "edition counts diagnostics");
    assert_eq!(body["counts"], serde_json::json!({"errors": 0, "warnings": 1}));
    let finding = &body["diagnostics"][0];
    assert_eq!(members(finding), "path line column severity code message help slug");
    let place = (&finding["path"], &finding["line"], &finding["column"], &finding["code"], &finding["slug"]);
    assert_eq!(place, (&"a.md".into(), &3.into(), &1.into(), &"KB006".into(), &"a".into()));
    assert_ne!(russian.header("etag"), english.header("etag"));
    assert!(russian.header("vary").contains("accept-language"));
}

#[tokio::test]
async fn readiness_follows_the_first_edition_and_the_shutdown() {
    let mut site = Site::empty(staff());
    assert_eq!(site.get("/healthz").await.status, 200, "the process is up");
    let reply = site.get("/readyz").await;
    assert_eq!(reply.status, 503);
    let starting = serde_json::json!({"status": "starting", "edition": null, "stale": false, "reason": null});
    assert_eq!(reply.json(), starting);
    let reply = site.get("/api/v1/articles").await;
    assert_eq!(reply.problem(), (503, "not_ready".to_owned()));
    assert_eq!((reply.header("retry-after"), reply.header("otvet-edition")), ("5", ""));
    let commit = site.publish(EXAMPLE, "first").to_string();
    let reply = site.get("/readyz").await;
    assert_eq!((reply.status.as_u16(), &reply.json()["edition"]), (200, &commit.clone().into()));
    site.stop.send_replace(true);
    let reply = site.get("/readyz").await;
    assert_eq!((reply.status.as_u16(), &reply.json()["status"]), (503, &"stopping".into()));
    assert_eq!(reply.header("otvet-edition"), commit);
    assert_eq!(site.get("/api/v1/articles/vozvrat").await.status, 200, "whoever still asks is answered");
}

#[tokio::test]
async fn metrics_count_by_route_and_name_no_query() {
    let site = Site::example(staff());
    site.get("/api/v1/search?q=%D1%82%D0%B0%D0%B9%D0%BD%D0%B0").await;
    site.get("/api/v1/articles/vozvrat").await;
    site.get("/no/such/page").await;
    let reply = site.get("/metrics").await;
    assert!(reply.header("content-type").starts_with("application/openmetrics-text"));
    let text = reply.text();
    for line in [
        r#"otvet_http_requests_total{route="/api/v1/articles/{*slug}",method="GET",status="200"} 1"#,
        r#"otvet_http_requests_total{route="other",method="GET",status="404"} 1"#,
        "otvet_searches_total 1",
        "otvet_articles 3",
        "otvet_articles_overdue 0",
    ] {
        assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("vozvrat"));
}
