//! As one types: answers that come late or not at all, and what was typed meanwhile.

use crate::chrome::clipboard::clipboard;
use crate::chrome::network::Verdict;
use crate::door::Way;
use crate::screen::{ACTIVE, TROUBLE, open, open_intercepted};
use crate::shop::{Shop, sample_at};

#[test]
fn late_answer_of_an_older_query_is_dropped() {
    let Some(page) = open_intercepted(&sample_at("/")) else { return };
    page.until("document.activeElement.id === 'q'");
    page.rules(&[("/search?q=", Verdict::Hold)]);
    let since = page.session.mark();
    page.type_text("д");
    let older = page.held(since, "/search?");
    let since = page.session.mark();
    page.type_text("оставка");
    let query = |text: &str| format!("q={}&", otvet::edition::encode_path(text));
    let newer = page.held(since, &query("доставка"));
    page.release(&newer, &Verdict::Pass);
    page.results("доставка");
    let shown = page.titles();
    page.release(&older, &Verdict::Pass);
    page.rules(&[]);
    page.type_text(" ");
    page.until("new URL(location).searchParams.get('q') === 'доставка '");
    assert_eq!(page.typed(), "доставка ");
    assert_eq!(shown, page.titles());
}

#[test]
fn old_rows_stay_until_new_ones_come() {
    let Some(page) = open_intercepted(&sample_at("/")) else { return };
    page.search("доставка");
    let shown = page.titles();
    page.rules(&[("/search?q=", Verdict::Hold)]);
    let since = page.session.mark();
    page.type_text(" в");
    let held = page.held(since, "+%D0%B2&");
    assert_eq!(page.titles(), shown);
    page.until("document.querySelector('main.stale')");
    assert_eq!(page.titles(), shown, "slow, and said so, but nothing is taken away");
    page.rules(&[]);
    page.release(&held, &Verdict::Pass);
    page.results("доставка в");
}

#[test]
fn copy_key_waits_for_the_answer_to_what_is_typed() {
    let Some(page) = open_intercepted(&sample_at("/")) else { return };
    let _clipboard = clipboard();
    page.search("доставка");
    page.rules(&[("/search?q=", Verdict::Hold)]);
    page.key("Ctrl+KeyA");
    let since = page.session.mark();
    page.type_text("в");
    page.type_text("озврат без чека");
    let held = page.held(since, &format!("q={}&", otvet::edition::encode_path("возврат без чека")).replace("%20", "+"));
    page.eval("told.length = 0");
    page.key("Ctrl+KeyC");
    assert_eq!(
        page.eval("told.filter(text => text.includes('скопирован'))"),
        serde_json::json!([]),
        "not that of the old one"
    );
    page.release(&held, &Verdict::Pass);
    page.until("told.some(text => text.startsWith('Ответ скопирован'))");
    let copied = page.copied();
    assert!(copied.text.starts_with("Да, примем и без чека."), "{copied:?}");
    page.rules(&[]);
}

#[test]
fn server_gone_while_typing_keeps_the_text_and_recovers() {
    let mut shop = Shop::sample();
    let Some(page) = open(&shop.at("/")) else { return };
    page.expects_faults();
    page.search("возв");
    let shown = page.titles();
    shop.stop();
    page.type_text("рат");
    page.until(TROUBLE);
    assert_eq!((page.typed().as_str(), page.titles()), ("возврат", shown));
    page.screenshot("typed-desktop-server-gone");
    shop.start();
    page.results("возврат");
    page.until(&format!("!({TROUBLE})"));
}

