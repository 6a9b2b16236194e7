//! Links and images.

use std::ops::Range;

use pulldown_cmark::LinkType;

use super::Writer;
use crate::article::library::media_type;
use crate::article::markdown::fragment::Place;
use crate::article::markdown::plain::Plain;
use crate::article::markdown::{Link, Target, escape};
use crate::article::slug::without_markdown_ending;
use crate::diagnostic::Finding;

pub(super) struct OpenLink {
    pub(super) number: u32,
    /// Whether the title of the article is shown.
    pub(super) titled: bool,
}

pub(super) struct OpenImage {
    /// Images within the alternative text of images.
    pub(super) depth: usize,
    pub(super) alt_from: usize,
    /// The alternative text is shown as a link, or as plain text.
    pub(super) instead: Option<bool>,
    pub(super) title: String,
    pub(super) written: String,
    pub(super) place: (u32, u32),
}

/// Returns an address without the escape of the bar behind it: in a table one writes `[[name\|text]]`.
fn without_escape(link_type: LinkType, address: &str) -> &str {
    if matches!(link_type, LinkType::WikiLink { .. }) { address.trim_end_matches('\\') } else { address }
}

impl Writer<'_> {
    pub(super) fn start_link(&mut self, link_type: LinkType, address: &str, title: &str, range: &Range<usize>) {
        let address = without_escape(link_type, address);
        let (target, titled) = match link_type {
            LinkType::WikiLink { has_pothole } => (Target::parse_wiki(address, self.folder), !has_pothole),
            LinkType::Email => (Target::parse(&format!("mailto:{address}"), self.folder), false),
            _ => (Target::parse(address, self.folder), false),
        };
        self.open_link(range.start, address, target, title, titled);
    }

    /// Begins a link or image whose definition is hidden: it is written as it stands.
    pub(super) fn start_undefined(&mut self, link_type: LinkType, open: &str, label: &str, range: &Range<usize>) {
        self.undefined_finding(range);
        let close = match link_type {
            LinkType::Reference | LinkType::ReferenceUnknown => format!("][{label}]"),
            LinkType::Collapsed | LinkType::CollapsedUnknown => "][]".to_owned(),
            _ => "]".to_owned(),
        };
        self.undefined.push((range.start, close));
        self.write_text(open);
    }

    pub(super) fn end_undefined(&mut self) {
        if let Some((_, close)) = self.undefined.pop() {
            self.write_text(&close);
        }
    }

    pub(super) fn open_link(&mut self, at: usize, written: &str, target: Target, title: &str, titled: bool) {
        let number = self.link(at, written, target, false);
        self.draft.place(Place::LinkOpen(number));
        self.write_title(title);
        self.draft.push(">");
        if titled {
            self.draft.place(Place::Title);
        }
        self.plain(Plain::link);
        self.open_link = Some(OpenLink { number, titled });
    }

    pub(super) fn close_link(&mut self) {
        let Some(open) = self.open_link.take() else { return };
        if open.titled {
            self.draft.place(Place::TitleEnd);
        }
        self.draft.place(Place::LinkClose);
        let outside = match self.links.get(open.number as usize) {
            Some(Link { target: Target::Outside(address), .. }) => Some(address.clone()),
            _ => None,
        };
        self.plain(|plain| {
            if open.titled {
                plain.name(open.number);
            }
            plain.end_link(outside.as_deref());
        });
    }

    pub(super) fn write_title(&mut self, title: &str) {
        if !title.is_empty() {
            self.draft.push(" title=\"");
            escape::push_attribute(&mut self.draft.html, title);
            self.draft.push("\"");
        }
    }

    /// Remembers a link or image and returns its number.
    pub(super) fn link(&mut self, at: usize, written: &str, target: Target, image: bool) -> u32 {
        let (line, column) = self.lines.place(at);
        if target == Target::Forbidden {
            self.findings.push((line, column, Finding::ForbiddenLink { target: written.to_owned() }));
        }
        self.links.push(Link { target, written: written.to_owned(), image, in_note: self.in_note, line, column });
        (self.links.len() - 1) as u32
    }

    pub(super) fn start_image(&mut self, link_type: LinkType, address: &str, title: &str, range: &Range<usize>) {
        let address = without_escape(link_type, address);
        // `![[picture.png]]` names a file, not an article.
        let wiki = matches!(link_type, LinkType::WikiLink { .. });
        let is_file = media_type(address).is_some();
        let target = if wiki && !is_file {
            Target::parse_wiki(address, self.folder)
        } else {
            Target::parse(address, self.folder)
        };
        self.open_image(range.start, address, target, title);
    }

    /// Begins an image; its alternative text follows. What is not a file of the content becomes a link to it.
    pub(super) fn open_image(&mut self, at: usize, address: &str, target: Target, title: &str) {
        let place = self.lines.place(at);
        let outside = matches!(target, Target::Outside(_));
        let article = matches!(&target, Target::File { path, .. } if without_markdown_ending(path).is_some());
        let instead = match &target {
            // A picture from elsewhere would tell its server who reads what.
            Target::Outside(_) | Target::Heading(_) | Target::Name { .. } | Target::Forbidden => {
                Some(self.open_link.is_none())
            }
            Target::File { .. } => article.then_some(self.open_link.is_none()),
        };
        if outside {
            self.findings.push((place.0, place.1, Finding::ForbiddenLink { target: address.to_owned() }));
        }
        let number = match instead {
            Some(false) => None,
            _ => Some(self.link(at, address, target, instead.is_none())),
        };
        match (instead, number) {
            (None, Some(number)) => self.draft.place(Place::Image(number)),
            (Some(true), Some(number)) => {
                self.draft.place(Place::LinkOpen(number));
                self.write_title(title);
                self.draft.push(">");
            }
            _ => {}
        }
        let alt_from = self.draft.html.len();
        let (title, written) = (title.to_owned(), address.to_owned());
        self.open_image = Some(OpenImage { depth: 1, alt_from, instead, title, written, place });
    }

    pub(super) fn end_image(&mut self) {
        let Some(image) = self.open_image.take() else { return };
        if self.draft.html.len() == image.alt_from {
            let (line, column) = image.place;
            self.findings.push((line, column, Finding::NoAltText { target: image.written.clone() }));
            if image.instead.is_some() {
                escape::push_text(&mut self.draft.html, &image.written);
            }
        }
        match image.instead {
            None => {
                self.draft.place(Place::ImageAlt);
                self.write_title(&image.title);
                self.draft.place(Place::ImageEnd);
            }
            Some(true) => self.draft.place(Place::LinkClose),
            Some(false) => {}
        }
    }
}
