//! From an article to the documents of the index: cutting into passages, analysis of every field, and the key that
//! says whether the index already has exactly this.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashSet, FxHasher};
use tantivy::TantivyDocument;

use super::schema::{
    BODY_EDGE, BORDER, Class, DENIED_MARK, EDGE, Facts, Fields, Kind, MAX_PASSAGES, SAME_PLACE, STOP_MARK, Span,
    WHOLE_MARK,
};
use crate::article::{Article, Section, with_titles};
use crate::search::language::{Analyzer, Denied};

/// Words after which a passage ends at the next paragraph.
const WORDS: usize = 400;
/// Fewest words that a passage of their own is worth.
const FEW_WORDS: usize = 80;
/// Words after which even a paragraph is cut.
const MOST_WORDS: usize = 800;

/// A part of an article that is found and shown on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Passage {
    /// Where the text stands.
    pub(super) span: Span,
    /// Whether it is an internal note.
    pub(super) notes: bool,
}

/// Returns the key of an article: equal keys mean equal documents.
pub(super) fn key(article: &Article) -> u64 {
    let mut hasher = FxHasher::default();
    let meta = &article.meta;
    (&*article.path, &article.title, &meta.summary, &meta.questions, &meta.keywords, &meta.tags).hash(&mut hasher);
    for section in &article.sections {
        (section.level, &section.title, &section.text, &section.notes).hash(&mut hasher);
    }
    hasher.finish()
}

/// Cuts an article into passages: a section, or parts of a long one cut at paragraphs; internal notes on their own.
/// There is always at least one.
pub(super) fn cut(sections: &[Section]) -> Vec<Passage> {
    let mut passages = Vec::new();
    for (number, section) in sections.iter().enumerate() {
        let mut add = |text: &str, notes: bool| {
            for range in cut_text(text) {
                let fit = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
                let span = Span { section: fit(number), start: fit(range.start), length: fit(range.len()) };
                passages.push(Passage { span, notes });
            }
        };
        // A heading without text is still found by its own words.
        if section.level > 0 || !section.text.trim().is_empty() {
            add(&section.text, false);
        }
        if !section.notes.trim().is_empty() {
            add(&section.notes, true);
        }
    }
    if passages.iter().all(|passage| passage.notes) {
        passages.insert(0, Passage { span: Span::default(), notes: false });
    }
    passages.truncate(MAX_PASSAGES);
    passages
}

/// Returns the ranges of a text that become passages; one for an empty text.
fn cut_text(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut words) = (0, 0);
    let mut at = 0;
    for paragraph in text.split_inclusive('\n') {
        let count = paragraph.split_ascii_whitespace().count();
        if words >= FEW_WORDS && words + count > WORDS {
            ranges.push(start..at);
            (start, words) = (at, 0);
        }
        if count > MOST_WORDS {
            for border in borders(paragraph) {
                ranges.push(start..at + border);
                start = at + border;
            }
            words = text[start..at + paragraph.len()].split_ascii_whitespace().count();
        } else {
            words += count;
        }
        at += paragraph.len();
    }
    if words < FEW_WORDS && !ranges.is_empty() {
        let last = ranges.last_mut().expect("not empty");
        last.end = text.len();
    } else {
        ranges.push(start..text.len());
    }
    ranges
}

/// Returns where an overlong paragraph is cut: behind every [`WORDS`] words, and behind bytes in a row without a space.
fn borders(paragraph: &str) -> Vec<usize> {
    let mut borders = Vec::new();
    let mut words = 0;
    for (at, c) in paragraph.char_indices() {
        if c.is_ascii_whitespace() {
            words += 1;
            if words == WORDS {
                borders.push(at);
                words = 0;
            }
        }
    }
    borders
}

/// Returns the text a passage stands for.
pub(super) fn text_of(article: &Article, passage: Passage) -> &str {
    let Some(section) = article.sections.get(passage.span.section as usize) else { return "" };
    let text = if passage.notes { &section.notes } else { &section.text };
    let start = passage.span.start as usize;
    text.get(start..start + passage.span.length as usize).unwrap_or("")
}

/// Returns where the text that a passage is part of names articles by their slugs alone.
pub(super) fn names_of(article: &Article, passage: Passage) -> &[(Range<u32>, u32)] {
    let section = article.sections.get(passage.span.section as usize);
    section.map_or(&[], |section| if passage.notes { &section.note_names } else { &section.names })
}

