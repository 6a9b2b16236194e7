//! Spelling of articles, by dictionaries of Hunspell that whoever runs Otvet has: none are shipped.
//!
//! What a check says must be worth reading, so what is likely to be right is passed over: code, addresses, file names, gaps, words with
//! digits, abbreviations, names in the middle of a sentence, the words of `_lexicon.yml` and those of `_spelling.txt`, and words in a
//! script that no dictionary has. How customers ask (`questions`, `keywords`) is theirs. A word is told once an article.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use rustc_hash::{FxHashMap, FxHashSet};
use spellbook::Dictionary;

use crate::article::{Article, Lexicon};
use crate::diagnostic::{Diagnostic, Finding};
use crate::path::nfc;

/// The editors' list of words that are right, at the top of the content folder: one a line, `#` begins a comment.
pub const FILE: &str = "_spelling.txt";
/// The most bytes of the list.
pub const MOST_BYTES: u64 = 256 << 10;
/// The most bytes of a file of a dictionary.
const MOST_DICTIONARY: u64 = 64 << 20;
/// The longest word that is looked up, in characters; what is longer is no word.
const LONGEST: usize = 40;
/// Words of a check for which the right one is looked for, which is dear.
const SUGGESTED: usize = 20;

/// Dictionaries, of which one must have a word.
pub struct Dictionaries(Vec<One>);

struct One {
    dictionary: Dictionary,
    /// Whether it has words in Cyrillic, and in Latin letters.
    scripts: (bool, bool),
}

impl std::fmt::Debug for Dictionaries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dictionaries({})", self.0.len())
    }
}

impl Dictionaries {
    /// Reads dictionaries, each by the path of its `.dic` or `.aff` file, or without the ending; none when there are none.
    ///
    /// # Errors
    /// When one cannot be read; says which, and why.
    pub fn read(paths: &[PathBuf]) -> Result<Option<Self>, String> {
        let all: Vec<One> = paths.iter().map(|path| one(path)).collect::<Result<_, _>>()?;
        Ok((!all.is_empty()).then_some(Self(all)))
    }

    fn has(&self, word: &str) -> bool {
        self.0.iter().any(|one| one.dictionary.check(word))
    }

    /// Returns whether some dictionary has words in the letters of this one.
    fn knows_letters(&self, word: &str) -> bool {
        let cyrillic = word.chars().any(is_cyrillic);
        self.0.iter().any(|one| if cyrillic { one.scripts.0 } else { one.scripts.1 })
    }

    fn suggest(&self, word: &str) -> Option<String> {
        let mut found = Vec::new();
        let cyrillic = word.chars().any(is_cyrillic);
        for one in self.0.iter().filter(|one| if cyrillic { one.scripts.0 } else { one.scripts.1 }) {
            one.dictionary.suggest(word, &mut found);
            if !found.is_empty() {
                break;
            }
        }
        found.into_iter().next()
    }
}

fn one(path: &Path) -> Result<One, String> {
    let read = |ending: &str| {
        let path = path.with_extension(ending);
        let wrong =
            |reason: &dyn std::fmt::Display| format!("cannot read the dictionary `{}`: {reason}", path.display());
        let size = fs::metadata(&path).map_err(|error| wrong(&error))?.len();
        if size > MOST_DICTIONARY {
            return Err(wrong(&format!("more than {} MiB", MOST_DICTIONARY >> 20)));
        }
        fs::read(&path).map_err(|error| wrong(&error))
    };
    let (aff, dic) = (read("aff")?, read("dic")?);
    // The first file says in which encoding both are.
    let set = aff.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"SET "));
    let set = set.and_then(|name| encoding_rs::Encoding::for_label(name.trim_ascii())).unwrap_or(encoding_rs::UTF_8);
    let (aff, dic) = (set.decode(&aff).0, set.decode(&dic).0);
    let scripts = (dic.chars().any(is_cyrillic), dic.lines().skip(1).any(|line| line.starts_with(is_latin)));
    let dictionary = Dictionary::new(&aff, &dic)
        .map_err(|error| format!("`{}` is no dictionary of Hunspell: {error}", path.display()))?;
    Ok(One { dictionary, scripts })
}

fn is_cyrillic(letter: char) -> bool {
    matches!(letter, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic()
}

/// Returns the words of the editors' list, in lower case.
pub fn allowed(bytes: &[u8]) -> FxHashSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let words = text.lines().filter_map(|line| line.split('#').next()).flat_map(str::split_whitespace);
    words.map(|word| nfc(word).to_lowercase()).collect()
}

/// A check of the spelling of several articles.
pub(super) struct Speller<'a> {
    dictionaries: &'a Dictionaries,
    allowed: FxHashSet<String>,
    /// Words that were looked up, and whether they are right.
    known: FxHashMap<String, bool>,
    suggested: usize,
    /// When the right ones are no longer looked for.
    end: Instant,
}

