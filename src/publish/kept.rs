//! Parsed articles on disk, so that a start does not parse a large base again.
//!
//! The file is derived data: what is missing, damaged or of other blobs is read from git. It is believed only when the program
//! that wrote it is this program byte for byte and had the same rules and facts, since an edition is a function of commit, configuration and
//! program. It is read in blocks, each with its checksum, never mapped, and written whole, now and then.
//!
//! Layout: [`MAGIC`], then a head and blocks, each as length, CRC-32 (both of four bytes, the lowest first) and so many bytes. The
//! head names the program and the rules; a block is records one after the other, see [`Article::keep`].

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flate2::Crc;
use rustc_hash::FxHashMap;

use crate::article::library::Rules;
use crate::article::{Article, Commons};
use crate::git::Entry;
use crate::record::{Reader, Writer};

/// What the file begins with; the last is the version of the layout.
const MAGIC: &[u8; 8] = b"OTVETA\0\x01";
/// Bytes after which a block ends.
const BLOCK: usize = 1 << 20;
/// The most bytes of a block: one that is full but for a byte, and then the largest article.
const MOST: usize = 64 << 20;
/// Articles below which parsing is so quick that nothing is kept.
const FEW: usize = 1_000;

/// Where parsed articles are kept.
#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
    /// Articles that were parsed since the file was written.
    parsed: usize,
}

impl Kept {
    /// Keeps articles in a file.
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, parsed: 0 }
    }

    /// Hands every kept article that is wanted to `each`, with its position in `wanted`, from several threads.
    pub(super) fn read(
        &self,
        wanted: &[&Entry],
        rules: &Rules,
        commons: &Commons,
        each: &(dyn Fn(usize, Article) + Sync),
    ) {
        let Ok(file) = File::open(&self.path) else { return };
        let Some(file) = opened(file, rules, commons) else {
            return tracing::debug!("the kept articles are of another program or configuration");
        };
        let places: FxHashMap<&str, usize> = (0..).zip(wanted).map(|(at, entry)| (entry.path.as_str(), at)).collect();
        let file = Mutex::new(Some(file));
        let place = |record: &[u8]| {
            let mut record = Reader(record);
            let place = *places.get(record.text()?)?;
            (record.id()? == wanted[place].blob).then_some(place)
        };
        let work = || {
            let mut block = Vec::new();
            while next_block(&file, &mut block) {
                let mut records = Reader(&block);
                while let Some(record) = records.bytes() {
                    if let Some(place) = place(record)
                        && let Some(article) = Article::read_back(&mut Reader(record))
                    {
                        each(place, article);
                    }
                }
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            (1..threads).for_each(|_| drop(scope.spawn(work)));
            work();
        });
    }

    /// Notes that so many articles were parsed, and writes all anew when that is worth it. A failure costs only time later.
    pub(super) fn parsed(&mut self, parsed: usize, articles: &[Arc<Article>], rules: &Rules, commons: &Commons) {
        self.parsed += parsed;
        if self.parsed < FEW.max(articles.len() / 20) {
            return;
        }
        let partial = self.path.with_extension("partial");
        let written = write(&partial, articles, rules, commons).and_then(|()| fs::rename(&partial, &self.path));
        match written {
            Ok(()) => self.parsed = 0,
            Err(error) => {
                let _ = fs::remove_file(&partial);
                tracing::warn!(path = %self.path.display(), %error, "cannot keep the articles for the next start");
            }
        }
    }
}

/// Returns the file behind its head, when that names this program and these rules.
fn opened(mut file: File, rules: &Rules, commons: &Commons) -> Option<File> {
    let mut magic = [0; 8];
    file.read_exact(&mut magic).ok()?;
    let mut found = Vec::new();
    let sum = read_block(&mut file, &mut found).ok()?;
    (magic == *MAGIC && sum == checksum(&found) && found == head(rules, commons).ok()?).then_some(file)
}

/// Reads the next block that is whole; `false` at the end of what can be read.
fn next_block(file: &Mutex<Option<File>>, block: &mut Vec<u8>) -> bool {
    loop {
        let mut place = file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = place.as_mut() else { return false };
        let Ok(sum) = read_block(open, block) else {
            // Where the next one would begin is not known any more.
            *place = None;
            return false;
        };
        drop(place);
        if sum == checksum(block) {
            return true;
        }
        tracing::debug!("a block of kept articles is damaged");
    }
}

/// Reads a block into `block` and returns the checksum that it should have.
fn read_block(file: &mut File, block: &mut Vec<u8>) -> io::Result<u32> {
    let (mut length, mut sum) = ([0; 4], [0; 4]);
    file.read_exact(&mut length)?;
    file.read_exact(&mut sum)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MOST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    block.resize(length, 0);
    file.read_exact(block)?;
    Ok(u32::from_le_bytes(sum))
}

