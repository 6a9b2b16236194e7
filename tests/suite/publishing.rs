//! From a commit to a live edition: the invariants, and what goes wrong on the way.

use std::fs;

use otvet::article::Article;
use otvet::edition::{ListQuery, TrustState};
use otvet::publish::Outcome;
use otvet::search::Filters;

use crate::support::base::TestBase;
use crate::support::repo::TestRepo;

fn article(title: &str, text: &str) -> String {
    format!("---\ntitle: {title}\n---\n{text}\n")
}

/// A repository with two articles, and its base.
fn base() -> (TestRepo, TestBase) {
    let mut repo = TestRepo::new();
    repo.write("kb/vozvrat.md", article("Возврат", "Вернуть можно за 14 дней."))
        .write("kb/dostavka.md", article("Доставка", "Привезём завтра."));
    repo.commit("start");
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    (repo, base)
}

#[test]
fn request_is_answered_from_one_edition() {
    let (mut repo, mut base) = base();
    let before = base.view();
    repo.write("kb/vozvrat.md", article("Возврат товара", "Вернуть можно за 30 дней."));
    let second = repo.commit("thirty days");
    base.must_publish();
    // The view taken before the publish still sees its own edition, whole.
    let found = before.search(&otvet::search::SearchQuery::new("30 "));
    assert_eq!(found.total, 0);
    let old = before.articles().find(|article| &*article.path == "vozvrat.md").expect("the article");
    assert_eq!(old.title, "Возврат");
    assert_eq!(base.get("/api/v1/edition").json()["edition"], second.to_string());
    assert_eq!(base.search("30").slugs(), ["vozvrat"]);
}

#[test]
fn commit_with_the_same_content_only_renames_the_edition() {
    let (mut repo, mut base) = base();
    repo.write("README.md", "outside the content folder");
    let second = repo.commit("nothing to see");
    assert_eq!(base.must_publish(), Outcome::Renamed);
    let answer = base.get("/api/v1/articles/vozvrat");
    assert_eq!(answer.headers["otvet-edition"], second.to_string());
    assert_eq!(base.must_publish(), Outcome::Unchanged);
}

#[test]
fn only_changed_articles_are_parsed() {
    let (mut repo, mut base) = base();
    repo.write("kb/novaya.md", article("Новая", "Текст."));
    repo.commit("one more");
    assert_eq!(base.must_publish(), Outcome::Published { changed: 1 });
    repo.remove("kb/novaya.md");
    repo.commit("one less");
    assert_eq!(base.must_publish(), Outcome::Published { changed: 0 });
    assert_eq!(base.get("/api/v1/articles/novaya").status, 404);
}

#[test]
fn broken_article_does_not_block_the_edition() {
    let (mut repo, mut base) = base();
    repo.write("kb/slomana.md", "---\ntitle: [незакрыто\naudience: public\n---\nЖираф.\n");
    repo.write("kb/novaya.md", article("Новая", "Жираф на складе."));
    repo.commit("one broken, one good");
    base.must_publish();
    assert_eq!(base.search("жираф").slugs(), ["novaya"]);
    assert_eq!(base.get("/api/v1/articles/slomana").status, 404);
    let findings = base.get("/api/v1/diagnostics").json();
    let finding = &findings["diagnostics"][0];
    assert_eq!((finding["path"].as_str(), finding["severity"].as_str()), (Some("slomana.md"), Some("error")));
}

#[test]
fn failed_publish_leaves_the_live_edition_live() {
    let (mut repo, mut base) = base();
    let good = base.get("/api/v1/articles/vozvrat");
    let blob = repo.blob(article("Возврат", "Другой срок.").as_bytes());
    repo.write("kb/vozvrat.md", article("Возврат", "Другой срок."));
    repo.commit("damaged");
    repo.compress(blob);
    let whole = fs::read(repo.loose(blob)).expect("the object");
    // What a power cut leaves; libgit2 would inflate it for ever.
    repo.damage(blob, &whole[..whole.len() / 2]);
    base.publish().expect_err("an article that cannot be read");
    assert_eq!(base.get("/api/v1/articles/vozvrat").body, good.body);
    let edition = base.get("/api/v1/edition").json();
    assert!(edition["last_failure"]["reason"].as_str().expect("a reason").contains("vozvrat.md"), "{edition}");
    let ready = base.get("/readyz");
    assert_eq!((ready.status.as_u16(), &ready.json()["stale"]), (200, &serde_json::json!(true)));

    repo.damage(blob, &whole);
    base.must_publish();
    assert!(base.get("/api/v1/articles/vozvrat").body.contains("Другой срок"));
    assert!(base.get("/api/v1/edition").json()["last_failure"].is_null());
}

