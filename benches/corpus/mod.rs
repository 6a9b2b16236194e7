//! A deterministic corpus of any size, from a text model: word chains learned from the sample content in `kb/`, with
//! invented rare words mixed in, so that the vocabulary grows with the corpus as real ones do (Heaps' law).
//!
//! The same number and seed give the same bytes on every machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A small generator of pseudo-random numbers (SplitMix64, Steele et al. 2014).
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Returns the next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Word chains learned from text.
#[derive(Debug)]
pub(crate) struct Model {
    words: Vec<String>,
    /// For each word, the words seen after it.
    after: Vec<Vec<u32>>,
}

const SYLLABLES: [&str; 24] = [
    "ва", "ро", "не", "ли", "ко", "та", "пе", "сту", "мо", "ди", "ре", "за", "вол", "ни", "ка", "тер", "по", "ши",
    "гра", "лен", "до", "бу", "че", "кси",
];
const ENDINGS: [&str; 8] = ["тор", "ция", "ник", "ка", "ость", "ение", "фон", "лист"];
const FOLDERS: usize = 40;

impl Model {
    /// Learns from the Russian articles of a folder.
    pub(crate) fn learn(folder: &Path) -> Self {
        let mut files: Vec<_> = walk(folder);
        files.sort();
        let (mut numbers, mut words, mut after) = (BTreeMap::new(), Vec::new(), Vec::new());
        for file in files {
            let text = fs::read_to_string(&file).expect("a readable article");
            let body = text.splitn(3, "---\n").nth(2).unwrap_or(&text);
            let mut last: Option<u32> = None;
            for word in body.split_whitespace().filter(|w| w.chars().all(|c| c.is_alphabetic() || ",.—:«»".contains(c)))
            {
                let number = *numbers.entry(word.to_owned()).or_insert_with(|| {
                    words.push(word.to_owned());
                    after.push(Vec::new());
                    words.len() as u32 - 1
                });
                if let Some(last) = last {
                    after[last as usize].push(number);
                }
                last = Some(number);
            }
        }
        assert!(words.len() > 500, "too little text to learn from in {}", folder.display());
        Self { words, after }
    }

    /// Returns article `number` of the corpus with this seed: its path and its Markdown, about 4 KB on the average.
    pub(crate) fn article(&self, number: usize, seed: u64) -> (String, String) {
        let mut random = Random(seed ^ (number as u64).wrapping_mul(0x517c_c1b7_2722_0a95));
        let title = self.sentence(&mut random, 3, 7, number);
        let question = self.sentence(&mut random, 4, 8, number);
        let answer = self.sentence(&mut random, 12, 30, number);
        let mut text = format!(
            "---\ntitle: \"{title} {number}\"\nslug: statya-{number}\naudience: [public]\ntags: [tag{}]\nowner: owner{}\nquestions:\n  - \
             \"{question}?\"\n---\n> [!ANSWER]\n> {answer}.\n",
            random.below(50),
            random.below(9),
        );
        for _ in 0..2 + random.below(5) {
            text += &format!("\n## {}\n", self.sentence(&mut random, 2, 5, number));
            for _ in 0..1 + random.below(3) {
                text += &format!("\n{}.\n", self.sentence(&mut random, 20, 60, number));
            }
            if random.below(3) == 0 {
                text += &format!("\nСм. [[statya-{}]].\n", random.below(number + 1));
            }
        }
        (format!("razdel-{:02}/statya-{number}.md", number % FOLDERS), text)
    }

    /// Returns words of an article, as somebody asks for it.
    pub(crate) fn query(&self, number: usize, seed: u64, words: usize) -> String {
        let (_, text) = self.article(number, seed);
        let title = text.lines().nth(1).unwrap_or_default().trim_start_matches("title: ").trim_matches('"');
        let clean = |w: &&str| w.chars().count() > 3 && w.chars().all(char::is_alphabetic);
        title.split(' ').filter(clean).take(words).collect::<Vec<_>>().join(" ").to_lowercase()
    }

    fn sentence(&self, random: &mut Random, least: usize, most: usize, article: usize) -> String {
        let length = least + random.below(most - least + 1);
        let mut word = random.below(self.words.len());
        let mut out = String::new();
        for _ in 0..length {
            if !out.is_empty() {
                out.push(' ');
            }
            // Every twentieth word is rare; which one depends on the article, so that the vocabulary keeps growing.
            if random.below(20) == 0 {
                out += &rare(article / 4 + random.below(40));
            } else {
                out += self.words[word].trim_matches([',', '.', ':', '«', '»']);
            }
            let next = &self.after[word];
            word = if next.is_empty() || random.below(8) == 0 {
                random.below(self.words.len())
            } else {
                next[random.below(next.len())] as usize
            };
        }
        out.replace('"', "")
    }
}

/// Returns an invented word, always the same for a number.
fn rare(number: usize) -> String {
    let mut random = Random(number as u64);
    let mut word = String::new();
    for _ in 0..2 + random.below(2) {
        word += SYLLABLES[random.below(SYLLABLES.len())];
    }
    word + ENDINGS[random.below(ENDINGS.len())]
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).expect("a readable folder") {
        let path = item.expect("a readable entry").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "en") {
            found.extend(walk(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}
