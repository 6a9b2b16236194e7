//! Trees that nobody made by accident.

use otvet::diagnostic::Finding;
use otvet::git::{Error, TreeMemo, limits};
use otvet::revision::ObjectId;

use super::{findings, history, list, paths, told};
use crate::support::repo::{FILE, FOLDER, SUBMODULE, SYMLINK, TestRepo};

#[test]
fn hostile_names_become_findings_and_good_ones_are_served() {
    let mut repo = TestRepo::bare();
    let blob = repo.blob(b"x");
    let folder = repo.tree(&[(FILE, b"in.md", blob)]);
    let tree = repo.tree(&[
        (FILE, b"..", blob),
        (FOLDER, b".git", folder),
        (FILE, b".gitmodules", blob),
        (FILE, b".hidden.md", blob),
        (FILE, b"../a/b.md", blob),
        (FILE, b"CON.md", blob),
        (FILE, b"_lexicon.yml", blob),
        (FILE, b"a\n\x1b[31m.md", blob),
        (FILE, b"a\\b.md", blob),
        (FILE, b"bad\xff.md", blob),
        (FILE, b"good.md", blob),
        (SYMLINK, b"link.md", blob),
        (0o100_600, b"odd.md", blob),
        (SUBMODULE, b"sub", blob),
        (FILE, "\u{202e}dm.exe".as_bytes(), blob),
    ]);
    repo.commit_raw(tree, "hostile");
    let listing = list(&repo.content(""));
    assert_eq!(paths(&listing), ["_lexicon.yml", "good.md"]);
    insta::assert_snapshot!(findings(&listing).join("\n"), @r##"
    ..: BadPath { reason: "a name that git reserves" }
    ../a/b.md: BadPath { reason: "slash inside a name" }
    .git: BadPath { reason: "a name that git reserves" }
    CON.md: BadPath { reason: "a name that Windows reserves" }
    \u{202e}dm.exe: BadPath { reason: "invisible or direction-changing character" }
    a\b.md: BadPath { reason: "one of \\ : * ? \" < > |" }
    a\u{a}\u{1b}[31m.md: BadPath { reason: "control character" }
    bad�.md: BadPath { reason: "the name is not UTF-8" }
    link.md: NotAFile { what: "symbolic link" }
    odd.md: NotAFile { what: "entry of an unknown mode" }
    sub: NotAFile { what: "submodule" }
    "##);
    assert_eq!(told(&history(&repo.content(""), None)), ["hostile: Added _lexicon.yml", "hostile: Added good.md"]);
}

#[test]
fn colliding_paths_are_kept_once_the_first_in_path_order() {
    let mut repo = TestRepo::bare();
    let (one, two) = (repo.blob(b"1"), repo.blob(b"2"));
    let lower = repo.tree(&[(FILE, b"A.md", two), (FILE, b"only.md", two)]);
    let upper = repo.tree(&[(FILE, b"a.md", one), (FILE, b"b.md", one)]);
    let tree = repo.tree(&[
        (FILE, b"A.md", one),
        (FOLDER, b"Kb", upper),
        (FILE, b"a.md", two),
        (FILE, b"d.md", one),
        (FILE, b"d.md", two),
        (FOLDER, b"kb", lower),
        (FILE, "и\u{306}.md".as_bytes(), one),
        (FILE, "й.md".as_bytes(), two),
    ]);
    repo.commit_raw(tree, "collisions");
    let listing = list(&repo.content(""));
    assert_eq!(paths(&listing), ["A.md", "Kb/a.md", "Kb/b.md", "d.md", "kb/only.md", "й.md"]);
    insta::assert_snapshot!(findings(&listing).join("\n"), @r#"
    a.md: PathCollision { with: "A.md" }
    d.md: PathCollision { with: "d.md" }
    kb/A.md: PathCollision { with: "Kb/a.md" }
    й.md: PathCollision { with: "й.md" }
    "#);
}

/// Makes a tree of trees of trees, ten of each, over a tree with these entries.
fn bomb(repo: &TestRepo, leaves: &[(u32, &[u8], ObjectId)], levels: usize) -> ObjectId {
    let names: Vec<String> = (0..10).map(|n| format!("f{n}")).collect();
    let fold = |tree, _| repo.tree(&names.iter().map(|name| (FOLDER, name.as_bytes(), tree)).collect::<Vec<_>>());
    (0..levels).fold(repo.tree(leaves), fold)
}

#[test]
fn tree_bomb_is_cut_off_at_once() {
    let mut repo = TestRepo::bare();
    let blob = repo.blob(b"x");
    let tree = bomb(&repo, &[(FILE, b"a.md", blob), (FILE, b"b.md", blob)], 10);
    repo.commit_raw(tree, "bomb");
    let listing = list(&repo.content(""));
    assert!(listing.entries.len() <= limits::ENTRIES);
    let [finding] = &listing.findings[..] else { panic!("one finding") };
    assert_eq!(finding.finding, Finding::TooMany { limit: "200,000 entries".to_owned() });
    assert_eq!(history(&repo.content(""), None).touches(usize::MAX).len(), limits::ENTRIES);
}

#[test]
fn tree_bomb_of_empty_folders_is_cut_off_at_once() {
    let mut repo = TestRepo::bare();
    let tree = bomb(&repo, &[], 12);
    repo.commit_raw(tree, "hollow bomb");
    let listing = list(&repo.content(""));
    assert_eq!((listing.entries.len(), listing.findings.len()), (0, 1));
    assert!(history(&repo.content(""), None).touches(1).is_empty());
}

#[test]
fn tree_of_10_000_levels_is_cut_off() {
    let mut repo = TestRepo::bare();
    let blob = repo.blob(b"x");
    let mut tree = repo.tree(&[(FILE, b"deep.md", blob)]);
    for _ in 0..10_000 {
        tree = repo.tree(&[(FILE, b"a.md", blob), (FOLDER, b"d", tree)]);
    }
    repo.commit_raw(tree, "deep");
    let listing = list(&repo.content(""));
    assert_eq!(listing.entries.len(), limits::DEPTH + 1);
    assert_eq!(listing.findings.len(), 1);
    assert_eq!(history(&repo.content(""), None).touches(usize::MAX).len(), limits::DEPTH + 1);
}

#[test]
fn findings_are_bounded() {
    let mut repo = TestRepo::bare();
    let blob = repo.blob(b"x");
    let names: Vec<String> = (0..5000).map(|n| format!("bad{n}?")).collect();
    let tree = repo.tree(&names.iter().map(|name| (FILE, name.as_bytes(), blob)).collect::<Vec<_>>());
    repo.commit_raw(tree, "many");
    assert!(list(&repo.content("")).findings.len() <= 1000);
}

#[test]
fn damaged_subtree_fails_the_listing_rather_than_dropping_articles() {
    let mut repo = TestRepo::bare();
    repo.write("a/a.md", "a").write("b.md", "b").commit("first");
    let repository = repo.content("");
    let tree = repo.content("a").head().expect("a head").revision.tree;
    repo.damage(tree, b"");
    let head = repository.head().expect("a head");
    let error = repository.list(head.revision.tree, &mut TreeMemo::default());
    assert!(matches!(error, Err(Error::Object { id, .. }) if id == tree));
}

#[test]
fn memo_changes_nothing_but_the_work() {
    let mut repo = TestRepo::bare();
    let mut memo = TreeMemo::default();
    for n in 0..30 {
        repo.write(&format!("{}/{}/{n}.md", n % 3, n % 5), format!("{n}")).commit("more");
        let repository = repo.content("");
        let head = repository.head().expect("a head");
        let kept = repository.list(head.revision.tree, &mut memo).expect("a listing");
        assert_eq!(kept.entries, list(&repository).entries);
        assert!(kept.entries.is_sorted_by(|a, b| a.path < b.path));
    }
}
