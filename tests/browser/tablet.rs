//! A tablet whose server is gone: it searches, reads and shows, says how old what it has is, and takes nobody else's
//! pages for the server's.

use crate::chrome::chrome;
use crate::chrome::page::{Page, TABLET};
use crate::door::Way;
use crate::shop::{Shop, sample_at};

/// The strip that says that answers come from the device.
pub const STRIP: &str = "document.querySelector('#offline:not([hidden])')?.innerText";
/// Brings what the device keeps to where the server is; gives the edition.
pub const SYNC: &str = "new Promise(done => {
  navigator.serviceWorker.addEventListener('message', ({ data }) => { if (data.edition && data.state) done(data.edition); });
  navigator.serviceWorker.startMessages();
  navigator.serviceWorker.controller.postMessage('sync');
})";

/// A tablet that has everything.
pub fn tablet(shop: &Shop) -> Option<Page> {
    let page = chrome()?.page();
    page.worker(true);
    page.size(TABLET);
    page.open(&shop.at("/"));
    page.until("navigator.serviceWorker.controller");
    assert_eq!(page.text(SYNC), page.text("document.documentElement.dataset.edition"));
    page.expects_faults();
    Some(page)
}

/// What is read.
pub fn text(page: &Page) -> String {
    page.text("document.querySelector('main').innerText")
}

#[test]
fn tablet_searches_and_reads_after_the_server_is_stopped() {
    let mut shop = Shop::sample();
    let Some(page) = tablet(&shop) else { return };
    let edition = page.text("document.documentElement.dataset.edition");
    shop.stop();
    for (query, title) in [
        ("возврат без чека", "Возврат без чека"),
        ("djpdhfn ,tp xtrf", "Возврат без чека"),
        ("vozvrat bez cheka", "Возврат без чека"),
        ("vozvart bez cheka", "Возврат без чека"),
        ("сколько хранится зак", "Сколько хранится заказ"),
        ("подъем на этаж", "Подъём на этаж"),
    ] {
        page.search(query);
        let titles = page.titles();
        assert!(titles.iter().take(3).any(|found| found == title), "{query}: {titles:?}");
    }
    let strip = page.text(STRIP);
    assert!(strip.starts_with("Офлайн · данные на ") && strip.contains(&edition[..7]), "{strip}");
    assert!(page.eval("document.querySelector('#strip').checkVisibility()") == false, "it is said once");
    page.screenshot("typed-tablet-offline");
    page.open(&shop.at("/a/vozvrat-bez-cheka"));
    page.until(STRIP);
    let read = text(&page);
    assert!(read.contains("Да, примем и без чека.") && read.contains("Чем подтвердить покупку"), "{read}");
    assert!(!read.contains("Никогда не говорите"), "what is internal is not on the device");
    page.screenshot("article-tablet-offline");
    page.open(&shop.at("/browse/vozvraty"));
    assert!(text(&page).contains("Возврат подарка"));
    page.open(&shop.at("/"));
    page.search("обмен");
    page.reload();
    page.results("обмен");
}

#[test]
fn what_only_the_server_has_says_so() {
    let mut shop = Shop::sample();
    let Some(page) = tablet(&shop) else { return };
    shop.stop();
    page.open(&shop.at("/history/vozvrat-bez-cheka"));
    assert!(text(&page).contains("только со связью"), "{}", text(&page));
    page.screenshot("history-tablet-offline");
}

#[test]
fn connection_that_is_back_is_noticed() {
    let mut shop = Shop::sample();
    let Some(page) = tablet(&shop) else { return };
    shop.stop();
    page.search("возврат");
    page.until(STRIP);
    let shown = page.titles();
    shop.start();
    page.until(&format!("!({STRIP})"));
    assert_eq!(page.titles().len(), shown.len(), "what is read stays");
}

#[test]
fn silent_server_is_not_waited_for_long() {
    let mut shop = Shop::sample();
    let Some(page) = tablet(&shop) else { return };
    shop.way(Way::Silent);
    page.search("возврат без чека");
    page.until(STRIP);
    assert_eq!(page.titles()[0], "Возврат без чека");
}