#[test]
fn at_a_start_a_damaged_file_is_a_finding_and_the_rest_is_published() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", article("Первая", "Жираф.")).write("kb/b.md", article("Вторая", "Слон."));
    repo.commit("start");
    let blob = repo.blob(article("Вторая", "Слон.").as_bytes());
    repo.damage(blob, b"nonsense");
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    assert_eq!(base.search("жираф").slugs(), ["a"]);
    assert_eq!(base.get("/api/v1/diagnostics").json()["diagnostics"][0]["code"], "KB054");
}

#[test]
fn folder_is_called_by_the_title_of_its_overview() {
    let mut repo = TestRepo::new();
    repo.write("kb/vozvraty/index.md", article("Возвраты", "Обзор."))
        .write("kb/vozvraty/v_magazine/a.md", article("Жираф", "Текст."))
        .write("kb/prochee/b.md", article("Слон", "Текст."));
    repo.commit("start");
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    let breadcrumbs = |word: &str| base.search(word).json()["hits"][0]["breadcrumbs"].clone();
    assert_eq!(breadcrumbs("жираф"), serde_json::json!(["Возвраты", "V magazine"]));
    assert_eq!(breadcrumbs("слон"), serde_json::json!(["Prochee"]));
    assert!(base.get("/a/vozvraty/v_magazine/a").body.contains(">Возвраты</a>"));
}

/// Plain text has no links: there, too, an article is called by its title, as far as the reader may know it.
#[test]
fn answer_calls_articles_by_their_titles_in_plain_text_too() {
    let mut repo = TestRepo::new();
    let answer = "> [!ANSWER]\n> См. [[dostavka]], [[dostavka|про курьера]] и [[tayna]].\n>\n> - [[dostavka#Сроки]]\n> - **[[net]]**\n";
    repo.write("kb/vozvrat.md", format!("---\ntitle: Возврат\n---\n{answer}"))
        .write("kb/obmen.md", "---\ntitle: Обмен\n---\n[[dostavka]]\n")
        .write("kb/dostavka.md", "---\ntitle: Доставка & оплата\n---\nЗавтра.\n\n## Сроки\n\nДень.\n")
        .write("kb/tayna.md", "---\ntitle: Тайна\naudience: operators\n---\nНет.\n");
    repo.commit("start");
    let texts = |readers: &[&str]| {
        let mut base = TestBase::for_reader(repo.content("kb"), readers);
        base.must_publish();
        let text = |slug: &str| base.get(&format!("/api/v1/articles/{slug}")).json()["answers"][0]["text"].clone();
        (text("vozvrat"), text("obmen"), base.get("/a/vozvrat").body)
    };
    let (text, lead, page) = texts(&["public"]);
    assert_eq!(
        text, "См. Доставка & оплата, про курьера и tayna.\n\n- Доставка & оплата\n- net",
        "what is hidden or not there stays as written"
    );
    assert_eq!(lead, "Доставка & оплата");
    assert!(page.contains("См. Доставка &#38; оплата, про курьера и tayna."), "the copied text: {page}");
    assert_eq!(texts(&["operators"]).0, "См. Доставка & оплата, про курьера и Тайна.\n\n- Доставка & оплата\n- net");
}

