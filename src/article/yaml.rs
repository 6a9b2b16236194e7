//! A careful subset of YAML: maps, lists and texts, each with its place, and nothing that can grow or refer.
//!
//! Built on the events of serde-saphyr's parser rather than on typed deserialization, because here the schema decides what a value is:
//! `14`, `yes` and `2026-11-12` stay the text that was written, a wrong value spoils its own key only, and every value
//! keeps the line and column that a finding about it names. Anchors, aliases, tags, merge keys, further documents and
//! doubled keys are refused, and so is anything larger than its [`Limits`].

use rustc_hash::FxHashSet;
use serde_saphyr::granit_parser::{self, ErrorKind, Event, Parser, ScalarStyle, Span};

use super::source;
use crate::diagnostic::Finding;

/// How large a document may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Lists and maps within one another.
    pub(super) depth: usize,
    /// Values and keys altogether.
    pub(super) nodes: usize,
    /// Bytes of one text.
    pub(super) text: usize,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The value.
    pub(super) value: Value,
    /// Its place.
    pub(super) at: Place,
}

/// A place in a document: line and column in characters, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// What is not accepted, and where.
pub(super) type Problem = (Place, Finding);

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// Any other scalar, as written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in the order written.
    Map(Vec<(Key, Node)>),
}

impl Value {
    /// Returns a scalar as written.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A key and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) at: Place,
}

/// Reads a file of its own: at most `most` bytes of UTF-8. What is wrong with the YAML becomes a finding of this kind of file
/// by `unusable`.
pub(super) fn read(bytes: &[u8], most: usize, limits: Limits, unusable: fn(&str) -> Finding) -> Result<Node, Problem> {
    let start = Place { line: 1, column: 1 };
    if bytes.len() > most {
        return Err((start, Finding::TooLarge { size: bytes.len() as u64, limit: most as u64 }));
    }
    let text = source::decode(bytes).ok_or((start, Finding::NotUtf8))?;
    parse(&text, limits).map_err(|(at, finding)| {
        let finding = match finding {
            Finding::FrontMatterSyntax { reason } => unusable(&reason),
            Finding::FrontMatterTooLarge { limit } => unusable(&format!("more than {limit}")),
            Finding::FrontMatterForbidden { what } => unusable(&format!("`{what}` is not allowed")),
            Finding::DuplicateKey { key } => unusable(&format!("`{key}` is written twice")),
            other => other,
        };
        (at, finding)
    })
}

/// Reads a document; an empty one is [`Value::Null`].
///
/// # Errors
/// The first thing that is not accepted, and where.
pub(super) fn parse(text: &str, limits: Limits) -> Result<Node, Problem> {
    refuse_tabs(text)?;
    document(text, limits).map_err(|problem| where_it_began(text, problem))
}

fn document(text: &str, limits: Limits) -> Result<Node, Problem> {
    let mut options = granit_parser::options! { emit_unresolved_aliases: true, disallow_directives: true };
    options.flow_nesting_limit = limits.depth + 1;
    options.block_nesting_limit = limits.depth + 1;
    let mut reader = Reader { events: Parser::new_from_str_with_options(text, options), limits, nodes: 0 };
    let mut document = None;
    while let Some((event, span)) = reader.next()? {
        match event {
            Event::DocumentStart(..) if document.is_some() => return Err(forbidden(span, "a second document")),
            Event::Scalar(..)
            | Event::SequenceStart(..)
            | Event::MappingStart(..)
            | Event::Alias(_)
            | Event::UnresolvedAlias(_) => document = Some(reader.node(event, span, 0)?),
            _ => {}
        }
    }
    Ok(document.unwrap_or(Node { value: Value::Null, at: Place { line: 1, column: 1 } }))
}

