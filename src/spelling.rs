//! Which known word a misspelt one was meant to be: for keys of the configuration and of front matter, for broken links.
//!
//! Deliberately not search's correction of what readers type, which weighs neighbouring keys and evidence in the index.

/// Returns the nearest of some words to a misspelt one, if one is near enough to be meant: about a third of its letters
/// differ at most, and never all of them; else the only one that goes on as it begins. Capitals are no difference. Ties go to
/// the first.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let allowed = (1 + letters / 4).min(letters.saturating_sub(1));
    let mut nearest: Option<(usize, &str)> = None;
    let (mut going_on, mut several) = (None, false);
    for candidate in known {
        let lower = candidate.to_lowercase();
        let distance = distance(&word, &lower);
        if distance <= allowed && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, candidate));
        }
        if letters >= LETTERS && lower.starts_with(&word) {
            several |= going_on.replace(candidate).is_some();
        }
    }
    nearest.map(|(_, candidate)| candidate).or(going_on.filter(|_| !several))
}

/// The letters that a beginning needs to stand for a word.
const LETTERS: usize = 3;

/// Returns the edit distance of two words in characters (insert, delete, replace, swap neighbours each cost 1; optimal
/// string alignment).
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_word_finds_its_neighbour() {
        assert_eq!(nearest("ownr", ["title", "owner", "tags"]), Some("owner"));
        assert_eq!(nearest("zzzz", ["title", "owner", "tags"]), None);
        assert_eq!(nearest("b", ["a"]), None, "another letter is another name");
        assert_eq!(nearest("Title", ["title"]), Some("title"));
        assert_eq!(nearest("pub", ["public", "stores"]), Some("public"));
        assert_eq!(nearest("ret", ["returns.days", "returns.fee"]), None, "which of the two?");
        assert_eq!(distance("брнача", "бранч"), 2);
        assert_eq!(distance("ab", "ba"), 1);
    }
}
