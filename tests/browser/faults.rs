//! What goes wrong around a screen: clocks, full devices, two tabs at once, a server of another version, paper.

use serde_json::json;

use crate::chrome::page::Page;
use crate::door::Way;
use crate::screen::open;
use crate::shop::{Shop, sample_at};
use crate::tablet::{STRIP, SYNC, tablet, text};

const GIRAFFE: (&str, &str) = ("a.md", "# Жираф\n\nЖираф ждёт на складе.\n");

/// Sets the clock of the device, as its service worker reads it.
fn turn_the_clock(page: &Page, hours: i32) {
    let worker = page.inner("/sw.js");
    let expression = format!("{{ const now = Date.now; Date.now = () => now.call(Date) + {hours} * 36e5; }}");
    worker.call("Runtime.evaluate", json!({ "expression": expression }));
}

#[test]
fn data_of_yesterday_are_red_and_of_three_days_ago_are_not_shown() {
    let mut shop = Shop::of(&[GIRAFFE]);
    let Some(page) = tablet(&shop) else { return };
    shop.stop();
    turn_the_clock(&page, 25);
    page.search("жираф");
    page.until(STRIP);
    assert_eq!(page.text("document.getElementById('offline').className"), "offline old");
    page.screenshot("typed-tablet-offline-old");
    turn_the_clock(&page, 48);
    page.open(&shop.at("/a/a"));
    assert!(text(&page).contains("Данные на устройстве устарели"), "{}", text(&page));
    assert!(!text(&page).contains("Жираф ждёт"));
    page.screenshot("article-tablet-expired");
    shop.start();
    page.until("document.querySelector('main').innerText.includes('Жираф ждёт')");
}

#[test]
fn clock_that_was_set_back_is_said_and_nothing_is_lost() {
    let mut shop = Shop::of(&[GIRAFFE]);
    let Some(page) = tablet(&shop) else { return };
    shop.stop();
    turn_the_clock(&page, -30);
    page.search("жираф");
    page.until(STRIP);
    assert_eq!(page.titles(), ["Жираф"]);
    assert!(page.text(STRIP).contains("Часы устройства переведены"), "{}", page.text(STRIP));
}

#[test]
fn full_device_says_so_and_keeps_what_it_has() {
    let mut shop = Shop::of(&[GIRAFFE]);
    let Some(page) = tablet(&shop) else { return };
    let full = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }";
    page.inner("/sw.js").call("Runtime.evaluate", json!({ "expression": full }));
    shop.repo.write("kb/a.md", "# Слон\n\nСлон в пути.\n");
    shop.publish("слон");
    page.eval("window.told = []; new MutationObserver(() => told.push(said.textContent)).observe(said, { childList: true }), 0");
    page.eval("navigator.serviceWorker.controller.postMessage('sync')");
    page.until("told.some(one => one.startsWith('На устройстве нет места'))");
    shop.stop();
    page.search("жираф");
    page.until(STRIP);
    assert_eq!(page.titles(), ["Жираф"]);
}

#[test]
fn bundle_of_another_version_changes_nothing_on_the_device() {
    let mut shop = Shop::of(&[GIRAFFE]);
    let Some(page) = tablet(&shop) else { return };
    let edition = page.text("document.documentElement.dataset.edition");
    shop.way(Way::ours("/api/v1/offline", &edition, r#"{"format":999,"since":null,"articles":{}}"#));
    assert_eq!(page.text(SYNC), edition);
    shop.stop();
    page.search("жираф");
    page.until(STRIP);
    assert_eq!(page.titles(), ["Жираф"]);
}

#[test]
fn failing_server_is_answered_for_by_the_device() {
    let mut shop = Shop::of(&[GIRAFFE]);
    let Some(page) = tablet(&shop) else { return };
    shop.way(Way::failing("/search"));
    page.search("жираф");
    page.until(STRIP);
    assert_eq!(page.titles(), ["Жираф"]);
    shop.way(Way::Open);
    page.until(&format!("!({STRIP})"));
}

#[test]
fn reports_of_two_tabs_are_sent_once_each() {
    let mut shop = Shop::of(&[GIRAFFE]);
    let Some(page) = open(&shop.at("/a/a")) else { return };
    let other = page.another();
    other.open(&shop.at("/a/a"));
    shop.stop();
    for (tab, verdict) in [(&page, "helped"), (&other, "unclear")] {
        tab.expects_faults();
        tab.click(&format!("[data-feedback] [value={verdict}]"));
        tab.until("document.getElementById('said').textContent.includes('сохранён')");
    }
    shop.start();
    for tab in [&page, &other] {
        tab.session.call("Page.reload", json!({}));
    }
    let mut kinds = Vec::new();
    for _ in 0..300 {
        page.until("document.readyState === 'complete'");
        let all = page.eval("fetch('/api/v1/feedback').then(r => r.json()).then(all => all.feedback.map(one => one.kind).sort()).catch(() => [])");
        kinds = all.as_array().cloned().unwrap_or_default();
        if kinds.len() > 1 {
            break;
        }
    }
    assert_eq!(kinds, ["helped", "unclear"]);
}

#[test]
fn words_that_no_article_has_are_named() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("возврат кваазипукс");
    let said = page.text("document.getElementById('lacking').innerText");
    assert!(said.contains("«кваазипукс»") && !page.titles().is_empty(), "{said}");
}

#[test]
fn paper_gets_the_text_and_nothing_of_the_screen() {
    let Some(page) = open(&sample_at("/a/vozvrat-bez-cheka")) else { return };
    page.session.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    let seen = |selector: &str| {
        page.eval(&format!("[...document.querySelectorAll('{selector}')].filter(one => one.checkVisibility()).length"))
    };
    for selector in [".top", ".bottom", ".actions", ".channels", ".note-internal", ".feedback", ".contents", ".anchor"]
    {
        assert_eq!(seen(selector), 0, "{selector}");
    }
    assert_eq!(seen(".say"), 2, "every variant is on paper");
    assert_eq!(page.text("getComputedStyle(document.body).color"), "rgb(0, 0, 0)");
    page.screenshot("article-desktop-paper");
    page.open(&sample_at("/search?q=возврат без чека"));
    page.until("document.querySelector('#detail .card')");
    assert_eq!((seen(".hits"), seen("#detail .card .said")), (json!(0), json!(2)), "the answer without the list");
}
