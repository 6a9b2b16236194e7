//! The file of the embedded store: opened, checked, brought to the format of this version, put aside when it is damaged.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::event::Error;

/// What tells an event store from any other SQLite file: `Otve`.
const APPLICATION: i32 = 0x4f74_7665;
/// What makes each format from the one before it, the first from nothing. The number of the format is how many were applied;
/// a format that was released is never changed here, the next one is appended.
const FORMATS: &[&str] = &["
    CREATE TABLE event (
        id INTEGER PRIMARY KEY,     -- milliseconds since 2026, made unique
        at INTEGER NOT NULL,        -- milliseconds of Unix time
        edition TEXT NOT NULL,      -- a commit id
        surface TEXT NOT NULL,
        kind TEXT NOT NULL,
        slug TEXT,                  -- of feedback, and so is the channel
        channel TEXT,
        note TEXT,
        query TEXT,
        searched TEXT,              -- of gaps, and so is all that follows
        filters TEXT,               -- a JSON array of names and values
        total INTEGER,
        host TEXT,
        grouped TEXT                -- what gaps are grouped by
    ) STRICT;
    CREATE INDEX event_at ON event (at);
    CREATE INDEX event_slug ON event (slug, kind, at) WHERE slug IS NOT NULL;
    CREATE INDEX event_gap ON event (grouped, at) WHERE grouped IS NOT NULL;
"];
/// How long to wait for somebody else who writes.
const BUSY: Duration = Duration::from_millis(250);

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Reading and writing; a file that is not there is begun.
    Write,
    /// Reading alone.
    Read,
}

/// An open file.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) connection: Connection,
    identity: Option<(u64, u64)>,
}

impl Opened {
    /// Returns whether the file that is open is the one at this path: SQLite goes on with one that was deleted.
    pub(super) fn is_still_at(&self, path: &Path) -> bool {
        self.identity.is_some() && identity(path) == self.identity
    }
}

/// Opens a file.
///
/// # Errors
/// When it cannot be opened. A damaged one is put aside and is no error for who writes.
pub(super) fn open(path: &Path, access: Access) -> Result<Opened, Error> {
    open_as(path, access, FORMATS)
}

pub(super) fn open_as(path: &Path, access: Access, formats: &[&str]) -> Result<Opened, Error> {
    let opened = try_open(path, access, formats);
    match opened {
        Err(Refused::Damaged(why)) if access == Access::Write => {
            set_aside(path, &why)?;
            try_open(path, access, formats).map_err(|refused| refused.told(path))
        }
        other => other.map_err(|refused| refused.told(path)),
    }
}

/// Why a file is not opened.
enum Refused {
    /// Something may change about it.
    Failed(String),
    /// What is in it is no event store.
    Damaged(String),
}

impl Refused {
    fn told(self, path: &Path) -> Error {
        let (Self::Failed(why) | Self::Damaged(why)) = self;
        Error(format!("cannot open the event store `{}`: {why}", path.display()))
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) { Self::Damaged(error.to_string()) } else { Self::Failed(error.to_string()) }
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

fn try_open(path: &Path, access: Access, formats: &[&str]) -> Result<Opened, Refused> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match access {
        Access::Read => flags |= OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => {
            flags |= OpenFlags::SQLITE_OPEN_READ_WRITE;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            // Reports are for few eyes; the files that SQLite makes beside this one take over its mode.
            OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        }
    }
    let identity = identity(path);
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if access == Access::Write {
        connection.pragma_update(None, "journal_mode", "wal")?;
        // Events are written by a thread that nobody waits for, so it may wait for the disk; what is forgotten is erased.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "secure_delete", true)?;
        let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if check != "ok" {
            return Err(Refused::Damaged(check));
        }
        migrate(path, &mut connection, formats)?;
    }
    Ok(Opened { connection, identity })
}

