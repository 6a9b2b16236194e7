//! Raw HTML: what is kept of it, see [`raw_html`].

use std::ops::Range;

use super::Writer;
use super::links::OpenLink;
use crate::article::markdown::Target;
use crate::article::markdown::fragment::Place;
use crate::article::markdown::plain::Plain;
use crate::article::markdown::raw_html::{self, Piece};
use crate::diagnostic::Finding;

#[derive(Default)]
pub(super) struct RawHtml {
    /// The open block of HTML: where it begins, and its text.
    pub(super) block: Option<(usize, String)>,
    /// The element whose content is not shown.
    pub(super) hiding: Option<&'static str>,
    pub(super) depth: usize,
    /// The open links, and how many of them were opened among words.
    pub(super) open_links: usize,
    pub(super) inline_links: usize,
    pub(super) told: bool,
}

impl Writer<'_> {
    pub(super) fn inline_html(&mut self, html: &str, range: Range<usize>) {
        if html.starts_with("<!--") {
            self.hide(range);
        } else if self.open_image.is_none() {
            let before = self.raw.open_links;
            self.raw_html(html, range.start);
            // An element that was opened before this paragraph may be closed in it.
            let (opened, closed) = (self.raw.open_links > before, self.raw.open_links < before);
            self.raw.inline_links = (self.raw.inline_links + usize::from(opened)).saturating_sub(usize::from(closed));
        }
    }

    pub(super) fn hide(&mut self, range: Range<usize>) {
        if !self.in_note {
            self.hidden.push(range);
        }
    }

    pub(super) fn hide_comments(&mut self, block: &Range<usize>) {
        let mut at = block.start;
        while let Some(start) = self.text[at..block.end].find("<!--") {
            let start = at + start;
            let end = self.text[start + 4..block.end].find("-->").map_or(block.end, |end| start + 4 + end + 3);
            self.hide(start..end);
            at = end;
        }
    }

    pub(super) fn end_html_block(&mut self, range: &Range<usize>) {
        let Some((start, html)) = self.raw.block.take() else { return };
        if html.contains("<!--") {
            self.hide_comments(range);
        }
        self.draft.fresh_line();
        self.plain(Plain::block);
        self.raw_html(&html, start);
        self.raw.hiding = None;
        self.draft.fresh_line();
        self.plain(Plain::block);
    }

    pub(super) fn raw_html(&mut self, html: &str, at: usize) {
        let html = match raw_html::behind_instruction(html) {
            Some(behind) => {
                self.removed(html.split_whitespace().next().unwrap_or_default(), at);
                behind
            }
            None => html,
        };
        for piece in raw_html::pieces(html) {
            match piece {
                Piece::Text(text) if text.trim().is_empty() && self.draft.is_at_line_start() => {}
                Piece::Text(text) => self.write_text(&text),
                Piece::Tag(tag) => self.raw_tag(&tag, at),
                Piece::Doctype => self.removed("<!DOCTYPE>", at),
            }
        }
    }

    pub(super) fn raw_tag(&mut self, tag: &raw_html::Tag, at: usize) {
        if let Some(hiding) = self.raw.hiding {
            if tag.closing && tag.name == hiding {
                self.raw.hiding = None;
            }
            return;
        }
        if let Some(hiding) = tag.hiding() {
            if !tag.closing {
                self.raw.hiding = Some(hiding);
            }
            return self.removed(&format!("<{hiding}>"), at);
        }
        let Some(name) = tag.kept() else {
            let shown: String = tag.name.chars().take(32).collect();
            return self.removed(&format!("<{shown}>"), at);
        };
        if tag.is_block() {
            self.plain(Plain::line);
        }
        match (name, tag.closing) {
            ("a", false) => return self.raw_link(tag, at),
            ("a", true) => return self.end_raw_link(),
            ("img", false) => return self.raw_image(tag, at),
            _ => {}
        }
        if tag.nests() {
            if tag.closing {
                self.raw.depth = self.raw.depth.saturating_sub(1);
            } else if self.raw.depth >= raw_html::MOST_DEPTH {
                return self.removed(&format!("<{name}>"), at);
            } else {
                self.raw.depth += 1;
            }
        }
        if !tag.is_void() {
            self.draft.raw();
        }
        self.draft.push(if tag.closing { "</" } else { "<" });
        self.draft.push(name);
        if !tag.closing {
            tag.write_attributes(&mut self.draft.html);
        }
        self.draft.push(">");
    }

    pub(super) fn raw_link(&mut self, tag: &raw_html::Tag, at: usize) {
        let Some(address) = tag.attribute("href") else { return };
        if self.open_link.is_some() || self.raw.open_links > 0 {
            return self.removed("<a>", at);
        }
        let number = self.link(at, address, Target::parse(address, self.folder), false);
        self.raw.open_links += 1;
        self.draft.raw();
        self.draft.place(Place::LinkOpen(number));
        self.write_title(tag.attribute("title").unwrap_or_default());
        self.draft.push(">");
    }

    pub(super) fn end_raw_link(&mut self) {
        if self.raw.open_links > 0 {
            self.raw.open_links -= 1;
            self.draft.raw();
            self.draft.place(Place::LinkClose);
        }
    }

    pub(super) fn raw_image(&mut self, tag: &raw_html::Tag, at: usize) {
        let Some(address) = tag.attribute("src") else { return };
        let in_raw_link = self.raw.open_links > 0 && self.open_link.is_none();
        if in_raw_link {
            // Keeps an image from elsewhere from becoming a link within the link.
            self.open_link = Some(OpenLink { number: 0, titled: false });
        }
        self.open_image(at, address, Target::parse(address, self.folder), tag.attribute("title").unwrap_or_default());
        self.write_text(tag.attribute("alt").unwrap_or_default());
        self.end_image();
        if in_raw_link {
            self.open_link = None;
        }
    }

    /// Tells the author, once for the article.
    pub(super) fn removed(&mut self, what: &str, at: usize) {
        if !std::mem::replace(&mut self.raw.told, true) {
            let (line, column) = self.lines.place(at);
            self.findings.push((line, column, Finding::HtmlRemoved { what: what.to_owned() }));
        }
    }
}
