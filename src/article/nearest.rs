//! The nearest known name to a misspelt one, for "did you mean".

/// Returns the candidate with the smallest edit distance to `name`, if it is near enough to be a misspelling; of equally
/// near ones the first.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    let most = match name.len() {
        0 | 1 => return None,
        2..=4 => 1,
        5..=9 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let limit = best.map_or(most, |(distance, _)| distance - 1);
        match distance(&name, candidate, limit) {
            Some(0) => return Some(candidate),
            Some(distance) => best = Some((distance, candidate)),
            None => {}
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the number of insertions, deletions, replacements and swaps of neighbours between the texts, if it is at most
/// `limit` (the restricted Damerau-Levenshtein distance).
fn distance(a: &[char], b: &str, limit: usize) -> Option<usize> {
    // The length in bytes bounds the length in characters from above, and is known without decoding.
    if b.len() + limit < a.len() {
        return None;
    }
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).take(a.len() + limit + 1).collect();
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i);
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|&d| d > limit) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|&d| d <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelling_finds_the_word_and_a_stranger_finds_nothing() {
        let known = ["title", "owner", "tags", "status"];
        assert_eq!(nearest("ownr", known), Some("owner"));
        assert_eq!(nearest("tgas", known), Some("tags"));
        assert_eq!(nearest("Title", known), Some("title"));
        assert_eq!(nearest("deadline", known), None);
        assert_eq!(nearest("", known), None);
    }
}