/// Brings a file to the last of the formats, each step whole or not at all. One that has events is copied before.
fn migrate(path: &Path, connection: &mut Connection, formats: &[&str]) -> Result<(), Refused> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (format, application) = (number("user_version")?, number("application_id")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION {
        return Err(Refused::Damaged("it is the file of another program".to_owned()));
    }
    let format = usize::try_from(format).map_err(|_| Refused::Damaged(format!("it has the format {format}")))?;
    if format > formats.len() {
        let newest = formats.len();
        return Err(Refused::Failed(format!("it has the format {format} of a later version; this one knows {newest}")));
    }
    if (1..formats.len()).contains(&format) {
        let copy = free_name(path, &format!("format-{format}"));
        connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        tracing::info!(copy = %copy.display(), "copied the event store before changing its format");
    }
    for (number, change) in formats.iter().enumerate().skip(format) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(change)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", number as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Returns whether an error says that what is in the file cannot be trusted.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Says what failed.
pub(super) fn told(path: &Path, error: &rusqlite::Error) -> Error {
    Error(format!("the event store `{}` failed: {error}", path.display()))
}

/// Gives a damaged file another name, with what SQLite keeps beside it, so that somebody may look what can be saved.
///
/// # Errors
/// When it cannot be renamed.
pub(super) fn set_aside(path: &Path, why: &str) -> Result<(), Error> {
    let aside = free_name(path, "damaged");
    fs::rename(path, &aside).map_err(|error| {
        Error(format!("the event store `{}` is damaged ({why}) and cannot be put aside: {error}", path.display()))
    })?;
    for beside in ["-wal", "-shm"] {
        // Without them the file is what it was at the last checkpoint; there may be none.
        let _ = fs::rename(with(path, beside), with(&aside, beside));
    }
    tracing::error!(
        reason = why,
        kept_as = %aside.display(),
        "the event store is damaged: it was put aside, and a new one is begun"
    );
    Ok(())
}

/// Returns a name for another state of this file: with what it is and the time.
fn free_name(path: &Path, what: &str) -> PathBuf {
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let names = (1..).map(|number| match number {
        1 => with(path, &format!(".{what}-{time}")),
        number => with(path, &format!(".{what}-{time}-{number}")),
    });
    names.into_iter().find(|name| !name.exists()).unwrap_or_else(|| with(path, what))
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).expect("a folder").flatten();
        names.map(|item| item.file_name().into_string().expect("UTF-8")).collect()
    }

    #[test]
    fn format_goes_forward_with_a_copy_before_and_never_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("events.db");
        let next = [FORMATS, &["ALTER TABLE event ADD COLUMN later TEXT"]].concat();
        let first = open_as(&path, Access::Write, FORMATS).expect("a new file");
        let row = "INSERT INTO event (id, at, edition, surface, kind) VALUES (1, 2, '', '', '')";
        first.connection.execute(row, []).expect("a row");
        drop(first);
        let later = open_as(&path, Access::Write, &next).expect("an older file");
        let kept: i64 = later
            .connection
            .query_row("SELECT at FROM event WHERE later IS NULL", [], |row| row.get(0))
            .expect("the row");
        assert_eq!(kept, 2);
        drop(later);
        let copies = names(folder.path()).into_iter().filter(|name| name.contains(".format-1-")).count();
        assert_eq!(copies, 1);
        let refused = open_as(&path, Access::Write, FORMATS).expect_err("a later format");
        assert!(refused.0.ends_with("it has the format 2 of a later version; this one knows 1"), "{refused}");
        assert!(!names(folder.path()).iter().any(|name| name.contains("damaged")), "it is left alone");
    }

    #[test]
    fn step_that_fails_leaves_the_format_before_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("events.db");
        let broken = [FORMATS, &["ALTER TABLE event ADD COLUMN later TEXT; SELECT nothing FROM nowhere"]].concat();
        drop(open_as(&path, Access::Write, FORMATS).expect("a new file"));
        open_as(&path, Access::Write, &broken).expect_err("a step that cannot be taken");
        drop(open_as(&path, Access::Write, FORMATS).expect("the format before"));
    }
}
