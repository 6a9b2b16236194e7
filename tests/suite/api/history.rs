//! History and changes: what happened to articles, and who learns of it.

use serde_json::{Value, json};

use super::site::{EXAMPLE, Site, get, member, public, staff};

const CHANGED: (&str, &str) =
    ("obmen.md", "---\ntitle: Обмен товара\naudience: [public]\n---\nОбменять можно везде.\n");

fn told<'a>(list: &'a Value, names: &[&str]) -> Vec<Vec<&'a str>> {
    let entry = |one: &'a Value| names.iter().map(|name| one[*name].as_str().unwrap_or("-")).collect();
    list.as_array().expect("a list").iter().map(entry).collect()
}

#[tokio::test]
async fn history_lists_commits_newest_first() {
    let mut site = Site::example(staff());
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    let second = site.publish(&[CHANGED], "exchange anywhere").to_string();
    let body = site.get("/api/v1/history/obmen").await.json();
    let names: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["edition", "slug", "commits", "more", "shallow"]);
    assert_eq!(
        body["commits"],
        json!([
            {"commit": second, "at": "2026-11-01T09:01:00Z", "by": "Анна Петрова", "subject": "exchange anywhere", "act": "changed", "path": "obmen.md"},
            {"commit": first, "at": "2026-11-01T09:00:00Z", "by": "Анна Петрова", "subject": "first", "act": "added", "path": "obmen.md"},
        ])
    );
    let limited = site.get("/api/v1/history/obmen?limit=1").await.json();
    assert_eq!((limited["commits"].as_array().map(Vec::len), &limited["more"]), (Some(1), &true.into()));
}

#[tokio::test]
async fn difference_is_between_two_commits_or_of_one() {
    let mut site = Site::example(staff());
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    let second = site.publish(&[CHANGED], "exchange anywhere").to_string();
    let of_last = site.get(&format!("/api/v1/history/obmen?to={}", &second[..7])).await.json();
    let between = site.get(&format!("/api/v1/history/obmen?from={first}&to={second}")).await.json();
    let to_newest = site.get(&format!("/api/v1/history/obmen?from={first}")).await.json();
    assert_eq!(of_last, between);
    assert_eq!(of_last, to_newest);
    assert_eq!((&between["from"], &between["to"]), (&first.clone().into(), &second.clone().into()));
    let diff = between["diff"].as_str().expect("a difference");
    assert!(diff.starts_with("--- a/obmen.md\n+++ b/obmen.md\n@@"), "{diff}");
    assert!(diff.contains("\n+Обменять можно везде.\n"), "{diff}");
    let back = site.get(&format!("/api/v1/history/obmen?from={second}&to={first}")).await.json();
    assert!(back["diff"].as_str().expect("a difference").contains("\n-Обменять можно везде.\n"));
    let of_first = site.get(&format!("/api/v1/history/obmen?to={first}")).await.json();
    assert_eq!(of_first["from"], Value::Null);
    assert!(of_first["diff"].as_str().expect("a difference").contains("@@ -0,0 +1,"));
}

#[tokio::test]
async fn unknown_revision_is_a_problem() {
    let mut site = Site::example(staff());
    let second = site.publish(&[CHANGED], "exchange anywhere").to_string();
    let unknown = site.get("/api/v1/history/obmen?from=0000000").await;
    assert_eq!(unknown.problem(), (404, "revision_not_found".to_owned()));
    assert_eq!(unknown.json()["parameter"], "from");
    let of_another = site.get(&format!("/api/v1/history/vozvrat?from=0000000&to={second}")).await;
    assert_eq!(of_another.json()["parameter"], "from");
    let bad = site.get("/api/v1/history/obmen?from=HEAD~1").await;
    assert_eq!(bad.problem(), (400, "bad_parameter".to_owned()));
}

#[tokio::test]
async fn commit_that_did_not_touch_an_article_stands_for_what_it_was_then() {
    let mut site = Site::example(staff());
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    let second = site.publish(&[CHANGED], "exchange anywhere").to_string();
    let nothing = site.get(&format!("/api/v1/history/vozvrat?from={first}&to={second}")).await.json();
    assert_eq!(
        (&nothing["diff"], &nothing["html"].as_str().map(|html| html.contains("d-"))),
        (&"".into(), &Some(false))
    );
    let came = site.get(&format!("/api/v1/history/vozvrat?to={second}")).await.json();
    assert_eq!((&came["from"], &came["to"]), (&Value::Null, &second.into()));
}

