//! What of a text is for staff only, found before anything is written.
//!
//! 1. A block quote that begins with the mark is an internal note; where it ends, the parser says.
//! 2. A mark that stands anywhere else is in doubt: in a list or a table, in HTML or a comment that was opened before it,
//!    in code whose fence somebody forgot to close. So is a line that stands right behind a note and is not part of it.
//!    What cannot be told is not told: the blocks of the top level that hold any line up to the next empty one are hidden
//!    whole.
//! 3. Footnotes and addresses of links that shown text does not refer to are hidden too, and what is defined in hidden
//!    text is not defined for the rest.
//!
//! A text without an internal mark costs nothing here.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use rustc_hash::{FxHashMap, FxHashSet};

use super::marks::Marks;
use super::writer::EXTENSIONS;
use crate::diagnostic::Finding;

/// What of a text is for staff only.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Whether the text was looked at: whether it has an internal mark.
    pub(super) searched: bool,
    /// The source of everything hidden, sorted and apart.
    pub(super) hidden: Vec<Range<usize>>,
    /// Where blocks of the top level begin that are hidden whole, sorted.
    blocks: Vec<usize>,
    /// Where definitions of footnotes begin that shown text does not refer to, sorted.
    footnotes: Vec<usize>,
    /// Where links and references to footnotes stand that are defined in hidden text only, sorted.
    undefined: Vec<usize>,
    /// The names of footnotes in the order in which shown text mentions them.
    pub(super) order: Vec<String>,
    /// Findings by offset.
    pub(super) findings: Vec<(usize, Finding)>,
}

impl Notes {
    /// Looks through a text; settles the marks that mean something where they stand.
    pub(super) fn find(text: &str, marks: &mut Marks) -> Self {
        if !marks.0.iter().any(|mark| mark.kind.is_internal()) {
            return Self::default();
        }
        let outline = Outline::read(text, marks);
        let mut notes = Self { searched: true, ..Self::default() };
        notes.doubt(text, marks, &outline);
        notes.footnotes(text, &outline);
        notes.addresses(text, &outline);
        notes
    }

    /// Returns whether the block of the top level that begins here is hidden whole.
    pub(super) fn hides_block(&self, at: usize) -> bool {
        self.blocks.binary_search(&at).is_ok()
    }

    /// Returns whether the definition of a footnote that begins here is hidden.
    pub(super) fn hides_footnote(&self, at: usize) -> bool {
        self.footnotes.binary_search(&at).is_ok()
    }

    /// Returns whether the link or reference that stands here means nothing, since its definition is hidden.
    pub(super) fn undefines(&self, at: usize) -> bool {
        self.undefined.binary_search(&at).is_ok()
    }

    fn is_hidden(&self, at: usize) -> bool {
        holds(&self.hidden, at)
    }

    /// Hides the notes, and what is in doubt.
    fn doubt(&mut self, text: &str, marks: &Marks, outline: &Outline) {
        let mut doubts: Vec<Range<usize>> = Vec::new();
        for note in &outline.notes {
            if let Some((line, end)) = what_runs_on(text, note) {
                self.findings.push((line, Finding::NoteRunsOn));
                doubts.push(note.start..end);
            }
        }
        let mut until = 0;
        for mark in marks.0.iter().filter(|mark| mark.kind.is_internal() && !mark.settled) {
            if mark.range.start >= until && !holds(&outline.notes, mark.range.start) {
                until = next_empty_line(text, mark.range.end);
                doubts.push(line_start(text, mark.range.start)..until);
            }
        }
        let doubts = united(doubts);
        for block in &outline.blocks {
            let first = doubts.partition_point(|doubt| doubt.end <= block.start);
            if doubts.get(first).is_some_and(|doubt| doubt.start < block.end) {
                self.blocks.push(block.start);
                self.hidden.push(lines(text, block));
            }
        }
        self.hidden.extend(doubts);
        self.hidden.extend(outline.notes.iter().cloned());
        self.hidden = united(std::mem::take(&mut self.hidden));
    }

