//! How fast it is for whoever types: measured, not asserted, since machines differ.
//! `cargo test --release --test browser figures -- --ignored --nocapture`

use crate::chrome::chrome;
use crate::corpus::Model;
use crate::shop::Shop;
use crate::support::repo::TestRepo;
use crate::tablet::{STRIP, SYNC, tablet};

const ARTICLES: usize = 10_000;
const ON_DEVICE: usize = 5_000;
const SEED: u64 = 2026;

/// Takes from the device what it has.
const FORGET: &str = "new Promise((done, failed) => { const request = indexedDB.open('otvet'); request.onsuccess = () => {
  const all = request.result.transaction(['articles', 'about'], 'readwrite');
  all.objectStore('articles').clear(); all.objectStore('about').clear(); all.oncomplete = () => { request.result.close(); done(); };
}; request.onerror = failed; })";
/// Writes down how long it takes from a key to the frame in which its results are painted.
const CLOCK: &str = "window.took = []; let pressed;
  addEventListener('input', () => { pressed = performance.now(); }, true);
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
            // A browser lets a page change its address two hundred times in ten seconds; nobody types as fast.
            let shown = format!("new URL(location).searchParams.get('q') === {}", serde_json::json!(typed));
            page.until(&format!("{shown} && performance.now() - pressed > 100"));
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

#[test]
#[ignore = "a figure, not a fact: run it alone, in a release build"]
fn device_with_five_thousand_articles() {
    let model = Model::learn(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("kb"));
    let mut repo = TestRepo::bare();
    for number in 0..ON_DEVICE {
        let (path, text) = model.article(number, SEED);
        repo.write(&format!("kb/{path}"), text);
    }
    let mut shop = Shop::over(repo);
    let Some(page) = tablet(&shop) else { return };
    // The same bundle again, as a device that has nothing takes it: fetched, unpacked, made an index of and written.
    let bytes = page.eval(
        "fetch('/api/v1/offline').then(r => r.arrayBuffer())
           .then(() => performance.getEntriesByName(location.origin + '/api/v1/offline').pop().encodedBodySize)",
    );
    page.eval(FORGET);
    page.session.call("ServiceWorker.enable", serde_json::json!({}));
    page.session.call("ServiceWorker.stopAllWorkers", serde_json::json!({}));
    let made = page.eval(&format!(
        "(async () => {{ const from = performance.now(); await {SYNC}; return Math.round(performance.now() - from); }})()"
    ));
    shop.stop();
    page.open(&shop.at("/search?q=a"));
    page.until(STRIP);
    let ask = |query: &str| {
        let address = format!("/search?part=results&q={}", otvet::edition::encode_path(query));
        page.eval(&format!("(async () => {{ const from = performance.now(); await (await fetch('{address}', {{ headers: {{ accept: 'text/html' }} }})).text(); return performance.now() - from; }})()"))
            .as_f64()
            .expect("a time")
    };
    let mut took: Vec<f64> = (0..60).map(|number| ask(&model.query(number * ON_DEVICE / 60, SEED, 2))).collect();
    took.sort_by(f64::total_cmp);
    println!(
        "{ON_DEVICE} articles on a device: a bundle of {bytes} bytes, there after {made} ms; a search median {:.0} ms, p95 {:.0} ms",
        took[took.len() / 2],
        took[(took.len() - 1) * 95 / 100]
    );
}
