//! Why a hit has its score and its place, in words that people read: one line for each reason. The API has them beside
//! the numbers, the command line prints them.

use crate::search::{Explanation, Place, WordScore};
use crate::text::Words;

/// Returns the reasons, what decides the place first, then what the score is made of.
pub(crate) fn lines(w: &Words, explanation: &Explanation) -> Vec<String> {
    let reasons = [
        (explanation.best_bet, w.explain_best_bet),
        (explanation.outdated, w.explain_outdated),
        (!explanation.has_all_words, w.explain_lacks),
    ];
    let reasons = reasons.into_iter().filter(|(is_so, _)| *is_so).map(|(_, reason)| reason.to_owned());
    let nearness = (explanation.nearness > 0.0).then(|| format!("+{:.2} {}", explanation.nearness, w.explain_nearness));
    reasons.chain(explanation.words.iter().map(|word| line(w, word))).chain(nearness).collect()
}

fn line(w: &Words, word: &WordScore) -> String {
    let mut notes = Vec::new();
    if word.score == 0.0 {
        notes.push(w.explain_absent.to_owned());
    }
    if !word.places.is_empty() {
        let places = word.places.iter().map(|(place, count)| format!("{} {count}", place_words(w, *place)));
        notes.push(places.collect::<Vec<_>>().join(", "));
    }
    if word.score > 0.0 && !word.typed {
        notes.push(w.explain_other.to_owned());
    }
    if word.stop {
        notes.push(w.explain_stop.to_owned());
    }
    if word.rarity > 0.0 {
        notes.push(format!("{} {:.1}", w.explain_rarity, word.rarity));
    }
    format!("+{:.2} {}: {}", word.score, w.quoted(&word.word), notes.join("; "))
}

fn place_words(w: &Words, place: Place) -> &'static str {
    match place {
        Place::Title => w.place_title,
        Place::Questions => w.place_questions,
        Place::Keywords => w.place_keywords,
        Place::Summary => w.place_summary,
        Place::Heading => w.place_heading,
        Place::Text => w.place_text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn reasons_are_said_in_words() {
        let word = |word: &str, score: f32, typed, stop, places: &[(Place, u32)]| WordScore {
            word: word.to_owned(),
            stop,
            typed,
            rarity: 4.13,
            score,
            places: places.to_vec(),
        };
        let explanation = Explanation {
            best_bet: true,
            outdated: false,
            has_all_words: false,
            words: vec![
                word("возврат", 3.517, true, false, &[(Place::Title, 1), (Place::Text, 2)]),
                word("без", 0.2, false, true, &[]),
                word("чек", 0.0, false, false, &[]),
            ],
            nearness: 0.5,
        };
        insta::assert_snapshot!(lines(Lang::Ru.words(), &explanation).join("\n"), @r"
        заголовок или вопрос статьи и есть запрос: она среди первых
        не хватает слова запроса: она после тех, где есть все
        +3.52 «возврат»: заголовок 1, текст 2; редкость 4.1
        +0.20 «без»: не как набрано: начало слова, исправление или синоним; малое слово; редкость 4.1
        +0.00 «чек»: нет в статье; редкость 4.1
        +0.50 слова стоят рядом, как в запросе
        ");
        assert_eq!(lines(Lang::En.words(), &explanation)[2], "+3.52 “возврат”: title 1, text 2; rarity 4.1");
    }
}