/// What is prepared for lists says what a look at every article would say.
#[test]
fn lists_hold_what_the_reader_may_see_and_nothing_else() {
    let mut repo = TestRepo::new();
    for number in 0..40 {
        let folder = ["", "a/", "a/b/", "a-b/", "c/d/e/"][number % 5];
        let audience = ["public", "operators", "[public, stores]"][number % 3];
        let status = ["current", "draft", "archived", "current"][number % 4];
        let tags = ["[Один]", "[один, два]", "[]"][number / 2 % 3];
        let head = format!(
            "title: T{}\naudience: {audience}\nstatus: {status}\ntags: {tags}\nowner: o{}",
            number % 7,
            number % 2
        );
        let review = if number % 8 == 3 { "\nreview: {by: 2026-01-05}" } else { "" };
        repo.write(&format!("kb/{folder}s{number}.md"), format!("---\n{head}{review}\n---\nx\n\n## y\n"));
    }
    repo.commit("start");
    for readers in [&["public"][..], &["public", "operators"], &["public", "stores", "operators", "internal"]] {
        let mut base = TestBase::for_reader(repo.content("kb"), readers);
        base.must_publish();
        let view = base.view();
        let all: Vec<_> = view.articles().collect();
        assert_eq!(view.counts(), (all.len(), all.iter().map(|article| article.sections.len()).sum()));

        for filters in [
            Filters::default(),
            Filters { tags: vec!["ОДИН".to_owned()], ..Filters::default() },
            Filters { under: "a".to_owned(), owners: vec!["o1".to_owned()], ..Filters::default() },
        ] {
            let mut expected: Vec<_> =
                all.iter().filter(|article| filters.pass(article)).map(|a| a.slug.as_str()).collect();
            expected.sort_unstable();
            let (mut listed, mut after) = (Vec::new(), None);
            loop {
                let (page, more) = view.list(&ListQuery { filters: filters.clone(), after, limit: 3 });
                listed.extend(page.iter().map(|article| article.slug.as_str()));
                after = page.last().map(|article| article.slug.to_string());
                if !more {
                    break;
                }
                assert_eq!(page.len(), 3);
            }
            assert_eq!(listed, expected, "{filters:?}");
        }

        let mut folders = vec![String::new()];
        let mut found = 0;
        while let Some(folder) = folders.pop() {
            let (below, here) = view.browse(&folder).expect("a folder that was named");
            for one in below {
                let count = all.iter().filter(|article| article.is_under(&one.path)).count();
                assert_eq!((one.articles, one.path.rsplit('/').next()), (count, Some(one.name.as_str())));
                folders.push(one.path.clone());
            }
            assert!(below.is_sorted_by_key(|one| &one.name));
            assert!(here.is_sorted_by_key(|article| (&article.title, &article.slug)));
            found += here.len();
        }
        assert_eq!(found, all.len());
        assert!(view.browse("a/x").is_none() && view.browse("c").is_some());

        let has = |tag: &str| all.iter().filter(|article| article.meta.tags.iter().any(|one| one == tag)).count();
        assert_eq!(view.tags().collect::<Vec<_>>().len(), 3);
        assert!(view.tags().all(|(tag, count)| count == has(tag)));
        assert_eq!(view.tagged("оДИН", "").len(), has("один") + has("Один"));
        assert!(view.tagged("один", "a").iter().all(|article| article.is_under("a")));

        let day = |text: &str| text.parse::<jiff::civil::Date>().expect("a day");
        let is_overdue =
            |article: &&&std::sync::Arc<Article>| view.trust(article, day("2026-01-06")).state == TrustState::Overdue;
        assert_eq!(view.overdue(day("2026-01-06")).count(), all.iter().filter(is_overdue).count());
        assert!(view.overdue(day("2026-01-06")).len() > 0);
        assert_eq!(view.overdue(day("2026-01-05")).len(), 0, "on the day itself there is still time");
    }
}

#[test]
fn address_with_a_slip_is_told_the_right_one() {
    let (_repo, base) = base();
    let problem = base.get("/api/v1/articles/vozvart").json();
    assert_eq!((problem["status"].as_u64(), problem["suggestions"][0]["slug"].as_str()), (Some(404), Some("vozvrat")));
}

#[test]
fn force_push_publishes_the_new_tip() {
    let (mut repo, mut base) = base();
    let first = repo.head().expect("a commit");
    repo.write("kb/vozvrat.md", article("Возврат", "Черновой срок."));
    repo.commit("to be undone");
    base.must_publish();
    repo.advance(first);
    base.must_publish();
    assert_eq!(base.get("/api/v1/edition").json()["edition"], first.to_string());
    assert_eq!(base.search("черновой").slugs(), Vec::<String>::new());
}

#[test]
fn deleted_branch_and_removed_repository_leave_the_live_edition_live() {
    let (repo, mut base) = base();
    let good = base.search("вернуть");
    repo.delete_branch("main");
    base.publish().expect_err("no branch");
    assert_eq!(base.search("вернуть").body, good.body);
    let folder = repo.path().to_owned();
    fs::remove_dir_all(&folder).expect("the repository can be removed");
    base.publish().expect_err("no repository");
    assert_eq!(base.search("вернуть").body, good.body);
    assert_eq!(base.get("/api/v1/articles/vozvrat").status, 200);
}

