//! Work without the server: what was opened with it goes on, says so, believes nobody else, and ends by itself.

use crate::chrome::chrome;
use crate::chrome::page::{Page, TABLET};
use crate::door::Way;
use crate::shop::{Shop, sample_at};

const STRIP: &str = "document.querySelector('#offline:not([hidden])')?.textContent";

/// Opens a page and waits until the device has the base.
fn synced(shop: &Shop, path: &str) -> Option<Page> {
    let page = chrome()?.page();
    page.worker(true);
    page.size(TABLET);
    // The worker asks for words in the language that this reader chose, not in that of the test.
    page.open(&shop.at("/ui/ru"));
    page.open(&shop.at(path));
    page.until("navigator.serviceWorker.controller && document.documentElement.dataset.kept");
    Some(page)
}

fn text(page: &Page) -> String {
    page.text("document.querySelector('main').innerText")
}

#[test]
fn search_and_articles_go_on_when_the_server_is_gone_and_a_strip_says_so() {
    let mut shop = Shop::of(&[
        (
            "chek.md",
            "---\ntitle: Возврат без чека\nquestions: [Потерял чек, примете?]\n---\nПримем и без чека.\n\n## Чем подтвердить\n\nВыпиской.\n\n> [!INTERNAL]\n> Тайное слово.\n",
        ),
        ("dostavka.md", "# Доставка\n\nПривезём за два дня.\n"),
    ]);
    let Some(page) = synced(&shop, "/") else { return };
    assert!(page.eval(STRIP).is_null(), "the server answers");
    shop.stop();
    page.expects_faults();
    page.open(&shop.at("/search?q=djpdhfn"));
    page.until("document.querySelector('#hits h2')?.textContent === 'Возврат без чека'");
    assert!(page.text(STRIP).starts_with("Офлайн · данные на "), "{}", page.text(STRIP));
    assert!(page.text("document.getElementById('corrected').innerText").contains("возврат"));
    page.screenshot("offline-results");
    page.open(&shop.at("/a/chek"));
    assert!(text(&page).contains("Примем и без чека.") && text(&page).contains("Выпиской."));
    assert!(!page.text("document.documentElement.outerHTML").contains("Тайное"), "internal notes are not on a tablet");
    page.screenshot("offline-article");
    page.open(&shop.at("/status"));
    assert!(text(&page).contains("только со связью"), "{}", text(&page));
    page.open(&shop.at("/browse"));
    assert!(text(&page).contains("Доставка"));
    shop.start();
    page.until("document.getElementById('offline').hidden");
}

#[test]
fn images_of_articles_are_there_and_go_with_them() {
    const IMAGES: &str =
        "caches.open('images').then(one => one.keys()).then(all => all.map(one => new URL(one.url).pathname))";
    const PLAN: &str =
        "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'><rect width='40' height='30'/></svg>";
    let mut shop = Shop::of(&[
        ("sklad.md", "# Склад\n\nВход со двора.\n\n![План](plan.svg)\n"),
        ("slon.md", "# Слон\n\n![Слон](slon.svg)\n"),
        ("plan.svg", PLAN),
        ("slon.svg", PLAN),
    ]);
    let Some(page) = synced(&shop, "/") else { return };
    assert_eq!(page.eval(IMAGES), serde_json::json!(["/files/plan.svg", "/files/slon.svg"]));
    shop.repo.remove("kb/slon.md");
    let edition = shop.publish("слон ушёл");
    page.eval("navigator.serviceWorker.controller.postMessage('sync')");
    page.until(&format!("document.documentElement.dataset.kept === '{edition}'"));
    assert_eq!(page.eval(IMAGES), serde_json::json!(["/files/plan.svg"]));
    shop.stop();
    page.expects_faults();
    page.open(&shop.at("/a/sklad"));
    page.until("document.querySelector('main img')?.naturalWidth === 40");
    assert!(!page.eval(STRIP).is_null());
}

#[test]
fn filter_that_was_chosen_can_be_left_without_the_server() {
    let mut shop = Shop::of(&[
        ("chek.md", "---\ntags: [касса]\n---\n# Возврат без чека\n\nПримем.\n"),
        ("slon.md", "# Возврат слона\n\nНет.\n"),
    ]);
    let Some(page) = synced(&shop, "/") else { return };
    shop.stop();
    page.expects_faults();
    page.open(&shop.at("/search?q=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82&tag=%D0%BA%D0%B0%D1%81%D1%81%D0%B0"));
    assert_eq!(page.eval("document.querySelectorAll('.hit').length"), 1);
    page.click(".list a.button");
    page.until("document.querySelectorAll('.hit').length === 2 && !document.querySelector('.list a.button')");
}

