//! The one pass over the parser's events: HTML, sections, answers, plain text, links and findings are all written here.
//!
//! Safe by construction: every tag is written here by name, every text passes through [`super::escape`], addresses are
//! put in when the result is shown and have passed [`Target::parse`]. Raw HTML goes through [`super::raw_html`].

mod footnotes;
mod headings;
mod html;
mod links;
mod quotes;

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use rustc_hash::FxHashMap;

use footnotes::Footnotes;
use headings::OpenHeading;
use html::RawHtml;
use links::{OpenImage, OpenLink};
use quotes::{Lead, OpenAnswer, Quote};

use super::fragment::Draft;
use super::links::{bare_addresses, spaced_addresses};
use super::marks::Marks;
use super::notes::Notes;
use super::plain::Plain;
use super::{Lines, Link, Parts, Target, escape};
use crate::article::{Answer, Section};
use crate::diagnostic::Finding;

/// The most bytes of HTML an article may become.
const MOST_OUTPUT: usize = 4 << 20;

/// What we understand besides CommonMark.
pub(super) const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_WIKILINKS);

/// Writes a text that is within the limits.
pub(super) fn write(text: &str, folder: &str, first_line: u32, title: Option<&str>) -> Parts {
    let mut writer = Writer::new(text, folder, first_line, title);
    for (event, range) in Parser::new_ext(text, EXTENSIONS).into_offset_iter() {
        writer.event(event, range);
        if writer.draft.html.len() > MOST_OUTPUT {
            let what = "4 MiB of HTML".to_owned();
            return Parts { findings: vec![(first_line, 1, Finding::TooComplex { what })], ..Parts::default() };
        }
    }
    writer.finish()
}

