//! Footnotes: numbered by first mention, and moved to the end.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Writer;
use crate::article::markdown::fragment::Draft;
use crate::article::markdown::plain::Plain;
use crate::diagnostic::Finding;

#[derive(Default)]
pub(super) struct Footnotes {
    /// Numbers by name in lower case.
    pub(super) numbers: FxHashMap<String, usize>,
    /// Which numbers a reference leads back from.
    pub(super) referred: Vec<usize>,
    /// Definitions at the top level: number and range in the HTML.
    pub(super) definitions: Vec<(usize, Range<u32>)>,
    /// Whether one of them is shown to everybody.
    any_shown: bool,
    pub(super) open: Option<(usize, u32)>,
    /// Whether the open definition is a note of its own.
    hidden: bool,
}

impl Footnotes {
    /// Numbers those that are known to be mentioned first.
    pub(super) fn in_order(names: Vec<String>) -> Self {
        Self { numbers: names.into_iter().zip(1..).collect(), ..Self::default() }
    }
}

impl Writer<'_> {
    pub(super) fn footnote_number(&mut self, name: &str) -> usize {
        let next = self.footnotes.numbers.len() + 1;
        *self.footnotes.numbers.entry(name.to_lowercase()).or_insert(next)
    }

    pub(super) fn footnote_reference(&mut self, name: &str, range: &Range<usize>) {
        if self.notes.undefines(range.start) {
            self.write_text(&self.text[range.clone()]);
            return self.undefined_finding(range);
        }
        let number = self.footnote_number(name);
        if self.open_image.is_some() {
            return;
        }
        let first = !self.in_note && !self.footnotes.referred.contains(&number);
        if first {
            self.footnotes.referred.push(number);
        }
        let id = if first { format!(" id=\"fnref-{number}\"") } else { String::new() };
        self.draft.reference(&format!("<sup class=\"footnote-ref\"><a href=\"#fn-{number}\"{id}>{number}</a></sup>"));
    }

    /// Tells the author that a definition is not there for those who read no notes.
    pub(super) fn undefined_finding(&mut self, range: &Range<usize>) {
        let (line, column) = self.lines.place(range.start);
        let what = self.text[range.clone()].to_owned();
        self.findings.push((line, column, Finding::DefinedInNote { what }));
    }

    pub(super) fn start_footnote(&mut self, name: &str, range: &Range<usize>) {
        let number = self.footnote_number(name);
        if self.depth == 0 {
            self.draft.fresh_line();
            self.footnotes.open = Some((number, self.draft.at()));
        }
        let hides = self.notes.hides_footnote(range.start) || self.notes.hides_block(range.start);
        if !self.in_note && hides {
            self.footnotes.hidden = true;
            self.start_note();
        }
        self.draft.fresh_line();
        self.depth += 1;
        self.draft.push(&format!("<div class=\"footnote\" id=\"fn-{number}\"><sup>{number}</sup>\n"));
        self.plain(Plain::block);
    }

    pub(super) fn end_footnote(&mut self) {
        self.depth -= 1;
        self.plain(Plain::block);
        self.draft.push("</div>\n");
        if std::mem::take(&mut self.footnotes.hidden) {
            self.end_note();
        } else {
            self.footnotes.any_shown = true;
        }
        if self.depth == 0
            && let Some((number, start)) = self.footnotes.open.take()
        {
            self.footnotes.definitions.push((number, start..self.draft.at()));
        }
    }

    /// Moves the footnotes to the end, by number.
    pub(super) fn with_footnotes_last(&mut self) -> Draft {
        let mut draft = std::mem::take(&mut self.draft);
        let mut definitions = std::mem::take(&mut self.footnotes.definitions);
        if definitions.is_empty() {
            draft.html.shrink_to_fit();
            return draft;
        }
        let cuts: Vec<_> = definitions.iter().map(|(_, range)| range.clone()).collect();
        let mut body = draft.slice(0..draft.at(), &cuts);
        definitions.sort_by_key(|&(number, _)| number);
        // Around hidden ones there is nothing to see.
        let (start, end) =
            if self.footnotes.any_shown { ("<section class=\"footnotes\">\n", "</section>\n") } else { ("", "") };
        body.push(start);
        for (_, range) in definitions {
            body.append(&draft, range);
        }
        body.push(end);
        body
    }
}
