//! From the bytes of a file to an [`Article`].

use super::commons::{Commons, Expanded};
use super::front_matter::{self, Read};
use super::library::{Rules, question_keys};
use super::markdown::{self, Parts};
use super::slug::{Slug, without_markdown_ending};
use super::source::{self, MOST_FRONT_MATTER, Split};
use super::text::{Pieces, Text, Weaver};
use super::yaml::Place;
use super::{Answer, Article, Section, language, owners};
use crate::audience::{AudienceSet, Audiences};
use crate::diagnostic::{Diagnostic, Finding};
use crate::revision::ObjectId;

/// The most bytes of an article. A larger file is not parsed.
pub const MOST_BYTES: u64 = 512 << 10;
/// What a file begins with that stands for one elsewhere, which is never fetched.
pub const LFS: &str = "version https://git-lfs.github.com/spec/";

impl Article {
    /// Parses a file that shares nothing with others. Never fails and never panics: what is wrong becomes diagnostics.
    pub fn parse(path: &str, blob: ObjectId, bytes: &[u8], rules: &Rules) -> Article {
        Self::parse_with(path, blob, bytes, rules, &Commons::default())
    }

    /// Parses a file as [`Article::parse`] does, with the facts and fragments that it wants put in.
    pub fn parse_with(path: &str, blob: ObjectId, bytes: &[u8], rules: &Rules, commons: &Commons) -> Article {
        let size = bytes.len() as u64;
        if size > MOST_BYTES {
            return Self::unreadable(path, blob, Finding::TooLarge { size, limit: MOST_BYTES });
        }
        let Some(text) = source::decode(bytes) else { return Self::unreadable(path, blob, Finding::NotUtf8) };
        if text.starts_with(LFS) {
            let reason = "a pointer of git LFS, the file itself is not in the repository".to_owned();
            return Self::unreadable(path, blob, Finding::Unreadable { reason });
        }
        let (mut read, body, body_line) = match source::split(&text) {
            Split::Plain => (Read::nothing(rules), &text[..], 1),
            Split::FrontMatter { yaml, body, body_line } => (front_matter::read(yaml, rules), body, body_line),
            Split::Misplaced { line } => {
                return Self::with_source_at(line, path, blob, Finding::FrontMatterMisplaced, text);
            }
            Split::Unclosed => return Self::with_source(path, blob, Finding::FrontMatterUnclosed, text),
            Split::TooLarge => {
                let limit = format!("{} KiB", MOST_FRONT_MATTER >> 10);
                return Self::with_source(path, blob, Finding::FrontMatterTooLarge { limit }, text);
            }
        };
        let front = &text[..text.len() - body.len()];
        let shares = share(&mut read, front, commons);
        let expanded = commons.expand(body, MOST_BYTES as usize);
        if let Some(size) = expanded.as_ref().map(|expanded| (front.len() + expanded.text.len()) as u64)
            && size > MOST_BYTES
        {
            return Self::with_source(path, blob, Finding::TooLarge { size, limit: MOST_BYTES }, text);
        }
        if let Some(line) = conflict(&text) {
            read.findings.push((Place { line, column: 1 }, Finding::Conflict));
        }
        let repeated = commons.repeated_in(body);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let shown = expanded.as_ref().map_or(body, |expanded| &expanded.text);
        let mut parts = markdown::parse_titled(shown, folder, body_line, read.title.as_deref());
        // A plain text need not answer anything; one that begins as if it did, and a file with nothing in it, say so.
        let begun = || {
            (body_line..)
                .zip(shown.lines())
                .find(|(_, line)| line.trim_start_matches(['>', ' ']).starts_with("[!ANSWER"))
        };
        let answers = parts.answers.iter().any(|answer| !answer.text.trim().is_empty());
        let begun = if answers { None } else { begun().map(|(line, _)| line) };
        if !answers && (body_line > 1 || begun.is_some() || shown.trim().is_empty()) && !is_too_complex(&parts) {
            parts.findings.push((begun.unwrap_or(body_line), 1, Finding::NoAnswer));
        }
        let source = expanded.as_ref().map(|expanded| format!("{front}{}", expanded.text));
        let missing = expanded.map(|expanded| lead_back(&mut parts, expanded, body_line)).unwrap_or_default();
        let in_body = |(line, column, finding)| (line + body_line - 1, column, finding);
        parts.findings.extend(missing.into_iter().chain(repeated).map(in_body));
        match source {
            Some(source) => Self { written: Some(text.into()), ..Self::assemble(path, blob, read, parts, source) },
            // Facts in the front matter alone leave the text as it is.
            None if shares => {
                Self { written: Some(text.as_str().into()), ..Self::assemble(path, blob, read, parts, text) }
            }
            None => Self::assemble(path, blob, read, parts, text),
        }
    }