#[test]
fn login_page_of_a_network_is_neither_shown_as_an_answer_nor_kept() {
    let mut shop = Shop::sample();
    let Some(page) = tablet(&shop) else { return };
    page.expects("MIME type"); // Of the stream of events.
    shop.way(Way::page("<!doctype html><title>Wi-Fi</title><main id=main>Войдите в сеть</main>"));
    page.search("возврат без чека");
    page.until(STRIP);
    assert_eq!(page.titles()[0], "Возврат без чека");
    page.open(&shop.at("/a/vozvrat-bez-cheka"));
    assert!(text(&page).contains("Да, примем и без чека."), "{}", text(&page));
    let kept = page.eval(
        "(async () => {
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) if ((await (await cache.match(request)).text()).includes('Войдите')) return request.url;
          }
          return null;
        })()",
    );
    assert!(kept.is_null(), "{kept}");
    shop.way(Way::Open);
    page.until(&format!("!({STRIP})"));
}

#[test]
fn change_of_an_article_reaches_the_device_and_a_removed_one_leaves_it() {
    let mut shop = Shop::of(&[("a.md", "# Жираф\n\nЖираф ждёт на складе.\n"), ("b.md", "# Слон\n\nСлон в пути.\n")]);
    let Some(page) = tablet(&shop) else { return };
    shop.repo.write("kb/a.md", "# Жираф\n\nЖираф уехал в Тверь.\n").remove("kb/b.md");
    let edition = shop.publish("жираф уехал, слона нет");
    assert_eq!(page.text(SYNC), edition);
    shop.stop();
    page.open(&shop.at("/a/a"));
    assert!(text(&page).contains("Жираф уехал в Тверь."));
    page.key("Ctrl+KeyK");
    page.type_text("слон");
    page.until("new URL(location).searchParams.get('q') === 'слон' && !document.querySelector('main.stale')");
    assert!(!text(&page).contains("Слон в пути."));
}

#[test]
fn update_of_the_program_waits_for_a_tap() {
    let mut shop = Shop::sample();
    let Some(page) = tablet(&shop) else { return };
    page.open(&shop.at("/a/vozvrat-bez-cheka"));
    let worker = page.text("fetch('/sw.js').then(response => response.text())");
    shop.way(Way::script("/sw.js", &format!("{worker}\n// A newer one.\n")));
    page.eval("navigator.serviceWorker.getRegistration().then(one => one.update()).then(() => 0)");
    page.until("document.querySelector('#update:not([hidden])')");
    page.eval("document.before = true");
    assert!(text(&page).contains("Да, примем и без чека."));
    page.screenshot("article-tablet-update");
    let since = page.session.mark();
    page.tap("#update button");
    page.arrived(since);
    page.until("document.querySelector('main') && !document.before");
    assert!(page.eval("document.querySelector('#update:not([hidden])')").is_null());
}

#[test]
fn customer_is_shown_what_may_be_said_alone() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.size(TABLET);
    page.open(&sample_at("/a/vozvrat-bez-cheka"));
    page.tap("[data-show]");
    page.until("document.querySelector('dialog.customer[open]')");
    let seen = page.text("document.querySelector('dialog.customer').innerText");
    assert!(seen.contains("Да, примем и без чека.") && !seen.contains("Никогда не говорите"), "{seen}");
    assert_eq!(page.eval("document.querySelectorAll('dialog.customer a').length"), 0, "no way into the base");
    let size = page.text("getComputedStyle(document.querySelector('dialog.customer .said')).fontSize");
    assert!(size.trim_end_matches("px").parse::<f64>().is_ok_and(|size| size >= 28.0), "{size}");
    page.screenshot("article-tablet-customer");
    page.eval("history.back()");
    page.until("!document.querySelector('dialog.customer')");
    assert_eq!(page.text("location.pathname"), "/a/vozvrat-bez-cheka");
}

#[test]
fn tablet_can_be_installed() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.worker(true);
    page.open(&sample_at("/"));
    page.until("navigator.serviceWorker.controller");
    let manifest = page.session.call("Page.getAppManifest", serde_json::json!({}));
    assert_eq!(manifest["errors"], serde_json::json!([]));
    assert!(manifest["url"].as_str().is_some_and(|url| url.ends_with("/manifest.webmanifest")), "{manifest}");
    let wrong = page.session.call("Page.getInstallabilityErrors", serde_json::json!({}));
    let wrong: Vec<_> =
        wrong["installabilityErrors"].as_array().expect("a list").iter().map(|one| &one["errorId"]).collect();
    assert!(wrong.iter().all(|id| *id == "in-incognito"), "{wrong:?}");
}
