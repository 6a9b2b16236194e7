//! What a file was at an earlier commit, as far as the history alone can tell: its name then, and the commits around it.
//!
//! Deliberately reads nothing: which content a file had at a commit that did not touch it is asked of that commit's tree,
//! since of two branches that touched it a merge may have taken either.

use std::sync::Arc;

use super::{Act, Commit, History, Touch};
use crate::revision::ObjectId;

/// A commit, as seen from one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Its number, see [`History::commit`].
    pub commit: u32,
    /// Its id.
    pub id: ObjectId,
    /// The touch of the file by this commit or, if it has none, by the newest of its ancestors that has one.
    pub touch: Option<Touch>,
    /// What the file was called at this commit, as far as is known: the likeliest first.
    pub paths: Vec<Arc<str>>,
}

/// Names of one file that are tried.
const NAMES: usize = 8;

impl History {
    /// Returns the number of a commit of this history by its id, or by a unique abbreviation of 7 or more digits.
    pub fn find(&self, commit: &str) -> Option<u32> {
        self.number(commit)
    }

    /// Returns a commit as seen from the file that is now at `path`.
    pub fn moment(&self, path: &str, commit: u32) -> Moment {
        let mut reached = vec![false; commit as usize + 1];
        reached[commit as usize] = true;
        for number in (0..=commit).rev() {
            if reached[number as usize] {
                self.parents_of(number).iter().for_each(|&parent| reached[parent as usize] = true);
            }
        }
        let is_before = |touch: &&Touch| reached.get(touch.commit as usize).is_some_and(|&reached| reached);
        let touch = self.chain(path).find(is_before).cloned();
        let mut paths: Vec<Arc<str>> = touch.iter().map(|touch| Arc::clone(&touch.path)).collect();
        for name in self.chain(path).map(|touch| &touch.path) {
            if paths.len() < NAMES && !paths.contains(name) {
                paths.push(Arc::clone(name));
            }
        }
        Moment { commit, id: self.commit(commit).id, touch, paths }
    }

    /// Returns the first parent of a commit; none for the first commit, and at the border of a shallow clone.
    pub fn parent(&self, commit: u32) -> Option<u32> {
        self.parents_of(commit).first().copied()
    }

    /// Returns all parents of a commit, as far as they are in the clone.
    pub fn parents(&self, commit: u32) -> &[u32] {
        self.parents_of(commit)
    }

    /// Returns the commits that another history does not have: where both parted, what was done here since.
    pub fn without(&self, other: &Self) -> Vec<u32> {
        let known = other.ids();
        (0..).zip(&self.commits).filter(|(_, commit)| !known.contains(&commit.id)).map(|(number, _)| number).collect()
    }

    /// Returns how many commits these lead to, themselves among them.
    pub fn led_to(&self, ids: &[ObjectId]) -> usize {
        let mut marks: Vec<bool> = self.commits.iter().map(|commit| ids.contains(&commit.id)).collect();
        self.mark_ancestors(&mut marks);
        marks.into_iter().filter(|&mark| mark).count()
    }

    /// Returns the touches by a commit.
    pub fn touches_by(&self, commit: u32) -> &[Touch] {
        self.touches_of(commit)
    }

    /// Returns the commits behind one commit and up to another that touched the file which is now at `path`, newest first.
    pub fn between(&self, path: &str, from: Option<u32>, to: u32, limit: usize) -> Vec<&Commit> {
        let known = from.map(|from| {
            let mut known = vec![false; self.len()];
            known[from as usize] = true;
            self.mark_ancestors(&mut known);
            known
        });
        let is_new =
            |touch: &&Touch| touch.commit <= to && known.as_ref().is_none_or(|known| !known[touch.commit as usize]);
        self.chain(path).filter(is_new).take(limit).map(|touch| self.commit(touch.commit)).collect()
    }
}

impl Moment {
    /// Returns the content of the file when this very commit touched it: a blob, or nothing when it removed it. `None` when
    /// only the commit's tree can tell.
    pub fn told(&self) -> Option<Option<(Arc<str>, ObjectId)>> {
        let touch = self.touch.as_ref().filter(|touch| touch.commit == self.commit)?;
        Some((touch.act != Act::Removed).then(|| (Arc::clone(&touch.path), touch.blob)))
    }
}
