//! HTML with places, and the draft it is made from.

use std::ops::Range;

use super::{escape, raw_html};
use crate::article::Pieces;
use crate::article::text::{Keeper, Unpacker};

/// HTML with places where a link's address, an image's address or a linked article's title is put in when it is shown,
/// and with the internal notes marked so that they can be left out. So the HTML of an article never depends on other
/// articles, and never on the reader.
#[derive(Debug, Clone, Default)]
pub struct Fragment {
    html: Pieces,
    places: Box<[(u32, Place)]>,
    /// The same without internal notes. Present only where raw HTML was balanced: there the browser's rules for mending
    /// HTML may carry text out of a note, so both variants are mended apart.
    public: Option<Box<Fragment>>,
}

/// What is put in at an offset of the HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The opening tag of a link, without its `>`.
    LinkOpen(u32),
    /// Its closing tag.
    LinkClose,
    /// The title of the article that the last link leads to, instead of what stands up to `TitleEnd`.
    Title,
    TitleEnd,
    /// `<img src="…" alt="`; the alternative text follows.
    Image(u32),
    /// The quote behind the alternative text; more attributes follow.
    ImageAlt,
    /// The `>` of the image.
    ImageEnd,
    NoteStart,
    NoteEnd,
}

/// What a [`Fragment`] needs to know of a link when it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The address, not yet escaped for HTML.
    pub href: String,
    /// The title of the article it leads to.
    pub title: Option<String>,
}

impl Fragment {
    /// Calls `each` with the HTML of every variant.
    pub(in crate::article) fn each_html(&mut self, each: &mut dyn FnMut(&mut Pieces)) {
        each(&mut self.html);
        if let Some(public) = &mut self.public {
            public.each_html(each);
        }
    }

    /// Writes the fragment, for [`Fragment::read_back`].
    pub(in crate::article) fn keep(&self, keeper: &mut Keeper<'_>) {
        keeper.pieces(&self.html);
        keeper.out.number(self.places.len() as u64);
        let mut before = 0;
        for &(at, place) in &self.places {
            keeper.out.number(u64::from(at.saturating_sub(before)));
            before = at;
            let (kind, link) = match place {
                Place::LinkOpen(link) => (0, link),
                Place::LinkClose => (1, 0),
                Place::Title => (2, 0),
                Place::TitleEnd => (3, 0),
                Place::Image(link) => (4, link),
                Place::ImageAlt => (5, 0),
                Place::ImageEnd => (6, 0),
                Place::NoteStart => (7, 0),
                Place::NoteEnd => (8, 0),
            };
            keeper.out.number(u64::from(link) << 4 | kind);
        }
        keeper.out.number(u64::from(self.public.is_some()));
        if let Some(public) = &self.public {
            public.keep(keeper);
        }
    }

    /// Reads a fragment; `None` when the bytes are damaged.
    pub(in crate::article) fn read_back(unpacker: &mut Unpacker<'_>) -> Option<Self> {
        let mut fragment = Self::read_variant(unpacker)?;
        fragment.public = match unpacker.from.number()? {
            0 => None,
            1 => Some(Box::new(Self::read_variant(unpacker)?)),
            _ => return None,
        };
        if fragment.public.is_some() && unpacker.from.number()? != 0 {
            return None;
        }
        Some(fragment)
    }

    fn read_variant(unpacker: &mut Unpacker<'_>) -> Option<Self> {
        let html = unpacker.pieces()?;
        let count = unpacker.from.size()?;
        let text = if count > 0 { html.text() } else { String::new() };
        let mut places = Vec::with_capacity(count.min(text.len() + 1));
        let mut at = 0;
        for _ in 0..count {
            at += unpacker.from.size()?;
            let number = unpacker.from.number()?;
            let link = u32::try_from(number >> 4).ok()?;
            let place = match number & 15 {
                0 => Place::LinkOpen(link),
                1 => Place::LinkClose,
                2 => Place::Title,
                3 => Place::TitleEnd,
                4 => Place::Image(link),
                5 => Place::ImageAlt,
                6 => Place::ImageEnd,
                7 => Place::NoteStart,
                8 => Place::NoteEnd,
                _ => return None,
            };
            if !text.is_char_boundary(at) {
                return None;
            }
            places.push((u32::try_from(at).ok()?, place));
        }
        Some(Self { html, places: places.into(), public: None })
    }

