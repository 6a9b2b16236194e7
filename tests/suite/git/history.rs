//! Who changed what when.

use std::fs;
use std::sync::Mutex;

use otvet::git::history::Act;
use otvet::git::{Error, History};

use super::{history, told};
use crate::support::repo::{START, TestRepo};

#[test]
fn history_tells_who_did_what_when() {
    let mut repo = TestRepo::bare();
    repo.write("kb/a.md", "a").write("kb/b.md", "b").write("other.md", "o").commit("add");
    repo.author("Иван Соколов").write("kb/a.md", "a2").commit("change a");
    repo.write("other.md", "o2").commit("elsewhere");
    repo.rename("kb/a.md", "kb/sub/c.md").commit("move a");
    repo.remove("kb/b.md").commit("remove b");
    repo.author("Анна").write("kb/sub/c.md", "c3").commit("change c");
    let history = history(&repo.content("kb"), None);
    insta::assert_snapshot!(told(&history).join("\n"), @r"
    change c: Changed sub/c.md
    remove b: Removed b.md
    move a: Moved sub/c.md from a.md
    change a: Changed a.md
    add: Added a.md
    add: Added b.md
    ");
    let (made, changed) = history.dates("sub/c.md", |_| true).expect("a file");
    assert_eq!((&*made.author, &*made.subject, made.at.as_second()), ("Анна Петрова", "add", START));
    assert_eq!((&*changed.author, &*changed.subject), ("Анна", "change c"));
    let life: Vec<_> = history.of("sub/c.md").iter().map(|touch| (touch.act, &*touch.path)).collect();
    let expected = [(Act::Changed, "sub/c.md"), (Act::Moved, "sub/c.md"), (Act::Changed, "a.md"), (Act::Added, "a.md")];
    assert_eq!(life, expected);
    assert_eq!(history.of("a.md").len(), 3);
    assert!(history.dates("nothing.md", |_| true).is_none() && history.of("nothing.md").is_empty());
    assert_eq!((history.len(), history.head(), history.is_shallow()), (6, repo.head(), false));
}

#[test]
fn changes_since_a_commit_or_a_time_are_told() {
    let mut repo = TestRepo::bare();
    let first = repo.write("a.md", "1").commit("first");
    repo.branch("side");
    let second = repo.write("a.md", "2").commit("second");
    repo.switch("side").write("b.md", "b").commit_at("side", START + 30);
    let side = repo.head().expect("a commit");
    repo.switch("main").write("b.md", "b").merge(side, "merge");
    let history = history(&repo.content(""), None);
    let since = |commit: &str| -> Option<Vec<String>> {
        let touches = history.since_commit(commit)?;
        Some(touches.iter().map(|touch| history.commit(touch.commit).subject.to_string()).collect())
    };
    assert_eq!(since(&first.to_string()).expect("a commit"), ["second", "side"]);
    assert_eq!(since(&second.to_string()[..7]).expect("a commit"), ["side"]);
    assert_eq!(since(&side.to_string()).expect("a commit"), ["second"]);
    assert_eq!(since(&repo.head().expect("a commit").to_string().to_uppercase()).expect("a commit"), [""; 0]);
    for unknown in ["", "abc", &second.to_string()[..6], "ffffffffffffff", "../../..", "HEAD~12"] {
        assert_eq!(since(unknown), None, "{unknown}");
    }
    let later = |seconds| history.since_time(jiff::Timestamp::from_second(seconds).expect("a time")).len();
    assert_eq!((later(START - 1), later(START), later(START + 30), later(START + 90)), (3, 2, 1, 0));
}

#[test]
fn merge_touches_only_what_differs_from_every_parent() {
    let mut repo = TestRepo::bare();
    repo.write("a.md", "1").write("b.md", "1").write("c.md", "1").commit("base");
    repo.branch("side");
    repo.write("a.md", "main").write("c.md", "main").commit("on main");
    repo.switch("side").write("b.md", "side").write("c.md", "side").commit("on side");
    let side = repo.head().expect("a commit");
    repo.switch("main").write("b.md", "side").write("c.md", "both").merge(side, "merge");
    let told = told(&history(&repo.content(""), None));
    assert_eq!(told.iter().filter(|told| told.starts_with("merge")).collect::<Vec<_>>(), ["merge: Changed c.md"]);
}

#[test]
fn file_that_is_removed_and_comes_back_keeps_its_first_date() {
    let mut repo = TestRepo::bare();
    repo.write("a.md", "1").write("b.md", "1").commit("add");
    repo.remove("a.md").commit("remove by mistake");
    repo.write("a.md", "2").commit("bring back");
    let history = history(&repo.content(""), None);
    let (made, changed) = history.dates("a.md", |_| true).expect("a file");
    assert_eq!((&*made.subject, &*changed.subject), ("add", "bring back"));
}

#[test]
fn path_that_was_left_begins_anew() {
    let mut repo = TestRepo::bare();
    repo.write("a.md", "old article").commit("add");
    repo.rename("a.md", "b.md").commit("move");
    repo.write("a.md", "another article").commit("add another");
    let history = history(&repo.content(""), None);
    assert_eq!(&*history.dates("a.md", |_| true).expect("a file").0.subject, "add another");
    assert_eq!(&*history.dates("b.md", |_| true).expect("a file").0.subject, "add");
}

#[test]
fn border_of_a_shallow_clone_is_where_files_come_from() {
    let mut repo = TestRepo::bare();
    let first = repo.write("a.md", "1").commit("first");
    let second = repo.write("b.md", "1").commit("second");
    repo.write("a.md", "2").commit("third");
    repo.shallow(&[second]);
    fs::remove_file(repo.loose(first)).expect("a commit that the clone lacks");
    let shallow = history(&repo.content(""), None);
    assert!(shallow.is_shallow());
    assert_eq!(told(&shallow), ["third: Changed a.md", "second: Added a.md", "second: Added b.md"]);
    fs::remove_file(repo.git_dir().join("shallow")).expect("the border");
    let head = repo.head().expect("a commit");
    let error = repo.content("").history(head, None, &|_| ());
    assert!(matches!(error, Err(Error::Object { id, .. }) if id == first), "a parent is missing without a border");
    let error = repo.content("").history(head, Some(&shallow), &|_| ());
    assert!(matches!(error, Err(Error::Object { .. })), "what was known behind a border that is gone is not believed");
}

#[test]
fn known_history_of_another_folder_is_not_believed() {
    let mut repo = TestRepo::bare();
    repo.write("a/x.md", "1").write("b/y.md", "1").commit("first");
    let known = history(&repo.content("a"), None);
    repo.write("a/x.md", "2").commit("second");
    let found = history(&repo.content("b"), Some(&known));
    assert_eq!(told(&found), ["first: Added y.md"]);
}

#[test]
fn folder_that_came_later_and_went_away_has_its_history() {
    let mut repo = TestRepo::bare();
    repo.write("x.md", "1").commit("first");
    repo.write("kb/a.md", "1").commit("second");
    repo.rename("kb/a.md", "docs/a.md").commit("third");
    repo.rename("docs/a.md", "kb/a.md").commit("fourth");
    let expected = ["fourth: Added a.md", "third: Removed a.md", "second: Added a.md"];
    assert_eq!(told(&history(&repo.content("kb"), None)), expected);
}

#[test]
fn empty_history_answers_everything_with_nothing() {
    let history = History::default();
    assert!(history.is_empty() && !history.is_shallow() && history.head().is_none());
    assert!(history.of("a.md").is_empty() && history.dates("a.md", |_| true).is_none());
    assert!(history.touches(10).is_empty() && history.since_time(jiff::Timestamp::UNIX_EPOCH).is_empty());
    assert_eq!(history.since_commit("0123456789"), None);
}

#[test]
fn known_commits_are_not_read_again() {
    let mut repo = TestRepo::bare();
    let first = repo.write("a.md", "1").commit("first");
    repo.write("a.md", "2").commit("second");
    let known = history(&repo.content(""), None);
    fs::remove_file(repo.loose(first)).expect("a loose commit");
    repo.write("a.md", "3").commit("third");
    let walked = Mutex::new(Vec::new());
    let head = repo.head().expect("a commit");
    let more = repo.content("").history(head, Some(&known), &|count| walked.lock().expect("no panic").push(count));
    assert_eq!(more.expect("a history").len(), 3);
    assert_eq!(walked.into_inner().expect("no panic"), [1]);
}
