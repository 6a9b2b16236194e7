//! A report in words for people, the same at every door.

use std::sync::Arc;

use super::{Excerpt, Found, Report};
use crate::article::Article;
use crate::git::history::Act;
use crate::text::check;
use crate::text::findings::{message, remedy};
use crate::text::{Lang, printable};

/// How many findings people are told of a change; who has more to mend begins with these.
pub const MOST: usize = 20;

/// Writes findings: `path:line:column  CODE severity`, the message, the line with what is meant underlined, the remedy; an
/// empty line behind each. Paths are put behind `folder`. At most `most` are written, then how many more there are.
pub fn findings(report: &Report, folder: &str, lang: Lang, most: usize) -> String {
    let mut out = String::new();
    for found in report.found.iter().take(most) {
        one(found, folder, lang, &mut out);
    }
    if let Some(more) = report.found.len().checked_sub(most).filter(|more| *more > 0) {
        out += &format!("{}\n\n", check::more(lang, more));
    }
    if report.unasked > 0 {
        out += &format!("{}\n\n", check::unasked(lang, report.unasked));
    }
    if report.unspelt > 0 {
        out += &format!("{}\n\n", check::unspelt(lang, report.unspelt));
    }
    printable(&out)
}

/// Returns what stands before the title of an article to which something happened.
fn act(lang: Lang, act: Act) -> &'static str {
    let [added, changed, moved, removed] = check::acts(lang);
    match act {
        Act::Added => added,
        Act::Changed => changed,
        Act::Moved => moved,
        Act::Removed => removed,
    }
}

/// Lines of one article that are printed.
const LINES: usize = 2;
/// Questions that are printed.
const QUESTIONS: usize = 5;

/// Writes what will be said differently: of some articles the changed lines, and the questions that something else answers
/// first. Nothing when nothing was compared.
pub fn outlook(report: &Report, folder: &str, lang: Lang) -> String {
    let Some(outlook) = &report.outlook else { return String::new() };
    let mut out = String::new();
    if outlook.articles > 0 {
        out += &format!("{}\n", check::said_differently(lang, outlook.articles));
        for said in &outlook.said {
            let path = if folder.is_empty() { said.path.clone() } else { format!("{folder}/{}", said.path) };
            let act = if said.hidden { check::hidden(lang) } else { act(lang, said.act) };
            out += &format!("  {path}  {act}{}\n", check::quoted(lang, &said.title));
            said.lines.iter().take(LINES).for_each(|line| out += &format!("    {line}\n"));
        }
        if let Some(more) = outlook.articles.checked_sub(outlook.said.len()).filter(|more| *more > 0) {
            out += &format!("  {}\n", check::more(lang, more));
        }
    }
    let asked = &outlook.asked;
    if !asked.differing.is_empty() {
        out += &format!("{}\n", check::found_differently(lang, asked.differing.len(), asked.asked));
        for one in asked.differing.iter().take(QUESTIONS) {
            let title = |article: &Option<Arc<Article>>| article.as_ref().map(|article| article.title.clone());
            out += &format!("  {}\n", check::found(lang, &one.question, title(&one.before), title(&one.after)));
        }
        if let Some(more) = asked.differing.len().checked_sub(QUESTIONS).filter(|more| *more > 0) {
            out += &format!("  {}\n", check::more(lang, more));
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    printable(&out)
}

fn one(Found { diagnostic, line }: &Found, folder: &str, lang: Lang, out: &mut String) {
    let finding = &diagnostic.finding;
    let path = if folder.is_empty() { diagnostic.path.clone() } else { format!("{folder}/{}", diagnostic.path) };
    let (number, column) = (diagnostic.line, diagnostic.column);
    let severity = check::severity(lang, finding.severity());
    *out += &format!("{path}:{number}:{column}  {} {severity}\n  {}\n", finding.code(), message(lang, finding));
    if let Some(Excerpt { text: line, column }) = line {
        let number = number.to_string();
        let (before, marks) = meant(line, *column, finding.written().unwrap_or_default());
        *out += &format!(
            "  {number} | {line}\n  {} | {}{}\n",
            " ".repeat(number.len()),
            blank(line, before),
            "^".repeat(marks)
        );
    }
    *out += &format!("  → {}\n\n", remedy(lang, finding));
}

/// Returns what fills the room before a column: tabs stay, so that the mark stands under its letter.
fn blank(line: &str, before: usize) -> String {
    let known = line.chars().chain(std::iter::repeat(' ')).take(before);
    known.map(|c| if c == '\t' { '\t' } else { ' ' }).collect()
}

/// Returns where in a line the piece stands that is meant, and its length in characters: what was written, at the column or
/// behind it (the target of a link stands behind its text); else the one character at the column.
fn meant(line: &str, column: usize, written: &str) -> (usize, usize) {
    let rest = line.char_indices().nth(column).map_or("", |(at, _)| &line[at..]);
    match rest.find(written).filter(|_| !written.is_empty()) {
        Some(at) => (column + rest[..at].chars().count(), written.chars().count()),
        None => (column, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_of_a_file_commands_no_terminal() {
        let finding = crate::diagnostic::Finding::NoAnswer;
        let diagnostic = crate::diagnostic::Diagnostic { path: "a.md".to_owned(), line: 1, column: 1, finding };
        let line = Excerpt { text: "до\tпосле \u{1b}]0;чужое\u{7}".to_owned(), column: 0 };
        let found = Found { diagnostic, line: Some(line) };
        let report = Report { found: vec![found], ..Report::default() };
        let told = findings(&report, "", Lang::Ru, MOST);
        assert!(told.contains("до\tпосле \u{fffd}]0;чужое\u{fffd}\n"), "{told}");
    }

    #[test]
    fn what_is_meant_is_underlined_where_it_stands() {
        assert_eq!(meant("owner: petrva", 7, "petrva"), (7, 6));
        assert_eq!(meant("> [куда](gone.md)", 2, "gone.md"), (9, 7));
        assert_eq!(meant("owner: \"petr\\x76a\"", 7, "petrva"), (7, 1));
        assert_eq!(meant("", 9, ""), (9, 1));
        assert_eq!(blank("\tа: b", 3), "\t  ");
    }
}
