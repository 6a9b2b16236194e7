//! The names of articles: slugs given out, redirects, paths, file stems and titles, and the nearest of them.
//!
//! Several articles may want one name, and not every reader sees them all. So a name never stands for *the* article that
//! has it, but for a list of candidates, of which each reader gets the first one that he may see; see [`super::naming`].

use std::cmp::Reverse;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::media_type;
use crate::article::slug::without_markdown_ending;
use crate::article::{Article, Slug};
use crate::diagnostic::{Diagnostic, Finding};
use crate::spelling::nearest;

/// Which articles each name stands for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The slugs that articles have for somebody who sees all of them.
    pub(super) slugs: FxHashMap<Slug, u32>,
    /// The articles that do not have the slug they want, in the order in which names are given.
    pub(super) losers: Box<[u32]>,
    paths: FxHashMap<Arc<str>, u32>,
    redirects: Table,
    /// File names without folder and ending, in lower case.
    stems: Table,
    /// Titles in lower case.
    titles: Table,
}

/// Candidates by name.
#[derive(Debug, Default)]
struct Table {
    first: FxHashMap<Box<str>, u32>,
    /// The others where there are several; few names are shared.
    more: FxHashMap<Box<str>, Vec<u32>>,
}

impl Table {
    fn add(&mut self, name: Box<str>, number: u32) {
        use std::collections::hash_map::Entry;
        match self.first.entry(name) {
            Entry::Vacant(place) => {
                place.insert(number);
            }
            Entry::Occupied(place) if *place.get() != number => {
                self.more.entry(place.key().clone()).or_default().push(number);
            }
            Entry::Occupied(_) => {}
        }
    }

    /// Puts the candidates of every shared name into the order in which names are given.
    fn sort(&mut self, articles: &[Arc<Article>]) {
        for (name, others) in &mut self.more {
            let first = self.first.get_mut(name).expect("the first candidate is added before the others");
            others.push(*first);
            others.sort_unstable_by_key(|&number| precedence(articles, number));
            others.dedup();
            *first = others.remove(0);
        }
    }

    fn all(&self, name: &str) -> impl Iterator<Item = usize> + use<'_> {
        let more = self.more.get(name).map_or(&[][..], |more| more);
        self.first.get(name).into_iter().chain(more).map(|&number| number as usize)
    }
}

/// Returns what says which of two articles goes first when both want one name; it depends on these two alone.
///
/// What more people may see goes first: as far as the readers of one are among those of the other, nobody learns from the
/// name that the other gets that there is one he may not see, and the name means the same to all. Then a slug that is
/// claimed in front matter goes before one that is a path; of equals the path decides.
fn precedence(articles: &[Arc<Article>], number: u32) -> (bool, Reverse<u32>, bool, u32) {
    let article = &articles[number as usize];
    (article.is_for_editors(), Reverse(article.meta.audience.width()), !article.claims, number)
}

impl Names {
    /// Gives every article a slug of its own and collects all names. `articles` are sorted by path.
    pub(super) fn give(articles: &mut [Arc<Article>], found: &mut Vec<Diagnostic>) -> Self {
        let mut names = Self::default();
        names.slugs(articles, found);
        for (number, article) in (0..).zip(articles.iter()) {
            names.paths.insert(article.path.clone(), number);
            names.stems.add(stem(&article.path), number);
            names.titles.add(article.title.to_lowercase().into(), number);
            for from in &article.meta.redirect_from {
                names.redirects.add(from.as_str().into(), number);
            }
        }
        for table in [&mut names.redirects, &mut names.stems, &mut names.titles] {
            table.sort(articles);
        }
        names.check_redirects(articles, found);
        names
    }

