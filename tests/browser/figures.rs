//! How fast it is for whoever types: measured, not asserted, since machines differ.
//! `cargo test --release --test browser figures -- --ignored --nocapture`

use crate::chrome::chrome;
use crate::corpus::Model;
use crate::shop::Shop;
use crate::support::repo::TestRepo;

const ARTICLES: usize = 10_000;
const SEED: u64 = 2026;

/// Writes down how long it takes from a key to the frame in which its results are painted.
const CLOCK: &str = "window.took = []; let pressed;
  addEventListener('keydown', () => { pressed = performance.now(); }, true);
  document.addEventListener('otvet:shown', () => {
    const from = pressed, painted = new MessageChannel();
    painted.port1.onmessage = () => { if (from) took.push(performance.now() - from); };
    requestAnimationFrame(() => painted.port2.postMessage(0));
  });";

#[test]
#[ignore = "a figure, not a fact: run it alone, in a release build"]
fn keystroke_to_painted_results() {
    let Some(chrome) = chrome() else { return };
    let model = Model::learn(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("kb"));
    let mut repo = TestRepo::bare();
    for number in 0..ARTICLES {
        let (path, text) = model.article(number, SEED);
        repo.write(&format!("kb/{path}"), text);
    }
    let shop = Shop::over(repo);
    let page = chrome.page();
    page.before_all(CLOCK);
    page.open(&shop.at("/"));
    for number in 0..60 {
        let query: String = model.query(number * ARTICLES / 60, SEED, 2).chars().take(12).collect();
        page.key("Ctrl+KeyK");
        for at in query.char_indices().map(|(at, c)| at + c.len_utf8()) {
            let typed = &query[..at];
            page.type_text(&typed.chars().next_back().map(String::from).unwrap_or_default());
            page.until(&format!("new URL(location).searchParams.get('q') === {}", serde_json::json!(typed)));
        }
    }
    page.until("took.length > 300");
    let mut took: Vec<f64> = serde_json::from_value(page.eval("took")).expect("numbers");
    took.sort_by(f64::total_cmp);
    let at = |part: usize| took[(took.len() - 1) * part / 100];
    println!(
        "keystroke to painted results, {ARTICLES} articles, {} keystrokes: median {:.0} ms, p95 {:.0} ms, p99 {:.0} ms",
        took.len(),
        at(50),
        at(95),
        at(99)
    );
}