/// Returns the text of a passage with spaces where it names an article by its slug alone: a slug is no word of the text.
fn without_names<'a>(article: &Article, passage: Passage, text: &'a str) -> Cow<'a, str> {
    let names = names_of(article, passage);
    if names.is_empty() {
        return Cow::Borrowed(text);
    }
    let blank = |range: &Range<u32>| Some(" ".repeat(range.len()));
    let ranges: Vec<_> = names.iter().map(|(range, _)| blank(range)).collect();
    let names: Vec<_> = names.iter().zip(0..).map(|((range, _), number)| (range.clone(), number)).collect();
    with_titles(text, passage.span.start as usize, &names, &mut |number| ranges.get(number)?.clone())
}

/// Returns the fingerprint of a whole title or question, as it is indexed; none when it has no words.
fn fingerprint(analyzer: &mut Analyzer, text: &str) -> Option<String> {
    let mut stems: Vec<String> = Vec::new();
    analyzer.analyze(text, |token, forms| {
        if !token.joined {
            stems.push(forms.stem.as_deref().unwrap_or(token.word).to_owned());
        }
    });
    fingerprint_of(stems.iter().map(String::as_str))
}

/// Returns the fingerprint of a text with these stems (words, where they have none).
pub(super) fn fingerprint_of<'a>(stems: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut hasher = FxHasher::default();
    let mut any = false;
    for stem in stems {
        stem.hash(&mut hasher);
        any = true;
    }
    any.then(|| format!("{WHOLE_MARK}{:016x}", hasher.finish()))
}

/// The documents of one article.
pub(super) fn documents(article: &Article, key: u64, fields: &Fields, analyzer: &mut Analyzer) -> Vec<TantivyDocument> {
    let passages = cut(&article.sections);
    let mut maker = Maker { fields, key, analyzer, terms: Terms::default(), documents: Vec::new() };
    let meta = &article.meta;
    maker.add(Kind::Title, passages.len(), Span::default(), false, &[&article.title], true);
    maker.add_some(Kind::Questions, 0, &meta.questions);
    let keywords: Vec<&String> = meta.keywords.iter().chain(&meta.tags).collect();
    maker.add_some(Kind::Keywords, 0, &keywords);
    maker.add_some(Kind::Summary, 0, meta.summary.as_slice());
    let mut path: Vec<(u8, &str)> = Vec::new();
    let mut at = None;
    for (number, passage) in passages.iter().enumerate() {
        let section = article.sections.get(passage.span.section as usize);
        if at != Some(passage.span.section)
            && let Some(section) = section.filter(|section| section.level > 0)
        {
            path.retain(|&(level, _)| level < section.level);
            path.push((section.level, &section.title));
        }
        at = Some(passage.span.section);
        let headings: Vec<&str> = path.iter().map(|&(_, title)| title).collect();
        maker.add_some(Kind::Heading, number, &headings);
        let text = text_of(article, *passage);
        let text = without_names(article, *passage, text);
        maker.add(Kind::Body, number, passage.span, passage.notes, &[text], true);
    }
    maker.finish()
}

/// Makes the documents of one article.
struct Maker<'a> {
    fields: &'a Fields,
    key: u64,
    analyzer: &'a mut Analyzer,
    terms: Terms,
    documents: Vec<TantivyDocument>,
}

/// The terms of one document by class, divided by spaces, as the tokenizer of the index expects.
#[derive(Default)]
struct Terms {
    classes: [String; super::schema::CLASSES],
    /// Prefixes already added, four letters each.
    edges: FxHashSet<[char; EDGE]>,
    length: usize,
}

impl Terms {
    fn clear(&mut self) {
        self.classes.iter_mut().for_each(String::clear);
        self.edges.clear();
        self.length = 0;
    }

    fn push(&mut self, class: Class, term: &str) {
        let terms = &mut self.classes[class as usize];
        if !terms.is_empty() {
            terms.push(' ');
        }
        terms.push_str(term);
    }

    /// Adds a word that stands where the one before it does.
    fn push_same_place(&mut self, word: &str) {
        self.push(Class::Word, "");
        let words = &mut self.classes[Class::Word as usize];
        words.push(SAME_PLACE);
        words.push_str(word);
    }

    fn push_edges(&mut self, word: &str, class: Class, from: usize) {
        let mut edge = ['\0'; EDGE];
        for (i, (at, c)) in word.char_indices().take(EDGE).enumerate() {
            edge[i] = c;
            if i + 1 >= from && self.edges.insert(edge) {
                self.push(class, &word[..at + c.len_utf8()]);
            }
        }
    }
}

