//! Files that commands make in a content folder.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes a file that is not there yet, with the folders above it; returns false, and leaves it as it is, when it is there.
///
/// # Errors
/// When it cannot be written, or a part of the path is a symbolic link, behind which nothing is served.
pub(super) fn create(content: &Path, path: &str, bytes: &[u8]) -> Result<bool, String> {
    let file = content.join(path);
    let wrong = |error: std::io::Error| format!("cannot write `{}`: {error}", file.display());
    let mut above = content.to_owned();
    for part in path.split('/') {
        above.push(part);
        if fs::symlink_metadata(&above).is_ok_and(|data| data.is_symlink()) {
            return Err(format!("`{}` is a symbolic link, and what is behind one is not served", above.display()));
        }
    }
    file.parent().map_or(Ok(()), fs::create_dir_all).map_err(wrong)?;
    match fs::OpenOptions::new().write(true).create_new(true).open(&file) {
        Ok(mut new) => new.write_all(bytes).map(|()| true).map_err(wrong),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(wrong(error)),
    }
}
