//! Two servers at one commit answer with the same bytes, whatever way they came there.

use std::path::Path;

use crate::corpus::{Model, Random};
use crate::support::base::{Answer, TestBase};
use crate::support::repo::TestRepo;

/// The sample content as a repository, by the paths in it.
fn sample() -> (TestRepo, Vec<String>) {
    let mut repo = TestRepo::new();
    let mut paths = Vec::new();
    let kb = Path::new(env!("CARGO_MANIFEST_DIR")).join("kb");
    let mut folders = vec![kb.clone()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = item.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(&kb).expect("below kb").to_str().expect("UTF-8").to_owned();
                repo.write(&format!("kb/{inside}"), std::fs::read(&path).expect("a file"));
                paths.push(inside);
            }
        }
    }
    paths.retain(|path| path.ends_with(".md"));
    paths.sort();
    (repo, paths)
}

/// Changes something: edits, adds, removes or moves an article.
fn change(repo: &mut TestRepo, paths: &mut Vec<String>, model: &Model, random: &mut Random, step: usize) {
    let index = random.below(paths.len());
    match random.below(4) {
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
        _ => {
            let (_, text) = model.article(1000 + step, 7);
            let text = text.replace(&format!("slug: statya-{}\n", 1000 + step), "");
            repo.write(&format!("kb/{}", paths[index]), text);
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
    let mut travelled = TestBase::on_disk(repo.content("kb"), data.path());
    travelled.must_publish();
    for step in 0..50 {
        for part in 0..1 + random.below(3) {
            change(&mut repo, &mut paths, &model, &mut random, 3 * step + part);
        }
        repo.commit(&format!("change {step}"));
        travelled.must_publish();
    }
    let mut fresh = TestBase::new(repo.content("kb"));
    fresh.must_publish();
    assert_eq!(travelled.view().revision(), fresh.view().revision());

    let mut found = 0;
    for query in queries(&fresh, &model, &mut random) {
        let path = format!("/api/v1/search?q={}", otvet::edition::encode_path(&query));
        found += usize::from(!assert_same(&path, &travelled, &fresh).slugs().is_empty());
    }
    assert!(found > 700, "only {found} of 1,000 queries found anything");
    for article in fresh.view().articles() {
        let slug = otvet::edition::encode_path(article.slug.as_str());
        for path in [
            format!("/api/v1/articles/{slug}"),
            format!("/a/{slug}"),
            format!("/a/{slug}.md"),
            format!("/api/v1/history/{slug}"),
        ] {
            assert_eq!(assert_same(&path, &travelled, &fresh).status, 200, "{path}");
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
        assert_same(path, &travelled, &fresh);
    }
}
