//! The editors' list of owners, `_owners` at the top of the content folder, in the syntax of CODEOWNERS: a pattern, then who
//! answers for the files that it matches. The last pattern that matches a file counts; one without names says that nobody
//! does. What an article says itself (`owner`) goes before.
//!
//! ```text
//! *               @redakciya
//! vozvraty/       petrova ivanova    # a comment
//! /oplata/*.md    @support/money     # in this folder, not in those below it
//! **/chernoviki/
//! [Магазины] @magaziny
//! samovyvoz/
//! ```
//!
//! Patterns are those of `.gitignore` but for `!` and `[…]`, as on GitHub: paths begin at the content folder, a pattern with a
//! slash before its end begins there too, any other at any depth; `*` and `?` stay within a name, `**` is any number of folders;
//! what matches a folder matches everything below it, but `folder/*` only what is directly in it.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::Article;
use crate::diagnostic::{Diagnostic, Finding};

/// The file.
pub const FILE: &str = "_owners";
/// The most bytes of the file that are read.
pub const MOST_BYTES: u64 = 256 << 10;
/// The most lines with patterns that are used.
const MOST_RULES: usize = 1000;

/// Who answers for something, without `@`.
pub type Names = Arc<[Box<str>]>;

/// Who answers for which files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners {
    rules: Vec<Rule>,
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    line: u32,
    /// The pattern as written.
    written: String,
    pattern: Pattern,
    names: Names,
}

/// A pattern, in parts that stand between slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    parts: Vec<Part>,
    /// Whether it matches only folders.
    folder: bool,
    /// Whether what is below a match matches too.
    below: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Any number of folders.
    Any,
    /// A name, with `*` and `?`.
    Name(Vec<char>),
}

impl Owners {
    /// Reads the file. Lines that cannot be used are findings.
    pub fn read(bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let text = String::from_utf8_lossy(bytes);
        let (mut rules, mut found) = (Vec::new(), Vec::new());
        let mut section: Names = Names::default();
        for (number, line) in (1u32..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let mut words = words(line).into_iter();
            let Some(first) = words.next() else { continue };
            let mut refuse = |reason: &str| {
                let finding = Finding::Owners { reason: reason.to_owned() };
                found.push(Diagnostic { path: FILE.to_owned(), line: number, column: 1, finding });
            };
            let rest: Vec<String> = words.collect();
            if let Some(names) = section_names(line) {
                section = names;
                continue;
            }
            let names = if rest.is_empty() { section.clone() } else { names_of(rest.iter().map(String::as_str)) };
            if rules.len() == MOST_RULES {
                refuse(&format!("more than {MOST_RULES} lines; the rest is not read"));
                break;
            }
            match Pattern::parse(&first) {
                Ok(pattern) => rules.push(Rule { line: number, written: first, pattern, names }),
                Err(reason) => refuse(reason),
            }
        }
        (Self { rules }, found)
    }

    /// Returns who answers for a file; nobody when no pattern matches it.
    pub fn of(&self, path: &str) -> Names {
        let names: Vec<Vec<char>> = path.split('/').map(|name| name.chars().collect()).collect();
        let last = self.rules.iter().rev().find(|rule| rule.pattern.matches(&names));
        last.map(|rule| rule.names.clone()).unwrap_or_default()
    }

