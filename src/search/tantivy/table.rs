//! Where every document of the index belongs: slots for articles, ids for passages, and their lengths.
//!
//! A slot is given to an article version when its title is first seen in a segment, and never to another one, so a
//! segment is looked at once in its life: deleted documents keep ids that nobody sees any more. When too many are dead,
//! the engine starts a new table.

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::SegmentReader;

use super::schema::{ARTICLE_KINDS, FACTS, Facts, KEY, KINDS, Kind, SPAN, Span};

/// The place of a document that belongs to nothing.
pub(super) const NOWHERE: u32 = u32::MAX;
const KIND_BITS: u32 = 3;
const _: () = assert!(KINDS <= 1 << KIND_BITS);

/// Packs what a document is: its kind and the slot or passage it belongs to.
pub(super) fn place(kind: Kind, id: u32) -> u32 {
    id << KIND_BITS | kind as u32
}

/// Returns the number of the kind and the slot or passage.
pub(super) fn unplace(place: u32) -> (usize, usize) {
    ((place & ((1 << KIND_BITS) - 1)) as usize, (place >> KIND_BITS) as usize)
}

/// Articles and passages of the index, alive and dead.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// By slot: the key.
    pub(super) keys: Vec<u64>,
    /// By slot: the first passage, and one more for the end.
    pub(super) first: Vec<u32>,
    /// By slot: the lengths of the fields an article has once.
    pub(super) lengths: Vec<[u16; ARTICLE_KINDS]>,
    /// By passage: the slot.
    pub(super) slots: Vec<u32>,
    /// By cell: the slot. An article has a cell for its own fields, see [`Table::cell`], and behind it one for each passage.
    pub(super) owners: Vec<u32>,
    /// By passage: the length of the heading path.
    pub(super) headings: Vec<u16>,
    /// By passage: the length of the text.
    pub(super) bodies: Vec<u16>,
    /// By passage: where its text stands.
    pub(super) spans: Vec<Span>,
    /// By passage: whether it is an internal note.
    pub(super) notes: Vec<bool>,
}

impl Table {
    /// Returns the passages of a slot.
    pub(super) fn passages(&self, slot: usize) -> std::ops::Range<usize> {
        self.first[slot] as usize..self.first[slot + 1] as usize
    }

    /// Returns the cell of an article's own fields.
    pub(super) fn cell(&self, slot: u32) -> usize {
        (self.first[slot as usize] + slot) as usize
    }

    /// Returns the cell of a place.
    pub(super) fn cell_of(&self, place: u32) -> u32 {
        let (kind, id) = unplace(place);
        if kind < ARTICLE_KINDS { self.first[id] + id as u32 } else { id as u32 + self.slots[id] + 1 }
    }

    fn add(&mut self, key: u64, passages: u32) -> u32 {
        let slot = u32::try_from(self.keys.len()).expect("fewer articles than 2^29");
        if self.first.is_empty() {
            self.first.push(0);
        }
        let end = self.slots.len() + passages as usize;
        self.keys.push(key);
        self.first.push(u32::try_from(end).expect("fewer passages than 2^29"));
        self.lengths.push([0; ARTICLE_KINDS]);
        self.slots.resize(end, slot);
        self.owners.resize(self.owners.len() + 1 + passages as usize, slot);
        self.headings.resize(end, 0);
        self.bodies.resize(end, 0);
        self.spans.resize(end, Span::default());
        self.notes.resize(end, false);
        slot
    }

    /// Notes what a document says and returns its place.
    fn note(&mut self, slot: u32, facts: Facts, span: u64) -> u32 {
        if (facts.kind as usize) < ARTICLE_KINDS {
            self.lengths[slot as usize][facts.kind as usize] = facts.length;
            return place(facts.kind, slot);
        }
        let range = self.passages(slot as usize);
        let id = range.start + facts.passage as usize;
        if id >= range.end {
            return NOWHERE;
        }
        if facts.kind == Kind::Heading {
            self.headings[id] = facts.length;
        } else {
            self.bodies[id] = facts.length;
            self.spans[id] = Span::unpack(span);
            self.notes[id] = facts.notes;
        }
        place(facts.kind, u32::try_from(id).unwrap_or(NOWHERE))
    }
}

/// What was found out about the documents of a segment.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By document: its place.
    pub(super) places: Vec<u32>,
    /// The articles, with their first document and the one behind their last.
    pub(super) homes: Vec<(u32, u32, u32)>,
    /// Keys of living documents that nobody wants.
    pub(super) strays: FxHashSet<u64>,
    /// The number of living documents by slot.
    pub(super) documents: FxHashMap<u32, u64>,
    /// The number of documents a slot should have.
    pub(super) expected: FxHashMap<u32, u64>,
}

/// Looks at every document of a segment. New slots are given to keys that are `wanted`.
pub(super) fn read_segment(
    segment: &SegmentReader,
    table: &mut Table,
    slots: &mut FxHashMap<u64, u32>,
    wanted: &dyn Fn(u64) -> bool,
) -> tantivy::Result<Found> {
    let documents = segment.max_doc() as usize;
    let column = |name| -> tantivy::Result<Vec<u64>> {
        let column = segment.fast_fields().u64(name)?.first_or_default_col(0);
        let mut values = vec![0; documents];
        column.get_range(0, &mut values);
        Ok(values)
    };
    let (keys, facts, spans) = (column(KEY)?, column(FACTS)?, column(SPAN)?);
    let alive = segment.alive_bitset();
    let mut found = Found { places: vec![NOWHERE; documents], ..Found::default() };
    let mut last: Option<(u64, Option<u32>)> = None;
    for (document, &key) in keys.iter().enumerate() {
        if alive.is_some_and(|alive| !alive.is_alive(u32::try_from(document).unwrap_or(u32::MAX))) {
            continue;
        }
        let Some(fact) = Facts::unpack(facts[document]) else { continue };
        if last.is_none_or(|(last, _)| last != key) {
            let slot = slots.get(&key).copied().filter(|_| wanted(key)).or_else(|| {
                (fact.kind == Kind::Title && wanted(key)).then(|| {
                    let slot = table.add(key, fact.passage);
                    slots.insert(key, slot);
                    slot
                })
            });
            if slot.is_none() {
                found.strays.insert(key);
            }
            last = Some((key, slot));
        }
        if let Some((_, Some(slot))) = last {
            found.places[document] = table.note(slot, fact, spans[document]);
            let at = document as u32;
            match found.homes.last_mut().filter(|(last, ..)| *last == slot) {
                Some((.., end)) => *end = at + 1,
                None => found.homes.push((slot, at, at + 1)),
            }
            *found.documents.entry(slot).or_default() += 1;
            if fact.kind == Kind::Title {
                found.expected.insert(slot, spans[document]);
            }
        }
    }
    Ok(found)
}
