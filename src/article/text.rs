//! The texts of one article, each word kept once.
//!
//! What an article is as plain text, as HTML and as Markdown is mostly the same words, and a large base is held in memory
//! whole. So all texts of an article share one pool: a [`Text`] is a part of it, and [`Pieces`] are a text that is put
//! together from parts of it when somebody asks: HTML is the plain text with tags between its parts.
//!
//! Pools are woven once, when an article is parsed; see [`Weaver`]. Equal texts in equal order give equal pools.
//!
//! Deliberately knows nothing of HTML or Markdown, and shares nothing between articles: one that is gone leaves nothing
//! behind.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxHashMap;

/// What texts are parts of.
struct Pool(Box<str>);

/// A text of an article: a part of the pool that its texts share.
#[derive(Clone, Default)]
pub struct Text {
    /// None for an empty text.
    pool: Option<Arc<Pool>>,
    start: u32,
    length: u32,
}

impl Text {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        let (start, end) = (self.start as usize, self.start as usize + self.length as usize);
        self.pool.as_ref().map_or("", |pool| &pool.0[start..end])
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let length = u32::try_from(text.len()).expect("texts of articles are bounded by a few megabytes");
        Self { pool: Some(Arc::new(Pool(text.into()))), start: 0, length }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

/// A text that is put together from parts of a pool when somebody asks for it.
#[derive(Clone, Default)]
pub struct Pieces {
    pool: Option<Arc<Pool>>,
    /// Where the pieces stand, as [`Places`] writes it.
    places: Box<[u8]>,
    /// The bytes of the whole text.
    length: u32,
}

impl Pieces {
    /// Returns the text, put together.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.len());
        text.extend(self.iter());
        text
    }

    /// Returns the pieces in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let pool = self.pool.as_ref().map_or("", |pool| &pool.0);
        Placed { bytes: &self.places, end: 0 }.map(|(start, length)| &pool[start..start + length])
    }

    /// Returns the bytes of the text.
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// Returns whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl From<String> for Pieces {
    fn from(text: String) -> Self {
        let mut places = Places::default();
        places.push(0, text.len());
        let Text { pool, length, .. } = text.into();
        Self { pool, places: places.finish(), length }
    }
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text(), f)
    }
}

/// Writes where pieces stand: for each how far it begins from the end of the one before, doubled, odd when it lies before
/// it; then its length. Numbers are written seven bits to a byte, the lowest first, the last byte below 128.
#[derive(Default)]
struct Places {
    bytes: Vec<u8>,
    end: usize,
    /// The piece that the next one may continue.
    open: Option<(usize, usize)>,
}

impl Places {
    fn push(&mut self, start: usize, length: usize) {
        match &mut self.open {
            _ if length == 0 => {}
            Some((first, open)) if *first + *open == start => *open += length,
            _ => {
                self.close();
                self.open = Some((start, length));
            }
        }
    }

    fn close(&mut self) {
        let Some((start, length)) = self.open.take() else { return };
        let back = (self.end > start).then(|| self.end - start - 1);
        self.number(back.map_or_else(|| (start - self.end) << 1, |back| back << 1 | 1));
        self.number(length);
        self.end = start + length;
    }

    fn number(&mut self, mut number: usize) {
        while number > 127 {
            self.bytes.push(number as u8 | 128);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn finish(mut self) -> Box<[u8]> {
        self.close();
        self.bytes.into()
    }
}

/// Reads what [`Places`] writes: starts and lengths.
struct Placed<'a> {
    bytes: &'a [u8],
    end: usize,
}

impl Placed<'_> {
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= usize::from(byte & 127) << shift;
            if byte & 128 == 0 {
                return Some(number);
            }
        }
        None
    }
}

impl Iterator for Placed<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let (distance, length) = (self.number()?, self.number()?);
        let (back, distance) = (distance & 1 == 1, distance >> 1);
        let start = if back { self.end.checked_sub(distance + 1)? } else { self.end + distance };
        self.end = start + length;
        Some((start, length))
    }
}

/// Bytes by which a part of a text that is in the pool already is recognised.
const KEY: usize = 8;
/// The pool is remembered at every so many bytes.
const STEP: usize = 4;
/// Bytes of a piece that is worth the bytes to say where it stands.
const WORTH: usize = 12;