#[test]
fn folder_that_nobody_chose_neither_comes_nor_goes_with_all_articles() {
    let (mut repo, _) = base();
    let by_default = otvet::git::Repository { or_whole: true, ..repo.content("kb") };
    let mut base = TestBase::new(by_default.clone());
    base.must_publish();
    let good = base.search("вернуть");
    repo.rename("kb/vozvrat.md", "articles/vozvrat.md").rename("kb/dostavka.md", "articles/dostavka.md");
    repo.commit("another folder");
    let reason = base.publish().expect_err("the articles would be gone").to_string();
    assert_eq!(reason, "the articles are read from the folder `kb`, which is gone");
    assert_eq!(base.search("вернуть").body, good.body);
    // A plain repository, the whole of which is content, is not cut down to a folder of that name either.
    let mut base = TestBase::new(by_default);
    base.must_publish();
    assert_eq!(base.search("вернуть").slugs(), ["articles/vozvrat"]);
    repo.write("kb/novaya.md", article("Новая", "Жираф."));
    repo.commit("a folder called kb");
    let reason = base.publish().expect_err("the articles would be gone").to_string();
    assert_eq!(reason, "there is a folder `kb` now: articles outside of it would be gone");
    assert_eq!(base.search("вернуть").slugs(), ["articles/vozvrat"]);
}

#[test]
fn empty_repository_waits_for_its_first_commit() {
    let mut repo = TestRepo::new();
    let mut base = TestBase::new(repo.content("kb"));
    base.publish().expect_err("nothing to publish");
    let problem = base.get("/api/v1/search?q=a");
    assert_eq!((problem.status.as_u16(), &problem.json()["code"]), (503, &serde_json::json!("not_ready")));
    assert_eq!(base.get("/healthz").status, 200);
    repo.write("kb/a.md", article("Первая", "Жираф."));
    repo.commit("start");
    base.must_publish();
    assert_eq!(base.search("жираф").slugs(), ["a"]);
}

#[test]
fn restart_takes_the_index_up_again_and_a_damaged_one_is_made_anew() {
    let (repo, base) = base();
    let expected = base.search("вернуть").body;
    let data = tempfile::tempdir().expect("a folder");
    let restart = || {
        let mut base = TestBase::on_disk(repo.content("kb"), data.path());
        base.must_publish();
        base.search("вернуть").body
    };
    assert_eq!(restart(), expected);
    assert_eq!(restart(), expected, "with the index of the first start");
    let mut files = Vec::new();
    let mut folders = vec![data.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(folder).expect("a folder").flatten() {
            if item.path().is_dir() { folders.push(item.path()) } else { files.push(item.path()) }
        }
    }
    assert!(files.len() > 3, "there is an index on disk");
    files.sort();
    for file in files {
        let Ok(mut bytes) = fs::read(&file) else { continue };
        if bytes.is_empty() {
            continue;
        }
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        fs::write(&file, &bytes).expect("a file of the index");
        assert_eq!(restart(), expected, "with a flipped byte in {}", file.display());
        if file.exists() {
            fs::write(&file, &bytes[..middle]).expect("a file of the index");
            assert_eq!(restart(), expected, "with half of {}", file.display());
        }
    }
    fs::remove_dir_all(data.path()).expect("deleting the index is always safe");
    fs::create_dir(data.path()).expect("the folder");
    assert_eq!(restart(), expected);
}

#[test]
fn articles_kept_from_an_earlier_start_are_those_that_a_parse_gives() {
    let mut repo = TestRepo::new();
    for number in 0..1_000 {
        let text = format!("Начало [[a{}]].\n\n> [!INTERNAL]\n> Тайна {number}.\n\n## Раздел\n\n<b>Жирный", number + 1);
        repo.write(&format!("kb/{}/a{number}.md", number % 10), article(&format!("Статья {number}"), &text));
    }
    repo.commit("start");
    let data = tempfile::tempdir().expect("a folder");
    let file = data.path().join("articles.bin");
    let told = |mut base: TestBase| -> Vec<String> {
        base.must_publish();
        base.view().articles().map(|article| format!("{article:?}")).collect()
    };
    let restart = |repo: &TestRepo| told(TestBase::on_disk(repo.content("kb"), data.path()));
    let fresh = |repo: &TestRepo| told(TestBase::new(repo.content("kb")));
    assert_eq!(restart(&repo), fresh(&repo));
    let whole = fs::read(&file).expect("what was parsed is kept");
    assert_eq!(restart(&repo), fresh(&repo), "from what was kept");
    assert_eq!(fs::read(&file).expect("a file"), whole, "nothing was parsed, so nothing was written");
    repo.write("kb/3/a3.md", article("Другая", "Другой текст.")).remove("kb/4/a4.md");
    repo.rename("kb/5/a5.md", "kb/6/moved.md");
    repo.commit("changes");
    assert_eq!(restart(&repo), fresh(&repo), "with changes since");
    let middle = whole.len() / 2;
    let flipped: Vec<u8> = (0..).zip(&whole).map(|(at, byte)| if at == middle { byte ^ 1 } else { *byte }).collect();
    for damaged in [&flipped[..], &whole[..middle], &whole[..3], &[]] {
        fs::write(&file, damaged).expect("a file");
        assert_eq!(restart(&repo), fresh(&repo), "with {} damaged bytes", damaged.len());
    }
}

