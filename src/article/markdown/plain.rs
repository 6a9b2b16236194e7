//! Plain text, written along with the HTML: of sections for search, of answers for copying.

use std::fmt::Write;
use std::ops::Range;

use crate::article::Names;

/// A plain text that is being written.
#[derive(Debug, Default)]
pub(super) struct Plain {
    out: String,
    gap: Gap,
    /// Whether it is to be read by people: paragraphs apart, list marks, addresses of links.
    formatted: bool,
    /// The open lists; of a numbered one the next number.
    lists: Vec<Option<u64>>,
    /// The mark of the list item that has just begun.
    mark: String,
    /// Where the text of the open link begins.
    link: usize,
    /// Where links to articles have no words of their own, and their numbers.
    names: Vec<(Range<u32>, u32)>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Line,
    Paragraph,
}

impl Plain {
    /// Returns an empty text to be read by people.
    pub(super) fn formatted() -> Self {
        Self { formatted: true, ..Self::default() }
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.open();
        self.out.push_str(text);
    }

    /// Writes what stands for a break between two lines of one paragraph.
    pub(super) fn space(&mut self) {
        if self.gap == Gap::None && !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
    }

    /// Ends the line.
    pub(super) fn line(&mut self) {
        self.gap = self.gap.max(Gap::Line);
    }

    /// Ends or begins a block.
    pub(super) fn block(&mut self) {
        let apart = self.formatted && self.lists.is_empty();
        self.gap = self.gap.max(if apart { Gap::Paragraph } else { Gap::Line });
    }

    /// Divides the cells of a table row.
    pub(super) fn cell(&mut self) {
        if self.gap == Gap::None && !self.out.is_empty() {
            self.out.push_str(" | ");
        }
    }

    pub(super) fn list(&mut self, start: Option<u64>) {
        self.block();
        self.lists.push(start);
    }

    pub(super) fn end_list(&mut self) {
        self.lists.pop();
        self.mark.clear();
        self.block();
    }

    pub(super) fn item(&mut self) {
        self.line();
        if !self.formatted {
            return;
        }
        self.mark.clear();
        let depth = self.lists.len();
        self.mark.extend(std::iter::repeat_n("  ", depth.saturating_sub(1)));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                write!(self.mark, "{number}. ").expect("writing to a string does not fail");
                *number = number.saturating_add(1);
            }
            _ => self.mark.push_str("- "),
        }
    }

    pub(super) fn link(&mut self) {
        self.open();
        self.link = self.out.len();
    }

    /// Ends a link; an address outside is written behind its text, unless the text is the address.
    pub(super) fn end_link(&mut self, outside: Option<&str>) {
        let Some(address) = outside.filter(|_| self.formatted) else { return };
        let shown = address.strip_prefix("mailto:").or_else(|| address.strip_prefix("tel:")).unwrap_or(address);
        let text = self.out.get(self.link..).unwrap_or_default();
        if text != shown && text != address {
            let begun = !text.is_empty();
            self.text(&if begun { format!(" ({shown})") } else { shown.to_owned() });
        }
    }

    /// Remembers that the text of the link that ends here is the bare name of an article.
    pub(super) fn name(&mut self, link: u32) {
        if self.link < self.out.len() {
            self.names.push((self.link as u32..self.out.len() as u32, link));
        }
    }

    /// Returns where the text names articles by their slugs alone; to be asked before the text is taken.
    pub(super) fn take_names(&mut self) -> Names {
        let mut names = std::mem::take(&mut self.names);
        let end = self.out.trim_end().len() as u32;
        names.retain(|(place, _)| place.end <= end);
        names.into()
    }

    /// Returns the text written, and begins anew.
    pub(super) fn take(&mut self) -> String {
        let mut out = std::mem::take(&mut self.out);
        self.names.clear();
        self.gap = Gap::None;
        out.truncate(out.trim_end().len());
        out.shrink_to_fit();
        out
    }

    fn open(&mut self) {
        if self.gap != Gap::None && !self.out.is_empty() {
            self.out.truncate(self.out.trim_end_matches([' ', '\t']).len());
            self.out.push_str(if self.gap == Gap::Paragraph { "\n\n" } else { "\n" });
        }
        self.gap = Gap::None;
        self.out.push_str(&self.mark);
        self.mark.clear();
    }
}
