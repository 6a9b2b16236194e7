//! Naughty texts as queries, titles, names, messages and tags: nothing of them runs, asks elsewhere or breaks a page.
//!
//! What would run sets `window.__x`; what would ask elsewhere asks for 127.0.0.1:1, where nobody answers. A violation
//! of the content security policy fails these tests as well: our own pages must not need it.

use std::fmt::Write as _;

use crate::chrome::chrome;
use crate::chrome::page::Page;
use crate::shop::{Shop, sample_at};

fn texts() -> Vec<String> {
    let texts: Vec<String> = serde_json::from_str(include_str!("data/naughty.json")).expect("a list of texts");
    assert!(texts.len() >= 150, "only {}", texts.len());
    texts
}

/// Checks that nothing ran and nothing was asked of anybody else.
#[track_caller]
fn harmless(page: &Page, since: usize, origin: &str, what: &str) {
    assert_eq!(page.eval("typeof window.__x"), "undefined", "{what}");
    let elsewhere: Vec<String> = page.asked(since, "").into_iter().filter(|url| !url.starts_with(origin)).collect();
    assert!(elsewhere.iter().all(|url| url.starts_with("data:")), "{what} asks for {elsewhere:?}");
    assert_eq!(page.errors(), Vec::<String>::new(), "{what}");
}

#[test]
fn naughty_queries_run_nothing() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    let origin = sample_at("");
    page.open(&sample_at("/"));
    page.until("document.activeElement.id === 'q'");
    let since = page.session.mark();
    for text in texts() {
        // As it is put into the field by a paste; then as it stands in a field of one line.
        let typed = page.text(&format!(
            "(q.value = {0}, q.dispatchEvent(new InputEvent('input', {{ bubbles: true }})), q.value)",
            serde_json::json!(text)
        ));
        if !typed.trim().is_empty() {
            page.until("new URL(location).searchParams.get('q') === q.value && !document.querySelector('main.stale')");
        }
        harmless(&page, since, &origin, &text);
        assert_eq!(page.eval("document.querySelectorAll('#main, #q').length"), 2, "{text}");
    }
}

#[test]
fn naughty_queries_in_the_address_run_nothing() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    let origin = sample_at("");
    // One page for each would take long; what the page shows of a query does not depend on the others.
    for text in texts().iter().step_by(4) {
        let since = page.session.mark();
        page.open(&sample_at(&format!("/search?q={}", otvet::edition::encode_path(text))));
        harmless(&page, since, &origin, text);
        assert_eq!(page.eval("document.querySelectorAll('#main, #q').length"), 2, "{text}");
    }
}

/// A base of one article for every text: it is the title, the summary, a question, a keyword, a tag, the owner, the
/// answer, a heading and a note of it.
fn base() -> Shop {
    let mut shop = Shop::of(&[("start.md", "# Начало\n\nНичего.\n")]);
    for (number, text) in texts().iter().enumerate() {
        let quoted = serde_json::json!(text);
        let mut article = format!("---\nslug: n{number}\naudience: [public, operators]\n");
        for key in ["title", "summary", "owner"] {
            writeln!(article, "{key}: {quoted}").expect("a string takes all");
        }
        for key in ["questions", "keywords", "tags"] {
            writeln!(article, "{key}: [{quoted}]").expect("a string takes all");
        }
        let line = text.replace(['\n', '\r'], " ");
        writeln!(
            article,
            "---\n> [!ANSWER]\n> {line}\n\n## {line}\n\nжираф {number}\n\n{text}\n\n> [!INTERNAL]\n> {line}"
        )
        .expect("a string takes all");
        shop.repo.write(&format!("kb/{}/n{number}.md", if number % 2 == 0 { "папка" } else { "<b>" }), article);
    }
    // A commit for some of them would take long; author and message hold those that would run.
    shop.repo.author("<img src=x onerror=window.__x=100> </title><script>window.__x=101</script>");
    shop.publish("<script>window.__x=102</script>\n\n\"><img src=//127.0.0.1:1/x.png>");
    shop
}

#[test]
fn naughty_articles_run_nothing_on_any_page() {
    let Some(chrome) = chrome() else { return };
    let shop = base();
    let page = chrome.page();
    let origin = shop.at("");
    page.expects_faults(); // Pictures that lead nowhere.
    for path in [
        "/",
        "/changes",
        "/status",
        "/browse",
        "/browse/папка",
        "/browse/%3Cb%3E",
        "/history/n0",
        "/search?q=жираф",
        "/search?q=жираф&limit=50",
    ] {
        let since = page.session.mark();
        page.open(&shop.at(path));
        page.eval("new Promise(done => requestAnimationFrame(done))");
        harmless(&page, since, &origin, path);
        assert!(page.eval("document.querySelectorAll('#main').length") == 1, "{path}");
    }
    for number in (0..texts().len()).step_by(3) {
        let since = page.session.mark();
        page.open(&shop.at(&format!("/a/n{number}")));
        harmless(&page, since, &origin, &format!("article n{number}"));
        assert_eq!(page.eval("document.querySelectorAll('#main, #q').length"), 2, "article n{number}");
    }
}

#[test]
fn naughty_articles_run_nothing_as_one_looks_through_them() {
    let Some(chrome) = chrome() else { return };
    let shop = base();
    let page = chrome.page();
    let origin = shop.at("");
    page.expects_faults();
    page.open(&shop.at("/"));
    let since = page.session.mark();
    page.search("жираф");
    for _ in 0..page.titles().len() {
        page.key("ArrowDown");
        harmless(&page, since, &origin, "a row");
    }
}
