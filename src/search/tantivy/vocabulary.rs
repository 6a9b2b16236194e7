//! The words that corrections choose from.
//!
//! Words are only ever added: whether one is still in the index, and whether the reader may see it, is asked of the
//! postings when it is a candidate. So the vocabulary's history can change nothing, and a publish adds only what is new.
//!
//! A search looks at all words of about the length of what was typed, in its script; most are passed over by the set of
//! their letters. That is 0.1 to 0.5 ms on 300,000 words, needs no memory beyond the words, and nothing to keep in step.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashSet, FxHasher};

use super::distance::{CHEAPEST, LONGEST, UNIT, compare, letter, letter_set, number};
use crate::search::language::{Script, script_of, sound::sound};

/// Shortest word that is kept, in letters.
const SHORTEST: usize = 3;
/// Words from which on a block grows no more.
const BLOCK: usize = 4096;

/// Words in blocks; all but the last are shared from publish to publish.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    blocks: Vec<Arc<Block>>,
}

/// Collects words for a vocabulary, each once.
#[derive(Debug, Default)]
pub(super) struct Learner {
    /// What was collected up to now.
    pub(super) vocabulary: Vocabulary,
    known: FxHashSet<u64>,
    /// Whether it went on from a vocabulary whose words are not among `known`.
    goes_on: bool,
    /// Words that were added since the last time it was settled, as the numbers of their letters.
    new: Vec<Box<[u8]>>,
}

/// Words by script and length, then by letters.
#[derive(Debug, Default)]
struct Block {
    /// The numbers of the letters of all words, one after the other.
    text: Vec<u8>,
    /// By script (Russian, English) and length: where the words begin in `text`, and the number of the first.
    shelves: Vec<[(usize, usize); LONGEST + 2]>,
    /// By word: which letters it has.
    letters: Vec<u64>,
    /// Hashes of sounds with the words, sorted.
    sounds: Vec<(u32, u32)>,
}

impl Block {
    fn new(mut words: Vec<Box<[u8]>>) -> Self {
        words.sort_unstable_by(|a, b| (script(a), a.len(), a).cmp(&(script(b), b.len(), b)));
        let mut block = Self { shelves: vec![[(0, 0); LONGEST + 2]; 2], ..Self::default() };
        let mut count = 0;
        for script_number in 0..2 {
            for length in 0..LONGEST + 2 {
                block.shelves[script_number][length] = (block.text.len(), count);
                let here = |word: &[u8]| script(word) == script_number && word.len() == length;
                for word in words[count..].iter().take_while(|word| here(word)) {
                    block.text.extend_from_slice(word);
                    block.letters.push(letter_set(word.iter().copied()));
                    let sound = sound_hash(&spelled(word));
                    block.sounds.push((sound, u32::try_from(block.letters.len() - 1).unwrap_or(u32::MAX)));
                }
                count = block.letters.len();
            }
        }
        block.sounds.sort_unstable();
        block
    }

    /// Returns the numbers of the words of a script and length, and where they are in `text`.
    fn shelf(&self, script: usize, length: usize) -> (Range<usize>, usize) {
        let (text, from) = self.shelves[script][length];
        (from..self.shelves[script][length + 1].1, text)
    }

    fn word(&self, wanted: usize) -> &[u8] {
        let shelves = self.shelves.iter().flat_map(|lengths| lengths.iter().enumerate());
        let (length, (text, from)) = shelves
            .filter(|(_, (_, from))| *from <= wanted)
            .max_by_key(|(_, (text, from))| (*from, *text))
            .map_or((0, (0, 0)), |(length, &place)| (length, place));
        let start = text + (wanted - from) * length;
        &self.text[start..start + length]
    }

    fn words(&self) -> impl Iterator<Item = Box<[u8]>> + '_ {
        (0..self.letters.len()).map(|number| self.word(number).into())
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

fn sound_hash(word: &str) -> u32 {
    (hash(sound(word).as_bytes()) >> 32) as u32
}

/// The number of the script of a word: Russian first.
fn script(word: &[u8]) -> usize {
    usize::from(word.first().is_some_and(|&letter| letter >= 32))
}

/// Returns a word as it is written.
fn spelled(word: &[u8]) -> String {
    word.iter().filter_map(|&number| letter(number)).collect()
}

impl Learner {
    /// Goes on from what others collected.
    pub(super) fn from(vocabulary: Vocabulary) -> Self {
        Self { vocabulary, goes_on: true, ..Self::default() }
    }

