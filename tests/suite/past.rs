//! The past on pages: differences, former texts, who wrote what, the feed, what an open page is told. And what hostile
//! content makes of them: nothing.

use std::fmt::Write;

use otvet::web::State;

use crate::api::site::{Reply, Site, get, member, public, staff};

const FIRST: &str = "---\ntitle: Сроки доставки\nslug: sroki\naudience: [public, operators]\nowner: petrova\n---\n> [!ANSWER]\n> Привезём за 3 дня.\n\n## Города\n\n| Город | Срок |\n|---|---|\n| Тверь | 3 дня |\n\n> [!INTERNAL]\n> Лимит 300 рублей.\n";
const SECOND: &str = "---\ntitle: Сроки доставки\nslug: sroki\naudience: [public, operators]\nowner: smirnov\n---\n> [!ANSWER]\n> Привезём за 2 дня.\n\n## Города\n\n| Город | Срок |\n|---|---|\n| Казань | 2 дня |\n| Тверь | 3 дня |\n\n> [!INTERNAL]\n> Лимит 500 рублей.\n";

/// A site with an article that changed, and the commits of both.
fn changed() -> (Site, String, String) {
    let mut site = Site::of(staff(), &[("sroki.md", FIRST), ("other.md", "# Другое\n\nТекст.\n")]);
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    site.repo.author("Игорь Смирнов");
    let second = site.publish(&[("sroki.md", SECOND)], "сроки короче\n\nНовый перевозчик.").to_string();
    (site, first, second)
}

#[tokio::test]
async fn difference_is_shown_as_readers_see_it_with_who_and_why() {
    let (site, first, second) = changed();
    for address in [format!("/history/sroki?to={second}"), format!("/history/sroki?from={first}")] {
        let page = site.get(&address).await.text();
        for expected in [
            "<b dir=\"auto\">сроки короче</b>",
            "<bdi>Игорь Смирнов</bdi>",
            "<p class=\"message\" dir=\"auto\">Новый перевозчик.</p>",
            "Привезём за <del class=\"was\" data-label=\"убрано\">3</del><ins class=\"now\" data-label=\"добавлено\">2</ins> дня.",
            "<tr class=\"d-added\"><td><span class=\"d-mark added\">добавлено</span>",
            "<dt>Ответственный</dt>",
            "изменено: 2, добавлено: 1",
        ] {
            assert!(page.contains(expected), "{address} lacks {expected}: {page}");
        }
    }
    let raw = site.get(&format!("/history/sroki?to={second}&view=raw")).await.text();
    assert!(raw.contains("<tr class=\"new\">") && raw.contains("owner: <mark>smirnov</mark>"), "{raw}");
}

#[tokio::test]
async fn paragraphs_tell_who_changed_them_last() {
    let (site, first, second) = changed();
    let page = site.get("/history/sroki?view=blame").await.text();
    let marks: Vec<&str> =
        page.split("class=\"d-by\"").skip(1).map(|mark| mark.split("</a>").next().unwrap_or(mark)).collect();
    let of: Vec<bool> = marks.iter().map(|mark| mark.contains(&second[..7])).collect();
    assert_eq!(
        of,
        [true, false, true, false, true],
        "answer, heading and head of the table, Казань, Тверь, note: {marks:?}"
    );
    assert!(marks[1].contains(&first[..7]));
}

#[tokio::test]
async fn article_as_it_was_has_a_banner_and_commands() {
    let (site, first, _) = changed();
    let page = site.get(&format!("/a/sroki?revision={}", &first[..10])).await.text();
    assert!(page.contains("Привезём за 3 дня.") && page.contains("Так статья выглядела раньше"), "{page}");
    assert!(page.contains(&format!("git checkout {first} -- sroki.md")), "{page}");
    assert!(page.contains(&format!("/history/sroki?from={first}#diff")));
    assert!(page.contains("data-warn=\"Так статья выглядела раньше"), "whoever copies it is warned: {page}");
    let markdown = site.get(&format!("/a/sroki.md?revision={first}")).await;
    assert!(markdown.header("content-type").starts_with("text/markdown") && markdown.text().contains("за 3 дня"));
}

