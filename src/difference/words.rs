//! The words of a block, each with the elements it stands in, and the difference of two such rows of words.

use std::rc::Rc;
use std::time::Instant;

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::tree::{Node, Numbers, Styles, Tag};

/// The elements among words that a word stands in, outermost first.
pub(super) type Style = Rc<[Tag]>;

/// A word, a space, a mark of punctuation, or an element without content such as an image.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) kind: Kind,
    /// What is shown; of an element nothing.
    pub(super) text: Box<str>,
    /// The element.
    pub(super) element: Option<Tag>,
    pub(super) style: Style,
    /// Equal texts have equal numbers.
    pub(super) number: u32,
    style_number: u32,
}

/// What a [`Word`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Space,
    Mark,
    Element,
}

impl Word {
    /// Returns what words are compared by: the text and the elements it stands in.
    pub(super) fn key(&self) -> u64 {
        u64::from(self.number) << 32 | u64::from(self.style_number)
    }

    pub(super) fn is_space(&self) -> bool {
        self.kind == Kind::Space
    }

    /// Returns whether it says something.
    pub(super) fn counts(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Element)
    }
}

/// The words of all texts that are compared.
#[derive(Debug, Default)]
pub(super) struct Words {
    texts: Numbers<Box<str>>,
    elements: Numbers<Tag>,
    styles: Styles,
}

/// Elements are numbered apart from texts.
const ELEMENTS: u32 = 1 << 31;

impl Words {
    /// Reads the words of nodes that hold no blocks; `as_written` keeps spaces and line ends.
    pub(super) fn read(&mut self, nodes: Vec<Node>, as_written: bool) -> Vec<Word> {
        let mut words = Vec::new();
        let plain = self.styled(Rc::new([]));
        self.read_into(nodes, as_written, &plain, &mut words);
        if !as_written {
            let end = words.iter().rposition(|word| !word.is_space()).map_or(0, |last| last + 1);
            words.truncate(end);
            words.drain(..words.iter().position(|word| !word.is_space()).unwrap_or(0));
        }
        words
    }

    fn read_into(&mut self, nodes: Vec<Node>, as_written: bool, style: &(Style, u32), words: &mut Vec<Word>) {
        for node in nodes {
            match node {
                Node::Text(text) => self.split(&text, as_written, style, words),
                Node::Element(tag, _) if tag.is_empty_element() => {
                    let number = ELEMENTS | self.elements.number(tag.clone());
                    words.push(Word::new(Kind::Element, "", Some(tag), number, style));
                }
                Node::Element(tag, children) => {
                    let inside = self.styled(style.0.iter().cloned().chain([tag]).collect());
                    self.read_into(children, as_written, &inside, words);
                }
            }
        }
    }

    fn split(&mut self, text: &str, as_written: bool, style: &(Style, u32), words: &mut Vec<Word>) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let kind = kind_of(first);
            let end = match kind {
                Kind::Mark => first.len_utf8(),
                _ => rest.find(|c| kind_of(c) != kind).unwrap_or(rest.len()),
            };
            let (text, behind) = rest.split_at(end);
            rest = behind;
            let text = if kind == Kind::Space && !as_written { " " } else { text };
            if kind == Kind::Space && !as_written && words.last().is_some_and(Word::is_space) {
                continue;
            }
            let number = self.texts.number(text.into());
            words.push(Word::new(kind, text, None, number, style));
        }
    }

    fn styled(&mut self, style: Style) -> (Style, u32) {
        let number = self.styles.number(Rc::clone(&style));
        (style, number)
    }
}

impl Word {
    fn new(kind: Kind, text: &str, element: Option<Tag>, number: u32, style: &(Style, u32)) -> Self {
        Self { kind, text: text.into(), element, style: Rc::clone(&style.0), number, style_number: style.1 }
    }
}

/// Returns what a character is part of. Whatever joins to a letter (accents, joiners) belongs to its word.
fn kind_of(c: char) -> Kind {
    if c.is_whitespace() {
        Kind::Space
    } else if c.is_alphanumeric() || c == '_' || unicode_normalization::char::is_combining_mark(c) || is_joiner(c) {
        Kind::Word
    } else {
        Kind::Mark
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}' | '\u{feff}')
}

/// Which of the texts has a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Both,
    Old,
    New,
}

/// Words that stand side by side and have the same fate.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) side: Side,
    pub(super) words: &'a [Word],
}

/// Words of which fewer than one in so many stay are shown as replaced whole.
const FEW: usize = 4;

/// Compares two rows of words.
pub(super) fn runs<'a>(old: &'a [Word], new: &'a [Word], deadline: Instant) -> Vec<Run<'a>> {
    let keys = |words: &[Word]| words.iter().map(Word::key).collect::<Vec<_>>();
    let (old_keys, new_keys) = (keys(old), keys(new));
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old_keys, &new_keys, Some(deadline));
    // Old and new words between what stays, as ranges that touch one another.
    let mut steps: Vec<(bool, usize, usize, usize, usize)> = Vec::new();
    for op in ops {
        let (o, n) = (op.old_range(), op.new_range());
        let same = op.tag() == DiffTag::Equal && new[n.clone()].iter().any(Word::counts);
        match steps.last_mut() {
            // A space or a comma between two changes is part of one change.
            Some(last) if last.0 == same => (last.2, last.4) = (o.end, n.end),
            _ => steps.push((same, o.start, o.end, n.start, n.end)),
        }
    }
    let same = |words: &[Word]| words.iter().filter(|word| word.counts()).count();
    let kept: usize = steps.iter().filter(|step| step.0).map(|step| same(&new[step.3..step.4])).sum();
    if kept * FEW < same(old).max(same(new)) {
        steps = vec![(false, 0, old.len(), 0, new.len())];
    }
    let mut runs = Vec::new();
    let mut push = |side, words: &'a [Word]| {
        if !words.is_empty() {
            runs.push(Run { side, words });
        }
    };
    for (same, o, old_end, n, new_end) in steps {
        if same {
            push(Side::Both, &new[n..new_end]);
            continue;
        }
        // What both sides of a change begin and end with is no change.
        let (before, after) = (&old[o..old_end], &new[n..new_end]);
        let alike = |(a, b): &(&Word, &Word)| a.key() == b.key();
        let start = before.iter().zip(after).take_while(alike).count();
        let (rest_old, rest_new) = (&before[start..], &after[start..]);
        let end = rest_old.iter().rev().zip(rest_new.iter().rev()).take_while(alike).count();
        push(Side::Both, &after[..start]);
        push(Side::Old, &rest_old[..rest_old.len() - end]);
        push(Side::New, &rest_new[..rest_new.len() - end]);
        push(Side::Both, &rest_new[rest_new.len() - end..]);
    }
    runs
}