struct Writer<'a> {
    text: &'a str,
    folder: &'a str,
    title: Option<&'a str>,
    lines: Lines<'a>,
    marks: Marks,
    notes: Notes,
    draft: Draft,
    links: Vec<Link>,
    findings: Vec<(u32, u32, Finding)>,
    hidden: Vec<Range<usize>>,

    heading: Option<String>,
    sections: Vec<Section>,
    section: Section,
    section_text: Plain,
    section_notes: Plain,
    ids: FxHashMap<String, u32>,

    answers: Vec<Answer>,
    answer: Option<OpenAnswer>,
    lead: Lead,

    /// What the open quotes, innermost last, are.
    quotes: Vec<Quote>,
    /// Where the content of the open paragraph begins in the HTML.
    paragraph: Option<u32>,
    in_note: bool,
    /// The bytes of HTML that are in notes.
    note_bytes: u32,
    /// What raw HTML left open where the open note begins.
    before_note: (usize, usize),
    /// Whether the open block of the top level is hidden whole, so that it is a note of its own.
    hidden_block: bool,
    /// Blocks within blocks.
    depth: usize,
    /// The elements of any kind that are open.
    open_elements: usize,
    /// The open links and images that are written as they stand, and what follows their text.
    undefined: Vec<(usize, String)>,
    /// Up to where the source is the mark of a quote.
    skip_to: usize,
    open_heading: Option<OpenHeading<'a>>,
    open_link: Option<OpenLink>,
    open_image: Option<OpenImage>,
    /// Plain text of the source that was not written yet, since the next event may continue it.
    pending: Range<usize>,
    in_code: bool,
    alignments: Vec<Alignment>,
    cell: usize,
    in_table_head: bool,
    footnotes: Footnotes,
    raw: RawHtml,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, folder: &'a str, first_line: u32, title: Option<&'a str>) -> Self {
        let mut marks = Marks::find(text);
        let mut notes = Notes::find(text, &mut marks);
        let hidden = std::mem::take(&mut notes.hidden);
        let footnotes = Footnotes::in_order(std::mem::take(&mut notes.order));
        Self {
            text,
            folder,
            title,
            lines: Lines::new(text, first_line),
            marks,
            notes,
            draft: Draft::with_capacity(text.len() + text.len() / 4),
            links: Vec::new(),
            findings: Vec::new(),
            hidden,
            heading: None,
            sections: Vec::new(),
            section: Section::default(),
            section_text: Plain::default(),
            section_notes: Plain::default(),
            ids: FxHashMap::default(),
            answers: Vec::new(),
            answer: None,
            lead: Lead { plain: Plain::formatted(), ..Lead::default() },
            quotes: Vec::new(),
            paragraph: None,
            in_note: false,
            note_bytes: 0,
            before_note: (0, 0),
            hidden_block: false,
            depth: 0,
            open_elements: 0,
            undefined: Vec::new(),
            skip_to: 0,
            open_heading: None,
            open_link: None,
            open_image: None,
            pending: 0..0,
            in_code: false,
            alignments: Vec::new(),
            cell: 0,
            in_table_head: false,
            footnotes,
            raw: RawHtml::default(),
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if let Event::Text(text) = &event
            && self.is_source(text, &range)
        {
            return self.source_text(range);
        }
        self.flush();
        match event {
            Event::Start(tag) => {
                // A footnote is moved to the end, and takes its own note with it.
                let block = self.open_elements == 0 && !matches!(tag, Tag::FootnoteDefinition(_));
                if block && self.notes.hides_block(range.start) {
                    self.hidden_block = true;
                    self.start_note();
                }
                self.open_elements += 1;
                if !self.is_part_of_mark(&range) || !is_inline(tag.to_end()) {
                    self.start(tag, range);
                }
            }
            Event::End(tag) => {
                if !self.is_part_of_mark(&range) || !is_inline(tag) {
                    self.end(tag, range);
                }
                self.open_elements -= 1;
                if self.open_elements == 0 && std::mem::take(&mut self.hidden_block) {
                    self.end_note();
                }
            }
            Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::FootnoteReference(_)
                if self.is_part_of_mark(&range) => {}
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.write_text(&text),
            Event::Code(code) => self.code(&code),
            Event::Html(html) => {
                if let Some((_, block)) = &mut self.raw.block {
                    block.push_str(&html);
                }
            }
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(name) => self.footnote_reference(&name, &range),
            Event::SoftBreak | Event::HardBreak => self.line_break(event == Event::HardBreak),
            Event::Rule => {
                self.draft.fresh_line();
                self.draft.push("<hr>\n");
                self.plain(Plain::block);
            }
            Event::TaskListMarker(done) => {
                let checked = if done { " checked" } else { "" };
                self.draft.push(&format!("<input type=\"checkbox\" disabled{checked}> "));
                self.answer_plain(|plain| plain.text(if done { "[x] " } else { "[ ] " }));
            }
        }
    }

    // Text

    /// Returns whether a text event is a part of the source as it stands.
    fn is_source(&self, text: &str, range: &Range<usize>) -> bool {
        !self.in_code && text.len() == range.len() && text.as_ptr() == self.text[range.start..].as_ptr()
    }

    /// Text that the parser gives in pieces is put together again before it is written.
    fn source_text(&mut self, mut range: Range<usize>) {
        range.start = range.start.max(self.skip_to.min(range.end));
        if self.pending.end == range.start && !self.pending.is_empty() {
            self.pending.end = range.end;
        } else {
            self.flush();
            self.pending = range;
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let range = std::mem::take(&mut self.pending);
        let text = &self.text[range.clone()];
        for address in spaced_addresses(text) {
            let (line, column) = self.lines.place(range.start + address.start);
            self.findings.push((line, column, Finding::SpacedAddress { target: text[address].to_owned() }));
        }
        let linkable = self.open_link.is_none() && self.open_image.is_none() && self.raw.open_links == 0;
        if !linkable || !text.contains("://") {
            return self.write_text(text);
        }
        let mut written = 0;
        for address in bare_addresses(text) {
            self.write_text(&text[written..address.start]);
            written = address.end;
            let address_text = &text[address.clone()];
            self.open_link(
                range.start + address.start,
                address_text,
                Target::parse(address_text, self.folder),
                "",
                false,
            );
            self.write_text(address_text);
            self.close_link();
        }
        self.write_text(&text[written..]);
    }

    fn write_text(&mut self, text: &str) {
        if self.raw.hiding.is_some() {
            return;
        }
        if self.open_image.is_some() {
            escape::push_attribute(&mut self.draft.html, text);
        } else {
            escape::push_text(&mut self.draft.html, text);
        }
        self.plain(|plain| plain.text(text));
        if let Some(heading) = &mut self.open_heading {
            heading.title.push_str(text);
        }
    }

    fn code(&mut self, code: &str) {
        if self.open_image.is_some() {
            return self.write_text(code);
        }
        self.draft.push("<code>");
        self.write_text(code);
        self.draft.push("</code>");
    }

    fn line_break(&mut self, hard: bool) {
        if self.open_image.is_some() {
            self.draft.push(" ");
        } else if self.paragraph.is_some_and(|start| self.draft.is_empty_from(start)) {
            // What stood on the line was the mark of a quote.
            return;
        } else if hard {
            self.draft.push("<br>\n");
        } else {
            self.draft.push("\n");
        }
        self.plain(if hard { Plain::line } else { Plain::space });
        if let Some(heading) = &mut self.open_heading {
            heading.title.push(' ');
        }
    }

    /// Writes to every plain text that is open here. A note's text goes to the notes of its section and nowhere else.
    fn plain(&mut self, write: impl Fn(&mut Plain)) {
        if self.in_note {
            return write(&mut self.section_notes);
        }
        if self.open_heading.is_none() {
            write(&mut self.section_text);
        }
        self.answer_plain(write);
    }

    fn answer_plain(&mut self, write: impl Fn(&mut Plain)) {
        if self.in_note || self.footnotes.open.is_some() {
            return;
        }
        if let Some(answer) = &mut self.answer {
            write(&mut answer.plain);
        } else if self.lead.to.is_none() && self.answers.is_empty() {
            write(&mut self.lead.plain);
        }
    }

    fn is_part_of_mark(&self, range: &Range<usize>) -> bool {
        range.end <= self.skip_to
    }

    // Blocks

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        if self.open_image.is_some() {
            if let (Tag::Image { .. }, Some(image)) = (&tag, &mut self.open_image) {
                image.depth += 1;
            }
            return;
        }
        match tag {
            Tag::Paragraph => self.start_paragraph(),
            Tag::Heading { level, id, .. } => self.start_heading(level, id, range),
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::CodeBlock(kind) => self.start_code(kind, &range),
            Tag::HtmlBlock => self.raw.block = Some((range.start, String::new())),
            Tag::List(start) => {
                self.draft.fresh_line();
                match start {
                    None => self.draft.push("<ul>\n"),
                    Some(1) => self.draft.push("<ol>\n"),
                    Some(number) => self.draft.push(&format!("<ol start=\"{number}\">\n")),
                }
                self.plain(|plain| plain.list(start));
            }
            Tag::Item => {
                self.depth += 1;
                self.draft.fresh_line();
                self.draft.push("<li>");
                self.plain(Plain::item);
            }
            Tag::FootnoteDefinition(name) => self.start_footnote(&name, &range),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.draft.fresh_line();
                self.draft.push("<div class=\"table-scroll\"><table>\n");
                self.plain(Plain::block);
            }
            Tag::TableHead => {
                self.in_table_head = true;
                self.start_row("<thead>\n<tr>");
            }
            Tag::TableRow => self.start_row("<tr>"),
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.draft.push("<em>"),
            Tag::Strong => self.draft.push("<strong>"),
            Tag::Strikethrough => self.draft.push("<del>"),
            Tag::Link { link_type, id, .. } if self.notes.undefines(range.start) => {
                self.start_undefined(link_type, "[", &id, &range);
            }
            Tag::Image { link_type, id, .. } if self.notes.undefines(range.start) => {
                self.start_undefined(link_type, "![", &id, &range);
            }
            Tag::Link { link_type, dest_url, title, .. } => self.start_link(link_type, &dest_url, &title, &range),
            Tag::Image { link_type, dest_url, title, .. } => self.start_image(link_type, &dest_url, &title, &range),
            // Of extensions that are off.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        if let Some(image) = &mut self.open_image {
            if tag == TagEnd::Image {
                image.depth -= 1;
                if image.depth == 0 {
                    self.end_image();
                }
            }
            return;
        }
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(&range),
            TagEnd::BlockQuote(_) => self.end_quote(),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.draft.push("</code></pre>\n");
                self.plain(Plain::block);
            }
            TagEnd::HtmlBlock => self.end_html_block(&range),
            TagEnd::List(ordered) => {
                self.draft.push(if ordered { "</ol>\n" } else { "</ul>\n" });
                self.plain(Plain::end_list);
            }
            TagEnd::Item => {
                self.end_inline();
                self.depth -= 1;
                self.draft.push("</li>\n");
            }
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::Table => {
                self.draft.push("</tbody></table></div>\n");
                self.plain(Plain::block);
            }
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.draft.push("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.draft.push("</tr>\n"),
            TagEnd::TableCell => {
                self.end_inline();
                self.draft.push(if self.in_table_head { "</th>" } else { "</td>" });
                self.cell += 1;
            }
            TagEnd::Emphasis => self.draft.push("</em>"),
            TagEnd::Strong => self.draft.push("</strong>"),
            TagEnd::Strikethrough => self.draft.push("</del>"),
            TagEnd::Link | TagEnd::Image if self.undefined.last().is_some_and(|&(at, _)| at == range.start) => {
                self.end_undefined();
            }
            TagEnd::Link => self.close_link(),
            TagEnd::Image
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn start_paragraph(&mut self) {
        self.draft.fresh_line();
        self.draft.push("<p>");
        self.paragraph = Some(self.draft.at());
        self.plain(Plain::block);
    }

    fn end_paragraph(&mut self) {
        self.end_inline();
        let start = self.paragraph.take().unwrap_or_default();
        // A paragraph of which nothing is left was the mark of a quote, or a comment.
        if self.draft.is_empty_from(start) {
            self.draft.truncate(start - "<p>".len() as u32);
        } else {
            self.draft.push("</p>\n");
            self.plain(Plain::block);
        }
    }

    /// Ends what raw HTML left open among words.
    fn end_inline(&mut self) {
        self.raw.hiding = None;
        for _ in 0..std::mem::take(&mut self.raw.inline_links) {
            self.end_raw_link();
        }
    }

    fn start_code(&mut self, kind: CodeBlockKind<'_>, range: &Range<usize>) {
        if !self.notes.searched {
            self.marks.settle(range);
        }
        self.in_code = true;
        self.draft.fresh_line();
        self.plain(Plain::block);
        let language = match &kind {
            CodeBlockKind::Fenced(info) => info.split([' ', ',']).next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        if language.is_empty() {
            return self.draft.push("<pre><code>");
        }
        self.draft.push("<pre><code class=\"language-");
        escape::push_attribute(&mut self.draft.html, language);
        self.draft.push("\">");
    }
    // Tables

    fn start_row(&mut self, tag: &str) {
        self.cell = 0;
        self.draft.push(tag);
        self.plain(Plain::line);
    }

    fn start_cell(&mut self) {
        let class = match self.alignments.get(self.cell) {
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::None) | None => "",
        };
        self.draft.push(if self.in_table_head { "<th" } else { "<td" });
        self.draft.push(class);
        self.draft.push(">");
        if self.cell > 0 {
            self.plain(Plain::cell);
        }
    }

    // The end

    fn finish(mut self) -> Parts {
        self.flush();
        self.end_lead(self.text.len());
        self.end_section();
        if self.answers.is_empty() {
            let lead = self.lead_answer();
            self.answers.extend(lead);
        }
        // The general answer comes first; the order of the others is the author's.
        self.answers.sort_by_key(|answer| answer.channel.is_some());
        let marks = std::mem::take(&mut self.marks);
        let of_notes = std::mem::take(&mut self.notes.findings);
        for (at, finding) in marks.findings(self.text).chain(of_notes) {
            let (line, column) = self.lines.place(at);
            self.findings.push((line, column, finding));
        }
        self.findings.sort();
        self.hidden.sort_by_key(|hidden| hidden.start);
        let body = self.with_footnotes_last().finish();
        Parts {
            heading: self.heading,
            body,
            sections: self.sections,
            answers: self.answers,
            links: self.links,
            findings: self.findings,
            hidden: self.hidden,
        }
    }
}

/// Returns whether an element stands among words.
fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
}
