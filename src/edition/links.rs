//! Articles as this reader gets them rendered, and what they have to do with others: links that lead to what the reader may
//! see, links back, what is related.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Lookup, View, encode_path};
use crate::article::library::{Attachment, Resolved};
use crate::article::markdown::Destination;
use crate::article::{Answer, Article, Fragment, Status};

/// A visible link to an article.
#[derive(Debug, Clone)]
pub struct Neighbour<'a> {
    /// The article.
    pub article: &'a Arc<Article>,
    /// The heading of it that is meant.
    pub heading: Option<&'a str>,
}

impl View {
    /// Renders a fragment of an article for this reader: links lead to what the reader may see, internal notes are kept
    /// for staff only (and never when `public_only`).
    pub fn render(&self, article: &Article, fragment: &Fragment, public_only: bool) -> String {
        let number = self.library().by_path(&article.path);
        let notes = !public_only && self.access().sees_notes();
        fragment.render(notes, &mut |link| {
            let link = article.links.get(link)?;
            self.destination(self.library().resolve(number?, link, &self.naming))
        })
    }

    /// Returns the plain text of an answer for this reader: an article named by its slug alone is called by its title.
    pub fn answer_text<'a>(&self, article: &Article, answer: &'a Answer) -> Cow<'a, str> {
        let number = self.library().by_path(&article.path);
        answer.text_with(&mut |link| {
            self.destination(self.library().resolve(number?, article.links.get(link)?, &self.naming))?.title
        })
    }

    fn destination(&self, resolved: Resolved<'_>) -> Option<Destination> {
        match resolved {
            Resolved::Article(number, heading) => {
                let article = self.visible(number)?;
                let anchor = heading.map(|id| format!("#{id}")).unwrap_or_default();
                Some(Destination {
                    href: format!("{}{anchor}", self.article_path(article.slug.as_str())),
                    title: Some(article.title.clone()),
                })
            }
            Resolved::Attachment(path) => {
                self.attachment(path)?;
                Some(Destination { href: format!("{}/files/{}", self.root, encode_path(path)), title: None })
            }
            Resolved::Outside(address) => Some(Destination { href: address.to_owned(), title: None }),
            Resolved::Heading(id) => Some(Destination { href: format!("#{id}"), title: None }),
            Resolved::Nowhere => None,
        }
    }

    /// Returns a file that an article visible to this reader refers to.
    pub fn attachment(&self, path: &str) -> Option<&Attachment> {
        let (attachment, users) = self.library().attachment(path)?;
        let seen = |users: &[usize]| users.iter().any(|&user| self.visible(user).is_some());
        let in_notes = || self.access().sees_notes() && seen(self.library().attachment_in_notes(path));
        (seen(users) || in_notes()).then_some(attachment)
    }

    /// Returns the visible articles that an article links to, each once, in order of appearance.
    pub fn links(&self, article: &Article) -> Vec<Neighbour<'_>> {
        let Some(number) = self.library().by_path(&article.path) else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let shown = self.library().articles()[number]
            .links
            .iter()
            .filter(|link| !link.image && (!link.in_note || self.access().sees_notes()));
        let found = shown.filter_map(|link| match self.library().resolve(number, link, &self.naming) {
            Resolved::Article(to, heading) if to != number && seen.insert(to) => {
                self.visible(to).map(|article| Neighbour { article, heading })
            }
            _ => None,
        });
        found.collect()
    }

    /// Returns the visible articles that link to an article, by slug.
    pub fn backlinks(&self, article: &Article) -> Vec<&Arc<Article>> {
        let Some(number) = self.library().by_path(&article.path) else { return Vec::new() };
        let back = self.library().backlinks(number, &self.naming).into_iter();
        let mut found: Vec<_> = back.filter_map(|from| self.visible(from)).collect();
        found.sort_unstable_by(|a, b| a.slug.cmp(&b.slug));
        found
    }

    /// Returns the visible articles an editor named as related, in the editor's order.
    pub fn related(&self, article: &Article) -> Vec<&Arc<Article>> {
        article.meta.related.iter().filter_map(|slug| self.named(slug)).collect()
    }

    /// Returns visible articles that are about the same as an article, the nearest first: none that its editor named, none
    /// that another took the place of. Such as are linked with it, or link to the same, count for more; ties by slug.
    pub fn similar(&self, article: &Article, limit: usize) -> Vec<Arc<Article>> {
        const LOOKED_AT: usize = 30;
        let named = self.related(article);
        let is_named = |other: &Article| named.iter().any(|named| named.path == other.path);
        let is_current = |other: &Article| other.meta.status != Status::Archived && other.meta.superseded_by.is_none();
        let linked = self.linked(article);
        let nearness = |other: &Article| {
            let others = self.linked(other);
            let common = others.iter().filter(|path| linked.contains(*path)).count().min(3);
            let direct = linked.contains(&other.path) || others.contains(&article.path);
            1.0 + 0.1 * common as f32 + if direct { 0.25 } else { 0.0 }
        };
        let found = self.edition.searcher.similar(article, LOOKED_AT, self.access()).into_iter();
        let mut found: Vec<(f32, Arc<Article>)> = found
            .filter(|(_, other)| is_current(other) && !is_named(other))
            .map(|(score, other)| (score * nearness(&other), self.under_its_name(other)))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.slug.cmp(&b.1.slug)));
        found.into_iter().take(limit).map(|(_, other)| other).collect()
    }

    /// Returns the paths of the first visible articles that an article links to.
    fn linked(&self, article: &Article) -> BTreeSet<Arc<str>> {
        const LINKS: usize = 50;
        self.links(article).into_iter().take(LINKS).map(|link| Arc::clone(&link.article.path)).collect()
    }

    /// Returns the article to read instead, if there is one and the reader may see it.
    pub fn successor(&self, article: &Article) -> Option<&Arc<Article>> {
        article.meta.superseded_by.as_deref().and_then(|slug| self.named(slug))
    }

    fn named(&self, slug: &str) -> Option<&Arc<Article>> {
        match self.lookup(slug) {
            Lookup::Found(article) | Lookup::Moved(article) => Some(article),
            Lookup::Nothing => None,
        }
    }
}