/// A tab that indents means different things to different programs, so none is accepted.
fn refuse_tabs(text: &str) -> Result<(), Problem> {
    for (line, content) in (1..).zip(text.lines()) {
        let indent = content.len() - content.trim_start().len();
        if let Some(at) = content[..indent].find('\t')
            && indent < content.len()
        {
            let reason = "a tab indents the line; use spaces".to_owned();
            return Err((Place { line, column: at as u32 + 1 }, Finding::FrontMatterSyntax { reason }));
        }
    }
    Ok(())
}

struct Reader<'a> {
    events: Parser<'a, granit_parser::StrInput<'a>>,
    limits: Limits,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Problem> {
        self.events.next_event().transpose().map_err(|error| {
            let mark = error.marker();
            (place(mark), Finding::FrontMatterSyntax { reason: reason(error.kind()) })
        })
    }

    /// Builds the value that begins with this event. Recursion is bounded by [`Limits::depth`].
    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Problem> {
        let at = place(&span.start);
        let too_large = |limit: String| Err((at, Finding::FrontMatterTooLarge { limit }));
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return too_large(format!("{} values", self.limits.nodes));
        }
        if let Some(what) = refused(&event) {
            return Err(forbidden(span, &what));
        }
        let opens = matches!(event, Event::SequenceStart(..) | Event::MappingStart(..));
        if opens && depth >= self.limits.depth {
            return too_large(format!("{} lists and maps within one another", self.limits.depth));
        }
        let value = match event {
            Event::Scalar(text, style, ..) => {
                if text.len() > self.limits.text {
                    return too_large(format!("{} bytes in one text", self.limits.text));
                }
                let plain = style == ScalarStyle::Plain;
                if plain && matches!(&text[..], "" | "~" | "null" | "Null" | "NULL") {
                    Value::Null
                } else {
                    Value::Text(text.into_owned())
                }
            }
            Event::SequenceStart(..) => self.list(depth)?,
            _ => self.map(depth)?,
        };
        Ok(Node { value, at })
    }

    fn list(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next()? {
            if event == Event::SequenceEnd {
                break;
            }
            items.push(self.node(event, span, depth + 1)?);
        }
        Ok(Value::List(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut seen = FxHashSet::default();
        while let Some((event, span)) = self.next()? {
            if event == Event::MappingEnd {
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let name = match key.value {
                Value::Text(name) => name,
                Value::Null => String::new(),
                Value::List(_) | Value::Map(_) => return Err(forbidden(span, "a list or map as a key")),
            };
            if name == "<<" {
                return Err(forbidden(span, "<<"));
            }
            if !seen.insert(name.clone()) {
                return Err((key.at, Finding::DuplicateKey { key: name }));
            }
            let Some((event, span)) = self.next()? else { break };
            let value = self.node(event, span, depth + 1)?;
            entries.push((Key { name, at: key.at }, value));
        }
        Ok(Value::Map(entries))
    }
}

const OPEN_QUOTE: &str = "a quote is not closed";
const OPEN_BRACKET: &str = "a bracket is not closed, or a comma is missing";

/// Says in the words of an editor what the parser does not accept; what hardly anybody ever writes, in the parser's own.
fn reason(kind: &ErrorKind) -> String {
    use ErrorKind as Kind;
    let reason = match kind {
        Kind::UnclosedQuotedScalar | Kind::InvalidQuotedScalarIndent | Kind::DocumentIndicatorInQuotedScalar => {
            OPEN_QUOTE
        }
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => {
            "there is more behind the closing quote"
        }
        Kind::UnclosedFlowCollection { .. }
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping
        | Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::InvalidFlowScalarIndent => OPEN_BRACKET,
        Kind::MisplacedFlowCollectionEnd | Kind::MismatchedFlowCollectionEnd { .. } => "a bracket has no other",
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => "a colon and a space are missing behind a key",
        Kind::ExpectedBlockMappingKey => "a key is expected here: look at indents, brackets and quotes",
        Kind::InvalidIndentation
        | Kind::ExpectedBlockSequenceEntry
        | Kind::BlockSequenceEntryNotAllowed
        | Kind::InvalidBlockScalarIndent => "the indent is not that of the lines around it",
        Kind::UnknownQuotedScalarEscape => "`\\` in double quotes begins a special character; write `\\\\`",
        Kind::UnexpectedCharacter { character } => return format!("a value cannot begin with `{character}`"),
        other => return other.to_string().lines().next().unwrap_or_default().to_owned(),
    };
    reason.to_owned()
}

/// Moves a problem to where its author would look for it: the parser notices an open quote some lines behind it, and an anchor
/// or tag only with its value.
fn where_it_began(text: &str, (at, finding): Problem) -> Problem {
    let lines = || text.lines().take(at.line as usize);
    let column = |line: &str, at: usize| line[..at].chars().count() as u32 + 1;
    match &finding {
        Finding::FrontMatterSyntax { reason } if reason == OPEN_QUOTE => {
            let open = |line: &str| {
                let odd = |quote: &char| line.matches(*quote).count() % 2 == 1;
                ['"', '\''].iter().find(|quote| odd(quote)).and_then(|quote| line.rfind(*quote))
            };
            let began =
                (1..).zip(lines()).filter_map(|(number, line)| Some((number, column(line, open(line)?)))).last();
            let at = began.map_or(at, |(line, column)| Place { line, column });
            (at, finding)
        }
        // Whatever the parser stumbles over behind an open bracket, that is what there is to mend.
        Finding::FrontMatterSyntax { .. } => match open_bracket(text, at) {
            Some(began) => (began, Finding::FrontMatterSyntax { reason: OPEN_BRACKET.to_owned() }),
            None => (at, finding),
        },
        Finding::FrontMatterForbidden { what } if what.starts_with(['&', '!']) => {
            let sign = &what[..1];
            let line = lines().last().unwrap_or_default();
            let before = line.char_indices().nth(at.column as usize - 1).map_or(line, |(end, _)| &line[..end]);
            let Some(began) = before.rfind(&format!(" {sign}")).map(|space| space + 1) else { return (at, finding) };
            let what = before[began..].split_whitespace().next().unwrap_or(sign).to_owned();
            let at = Place { line: at.line, column: column(line, began) };
            (at, Finding::FrontMatterForbidden { what })
        }
        _ => (at, finding),
    }
}

/// Returns where the first bracket begins a value that nothing has closed when a line ends on which something is wrong.
fn open_bracket(text: &str, wrong: Place) -> Option<Place> {
    let mut open: Vec<Place> = Vec::new();
    let (mut quote, mut before) = (None, ':');
    for (line, content) in (1..).zip(text.lines().take(wrong.line as usize)) {
        for (column, c) in (1..).zip(content.chars()) {
            let begins = matches!(before, ':' | '-' | ',' | '[' | '{' | '\n');
            match c {
                _ if quote == Some(c) => quote = None,
                _ if quote.is_some() => {}
                '"' | '\'' if begins => quote = Some(c),
                '#' if column == 1 || content.chars().nth(column as usize - 2) == Some(' ') => break,
                '[' | '{' if begins => open.push(Place { line, column }),
                ']' | '}' => drop(open.pop()),
                _ => {}
            }
            if !c.is_whitespace() {
                before = c;
            }
        }
        before = if open.is_empty() { '\n' } else { before };
    }
    open.first().copied()
}

/// Returns what an event carries that is never accepted, as it would be written.
fn refused(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Alias(_) => return Some("*alias".to_owned()),
        Event::UnresolvedAlias(name) => return Some(format!("*{name}")),
        _ => {}
    }
    if event.anchor_id().is_some_and(|id| id != 0) {
        return Some("&anchor".to_owned());
    }
    event.tag().map(granit_parser::Tag::original)
}

fn forbidden(span: Span, what: &str) -> Problem {
    (place(&span.start), Finding::FrontMatterForbidden { what: what.to_owned() })
}

fn place(mark: &granit_parser::Marker) -> Place {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Place { line: number(mark.line()).max(1), column: number(mark.col()).saturating_add(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { depth: 8, nodes: 500, text: 4096 };

    fn refusal(text: &str) -> (u32, u32, &'static str) {
        let (at, finding) = parse(text, LIMITS).expect_err(text);
        (at.line, at.column, finding.code())
    }

    #[test]
    fn scalars_stay_as_written() {
        let node = parse("a: 014\nb: yes\nc: 'null'\nd: ~\ne:\n", LIMITS).expect("good");
        let Value::Map(entries) = node.value else { panic!("a map") };
        let values: Vec<_> = entries.into_iter().map(|(_, node)| node.value).collect();
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(values, [text("014"), text("yes"), text("null"), Value::Null, Value::Null]);
    }

    #[test]
    fn places_are_lines_and_characters() {
        let node = parse("теги: [один, два]\n", LIMITS).expect("good");
        let Value::Map(entries) = node.value else { panic!("a map") };
        let Value::List(items) = &entries[0].1.value else { panic!("a list") };
        assert_eq!(items[1].at, Place { line: 1, column: 14 });
    }

    #[test]
    fn slip_is_told_in_plain_words_where_it_was_made() {
        let said = |text: &str| match parse(text, LIMITS).expect_err(text) {
            (at, Finding::FrontMatterSyntax { reason }) => format!("{}:{} {reason}", at.line, at.column),
            (at, Finding::FrontMatterForbidden { what }) => format!("{}:{} {what}", at.line, at.column),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(said("a: \"b\nc: d\n"), "1:4 a quote is not closed");
        assert_eq!(said("a: b\nc: 'd\ne: f\n"), "2:4 a quote is not closed");
        assert_eq!(said("a: \"b\" c\n"), "1:8 there is more behind the closing quote");
        assert_eq!(said("a: [b, c\nd: e\n"), "1:4 a bracket is not closed, or a comma is missing");
        assert_eq!(said("a: [b] c\n"), "1:8 a key is expected here: look at indents, brackets and quotes");
        assert_eq!(said("a: b]\nc: ]\n"), "2:4 a bracket has no other");
        assert_eq!(said("a: @b\n"), "1:4 a value cannot begin with `@`");
        assert_eq!(said("a: b\nцена\nc: d\n"), "2:1 a colon and a space are missing behind a key");
        assert_eq!(said("a:\n  - b\n - c\n"), "3:2 a key is expected here: look at indents, brackets and quotes");
        assert_eq!(said("a: !!str 1\n"), "1:4 !!str");
        assert_eq!(said("цена: &ц 1\n"), "1:7 &ц");
    }

    #[test]
    fn whatever_refers_or_grows_is_refused() {
        assert_eq!(refusal("a: &x 1\nb: *x"), (1, 4, "KB004"));
        assert_eq!(refusal("b: *x").2, "KB004");
        assert_eq!(refusal("a: !!str 1").2, "KB004");
        assert_eq!(refusal("<<: {a: 1}"), (1, 1, "KB004"));
        assert_eq!(refusal("a: 1\n---\nb: 2").2, "KB004");
        assert_eq!(refusal("a: 1\na: 2"), (2, 1, "KB007"));
        assert_eq!(refusal("a: 1\n\tb: 2"), (2, 1, "KB001"));
        assert_eq!(refusal(&"[".repeat(16_000)).2, "KB001");
        assert_eq!(refusal(&format!("{}1{}", "[".repeat(9), "]".repeat(9))).2, "KB003");
        assert_eq!(refusal(&format!("a: [{}]", "1, ".repeat(600))).2, "KB003");
        assert_eq!(refusal(&format!("a: {}", "x".repeat(5000))).2, "KB003");
        assert_eq!(refusal("a: [1").2, "KB001");
        assert_eq!(refusal("%YAML 1.2\n---\na: 1").2, "KB001");
    }
}
