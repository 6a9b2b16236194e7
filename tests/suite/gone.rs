//! What readers are told of files that moved or are gone: as if what they may not see had never stood there.

use serde_json::json;

use crate::api::site::{Site, get, public, staff};

const SINCE: &str = "/api/v1/changes?since=2000-01-01&limit=500";

fn article(audience: &str, title: &str) -> String {
    format!("---\ntitle: {title}\naudience: [{audience}]\n---\nТекст: {title}.\n")
}

#[tokio::test]
async fn moved_file_is_found_at_its_old_address_whoever_stood_there_in_secret() {
    let mut site = Site::of(staff(), &[("a.md", &article("public", "Сроки"))]);
    site.repo.rename("a.md", "b.md");
    site.publish(&[], "moved");
    let seen = site.seen_by(public());
    for (files, moved) in [(true, false), (false, true)] {
        if files {
            site.publish(&[("a.md", &article("internal", "Лимиты"))], "another at its place");
            assert_eq!(site.get("/a/a").await.status, 200);
        }
        if moved {
            site.repo.rename("a.md", "c.md");
            site.publish(&[], "moved, too");
            assert_eq!(site.get("/a/a").await.header("location"), "/a/c", "the one that left last");
        }
        let reply = get(&seen, "/a/a").await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (308, "/a/b"), "{files} {moved}");
    }
}

#[tokio::test]
async fn moved_file_is_not_mistaken_for_the_one_at_its_place() {
    let mut site = Site::of(public(), &[("a.md", &article("public", "Сроки"))]);
    site.repo.rename("a.md", "b.md");
    site.publish(&[], "moved");
    site.repo.remove("b.md");
    site.publish(&[], "removed");
    site.publish(&[("b.md", &article("public", "Гарантия"))], "something else");
    assert_eq!(site.get("/a/a").await.status, 404);
}

#[tokio::test]
async fn removed_article_is_told_however_many_others_were_removed_in_secret() {
    let mut site = Site::of(staff(), &[("a.md", &article("public", "Сроки")), ("x.md", &article("public", "Начало"))]);
    site.repo.remove("a.md");
    let others: Vec<(String, String)> =
        (0..501).map(|number| (format!("{number}.md"), article("internal", &format!("Тайна {number}")))).collect();
    let files: Vec<(&str, &str)> = others.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    site.publish(&files, "one less");
    for (path, _) in &others {
        site.repo.remove(path);
    }
    site.publish(&[("a.md", &article("internal", "Тайна"))], "many less, and another at its place");
    let told = get(&site.seen_by(public()), SINCE).await.json();
    let told: Vec<_> =
        told["changes"].as_array().expect("a list").iter().map(|one| (&one["slug"], &one["kind"])).collect();
    assert_eq!(told, [(&json!("a"), &json!("removed")), (&json!("x"), &json!("added"))]);
}

#[tokio::test]
async fn removal_of_a_hidden_article_is_not_told_by_one_that_came_and_went_after_it() {
    let mut site =
        Site::of(staff(), &[("a.md", &article("internal", "Лимиты")), ("x.md", &article("public", "Начало"))]);
    site.repo.remove("a.md");
    let hidden = site.publish(&[], "hidden removed").to_string();
    site.publish(&[("a.md", &article("public", "Сроки"))], "public");
    site.repo.remove("a.md");
    let shown = site.publish(&[], "public removed").to_string();
    let seen = site.seen_by(public());
    for address in ["/changes", "/changes.atom"] {
        let page = get(&seen, address).await.text();
        assert!(page.contains("Сроки") && !page.contains("Лимиты"), "{address}: {page}");
        assert!(page.contains(&shown[..7]) || address.ends_with("atom"), "{page}");
        assert!(!page.contains(&hidden[..7]), "{address}: {page}");
    }
}

#[tokio::test]
async fn article_is_as_old_as_what_a_reader_could_see_of_it() {
    let mut site = Site::of(staff(), &[("a.md", &article("internal", "Лимиты"))]);
    let first = site.get("/api/v1/articles/a").await.json()["created_at"].clone();
    site.repo.remove("a.md");
    site.publish(&[], "removed");
    site.publish(&[("a.md", &article("public", "Сроки"))], "another");
    let seen = site.seen_by(public());
    let (of_public, of_staff) =
        (get(&seen, "/api/v1/articles/a").await.json(), site.get("/api/v1/articles/a").await.json());
    assert_eq!(of_staff["created_at"], first, "one that is brought back is as old as it is");
    assert_eq!(of_public["created_at"], of_public["changed_at"]);
    let commits = get(&seen, "/api/v1/history/a").await.json()["commits"].as_array().expect("a list").len();
    assert_eq!((commits, site.get("/api/v1/history/a").await.json()["commits"].as_array().map(Vec::len)), (1, Some(3)));
}

#[tokio::test]
async fn change_before_a_move_is_told_of_the_article_that_moved() {
    let mut site = Site::of(staff(), &[("a.md", &article("public", "Сроки")), ("x.md", &article("public", "Начало"))]);
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    site.publish(&[("a.md", &article("public", "Новые сроки"))], "changed");
    site.repo.rename("a.md", "b.md");
    site.publish(&[], "moved");
    site.publish(&[("a.md", &article("public", "Другое"))], "another at its place");
    let told = site.get(&format!("/api/v1/changes?since={first}")).await.json();
    let told: Vec<_> =
        told["changes"].as_array().expect("a list").iter().map(|one| (&one["slug"], &one["kind"])).collect();
    assert_eq!(told, [(&json!("a"), &json!("added")), (&json!("b"), &json!("changed"))]);
}

#[tokio::test]
async fn status_counts_what_the_reader_sees() {
    let files = [("a.md", article("public", "Сроки")), ("b.md", article("internal", "Лимиты") + "\n## Два\n\nДа.\n")];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let site = Site::of(staff(), &files);
    let counted = async |reader| {
        let page = get(&site.seen_by(reader), "/status").await.text();
        let rows = page.split("<dd>").filter_map(|rest| rest.split("</dd>").next()?.trim().parse::<u32>().ok());
        rows.collect::<Vec<_>>()
    };
    assert_eq!((counted(public()).await, counted(staff()).await), (vec![1, 1], vec![2, 3]));
}
