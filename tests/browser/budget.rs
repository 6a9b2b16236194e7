//! What a page costs: bytes on the wire are asserted, times are only printed (`--nocapture`), since test machines
//! differ.

use crate::chrome::chrome;
use crate::chrome::page::Page;
use crate::site::{PAGES, address};

/// The most that a first visit of a page may cost, in bytes on the wire.
const MOST: u64 = 50_000;

/// When something was painted first, in milliseconds since the navigation began.
fn first_paint(page: &Page) -> f64 {
    page.until("performance.getEntriesByName('first-contentful-paint').length");
    page.eval("performance.getEntriesByName('first-contentful-paint')[0].startTime").as_f64().expect("a time")
}

#[test]
fn first_visit_of_a_page_costs_little() {
    let Some(chrome) = chrome() else { return };
    for (name, path) in PAGES {
        let page = chrome.page(); // A reader of their own: nothing is cached.
        page.expects_faults();
        let since = page.session.mark();
        page.open(&address(path));
        let paint = first_paint(&page);
        let parts = page.transferred(since);
        let sum: u64 = parts.iter().map(|(_, bytes)| bytes).sum();
        println!("{name}: {sum} bytes, {} requests, first paint after {paint:.0} ms", parts.len());
        assert!(sum <= MOST, "{name} costs {sum} bytes: {parts:?}");
        assert!(sum > 5_000, "{name}: what was loaded is not counted: {parts:?}");
    }
}

#[test]
fn what_pages_share_is_loaded_once() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.open(&address("/browse"));
    let since = page.session.mark();
    page.open(&address("/browse/vozvraty"));
    let fetched = page.transferred(since);
    assert!(fetched.iter().any(|(url, bytes)| url.ends_with("/vozvraty") && *bytes > 0), "{fetched:?}");
    // The icon is fetched when the browser has time for it, of whichever page that is.
    let is_shared = |url: &str| url.contains("/assets/") && !url.contains("/favicon.");
    assert!(fetched.iter().all(|(url, bytes)| *bytes == 0 || !is_shared(url)), "{fetched:?}");
}