    /// Hides the footnotes that shown text does not refer to, and numbers the others as if nothing hidden were there.
    fn footnotes(&mut self, text: &str, outline: &Outline) {
        let definitions = &outline.footnotes;
        let holder = |at: usize| {
            let behind = definitions.partition_point(|(_, range)| range.start <= at);
            definitions[..behind].last().filter(|(_, range)| at < range.end)
        };
        // What shown text refers to is shown, and what that refers to in turn.
        let mut from: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        let mut shown: Vec<&str> = Vec::new();
        for (name, at) in &outline.references {
            match holder(*at) {
                _ if self.is_hidden(*at) => {}
                Some((holder, _)) => from.entry(holder).or_default().push(name),
                None => shown.push(name),
            }
        }
        let mut public: FxHashSet<&str> = FxHashSet::default();
        while let Some(name) = shown.pop() {
            if public.insert(name) {
                shown.extend(from.get(name).into_iter().flatten());
            }
        }
        let before = &self.hidden;
        let open = |at: usize| !holds(before, at);
        let hidden: Vec<_> = definitions.iter().filter(|(name, _)| !public.contains(name.as_str())).collect();
        self.footnotes = hidden.iter().map(|(_, range)| range.start).filter(|&at| open(at)).collect();
        let defined: FxHashSet<&str> =
            definitions.iter().filter(|(_, range)| open(range.start)).map(|(name, _)| name.as_str()).collect();
        let hidden: Vec<_> = hidden.into_iter().map(|(_, range)| lines(text, range)).collect();
        self.hidden.extend(hidden);
        self.hidden = united(std::mem::take(&mut self.hidden));
        let mentions = outline.references.iter().map(|(name, at)| (*at, name));
        let mut mentions: Vec<_> =
            mentions.chain(definitions.iter().map(|(name, range)| (range.start, name))).collect();
        mentions.sort_unstable();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for (at, name) in mentions {
            if self.is_hidden(at) {
                continue;
            }
            if !defined.contains(name.as_str()) {
                self.undefined.push(at);
            } else if seen.insert(name) {
                self.order.push(name.clone());
            }
        }
    }

    /// Hides the addresses of links that only hidden text uses, and those in hidden text from all others.
    fn addresses(&mut self, text: &str, outline: &Outline) {
        let mut used: FxHashMap<usize, bool> = FxHashMap::default();
        for (at, definition) in &outline.links {
            let shown = !self.is_hidden(*at);
            *used.entry(definition.start).or_default() |= shown;
            if shown && self.is_hidden(definition.start) {
                self.undefined.push(*at);
            }
        }
        self.undefined.sort_unstable();
        let only_hidden = outline.links.iter().map(|(_, definition)| definition).filter(|d| !used[&d.start]);
        let only_hidden: Vec<_> = only_hidden.map(|definition| lines(text, definition)).collect();
        self.hidden.extend(only_hidden);
        self.hidden = united(std::mem::take(&mut self.hidden));
    }
}

/// What stands where in a text.
#[derive(Debug, Default)]
struct Outline {
    /// The blocks of the top level.
    blocks: Vec<Range<usize>>,
    /// The internal notes, without those within others.
    notes: Vec<Range<usize>>,
    /// References to footnotes: their names and where they stand.
    references: Vec<(String, usize)>,
    /// Definitions of footnotes, by place.
    footnotes: Vec<(String, Range<usize>)>,
    /// Links and images whose address stands elsewhere: where they stand, and where the address does.
    links: Vec<(usize, Range<usize>)>,
}

