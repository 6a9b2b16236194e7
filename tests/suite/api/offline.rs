//! What devices are given to answer by themselves: the whole, differences, and never what their reader may not see.

use std::io::Read;

use axum::http::StatusCode;
use otvet::web::State;
use otvet::web::api::offline::Config;
use serde_json::Value;

use super::site::{EXAMPLE, Reply, Site, get, member, public, staff};

const BUNDLE: &str = "/api/v1/offline";

fn slugs(bundle: &Value) -> Vec<&str> {
    bundle["articles"].as_array().expect("a list").iter().map(|one| one["slug"].as_str().expect("a slug")).collect()
}

/// Numbers that are written as signs.
fn numbers(signs: &Value) -> Vec<usize> {
    let (mut numbers, mut high) = (Vec::new(), 0);
    for unit in signs.as_str().expect("signs").encode_utf16() {
        match usize::from(unit) - 35 {
            number @ ..0x8000 => numbers.push(std::mem::take(&mut high) * 0x8000 + number),
            number => high = number - 0x8000,
        }
    }
    numbers
}

/// A text of a bundle.
fn spelt(bundle: &Value, signs: &Value) -> String {
    let parts = numbers(signs).into_iter().map(|number| bundle["parts"][number].as_str().expect("a part"));
    let is_word =
        |part: &str| part.starts_with(|c: char| c.is_ascii_alphanumeric() || ('\u{c0}'..='\u{4ff}').contains(&c));
    let (mut text, mut behind) = (String::new(), false);
    for part in parts {
        text += if behind && is_word(part) { " " } else { "" };
        text += part;
        behind = is_word(part);
    }
    text
}

/// The words of an article, stem by stem, each with its weight.
fn words(bundle: &Value, slug: &str) -> Vec<(String, u64)> {
    let article =
        bundle["articles"].as_array().expect("a list").iter().find(|one| one["slug"] == slug).expect("it is there");
    let mut number = 0;
    let terms = numbers(&article["terms"]).into_iter();
    terms
        .map(|packed| {
            number += packed / 8;
            let line = bundle["search"]["words"][number].as_str().expect("a line");
            (line.split(' ').next().expect("a stem").to_owned(), packed as u64 % 8)
        })
        .collect()
}

