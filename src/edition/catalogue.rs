//! What lists need to know of all articles at once, prepared for one access: orders, tags, folders, counts. It is made
//! once for an edition and an access, so that no request looks through the whole base.
//!
//! From edition to edition orders are carried: what stayed the same keeps its place under its new number, and only new and
//! changed articles are sorted in. The result depends on the library alone, not on the way there.
//!
//! Deliberately knows nothing of searching, and nothing of the day: what is overdue is a question of where a date stands in
//! an order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::Folder;
use crate::article::{Article, Library, Slug, Status};
use crate::audience::Access;
use crate::git::history::History;

/// Catalogues of one edition that are kept. There are as many accesses as sets of audiences that readers really have.
const MOST_KEPT: usize = 32;

/// The catalogues of an edition, by access, and what else is found out once and then looked up.
#[derive(Default)]
pub struct Catalogues {
    kept: Mutex<Vec<(Access, Arc<Catalogue>)>>,
    /// The paths that files moved away from, by the slug that a file has there.
    left: OnceLock<FxHashMap<String, Vec<Arc<str>>>>,
}

impl fmt::Debug for Catalogues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_list().entries(kept.iter().map(|(access, _)| access)).finish()
    }
}

impl Catalogues {
    /// Returns the catalogue for an access, which is made when it is asked for first. Others who ask wait for it instead of
    /// making it too.
    pub(super) fn of(&self, library: &Library, access: Access) -> Arc<Catalogue> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
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

    /// Returns the paths at which a file had a slug by its path until it was moved away.
    pub(super) fn left(&self, history: &History, slug: &str) -> &[Arc<str>] {
        let left = self.left.get_or_init(|| {
            let mut left = FxHashMap::<String, Vec<Arc<str>>>::default();
            for path in history.paths_left() {
                left.entry(Slug::of_path(path).to_string()).or_default().push(path.clone());
            }
            // The order of a hash map is nobody's.
            left.values_mut().for_each(|paths| paths.sort_unstable());
            left
        });
        left.get(slug).map_or(&[], Vec::as_slice)
    }

    /// Makes, for a library, every catalogue that an earlier one had, from what that was.
    pub(super) fn carry(&self, before: &Self, old: &Library, library: &Library) {
        let before = before.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let changes = Changes::between(old.articles(), library.articles());
        // Orders by slug can be carried where the reader's slugs are those of the articles compared.
        let is_common = |access| old.naming(access).is_common() && library.naming(access).is_common();
        let carried = before.into_iter().map(|(access, catalogue)| match &changes {
            None => (access, catalogue),
            Some(changes) if is_common(access) => (access, Arc::new(catalogue.carried(changes, access))),
            Some(_) => (access, Arc::new(Catalogue::new(library, access))),
        });
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = carried.collect();
    }
}

/// What one access sees of a library. Articles are named by their number in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Catalogue {
    /// By slug.
    pub(super) by_slug: Vec<u32>,
    /// By title, then by slug.
    pub(super) by_title: Vec<u32>,
    /// Tags as written with the number of articles, most used first, then by name.
    pub(super) tags: Vec<(Box<str>, usize)>,
    /// The articles of a tag in lower case, by title.
    tagged: HashMap<Box<str>, Vec<u32>>,
    /// The folders that hold anything, by path; the empty one is the whole.
    shelves: HashMap<Box<str>, Shelf>,
    /// Current articles that must be looked at again, by the day on which they must, then by slug.
    due: Vec<(Date, u32)>,
    /// Current articles, by title.
    pub(super) reviewed: Vec<u32>,
    /// Of these, those that nobody ever verified, by title.
    pub(super) unverified: Vec<u32>,
    /// Of these, those that say something else than when they were verified, by title.
    pub(super) changed: Vec<u32>,
    /// Sections of all articles together.
    pub(super) sections: usize,
}

/// What is in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shelf {
    /// The folders directly in it.
    pub(super) folders: Vec<Folder>,
    /// The articles directly in it, by title.
    pub(super) articles: Vec<u32>,
}

/// What became of the articles of a library in the next one.
struct Changes<'a> {
    articles: &'a [Arc<Article>],
    /// By old number: the number of the same article now; [`GONE`] when it is gone or changed.
    numbers: Vec<u32>,
    /// Articles that are gone, or as they were before they changed.
    removed: Vec<&'a Article>,
    /// New and changed articles.
    added: Vec<u32>,
}

/// The number of what is no longer there.
const GONE: u32 = u32::MAX;

