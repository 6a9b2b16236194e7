//! The marks at the start of a block quote that say what it is: `[!ANSWER]`, `[!ANSWER channel]`, `[!INTERNAL]`.
//!
//! An internal note that is taken for ordinary text is told to customers. So whatever looks like an attempt at one
//! counts as one: a mark that is not on the first line of its quote (two quotes that were not divided by an empty line),
//! and one that is misspelt. The author is told.

use std::ops::Range;

use crate::diagnostic::Finding;
use crate::spelling::nearest;

/// The most bytes of a mark.
const MOST_BYTES: usize = 64;

/// A mark in the source.
#[derive(Debug)]
pub(super) struct Mark {
    /// Where it stands, from `[` to `]`.
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    /// The number of `>` in front of it on its line.
    depth: usize,
    /// Whether it was seen where it means something, or is not meant (in code).
    pub(super) settled: bool,
}

/// What a mark says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Internal,
    /// With the channel in lower case.
    Answer(Option<String>),
    /// Something like a mark we know, which is named.
    Misspelt(&'static str),
}

impl Kind {
    /// Returns whether what is marked must be kept from customers.
    pub(super) fn is_internal(&self) -> bool {
        matches!(self, Self::Internal | Self::Misspelt("INTERNAL"))
    }
}

/// The marks of a text, in order.
#[derive(Debug, Default)]
pub(super) struct Marks(pub(super) Vec<Mark>);

impl Marks {
    /// Finds all marks that begin a line, behind nothing but marks of quotes and lists.
    pub(super) fn find(text: &str) -> Self {
        let mut marks = Vec::new();
        if !text.contains("[!") {
            return Self(marks);
        }
        let leads = |c: char| c.is_whitespace() || c.is_ascii_digit() || ">-+*.)".contains(c);
        let mut line_start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_start_matches(leads);
            let before = &line[..line.len() - content.len()];
            let start = line_start + before.len();
            line_start += line.len();
            let Some(inside) = content.strip_prefix("[!") else { continue };
            let Some(length) = inside.bytes().take(MOST_BYTES).position(|b| b == b']') else { continue };
            // A mark stands alone; `[!NAME](address)` is a link.
            if inside[length + 1..].starts_with(['(', '[', ':']) {
                continue;
            }
            if let Some(kind) = kind(&inside[..length]) {
                let depth = before.bytes().filter(|&b| b == b'>').count();
                let end = start + "[!".len() + length + "]".len();
                marks.push(Mark { range: start..end, kind, depth, settled: false });
            }
        }
        Self(marks)
    }

    fn within(&mut self, range: &Range<usize>) -> &mut [Mark] {
        let first = self.0.partition_point(|mark| mark.range.start < range.start);
        let behind = self.0.partition_point(|mark| mark.range.start < range.end);
        &mut self.0[first..behind.max(first)]
    }

    /// Returns the mark of a block quote, which is then settled: the one on its first line, or one further down in the
    /// same quote that makes it internal.
    pub(super) fn of_quote(&mut self, text: &str, quote: &Range<usize>) -> Option<(Range<usize>, Kind)> {
        let inside = self.within(quote);
        if inside.is_empty() {
            return None;
        }
        let before = &text[text[..quote.start].rfind('\n').map_or(0, |at| at + 1)..quote.start];
        let depth = before.bytes().filter(|&b| b == b'>').count() + 1;
        let first_line_end = text[quote.start..].find('\n').map_or(text.len(), |at| quote.start + at);
        let own = inside.iter().position(|mark| mark.depth == depth && mark.range.start < first_line_end);
        let stray = inside
            .iter()
            .position(|mark| mark.depth <= depth && mark.range.start >= first_line_end && mark.kind.is_internal());
        if let Some(own) = own {
            inside[own].settled = true;
            if inside[own].kind.is_internal() || stray.is_none() {
                return Some((inside[own].range.clone(), inside[own].kind.clone()));
            }
        }
        // The mark itself stays to be seen: nothing of the text is skipped.
        stray.map(|_| (quote.start..quote.start, Kind::Internal))
    }

    /// Returns whether a paragraph or block of HTML holds an internal mark, which has no meaning there.
    pub(super) fn internal_within(&mut self, range: &Range<usize>) -> bool {
        !self.0.is_empty() && self.within(range).iter().any(|mark| mark.kind.is_internal() && !mark.settled)
    }

    /// Settles what stands in code.
    pub(super) fn settle(&mut self, range: &Range<usize>) {
        self.within(range).iter_mut().for_each(|mark| mark.settled = true);
    }

    /// Returns the findings, by offset.
    pub(super) fn findings(self, text: &str) -> impl Iterator<Item = (usize, Finding)> {
        self.0.into_iter().filter_map(move |mark| {
            let written = text[mark.range.clone()].to_owned();
            let finding = match mark.kind {
                Kind::Misspelt(suggestion) => {
                    Finding::UnknownMark { mark: written, suggestion: format!("[!{suggestion}]") }
                }
                _ if mark.settled => return None,
                _ => Finding::MisplacedMark { mark: written },
            };
            Some((mark.range.start, finding))
        })
    }
}

fn kind(inside: &str) -> Option<Kind> {
    let mut words = inside.split_whitespace();
    let name = words.next()?.to_ascii_uppercase();
    let channel: Vec<_> = words.map(str::to_lowercase).collect();
    match name.as_str() {
        "INTERNAL" => Some(Kind::Internal),
        "ANSWER" => Some(Kind::Answer((!channel.is_empty()).then(|| channel.join(" ")))),
        "NOTE" | "TIP" | "IMPORTANT" | "WARNING" | "CAUTION" => None,
        // `[!INFO]` and others are of other programs; only a slip of the pen is ours.
        _ => nearest(&name, ["INTERNAL", "ANSWER"])
            .map(|known| Kind::Misspelt(if known == "ANSWER" { "ANSWER" } else { "INTERNAL" })),
    }
}

/// Returns the source of a block quote without its quote marks and without its mark, which ends at `from`; `hidden`
/// (sorted byte ranges) is left out.
pub(super) fn unquoted(text: &str, quote: &Range<usize>, from: usize, hidden: &[Range<usize>]) -> String {
    let before = &text[text[..quote.start].rfind('\n').map_or(0, |at| at + 1)..quote.start];
    let depth = before.bytes().filter(|&b| b == b'>').count() + 1;
    let kept = without(text, from..quote.end, hidden);
    let mut out = String::with_capacity(kept.len());
    for (number, line) in kept.lines().enumerate() {
        let mut rest = line;
        for _ in 0..if number == 0 { 0 } else { depth } {
            let Some(behind) = rest.trim_start().strip_prefix('>') else { break };
            rest = behind.strip_prefix(' ').unwrap_or(behind);
        }
        out.push_str(rest.trim_end_matches('\t'));
        out.push('\n');
    }
    out.trim_matches('\n').trim_end().trim_start_matches(' ').to_owned()
}

/// Returns a part of a text without the hidden ranges; a line that began before one still ends behind it.
pub(super) fn without(text: &str, range: Range<usize>, hidden: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(range.len());
    let mut at = range.start;
    for cut in hidden.iter().filter(|cut| cut.end > range.start && cut.start < range.end) {
        if cut.start > at {
            out.push_str(&text[at..cut.start]);
        }
        if cut.end > at {
            if text[..cut.end].ends_with('\n') && !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            at = cut.end;
        }
    }
    if at < range.end {
        out.push_str(&text[at..range.end]);
    }
    out
}