#[tokio::test]
async fn public_is_told_days_alone() {
    let (site, first, second) = changed();
    let state = site.seen_by(public());
    for address in [
        format!("/history/sroki?to={second}"),
        format!("/history/sroki?from={first}&part=diff"),
        "/history/sroki?view=blame".to_owned(),
        format!("/a/sroki?revision={first}"),
    ] {
        let page = get(&state, &address).await;
        assert_eq!(page.status, 404, "{address}");
        assert!(!page.text().contains("300 рублей") && !page.text().contains("3 дня"), "{address}");
    }
    let list = get(&state, "/history/sroki").await.text();
    assert!(list.contains(&second[..7]) && !list.contains("Смирнов") && !list.contains("сроки короче"), "{list}");
    // Operators see notes of then, since they see notes.
    let page = get(&site.seen_by(member("operators")), &format!("/history/sroki?to={second}")).await.text();
    assert!(page.contains("<del class=\"was\" data-label=\"убрано\">300</del>"), "{page}");
    assert_eq!(get(&site.seen_by(member("stores")), "/history/other").await.status, 404);
}

#[tokio::test]
async fn open_page_is_told_what_changed_since_it_was_made() {
    let (mut site, first, _) = changed();
    let part = site.get(&format!("/history/sroki?from={first}&part=diff")).await;
    assert_eq!(part.status, 200);
    let text = part.text();
    assert!(text.starts_with("<section class=\"change\"") && text.contains("сроки короче") && !text.contains("<html"));
    let same = site.get(&format!("/history/other?from={first}&part=diff")).await.text();
    assert!(same.contains("Текст не изменился"), "{same}");
    site.repo.remove("sroki.md");
    site.publish(&[], "больше не нужно");
    let gone = site.get(&format!("/history/sroki?from={first}&part=diff")).await;
    assert_eq!(gone.status, 404);
    let text = gone.text();
    assert!(text.contains("Статья удалена: Сроки доставки") && text.contains("больше не нужно"), "{text}");
    let of_public = get(&site.seen_by(public()), &format!("/history/sroki?from={first}&part=diff")).await.text();
    assert!(of_public.contains("недоступна") && !of_public.contains("больше не нужно"), "{of_public}");
}

#[tokio::test]
async fn what_is_new_is_counted_and_told_once_for_each_article() {
    let (mut site, first, _) = changed();
    site.publish(&[("sroki.md", FIRST), ("new.md", "# Новое\n\nТекст.\n")], "обратно");
    let page = site.get(&format!("/changes?since={first}")).await.text();
    assert!(page.contains("новых: 1, изменено: 1"), "{page}");
    assert!(page.contains(&format!("href=\"/history/sroki?from={first}#diff\" data-part")), "{page}");
}

#[tokio::test]
async fn markdown_is_given_to_who_asks_for_it() {
    let (site, ..) = changed();
    let asked = site.get_with("/a/sroki", &[("accept", "text/markdown, */*;q=0.1")]).await;
    assert!(asked.header("content-type").starts_with("text/markdown"));
    let page = site.get_with("/a/sroki", &[("accept", "text/html,text/markdown")]).await;
    assert!(page.header("content-type").starts_with("text/html"));
    let varies: Vec<_> = page.headers.get_all("vary").iter().map(|value| value.to_str().expect("ASCII")).collect();
    assert!(varies.contains(&"accept"), "{varies:?}");
    assert_ne!(asked.header("etag"), page.header("etag"));
}

