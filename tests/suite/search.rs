//! The embedded engine: the contract of the port, and what is its own: the folder on disk.

use std::fs;
use std::sync::Arc;

use otvet::article::Article;
use otvet::search::tantivy::TantivyEngine;
use otvet::search::{Error, SearchEngine, Silent, listed_hit};
use proptest::prelude::*;

use crate::contract::{self, Draft, ask, library, seen, slugs};
use crate::support::sample::cases;

#[test]
fn embedded_engine_in_memory_keeps_the_contract() {
    contract::search::check(&|| Box::new(TantivyEngine::in_memory()));
    contract::suggest::check(&|| Box::new(TantivyEngine::in_memory()));
}

#[test]
fn embedded_engine_on_disk_keeps_the_contract() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let count = std::cell::Cell::new(0);
    contract::search::check(&|| {
        count.set(count.get() + 1);
        Box::new(TantivyEngine::on_disk(&temp.path().join(count.get().to_string())))
    });
}

fn articles() -> Vec<Arc<Article>> {
    let article = |n: usize| {
        let title = format!("Статья {n} о доставке");
        Draft::new(&format!("a{n}.md"), &title).text("Курьер привезёт заказ.").section(2, "Сроки", "Два дня.").done()
    };
    (0..5).map(article).collect()
}

#[test]
fn restart_with_nothing_changed_writes_nothing() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let files = || {
        let mut files: Vec<_> =
            walk(temp.path()).into_iter().map(|p| (p.clone(), fs::read(p).expect("reads"))).collect();
        files.sort();
        files
    };
    let first = TantivyEngine::on_disk(temp.path()).index(&library(&articles()), &Silent).expect("indexes");
    let before = files();
    let second = TantivyEngine::on_disk(temp.path()).index(&library(&articles()), &Silent).expect("indexes");
    assert_eq!(before, files());
    assert_eq!(seen(&ask(&*second, "курьер ")), seen(&ask(&*first, "курьер ")));
}

#[test]
fn second_process_on_the_same_folder_is_refused() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut first = TantivyEngine::on_disk(temp.path());
    first.index(&library(&articles()), &Silent).expect("indexes");
    let error = TantivyEngine::on_disk(temp.path()).index(&library(&articles()), &Silent).expect_err("in use");
    assert!(matches!(error, Error::InUse(_)), "{error}");
}

#[test]
fn index_of_another_format_is_removed() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let old = temp.path().join("index-v0");
    fs::create_dir(&old).expect("makes");
    TantivyEngine::on_disk(temp.path()).index(&library(&articles()), &Silent).expect("indexes");
    assert!(!old.exists());
}

#[test]
fn damaged_index_is_built_anew() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let wanted = TantivyEngine::on_disk(temp.path()).index(&library(&articles()), &Silent).expect("indexes");
    let wanted = seen(&ask(&*wanted, "доставка курьер "));
    let files = walk(temp.path())
        .into_iter()
        .filter(|path| !path.ends_with("index.lock"))
        .map(|path| path.file_name().map(ToOwned::to_owned));
    let kinds = files.count();
    for number in 0..kinds {
        for damage in 0..4 {
            let mut files = walk(temp.path());
            files.retain(|path| !path.ends_with("index.lock"));
            files.sort();
            let Some(file) = files.get(number) else { continue };
            let mut bytes = fs::read(file).expect("reads");
            match damage {
                0 => fs::remove_file(file).expect("removes"),
                1 => fs::write(file, &bytes[..bytes.len() / 2]).expect("writes"),
                2 => fs::write(file, b"").expect("writes"),
                _ => {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 0x10;
                    fs::write(file, &bytes).expect("writes");
                }
            }
            let searcher = TantivyEngine::on_disk(temp.path()).index(&library(&articles()), &Silent).expect("indexes");
            assert_eq!(seen(&ask(&*searcher, "доставка курьер ")), wanted, "{} {damage}", file.display());
        }
    }
}

#[test]
fn folder_that_cannot_be_written_at_first_is_replaced_by_memory() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let file = temp.path().join("file");
    fs::write(&file, b"").expect("writes");
    let searcher = TantivyEngine::on_disk(&file.join("data")).index(&library(&articles()), &Silent).expect("indexes");
    assert_eq!(ask(&*searcher, "курьер ").total, 5);
}

