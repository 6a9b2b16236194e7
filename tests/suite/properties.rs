//! What holds for every question about the sample content, not only for chosen ones.
//!
//! Questions are drawn with a fixed seed, so that a failure comes back; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` draw others.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use otvet::edition::View;
use otvet::search::query::{MAX_LIMIT, MAX_OFFSET};
use otvet::search::{CorrectionKind, SearchQuery, SearchResults};
use proptest::prelude::*;

use crate::corpus::Random;
use crate::support::base::TestBase;
use crate::support::sample::{cases, sample, steps};
use crate::support::strange;

/// The sample content, seen by somebody who may see every audience, and its words.
static CONTENT: LazyLock<(View, Vec<String>)> = LazyLock::new(|| {
    let (mut repo, _) = sample();
    repo.commit("the sample content");
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    let view = base.view();
    let words = crate::fuzz::words(&view);
    (view, words)
});

fn ask(text: &str) -> SearchResults {
    CONTENT.0.search(&SearchQuery { limit: MAX_LIMIT, ..SearchQuery::new(text) })
}

/// Returns the slugs of all articles found, in their order.
fn found(text: &str) -> Vec<String> {
    let mut slugs = Vec::new();
    loop {
        let query = SearchQuery { limit: MAX_LIMIT, offset: slugs.len(), ..SearchQuery::new(text) };
        let results = CONTENT.0.search(&query);
        slugs.extend(results.hits.iter().map(|hit| hit.article.slug.to_string()));
        if results.hits.is_empty() || slugs.len() >= results.total.min(MAX_OFFSET) {
            return slugs;
        }
    }
}

fn sorted(text: &str) -> BTreeSet<String> {
    found(text).into_iter().collect()
}

/// Returns corrections of what was typed; synonyms are additions.
fn repairs(results: &SearchResults) -> Vec<String> {
    let repairs = results.corrections.iter().filter(|correction| correction.kind != CorrectionKind::Synonym);
    repairs.map(|correction| format!("{:?} {}>{}", correction.kind, correction.from, correction.to)).collect()
}

fn word() -> impl Strategy<Value = String> {
    any::<prop::sample::Index>().prop_map(|index| CONTENT.1[index.index(CONTENT.1.len())].clone())
}

/// A word with the article it stands in the title of.
fn titled() -> impl Strategy<Value = (String, String)> {
    any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(article, word)| {
        let articles: Vec<_> = CONTENT.0.articles().collect();
        let article = articles[article.index(articles.len())];
        let words: Vec<&str> =
            article.title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        (words[word.index(words.len())].to_lowercase(), article.slug.to_string())
    })
}

#[test]
fn word_of_the_content_is_never_corrected() {
    let corrected: Vec<String> =
        CONTENT.1.iter().map(|word| ask(&format!("{word} "))).flat_map(|results| repairs(&results)).collect();
    assert!(corrected.is_empty(), "{} of {} words: {corrected:?}", corrected.len(), CONTENT.1.len());
}

#[test]
fn number_or_code_is_never_corrected() {
    let numbers = CONTENT.1.iter().filter(|word| word.chars().any(|c| c.is_ascii_digit()));
    let other = |word: &String| {
        let digit = |c: char| if c.is_ascii_digit() { char::from(b'0' + (c as u8 - b'0' + 3) % 10) } else { c };
        word.chars().map(digit).collect::<String>()
    };
    let all: Vec<String> =
        numbers.map(other).chain(["E1045", "4600123", "п. 5.7", "a1b2c3"].map(str::to_owned)).collect();
    let corrected: Vec<String> = all.iter().flat_map(|word| repairs(&ask(&format!("{word} ")))).collect();
    assert!(all.len() > 50 && corrected.is_empty(), "of {}: {corrected:?}", all.len());
}

#[test]
fn corrected_question_needs_no_correction_and_finds_the_same_first() {
    let mut random = Random(9);
    let (mut corrected, mut other_first) = (0, Vec::new());
    while corrected < steps("OTVET_FUZZ", 3_000) / 10 {
        let words = (0..1 + random.below(3)).map(|_| CONTENT.1[random.below(CONTENT.1.len())].as_str());
        let words: Vec<&str> = words.collect();
        let layout = random.below(2) == 0;
        let spoil = |word: &&str| if layout { strange::layout(word) } else { strange::slip(&mut random, word) };
        let text = words.iter().map(spoil).collect::<Vec<_>>().join(" ") + " ";
        // What is half Russian and half English is read piece by piece, and a piece may need another look.
        let mixed = |word: &str| word.contains(|c: char| c.is_ascii_alphabetic()) && !word.is_ascii();
        if text.split(' ').any(mixed) {
            continue;
        }
        let first = ask(&text);
        let again = ask(&format!("{} ", first.searched));
        assert_eq!(repairs(&again), Vec::<String>::new(), "`{text}` was searched as `{}`", first.searched);
        assert_eq!(again.searched, first.searched, "{text}");
        if repairs(&first).is_empty() {
            continue;
        }
        corrected += 1;
        let best = |results: &SearchResults| results.hits.first().map(|hit| hit.article.slug.to_string());
        if best(&first) != best(&again) {
            other_first.push(format!(
                "`{text}` searched as `{}`: {:?}, {:?}",
                first.searched,
                best(&first),
                best(&again)
            ));
        }
    }
    // A slip may have been another word, too: what else it may have been is searched with less weight, so now and then
    // the first result differs, where several fit about as well.
    assert!(other_first.len() * 10 <= corrected, "{} of {corrected}\n{}", other_first.len(), other_first.join("\n"));
}

/// Beginnings of words that politeness is made of.
const WRAPPING: [&str; 15] = [
    "расска",
    "подска",
    "уточн",
    "скаж",
    "здравств",
    "пожалуй",
    "спасибо",
    "добр",
    "прост",
    "прош",
    "извин",
    "сор",
    "please",
    "hello",
    "thank",
];

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn article_is_found_by_every_beginning_of_a_word_of_its_title((word, slug) in titled()) {
        for end in 1..=word.chars().count() {
            let beginning: String = word.chars().take(end).collect();
            prop_assert!(found(&beginning).contains(&slug), "`{beginning}` does not find `{slug}`, which has `{word}` in its title");
        }
    }

    #[test]
    fn order_of_words_changes_no_set(words in prop::collection::vec(word(), 2..5), turns in 1usize..4) {
        let mut turned = words.clone();
        turned.rotate_left(turns % words.len());
        let (one, other) = (words.join(" ") + " ", turned.join(" ") + " ");
        prop_assert_eq!(sorted(&one), sorted(&other), "`{}` and `{}`", one, other);
        prop_assert_eq!(repairs(&ask(&one)), repairs(&ask(&other)));
    }

    #[test]
    fn words_of_the_content_are_not_corrected_in_company(words in prop::collection::vec(word(), 2..6)) {
        let text = words.join(" ") + " ";
        prop_assert_eq!(repairs(&ask(&text)), Vec::<String>::new(), "`{}`", text);
    }

    #[test]
    fn exact_question_finds_no_more(words in prop::collection::vec(word(), 1..4)) {
        let text = words.join(" ") + " ";
        let exact = CONTENT.0.search(&SearchQuery { exact: true, ..SearchQuery::new(&text) });
        // What only wraps a question is searched when it is to be searched as it stands.
        prop_assume!(!words.iter().any(|word| WRAPPING.iter().any(|wrapping| word.starts_with(wrapping))));
        prop_assert!(exact.total <= ask(&text).total);
    }
}