fn ids(feed: &str) -> Vec<String> {
    feed.split("<id>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn feed_tells_changes_with_ids_that_stay() {
    let (mut site, ..) = changed();
    let feed = site.get("/changes.atom").await;
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let (before, text) = (ids(&feed.text()), feed.text());
    assert_eq!(before.len(), 1 + 3, "the feed, and three changes of articles");
    for expected in
        ["<author><name>Игорь Смирнов</name></author>", "изменена: сроки короче", "href=\"/a/sroki\"", "за 2 дня"]
    {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    assert!(!text.contains("Лимит"), "notes are not carried away: {text}");
    site.publish(&[("third.md", "# Третье\n\nТекст.\n")], "ещё");
    let after = ids(&site.get("/changes.atom").await.text());
    assert!(before.iter().all(|id| after.contains(id)), "{before:?} {after:?}");
    let public = get(&site.seen_by(public()), "/changes.atom").await.text();
    assert!(public.contains("Сроки доставки") && !public.contains("Третье") && !public.contains("Смирнов"), "{public}");
    assert_eq!(ids(&site.get("/changes.atom?owner=smirnov").await.text()).len(), 1 + 2);
    assert_eq!(ids(&site.get("/changes.atom?under=nowhere").await.text()).len(), 1);
}

#[tokio::test]
async fn browsers_are_told_how_to_search_where_the_address_is_known() {
    let (site, ..) = changed();
    let nothing = site.get("/opensearch.xml").await;
    assert_eq!(nothing.status, 404);
    assert_eq!(nothing.header("content-type"), "application/problem+json");
    assert_eq!(nothing.json()["code"], "not_found", "programs are told of problems in documents");
    let refused = site.get("/changes.atom?changed_since=gestern").await;
    assert_eq!(refused.json()["code"], "bad_parameter");
    assert_eq!(refused.header("otvet-edition").len(), 40);
    assert!(!site.get("/").await.text().contains("rel=\"search\""));
    let known =
        State { public_url: Some("https://kb.example".to_owned()), ..State::new(site.state.editions.clone(), staff()) };
    let known = std::sync::Arc::new(known);
    let description = get(&known, "/opensearch.xml").await;
    assert!(description.header("content-type").starts_with("application/opensearchdescription+xml"));
    assert!(
        description.text().contains("template=\"https://kb.example/search?q={searchTerms}\""),
        "{}",
        description.text()
    );
    assert!(get(&known, "/").await.text().contains("rel=\"search\""));
    let suggestions = get(&known, "/opensearch/suggest?q=%D1%81%D1%80%D0%BE%D0%BA").await.json();
    assert_eq!(
        suggestions,
        serde_json::json!(["срок", ["Сроки доставки"], ["Сроки доставки"], ["https://kb.example/a/sroki"]])
    );
}

/// Fails when anything that was written has become markup, or turns the direction of what follows.
fn is_harmless(address: &str, reply: &Reply) {
    let text = reply.text();
    assert!(!reply.status.is_server_error(), "{address}: {}", reply.status);
    for bad in ["<script>alert", "<img src=x", "\u{202e}", "\u{200b}"] {
        assert!(!text.contains(bad), "{address} has {bad:?}: {text}");
    }
}

#[tokio::test]
async fn hostile_titles_authors_and_messages_do_nothing() {
    const HOSTILE: &str = "<script>alert(1)</script>\u{202e}\u{200b}\"'><img src=x onerror=x>&amp;]]>";
    let title = HOSTILE.replace(['\'', '"', '\u{202e}', '\u{200b}'], "");
    let text = |word: &str| {
        format!("---\ntitle: '{title}'\nslug: x\nsummary: '{title}'\n---\n{word} <script>alert(1)</script> текст\n")
    };
    let mut site = Site::of(staff(), &[("x.md", &text("Один"))]);
    let first = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    site.repo.author(HOSTILE);
    let mut long = format!("{HOSTILE}\n\n{HOSTILE}\n");
    for number in 0..400_000 {
        writeln!(long, "строка {number}").expect("writing to memory");
    }
    let second = site.publish(&[("x.md", &text("Два"))], &long).to_string();
    for address in [
        "/a/x".to_owned(),
        "/history/x".to_owned(),
        "/history/x?view=blame".to_owned(),
        format!("/history/x?to={second}"),
        format!("/history/x?to={second}&view=raw"),
        format!("/history/x?from={first}&part=diff"),
        format!("/a/x?revision={first}"),
        format!("/changes?since={first}"),
        "/changes.atom".to_owned(),
        format!("/api/v1/history/x?to={second}"),
    ] {
        let reply = site.get(&address).await;
        if !address.starts_with("/api/") {
            is_harmless(&address, &reply);
        }
        assert_eq!(reply.status, 200, "{address}");
        assert!(reply.body.len() < 200_000, "{address} has {} bytes", reply.body.len());
    }
}

#[tokio::test]
async fn removed_article_has_a_history_and_the_way_back() {
    let (mut site, _, second) = changed();
    site.repo.remove("sroki.md");
    let removal = site.publish(&[], "больше не нужно").to_string();
    let page = site.get("/history/sroki").await;
    assert_eq!(page.status, 200);
    let page = page.text();
    for expected in [
        "<s>Сроки доставки</s>",
        "больше не нужно",
        "сроки короче",
        &format!("git checkout {second} -- sroki.md\ngit commit -m &#39;Вернуть текст из {}&#39;", &second[..7]),
        &format!("href=\"/~{second}/a/sroki\""),
    ] {
        assert!(page.contains(expected), "lacks {expected}: {page}");
    }
    assert!(site.get(&format!("/~{second}/a/sroki")).await.text().contains("Привезём за 2 дня."));
    let told = site.get("/api/v1/history/sroki").await.json();
    assert_eq!(
        (&told["commits"][0]["commit"], &told["commits"][0]["act"]),
        (&removal.as_str().into(), &"removed".into())
    );
    let outside = site.seen_by(public());
    assert_eq!(get(&outside, "/history/sroki").await.status, 404);
    assert_eq!(get(&outside, "/api/v1/history/sroki").await.status, 404);
    site.repo.remove("other.md");
    site.publish(&[("new.md", "# Новое\n")], "и это");
    assert_eq!(site.get("/history/other").await.status, 200);
    let operator = site.seen_by(member("operators"));
    assert_eq!(get(&operator, "/history/sroki").await.status, 200);
    for address in ["/history/other", "/api/v1/history/other", "/history/never"] {
        assert_eq!(get(&operator, address).await.status, 404, "{address} was not for them");
    }
}

#[tokio::test]
async fn difference_is_also_given_as_programs_take_it_and_tells_the_way_back() {
    let (site, first, second) = changed();
    let address = format!("/history/sroki?from={first}&to={second}");
    let page = site.get(&address).await.text();
    assert!(page.contains("view=patch") && page.contains(&format!("git checkout {first} -- sroki.md")), "{page}");
    let patch = site.get(&format!("{address}&view=patch")).await;
    assert_eq!(patch.header("content-type"), "text/plain; charset=utf-8");
    let patch = patch.text();
    assert!(
        patch.starts_with("--- a/sroki.md\n+++ b/sroki.md\n@@ ") && patch.contains("\n-owner: petrova\n"),
        "{patch}"
    );
    assert_eq!(get(&site.seen_by(public()), &format!("{address}&view=patch")).await.status, 404);
}

#[tokio::test]
async fn file_that_was_moved_as_it_is_keeps_its_history_and_is_found_at_its_old_address() {
    let plain = "---\ntitle: Правила\naudience: [public]\n---\nПлатить на кассе.\n";
    let mut site = Site::of(staff(), &[("oplata.md", plain), ("tajna.md", "# Тайна\n\nДля своих.\n")]);
    site.repo.rename("oplata.md", "pravila/kassa.md").rename("tajna.md", "svoi/tajna.md");
    site.publish(&[], "по папкам");
    site.repo.rename("pravila/kassa.md", "kassa/pravila.md");
    site.publish(&[], "ещё раз");
    for old in ["oplata", "pravila/kassa"] {
        let moved = site.get(&format!("/a/{old}")).await;
        assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "/a/kassa/pravila"), "{old}");
        let moved = site.get(&format!("/api/v1/articles/{old}")).await;
        assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "/api/v1/articles/kassa/pravila"));
    }
    let history = site.get("/api/v1/history/kassa/pravila").await.json();
    let acts: Vec<_> =
        history["commits"].as_array().expect("commits").iter().map(|one| one["act"].to_string()).collect();
    assert_eq!(acts, ["\"moved\"", "\"moved\"", "\"added\""]);
    assert_eq!(site.get("/a/tajna").await.status, 308);
    assert_eq!(get(&site.seen_by(public()), "/a/tajna").await.status, 404, "it is not for them under any address");
    site.publish(&[("oplata.md", "# Оплата\n\nНовое.\n")], "новое на старом месте");
    assert_eq!(site.get("/a/oplata").await.status, 200, "what is there now goes first");
}

