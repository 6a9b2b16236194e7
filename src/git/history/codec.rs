//! The bytes in which a history is kept between starts: a name and version, a checksum, three tables.
//!
//! A [record](crate::record); times are in seconds; commits refer to texts by number. What is
//! derived (chains, dates) is not stored. Reading trusts nothing: any byte may be wrong.

use std::sync::Arc;

use flate2::Crc;
use rustc_hash::FxHashMap;

use super::{Act, Commit, History, RawTouch};
use crate::git::parse;
use crate::record::{Reader, Writer, unzigzag, zigzag};

/// What the bytes begin with; the last is the version of the format and of the rules by which commits are compared.
const MAGIC: &[u8; 8] = b"OTVETH\0\x02";

/// See [`History::to_bytes`].
pub(super) fn write(history: &History) -> Vec<u8> {
    let mut body = Writer::default();
    body.text(&history.folder);
    body.number(history.border.len() as u64);
    history.border.iter().for_each(|id| body.id(id));
    body.number(u64::from(history.cut));
    let mut texts = Texts::default();
    let mut table = Writer::default();
    table.number(history.commits.len() as u64);
    for (number, commit) in (0..).zip(&history.commits) {
        table.id(&commit.id);
        table.number(zigzag(commit.at.as_second()));
        table.number(texts.number(&commit.author));
        table.text(&commit.subject);
        let parents = history.parents_of(number);
        table.number(parents.len() as u64);
        parents.iter().for_each(|&parent| table.number(u64::from(number - parent)));
        let touches = history.touches_of(number);
        table.number(touches.len() as u64);
        for touch in touches {
            table.number(touch.act as u64);
            table.number(texts.number(&touch.path));
            if let Some(from) = &touch.from {
                table.number(texts.number(from));
            }
            table.id(&touch.blob);
        }
    }
    body.number(texts.list.len() as u64);
    texts.list.iter().for_each(|text| body.text(text));
    let mut crc = Crc::new();
    crc.update(&body.0);
    crc.update(&table.0);
    [MAGIC.as_slice(), &crc.sum().to_le_bytes(), &body.0, &table.0].concat()
}

/// See [`History::from_bytes`].
pub(super) fn read(bytes: &[u8]) -> Option<History> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let mut crc = Crc::new();
    crc.update(rest);
    if crc.sum() != u32::from_le_bytes(*sum) {
        return None;
    }
    let mut reader = Reader(rest);
    let mut history = History { folder: reader.text()?.to_owned(), ..History::default() };
    for _ in 0..reader.number()? {
        history.border.push(reader.id()?);
    }
    history.cut = reader.number()? != 0;
    let mut texts: Vec<Arc<str>> = Vec::new();
    for _ in 0..reader.number()? {
        texts.push(reader.text()?.into());
    }
    for number in 0..u32::try_from(reader.number()?).ok()? {
        read_commit(&mut reader, number, &texts, &mut history)?;
    }
    reader.0.is_empty().then_some(history)
}

fn read_commit(reader: &mut Reader<'_>, number: u32, texts: &[Arc<str>], history: &mut History) -> Option<()> {
    let id = reader.id()?;
    let at = parse::timestamp(i128::from(unzigzag(reader.number()?)));
    let text = |reader: &mut Reader<'_>| texts.get(usize::try_from(reader.number()?).ok()?).map(Arc::clone);
    let author = text(reader)?;
    let subject = reader.text()?.into();
    let mut parents = Vec::new();
    for _ in 0..reader.number()? {
        let back = u32::try_from(reader.number()?).ok().filter(|&back| back > 0)?;
        parents.push(number.checked_sub(back)?);
    }
    let mut touches: Vec<RawTouch> = Vec::new();
    for _ in 0..reader.number()? {
        let act = match reader.number()? {
            0 => Act::Added,
            1 => Act::Changed,
            2 => Act::Moved,
            3 => Act::Removed,
            _ => return None,
        };
        let path = text(reader)?;
        let from = if act == Act::Moved { Some(text(reader)?) } else { None };
        touches.push(RawTouch { act, path, from, blob: reader.id()? });
    }
    history.push(Commit { id, author, at, subject }, parents, touches);
    Some(())
}

/// Texts that are referred to by number, in the order of their first use.
#[derive(Default)]
struct Texts<'a> {
    list: Vec<&'a str>,
    numbers: FxHashMap<&'a str, u64>,
}

impl<'a> Texts<'a> {
    fn number(&mut self, text: &'a str) -> u64 {
        let next = self.list.len() as u64;
        *self.numbers.entry(text).or_insert_with(|| {
            self.list.push(text);
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::revision::ObjectId;

    fn history() -> History {
        let commit = |n: u8, author: &str, at: i64| Commit {
            id: ObjectId::from_bytes([n; 20]),
            author: author.into(),
            at: Timestamp::from_second(at).expect("a time in range"),
            subject: format!("Правка {n}").into(),
        };
        let touch = |act, path: &str, from: Option<&str>| RawTouch {
            act,
            path: path.into(),
            from: from.map(Arc::from),
            blob: ObjectId::from_bytes([9; 20]),
        };
        let mut history =
            History { folder: "kb".to_owned(), border: vec![ObjectId::from_bytes([1; 20])], ..History::default() };
        history.push(commit(1, "Анна", -5), [], [touch(Act::Added, "a.md", None), touch(Act::Added, "b.md", None)]);
        history.push(
            commit(2, "Анна", 1 << 33),
            [0],
            [touch(Act::Moved, "c.md", Some("a.md")), touch(Act::Removed, "b.md", None)],
        );
        history
    }

    #[test]
    fn history_is_read_back() {
        let history = history();
        let read = History::from_bytes(&history.to_bytes()).expect("whole bytes");
        assert_eq!(read.to_bytes(), history.to_bytes());
        assert_eq!(read.of("c.md").len(), 2);
        assert!(read.is_shallow());
        assert_eq!(
            read.dates("c.md", |_| true).map(|(made, changed)| (made.id.short(), changed.id.short())),
            Some(("0101010".into(), "0202020".into()))
        );
        let empty = History::from_bytes(&History::default().to_bytes()).expect("whole bytes");
        assert!(empty.is_empty() && empty.head().is_none());
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = history().to_bytes();
        for end in 0..bytes.len() {
            assert!(History::from_bytes(&bytes[..end]).is_none(), "cut at {end}");
        }
        for position in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[position] ^= 4;
            assert!(History::from_bytes(&damaged).is_none(), "flipped at {position}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_behind_a_right_checksum_are_read_without_panic(
            noise in proptest::collection::vec((0usize..1000, proptest::num::u8::ANY), 1..6),
        ) {
            let mut bytes = history().to_bytes();
            for (position, byte) in noise {
                let position = 12 + position % (bytes.len() - 12);
                bytes[position] = byte;
            }
            let mut crc = Crc::new();
            crc.update(&bytes[12..]);
            let sum = crc.sum().to_le_bytes();
            bytes[8..12].copy_from_slice(&sum);
            if let Some(history) = History::from_bytes(&bytes) {
                let _ = (history.touches(10), history.of("c.md"), history.dates("c.md", |_| true), history.since_commit("0101010"));
            }
        }
    }
}
