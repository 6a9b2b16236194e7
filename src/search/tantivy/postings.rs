//! Reading tantivy's dictionaries and postings across segments. Nothing here scores.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader};

use super::schema::{CLASSES, Class, Fields};
use super::sight::Sight;
use super::table::{Found, NOWHERE};

/// Most words a prefix stands for. Words that a reader cannot see do not count.
const EXPANSIONS: usize = 2048;

/// A segment of the index. It is the same for every library that the index held while the segment lived.
#[derive(Clone)]
pub(super) struct Segment {
    pub(super) id: SegmentId,
    classes: [Arc<InvertedIndexReader>; CLASSES],
    /// By document: where it belongs.
    places: Arc<[u32]>,
    /// The articles, with their first document and the one behind their last.
    homes: Arc<[(u32, u32, u32)]>,
}

/// The postings of a term, or of several, by segment.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    found: Vec<(usize, TermInfo)>,
    /// What was looked up, each with [`END`]: the same in every state of the index.
    terms: String,
}

/// Stands behind every term of [`Lists::terms`].
const END: char = '\0';
/// Stands before a beginning of words in [`Lists::terms`].
const BEGINNING: char = '\u{6}';

/// Where the documents of an article stand: next to each other in one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Home {
    /// The number of the segment.
    pub(super) segment: usize,
    /// The first document.
    pub(super) start: u32,
    /// The document behind the last one.
    pub(super) end: u32,
}

impl Lists {
    /// Returns the number of lists.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns the lists with the numbers of their segments.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, (usize, TermInfo)> {
        self.found.iter()
    }

    /// Returns what was looked up, in a form that no other look-up in the same class has.
    pub(super) fn terms(&self) -> &str {
        &self.terms
    }

    /// Returns the number of postings, dead ones too.
    pub(super) fn postings(&self) -> u64 {
        self.found.iter().map(|(_, info)| u64::from(info.doc_freq)).sum()
    }

    /// Returns whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Adds the postings of another term.
    pub(super) fn extend(&mut self, other: Self) {
        self.found.extend(other.found);
        self.terms.push_str(&other.terms);
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({})", self.id.short_uuid_string())
    }
}

impl Segment {
    /// Opens the dictionaries of a segment.
    pub(super) fn open(reader: &SegmentReader, fields: &Fields, found: &Found) -> tantivy::Result<Self> {
        let open = |class: usize| reader.inverted_index(fields.classes[class]);
        let classes = [open(0)?, open(1)?, open(2)?, open(3)?, open(4)?];
        let (places, homes) = (found.places.as_slice().into(), found.homes.as_slice().into());
        Ok(Self { id: reader.segment_id(), classes, places, homes })
    }

    /// Hands every posting of a term to `each`: the place of the document and how often the term stands in it.
    #[inline]
    fn read(&self, class: Class, info: &TermInfo, mut each: impl FnMut(u32, u32) -> bool) {
        // Files are in memory and their checksums were compared, so this cannot fail; if it did, the term has no postings.
        let option = IndexRecordOption::WithFreqs;
        let Ok(mut block) = self.classes[class as usize].read_block_postings_from_terminfo(info, option) else {
            return;
        };
        loop {
            let documents = block.docs();
            if documents.is_empty() {
                return;
            }
            for (i, &document) in documents.iter().enumerate() {
                let place = self.places[document as usize];
                if place != NOWHERE && !each(place, block.freq(i)) {
                    return;
                }
            }
            block.advance();
        }
    }
}

impl Segment {
    /// Hands every word of the dictionary to `each`, in the order of their bytes.
    pub(super) fn words(&self, mut each: impl FnMut(&str)) {
        let Ok(mut stream) = self.classes[Class::Word as usize].terms().stream() else { return };
        while stream.advance() {
            if let Ok(word) = std::str::from_utf8(stream.key()) {
                each(word);
            }
        }
    }
}

/// All segments of an index.
#[derive(Debug, Clone, Default)]
pub(super) struct Segments(pub(super) Vec<Segment>);

impl Segments {
    /// Finds a term in every segment.
    pub(super) fn find(&self, class: Class, term: &str) -> Lists {
        let find = |(number, segment): (usize, &Segment)| {
            let info = segment.classes[class as usize].terms().get(term.as_bytes()).ok().flatten()?;
            Some((number, info))
        };
        let found = self.0.iter().enumerate().filter_map(find).collect();
        Lists { found, terms: format!("{term}{END}") }
    }

    /// Returns the terms of a class that have at least so many postings, dead ones too, with their number.
    pub(super) fn frequent(&self, class: Class, least: u64) -> Vec<(u64, String)> {
        // What is frequent in all segments together is so in one of them for its share.
        let share = u32::try_from(least / self.0.len().max(1) as u64).unwrap_or(u32::MAX);
        let mut terms: FxHashSet<String> = FxHashSet::default();
        for segment in &self.0 {
            let Ok(mut stream) = segment.classes[class as usize].terms().stream() else { continue };
            while let Some((term, info)) = stream.next() {
                if info.doc_freq >= share
                    && let Ok(term) = std::str::from_utf8(term)
                {
                    terms.insert(term.to_owned());
                }
            }
        }
        let counted = terms.into_iter().map(|term| (self.find(class, &term).postings(), term));
        counted.filter(|(postings, _)| *postings >= least).collect()
    }