#[tokio::test]
async fn file_that_was_moved_and_edited_at_once_keeps_its_history_and_is_found_at_its_old_address() {
    let text = "---\ntitle: Возврат\naudience: [public]\n---\nВернуть товар без брака можно в течение 14 дней, не считая дня покупки. \
        Чек не обязателен: найдём покупку по карте.\n";
    let secret = text.replace("public", "internal");
    let mut site = Site::of(staff(), &[("vozvrat.md", text), ("tajna.md", &secret)]);
    site.repo.remove("vozvrat.md").remove("tajna.md");
    // What is told to others now is not what was secret, however like it is.
    site.publish(
        &[("pravila/vozvrat.md", &text.replace("14 дней", "30 дней")), ("bylo.md", &text.replace("Чек", "Документ"))],
        "по папкам, и срок другой",
    );
    let moved = site.get("/a/vozvrat").await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "/a/pravila/vozvrat"));
    let history = site.get("/api/v1/history/pravila/vozvrat").await.json();
    let acts: Vec<_> =
        history["commits"].as_array().expect("commits").iter().map(|one| one["act"].to_string()).collect();
    assert_eq!(acts, ["\"moved\"", "\"added\""]);
    assert_eq!(site.get("/a/tajna").await.status, 404);
    let page = site.get("/history/pravila/vozvrat").await.text();
    assert!(page.contains("по папкам, и срок другой"), "{page}");
    let difference = site.get("/history/pravila/vozvrat?view=source").await;
    assert_eq!(difference.status, 200);
}

