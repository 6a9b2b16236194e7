//! What commits did to the articles that a reader may see.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Removed, View};
use crate::article::Article;
use crate::git::history::{Act, Commit, LifeId, Touch};

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

/// What a touch is about.
enum Subject<'a> {
    /// An article that is there, whatever its file was called then.
    Article(&'a Arc<Article>),
    /// An article that was removed since.
    Removed(&'a Touch, &'a Removed),
}

impl View {
    /// Returns the commits that made and last changed an article; none for uncommitted work.
    pub fn dates(&self, article: &Article) -> Option<(&Commit, &Commit)> {
        self.edition.history.dates(&article.path, |removal| self.sees(removal))
    }

    /// Returns what commits did to an article, newest first; also to what stood at its path before, if the reader could see it.
    pub fn history(&self, article: &Article) -> Vec<&Touch> {
        self.edition.history.of(&article.path).into_iter().filter(|touch| self.sees(touch)).collect()
    }

    /// Returns a commit by its number in [`Change::commit`] and [`Touch::commit`].
    pub fn commit(&self, number: u32) -> &Commit {
        self.edition.history.commit(number)
    }

    /// Returns what commits did to visible articles, under whatever name they had then, newest first; at most `limit`. What the
    /// reader must not know of takes no place from what he may. The work grows with all that commits did.
    pub fn touches(&self, limit: usize) -> Vec<&Touch> {
        self.edition.history.all().filter(|touch| self.sees(touch)).take(limit).collect()
    }

    /// Returns whether a touch is about something that the reader sees, or could see until it was removed.
    pub(super) fn sees(&self, touch: &Touch) -> bool {
        self.subject(touch).is_some()
    }

    /// Returns what a touch is about: not what stands at its path now, which may be somebody else's, but what became of its file.
    fn subject(&self, touch: &Touch) -> Option<Subject<'_>> {
        let fate = self.edition.history.fate(touch)?;
        let now = self.library().by_path(fate.path);
        match fate.removed {
            Some(removal) if !fate.is_last || now.is_none() => {
                self.removed(removal).map(|removed| Subject::Removed(removal, removed))
            }
            _ => now.and_then(|number| self.visible(number)).map(Subject::Article),
        }
    }

    /// Returns the article whose file was at the path of a slug, and was moved as it is.
    pub(super) fn moved_away(&self, slug: &str) -> Option<&Arc<Article>> {
        let paths = self.edition.catalogues.left(&self.edition.history, slug);
        let moves = paths.iter().flat_map(|path| self.edition.history.moves_from(path));
        moves.filter_map(|moved| self.subject(moved)).find_map(|subject| match subject {
            Subject::Article(article) => Some(article),
            Subject::Removed(..) => None,
        })
    }

    /// Returns what happened to visible articles, net, newest first: one change for each article, however many commits
    /// touched it. `touches` are newest first, as [`History`](crate::git::history::History) gives them.
    pub fn changes(&self, touches: &[&Touch], limit: usize) -> Vec<Change> {
        let mut net: Vec<(Subject<'_>, u32, Act)> = Vec::new();
        let mut place: HashMap<LifeId, usize> = HashMap::new();
        // Where what follows in time began: a file that was removed and added again at its path is one article.
        let mut begun: HashMap<&str, usize> = HashMap::new();
        for touch in touches {
            let known = self.edition.history.life(touch).zip(self.subject(touch));
            let Some((life, subject)) = known.filter(|_| crate::article::library::is_article(&touch.path)) else {
                continue;
            };
            // Walking back in time: the earliest act decides what the whole was, the latest touch names it.
            let index = *place.entry(life).or_insert_with(|| {
                let again = match &subject {
                    Subject::Removed(removal, _) => begun.remove(&*removal.path),
                    Subject::Article(_) => begun.remove(&*touch.path),
                };
                again.unwrap_or_else(|| {
                    net.push((subject, touch.commit, touch.act));
                    net.len() - 1
                })
            });
            let act = &mut net[index].2;
            *act = match (*act, touch.act) {
                (Act::Removed, _) => Act::Removed,
                (_, Act::Added) => Act::Added,
                (_, Act::Moved) => Act::Moved,
                (_, Act::Changed | Act::Removed) => Act::Changed,
            };
            if touch.act == Act::Added {
                begun.insert(&touch.path, index);
            }
        }
        let changes = net.into_iter().filter_map(|(subject, commit, act)| change(subject, commit, act));
        changes.take(limit).collect()
    }
}

/// Returns what happened to an article. Of one that was removed, only that is told.
fn change(subject: Subject<'_>, commit: u32, act: Act) -> Option<Change> {
    match subject {
        Subject::Article(article) => Some(Change {
            slug: article.slug.to_string(),
            title: article.title.clone(),
            article: Some(article.clone()),
            act,
            commit,
        }),
        Subject::Removed(_, removed) => (act == Act::Removed).then(|| Change {
            slug: removed.slug.clone(),
            title: removed.title.clone(),
            article: None,
            act,
            commit,
        }),
    }
}
