//! How far the beginning of a word is from what was typed: for completions, where a word is mistyped before it is whole.
//!
//! An edit counts one: a letter too many, too few, another one, or two that changed places (optimal string alignment).
//! Deliberately knows no keyboard and no ear: there are few words in titles, and what is near in any way is looked at.

/// Longest word that is looked at, in letters.
const LONGEST: usize = 32;

/// What was typed, to be compared with many words.
#[derive(Debug)]
pub(super) struct Slip {
    letters: Vec<char>,
    set: u64,
    edits: usize,
}

impl Slip {
    /// Takes a folded word; none when it is too short to be taken for another, or too long for a word.
    pub(super) fn new(word: &str) -> Option<Self> {
        let letters: Vec<char> = word.chars().collect();
        let edits = match letters.len() {
            4..=7 => 1,
            8..=LONGEST => 2,
            _ => return None,
        };
        Some(Self { set: letter_set(word), letters, edits })
    }

    /// Returns how many edits lead to the nearest beginning of a word, and how many of its bytes that is; none when there
    /// are too many. `set` is the [`letter_set`] of the word, so that most are told apart without a look.
    pub(super) fn of(&self, word: &str, set: u64) -> Option<(usize, usize)> {
        if (self.set & !set).count_ones() as usize > self.edits {
            return None;
        }
        // Column by column of the word, which ends where its beginning can be no nearer. Rows are the letters typed.
        let typed = &self.letters;
        let mut columns = [[usize::MAX / 2; LONGEST + 1]; 3];
        (0..=typed.len()).for_each(|row| columns[0][row] = row);
        let (mut before, mut last, mut now) = (2, 0, 1);
        let mut best: Option<(usize, usize)> = None;
        let mut previous = None;
        for (column, (at, c)) in word.char_indices().enumerate().take(typed.len() + self.edits) {
            columns[now][0] = column + 1;
            for row in 1..=typed.len() {
                let same = usize::from(typed[row - 1] != c);
                let mut cost =
                    (columns[last][row - 1] + same).min(columns[last][row] + 1).min(columns[now][row - 1] + 1);
                if row > 1 && previous == Some(typed[row - 1]) && typed[row - 2] == c {
                    cost = cost.min(columns[before][row - 2] + 1);
                }
                columns[now][row] = cost;
            }
            let cost = columns[now][typed.len()];
            if cost <= self.edits && best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, at + c.len_utf8()));
            }
            previous = Some(c);
            (before, last, now) = (last, now, before);
        }
        best
    }
}

/// Returns the letters of a folded word as a set; letters of other alphabets and digits share what is left.
pub(super) fn letter_set(word: &str) -> u64 {
    word.chars().fold(0, |set, c| {
        let number = match c {
            'а'..='я' => c as u32 - 'а' as u32,
            'a'..='z' => 32 + (c as u32 - 'a' as u32),
            other => 58 + other as u32 % 6,
        };
        set | 1 << number
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip(typed: &str, word: &str) -> Option<(usize, String)> {
        let (edits, bytes) = Slip::new(typed)?.of(word, letter_set(word))?;
        Some((edits, word[..bytes].to_owned()))
    }

    #[test]
    fn nearest_beginning_of_a_word_is_found() {
        let found = |edits, beginning: &str| Some((edits, beginning.to_owned()));
        assert_eq!(slip("возрат", "возврата"), found(1, "возврат"), "a letter too few");
        assert_eq!(slip("вовзра", "возврата"), found(1, "возвра"), "two changed places");
        assert_eq!(slip("доставвк", "доставка"), found(1, "доставк"), "a letter too many");
        assert_eq!(slip("дастафка", "доставка"), found(2, "доставка"), "two other letters");
        assert_eq!(slip("возврат", "возвратный"), found(0, "возврат"));
        assert_eq!(slip("товарищ", "товар"), None);
        assert_eq!(slip("чек", "чак"), None, "three letters may be anything");
        assert_eq!(slip("карта", "доставка"), None);
    }
}
