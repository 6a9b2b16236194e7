//! Articles that are no longer there, for those who might have seen them.
//!
//! How many are remembered does not depend on what others may see: of each kind of audience the newest, and those of a number
//! of commits, which everybody can count.

use std::collections::HashMap;
use std::sync::Arc;

use super::View;
use crate::article::Article;
use crate::audience::{Access, AudienceSet};
use crate::git::history::{Commit, Touch};
use crate::revision::ObjectId;

/// Removed articles that are remembered of those that the same readers could see.
const MOST: usize = 500;

/// What an article was that is no longer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who could see it.
    audience: AudienceSet,
    /// Whether it was a draft or unreadable.
    hidden: bool,
}

impl Removed {
    /// Returns what is remembered of an article.
    pub fn of(article: &Article) -> Self {
        Self {
            slug: article.wanted.to_string(),
            title: article.title.clone(),
            audience: article.meta.audience,
            hidden: article.is_for_editors(),
        }
    }

    fn visible_to(&self, access: Access) -> bool {
        access.is_editor() || (!self.hidden && self.audience.meets(access.audiences()))
    }
}

/// A file that is no longer there: its path and its last blob.
pub type File = (Arc<str>, ObjectId);

/// The articles that are no longer there, as far as they are remembered.
#[derive(Debug, Clone, Default)]
pub struct Removals {
    /// With the commit that removed each, the last one when there were several.
    files: HashMap<File, (ObjectId, Arc<Removed>)>,
    /// How many have the same readers.
    counts: HashMap<(AudienceSet, bool), usize>,
}

impl Removals {
    /// Remembers a file that a commit removed, unless enough of its kind are: the newest come first.
    pub fn add(&mut self, file: File, commit: ObjectId, removed: &Arc<Removed>) {
        let count = self.counts.entry((removed.audience, removed.hidden)).or_default();
        if *count < MOST && !self.files.contains_key(&file) {
            *count += 1;
            self.files.insert(file, (commit, removed.clone()));
        }
    }

    /// Returns what a file was.
    pub fn get(&self, file: &File) -> Option<&Arc<Removed>> {
        self.files.get(file).map(|(_, removed)| removed)
    }
}

/// An article that is no longer there.
#[derive(Debug)]
pub struct Removal<'a> {
    /// Where it was.
    pub path: &'a str,
    /// What it was called.
    pub title: &'a str,
    /// The commit that removed it.
    pub commit: &'a Commit,
    /// The commit before, in which it still was; none at the border of a shallow clone.
    pub before: Option<&'a Commit>,
    /// What commits did to it, the removal first.
    pub touches: Vec<&'a Touch>,
}

impl View {
    /// Returns what a touch removed, if this reader could see it.
    pub(super) fn removed(&self, touch: &Touch) -> Option<&Arc<Removed>> {
        let removed = self.edition().removed.get(&(touch.path.clone(), touch.blob));
        removed.filter(|removed| removed.visible_to(self.access()))
    }

    /// Returns what became of a removed article, when it was for this reader; of several of one name, the last.
    pub fn removal(&self, slug: &str) -> Option<Removal<'_>> {
        let edition = self.edition();
        let is_it = |removed: &Removed| removed.slug == slug && removed.visible_to(self.access());
        let named = edition.removed.files.iter().filter(|(_, (_, removed))| is_it(removed));
        let found = named
            .filter_map(|((path, _), (commit, removed))| Some((edition.history.touch_at(*commit, path)?, removed)));
        let (touch, removed) =
            found.max_by(|(a, _), (b, _)| a.commit.cmp(&b.commit).then_with(|| b.path.cmp(&a.path)))?;
        Some(Removal {
            path: &touch.path,
            title: &removed.title,
            commit: edition.history.commit(touch.commit),
            before: edition.history.parent(touch.commit).map(|parent| edition.history.commit(parent)),
            touches: edition.history.back_from(touch).filter(|touch| self.sees(touch)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_articles_of_others_take_no_place() {
        let access = Access::reader(AudienceSet::PUBLIC);
        let named = |number: usize, audience| {
            let removed = Removed { slug: format!("{number}"), title: String::new(), audience, hidden: false };
            ((format!("{number}.md").into(), ObjectId::default()), Arc::new(removed))
        };
        let internal = crate::audience::Audiences::default().get("internal").expect("known");
        let mut removals = Removals::default();
        for number in 0..3 * MOST {
            let (file, removed) = named(number, if number % 3 == 0 { AudienceSet::PUBLIC } else { internal });
            removals.add(file, ObjectId::default(), &removed);
        }
        let seen = removals.files.values().filter(|(_, removed)| removed.visible_to(access)).count();
        assert_eq!((seen, removals.files.len()), (MOST, 2 * MOST));
    }
}
