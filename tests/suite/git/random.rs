//! Random repositories: their histories are as defined, however they came about.

use std::collections::BTreeMap;

use otvet::git::History;
use otvet::git::history::Act;
use otvet::revision::ObjectId;

use super::history;
use crate::support::repo::{FILE, FOLDER, START, TestRepo};

/// Numbers that look random and are the same everywhere (source: Steele and others, "SplitMix").
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as usize >> 1
    }
}

/// What a commit of the random history holds, kept beside the repository.
struct Model {
    id: ObjectId,
    parents: Vec<usize>,
    files: BTreeMap<String, ObjectId>,
}

impl Model {
    /// Returns the touches of this commit by the definition: paths that differ from every parent, exact moves joined.
    fn touches(&self, all: &[Self]) -> Vec<(Act, String, Option<String>)> {
        let empty = BTreeMap::new();
        let mut parents: Vec<_> = self.parents.iter().map(|&parent| &all[parent].files).collect();
        if parents.is_empty() {
            parents.push(&empty);
        }
        let mut paths: Vec<&String> = parents.iter().flat_map(|files| files.keys()).chain(self.files.keys()).collect();
        paths.sort();
        paths.dedup();
        let mut found = Vec::new();
        for path in paths {
            let new = self.files.get(path);
            if parents.iter().any(|files| files.get(path) == new) {
                continue;
            }
            let former = parents.iter().find_map(|files| files.get(path));
            let act = match (new, former) {
                (Some(_), None) => Act::Added,
                (Some(_), Some(_)) => Act::Changed,
                (None, _) => Act::Removed,
            };
            found.push((act, path.clone(), *new.or(former).expect("a blob before or after")));
        }
        let only = |act: Act, blob: ObjectId| -> Option<String> {
            let mut those = found.iter().filter(|(found, _, id)| *found == act && *id == blob);
            let first = those.next().map(|(_, path, _)| path.clone());
            if those.next().is_some() { None } else { first }
        };
        let settle = |(act, path, blob): &(Act, String, ObjectId)| match (
            act,
            only(Act::Removed, *blob),
            only(Act::Added, *blob),
        ) {
            (Act::Removed, Some(_), Some(_)) => None,
            (Act::Added, from @ Some(_), Some(_)) => Some((Act::Moved, path.clone(), from)),
            _ => Some((*act, path.clone(), None)),
        };
        found.iter().filter_map(settle).collect()
    }
}

/// Makes a repository of random commits, merges, moves and clocks that go wrong.
fn random_repository(seed: u64, commits: usize) -> (TestRepo, Vec<Model>) {
    let mut random = Random(seed);
    let mut below = |n: usize| random.next() % n;
    let repo = TestRepo::bare();
    let mut all: Vec<Model> = Vec::new();
    for number in 0..commits {
        let mut parents: Vec<usize> = Vec::new();
        if number > 0 {
            // Mostly the latest commits; sometimes a merge, a branch from the past, another root.
            let recent = |back: usize| number - 1 - back.min(number - 1);
            parents.push(recent(if below(4) == 0 { below(6) } else { 0 }));
            if below(4) == 0 {
                let other = recent(below(8));
                if other != parents[0] {
                    parents.push(other);
                }
            }
            if below(25) == 0 {
                parents.clear();
            }
        }
        let mut files = parents.first().map(|&parent| all[parent].files.clone()).unwrap_or_default();
        if let Some(&other) = parents.get(1) {
            for (path, blob) in &all[other].files {
                if below(2) == 0 {
                    files.insert(path.clone(), *blob);
                }
            }
        }
        for _ in 0..below(4) {
            let path = format!("{}/{}.md", below(3), below(4));
            let existing = files.keys().nth(below(files.len().max(1))).cloned();
            match (below(5), existing) {
                (0, Some(existing)) => drop(files.remove(&existing)),
                (1, Some(existing)) => {
                    let blob = files.remove(&existing).expect("an existing file");
                    files.insert(path, blob);
                }
                _ => drop(files.insert(path, repo.blob(format!("text {}", below(40)).as_bytes()))),
            }
        }
        let time = START + 60 * number as i64 - if below(5) == 0 { 60 * below(20) as i64 } else { 0 };
        let ids: Vec<ObjectId> = parents.iter().map(|&parent| all[parent].id).collect();
        let id = repo.commit_tree(tree(&repo, &files), &ids, &format!("commit {number}"), time);
        all.push(Model { id, parents, files });
    }
    repo.point("refs/heads/main", all.last().expect("a commit").id);
    (repo, all)
}

