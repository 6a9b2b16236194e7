//! From the bytes of a file to an [`Article`].

use super::front_matter::{self, Read};
use super::library::Rules;
use super::markdown::{self, Parts};
use super::slug::{Slug, without_markdown_ending};
use super::source::{self, MOST_FRONT_MATTER, Split};
use super::text::{Pieces, Text, Weaver};
use super::yaml::Place;
use super::{Answer, Article, Section, language};
use crate::audience::{AudienceSet, Audiences};
use crate::diagnostic::{Diagnostic, Finding};
use crate::revision::ObjectId;

/// The most bytes of an article. A larger file is not parsed.
pub const MOST_BYTES: u64 = 512 << 10;

impl Article {
    /// Parses a file. Never fails and never panics: what is wrong becomes diagnostics.
    pub fn parse(path: &str, blob: ObjectId, bytes: &[u8], rules: &Rules) -> Article {
        let size = bytes.len() as u64;
        if size > MOST_BYTES {
            return Self::unreadable(path, blob, Finding::TooLarge { size, limit: MOST_BYTES });
        }
        let Some(text) = source::decode(bytes) else { return Self::unreadable(path, blob, Finding::NotUtf8) };
        let (read, body, body_line) = match source::split(&text) {
            Split::Plain => (Read::nothing(rules), &text[..], 1),
            Split::FrontMatter { yaml, body, body_line } => (front_matter::read(yaml, rules), body, body_line),
            Split::Unclosed => return Self::with_source(path, blob, Finding::FrontMatterUnclosed, text),
            Split::TooLarge => {
                let limit = format!("{} KiB", MOST_FRONT_MATTER >> 10);
                return Self::with_source(path, blob, Finding::FrontMatterTooLarge { limit }, text);
            }
        };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts = markdown::parse_titled(body, folder, body_line, read.title.as_deref());
        if body_line > 1 && parts.answers.is_empty() && !is_too_complex(&parts) {
            parts.findings.push((body_line, 1, Finding::NoAnswer));
        }
        Self::assemble(path, blob, read, parts, text)
    }

    /// Returns an article of which nothing is known but the path: shown to editors only, with the reason.
    pub fn unreadable(path: &str, blob: ObjectId, reason: Finding) -> Article {
        Self::with_source(path, blob, reason, String::new())
    }

    fn with_source(path: &str, blob: ObjectId, reason: Finding, text: String) -> Article {
        let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::NOBODY };
        let mut read = Read::nothing(&rules);
        read.readable = false;
        read.findings.push((Place { line: 1, column: 1 }, reason));
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
        Article {
            path: path.into(),
            blob,
            slug: read.slug.clone().unwrap_or_else(|| Slug::of_path(path)),
            claimed: read.slug,
            title,
            meta: read.meta,
            lang,
            answers: fitted(parts.answers),
            body: parts.body,
            sections: fitted(sections),
            links: fitted(parts.links),
            source,
            diagnostics,
            readable: read.readable,
        }
    }
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
