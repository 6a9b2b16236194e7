//! Equal libraries give equal results, however the index came to them.

use std::sync::Arc;

use otvet::article::{Article, Status};
use otvet::audience::{Access, Audiences};
use otvet::search::tantivy::TantivyEngine;
use otvet::search::{SearchEngine, SearchQuery, Searcher, Silent};
use proptest::prelude::*;

use crate::contract::{Draft, library, public, reader, seen};
use crate::support::sample::cases;

const WORDS: &[&str] = &[
    "возврат",
    "возврата",
    "вернуть",
    "товар",
    "товары",
    "деньги",
    "карта",
    "карты",
    "картой",
    "чек",
    "доставка",
    "курьер",
    "настроить",
    "настройка",
    "wi-fi",
    "роутер",
    "5.2",
    "скидок",
    "скидка",
    "как",
    "не",
    "в",
    "order",
    "orders",
    "refund",
    "MDVA-28763",
    "оплата",
    "гарантия",
];

/// An article made of numbers, so that equal numbers give equal articles; text and audience are those of `seed`, wherever it stands.
fn article(name: u8, seed: u32) -> Arc<Article> {
    article_in("", name, seed)
}

fn article_in(folder: &str, name: u8, seed: u32) -> Arc<Article> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(u32::from(name));
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    let mut text = |words: usize| (0..words).map(|_| WORDS[next(WORDS.len())]).collect::<Vec<_>>().join(" ");
    let (title, question, first, second, note) = (text(3), text(4), text(12), text(20), text(4));
    let draft = Draft::new(&format!("{folder}a{name:03}.md"), &title).text(&first).section(2, &text(2), &second);
    let draft = if seed.is_multiple_of(3) { draft.note(&note) } else { draft };
    let audience = ["public", "stores", "operators"][seed as usize % 3];
    draft
        .with(|a| {
            a.meta.questions = vec![question];
            a.meta.audience = Audiences::default().get(audience).expect("known");
            a.meta.status = if seed.is_multiple_of(7) { Status::Archived } else { Status::Current };
        })
        .done()
}

/// Mistyped, on the wrong layout, in the other alphabet, joined, split.
const NOISE: &[&str] = &[
    "вовзрат",
    "настроитть",
    "djpdhfn",
    "ufhfynbz",
    "dostavka",
    "vozvrat tovara",
    "возвраттовара",
    "кур ьер",
    "refnud",
    "куагтв",
    "ощущение",
];

fn everything(searcher: &dyn Searcher) -> String {
    let mut all = String::new();
    for access in [public(), reader("stores"), Access::editor()] {
        for word in WORDS.iter().chain(NOISE) {
            for text in [format!("{word} "), (*word).to_owned(), format!("{word} {}", WORDS[word.len() % WORDS.len()])]
            {
                all += &seen(&searcher.search(&SearchQuery { limit: 20, ..SearchQuery::new(&text) }, access));
                for suggestion in searcher.suggest(&text, 5, access) {
                    all += &suggestion.html;
                }
            }
        }
    }
    all
}

/// What an editor does to an article. A new text comes with a new audience and status.
#[derive(Debug, Clone, Copy)]
enum Step {
    Write(u32),
    Remove,
    Move,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![6 => (0u32..40).prop_map(Step::Write), 2 => Just(Step::Remove), 2 => Just(Step::Move)]
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn results_do_not_depend_on_the_history_of_the_index(
        steps in prop::collection::vec(prop::collection::vec((0u8..30, step()), 1..12), 1..10),
    ) {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let mut engine = TantivyEngine::on_disk(temp.path());
        let mut now = std::collections::BTreeMap::new();
        let mut last = None;
        for step in &steps {
            for &(name, change) in step {
                match change {
                    Step::Write(seed) => drop(now.insert(name, (seed, article(name, seed)))),
                    Step::Remove => drop(now.remove(&name)),
                    Step::Move => {
                        if let Some((seed, article)) = now.get_mut(&name) {
                            *article = article_in("moved/", name, *seed);
                        }
                    }
                };
            }
            let mut articles: Vec<_> = now.values().map(|(_, article)| Arc::clone(article)).collect();
            articles.sort_by(|a, b| a.path.cmp(&b.path));
            last = Some((engine.index(&library(&articles), &Silent).expect("indexes"), articles));
        }
        let (searcher, articles) = last.expect("a step");
        let grown = everything(&*searcher);
        let fresh = TantivyEngine::in_memory().index(&library(&articles), &Silent).expect("indexes");
        prop_assert_eq!(&grown, &everything(&*fresh), "fresh");
        drop(engine);
        let reopened = TantivyEngine::on_disk(temp.path()).index(&library(&articles), &Silent).expect("indexes");
        prop_assert_eq!(&grown, &everything(&*reopened), "reopened");
    }
}

#[test]
fn library_built_by_several_threads_gives_the_same_results() {
    let articles: Vec<_> = (0..=255)
        .chain(0..=255)
        .enumerate()
        .map(|(i, name)| {
            let article = article(name, i as u32);
            if i < 256 {
                article
            } else {
                Draft(Arc::into_inner(article).expect("nobody else has it"))
                    .with(|a| a.path = format!("b{i}.md").into())
                    .done()
            }
        })
        .collect();
    let all = TantivyEngine::in_memory().index(&library(&articles), &Silent).expect("indexes");
    let mut engine = TantivyEngine::in_memory();
    let mut grown = None;
    for end in (100..=500).step_by(200).chain([articles.len()]) {
        grown = Some(engine.index(&library(&articles[..end]), &Silent).expect("indexes"));
    }
    assert_eq!(everything(&*all), everything(&*grown.expect("indexed")));
}
