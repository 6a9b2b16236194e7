//! Where the index lives: in a folder or in memory; opening, checking, writing.
//!
//! A folder is used by one process at a time, which holds `index.lock`. What cannot be read (cut short, damaged, of another
//! format) is thrown away and built anew: the index is derived data.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::indexer::{LogMergePolicy, UserOperation};
use tantivy::{Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, SegmentReader, TantivyDocument, Term};

use super::directory::Folder;
use super::schema::{FACTS, FORMAT, Fields, KEY, SPAN, schema, tokenizers};
use crate::search::Error;

/// Memory of the writer for a few articles, in bytes (tantivy's least is 15 MB).
const SMALL_BUDGET: usize = 16_000_000;
/// Memory of each of the writers of a first index, in bytes, and of a very large one (fewer segments, fewer merges).
const LARGE_BUDGET: usize = 30_000_000;
/// See [`LARGE_BUDGET`].
const HUGE_BUDGET: usize = 120_000_000;
/// Articles from which several writers work at once.
const MANY: usize = 300;
/// Articles from which an index is very large.
const HUGE: usize = 30_000;

/// Where the index lives.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// In memory.
    Memory,
    /// In a folder of this folder.
    Folder(PathBuf),
}

/// An open index.
pub(super) struct Store {
    index: Index,
    reader: IndexReader,
    writer: Option<IndexWriter>,
    pub(super) fields: Fields,
    place: Place,
    /// Held as long as the store is open.
    _lock: Option<Lock>,
}

/// A lock on a file. Closing the file would not do: a process that is being started may have a copy of it for a moment.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // What is not locked any more needs nothing.
        let _ = self.0.unlock();
    }
}

impl Store {
    /// Opens the index of a place, empty if there is none that can be read.
    ///
    /// # Errors
    /// When another process uses the folder, or it cannot be written.
    pub(super) fn open(place: &Place) -> Result<Self, Error> {
        match place {
            Place::Memory => Self::create(RamDirectory::create(), place, None),
            Place::Folder(path) => Self::open_folder(path, place),
        }
    }