#[tokio::test]
async fn difference_is_told_as_people_read_it() {
    let mut site = Site::example(staff());
    let second = site.publish(&[CHANGED], "exchange anywhere").to_string();
    let body = site.get(&format!("/api/v1/history/obmen?to={second}")).await.json();
    let names: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["edition", "slug", "from", "to", "diff", "html", "blocks", "properties"]);
    let html = body["html"].as_str().expect("HTML");
    assert!(html.contains("<ins class=\"now\" data-label=\"добавлено\">Обменять можно везде.</ins>"), "{html}");
    assert_eq!(body["blocks"], json!({"added": 1, "removed": 1, "changed": 0, "moved": 0}));
    assert_eq!(body["properties"], json!([{"name": "tags", "from": "обмен", "to": ""}]));
}

#[tokio::test]
async fn former_texts_and_names_are_for_staff() {
    let mut site = Site::example(staff());
    let second = site.publish(&[CHANGED], "exchange anywhere").to_string();
    let address = format!("/api/v1/history/obmen?to={second}");
    assert_eq!(get(&site.seen_by(public()), &address).await.problem(), (404, "history_not_available".to_owned()));
    let of_public = get(&site.seen_by(public()), "/api/v1/history/obmen").await.json();
    assert_eq!(
        told(&of_public["commits"], &["act", "by", "subject", "path"]),
        [["changed", "-", "-", "-"], ["added", "-", "-", "-"]]
    );
    let of_operator = get(&site.seen_by(member("operators")), &address).await.json();
    assert_eq!(of_operator["blocks"]["added"], 1);
    assert!(
        !of_operator["diff"].as_str().expect("a difference").contains("audience"),
        "other readers are no business of theirs"
    );
    let commits = get(&site.seen_by(member("operators")), "/api/v1/history/obmen").await.json();
    assert_eq!(told(&commits["commits"], &["by"]), [["Анна Петрова"], ["Анна Петрова"]]);
}

const NARROW: &str = "---\ntitle: Сроки\naudience: [internal]\n---\nДля своих: три дня.\n\n> [!INTERNAL]\n> Тайна.\n";
const WIDE: &str = "---\ntitle: Сроки\naudience: [operators, public]\n---\nДля своих: пять дней.\n";

#[tokio::test]
async fn former_text_is_for_those_who_could_have_seen_it_then() {
    let mut site = Site::of(staff(), &[("sroki.md", NARROW)]);
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    let second = site.publish(&[("sroki.md", WIDE)], "for everybody").to_string();
    let addresses = [
        format!("/api/v1/history/sroki?to={second}"),
        format!("/api/v1/history/sroki?from={second}&to={first}"),
        format!("/api/v1/articles/sroki?revision={first}"),
    ];
    for address in &addresses {
        let reply = get(&site.seen_by(member("operators")), address).await;
        assert_eq!(reply.problem(), (404, "history_not_available".to_owned()), "{address}");
        assert!(site.get(address).await.text().contains("Тайна"), "{address}");
    }
    let same = get(&site.seen_by(member("operators")), &format!("/api/v1/articles/sroki?revision={second}")).await;
    assert_eq!((same.status.as_u16(), same.json()["as_of"].as_str()), (200, Some(second.as_str())));
}