/// Writes the tree of files in folders, all inside `kb`.
fn tree(repo: &TestRepo, files: &BTreeMap<String, ObjectId>) -> ObjectId {
    let mut folders: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (path, blob) in files {
        let (folder, name) = path.split_once('/').expect("a file in a folder");
        folders.entry(folder).or_default().push((FILE, name.as_bytes(), *blob));
    }
    let folders: Vec<_> = folders.iter().map(|(name, files)| (FOLDER, name.as_bytes(), repo.tree(files))).collect();
    let content = repo.tree(&folders);
    repo.tree(&[(FOLDER, b"kb", content)])
}

#[test]
fn random_histories_are_as_defined() {
    for seed in 0..12 {
        let (repo, all) = random_repository(seed, 60);
        let repository = repo.content("kb");
        let history = repository.history(all[59].id, None, &|_| ()).expect("a history");
        let mut found: BTreeMap<ObjectId, Vec<(Act, String, Option<String>)>> = BTreeMap::new();
        let mut order = Vec::new();
        for touch in history.touches(usize::MAX) {
            let id = history.commit(touch.commit).id;
            if order.last() != Some(&id) {
                order.push(id);
            }
            let from = touch.from.as_ref().map(ToString::to_string);
            found.entry(id).or_default().push((touch.act, touch.path.to_string(), from));
        }
        let mut reachable = vec![59];
        for position in 0.. {
            let Some(&number) = reachable.get(position) else { break };
            for parent in &all[number].parents {
                if !reachable.contains(parent) {
                    reachable.push(*parent);
                }
            }
        }
        assert_eq!(history.len(), reachable.len(), "seed {seed}");
        for number in reachable {
            let commit = &all[number];
            assert_eq!(
                found.remove(&commit.id).unwrap_or_default(),
                commit.touches(&all),
                "seed {seed}, commit {number}"
            );
            let place = |id: ObjectId| order.iter().position(|found| *found == id);
            for parent in &commit.parents {
                if let (Some(child), Some(parent)) = (place(commit.id), place(all[*parent].id)) {
                    assert!(child < parent, "seed {seed}: newest first");
                }
            }
        }
        assert!(found.is_empty());
    }
}

#[test]
fn incremental_history_equals_a_fresh_one() {
    for seed in 100..115 {
        let (repo, all) = random_repository(seed, 50);
        let repository = repo.content("kb");
        let mut random = Random(seed);
        let mut known: Option<History> = None;
        let mut at = 0;
        for _ in 0..25 {
            // Mostly forwards; a forced push goes anywhere.
            let step = random.next();
            at = if step.is_multiple_of(6) { step / 6 % all.len() } else { (at + step % 4).min(all.len() - 1) };
            let fresh = repository.history(all[at].id, None, &|_| ()).expect("a history");
            let incremental = repository.history(all[at].id, known.as_ref(), &|_| ()).expect("a history");
            assert!(fresh.to_bytes() == incremental.to_bytes(), "seed {seed} at {at}");
            for path in all[at].files.keys() {
                assert!(
                    fresh.of(path) == incremental.of(path)
                        && fresh.dates(path, |_| true) == incremental.dates(path, |_| true)
                );
            }
            let stored = History::from_bytes(&incremental.to_bytes()).expect("whole bytes");
            for path in all[at].files.keys() {
                assert!(
                    fresh.of(path) == stored.of(path) && fresh.dates(path, |_| true) == stored.dates(path, |_| true)
                );
            }
            known = Some(stored);
        }
    }
}

#[test]
fn every_file_of_a_random_repository_has_dates() {
    for seed in 40..50 {
        let (repo, all) = random_repository(seed, 60);
        let history = history(&repo.content("kb"), None);
        for path in all[59].files.keys() {
            assert!(history.dates(path, |_| true).is_some(), "seed {seed}: {path}");
        }
    }
}
