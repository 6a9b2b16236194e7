//! Reading objects out of one pack, by offset.
//!
//! Most objects are kept as their difference (delta) from another, which is kept so itself; what chains share stays in memory
//! for a while. Sizes are known before anything is inflated. The file is read in blocks, never mapped, so a pack that
//! shrinks under us is an error and not the end of the process.

use std::fs::{self, File};
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::Decompress;
use git2::ObjectType;
use rustc_hash::FxHashMap;

use super::delta;
use super::files;
use super::objects::Fault;
use super::zlib::Stream;
use crate::revision::ObjectId;

/// The bytes that are read from the file at a time, and how many such blocks are kept.
const BLOCK: u64 = 16 << 10;
const BLOCKS: u64 = 64;
/// The bytes of objects that are kept, in each of two generations.
const CACHE: usize = 4 << 20;
/// The bytes of an object that is kept.
const CACHED: usize = 1 << 20;
/// The bytes of an object that others may be built from.
const BASE_LIMIT: u64 = 128 << 20;
/// The bytes that may be built on the way to one object: fifty differences, as git makes them, of the largest attachment.
const WORK: u64 = 4 << 30;
/// The differences that an object may be away from a whole one; git makes no more than 4,095.
const CHAIN: usize = 4_096;

/// A pack, opened when it is first read.
pub(super) struct Pack {
    path: PathBuf,
    file: Option<File>,
    /// Blocks of the file with their numbers, each at its number modulo [`BLOCKS`].
    blocks: Vec<(u64, Vec<u8>)>,
    young: FxHashMap<u64, (ObjectType, Arc<[u8]>)>,
    old: FxHashMap<u64, (ObjectType, Arc<[u8]>)>,
    bytes: usize,
}

/// How an object is kept.
enum Entry {
    Whole(ObjectType),
    /// As the difference from the object at this offset.
    Delta(u64),
}

/// Finds the offset of an object by its id, of which another is the difference.
type Find<'a> = &'a mut dyn FnMut(ObjectId) -> Result<Option<u64>, Fault>;

impl Pack {
    pub(super) fn new(path: PathBuf) -> Self {
        let (young, old) = (FxHashMap::default(), FxHashMap::default());
        Self { path, file: None, blocks: Vec::new(), young, old, bytes: 0 }
    }

    /// Reads the object at an offset, of at most `limit` bytes.
    pub(super) fn read(
        &mut self,
        offset: u64,
        limit: u64,
        state: &mut Decompress,
        find: Find<'_>,
    ) -> Result<(ObjectType, Vec<u8>), Fault> {
        if let Some((kind, object)) = self.cached(offset) {
            return if object.len() as u64 > limit {
                Err(Fault::TooLarge(object.len() as u64))
            } else {
                Ok((kind, object.to_vec()))
            };
        }
        // From the object down to one that is whole or at hand, then up again.
        let mut chain: Vec<(u64, u64, u64)> = Vec::new();
        let mut at = offset;
        let (kind, mut object) = loop {
            if let Some(found) = self.cached(at) {
                break found;
            }
            let (entry, size, data) = self.entry(at, find)?;
            if at == offset {
                let size = if matches!(entry, Entry::Delta(_)) { self.result_size(data, size, state)? } else { size };
                if size > limit {
                    return Err(Fault::TooLarge(size));
                }
            }
            if size > BASE_LIMIT.max(limit) {
                return Err(Fault::Damaged(format!("it is built from one of {size} bytes")));
            }
            match entry {
                Entry::Whole(kind) => {
                    let object = self.inflate(data, size, state)?;
                    break (kind, self.keep(at, kind, object));
                }
                Entry::Delta(base) if chain.len() < CHAIN => {
                    chain.push((at, data, size));
                    at = base;
                }
                Entry::Delta(_) => return Err(Fault::Damaged("it is built from too many others".to_owned())),
            }
        };
        let mut work = 0;
        while let Some((at, data, size)) = chain.pop() {
            let delta = self.inflate(data, size, state)?;
            let built = delta::apply(&object, &delta, BASE_LIMIT.max(limit))
                .map_err(|reason| Fault::Damaged(reason.to_owned()))?;
            work += built.len() as u64;
            if work > WORK {
                return Err(Fault::Damaged("it is built from too many others".to_owned()));
            }
            object = self.keep(at, kind, built);
        }
        // A delta that says one size at first and another when it is read again must not get past the limit.
        if object.len() as u64 > limit {
            return Err(Fault::TooLarge(object.len() as u64));
        }
        Ok((kind, object.to_vec()))
    }

    /// Reads how the object at an offset is kept, the size of what is compressed, and where that begins.
    fn entry(&mut self, offset: u64, find: Find<'_>) -> Result<(Entry, u64, u64), Fault> {
        let mut cursor = Cursor { pack: self, position: offset };
        let first = cursor.byte()?;
        let (mut size, mut shift, mut more) = (u64::from(first & 15), 4, first);
        while more & 128 != 0 {
            more = cursor.byte()?;
            if shift > 56 {
                return Err(Fault::Damaged("its size is no number".to_owned()));
            }
            size |= u64::from(more & 127) << shift;
            shift += 7;
        }
        let entry = match first >> 4 & 7 {
            1 => Entry::Whole(ObjectType::Commit),
            2 => Entry::Whole(ObjectType::Tree),
            3 => Entry::Whole(ObjectType::Blob),
            4 => Entry::Whole(ObjectType::Tag),
            6 => {
                let back = cursor.distance()?;
                let base = offset.checked_sub(back).filter(|_| back > 0);
                Entry::Delta(base.ok_or_else(|| Fault::Damaged("it is built from nothing".to_owned()))?)
            }
            7 => {
                let mut id = [0; 20];
                cursor.read_exact(&mut id).map_err(cut_off)?;
                let base = find(ObjectId::from_bytes(id))?;
                Entry::Delta(base.ok_or_else(|| Fault::Damaged("what it is built from is not in its pack".to_owned()))?)
            }
            _ => return Err(Fault::Damaged("it is of an unknown kind".to_owned())),
        };
        Ok((entry, size, cursor.position))
    }

