//! Reading repositories: every kind that is supported and every kind that is refused.

mod damage;
mod history;
mod hostile;
mod random;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use otvet::git::{Error, History, Listing, Repository, TreeMemo};
use otvet::revision::ObjectId;

use crate::support::repo::{START, TestRepo};

fn list(repository: &Repository) -> Listing {
    let head = repository.head().expect("a head");
    repository.list(head.revision.tree, &mut TreeMemo::default()).expect("a tree that can be read")
}

fn paths(listing: &Listing) -> Vec<&str> {
    listing.entries.iter().map(|entry| entry.path.as_str()).collect()
}

/// Returns the findings as `path: finding`.
fn findings(listing: &Listing) -> Vec<String> {
    listing.findings.iter().map(|found| format!("{}: {:?}", found.path, found.finding)).collect()
}

fn history(repository: &Repository, known: Option<&History>) -> History {
    let head = repository.head().expect("a head").revision.commit;
    repository.history(head, known, &|_| ()).expect("a history that can be read")
}

/// Returns the touches as `subject: act path`.
fn told(history: &History) -> Vec<String> {
    let tell = |touch: &&otvet::git::history::Touch| {
        let from = touch.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        format!("{}: {:?} {}{from}", history.commit(touch.commit).subject, touch.act, touch.path)
    };
    history.touches(usize::MAX).iter().map(tell).collect()
}

#[test]
fn bare_repository_is_read_with_a_folder_inside() {
    let mut repo = TestRepo::bare();
    repo.write("kb/a.md", "a").write("kb/b/c.md", "c").write("README.md", "r");
    let commit = repo.commit("first");
    let repository = Repository::find(repo.path(), Some("kb"), None).expect("a bare repository");
    let head = repository.head().expect("a head");
    assert_eq!((head.revision.commit, head.branch.as_str()), (commit, "main"));
    assert_eq!(head.committed_at.as_second(), START);
    assert_eq!(paths(&list(&repository)), ["a.md", "b/c.md"]);
    let whole = Repository::find(repo.path(), None, None).expect("a bare repository");
    assert_eq!(paths(&list(&whole)), ["README.md", "kb/a.md", "kb/b/c.md"]);
}

#[test]
fn folder_of_a_work_tree_is_found_from_inside() {
    let mut repo = TestRepo::new();
    repo.write("kb/ответы/a.md", "a").write("b.md", "b").commit("first");
    let repository = Repository::find(&repo.path().join("kb/ответы"), None, None).expect("a folder of a work tree");
    assert_eq!(repository.folder, "kb/ответы");
    assert_eq!(paths(&list(&repository)), ["a.md"]);
    let top = Repository::find(repo.path(), Some("kb/"), None).expect("the top of a work tree");
    assert_eq!(paths(&list(&top)), ["ответы/a.md"]);
    let git = Repository::find(&repo.path().join(".git"), None, None).expect("a git folder");
    assert_eq!(paths(&list(&git)), ["b.md", "kb/ответы/a.md"]);
}

#[test]
fn committed_content_is_read_not_the_work_tree() {
    let mut repo = TestRepo::new();
    repo.write("a.md", "committed").commit("first");
    fs::write(repo.path().join("a.md"), "half-wri").expect("a file of the work tree");
    fs::write(repo.path().join("b.md"), "new").expect("a file of the work tree");
    let listing = list(&repo.content(""));
    assert_eq!(paths(&listing), ["a.md"]);
    assert_eq!(repo.content("").blob(listing.entries[0].blob, 100).expect("a blob"), b"committed");
}

#[test]
fn linked_worktree_is_read_at_its_own_head() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", "a").commit("first");
    let other = tempfile::TempDir::new().expect("a temporary folder");
    let path = other.path().join("tree");
    repo.git2().worktree("side", &path, None).expect("a linked worktree");
    let side = Repository::find(&path.join("kb"), None, None).expect("a linked worktree");
    assert_eq!(side.head().expect("a head").branch, "side");
    assert_eq!(side.folder, "kb");
    let first = side.head().expect("a head").revision.commit;
    repo.write("kb/b.md", "b").commit("second");
    assert_eq!(side.head().expect("a head").revision.commit, first);
    let common = side.watched();
    assert!(common.contains(&side.common_dir.join("refs/heads")), "{common:?}");
}

#[test]
fn detached_head_is_named_by_its_commit() {
    let mut repo = TestRepo::bare();
    let first = repo.write("a.md", "a").commit("first");
    repo.write("a.md", "b").commit("second");
    repo.detach(first);
    let head = repo.content("").head().expect("a detached head");
    assert_eq!((head.revision.commit, head.branch), (first, first.to_string()));
}

