//! What one reader may see of a library, and the statistics over exactly that.
//!
//! Scores, counts and corrections are computed over what is visible, so that neither a hidden article nor a deleted one
//! can change anything a reader gets.

use std::sync::Arc;

use super::postings::Segments;
use super::schema::{ARTICLE_KINDS, KINDS};
use super::table::{NOWHERE, Table, unplace};
use crate::article::Article;
use crate::audience::Access;

/// Weights of the fields: title, questions, keywords, summary, headings, text (measured on evaluation sets of questions; questions and
/// summary are ours).
const WEIGHTS: [f32; KINDS] = [10.0, 6.0, 3.0, 2.0, 3.0, 1.0];
/// How much the length of a field counts.
const LENGTH: [f32; KINDS] = [0.7, 0.5, 0.3, 0.3, 0.5, 0.7];
/// Lengths are told apart up to this.
const LENGTHS: usize = 1024;

/// What one access sees.
#[derive(Debug)]
pub(super) struct Sight {
    /// The number of visible passages.
    pub(super) total: f64,
    /// By slot: the number of visible passages; 0 when the article is not visible.
    pub(super) visible: Vec<u32>,
    /// By segment and document: the cell its words count for, and the weight of the field over the norm of its length, which
    /// is 0 when it is not visible. Side by side, because what is far apart in memory costs more than adding it up.
    pub(super) weights: Vec<Box<[(u32, f32)]>>,
    /// By passage: whether it is visible.
    passages: Vec<bool>,
    /// The average length of each field, by which the weights are normed.
    pub(super) averages: [f64; KINDS],
    /// Which searcher over the same table this belongs to; they are counted.
    pub(super) generation: u64,
    /// The generation from which on it is known what changed.
    since: u64,
    /// What changed since.
    changes: Changes,
}

/// By generation: the slots that became visible or invisible, ascending.
type Changes = Vec<(u64, Arc<[u32]>)>;

/// Most generations of which it is remembered what changed.
const GENERATIONS: usize = 64;
/// Most slots that are remembered as changed.
const CHANGED: usize = 4096;

impl Sight {
    /// Looks at a library with a reader's access. `articles` are by slot; dead slots have none. `before` is what the same
    /// reader saw of an earlier library with the same table.
    pub(super) fn new(
        table: &Table,
        segments: &Segments,
        articles: &[Option<&Arc<Article>>],
        access: Access,
        generation: u64,
        before: Option<&Self>,
    ) -> Self {
        let mut visible = vec![0u32; articles.len()];
        let mut passages = vec![false; table.slots.len()];
        let mut total = 0u64;
        let mut words = [0u64; KINDS];
        let mut fields = [0u64; KINDS];
        let mut count = |kind: usize, length: u16| {
            words[kind] += u64::from(length);
            fields[kind] += u64::from(length > 0);
        };
        for (slot, article) in articles.iter().enumerate() {
            if !article.is_some_and(|article| article.visible_to(access)) {
                continue;
            }
            for (kind, &length) in table.lengths[slot].iter().enumerate() {
                count(kind, length);
            }
            for passage in table.passages(slot) {
                if table.notes[passage] && !access.sees_notes() {
                    continue;
                }
                passages[passage] = true;
                visible[slot] += 1;
                count(ARTICLE_KINDS, table.headings[passage]);
                count(ARTICLE_KINDS + 1, table.bodies[passage]);
            }
            total += u64::from(visible[slot]);
        }
        let averages = std::array::from_fn(|kind| (words[kind] as f64 / fields[kind].max(1) as f64).max(1.0));
        let norms: Vec<_> = (0..KINDS).map(|kind| norms(kind, averages[kind])).collect();
        let weight = |&place: &u32| {
            if place == NOWHERE {
                return (0, 0.0);
            }
            let (kind, id) = unplace(place);
            let (seen, length) = match kind {
                ..ARTICLE_KINDS => (visible[id] > 0, table.lengths[id][kind]),
                ARTICLE_KINDS => (passages[id], table.headings[id]),
                _ => (passages[id], table.bodies[id]),
            };
            let norm = norms[kind][usize::from(length).min(LENGTHS - 1)];
            (table.cell_of(place), if seen { norm } else { 0.0 })
        };
        let weights = segments.places().map(|places| places.iter().map(weight).collect()).collect();
        let (since, changes) =
            before.map_or((generation, Vec::new()), |before| before.changes_to(&visible, generation));
        Self { total: total as f64, visible, weights, passages, averages, generation, since, changes }
    }

    /// Returns what changed up to a later generation, which sees so much of each slot, and since when that is known.
    fn changes_to(&self, visible: &[u32], generation: u64) -> (u64, Changes) {
        let seen = |slot: usize| self.visible.get(slot).copied().unwrap_or(0);
        let changed = (0..visible.len()).filter(|&slot| visible[slot] != seen(slot)).map(|slot| slot as u32);
        let mut changes = self.changes.clone();
        changes.push((generation, changed.collect()));
        let mut since = self.since;
        let slots = |changes: &[(u64, Arc<[u32]>)]| changes.iter().map(|(_, slots)| slots.len()).sum::<usize>();
        while changes.len() > GENERATIONS || slots(&changes) > CHANGED {
            since = changes.remove(0).0;
        }
        (since, changes)
    }

    /// Returns the slots that became visible or invisible since an earlier generation, ascending; none when that is not
    /// known any more.
    pub(super) fn changed_since(&self, generation: u64) -> Option<Vec<u32>> {
        let later = self.changes.iter().filter(|(changed, _)| *changed > generation);
        let mut slots: Vec<u32> = later.flat_map(|(_, slots)| slots.iter().copied()).collect();
        slots.sort_unstable();
        slots.dedup();
        (generation >= self.since).then_some(slots)
    }

    /// Returns whether the field of an article or passage is visible.
    #[inline]
    pub(super) fn sees_place(&self, place: u32) -> bool {
        let (kind, id) = unplace(place);
        if kind < ARTICLE_KINDS { self.visible[id] > 0 } else { self.passages[id] }
    }
}

fn norms(kind: usize, average: f64) -> [f32; LENGTHS] {
    let (weight, b) = (f64::from(WEIGHTS[kind]), f64::from(LENGTH[kind]));
    std::array::from_fn(|length| (weight / (1.0 - b + b * length as f64 / average)) as f32)
}