/// Weaves the pool of an article: texts are put in whole, in an order of the caller, then [`Pieces`] take from them what
/// they have in common and add the rest.
///
/// Takes time in proportion to the texts: the pool is remembered by its every fourth eight bytes, only the latest place of
/// equal ones, and a text is compared with one place at a time.
pub(super) struct Weaver {
    pool: String,
    /// By the hash of [`KEY`] bytes: the place behind their first, 0 for none.
    table: Vec<u32>,
    /// Up to where the pool is in the table.
    remembered: usize,
    /// What pieces added, by hash.
    added: FxHashMap<u64, usize>,
}

impl Weaver {
    /// Begins a pool for texts of so many bytes, roughly.
    pub(super) fn new(bytes: usize) -> Self {
        let slots = (bytes / STEP * 2).next_power_of_two().clamp(1 << 6, 1 << 18);
        Self {
            pool: String::with_capacity(bytes),
            table: vec![0; slots],
            remembered: 0,
            added: FxHashMap::default(),
        }
    }

    /// Puts a text into the pool, unless it is there; it becomes usable by [`Woven::text`].
    pub(super) fn text(&mut self, text: &mut Text) {
        let whole = self.find(text, 0, 0).filter(|found| found.length == text.len());
        let start = whole.map_or_else(|| self.add(text), |found| found.place);
        *text = Text { pool: None, start: fit(start), length: text.length };
    }

    /// Cuts a text into pieces; it becomes usable by [`Woven::pieces`].
    pub(super) fn pieces(&mut self, pieces: &mut Pieces) {
        let text = pieces.text();
        let mut places = Places::default();
        let (mut written, mut at) = (0, 0);
        while at + KEY <= text.len() {
            let Some(found) = self.find(&text, at, written) else {
                at += 1;
                continue;
            };
            self.rest(&text[written..found.start], &mut places);
            places.push(found.place, found.length);
            written = found.start + found.length;
            at = written;
        }
        self.rest(&text[written..], &mut places);
        *pieces = Pieces { pool: None, places: places.finish(), length: pieces.length };
    }

    /// Ends the pool.
    pub(super) fn finish(self) -> Woven {
        Woven(Arc::new(Pool(self.pool.into())))
    }

    /// Adds what is not in the pool as it stands; small things, like tags, were often added before.
    fn rest(&mut self, text: &str, places: &mut Places) {
        if text.is_empty() {
            return;
        }
        let mut hasher = rustc_hash::FxHasher::default();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        let known = self.added.get(&hash).copied().filter(|&start| self.pool[start..].starts_with(text));
        let start = known.unwrap_or_else(|| {
            let start = self.add(text);
            self.added.insert(hash, start);
            start
        });
        places.push(start, text.len());
    }

    /// Puts a text at the end of the pool and returns where it begins.
    fn add(&mut self, text: &str) -> usize {
        let start = self.pool.len();
        self.pool.push_str(text);
        while let Some(key) = key(self.pool.as_bytes(), self.remembered) {
            let slot = self.slot(key);
            self.table[slot] = fit(self.remembered + 1);
            self.remembered += STEP;
        }
        start
    }

    /// Looks for what stands at a place of a text; what is found may begin earlier, down to `from`.
    fn find(&self, text: &str, at: usize, from: usize) -> Option<Found> {
        let (bytes, pool) = (text.as_bytes(), self.pool.as_bytes());
        let key = key(bytes, at)?;
        let place = (self.table[self.slot(key)] as usize).checked_sub(1)?;
        let ahead = common(&bytes[at..], &pool[place..]);
        if ahead < KEY {
            return None;
        }
        let behind = common_end(&bytes[from..at], &pool[..place]);
        // Equal bytes that begin and end between letters here do so there too.
        let (mut start, mut end) = (at - behind, at + ahead);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let length = end.saturating_sub(start);
        (length >= WORTH).then(|| Found { start, length, place: place + start - at })
    }

    fn slot(&self, key: u64) -> usize {
        // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): the upper bits of the product are well mixed.
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - self.table.len().trailing_zeros())) as usize
    }
}

