//! What readers report, with a script and without one.

use crate::chrome::chrome;
use crate::chrome::network::Verdict;
use crate::chrome::page::NARROW;
use crate::live::listening;
use crate::screen::{open, open_intercepted};
use crate::shop::Shop;

const GIRAFFE: (&str, &str) = ("a.md", "# Жираф\n\nЖираф ждёт на складе.\n");
/// Whether the table of questions without an answer has one.
const ASKED: &str = "document.querySelector('main').innerText.includes('слон')";

#[test]
fn verdict_is_sent_without_leaving_the_page() {
    let shop = Shop::of(&[GIRAFFE]);
    let Some(page) = open(&shop.at("/a/a")) else { return };
    page.click("[data-feedback] [value=helped]");
    page.until("document.querySelector('.thanks .number-of')?.innerText.length > 3 && document.activeElement.className === 'thanks'");
    assert_eq!(page.text("location.pathname + location.search"), "/a/a");
    assert!(page.text("document.querySelector('main').innerText").contains("Жираф ждёт на складе."));
    page.screenshot("article-desktop-thanks");
}

#[test]
fn verdict_is_sent_without_a_script() {
    let shop = Shop::of(&[GIRAFFE]);
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.without_scripts();
    page.open(&shop.at("/a/a"));
    let since = page.session.mark();
    page.eval("document.querySelector('[data-feedback] [value=wrong]').click()");
    page.arrived(since);
    assert!(page.text("document.querySelector('.thanks .number-of').innerText").len() > 3);
    assert_eq!(page.text("location.pathname"), "/a/a");
}

#[test]
fn note_beside_an_answer_found_is_sent_with_the_verdict() {
    let shop = Shop::of(&[GIRAFFE]);
    let Some(page) = open(&shop.at("/")) else { return };
    page.search("жираф");
    page.click("#detail [data-feedback] summary");
    page.click("#detail [data-feedback] textarea");
    page.type_text("не там");
    let since = page.session.mark();
    page.click("#detail [data-feedback] [value=wrong]");
    page.until("document.querySelector('#detail .thanks .number-of')");
    let sent = page.session.wait("the report", since, |event| {
        let request = &event.params["request"];
        let is_report = event.method == "Network.requestWillBeSent" && request["method"] == "POST";
        is_report.then(|| request["postData"].as_str().unwrap_or_default().to_owned())
    });
    assert!(sent.contains("\"note\":\"не там\"") && sent.contains("\"query\":\"жираф\""), "{sent}");
}

#[test]
fn former_text_takes_no_reports() {
    let mut shop = Shop::of(&[GIRAFFE]);
    shop.repo.write("kb/a.md", "# Жираф\n\nЖираф уехал.\n");
    let edition = shop.publish("жираф уехал");
    let Some(page) = open(&shop.at("/a/a")) else { return };
    assert_eq!(page.eval("document.querySelectorAll('[data-feedback]').length"), 1);
    page.open(&shop.at(&format!("/a/a?revision={edition}")));
    assert_eq!(page.eval("document.querySelectorAll('[data-feedback]').length"), 0, "only what is said today does");
}

#[test]
fn question_without_an_answer_reaches_the_editors_masked() {
    let shop = Shop::of(&[GIRAFFE]);
    let Some(page) = open(&shop.at("/")) else { return };
    listening(&page);
    page.eval("q.value = 'слон для +7 912 345-67-89', q.dispatchEvent(new InputEvent('input', { bubbles: true }))");
    page.click("[data-feedback] [value=no_answer]");
    page.until("document.querySelector('.thanks .number-of')");
    page.open(&shop.at("/status"));
    // It is written a moment after it was taken.
    for _ in 0..50 {
        if page.eval(ASKED) == true {
            break;
        }
        page.reload();
    }
    assert_eq!(page.eval(ASKED), true);
    assert!(!page.text("document.querySelector('main').innerText").contains("345-67"));
    page.size(NARROW);
    assert_eq!(page.clipped(), Vec::<String>::new());
    page.screenshot("status-narrow-asked");
}

#[test]
fn report_that_cannot_be_sent_says_so_and_can_be_sent_again() {
    let shop = Shop::of(&[GIRAFFE]);
    let Some(page) = open_intercepted(&shop.at("/a/a")) else { return };
    page.expects_faults();
    page.eval("document.querySelector('[data-feedback] details').open = true");
    page.click("[data-feedback] textarea");
    page.type_text("не там");
    let problem = r#"{"status":429,"code":"too_many_requests","detail":"later"}"#.to_owned();
    let refused = Verdict::Answer { status: 429, media_type: "application/problem+json", body: problem };
    for verdict in [Verdict::Fail, refused] {
        page.rules(&[("/api/v1/feedback", verdict)]);
        page.eval("told.length = 0");
        page.click("[data-feedback] [value=wrong]");
        page.until("told.length && !document.querySelector('[data-feedback] :disabled')");
        assert_eq!(page.text("document.querySelector('[data-feedback] textarea').value"), "не там", "nothing is lost");
    }
    page.rules(&[]);
    page.click("[data-feedback] [value=wrong]");
    page.until("document.querySelector('.thanks .number-of')");
}
