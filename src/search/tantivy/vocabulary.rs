//! The words that corrections choose from, and how far apart two words are.
//!
//! Words are only ever added: whether one is still in the index, and whether the reader may see it, is asked of the
//! postings when it is a candidate. So the vocabulary's history can change nothing, and a publish adds only what is new.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use rustc_hash::{FxHashSet, FxHasher};

use crate::search::language::keyboard::are_neighbours;
use crate::search::language::{Script, script_of, sound::sound};

/// Shortest word that is kept, in letters.
const SHORTEST: usize = 3;
/// Longest word that is kept, in letters.
const LONGEST: usize = 32;
/// Words in the block that grows.
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
    /// Whether words were added since the last one was settled.
    growing: bool,
}

#[derive(Debug, Clone, Default)]
struct Block {
    text: String,
    /// By word: where it ends in `text`.
    ends: Vec<u32>,
    /// By word: which letters it has.
    letters: Vec<u64>,
    /// By word: how many letters.
    lengths: Vec<u8>,
    /// Hashes of sounds with the words, sorted.
    sounds: Vec<(u32, u32)>,
}

impl Block {
    fn word(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[number] as usize]
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

fn sound_hash(word: &str) -> u32 {
    (hash(&sound(word)) >> 32) as u32
}

/// The number of a letter: Russian, then English ones; the words that are kept have no others.
fn number(c: char) -> u8 {
    match c {
        'а'..='я' => (c as u32 - 'а' as u32) as u8,
        'a'..='z' => 32 + (c as u32 - 'a' as u32) as u8,
        _ => OTHER,
    }
}

/// The number of anything else.
const OTHER: u8 = 58;

/// The set of letters of a word.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << number(c))
}

impl Learner {
    /// Adds a word, if it is new; only plain Russian and English words of a usual length are kept.
    pub(super) fn learn_one(&mut self, word: &str) {
        let length = word.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) || script_of(word) == Script::Other || !self.known.insert(hash(word))
        {
            return;
        }
        let blocks = &mut self.vocabulary.blocks;
        if !self.growing && blocks.last().is_none_or(|block| block.ends.len() >= BLOCK) {
            blocks.push(Arc::default());
        }
        self.growing = true;
        let Some(last) = blocks.last_mut() else { return };
        let block = Arc::make_mut(last);
        let number = block.ends.len() as u32;
        block.text.push_str(word);
        block.ends.push(u32::try_from(block.text.len()).unwrap_or(u32::MAX));
        block.letters.push(letters(word));
        block.lengths.push(length as u8);
        block.sounds.push((sound_hash(word), number));
    }

    /// Makes what was learnt ready to be looked at.
    pub(super) fn settle(&mut self) {
        if std::mem::take(&mut self.growing)
            && let Some(last) = self.vocabulary.blocks.last_mut()
        {
            Arc::make_mut(last).sounds.sort_unstable();
        }
    }
}

impl Vocabulary {
    /// Returns the words that sound like a word.
    pub(super) fn sounding_like(&self, word: &str) -> Vec<&str> {
        let wanted = sound(word);
        let key = sound_hash(word);
        let mut found = Vec::new();
        for block in &self.blocks {
            let from = block.sounds.partition_point(|&(hash, _)| hash < key);
            let same = block.sounds[from..].iter().take_while(|&&(hash, _)| hash == key);
            found.extend(same.map(|&(_, number)| block.word(number as usize)).filter(|word| sound(word) == wanted));
        }
        found.sort_unstable();
        found
    }

    /// Returns the words within a distance of a word, nearest first, then by bytes.
    pub(super) fn near(&self, word: &str, limit: f32) -> Vec<(f32, &str)> {
        let typed: Vec<u8> = word.chars().map(number).collect();
        let limit = (limit * UNIT).round() as u32;
        let (set, edits) = (letters(word), limit / CHEAPEST);
        let mut other = Vec::new();
        let mut found = Vec::new();
        if typed.len() > LONGEST {
            return found;
        }
        for block in &self.blocks {
            for (position, (&letters, &length)) in block.letters.iter().zip(&block.lengths).enumerate() {
                if (letters ^ set).count_ones() > 2 * edits
                    || usize::from(length).abs_diff(typed.len()) > edits as usize
                {
                    continue;
                }
                let candidate = block.word(position);
                other.clear();
                other.extend(candidate.chars().map(number));
                if let Some(distance) = distance(&typed, &other, limit, edits as usize) {
                    found.push((distance as f32 / UNIT, candidate));
                }
            }
        }
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        found
    }
}