impl<'a> Speller<'a> {
    /// Begins a check; right are also the words of the lexicon and of the editors' list.
    pub(super) fn new(
        dictionaries: &'a Dictionaries,
        lexicon: &Lexicon,
        listed: &FxHashSet<String>,
        end: Instant,
    ) -> Self {
        let mut allowed = listed.clone();
        let lists = lexicon.synonyms.iter().flatten().chain(&lexicon.never_correct);
        let pairs = lexicon.one_way.iter().flat_map(|(from, to)| from.iter().chain(to));
        let forms = lexicon.forms.iter().flat_map(|(base, forms)| std::iter::once(base).chain(forms));
        let short = lexicon.abbreviations.iter().flat_map(|(short, long)| [short, long]);
        for text in lists.chain(pairs).chain(forms).chain(short) {
            allowed.extend(words(text).map(|(_, word)| word.to_lowercase()));
        }
        Self { dictionaries, allowed, known: FxHashMap::default(), suggested: 0, end }
    }

    /// Returns the words of an article that no dictionary has.
    pub(super) fn check(&mut self, article: &Article) -> Vec<Diagnostic> {
        let (mut found, mut told) = (Vec::new(), FxHashSet::default());
        let mut check = |text: &str, at: &dyn Fn(usize) -> (u32, u32)| {
            for (offset, word) in words(text) {
                let is_name = word.starts_with(char::is_uppercase) && !begins_sentence(&text[..offset]);
                if is_name || self.is_right(word) || !told.insert(word.to_lowercase()) {
                    continue;
                }
                let suggestion = self.suggestion(word);
                let (line, column) = at(offset);
                let finding = Finding::Misspelt { word: word.to_owned(), suggestion };
                found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
            }
        };
        let place = article.place_of("title", "");
        check(&article.title, &|_| place);
        let place = article.place_of("summary", "");
        check(article.meta.summary.as_deref().unwrap_or_default(), &|_| place);
        let (body, first) = article.body_as_written();
        let starts: Vec<usize> = std::iter::once(0).chain(body.match_indices('\n').map(|(at, _)| at + 1)).collect();
        for (start, text) in texts(&body) {
            check(text, &|offset| {
                let at = start + offset;
                let line = starts.partition_point(|begin| *begin <= at).max(1);
                let column = body[starts[line - 1]..at].chars().count() + 1;
                (first + line as u32 - 1, column as u32)
            });
        }
        found
    }

    fn is_right(&mut self, word: &str) -> bool {
        if let Some(&right) = self.known.get(word) {
            return right;
        }
        let right = self.look_up(word);
        self.known.insert(word.to_owned(), right);
        right
    }

    fn look_up(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        let has = |word: &str| {
            let lower = word.to_lowercase();
            self.allowed.contains(&lower)
                || self.dictionaries.has(word)
                || self.dictionaries.has(&lower)
                // Dictionaries mostly have one of the two spellings.
                || (lower.contains('ё') && self.dictionaries.has(&lower.replace('ё', "е")))
        };
        !self.dictionaries.knows_letters(word)
            || has(word)
            || has(&lower)
            || (word.contains('-') && word.split('-').all(|part| part.chars().count() < 2 || has(part)))
    }

    fn suggestion(&mut self, word: &str) -> Option<String> {
        self.suggested += 1;
        if self.suggested > SUGGESTED || Instant::now() > self.end { None } else { self.dictionaries.suggest(word) }
    }
}

/// Returns the texts of Markdown that people read as words, with where they begin: neither code nor addresses.
fn texts(markdown: &str) -> Vec<(usize, &str)> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_WIKILINKS;
    let mut texts: Vec<(usize, &str)> = Vec::new();
    let (mut hidden, mut slug) = (0usize, false);
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        match event {
            // A wikilink without a text of its own shows a slug.
            Event::Start(Tag::Link { link_type: LinkType::WikiLink { has_pothole: false }, .. }) => slug = true,
            Event::End(TagEnd::Link) => slug = false,
            Event::Start(Tag::CodeBlock(_) | Tag::MetadataBlock(_) | Tag::HtmlBlock) => hidden += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::MetadataBlock(_) | TagEnd::HtmlBlock) => {
                hidden = hidden.saturating_sub(1)
            }
            Event::Text(_) if hidden == 0 && !slug => match texts.last_mut() {
                // The parser divides texts at characters that might have meant something.
                Some((start, text)) if *start + text.len() == range.start => {
                    *text = markdown.get(*start..range.end).unwrap_or(text);
                }
                _ => texts.extend(markdown.get(range.clone()).map(|text| (range.start, text))),
            },
            _ => {}
        }
    }
    texts
}

