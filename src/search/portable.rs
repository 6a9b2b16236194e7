//! Search that travels: what a device needs to search by itself when the server cannot be reached.
//!
//! An article becomes a list of its words by stem, each with how much it says about the article, from 0 to 7; the words
//! themselves are listed once, with their stems, so that whoever has the list needs neither a stemmer nor a dictionary. Of
//! the editors' lexicon only hashes travel: what somebody types can be compared with them, but they cannot be read, so a word
//! that a reader may not see is not told by a synonym.
//!
//! Deliberately knows no reader: it is given only what a reader may see, and never looks at internal notes.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::language::{Analyzer, keyboard, sound, stop};
use crate::article::{Article, Lexicon, with_titles};

/// What a word is worth by where it stands: title, questions, keywords and tags, summary, headings, text. As the server weighs
/// them ([`super::tantivy`]).
const WEIGHTS: [f32; 6] = [10.0, 6.0, 3.0, 2.0, 3.0, 1.0];
/// How soon more of the same stops counting.
const SATURATION: f32 = 4.0;
/// The length of a text, in words, at which a word counts as it is.
const USUAL_LENGTH: f32 = 150.0;
/// The largest weight.
const HEAVIEST: f32 = 7.0;
/// Most words of a phrase of the lexicon.
const PHRASE: usize = 5;

/// The words of a bundle, as they are collected.
#[derive(Debug, Default)]
pub struct Glossary {
    analyzer: Analyzer,
    /// By stem: its number.
    numbers: FxHashMap<Box<str>, u32>,
    /// By number: the stem, and the words that have it.
    terms: Vec<Term>,
}

#[derive(Debug)]
struct Term {
    stem: Box<str>,
    words: Vec<Box<str>>,
}

impl Glossary {
    /// Adds the words of an article. Returns them as numbers, ascending, each as the distance from the one before times eight
    /// plus its weight.
    pub fn add(&mut self, article: &Article) -> Vec<u32> {
        let mut sums: BTreeMap<u32, f32> = BTreeMap::new();
        let meta = &article.meta;
        self.weigh(&mut sums, &article.title, WEIGHTS[0]);
        for (texts, weight) in [(&meta.questions, 1), (&meta.keywords, 2), (&meta.tags, 2)] {
            let share = WEIGHTS[weight] / (1.0 + texts.len() as f32).sqrt();
            texts.iter().for_each(|text| self.weigh(&mut sums, text, share));
        }
        self.weigh(&mut sums, meta.summary.as_deref().unwrap_or_default(), WEIGHTS[3]);
        for section in &article.sections {
            self.weigh(&mut sums, &section.title, WEIGHTS[4]);
            // A slug is no word of a text, and a reader sees a title in its place.
            let text = with_titles(&section.text, 0, &section.names, &mut |_| Some(String::new()));
            let words = text.split_ascii_whitespace().count() as f32;
            self.weigh(&mut sums, &text, WEIGHTS[5] / (0.3 + 0.7 * words / USUAL_LENGTH).max(0.5));
        }
        let mut before = 0;
        let pack = |(number, sum): (u32, f32)| {
            let weight = (HEAVIEST * sum / (SATURATION + sum)).round() as u32;
            let packed = (number - before) * 8 + weight;
            before = number;
            packed
        };
        sums.into_iter().map(pack).collect()
    }

    fn weigh(&mut self, sums: &mut BTreeMap<u32, f32>, text: &str, weight: f32) {
        let (numbers, terms) = (&mut self.numbers, &mut self.terms);
        self.analyzer.analyze(text, |token, forms| {
            if forms.stop {
                return;
            }
            let stem = forms.stem.as_deref().unwrap_or(token.word);
            let number = *numbers.entry(stem.into()).or_insert_with(|| {
                terms.push(Term { stem: stem.into(), words: Vec::new() });
                terms.len() as u32 - 1
            });
            let words = &mut terms[number as usize].words;
            if let Err(at) = words.binary_search_by(|word| (**word).cmp(token.word)) {
                words.insert(at, token.word.into());
            }
            *sums.entry(number).or_default() += weight;
        });
    }

    /// Returns the words by number: the stem and behind it, divided by spaces, the words that have it; one that begins with the
    /// stem is written as `-` and what follows.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.terms.iter().map(|term| {
            let words = term.words.iter().map(|word| match word.strip_prefix(&*term.stem) {
                Some(ending) => format!(" -{ending}"),
                None => format!(" {word}"),
            });
            std::iter::once(term.stem.to_string()).chain(words).collect()
        })
    }
}

/// Returns the endings that [`cut`] knows, in the order in which it tries them.
pub fn endings() -> &'static [&'static str] {
    &ENDINGS
}