fn write_block(file: &mut File, block: &[u8]) -> io::Result<()> {
    let length = u32::try_from(block.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(&checksum(block).to_le_bytes())?;
    file.write_all(block)
}

fn write(path: &Path, articles: &[Arc<Article>], rules: &Rules, commons: &Commons) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(MAGIC)?;
    write_block(&mut file, &head(rules, commons)?)?;
    let (mut block, mut record) = (Writer::default(), Writer::default());
    for article in articles {
        record.0.clear();
        if article.keep(&mut record) {
            block.bytes(&record.0);
        }
        if block.0.len() >= BLOCK {
            write_block(&mut file, &block.0)?;
            block.0.clear();
        }
    }
    if block.0.is_empty() { Ok(()) } else { write_block(&mut file, &block.0) }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Returns what the file must say to be believed: the bytes of the running program, by length and checksum, the rules, and the
/// facts, since texts that repeat one have a finding.
fn head(rules: &Rules, commons: &Commons) -> io::Result<Vec<u8>> {
    let program = fs::read(std::env::current_exe()?)?;
    let mut head = Writer::default();
    head.number(program.len() as u64);
    head.number(u64::from(checksum(&program)));
    head.text(&format!("{rules:?}"));
    head.text(&commons.facts_as_text());
    Ok(head.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::{AudienceSet, Audiences};
    use crate::revision::ObjectId;

    fn rules() -> Rules {
        Rules { audiences: Audiences::default(), default_audience: AudienceSet::PUBLIC }
    }

    fn entry(number: u8) -> Entry {
        Entry { path: format!("{number}.md"), blob: ObjectId::from_bytes([number; 20]) }
    }

    fn article(number: u8) -> Arc<Article> {
        let Entry { path, blob } = entry(number);
        // Two of them are more than one block.
        let text = format!("# Статья {number}\n\n{}\n", format!("слово-{number} ").repeat(40_000));
        Arc::new(Article::parse(&path, blob, &text.as_bytes()[..500_000], &rules()))
    }

    /// Returns the positions of the articles that are read.
    fn read(path: &Path, wanted: &[Entry], rules: &Rules) -> Vec<usize> {
        let found = Mutex::new(Vec::new());
        let wanted: Vec<&Entry> = wanted.iter().collect();
        Kept::at(path.to_owned()).read(&wanted, rules, &Commons::default(), &|place, read| {
            assert_eq!(read.path[..], wanted[place].path);
            found.lock().expect("no panic").push(place);
        });
        let mut found = found.into_inner().expect("no panic");
        found.sort_unstable();
        found
    }

    #[test]
    fn only_what_is_wanted_is_read_by_the_same_rules() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("articles.bin");
        let articles: Vec<_> = (0..5).map(article).collect();
        write(&path, &articles, &rules(), &Commons::default()).expect("writes");
        let other = Entry { blob: ObjectId::from_bytes([9; 20]), ..entry(2) };
        assert_eq!(read(&path, &[entry(1), other, entry(4), entry(7)], &rules()), [0, 2]);
        let strict = Rules { default_audience: AudienceSet::NOBODY, ..rules() };
        assert_eq!(read(&path, &[entry(1)], &strict), [0; 0]);
        assert_eq!(read(&folder.path().join("none"), &[entry(1)], &rules()), [0; 0]);
    }

    #[test]
    fn damaged_block_costs_its_articles_only() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("articles.bin");
        let articles: Vec<_> = (0..6).map(article).collect();
        write(&path, &articles, &rules(), &Commons::default()).expect("writes");
        let wanted: Vec<_> = (0..6).map(entry).collect();
        assert_eq!(read(&path, &wanted, &rules()), [0, 1, 2, 3, 4, 5]);
        let whole = fs::read(&path).expect("is there");
        let mut damaged = whole.clone();
        damaged[200_000] ^= 1;
        fs::write(&path, &damaged).expect("writes");
        let left = read(&path, &wanted, &rules());
        assert!(!left.contains(&0) && left.contains(&5), "{left:?}");
        for end in [0, 5, 8, 12, 100, whole.len() / 2, whole.len() - 1] {
            fs::write(&path, &whole[..end]).expect("writes");
            assert!(read(&path, &wanted, &rules()).len() < 6, "cut at {end}");
        }
        // A length that is wrong.
        damaged[8..12].copy_from_slice(&[255; 4]);
        fs::write(&path, &damaged).expect("writes");
        assert_eq!(read(&path, &wanted, &rules()), [0; 0]);
    }
}
