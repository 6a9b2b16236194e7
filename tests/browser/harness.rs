//! The means of these tests themselves: what they are to notice, they notice.

use crate::chrome::chrome;
use crate::chrome::page::{TABLET, until};
use crate::door::Door;
use crate::shop::sample_at;

#[test]
fn what_goes_wrong_in_a_page_is_noticed() {
    let Some(chrome) = chrome() else { return };
    let wrong = [
        ("setTimeout(() => { throw new Error('planted') })", "exception"),
        ("console.error('planted')", "console"),
        ("alert('planted')", "dialog"),
        (
            "document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.__x = 1' }))",
            "security",
        ),
        ("fetch('http://127.0.0.1:1/').catch(() => 0)", "Content Security Policy"),
    ];
    for (script, noticed) in wrong {
        let page = std::mem::ManuallyDrop::new(chrome.page());
        page.open(&sample_at("/status"));
        assert_eq!(page.errors(), Vec::<String>::new());
        page.eval(&format!("void ({script})"));
        page.eval("new Promise(done => setTimeout(done))");
        let errors = page.errors().join("\n");
        assert!(errors.contains(noticed), "{script}: {errors:?}");
    }
}

#[test]
fn fingers_touch() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.size(TABLET);
    page.open(&sample_at("/"));
    page.eval("addEventListener('touchstart', () => { document.touched = true })");
    page.tap("a[href='/browse']");
    page.until("location.pathname === '/browse'");
}

#[test]
fn what_runs_before_a_page_runs_before_it() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.before_all("window.before = document.readyState");
    page.open(&sample_at("/"));
    assert_eq!(page.text("window.before"), "loading");
}

#[test]
fn frame_of_another_site_is_a_session_of_its_own() {
    let Some(chrome) = chrome() else { return };
    let inside = Door::page("<!doctype html><title>inside</title><p>жираф</p>");
    let outside = Door::page(&format!(
        "<!doctype html><title>outside</title><link rel=icon href=data:,><iframe src='http://{}/'></iframe>",
        inside.address()
    ));
    let page = chrome.page();
    page.open(&format!("http://localhost:{}/", outside.address().port()));
    let frame = page.inner(&inside.address().to_string());
    assert_eq!(until(&frame, "document.querySelector('p')?.innerText"), "жираф");
    assert_eq!(
        frame.eval("(() => { try { return parent.document.title } catch (error) { return error.name } })()"),
        "SecurityError"
    );
}
