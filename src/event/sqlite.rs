//! The embedded event store: one SQLite file in the data folder, in write-ahead mode, so that reading and writing do not wait
//! for each other.
//!
//! What can happen to the file, and what then:
//! * It is gone, or another one is in its place: it is opened anew, which begins a new one where there is none.
//! * It is damaged, or no event store: it is put aside under a name that says so, and a new one begun.
//! * It is of a later version of this program: it is left alone, and nothing is stored.
//! * It is locked, read-only, or the disk is full: the attempt fails, and the next one may not.

mod file;
mod rows;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::{Error, Event, EventStore, GapGroup, Id, Said, Verdict, Wanted};
use file::{Access, Opened};

/// Events removed in one transaction, so that a writer elsewhere never waits long.
const AT_ONCE: usize = 5_000;

/// An event store in a SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    writer: Mutex<Option<Opened>>,
    reader: Mutex<Option<Opened>>,
    /// Whether a reader met damage: then the file is opened anew and checked before it is written again.
    suspect: AtomicBool,
}

impl SqliteStore {
    /// Returns the store in a file, which is opened when it is needed.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), writer: Mutex::default(), reader: Mutex::default(), suspect: AtomicBool::new(false) }
    }

    /// Works on the open file, opened anew where that is called for. An error closes it, so that the next call begins anew.
    fn with<T>(&self, access: Access, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let place = match access {
            Access::Write => &self.writer,
            Access::Read => &self.reader,
        };
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        let is_suspect = access == Access::Write && self.suspect.swap(false, Ordering::Relaxed);
        if is_suspect || place.as_ref().is_some_and(|opened| !opened.is_still_at(&self.path)) {
            *place = None;
        }
        let opened = match place.take() {
            Some(opened) => opened,
            None => file::open(&self.path, access)?,
        };
        let opened = place.insert(opened);
        match work(&mut opened.connection) {
            Ok(result) => Ok(result),
            Err(error) => {
                *place = None;
                if file::is_damage(&error) {
                    self.suspect.store(true, Ordering::Relaxed);
                }
                Err(file::told(&self.path, &error))
            }
        }
    }
}

impl EventStore for SqliteStore {
    fn append(&self, events: &[Arc<Event>]) -> Result<(), Error> {
        self.with(Access::Write, |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut insert = transaction.prepare(rows::INSERT)?;
                for event in events {
                    rows::insert(&mut insert, event)?;
                }
            }
            transaction.commit()
        })
    }

    fn last(&self) -> Result<Option<Id>, Error> {
        let number: Option<i64> = self.with(Access::Write, |connection| {
            connection.query_row("SELECT max(id) FROM event", [], |row| row.get(0))
        })?;
        Ok(number.and_then(|number| Id::of(u64::try_from(number).ok()?)))
    }

    fn forget(&self, before: Timestamp, most: u64) -> Result<u64, Error> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut forgotten = 0;
        loop {
            let removed = self.with(Access::Write, |connection| {
                let surplus = "id <= ifnull((SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET ?2), -1)";
                let old = format!("SELECT id FROM event WHERE at < ?1 OR {surplus} ORDER BY id LIMIT {AT_ONCE}");
                let delete = format!("DELETE FROM event WHERE id IN ({old})");
                connection.execute(&delete, (before.as_millisecond(), most))
            })?;
            forgotten += removed as u64;
            if removed < AT_ONCE {
                return Ok(forgotten);
            }
        }
    }

    fn list(&self, wanted: &Wanted, limit: usize) -> Result<Vec<Event>, Error> {
        let (select, values) = rows::select(wanted, limit);
        self.with(Access::Read, |connection| {
            let mut select = connection.prepare(&select)?;
            select.query_map(rusqlite::params_from_iter(values), rows::event)?.collect()
        })
    }

    fn gaps(&self, since: Option<Timestamp>, limit: usize) -> Result<Vec<GapGroup>, Error> {
        self.with(Access::Read, |connection| {
            let mut select = connection.prepare(rows::GAPS)?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            select.query_map((rows::from(since), limit), rows::gap_group)?.collect()
        })
    }

    fn said(&self, since: Option<Timestamp>) -> Result<Vec<Said>, Error> {
        let rows: Vec<(String, Verdict, u64, Timestamp)> = self.with(Access::Read, |connection| {
            let mut select = connection.prepare(rows::SAID)?;
            select.query_map([rows::from(since)], rows::said)?.collect()
        })?;
        let mut all: Vec<Said> = Vec::new();
        for (slug, verdict, count, last) in rows {
            if all.last().is_none_or(|said| said.slug != slug) {
                all.push(Said { slug, counts: [0; Verdict::ALL.len()], last });
            }
            if let Some(said) = all.last_mut() {
                said.counts[verdict as usize] += count;
                said.last = said.last.max(last);
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests;