#[test]
fn what_is_found_without_the_server_is_told_as_with_it() {
    let mut shop = Shop::of(&[(
        "tarif.md",
        "# Тарифы\n\n## Доставка `SKU-1`, *срочно*\n\n| Город | Цена |\n|---|---|\n| Псков | 300 ₽ |\n| Тверь | 250 ₽ |\n",
    )]);
    let Some(page) = synced(&shop, "/") else { return };
    shop.stop();
    page.expects_faults();
    page.open(&shop.at("/search?q=псков кваазипукс"));
    page.until("document.querySelector('.hit')");
    assert_eq!(page.text("document.querySelector('.snippet').innerText"), "Город · Цена; Псков · 300 ₽; Тверь · 250 ₽");
    assert_eq!(page.text("document.querySelector('.deep').lastChild.textContent"), "Доставка SKU-1, срочно");
    let said = text(&page);
    assert!(said.contains("Слова «кваазипукс» нет ни в одной статье"), "{said}");
    let notes =
        page.eval("fetch('/api/v1/search?q=псков кваазипукс').then(r => r.json()).then(all => all.query.notes)");
    assert_eq!(notes, serde_json::json!(["no article has the word \"кваазипукс\"; the others were searched"]));
}

#[test]
fn login_page_of_a_borrowed_network_is_not_taken_for_an_answer() {
    let mut shop = Shop::of(&[("chek.md", "# Возврат без чека\n\nПримем.\n")]);
    let Some(page) = synced(&shop, "/") else { return };
    shop.way(Way::page("<!doctype html><h1>Вход в Wi-Fi</h1>"));
    page.expects_faults();
    page.expects("EventSource");
    page.open(&shop.at("/a/chek"));
    assert!(text(&page).contains("Примем."));
    assert!(!page.eval(STRIP).is_null());
    let kept = page.eval("caches.keys().then(async names => { for (const name of names) for (const one of await (await caches.open(name)).keys()) if ((await (await caches.match(one)).text()).includes('Вход в Wi-Fi')) return one.url; return null; })");
    assert!(kept.is_null(), "{kept} was kept");
}

#[test]
fn silent_server_is_not_waited_for() {
    let mut shop = Shop::of(&[("chek.md", "# Возврат без чека\n\nПримем.\n")]);
    let Some(page) = synced(&shop, "/") else { return };
    shop.way(Way::Silent);
    page.expects_faults();
    page.open(&shop.at("/search?q=xtr"));
    page.until("document.querySelector('.hit')");
    assert!(!page.eval(STRIP).is_null());
}

#[test]
fn answer_is_shown_to_the_customer_and_back_closes_it() {
    let shop = Shop::of(&[(
        "chek.md",
        "> [!ANSWER]\n> Примем, см. [[chek|сюда]].\n\n> [!ANSWER email]\n> Здравствуйте!\n\nДальше.\n\n> [!INTERNAL]\n> Тайное.\n",
    )]);
    let Some(page) = synced(&shop, "/a/chek") else { return };
    page.click(".card [data-show]");
    page.until("document.querySelector('dialog.customer[open]')");
    let shown = "document.querySelector('dialog.customer .said')";
    assert_eq!(page.text(&format!("{shown}.innerText.trim()")), "Примем, см. сюда.");
    assert!(page.eval(&format!("{shown}.querySelector('a')")).is_null(), "no way leads into the base");
    assert_eq!(page.text(&format!("getComputedStyle({shown}).fontSize")), "28px");
    page.screenshot("customer");
    page.click("[data-turn]:nth-child(2)");
    assert_eq!(page.text(&format!("{shown}.innerText.trim()")), "Здравствуйте!");
    page.eval("history.back()");
    page.until("!document.querySelector('dialog.customer')");
    assert!(page.text("location.pathname").ends_with("/a/chek"));
}

#[test]
fn words_are_folded_and_cut_as_on_the_server() {
    let Some(chrome) = chrome() else { return };
    let page = chrome.page();
    page.open(&sample_at("/"));
    let module = include_str!("../../src/web/assets/local.js").replace("\nexport ", "\n");
    let value = page.eval(&format!(
        "fetch('/api/v1/offline').then(r => r.json()).then(({{ search: {{ rules: {{ endings, keys, latin }} }} }}) => {{ {module}
          return {{
          cut: ['возвратами', 'чеком', 'чека', 'бабло', 'оплатить', 'дня', 'мой', 'iphone'].map(word => cut(word, endings)),
          hash: hash('возврат'), swap: ['djpdhfn', 'куегкт', 'Gjxtve `krf'].map(text => swap(text, keys)), fold: fold('Ёлка'),
          russian: ['vozvrat', 'nakladnoy', 'oplaty', 'vykhodnoy', 'novyy'].map((word, i) => russian(word, latin)[i === 1 ? 1 : 0]),
          slips: [slips('вовзрат', 'возврат', 1), slips('чек', 'чек', 1), slips('возврат', 'доставка', 2)],
        }}; }})",
    ));
    // The same pairs stand in the tests of `search::portable` and `search::language::keyboard`.
    assert_eq!(value["cut"], serde_json::json!(["возврат", "чек", "чек", "бабл", "оплат", "дня", "мой", "iphone"]));
    assert_eq!(value["hash"], 2_629_823_436_u32);
    assert_eq!(value["swap"], serde_json::json!(["возврат", "return", "Почему ёлка"]));
    assert_eq!(value["fold"], "елка");
    assert_eq!(value["russian"], serde_json::json!(["возврат", "накладной", "оплаты", "выходной", "новый"]));
    assert_eq!(value["slips"], serde_json::json!([1, 0, 3]));
}