/// The mark before each paragraph of the page that tells who wrote what, and the paragraph.
fn marks(page: &str) -> Vec<(String, String)> {
    let body = page.split("class=\"blame").nth(1).expect("the text").split("</main>").next().expect("an end");
    let paragraph = |rest: &str| rest.split("</p>").next().unwrap_or_default().to_owned();
    let mut last = String::new();
    body.split("<p>").skip(1).map(paragraph).fold(Vec::new(), |mut all, one| {
        let text = match one.rsplit_once("</a>") {
            Some((mark, text)) => {
                mark.split("<b").last().unwrap_or_default().clone_into(&mut last);
                text
            }
            None => one.as_str(),
        };
        all.push((last.clone(), text.trim().to_owned()));
        all
    })
}

#[tokio::test]
async fn who_joins_branches_is_not_taken_for_who_wrote_their_paragraphs() {
    let text = |words: [&str; 4]| words.map(|word| format!("{word}\n\n")).concat();
    let mut site = Site::of(staff(), &[("a.md", &text(["Один.", "Два.", "Три.", "Четыре."]))]);
    site.repo.branch("side");
    site.repo.switch("side").author("Сидоров").write("a.md", text(["Один на ветке.", "Два.", "Три.", "Четыре."]));
    let side = site.repo.commit("с ветки");
    site.repo.switch("main").author("Иванов").write("a.md", text(["Один.", "Два.", "Три на главной.", "Четыре."]));
    site.repo.commit("с главной");
    site.repo
        .author("Третий")
        .write("a.md", text(["Один на ветке.", "Два.", "Три на главной.", "Вписано при слиянии."]));
    site.repo.merge(side, "слияние");
    site.look().expect("it can be published");
    let page = site.get("/history/a?view=blame").await.text();
    let told: Vec<String> = marks(&page)
        .into_iter()
        .map(|(mark, text)| {
            let known = ["с ветки", "с главной", "слияние", "first"].into_iter().find(|word| mark.contains(word));
            format!("{}: {text}", known.unwrap_or("?"))
        })
        .collect();
    assert_eq!(
        told,
        ["с ветки: Один на ветке.", "first: Два.", "с главной: Три на главной.", "слияние: Вписано при слиянии."],
        "{page}"
    );
    // Of a branch of which a merge took nothing, nobody wrote anything.
    site.repo.branch("none");
    site.repo.switch("none").author("Никто").write("a.md", "Всё другое.\n");
    let none = site.repo.commit("зря");
    site.repo.switch("main").merge(none, "наше");
    site.look().expect("it can be published");
    let page = site.get("/history/a?view=blame").await.text();
    assert!(!page.contains("Никто") && page.contains("Сидоров"), "{page}");
}