    /// Returns the file as its author wrote it, with `\n` line ends.
    pub fn as_written(&self) -> String {
        self.written.as_deref().map_or_else(|| self.source.text(), str::to_owned)
    }

    /// Returns whether another parse of the same file says the same: facts and fragments may have changed.
    pub fn says_what(&self, other: &Self) -> bool {
        let shares = self.written.is_some() || other.written.is_some();
        self.blob == other.blob
            && (!shares
                || (self.title == other.title && self.meta == other.meta && self.source.text() == other.source.text()))
    }

    /// Returns an article of which nothing is known but the path: shown to editors only, with the reason.
    pub fn unreadable(path: &str, blob: ObjectId, reason: Finding) -> Article {
        Self::with_source(path, blob, reason, String::new())
    }

    fn with_source(path: &str, blob: ObjectId, reason: Finding, text: String) -> Article {
        Self::with_source_at(1, path, blob, reason, text)
    }

    fn with_source_at(line: u32, path: &str, blob: ObjectId, reason: Finding, text: String) -> Article {
        let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::NOBODY };
        let mut read = Read::nothing(&rules);
        read.readable = false;
        read.findings.push((Place { line, column: 1 }, reason));
        Self::assemble(path, blob, read, Parts::default(), text)
    }

    fn assemble(path: &str, blob: ObjectId, read: Read, mut parts: Parts, text: String) -> Article {
        let source = weave(&mut parts, text);
        let sections = parts.sections;
        let heading = || sections.iter().find(|section| section.level > 0 && !section.title.is_empty());
        let title = read
            .title
            .or(parts.heading)
            .or_else(|| heading().map(|section| section.title.to_string()))
            .unwrap_or_else(|| title_of_path(path));
        let lang = read.lang.unwrap_or_else(|| {
            let texts = sections.iter().flat_map(|section| [section.title.as_str(), &section.text]);
            language::detect_in(std::iter::once(title.as_str()).chain(texts)).to_owned()
        });
        let front = read.findings.into_iter().map(|(at, finding)| (at.line, at.column, finding));
        let mut diagnostics: Vec<_> = front
            .chain(parts.findings)
            .map(|(line, column, finding)| Diagnostic { path: path.to_owned(), line, column, finding })
            .collect();
        diagnostics.sort();
        let claims = read.slug.is_some();
        let wanted = read.slug.unwrap_or_else(|| Slug::of_path(path));
        let question_keys = question_keys(read.readable, &read.meta);
        let article = Article {
            path: path.into(),
            blob,
            slug: wanted.clone(),
            wanted,
            claims,
            title,
            owners: owners::own_name(read.meta.owner.as_deref()),
            meta: read.meta,
            lang,
            answers: fitted(parts.answers),
            body: parts.body,
            sections: fitted(sections),
            links: fitted(parts.links),
            source,
            written: None,
            diagnostics,
            readable: read.readable,
            question_keys,
        };
        article.compared()
    }

    /// Says whether the article still says what it said when it was verified.
    fn compared(mut self) -> Self {
        let digest = self.meta.verified.as_ref().and_then(|verified| verified.digest);
        let changed = digest.is_some_and(|digest| digest != self.digest());
        if let Some(verified) = &mut self.meta.verified {
            verified.changed_since = changed;
        }
        self
    }
}

