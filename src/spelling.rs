//! Which known word a misspelt one was meant to be: for keys of the configuration and of front matter, for broken links.
//!
//! Deliberately not search's correction of what readers type, which weighs neighbouring keys and evidence in the index.

/// Returns the nearest of some words to a misspelt one, if one is near enough to be meant: at most a third of its
/// letters differ. Ties go to the first.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 1 + word.chars().count() / 4;
    let near = known.into_iter().map(|candidate| (distance(word, candidate), candidate));
    near.filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

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
        assert_eq!(distance("брнача", "бранч"), 2);
        assert_eq!(distance("ab", "ba"), 1);
    }
}