    fn inflate(&mut self, position: u64, size: u64, state: &mut Decompress) -> Result<Vec<u8>, Fault> {
        let size = usize::try_from(size).map_err(|_| Fault::TooLarge(size))?;
        Stream::new(Cursor { pack: self, position }, state).rest(&[], size)
    }

    /// Returns the size of what a delta of `size` bytes makes.
    fn result_size(&mut self, position: u64, size: u64, state: &mut Decompress) -> Result<u64, Fault> {
        let mut start = [0; 20];
        let length = usize::try_from(size).map_or(start.len(), |size| size.min(start.len()));
        let length = Stream::new(Cursor { pack: self, position }, state).fill(&mut start[..length])?;
        delta::sizes(&start[..length]).map(|(_, result, _)| result).map_err(|reason| Fault::Damaged(reason.to_owned()))
    }

    fn cached(&mut self, offset: u64) -> Option<(ObjectType, Arc<[u8]>)> {
        if let Some((kind, object)) = self.young.get(&offset) {
            return Some((*kind, Arc::clone(object)));
        }
        let (kind, object) = self.old.remove(&offset)?;
        self.insert(offset, kind, &object);
        Some((kind, object))
    }

    fn keep(&mut self, offset: u64, kind: ObjectType, object: Vec<u8>) -> Arc<[u8]> {
        let object: Arc<[u8]> = object.into();
        if object.len() <= CACHED {
            self.insert(offset, kind, &object);
        }
        object
    }

    fn insert(&mut self, offset: u64, kind: ObjectType, object: &Arc<[u8]>) {
        if self.bytes > CACHE {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        // What a map needs for itself is counted roughly.
        self.bytes += object.len() + 64;
        self.young.insert(offset, (kind, Arc::clone(object)));
    }

    /// Returns what the file has from a position on, up to the end of a block; nothing at the end of the file.
    fn bytes_at(&mut self, position: u64) -> io::Result<&[u8]> {
        let number = position / BLOCK;
        let slot = (number % BLOCKS) as usize;
        if self.blocks.is_empty() {
            self.blocks = vec![(u64::MAX, Vec::new()); BLOCKS as usize];
        }
        if self.blocks[slot].0 != number {
            let mut bytes = std::mem::take(&mut self.blocks[slot].1);
            self.blocks[slot].0 = u64::MAX;
            bytes.clear();
            let mut file = self.file()?;
            file.seek(SeekFrom::Start(number * BLOCK))?;
            file.take(BLOCK).read_to_end(&mut bytes)?;
            self.blocks[slot] = (number, bytes);
        }
        let block = &self.blocks[slot].1;
        Ok(block.get((position % BLOCK) as usize..).unwrap_or_default())
    }

    fn file(&mut self) -> io::Result<&File> {
        if self.file.is_none() {
            if !fs::metadata(&self.path)?.is_file() {
                return Err(io::Error::other("its pack is not a regular file"));
            }
            let mut file = File::open(&self.path)?;
            let mut head = [0; 8];
            file.read_exact(&mut head)?;
            if !matches!(&head, b"PACK\0\0\0\x02" | b"PACK\0\0\0\x03") {
                return Err(io::Error::other("its pack is not one that is known"));
            }
            self.file = Some(file);
        }
        self.file.as_ref().ok_or_else(|| io::Error::other("its pack is not open"))
    }
}

/// A place in a pack from which is read on.
struct Cursor<'a> {
    pack: &'a mut Pack,
    position: u64,
}

impl Cursor<'_> {
    fn byte(&mut self) -> Result<u8, Fault> {
        let mut byte = [0];
        self.read_exact(&mut byte).map_err(cut_off)?;
        Ok(byte[0])
    }

    /// Reads how far back the base of a delta lies.
    fn distance(&mut self) -> Result<u64, Fault> {
        let mut byte = self.byte()?;
        let mut distance = u64::from(byte & 127);
        while byte & 128 != 0 {
            byte = self.byte()?;
            let next = distance.checked_add(1).and_then(|distance| distance.checked_mul(128));
            distance =
                next.ok_or_else(|| Fault::Damaged("it is built from nothing".to_owned()))? | u64::from(byte & 127);
        }
        Ok(distance)
    }
}

impl Read for Cursor<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(bytes)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Cursor<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.pack.bytes_at(self.position)
    }

    fn consume(&mut self, length: usize) {
        self.position += length as u64;
    }
}

fn cut_off(error: io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Damaged("its pack is cut off".to_owned()),
        _ if files::is_absence(&error) => Fault::Missing,
        _ => Fault::Damaged(error.to_string()),
    }
}
