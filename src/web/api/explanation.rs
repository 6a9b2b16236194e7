//! Why a hit has its score and its place, on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::search::rounded;
use crate::search::{Explanation as Explained, Place};
use crate::text::Words;
use crate::web::explain;

/// Why a hit has its score and its place. The scores of the words and `nearness` add up to the score.
#[derive(Serialize, ToSchema)]
pub(super) struct Explanation<'a> {
    /// Its title or one of its questions is the query: such articles come first.
    best_bet: bool,
    /// It is archived or superseded: such articles come last.
    outdated: bool,
    /// It does not lack one of two words that were asked for: such articles come before those that do.
    has_all_words: bool,
    /// What each word of the query gives.
    words: Vec<WordScore<'a>>,
    /// What it gives that words stand near each other as in the query.
    nearness: f64,
    /// The same in words, one reason a line, in the language of the `ui` cookie or of `Accept-Language`.
    text: Vec<String>,
}

/// What a word of the query gives to the score.
#[derive(Serialize, ToSchema)]
struct WordScore<'a> {
    /// The word that was searched.
    word: &'a str,
    /// Whether it is a stop word, which counts little.
    stop: bool,
    /// Whether it was met as it was typed, in any of its forms.
    typed: bool,
    /// How rare it is among what the reader may see: the larger, the rarer.
    rarity: f64,
    /// What it adds to the score; 0 when the article does not have it.
    score: f64,
    /// Where it stands and how often; empty when that is not known.
    places: Vec<Stands>,
}

/// Where a word stands.
#[derive(Serialize, ToSchema)]
#[schema(as = WordPlace)]
struct Stands {
    /// The part of the article.
    #[schema(value_type = PlaceName)]
    place: &'static str,
    /// How often it stands there.
    count: u32,
}

/// A part of an article that is searched.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the texts of `place` in the OpenAPI document")]
pub(super) enum PlaceName {
    /// The title.
    Title,
    /// The questions.
    Questions,
    /// Keywords and tags.
    Keywords,
    /// The summary.
    Summary,
    /// The headings above the best passage and its own.
    Heading,
    /// The best passage itself.
    Text,
}

impl<'a> Explanation<'a> {
    pub(super) fn of(w: &Words, explained: &'a Explained) -> Self {
        let stands = |&(place, count): &(Place, u32)| Stands { place: name(place), count };
        let words = explained.words.iter().map(|word| WordScore {
            word: &word.word,
            stop: word.stop,
            typed: word.typed,
            rarity: rounded(word.rarity),
            score: rounded(word.score),
            places: word.places.iter().map(stands).collect(),
        });
        Self {
            best_bet: explained.best_bet,
            outdated: explained.outdated,
            has_all_words: explained.has_all_words,
            words: words.collect(),
            nearness: rounded(explained.nearness),
            text: explain::lines(w, explained),
        }
    }
}

const fn name(place: Place) -> &'static str {
    match place {
        Place::Title => "title",
        Place::Questions => "questions",
        Place::Keywords => "keywords",
        Place::Summary => "summary",
        Place::Heading => "heading",
        Place::Text => "text",
    }
}
