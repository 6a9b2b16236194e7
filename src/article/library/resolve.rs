//! Where links lead, and what is wrong with those that lead nowhere.

use super::names::Advice;
use super::{Contents, Resolved, is_served};
use crate::article::markdown::Target;
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
    pub(super) fn resolve<'a>(&'a self, from: usize, link: &'a Link) -> (Resolved<'a>, Option<Trouble>) {
        match &link.target {
            Target::Outside(address) => (Resolved::Outside(address), None),
            Target::Forbidden => (Resolved::Nowhere, None),
            Target::Heading(heading) => match self.articles.get(from).map(|article| find_heading(article, heading)) {
                Some(Some(id)) => (Resolved::Heading(id), None),
                _ => (Resolved::Nowhere, Some(Trouble::NoHeading)),
            },
            Target::File { path, heading } => match self.by_file(path) {
                Some(number) => self.article(number, heading.as_deref()),
                None => self.by_attachment(path),
            },
            Target::Name { name, heading } => match self.names.by_name(name).filter(|_| !name.is_empty()) {
                Some(number) => self.article(number, heading.as_deref()),
                None => (Resolved::Nowhere, Some(Trouble::Broken)),
            },
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

    /// Returns the article that a path leads to: the file, the file without its ending, a folder's index, an address of
    /// an article's page.
    fn by_file(&self, path: &str) -> Option<usize> {
        let names = &self.names;
        if let Some(number) = names.by_path(path) {
            return Some(number);
        }
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let page = path.strip_prefix("a/");
        [".md", ".markdown"]
            .iter()
            .find_map(|ending| names.by_path(&format!("{path}{ending}")))
            .or_else(|| ["index.md", "README.md", "readme.md"].iter().find_map(|name| names.by_path(&join(name))))
            .or_else(|| page.and_then(|slug| names.by_slug(slug).or_else(|| names.redirect(slug))))
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
                let suggestion = match &link.target {
                    Target::File { path, .. } => advice.path(path),
                    Target::Name { name, .. } => advice.slug(name),
                    _ => None,
                };
                Finding::BrokenLink { target, suggestion }
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
