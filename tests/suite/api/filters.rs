//! Filters and facets: what is asked for, what is counted, and what a reader learns from neither.

use serde_json::{Value, json};

use super::site::{Site, public, staff};

const SHOP: &[(&str, &str)] = &[
    (
        "vozvraty/index.md",
        "---\ntitle: Возвраты и обмен\ntype: overview\ntags: [возврат]\nlang: ru\naudience: [public]\n---\nО возврате.\n",
    ),
    (
        "vozvraty/chek.md",
        "---\ntitle: Возврат без чека\ntags: [Возврат, чек]\nowner: petrova\nlang: ru\naudience: [public]\n---\nБез чека.\n",
    ),
    (
        "vozvraty/karta/karta.md",
        "---\ntitle: Возврат на карту\ntags: [возврат]\nowner: ivanova\nlang: ru\naudience: [public]\nstatus: archived\n---\nНа карту.\n",
    ),
    ("en.md", "---\ntitle: Returns\ntype: reply\nlang: en\naudience: [public]\n---\nВозврат is a return.\n"),
    (
        "tayna/kanareyka.md",
        "---\ntitle: Возврат канарейки\ntype: canary\ntags: [canary]\nowner: canary\nlang: de\naudience: [stores]\n---\nТайна.\n",
    ),
];

/// «возврат», encoded.
const RETURN: &str = "%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82";

fn counts(facets: &Value, name: &str) -> Vec<(String, u64)> {
    let list = facets[name].as_array().expect("a list");
    list.iter()
        .map(|one| (one["value"].as_str().expect("a value").to_owned(), one["count"].as_u64().unwrap_or(0)))
        .collect()
}

fn slugs(body: &Value) -> Vec<&str> {
    let list = body["hits"].as_array().or_else(|| body["articles"].as_array()).expect("a list");
    list.iter().map(|one| one["slug"].as_str().expect("a slug")).collect()
}

#[tokio::test]
async fn facets_count_all_that_was_found_whatever_page_is_shown() {
    let site = Site::of(public(), SHOP);
    assert_eq!(site.get(&format!("/api/v1/search?q={RETURN}")).await.json().get("facets"), None);
    let body = site.get(&format!("/api/v1/search?q={RETURN}&facets=true&limit=1")).await.json();
    assert_eq!((body["total"].as_u64(), slugs(&body).len()), (Some(4), 1));
    let facets = &body["facets"];
    let count = |value: &str, count| (value.to_owned(), count);
    assert_eq!(counts(facets, "type"), [count("answer", 2), count("overview", 1), count("reply", 1)]);
    assert_eq!(counts(facets, "tag"), [count("возврат", 3), count("чек", 1)]);
    assert_eq!(counts(facets, "under"), [count("vozvraty", 3), count("vozvraty/karta", 1)]);
    assert_eq!(counts(facets, "lang"), [count("ru", 3), count("en", 1)]);
    assert_eq!(counts(facets, "owner"), [count("ivanova", 1), count("petrova", 1)]);
    assert_eq!(counts(facets, "status"), [count("current", 3), count("archived", 1)]);
    assert_eq!(facets["under"][0]["title"], "Возвраты и обмен", "a folder goes by its overview");
    assert_eq!(facets["more"], json!({"type": 0, "tag": 0, "under": 0, "lang": 0, "owner": 0, "status": 0}));
}

#[tokio::test]
async fn count_of_a_value_is_what_its_filter_finds() {
    let site = Site::of(staff(), SHOP);
    for query in [format!("q={RETURN}"), "q=&lang=ru&lang=en&lang=de".to_owned()] {
        let all = site.get(&format!("/api/v1/search?{query}&facets=true")).await.json();
        for name in ["type", "tag", "under", "owner", "status"] {
            for (value, count) in counts(&all["facets"], name) {
                let value = otvet::edition::encode_path(&value);
                let narrowed = site.get(&format!("/api/v1/search?{query}&{name}={value}")).await.json();
                assert_eq!(narrowed["total"], count, "{query} {name}={value}");
            }
        }
    }
}

#[tokio::test]
async fn long_lists_of_values_say_how_many_more_there_are() {
    let tags: Vec<String> = (0..60).map(|number| format!("t{number:02}")).collect();
    let text = format!("---\ntitle: Метки\ntags: [{}]\naudience: [public]\n---\nМного меток.\n", tags.join(", "));
    let site = Site::of(public(), &[("a.md", &text)]);
    let body = site.get("/api/v1/search?q=&type=answer&facets=1").await.json();
    assert_eq!(counts(&body["facets"], "tag").len(), 50);
    assert_eq!(body["facets"]["more"]["tag"], 10);
}

