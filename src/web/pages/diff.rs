//! The difference of two texts, line by line and within lines, for people.

use similar::{ChangeTag, TextDiff};

use crate::web::former::THOROUGHNESS;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// Changed lines that stand together, with the unchanged ones around them.
#[derive(Debug)]
pub(super) struct Hunk {
    pub(super) lines: Vec<Line>,
}

/// A line of a difference.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) side: Side,
    /// The line number in the text that has the line: the new one, except for what was removed.
    pub(super) number: usize,
    pub(super) pieces: Vec<Piece>,
}

/// Which of the texts has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Both,
    Removed,
    Added,
}

/// A piece of a line.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether it is what differs from the line it replaces.
    pub(super) marked: bool,
}

/// Compares two texts.
pub(super) fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let diff = TextDiff::configure().timeout(THOROUGHNESS).diff_lines(before, after);
    let groups = diff.grouped_ops(CONTEXT);
    let hunks = groups.iter().map(|group| {
        let lines = group.iter().flat_map(|op| diff.iter_inline_changes(op)).map(|change| {
            let (side, number) = match change.tag() {
                ChangeTag::Equal => (Side::Both, change.new_index()),
                ChangeTag::Delete => (Side::Removed, change.old_index()),
                ChangeTag::Insert => (Side::Added, change.new_index()),
            };
            let pieces = change.iter_strings_lossy().map(|(marked, text)| Piece {
                text: text.trim_end_matches(['\n', '\r']).to_owned(),
                marked: marked && side != Side::Both,
            });
            Line { side, number: number.unwrap_or_default() + 1, pieces: pieces.collect() }
        });
        Hunk { lines: lines.collect() }
    });
    hunks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_word_is_marked_within_its_line() {
        let hunks = hunks("Срок — 3 дня.\nЕще строка.\n", "Срок — 5 дней.\nЕще строка.\n");
        let shown: Vec<String> = hunks[0]
            .lines
            .iter()
            .map(|line| {
                let text = line.pieces.iter().map(|p| if p.marked { format!("[{}]", p.text) } else { p.text.clone() });
                format!("{:?} {} {}", line.side, line.number, text.collect::<String>())
            })
            .collect();
        assert_eq!(shown, ["Removed 1 Срок — [3] [дня.]", "Added 1 Срок — [5] [дней.]", "Both 2 Еще строка."]);
    }

    #[test]
    fn equal_texts_have_no_hunks() {
        assert!(hunks("a\n", "a\n").is_empty());
    }
}
