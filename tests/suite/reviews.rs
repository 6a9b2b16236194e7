//! Whose articles are, and which of them want an editor's eye: the same in the API, on pages, in the feed and in the calendar.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::base::TestBase;
use crate::support::repo::TestRepo;

fn article(front: &str, text: &str) -> String {
    format!("---\n{front}\n---\n> [!ANSWER]\n> {text}\n")
}

/// A base with one article in every state. The days are far from today, so the tests hold on any day.
fn files() -> TestRepo {
    let mut repo = TestRepo::new();
    repo.write("kb/_owners", "*  @redakciya\nvozvraty/ @petrova ivanova\n")
        .write("kb/vozvraty/staraya.md", article("title: Старая\nreview: {by: 2020-01-31}", "Да; и, нет."))
        .write(
            "kb/vozvraty/izmenena.md",
            article("title: Изменена\nverified: {by: petrova, on: 2026-01-01, digest: 0123456789abcdef}", "Да."),
        )
        .write(
            "kb/svoya.md",
            article(
                "title: Своя\nowner: '@sidorov'\nverified: {by: sidorov, on: 2026-01-01}\nreview: {by: 2999-12-31}",
                "Нет.",
            ),
        )
        .write("kb/nichya.md", article("title: Ничья", "[Нигде](nigde.md)."))
        .write("kb/chernovik.md", article("title: Черновик\nstatus: draft\nreview: {by: 2020-01-01}", "Нет."))
        .write("kb/arhiv.md", article("title: Архив\nstatus: archived\nreview: {by: 2020-01-01}", "Нет."));
    repo.commit("start");
    repo
}

fn base(repo: &TestRepo) -> TestBase {
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    base
}

fn owners(base: &TestBase, slug: &str) -> Value {
    base.get(&format!("/api/v1/articles/{slug}")).json()["owners"].clone()
}

fn counts(of: &Value) -> Vec<u64> {
    ["articles", "overdue", "due", "changed", "never_verified", "diagnostics"]
        .map(|name| of[name].as_u64().expect("a number"))
        .into()
}

#[test]
fn front_matter_goes_before_the_list_of_owners_and_the_last_pattern_counts() {
    let repo = files();
    let base = base(&repo);
    assert_eq!(owners(&base, "vozvraty/staraya"), json!(["petrova", "ivanova"]));
    assert_eq!(owners(&base, "svoya"), json!(["sidorov"]));
    assert_eq!(owners(&base, "nichya"), json!(["redakciya"]));
    let one = base.get("/api/v1/articles/vozvraty/staraya").json();
    assert_eq!(one["owner"], "petrova");
    assert!(base.get("/a/vozvraty/staraya").body.contains("petrova, ivanova"));
    // Every filter and count goes by the same owners.
    let slugs = |address: &str| base.get(address).slugs();
    assert_eq!(slugs("/api/v1/articles?owner=ivanova"), ["vozvraty/izmenena", "vozvraty/staraya"]);
    assert_eq!(slugs("/api/v1/articles?owner=@ivanova").len(), 2, "as it is written in the list");
    assert_eq!(slugs("/api/v1/search?q=да&owner=ivanova").len(), 2);
    assert_eq!(slugs("/api/v1/search?owner=sidorov"), ["svoya"]);
    let facets = base.get("/api/v1/search?q=да&facets=true").json();
    assert_eq!(facets["facets"]["owner"], json!([{"value": "ivanova", "count": 2}, {"value": "petrova", "count": 2}]));
}

