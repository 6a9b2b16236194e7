//! Phrases in quotes: words that must stand next to each other, as they are written, in one title, question, heading or
//! passage. What is not closed by a quotation mark is no phrase.

use tantivy::DocSet;
use tantivy::postings::{Postings, SegmentPostings};

use super::postings::Segments;
use super::schema::{Class, Kind, STOP_MARK};
use super::sight::Sight;
use super::table::{NOWHERE, Table, unplace};
use crate::search::language::Analyzer;

/// Most phrases of a query.
const MAX_PHRASES: usize = 4;
/// Most words of a phrase; the surplus is not looked for.
const MAX_WORDS: usize = 16;
/// Opening quotation marks, and what closes each.
const MARKS: [(char, &[char]); 4] = [('"', &['"']), ('«', &['»']), ('“', &['”']), ('„', &['“', '”'])];

/// Words next to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The words, folded, and whether each is a stop word.
    words: Vec<(String, bool)>,
    /// As it was written, without the marks.
    pub(super) text: String,
}

/// Finds the phrases of a text.
pub(super) fn read(analyzer: &mut Analyzer, text: &str) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    let mut rest = text;
    while phrases.len() < MAX_PHRASES {
        let opening = rest.char_indices().find_map(|(at, c)| {
            let (_, closing) = MARKS.iter().find(|(opening, _)| *opening == c)?;
            Some((at + c.len_utf8(), *closing))
        });
        let Some((start, closing)) = opening else { break };
        rest = &rest[start..];
        let Some(end) = rest.find(closing) else { continue };
        let inside = &rest[..end];
        let mut words = Vec::new();
        analyzer.analyze(inside, |token, forms| {
            if !token.joined && words.len() < MAX_WORDS {
                words.push((token.word.to_owned(), forms.stop));
            }
        });
        if !words.is_empty() {
            phrases.push(Phrase { words, text: inside.trim().to_owned() });
        }
        let mark = rest[end..].chars().next().map_or(0, char::len_utf8);
        rest = &rest[end + mark..];
    }
    phrases
}

impl Phrase {
    /// Returns the slots of the visible articles that have the phrase where a reader may see it, ascending.
    pub(super) fn holders(&self, segments: &Segments, table: &Table, sight: &Sight) -> Vec<u32> {
        let mut slots = Vec::new();
        for body in [false, true] {
            // Stop words of the text are indexed with a mark.
            let term = |(word, stop): &(String, bool)| match *stop && body {
                true => format!("{STOP_MARK}{word}"),
                false => word.clone(),
            };
            let lists: Vec<_> = self.words.iter().map(|word| segments.find(Class::Word, &term(word))).collect();
            for segment in 0..segments.0.len() {
                let open = |list: &super::postings::Lists| {
                    let (_, info) = list.iter().find(|(number, _)| *number == segment)?;
                    segments.open_with_positions(segment, info)
                };
                let Some(mut words) = lists.iter().map(open).collect::<Option<Vec<_>>>() else { continue };
                each_document(&mut words, |document| {
                    let place = segments.place(segment, document);
                    if place == NOWHERE || !sight.sees_place(place) {
                        return;
                    }
                    let (kind, id) = unplace(place);
                    if (kind == Kind::Body as usize) == body {
                        let passage = kind == Kind::Body as usize || kind == Kind::Heading as usize;
                        slots.push(if passage { table.slots[id] } else { id as u32 });
                    }
                });
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}

/// Hands to `each` the documents in which words stand one behind the other.
fn each_document(words: &mut [SegmentPostings], mut each: impl FnMut(u32)) {
    let Some((first, others)) = words.split_first_mut() else { return };
    let (mut starts, mut places) = (Vec::new(), Vec::new());
    while first.doc() != tantivy::TERMINATED {
        let document = first.doc();
        let missing = others.iter_mut().find_map(|other| {
            let at = if other.doc() < document { other.seek(document) } else { other.doc() };
            (at != document).then_some(at)
        });
        if let Some(next) = missing {
            first.seek(next.max(document + 1));
            continue;
        }
        first.positions(&mut starts);
        for (distance, other) in (1..).zip(others.iter_mut()) {
            other.positions(&mut places);
            starts.retain(|start| places.binary_search(&(start + distance)).is_ok());
        }
        if !starts.is_empty() {
            each(document);
        }
        first.advance();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_what_closed_quotation_marks_hold() {
        let mut analyzer = Analyzer::default();
        let mut texts = |text| read(&mut analyzer, text).into_iter().map(|phrase| phrase.text).collect::<Vec<_>>();
        assert_eq!(texts("как \"возврат денег\" и «без чека»"), ["возврат денег", "без чека"]);
        assert_eq!(texts("размер 15\" экран"), [""; 0]);
        assert_eq!(texts("\"\" «» „нет чека“"), ["нет чека"]);
        assert_eq!(texts("\"незакрытая"), [""; 0]);
    }
}
