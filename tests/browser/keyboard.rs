//! The keyboard: every key of the map, on the Russian and on the English layout.

use crate::chrome::keys::Layout::{English, Russian};
use crate::chrome::page::{DESKTOP, Size};
use crate::live::listening;
use crate::screen::{ANSWER, open};
use crate::shop::sample_at;

#[test]
fn first_keystroke_shows_results_and_chooses_the_first() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.until("document.activeElement.id === 'q'");
    page.type_text("в");
    page.results("в");
    assert!(page.titles().len() > 1);
    assert_eq!((page.focus().as_str(), page.chosen()), ("q", 0));
}

#[test]
fn search_is_reached_from_anywhere_on_both_layouts() {
    let Some(page) = open(&sample_at("/search?q=возврат")) else { return };
    for (keys, layout) in [("Slash", Russian), ("Slash", English), ("Ctrl+KeyK", Russian), ("Ctrl+KeyK", English)] {
        page.eval("getSelection().empty(), document.activeElement.blur()");
        page.press(keys, layout);
        assert_eq!(page.focus(), "q", "{keys} on {layout:?}");
        assert_eq!(page.typed(), "возврат", "{keys} on {layout:?} types nothing");
        assert_eq!(page.eval("[q.selectionStart, q.selectionEnd]"), serde_json::json!([0, 7]), "the query is selected");
    }
}

#[test]
fn slash_in_the_field_is_typed() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.until("document.activeElement.id === 'q'");
    page.press("Slash", English);
    page.press("Slash", Russian);
    assert_eq!(page.typed(), "/.");
}

#[test]
fn arrows_choose_rows_without_a_request_and_the_focus_stays() {
    // Narrow enough that the text of the article is not fetched below its answer.
    let Some(page) = open(&sample_at("/")) else { return };
    page.size(Size { width: 800, ..DESKTOP });
    page.search("возврат");
    let rows = page.titles().len();
    let since = page.session.mark();
    for (key, chosen) in [("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", rows - 1)] {
        page.key(key);
        assert_eq!((page.focus().as_str(), page.chosen()), ("q", chosen), "{key}");
    }
    assert_eq!(page.asked(since, "/search"), Vec::<String>::new());
    assert_eq!(page.typed(), "возврат");
}

#[test]
fn answer_follows_the_chosen_row() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("возврат без чека");
    let (title, answer) = (&page.titles()[0], page.text(ANSWER));
    assert_eq!(title, "Возврат без чека");
    assert!(answer.starts_with("Да, примем и без чека."), "{answer}");
    page.key("ArrowDown");
    assert_ne!(page.text(ANSWER), answer);
}

#[test]
fn keys_that_edit_text_edit_text() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("озврат");
    page.key("Home");
    page.type_text("в");
    page.key("End");
    page.key("ArrowLeft");
    page.key("Backspace");
    assert_eq!(page.typed(), "возврт");
}

#[test]
fn enter_opens_the_article_at_its_heading_and_control_enter_a_tab() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("возврат без чека");
    let tabs = page.tabs();
    page.key("Ctrl+Enter");
    let tab = page.opened(tabs);
    tab.until("location.pathname === '/a/vozvrat-bez-cheka' && document.readyState === 'complete'");
    drop(tab);
    assert_eq!(page.typed(), "возврат без чека", "the search stays where it is");
    page.key("Enter");
    page.until(
        "location.pathname === '/a/vozvrat-bez-cheka' && document.activeElement.innerText === 'Возврат без чека'",
    );
    page.key("Escape");
    page.until("location.pathname === '/search' && document.activeElement.id === 'q'");
    assert_eq!(page.chosen(), 0, "the way back leads to the same row");
}

#[test]
fn digits_choose_the_variant_on_both_layouts() {
    for layout in [Russian, English] {
        let Some(page) = open(&sample_at("/")) else { return };
        page.search("возврат без чека");
        page.press("Alt+Digit2", layout);
        let letter = page.text(ANSWER);
        assert!(letter.starts_with("Здравствуйте!"), "{layout:?}: {letter}");
        page.press("Alt+Digit1", layout);
        assert!(page.text(ANSWER).starts_with("Да, примем"), "{layout:?}");
        assert_eq!(page.typed(), "возврат без чека");
    }
}

#[test]
fn page_keys_scroll_the_answer_while_one_types() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.size(Size { height: 400, ..DESKTOP });
    page.search("возврат без чека");
    // The text of the article comes below its answer.
    page.until(
        "detail.scrollHeight > detail.clientHeight + 200 || document.scrollingElement.scrollHeight > innerHeight + 200",
    );
    page.key("PageDown");
    page.until("detail.scrollTop > 50");
    page.key("PageUp");
    page.until("detail.scrollTop === 0");
    assert_eq!(page.focus(), "q");
}

#[test]
fn escape_clears_the_query_and_brings_the_start_back() {
    let Some(page) = open(&sample_at("/")) else { return };
    let before = page.text("document.querySelector('main').innerText");
    page.search("возврат");
    page.key("Escape");
    page.until("!document.querySelector('[role=option]')");
    assert_eq!((page.typed().as_str(), page.focus().as_str()), ("", "q"));
    assert_eq!(page.text("document.querySelector('main').innerText"), before);
    assert_eq!(page.text("location.pathname"), "/");
}

#[test]
fn question_mark_lists_the_keys_on_both_layouts() {
    let Some(page) = open(&sample_at("/browse")) else { return };
    for layout in [Russian, English] {
        page.eval("document.activeElement.blur()");
        page.press("Shift+Slash", layout);
        page.until("keys.open");
        page.key("Escape");
        page.until("!keys.open");
    }
}

#[test]
fn letters_still_composed_search_nothing() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.until("document.activeElement.id === 'q'");
    listening(&page);
    let since = page.session.mark();
    let compose = |text: &str| {
        let at = text.chars().count();
        let params = serde_json::json!({ "text": text, "selectionStart": at, "selectionEnd": at });
        page.session.call("Input.imeSetComposition", params);
    };
    compose("в");
    compose("воз");
    // A connection that opens is a sign to search for what has no answer yet, but not for what is half written.
    page.eval("dispatchEvent(new Event('otvet:heard'))");
    assert_eq!(page.asked(since, "/search"), Vec::<String>::new());
    page.session.call("Input.insertText", serde_json::json!({ "text": "возврат" }));
    page.results("возврат");
}

#[test]
fn tab_leads_from_the_field_through_the_answer_without_a_trap() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("возврат без чека");
    let mut seen = Vec::new();
    for _ in 0..80 {
        page.key("Tab");
        let here = page
            .text("document.activeElement.dataset.copy || document.activeElement.id || document.activeElement.tagName");
        let left = here == "BODY" || here == "q";
        seen.push(here);
        if left {
            break;
        }
    }
    assert!(seen.iter().any(|one| one == "answer"), "the copy button is reached: {seen:?}");
    assert!(matches!(seen.last().map(String::as_str), Some("BODY" | "q")), "the page can be left: {seen:?}");
}