impl Maker<'_> {
    fn add_some<S: AsRef<str>>(&mut self, kind: Kind, passage: usize, texts: &[S]) {
        self.add(kind, passage, Span::default(), false, texts, false);
    }

    fn add<S: AsRef<str>>(&mut self, kind: Kind, passage: usize, span: Span, notes: bool, texts: &[S], always: bool) {
        self.terms.clear();
        for (number, text) in texts.iter().enumerate() {
            if number > 0 {
                self.terms.push(Class::Word, BORDER);
            }
            self.analyze(kind, text.as_ref());
        }
        if self.terms.length == 0 && self.terms.classes[0].is_empty() && !always {
            return;
        }
        let length = u16::try_from(self.terms.length).unwrap_or(u16::MAX);
        let facts = Facts { kind, passage: u32::try_from(passage).unwrap_or(u32::MAX), length, notes };
        let mut document = TantivyDocument::new();
        document.add_u64(self.fields.key, self.key);
        document.add_u64(self.fields.facts, facts.pack());
        if kind != Kind::Title {
            document.add_u64(self.fields.span, span.pack());
        }
        for (field, terms) in self.fields.classes.iter().zip(&self.terms.classes) {
            if !terms.is_empty() {
                document.add_text(*field, terms);
            }
        }
        self.documents.push(document);
    }

    fn analyze(&mut self, kind: Kind, text: &str) {
        let terms = &mut self.terms;
        let body = kind == Kind::Body;
        let mut marked = String::new();
        let mut denied = Denied::default();
        self.analyzer.analyze(text, |token, forms| {
            if !token.joined && denied.is(token.word, forms.stop) {
                let stem = forms.stem.as_deref().unwrap_or(token.word);
                terms.push(Class::Stem, &format!("{DENIED_MARK}{stem}"));
            }
            if body && forms.stop {
                marked.clear();
                marked.push(STOP_MARK);
                marked.push_str(token.word);
                terms.push(Class::Word, &marked);
                return;
            }
            terms.length += usize::from(!token.joined);
            if token.joined {
                terms.push_same_place(token.word);
            } else {
                terms.push(Class::Word, token.word);
            }
            if let Some(stem) = &forms.stem {
                terms.push(Class::Stem, stem);
            }
            if let Some(root) = &forms.root {
                terms.push(Class::Root, root);
            }
            let (class, from) = if body { (Class::BodyEdge, BODY_EDGE) } else { (Class::Edge, 1) };
            terms.push_edges(token.word, class, from);
        });
        if matches!(kind, Kind::Title | Kind::Questions)
            && let Some(whole) = fingerprint(self.analyzer, text)
        {
            self.terms.push_same_place(&whole);
        }
    }

    /// Returns the documents; the first, the title, also says how many there are.
    fn finish(mut self) -> Vec<TantivyDocument> {
        let count = self.documents.len() as u64;
        if let Some(title) = self.documents.first_mut() {
            title.add_u64(self.fields.span, count);
        }
        self.documents
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Text;

    fn section(level: u8, text: &str, notes: &str) -> Section {
        Section {
            id: Text::default(),
            level,
            title: "Заголовок".into(),
            text: text.into(),
            notes: notes.into(),
            ..Section::default()
        }
    }

    #[test]
    fn section_is_a_passage_and_notes_stand_alone() {
        let passages = cut(&[section(0, "", ""), section(2, "Текст.", "Лимит 500."), section(2, "", "")]);
        let short: Vec<_> = passages.iter().map(|p| (p.span.section, p.span.length, p.notes)).collect();
        assert_eq!(short, [(1, 11, false), (1, 15, true), (2, 0, false)]);
    }

    #[test]
    fn article_without_text_has_one_passage() {
        assert_eq!(cut(&[]).len(), 1);
        assert_eq!(cut(&[section(0, " ", "тайна")]).iter().filter(|p| !p.notes).count(), 1);
    }

    #[test]
    fn long_section_is_cut_at_paragraphs_and_nothing_is_lost() {
        for text in ["слово ".repeat(150) + "\n", "слово ".repeat(2000), "а\n".repeat(3000)] {
            let text = text.repeat(5);
            let ranges = cut_text(&text);
            assert!(ranges.len() > 1);
            assert_eq!((ranges[0].start, ranges[ranges.len() - 1].end), (0, text.len()));
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert!(ranges.iter().all(|r| text[r.clone()].split_whitespace().count() <= MOST_WORDS + FEW_WORDS));
        }
    }
}
