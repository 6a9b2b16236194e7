//! The files of a source: a folder, a ZIP file or a single file, as paths with `/` and bytes.
//!
//! A source may be hostile. Symbolic links are not followed, names that lead out of it are left out, and numbers, depths and
//! sizes have limits: a ZIP file is read up to its limits, whatever it says of itself. A ZIP file of nothing but ZIP files is one
//! source in parts, as Notion sends it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::Error;
use crate::diagnostic::loss::{Loss, Lost};
use crate::path::nfc;

/// The most files of a source.
const MOST_FILES: usize = 100_000;
/// The deepest folders within folders.
const DEEPEST: usize = 32;
/// The most bytes read of one source.
const MOST_BYTES: u64 = 2 << 30;

/// The files of a source.
#[derive(Debug)]
pub(super) struct Files {
    root: Root,
    /// Where each file is, by its path in NFC.
    places: BTreeMap<String, Place>,
    read: RefCell<u64>,
}

#[derive(Debug)]
enum Root {
    Disk,
    Zip(Vec<RefCell<Zip>>),
}

type Zip = ZipArchive<BufReader<File>>;

#[derive(Debug)]
enum Place {
    Disk(PathBuf),
    /// The number of the ZIP file, and that of the entry in it.
    Zip(usize, usize),
}

impl Files {
    /// Opens a source; what it has that is not followed is a loss.
    pub(super) fn open(source: &Path, losses: &mut Vec<Loss>) -> Result<Self, Error> {
        let wrong = |error: std::io::Error| Error::new(format!("cannot read `{}`: {error}", source.display()));
        let data = fs::metadata(source).map_err(wrong)?;
        let (mut places, read) = (BTreeMap::new(), RefCell::default());
        if data.is_dir() {
            walk(source, "", 0, &mut places, losses).map_err(wrong)?;
            return Ok(Self { root: Root::Disk, places, read });
        }
        let mut head = [0; 4];
        let is_zip =
            File::open(source).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *b"PK\x03\x04";
        let name = source.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !is_zip || name.to_lowercase().ends_with(".xlsx") {
            places.insert(nfc(&name), Place::Disk(source.to_owned()));
            return Ok(Self { root: Root::Disk, places, read });
        }
        let file = BufReader::new(File::open(source).map_err(wrong)?);
        let zip = ZipArchive::new(file)
            .map_err(|error| Error::new(format!("`{}` is not a ZIP file: {error}", source.display())))?;
        let zips = if is_in_parts(&zip) { parts(zip)? } else { vec![zip] };
        for (number, zip) in zips.iter().enumerate() {
            list(zip, number, &mut places, losses);
        }
        Ok(Self { root: Root::Zip(zips.into_iter().map(RefCell::new).collect()), places, read })
    }

    /// Returns all paths, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Returns whether there is a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    /// Reads a file of at most so many bytes.
    pub(super) fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, Lost> {
        let unreadable = |reason: String| Lost::Unreadable { reason };
        let place = self.places.get(path).ok_or_else(|| Lost::MissingFile { target: path.to_owned() })?;
        let left = MOST_BYTES.saturating_sub(*self.read.borrow());
        let most = most.min(left);
        let mut bytes = Vec::new();
        let read = match (place, &self.root) {
            (Place::Disk(file), _) => {
                File::open(file).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(|e| e.to_string())
            }
            (Place::Zip(zip, number), Root::Zip(zips)) => {
                let mut zip = zips[*zip].borrow_mut();
                let entry = zip.by_index(*number).map_err(|error| unreadable(error.to_string()))?;
                entry.take(most + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())
            }
            (Place::Zip(..), Root::Disk) => Err("the source is not a ZIP file".to_owned()),
        };
        read.map_err(unreadable)?;
        *self.read.borrow_mut() += bytes.len() as u64;
        if bytes.len() as u64 > most {
            return Err(Lost::TooMuch { limit: format!("{} KiB", most >> 10) });
        }
        Ok(bytes)
    }

    /// Reads a text of at most so many bytes; what is not UTF-8 is taken for Windows-1251, unless it says that it is UTF-16.
    pub(super) fn text(&self, path: &str, most: u64) -> Result<String, Lost> {
        self.read(path, most).map(|bytes| decoded(&bytes))
    }
}

/// Decodes a text: by its byte order mark, as UTF-8 where it is that, else as Windows-1251, as Russian tables mostly are.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let guessed = match std::str::from_utf8(bytes) {
        Ok(_) => encoding_rs::UTF_8,
        Err(_) => encoding_rs::WINDOWS_1251,
    };
    let (text, ..) = guessed.decode(bytes);
    text.replace("\r\n", "\n").replace(['\r', '\0'], "\n")
}