    /// Returns the HTML. `destination` is asked for each link or image by its number in [`super::super::Article::links`];
    /// where it returns `None` (broken, or not for this reader) a link becomes plain text in a
    /// `<span class="broken-link">` and an image its alternative text. `notes` says whether internal notes are kept.
    pub fn render(&self, notes: bool, destination: &mut dyn FnMut(usize) -> Option<Destination>) -> String {
        if !notes && let Some(public) = &self.public {
            return public.render(notes, destination);
        }
        let html = self.html.text();
        let mut out = String::with_capacity(html.len() + 48 * self.places.len());
        let mut written = 0;
        // Whether each open link is a link indeed, and the title of what it leads to.
        let mut open: Vec<(bool, Option<String>)> = Vec::new();
        let mut image_shown = false;
        let mut places = self.places.iter().copied();
        while let Some((at, place)) = places.next() {
            let at = at as usize;
            out.push_str(&html[written..at]);
            written = at;
            let mut skip_to = None;
            match place {
                Place::LinkOpen(link) => open.push(open_link(&mut out, destination(link as usize))),
                Place::LinkClose => {
                    out.push_str(if open.pop().is_some_and(|(shown, _)| shown) { "</a>" } else { "</span>" });
                }
                Place::Title => {
                    if let Some((true, Some(title))) = open.last() {
                        escape::push_text(&mut out, title);
                        skip_to = Some(Place::TitleEnd);
                    }
                }
                Place::Image(link) => match destination(link as usize) {
                    Some(destination) => {
                        out.push_str("<img src=\"");
                        escape::push_address(&mut out, &destination.href);
                        out.push_str("\" alt=\"");
                        image_shown = true;
                    }
                    None => image_shown = false,
                },
                Place::ImageAlt if image_shown => out.push('"'),
                Place::ImageAlt => skip_to = Some(Place::ImageEnd),
                Place::ImageEnd if image_shown => out.push_str(" loading=\"lazy\">"),
                Place::NoteStart if !notes => skip_to = Some(Place::NoteEnd),
                Place::TitleEnd | Place::ImageEnd | Place::NoteStart | Place::NoteEnd => {}
            }
            if let Some(end) = skip_to {
                let found = places.find(|&(_, place)| place == end);
                written = found.map_or(html.len(), |(at, _)| at as usize);
            }
        }
        out.push_str(&html[written..]);
        out
    }
}

/// Writes the opening tag of a link without its `>`.
fn open_link(out: &mut String, destination: Option<Destination>) -> (bool, Option<String>) {
    let Some(destination) = destination else {
        out.push_str("<span class=\"broken-link\"");
        return (false, None);
    };
    out.push_str("<a href=\"");
    escape::push_address(out, &destination.href);
    out.push('"');
    if !destination.href.starts_with(['/', '#']) {
        out.push_str(" rel=\"nofollow noopener noreferrer\"");
    }
    (true, destination.title)
}

/// A fragment that is being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) html: String,
    places: Vec<(u32, Place)>,
    /// Offsets of tags that came from raw HTML and must be balanced.
    raw: Vec<u32>,
    /// References to footnotes.
    references: Vec<Range<u32>>,
}

