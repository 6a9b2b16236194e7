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
}

impl Sight {
    /// Looks at a library with a reader's access. `articles` are by slot; dead slots have none.
    pub(super) fn new(table: &Table, segments: &Segments, articles: &[Option<&Arc<Article>>], access: Access) -> Self {
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
        let norms: Vec<_> =
            (0..KINDS).map(|kind| norms(kind, words[kind] as f64 / fields[kind].max(1) as f64)).collect();
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
        Self { total: total as f64, visible, weights, passages }
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
    let average = average.max(1.0);
    std::array::from_fn(|length| (weight / (1.0 - b + b * length as f64 / average)) as f32)
}