#[test]
fn public_reader_learns_nothing_of_hidden_articles_and_notes() {
    let files = |hidden: bool| {
        let mut repo = TestRepo::new();
        let note = "\n> [!INTERNAL]\n> Канарейка секрет, см. [[tayna]].\n\n<!--\n\n> [!INTERNAL]\n> Канарейка -->\n\
                    > секрет\n\n- [! Internal ] секрет\n\n[^1]: секрет\n";
        repo.write(
            "kb/vozvrat.md",
            format!(
                "---\ntitle: Возврат\naudience: public\n---\nВернуть можно, см. [[tayna]].\n{}",
                if hidden { note } else { "" }
            ),
        );
        repo.write("kb/dostavka.md", "---\ntitle: Доставка\naudience: public\n---\nПривезём завтра.\n");
        if hidden {
            repo.write("kb/tayna.md", "---\ntitle: Тайна\naudience: operators\nredirect_from: [bylo]\n---\nКанарейка. См. [[vozvrat]]. Вернуть.\n");
            repo.write(
                "kb/chernovik.md",
                "---\ntitle: Канарейка черновик\naudience: public\nstatus: draft\n---\nВернуть.\n",
            );
            repo.write("kb/slomana.md", "---\ntitle: Канарейка\naudience: pulbic\n---\nВернуть.\n");
        }
        repo.commit("start");
        let mut base = TestBase::for_reader(repo.content("kb"), &["public"]);
        base.must_publish();
        base
    };
    let (with, without) = (files(true), files(false));
    let paths = [
        "/api/v1/search?q=вернуть",
        "/api/v1/search?q=канарейка+",
        "/api/v1/search?q=кан",
        "/api/v1/suggest?q=кан",
        "/api/v1/suggest?q=т",
        "/api/v1/articles",
        "/api/v1/articles/vozvrat",
        "/api/v1/articles/tayna",
        "/api/v1/articles/bylo",
        "/api/v1/articles/chernovik",
        "/api/v1/diagnostics",
        "/a/vozvrat",
        "/a/vozvrat.md",
        "/a/tayna",
        "/browse",
        "/search?q=вернуть",
        "/",
        "/status",
    ];
    for path in paths {
        let path = path.split_once('=').map_or_else(
            || path.to_owned(),
            |(a, q)| format!("{a}={}", otvet::edition::encode_path(q).replace("%2B", "+")),
        );
        let (one, other) = (with.get(&path), without.get(&path));
        assert_eq!(one.status, other.status, "{path}");
        let plain = |base: &TestBase, body: &str| {
            let edition = base.view().revision().commit;
            let tree = base.view().revision().tree;
            let body = body
                .replace(&edition.to_string(), "EDITION")
                .replace(&edition.short(), "EDITION")
                .replace(&tree.to_string(), "TREE");
            // Times of publishing and commit ids of articles differ between the two repositories.
            let lines = body
                .split(',')
                .filter(|part| !part.contains("_at\"") && !part.contains("revision") && !part.contains("instance"));
            lines.collect::<Vec<_>>().join(",").trim_end().to_owned()
        };
        if path != "/status" {
            assert_eq!(plain(&with, &one.body), plain(&without, &other.body), "{path}");
        }
        for canary in ["анарейка", "Тайна", "секрет"] {
            assert!(!one.body.contains(canary) || path.contains("%"), "{path} tells of `{canary}`: {}", one.body);
        }
    }
}