    /// Returns everybody whom the file names, each once, sorted. A group `support/returns` is known by its whole name and by its
    /// last part.
    pub fn names(&self) -> Vec<&str> {
        let each = self.rules.iter().flat_map(|rule| rule.names.iter());
        let mut names: Vec<&str> =
            each.flat_map(|name| [Some(&**name), name.rsplit_once('/').map(|(_, last)| last)]).flatten().collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns a finding for each pattern that matches no file: a folder that was renamed, mostly.
    pub fn of_nothing<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Vec<Diagnostic> {
        let mut open: Vec<&Rule> = self.rules.iter().collect();
        for path in paths {
            if open.is_empty() {
                break;
            }
            let names: Vec<Vec<char>> = path.split('/').map(|name| name.chars().collect()).collect();
            open.retain(|rule| !rule.pattern.matches(&names));
        }
        let finding = |rule: &Rule| Finding::OwnersOfNothing { pattern: rule.written.clone() };
        let open = open.into_iter();
        open.map(|rule| Diagnostic { path: FILE.to_owned(), line: rule.line, column: 1, finding: finding(rule) })
            .collect()
    }
}

/// Divides a line at white space; `\` before a space or `#` makes it part of a word, `#` begins a comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut letters = line.nfc();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => word.extend(letters.next()),
            '#' if word.is_empty() => break,
            letter if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            letter => word.push(letter),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Returns whom the patterns of a section of GitLab belong to that name nobody: `[Name] @owner`, also `^[Name][2] @owner`.
fn section_names(line: &str) -> Option<Names> {
    let line = line.trim();
    let inside = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (_, mut rest) = inside.split_once(']')?;
    if let Some((_, behind)) = rest.strip_prefix('[').and_then(|approvals| approvals.split_once(']')) {
        rest = behind;
    }
    Some(names_of(words(rest).iter().map(String::as_str)))
}

fn names_of<'a>(words: impl Iterator<Item = &'a str>) -> Names {
    words.map(|name| name.trim_start_matches('@')).filter(|name| !name.is_empty()).map(Box::from).collect()
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, &'static str> {
        if text.starts_with('!') {
            return Err("`!` is not possible here; write the exception on a line below, the last match counts");
        }
        if text.contains(['[', ']']) {
            return Err("`[…]` is not possible here; write `*` or a line for each");
        }
        let folder = text.ends_with('/');
        let anchored = text.trim_end_matches('/').contains('/');
        let mut parts: Vec<Part> = Vec::new();
        if !anchored {
            parts.push(Part::Any);
        }
        for part in text.split('/').filter(|part| !part.is_empty()) {
            match part {
                "**" if parts.last() == Some(&Part::Any) => {}
                "**" => parts.push(Part::Any),
                name => parts.push(Part::Name(name.chars().collect())),
            }
        }
        if text.chars().all(|c| c == '/') {
            parts = vec![Part::Any];
        }
        let below = !(anchored && text.ends_with("/*"));
        Ok(Self { parts, folder, below })
    }

    fn matches(&self, names: &[Vec<char>]) -> bool {
        self.matches_from(0, names, 0)
    }

    /// Returns whether the parts from `part` on match the names from `at` on. A pattern has few `**`, and a path few folders.
    fn matches_from(&self, part: usize, names: &[Vec<char>], at: usize) -> bool {
        match self.parts.get(part) {
            None => {
                let (whole, inside) = (at == names.len(), at < names.len() && self.below);
                if self.folder { inside } else { whole || inside }
            }
            Some(Part::Any) if part + 1 == self.parts.len() => at < names.len(),
            Some(Part::Any) => (at..names.len()).any(|at| self.matches_from(part + 1, names, at)),
            Some(Part::Name(pattern)) => {
                names.get(at).is_some_and(|name| is_like(pattern, name)) && self.matches_from(part + 1, names, at + 1)
            }
        }
    }
}

/// Returns whether a name is like a pattern with `*` and `?`. Goes back to the last `*` alone, so it takes no more steps than
/// the product of the lengths.
fn is_like(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

impl Article {
    /// Returns who answers for the article, by its front matter or by `_owners`; the first is asked first.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.owners.iter().map(|name| &**name)
    }

    /// Returns who is asked first about the article.
    pub fn owner(&self) -> Option<&str> {
        self.owners().next()
    }

    /// Returns whether somebody answers for the article.
    pub fn is_owned_by(&self, name: &str) -> bool {
        self.owners().any(|owner| owner == name)
    }

    /// Returns the article as it is when these are the owners; none when nothing changes.
    #[must_use]
    pub fn given_to(&self, owners: &Owners) -> Option<Self> {
        let names = match &self.meta.owner {
            Some(_) => own_name(self.meta.owner.as_deref()),
            None => owners.of(&self.path),
        };
        (names != self.owners).then(|| Self { owners: names, ..self.clone() })
    }
}