/// Puts facts into what the front matter shows to readers; returns whether it wants any. Findings name the line.
fn share(read: &mut Read, front: &str, commons: &Commons) -> bool {
    let mut shares = false;
    let shown = read.title.iter_mut().chain(&mut read.meta.summary).chain(&mut read.meta.questions);
    for text in shown {
        let Some((expanded, missing)) = commons.expand_line(text) else { continue };
        shares = true;
        for finding in missing {
            let name = match &finding {
                Finding::UnknownFact { name, .. } | Finding::UnknownFragment { name, .. } => name.as_str(),
                Finding::FragmentInLine { name } | Finding::MisspeltReference { written: name, .. } => name,
                _ => "",
            };
            let begins = |line: &str| Some(line[..line.find(name)?].rfind("{{").unwrap_or_default());
            let place = |(number, line): (u32, &str)| {
                Some(Place { line: number, column: line[..begins(line)?].chars().count() as u32 + 1 })
            };
            let place = (1..).zip(front.lines()).find_map(place).unwrap_or(Place { line: 1, column: 1 });
            read.findings.push((place, finding));
        }
        *text = expanded;
    }
    shares
}

/// Returns the line at which git has put both sides of a merge, for somebody to choose.
fn conflict(text: &str) -> Option<u32> {
    let mut lines = (1u32..).zip(text.lines());
    let (line, _) = lines.find(|(_, line)| line.starts_with("<<<<<<< "))?;
    lines.find(|(_, line)| line.trim_end() == "=======")?;
    lines.find(|(_, line)| line.starts_with(">>>>>>> ")).map(|_| line)
}

/// Makes the places of what was found lead to the file as written, and returns what the text wants and is not there.
fn lead_back(parts: &mut Parts, expanded: Expanded, body_line: u32) -> Vec<(u32, u32, Finding)> {
    let back = |line: &mut u32, column: &mut u32| {
        if let Some(inside) = line.checked_sub(body_line) {
            let (written, at) = expanded.places.written(inside + 1, *column);
            (*line, *column) = (written + body_line - 1, at);
        }
    };
    parts.findings.iter_mut().for_each(|(line, column, _)| back(line, column));
    parts.links.iter_mut().for_each(|link| back(&mut link.line, &mut link.column));
    expanded.findings
}

/// Returns the same in as much room as it needs. Shrinking in place would keep the room.
fn fitted<T>(items: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(items.len());
    kept.extend(items);
    kept
}

/// Makes the texts of an article share one pool, and returns the source.
///
/// What is searched and shown in parts goes in whole, so that a snippet is a slice; what is seldom asked for or is changed on
/// its way out anyhow, HTML and the source, is put together from it.
fn weave(parts: &mut Parts, source: String) -> Pieces {
    let mut source = Pieces::from(source);
    let mut weaver = Weaver::new(source.len() + source.len() / 4);
    each_text(parts, &mut |text| weaver.text(text));
    each_html(parts, &mut |html| weaver.pieces(html));
    weaver.pieces(&mut source);
    let woven = weaver.finish();
    each_text(parts, &mut |text| woven.text(text));
    each_html(parts, &mut |html| woven.pieces(html));
    woven.pieces(&mut source);
    source
}

fn each_text(parts: &mut Parts, each: &mut dyn FnMut(&mut Text)) {
    for Section { id, level: _, title, text, names: _, notes, note_names: _ } in &mut parts.sections {
        [id, title, text, notes].into_iter().for_each(&mut *each);
    }
    for Answer { text, markdown, .. } in &mut parts.answers {
        [text, markdown].into_iter().for_each(&mut *each);
    }
}

fn each_html(parts: &mut Parts, each: &mut dyn FnMut(&mut Pieces)) {
    parts.body.each_html(each);
    parts.answers.iter_mut().for_each(|answer| answer.html.each_html(each));
}

fn is_too_complex(parts: &Parts) -> bool {
    parts.findings.iter().any(|(.., finding)| matches!(finding, Finding::TooComplex { .. }))
}

fn title_of_path(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = without_markdown_ending(name).unwrap_or(name);
    let words = stem.replace(['-', '_'], " ");
    if words.trim().is_empty() { name.to_owned() } else { words.trim().to_owned() }
}
