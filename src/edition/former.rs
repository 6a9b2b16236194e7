//! Former texts of an article, as one reader may see them.
//!
//! A former text had an audience, a status and internal notes of its own, and they count: whoever may not have seen it then
//! does not see it now, though the article itself is for them. To the public only what holds now is told: what was taken
//! back from a public text is not given out again.

use std::sync::Arc;

use super::View;
use crate::article::Article;
use crate::article::library::Rules;
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
}
