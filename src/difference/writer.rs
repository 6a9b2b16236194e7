//! Writing what became of blocks as HTML: `<ins class="now">` and `<del class="was">` around words, a class on every block
//! that was added, removed, changed or moved, and its name in words, so that nothing is told by colour alone.

use std::time::Instant;

use super::align::{Inside, Moves, Step};
use super::tree::{Block, Content, Tag};
use super::words::{Side, Word, runs};
use super::{Counts, Fate, Labels};
use crate::article::markdown::escape;

/// Words of a block that was moved away that are shown where it stood.
const LEFT_BEHIND: usize = 8;

pub(super) struct Writer<'a, 'b> {
    pub(super) html: String,
    pub(super) counts: Counts,
    labels: &'a Labels,
    moves: &'a Moves<'b>,
    deadline: Instant,
    /// The name of what became of the block that is written, until there is a place for it.
    label: Option<(&'static str, &'a str)>,
}

impl<'a, 'b> Writer<'a, 'b> {
    pub(super) fn new(labels: &'a Labels, moves: &'a Moves<'b>, deadline: Instant) -> Self {
        Self { html: String::new(), counts: Counts::default(), labels, moves, deadline, label: None }
    }

    /// Writes a step and returns what became of the block.
    pub(super) fn step(&mut self, step: &Step<'_>) -> Fate {
        match step {
            Step::Same(block) => {
                self.block(block, "", Side::Both);
                Fate::Same
            }
            Step::Added(block) if self.moves.numbers.contains(&block.number) => {
                self.counts.moved += 1;
                self.label = Some(("moved", self.labels.moved_here));
                match (self.moves.changed.get(&block.number), &block.content) {
                    (Some(Block { content: Content::Words(old), .. }), Content::Words(new)) => {
                        self.open(block.tag.as_ref(), "d-moved");
                        self.put_label();
                        runs(old, new, self.deadline).iter().for_each(|run| self.words(run.words, run.side));
                        self.close(block.tag.as_ref());
                    }
                    _ => self.block(block, "d-moved", Side::Both),
                }
                Fate::Moved
            }
            Step::Added(block) => {
                self.counts.added += 1;
                self.label = Some(("added", self.labels.added));
                self.block(block, "d-added", Side::New);
                Fate::Added
            }
            Step::Removed(block) if self.moves.numbers.contains(&block.number) => {
                self.left_behind(block);
                Fate::Moved
            }
            Step::Removed(block) => {
                self.counts.removed += 1;
                self.label = Some(("removed", self.labels.removed));
                self.block(block, "d-removed", Side::Old);
                Fate::Removed
            }
            Step::Changed(block, inside) => {
                self.changed(block, inside);
                Fate::Changed
            }
        }
    }

    fn changed(&mut self, block: &Block, inside: &Inside<'_>) {
        match inside {
            Inside::Words(runs) => {
                self.counts.changed += 1;
                self.open(block.tag.as_ref(), "d-changed");
                self.label = Some(("changed", self.labels.changed));
                self.put_label();
                for run in runs {
                    self.words(run.words, run.side);
                }
            }
            Inside::Blocks(steps) => {
                self.open(block.tag.as_ref(), "");
                for step in steps {
                    // Where words alone became blocks, or the other way round, the block itself is one of the steps.
                    self.step(step);
                }
            }
        }
        self.close(block.tag.as_ref());
    }

    /// Writes a block as a whole.
    fn block(&mut self, block: &Block, class: &str, side: Side) {
        self.open(block.tag.as_ref(), class);
        match &block.content {
            Content::Words(words) => {
                self.put_label();
                self.words(words, side);
            }
            Content::Blocks(blocks) => {
                for inside in blocks {
                    self.block(inside, "", side);
                }
            }
        }
        self.close(block.tag.as_ref());
    }

    /// Writes where a block stood that is now elsewhere.
    fn left_behind(&mut self, block: &Block) {
        let shell = match block.name() {
            name @ ("li" | "dt" | "dd" | "tr" | "td" | "th" | "thead" | "tbody" | "tfoot") => name,
            _ => "p",
        };
        self.html.push_str(&format!("<{shell} class=\"d-away\">"));
        let within = match shell {
            "tr" => "<td>",
            "thead" | "tbody" | "tfoot" => "<tr><td>",
            _ => "",
        };
        self.html.push_str(within);
        self.label = Some(("moved", self.labels.moved_away));
        self.put_label();
        let (mut text, mut shown) = (String::new(), 0);
        block.each_word(&mut |word| {
            if shown < LEFT_BEHIND {
                text.push_str(if word.is_space() { " " } else { &word.text });
                shown += usize::from(word.counts());
            }
        });
        escape::push_text(&mut self.html, text.trim());
        self.html.push_str(if block.size > LEFT_BEHIND { "…" } else { "" });
        self.html.push_str(match within {
            "" => "",
            "<td>" => "</td>",
            _ => "</td></tr>",
        });
        self.html.push_str(&format!("</{shell}>\n"));
    }

    fn open(&mut self, tag: Option<&Tag>, class: &str) {
        if let Some(tag) = tag {
            tag.write(&mut self.html, class);
        }
    }

    fn close(&mut self, tag: Option<&Tag>) {
        if let Some(tag) = tag {
            tag.close(&mut self.html);
        }
        self.html.push('\n');
        self.label = None;
    }

    fn put_label(&mut self) {
        if let Some((class, label)) = self.label.take() {
            self.html.push_str(&format!("<span class=\"d-mark {class}\">"));
            escape::push_text(&mut self.html, label);
            self.html.push_str("</span> ");
        }
    }

    /// Writes words, marked when only one of the texts has them.
    pub(super) fn words(&mut self, words: &[Word], side: Side) {
        let (element, class, label) = match side {
            Side::Both => return write_words(&mut self.html, words),
            Side::Old => ("del", "was", self.labels.removed),
            Side::New => ("ins", "now", self.labels.added),
        };
        if words.is_empty() {
            return;
        }
        self.html.push_str(&format!("<{element} class=\"{class}\" data-label=\""));
        escape::push_attribute(&mut self.html, label);
        self.html.push_str("\">");
        write_words(&mut self.html, words);
        self.html.push_str(&format!("</{element}>"));
    }
}

/// Writes words with the elements that they stand in.
pub(super) fn write_words(html: &mut String, words: &[Word]) {
    let mut open: &[Tag] = &[];
    for word in words {
        if !std::ptr::eq(open, &*word.style) {
            let common = open.iter().zip(word.style.iter()).take_while(|(a, b)| a == b).count();
            open[common..].iter().rev().for_each(|tag| tag.close(html));
            word.style[common..].iter().for_each(|tag| tag.write(html, ""));
            open = &word.style;
        }
        match &word.element {
            Some(tag) => tag.write(html, ""),
            None => escape::push_text(html, &word.text),
        }
    }
    open.iter().rev().for_each(|tag| tag.close(html));
}
