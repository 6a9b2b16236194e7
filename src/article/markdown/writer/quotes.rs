//! Block quotes: answers, internal notes, alerts, and those that only quote.

use std::ops::Range;

use pulldown_cmark::BlockQuoteKind;

use super::Writer;
use crate::article::Answer;
use crate::article::markdown::escape;
use crate::article::markdown::fragment::{Draft, Place};
use crate::article::markdown::marks::{Kind, unquoted, without};
use crate::article::markdown::plain::Plain;
use crate::diagnostic::Finding;

pub(super) enum Quote {
    Plain,
    Alert,
    Note,
    Answer,
}

pub(super) struct OpenAnswer {
    pub(super) channel: Option<String>,
    pub(super) plain: Plain,
    pub(super) html_from: u32,
    pub(super) source: Range<usize>,
    pub(super) text_from: usize,
    pub(super) place: (u32, u32),
}

/// The text before the first heading of level 2, which is the answer of an article without answer blocks.
#[derive(Default)]
pub(super) struct Lead {
    pub(super) plain: Plain,
    /// Where it begins in the source and in the HTML.
    pub(super) from: (usize, u32),
    /// Where it ends, once that is known.
    pub(super) to: Option<(usize, u32)>,
}

impl Writer<'_> {
    pub(super) fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range<usize>) {
        self.depth += 1;
        let mark = self.marks.of_quote(self.text, &range);
        self.draft.fresh_line();
        let quote = match (mark, kind) {
            (Some((mark, kind)), _) if kind.is_internal() && !self.in_note => {
                self.skip_to = mark.end;
                self.start_note();
                Quote::Note
            }
            (Some((mark, kind)), _) if kind.is_internal() => {
                self.skip_to = mark.end;
                self.plain_quote()
            }
            (Some((mark, Kind::Answer(channel))), _) if self.answer.is_none() && !self.in_note => {
                self.skip_to = mark.end;
                self.start_answer(channel, range, mark.end);
                Quote::Answer
            }
            (_, Some(kind)) => {
                let name = match kind {
                    BlockQuoteKind::Note => "note",
                    BlockQuoteKind::Tip => "tip",
                    BlockQuoteKind::Important => "important",
                    BlockQuoteKind::Warning => "warning",
                    BlockQuoteKind::Caution => "caution",
                };
                self.draft.push(&format!("<aside class=\"alert alert-{name}\">\n"));
                Quote::Alert
            }
            _ => self.plain_quote(),
        };
        self.quotes.push(quote);
        self.plain(Plain::block);
    }

    pub(super) fn plain_quote(&mut self) -> Quote {
        self.draft.push("<blockquote>\n");
        Quote::Plain
    }

    pub(super) fn end_quote(&mut self) {
        self.depth -= 1;
        self.plain(Plain::block);
        match self.quotes.pop() {
            Some(Quote::Note) => self.end_note(),
            Some(Quote::Answer) => self.end_answer(),
            Some(Quote::Alert) => self.draft.push("</aside>\n"),
            Some(Quote::Plain) | None => self.draft.push("</blockquote>\n"),
        }
    }

    pub(super) fn start_answer(&mut self, channel: Option<String>, source: Range<usize>, text_from: usize) {
        self.draft.push("<section class=\"answer\"");
        if let Some(channel) = &channel {
            self.draft.push(" data-channel=\"");
            escape::push_attribute(&mut self.draft.html, channel);
            self.draft.push("\"");
        }
        self.draft.push(">\n");
        let (html_from, place) = (self.draft.at(), self.lines.place(source.start));
        self.answer = Some(OpenAnswer { channel, plain: Plain::formatted(), html_from, source, text_from, place });
    }

    pub(super) fn end_answer(&mut self) {
        let Some(mut open) = self.answer.take() else { return };
        let markdown = unquoted(self.text, &open.source, open.text_from, &self.hidden_within(&open.source));
        let html = self.public_part(open.html_from..self.draft.at());
        self.draft.push("</section>\n");
        let names = open.plain.take_names();
        let text = open.plain.take();
        let (line, column) = open.place;
        if self.answers.iter().any(|answer| answer.channel == open.channel) {
            let channel = open.channel.unwrap_or_default();
            self.findings.push((line, column, Finding::DoubleAnswer { channel }));
        } else if !text.is_empty() {
            let (text, markdown) = (text.into(), markdown.into());
            self.answers.push(Answer { channel: open.channel, text, names, html: html.finish(), markdown });
        }
    }

    /// Returns a part of the HTML as customers may have it: without internal notes, and without footnotes, which mean
    /// nothing away from the article.
    pub(super) fn public_part(&self, range: Range<u32>) -> Draft {
        let footnotes = self.footnotes.definitions.iter().map(|(_, range)| range);
        let mut cuts = self.draft.notes();
        cuts.extend(self.draft.references().iter().chain(footnotes).cloned());
        cuts.sort_by_key(|cut| (cut.start, std::cmp::Reverse(cut.end)));
        let mut end = 0;
        cuts.retain(|cut| {
            let apart = cut.start >= end;
            end = end.max(cut.end);
            apart
        });
        self.draft.slice(range, &cuts)
    }

    pub(super) fn hidden_within(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let inside = self.hidden.iter().filter(|hidden| hidden.start < range.end && hidden.end > range.start);
        let mut inside: Vec<_> = inside.cloned().collect();
        inside.sort_by_key(|hidden| hidden.start);
        inside
    }

    pub(super) fn start_note(&mut self) {
        self.draft.place(Place::NoteStart);
        self.note_bytes = self.draft.at() - self.note_bytes;
        self.before_note = (self.raw.open_links, self.raw.depth);
        self.draft.fresh_line();
        self.draft.push("<aside class=\"note-internal\">\n");
        self.in_note = true;
        self.plain(Plain::block);
    }

    pub(super) fn end_note(&mut self) {
        self.plain(Plain::block);
        self.in_note = false;
        self.draft.push("</aside>\n");
        self.draft.place(Place::NoteEnd);
        // What follows is to be as if the note were not there.
        self.note_bytes = self.draft.at() - self.note_bytes;
        (self.raw.open_links, self.raw.depth) = self.before_note;
    }

    pub(super) fn end_lead(&mut self, source: usize) {
        let html = self.draft.at();
        self.lead.to.get_or_insert((source, html));
    }

    pub(super) fn lead_answer(&mut self) -> Option<Answer> {
        let (source_from, html_from) = self.lead.from;
        let (source_to, html_to) = self.lead.to?;
        let names = self.lead.plain.take_names();
        let text = self.lead.plain.take();
        if text.is_empty() {
            return None;
        }
        let source = source_from..source_to.max(source_from);
        let markdown = without(self.text, source.clone(), &self.hidden_within(&source)).trim().to_owned();
        let html = self.public_part(html_from..html_to.max(html_from)).finish();
        Some(Answer { channel: None, text: text.into(), names, html, markdown: markdown.into() })
    }
}