    /// Adds a word, if it is new; only plain Russian and English words of a usual length are kept.
    pub(super) fn learn_one(&mut self, word: &str) {
        let length = word.chars().count();
        if (SHORTEST..=LONGEST).contains(&length)
            && script_of(word) != Script::Other
            && self.known.insert(hash(word.as_bytes()))
        {
            let letters: Box<[u8]> = word.chars().map(number).collect();
            if !self.goes_on || !self.vocabulary.has(&letters) {
                self.new.push(letters);
            }
        }
    }

    /// Makes what was learnt ready to be looked at.
    pub(super) fn settle(&mut self) {
        if self.new.is_empty() {
            return;
        }
        let mut words = std::mem::take(&mut self.new);
        let blocks = &mut self.vocabulary.blocks;
        if let Some(last) = blocks.pop_if(|last| last.letters.len() < BLOCK) {
            words.extend(last.words());
        }
        blocks.push(Arc::new(Block::new(words)));
    }
}

impl Vocabulary {
    /// Returns whether a word is in it, given as the numbers of its letters.
    fn has(&self, word: &[u8]) -> bool {
        let is_in = |block: &Arc<Block>| {
            let (numbers, text) = block.shelf(script(word), word.len());
            let at = |place: usize| &block.text[text + place * word.len()..][..word.len()];
            let (mut low, mut high) = (0, numbers.len());
            while low < high {
                let middle = (low + high) / 2;
                match at(middle).cmp(word) {
                    Ordering::Less => low = middle + 1,
                    Ordering::Equal => return true,
                    Ordering::Greater => high = middle,
                }
            }
            false
        };
        self.blocks.iter().any(is_in)
    }

    /// Returns the words that sound like a word.
    pub(super) fn sounding_like(&self, word: &str) -> Vec<String> {
        let wanted = sound(word);
        let key = sound_hash(word);
        let mut found = Vec::new();
        for block in &self.blocks {
            let from = block.sounds.partition_point(|&(hash, _)| hash < key);
            let same = block.sounds[from..].iter().take_while(|&&(hash, _)| hash == key);
            found.extend(same.map(|&(_, number)| spelled(block.word(number as usize))).filter(|w| sound(w) == wanted));
        }
        found.sort_unstable();
        found
    }

    /// Returns the words within a distance of a word, nearest first, then by bytes.
    pub(super) fn near(&self, word: &str, limit: f32) -> Vec<(f32, String)> {
        let found = self.look(word, limit, |length, edits| length.saturating_sub(edits)..length + edits, false);
        found.into_iter().map(|(distance, word, _)| (distance, word)).collect()
    }

    /// Returns the words of which some beginning is within a distance of what was typed and that have at most `more`
    /// letters more, nearest first, then by bytes; each with the number of letters of that beginning.
    pub(super) fn begun(&self, typed: &str, limit: f32, more: usize) -> Vec<(f32, String, usize)> {
        self.look(typed, limit, |length, edits| length.saturating_sub(edits)..length.saturating_add(more), true)
    }

