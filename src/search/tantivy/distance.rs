//! How far apart two words are for people who type: keys that are neighbours, letters that are confused by ear, letters
//! that change places.

use std::sync::LazyLock;

use crate::search::language::keyboard::are_neighbours;

/// Longest word that is compared, in letters.
pub(super) const LONGEST: usize = 32;
/// The number of anything that is no Russian or English letter.
pub(super) const OTHER: u8 = 58;

/// Returns the number of a letter: Russian, then English ones.
pub(super) fn number(c: char) -> u8 {
    match c {
        'а'..='я' => (c as u32 - 'а' as u32) as u8,
        'a'..='z' => 32 + (c as u32 - 'a' as u32) as u8,
        _ => OTHER,
    }
}

/// Returns the letter with a number.
pub(super) fn letter(number: u8) -> Option<char> {
    match number {
        0..32 => char::from_u32('а' as u32 + u32::from(number)),
        32..OTHER => char::from_u32('a' as u32 + u32::from(number - 32)),
        _ => None,
    }
}

/// Returns the set of letters of a word, by which most pairs of words are told apart without a look.
pub(super) fn letter_set(word: impl Iterator<Item = u8>) -> u64 {
    word.fold(0, |set, number| set | 1 << number.min(OTHER))
}

/// Returns how far two words are apart; none when it is more than two slips.
pub(super) fn apart(typed: &str, word: &str) -> Option<f32> {
    let [typed, word] = [typed, word].map(|word| word.chars().map(number).collect::<Vec<_>>());
    let fits = typed.len().max(word.len()) <= LONGEST && typed.len().abs_diff(word.len()) <= 2;
    let found = if fits { compare(&typed, &word, 200, 2, false) } else { None };
    found.map(|(distance, _)| distance as f32 / UNIT)
}

/// Distances are counted in hundredths.
pub(super) const UNIT: f32 = 100.0;
/// The cheapest edit.
pub(super) const CHEAPEST: u32 = 70;
/// Letters that people mix up by ear.
const CONFUSED: [&str; 18] =
    ["оа", "еи", "иы", "зс", "дт", "бп", "вф", "гк", "жш", "шщ", "ьъ", "яе", "ae", "ei", "ou", "ck", "sz", "iy"];

/// By two letters: what it costs to take one for the other.
static SUBSTITUTIONS: LazyLock<Vec<[u32; 64]>> = LazyLock::new(|| {
    let letters: Vec<char> = (0..OTHER).filter_map(letter).collect();
    let mut costs = vec![[100; 64]; 64];
    for (i, &a) in letters.iter().enumerate() {
        for (j, &b) in letters.iter().enumerate() {
            let confused = CONFUSED.iter().any(|pair| pair.contains(a) && pair.contains(b));
            costs[i][j] = match (a == b, confused, are_neighbours(a, b)) {
                (true, ..) => 0,
                (_, true, _) => 70,
                (.., true) => 80,
                _ => 100,
            };
        }
    }
    costs
});

