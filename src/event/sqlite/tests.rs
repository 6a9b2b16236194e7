//! What happens to files, and what the store makes of it.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::event::{Gap, Masked, Report, Surface};
use crate::revision::ObjectId;

fn gap(number: u64) -> Arc<Event> {
    Arc::new(Event {
        id: Id::of(number).expect("a small number"),
        at: Timestamp::from_millisecond(1_795_000_000_000 + number as i64).expect("a time"),
        edition: ObjectId::from_bytes([7; 20]),
        surface: Surface::Operator,
        report: Report::Gap(Gap {
            query: Masked::of("доставка дроном"),
            searched: None,
            filters: vec![("tag".to_owned(), Masked::of("доставка"))],
            total: 0,
            note: None,
            host: None,
        }),
    })
}

fn store() -> (TempDir, SqliteStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::at(folder.path().join("data").join("events.db"));
    (folder, store)
}

fn ids(store: &SqliteStore) -> Vec<u64> {
    let events = store.list(&Wanted::default(), 100).expect("a store that can be read");
    events.iter().map(|event| event.id.number()).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder").flatten();
    names.map(|item| item.file_name().into_string().expect("UTF-8")).collect()
}

#[test]
fn file_and_folder_are_made_for_the_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, store) = store();
    store.append(&[gap(1)]).expect("written");
    let file = fs::metadata(folder.path().join("data/events.db")).expect("a file");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[test]
fn damaged_file_is_put_aside_and_a_new_one_begun() {
    for garbage in [
        "not a database, and long enough to be read as the head of one. ".repeat(100),
        "SQLite format 3\0\u{1}".repeat(300),
    ] {
        let (folder, store) = store();
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("a folder");
        fs::write(data.join("events.db"), &garbage).expect("a file");
        store.append(&[gap(1)]).expect("written to a new file");
        assert_eq!(ids(&store), [1]);
        let aside: Vec<_> = names(&data).into_iter().filter(|name| name.starts_with("events.db.damaged-")).collect();
        assert_eq!(aside.len(), 1);
        assert_eq!(fs::read(data.join(&aside[0])).expect("the file"), garbage.as_bytes(), "nothing of it is lost");
    }
}

#[test]
fn file_that_is_damaged_while_it_is_open_is_put_aside() {
    let (folder, store) = store();
    let path = folder.path().join("data/events.db");
    store.append(&(1..200).map(gap).collect::<Vec<_>>()).expect("written");
    // A checkpoint, so that the file is what counts; then its pages are gone.
    store
        .with(Access::Write, |connection| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
        .expect("a checkpoint");
    let length = fs::metadata(&path).expect("a file").len() as usize;
    let file = fs::OpenOptions::new().write(true).open(&path).expect("a file");
    std::os::unix::fs::FileExt::write_all_at(&file, &vec![0xA5; length - 100], 100).expect("written");
    store.list(&Wanted::default(), 1000).expect_err("a damaged file");
    store.append(&[gap(500)]).expect("written to a new file");
    assert!(names(&folder.path().join("data")).iter().any(|name| name.contains(".damaged-")));
    assert_eq!(ids(&store), [500]);
}

#[test]
fn file_of_another_program_is_put_aside() {
    let (folder, store) = store();
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("a folder");
    let other = Connection::open(data.join("events.db")).expect("a file");
    other.execute_batch("CREATE TABLE event (id TEXT)").expect("a table");
    drop(other);
    store.append(&[gap(1)]).expect("written");
    assert!(names(&data).iter().any(|name| name.contains(".damaged-")));
}

#[test]
fn file_that_is_deleted_is_begun_anew() {
    let (folder, store) = store();
    store.append(&[gap(1)]).expect("written");
    assert_eq!(ids(&store), [1]);
    fs::remove_dir_all(folder.path().join("data")).expect("removed");
    store.append(&[gap(2)]).expect("written to a new file");
    assert_eq!(ids(&store), [2]);
}

#[test]
fn file_that_somebody_holds_is_written_when_they_let_go() {
    let (folder, store) = store();
    store.append(&[gap(1)]).expect("written");
    let other = Connection::open(folder.path().join("data/events.db")).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let refused = store.append(&[gap(2)]).expect_err("locked");
    assert!(refused.0.contains("locked"), "{refused}");
    assert_eq!(ids(&store), [1], "reading goes on");
    other.execute_batch("ROLLBACK").expect("no lock");
    store.append(&[gap(2)]).expect("written");
    assert_eq!(ids(&store), [2, 1]);
}

#[test]
fn file_that_cannot_be_made_is_made_when_it_can() {
    let (folder, store) = store();
    let data = folder.path().join("data");
    fs::write(&data, "a file where the folder should be").expect("a file");
    assert!(store.append(&[gap(1)]).is_err());
    assert!(store.list(&Wanted::default(), 1).is_err());
    fs::remove_file(&data).expect("removed");
    store.append(&[gap(1)]).expect("written");
    assert_eq!(ids(&store), [1]);
}
