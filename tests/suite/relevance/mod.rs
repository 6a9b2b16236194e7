//! What comes first, in examples that editors can read.
//!
//! Each folder of `rules` is a small content folder about one rule of ranking: articles in Markdown, and in `_tests/` the questions
//! with what they must find. `otvet eval tests/suite/relevance/rules/title` asks one of them from the shell. The sample
//! content has answer tests of its own in `kb/_tests`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use otvet::article::answer_test::AnswerTests;
use otvet::check::Content;
use otvet::edition::{Edition, View};
use otvet::publish::source::Source;
use otvet::relevance::{Baseline, answers};
use otvet::search::tantivy::TantivyEngine;
use otvet::search::{SearchEngine, Silent};
use otvet::text::Lang;
use otvet::text::findings::message;

use crate::support::base::rules;
use crate::support::repo::TestRepo;

mod sections;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Indexes what a source holds.
fn edition(source: Source) -> (Arc<Edition>, AnswerTests) {
    let rules = rules();
    let Content { library, tests, .. } = otvet::publish::read(source, &rules).expect("content");
    let searcher = TantivyEngine::in_memory().index(&library, &Silent).expect("indexes");
    let edition = Edition::without_history(library, searcher, rules.audiences);
    (Arc::new(edition), tests)
}

/// Asks the answer tests of a folder. Returns their number, and what failed and should not, a line each.
fn failures(folder: &Path) -> (usize, Vec<String>) {
    let (edition, tests) = edition(Source::folder(folder.to_owned()));
    let asked = tests.tests.iter().filter_map(|test| answers::ask(&edition, test));
    let failed = tests.findings.iter().cloned().chain(asked);
    let line = |found: otvet::diagnostic::Diagnostic| {
        let place = folder.join(&found.path);
        format!("{}:{}:{}: {}", place.display(), found.line, found.column, message(Lang::En, &found.finding))
    };
    (tests.tests.len(), failed.map(line).collect())
}

#[test]
fn every_rule_of_ranking_holds_in_its_example() {
    let folder = root().join("tests/suite/relevance/rules");
    let mut rules: Vec<PathBuf> = std::fs::read_dir(folder).expect("rules").flatten().map(|item| item.path()).collect();
    rules.sort();
    assert!(rules.len() >= 15, "only {} rules were found", rules.len());
    let mut failed = Vec::new();
    for rule in rules {
        let (asked, wrong) = failures(&rule);
        assert!(asked > 0, "{} asks nothing", rule.display());
        failed.extend(wrong);
    }
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn sample_content_answers_as_its_editors_expect() {
    let (asked, failed) = failures(&root().join("kb"));
    assert!(asked > 100, "only {asked} answer tests were found");
    assert!(failed.is_empty(), "{} of {asked} failed\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn failing_test_is_named_with_its_place_and_what_came_instead() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes");
        std::fs::write(path, text).expect("writes");
    };
    write("a.md", "# Возврат\n\nДеньги вернём.\n");
    write("b.md", "# Доставка\n\nВозврат курьером.\n");
    write("c.md", "---\ntitle: Лимит\naudience: [operators]\n---\nЛимит возврата.\n");
    write(
        "_tests/all.yml",
        "- {question: возврат, first: a}\n- {question: возврат, first: b}\n- {question: слон, first: a}\n\
         - {question: лимит, absent: c}\n- {question: лимит, absent: c, as: [public]}\n- {question: возврат, nothing: true}\n\
         - {question: возврат, first: aa}\n- {question: возврат, first: a, as: [pubilc]}\n- {question: слон, nothing: true}\n",
    );
    let (asked, failed) = failures(folder.path());
    assert_eq!(asked, 9);
    let failed: Vec<&str> = failed.iter().map(|line| line.split_once("all.yml:").expect("a place").1).collect();
    assert_eq!(
        failed,
        [
            "2:14: for “возврат” `b` must come first, but it is number 2, and `a` is first",
            "3:14: for “слон” `a` must come first, but nothing is found",
            "4:14: “лимит” must not find `c`, but it is number 1",
            "6:14: “возврат” must not find `a`, but it is number 1",
            "7:14: `first` names the unknown article `aa`",
            "8:14: unknown audience `pubilc`",
        ]
    );
}

#[test]
fn content_and_its_tests_are_read_as_they_are_at_a_commit() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", "# Возврат\n\nДеньги вернём.\n")
        .write("kb/_tests/a.yml", "- {question: возврат, first: a}\n");
    let first = repo.commit("right");
    repo.write("kb/_tests/a.yml", "- {question: обмен, first: a}\n");
    let second = repo.commit("wrong");
    let failures = |commit| {
        let (edition, tests) = edition(Source::commit(repo.content("kb"), commit));
        assert_eq!(edition.revision.commit, commit);
        tests.tests.iter().filter_map(|test| answers::ask(&edition, test)).count()
    };
    assert_eq!((failures(first), failures(second)), (0, 1));
}

#[test]
fn yardstick_is_plain_bm25_over_fields_with_stems() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("writes");
    // One word in each field, every field of every article as long: the boosts decide.
    let file = |title: &str, keyword: &str, heading: &str, text: &str| {
        format!("---\ntitle: {title}\nkeywords: [{keyword}]\n---\n\n## {heading}\n\n{text}.\n")
    };
    write("a.md", &file("Услуги", "прочее", "Ещё", "Возврат"));
    write("b.md", &file("Услуги", "прочее", "Возврату", "Здесь"));
    write("c.md", &file("Услуги", "возврата", "Ещё", "Здесь"));
    write("d.md", &file("Возврат", "прочее", "Ещё", "Здесь"));
    write("f.md", &file("Оплата", "прочее", "Ещё", "Картой"));
    write("e.md", &file("Оплата", "прочее", "Ещё", "Картой"));
    let (edition, _) = edition(Source::folder(folder.path().to_owned()));
    let all = otvet::audience::Access::reader(edition.audiences.all());
    let mut baseline = Baseline::new(&View::new(edition, all));
    assert_eq!(baseline.rank("возвратом", 10), ["d.md", "c.md", "b.md", "a.md"]);
    assert_eq!(baseline.rank("слон картой", 10), ["e.md", "f.md"], "any word may match, equals go by slug");
    for corrected in ["возвр", "вовзрат", "djpdhfn", "vozvrat"] {
        assert!(baseline.rank(corrected, 10).is_empty(), "{corrected}");
    }
}
