//! Accessibility: WCAG 2.2 AA as far as a program can tell (axe-core), on every type of page in both themes at three
//! sizes, and in the states that only a script makes. The screenshots of all of them are left to be looked at.

use serde_json::Value;

use crate::chrome::chrome;
use crate::chrome::page::{DESKTOP, Page};
use crate::screen::open;
use crate::shop::sample_at;
use crate::site::{PAGES, SIZES, THEMES, address};

const AXE: &str = include_str!("data/axe-core/axe.min.js");

/// What is asked of axe: everything that WCAG 2.2 asks for at level AA, and what axe calls good practice.
const RUN: &str = "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', \
                   'wcag22aa', 'best-practice'] }).then(found => found.violations.map(one => one.id + ': ' + one.help + '\\n' + \
                   one.nodes.slice(0, 3).map(node => '    ' + node.html.slice(0, 200) + '\\n      ' + \
                   node.any.concat(node.all, node.none).map(check => check.message).join('; ')).join('\\n')))";

/// Returns what is not accessible in a page as it is now.
fn violations(page: &Page) -> Vec<String> {
    if page.eval("!window.axe") == true {
        page.eval(&format!("{AXE}; 0"));
    }
    // Colours are told when they have been painted.
    page.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    let found: Vec<Value> = serde_json::from_value(page.eval(RUN)).expect("a list");
    found.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
}

/// Looks at a page in a theme at every size; returns what is wrong, with where.
fn everywhere(page: &Page, name: &str, theme: &'static str) -> Vec<String> {
    page.feature("prefers-color-scheme", theme);
    page.feature("prefers-reduced-motion", "reduce");
    let mut wrong = Vec::new();
    for (size_name, size) in SIZES {
        page.size(size);
        let found = violations(page);
        wrong.extend(found.into_iter().map(|found| format!("{name}, {theme}, {size_name}: {found}")));
        page.screenshot(&format!("{name}-{size_name}-{theme}"));
    }
    page.size(DESKTOP);
    wrong
}

fn every_page_is_accessible(theme: &'static str) {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.expects_faults(); // One of the pages is not found.
    let mut wrong = Vec::new();
    for (name, path) in PAGES {
        page.open(&address(path));
        wrong.extend(everywhere(&page, name, theme));
    }
    assert!(wrong.is_empty(), "{} violations\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_page_is_accessible_in_the_light_theme() {
    every_page_is_accessible("light");
}

#[test]
fn every_page_is_accessible_in_the_dark_theme() {
    every_page_is_accessible("dark");
}

#[test]
fn what_scripts_make_of_a_page_is_accessible() {
    let Some(page) = open(&sample_at("/")) else { return };
    let mut wrong = Vec::new();
    for theme in THEMES {
        page.open(&sample_at("/"));
        page.search("возврат без чека");
        wrong.extend(everywhere(&page, "typed", theme));
        page.eval("document.activeElement.blur()");
        page.key("Shift+Slash");
        page.until("document.querySelector('dialog[open]')");
        wrong.extend(everywhere(&page, "keys", theme));
    }
    assert!(wrong.is_empty(), "{} violations\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_not_accessible_is_found() {
    let Some(page) = open(&sample_at("/status")) else { return };
    page.eval("document.querySelector('main').append(document.createElement('button'))");
    let found = violations(&page);
    assert!(matches!(found.as_slice(), [one] if one.starts_with("button-name")), "{found:?}");
}

#[test]
fn page_that_shows_the_panel_is_accessible() {
    let Some(page) = open(&sample_at("/panel/demo")) else { return };
    let wrong: Vec<String> = THEMES.into_iter().flat_map(|theme| everywhere(&page, "demo", theme)).collect();
    assert!(wrong.is_empty(), "{} violations\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn list_of_results_is_told_as_a_combobox() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("возврат без чека");
    let tree = page.session.call("Accessibility.getFullAXTree", serde_json::json!({}));
    let nodes = tree["nodes"].as_array().expect("nodes");
    let of = |role: &str| {
        nodes.iter().filter(|node| node["role"]["value"] == role && node["ignored"] != true).collect::<Vec<_>>()
    };
    let field = of("combobox");
    let property = |name: &str| {
        let all = field[0]["properties"].as_array().expect("properties");
        all.iter().find(|one| one["name"] == name).map(|one| one["value"]["value"].clone()).unwrap_or_default()
    };
    assert_eq!((field.len(), property("expanded"), property("focused")), (1, true.into(), true.into()));
    assert!(field[0]["name"]["value"].as_str().is_some_and(|name| !name.is_empty()), "the field has a name");
    assert_eq!(of("listbox").len(), 1);
    let options = of("option");
    assert!(
        options.len() > 1 && options[0]["name"]["value"].as_str().is_some_and(|name| name.contains("Возврат без чека"))
    );
}
