//! What one reader may see of a library, and the statistics over exactly that.
//!
//! Scores, counts and corrections are computed over what is visible, so that neither a hidden article nor a deleted one
//! can change anything a reader gets.

use std::sync::Arc;

use super::schema::{ARTICLE_KINDS, KINDS};
use super::table::{Table, unplace};
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
    /// By passage: the length of the text plus one; 0 when it is not visible.
    bodies: Vec<u16>,
    /// By kind and length: weight over length norm.
    norms: Vec<[f32; LENGTHS]>,
}

impl Sight {
    /// Looks at a library with a reader's access. `articles` are by slot; dead slots have none.
    pub(super) fn new(table: &Table, articles: &[Option<&Arc<Article>>], access: Access) -> Self {
        let mut visible = vec![0u32; articles.len()];
        let mut bodies = vec![0u16; table.slots.len()];
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
                bodies[passage] = table.bodies[passage].saturating_add(1);
                visible[slot] += 1;
                count(ARTICLE_KINDS, table.headings[passage]);
                count(ARTICLE_KINDS + 1, table.bodies[passage]);
            }
            total += u64::from(visible[slot]);
        }
        let norms = (0..KINDS).map(|kind| norms(kind, words[kind] as f64 / fields[kind].max(1) as f64)).collect();
        Self { total: total as f64, visible, bodies, norms }
    }

    /// Returns weight over norm of a field of an article; 0 when the article is not visible.
    #[inline]
    pub(super) fn article(&self, table: &Table, kind: usize, slot: usize) -> f32 {
        if self.visible[slot] == 0 { 0.0 } else { self.norm(kind, table.lengths[slot][kind]) }
    }

    /// Returns weight over norm of a field of a passage; 0 when the passage is not visible.
    #[inline]
    pub(super) fn passage(&self, table: &Table, kind: usize, passage: usize) -> f32 {
        let body = self.bodies[passage];
        if body == 0 {
            0.0
        } else if kind == ARTICLE_KINDS {
            self.norm(kind, table.headings[passage])
        } else {
            self.norm(kind, body - 1)
        }
    }

    /// Returns whether the field of an article or passage is visible.
    #[inline]
    pub(super) fn sees_place(&self, place: u32) -> bool {
        let (kind, id) = unplace(place);
        if kind < ARTICLE_KINDS { self.visible[id] > 0 } else { self.bodies[id] != 0 }
    }

    #[inline]
    fn norm(&self, kind: usize, length: u16) -> f32 {
        self.norms[kind][usize::from(length).min(LENGTHS - 1)]
    }
}

fn norms(kind: usize, average: f64) -> [f32; LENGTHS] {
    let (weight, b) = (f64::from(WEIGHTS[kind]), f64::from(LENGTH[kind]));
    let average = average.max(1.0);
    std::array::from_fn(|length| (weight / (1.0 - b + b * length as f64 / average)) as f32)
}
