//! What the index holds.
//!
//! One tantivy document is one *field* of an article (title, questions, keywords, summary) or of a passage (heading path,
//! text), so that a word is looked up once for all fields, and the words of a title are not repeated in every passage.
//! The fast fields say which field of which article it is; nothing is stored, lengths are ours.

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// Part of the name of the index folder. Raised whenever the schema, the analysis or the cutting into passages changes.
pub(super) const FORMAT: u32 = 3;
/// Stands before a stop word of the text: it is found by a query of nothing but stop words.
pub(super) const STOP_MARK: char = '\u{1}';
/// Stands before the fingerprint of a whole title or question.
pub(super) const WHOLE_MARK: char = '\u{2}';
/// Stands before a term that has the position of the one before it, such as the joined form of a word in parts.
pub(super) const SAME_PLACE: char = '\u{3}';
/// A term by itself: what follows is another text, and no phrase goes over the border.
pub(super) const BORDER: &str = "\u{4}";
/// Stands before the stem of a word that is denied: the `чек` of «без чека».
pub(super) const DENIED_MARK: char = '\u{5}';
/// Longest prefix that is indexed as such, in letters; longer ones are found in the dictionary of words.
pub(super) const EDGE: usize = 4;
/// Shortest prefix of the words of the text that is indexed, in letters.
pub(super) const BODY_EDGE: usize = 3;

const TOKENIZER: &str = "words";

/// A class of terms; each has its dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub(super) enum Class {
    /// Words as written.
    Word = 0,
    /// Stems.
    Stem = 1,
    /// Roots.
    Root = 2,
    /// Prefixes of 1 to [`EDGE`] letters of the words of titles, questions, keywords, summaries and headings.
    Edge = 3,
    /// Prefixes of [`BODY_EDGE`] to [`EDGE`] letters of the words of the text.
    BodyEdge = 4,
}

/// The number of classes.
pub(super) const CLASSES: usize = 5;

/// A field of an article or passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// The title.
    Title = 0,
    /// The questions.
    Questions = 1,
    /// Keywords and tags.
    Keywords = 2,
    /// The summary.
    Summary = 3,
    /// The headings above a passage and its own.
    Heading = 4,
    /// The text of a passage.
    Body = 5,
}

/// The number of kinds.
pub(super) const KINDS: usize = 6;
/// The kinds that an article has once; they come first.
pub(super) const ARTICLE_KINDS: usize = 4;

impl Kind {
    /// Returns the kind with this number.
    pub(super) fn of(number: u64) -> Option<Self> {
        [Self::Title, Self::Questions, Self::Keywords, Self::Summary, Self::Heading, Self::Body]
            .get(usize::try_from(number).ok()?)
            .copied()
    }
}

/// The fields of the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// The key of the article version: a hash of everything that is analysed.
    pub(super) key: Field,
    /// See [`Facts`].
    pub(super) facts: Field,
    /// See [`Span`]; of a title the number of documents the article has.
    pub(super) span: Field,
    /// The dictionaries by class.
    pub(super) classes: [Field; CLASSES],
}

/// Names of the fast fields.
pub(super) const KEY: &str = "key";
/// See [`KEY`].
pub(super) const FACTS: &str = "facts";
/// See [`KEY`].
pub(super) const SPAN: &str = "span";

/// Builds the schema.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |record| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_fieldnorms(false).set_index_option(record);
        TextOptions::default().set_indexing_options(indexing)
    };
    let counted = || text(IndexRecordOption::WithFreqs);
    let fields = Fields {
        key: builder.add_u64_field(KEY, INDEXED | FAST),
        facts: builder.add_u64_field(FACTS, FAST),
        span: builder.add_u64_field(SPAN, FAST),
        classes: [
            builder.add_text_field("w", text(IndexRecordOption::WithFreqsAndPositions)),
            builder.add_text_field("s", counted()),
            builder.add_text_field("r", counted()),
            builder.add_text_field("e", text(IndexRecordOption::Basic)),
            builder.add_text_field("p", text(IndexRecordOption::Basic)),
        ],
    };
    (builder.build(), fields)
}

