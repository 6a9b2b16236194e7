//! Questions that nobody should type and somebody will: a deterministic source of bad input, for the fuzzer
//! and for finding the slowest answer.

use crate::corpus::Random;

/// A sort of questions: its name, and how one is made from words.
pub type Sort = (&'static str, fn(&mut Random, &[String]) -> String);

/// All sorts of questions.
pub const SORTS: [Sort; 24] = [
    ("nothing", |_, _| String::new()),
    ("one letter", |random, words| pick(random, words).chars().take(1).collect()),
    ("two letters", |random, words| pick(random, words).chars().take(2).collect()),
    ("a beginning", |random, words| pick(random, words).chars().take(3 + random.below(3)).collect()),
    ("plain words", |random, words| some(random, words, 6)),
    ("10,000 characters", |random, words| {
        let word = format!("{} ", pick(random, words));
        word.chars().cycle().take(10_000).collect()
    }),
    ("10,000 characters without a space", |random, words| pick(random, words).chars().cycle().take(10_000).collect()),
    ("sixteen different words", |random, words| {
        (0..16).map(|_| pick(random, words).as_str()).collect::<Vec<_>>().join(" ")
    }),
    ("sixteen beginnings", |random, words| {
        let beginnings = (0..16).map(|_| pick(random, words).chars().take(1 + random.below(3)).collect::<String>());
        beginnings.collect::<Vec<_>>().join(" ")
    }),
    ("200 equal words", |random, words| [pick(random, words).as_str(); 200].join(" ")),
    ("stop words", |random, _| {
        (0..1 + random.below(12)).map(|_| STOP[random.below(STOP.len())]).collect::<Vec<_>>().join(" ")
    }),
    ("punctuation", |random, _| (0..1 + random.below(300)).map(|_| char_of(random, PUNCTUATION)).collect()),
    ("emoji", |random, words| mixed(random, words, EMOJI)),
    ("invisible characters", |random, words| sprinkled(random, words, INVISIBLE)),
    ("look-alikes", |random, words| alike(pick(random, words))),
    ("wrong layout", |random, words| layout(&some(random, words, 4))),
    ("slips", |random, words| {
        let words: Vec<String> = some(random, words, 5).split(' ').map(|word| slip(random, word)).collect();
        words.join(" ")
    }),
    ("run together", |random, words| (0..2 + random.below(4)).map(|_| pick(random, words).as_str()).collect()),
    ("taken apart", |random, words| {
        let letters = some(random, words, 2).chars().flat_map(|c| [c, ' ']).collect::<String>();
        letters.trim_end().to_owned()
    }),
    ("quotes", |random, words| {
        let quotes = ["\"", "«", "»", "“", "'", "\"\"", "„"];
        let parts: Vec<String> = (0..1 + random.below(5))
            .map(|_| format!("{}{}", quotes[random.below(quotes.len())], pick(random, words)))
            .collect();
        parts.join(" ")
    }),
    ("a query language", |random, words| {
        const FORMS: [&str; 12] = [
            "title:{}",
            "{}*",
            "*{}*",
            "/{}.*/",
            "{}~2",
            "+{} -{}",
            "({} OR {}) AND NOT {}",
            "[{} TO {}]",
            "{}^4",
            "_id:{}",
            "{} && {}",
            "((((((((((((((((((((((((((((((((((({}",
        ];
        FORMS[random.below(FORMS.len())].replace("{}", pick(random, words))
    }),
    ("codes", |random, _| {
        let number = random.below(100_000_000);
        [
            format!("MDVA-{number}"),
            format!("п. {}.{}", number % 9, number % 7),
            format!("{number}"),
            format!("a{number}.tar.gz"),
            format!("№{number}"),
        ][random.below(5)]
        .clone()
    }),
    ("any characters", |random, _| {
        let any = |random: &mut Random| char::from_u32(random.below(0x11_0000) as u32).unwrap_or('\u{0}');
        (0..1 + random.below(80)).map(|_| any(random)).collect()
    }),
    ("marks upon marks", |random, words| {
        pick(random, words).chars().flat_map(|c| [c, '\u{301}', '\u{308}', '\u{301}']).collect()
    }),
];

const STOP: [&str; 14] =
    ["как", "не", "в", "и", "на", "что", "где", "the", "a", "how", "to", "мне", "пожалуйста", "здравствуйте"];
const PUNCTUATION: &str = "!?.,;:-_()[]{}<>\"'`~@#$%^&*+=|\\/№«»—… ";
const EMOJI: &str = "🙂🔥👍🏽👩‍👩‍👧🇷🇺❤️⚡";
const INVISIBLE: &str =
    "\u{0}\u{1}\u{7}\u{1B}\u{7F}\u{AD}\u{200B}\u{200D}\u{200E}\u{202E}\u{2066}\u{2069}\u{FEFF}\u{FE0F}\n\t\r";

/// Returns a question and the name of its sort.
pub fn question(random: &mut Random, words: &[String]) -> (&'static str, String) {
    let (name, make) = SORTS[random.below(SORTS.len())];
    let text = make(random, words);
    // Whether the last word is finished, and now and then two sorts in one.
    match random.below(8) {
        0 | 1 => (name, text + " "),
        2 => {
            let (_, other) = SORTS[random.below(SORTS.len())];
            (name, format!("{text} {}", other(random, words)))
        }
        _ => (name, text),
    }
}

/// Returns a word as it comes out on the wrong keyboard layout, Russian or English.
pub fn layout(text: &str) -> String {
    const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";
    const ENGLISH: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
    let swapped =
        |from: &str, to: &str, c: char| from.chars().position(|known| known == c).and_then(|at| to.chars().nth(at));
    text.chars().map(|c| swapped(RUSSIAN, ENGLISH, c).or_else(|| swapped(ENGLISH, RUSSIAN, c)).unwrap_or(c)).collect()
}

/// Returns a word with one slip of the finger: a letter missing, doubled, replaced, or two of them swapped.
pub fn slip(random: &mut Random, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len().max(1));
    match random.below(4) {
        0 if letters.len() > 1 => drop(letters.remove(at)),
        1 if at + 1 < letters.len() => letters.swap(at, at + 1),
        2 if !letters.is_empty() => letters.insert(at, letters[at]),
        _ if !letters.is_empty() => letters[at] = char_of(random, "абвгдеиклмнопрст"),
        _ => {}
    }
    letters.into_iter().collect()
}

