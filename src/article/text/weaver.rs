//! Weaving: a pool is made of the texts of an article as they come.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::places::Places;
use super::{Pieces, Pool, Text, fit};

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
pub(in crate::article) struct Weaver {
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
    pub(in crate::article) fn new(bytes: usize) -> Self {
        let slots = (bytes / STEP * 2).next_power_of_two().clamp(1 << 6, 1 << 18);
        Self { pool: String::with_capacity(bytes), table: vec![0; slots], remembered: 0, added: FxHashMap::default() }
    }

    /// Puts a text into the pool, unless it is there; it becomes usable by [`Woven::text`].
    pub(in crate::article) fn text(&mut self, text: &mut Text) {
        if text.is_empty() {
            return *text = Text::default();
        }
        // One of the first places of a text that is in the pool is one that is remembered.
        let mut found = (0..STEP).filter_map(|at| self.find(text, at, 0));
        let whole = found.find(|found| found.length == text.len());
        let start = whole.map_or_else(|| self.add(text), |found| found.place);
        *text = Text { pool: None, start: fit(start), length: text.length };
    }

    /// Cuts a text into pieces; it becomes usable by [`Woven::pieces`].
    pub(in crate::article) fn pieces(&mut self, pieces: &mut Pieces) {
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
    pub(in crate::article) fn finish(self) -> Woven {
        // A copy of the right size: shrinking a block in place would keep its room.
        Woven(Arc::new(Pool(self.pool.as_str().into())))
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
pub(in crate::article) struct Woven(Arc<Pool>);

impl Woven {
    /// Makes a text usable that a weaver took.
    pub(in crate::article) fn text(&self, text: &mut Text) {
        text.pool = (text.length > 0).then(|| Arc::clone(&self.0));
    }

    /// Makes pieces usable that a weaver took.
    pub(in crate::article) fn pieces(&self, pieces: &mut Pieces) {
        pieces.pool = (pieces.length > 0).then(|| Arc::clone(&self.0));
    }
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
        let mut weaver = Weaver::new(1000);
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
        assert!(pool <= text.len() + "<p></p>\n<p></p>\n> \n".len(), "{pool}");
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
