//! The panel beside a help desk: in a frame of another site, allowed nothing, and what the two tell each other.
//!
//! The help desk is at `localhost`, the server at `127.0.0.1`: two sites for a browser.

use serde_json::{Value, json};

use crate::chrome::clipboard::clipboard;
use crate::chrome::page::{Page, until};
use crate::chrome::{Session, chrome};
use crate::door::{Door, Way};
use crate::screen::open;
use crate::shop::{Shop, sample_at};

const GIRAFFE: &str = "---\ntitle: Жираф\naudience: [public, operators]\n---\n> [!ANSWER]\n> Здравствуйте, {{имя}}! Жираф ждёт \
                       **на складе**.\n\n## Где\n\nУ стены.\n\n> [!INTERNAL]\n> Секрет склада.\n";

/// A help desk with the panel in a frame that is allowed nothing.
struct Desk {
    page: Page,
    /// The panel.
    frame: Session,
    _shop: Shop,
    _door: Door,
}

/// Writes down what the panel tells, and lets the test say something to it.
const HOST: &str = "<!doctype html><html lang=ru><title>Переписка</title><link rel=icon href=data:,>
  <script>
    window.got = [];
    addEventListener('message', event => got.push({ origin: event.origin, ...Object(event.data) }));
    window.tell = message => document.querySelector('iframe').contentWindow.postMessage(message, '*');
  </script>
  <iframe src='PANEL' style='width: 360px; height: 640px; border: 0'></iframe>";

fn desk() -> Option<Desk> {
    let page = chrome()?.page();
    let mut door = Door::page("");
    let origin = format!("http://localhost:{}", door.address().port());
    let shop = Shop::of(&[("a.md", GIRAFFE), ("b.md", "# Слон\n\nСлон в пути.\n")]).embedded_by(&origin);
    door.turn(Way::page(&HOST.replace("PANEL", &shop.at("/panel"))));
    page.open(&format!("{origin}/"));
    let frame = page.inner("/panel");
    page.until("got.some(one => one.type === 'otvet:ready')");
    Some(Desk { page, frame, _shop: shop, _door: door })
}

impl Desk {
    /// Says something to the panel.
    fn tell(&self, message: &Value) {
        self.page.eval(&format!("tell({message})"));
    }

    /// Waits until the panel told something of a type; returns the last of it.
    #[track_caller]
    fn told(&self, kind: &str) -> Value {
        self.page.until(&format!("got.findLast(one => one.type === 'otvet:{kind}')"))
    }

    /// Waits until the panel has a row chosen whose title is this.
    #[track_caller]
    fn shows(&self, title: &str) {
        until(
            &self.frame,
            &format!(
                "document.querySelector('[role=option][aria-selected=true] h2')?.innerText === '{title}' && !document.querySelector('main.stale')"
            ),
        );
    }

    /// Goes to the panel's field with the keyboard and types.
    fn search(&self, text: &str) {
        self.tell(&json!({ "type": "otvet:focus" }));
        self.page.click("iframe");
        self.frame.eval("document.getElementById('q').focus()");
        until(&self.frame, "document.hasFocus() && document.activeElement.id === 'q'");
        self.page.type_text(text);
    }
}

#[test]
fn answer_is_copied_in_a_frame_of_another_site_without_any_permission() {
    let Some(desk) = desk() else { return };
    let _clipboard = clipboard();
    desk.search("жираф");
    desk.shows("Жираф");
    desk.page.key("Ctrl+KeyC");
    assert_eq!(desk.told("copied")["format"], "answer");
    let copied = desk.page.copied();
    assert!(copied.text.ends_with("Жираф ждёт на складе."), "{copied:?}");
    assert!(copied.html.contains("<strong>на складе</strong>"), "{copied:?}");
    desk.page.click_inside("iframe", &desk.frame, ".dock [data-copy=answer]");
    desk.page.until("got.filter(one => one.type === 'otvet:copied').length === 2");
    assert_eq!(desk.page.copied(), copied, "the button is refused the clipboard and copies all the same");
    let clipped = "[...document.querySelectorAll('button')].filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).length";
    assert_eq!(desk.frame.eval(clipped), 0, "all buttons find room in the panel");
    desk.page.screenshot("desk-desktop");
}

#[test]
fn host_searches_and_fills_gaps_and_is_given_the_answer() {
    let Some(desk) = desk() else { return };
    let ready = desk.told("ready");
    assert_eq!((&ready["version"], ready["edition"].as_str().map(str::len)), (&json!(1), Some(40)));
    desk.tell(&json!({ "type": "otvet:search", "q": "слон" }));
    desk.shows("Слон");
    desk.tell(&json!({
        "type": "otvet:context", "customer": { "name": "Ольга" }, "ticket": { "id": "7", "last_message": "где жираф" },
    }));
    desk.shows("Жираф");
    desk.frame.eval("document.getElementById('q').focus()");
    desk.page.click("iframe");
    desk.frame.eval("document.getElementById('q').focus()");
    desk.page.key("Shift+Enter");
    let insert = desk.told("insert");
    assert_eq!(insert["text"], "Здравствуйте, Ольга! Жираф ждёт на складе.");
    assert_eq!((&insert["slug"], &insert["channel"]), (&json!("a"), &Value::Null));
    assert!(!insert.to_string().contains("Секрет"), "{insert}");
}

#[test]
fn escape_gives_the_keyboard_back_when_nothing_is_left_to_close() {
    let Some(desk) = desk() else { return };
    desk.search("жираф");
    desk.shows("Жираф");
    desk.page.key("Escape");
    until(&desk.frame, "document.getElementById('q').value === '' && !document.querySelector('[role=option]')");
    assert_eq!(desk.page.eval("got.filter(one => one.type === 'otvet:escape').length"), 0);
    desk.page.key("Escape");
    desk.told("escape");
}