    fn open_folder(path: &Path, place: &Place) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Write { path: path.to_owned(), reason: error.to_string() };
        fs::create_dir_all(path).map_err(failed)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path.join("index.lock"));
        let lock = lock.map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let lock = Lock(lock);
        let name = format!("index-v{FORMAT}");
        remove_others(path, &name);
        let folder = path.join(&name);
        match Self::open_existing(&folder) {
            Ok(Some(index)) => return Self::with(index, place, Some(lock)),
            Ok(None) => {}
            Err(reason) => {
                tracing::warn!(folder = %folder.display(), %reason, "the search index cannot be used and is built anew");
            }
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        Self::create(Folder::new(&folder), place, Some(lock))
    }

    /// Opens the index of a folder, if there is one. Every file is read and its checksum compared.
    fn open_existing(folder: &Path) -> Result<Option<Index>, String> {
        if !folder.join("meta.json").exists() {
            return Ok(None);
        }
        let text = |error: tantivy::TantivyError| error.to_string();
        let index = Index::open(Folder::new(folder)).map_err(text)?;
        if index.schema() != schema().0 {
            return Err("it has another schema".to_owned());
        }
        let directory = index.directory();
        for file in index.load_metas().map_err(text)?.list_segment_files() {
            // The list also has files that only some segments have; a missing one that is needed shows below.
            let present = directory.exists(&file).map_err(|error| error.to_string())?;
            if present && !directory.validate_checksum(&file).map_err(|error| error.to_string())? {
                return Err(format!("`{}` is damaged", file.display()));
            }
        }
        let reader: IndexReader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(text)?;
        for segment in reader.searcher().segment_readers() {
            for field in schema().1.classes {
                segment.inverted_index(field).map_err(text)?;
            }
            for column in [KEY, FACTS, SPAN] {
                segment.fast_fields().u64(column).map_err(text)?;
            }
        }
        Ok(Some(index))
    }

    fn create(directory: impl Directory, place: &Place, lock: Option<Lock>) -> Result<Self, Error> {
        let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
        let directory: Box<dyn Directory> = Box::new(directory);
        let index = Index::create(directory, schema().0, settings).map_err(|error| failed(place, &error))?;
        Self::with(index, place, lock)
    }

    fn with(mut index: Index, place: &Place, lock: Option<Lock>) -> Result<Self, Error> {
        index.set_tokenizers(tokenizers());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: IndexReader = reader.map_err(|error| failed(place, &error))?;
        let fields = schema().1;
        Ok(Self { index, reader, writer: None, fields, place: place.clone(), _lock: lock })
    }

    /// Removes the documents of some keys, adds those of some articles, and commits.
    ///
    /// `documents` makes the documents of the article at a position below `articles`; it is called from several threads.
    ///
    /// # Errors
    /// When anything cannot be written. The store must then be opened anew.
    pub(super) fn write(
        &mut self,
        remove: &[u64],
        articles: usize,
        documents: &(dyn Fn(usize) -> Vec<TantivyDocument> + Sync),
    ) -> Result<(), Error> {
        let many = articles >= MANY;
        if many {
            self.writer = None;
        }
        let place = self.place.clone();
        let failed = |error: tantivy::TantivyError| failed(&place, &error);
        if self.writer.is_none() {
            self.writer = Some(self.open_writer(articles).map_err(failed)?);
        }
        let key = self.fields.key;
        let writer = self.writer.as_mut().expect("opened above");
        for &key_to_remove in remove {
            writer.delete_term(Term::from_field_u64(key, key_to_remove));
        }
        let add = |writer: &IndexWriter, article: usize| {
            let batch: Vec<_> = documents(article).into_iter().map(UserOperation::Add).collect();
            writer.run(batch).map(|_| ())
        };
        let shared: &IndexWriter = writer;
        let added: tantivy::Result<()> = if many {
            (0..articles).into_par_iter().try_for_each(|article| add(shared, article))
        } else {
            (0..articles).try_for_each(|article| add(shared, article))
        };
        let written = added.and_then(|()| writer.commit().map(|_| ()));
        // The large writers are needed once only; a writer that failed cannot be used again.
        let used_up = if many || written.is_err() { self.writer.take() } else { None };
        let merged = match (used_up, &written) {
            (Some(writer), Ok(())) => writer.wait_merging_threads(),
            _ => Ok(()),
        };
        written.and(merged).map_err(failed)
    }

    fn open_writer(&self, articles: usize) -> tantivy::Result<IndexWriter> {
        let (threads, budget) = match articles {
            HUGE.. => (2, HUGE_BUDGET),
            MANY.. => (2, LARGE_BUDGET),
            _ => (1, SMALL_BUDGET),
        };
        let writer: IndexWriter = self.index.writer_with_num_threads(threads, threads * budget)?;
        let mut policy = LogMergePolicy::default();
        // Every segment costs every query a look-up for each of its words.
        policy.set_min_num_segments(6);
        policy.set_del_docs_ratio_before_merge(0.3);
        writer.set_merge_policy(Box::new(policy));
        Ok(writer)
    }

    /// Returns the segments as they are committed now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn segments(&self) -> Result<Vec<SegmentReader>, Error> {
        self.reader.reload().map_err(|error| failed(&self.place, &error))?;
        Ok(self.reader.searcher().segment_readers().to_vec())
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("place", &self.place).finish_non_exhaustive()
    }
}

fn failed(place: &Place, error: &tantivy::TantivyError) -> Error {
    match place {
        Place::Memory => Error::Other(error.to_string()),
        Place::Folder(path) => Error::Write { path: path.clone(), reason: error.to_string() },
    }
}

/// Removes indexes of other formats. What cannot be removed only takes space.
fn remove_others(path: &Path, keep: &str) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("index-v")
            && name != keep
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::warn!(folder = %entry.path().display(), %error, "cannot remove an old search index");
        }
    }
}