#[test]
fn changed_list_of_owners_changes_articles_that_stayed_the_same() {
    let mut repo = files();
    let mut base = base(&repo);
    repo.write("kb/_owners", "* orlova\nvozvraty/staraya.md\n");
    repo.commit("others");
    base.must_publish();
    assert_eq!(owners(&base, "vozvraty/izmenena"), json!(["orlova"]));
    assert_eq!(owners(&base, "vozvraty/staraya"), json!([]), "a pattern without names: nobody");
    assert_eq!(base.get("/api/v1/articles?owner=petrova").slugs(), [""; 0]);
    assert_eq!(base.get("/api/v1/search?q=да&owner=orlova").slugs(), ["vozvraty/izmenena"]);
    repo.remove("kb/_owners");
    repo.commit("none");
    base.must_publish();
    assert_eq!(owners(&base, "nichya"), json!([]));
    assert_eq!(owners(&base, "svoya"), json!(["sidorov"]));
}

#[test]
fn reviews_are_counted_by_state_and_by_owner() {
    let repo = files();
    let base = base(&repo);
    let all = base.get("/api/v1/reviews").json();
    assert_eq!(counts(&all["counts"]), [4, 1, 0, 1, 2, 1]);
    let by_owner: Vec<(Value, Vec<u64>)> = all["owners"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["owner"].clone(), counts(&one["counts"])))
        .collect();
    assert_eq!(
        by_owner,
        [
            (json!("ivanova"), vec![2, 1, 0, 1, 1, 0]),
            (json!("petrova"), vec![2, 1, 0, 1, 1, 0]),
            (json!("redakciya"), vec![1, 0, 0, 0, 1, 1]),
            (json!("sidorov"), vec![1, 0, 0, 0, 0, 0]),
        ]
    );
    let of = |query: &str| base.get(&format!("/api/v1/reviews?{query}")).slugs();
    assert_eq!(of("state=overdue"), ["vozvraty/staraya"], "neither a draft nor what is archived");
    assert_eq!(of("state=due"), [""; 0]);
    assert_eq!(of("state=changed"), ["vozvraty/izmenena"]);
    assert_eq!(of("state=never_verified"), ["nichya", "vozvraty/staraya"]);
    assert_eq!(of("state=diagnostics"), ["nichya"]);
    assert_eq!(of("state=never_verified&owner=petrova"), ["vozvraty/staraya"]);
    assert_eq!(of("owner=@petrova"), ["vozvraty/izmenena", "vozvraty/staraya"]);
    let stale = &base.get("/api/v1/reviews?state=overdue").json()["articles"][0];
    assert_eq!(stale["states"], json!(["overdue", "never_verified"]));
    let page = base.get("/api/v1/reviews?limit=3").json();
    assert_eq!(
        (page["articles"].as_array().map(Vec::len), &page["next"], &page["total"]),
        (Some(3), &json!(3), &json!(4))
    );
    assert_eq!(base.get("/api/v1/reviews?limit=3&offset=3").json()["next"], Value::Null);
}

#[test]
fn page_and_feed_tell_the_same() {
    let repo = files();
    let base = base(&repo);
    let page = base.get("/reviews");
    assert_eq!(page.status, StatusCode::OK);
    for expected in ["Старая", "Изменена", "Ничья", "/reviews?owner=petrova", "/reviews.ics", "KB020"]
    {
        assert_eq!(page.body.contains(expected), expected != "KB020", "{expected}");
    }
    assert!(base.get("/reviews?state=diagnostics").body.contains("KB020"));
    let mine = base.get("/reviews?owner=sidorov").body;
    assert!(mine.contains("Своя") && !mine.contains("Старая"));
    let feed = base.get("/reviews.atom?owner=petrova");
    assert_eq!(feed.headers["content-type"], "application/atom+xml; charset=utf-8");
    assert_eq!(feed.body.matches("<entry").count(), 2);
    assert!(feed.body.contains("<updated>2020-02-01T00:00:00Z</updated>"), "overdue from the next day on");
    assert!(feed.body.contains(">Проверка просрочена · ") && feed.body.contains(">Изменено после проверки · "));
    assert_eq!(feed.body, base.get("/reviews.atom?owner=petrova").body);
}