/// A part of a text that the pool has.
struct Found {
    /// Where it begins in the text.
    start: usize,
    length: usize,
    /// Where it begins in the pool.
    place: usize,
}

/// A pool that is whole.
pub(super) struct Woven(Arc<Pool>);

impl Woven {
    /// Makes a text usable that a weaver took.
    pub(super) fn text(&self, text: &mut Text) {
        text.pool = (text.length > 0).then(|| Arc::clone(&self.0));
    }

    /// Makes pieces usable that a weaver took.
    pub(super) fn pieces(&self, pieces: &mut Pieces) {
        pieces.pool = (pieces.length > 0).then(|| Arc::clone(&self.0));
    }
}

fn fit(number: usize) -> u32 {
    u32::try_from(number).expect("texts of articles are bounded by a few megabytes")
}

fn key(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// Returns how many bytes two texts have in common at their beginnings.
fn common(one: &[u8], other: &[u8]) -> usize {
    let chunks = one.as_chunks::<KEY>().0.iter().zip(other.as_chunks::<KEY>().0);
    let start = chunks.take_while(|(one, other)| one == other).count() * KEY;
    start + one[start..].iter().zip(&other[start..]).take_while(|(one, other)| one == other).count()
}

/// Returns how many bytes two texts have in common at their ends.
fn common_end(one: &[u8], other: &[u8]) -> usize {
    one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weaves texts and pieces, and returns them with the bytes of the pool.
    fn weave(texts: &[&str], pieces: &[&str]) -> (Vec<Text>, Vec<Pieces>, usize) {
        let mut texts: Vec<Text> = texts.iter().map(|text| Text::from(*text)).collect();
        let mut pieces: Vec<Pieces> = pieces.iter().map(|text| Pieces::from((*text).to_owned())).collect();
        let mut weaver = Weaver::new(100);
        texts.iter_mut().for_each(|text| weaver.text(text));
        pieces.iter_mut().for_each(|text| weaver.pieces(text));
        let woven = weaver.finish();
        texts.iter_mut().for_each(|text| woven.text(text));
        pieces.iter_mut().for_each(|text| woven.pieces(text));
        (texts, pieces, woven.0.0.len())
    }

    #[test]
    fn words_are_kept_once() {
        let text = "Вернуть товар без брака можно в течение 14 дней, не считая дня покупки.";
        let html = format!("<p>{text}</p>\n<p>{text}</p>\n");
        let (texts, pieces, pool) = weave(&[text, &text[15..60]], &[&html, &format!("> {text}\n")]);
        assert_eq!((texts[0].as_str(), texts[1].as_str()), (text, &text[15..60]));
        assert_eq!((pieces[0].text(), pieces[1].text()), (html, format!("> {text}\n")));
        assert_eq!(pool, text.len() + "<p></p>\n<p></p>\n> \n".len());
        assert!(pieces[0].places.len() < 16, "{}", pieces[0].places.len());
    }

    #[test]
    fn equal_bytes_are_not_cut_within_a_letter() {
        // The letters on both sides differ in their second byte only.
        let (_, pieces, _) = weave(&["аабвгдежзиклмб"], &["юбвгдежзиклмв", "бабвгдежзиклма", ""]);
        assert_eq!(pieces.iter().map(Pieces::text).collect::<Vec<_>>(), ["юбвгдежзиклмв", "бабвгдежзиклма", ""]);
    }

    proptest::proptest! {
        #[test]
        fn any_texts_come_out_as_they_went_in(parts in proptest::collection::vec("[abя€\u{10348}]{0,3}|слово за слово|<p>|\n", 0..40)) {
            let all = parts.concat();
            let every_other: String = parts.iter().step_by(2).map(String::as_str).collect();
            let reversed: String = parts.iter().rev().map(String::as_str).collect();
            let given = [all.as_str(), &every_other, &reversed];
            let (texts, pieces, _) = weave(&given, &given);
            for ((given, text), pieces) in given.iter().zip(texts).zip(pieces) {
                proptest::prop_assert_eq!(text.as_str(), *given);
                proptest::prop_assert_eq!(pieces.text(), *given);
                proptest::prop_assert_eq!(pieces.len(), given.len());
            }
        }
    }
}