impl Outline {
    fn read(text: &str, marks: &mut Marks) -> Self {
        let mut outline = Self::default();
        // Blocks of code that hold no fence of their own; they are believed only if every fence of the text is closed.
        let mut code = Vec::new();
        let mut fences_closed = true;
        let mut depth = 0usize;
        let mut events = Parser::new_ext(text, EXTENSIONS).into_offset_iter();
        while let Some((event, range)) = events.next() {
            if depth == 0 && matches!(event, Event::Start(_) | Event::Rule) {
                outline.blocks.push(range.clone());
            }
            match &event {
                Event::Start(tag) => {
                    depth += 1;
                    match tag {
                        Tag::BlockQuote(_) => {
                            let mark = marks.of_quote(text, &range);
                            let within = outline.notes.last().is_some_and(|note| range.start < note.end);
                            if mark.is_some_and(|(_, kind)| kind.is_internal()) && !within {
                                outline.notes.push(range);
                            }
                        }
                        Tag::CodeBlock(CodeBlockKind::Fenced(_)) => {
                            let block = &text[range.clone()];
                            fences_closed &= is_closed(block);
                            if !holds_fence(block) {
                                code.push(range);
                            }
                        }
                        Tag::FootnoteDefinition(name) => outline.footnotes.push((name.to_lowercase(), range)),
                        Tag::Link { id, .. } | Tag::Image { id, .. } if !id.is_empty() => {
                            if let Some(definition) = events.reference_definitions().get(id) {
                                outline.links.push((range.start, definition.span.clone()));
                            }
                        }
                        _ => {}
                    }
                }
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Code(_) if is_talk(text, &range) => marks.settle(&range),
                Event::FootnoteReference(name) => outline.references.push((name.to_lowercase(), range.start)),
                _ => {}
            }
        }
        if fences_closed {
            code.iter().for_each(|range| marks.settle(range));
        }
        outline
    }
}

/// Returns whether a mark in code among words is only talked about: not where a line begins with it, whatever backtick
/// stands on the line before, and not where it begins a line of a quote, as one copied with its backticks does.
fn is_talk(text: &str, code: &Range<usize>) -> bool {
    let before = &text[line_start(text, code.start)..code.start];
    let begins_quote =
        before.contains('>') && before.chars().all(|c| c.is_whitespace() || ">-+*.)0123456789".contains(c));
    !begins_quote && !text[code.clone()].contains('\n')
}

/// Returns whether the last line of a fenced block of code closes it.
fn is_closed(block: &str) -> bool {
    let last = block.trim_end().rsplit_once('\n').map_or("", |(_, last)| last);
    fence(last).is_some_and(|(_, _, behind)| behind.is_empty())
}

/// Returns whether a line within a fenced block of code would begin such a block: then a fence was forgotten, and what
/// closes this block was meant to open the next one.
fn holds_fence(block: &str) -> bool {
    let mut lines = block.trim_end().lines();
    let Some((mark, length, _)) = lines.next().and_then(fence) else { return true };
    lines.next_back();
    lines.filter_map(fence).any(|(other, long, _)| other == mark && long >= length)
}

/// Returns the letter of a fence, its length, and what follows it.
fn fence(line: &str) -> Option<(u8, usize, &str)> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
    let mark = *line.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
    let length = line.bytes().take_while(|&b| b == mark).count();
    (length >= 3).then(|| (mark, length, line[length..].trim()))
}

/// Returns the line right behind a note if its author may have taken it for a part of the note, as a paragraph goes on
/// without its quote marks, and where the text ends that it begins.
fn what_runs_on(text: &str, note: &Range<usize>) -> Option<(usize, usize)> {
    let from = if text[..note.end].ends_with('\n') { note.end } else { line_end(text, note.end) };
    let line = text[from..].lines().next()?;
    let bare = line.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let item = |rest: &str, marks: &[char]| {
        rest.strip_prefix(marks).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    let begins_block = bare.is_empty()
        || bare.starts_with(['#', '<'])
        || fence(bare).is_some()
        || item(bare, &['-', '+', '*'])
        || (digits > 0 && item(&bare[digits..], &['.', ')']))
        || ["---", "***", "___"].iter().any(|rule| bare.starts_with(rule));
    (!begins_block).then(|| (from, next_empty_line(text, from)))
}

/// Returns whether one of some ranges, sorted and apart, holds an offset.
fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let first = ranges.partition_point(|range| range.end <= at);
    ranges.get(first).is_some_and(|range| range.start <= at)
}

/// Sorts ranges and unites those that overlap.
fn united(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut united: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match united.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => united.push(range),
        }
    }
    united
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// Returns the whole lines that a range touches.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let end = range.end.max(range.start);
    let ends_line = end > range.start && text[..end].ends_with('\n');
    line_start(text, range.start)..if ends_line { end } else { line_end(text, end) }
}

/// Returns where the next line begins on which nothing stands.
fn next_empty_line(text: &str, at: usize) -> usize {
    let mut at = line_end(text, at);
    while let Some(line) = text[at..].split_inclusive('\n').next() {
        if line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    at
}