impl Draft {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { html: String::with_capacity(bytes), ..Self::default() }
    }

    /// Returns the offset of what is written next.
    pub(super) fn at(&self) -> u32 {
        // The writer stops at a few megabytes.
        self.html.len() as u32
    }

    pub(super) fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    pub(super) fn place(&mut self, place: Place) {
        self.places.push((self.at(), place));
    }

    /// Remembers that the next tag came from raw HTML and may be unbalanced.
    pub(super) fn raw(&mut self) {
        self.raw.push(self.at());
    }

    /// Writes a reference to a footnote.
    pub(super) fn reference(&mut self, html: &str) {
        let start = self.at();
        self.push(html);
        self.references.push(start..self.at());
    }

    /// Returns where references to footnotes are, in order.
    pub(super) fn references(&self) -> &[Range<u32>] {
        &self.references
    }

    /// Begins a new line, unless one has just begun.
    pub(super) fn fresh_line(&mut self) {
        if !self.is_at_line_start() {
            self.html.push('\n');
        }
    }

    pub(super) fn is_at_line_start(&self) -> bool {
        self.html.is_empty() || self.html.ends_with('\n')
    }

    /// Returns whether nothing was written since an offset.
    pub(super) fn is_empty_from(&self, at: u32) -> bool {
        self.at() == at && self.places.last().is_none_or(|&(last, _)| last < at)
    }

    /// Puts text in at an earlier offset.
    pub(super) fn insert(&mut self, at: u32, text: &str) {
        self.html.insert_str(at as usize, text);
        let moved = self.places.iter_mut().rev().map(|(offset, _)| offset).take_while(|offset| **offset >= at);
        moved.for_each(|offset| *offset += text.len() as u32);
        let moved = self.raw.iter_mut().rev().take_while(|offset| **offset >= at);
        moved.for_each(|offset| *offset += text.len() as u32);
        for reference in self.references.iter_mut().rev().take_while(|reference| reference.start >= at) {
            *reference = reference.start + text.len() as u32..reference.end + text.len() as u32;
        }
    }

    /// Forgets a block that began at an offset. What ended there stays.
    pub(super) fn truncate(&mut self, at: u32) {
        self.html.truncate(at as usize);
        self.places.truncate(self.places.partition_point(|&(offset, _)| offset <= at));
        self.raw.truncate(self.raw.partition_point(|&offset| offset <= at));
        self.references.truncate(self.references.partition_point(|reference| reference.end <= at));
    }

    /// Appends a part of another draft.
    pub(super) fn append(&mut self, from: &Draft, range: Range<u32>) {
        if range.is_empty() {
            return;
        }
        let base = self.at();
        self.html.push_str(&from.html[range.start as usize..range.end as usize]);
        // A place at the very end of a part opens what follows it; one at the start belongs to it, except for what
        // closes something before it. Parts begin and end between blocks, where only notes have their places.
        let first = from.places.partition_point(|&(at, _)| at < range.start);
        let places = from.places[first..].iter().take_while(|&&(at, _)| at <= range.end);
        let inside = places.filter(|&&(at, place)| match place {
            Place::NoteEnd => at > range.start,
            _ => at < range.end || place != Place::NoteStart,
        });
        self.places.extend(inside.map(|&(at, place)| (at - range.start + base, place)));
        let raw = from.raw.iter().filter(|at| range.contains(at));
        self.raw.extend(raw.map(|at| at - range.start + base));
    }

    /// Returns the part in a range, without the ranges in `cuts` (sorted, not overlapping).
    pub(super) fn slice(&self, range: Range<u32>, cuts: &[Range<u32>]) -> Draft {
        let mut part = Draft::default();
        let mut at = range.start;
        for cut in cuts.iter().filter(|cut| cut.start >= range.start && cut.end <= range.end) {
            part.append(self, at..cut.start);
            at = cut.end;
        }
        part.append(self, at..range.end);
        part
    }

    /// Returns where the internal notes are, in order.
    pub(super) fn notes(&self) -> Vec<Range<u32>> {
        let mut notes = Vec::new();
        let mut start = None;
        for &(at, place) in &self.places {
            match place {
                Place::NoteStart => start = Some(at),
                Place::NoteEnd => notes.extend(start.take().map(|start| start..at)),
                _ => {}
            }
        }
        // Every note is closed; if one were not, the rest would be its content.
        notes.extend(start.map(|start| start..self.at()));
        notes
    }

    /// Makes the fragment; raw HTML is balanced, so that it ends where the fragment ends.
    pub(super) fn finish(self) -> Fragment {
        if self.raw.is_empty() {
            return self.into_fragment();
        }
        let notes = self.notes();
        let public = (!notes.is_empty()).then(|| {
            let bare = self.slice(0..self.at(), &notes);
            Box::new(bare.balanced().into_fragment())
        });
        Fragment { public, ..self.balanced().into_fragment() }
    }

    fn into_fragment(self) -> Fragment {
        Fragment { html: self.html.into(), places: self.places.into(), public: None }
    }

    /// Sends the HTML through an HTML parser and back, with links and images marked by addresses of our own scheme.
    fn balanced(&self) -> Draft {
        let mut marked = String::with_capacity(self.html.len() + 32 * self.places.len());
        let mut written = 0;
        for (index, &(at, place)) in self.places.iter().enumerate() {
            marked.push_str(&self.html[written..at as usize]);
            written = at as usize;
            match place {
                Place::LinkOpen(link) => {
                    let titled = self.places[index..].get(1).is_some_and(|&(_, next)| next == Place::Title);
                    let kind = if titled { "title" } else { "link" };
                    marked.push_str(&format!("<a href=\"otvet:{kind}-{link}\""));
                }
                Place::LinkClose => marked.push_str("</a>"),
                Place::Image(link) => marked.push_str(&format!("<img src=\"otvet:image-{link}\" alt=\"")),
                Place::ImageAlt => marked.push('"'),
                Place::ImageEnd => marked.push('>'),
                Place::Title | Place::TitleEnd | Place::NoteStart | Place::NoteEnd => {}
            }
        }
        marked.push_str(&self.html[written..]);
        unmark(&raw_html::balance(&marked))
    }
}