/// Distances are counted in hundredths.
const UNIT: f32 = 100.0;
/// The cheapest edit.
const CHEAPEST: u32 = 70;
/// Letters that people mix up by ear.
const CONFUSED: [&str; 18] =
    ["оа", "еи", "иы", "зс", "дт", "бп", "вф", "гк", "жш", "шщ", "ьъ", "яе", "ae", "ei", "ou", "ck", "sz", "iy"];

/// By two letters: what it costs to take one for the other.
static SUBSTITUTIONS: LazyLock<Vec<[u32; 64]>> = LazyLock::new(|| {
    let letters: Vec<char> = ('а'..='я').chain('a'..='z').collect();
    let mut costs = vec![[100; 64]; 64];
    for (i, &a) in letters.iter().enumerate() {
        for (j, &b) in letters.iter().enumerate() {
            let confused = CONFUSED.iter().any(|pair| pair.contains(a) && pair.contains(b));
            costs[i][j] = match (a == b, confused, are_neighbours(a, b)) {
                (true, ..) => 0,
                (_, true, _) => 70,
                (.., true) => 80,
                _ => 100,
            };
        }
    }
    costs
});

/// Returns the weighted distance (optimal string alignment; weights measured on evaluation sets) of what was typed from
/// a word; none when it is over the limit. `edits` is the most edits that the limit allows.
fn distance(typed: &[u8], word: &[u8], limit: u32, edits: usize) -> Option<u32> {
    const FAR: u32 = u32::MAX / 2;
    let costs = &**SUBSTITUTIONS;
    let insertion = |letters: &[u8], at: usize| {
        let doubled = (at > 0 && letters[at - 1] == letters[at]) || letters.get(at + 1) == Some(&letters[at]);
        if doubled { 70 } else { 95 }
    };
    // Three rows in turn: the one before last is needed for transpositions. Cells far from the diagonal cost too much.
    let mut rows = [[FAR; LONGEST + 1]; 3];
    rows[0][0] = 0;
    for j in 1..=word.len().min(edits) {
        rows[0][j] = rows[0][j - 1] + insertion(word, j - 1);
    }
    let (mut before, mut last, mut now) = (2, 0, 1);
    for i in 1..=typed.len() {
        let (from, to) = (i.saturating_sub(edits), (i + edits).min(word.len()));
        rows[now] = [FAR; LONGEST + 1];
        let deleted = insertion(typed, i - 1);
        let mut least = FAR;
        for j in from..=to {
            let mut best = rows[last][j] + deleted;
            if j > 0 {
                let (a, b) = (typed[i - 1], word[j - 1]);
                best = best.min(rows[last][j - 1] + costs[a as usize][b as usize]);
                best = best.min(rows[now][j - 1] + insertion(word, j - 1));
                if i > 1 && j > 1 && a == word[j - 2] && typed[i - 2] == b && a != b {
                    best = best.min(rows[before][j - 2] + 75);
                }
            }
            rows[now][j] = best;
            least = least.min(best);
        }
        if least > limit {
            return None;
        }
        (before, last, now) = (last, now, before);
    }
    let distance = rows[last][word.len()];
    // Few mistype the first letter, but those who do must not be left out.
    let first = if typed.first() == word.first() { 0 } else { 35 };
    (distance <= limit).then_some(distance + first)
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

    #[test]
    fn near_words_are_found_nearest_first() {
        let vocabulary = vocabulary(&["возврат", "возраст", "доставка", "разврат", "wifi", "kc2"]);
        let near = |word| vocabulary.near(word, 1.3).into_iter().map(|(_, word)| word).collect::<Vec<_>>();
        assert_eq!(near("вовзрат"), ["возврат"]);
        assert_eq!(near("возрат"), ["возврат", "возраст"]);
        assert_eq!(near("ывозврат"), ["возврат"]);
        assert_eq!(near("дастафка"), [""; 0]);
        assert_eq!(vocabulary.near("дастафка", 1.8)[0].1, "доставка");
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
    fn words_are_found_by_sound() {
        let vocabulary = vocabulary(&["возврат", "docker"]);
        assert_eq!(vocabulary.sounding_like("vozvrat"), ["возврат"]);
        assert_eq!(vocabulary.sounding_like("докер"), ["docker"]);
    }
}