#[tokio::test]
async fn what_one_branch_did_to_a_file_that_another_moved_stays_in_its_history() {
    let text = |words: [&str; 3]| words.map(|word| format!("{word}\n\n")).concat();
    let mut site = Site::of(staff(), &[("a.md", &text(["Один, довольно длинный абзац.", "Два.", "Три."]))]);
    site.repo.branch("ren");
    site.repo.switch("ren").author("Сидоров").rename("a.md", "b.md");
    let moved = site.repo.commit("переименовал");
    site.repo.switch("main").author("Иванов");
    for (words, message) in [
        (["Один, довольно длинный абзац.", "Два с главной.", "Три."], "первая"),
        (["Один, довольно длинный абзац.", "Два с главной.", "Три с главной."], "вторая"),
    ] {
        site.repo.write("a.md", text(words));
        site.repo.commit(message);
    }
    site.repo.author("Третий").rename("a.md", "b.md");
    site.repo.merge(moved, "слияние");
    site.look().expect("it can be published");
    let of = async |site: &Site, slug: &str| -> Vec<String> {
        let history = site.get(&format!("/api/v1/history/{slug}")).await.json();
        let commits = history["commits"].as_array().expect("commits").iter();
        commits.map(|one| one["subject"].as_str().expect("a subject").to_owned()).collect()
    };
    assert_eq!(of(&site, "b").await, ["слияние", "вторая", "первая", "переименовал", "first"]);
    let page = site.get("/history/b?view=blame").await.text();
    let told: Vec<(bool, String)> =
        marks(&page).into_iter().map(|(mark, text)| (mark.contains("Иванов"), text)).collect();
    let by_ivanov = |text: &str| (true, text.to_owned());
    assert_eq!(told[1..], [by_ivanov("Два с главной."), by_ivanov("Три с главной.")], "{page}");
    assert_eq!(site.get("/a/a").await.header("location"), "/a/b");
    // What comes to the old place is another article.
    site.publish(&[("a.md", "# Новое\n\nСовсем другое.\n")], "новая");
    assert_eq!(of(&site, "a").await, ["новая"]);
    assert_eq!(of(&site, "b").await.len(), 5);
    let created = site.get("/api/v1/articles/a").await.json();
    assert_eq!(created["created_at"], created["changed_at"]);
}

