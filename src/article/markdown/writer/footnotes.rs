//! Footnotes: numbered by first mention, and moved to the end.

use std::ops::Range;

use pulldown_cmark::CowStr;
use rustc_hash::FxHashMap;

use super::Writer;
use crate::article::markdown::fragment::Draft;
use crate::article::markdown::plain::Plain;

#[derive(Default)]
pub(super) struct Footnotes<'a> {
    pub(super) numbers: FxHashMap<CowStr<'a>, usize>,
    /// Which numbers a reference leads back from.
    pub(super) referred: Vec<usize>,
    /// Definitions at the top level: number and range in the HTML.
    pub(super) definitions: Vec<(usize, Range<u32>)>,
    pub(super) open: Option<(usize, u32)>,
}

impl<'a> Writer<'a> {
    pub(super) fn footnote_number(&mut self, name: CowStr<'a>) -> usize {
        let next = self.footnotes.numbers.len() + 1;
        *self.footnotes.numbers.entry(name).or_insert(next)
    }

    pub(super) fn footnote_reference(&mut self, name: CowStr<'a>) {
        let number = self.footnote_number(name);
        if self.open_image.is_some() {
            return;
        }
        let first = !self.footnotes.referred.contains(&number);
        if first {
            self.footnotes.referred.push(number);
        }
        let id = if first { format!(" id=\"fnref-{number}\"") } else { String::new() };
        self.draft.reference(&format!("<sup class=\"footnote-ref\"><a href=\"#fn-{number}\"{id}>{number}</a></sup>"));
    }

    pub(super) fn start_footnote(&mut self, name: CowStr<'a>) {
        let number = self.footnote_number(name);
        self.draft.fresh_line();
        if self.depth == 0 {
            self.footnotes.open = Some((number, self.draft.at()));
        }
        self.depth += 1;
        self.draft.push(&format!("<div class=\"footnote\" id=\"fn-{number}\"><sup>{number}</sup>\n"));
        self.plain(Plain::block);
    }

    pub(super) fn end_footnote(&mut self) {
        self.depth -= 1;
        self.plain(Plain::block);
        self.draft.push("</div>\n");
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
        body.push("<section class=\"footnotes\">\n");
        for (_, range) in definitions {
            body.append(&draft, range);
        }
        body.push("</section>\n");
        body
    }
}
