//! Where links lead, and what is wrong with those that lead nowhere.

use std::collections::BTreeSet;

use super::names::Advice;
use super::{Contents, Naming, Resolved, is_served};
use crate::article::markdown::{Target, address, with_heading_of};
use crate::article::slug::heading_id;
use crate::article::{Article, Link};
use crate::diagnostic::Finding;

/// What is wrong with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It leads nowhere.
    Broken,
    /// The article exists, the heading does not.
    NoHeading,
    /// The file exists and is not served.
    NotServed,
}

impl Contents {
    /// Returns where a link leads a reader, by the names that things have for him.
    pub(super) fn resolve<'a>(
        &'a self,
        from: usize,
        link: &'a Link,
        naming: &Naming,
    ) -> (Resolved<'a>, Option<Trouble>) {
        match &link.target {
            Target::Outside(address) => (Resolved::Outside(address), None),
            Target::Forbidden => (Resolved::Nowhere, None),
            Target::Heading(heading) => match self.articles.get(from).map(|article| find_heading(article, heading)) {
                Some(Some(id)) => (Resolved::Heading(id), None),
                _ => (Resolved::Nowhere, Some(Trouble::NoHeading)),
            },
            Target::File { path, heading } => match self.by_file(path, naming) {
                Some(number) => self.article(number, heading.as_deref()),
                None => self.by_attachment(path),
            },
            Target::Name { name, heading } => match self.by_name(name, naming) {
                Some(number) => self.article(number, heading.as_deref()),
                None => (Resolved::Nowhere, Some(Trouble::Broken)),
            },
        }
    }

    /// Returns whether a link leads all who see it where it leads somebody who sees everything.
    pub(super) fn is_the_same_for_all(&self, from: usize, to: usize) -> bool {
        let has_its_slug = || self.articles[to].slug == self.articles[to].wanted;
        self.articles[to].is_seen_with(&self.articles[from]) && has_its_slug()
    }

    /// Returns all that a link may lead to for one reader or another: articles, each once, and an attachment.
    pub(super) fn targets<'a>(&'a self, link: &'a Link) -> (BTreeSet<usize>, Option<&'a str>) {
        match &link.target {
            Target::File { path, .. } => {
                let page = path.strip_prefix("a/").into_iter();
                let pages = page.flat_map(|slug| self.with_slug(slug).chain(self.names.redirects(slug)));
                let attachment = match self.by_attachment(path) {
                    (Resolved::Attachment(path), _) => Some(path),
                    _ => None,
                };
                (self.at_file(path).chain(pages).collect(), attachment)
            }
            Target::Name { name, .. } => {
                let name = name.trim_matches('/');
                (self.with_slug(name).chain(self.names.named(name)).collect(), None)
            }
            _ => Default::default(),
        }
    }

    fn article(&self, number: usize, heading: Option<&str>) -> (Resolved<'_>, Option<Trouble>) {
        let Some(heading) = heading else { return (Resolved::Article(number, None), None) };
        match find_heading(&self.articles[number], heading) {
            Some("") => (Resolved::Article(number, None), None),
            Some(id) => (Resolved::Article(number, Some(id)), None),
            None => (Resolved::Article(number, None), Some(Trouble::NoHeading)),
        }
    }

    /// Returns the article that a wikilink leads a reader to: by slug, path, former address, file name, or title.
    fn by_name(&self, name: &str, naming: &Naming) -> Option<usize> {
        let name = name.trim_matches('/');
        if name.is_empty() {
            return None;
        }
        self.by_slug(name, naming).or_else(|| self.names.named(name).find(|&number| self.is_seen(number, naming)))
    }

    /// Returns the article that a path leads a reader to: what is there, else the page of an article.
    fn by_file(&self, path: &str, naming: &Naming) -> Option<usize> {
        let is_seen = |&number: &usize| self.is_seen(number, naming);
        self.at_file(path).find(is_seen).or_else(|| {
            let slug = path.strip_prefix("a/")?;
            self.by_slug(slug, naming).or_else(|| self.names.redirects(slug).find(is_seen))
        })
    }

    /// Returns the articles that are at a path: the file, the file without its ending, a folder's index.
    fn at_file<'a>(&'a self, path: &'a str) -> impl Iterator<Item = usize> + use<'a> {
        let ended = ["", ".md", ".markdown"].into_iter().map(move |ending| format!("{path}{ending}"));
        let folder = if path.is_empty() { "" } else { "/" };
        let inside =
            ["index.md", "README.md", "readme.md"].into_iter().map(move |name| format!("{path}{folder}{name}"));
        ended.chain(inside).filter_map(|path| self.names.by_path(&path))
    }

    fn by_attachment(&self, path: &str) -> (Resolved<'_>, Option<Trouble>) {
        if let Some((path, _)) = self.attachments.get_key_value(path) {
            return (Resolved::Attachment(path), None);
        }
        match self.files.get(path) {
            Some(path) => (Resolved::Attachment(path), (!is_served(path)).then_some(Trouble::NotServed)),
            None => (Resolved::Nowhere, Some(Trouble::Broken)),
        }
    }

    /// Says what is wrong with a link, for its author.
    pub(super) fn trouble(
        &self,
        trouble: Trouble,
        resolved: Resolved<'_>,
        from: usize,
        link: &Link,
        advice: &mut Advice<'_>,
    ) -> Finding {
        let target = link.written.clone();
        match trouble {
            Trouble::Broken => {
                let folder = self.articles[from].path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let suggestion = match &link.target {
                    Target::File { path, .. } => {
                        let is_media = link.image || super::media_type(path).is_some();
                        let file = if is_media { advice.file(path, &self.files) } else { advice.path(path, from) };
                        file.map(|path| address(&path, folder, &link.written))
                    }
                    Target::Name { name, .. } => advice.slug(name).map(|slug| with_heading_of(slug, &link.written)),
                    _ => None,
                };
                Finding::BrokenLink { target, suggestion, removed: false }
            }
            Trouble::NoHeading => {
                let number = if let Resolved::Article(number, _) = resolved { number } else { from };
                let sections = self.articles[number].sections.iter().filter(|section| section.level > 0);
                let headings: Vec<_> = sections.map(|section| format!("#{}", section.id)).take(50).collect();
                Finding::BrokenAnchor { target, headings: headings.join(", ") }
            }
            Trouble::NotServed => {
                Finding::Attachment { reason: format!("files of this kind are not served: `{target}`") }
            }
        }
    }
}

/// Returns the id of a heading as a link may name it: by id, by its text, or by the id that other programs give it. The
/// title, and nothing, stand for the beginning of the article: an empty id.
fn find_heading<'a>(article: &'a Article, heading: &str) -> Option<&'a str> {
    let headings = || article.sections.iter().filter(|section| section.level > 0);
    if heading.is_empty() || heading == "top" {
        return Some("");
    }
    if let Some(section) = headings().find(|section| section.id == heading) {
        return Some(&section.id);
    }
    let id = heading_id(heading);
    if let Some(section) = headings().find(|section| *section.id == *id) {
        return Some(&section.id);
    }
    if id == heading_id(&article.title) {
        return Some("");
    }
    // Programs differ in what becomes a hyphen and what is dropped.
    let bare = |id: &str| id.replace('-', "");
    let id = bare(&id);
    headings().find(|section| bare(&section.id) == id).map(|section| section.id.as_str())
}
