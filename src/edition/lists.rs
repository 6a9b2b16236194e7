//! Folders, tags and counts of what a reader sees, as the catalogue has them ready.

use std::sync::Arc;

use jiff::civil::Date;

use super::View;
use crate::article::Article;

/// A folder with visible articles below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The path, without slashes at its ends.
    pub path: String,
    /// The last part of the path.
    pub name: String,
    /// The number of visible articles in it and below.
    pub articles: usize,
}

impl View {
    /// Returns the articles that should have been looked at again by a day, the longest overdue first.
    pub fn overdue(&self, today: Date) -> impl ExactSizeIterator<Item = &Arc<Article>> {
        self.catalogue().overdue(today).map(|number| self.numbered(number))
    }

    /// Returns the visible articles in a folder or below it that have a tag, whatever its case, by title.
    pub fn tagged(&self, tag: &str, under: &str) -> Vec<&Arc<Article>> {
        let tagged = self.catalogue().tagged(tag).iter().map(|&number| self.numbered(number));
        tagged.filter(|article| article.is_under(under)).collect()
    }

    /// Returns the numbers of visible articles and of their sections.
    pub fn counts(&self) -> (usize, usize) {
        let catalogue = self.catalogue();
        (catalogue.by_slug.len(), catalogue.sections)
    }

    /// Returns a folder's name as people read it: the title of its overview (`index.md` or `README.md`), else the last part
    /// of its path, with spaces and a capital.
    pub fn folder_name(&self, folder: &str) -> String {
        let overview = ["index.md", "README.md"].iter().find_map(|name| {
            let number = self.library().by_path(&format!("{folder}/{name}"))?;
            self.visible(number)
        });
        if let Some(overview) = overview {
            return overview.title.clone();
        }
        let last = folder.rsplit('/').next().unwrap_or(folder).replace(['-', '_'], " ");
        let mut letters = last.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// Returns the names of the folders above an article, outermost first.
    pub fn breadcrumbs(&self, article: &Article) -> Vec<String> {
        let folder = article.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
        ends.map(|end| self.folder_name(&folder[..end])).collect()
    }

    /// Returns the folders directly in a folder that have visible articles, and the articles directly in it, by title.
    /// `None` when there is nothing visible in or below it.
    pub fn browse(&self, path: &str) -> Option<(&[Folder], Vec<&Arc<Article>>)> {
        let Some(shelf) = self.catalogue().shelf(path) else {
            return path.is_empty().then(Default::default);
        };
        Some((&shelf.folders, shelf.articles.iter().map(|&number| self.numbered(number)).collect()))
    }

    /// Returns the tags of visible articles with the number of articles, most used first, then by name.
    pub fn tags(&self) -> impl Iterator<Item = (&str, usize)> {
        self.catalogue().tags.iter().map(|(tag, count)| (&**tag, *count))
    }
}
