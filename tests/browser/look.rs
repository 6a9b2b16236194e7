//! How a reader wants it: theme, density, size of letters; kept where it can be kept.

use crate::chrome::chrome;
use crate::screen::{TROUBLE, open};
use crate::shop::sample_at;

/// Storage as strict settings make it: asking for it is an error.
const DENIED: &str = "for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });";

#[test]
fn theme_is_kept_and_painted_before_anything_is_seen() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.feature("prefers-color-scheme", "light");
    let light = page.text("getComputedStyle(document.body).backgroundColor");
    page.click("[popovertarget=look]");
    page.click("#look input[name=theme][value=dark]");
    let dark = page.text("getComputedStyle(document.body).backgroundColor");
    assert_ne!(light, dark);
    page.before_all(
        "new MutationObserver((_, watch) => { if (document.body) { watch.disconnect(); window.first = document.documentElement.dataset.theme; } })
           .observe(document, { childList: true, subtree: true })",
    );
    page.open(&sample_at("/browse"));
    assert_eq!(page.text("window.first"), "dark", "nothing flashes");
    assert_eq!(page.text("getComputedStyle(document.body).backgroundColor"), dark);
    page.click("[popovertarget=look]");
    assert_eq!(page.eval("document.querySelector('#look input[name=theme]:checked').value"), "dark");
    page.click("#look input[name=theme][value='']");
    assert_eq!(page.text("getComputedStyle(document.body).backgroundColor"), light, "the system's again");
}

#[test]
fn compact_rows_are_lower_and_bigger_letters_are_bigger() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("возврат");
    let height = || page.eval("document.querySelector('[role=option]').getBoundingClientRect().height").as_f64();
    let (wide, size) = (height(), page.text("getComputedStyle(document.documentElement).fontSize"));
    page.click("[popovertarget=look]");
    page.click("#look input[name=density][value=compact]");
    assert!(height() < wide, "{:?} and {wide:?}", height());
    page.click("#look input[name=size][value=larger]");
    let larger = page.text("getComputedStyle(document.documentElement).fontSize");
    assert_ne!(larger, size);
    page.screenshot("typed-desktop-compact-larger");
    page.open(&sample_at("/"));
    assert_eq!(page.text("getComputedStyle(document.documentElement).fontSize"), larger, "kept");
}

#[test]
fn other_tab_takes_the_choice_over() {
    let Some(page) = open(&sample_at("/")) else { return };
    let other = page.another();
    other.open(&sample_at("/browse"));
    page.click("[popovertarget=look]");
    page.click("#look input[name=theme][value=dark]");
    other.until("document.documentElement.dataset.theme === 'dark'");
}

#[test]
fn everything_works_where_storage_is_denied() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.before_all(DENIED);
    page.open(&sample_at("/"));
    page.search("возврат без чека");
    assert_eq!(page.titles()[0], "Возврат без чека");
    page.click("[popovertarget=look]");
    page.click("#look input[name=theme][value=dark]");
    assert_eq!(page.text("document.documentElement.dataset.theme"), "dark", "for this page alone");
    page.key("Escape");
    page.key("Ctrl+KeyK");
    page.key("Enter");
    page.until("location.pathname === '/a/vozvrat-bez-cheka'");
    page.open(&sample_at("/a/vozvrat-bez-cheka"));
    page.open(&sample_at("/changes"));
    assert!(page.eval(TROUBLE).is_null());
}

#[test]
fn full_storage_loses_nothing_but_the_choice() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.before_all("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }");
    page.open(&sample_at("/"));
    page.search("возврат");
    page.click("[popovertarget=look]");
    page.click("#look input[name=density][value=compact]");
    assert_eq!(page.text("document.documentElement.dataset.density"), "compact");
}
