//! Articles: pure functions of bytes. One parse of a Markdown file gives its metadata, HTML, sections, answers and
//! findings; the [`library`] puts all articles of one revision together.
//!
//! Deliberately does no input or output, knows no git, no search and no HTTP.

pub mod answer_test;
pub mod commons;
pub mod front_matter;
mod kept;
pub mod language;
pub mod lexicon;
pub mod library;
pub mod markdown;
pub mod owners;
mod parse;
pub mod slug;
mod source;
mod text;
mod yaml;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

pub use commons::Commons;
pub use lexicon::Lexicon;
pub use library::Library;
pub use markdown::{Fragment, Link, Parts};
pub use owners::Owners;
pub use parse::{LFS, MOST_BYTES};
pub use slug::Slug;
pub use source::decode as text_of;
pub use text::{Pieces, Text};

use crate::audience::{Access, AudienceSet};
use crate::diagnostic::Diagnostic;
use crate::digest;
use crate::revision::ObjectId;

/// Days before a review is due: from then on the article is told to be due, and whoever verifies it has done that review.
pub const EARLY: i32 = 14;

/// One Markdown file, parsed. A function of the file's bytes, its path, the content configuration, the [`Commons`] it uses and
/// the [`Owners`] alone, so it is carried from edition to edition as long as these stay the same.
#[derive(Debug, Clone)]
pub struct Article {
    /// The path inside the content folder, in Unicode NFC, with `/`, such as `vozvraty/vozvrat.md`.
    pub path: Arc<str>,
    /// The id of the file's blob.
    pub blob: ObjectId,
    /// The stable name in addresses, as the library gave it.
    pub slug: Slug,
    /// The slug that it wants: what the front matter claims, else its path. A function of its own file, so what must not
    /// depend on other articles is ordered by this one. The library decides who gets it, anew for each revision.
    pub wanted: Slug,
    /// Whether the front matter claims it.
    claims: bool,
    /// The title: from the front matter, else the first heading, else the file name.
    pub title: String,
    /// The rest of the front matter, with defaults filled in.
    pub meta: Meta,
    /// Who answers for it, the first asked first: `owner`, else who `_owners` names; a parse alone knows only the former.
    pub owners: owners::Names,
    /// The language, such as `ru`: from the front matter, else detected from the text.
    pub lang: String,
    /// What may be said to a customer as it stands, the variant without a channel first. Never holds internal notes.
    pub answers: Vec<Answer>,
    /// The whole text as HTML, with places for links, images and internal notes.
    pub body: Fragment,
    /// The text before the first heading (level 0) and then every heading with the text under it, in order.
    pub sections: Vec<Section>,
    /// Links and images in order of appearance; [`Fragment`]s refer to them by number.
    pub links: Vec<Link>,
    /// The file as text: UTF-8, without byte order mark, with `\n` line ends, facts and fragments put in.
    pub source: Pieces,
    /// The same as written, when facts or fragments were put in: then the article is a function of these, too.
    pub written: Option<Box<str>>,
    /// What the parse found, in order of lines. Findings that need the other articles are in the library.
    pub diagnostics: Vec<Diagnostic>,
    /// False when the front matter could not be read: then the audience is unknown and only editors see the article.
    pub readable: bool,
    /// Keys of the questions it claims, see [`library`].
    question_keys: Box<[u64]>,
}

/// The front matter, typed, with defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The kind of article, such as `answer` or `refusal`.
    pub kind: String,
    /// One line for lists.
    pub summary: Option<String>,
    /// How customers ask.
    pub questions: Vec<String>,
    /// Slang and synonyms; searched, never shown.
    pub keywords: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Who may see the article; [`AudienceSet::NOBODY`] when the front matter is unreadable.
    pub audience: AudienceSet,
    /// Who answers for it, as written; see [`Article::owners`].
    pub owner: Option<String>,
    /// When it must be looked at again.
    pub review: Option<Review>,
    /// Who said last that it is right, and when.
    pub verified: Option<Verified>,
    /// Whether it is current, a draft or archived.
    pub status: Status,
    /// The slug of the article to read instead.
    pub superseded_by: Option<String>,
    /// Former addresses.
    pub redirect_from: Vec<String>,
    /// Slugs of related articles.
    pub related: Vec<String>,
}

/// The state of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Shown to its audience.
    Current,
    /// Shown to editors only.
    Draft,
    /// Shown, but marked and ranked after current ones.
    Archived,
}

impl Status {
    /// Returns `current`, `draft` or `archived`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Draft => "draft",
            Self::Archived => "archived",
        }
    }
}

/// When an article must be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// So many days after it was verified.
    Every(u32),
    /// On this day.
    By(Date),
}

/// Who said that the article is right, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// What it said then ([`Article::digest`]), as far as that was written down.
    pub digest: Option<u64>,
    /// Whether it says something else now.
    pub changed_since: bool,
}

/// Where a text names articles by their slugs alone, in order: the bytes, and the number of the link in [`Article::links`].
pub type Names = Box<[(Range<u32>, u32)]>;

/// What may be said to a customer as it stands.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The channel, such as `email`; none for the general answer.
    pub channel: Option<String>,
    /// Plain text, with blank lines between paragraphs. An article that is named by its slug alone stands here by its
    /// slug; see [`Answer::text_with`].
    pub text: Text,
    /// Where the text names an article by its slug alone, in order: the bytes, and the number of the link.
    pub names: Names,
    /// HTML.
    pub html: Fragment,
    /// Markdown as written, without the quote marks.
    pub markdown: Text,
}

