//! The operator's screen in a reader's words: the field, the rows, the answer. How the page names them is known here
//! alone.

use crate::chrome::chrome;
use crate::chrome::page::Page;

/// The row that is chosen.
pub const ACTIVE: &str = "document.querySelector('[role=option][aria-selected=true]')";
/// The text of the chosen answer as it is seen, spaces aside.
pub const ANSWER: &str =
    "[...document.querySelectorAll('.card .said')].filter(one => one.offsetParent).map(one => one.innerText).join('|')";

/// What the reader is told stands there for a moment only; here it is written down in `told`.
const TOLD: &str = "window.told = []; addEventListener('DOMContentLoaded', () => {
  const said = document.getElementById('said');
  if (said) new MutationObserver(() => { if (said.textContent) told.push(said.textContent); })
    .observe(said, { childList: true, characterData: true, subtree: true });
})";
/// What is wrong, as long as it is.
pub const TROUBLE: &str = "document.querySelector('#strip:not([hidden])')?.innerText";

/// Opens a page; none where there is no browser.
pub fn open(url: &str) -> Option<Page> {
    let page = chrome()?.page();
    page.before_all(TOLD);
    page.open(url);
    Some(page)
}

/// Opens a page whose requests the test has a say in.
pub fn open_intercepted(url: &str) -> Option<Page> {
    let page = chrome()?.page();
    page.before_all(TOLD);
    page.intercept();
    page.open(url);
    Some(page)
}

impl Page {
    /// Goes to the field, types a query and waits until its results stand there.
    #[track_caller]
    pub fn search(&self, text: &str) {
        self.key("Ctrl+KeyK");
        self.until("document.activeElement.id === 'q'");
        self.type_text(text);
        self.results(text);
    }

    /// Waits until the results of what is typed stand there.
    #[track_caller]
    pub fn results(&self, text: &str) {
        let text = serde_json::json!(text);
        self.until(&format!(
            "new URL(location).searchParams.get('q') === {text} && !document.querySelector('main.stale') && {ACTIVE}?.id"
        ));
    }

    /// Returns the titles of the rows.
    pub fn titles(&self) -> Vec<String> {
        let titles = self.eval("[...document.querySelectorAll('[role=option] h2')].map(one => one.innerText)");
        serde_json::from_value(titles).expect("texts")
    }

    /// Returns which row is chosen, from 0, as those who cannot see are told.
    #[track_caller]
    pub fn chosen(&self) -> usize {
        let told = "document.getElementById(document.getElementById('q').getAttribute('aria-activedescendant'))";
        let number = self.eval(&format!(
            "{told} === {ACTIVE} ? [...document.querySelectorAll('[role=option]')].indexOf({ACTIVE}) : 'told otherwise'"
        ));
        number.as_u64().unwrap_or_else(|| panic!("the chosen row is {number}")) as usize
    }

    /// Returns where the focus is: the id of the element.
    pub fn focus(&self) -> String {
        self.text("document.activeElement.id || document.activeElement.tagName")
    }

    /// Returns what is typed.
    pub fn typed(&self) -> String {
        self.text("document.getElementById('q').value")
    }

    /// Returns the buttons and cells of tables whose text does not fit into them.
    pub fn clipped(&self) -> Vec<String> {
        let clipped = self.eval(
            "[...document.querySelectorAll('button, .button, td, .chip')]
               .filter(one => one.checkVisibility({ visibilityProperty: true }) && (one.scrollWidth > one.clientWidth + 1 ||
                 one.matches('.dock button') && one.getBoundingClientRect().right > document.documentElement.clientWidth))
               .map(one => one.outerHTML.slice(0, 120))",
        );
        serde_json::from_value(clipped).expect("texts")
    }

    /// Returns what stands wider than the window, if anything.
    pub fn too_wide(&self) -> Vec<String> {
        let wide = self.eval(
            "document.documentElement.scrollWidth <= innerWidth ? [] :
             [document.documentElement.scrollWidth + ' px', ...[...document.body.querySelectorAll('*')]
               .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, pre'))
               .slice(0, 5).map(one => one.outerHTML.slice(0, 120))]",
        );
        serde_json::from_value(wide).expect("texts")
    }
}
