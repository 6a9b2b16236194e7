//! The folder of the index: whole files are read into memory, none is mapped.
//!
//! A mapped file that another process cuts short kills this one with SIGBUS, so nothing here is mapped. Nothing is synced
//! to the platter either: the index is derived data, every file carries a checksum that is compared when the index is
//! opened, and a power cut costs a rebuild, while syncing costs every publish. Small files that are replaced
//! (`meta.json`) carry a checksum of ours, because tantivy checks only the others.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, OwnedBytes, TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};

use crate::digest;

/// A folder of index files. The caller has made sure that no other process uses it.
#[derive(Clone)]
pub(super) struct Folder(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// Files that are being read, so that every reader of one shares its bytes.
    open: Mutex<HashMap<PathBuf, Weak<OwnedBytes>>>,
    locks: Arc<Locks>,
}

/// The locks tantivy's parts take against each other, inside this process.
#[derive(Default)]
struct Locks {
    held: Mutex<Vec<PathBuf>>,
    freed: Condvar,
}

struct Held {
    locks: Arc<Locks>,
    path: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.locks.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|path| *path != self.path);
        self.locks.freed.notify_all();
    }
}

impl Folder {
    /// Uses a folder that exists.
    pub(super) fn new(path: &Path) -> Self {
        Self(Arc::new(Inner { path: path.to_owned(), open: Mutex::default(), locks: Arc::default() }))
    }

    fn path(&self, file: &Path) -> PathBuf {
        self.0.path.join(file)
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Folder({})", self.0.path.display())
    }
}

/// A file being written.
struct Writing(File);

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl TerminatingWrite for Writing {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.0.flush()
    }
}

fn read_error(error: io::Error, file: &Path) -> OpenReadError {
    if error.kind() == io::ErrorKind::NotFound {
        OpenReadError::FileDoesNotExist(file.to_owned())
    } else {
        OpenReadError::wrap_io_error(error, file.to_owned())
    }
}

/// Finds flipped bits and cut ends of small files.
fn checksum(bytes: &[u8]) -> u64 {
    digest::fnv(bytes.iter().copied())
}

impl Directory for Folder {
    fn get_file_handle(&self, file: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = open.get(file).and_then(Weak::upgrade) {
            return Ok(bytes);
        }
        let bytes = fs::read(self.path(file)).map_err(|error| read_error(error, file))?;
        let bytes = Arc::new(OwnedBytes::new(bytes));
        open.retain(|_, bytes| bytes.strong_count() > 0);
        open.insert(file.to_owned(), Arc::downgrade(&bytes));
        Ok(bytes)
    }

    fn delete(&self, file: &Path) -> Result<(), DeleteError> {
        fs::remove_file(self.path(file)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(file.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: file.to_owned() },
        })
    }

    fn exists(&self, file: &Path) -> Result<bool, OpenReadError> {
        self.path(file).try_exists().map_err(|error| read_error(error, file))
    }

    fn open_write(&self, file: &Path) -> Result<WritePtr, OpenWriteError> {
        let new = OpenOptions::new().write(true).create_new(true).open(self.path(file));
        let new = new.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OpenWriteError::FileAlreadyExists(file.to_owned()),
            _ => OpenWriteError::wrap_io_error(error, file.to_owned()),
        })?;
        Ok(BufWriter::new(Box::new(Writing(new))))
    }

    fn atomic_read(&self, file: &Path) -> Result<Vec<u8>, OpenReadError> {
        let mut bytes = fs::read(self.path(file)).map_err(|error| read_error(error, file))?;
        let content = bytes.len().saturating_sub(8);
        let (text, sum) = bytes.split_at(content);
        if *sum != checksum(text).to_le_bytes() {
            let error = io::Error::new(io::ErrorKind::InvalidData, "the checksum does not match");
            return Err(OpenReadError::wrap_io_error(error, file.to_owned()));
        }
        bytes.truncate(content);
        Ok(bytes)
    }

    fn atomic_write(&self, file: &Path, data: &[u8]) -> io::Result<()> {
        let new = self.path(&file.with_extension("new"));
        let mut writing = File::create(&new)?;
        writing.write_all(data)?;
        writing.write_all(&checksum(data).to_le_bytes())?;
        drop(writing);
        fs::rename(new, self.path(file))
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let locks = Arc::clone(&self.0.locks);
        let mut held = locks.held.lock().unwrap_or_else(PoisonError::into_inner);
        while held.contains(&lock.filepath) {
            if !lock.is_blocking {
                return Err(LockError::LockBusy);
            }
            held = locks.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        held.push(lock.filepath.clone());
        drop(held);
        Ok(DirectoryLock::from(Box::new(Held { locks, path: lock.filepath.clone() })))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_small_file_is_an_error() {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::new(temp.path());
        let file = Path::new("meta.json");
        folder.atomic_write(file, b"{}").expect("writes");
        assert_eq!(folder.atomic_read(file).expect("reads"), b"{}");
        let mut bytes = fs::read(temp.path().join(file)).expect("is there");
        bytes[0] ^= 1;
        fs::write(temp.path().join(file), &bytes).expect("writes");
        assert!(folder.atomic_read(file).is_err());
        fs::write(temp.path().join(file), b"{}").expect("writes");
        assert!(folder.atomic_read(file).is_err(), "cut short");
    }
}