#[test]
fn hostile_messages_change_nothing() {
    let Some(desk) = desk() else { return };
    desk.tell(&json!({ "type": "otvet:search", "q": "жираф" }));
    desk.shows("Жираф");
    desk.page.eval(
        "(() => {
          const long = 'я'.repeat(1e6), loop = { type: 'otvet:context' };
          loop.customer = loop;
          const all = [null, undefined, 0, NaN, '', '{', '[]', 'null', '{\"event\":\"appContext\"}', '{\"event\":\"appContext\",\"data\":7}',
            '{\"event\":\"appContext\",\"data\":{\"conversation\":{\"messages\":[null,{\"message_type\":0,\"content\":{}}]}}}',
            [], {}, { type: 7 }, { type: {} }, { type: 'toString' }, { type: '__proto__' }, { type: 'constructor' }, { type: 'otvet:' },
            { type: 'otvet:insert', text: 'x' }, { type: 'otvet:search' }, { type: 'otvet:search', q: {} }, { type: 'otvet:search', q: [1] },
            { type: 'otvet:context', customer: null, ticket: null, agent: null }, { type: 'otvet:context', customer: 'x', ticket: 7, agent: [] },
            { type: 'otvet:context', customer: { name: { toString: 1 } } }, loop, new Map([[1, 2]]), new Date(), new ArrayBuffer(9),
            { type: 'otvet:context', customer: { name: '<img src=x onerror=window.__x=1>' } }];
          all.forEach(one => tell(one));
          tell({ type: 'otvet:context', customer: { name: long } });
        })()",
    );
    // Messages come in order: when this one is answered, all others were read.
    desk.tell(&json!({ "type": "otvet:search", "q": "слон" }));
    desk.shows("Слон");
    assert_eq!(desk.frame.eval("typeof window.__x"), "undefined");
    desk.page.eval("tell({ type: 'otvet:search', q: 'жираф ' + 'я'.repeat(1e6) })");
    until(&desk.frame, "document.getElementById('q').value.startsWith('жираф')");
    assert!(desk.frame.eval("document.getElementById('q').value.length").as_u64() <= Some(2000));
}

#[test]
fn only_the_page_around_is_listened_to_and_told() {
    let Some(desk) = desk() else { return };
    // Another frame of the help desk, of a third origin.
    let stranger = Door::page(
        "<!doctype html><link rel=icon href=data:,><script>
           window.got = [];
           addEventListener('message', event => got.push(event.data));
           parent.frames[0].postMessage({ type: 'otvet:search', q: 'слон' }, '*');
           parent.postMessage({ type: 'stranger:done' }, '*');
         </script>",
    );
    desk.tell(&json!({ "type": "otvet:search", "q": "жираф" }));
    desk.shows("Жираф");
    desk.page.eval(&format!(
        "document.body.append(Object.assign(document.createElement('iframe'), {{ src: 'http://127.0.0.1:{}/' }}))",
        stranger.address().port()
    ));
    desk.page.until("got.some(one => one.type === 'stranger:done')");
    desk.tell(&json!({ "type": "otvet:focus" }));
    until(&desk.frame, "document.activeElement.id === 'q'");
    assert_eq!(desk.frame.eval("document.getElementById('q').value"), "жираф");
    let origins =
        desk.page.eval("[...new Set(got.filter(one => one.type?.startsWith?.('otvet:')).map(one => one.origin))]");
    assert_eq!(origins.as_array().map(Vec::len), Some(1), "{origins}");
}

#[test]
fn page_that_is_not_configured_cannot_embed_the_panel() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.expects("frame-ancestors");
    page.expects_faults();
    let shop = Shop::of(&[("a.md", GIRAFFE)]).embedded_by("https://desk.example.org");
    let door = Door::page(&HOST.replace("PANEL", &shop.at("/panel")));
    page.open(&format!("http://localhost:{}/", door.address().port()));
    page.session.wait("the refusal", 0, |event| {
        (event.method == "Log.entryAdded" && event.params.to_string().contains("frame-ancestors")).then_some(())
    });
    assert_eq!(page.eval("got.length"), 0);
}

#[test]
fn page_around_any_other_page_is_refused() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.expects("frame-ancestors");
    page.expects_faults();
    let door = Door::page("");
    let origin = format!("http://localhost:{}", door.address().port());
    let shop = Shop::of(&[("a.md", GIRAFFE)]).embedded_by(&origin);
    let mut door = door;
    door.turn(Way::page(&HOST.replace("PANEL", &shop.at("/a/a"))));
    page.open(&format!("{origin}/"));
    page.session.wait("the refusal", 0, |event| {
        (event.method == "Log.entryAdded" && event.params.to_string().contains("frame-ancestors")).then_some(())
    });
}

#[test]
fn element_of_the_demonstration_searches_and_inserts() {
    let Some(page) = open(&sample_at("/panel/demo")) else { return };
    const INSIDE: &str = "document.querySelector('otvet-search iframe').contentDocument";
    page.until(&format!("{INSIDE}?.documentElement.classList.contains('bridge')"));
    page.click("[data-customer]:nth-of-type(2)");
    page.until(&format!(
        "{INSIDE}.querySelector('[role=option][aria-selected=true]') && {INSIDE}.activeElement.id === 'q'"
    ));
    page.key("Shift+Enter");
    page.until("document.getElementById('reply').value.length > 20");
    assert_eq!(page.text("document.activeElement.id"), "reply");
    page.screenshot("demo-desktop-inserted");
}
