//! What is copied, how and from where: plain text and HTML at once, only what may be said, and from frames that are
//! allowed nothing.

use crate::chrome::clipboard::clipboard;
use crate::chrome::keys::Layout::{English, Russian};
use crate::screen::open;
use crate::shop::{Shop, sample_at};

const ANSWER: &str = "Да, примем и без чека. Найдём покупку по банковской карте, номеру телефона или номеру заказа — \
                      возьмите с собой то, что есть под рукой.";

#[test]
fn copy_key_copies_the_active_answer_as_text_and_html_on_both_layouts() {
    let Some(page) = open(&sample_at("/")) else { return };
    let _clipboard = clipboard();
    page.search("возврат без чека");
    for layout in [Russian, English] {
        page.eval("told.length = 0");
        page.press("Ctrl+KeyC", layout);
        page.until("told.length");
        let copied = page.copied();
        assert!(copied.text.starts_with(ANSWER), "{layout:?}: {copied:?}");
        assert!(copied.html.starts_with(&format!("<p>{ANSWER}")), "{layout:?}: {copied:?}");
    }
}

#[test]
fn copy_key_copies_the_variant_that_is_shown() {
    let Some(page) = open(&sample_at("/")) else { return };
    let _clipboard = clipboard();
    page.search("возврат без чека");
    page.key("Alt+Digit2");
    page.key("Ctrl+KeyC");
    let copied = page.copied();
    assert!(copied.text.starts_with("Здравствуйте!\n\nОтсутствие чека возврату не мешает."), "{copied:?}");
    assert!(copied.html.contains("<p>Здравствуйте!</p>"), "{copied:?}");
}

#[test]
fn what_is_selected_is_copied_as_it_is() {
    let Some(page) = open(&sample_at("/a/vozvrat-bez-cheka")) else { return };
    let _clipboard = clipboard();
    page.eval("document.activeElement.blur(), getSelection().selectAllChildren(document.querySelector('h1'))");
    page.key("Ctrl+KeyC");
    assert_eq!(page.copied().text.trim(), "Возврат без чека");
    page.press("Slash", Russian);
    page.type_text("чек на");
    page.key("Ctrl+KeyA");
    page.key("Ctrl+KeyC");
    assert_eq!(page.copied().text, "чек на");
}

#[test]
fn article_is_copied_without_its_internal_notes() {
    let Some(page) = open(&sample_at("/a/vozvrat-bez-cheka")) else { return };
    let _clipboard = clipboard();
    assert!(
        page.text("document.querySelector('main').innerText").contains("Никогда не говорите"),
        "staff see the note"
    );
    page.eval("document.activeElement.blur()");
    page.key("Ctrl+KeyC");
    let copied = page.copied();
    assert!(copied.text.starts_with(ANSWER), "{copied:?}");
    for secret in ["Никогда не говорите", "последних четырёх", "старшему смены"]
    {
        assert!(!copied.text.contains(secret) && !copied.html.contains(secret), "{copied:?}");
    }
}

#[test]
fn buttons_copy_the_answer_its_link_and_its_markdown() {
    let Some(page) = open(&sample_at("/")) else { return };
    let _clipboard = clipboard();
    page.search("возврат без чека");
    page.eval("told.length = 0");
    page.click("#detail [data-copy=answer]");
    page.until("told.length");
    assert!(page.copied().text.starts_with(ANSWER));
    page.eval("told.length = 0");
    page.click("#detail [data-copy=link]");
    page.until("told.length");
    assert_eq!(page.copied().text, sample_at("/a/vozvrat-bez-cheka"));
}

#[test]
fn links_inside_the_base_are_words_in_what_is_copied() {
    let answer = "> [!ANSWER]\n> См. [[b|правила]] и [сайт](https://example.com/x), **важно**.\n";
    let shop = Shop::of(&[("a.md", &format!("# Жираф\n\n{answer}")), ("b.md", "# Правила\n\nТекст.\n")]);
    let Some(page) = open(&shop.at("/a/a")) else { return };
    let _clipboard = clipboard();
    page.eval("document.activeElement.blur()");
    page.key("Ctrl+KeyC");
    let copied = page.copied();
    assert!(!copied.html.contains("href=\"/"), "{copied:?}");
    assert!(copied.html.contains("правила") && copied.html.contains("https://example.com/x"), "{copied:?}");
}