fn walk(
    folder: &Path,
    path: &str,
    depth: usize,
    places: &mut BTreeMap<String, Place>,
    losses: &mut Vec<Loss>,
) -> std::io::Result<()> {
    let mut lose = |path: &str, what| losses.push(Loss { source: path.to_owned(), line: 0, what });
    if depth > DEEPEST {
        lose(path, Lost::TooMuch { limit: format!("{DEEPEST} folders within folders") });
        return Ok(());
    }
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let Some(name) = name.to_str() else {
            losses.push(Loss {
                source: below(&name.to_string_lossy()),
                line: 0,
                what: Lost::Unreadable { reason: "the name is not UTF-8".to_owned() },
            });
            continue;
        };
        if is_rubbish(name) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            losses.push(Loss { source: below(name), line: 0, what: Lost::NotFollowed });
        } else if kind.is_dir() {
            walk(&entry.path(), &below(name), depth + 1, places, losses)?;
        } else if kind.is_file() {
            if places.len() == MOST_FILES {
                losses.push(Loss {
                    source: below(name),
                    line: 0,
                    what: Lost::TooMuch { limit: format!("{MOST_FILES} files") },
                });
                return Ok(());
            }
            places.insert(nfc(&below(name)), Place::Disk(entry.path()));
        }
    }
    Ok(())
}

/// Returns whether a ZIP file has nothing but ZIP files.
fn is_in_parts(zip: &Zip) -> bool {
    let mut names = zip.file_names().flatten().filter(|name| !name.split('/').any(is_rubbish)).peekable();
    names.peek().is_some() && names.all(|name| name.to_ascii_lowercase().ends_with(".zip"))
}

/// Returns the ZIP files in a ZIP file, each in a file that is gone when it is closed.
fn parts(mut zip: Zip) -> Result<Vec<Zip>, Error> {
    let (mut parts, mut left) = (Vec::new(), MOST_BYTES);
    for number in 0..zip.len().min(MOST_FILES) {
        let part = zip.by_index(number).map_err(|error| Error::new(error.to_string()))?;
        let name = part.name().map_err(|error| Error::new(error.to_string()))?.into_owned();
        if name.split('/').any(is_rubbish) {
            continue;
        }
        let wrong = |error: &dyn std::fmt::Display| Error::new(format!("cannot read `{name}`: {error}"));
        let mut file = tempfile::tempfile().map_err(|error| wrong(&error))?;
        let size = std::io::copy(&mut part.take(left + 1), &mut file).map_err(|error| wrong(&error))?;
        let too_much = || Error::new(format!("`{name}` has more than {} MiB", MOST_BYTES >> 20));
        left = left.checked_sub(size).ok_or_else(too_much)?;
        file.rewind().map_err(|error| wrong(&error))?;
        parts.push(ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(&error))?);
    }
    Ok(parts)
}

fn list(zip: &Zip, archive: usize, places: &mut BTreeMap<String, Place>, losses: &mut Vec<Loss>) {
    for number in 0..zip.len().min(MOST_FILES) {
        let Some(Ok(name)) = zip.name_for_index(number) else { continue };
        let parts: Vec<&str> = name.split(['/', '\\']).collect();
        if name.ends_with('/') || parts.iter().any(|part| is_rubbish(part)) {
            continue;
        }
        let is_inside =
            !name.starts_with('/') && parts.len() <= DEEPEST && !parts.iter().any(|part| matches!(*part, "" | ".."));
        match is_inside && !name.contains('\0') {
            true => drop(places.insert(nfc(&parts.join("/")), Place::Zip(archive, number))),
            false => losses.push(Loss { source: name.into_owned(), line: 0, what: Lost::NotFollowed }),
        }
    }
    if zip.len() > MOST_FILES {
        let what = Lost::TooMuch { limit: format!("{MOST_FILES} files") };
        losses.push(Loss { source: String::new(), line: 0, what });
    }
}

/// Returns whether a name is one of those that systems leave everywhere, or begins with a dot.
fn is_rubbish(name: &str) -> bool {
    (name.starts_with('.') && name != "..") || matches!(name, "__MACOSX" | "Thumbs.db" | "desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn texts_are_read_in_the_encodings_of_russian_tables() {
        let (cp1251, ..) = encoding_rs::WINDOWS_1251.encode("Ответ; 14 дней");
        for bytes in [
            &cp1251[..],
            "Ответ; 14 дней".as_bytes(),
            "\u{feff}Ответ; 14 дней".as_bytes(),
            &[0xff, 0xfe]
                .into_iter()
                .chain("Ответ; 14 дней".encode_utf16().flat_map(u16::to_le_bytes))
                .collect::<Vec<_>>(),
        ] {
            assert_eq!(decoded(bytes), "Ответ; 14 дней");
        }
    }
}