#[tokio::test]
async fn article_is_told_as_it_was_at_a_commit() {
    let mut site = Site::example(staff());
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    site.repo.rename("obmen.md", "old/obmen.md");
    let moved = site.publish(&[], "moved").to_string();
    site.publish(&[("old/obmen.md", CHANGED.1)], "exchange anywhere");
    let slug = "old/obmen";
    let was = site.get(&format!("/api/v1/articles/{slug}?revision={}", &first[..8])).await.json();
    assert_eq!((&was["as_of"], &was["path"], &was["slug"]), (&first.clone().into(), &"obmen.md".into(), &slug.into()));
    let html = was["html"].as_str().expect("HTML");
    assert!(html.contains("где купили") && html.contains("href=\"/a/vozvrat#usloviya\""), "{html}");
    let was = site.get(&format!("/api/v1/articles/{slug}?revision={moved}")).await.json();
    assert_eq!(was["path"], "old/obmen.md");
    let now = site.get(&format!("/api/v1/articles/{slug}")).await.json();
    assert!(now["as_of"].is_null() && now["html"].as_str().is_some_and(|html| html.contains("везде")));
    let unknown = site.get(&format!("/api/v1/articles/{slug}?revision=0000000")).await;
    assert_eq!(unknown.problem(), (404, "revision_not_found".to_owned()));
    let bad = site.get(&format!("/api/v1/articles/{slug}?revision=HEAD")).await;
    assert_eq!(bad.problem(), (400, "bad_parameter".to_owned()));
}

#[tokio::test]
async fn repository_that_cannot_be_read_is_a_problem_of_the_moment() {
    let mut site = Site::example(staff());
    let second = site.publish(&[CHANGED], "exchange anywhere").to_string();
    let blob = site.repo.blob(EXAMPLE[1].1.as_bytes());
    site.repo.damage(blob, b"x");
    let reply = site.get(&format!("/api/v1/history/obmen?to={second}")).await;
    assert_eq!(reply.problem(), (503, "history_unavailable".to_owned()));
    assert!(!reply.text().contains(&blob.to_string()), "what is wrong is for the log");
    assert_eq!(site.get("/api/v1/articles/obmen").await.status, 200);
}

#[tokio::test]
async fn changes_are_net_and_newest_first() {
    let mut site = Site::example(staff());
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    site.publish(&[CHANGED], "exchange anywhere");
    site.repo.remove("sekret.md").rename("Возвраты/vozvrat.md", "vozvrat.md");
    site.publish(&[("dostavka.md", "# Доставка\n\nДоставим завтра.")], "tidy up");
    let body = site.get(&format!("/api/v1/changes?since={first}")).await.json();
    let names: Vec<_> = body["changes"][0].as_object().expect("an object").keys().collect();
    assert_eq!(names, ["slug", "title", "url", "kind", "commit", "at", "by", "summary"]);
    assert_eq!(body["since"], first.as_str());
    let mut what = told(&body["changes"], &["slug", "kind", "url", "summary"]);
    what.sort();
    assert_eq!(
        what,
        [
            ["dostavka", "added", "/a/dostavka", "tidy up"],
            ["obmen", "changed", "/a/obmen", "exchange anywhere"],
            ["sekret", "removed", "-", "tidy up"],
            ["vozvrat", "moved", "/a/vozvrat", "tidy up"],
        ]
    );
    let of_public = get(&site.seen_by(public()), &format!("/api/v1/changes?since={first}")).await.json();
    let mut what = told(&of_public["changes"], &["slug", "kind", "by", "summary"]);
    what.sort();
    assert_eq!(what, [["obmen", "changed", "-", "-"], ["vozvrat", "moved", "-", "-"]]);
}

#[tokio::test]
async fn changes_begin_a_week_before_the_edition_unless_told_otherwise() {
    let mut site = Site::example(staff());
    let week = 7 * 24 * 3600;
    site.repo.write(CHANGED.0, CHANGED.1);
    site.repo.commit_at("much later", crate::support::repo::START + week + 60);
    site.look().expect("the commit can be published");
    let body = site.get("/api/v1/changes").await.json();
    assert_eq!(body["since"], "2026-11-01T09:01:00Z");
    assert_eq!(told(&body["changes"], &["slug", "kind"]), [["obmen", "changed"]]);
    let all = site.get("/api/v1/changes?since=2026-11-01").await.json();
    assert_eq!(all["changes"].as_array().map(Vec::len), Some(EXAMPLE.len()));
    let some = site.get("/api/v1/changes?since=2026-11-01&limit=2").await.json();
    assert_eq!((some["changes"].as_array().map(Vec::len), &some["more"]), (Some(2), &true.into()));
    let unknown = site.get("/api/v1/changes?since=0000000").await;
    assert_eq!(unknown.problem(), (404, "revision_not_found".to_owned()));
}