fn pick<'a>(random: &mut Random, words: &'a [String]) -> &'a String {
    &words[random.below(words.len())]
}

fn some(random: &mut Random, words: &[String], most: usize) -> String {
    (0..1 + random.below(most)).map(|_| pick(random, words).as_str()).collect::<Vec<_>>().join(" ")
}

fn char_of(random: &mut Random, of: &str) -> char {
    of.chars().nth(random.below(of.chars().count())).expect("below the number of characters")
}

fn mixed(random: &mut Random, words: &[String], with: &str) -> String {
    (0..1 + random.below(6)).map(|_| format!("{}{} ", pick(random, words), char_of(random, with))).collect()
}

fn sprinkled(random: &mut Random, words: &[String], with: &str) -> String {
    let text = some(random, words, 4);
    text.chars()
        .flat_map(|c| if random.below(3) == 0 { [Some(c), Some(char_of(random, with))] } else { [Some(c), None] })
        .flatten()
        .collect()
}

/// Replaces Cyrillic letters by Latin ones that look the same, and the reverse.
fn alike(word: &str) -> String {
    const PAIRS: [(char, char); 11] = [
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('у', 'y'),
        ('х', 'x'),
        ('к', 'k'),
        ('т', 't'),
        ('н', 'h'),
        ('в', 'b'),
    ];
    let other = |c: char| {
        PAIRS.iter().find_map(|&(a, b)| {
            if c == a {
                Some(b)
            } else if c == b {
                Some(a)
            } else {
                None
            }
        })
    };
    word.chars().enumerate().map(|(at, c)| if at % 2 == 0 { other(c).unwrap_or(c) } else { c }).collect()
}
