//! Reading the small text files of a git folder: `HEAD`, `config`, `packed-refs` and their like.
//!
//! Deliberately opens regular files only, because opening a FIFO waits for a writer that may never come, and reads no
//! more than a limit. Knows nothing of what the files mean.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::Error;

/// Reads a file of at most `limit` bytes; `None` when there is none.
///
/// # Errors
/// When it is no regular file, larger, or cannot be read.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Error> {
    let trouble = |reason: String| Error::Other { path: path.to_owned(), reason };
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(trouble(error.to_string())),
    };
    if !found.is_file() {
        return Err(trouble("it is not a regular file".to_owned()));
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(trouble(error.to_string())),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| trouble(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(trouble(format!("it is larger than {limit} bytes")));
    }
    Ok(Some(bytes))
}

/// Returns whether an error only says that there is no such file.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