    fn slugs(&mut self, articles: &mut [Arc<Article>], found: &mut Vec<Diagnostic>) {
        self.slugs.reserve(articles.len());
        let wanted = (0..).zip(articles.iter()).map(|(number, article)| (article.wanted.clone(), number));
        self.slugs.extend(wanted);
        let is_own = |number: u32, article: &Article| self.slugs.get(&article.wanted) == Some(&number);
        if (0..).zip(articles.iter()).all(|(number, article)| is_own(number, article)) {
            articles.iter_mut().for_each(|article| rename(article, &article.wanted.clone()));
            return;
        }
        self.slugs.clear();
        let mut order: Vec<u32> = (0..articles.len() as u32).collect();
        order.sort_by_cached_key(|&number| precedence(articles, number));
        let (mut losers, mut counts) = (Vec::new(), Counts::default());
        for number in order {
            let wanted = articles[number as usize].wanted.clone();
            let slug = match self.slugs.get(&wanted) {
                None => wanted,
                Some(&holder) => {
                    found.push(taken(&articles[number as usize], &wanted, &articles[holder as usize]));
                    losers.push(number);
                    second_choice(&articles[number as usize], &mut counts, |slug| !self.slugs.contains_key(slug))
                }
            };
            self.slugs.insert(slug.clone(), number);
            rename(&mut articles[number as usize], &slug);
        }
        self.losers = losers.into();
    }

    fn check_redirects(&self, articles: &[Arc<Article>], found: &mut Vec<Diagnostic>) {
        for (number, article) in articles.iter().enumerate() {
            for from in &article.meta.redirect_from {
                let holder = number_of(self.slugs.get(from.as_str())).or_else(|| self.redirects(from).next());
                // Written twice, or from itself: leads where it should.
                if let Some(holder) = holder.filter(|&holder| holder != number) {
                    let (line, column) = article.place_of("redirect_from", from);
                    let by = articles[holder].path.to_string();
                    let finding = Finding::RedirectTaken { from: from.clone(), by };
                    found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
                }
            }
        }
    }

    pub(super) fn by_path(&self, path: &str) -> Option<usize> {
        number_of(self.paths.get(path))
    }

    /// Returns the articles that a former address leads to, in the order in which names are given.
    pub(super) fn redirects(&self, from: &str) -> impl Iterator<Item = usize> + use<'_> {
        self.redirects.all(from)
    }

    /// Returns the articles that a wikilink may name, other than by slug, the likeliest first: by path, former address, file
    /// name, or title.
    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + use<'a> {
        // Every step is only taken when the ones before found nothing that counts.
        let paths =
            ["", ".md", ".markdown"].into_iter().filter_map(move |ending| self.by_path(&format!("{name}{ending}")));
        let stems = move || (!name.contains('/')).then(|| self.stems.all(&stem(name))).into_iter().flatten();
        paths
            .chain(self.redirects.all(name))
            .chain(std::iter::once_with(stems).flatten())
            .chain(std::iter::once_with(move || self.titles.all(&name.to_lowercase())).flatten())
    }

    /// Returns the source of suggestions for names that lead nowhere.
    /// `spent` is how many names were compared already.
    pub(super) fn advice<'a>(&'a self, articles: &'a [Arc<Article>], spent: usize) -> Advice<'a> {
        Advice { names: self, articles, left: MOST_COMPARED.saturating_sub(spent), is_spent: false }
    }
}

/// Comparing a name with every other takes time in proportion to both, and a base that is broken as a whole has no use for
/// thousands of suggestions.
const MOST_COMPARED: usize = 300_000;

/// Returns whether two states of one file want the same names and give them to the same readers.
pub(super) fn are_alike(a: &Article, b: &Article) -> bool {
    a.wanted == b.wanted
        && a.claims == b.claims
        && a.title == b.title
        && a.meta.audience == b.meta.audience
        && a.is_for_editors() == b.is_for_editors()
        && a.meta.redirect_from == b.meta.redirect_from
}

/// Of numbered slugs, the number given last.
pub(super) type Counts = FxHashMap<Slug, u32>;

/// Returns the slug of an article that cannot have the one it wants: its path, else that with a number.
pub(super) fn second_choice(article: &Article, counts: &mut Counts, is_free: impl Fn(&Slug) -> bool) -> Slug {
    let path = Slug::of_path(&article.path);
    if is_free(&path) {
        return path;
    }
    let count = counts.entry(path.clone()).or_insert(1);
    loop {
        *count += 1;
        let numbered = path.numbered(*count);
        if is_free(&numbered) {
            return numbered;
        }
    }
}

