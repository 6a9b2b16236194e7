//! Headings and the sections they begin.

use std::ops::Range;

use pulldown_cmark::{CowStr, HeadingLevel};

use super::Writer;
use crate::article::Section;
use crate::article::markdown::plain::Plain;
use crate::article::slug::heading_id;
use crate::diagnostic::Finding;

pub(super) struct OpenHeading<'a> {
    pub(super) level: u8,
    pub(super) id: Option<CowStr<'a>>,
    pub(super) title: String,
    pub(super) start: u32,
    pub(super) id_at: u32,
    pub(super) place: usize,
    pub(super) first_block: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn start_heading(&mut self, level: HeadingLevel, id: Option<CowStr<'a>>, range: Range<usize>) {
        self.draft.fresh_line();
        let level = level as u8;
        // Before notes nothing has begun.
        let is_first = self.draft.at() == self.note_bytes;
        let first_block = is_first && self.depth == 0 && level == 1 && !self.in_note;
        if self.depth == 0 && level <= 2 && !first_block && !self.in_note {
            self.end_lead(range.start);
        }
        let start = self.draft.at();
        // A heading in a note has no id, so that the ids of the others are the same with and without it.
        self.draft.push(&if self.in_note { format!("<h{level}") } else { format!("<h{level} id=\"") });
        let id_at = self.draft.at();
        self.draft.push(if self.in_note { ">" } else { "\">" });
        self.plain(Plain::block);
        let title = String::new();
        self.open_heading = Some(OpenHeading { level, id, title, start, id_at, place: range.start, first_block });
    }

    pub(super) fn end_heading(&mut self, range: &Range<usize>) {
        self.end_inline();
        let Some(heading) = self.open_heading.take() else { return };
        let title = heading.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if heading.first_block {
            let same = self.title.is_none_or(|known| known.to_lowercase() == title.to_lowercase());
            self.lead.plain.take();
            if same {
                self.draft.truncate(heading.start);
                self.heading = Some(title).filter(|title| !title.is_empty());
                self.lead.from = (range.end, self.draft.at());
                return;
            }
        }
        let level = heading.level;
        if self.in_note {
            self.draft.push(&format!("</h{level}>\n"));
            return self.plain(Plain::block);
        }
        let id = self.unique_id(&heading, &title);
        self.draft.insert(heading.id_at, &id);
        self.draft.push(&format!("</h{level}>\n"));
        if heading.first_block {
            self.lead.from = (range.end, self.draft.at());
        }
        self.plain(Plain::block);
        self.end_section();
        self.section = Section { id: id.into(), level, title: title.into(), ..Section::default() };
    }

    pub(super) fn end_section(&mut self) {
        let names = self.section_text.take_names();
        let text = self.section_text.take().into();
        let note_names = self.section_notes.take_names();
        let notes = self.section_notes.take().into();
        let section = Section { text, names, notes, note_names, ..std::mem::take(&mut self.section) };
        if section.level > 0 || !section.text.is_empty() || !section.notes.is_empty() {
            self.sections.push(section);
        }
    }

    pub(super) fn unique_id(&mut self, heading: &OpenHeading<'_>, title: &str) -> String {
        let explicit = heading.id.as_deref().filter(|id| !id.is_empty());
        let plain = |id: &&str| id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'));
        let mut id = explicit.filter(plain).map_or_else(|| heading_id(explicit.unwrap_or(title)), str::to_owned);
        if is_taken_by_browsers(&id) {
            id.insert_str(0, "h-");
        }
        if explicit.is_some() && self.ids.contains_key(&id) {
            let (line, column) = self.lines.place(heading.place);
            self.findings.push((line, column, Finding::DoubleHeadingId { id: id.clone() }));
        }
        loop {
            let count = self.ids.entry(id.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                return id;
            }
            let numbered = format!("{id}-{count}");
            if !self.ids.contains_key(&numbered) {
                self.ids.insert(numbered.clone(), 1);
                return numbered;
            }
        }
    }
}

/// Returns whether an element with this id would stand in for something that scripts look up on the document or window.
fn is_taken_by_browsers(id: &str) -> bool {
    const NAMES: [&str; 40] = [
        "action",
        "anchors",
        "attributes",
        "body",
        "characterSet",
        "children",
        "childNodes",
        "close",
        "contentType",
        "cookie",
        "defaultView",
        "doctype",
        "document",
        "documentElement",
        "domain",
        "elements",
        "embeds",
        "event",
        "firstChild",
        "forms",
        "frames",
        "head",
        "history",
        "images",
        "lastChild",
        "length",
        "links",
        "location",
        "method",
        "name",
        "navigator",
        "origin",
        "parent",
        "plugins",
        "scripts",
        "self",
        "status",
        "title",
        "top",
        "window",
    ];
    NAMES.contains(&id) || id.starts_with("fn-") || id.starts_with("fnref-") || id.starts_with("__")
}
