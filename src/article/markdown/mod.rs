//! Markdown: one parse of a text gives HTML with places, sections, answers, links and findings.
//!
//! The order of work: [`limits`] refuses what would take too long; [`quotes`] finds the marks of answers and internal
//! notes; [`writer`] goes through the parser's events once and writes everything at the same time; [`raw_html`] keeps
//! the harmless part of raw HTML; [`fragment`] holds the result. Nothing here knows other articles: links are kept as
//! written, and resolved by the library.

mod escape;
mod fragment;
mod limits;
mod links;
mod plain;
mod quotes;
mod raw_html;
mod reader;
mod writer;

pub use fragment::{Destination, Fragment};
pub use links::{Link, Target};
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

/// Turns byte offsets of a text into lines and columns. Cheap when asked in ascending order, as a parse does.
struct Lines<'a> {
    text: &'a str,
    first_line: u32,
    last: (usize, u32, u32),
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, first_line: u32) -> Self {
        Self { text, first_line, last: (0, first_line, 1) }
    }

    /// Returns the line of the file and the column in characters, both from 1.
    fn place(&mut self, offset: usize) -> (u32, u32) {
        let (from, line, column) = if offset < self.last.0 { (0, self.first_line, 1) } else { self.last };
        let between = &self.text[from..offset];
        let newlines = between.bytes().filter(|&b| b == b'\n').count() as u32;
        let (line, column) = match between.rfind('\n') {
            Some(at) => (line + newlines, between[at + 1..].chars().count() as u32 + 1),
            None => (line, column + between.chars().count() as u32),
        };
        self.last = (offset, line, column);
        (line, column)
    }
}