/// What a document is, packed into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// The field.
    pub(super) kind: Kind,
    /// The number of the passage in the article; of a title the number of passages.
    pub(super) passage: u32,
    /// The number of words.
    pub(super) length: u16,
    /// Whether the passage is an internal note.
    pub(super) notes: bool,
}

/// Most passages an article has.
pub(super) const MAX_PASSAGES: usize = 1 << 20;

impl Facts {
    pub(super) fn pack(self) -> u64 {
        self.kind as u64 | u64::from(self.passage) << 3 | u64::from(self.length) << 24 | u64::from(self.notes) << 40
    }

    pub(super) fn unpack(bits: u64) -> Option<Self> {
        let kind = Kind::of(bits & 7)?;
        let passage = (bits >> 3 & 0x1F_FFFF) as u32;
        Some(Self { kind, passage, length: (bits >> 24) as u16, notes: bits >> 40 & 1 == 1 })
    }
}

/// Where the text of a passage stands: bytes of the text (or notes) of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    /// The number of the section.
    pub(super) section: u32,
    /// The first byte.
    pub(super) start: u32,
    /// The number of bytes.
    pub(super) length: u32,
}

impl Span {
    pub(super) fn pack(self) -> u64 {
        let fit = |value: u32, bits: u32| u64::from(value.min((1 << bits) - 1));
        fit(self.section, 16) | fit(self.start, 24) << 16 | fit(self.length, 24) << 40
    }

    pub(super) fn unpack(bits: u64) -> Self {
        Self {
            section: (bits & 0xFFFF) as u32,
            start: (bits >> 16 & 0xFF_FFFF) as u32,
            length: (bits >> 40 & 0xFF_FFFF) as u32,
        }
    }
}

/// Returns the tokenizers of the index: terms are divided by spaces, the analysis has already been done.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(TOKENIZER, TextAnalyzer::from(Spaces::default()));
    manager
}

#[derive(Debug, Clone, Default)]
struct Spaces(Token);

struct SpacesStream<'a> {
    text: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for Spaces {
    type TokenStream<'a> = SpacesStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SpacesStream<'a> {
        self.0.reset();
        SpacesStream { text, token: &mut self.0 }
    }
}

impl TokenStream for SpacesStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            if self.text.is_empty() {
                return false;
            }
            let (term, rest) = self.text.split_once(' ').unwrap_or((self.text, ""));
            self.text = rest;
            if term == BORDER {
                self.token.position = self.token.position.wrapping_add(1);
                continue;
            }
            let (term, step) = term.strip_prefix(SAME_PLACE).map_or((term, 1), |term| (term, 0));
            self.token.text.clear();
            self.token.text.push_str(term);
            self.token.position = self.token.position.wrapping_add(step);
            return true;
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_forms_take_no_place_and_texts_are_apart() {
        let text = format!("wi fi {SAME_PLACE}wifi роутер {BORDER} да");
        let mut analyzer = Spaces::default();
        let mut stream = analyzer.token_stream(&text);
        let mut seen = Vec::new();
        while stream.advance() {
            seen.push((stream.token().text.clone(), stream.token().position.wrapping_add(1)));
        }
        let seen: Vec<_> = seen.iter().map(|(text, at)| (text.as_str(), *at)).collect();
        assert_eq!(seen, [("wi", 1), ("fi", 2), ("wifi", 2), ("роутер", 3), ("да", 5)]);
    }

    #[test]
    fn facts_and_spans_survive_packing() {
        let facts = Facts { kind: Kind::Body, passage: 1_048_575, length: 65_535, notes: true };
        assert_eq!(Facts::unpack(facts.pack()), Some(facts));
        let span = Span { section: 65_535, start: 16_777_215, length: 7 };
        assert_eq!(Span::unpack(span.pack()), span);
        assert_eq!(Facts::unpack(7), None);
    }
}