#[tokio::test]
async fn revision_at_which_an_article_was_not_there_is_not_said_to_be_no_commit() {
    let mut site = Site::of(staff(), &[("other.md", "# Другое\n")]);
    let before = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    let added = site.publish(&[("a.md", "# А\n\nДа.\n")], "новое").to_string();
    site.repo.remove("a.md");
    let removed = site.publish(&[], "убрали").to_string();
    site.publish(&[("a.md", "# А\n\nСнова.\n")], "вернули");
    for commit in [&before, &removed] {
        let told = site.get(&format!("/api/v1/articles/a?revision={commit}")).await;
        assert_eq!((told.status.as_u16(), &told.json()["code"]), (404, &"revision_not_found".into()));
        let detail = told.json()["detail"].to_string();
        assert!(detail.contains("the article was not there at the commit"), "{detail}");
    }
    let page = site.get_with(&format!("/a/a?revision={removed}"), &[("accept", "text/html")]).await.text();
    assert!(page.contains("Такой редакции статьи нет"), "{page}");
    let history = site.get("/history/a").await.text();
    assert!(history.contains(&format!("revision={added}")), "{history}");
    assert!(!history.contains(&format!("revision={removed}")), "nothing was there: {history}");
    let then = site.get(&format!("/a/a?revision={added}")).await.text();
    assert!(then.contains(&format!("href=\"/a/a.md?revision={added}\"")), "{then}");
    let patch = site.get(&format!("/history/a?to={removed}&view=patch")).await.text();
    assert!(patch.starts_with("--- a/a.md\n+++ /dev/null\n"), "{patch}");
}

#[tokio::test]
async fn whoever_looks_for_a_removed_article_is_told_so_and_led_to_what_it_said() {
    let (mut site, first, second) = changed();
    site.repo.remove("sroki.md");
    site.publish(&[("sroki-2.md", "---\ntitle: Сроки доставки 2\naudience: [public]\n---\nЗавтра.\n")], "заменили");
    let page = site.get("/a/sroki").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (404, "no-store"));
    let page = page.text();
    for expected in
        ["Статья удалена", "заменили", "href=\"/history/sroki\"", "href=\"/a/sroki-2\"", &format!("/~{second}/a/sroki")]
    {
        assert!(page.contains(expected), "lacks {expected}: {page}");
    }
    for (address, to) in [
        (format!("/a/sroki?revision={}", &first[..9]), format!("/~{first}/a/sroki")),
        (format!("/a/sroki.md?revision={first}"), format!("/~{first}/a/sroki.md")),
        (format!("/api/v1/articles/sroki?revision={first}"), format!("/~{first}/api/v1/articles/sroki")),
    ] {
        let moved = site.get(&address).await;
        assert_eq!((moved.status.as_u16(), moved.header("location")), (307, to.as_str()), "{address}");
        assert!(site.get(&to).await.text().contains("Привезём за 3 дня"), "{to}");
    }
    assert_eq!(site.get("/api/v1/articles/sroki").await.json()["code"], "article_not_found");
    assert_eq!(site.get(&format!("/a/sroki?revision={}", "ab".repeat(20))).await.status, 404);
    let outside = site.seen_by(public());
    assert!(!get(&outside, "/a/sroki").await.text().contains("Статья удалена"));
    for address in [format!("/a/sroki?revision={first}"), format!("/api/v1/articles/sroki?revision={first}")] {
        assert_eq!(get(&outside, &address).await.status, 404, "{address}");
    }
}

#[tokio::test]
async fn old_address_of_a_file_with_spaces_in_its_name_leads_to_where_it_is() {
    let text = "---\ntitle: Без чека\naudience: [public]\n---\nПримем и без чека, найдём покупку по карте.\n";
    let mut site = Site::of(staff(), &[("Возврат товара/Без чека!.md", text)]);
    let old = site.get("/api/v1/articles").await.json()["articles"][0]["url"].as_str().expect("an address").to_owned();
    site.repo.rename("Возврат товара/Без чека!.md", "vozvraty/bez-cheka.md");
    site.publish(&[], "по-латински");
    let moved = site.get(&format!("{old}?revision=")).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "/a/vozvraty/bez-cheka?revision="), "{old}");
}