fn unpack(reply: &Reply) -> Value {
    assert_eq!(reply.header("content-encoding"), "br");
    let mut text = String::new();
    brotli::Decompressor::new(&reply.body[..], 4096).read_to_string(&mut text).expect("whole Brotli");
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn bundle_holds_what_a_screen_needs() {
    let site = Site::example(staff());
    let bundle = site.get(BUNDLE).await.json();
    assert_eq!(bundle["edition"], site.get(BUNDLE).await.header("otvet-edition"));
    assert_eq!(
        (&bundle["since"], &bundle["format"], &bundle["hours"]),
        (&Value::Null, &Value::from(2), &Value::from(72))
    );
    let article = &bundle["articles"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["slug"] == "vozvrat")
        .expect("it is there");
    assert_eq!(article["breadcrumbs"][0], "Возвраты");
    assert_eq!(article["answers"][1]["channel"], "email");
    assert_eq!(article["answers_apart"], true);
    assert_eq!(
        (&article["verified_on"], &article["review_due"]),
        (&Value::from("2020-01-02"), &Value::from("2999-01-01"))
    );
    assert_eq!(article["redirected_from"][0], "old/vozvrat");
    assert_eq!(article["related"][0]["slug"], "obmen");
    let html = spelt(&bundle, &article["html"]);
    assert!(html.contains("<p>Чек не обязателен.</p>") && !html.contains("class=\"answer\""), "{html}");
    assert_eq!(spelt(&bundle, &article["summary"]), "14 дней, чек не обязателен");
    assert_eq!(spelt(&bundle, &article["questions"][0]), "Можно вернуть без чека?");
    let online = site.get("/api/v1/articles/vozvrat").await.json();
    for (on_device, online) in
        article["answers"].as_array().expect("a list").iter().zip(online["answers"].as_array().expect("a list"))
    {
        for name in ["text", "html", "markdown"] {
            assert_eq!(spelt(&bundle, &on_device[name]), online[name].as_str().expect("a text"));
        }
    }
    let words = words(&bundle, "vozvrat");
    assert!(words.iter().any(|(stem, weight)| stem == "возврат" && *weight >= 4), "{words:?}");
}

#[tokio::test]
async fn no_internal_note_no_draft_and_nothing_of_others_is_on_a_device() {
    let (secret, noted) = ("кенарейка", "заметулька");
    let note = format!(
        "---\ntitle: Видно\nslug: vidno\naudience: [public, stores]\n---\nВидно.\n\n> [!INTERNAL]\n> {noted}\n\nСм. [[tayna]].\n"
    );
    let hidden =
        format!("---\ntitle: {secret}\nslug: tayna\naudience: [internal]\nkeywords: [{secret}]\n---\n{secret}\n");
    let draft = format!("---\ntitle: {secret}\nslug: chernovik\naudience: [public]\nstatus: draft\n---\n{secret}\n");
    let old = format!("---\ntitle: {secret}\nslug: arhiv\naudience: [public]\nstatus: archived\n---\n{secret}\n");
    let files = [("vidno.md", &*note), ("tayna.md", &*hidden), ("chernovik.md", &*draft), ("arhiv.md", &*old)];
    let site = Site::of(staff(), &files);
    for (reader, expected) in [
        (public(), vec!["vidno"]),
        (member("stores"), vec!["vidno"]),
        (staff(), vec!["tayna", "vidno"]),
        (otvet::audience::Access::editor(), vec!["tayna", "vidno"]),
    ] {
        let reply = get(&site.seen_by(reader), BUNDLE).await;
        assert_eq!(slugs(&reply.json()), expected, "{reader:?}");
        let tells = reply.text().contains(secret);
        assert_eq!(tells, expected.contains(&"tayna"), "{reader:?}");
        assert!(!reply.text().contains(noted), "{reader:?}");
    }
}

#[tokio::test]
async fn difference_has_what_changed_and_the_names_of_what_is_gone() {
    let mut site = Site::example(staff());
    let first = site.get(BUNDLE).await.json();
    let state = first["state"].as_str().expect("a state").to_owned();
    let same = site.get(&format!("{BUNDLE}?since={state}")).await.json();
    assert_eq!((slugs(&same).len(), &same["state"], &same["since"]), (0, &first["state"], &first["state"]));
    assert_eq!((&same["search"]["stop"], &same["search"]["synonyms"]), (&Value::Null, &Value::Null));
    let new = ("new.md", "---\ntitle: Самокаты\naudience: [public]\n---\nЭлектросамокаты не возим.");
    site.publish(&[new], "second");
    let next = site.get(&format!("{BUNDLE}?since={state}")).await.json();
    assert_eq!(
        (&next["since"], slugs(&next), &next["removed"]),
        (&first["state"], vec!["new"], &serde_json::json!([]))
    );
    assert!(words(&next, "new").iter().any(|(stem, _)| stem.starts_with("электросамокат")));
    site.repo.remove("Возвраты/vozvrat.md");
    site.publish(&[], "third");
    let next = site.get(&format!("{BUNDLE}?since={state}")).await.json();
    assert_eq!(next["removed"], serde_json::json!(["vozvrat"]));
    assert!(slugs(&next).contains(&"obmen"), "its link leads nowhere now: {:?}", slugs(&next));
    let by_edition = site.get(&format!("{BUNDLE}?since={}", first["edition"].as_str().expect("a commit"))).await;
    assert_eq!(by_edition.json(), next, "an edition is as good as the name of a state");
    let full = site.get(BUNDLE).await.json();
    assert_eq!(full["state"], next["state"]);
}

#[tokio::test]
async fn state_that_is_not_known_or_of_another_reader_gets_the_whole() {
    let site = Site::example(staff());
    let full = site.get(BUNDLE).await.json();
    let of_public = get(&site.seen_by(public()), BUNDLE).await.json();
    let states = [of_public["state"].as_str().expect("a state"), "0000000000000000000000000000000000000000", "abc-1"];
    for state in states {
        let reply = site.get(&format!("{BUNDLE}?since={state}")).await.json();
        assert_eq!(reply, full, "{state}");
    }
}

#[tokio::test]
async fn bundle_is_compressed_once_and_validated() {
    let site = Site::example(staff());
    let packed = site.get_with(BUNDLE, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(unpack(&packed), site.get(BUNDLE).await.json());
    assert_eq!((packed.header("vary"), packed.header("cache-control")), ("accept-encoding", "private, no-cache"));
    let etag = packed.header("etag").to_owned();
    let again = site.get_with(BUNDLE, &[("if-none-match", &etag)]).await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (StatusCode::NOT_MODIFIED, 0, &*etag));
    let zipped = site.get_with(BUNDLE, &[("accept-encoding", "gzip")]).await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn replicas_give_equal_bytes_whatever_they_came_through() {
    let mut one = Site::example(staff());
    let since = one.get(BUNDLE).await.json()["state"].as_str().expect("a state").to_owned();
    one.publish(&[("new.md", "# Новое\n\nТекст.")], "second");
    let mut other = Site::empty(staff());
    other.publish(EXAMPLE, "first");
    other.get(BUNDLE).await;
    other.publish(&[("new.md", "# Новое\n\nТекст.")], "second");
    for address in [BUNDLE.to_owned(), format!("{BUNDLE}?since={since}")] {
        let packed = [("accept-encoding", "br")];
        let (left, right) = (one.get_with(&address, &packed).await, other.get_with(&address, &packed).await);
        assert_eq!((left.header("etag"), &left.body), (right.header("etag"), &right.body), "{address}");
    }
}

#[tokio::test]
async fn limits_are_told() {
    let site = Site::example(staff());
    let with = |offline| {
        let editions = site.state.editions.clone();
        std::sync::Arc::new(State { offline, ..State::new(editions, staff()) })
    };
    let small = get(&with(Config { articles: 1, ..Config::default() }), BUNDLE).await;
    assert_eq!(small.problem(), (413, "bundle_too_large".to_owned()));
    let off = get(&with(Config { hours: 0, ..Config::default() }), BUNDLE).await;
    assert_eq!(off.problem(), (403, "offline_disabled".to_owned()));
    for bad in ["%D0%B2", "x", "a'b", &"a".repeat(65)] {
        let reply = site.get(&format!("{BUNDLE}?since={bad}")).await;
        assert_eq!(reply.problem(), (400, "bad_parameter".to_owned()), "{bad}");
    }
    assert_eq!(get(&Site::empty(staff()).state.clone(), BUNDLE).await.problem().0, 503);
}

#[tokio::test]
async fn synonyms_travel_without_being_readable() {
    let lexicon = "synonyms:\n  - {from: [тайнослово], to: [возврат]}\n";
    let mut site = Site::example(public());
    let before = site.get(BUNDLE).await.json();
    site.publish(&[("_lexicon.yml", lexicon)], "lexicon");
    let reply = site.get(&format!("{BUNDLE}?since={}", before["state"].as_str().expect("a state"))).await;
    assert!(!reply.text().contains("тайнослово"));
    assert_eq!(reply.json()["search"]["synonyms"].as_array().expect("they are new").len(), 1);
    assert_eq!(slugs(&reply.json()).len(), 0, "the lexicon changes no article");
}
