//! Former texts of an article, as one reader may see them.
//!
//! A former text had an audience, a status and internal notes of its own, and they count: whoever may not have seen it then
//! does not see it now, though the article itself is for them. To the public only what holds now is told: what was taken
//! back from a public text is not given out again.

use std::sync::Arc;

use super::{Removed, View};
use crate::article::Article;
use crate::article::library::Rules;
use crate::git::history::{Act, Commit, Touch};
use crate::revision::ObjectId;

impl View {
    /// Returns whether the reader sees former texts at all: staff and editors do.
    pub fn sees_former_texts(&self) -> bool {
        self.access().is_editor() || self.access().sees_notes()
    }

    /// Returns whether the reader belongs to every audience: then nothing that an article says of itself is a secret to them.
    pub fn sees_everything(&self) -> bool {
        self.access().is_editor() || self.access().audiences().covers(self.edition().audiences.all())
    }

    /// Reads a former text of an article, which was at `path` then. `None` when it is not for this reader.
    ///
    /// It is given the name and the place that the article has now, so that its links lead where they lead now.
    pub fn former(&self, now: &Arc<Article>, path: &str, blob: ObjectId, bytes: &[u8]) -> Option<Arc<Article>> {
        if !self.sees_former_texts() {
            return None;
        }
        if blob == now.blob && *path == *now.path {
            return Some(now.clone());
        }
        let rules =
            Rules { audiences: self.edition().audiences.clone(), default_audience: self.edition().default_audience };
        let mut former = Article::parse(path, blob, bytes, &rules);
        former.path = now.path.clone();
        former.slug = now.slug.clone();
        former.visible_to(self.access()).then(|| Arc::new(former))
    }

    /// Returns what became of a removed article, when it was for this reader.
    pub fn removal(&self, slug: &str) -> Option<Removal<'_>> {
        let edition = self.edition();
        let is_it = |removed: &Removed| removed.slug == slug && removed.visible_to(self.access());
        let (path, removed) =
            edition.removed.iter().filter(|(_, removed)| is_it(removed)).min_by_key(|(path, _)| *path)?;
        let touches = edition.history.of(path);
        let at = touches.iter().position(|touch| touch.act == Act::Removed)?;
        let number = touches[at].commit;
        Some(Removal {
            path,
            title: &removed.title,
            commit: edition.history.commit(number),
            before: edition.history.parent(number).map(|parent| edition.history.commit(parent)),
            touches: touches.into_iter().skip(at).collect(),
        })
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
