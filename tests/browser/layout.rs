//! What a page looks like where it must: narrow windows, forced colours, big letters, paper, and without scripts.

use crate::chrome::chrome;
use crate::chrome::page::{DESKTOP, NARROW, PANEL, Size, TABLET};
use crate::screen::open;
use crate::shop::sample_at;
use crate::site::{PAGES, address};

#[test]
fn no_page_scrolls_sideways_or_cuts_texts_off_in_a_narrow_window() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.expects_faults();
    for (name, path) in PAGES {
        page.open(&address(path));
        for size in [NARROW, PANEL, TABLET] {
            page.size(size);
            assert_eq!(page.too_wide(), Vec::<String>::new(), "{name} at {} px", size.width);
            assert_eq!(page.clipped(), Vec::<String>::new(), "{name} at {} px", size.width);
        }
    }
}

#[test]
fn no_page_scrolls_sideways_with_letters_twice_as_big() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.expects_faults();
    page.size(Size { width: 640, ..DESKTOP });
    for (name, path) in PAGES {
        page.open(&address(path));
        page.eval("document.documentElement.style.fontSize = '200%'");
        assert_eq!(page.too_wide(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_page_is_readable_without_scripts() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.expects_faults();
    page.without_scripts();
    for (name, path) in PAGES {
        page.open(&address(path));
        let text = page.text("document.querySelector('main').innerText");
        assert!(text.len() > 40, "{name}: {text}");
        page.screenshot(&format!("{name}-desktop-without-scripts"));
        // Whatever needs a script is not offered.
        let offered = page.eval(
            "[...document.querySelectorAll('button')].filter(one => one.checkVisibility() && one.type !== 'submit').map(one => one.outerHTML)",
        );
        assert_eq!(offered, serde_json::json!([]), "{name}");
    }
    page.open(&sample_at("/"));
    page.eval("q.focus()");
    page.type_text("возврат без чека");
    let since = page.session.mark();
    page.key("Enter");
    page.arrived(since);
    assert!(page.text("document.querySelector('.hits, [class*=list]').innerText").contains("Возврат без чека"));
    let since = page.session.mark();
    page.click("a[href^='/a/vozvrat-bez-cheka']");
    page.arrived(since);
    assert!(page.text("document.querySelector('main').innerText").contains("Да, примем и без чека"));
}

#[test]
fn chosen_row_is_seen_with_forced_colours() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.feature("forced-colors", "active");
    page.search("возврат");
    let look = "(one => { const style = getComputedStyle(one), row = getComputedStyle(one.querySelector('.row') || one);
       return [style.outlineStyle, style.outlineWidth, style.borderColor, style.borderWidth, style.backgroundColor, row.backgroundColor, style.boxShadow].join(' ') })";
    let (chosen, other) = (
        page.text(&format!("{look}(document.querySelector('[role=option][aria-selected=true]'))")),
        page.text(&format!("{look}(document.querySelector('[role=option]:not([aria-selected=true])'))")),
    );
    assert_ne!(chosen, other);
    page.screenshot("typed-desktop-forced-colours");
}

/// Whatever a finger could aim at that is lower or narrower than 48 px. A link within a sentence is as high as its line.
const SMALL: &str = "(() => {
   document.querySelectorAll('[popover]').forEach(one => one.showPopover());
   document.querySelectorAll('details').forEach(one => { one.open = true; });
   return [...document.querySelectorAll('a[href], button, input:not([type=hidden], :disabled), select, textarea, summary, [role=option]')]
     .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.matches('.prose a:not(.anchor)'))
     .map(one => one.matches('[type=radio], [type=checkbox]') ? one.closest('label') : one)
     .map(one => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
     .filter(([, box]) => box.height > 1 && (box.height < 48 || box.width < 48))
     .map(([html, box]) => `${html} ${box.width}×${box.height}`);
 })()";

#[test]
fn fingers_find_targets_that_are_big_enough() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.expects_faults();
    for size in [TABLET, Size { width: 1080, height: 810, ..TABLET }, Size { width: 360, height: 740, ..TABLET }] {
        page.size(size);
        for (name, path) in PAGES {
            page.open(&address(path));
            assert_eq!(page.eval(SMALL), serde_json::json!([]), "{name} at {} px", size.width);
        }
    }
}
