//! Facts and fragments: one place to change what many articles say.

use otvet::publish::Outcome;

use crate::support::base::TestBase;
use crate::support::repo::TestRepo;

/// Three articles: one says a fact, one holds a fragment that says it, one says neither.
fn base() -> (TestRepo, TestBase) {
    let mut repo = TestRepo::new();
    repo.write("kb/_facts/returns.yml", "days: 14 дней\n")
        .write("kb/_fragments/terms.md", "Ярлыки целы, прошло не больше {{fact:returns.days}}.\n")
        .write(
            "kb/srok.md",
            "---\ntitle: Срок\nsummary: На возврат {{fact:returns.days}}\n---\nВернуть можно {{fact:returns.days}}.\n",
        )
        .write("kb/usloviya.md", "---\ntitle: Условия\n---\n> [!ANSWER]\n> Вернуть можно.\n>\n> {{fragment:terms}}\n")
        .write("kb/dostavka.md", "---\ntitle: Доставка\n---\nПривезём завтра.\n");
    repo.commit("start");
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    (repo, base)
}

fn answer(base: &TestBase, slug: &str) -> String {
    let article = base.get(&format!("/api/v1/articles/{slug}")).json();
    article["answers"][0]["text"].as_str().expect("an answer").to_owned()
}

#[test]
fn fact_is_changed_in_one_place_for_all_articles_that_say_it() {
    let (mut repo, mut base) = base();
    assert_eq!(answer(&base, "srok"), "Вернуть можно 14 дней.");
    assert_eq!(answer(&base, "usloviya"), "Вернуть можно.\n\nЯрлыки целы, прошло не больше 14 дней.");
    assert_eq!(base.search("14").slugs().len(), 2);

    repo.write("kb/_facts/returns.yml", "days: 30 дней\n");
    repo.commit("thirty days");
    assert_eq!(base.must_publish(), Outcome::Published { changed: 2 });
    assert_eq!(answer(&base, "srok"), "Вернуть можно 30 дней.");
    assert_eq!(answer(&base, "usloviya"), "Вернуть можно.\n\nЯрлыки целы, прошло не больше 30 дней.");
    assert_eq!(base.get("/api/v1/articles/srok").json()["summary"], "На возврат 30 дней");
    assert_eq!(base.search("14").slugs().len(), 0);
    assert!(base.get("/a/usloviya.md").body.contains("> Ярлыки целы, прошло не больше 30 дней."));
}

#[test]
fn changed_fragment_parses_only_articles_that_share_something() {
    let (mut repo, mut base) = base();
    repo.write("kb/_fragments/terms.md", "Ярлыки целы.\n");
    repo.commit("shorter terms");
    assert_eq!(base.must_publish(), Outcome::Published { changed: 1 });
    assert_eq!(answer(&base, "usloviya"), "Вернуть можно.\n\nЯрлыки целы.");
}