impl<'a> Changes<'a> {
    /// Compares the articles of two libraries; none when all are the same.
    fn between(old: &'a [Arc<Article>], articles: &'a [Arc<Article>]) -> Option<Self> {
        let numbers = Vec::with_capacity(old.len());
        let mut changes = Self { articles, numbers, removed: Vec::new(), added: Vec::new() };
        // Both are sorted by path.
        let mut at = 0;
        for before in old {
            while articles.get(at).is_some_and(|now| !Arc::ptr_eq(now, before) && now.path < before.path) {
                changes.added.push(at as u32);
                at += 1;
            }
            if articles.get(at).is_some_and(|now| Arc::ptr_eq(now, before)) {
                changes.numbers.push(at as u32);
                at += 1;
            } else {
                changes.numbers.push(GONE);
                changes.removed.push(before);
            }
        }
        changes.added.extend(at as u32..articles.len() as u32);
        (!changes.removed.is_empty() || !changes.added.is_empty()).then_some(changes)
    }

    fn article(&self, number: u32) -> &'a Article {
        &self.articles[number as usize]
    }

    /// Brings an order to the numbers of now, with `more` sorted in.
    fn order(&self, before: &[u32], more: &[u32], compare: impl Fn(&Article, &Article) -> Ordering) -> Vec<u32> {
        let numbers = before.iter().map(|&number| self.numbers[number as usize]).filter(|&number| number != GONE);
        let mut order: Vec<u32> = numbers.collect();
        sort_in(&mut order, more, |&a, &b| compare(self.article(a), self.article(b)));
        order
    }
}

/// Puts a few more into what is sorted.
fn sort_in<T: Copy>(sorted: &mut Vec<T>, more: &[T], compare: impl Fn(&T, &T) -> Ordering) {
    if more.len() > 32 {
        sorted.extend_from_slice(more);
        return sorted.sort_unstable_by(compare);
    }
    for new in more {
        let at = sorted.partition_point(|old| compare(old, new).is_lt());
        sorted.insert(at, *new);
    }
}

fn by_slug(a: &Article, b: &Article) -> Ordering {
    a.slug.cmp(&b.slug)
}

fn by_title(a: &Article, b: &Article) -> Ordering {
    a.title.cmp(&b.title).then_with(|| by_slug(a, b))
}

impl Catalogue {
    fn new(library: &Library, access: Access) -> Self {
        let naming = library.naming(access);
        let articles = library.named(&naming);
        let changes = Changes::between(&[], &articles);
        changes.map_or_else(Self::default, |changes| Self::default().carried(&changes, access))
    }

    /// Returns the catalogue of the next library.
    fn carried(&self, changes: &Changes<'_>, access: Access) -> Self {
        let added = changes.added.iter().copied();
        let added: Vec<u32> = added.filter(|&number| changes.article(number).visible_to(access)).collect();
        let removed = changes.removed.iter().filter(|article| article.visible_to(access));
        let removed: Vec<&Article> = removed.copied().collect();
        let order_of = |before: &[u32], wants: &dyn Fn(&Article) -> bool| {
            let more = added.iter().copied().filter(|&number| wants(changes.article(number)));
            changes.order(before, &more.collect::<Vec<_>>(), by_title)
        };
        let sections =
            |articles: &mut dyn Iterator<Item = &Article>| articles.map(|article| article.sections.len()).sum();
        let more: usize = sections(&mut added.iter().map(|&number| changes.article(number)));
        let fewer: usize = sections(&mut removed.iter().copied());
        Self {
            by_slug: changes.order(&self.by_slug, &added, by_slug),
            by_title: changes.order(&self.by_title, &added, by_title),
            tags: self.counted(changes, &added, &removed),
            tagged: self.tagged_anew(changes, &added),
            shelves: self.shelved_anew(changes, &added, &removed),
            due: self.due_anew(changes, &added),
            reviewed: order_of(&self.reviewed, &is_reviewed),
            unverified: order_of(&self.unverified, &is_unverified),
            changed: order_of(&self.changed, &is_changed),
            sections: self.sections + more - fewer,
        }
    }

    fn due_anew(&self, changes: &Changes<'_>, added: &[u32]) -> Vec<(Date, u32)> {
        let numbers = self.due.iter().map(|&(day, number)| (day, changes.numbers[number as usize]));
        let mut all: Vec<_> = numbers.filter(|&(_, number)| number != GONE).collect();
        let more: Vec<_> = added.iter().filter_map(|&number| Some((due(changes.article(number))?, number))).collect();
        sort_in(&mut all, &more, |&(day, a), &(other, b)| {
            day.cmp(&other).then_with(|| by_slug(changes.article(a), changes.article(b)))
        });
        all
    }

