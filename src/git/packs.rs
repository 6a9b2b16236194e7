//! The packs of a repository: which of them holds an object, and where.
//!
//! Reads pack indices of version 2, bucket by bucket (a bucket is the ids with one first byte), so that asking for one
//! object reads a few kilobytes and asking for all reads each bucket once. Trusts nothing in them: an offset that is wrong
//! leads to an object with another id, which the reader of objects notices.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::Decompress;
use git2::ObjectType;

use super::objects::Fault;
use super::pack::Pack;
use crate::revision::ObjectId;

/// The packs of all object folders, once asked for.
#[derive(Default)]
pub(super) struct Packs {
    list: Option<Vec<(Index, Pack)>>,
    /// The pack in which the last object was found; the next is mostly there too.
    last: usize,
}

impl Packs {
    /// Lists the packs of these folders, unless that was done. What cannot be opened is left out: its objects are missing.
    pub(super) fn open(&mut self, objects: &[PathBuf]) {
        self.list.get_or_insert_with(|| {
            let indices = objects.iter().flat_map(|folder| indices(&folder.join("pack")));
            indices.filter_map(|path| Some((Index::open(&path)?, Pack::new(path.with_extension("pack"))))).collect()
        });
    }

    /// Returns the number of the pack that holds an object, and its offset in it.
    pub(super) fn locate(&mut self, id: ObjectId) -> Result<Option<(usize, u64)>, Fault> {
        let list = self.list.as_deref_mut().unwrap_or_default();
        let last = self.last.min(list.len());
        let mut trouble = None;
        for number in (last..list.len()).chain(0..last) {
            match list[number].0.offset(id) {
                Ok(Some(offset)) => {
                    self.last = number;
                    return Ok(Some((number, offset)));
                }
                Ok(None) => {}
                Err(fault) => trouble = Some(fault),
            }
        }
        trouble.map_or(Ok(None), Err)
    }

    /// Reads an object of at most `limit` bytes.
    pub(super) fn read(
        &mut self,
        id: ObjectId,
        limit: u64,
        state: &mut Decompress,
    ) -> Result<(ObjectType, Vec<u8>), Fault> {
        let (number, offset) = self.locate(id)?.ok_or(Fault::Missing)?;
        let list = self.list.as_deref_mut().unwrap_or_default();
        let (index, pack) = list.get_mut(number).ok_or(Fault::Missing)?;
        pack.read(offset, limit, state, &mut |base| index.offset(base))
    }
}

/// Returns the index files of a folder of packs, by name.
fn indices(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut indices: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "idx")).collect();
    indices.sort();
    indices
}

/// The index of a pack (source: gitformat-pack): for each first byte of an id how many ids begin with it or a smaller one,
/// the sorted ids, their checksums, their offsets, larger offsets.
struct Index {
    file: File,
    fanout: Vec<u32>,
    /// Ids and offsets by first byte, once read.
    buckets: Vec<Option<Bucket>>,
}

struct Bucket {
    ids: Vec<u8>,
    offsets: Vec<u8>,
}

/// Where the ids begin, behind a magic number, a version and the fanout table.
const IDS: u64 = 8 + 256 * 4;

impl Index {
    fn open(path: &Path) -> Option<Self> {
        if !fs::metadata(path).ok()?.is_file() {
            return None;
        }
        let mut file = File::open(path).ok()?;
        let mut head = [0; IDS as usize];
        file.read_exact(&mut head).ok()?;
        let fanout = head.strip_prefix(b"\xfftOc\0\0\0\x02")?;
        let fanout: Vec<u32> = fanout.as_chunks().0.iter().map(|count| u32::from_be_bytes(*count)).collect();
        let count = u64::from(*fanout.last()?);
        let is_whole = fanout.is_sorted() && file.metadata().ok()?.len() >= IDS + count * 28 + 40;
        is_whole.then(|| Self { file, fanout, buckets: (0..256).map(|_| None).collect() })
    }

