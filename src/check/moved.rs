//! What a change does to addresses: links elsewhere that led to an article it moved are told where that is now, and an article
//! that had another address before is told to leave a redirect.

use rustc_hash::FxHashMap;

use super::Content;
use crate::article::library::{Naming, Resolved};
use crate::article::markdown::{Target, address, with_heading_of};
use crate::article::{Article, Library, Slug};
use crate::diagnostic::{Diagnostic, Finding};
use crate::git::history::likeness::{self, Traits};

/// An article that has another path now.
#[derive(Clone, Copy)]
struct Moved<'a> {
    /// The article as it is.
    now: &'a Article,
    /// Whether the history knows it for the same, and leads from the old path to the new one.
    is_followed: bool,
}

/// Articles that have another path now: by the path before, the article as it is.
///
/// It is the one that has its slug, else its text or one like it, else its title.
fn moved<'a>(before: &'a Library, after: &'a Library) -> FxHashMap<&'a str, Moved<'a>> {
    let came: Vec<&Article> = after
        .articles()
        .iter()
        .map(AsRef::as_ref)
        .filter(|now: &&Article| before.by_path(&now.path).is_none())
        .collect();
    if came.is_empty() {
        return FxHashMap::default();
    }
    let gone = before.articles().iter().map(AsRef::as_ref).filter(|was: &&Article| after.by_path(&was.path).is_none());
    let gone: Vec<&Article> = gone.collect();
    let traits = |articles: &[&Article]| {
        let few = articles.iter().take(likeness::MOST);
        few.map(|article| Traits::of(&article.path, article.as_written().as_bytes())).collect::<Vec<_>>()
    };
    let like: FxHashMap<usize, usize> = likeness::same(&traits(&gone), &traits(&came)).into_iter().collect();
    // Of equals the first, by path. As many may have come as have gone: one by one would take a while.
    let (mut by_slug, mut by_blob, mut by_title) = (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
    for &now in &came {
        by_slug.entry(now.slug.as_str()).or_insert(now);
        by_blob.entry(now.blob).or_insert(now);
        by_title.entry(now.title.as_str()).or_insert(now);
    }
    let now = |number: usize, was: &Article| {
        let followed = by_blob.get(&was.blob).copied().or_else(|| Some(came[*like.get(&number)?]));
        let same_title = || by_title.get(was.title.as_str()).copied();
        let now = by_slug.get(was.slug.as_str()).copied().or(followed).or_else(same_title)?;
        Some(Moved { now, is_followed: followed.is_some_and(|followed| followed.path == now.path) })
    };
    gone.iter().enumerate().filter_map(|(number, was)| Some((&*was.path, now(number, was)?))).collect()
}

/// Says of links that led to something which has moved where it is now, and of those that led to something which is gone that it
/// is.
pub(super) fn advise(findings: &mut [Diagnostic], before: &Content, after: &Content) {
    let moves = Moves { before, after, articles: moved(&before.library, &after.library), all: Naming::of_all() };
    for found in findings {
        match &mut found.finding {
            Finding::BrokenLink { target, suggestion, removed } => {
                if let Some(now) = moves.now(&found.path, (found.line, found.column), target) {
                    (*suggestion, *removed) = (now.clone(), now.is_none());
                }
            }
            Finding::UnknownArticle { slug, suggestion, removed, .. } => {
                let Some(number) = before.library.by_slug(slug, &moves.all) else { continue };
                let was = &before.library.articles()[number].path;
                if let Some(moved) = moves.articles.get(&**was) {
                    *suggestion = Some(moved.now.slug.to_string());
                } else if after.library.by_path(was).is_none() {
                    (*suggestion, *removed) = (None, true);
                }
            }
            _ => {}
        }
    }
}

/// What a change moved.
struct Moves<'a> {
    before: &'a Content,
    after: &'a Content,
    articles: FxHashMap<&'a str, Moved<'a>>,
    all: Naming,
}

impl Moves<'_> {
    /// Returns what a link may be written as that led somewhere before; none within when that is gone.
    fn now(&self, path: &str, place: (u32, u32), written: &str) -> Option<Option<String>> {
        let (before, after) = (&self.before.library, &self.after.library);
        let article = &after.articles()[after.by_path(path)?];
        let link = article.links.iter().find(|link| (link.line, link.column) == place)?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match before.resolve(before.by_path(path)?, link, &self.all) {
            Resolved::Article(number, _) => {
                let was = &*before.articles()[number].path;
                let moved = self.articles.get(was).map(|moved| moved.now);
                if moved.is_none() && after.by_path(was).is_some() {
                    return None;
                }
                Some(moved.map(|now| match link.target {
                    Target::File { .. } => address(&now.path, folder, written),
                    _ => with_heading_of(now.slug.to_string(), written),
                }))
            }
            Resolved::Attachment(was) => {
                let blob = self.before.files.iter().find(|entry| entry.path == was)?.blob;
                let now = self.after.files.iter().find(|entry| entry.blob == blob);
                Some(now.map(|now| address(&now.path, folder, written)))
            }
            _ => None,
        }
    }
}

/// Finds addresses that lead nowhere any more, though their article is still there. A path that the history leads on from needs
/// nothing.
pub(super) fn lost_addresses(before: &Library, after: &Library) -> Vec<Diagnostic> {
    let all = Naming::of_all();
    let leads = |slug: &str| after.by_slug(slug, &all).is_some() || after.redirect(slug, &all).is_some();
    let moved = moved(before, after);
    let mut lost = Vec::new();
    for was in before.articles().iter().filter(|was| was.readable && !leads(was.slug.as_str())) {
        let same = after.by_path(&was.path).map(|number| &*after.articles()[number]);
        let is_path = || was.slug == Slug::of_path(&was.path);
        let is_lost = |moved: &&Moved<'_>| !(moved.is_followed && is_path());
        let now = same.or_else(|| moved.get(&*was.path).filter(is_lost).map(|moved| moved.now));
        if let Some(now) = now.filter(|now| now.readable) {
            let (line, column) = now.place_of("slug", now.slug.as_str());
            let finding = Finding::LostAddress { slug: was.slug.to_string() };
            lost.push(Diagnostic { path: now.path.to_string(), line, column, finding });
        }
    }
    lost
}