#[tokio::test]
async fn every_filter_narrows_search_and_list_alike() {
    let mut site = Site::of(staff(), SHOP);
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    let changed =
        "---\ntitle: Возврат без чека\ntags: [чек]\nowner: petrova\nlang: ru\naudience: [public]\n---\nИ так.\n";
    let second = site.publish(&[("vozvraty/chek.md", changed)], "second").to_string();
    let at = site.get("/api/v1/articles/vozvraty/chek").await.json()["changed_at"].as_str().expect("a time").to_owned();
    for (filter, expected) in [
        ("type=reply&type=overview".to_owned(), "en vozvraty/index"),
        ("tag=%D0%A7%D0%95%D0%9A".to_owned(), "vozvraty/chek"),
        ("under=vozvraty/karta".to_owned(), "vozvraty/karta/karta"),
        ("lang=en".to_owned(), "en"),
        ("owner=ivanova&owner=petrova".to_owned(), "vozvraty/chek vozvraty/karta/karta"),
        ("status=archived".to_owned(), "vozvraty/karta/karta"),
        (format!("changed_since={}", &first[..8]), "vozvraty/chek"),
        (format!("changed_since={second}"), ""),
        (format!("changed_since={}", at.replace(':', "%3A")), "vozvraty/chek"),
        ("changed_since=2999-01-01".to_owned(), ""),
        ("owner=petrova&lang=en".to_owned(), ""),
    ] {
        for endpoint in [format!("search?q={RETURN}&"), "search?".to_owned(), "articles?".to_owned()] {
            let reply = site.get(&format!("/api/v1/{endpoint}{filter}")).await;
            assert_eq!(reply.status, 200, "{endpoint}{filter}: {}", reply.text());
            let body = reply.json();
            let mut found = slugs(&body);
            found.sort_unstable();
            assert_eq!(found.join(" "), expected, "{endpoint}{filter}");
        }
    }
}

#[tokio::test]
async fn unknown_values_find_nothing_and_hidden_ones_are_unknown() {
    let (with, without) = (Site::of(public(), SHOP), Site::of(public(), &SHOP[..4]));
    let bare = |body: &Value| json!([body["total"], body["hits"], body["suggestions"], body["facets"]]).to_string();
    for filter in
        ["type=canary", "tag=canary", "owner=canary", "lang=de", "under=tayna", "type=nothing", "status=draft"]
    {
        for query in ["q=", &format!("q={RETURN}")] {
            let address = format!("/api/v1/search?{query}&{filter}&facets=true");
            let (with, without) = (with.get(&address).await, without.get(&address).await);
            assert_eq!((with.status.as_u16(), &with.json()["total"]), (200, &json!(0)), "{address}");
            assert_eq!(bare(&with.json()), bare(&without.json()), "{address}");
        }
    }
    for address in
        ["/api/v1/search?q=%D0%B2%D0%BE%D0%B7&facets=true", "/search?q=%D0%B2%D0%BE%D0%B7", "/search?lang=ru"]
    {
        let page = with.get(address).await.text().to_owned();
        for hidden in ["canary", "анарейк", "tayna"] {
            assert!(!page.contains(hidden), "{address} tells {hidden}");
        }
    }
}

#[tokio::test]
async fn unreadable_filters_are_named() {
    let site = Site::of(public(), SHOP);
    for (query, parameter, allowed) in [
        ("changed_since=yesterday", "changed_since", "a commit id, a time"),
        ("changed_since=0123456789", "changed_since", "no such commit"),
        ("status=old", "status", "`current`, `draft` or `archived`"),
        ("under=a&under=b", "under", "several times"),
        ("facets=maybe", "facets", "`true` or `false`"),
    ] {
        for endpoint in ["search", "articles"] {
            if parameter == "facets" && endpoint == "articles" {
                continue;
            }
            let reply = site.get(&format!("/api/v1/{endpoint}?{query}")).await;
            assert_eq!(reply.problem(), (400, "bad_parameter".to_owned()), "{endpoint}?{query}");
            assert_eq!(reply.json()["parameter"], parameter);
            assert!(reply.text().contains(allowed), "{}", reply.text());
        }
    }
}

#[tokio::test]
async fn score_is_explained_in_numbers_and_in_the_words_of_the_reader() {
    let site = Site::of(public(), SHOP);
    let address = format!("/api/v1/search?q={RETURN}+%D1%87%D0%B5%D0%BA%D0%B0+&limit=1");
    assert_eq!(site.get(&address).await.json()["hits"][0].get("explanation"), None);
    let reply = site.get(&format!("{address}&explain=true")).await;
    assert!(reply.header("vary").contains("accept-language"));
    let hit = &reply.json()["hits"][0];
    let explanation = &hit["explanation"];
    assert_eq!((&explanation["best_bet"], &explanation["outdated"]), (&json!(false), &json!(false)));
    let words = explanation["words"].as_array().expect("words");
    assert_eq!((words[0]["word"].as_str(), words[0]["typed"].as_bool()), (Some("возврат"), Some(true)));
    assert_eq!(words[0]["places"][0], json!({"place": "title", "count": 1}));
    let sum: f64 =
        words.iter().chain([&json!({"score": explanation["nearness"]})]).filter_map(|w| w["score"].as_f64()).sum();
    assert!((sum - hit["score"].as_f64().expect("a score")).abs() < 0.05, "{sum} {hit}");
    let text = |reply: &super::site::Reply| reply.json()["hits"][0]["explanation"]["text"].to_string();
    assert!(text(&reply).contains("«возврат»: заголовок 1"), "{}", text(&reply));
    let english = site.get_with(&format!("{address}&explain=true"), &[("accept-language", "en")]).await;
    assert!(text(&english).contains("“возврат”: title 1"), "{}", text(&english));
}
