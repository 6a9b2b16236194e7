//! Putting facts and fragments into a text, and finding the way back from a place in the result to one in the file.

use super::Commons;
use crate::diagnostic::Finding;
use crate::spelling::nearest;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// A text with what it shares put in.
pub(crate) struct Expanded {
    /// The text.
    pub(crate) text: String,
    /// The way back.
    pub(crate) places: Places,
    /// What is not there, as line and column of the text as written, both from 1.
    pub(crate) findings: Vec<(u32, u32, Finding)>,
}

/// Where the lines of a result come from.
#[derive(Default)]
pub(crate) struct Places {
    /// For each line of the result the line as written, from 0.
    lines: Vec<u32>,
    /// What was put into a line of the result: the line, its first column there, how many characters, and how many were written.
    /// In order.
    puts: Vec<Put>,
}

struct Put {
    line: u32,
    column: u32,
    length: u32,
    written: u32,
}

impl Places {
    /// Returns the place as written of a place in the result; lines and columns from 1.
    pub(crate) fn written(&self, line: u32, column: u32) -> (u32, u32) {
        let Some(&from) = self.lines.get(line.saturating_sub(1) as usize) else { return (line, column) };
        let mut shift = 0i64;
        for put in self.puts.iter().filter(|put| put.line == line) {
            if column < put.column {
                break;
            }
            if column < put.column + put.length {
                shift += i64::from(column - put.column);
                break;
            }
            shift += i64::from(put.length) - i64::from(put.written);
        }
        (from + 1, u32::try_from(i64::from(column) - shift).unwrap_or(1).max(1))
    }
}

/// What stands between the braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted<'a> {
    Fact(&'a str),
    Fragment(&'a str),
    /// Something that is called nearly so: the word as written, what it stands for, and the name.
    Nearly(&'a str, &'static str, &'a str),
}

/// Returns what a word before the colon stands for that is not one of the two.
fn nearly(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "fact" | "facts" | "факт" | "факты" => Some("fact"),
        "fragment" | "fragments" | "фрагмент" | "фрагменты" => Some("fragment"),
        other => nearest(other, ["fragment"]).filter(|_| other.starts_with("frag")),
    }
}

/// Returns whether this can be the name of a fact.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
}

/// Returns the next reference in a line: its bytes, and what it wants.
fn next(line: &str, from: usize) -> Option<(std::ops::Range<usize>, Wanted<'_>)> {
    let mut at = from;
    while let Some(found) = line[at..].find(OPEN) {
        let start = at + found;
        at = start + OPEN.len();
        let length = line[at..].find(CLOSE)?;
        let inside = line[at..at + length].trim();
        let wanted = match inside.split_once(':') {
            Some((word, name)) => match (word.trim(), name.trim()) {
                ("fact", name) => Wanted::Fact(name),
                ("fragment", name) => Wanted::Fragment(name),
                (word, name) => match nearly(word) {
                    Some(meant) => Wanted::Nearly(word, meant, name),
                    None => continue,
                },
            },
            None => continue,
        };
        if !line[..start].ends_with('\\') {
            return Some((start..at + length + CLOSE.len(), wanted));
        }
    }
    None
}

/// Returns whether a text wants a fragment anywhere.
pub(super) fn names_a_fragment(text: &str) -> bool {
    text.lines().any(|line| {
        let mut from = 0;
        while let Some((range, wanted)) = next(line, from) {
            if matches!(wanted, Wanted::Fragment(_)) {
                return true;
            }
            from = range.end;
        }
        false
    })
}

impl Commons {
    /// Puts facts and fragments into a text; `None` when it wants none. `most` bytes are written at most: what would lead
    /// beyond them is left as written.
    ///
    /// A fragment of several lines stands alone on its line, and what is in front of it there (`> `, spaces of a list) is put in
    /// front of each of its lines.
    pub(crate) fn expand(&self, text: &str, most: usize) -> Option<Expanded> {
        if !text.lines().any(|line| next(line, 0).is_some()) {
            return None;
        }
        let mut out =
            Writer { text: String::with_capacity(text.len()), places: Places::default(), findings: Vec::new() };
        for (number, line) in (0u32..).zip(text.split_inclusive('\n')) {
            let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
            if !(out.text.len() < most && self.block(line, number, &mut out)) {
                out.begin(number);
                let room = most.saturating_sub(out.text.len());
                self.inline(line, number, room, &mut out);
            }
            out.text.push_str(end);
        }
        Some(Expanded { text: out.text, places: out.places, findings: out.findings })
    }