    /// Finds all words that begin with a prefix and that a reader may see, up to [`EXPANSIONS`], in the order of their bytes.
    pub(super) fn expand(&self, prefix: &str, sight: &Sight) -> Lists {
        let mut terms: Vec<(Vec<u8>, usize, TermInfo)> = Vec::new();
        let mut end = prefix.as_bytes().to_vec();
        // The next string behind all that begin with the prefix: UTF-8 has no byte 0xFF.
        end.push(0xFF);
        for (number, segment) in self.0.iter().enumerate() {
            let range = segment.classes[Class::Word as usize].terms().range().ge(prefix).lt(&end);
            let Ok(mut stream) = range.into_stream() else { continue };
            while let Some((term, info)) = stream.next() {
                terms.push((term.to_vec(), number, info.clone()));
            }
        }
        terms.sort_by(|a, b| a.0.cmp(&b.0));
        let mut lists = Lists { found: Vec::new(), terms: format!("{BEGINNING}{prefix}{END}") };
        let mut words = 0;
        for word in terms.chunk_by(|a, b| a.0 == b.0) {
            let found = word.iter().map(|(_, number, info)| (*number, info.clone())).collect();
            let found = Lists { found, terms: String::new() };
            if terms.len() > EXPANSIONS && !self.any(Class::Word, &found, sight) {
                continue;
            }
            lists.extend(found);
            words += 1;
            if words == EXPANSIONS {
                break;
            }
        }
        lists
    }

    /// Returns where the documents of every article stand; `slots` is the number of slots.
    pub(super) fn homes(&self, slots: usize) -> Vec<Home> {
        let mut homes = vec![Home::default(); slots];
        for (segment, found) in self.0.iter().enumerate() {
            for &(slot, start, end) in &*found.homes {
                homes[slot as usize] = Home { segment, start, end };
            }
        }
        homes
    }

    /// Returns the place of a document.
    #[inline]
    pub(super) fn place(&self, segment: usize, document: u32) -> u32 {
        self.0[segment].places[document as usize]
    }

    /// Returns the places of the documents of every segment.
    pub(super) fn places(&self) -> impl Iterator<Item = &[u32]> {
        self.0.iter().map(|segment| &*segment.places)
    }

    /// Hands to `each` what every posting of one segment that a reader may see counts for: the cell, and how often the term
    /// stands in the document by what the document weighs for this reader (see [`Sight::weights`]).
    #[inline]
    pub(super) fn weigh(
        &self,
        class: Class,
        lists: &Lists,
        segment: usize,
        weights: &[(u32, f32)],
        mut each: impl FnMut(usize, f32),
    ) {
        for (_, info) in lists.found.iter().filter(|(number, _)| *number == segment) {
            let reader = &self.0[segment].classes[class as usize];
            let Ok(mut block) = reader.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs) else {
                continue;
            };
            while !block.docs().is_empty() {
                for (at, &document) in block.docs().iter().enumerate() {
                    let (cell, weight) = weights[document as usize];
                    if weight > 0.0 {
                        each(cell as usize, weight * block.freq(at) as f32);
                    }
                }
                block.advance();
            }
        }
    }

    /// Hands to `each` what the postings of one article count for, as [`Segments::weigh`] does.
    pub(super) fn weigh_home(
        &self,
        class: Class,
        info: &TermInfo,
        home: Home,
        weights: &[(u32, f32)],
        mut each: impl FnMut(usize, f32),
    ) {
        let Some(mut postings) = self.open(class, home.segment, info) else { return };
        if postings.doc() < home.start {
            postings.seek(home.start);
        }
        while postings.doc() < home.end {
            let (cell, weight) = weights[postings.doc() as usize];
            if weight > 0.0 {
                each(cell as usize, weight * postings.term_freq() as f32);
            }
            postings.advance();
        }
    }

    /// Opens a list of postings for seeking.
    pub(super) fn open(&self, class: Class, segment: usize, info: &TermInfo) -> Option<SegmentPostings> {
        let reader = &self.0[segment].classes[class as usize];
        reader.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs).ok()
    }

    /// Opens a list of postings of words to see where they stand.
    pub(super) fn open_with_positions(&self, segment: usize, info: &TermInfo) -> Option<SegmentPostings> {
        let reader = &self.0[segment].classes[Class::Word as usize];
        reader.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions).ok()
    }

    /// Hands every posting to `each`, which returns whether it wants more; segments in order, documents in order.
    #[inline]
    pub(super) fn read(&self, class: Class, lists: &Lists, mut each: impl FnMut(u32, u32) -> bool) {
        for (number, info) in &lists.found {
            self.0[*number].read(class, info, &mut each);
        }
    }

    /// Returns whether a reader may see any of the postings.
    pub(super) fn any(&self, class: Class, lists: &Lists, sight: &Sight) -> bool {
        let mut seen = false;
        self.read(class, lists, |place, _| {
            seen = seen || sight.sees_place(place);
            !seen
        });
        seen
    }
}