/// Turns the marks of [`Draft::balanced`] back into places.
fn unmark(html: &str) -> Draft {
    const LINK: &str = "<a href=\"otvet:";
    const IMAGE: &str = "<img src=\"otvet:image-";
    let mut draft = Draft::with_capacity(html.len());
    // Whether each open link shows the title of its article.
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        draft.push(&rest[..at]);
        rest = &rest[at..];
        if let Some((kind, link, behind)) = rest.strip_prefix(LINK).and_then(mark) {
            let titled = kind == "title";
            draft.place(Place::LinkOpen(link));
            let end = behind.find('>').map_or(behind.len(), |end| end + 1);
            draft.push(&behind[..end]);
            if titled {
                draft.place(Place::Title);
            }
            open.push(titled);
            rest = &behind[end..];
        } else if let Some(behind) = rest.strip_prefix("</a>")
            && let Some(titled) = open.pop()
        {
            if titled {
                draft.place(Place::TitleEnd);
            }
            draft.place(Place::LinkClose);
            rest = behind;
        } else if let Some((_, link, behind)) = rest.strip_prefix(IMAGE).and_then(|rest| mark_number(rest, "image")) {
            let alt = behind.strip_prefix(" alt=\"").unwrap_or(behind);
            let (alt, behind) = alt.split_once('"').unwrap_or((alt, ""));
            let (more, behind) = behind.split_once('>').unwrap_or((behind, ""));
            draft.place(Place::Image(link));
            draft.push(alt);
            draft.place(Place::ImageAlt);
            draft.push(more);
            draft.place(Place::ImageEnd);
            rest = behind;
        } else {
            draft.push("<");
            rest = &rest[1..];
        }
    }
    draft.push(rest);
    draft
}

/// Splits `link-3"…` into kind, number and what follows the quote.
fn mark(text: &str) -> Option<(&'static str, u32, &str)> {
    if let Some(rest) = text.strip_prefix("link-") {
        mark_number(rest, "link")
    } else {
        mark_number(text.strip_prefix("title-")?, "title")
    }
}

fn mark_number<'a>(text: &'a str, kind: &'static str) -> Option<(&'static str, u32, &'a str)> {
    let (number, behind) = text.split_once('"')?;
    Some((kind, number.parse().ok()?, behind))
}
