//! Why an article has its score: what every word of the query gives, and where it stands.

use tantivy::DocSet;
use tantivy::postings::Postings;

use super::plan::{Plan, Way};
use super::schema::{ARTICLE_KINDS, KINDS, Kind};
use super::score::{Judge, Match, NO_PASSAGE};
use super::table::unplace;
use crate::search::{Place, WordScore};

impl Judge<'_> {
    /// Says what each word of a plan gives to an article that was judged.
    pub(super) fn explain(&mut self, plan: &Plan, found: Match) -> Vec<WordScore> {
        let passage = (found.passage != NO_PASSAGE).then_some(found.passage);
        let scores = self.scores(found.slot, passage);
        let words = plan.groups.iter().zip(&self.weighed.rarities).zip(scores);
        words
            .map(|((group, &rarity), best)| {
                let (score, way) = best.unwrap_or((0.0, None));
                WordScore {
                    word: group.word.word.clone(),
                    stop: group.stop,
                    typed: way.is_some_and(|way| way.typed),
                    rarity,
                    score,
                    places: way.map_or_else(Vec::new, |way| self.places(way, found.slot, passage)),
                }
            })
            .collect()
    }

    /// Returns where the words of a way stand in an article, and how often.
    fn places(&self, way: &Way, slot: u32, passage: Option<u32>) -> Vec<(Place, u32)> {
        let [clauses] = way.parts.as_slice() else { return Vec::new() };
        let mut counts = [0u32; KINDS];
        let home = self.base.homes[slot as usize];
        for clause in clauses {
            // A word is counted by its stem too; the classes are ways to count the same words.
            let mut of_class = [0u32; KINDS];
            for (segment, info) in clause.lists.iter().filter(|(segment, _)| *segment == home.segment) {
                let Some(mut postings) = self.base.segments.open(clause.class, *segment, info) else { continue };
                if postings.doc() < home.start {
                    postings.seek(home.start);
                }
                while postings.doc() < home.end {
                    let (kind, id) = unplace(self.base.segments.place(home.segment, postings.doc()));
                    if kind < ARTICLE_KINDS || passage == u32::try_from(id).ok() {
                        of_class[kind] += postings.term_freq();
                    }
                    postings.advance();
                }
            }
            counts.iter_mut().zip(of_class).for_each(|(count, of_class)| *count = (*count).max(of_class));
        }
        let places = (0u64..).zip(counts).filter(|(_, count)| *count > 0);
        places.filter_map(|(kind, count)| Some((place(Kind::of(kind)?), count))).collect()
    }
}

fn place(kind: Kind) -> Place {
    match kind {
        Kind::Title => Place::Title,
        Kind::Questions => Place::Questions,
        Kind::Keywords => Place::Keywords,
        Kind::Summary => Place::Summary,
        Kind::Heading => Place::Heading,
        Kind::Body => Place::Text,
    }
}
