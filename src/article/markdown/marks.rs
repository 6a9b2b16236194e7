//! The marks that say what a block quote is: `[!ANSWER]`, `[!ANSWER channel]`, `[!INTERNAL]`.
//!
//! An internal note that is taken for ordinary text is told to customers. So whatever looks like an attempt at one
//! counts as one: a mark that does not begin a quote (in a list, a table, the middle of a line), and one that is misspelt
//! (blanks in it, letters of another script, brackets escaped by an editor). The author is told. What becomes of them is
//! decided in [`super::notes`].

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::Finding;
use crate::path::is_invisible;
use crate::spelling::nearest;

/// The most bytes of a mark.
const MOST_BYTES: usize = 64;

/// How words begin that people write instead of `INTERNAL`.
const INTERNAL_TOO: [&str; 7] = ["private", "secret", "confidential", "staff", "внутренн", "служебн", "интернал"];

/// How words begin that people write instead of `ANSWER`.
const ANSWER_TOO: &str = "ответ";

/// A mark in the source.
#[derive(Debug)]
pub(super) struct Mark {
    /// Where it stands, from `[` to `]`.
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    /// The number of `>` at the beginning of its line.
    depth: usize,
    /// Whether nothing but marks of quotes and lists stands in front of it on its line.
    leads: bool,
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
    /// Finds all marks that begin a line, behind nothing but marks of quotes and lists, and internal ones wherever they
    /// stand.
    pub(super) fn find(text: &str) -> Self {
        let mut marks = Vec::new();
        let leads = |c: char| c.is_whitespace() || c.is_ascii_digit() || is_invisible(c) || ">-+*.)\\".contains(c);
        let mut line_start = 0;
        for line in text.split_inclusive('\n') {
            let start = line_start;
            line_start += line.len();
            let Some(first) = line.find('[') else { continue };
            let content = line.len() - line.trim_start_matches(leads).len();
            let depth = line[..content].bytes().filter(|&b| b == b'>').count();
            for (at, _) in line[first..].match_indices('[').map(|(at, found)| (first + at, found)) {
                if let Some((length, mut kind)) = read(&line[at..], at == content, depth > 0) {
                    if kind == Kind::Internal && line[..at].ends_with('\\') {
                        kind = Kind::Misspelt("INTERNAL");
                    }
                    let range = start + at..start + at + length;
                    marks.push(Mark { range, kind, depth, leads: at == content, settled: false });
                }
            }
        }
        Self(marks)
    }

    fn within(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.0.partition_point(|mark| mark.range.start < range.start);
        let behind = self.0.partition_point(|mark| mark.range.start < range.end);
        first..behind.max(first)
    }

    /// Returns the mark that begins a block quote, which is then settled.
    pub(super) fn of_quote(&mut self, text: &str, quote: &Range<usize>) -> Option<(Range<usize>, Kind)> {
        let inside = self.within(quote);
        let mark = &mut self.0[inside].first_mut()?;
        let before = &text[text[..quote.start].rfind('\n').map_or(0, |at| at + 1)..quote.start];
        let depth = before.bytes().filter(|&b| b == b'>').count() + 1;
        let on_first_line = !text[quote.start..mark.range.start].contains('\n');
        if !(on_first_line && mark.leads && mark.depth == depth) {
            return None;
        }
        mark.settled = true;
        Some((mark.range.clone(), mark.kind.clone()))
    }

    /// Settles what stands in code.
    pub(super) fn settle(&mut self, range: &Range<usize>) {
        let inside = self.within(range);
        self.0[inside].iter_mut().for_each(|mark| mark.settled = true);
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

/// Reads a mark at the beginning of a text that begins with `[`: its length and what it says.
fn read(text: &str, leads: bool, quoted: bool) -> Option<(usize, Kind)> {
    let mut most = text.len().min(MOST_BYTES);
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    let inside = text[1..most].split('\n').next()?;
    let named = inside.trim_start_matches(|c: char| is_blank(c) || c == '\\');
    let before = "[".len() + inside.len() - named.len();
    let Some(name) = named.strip_prefix(['!', '！']) else {
        // `> [INTERNAL]`, without the exclamation mark.
        let behind = named.strip_prefix("INTERNAL]").filter(|behind| leads && quoted && !goes_on(behind))?;
        return Some((before + named.len() - behind.len(), Kind::Misspelt("INTERNAL")));
    };
    let before = before + named.len() - name.len();
    let (name, closed) = match name.split_once(']') {
        Some((name, _)) => (name, true),
        None => (name.split(is_blank).next()?, false),
    };
    let mut length = before + name.len() + usize::from(closed);
    let goes_on = closed && goes_on(&text[length..]);
    let first = name.split_whitespace().next().unwrap_or_default();
    let plain = closed && !goes_on && inside.starts_with('!');
    if plain && first.eq_ignore_ascii_case("ANSWER") {
        let channel: Vec<_> = name.split_whitespace().skip(1).map(str::to_lowercase).collect();
        return leads.then(|| (length, Kind::Answer((!channel.is_empty()).then(|| channel.join(" ")))));
    }
    if plain && name.starts_with(first) && first.eq_ignore_ascii_case("INTERNAL") {
        return Some((length, Kind::Internal));
    }
    let kind = misspelt(name, first, leads && !goes_on)?;
    if goes_on && kind.is_internal() {
        length += 1;
    }
    Some((length, kind))
}

/// Returns whether what follows makes brackets a link or the definition of one.
fn goes_on(behind: &str) -> bool {
    behind.starts_with(['(', '[', ':'])
}

/// Returns what a misspelt mark was meant to be. Where it does not begin a line, only what says `INTERNAL` counts.
fn misspelt(name: &str, first: &str, leads: bool) -> Option<Kind> {
    static TOO: LazyLock<[String; 7]> = LazyLock::new(|| INTERNAL_TOO.map(squeezed));
    static ANSWER: LazyLock<String> = LazyLock::new(|| squeezed(ANSWER_TOO));
    if !first.starts_with(|c: char| c.is_alphabetic() || is_blank(c)) {
        return None;
    }
    let (whole, first) = (squeezed(name), squeezed(first));
    let internal = |word: &str| word == "INTERNAL" || TOO.iter().any(|other| word.starts_with(other));
    if internal(&whole) || internal(&first) {
        return Some(Kind::Misspelt("INTERNAL"));
    }
    let known = |word: &str| matches!(word, "NOTE" | "TIP" | "IMPORTANT" | "WARNING" | "CAUTION");
    if !leads || known(&whole) || known(&first) {
        return None;
    }
    if first.starts_with(&*ANSWER) {
        return Some(Kind::Misspelt("ANSWER"));
    }
    // `[!INFO]` and others are of other programs; only a slip of the pen is ours.
    let near = nearest(&first, ["INTERNAL", "ANSWER"]).or_else(|| nearest(&whole, ["INTERNAL", "ANSWER"]))?;
    Some(Kind::Misspelt(if near == "ANSWER" { "ANSWER" } else { "INTERNAL" }))
}

/// Returns a name in capitals without what cannot be seen, letters that look like Latin ones replaced by these.
fn squeezed(name: &str) -> String {
    let seen = name.nfkc().filter(|&c| !is_blank(c) && c != '\\').flat_map(char::to_uppercase);
    seen.map(|c| match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ё' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' | 'Ӏ' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'Ԛ' => 'Q',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Ԝ' => 'W',
        'Х' | 'Χ' => 'X',
        _ => c,
    })
    .collect()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
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