/// Returns the weighted distance (optimal string alignment; weights measured on evaluation sets) of what was typed from
/// a word, or from the beginning of it that is nearest, and the number of letters of what it was compared with; none when
/// it is over the limit. `edits` is the most edits that the limit allows.
pub(super) fn compare(typed: &[u8], word: &[u8], limit: u32, edits: usize, beginning: bool) -> Option<(u32, usize)> {
    const FAR: u32 = u32::MAX / 2;
    let costs = &**SUBSTITUTIONS;
    let insertion = |letters: &[u8], at: usize| {
        let doubled = (at > 0 && letters[at - 1] == letters[at]) || letters.get(at + 1) == Some(&letters[at]);
        if doubled { 70 } else { 95 }
    };
    // Three rows in turn: the one before last is needed for transpositions. Cells far from the diagonal cost too much.
    let mut rows = [[FAR; LONGEST + 1]; 3];
    rows[0][0] = 0;
    for j in 1..=word.len().min(edits) {
        rows[0][j] = rows[0][j - 1] + insertion(word, j - 1);
    }
    let (mut before, mut last, mut now) = (2, 0, 1);
    for i in 1..=typed.len() {
        let (from, to) = (i.saturating_sub(edits), (i + edits).min(word.len()));
        rows[now] = [FAR; LONGEST + 1];
        let deleted = insertion(typed, i - 1);
        let mut least = FAR;
        for j in from..=to {
            let mut best = rows[last][j] + deleted;
            if j > 0 {
                let (a, b) = (typed[i - 1], word[j - 1]);
                best = best.min(rows[last][j - 1] + costs[a as usize][b as usize]);
                best = best.min(rows[now][j - 1] + insertion(word, j - 1));
                if i > 1 && j > 1 && a == word[j - 2] && typed[i - 2] == b && a != b {
                    best = best.min(rows[before][j - 2] + 75);
                }
            }
            rows[now][j] = best;
            least = least.min(best);
        }
        if least > limit {
            return None;
        }
        (before, last, now) = (last, now, before);
    }
    let (distance, letters) = if beginning {
        // Of beginnings that are as near, the one of the length of what was typed, else the shorter one.
        let shortest = typed.len().saturating_sub(edits).min(word.len());
        let ends = shortest..=(typed.len() + edits).min(word.len());
        ends.map(|end| (rows[last][end], end)).min_by_key(|&(far, end)| (far, end.abs_diff(typed.len()), end))?
    } else {
        (rows[last][word.len()], word.len())
    };
    // Few mistype the first letter, but those who do must not be left out.
    let first = if typed.first() == word.first() { 0 } else { 35 };
    (distance <= limit).then_some((distance + first, letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_slip(typed: &str, word: &str, beginning: bool) -> Option<u32> {
        let numbers = |word: &str| word.chars().map(number).collect::<Vec<_>>();
        compare(&numbers(typed), &numbers(word), 105, 1, beginning).map(|(distance, _)| distance)
    }

    #[test]
    fn slips_cost_what_they_are_worth() {
        assert_eq!(one_slip("возрат", "возврат", false), Some(95));
        assert_eq!(one_slip("колекция", "коллекция", false), Some(70));
        assert_eq!(one_slip("вовзрат", "возврат", false), Some(75));
        assert_eq!(one_slip("вазврат", "возврат", false), Some(70));
        assert_eq!(one_slip("аозврат", "возврат", false), Some(80 + 35), "the first letter is seldom mistyped");
        assert_eq!(one_slip("разворот", "возврат", false), None);
    }

    #[test]
    fn nearest_beginning_of_a_word_is_told() {
        let numbers = |word: &str| word.chars().map(number).collect::<Vec<_>>();
        let nearest = |typed: &str, word: &str, edits: usize| {
            let (typed, letters) = (numbers(typed), numbers(word));
            let (_, end) = compare(&typed, &letters, 105 * edits as u32, edits, true)?;
            Some(word.chars().take(end).collect::<String>())
        };
        let found = |beginning: &str| Some(beginning.to_owned());
        assert_eq!(nearest("возрат", "возврата", 1), found("возврат"), "a letter too few");
        assert_eq!(nearest("вовзра", "возврата", 1), found("возвра"), "two changed places");
        assert_eq!(nearest("доставвк", "доставка", 1), found("доставк"), "a letter too many");
        assert_eq!(nearest("дастафка", "доставка", 2), found("доставка"), "two other letters");
        assert_eq!(nearest("возврат", "возвратный", 1), found("возврат"));
        assert_eq!(nearest("товарищ", "товар", 1), None);
    }

    #[test]
    fn beginnings_are_compared_with_beginnings() {
        assert_eq!(one_slip("воврат", "возвратами", true), Some(95));
        assert_eq!(one_slip("дотав", "доставка", true), Some(95));
        assert_eq!(one_slip("дотав", "доставка", false), None);
        assert_eq!(one_slip("возв", "возврат", true), Some(0));
    }
}