/// Returns the words of a text that may be looked up, with where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    chunks(text).flat_map(|(start, chunk)| {
        let is_word = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '\u{301}');
        let parts = chunk.split(move |c: char| !is_word(c)).map(|part| part.trim_matches(['-', '\'', '’']));
        let skipped = is_no_word(chunk);
        let offset = move |part: &str| start + (part.as_ptr() as usize - chunk.as_ptr() as usize);
        parts.filter(move |part| !skipped && is_looked_up(part)).map(move |part| (offset(part), part))
    })
}

fn chunks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(char::is_whitespace)
        .filter(|chunk| !chunk.is_empty())
        .map(move |chunk| (chunk.as_ptr() as usize - text.as_ptr() as usize, chunk))
}

/// Returns whether what stands between spaces is a code, an address, a file name or a gap.
fn is_no_word(chunk: &str) -> bool {
    let inside = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    chunk.contains(['@', '\\', '_', '{', '}', '=', '#', '<', '>', '[', ']'])
        || chunk.chars().any(|c| c.is_ascii_digit())
        || inside.contains("://")
        || inside.split('.').count() > 1 && inside.split('.').all(|part| !part.is_empty())
}

fn is_looked_up(word: &str) -> bool {
    let letters = word.chars().count();
    let (cyrillic, latin) = (word.chars().any(is_cyrillic), word.chars().any(is_latin));
    let is_shouted = word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let is_mixed = word.split('-').any(|part| part.chars().skip(1).any(char::is_uppercase));
    (2..=LONGEST).contains(&letters) && (cyrillic != latin) && !is_shouted && !is_mixed
}

/// Returns whether a word behind this text begins a sentence.
fn begins_sentence(before: &str) -> bool {
    let before =
        before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '«' | '„' | '“' | '"' | '(' | '—' | '–'));
    before.is_empty() || before.ends_with(['.', '!', '?', '…', ':', '»'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::library::Rules;
    use crate::audience::{AudienceSet, Audiences};
    use crate::revision::ObjectId;

    /// A dictionary of a few words, with the endings of nouns.
    fn dictionaries() -> Dictionaries {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let aff = "SET UTF-8\nTRY оаитенрсвйлпкьызячмдёугбшхюжщцэъ\nSFX A Y 2\nSFX A 0 а .\nSFX A 0 у .\n";
        let dic = "9\nвозврат/A\nтовар/A\nчек/A\nвернуть\nможно\nбез\nеще\nинтернет\nмагазин\n";
        std::fs::write(folder.path().join("ru.aff"), aff).expect("writes");
        std::fs::write(folder.path().join("ru.dic"), dic).expect("writes");
        Dictionaries::read(&[folder.path().join("ru.dic")]).expect("a dictionary").expect("one")
    }

    fn found(text: &str) -> Vec<String> {
        let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::PUBLIC };
        let article = Article::parse("a.md", ObjectId::default(), text.as_bytes(), &rules);
        let dictionaries = dictionaries();
        let later = Instant::now() + std::time::Duration::from_secs(600);
        let (lexicon, _) = Lexicon::parse("_lexicon.yml", "never_correct: [рефанд]\n".as_bytes());
        let mut speller = Speller::new(&dictionaries, &lexicon, &allowed("Северян # фамилия\n".as_bytes()), later);
        let told = speller.check(&article).into_iter().map(|found| match found.finding {
            Finding::Misspelt { word, suggestion } => {
                format!("{}:{} {word} {}", found.line, found.column, suggestion.unwrap_or_default())
            }
            other => format!("{other:?}"),
        });
        told.collect()
    }

    #[test]
    fn unknown_words_are_told_once_with_place_and_suggestion() {
        assert_eq!(
            found("---\ntitle: Возврат товораа\n---\n> [!ANSWER]\n> Можно вернуть тавар, **вирнуть** тавар.\n"),
            ["2:8 товораа товара", "5:17 тавар товар", "5:26 вирнуть вернуть"]
        );
    }

    #[test]
    fn what_is_likely_to_be_right_is_passed_over() {
        let text = "Ещё можно вернуть в интернет-магазин. Без Чековой: Северян, рефанд, 10шт, kasse@x.ru, сайт.рф, ФЗ, iPhone, word.\n\n\
            `кадд` <b>чек</b> [вернуть](тавар.md) {{имя}} [[тавар|чека]] [[тавар]]\n\n```\nкадд\n```\n";
        assert_eq!(found(text), [""; 0]);
    }

    #[test]
    fn dictionary_that_is_not_there_is_named() {
        let told = Dictionaries::read(&[PathBuf::from("/nowhere/ru_RU.dic")]).expect_err("nothing there");
        assert!(told.starts_with("cannot read the dictionary `/nowhere/ru_RU.aff`"), "{told}");
        assert!(Dictionaries::read(&[]).expect("nothing").is_none());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 64, ..Default::default() })]

        #[test]
        fn no_text_panics(text in "[\\PCа-яa-z'\\-\\[\\]`*|.\n]{0,60}") {
            let _ = found(&text);
        }
    }
}