    /// Puts a fragment in place of a line that holds nothing else; `false` when the line is another.
    fn block(&self, line: &str, number: u32, out: &mut Writer) -> bool {
        let Some((range, Wanted::Fragment(name))) = next(line, 0) else { return false };
        let (before, behind) = (&line[..range.start], &line[range.end..]);
        let is_margin = before.chars().all(|c| matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+'));
        let Ok(fragment) = self.fragment(name) else { return false };
        if !is_margin || !behind.trim().is_empty() {
            return false;
        }
        // A mark of a list stands in front of the first line only.
        let margin: String = before.chars().map(|c| if matches!(c, '-' | '*' | '+') { ' ' } else { c }).collect();
        for (at, part) in fragment.lines().enumerate() {
            if at > 0 {
                out.text.push('\n');
            }
            out.begin(number);
            let margin = if at == 0 { before } else { &margin };
            out.text.push_str(if part.is_empty() { margin.trim_end() } else { margin });
            // Facts are in it already. Whatever is found in it is found where it is wanted.
            if !part.is_empty() {
                out.put(part, line[range.clone()].chars().count() as u32);
            }
        }
        true
    }

    /// Writes a line with its facts, and fragments of one line, put in.
    fn inline(&self, line: &str, number: u32, room: usize, out: &mut Writer) {
        let (mut written, mut from) = (0, 0);
        while let Some((range, wanted)) = next(line, from) {
            from = range.end;
            let column = line[..range.start].chars().count() as u32 + 1;
            let value = match wanted {
                Wanted::Fact(name) => self.fact(name),
                Wanted::Fragment(name) => self.fragment(name).and_then(|fragment| {
                    let is_one_line = !fragment.contains('\n');
                    if is_one_line { Ok(fragment) } else { Err(Finding::FragmentInLine { name: name.to_owned() }) }
                }),
                Wanted::Nearly(word, meant, name) => {
                    Err(Finding::MisspeltReference { written: word.to_owned(), meant: format!("{meant}:{name}") })
                }
            };
            match value {
                Ok(value) if value.len() <= room => {
                    out.text.push_str(&line[written..range.start]);
                    out.put(value, line[range.clone()].chars().count() as u32);
                    written = range.end;
                }
                Ok(_) => {}
                Err(finding) => out.findings.push((number + 1, column, finding)),
            }
        }
        out.text.push_str(&line[written..]);
    }

    /// Puts facts into a text of one line, such as a title; `None` when it wants none. What is not there is told as a finding.
    pub(crate) fn expand_line(&self, text: &str) -> Option<(String, Vec<Finding>)> {
        let (range, _) = next(text, 0)?;
        let mut out = Writer { text: String::new(), places: Places::default(), findings: Vec::new() };
        out.begin(0);
        debug_assert!(range.start <= text.len());
        self.inline(text, 0, super::MOST_BYTES, &mut out);
        Some((out.text, out.findings.into_iter().map(|(.., finding)| finding).collect()))
    }
}

struct Writer {
    text: String,
    places: Places,
    findings: Vec<(u32, u32, Finding)>,
}

impl Writer {
    /// Begins a line of the result that comes from a line as written.
    fn begin(&mut self, number: u32) {
        self.places.lines.push(number);
    }

    fn put(&mut self, value: &str, written: u32) {
        let line_start = self.text.rfind('\n').map_or(0, |at| at + 1);
        let column = self.text[line_start..].chars().count() as u32 + 1;
        let line = self.places.lines.len() as u32;
        self.places.puts.push(Put { line, column, length: value.chars().count() as u32, written });
        self.text.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commons() -> Commons {
        let files: [(&str, &[u8]); 3] = [
            ("_facts/returns.yml", "days: 14 дней\n".as_bytes()),
            ("_fragments/terms.md", "Ярлыки целы.\n\n- чек не нужен {{fact:returns.days}}\n".as_bytes()),
            ("_fragments/bye.md", "Хорошего дня!\n".as_bytes()),
        ];
        let (commons, findings) = Commons::read(files);
        assert_eq!(findings, []);
        commons
    }

    fn expanded(text: &str) -> (String, Vec<(u32, u32, &'static str)>) {
        let expanded = commons().expand(text, 1000).expect("it wants something");
        (expanded.text, expanded.findings.into_iter().map(|(l, c, f)| (l, c, f.code())).collect())
    }

    #[test]
    fn facts_and_fragments_are_put_in() {
        let (text, findings) =
            expanded("Срок {{fact:returns.days}}, \\{{fact:x}}.\n> {{ fragment:terms }}\nА так: {{fragment:bye}}\n");
        assert_eq!(
            text,
            "Срок 14 дней, \\{{fact:x}}.\n> Ярлыки целы.\n>\n> - чек не нужен 14 дней\nА так: Хорошего дня!\n"
        );
        assert_eq!(findings, []);
        assert_eq!(expanded("- {{fragment:terms}}\n").0, "- Ярлыки целы.\n\n  - чек не нужен 14 дней\n");
        assert!(commons().expand("{{имя}}, {{ дата: сегодня }}", 1000).is_none());
        let (text, findings) = expanded("{{ факт:returns.days }} {{Fact:returns.days}} {{fragmnet:bye}} {{fact:}}");
        assert_eq!(text, "{{ факт:returns.days }} {{Fact:returns.days}} {{fragmnet:bye}} {{fact:}}");
        assert_eq!(findings, [(1, 1, "KB086"), (1, 25, "KB086"), (1, 47, "KB086"), (1, 64, "KB081")]);
    }

    #[test]
    fn what_is_not_there_stays_and_is_named() {
        let (text, findings) = expanded("a\nСрок {{fact:returns.day}} и {{fragment:terms}}\n{{fragment:none}}\n");
        assert_eq!(text, "a\nСрок {{fact:returns.day}} и {{fragment:terms}}\n{{fragment:none}}\n");
        assert_eq!(findings, [(2, 6, "KB081"), (2, 29, "KB083"), (3, 1, "KB082")]);
    }

    #[test]
    fn places_lead_back_to_the_file() {
        let expanded =
            commons().expand("Срок {{fact:returns.days}} [x](y)\n{{fragment:terms}}\nконец\n", 1000).expect("facts");
        let column = expanded.text[..expanded.text.find('[').expect("a link")].chars().count() as u32 + 1;
        assert_eq!(expanded.places.written(1, column), (1, 28));
        assert_eq!(expanded.places.written(1, 7), (1, 6));
        assert_eq!(expanded.places.written(4, 1), (2, 1));
        assert_eq!(expanded.places.written(5, 3), (3, 3));
    }

    #[test]
    fn text_does_not_grow_beyond_its_limit() {
        let text = "{{fragment:terms}}\n".repeat(100);
        let expanded = commons().expand(&text, 200).expect("fragments");
        assert!(expanded.text.len() < 200 + 100 + text.len(), "{}", expanded.text.len());
    }
}