    fn counted(&self, changes: &Changes<'_>, added: &[u32], removed: &[&Article]) -> Vec<(Box<str>, usize)> {
        let mut counts: BTreeMap<&str, usize> = self.tags.iter().map(|(tag, count)| (&**tag, *count)).collect();
        for tag in added.iter().flat_map(|&number| &changes.article(number).meta.tags) {
            *counts.entry(tag).or_default() += 1;
        }
        for tag in removed.iter().flat_map(|article| &article.meta.tags) {
            counts.entry(tag).and_modify(|count| *count = count.saturating_sub(1));
        }
        let counts = counts.into_iter().filter(|&(_, count)| count > 0);
        let mut tags: Vec<(Box<str>, usize)> = counts.map(|(tag, count)| (tag.into(), count)).collect();
        tags.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        tags
    }

    fn tagged_anew(&self, changes: &Changes<'_>, added: &[u32]) -> HashMap<Box<str>, Vec<u32>> {
        let mut more: HashMap<String, Vec<u32>> = HashMap::new();
        for &number in added {
            for tag in &changes.article(number).meta.tags {
                let numbers = more.entry(tag.to_lowercase()).or_default();
                // A tag may stand twice, or in two cases.
                if numbers.last() != Some(&number) {
                    numbers.push(number);
                }
            }
        }
        let carried = self.tagged.iter().map(|(tag, numbers)| {
            let more = more.remove(&**tag).unwrap_or_default();
            (tag.clone(), changes.order(numbers, &more, by_title))
        });
        let mut tagged: HashMap<Box<str>, Vec<u32>> = carried.filter(|(_, numbers)| !numbers.is_empty()).collect();
        tagged.extend(more.into_iter().map(|(tag, numbers)| (tag.into(), changes.order(&[], &numbers, by_title))));
        tagged
    }

    fn shelved_anew(&self, changes: &Changes<'_>, added: &[u32], removed: &[&Article]) -> HashMap<Box<str>, Shelf> {
        let mut more: HashMap<&str, Vec<u32>> = HashMap::new();
        for &number in added {
            more.entry(folder(changes.article(number))).or_default().push(number);
        }
        let mut shelves: HashMap<Box<str>, Shelf> = HashMap::with_capacity(self.shelves.len());
        for (path, shelf) in &self.shelves {
            let more = more.remove(&**path).unwrap_or_default();
            let articles = changes.order(&shelf.articles, &more, by_title);
            shelves.insert(path.clone(), Shelf { folders: shelf.folders.clone(), articles });
        }
        for (path, numbers) in more {
            shelves.entry(path.into()).or_default().articles = changes.order(&[], &numbers, by_title);
        }
        recount(&mut shelves, changes, added, removed);
        shelves
    }

    /// Returns the articles of a tag, whatever its case, by title.
    pub(super) fn tagged(&self, tag: &str) -> &[u32] {
        self.tagged.get(&*tag.to_lowercase()).map_or(&[], |numbers| numbers)
    }

    /// Returns what is in a folder; `None` when there is nothing visible in or below it.
    pub(super) fn shelf(&self, folder: &str) -> Option<&Shelf> {
        self.shelves.get(folder)
    }

    /// Returns the articles that should have been looked at again by a day, the longest overdue first, then by slug.
    pub(super) fn overdue(&self, today: Date) -> impl ExactSizeIterator<Item = u32> {
        self.due_in(None, today)
    }

    /// Returns the articles that must be looked at again on a day or later, and before another, the first day first.
    pub(super) fn due_in(&self, from: Option<Date>, before: Date) -> impl ExactSizeIterator<Item = u32> {
        let start = from.map_or(0, |from| self.due.partition_point(|&(due, _)| due < from));
        let end = self.due.partition_point(|&(due, _)| due < before).max(start);
        self.due[start..end].iter().map(|&(_, number)| number)
    }

    /// Returns the articles that must be looked at again some day, by that day.
    pub(super) fn due(&self) -> &[(Date, u32)] {
        &self.due
    }
}

/// Returns when an article must be looked at again, if that says anything about how far it can be trusted.
fn due(article: &Article) -> Option<Date> {
    article.review_due().filter(|_| is_reviewed(article))
}