/// Returns the keys of the English and of the Russian layout, in one order: what is typed on the wrong one stands at the same place of
/// the other.
pub fn keys() -> [String; 2] {
    keyboard::keys()
}

/// Returns how Russian is written in Latin letters, longest spellings first; `y` is left to the device.
pub fn latin() -> Vec<[&'static str; 2]> {
    sound::RUSSIAN.iter().map(|&(latin, russian)| [latin, russian]).collect()
}

/// Returns the words that say too little to be searched for, divided by spaces.
pub fn stop_words() -> &'static str {
    stop::STOP
}

/// Returns what the lexicon says, as hashes: of the words of a phrase, cut ([`cut`]) and divided by spaces, then of the stems of
/// what it also means.
pub fn synonyms(lexicon: &Lexicon) -> Vec<Vec<u32>> {
    let mut writer = Synonyms::default();
    let groups = lexicon.synonyms.iter().map(|group| group.iter().collect::<Vec<_>>());
    let abbreviations = lexicon.abbreviations.iter().map(|(short, long)| vec![short, long]);
    let forms = lexicon.forms.iter().map(|(base, forms)| std::iter::once(base).chain(forms).collect());
    for group in groups.chain(abbreviations).chain(forms) {
        for from in &group {
            group.iter().filter(|to| *to != from).for_each(|to| writer.add(from, to));
        }
    }
    for (from, to) in &lexicon.one_way {
        from.iter().for_each(|from| to.iter().for_each(|to| writer.add(from, to)));
    }
    writer.entries.sort();
    writer.entries.dedup();
    writer.entries
}

#[derive(Default)]
struct Synonyms {
    analyzer: Analyzer,
    entries: Vec<Vec<u32>>,
}

impl Synonyms {
    fn add(&mut self, from: &str, to: &str) {
        let mut words = Vec::new();
        self.analyzer.split(from, |token| {
            if !token.joined {
                words.push(cut(token.word).to_owned());
            }
        });
        let (mut meant, mut small) = (Vec::new(), Vec::new());
        self.analyzer.analyze(to, |token, forms| {
            let stem = hash(forms.stem.as_deref().unwrap_or(token.word));
            if !token.joined {
                if forms.stop { small.push(stem) } else { meant.push(stem) }
            }
        });
        if (1..=PHRASE).contains(&words.len()) && (1..=PHRASE).contains(&meant.len()) {
            let mut entry = vec![hash(&words.join(" "))];
            entry.append(&mut meant);
            self.entries.push(entry);
        }
    }
}

/// Endings of Russian words, the longest first; see [`cut`].
const ENDINGS: [&str; 52] = [
    "иями", "ают", "яют", "еют", "уют", "ает", "яет", "еет", "ует", "ями", "ами", "ием", "иях", "ого", "ему", "ому",
    "ыми", "ими", "его", "ешь", "ишь", "ете", "ите", "ать", "ить", "еть", "ой", "ей", "ий", "ый", "ая", "яя", "ое",
    "ее", "ые", "ие", "ых", "их", "ую", "юю", "ом", "ем", "ам", "ям", "ах", "ях", "ов", "ев", "ию", "ия", "ть", "ся",
];

/// Returns a folded word without its ending, as a device without a stemmer cuts it: the longest of a list that leaves three
/// letters, or a last vowel or sign.
pub fn cut(word: &str) -> &str {
    let left = |rest: &&str| rest.chars().count() >= 3;
    if let Some(rest) = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).find(left) {
        return rest;
    }
    word.strip_suffix(|c| "аеиоуыьэюяй".contains(c)).filter(left).unwrap_or(word)
}

/// FNV-1a, 32 bits: easy to compute on a device, too.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_cut_as_devices_cut_them() {
        // The same pairs stand in the test of `assets/local.js`.
        for (word, rest) in [
            ("возвратами", "возврат"),
            ("чеком", "чек"),
            ("чека", "чек"),
            ("бабло", "бабл"),
            ("оплатить", "оплат"),
            ("дня", "дня"),
            ("мой", "мой"),
            ("iphone", "iphone"),
        ] {
            assert_eq!(cut(word), rest);
        }
    }

    #[test]
    fn hash_is_the_one_that_devices_compute() {
        assert_eq!(hash("возврат"), 2629823436);
    }

    #[test]
    fn lexicon_travels_as_hashes() {
        let lexicon = Lexicon {
            one_way: vec![(vec!["вернуть бабки".into()], vec!["возврат".into()])],
            ..Lexicon::default()
        };
        assert_eq!(synonyms(&lexicon), [vec![hash("верну бабк"), hash("возврат")]]);
    }
}