#[test]
fn configured_branch_is_read_packed_loose_or_of_a_remote() {
    let mut repo = TestRepo::bare();
    let first = repo.write("a.md", "a").commit("first");
    repo.branch("release/2026");
    repo.write("a.md", "b").commit("second");
    let on = |name: &str| Repository::find(repo.path(), None, Some(name)).expect("a repository").head();
    assert_eq!(on("release/2026").expect("a branch").revision.commit, first);
    fs::write(repo.path().join("packed-refs"), format!("# pack-refs with: peeled\n{first} refs/heads/old\n^{first}\n"))
        .expect("packed refs");
    assert_eq!(on("old").expect("a packed branch").revision.commit, first);
    repo.point("refs/remotes/origin/main", first);
    assert_eq!(on("origin/main").expect("a branch of a remote").revision.commit, first);
    for name in ["missing", "../HEAD", "", "-x", "release"] {
        assert!(matches!(on(name), Err(Error::NoBranch { .. })), "{name}");
    }
}

#[test]
fn deleted_branch_is_said_to_be_missing() {
    let mut repo = TestRepo::bare();
    repo.write("a.md", "a").commit("first");
    repo.branch("other");
    let repository = repo.content("");
    repo.delete_branch("main");
    let message = repository.head().expect_err("no branch").to_string();
    assert!(message.starts_with("branch `main` does not exist in"), "{message}");
}

#[test]
fn empty_repository_is_said_to_have_no_commit() {
    let repo = TestRepo::new();
    assert!(matches!(repo.content("").head(), Err(Error::Empty(_))));
}

#[test]
fn missing_folder_is_named_with_the_commit() {
    let mut repo = TestRepo::bare();
    let commit = repo.write("a.md", "a").commit("first");
    let message = repo.content("kb").head().expect_err("no folder").to_string();
    assert_eq!(message, format!("folder `kb` does not exist at {}", commit.short()));
    let message = repo.content("a.md").head().expect_err("a file is no folder").to_string();
    assert_eq!(message, format!("folder `a.md` does not exist at {}", commit.short()));
}

#[test]
fn broken_heads_are_errors() {
    let mut repo = TestRepo::bare();
    let commit = repo.write("a.md", "a").commit("first");
    let repository = repo.content("");
    let head = repo.path().join("HEAD");
    for text in [
        "",
        "garbage",
        "ref: ../../etc/passwd",
        "ref: refs/heads/../../x",
        "ref: ",
        "0000000000000000000000000000000000000000",
    ] {
        fs::write(&head, text).expect("HEAD");
        assert!(repository.head().is_err(), "{text:?}");
    }
    fs::write(&head, "ref: refs/heads/loop").expect("HEAD");
    fs::write(repo.path().join("refs/heads/loop"), "ref: refs/heads/loop").expect("a ref");
    assert!(repository.head().expect_err("a circle").to_string().contains("circle"));
    fs::write(repo.path().join("refs/heads/loop"), "").expect("a ref");
    assert!(repository.head().expect_err("an empty ref").to_string().contains("it is empty"));
    fs::write(&head, format!("{commit}\n")).expect("HEAD");
    assert_eq!(repository.head().expect("a head").revision.commit, commit);
    fs::remove_dir_all(repo.path().join("objects")).expect("objects that can be removed");
    assert!(repository.head().expect_err("no objects").to_string().contains("its objects are gone"));
}

#[test]
fn folder_outside_a_repository_is_said_to_be_so() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    assert!(matches!(Repository::find(folder.path(), None, None), Err(Error::NotARepository(_))));
    let missing = Repository::find(&folder.path().join("nothing"), None, None).expect_err("no folder").to_string();
    assert!(missing.ends_with("there is no such folder"), "{missing}");
    let repo = TestRepo::bare();
    assert!(matches!(Repository::find(&repo.path().join("refs"), None, None), Err(Error::NotARepository(_))));
    assert!(Repository::find(repo.path(), Some("../x"), None).is_err());
}

#[test]
fn repositories_that_would_be_misread_are_refused_in_one_sentence() {
    let cases = [
        ("[core]\n repositoryformatversion = 1\n[extensions]\n objectformat = sha256\n", "sha256"),
        ("[core]\n repositoryformatversion = 1\n[extensions]\n refstorage = reftable\n", "reftable"),
        ("[core]\n repositoryformatversion = 1\n[extensions]\n novel = 1\n", "novel"),
        ("[remote \"origin\"]\n promisor = true\n partialclonefilter = blob:none\n", "partial clone"),
        ("[include]\n path = /dev/zero\n", "/dev/zero"),
        ("[includeIf \"onbranch:main\"]\n path = objects\n", "not a regular file"),
    ];
    for (config, word) in cases {
        let repo = TestRepo::bare();
        fs::write(repo.path().join("config"), config).expect("a configuration");
        let message = Repository::find(repo.path(), None, None).expect_err(config).to_string();
        assert!(message.starts_with("cannot open the repository") && message.contains(word), "{message}");
    }
    let repo = TestRepo::bare();
    fs::create_dir_all(repo.path().join("objects/pack")).expect("a folder for packs");
    fs::write(repo.path().join("objects/pack/pack-1.promisor"), "").expect("a mark");
    assert!(Repository::find(repo.path(), None, None).expect_err("partial").to_string().contains("partial clone"));
}

