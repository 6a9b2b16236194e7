//! Markdown: one parse of a text gives HTML with places, sections, answers, links and findings.
//!
//! The order of work: [`limits`] refuses what would take too long; [`marks`] finds the marks of answers and internal
//! notes, and [`notes`] what of the text is for staff only; [`writer`] goes through the parser's events once and writes everything at the same time; [`raw_html`] keeps
//! the harmless part of raw HTML; [`fragment`] holds the result. Nothing here knows other articles: links are kept as
//! written, and resolved by the library.

pub(crate) mod escape;
mod fragment;
mod limits;
mod links;
mod marks;
mod notes;
mod plain;
mod raw_html;
mod reader;
mod writer;

pub use fragment::{Destination, Fragment};
pub use links::{Link, Target, address, with_heading_of};
pub use reader::for_reader;

use std::ops::Range;

use crate::diagnostic::Finding;

/// What one parse gives.
#[derive(Debug, Default)]
pub struct Parts {
    /// The first heading of level 1, if it is the first block: the title of a file without front matter. It is then not
    /// part of `body`.
    pub heading: Option<String>,
    /// The text as HTML.
    pub body: Fragment,
    /// Sections, see [`super::Section`].
    pub sections: Vec<super::Section>,
    /// Answers, see [`super::Answer`].
    pub answers: Vec<super::Answer>,
    /// Links and images.
    pub links: Vec<Link>,
    /// Findings as line and column of the file (both from 1) and what.
    pub findings: Vec<(u32, u32, Finding)>,
    /// What a reader without notes must not get of the text: internal notes and HTML comments, as byte ranges in order.
    hidden: Vec<Range<usize>>,
}

/// Parses Markdown. `folder` is the folder of the file, against which relative links are resolved; `text` is the body
/// behind the front matter, which ended on line `first_line - 1`.
///
/// A text over the limits gives no body, and a finding that says which limit.
pub fn parse(text: &str, folder: &str, first_line: u32) -> Parts {
    parse_titled(text, folder, first_line, None)
}

/// Parses Markdown whose title is known: a first heading of level 1 that says something else stays part of the body.
pub(super) fn parse_titled(text: &str, folder: &str, first_line: u32, title: Option<&str>) -> Parts {
    match limits::check(text) {
        Ok(()) => writer::write(text, folder, first_line, title),
        Err((line, what)) => {
            let finding = Finding::TooComplex { what: what.to_owned() };
            Parts { findings: vec![(first_line + line, 1, finding)], ..Parts::default() }
        }
    }
}

/// Turns byte offsets of a text into lines and columns. Cheap when asked in ascending order or again for the same line,
/// as a parse does.
struct Lines<'a> {
    text: &'a str,
    first_line: u32,
    /// The last answer, and where its line begins.
    offset: usize,
    line: u32,
    column: u32,
    line_start: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, first_line: u32) -> Self {
        Self { text, first_line, offset: 0, line: first_line, column: 1, line_start: 0 }
    }

    /// Returns the line of the file and the column in characters, both from 1.
    fn place(&mut self, offset: usize) -> (u32, u32) {
        if offset < self.line_start {
            *self = Self::new(self.text, self.first_line);
        } else if offset < self.offset {
            (self.offset, self.column) = (self.line_start, 1);
        }
        let between = &self.text[self.offset..offset];
        match between.rfind('\n') {
            Some(at) => {
                self.line += between.bytes().filter(|&b| b == b'\n').count() as u32;
                self.line_start = self.offset + at + 1;
                self.column = between[at + 1..].chars().count() as u32 + 1;
            }
            None => self.column += between.chars().count() as u32,
        }
        self.offset = offset;
        (self.line, self.column)
    }
}