    fn look(
        &self,
        typed: &str,
        limit: f32,
        lengths: impl Fn(usize, usize) -> Range<usize>,
        beginning: bool,
    ) -> Vec<(f32, String, usize)> {
        let typed: Vec<u8> = typed.chars().map(number).collect();
        let limit = (limit * UNIT).round() as u32;
        let (set, edits) = (letter_set(typed.iter().copied()), limit / CHEAPEST);
        let mut found = Vec::new();
        if typed.is_empty() || typed.len() > LONGEST {
            return found;
        }
        let lengths = lengths(typed.len(), edits as usize);
        for block in &self.blocks {
            for length in lengths.start.max(1)..=lengths.end.min(LONGEST) {
                let (numbers, text) = block.shelf(script(&typed), length);
                // A letter more or less is one difference between the sets, another letter two.
                let apart = length.abs_diff(typed.len()) as u32;
                let differences = (2 * edits).saturating_sub(apart.min(edits));
                let far = |letters: u64| match beginning {
                    true => (set & !letters).count_ones() > edits,
                    false => (letters ^ set).count_ones() > differences,
                };
                for (position, &letters) in block.letters[numbers].iter().enumerate() {
                    if far(letters) {
                        continue;
                    }
                    let start = text + position * length;
                    let word = &block.text[start..start + length];
                    if let Some((distance, letters)) = compare(&typed, word, limit, edits as usize, beginning) {
                        found.push((distance as f32 / UNIT, spelled(word), letters));
                    }
                }
            }
        }
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(words: &[&str]) -> Vocabulary {
        let mut learner = Learner::default();
        words.iter().for_each(|word| learner.learn_one(word));
        learner.settle();
        learner.vocabulary
    }

    fn words(found: Vec<(f32, String)>) -> Vec<String> {
        found.into_iter().map(|(_, word)| word).collect()
    }

    /// Words with the beginnings that are meant set apart.
    fn begun(vocabulary: &Vocabulary, typed: &str, more: usize) -> Vec<String> {
        let apart = |(_, word, letters): (f32, String, usize)| {
            let (end, _) = word.char_indices().nth(letters).unwrap_or((word.len(), ' '));
            format!("{}|{}", &word[..end], &word[end..])
        };
        vocabulary.begun(typed, 1.05, more).into_iter().map(apart).collect()
    }

    #[test]
    fn near_words_are_found_nearest_first() {
        let vocabulary = vocabulary(&["возврат", "возраст", "доставка", "разврат", "wifi", "kc2"]);
        let near = |word| words(vocabulary.near(word, 1.3));
        assert_eq!(near("вовзрат"), ["возврат"]);
        assert_eq!(near("возрат"), ["возврат", "возраст"]);
        assert_eq!(near("ывозврат"), ["возврат"]);
        assert_eq!(near("дастафка"), [""; 0]);
        assert_eq!(vocabulary.near("дастафка", 1.8)[0].1, "доставка");
        assert_eq!(near("wifi"), ["wifi"]);
    }

    #[test]
    fn words_are_found_by_a_mistyped_beginning() {
        let vocabulary = vocabulary(&["возврат", "возвратами", "воробей", "доставка", "дот"]);
        assert_eq!(begun(&vocabulary, "воврат", 9), ["возврат|", "возврат|ами"]);
        assert_eq!(begun(&vocabulary, "воврат", 2), ["возврат|"]);
        assert_eq!(begun(&vocabulary, "дотав", 9), ["достав|ка"]);
    }

    #[test]
    fn words_are_added_once_and_blocks_are_shared() {
        let mut learner = Learner::default();
        learner.learn_one("чек");
        learner.settle();
        let before = learner.vocabulary.clone();
        learner.learn_one("чек");
        learner.learn_one("чеки");
        learner.settle();
        assert_eq!(learner.vocabulary.near("чеки", 1.0).len(), 2);
        assert_eq!(before.near("чеки", 1.0).len(), 1);
    }

    #[test]
    fn order_of_learning_changes_nothing() {
        let list = ["возврат", "чек", "return", "возраст", "refund", "чеки", "деньги", "wifi"];
        let mut one_by_one = Learner::default();
        for word in list.iter().rev() {
            one_by_one.learn_one(word);
            one_by_one.settle();
        }
        for word in list {
            assert_eq!(one_by_one.vocabulary.near(word, 2.0), vocabulary(&list).near(word, 2.0));
            assert_eq!(vocabulary(&list).sounding_like(word), [word]);
        }
    }

    #[test]
    fn words_are_found_by_sound() {
        let vocabulary = vocabulary(&["возврат", "docker"]);
        assert_eq!(vocabulary.sounding_like("vozvrat"), ["возврат"]);
        assert_eq!(vocabulary.sounding_like("докер"), ["docker"]);
    }
}
