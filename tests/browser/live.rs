//! A new edition while pages are open: said, never put under the reader's eyes.

use crate::chrome::page::Page;
use crate::door::Way;
use crate::screen::open;
use crate::shop::Shop;

const NOTICE: &str = "document.querySelector('#notice:not([hidden])')";

fn shop() -> Shop {
    Shop::of(&[
        ("a.md", "# Жираф\n\nЖираф ждёт на складе.\n\n## Где\n\nУ стены.\n"),
        ("b.md", "# Слон\n\nСлон в пути.\n"),
    ])
}

/// Waits until a page listens to what becomes live, so that a publish is not missed.
pub fn listening(page: &Page) {
    page.session.wait("the stream of events", 0, |event| {
        let response = &event.params["response"];
        (event.method == "Network.responseReceived"
            && response["url"].as_str().is_some_and(|url| url.contains("/api/v1/events")))
        .then_some(())
    });
}

fn text(page: &Page) -> String {
    page.text("document.querySelector('main').innerText")
}

#[test]
fn changed_article_stays_as_it_is_until_the_reader_asks_for_the_new_one() {
    let mut shop = shop();
    let Some(page) = open(&shop.at("/a/a")) else { return };
    listening(&page);
    let before = text(&page);
    shop.repo.write("kb/a.md", "# Жираф\n\nЖираф уехал.\n\n## Где\n\nНигде.\n");
    let edition = shop.publish("жираф уехал");
    page.until(NOTICE);
    assert_eq!(text(&page), before, "the text does not change under the reader's eyes");
    page.screenshot("article-desktop-changed");
    let since = page.session.mark();
    page.click("#notice button");
    page.arrived(since);
    assert!(text(&page).contains("Жираф уехал."));
    assert_eq!(page.text("document.documentElement.dataset.edition"), edition);
    assert!(page.eval(NOTICE).is_null(), "what is shown is new");
}

#[test]
fn every_open_tab_is_told() {
    let mut shop = shop();
    let Some(first) = open(&shop.at("/a/a")) else { return };
    let second = first.another();
    second.open(&shop.at("/a/a"));
    for page in [&first, &second] {
        listening(page);
    }
    shop.repo.write("kb/a.md", "# Жираф\n\nЖираф уехал.\n");
    shop.publish("жираф уехал");
    for page in [&first, &second] {
        page.until(NOTICE);
    }
}

#[test]
fn article_deleted_while_it_is_open_can_be_read_to_its_end() {
    let mut shop = shop();
    let Some(page) = open(&shop.at("/a/a")) else { return };
    listening(&page);
    let before = text(&page);
    shop.repo.remove("kb/a.md");
    shop.publish("жирафа больше нет");
    page.until(NOTICE);
    assert_eq!(text(&page), before);
    page.expects_faults();
    page.reload();
    assert!(page.text("document.title").len() > 3, "the page says that it is gone");
    assert!(!text(&page).contains("на складе"));
}

#[test]
fn stream_of_events_that_was_cut_is_taken_up_again() {
    let mut shop = shop();
    let Some(page) = open(&shop.at("/a/a")) else { return };
    page.expects_faults();
    listening(&page);
    shop.way(Way::Open);
    shop.repo.write("kb/a.md", "# Жираф\n\nЖираф уехал.\n");
    shop.publish("жираф уехал");
    page.until(NOTICE);
}

#[test]
fn server_that_was_away_tells_what_happened_meanwhile() {
    let mut shop = shop();
    let Some(page) = open(&shop.at("/a/a")) else { return };
    page.expects_faults();
    listening(&page);
    shop.stop();
    shop.repo.write("kb/a.md", "# Жираф\n\nЖираф уехал.\n");
    shop.publish("жираф уехал");
    shop.start();
    page.until(NOTICE);
}

#[test]
fn what_is_typed_is_answered_from_the_new_edition_at_once() {
    let mut shop = shop();
    let Some(page) = open(&shop.at("/")) else { return };
    page.search("жираф");
    shop.repo.write("kb/c.md", "# Жираф второй\n\nОн тоже здесь.\n");
    let edition = shop.publish("второй жираф");
    page.type_text(" ");
    page.until("document.querySelectorAll('[role=option]').length === 2");
    assert_eq!(page.text("document.documentElement.dataset.edition"), edition);
}