    /// Returns where an object begins in the pack.
    fn offset(&mut self, id: ObjectId) -> Result<Option<u64>, Fault> {
        let first = usize::from(id.as_bytes()[0]);
        if self.buckets[first].is_none() {
            self.buckets[first] = Some(self.bucket(first).map_err(unreadable)?);
        }
        let Some(bucket) = &self.buckets[first] else { return Ok(None) };
        let Ok(found) = bucket.ids.as_chunks::<20>().0.binary_search(id.as_bytes()) else { return Ok(None) };
        let Some(offset) = bucket.offsets.as_chunks().0.get(found) else { return Ok(None) };
        match u32::from_be_bytes(*offset) {
            offset @ ..0x8000_0000 => Ok(Some(u64::from(offset))),
            // The place of the offset in the table of those that need more than 31 bits.
            place => {
                let count = u64::from(self.fanout[255]);
                let mut offset = [0; 8];
                let table = IDS + count * 28;
                self.read(table + u64::from(place & 0x7fff_ffff) * 8, &mut offset).map_err(unreadable)?;
                Ok(Some(u64::from_be_bytes(offset)))
            }
        }
    }

    fn bucket(&mut self, first: usize) -> io::Result<Bucket> {
        let start = if first == 0 { 0 } else { self.fanout[first - 1] };
        let length = (self.fanout[first] - start) as usize;
        let (start, count) = (u64::from(start), u64::from(self.fanout[255]));
        let mut bucket = Bucket { ids: vec![0; length * 20], offsets: vec![0; length * 4] };
        self.read(IDS + start * 20, &mut bucket.ids)?;
        self.read(IDS + count * 24 + start * 4, &mut bucket.offsets)?;
        Ok(bucket)
    }

    fn read(&mut self, position: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(position))?;
        self.file.read_exact(bytes)
    }
}

fn unreadable(error: io::Error) -> Fault {
    Fault::Damaged(format!("the index of its pack cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the index of these ids, which must be sorted, at these offsets.
    fn index(entries: &[(u8, u64)]) -> Vec<u8> {
        let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..=255u8 {
            bytes.extend((entries.iter().filter(|(id, _)| *id <= first).count() as u32).to_be_bytes());
        }
        entries.iter().for_each(|(id, _)| bytes.extend([*id; 20]));
        entries.iter().for_each(|_| bytes.extend([0; 4]));
        let mut large = Vec::new();
        for (_, offset) in entries {
            match u32::try_from(*offset) {
                Ok(offset) if offset < 1 << 31 => bytes.extend(offset.to_be_bytes()),
                _ => {
                    bytes.extend((0x8000_0000 | (large.len() / 8) as u32).to_be_bytes());
                    large.extend(offset.to_be_bytes());
                }
            }
        }
        bytes.extend(large);
        bytes.extend([0; 40]);
        bytes
    }

    fn id(byte: u8) -> ObjectId {
        ObjectId::from_bytes([byte; 20])
    }

    #[test]
    fn objects_are_located_in_any_pack() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("pack")).expect("a folder");
        fs::write(folder.path().join("pack/b.idx"), index(&[(2, 50), (7, 10)])).expect("an index");
        fs::write(folder.path().join("pack/a.idx"), index(&[(0, 900), (7, 800), (255, 5 << 30)])).expect("an index");
        fs::write(folder.path().join("pack/c.idx"), b"garbage").expect("an index");
        let mut packs = Packs::default();
        packs.open(&[folder.path().to_owned(), folder.path().join("nothing")]);
        let found = [2, 9, 255, 0].map(|byte| packs.locate(id(byte)).expect("indices that can be read"));
        assert_eq!(found, [Some((1, 50)), None, Some((0, 5 << 30)), Some((0, 900))]);
    }

    #[test]
    fn damaged_indices_are_never_more_than_useless() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let path = folder.path().join("a.idx");
        let whole = index(&[(0, 900), (7, 5 << 30), (255, 12)]);
        for position in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[position] ^= 0x95;
            for bytes in [&damaged[..], &whole[..position]] {
                fs::write(&path, bytes).expect("an index");
                let Some(mut index) = Index::open(&path) else { continue };
                for byte in [0, 7, 8, 255] {
                    let _ = index.offset(id(byte));
                }
            }
        }
    }
}
