//! The names of articles: slugs given out, redirects, paths, file stems and titles, and the nearest of them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::article::slug::without_markdown_ending;
use crate::article::{Article, Slug};
use crate::diagnostic::{Diagnostic, Finding};
use crate::spelling::nearest;

/// Which article each name stands for.
#[derive(Debug, Default)]
pub(super) struct Names {
    slugs: FxHashMap<Slug, u32>,
    paths: FxHashMap<Arc<str>, u32>,
    redirects: FxHashMap<Box<str>, u32>,
    /// File names without folder and ending, in lower case; of equal ones the smallest path.
    stems: FxHashMap<Box<str>, u32>,
    /// Titles in lower case; of equal ones the smallest path.
    titles: FxHashMap<Box<str>, u32>,
}

impl Names {
    /// Gives every article a slug of its own and collects all names. `articles` are sorted by path.
    pub(super) fn give(articles: &mut [Arc<Article>], found: &mut Vec<Diagnostic>) -> Self {
        let mut names = Self::default();
        names.slugs.reserve(articles.len());
        names.claims(articles, found);
        names.defaults(articles, found);
        for (number, article) in (0..).zip(articles.iter()) {
            names.paths.insert(article.path.clone(), number);
            names.stems.entry(stem(&article.path)).or_insert(number);
            names.titles.entry(article.title.to_lowercase().into()).or_insert(number);
        }
        names.redirects(articles, found);
        names
    }

    /// Slugs claimed in front matter, first come first served.
    fn claims(&mut self, articles: &[Arc<Article>], found: &mut Vec<Diagnostic>) {
        for (number, article) in (0..).zip(articles) {
            let Some(slug) = &article.claimed else { continue };
            let holder = *self.slugs.entry(slug.clone()).or_insert(number);
            if holder != number {
                found.push(taken(article, slug, &articles[holder as usize]));
            }
        }
    }

    /// The slugs of all others, from their paths.
    fn defaults(&mut self, articles: &mut [Arc<Article>], found: &mut Vec<Diagnostic>) {
        let mut counts: FxHashMap<Slug, u32> = FxHashMap::default();
        for number in 0..articles.len() {
            let article = &articles[number];
            let claimed = article.claimed.as_ref();
            let slug = match claimed.filter(|slug| self.slugs.get(*slug) == Some(&(number as u32))) {
                Some(slug) => slug.clone(),
                None => {
                    let wanted = Slug::of_path(&article.path);
                    if let Some(&holder) = self.slugs.get(&wanted)
                        && claimed.is_none()
                    {
                        found.push(taken(article, &wanted, &articles[holder as usize]));
                    }
                    self.free(wanted, &mut counts)
                }
            };
            self.slugs.insert(slug.clone(), number as u32);
            if article.slug != slug {
                articles[number] = Arc::new(Article { slug, ..Article::clone(article) });
            }
        }
    }

    fn free(&self, wanted: Slug, counts: &mut FxHashMap<Slug, u32>) -> Slug {
        if !self.slugs.contains_key(&wanted) {
            return wanted;
        }
        let count = counts.entry(wanted.clone()).or_insert(1);
        loop {
            *count += 1;
            let numbered = wanted.numbered(*count);
            if !self.slugs.contains_key(&numbered) {
                return numbered;
            }
        }
    }

    fn redirects(&mut self, articles: &[Arc<Article>], found: &mut Vec<Diagnostic>) {
        for (number, article) in (0..).zip(articles) {
            for from in &article.meta.redirect_from {
                let holder = self.by_slug(from).or_else(|| self.redirect(from));
                match holder {
                    // Written twice, or from itself: leads where it should.
                    Some(holder) if holder == number as usize => {}
                    Some(holder) => {
                        let (line, column) = article.place_of("redirect_from", from);
                        let by = articles[holder].path.to_string();
                        let finding = Finding::RedirectTaken { from: from.clone(), by };
                        found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
                    }
                    None => {
                        self.redirects.insert(from.as_str().into(), number);
                    }
                }
            }
        }
    }

    pub(super) fn by_slug(&self, slug: &str) -> Option<usize> {
        number(self.slugs.get(slug))
    }

    pub(super) fn by_path(&self, path: &str) -> Option<usize> {
        number(self.paths.get(path))
    }

    pub(super) fn redirect(&self, from: &str) -> Option<usize> {
        number(self.redirects.get(from))
    }

    /// Returns the article that a wikilink names: by slug, former address, path, file name, or title.
    pub(super) fn by_name(&self, name: &str) -> Option<usize> {
        let name = name.trim_matches('/');
        self.by_slug(name)
            .or_else(|| self.by_path(name))
            .or_else(|| self.by_path(&format!("{name}.md")))
            .or_else(|| self.by_path(&format!("{name}.markdown")))
            .or_else(|| self.redirect(name))
            .or_else(|| number(self.stems.get(&stem(name))).filter(|_| !name.contains('/')))
            .or_else(|| number(self.titles.get(name.to_lowercase().as_str())))
    }

    /// Returns the source of suggestions for names that lead nowhere.
    pub(super) fn advice<'a>(&'a self, articles: &'a [Arc<Article>]) -> Advice<'a> {
        // Comparing a name with every other takes time in proportion to both, and a base that is broken as a whole has
        // no use for thousands of suggestions.
        Advice { names: self, articles, comparisons: 300_000 }
    }
}

fn number(found: Option<&u32>) -> Option<usize> {
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
    comparisons: usize,
}

impl Advice<'_> {
    /// Returns the nearest slug.
    pub(super) fn slug(&mut self, wrong: &str) -> Option<String> {
        let moved = self.names.stems.get(&stem(wrong)).map(|&number| self.articles[number as usize].slug.to_string());
        moved.or_else(|| self.search(wrong, |article| article.slug.as_str()))
    }

    /// Returns the nearest path: a file of the same name in another folder, else one whose path is spelt nearly so.
    pub(super) fn path(&mut self, wrong: &str) -> Option<String> {
        let moved = self.names.stems.get(&stem(wrong)).map(|&number| self.articles[number as usize].path.to_string());
        moved.or_else(|| self.search(wrong, |article| &article.path))
    }

    fn search(&mut self, wrong: &str, name: impl Fn(&Article) -> &str) -> Option<String> {
        let alike = |candidate: &&str| candidate.len().abs_diff(wrong.len()) <= 4;
        let candidates: Vec<_> = self.articles.iter().map(|article| name(article)).filter(alike).collect();
        self.comparisons = self.comparisons.checked_sub(candidates.len())?;
        nearest(wrong, candidates).map(str::to_owned)
    }
}
