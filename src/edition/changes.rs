//! What commits did to the articles that a reader may see.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Removed, View};
use crate::article::Article;
use crate::git::history::{Act, Commit, Touch};

/// What happened to an article, net, since some state.
#[derive(Debug, Clone)]
pub struct Change {
    /// The article's slug, now or when it was removed.
    pub slug: String,
    /// Its title, likewise.
    pub title: String,
    /// The article, if it is still there.
    pub article: Option<Arc<Article>>,
    /// What happened.
    pub act: Act,
    /// Number of the latest commit that touched it.
    pub commit: u32,
}

impl View {
    /// Returns the commits that made and last changed an article; none for uncommitted work.
    pub fn dates(&self, article: &Article) -> Option<(&Commit, &Commit)> {
        self.edition.history.dates(&article.path)
    }

    /// Returns what commits did to an article, newest first.
    pub fn history(&self, article: &Article) -> Vec<&Touch> {
        self.edition.history.of(&article.path)
    }

    /// Returns a commit by its number in [`Change::commit`] and [`Touch::commit`].
    pub fn commit(&self, number: u32) -> &Commit {
        self.edition.history.commit(number)
    }

    /// Returns what commits did to visible articles, under whatever name they had then, newest first; at most `limit`. What the
    /// reader must not know of takes no place from what he may.
    pub fn touches(&self, limit: usize) -> Vec<&Touch> {
        let mut former: HashSet<&str> = HashSet::new();
        let mut seen = Vec::new();
        for touch in self.edition.history.all() {
            if seen.len() == limit {
                break;
            }
            if former.contains(&*touch.path) || self.sees(touch, touch.act) {
                former.extend(touch.from.as_deref().filter(|_| touch.act == Act::Moved));
                seen.push(touch);
            }
        }
        seen
    }

    fn sees(&self, touch: &Touch, act: Act) -> bool {
        let article = self.library().by_path(&touch.path);
        article.is_some_and(|number| self.visible(number).is_some()) || self.removed(touch, act).is_some()
    }

    fn removed(&self, touch: &Touch, act: Act) -> Option<&Removed> {
        let removed = self.edition.removed.get(&touch.path);
        removed.filter(|removed| act == Act::Removed && removed.visible_to(self.access()))
    }

    /// Returns what happened to visible articles, net, newest first: one change for each article, however many commits
    /// touched it. `touches` are newest first, as [`History`] gives them.
    pub fn changes(&self, touches: &[&Touch], limit: usize) -> Vec<Change> {
        let mut net: Vec<(&Touch, Act)> = Vec::new();
        let mut place: HashMap<&str, usize> = HashMap::new();
        for touch in touches {
            if !crate::article::library::is_article(&touch.path) {
                continue;
            }
            // Walking back in time: the earliest act decides what the whole was, the latest touch names it.
            let index = *place.entry(&touch.path).or_insert_with(|| {
                net.push((touch, touch.act));
                net.len() - 1
            });
            let (latest, act) = &mut net[index];
            *act = match (latest.act, touch.act) {
                (Act::Removed, _) => Act::Removed,
                (_, Act::Added) => Act::Added,
                (_, Act::Moved) => Act::Moved,
                (_, Act::Changed | Act::Removed) => Act::Changed,
            };
            if let (Act::Moved, Some(from)) = (touch.act, touch.from.as_deref()) {
                place.entry(from).or_insert(index);
            }
        }
        net.iter().filter_map(|&(touch, act)| self.change(touch, act)).take(limit).collect()
    }

    fn change(&self, touch: &Touch, act: Act) -> Option<Change> {
        if let Some(article) = self.library().by_path(&touch.path).and_then(|number| self.visible(number)) {
            return Some(Change {
                slug: article.slug.to_string(),
                title: article.title.clone(),
                article: Some(article.clone()),
                act,
                commit: touch.commit,
            });
        }
        let removed = self.removed(touch, act)?;
        Some(Change {
            slug: removed.slug.clone(),
            title: removed.title.clone(),
            article: None,
            act,
            commit: touch.commit,
        })
    }
}
