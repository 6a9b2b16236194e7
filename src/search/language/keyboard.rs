//! The Russian and the English keyboard: the same keys on the other layout, and which keys are neighbours.

/// The keys of both layouts, row by row: a letter in one is typed where the letter at the same place of the other is.
const ENGLISH: [&str; 3] = ["qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,."];
/// See [`ENGLISH`].
const RUSSIAN: [&str; 3] = ["йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"];
/// Keys outside the rows, and what shift makes of some.
const OTHERS: [(char, char); 9] =
    [('`', 'ё'), ('~', 'Ё'), ('{', 'Х'), ('}', 'Ъ'), (':', 'Ж'), ('"', 'Э'), ('<', 'Б'), ('>', 'Ю'), ('?', ',')];

/// Returns the keys of both layouts, English and Russian, in one order.
pub(crate) fn keys() -> [String; 2] {
    let row = |rows: &[&str; 3], other: fn(&(char, char)) -> char| {
        rows.concat().chars().chain(OTHERS.iter().map(other)).collect()
    };
    [row(&ENGLISH, |keys| keys.0), row(&RUSSIAN, |keys| keys.1)]
}

/// Returns what the same keys give on the Russian layout; other characters stay.
pub(crate) fn to_russian(text: &str) -> String {
    text.chars().map(|c| other_key(c, &ENGLISH, &RUSSIAN, |&(from, to)| (from, to))).collect()
}

/// Returns what the same keys give on the English layout; other characters stay.
pub(crate) fn to_english(text: &str) -> String {
    text.chars().map(|c| other_key(c, &RUSSIAN, &ENGLISH, |&(from, to)| (to, from))).collect()
}

fn other_key(c: char, from: &[&str; 3], to: &[&str; 3], turn: fn(&(char, char)) -> (char, char)) -> char {
    if let Some((_, other)) = OTHERS.iter().map(turn).find(|&(key, _)| key == c) {
        return other;
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    let Some((row, key)) = position(lower, from) else { return c };
    let other = to[row].chars().nth(key).unwrap_or(c);
    if lower == c { other } else { other.to_uppercase().next().unwrap_or(other) }
}

fn position(c: char, rows: &[&str; 3]) -> Option<(usize, usize)> {
    rows.iter().enumerate().find_map(|(row, keys)| Some((row, keys.chars().position(|key| key == c)?)))
}

/// Returns whether two lower-case letters are next to each other on a keyboard.
pub(crate) fn are_neighbours(a: char, b: char) -> bool {
    let near = |rows: &[&str; 3]| {
        let (Some((row_a, key_a)), Some((row_b, key_b))) = (position(a, rows), position(b, rows)) else { return false };
        // The rows are shifted: a key touches the one above it and that one's right neighbour.
        match row_a.abs_diff(row_b) {
            0 => key_a.abs_diff(key_b) == 1,
            1 => {
                let (upper, lower) = if row_a < row_b { (key_a, key_b) } else { (key_b, key_a) };
                upper == lower || upper == lower + 1
            }
            _ => false,
        }
    };
    near(&RUSSIAN) || near(&ENGLISH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_each_other_turned() {
        assert_eq!(to_russian("djpdhfn ltytu"), "возврат денег");
        assert_eq!(to_russian("Gjxtve `krf?"), "Почему ёлка,");
        assert_eq!(to_english("куегкт"), "return");
        assert_eq!(to_english(&to_russian("hello")), "hello");
    }

    #[test]
    fn neighbours_touch() {
        assert!(are_neighbours('а', 'п') && are_neighbours('п', 'е') && are_neighbours('q', 'a'));
        assert!(!are_neighbours('а', 'о') && !are_neighbours('q', 'z') && !are_neighbours('а', 'w'));
    }
}