/// Returns whether anybody should look after an article.
pub(super) fn is_reviewed(article: &Article) -> bool {
    article.readable && article.meta.status == Status::Current && article.meta.superseded_by.is_none()
}

fn is_unverified(article: &Article) -> bool {
    is_reviewed(article) && article.meta.verified.is_none()
}

fn is_changed(article: &Article) -> bool {
    is_reviewed(article) && article.meta.verified.as_ref().is_some_and(|verified| verified.changed_since)
}

/// Returns the folder in which an article is.
fn folder(article: &Article) -> &str {
    article.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Brings the numbers of articles that folders show to what was added and removed.
fn recount(shelves: &mut HashMap<Box<str>, Shelf>, changes: &Changes<'_>, added: &[u32], removed: &[&Article]) {
    let mut differences: BTreeMap<&str, isize> = BTreeMap::new();
    let added = added.iter().map(|&number| (changes.article(number), 1));
    for (article, difference) in added.chain(removed.iter().map(|&article| (article, -1))) {
        let folder = folder(article);
        let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
        for end in ends {
            *differences.entry(&folder[..end]).or_default() += difference;
        }
    }
    // The deepest first: a folder that is gone goes after what it held.
    for (path, difference) in differences.into_iter().rev().filter(|&(_, difference)| difference != 0) {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folders = &mut shelves.entry(above.into()).or_default().folders;
        let at = folders.partition_point(|folder| *folder.path < *path);
        if folders.get(at).is_none_or(|folder| folder.path != path) {
            folders.insert(at, Folder { path: path.to_owned(), name: name.to_owned(), articles: 0 });
        }
        folders[at].articles = folders[at].articles.saturating_add_signed(difference);
        if folders[at].articles == 0 {
            folders.remove(at);
            shelves.remove(path);
        } else {
            shelves.entry(path.into()).or_default();
        }
    }
    // The whole has a shelf as long as anything is in it.
    if shelves.get("").is_some_and(|whole| whole.folders.is_empty() && whole.articles.is_empty()) {
        shelves.remove("");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Lexicon;
    use crate::article::library::Rules;
    use crate::audience::Audiences;
    use crate::revision::{ObjectId, Revision};

    fn rules() -> Rules {
        let audiences = Audiences::default();
        Rules { default_audience: audiences.get("internal").expect("a default audience"), audiences }
    }

    /// An article at one of a few paths, made of a few numbers.
    fn article(at: u8, what: u8) -> Arc<Article> {
        let path =
            ["a.md", "b/a.md", "b/b.md", "b/c/a.md", "b/c/d.md", "d/e/f/a.md", "d/e/f/b.md", "я.md"][at as usize];
        let (title, tag, slug) = (what % 3, ["Чек", "чек", "деньги"][what as usize / 3 % 3], (at + what) % 11);
        let (day, audience) = (what % 4 + 1, ["public", "internal"][what as usize % 2]);
        let verified = ["", "verified: {by: x, on: 2026-01-01, digest: 0123456789abcdef}\n"][what as usize / 2 % 2];
        let text = format!(
            "---\ntitle: Т{title}\nslug: s{slug}\ntags: [{tag}, чек]\naudience: [{audience}]\n{verified}review: {{by: 2027-01-0{day}}}\n---\nТекст\n\n## Раздел\n"
        );
        Arc::new(Article::parse(path, ObjectId::default(), text.as_bytes(), &rules()))
    }

    fn library(articles: Vec<Arc<Article>>) -> Library {
        let revision = Revision { commit: ObjectId::default(), tree: ObjectId::default() };
        Library::new(revision, articles, Vec::new(), Vec::new(), Lexicon::default(), Vec::new())
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn carried_catalogue_is_the_one_made_anew(steps in proptest::collection::vec((0u8..8, 0u8..20), 1..24)) {
            let access = Access::reader(rules().audiences.set(["public"]).expect("known"));
            let (mut articles, mut before) = (BTreeMap::new(), library(Vec::new()));
            let mut catalogues = Catalogues::default();
            catalogues.of(&before, access);
            for (at, what) in steps {
                match what {
                    18.. => articles.remove(&at),
                    what => articles.insert(at, article(at, what)),
                };
                let now = library(articles.values().cloned().collect());
                let next = Catalogues::default();
                next.carry(&catalogues, &before, &now);
                proptest::prop_assert_eq!(&*next.of(&now, access), &Catalogue::new(&now, access));
                (before, catalogues) = (now, next);
            }
        }
    }
}