#[test]
fn foreign_work_tree_in_the_configuration_is_ignored() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", "a").commit("first");
    repo.git2().config().and_then(|mut config| config.set_str("core.worktree", "/etc")).expect("a configuration");
    let repository = Repository::find(&repo.path().join("kb"), None, None).expect("a work tree");
    assert_eq!(paths(&list(&repository)), ["a.md"]);
}

#[test]
fn objects_are_borrowed_from_alternates_without_running_in_circles() {
    let mut lender = TestRepo::bare();
    let commit = lender.write("a.md", "a").commit("first");
    let borrower = TestRepo::bare();
    for (from, to) in [(&borrower, &lender), (&lender, &borrower)] {
        let objects = to.git_dir().join("objects");
        fs::create_dir_all(from.git_dir().join("objects/info")).expect("a folder");
        fs::write(from.git_dir().join("objects/info/alternates"), format!("{}\n", objects.display()))
            .expect("alternates");
    }
    fs::write(borrower.git_dir().join("refs/heads/main"), format!("{commit}\n")).expect("a ref");
    assert_eq!(paths(&list(&borrower.content(""))), ["a.md"]);
}

#[test]
fn packed_objects_are_read_like_loose_ones() {
    let mut repo = TestRepo::bare();
    for n in 0..40 {
        repo.write(&format!("kb/{}/{n}.md", n % 7), format!("text {n} ").repeat(50));
        repo.commit(&format!("commit {n}"));
    }
    let repository = repo.content("kb");
    let loose = (list(&repository), history(&repository, None).to_bytes());
    repo.pack(repo.head().expect("a commit"));
    assert!(!repo.loose(repo.head().expect("a commit")).exists());
    let packed = (list(&repository), history(&repository, None).to_bytes());
    assert_eq!(loose.0.entries, packed.0.entries);
    assert_eq!(loose.1, packed.1);
    let blob = packed.0.entries[3].blob;
    assert!(repository.blob(blob, 1000).is_ok());
    assert!(matches!(repository.blob(blob, 10), Err(Error::TooLarge { limit: 10, .. })));
    assert!(matches!(repository.at(ObjectId::from_bytes([7; 20])), Err(Error::Object { .. })));
}

#[test]
fn blobs_come_with_their_positions_and_their_own_errors() {
    let repo = TestRepo::bare();
    let mut blobs: Vec<ObjectId> = (0..500).map(|n| repo.blob(format!("blob {n}").as_bytes())).collect();
    blobs.push(ObjectId::from_bytes([1; 20]));
    blobs.push(repo.blob(&[b'x'; 5000]));
    let found = Mutex::new(BTreeMap::new());
    let each = |position, blob| drop(found.lock().expect("no panic").insert(position, blob));
    repo.content("").blobs(&blobs, 4096, &each).expect("a repository");
    let found = found.into_inner().expect("no panic");
    assert_eq!(found.len(), blobs.len());
    assert!((0..500).all(|n| found[&n].as_ref().is_ok_and(|blob| *blob == format!("blob {n}").into_bytes())));
    assert!(matches!(&found[&500], Err(Error::Object { reason, .. }) if reason == "it is missing"));
    assert!(matches!(&found[&501], Err(Error::TooLarge { size: 5000, .. })));
    repo.content("").blobs(&[], 1, &|_, _| ()).expect("nothing to read");
}

#[test]
fn library_is_the_vendored_one() {
    assert_eq!(otvet::git::check_library(), Ok(()));
}

#[test]
fn watched_folders_exist_and_hold_no_objects() {
    let mut repo = TestRepo::bare();
    repo.write("a.md", "a").commit("first");
    repo.branch("team/returns");
    let repository = repo.content("");
    let watched = repository.watched();
    assert!(watched.iter().all(|folder| folder.is_dir()));
    let relative: Vec<_> =
        watched.iter().map(|folder| folder.strip_prefix(&repository.git_dir).expect("inside")).collect();
    assert_eq!(relative, ["", "refs", "refs/heads", "refs/heads/team"].map(Path::new));
}
