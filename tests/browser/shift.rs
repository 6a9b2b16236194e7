//! A shift: what customers ask, as people type it, answered with the keyboard alone on the Russian layout: in the panel beside a
//! help desk, and on a tablet whose server is gone.

use crate::chrome::chrome;
use crate::chrome::clipboard::clipboard;
use crate::chrome::keys::Layout::Russian;
use crate::chrome::page::{PANEL, Page};
use crate::shop::{Shop, sample_at};
use crate::tablet::{STRIP, tablet};

/// Questions, and the articles that answer them.
const QUESTIONS: [(&str, &str); 22] = [
    ("вернуть без чика", "vozvrat-bez-cheka"),
    ("ljcnfdrf d ,tkfhecm", "dostavka-za-granicu"),
    ("скока хранится заказ", "srok-hraneniya-zakaza"),
    ("не приходит смс код", "ne-prihodit-kod"),
    ("деньги не вернулись на карту уже неделя", "srok-vozvrata-deneg"),
    ("курьер опаздывает", "kurer-opazdyvaet"),
    ("промокод не работает", "promokod-ne-rabotaet"),
    ("как отменить заказ", "otmena-zakaza"),
    ("rfr gjvtyznm flhtc ljcnfdrb", "perenos-dostavki"),
    ("баллы сгорели", "srok-ballov"),
    ("vozvrat podarka", "vozvrat-podarka"),
    ("не хватает товара в заказе", "ne-hvataet-tovara"),
    ("есть ли подьем на этаж", "podem-na-etazh"),
    ("два раза списали деньги", "dvoynoe-spisanie"),
    ("потеряла подарочную карту", "poteryal-kartu"),
    ("хочу пожаловаться на продавца", "zhaloba-na-sotrudnika"),
    ("привезли чужой заказ", "ne-hvataet-tovara"),
    ("цена на сайте другая чем в магазине", "cena-na-sayte-i-v-magazine"),
    ("собрать шкаф сколько стоит", "sborka-mebeli"),
    ("забыл пороль", "ne-prihodit-kod"),
    ("когда привезут", "sroki-dostavki"),
    ("ytn xtrf vj;yj dthyenm", "vozvrat-bez-cheka"),
];

/// The articles that were found, best first.
const FOUND: &str = "[...document.querySelectorAll('[role=option]')].map(one => one.dataset.slug)";
/// Writes down what is put on the clipboard.
const COPIES: &str =
    "window.copies = []; addEventListener('copy', event => copies.push(event.clipboardData.getData('text/plain')))";

fn found(page: &Page) -> Vec<String> {
    serde_json::from_value(page.eval(FOUND)).expect("slugs")
}

/// Copies the answer of the first row with the keyboard, and sees that it is what was shown.
fn copy_first(page: &Page, question: &str) {
    let shown = page.text("document.querySelector('#detail .card .say:not([hidden])').dataset.text");
    page.press("Ctrl+KeyC", Russian);
    assert_eq!(page.until("copies.pop()"), shown.as_str(), "{question}");
}

#[test]
fn shift_in_the_panel_is_answered_with_the_keyboard_alone() {
    let Some(page) = chrome().map(|chrome| chrome.page()) else { return };
    page.before_all(COPIES);
    page.size(PANEL);
    page.open(&sample_at("/panel"));
    let _clipboard = clipboard();
    for (question, article) in QUESTIONS {
        page.search(question);
        assert_eq!(found(&page)[0], article, "{question}");
        copy_first(&page, question);
        assert!(page.too_wide().is_empty(), "{question}: {:?}", page.too_wide());
    }
    page.screenshot("shift-panel");
}

#[test]
fn shift_on_a_tablet_goes_on_without_the_server() {
    let mut shop = Shop::sample();
    let Some(page) = tablet(&shop) else { return };
    page.before_all(COPIES);
    page.reload();
    shop.stop();
    let _clipboard = clipboard();
    let mut firsts = 0;
    for (question, article) in QUESTIONS {
        page.search(question);
        let found = found(&page);
        assert!(found.iter().take(3).any(|one| one == article), "{question}: {found:?}");
        firsts += usize::from(found[0] == article);
        copy_first(&page, question);
        page.until(STRIP);
        assert_eq!(
            page.eval("[...document.querySelectorAll('#strip, #offline')].filter(one => one.checkVisibility()).length"),
            1
        );
    }
    assert!(firsts >= 20, "{firsts} of {} first", QUESTIONS.len());
    page.screenshot("shift-tablet-offline");
}