/// Returns whether an article may have a slug as its second choice, for readers who see fewer articles than others.
pub(super) fn may_fall_back_to(article: &Article, slug: &str) -> bool {
    let path = Slug::of_path(&article.path);
    slug.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Gives an article a slug.
pub(super) fn rename(article: &mut Arc<Article>, slug: &Slug) {
    if article.slug != *slug {
        *article = Arc::new(article.under(slug.clone()));
    }
}

fn number_of(found: Option<&u32>) -> Option<usize> {
    found.map(|&number| number as usize)
}

fn stem(path: &str) -> Box<str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    without_markdown_ending(name).unwrap_or(name).to_lowercase().into()
}

fn taken(article: &Article, slug: &Slug, holder: &Article) -> Diagnostic {
    let (line, column) = article.place_of("slug", "");
    let finding = Finding::SlugTaken { slug: slug.to_string(), by: holder.path.to_string() };
    Diagnostic { path: article.path.to_string(), line, column, finding }
}

/// Suggests what was meant.
pub(super) struct Advice<'a> {
    names: &'a Names,
    articles: &'a [Arc<Article>],
    /// Comparisons that may still be made.
    left: usize,
    /// Whether one was not made for want of them.
    is_spent: bool,
}

impl Advice<'_> {
    /// Returns how many names were compared.
    pub(super) fn compared(&self) -> usize {
        MOST_COMPARED - self.left
    }

    /// Returns whether a name was not compared with others because too many were.
    pub(super) fn is_spent(&self) -> bool {
        self.is_spent
    }

    /// Returns the nearest slug.
    pub(super) fn slug(&mut self, wrong: &str) -> Option<String> {
        self.moved(wrong)
            .map(|article| article.slug.to_string())
            .or_else(|| self.search(wrong, |article| article.slug.as_str()))
    }

    /// Returns the nearest path of another article than `from`: a file of the same name in another folder, else one whose path is
    /// spelt nearly so.
    pub(super) fn path(&mut self, wrong: &str, from: usize) -> Option<String> {
        if let Some(article) = self.moved(wrong) {
            return Some(article.path.to_string());
        }
        let own = self.articles[from].path.clone();
        let stem = |path: &str| without_markdown_ending(path).unwrap_or(path).len();
        let wrong = &wrong[..stem(wrong)];
        let nearest = self.search(wrong, |article| match article.path == own {
            true => "",
            false => &article.path[..stem(&article.path)],
        })?;
        let found = self.articles.iter().find(|article| article.path[..stem(&article.path)] == nearest)?;
        Some(found.path.to_string())
    }

    /// Returns the path of the nearest file that is no article: one of the same name but for capital letters, here or in
    /// another folder, else one whose path is spelt nearly so.
    pub(super) fn file(&mut self, wrong: &str, files: &FxHashSet<Box<str>>) -> Option<String> {
        let left = self.left.checked_sub(files.len());
        self.is_spent |= left.is_none();
        self.left = left?;
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let (wanted, whole) = (name(wrong), wrong.to_lowercase());
        let same = files.iter().filter(|path| name(path) == wanted);
        // In an order of their own: that of a set is none.
        let same = same.min_by_key(|path| (path.to_lowercase() != whole, path.len(), (*path).clone()));
        let stem = |path: &'_ str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            path.len() - name.len()..path.len() - name.len() + name.rfind('.').unwrap_or(name.len())
        };
        same.map(|path| path.to_string()).or_else(|| {
            let mut all: Vec<&str> =
                files.iter().map(|path| &**path).filter(|path| media_type(path).is_some()).collect();
            all.sort_unstable();
            let found = nearest(&wrong[stem(wrong)], all.iter().map(|path| &path[stem(path)]))?;
            all.iter().find(|path| &path[stem(path)] == found).map(|path| (*path).to_owned())
        })
    }

    fn moved(&self, wrong: &str) -> Option<&Article> {
        self.names.stems.all(&stem(wrong)).next().map(|number| &*self.articles[number])
    }

    fn search(&mut self, wrong: &str, name: impl Fn(&Article) -> &str) -> Option<String> {
        let alike = |candidate: &&str| candidate.len().abs_diff(wrong.len()) <= 4;
        let candidates: Vec<_> = self.articles.iter().map(|article| name(article)).filter(alike).collect();
        let left = self.left.checked_sub(candidates.len());
        self.is_spent |= left.is_none();
        self.left = left?;
        nearest(wrong, candidates).map(str::to_owned)
    }
}