/// Returns the owners of an article by its front matter alone.
pub(super) fn own_name(owner: Option<&str>) -> Names {
    names_of(owner.map(str::trim).into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(text: &str, path: &str) -> String {
        let (owners, found) = Owners::read(text.as_bytes());
        assert_eq!(found, [], "{text}");
        owners.of(path).join(" ")
    }

    #[test]
    fn last_pattern_that_matches_counts() {
        let text = "# owners\n*  @redakciya\n\nvozvraty/ petrova @support/returns # ivanova\n/vozvraty/brak.md sidorov\nvozvraty/arhiv/\n";
        assert_eq!(owner(text, "index.md"), "redakciya");
        assert_eq!(owner(text, "vozvraty/a/b.md"), "petrova support/returns");
        assert_eq!(owner(text, "vozvraty/brak.md"), "sidorov");
        assert_eq!(owner(text, "vozvraty/arhiv/x.md"), "", "a pattern without names: nobody");
        assert_eq!(owner("a.md x", "b.md"), "");
    }

    #[test]
    fn patterns_match_as_in_codeowners() {
        for (pattern, yes, no) in [
            ("*", "a.md b/c.md", ""),
            ("*.md", "a.md b/c.md", "a.txt"),
            ("/*.md", "a.md", "b/c.md"),
            ("docs/", "docs/a.md x/docs/b/a.md", "docs docs.md"),
            ("/docs/", "docs/a.md docs/b/a.md", "x/docs/a.md"),
            ("docs", "docs docs/a.md x/docs/a.md", "docs.md"),
            ("docs/*", "docs/a.md", "docs/b/a.md x/docs/a.md"),
            ("docs/**", "docs/a.md docs/b/a.md", "x/docs/a.md"),
            ("**/docs/a.md", "docs/a.md x/y/docs/a.md", "docs/b.md"),
            ("a/**/b.md", "a/b.md a/x/y/b.md", "b.md c/a/b.md"),
            ("/a/b", "a/b a/b/c.md", "a/bc.md x/a/b"),
            ("r?d.md", "rod.md x/red.md", "rd.md rood.md"),
            ("в*т/", "возврат/а.md", "возвраты/а.md"),
            ("/", "a.md b/c.md", ""),
        ] {
            let text = format!("{pattern} x");
            for path in yes.split_whitespace() {
                assert_eq!(owner(&text, path), "x", "{pattern} matches {path}");
            }
            for path in no.split_whitespace() {
                assert_eq!(owner(&text, path), "", "{pattern} does not match {path}");
            }
        }
        assert_eq!(owner("a\\ b/\\#1.md x", "a b/#1.md"), "x");
        assert_eq!(owner("кра\u{438}\u{306}.md x", "край.md"), "x", "composed as paths are");
    }

    #[test]
    fn sections_of_gitlab_give_names_to_patterns_without_any() {
        let text = "*.md a\n[Магазины] @magaziny\nsamovyvoz/\nchek.md kassa\n^[Own][2]\nx.md\n";
        assert_eq!(owner(text, "samovyvoz/a.md"), "magaziny");
        assert_eq!(owner(text, "chek.md"), "kassa");
        assert_eq!(owner(text, "x.md"), "");
    }

    #[test]
    fn everybody_behind_a_pattern_is_an_owner() {
        let text = "# owners\n*  @redakciya\n\nvozvraty/ petrova @support/returns # ivanova\n/kb/a.md\n";
        assert_eq!(Owners::read(text.as_bytes()).0.names(), ["petrova", "redakciya", "returns", "support/returns"]);
        assert_eq!(Owners::read(b"\xff").0.names(), [""; 0]);
    }

    #[test]
    fn lines_that_cannot_be_used_are_found() {
        let (owners, found) = Owners::read(b"!a.md x\n[ab]c.md x\n* y\nx/[ab].md z\n");
        let places: Vec<u32> = found.iter().map(|found| found.line).collect();
        assert_eq!(places, [1, 4], "a bracket at the beginning is a section of GitLab");
        assert_eq!(owners.of("q.md").join(" "), "y");
        let many = "a x\n".repeat(MOST_RULES + 1);
        assert_eq!(Owners::read(many.as_bytes()).1.len(), 1);
    }

    #[test]
    fn long_patterns_take_no_time() {
        let stars = format!("{}b", "*a".repeat(2000));
        let text = format!("{stars} x\n{} y\n", "**/a*/".repeat(8));
        let name = "a".repeat(3000);
        assert_eq!(owner(&text, &format!("{name}/{name}/{name}/b")), "");
    }
}
