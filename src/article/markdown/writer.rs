//! The one pass over the parser's events: HTML, sections, answers, plain text, links and findings are all written here.
//!
//! Safe by construction: every tag is written here by name, every text passes through [`super::escape`], addresses are
//! put in when the result is shown and have passed [`Target::parse`]. Raw HTML goes through [`super::raw_html`].

use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};
use rustc_hash::FxHashMap;

use super::fragment::{Draft, Place};
use super::plain::Plain;
use super::quotes::{self, Kind, Marks};
use super::raw_html::{self, Piece};
use super::{Lines, Link, Parts, Target, escape, links};
use crate::article::slug::{heading_id, without_markdown_ending};
use crate::article::{Answer, Section};
use crate::diagnostic::Finding;

/// The most bytes of HTML an article may become.
const MOST_OUTPUT: usize = 4 << 20;

const EXTENSIONS: Options = Options::ENABLE_TABLES
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
    /// What wraps the open paragraph or block of HTML that holds a stray mark.
    stray_note: bool,
    in_note: bool,
    /// Blocks within blocks.
    depth: usize,
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
    footnotes: Footnotes<'a>,
    raw: RawHtml,
}

/// The text before the first heading of level 2, which is the answer of an article without answer blocks.
#[derive(Default)]
struct Lead {
    plain: Plain,
    /// Where it begins in the source and in the HTML.
    from: (usize, u32),
    /// Where it ends, once that is known.
    to: Option<(usize, u32)>,
}

enum Quote {
    Plain,
    Alert,
    Note(Range<usize>),
    Answer,
}

struct OpenAnswer {
    channel: Option<String>,
    plain: Plain,
    html_from: u32,
    source: Range<usize>,
    text_from: usize,
    place: (u32, u32),
}

struct OpenHeading<'a> {
    level: u8,
    id: Option<CowStr<'a>>,
    title: String,
    start: u32,
    id_at: u32,
    place: usize,
    first_block: bool,
}

struct OpenLink {
    number: u32,
    /// Whether the title of the article is shown.
    titled: bool,
}

struct OpenImage {
    /// Images within the alternative text of images.
    depth: usize,
    alt_from: usize,
    /// The alternative text is shown as a link, or as plain text.
    instead: Option<bool>,
    title: String,
    written: String,
    place: (u32, u32),
}

#[derive(Default)]
struct Footnotes<'a> {
    numbers: FxHashMap<CowStr<'a>, usize>,
    /// Which numbers a reference leads back from.
    referred: Vec<usize>,
    /// References in the HTML.
    references: Vec<Range<u32>>,
    /// Definitions at the top level: number and range in the HTML.
    definitions: Vec<(usize, Range<u32>)>,
    open: Option<(usize, u32)>,
}

