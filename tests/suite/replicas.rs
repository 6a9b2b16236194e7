//! Two servers at one commit answer with the same bytes, whatever way they came there.
//!
//! `OTVET_COMMITS=1000` makes the way longer; on it one of the servers is started anew now and then.

use std::path::Path;

use otvet::audience::Access;
use otvet::edition::View;
use otvet::search::SearchQuery;

use crate::contract;
use crate::corpus::{Model, Random};
use crate::support::base::{Answer, TestBase};
use crate::support::repo::TestRepo;
use crate::support::sample::{sample, steps};

/// Changes something: edits, adds, removes or moves an article, or changes who may see it.
fn change(repo: &mut TestRepo, paths: &mut Vec<String>, model: &Model, random: &mut Random, step: usize) {
    let index = random.below(paths.len());
    match random.below(5) {
        0 => {
            let (path, text) = model.article(step, 7);
            repo.write(&format!("kb/{path}"), text);
            paths.push(path);
        }
        1 if paths.len() > 50 => {
            let path = paths.swap_remove(index);
            repo.remove(&format!("kb/{path}"));
        }
        2 => {
            let to = format!("peremeschennye/{step}.md");
            repo.rename(&format!("kb/{}", paths[index]), &format!("kb/{to}"));
            paths[index] = to;
        }
        kind => {
            let (_, text) = model.article(1_000_000 + step, 7);
            let text = text.replace(&format!("slug: statya-{}\n", 1_000_000 + step), "");
            let audience = match kind {
                3 => ["[public]", "[stores]", "[operators, internal]", "[pulbic]"][random.below(4)],
                _ => "[public]",
            };
            repo.write(&format!("kb/{}", paths[index]), text.replace("[public]", audience));
        }
    }
}

/// Queries of all kinds over the words of the base: whole, unfinished, misspelt, on the wrong layout, of one letter.
fn queries(base: &TestBase, model: &Model, random: &mut Random) -> Vec<String> {
    let view = base.view();
    let texts =
        view.articles().flat_map(|article| [article.title.clone()].into_iter().chain(article.meta.questions.clone()));
    let words: Vec<String> =
        texts.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    let mut queries: Vec<String> = (0..100).map(|article| model.query(article, 7, 3)).collect();
    while queries.len() < 1000 {
        let picked: Vec<&str> = (0..1 + random.below(4)).map(|_| words[random.below(words.len())].as_str()).collect();
        let mut query = picked.join(" ");
        match random.below(4) {
            0 => query.push(' '),
            1 => query = query.chars().take(1 + random.below(6)).collect(),
            2 => {
                let mut letters: Vec<char> = query.chars().collect();
                let swapped = random.below(letters.len().saturating_sub(1).max(1));
                let last = letters.len() - 1;
                letters.swap(swapped, (swapped + 1).min(last));
                query = letters.into_iter().collect();
            }
            _ => {}
        }
        queries.push(query);
    }
    queries
}

fn assert_same(path: &str, one: &TestBase, other: &TestBase) -> Answer {
    let (one, other) = (one.get(path), other.get(path));
    assert_eq!((one.status, &one.body), (other.status, &other.body), "{path}");
    assert_eq!(one.headers.get("etag"), other.headers.get("etag"), "{path}");
    one
}

#[test]
fn equal_edition_and_equal_request_give_equal_bytes_whatever_the_history_of_the_index() {
    let model = Model::learn(&Path::new(env!("CARGO_MANIFEST_DIR")).join("kb"));
    let (mut repo, mut paths) = sample();
    let mut random = Random(50);
    let data = tempfile::tempdir().expect("a folder");
    repo.commit("the sample content");
    let start = |repo: &TestRepo| {
        let mut base = TestBase::on_disk(repo.content("kb"), data.path());
        base.must_publish();
        base
    };
    let mut travelled = start(&repo);
    let commits = steps("OTVET_COMMITS", 50);
    for step in 0..commits {
        for part in 0..1 + random.below(3) {
            change(&mut repo, &mut paths, &model, &mut random, 3 * step + part);
        }
        repo.commit(&format!("change {step}"));
        if step % 97 == 60 {
            // The lock of the index is held as long as the server lives.
            drop(travelled);
            travelled = start(&repo);
        }
        travelled.must_publish();
        if step % 250 == 249 {
            compare(&travelled, &repo, &model, &mut random);
        }
    }
    compare(&travelled, &repo, &model, &mut random);
}

/// Compares a server with one that is started now and has no past.
fn compare(travelled: &TestBase, repo: &TestRepo, model: &Model, random: &mut Random) {
    let mut fresh = TestBase::new(repo.content("kb"));
    fresh.must_publish();
    assert_eq!(travelled.view().revision(), fresh.view().revision());
    let mut found = 0;
    for query in queries(&fresh, model, random) {
        let path = format!("/api/v1/search?q={}", otvet::edition::encode_path(&query));
        found += usize::from(!assert_same(&path, travelled, &fresh).slugs().is_empty());
        for access in [contract::public(), contract::reader("stores"), Access::editor()] {
            let seen =
                |base: &TestBase| contract::seen(&View::new(base.edition(), access).search(&SearchQuery::new(&query)));
            assert_eq!(seen(travelled), seen(&fresh), "{query} for {access:?}");
        }
    }
    assert!(found > 700, "only {found} of 1,000 queries found anything");
    let articles: Vec<_> = fresh.view().articles().map(|article| article.slug.to_string()).collect();
    for slug in &articles {
        let slug = otvet::edition::encode_path(slug);
        for path in [
            format!("/api/v1/articles/{slug}"),
            format!("/a/{slug}"),
            format!("/a/{slug}.md"),
            format!("/api/v1/history/{slug}"),
        ] {
            assert_eq!(assert_same(&path, travelled, &fresh).status, 200, "{path}");
        }
    }
    for path in [
        "/api/v1/articles?limit=100",
        "/api/v1/changes?since=2026-11-01",
        "/api/v1/diagnostics",
        "/browse",
        "/changes",
        "/",
    ] {
        assert_same(path, travelled, &fresh);
    }
    println!("{} articles, 1,000 queries ({found} found something) for 4 readers: equal", articles.len());
}