#[test]
fn missing_fact_is_an_error_where_it_is_wanted() {
    let (mut repo, mut base) = base();
    repo.write(
        "kb/srok.md",
        "---\ntitle: Срок\nsummary: За {{fact:returns.day}}\n---\nСтрока.\n\nВернуть можно {{fact:returns.dais}}.\n",
    );
    repo.remove("kb/_fragments/terms.md");
    repo.commit("broken");
    base.must_publish();
    let findings = base.get("/api/v1/diagnostics").json();
    let found = findings["diagnostics"].as_array().expect("findings");
    let places: Vec<_> = found
        .iter()
        .map(|f| format!("{}:{}:{} {} {}", f["path"], f["line"], f["column"], f["code"], f["severity"]))
        .collect();
    insta::assert_snapshot!(places.join("\n"), @r#"
    "srok.md":3:13 "KB081" "error"
    "srok.md":7:15 "KB081" "error"
    "usloviya.md":7:3 "KB082" "error"
    "#);
}

#[test]
fn literal_that_repeats_a_fact_is_a_warning_also_in_files_that_did_not_change() {
    let (mut repo, mut base) = base();
    repo.write("kb/_facts/delivery.yml", "when: завтра\nold: {value: Привезём, repeats: allowed}\n");
    repo.commit("one more fact");
    // Every file is looked through again, but no article says anything else.
    assert_eq!(base.must_publish(), Outcome::Published { changed: 0 });
    let findings = base.get("/api/v1/diagnostics").json();
    let found = &findings["diagnostics"][0];
    assert_eq!((&found["path"], &found["line"], &found["column"]), (&"dostavka.md".into(), &4.into(), &10.into()));
    assert_eq!((&found["code"], &found["severity"]), (&"KB085".into(), &"warning".into()));
    assert_eq!(findings["diagnostics"].as_array().map(Vec::len), Some(1));
}

#[test]
fn internal_note_of_a_fragment_stays_internal() {
    let (mut repo, _) = base();
    repo.write("kb/_fragments/terms.md", "Ярлыки целы.\n\n> [!INTERNAL]\n> Лимит — жирафами.\n");
    repo.write(
        "kb/usloviya.md",
        "---\ntitle: Условия\naudience: [public]\n---\nВернуть можно.\n\n{{fragment:terms}}\n",
    );
    repo.commit("a note");
    let mut public = TestBase::for_reader(repo.content("kb"), &["public"]);
    public.must_publish();
    let page = public.get("/a/usloviya").body + &public.get("/a/usloviya.md").body;
    assert!(page.contains("Ярлыки целы") && !page.contains("жираф"), "{page}");
}

#[test]
fn facts_give_equal_bytes_whatever_came_before() {
    let (mut repo, mut base) = base();
    let steps: [(&str, &str); 5] = [
        ("kb/_facts/returns.yml", "days: 21 день\nplace: в любом магазине\n"),
        ("kb/_fragments/terms.md", "Ярлыки целы. {{fact:returns.place}}\n"),
        (
            "kb/dostavka.md",
            "---\ntitle: Доставка\n---\nПривезём завтра, примем в любом магазине.\n\n{{fragment:terms}}\n",
        ),
        ("kb/_facts/returns.yml", "days: 21 день\nplace: {value: в любом магазине, repeats: allowed}\n"),
        ("kb/_facts/more.yml", "word: завтра\n"),
    ];
    for (path, text) in steps {
        repo.write(path, text);
        repo.commit(path);
        base.must_publish();
    }
    let mut fresh = TestBase::new(repo.content("kb"));
    fresh.must_publish();
    let addresses =
        ["/api/v1/articles/srok", "/api/v1/articles/usloviya", "/api/v1/articles/dostavka", "/api/v1/diagnostics"];
    for address in
        addresses.into_iter().chain(["/api/v1/search?q=%D0%B4%D0%BD%D0%B5%D0%B9&explain=true", "/a/dostavka"])
    {
        assert_eq!(base.get(address).body, fresh.get(address).body, "{address}");
    }
}

#[test]
fn any_change_after_a_verification_shows_also_in_a_fragment() {
    let (mut repo, mut base) = base();
    let state = |base: &TestBase| base.get("/api/v1/articles/usloviya").json()["trust"]["state"].clone();
    let digest = base.view().articles().find(|article| &*article.path == "usloviya.md").expect("there").digest();
    let text = |digest: u64, owner: &str| {
        let verified = format!("verified: {{by: petrova, on: 2026-11-12, digest: {digest:016x}}}");
        format!(
            "---\ntitle: Условия\nowner: {owner}\n{verified}\n---\n> [!ANSWER]\n> Вернуть можно.\n>\n> {{{{fragment:terms}}}}\n"
        )
    };
    repo.write("kb/usloviya.md", text(digest, "petrova"));
    repo.commit("verified");
    base.must_publish();
    assert_eq!(state(&base), "verified");
    repo.write("kb/usloviya.md", text(digest, "ivanova"));
    repo.commit("another owner says the same");
    base.must_publish();
    assert_eq!(state(&base), "verified");
    repo.write("kb/_facts/returns.yml", "days: 15 дней\n");
    repo.commit("the fact in the fragment changes");
    base.must_publish();
    assert_eq!(state(&base), "changed");
}
