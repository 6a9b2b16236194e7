//! What lists need to know of all articles at once, prepared for one access: orders, tags, folders, counts. It is made
//! once for an edition and an access, so that no request looks through the whole base.
//!
//! Deliberately knows nothing of searching, and nothing of the day: what is overdue is a question of where a date stands in
//! an order.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::Folder;
use crate::article::{Article, Library, Status};
use crate::audience::Access;

/// Catalogues of one edition that are kept. There are as many accesses as sets of audiences that readers really have.
const MOST_KEPT: usize = 32;

/// The catalogues of an edition, by access.
#[derive(Default)]
pub struct Catalogues(Mutex<Vec<(Access, Arc<Catalogue>)>>);

impl fmt::Debug for Catalogues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.accesses()).finish()
    }
}

impl Catalogues {
    /// Returns the catalogue for an access, which is made when it is asked for first. Others who ask wait for it instead of
    /// making it too.
    pub(super) fn of(&self, library: &Library, access: Access) -> Arc<Catalogue> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, catalogue)) = kept.iter().find(|(known, _)| *known == access) {
            return catalogue.clone();
        }
        let catalogue = Arc::new(Catalogue::new(library, access));
        if kept.len() == MOST_KEPT {
            kept.remove(0);
        }
        kept.push((access, catalogue.clone()));
        catalogue
    }

    /// Returns the accesses that were asked for.
    pub(super) fn accesses(&self) -> Vec<Access> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|&(access, _)| access).collect()
    }
}

/// What one access sees of a library. Articles are named by their number in it.
#[derive(Debug)]
pub(super) struct Catalogue {
    /// By slug.
    pub(super) by_slug: Box<[u32]>,
    /// By title, then by slug.
    pub(super) by_title: Box<[u32]>,
    /// Tags as written with the number of articles, most used first, then by name.
    pub(super) tags: Vec<(Box<str>, usize)>,
    /// The articles of a tag in lower case, by title.
    tagged: HashMap<String, Vec<u32>>,
    /// The folders that hold anything, by path; the empty one is the whole.
    shelves: HashMap<Box<str>, Shelf>,
    /// Current articles that must be looked at again, by the day on which they must.
    due: Box<[(Date, u32)]>,
    /// Sections of all articles together.
    pub(super) sections: usize,
}

/// What is in a folder.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// The folders directly in it.
    pub(super) folders: Vec<Folder>,
    /// The articles directly in it, by title.
    pub(super) articles: Vec<u32>,
}

impl Catalogue {
    fn new(library: &Library, access: Access) -> Self {
        let articles = library.articles();
        let article = |number: u32| &*articles[number as usize];
        let visible = (0u32..).zip(articles).filter(|(_, article)| article.visible_to(access));
        let mut by_slug: Vec<u32> = visible.map(|(number, _)| number).collect();
        by_slug.sort_unstable_by(|&a, &b| article(a).slug.cmp(&article(b).slug));
        let mut by_title = by_slug.clone();
        // Stable, so that equal titles stay in the order of slugs.
        by_title.sort_by(|&a, &b| article(a).title.cmp(&article(b).title));
        let due = by_slug.iter().filter_map(|&number| Some((due(article(number))?, number)));
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|&(day, _)| day);
        let (tags, tagged) = tags(by_title.iter().map(|&number| (number, article(number))));
        Self {
            tags,
            tagged,
            shelves: shelves(by_title.iter().map(|&number| (number, article(number)))),
            due: due.into(),
            sections: by_slug.iter().map(|&number| article(number).sections.len()).sum(),
            by_slug: by_slug.into(),
            by_title: by_title.into(),
        }
    }

    /// Returns the articles of a tag, whatever its case, by title.
    pub(super) fn tagged(&self, tag: &str) -> &[u32] {
        self.tagged.get(&tag.to_lowercase()).map_or(&[], |numbers| numbers)
    }

    /// Returns what is in a folder; `None` when there is nothing visible in or below it.
    pub(super) fn shelf(&self, folder: &str) -> Option<&Shelf> {
        self.shelves.get(folder)
    }

    /// Returns the articles that should have been looked at again by a day, the longest overdue first, then by slug.
    pub(super) fn overdue(&self, today: Date) -> impl ExactSizeIterator<Item = u32> {
        self.due[..self.due.partition_point(|&(due, _)| due < today)].iter().map(|&(_, number)| number)
    }
}

/// Returns when an article must be looked at again, if that says anything about how far it can be trusted.
fn due(article: &Article) -> Option<Date> {
    let counts = article.meta.status == Status::Current && article.meta.superseded_by.is_none();
    article.review_due().filter(|_| counts)
}

type Tags = (Vec<(Box<str>, usize)>, HashMap<String, Vec<u32>>);

fn tags<'a>(articles: impl Iterator<Item = (u32, &'a Article)>) -> Tags {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tagged: HashMap<String, Vec<u32>> = HashMap::new();
    for (number, article) in articles {
        for tag in &article.meta.tags {
            *counts.entry(tag).or_default() += 1;
            let numbers = tagged.entry(tag.to_lowercase()).or_default();
            // A tag may stand twice, or in two cases.
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
    let mut tags: Vec<(Box<str>, usize)> = counts.into_iter().map(|(tag, count)| (tag.into(), count)).collect();
    tags.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    (tags, tagged)
}

fn shelves<'a>(articles: impl Iterator<Item = (u32, &'a Article)>) -> HashMap<Box<str>, Shelf> {
    let mut shelves: HashMap<Box<str>, Shelf> = HashMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, article) in articles {
        let folder = article.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match shelves.get_mut(folder) {
            Some(shelf) => shelf.articles.push(number),
            None => {
                shelves.insert(folder.into(), Shelf { folders: Vec::new(), articles: vec![number] });
            }
        }
        let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
        for end in ends {
            *counts.entry(&folder[..end]).or_default() += 1;
        }
    }
    // By path, so that the folders of every shelf are in the order of their names.
    for (path, articles) in counts {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = Folder { path: path.to_owned(), name: name.to_owned(), articles };
        shelves.entry(above.into()).or_default().folders.push(folder);
        shelves.entry(path.into()).or_default();
    }
    shelves
}