#[test]
fn failed_write_leaves_the_searcher_and_the_next_call_recovers() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut engine = TantivyEngine::on_disk(temp.path());
    let first = engine.index(&library(&articles()), &Silent).expect("indexes");
    // Without its folder the index can neither be written nor opened.
    let folder =
        fs::read_dir(temp.path()).expect("reads").flatten().find(|e| e.path().is_dir()).expect("a folder").path();
    fs::remove_dir_all(&folder).expect("removes");
    fs::write(&folder, b"in the way").expect("writes");
    let fewer = library(&articles()[..2]);
    assert!(matches!(engine.index(&fewer, &Silent), Err(Error::Write { .. })));
    assert!(matches!(engine.index(&fewer, &Silent), Err(Error::Write { .. })));
    assert_eq!(ask(&*first, "курьер ").total, 5);
    fs::remove_file(&folder).expect("removes");
    let recovered = engine.index(&fewer, &Silent).expect("indexes");
    assert_eq!(ask(&*recovered, "курьер ").total, 2);
}

#[test]
fn listed_article_shows_its_summary_or_answer() {
    let plain = Draft::new("a.md", "A & B").text("Текст <b>.").answer("Ответ.").done();
    assert_eq!(
        (listed_hit(&plain).title_html.as_str(), listed_hit(&plain).snippet_html.as_str()),
        ("A &amp; B", "Ответ.")
    );
    let short = Draft::new("a.md", "A").answer("Ответ.").with(|a| a.meta.summary = Some("Кратко".into())).done();
    assert_eq!(listed_hit(&short).snippet_html, "Кратко");
}

#[test]
fn long_article_is_found_by_its_passage() {
    let filler = "Ничего важного здесь не сказано совсем. ".repeat(200);
    let text = format!("{filler}\nГлавное: пароль меняют в кабинете.\n{filler}");
    let article = Draft::new("a.md", "Правила").section(2, "Всё", &text).done();
    let searcher = TantivyEngine::in_memory().index(&library(&[article]), &Silent).expect("indexes");
    let results = ask(&*searcher, "пароль ");
    assert!(results.hits[0].snippet_html.contains("<mark>пароль</mark> меняют"), "{}", results.hits[0].snippet_html);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("reads").flatten() {
        if entry.path().is_dir() { files.extend(walk(&entry.path())) } else { files.push(entry.path()) }
    }
    files
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn article_found_for_a_prefix_stays_found_for_the_word(
        texts in prop::collection::vec(prop::collection::vec("[а-дж]{1,7}|чем|как|через|[a-c]{1,3}-?[0-9]{0,2}", 1..6), 1..5),
        title in any::<bool>(),
    ) {
        let article = |(n, words): (usize, &Vec<String>)| {
            let text = words.join(" ");
            let draft = Draft::new(&format!("a{n}.md"), if title { &text } else { "" });
            draft.text(if title { "" } else { &text }).done()
        };
        let articles: Vec<_> = texts.iter().enumerate().map(article).collect();
        let searcher = TantivyEngine::in_memory().index(&library(&articles), &Silent).expect("indexes");
        for (n, words) in texts.iter().enumerate() {
            for word in words {
                let found = |text: &str| slugs(&ask(&*searcher, text)).split(' ').any(|slug| slug == format!("a{n}"));
                let whole = found(word);
                for (at, _) in word.char_indices().skip(1) {
                    prop_assert!(whole || !found(&word[..at]), "found for {} but not for {}", &word[..at], word);
                }
            }
        }
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}", word in "\\PC{0,12}") {
        let article = Draft::new("a.md", &word).text(&text).done();
        let searcher = TantivyEngine::in_memory().index(&library(&[article]), &Silent).expect("indexes");
        for query in [&text, &word] {
            let results = ask(&*searcher, query);
            for hit in &results.hits {
                prop_assert!(hit.snippet_html.replace("<mark>", "").replace("</mark>", "").find('<').is_none());
            }
        }
    }
}