#[derive(Default)]
struct RawHtml {
    /// The open block of HTML: where it begins, and its text.
    block: Option<(usize, String)>,
    /// The element whose content is not shown.
    hiding: Option<&'static str>,
    depth: usize,
    open_links: usize,
    told: bool,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, folder: &'a str, first_line: u32, title: Option<&'a str>) -> Self {
        Self {
            text,
            folder,
            title,
            lines: Lines::new(text, first_line),
            marks: Marks::find(text),
            draft: Draft::with_capacity(text.len() + text.len() / 4),
            links: Vec::new(),
            findings: Vec::new(),
            hidden: Vec::new(),
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
            stray_note: false,
            in_note: false,
            depth: 0,
            skip_to: 0,
            open_heading: None,
            open_link: None,
            open_image: None,
            pending: 0..0,
            in_code: false,
            alignments: Vec::new(),
            cell: 0,
            in_table_head: false,
            footnotes: Footnotes::default(),
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
        if range.start < self.skip_to && self.is_part_of_mark(&event, &range) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.write_text(&text),
            Event::Code(code) => self.code(&code),
            Event::Html(html) => {
                if let Some((_, block)) = &mut self.raw.block {
                    block.push_str(&html);
                }
            }
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(name) => self.footnote_reference(name),
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
        let linkable = self.open_link.is_none() && self.open_image.is_none() && self.raw.open_links == 0;
        if !linkable || !text.contains("://") {
            return self.write_text(text);
        }
        let mut written = 0;
        for address in links::bare_addresses(text) {
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
        } else if self.draft.html.ends_with("<p>") {
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

    fn is_part_of_mark(&self, event: &Event<'_>, range: &Range<usize>) -> bool {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::End(TagEnd::Link | TagEnd::Image | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {
                range.end <= self.skip_to
            }
            Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => {
                range.end <= self.skip_to
            }
            _ => false,
        }
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
            Tag::Paragraph => self.start_paragraph(&range),
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
            Tag::FootnoteDefinition(name) => self.start_footnote(name),
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
            TagEnd::BlockQuote(_) => self.end_quote(range),
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
                self.raw.hiding = None;
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
                self.raw.hiding = None;
                self.draft.push(if self.in_table_head { "</th>" } else { "</td>" });
                self.cell += 1;
            }
            TagEnd::Emphasis => self.draft.push("</em>"),
            TagEnd::Strong => self.draft.push("</strong>"),
            TagEnd::Strikethrough => self.draft.push("</del>"),
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

    fn start_paragraph(&mut self, range: &Range<usize>) {
        if !self.in_note && self.marks.internal_within(range) {
            self.stray_note = true;
            self.start_note();
            self.hidden.push(range.clone());
        }
        self.draft.fresh_line();
        self.draft.push("<p>");
        self.plain(Plain::block);
    }

    fn end_paragraph(&mut self) {
        self.raw.hiding = None;
        // A paragraph of which nothing is left was the mark of a quote, or a comment.
        if self.draft.html.ends_with("<p>") {
            let start = self.draft.at() - 3;
            self.draft.truncate(start);
        } else {
            self.draft.push("</p>\n");
            self.plain(Plain::block);
        }
        self.end_stray_note();
    }

    fn start_note(&mut self) {
        self.draft.fresh_line();
        self.draft.place(Place::NoteStart);
        self.draft.push("<aside class=\"note-internal\">\n");
        self.in_note = true;
        self.plain(Plain::block);
    }

    fn end_note(&mut self) {
        self.plain(Plain::block);
        self.in_note = false;
        self.draft.push("</aside>\n");
        self.draft.place(Place::NoteEnd);
    }

    fn end_stray_note(&mut self) {
        if std::mem::take(&mut self.stray_note) {
            self.end_note();
        }
    }

    fn start_code(&mut self, kind: CodeBlockKind<'_>, range: &Range<usize>) {
        self.marks.settle(range);
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

    // Quotes

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range<usize>) {
        self.depth += 1;
        let mark = self.marks.of_quote(self.text, &range);
        self.draft.fresh_line();
        let quote = match (mark, kind) {
            (Some((mark, kind)), _) if kind.is_internal() && !self.in_note => {
                self.skip_to = mark.end;
                self.start_note();
                Quote::Note(range)
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

    fn plain_quote(&mut self) -> Quote {
        self.draft.push("<blockquote>\n");
        Quote::Plain
    }

    fn end_quote(&mut self, _range: Range<usize>) {
        self.depth -= 1;
        self.plain(Plain::block);
        match self.quotes.pop() {
            Some(Quote::Note(range)) => {
                self.end_note();
                self.hidden.push(range);
            }
            Some(Quote::Answer) => self.end_answer(),
            Some(Quote::Alert) => self.draft.push("</aside>\n"),
            Some(Quote::Plain) | None => self.draft.push("</blockquote>\n"),
        }
    }

    fn start_answer(&mut self, channel: Option<String>, source: Range<usize>, text_from: usize) {
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

    fn end_answer(&mut self) {
        let Some(mut open) = self.answer.take() else { return };
        let markdown = quotes::unquoted(self.text, &open.source, open.text_from, &self.hidden_within(&open.source));
        let html = self.public_part(open.html_from..self.draft.at());
        self.draft.push("</section>\n");
        let text = open.plain.take();
        let (line, column) = open.place;
        if self.answers.iter().any(|answer| answer.channel == open.channel) {
            let channel = open.channel.unwrap_or_default();
            self.findings.push((line, column, Finding::DoubleAnswer { channel }));
        } else if !text.is_empty() {
            self.answers.push(Answer { channel: open.channel, text, html: html.finish(), markdown });
        }
    }

    /// Returns a part of the HTML as customers may have it: without internal notes, and without footnotes, which mean
    /// nothing away from the article.
    fn public_part(&self, range: Range<u32>) -> Draft {
        let footnotes = self.footnotes.definitions.iter().map(|(_, range)| range);
        let mut cuts = self.draft.notes();
        cuts.extend(self.footnotes.references.iter().chain(footnotes).cloned());
        cuts.sort_by_key(|cut| (cut.start, std::cmp::Reverse(cut.end)));
        let mut end = 0;
        cuts.retain(|cut| {
            let apart = cut.start >= end;
            end = end.max(cut.end);
            apart
        });
        self.draft.slice(range, &cuts)
    }

    fn hidden_within(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let inside = self.hidden.iter().filter(|hidden| hidden.start < range.end && hidden.end > range.start);
        let mut inside: Vec<_> = inside.cloned().collect();
        inside.sort_by_key(|hidden| hidden.start);
        inside
    }

    // Headings and sections

    fn start_heading(&mut self, level: HeadingLevel, id: Option<CowStr<'a>>, range: Range<usize>) {
        self.draft.fresh_line();
        let level = level as u8;
        let first_block = self.draft.html.is_empty() && self.depth == 0 && level == 1;
        if self.depth == 0 && level <= 2 && !first_block {
            self.end_lead(range.start);
        }
        let start = self.draft.at();
        self.draft.push(&format!("<h{level} id=\""));
        let id_at = self.draft.at();
        self.draft.push("\">");
        self.plain(Plain::block);
        let title = String::new();
        self.open_heading = Some(OpenHeading { level, id, title, start, id_at, place: range.start, first_block });
    }

    fn end_heading(&mut self, range: &Range<usize>) {
        let Some(heading) = self.open_heading.take() else { return };
        self.raw.hiding = None;
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
        let id = self.unique_id(&heading, &title);
        self.draft.insert(heading.id_at, &id);
        let level = heading.level;
        self.draft.push(&format!("</h{level}>\n"));
        if heading.first_block {
            self.lead.from = (range.end, self.draft.at());
        }
        self.plain(Plain::block);
        if !self.in_note {
            self.end_section();
            self.section = Section { id, level, title, ..Section::default() };
        }
    }

    fn end_section(&mut self) {
        let text = self.section_text.take();
        let notes = self.section_notes.take();
        let section = Section { text, notes, ..std::mem::take(&mut self.section) };
        if section.level > 0 || !section.text.is_empty() || !section.notes.is_empty() {
            self.sections.push(section);
        }
    }

    fn unique_id(&mut self, heading: &OpenHeading<'_>, title: &str) -> String {
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

    fn end_lead(&mut self, source: usize) {
        let html = self.draft.at();
        self.lead.to.get_or_insert((source, html));
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

    // Links and images

    fn start_link(&mut self, link_type: LinkType, address: &str, title: &str, range: &Range<usize>) {
        let (target, titled) = match link_type {
            LinkType::WikiLink { has_pothole } => (Target::parse_wiki(address, self.folder), !has_pothole),
            LinkType::Email => (Target::parse(&format!("mailto:{address}"), self.folder), false),
            _ => (Target::parse(address, self.folder), false),
        };
        self.open_link(range.start, address, target, title, titled);
    }

    fn open_link(&mut self, at: usize, written: &str, target: Target, title: &str, titled: bool) {
        let number = self.link(at, written, target, false);
        self.draft.place(Place::LinkOpen(number));
        self.write_title(title);
        self.draft.push(">");
        if titled {
            self.draft.place(Place::Title);
        }
        self.plain(Plain::link);
        self.open_link = Some(OpenLink { number, titled });
    }

    fn close_link(&mut self) {
        let Some(open) = self.open_link.take() else { return };
        if open.titled {
            self.draft.place(Place::TitleEnd);
        }
        self.draft.place(Place::LinkClose);
        let outside = match self.links.get(open.number as usize) {
            Some(Link { target: Target::Outside(address), .. }) => Some(address.clone()),
            _ => None,
        };
        self.plain(|plain| plain.end_link(outside.as_deref()));
    }

    fn write_title(&mut self, title: &str) {
        if !title.is_empty() {
            self.draft.push(" title=\"");
            escape::push_attribute(&mut self.draft.html, title);
            self.draft.push("\"");
        }
    }

    /// Remembers a link or image and returns its number.
    fn link(&mut self, at: usize, written: &str, target: Target, image: bool) -> u32 {
        let (line, column) = self.lines.place(at);
        if target == Target::Forbidden {
            self.findings.push((line, column, Finding::ForbiddenLink { target: written.to_owned() }));
        }
        self.links.push(Link { target, written: written.to_owned(), image, in_note: self.in_note, line, column });
        (self.links.len() - 1) as u32
    }

    fn start_image(&mut self, link_type: LinkType, address: &str, title: &str, range: &Range<usize>) {
        // `![[picture.png]]` names a file, not an article.
        let wiki = matches!(link_type, LinkType::WikiLink { .. });
        let is_file = crate::article::library::media_type(address).is_some();
        let target = if wiki && !is_file {
            Target::parse_wiki(address, self.folder)
        } else {
            Target::parse(address, self.folder)
        };
        self.open_image(range.start, address, target, title);
    }

    /// Begins an image; its alternative text follows. What is not a file of the content becomes a link to it.
    fn open_image(&mut self, at: usize, address: &str, target: Target, title: &str) {
        let place = self.lines.place(at);
        let outside = matches!(target, Target::Outside(_));
        let article = matches!(&target, Target::File { path, .. } if without_markdown_ending(path).is_some());
        let instead = match &target {
            // A picture from elsewhere would tell its server who reads what.
            Target::Outside(_) | Target::Heading(_) | Target::Name { .. } | Target::Forbidden => {
                Some(self.open_link.is_none())
            }
            Target::File { .. } => article.then_some(self.open_link.is_none()),
        };
        if outside {
            self.findings.push((place.0, place.1, Finding::ForbiddenLink { target: address.to_owned() }));
        }
        let number = match instead {
            Some(false) => None,
            _ => Some(self.link(at, address, target, instead.is_none())),
        };
        match (instead, number) {
            (None, Some(number)) => self.draft.place(Place::Image(number)),
            (Some(true), Some(number)) => {
                self.draft.place(Place::LinkOpen(number));
                self.write_title(title);
                self.draft.push(">");
            }
            _ => {}
        }
        let alt_from = self.draft.html.len();
        let (title, written) = (title.to_owned(), address.to_owned());
        self.open_image = Some(OpenImage { depth: 1, alt_from, instead, title, written, place });
    }

    fn end_image(&mut self) {
        let Some(image) = self.open_image.take() else { return };
        if self.draft.html.len() == image.alt_from {
            let (line, column) = image.place;
            self.findings.push((line, column, Finding::NoAltText { target: image.written.clone() }));
            if image.instead.is_some() {
                escape::push_text(&mut self.draft.html, &image.written);
            }
        }
        match image.instead {
            None => {
                self.draft.place(Place::ImageAlt);
                self.write_title(&image.title);
                self.draft.place(Place::ImageEnd);
            }
            Some(true) => self.draft.place(Place::LinkClose),
            Some(false) => {}
        }
    }

    // Footnotes

    fn footnote_number(&mut self, name: CowStr<'a>) -> usize {
        let next = self.footnotes.numbers.len() + 1;
        *self.footnotes.numbers.entry(name).or_insert(next)
    }

    fn footnote_reference(&mut self, name: CowStr<'a>) {
        let number = self.footnote_number(name);
        if self.open_image.is_some() {
            return;
        }
        let start = self.draft.at();
        let first = !self.footnotes.referred.contains(&number);
        if first {
            self.footnotes.referred.push(number);
        }
        let id = if first { format!(" id=\"fnref-{number}\"") } else { String::new() };
        self.draft.push(&format!("<sup class=\"footnote-ref\"><a href=\"#fn-{number}\"{id}>{number}</a></sup>"));
        self.footnotes.references.push(start..self.draft.at());
    }

    fn start_footnote(&mut self, name: CowStr<'a>) {
        let number = self.footnote_number(name);
        self.draft.fresh_line();
        if self.depth == 0 {
            self.footnotes.open = Some((number, self.draft.at()));
        }
        self.depth += 1;
        self.draft.push(&format!("<div class=\"footnote\" id=\"fn-{number}\"><sup>{number}</sup>\n"));
        self.plain(Plain::block);
    }

    fn end_footnote(&mut self) {
        self.depth -= 1;
        self.plain(Plain::block);
        self.draft.push("</div>\n");
        if self.depth == 0
            && let Some((number, start)) = self.footnotes.open.take()
        {
            self.footnotes.definitions.push((number, start..self.draft.at()));
        }
    }

    // Raw HTML

    fn inline_html(&mut self, html: &str, range: Range<usize>) {
        if html.starts_with("<!--") {
            self.hide(range);
        } else if self.open_image.is_none() {
            self.raw_html(html, range.start);
        }
    }

    fn hide(&mut self, range: Range<usize>) {
        if !self.in_note {
            self.hidden.push(range);
        }
    }

    fn hide_comments(&mut self, block: &Range<usize>) {
        let mut at = block.start;
        while let Some(start) = self.text[at..block.end].find("<!--") {
            let start = at + start;
            let end = self.text[start + 4..block.end].find("-->").map_or(block.end, |end| start + 4 + end + 3);
            self.hide(start..end);
            at = end;
        }
    }

    fn end_html_block(&mut self, range: &Range<usize>) {
        let Some((start, html)) = self.raw.block.take() else { return };
        let stray = !self.in_note && self.marks.internal_within(range);
        if stray {
            self.start_note();
        }
        if stray {
            self.hidden.push(range.clone());
        } else if html.contains("<!--") {
            self.hide_comments(range);
        }
        self.draft.fresh_line();
        self.plain(Plain::block);
        self.raw_html(&html, start);
        self.raw.hiding = None;
        self.draft.fresh_line();
        self.plain(Plain::block);
        if stray {
            self.end_note();
        }
    }

    fn raw_html(&mut self, html: &str, at: usize) {
        for piece in raw_html::pieces(html) {
            match piece {
                Piece::Text(text) => self.write_text(&text),
                Piece::Tag(tag) => self.raw_tag(&tag, at),
                Piece::Doctype => self.removed("<!DOCTYPE>", at),
            }
        }
    }

    fn raw_tag(&mut self, tag: &raw_html::Tag, at: usize) {
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
            ("a", true) => {
                if self.raw.open_links > 0 {
                    self.raw.open_links -= 1;
                    self.draft.raw();
                    self.draft.place(Place::LinkClose);
                }
                return;
            }
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

    fn raw_link(&mut self, tag: &raw_html::Tag, at: usize) {
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

    fn raw_image(&mut self, tag: &raw_html::Tag, at: usize) {
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
    fn removed(&mut self, what: &str, at: usize) {
        if !std::mem::replace(&mut self.raw.told, true) {
            let (line, column) = self.lines.place(at);
            self.findings.push((line, column, Finding::HtmlRemoved { what: what.to_owned() }));
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
        for (at, finding) in marks.findings(self.text) {
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

    fn lead_answer(&mut self) -> Option<Answer> {
        let (source_from, html_from) = self.lead.from;
        let (source_to, html_to) = self.lead.to?;
        let text = self.lead.plain.take();
        if text.is_empty() {
            return None;
        }
        let source = source_from..source_to.max(source_from);
        let markdown = quotes::without(self.text, source.clone(), &self.hidden_within(&source)).trim().to_owned();
        let html = self.public_part(html_from..html_to.max(html_from)).finish();
        Some(Answer { channel: None, text, html, markdown })
    }

    /// Moves the footnotes to the end, by number.
    fn with_footnotes_last(&mut self) -> Draft {
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
