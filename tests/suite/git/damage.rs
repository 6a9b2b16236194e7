//! Objects that a power cut, a bad disk or an enemy left behind.

use std::fs;

use otvet::git::{Error, TreeMemo};

use super::{list, paths};
use crate::support::repo::TestRepo;

#[test]
fn every_truncation_of_a_loose_blob_tree_and_commit_is_an_error_at_once() {
    let mut repo = TestRepo::bare();
    let commit = repo.write("a.md", "some text that is not long\n".repeat(3)).commit("first");
    let repository = repo.content("");
    let tree = repository.head().expect("a head").revision.tree;
    let blob = list(&repository).entries[0].blob;
    for id in [blob, tree, commit] {
        repo.compress(id);
        let whole = fs::read(repo.loose(id)).expect("a loose object");
        for end in 0..whole.len() {
            repo.damage(id, &whole[..end]);
            let error = if id == blob {
                repository.blob(id, 1 << 20).map(drop)
            } else if id == tree {
                repository.list(id, &mut TreeMemo::default()).map(drop)
            } else {
                repository.head().map(drop)
            };
            assert!(
                matches!(error, Err(Error::Object { id: found, .. }) if found == id),
                "{id} cut at {end}: {error:?}"
            );
        }
        repo.damage(id, &whole);
    }
    assert_eq!(paths(&list(&repository)), ["a.md"]);
}

#[test]
fn every_flipped_bit_of_a_loose_object_is_an_error() {
    let repo = TestRepo::bare();
    let repository = repo.content("");
    let blob = repo.blob(b"fourteen days, not counting the day of purchase");
    repo.compress(blob);
    let whole = fs::read(repo.loose(blob)).expect("a loose object");
    for bit in 0..8 * whole.len() {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        repo.damage(blob, &damaged);
        match repository.blob(blob, 1 << 20) {
            Err(Error::Object { .. } | Error::TooLarge { .. }) => {}
            // Some bits of a zlib header mean nothing to the content.
            Ok(content) => assert_eq!(content, b"fourteen days, not counting the day of purchase", "bit {bit}"),
            Err(error) => panic!("bit {bit}: {error}"),
        }
    }
}

#[test]
fn object_under_a_foreign_name_is_not_taken() {
    let repo = TestRepo::bare();
    let (public, secret) = (repo.blob(b"public"), repo.blob(b"secret"));
    let bytes = fs::read(repo.loose(secret)).expect("a loose object");
    repo.damage(public, &bytes);
    let message = repo.content("").blob(public, 100).expect_err("another content").to_string();
    assert!(message.contains("its content has another id"), "{message}");
}

#[test]
fn objects_that_are_no_files_or_of_another_kind_are_errors() {
    let mut repo = TestRepo::bare();
    repo.write("a.md", "a").commit("first");
    let repository = repo.content("");
    let tree = repository.head().expect("a head").revision.tree;
    let message = repository.blob(tree, 100).expect_err("a tree").to_string();
    assert!(message.ends_with("it is a tree, not a blob"), "{message}");
    let blob = repo.blob(b"x");
    fs::remove_file(repo.loose(blob)).expect("a loose object");
    fs::create_dir(repo.loose(blob)).expect("a folder in its place");
    assert!(repository.blob(blob, 100).expect_err("a folder").to_string().contains("not a regular file"));
}

#[test]
fn repository_that_is_repacked_under_us_is_read_on() {
    let mut repo = TestRepo::bare();
    for n in 0..20 {
        repo.write(&format!("{n}.md"), format!("text {n}")).commit("one more");
    }
    let repository = repo.content("");
    let head = repo.head().expect("a commit");
    for _ in 0..3 {
        let before = list(&repository).entries;
        repo.pack(head);
        assert_eq!(list(&repository).entries, before);
        for entry in &before {
            assert!(repository.blob(entry.blob, 100).is_ok());
        }
        for pack in fs::read_dir(repo.git_dir().join("objects/pack")).expect("packs").flatten() {
            assert!(pack.path().exists());
        }
    }
}

#[test]
fn damaged_packs_and_indices_are_errors_or_harmless() {
    let mut repo = TestRepo::bare();
    for n in 0..30 {
        repo.write(&format!("{}.md", n % 6), format!("text {n} ").repeat(20)).commit("one more");
    }
    let repository = repo.content("");
    let good = list(&repository);
    let contents: Vec<_> =
        good.entries.iter().map(|entry| repository.blob(entry.blob, 9999).expect("a blob")).collect();
    let good_history = super::history(&repository, None).to_bytes();
    repo.pack(repo.head().expect("a commit"));
    let files = fs::read_dir(repo.git_dir().join("objects/pack")).expect("packs").flatten().map(|file| file.path());
    for file in files {
        let whole = fs::read(&file).expect("a pack or its index");
        for step in 0..60 {
            let mut damaged = whole.clone();
            if step % 3 == 0 {
                damaged.truncate(whole.len() * step / 60);
            } else {
                damaged[whole.len() * step / 60] ^= 1 << (step % 8);
            }
            fs::remove_file(&file).expect("a file that can be removed");
            fs::write(&file, damaged).expect("a file that can be written");
            let Ok(head) = repository.head() else { continue };
            if let Ok(listing) = repository.list(head.revision.tree, &mut TreeMemo::default()) {
                assert_eq!(listing.entries, good.entries);
            }
            for (entry, content) in good.entries.iter().zip(&contents) {
                if let Ok(found) = repository.blob(entry.blob, 9999) {
                    assert_eq!(found, *content);
                }
            }
            if let Ok(found) = repository.history(head.revision.commit, None, &|_| ()) {
                assert!(found.to_bytes() == good_history);
            }
        }
        fs::remove_file(&file).expect("a file that can be removed");
        fs::write(&file, &whole).expect("a file that can be written");
    }
    assert_eq!(list(&repository).entries, good.entries);
}