#[test]
fn failing_server_is_said_and_loses_nothing() {
    let Some(page) = open_intercepted(&sample_at("/")) else { return };
    page.expects_faults();
    page.search("возв");
    let shown = page.titles();
    for (status, media_type) in
        [(500, "application/problem+json"), (503, "text/html"), (429, "application/problem+json")]
    {
        page.rules(&[("/search?q=", Verdict::Answer { status, media_type, body: "{}".to_owned() })]);
        page.type_text("р");
        page.until(TROUBLE);
        assert_eq!(page.titles(), shown, "{status}");
        page.rules(&[]);
        page.until("new URL(location).searchParams.get('q') === q.value");
        page.until(&format!("!({TROUBLE})"));
        page.key("Backspace");
        page.results("возв");
    }
    page.rules(&[("/search?q=", Verdict::Fail)]);
    page.type_text("р");
    page.until(TROUBLE);
    assert_eq!((page.typed().as_str(), page.titles()), ("возвр", shown));
}

#[test]
fn silent_server_is_waited_for_without_losing_anything() {
    let mut shop = Shop::sample();
    let Some(page) = open(&shop.at("/")) else { return };
    page.expects_faults();
    page.search("возв");
    let shown = page.titles();
    shop.way(Way::Silent);
    page.type_text("рат");
    page.until("document.querySelector('main.stale')");
    assert_eq!((page.typed().as_str(), page.titles()), ("возврат", shown));
    shop.way(Way::Open);
    page.type_text(" без чека");
    page.results("возврат без чека");
}

#[test]
fn page_of_somebody_else_is_not_taken_for_results() {
    let mut shop = Shop::sample();
    let Some(page) = open(&shop.at("/")) else { return };
    page.expects_faults();
    page.search("возв");
    let shown = page.titles();
    shop.way(Way::page("<!doctype html><main><p id=found>Войдите в сеть</p><ol id=hits><li>Войти</ol></main>"));
    page.type_text("рат");
    page.until(TROUBLE);
    assert_eq!((page.typed().as_str(), page.titles()), ("возврат", shown));
    shop.way(Way::Answered("HTTP/9 \u{1}\u{2} garbage\r\n\r\n".to_owned()));
    page.type_text(" ");
    page.until("document.querySelector('main:not(.stale)')");
    page.until(TROUBLE);
    assert_eq!(page.typed(), "возврат ");
    shop.way(Way::Open);
    page.results("возврат ");
}

#[test]
fn long_message_of_a_customer_is_searched() {
    let Some(page) = open(&sample_at("/")) else { return };
    let message = "возврат без чека. ".to_owned() + &"Очень длинная история. ".repeat(100);
    page.eval(&format!("q.value = '{message}', q.dispatchEvent(new InputEvent('input', {{ bubbles: true }}))"));
    page.until(ACTIVE);
    assert!(page.typed().len() > 3000, "what was pasted stays");
    assert!(page.eval(TROUBLE).is_null());
}

#[test]
fn correction_is_shown_with_a_way_back() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("djpdhfn ,tp xtrf");
    assert_eq!(page.titles()[0], "Возврат без чека");
    let said = page.text("document.querySelector('main').innerText");
    assert!(said.contains("возврат без чека") && said.contains("djpdhfn ,tp xtrf"), "{said}");
    page.click("a[href*='exact=']");
    page.until("new URL(location).searchParams.get('exact') && !document.querySelector('main.stale')");
    assert!(page.typed() == "djpdhfn ,tp xtrf" && page.eval(ACTIVE).is_null());
}

#[test]
fn results_are_announced_once_typing_stops() {
    let Some(page) = open(&sample_at("/")) else { return };
    page.search("возврат без чека");
    // On a slow machine it is also told that it takes long.
    page.until("told.some(text => text.includes('результат'))");
    let told = page.eval("told.filter(text => text.includes('результат'))");
    assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
}

#[test]
fn address_and_back_button_follow_the_search() {
    let Some(page) = open(&sample_at("/browse")) else { return };
    page.search("возврат");
    assert_eq!(page.text("new URL(location).searchParams.get('q')"), "возврат");
    page.eval("history.back()");
    page.until(
        "location.pathname === '/browse' && document.querySelector('h1') && !document.querySelector('[role=option]')",
    );
}