#[test]
fn calendar_has_a_day_for_each_review() {
    let repo = files();
    let base = base(&repo);
    let calendar = base.get("/reviews.ics");
    assert_eq!(calendar.headers["content-type"], "text/calendar; charset=utf-8");
    let lines: Vec<&str> = calendar.body.split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75));
    let unfolded = calendar.body.replace("\r\n ", "");
    let of = |name: &str| -> Vec<&str> {
        unfolded.lines().filter_map(|line| line.strip_prefix(name)).map(|line| line.trim_start_matches(':')).collect()
    };
    assert_eq!(of("DTSTART;VALUE=DATE"), ["20200131", "29991231"]);
    assert_eq!(of("DTEND;VALUE=DATE"), ["20200201", "30000101"]);
    assert_eq!(of("SUMMARY"), ["Пересмотреть: Старая", "Пересмотреть: Своя"]);
    assert!(of("UID").iter().all(|id| id.starts_with("urn:uuid:")));
    assert_eq!(of("DTSTAMP").iter().collect::<std::collections::BTreeSet<_>>().len(), 1, "the time of the commit");
    let own = base.get("/reviews.ics?owner=sidorov").body;
    assert!(own.contains("Своя") && !own.contains("Старая"));
}

#[test]
fn last_day_of_the_calendar_has_no_end_before_its_beginning() {
    let mut repo = files();
    repo.write("kb/vechnaya.md", article("title: Вечная\nreview: {by: 9999-12-31}", "Да."));
    repo.commit("for ever");
    let calendar = base(&repo).get("/reviews.ics").body;
    let event = calendar.split("BEGIN:VEVENT").find(|event| event.contains("99991231")).expect("an event");
    assert!(!event.contains("DTEND"), "an event of a day needs none: {event}");
}

#[test]
fn reviews_are_for_colleagues_and_of_what_they_may_see() {
    let mut repo = files();
    repo.write("kb/tayna.md", article("title: Тайна\naudience: [operators]\nreview: {by: 2020-01-01}", "Нет."));
    repo.commit("one for operators");
    let mut public = TestBase::for_reader(repo.content("kb"), &["public"]);
    public.must_publish();
    for address in ["/api/v1/reviews", "/reviews", "/reviews.atom", "/reviews.ics"] {
        assert_eq!(public.get(address).status, StatusCode::FORBIDDEN, "{address}");
    }
    assert_eq!(public.get("/api/v1/reviews").json()["code"], "editors_only");
    assert!(public.get("/reviews").body.contains("Только для сотрудников"));
    let mut stores = TestBase::for_reader(repo.content("kb"), &["public", "stores"]);
    stores.must_publish();
    let seen = stores.get("/api/v1/reviews").json();
    assert_eq!(counts(&seen["counts"]), [4, 1, 0, 1, 2, 0], "findings are told to who sees everything");
    assert!(!stores.get("/reviews").body.contains("Тайна") && !stores.get("/reviews.ics").body.contains("Тайна"));
}

#[test]
fn unknown_state_is_a_problem() {
    let repo = files();
    let base = base(&repo);
    let problem = base.get("/api/v1/reviews?state=late");
    assert_eq!(problem.status, StatusCode::BAD_REQUEST);
    assert_eq!(problem.json()["parameter"], "state");
    assert_eq!(base.get("/reviews?state=late").status, StatusCode::BAD_REQUEST);
}

#[test]
fn verified_article_is_overdue_no_longer_and_one_verified_long_before_is() {
    let mut repo = files();
    let verified = |on: &str| {
        article(&format!("title: Старая\nreview: {{by: 2020-01-31}}\nverified: {{by: petrova, on: {on}}}"), "Да.")
    };
    let overdue = |repo: &TestRepo| counts(&base(repo).get("/api/v1/reviews").json()["counts"])[1];
    assert_eq!(overdue(&repo), 1);
    for (on, left) in [("2026-11-20", 0), ("2020-01-20", 0), ("2019-12-01", 1)] {
        repo.write("kb/vozvraty/staraya.md", verified(on));
        repo.commit("verified");
        assert_eq!(overdue(&repo), left, "{on}");
    }
}