impl Answer {
    /// Returns the plain text with the titles of the articles that it names by their slugs alone. `title` is asked for each
    /// such link by its number in [`Article::links`]; where it returns `None` (broken, or not for this reader) the name stays
    /// as written.
    pub fn text_with(&self, title: &mut dyn FnMut(usize) -> Option<String>) -> Cow<'_, str> {
        with_titles(&self.text, 0, &self.names, title)
    }
}

/// Returns a part of a text, which begins at byte `start` of it, with the titles of the articles that it names by their slugs
/// alone; see [`Answer::text_with`]. A name that the part does not hold whole stays as it is.
pub fn with_titles<'a>(
    part: &'a str,
    start: usize,
    names: &[(Range<u32>, u32)],
    title: &mut dyn FnMut(usize) -> Option<String>,
) -> Cow<'a, str> {
    let inside = |place: &Range<u32>| {
        let from = (place.start as usize).checked_sub(start)?;
        let range = from..(place.end as usize).checked_sub(start)?;
        part.get(range.clone()).map(|_| range)
    };
    let (mut out, mut written) = (String::new(), 0);
    for (place, link) in names {
        let Some(range) = inside(place) else { continue };
        if let Some(title) = title(*link as usize) {
            out.push_str(&part[written..range.start]);
            out.push_str(&title);
            written = range.end;
        }
    }
    if written == 0 {
        return Cow::Borrowed(part);
    }
    out.push_str(&part[written..]);
    Cow::Owned(out)
}

/// A heading and the text under it, up to the next heading of any level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading's id; empty for the text before the first heading.
    pub id: Text,
    /// The heading's level, 1 to 6; 0 for the text before the first heading.
    pub level: u8,
    /// The heading's plain text.
    pub title: Text,
    /// The plain text, blocks divided by `\n`; without internal notes. An article that is named by its slug alone stands
    /// here by its slug; see [`Section::names`].
    pub text: Text,
    /// Where the text names an article by its slug alone, in order: the bytes, and the number of the link.
    pub names: Names,
    /// The plain text of the internal notes under this heading; mostly empty.
    pub notes: Text,
    /// The same as `names` for the notes.
    pub note_names: Names,
}

impl Article {
    /// Returns whether a reader may see the article. Archived articles are seen, drafts and unreadable ones only by editors.
    pub fn visible_to(&self, access: Access) -> bool {
        access.is_editor() || (!self.is_for_editors() && self.meta.audience.meets(access.audiences()))
    }

    /// Returns whether the article is a draft or unreadable.
    pub fn is_for_editors(&self) -> bool {
        !self.readable || self.meta.status == Status::Draft
    }

    /// Returns whether whoever may see another article may see this one.
    fn is_seen_with(&self, other: &Self) -> bool {
        other.is_for_editors() || (!self.is_for_editors() && self.meta.audience.reaches(other.meta.audience))
    }

    /// Returns the same article under another slug.
    fn under(&self, slug: Slug) -> Self {
        Self { slug, ..self.clone() }
    }

    /// Returns how an article stands to another in orders that must not depend on any third: by the slugs they want, then by
    /// path.
    pub fn by_name(&self, other: &Self) -> Ordering {
        self.wanted.cmp(&other.wanted).then_with(|| self.path.cmp(&other.path))
    }

    /// Returns the folders above the file, such as `["vozvraty"]`.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder.split('/').filter(|part| !part.is_empty())
    }

    /// Returns whether the article is in a folder or below it; `under` is a path without a slash at its ends.
    pub fn is_under(&self, under: &str) -> bool {
        under.is_empty() || self.path.strip_prefix(under).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Returns the text below the front matter as its author wrote it, and the line of the file on which it begins.
    pub fn body_as_written(&self) -> (String, u32) {
        let written = self.as_written();
        match source::split(&written) {
            source::Split::FrontMatter { body, body_line, .. } => (body.to_owned(), body_line),
            source::Split::Plain => (written, 1),
            source::Split::Misplaced { .. } | source::Split::Unclosed | source::Split::TooLarge => (String::new(), 1),
        }
    }

    /// Returns line and column of a key of the front matter, or of the item of its list that says `item`; those of the first
    /// line when it is not there.
    pub fn place_of(&self, key: &str, item: &str) -> (u32, u32) {
        front_matter::locate(&self.source.text(), key, item)
    }

    /// Returns a digest of what the article says: title, summary, questions and text, with facts and fragments put in; not who
    /// answers for it or who may see it. FNV-1a (64 bits) over the texts without spaces at their line ends: it only has to differ
    /// when the text does, on every machine and in every version.
    pub fn digest(&self) -> u64 {
        let source = self.source.text();
        let body = match source::split(&source) {
            source::Split::FrontMatter { body, .. } => body,
            source::Split::Plain => &source,
            source::Split::Misplaced { .. } | source::Split::Unclosed | source::Split::TooLarge => "",
        };
        let front = [Some(&self.title), self.meta.summary.as_ref()].into_iter().flatten().chain(&self.meta.questions);
        let lines = front.map(String::as_str).chain(body.trim().lines().map(str::trim_end));
        digest::fnv(lines.flat_map(|line| line.bytes().chain([b'\n'])))
    }

    /// Returns the day on which the article must be looked at again: `review.by`, unless it was verified for that day, or
    /// `verified.on` plus `review.every`.
    pub fn review_due(&self) -> Option<Date> {
        match (self.meta.review?, &self.meta.verified) {
            (Review::By(day), Some(verified)) if (day - verified.on).get_days() <= EARLY => None,
            (Review::By(day), _) => Some(day),
            (Review::Every(days), Some(verified)) => {
                verified.on.checked_add(jiff::Span::new().try_days(i64::from(days)).ok()?).ok()
            }
            (Review::Every(_), None) => None,
        }
    }
}
