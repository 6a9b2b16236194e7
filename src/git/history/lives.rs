//! What became of the file that a touch is about: followed forward through moves, up to where it is now or was removed.

use std::sync::Arc;

use super::{Commit, History, Life, NONE, Touch};

/// What became of the file of a touch.
#[derive(Debug, Clone, Copy)]
pub struct Fate<'a> {
    /// Where it was last.
    pub path: &'a str,
    /// Whether nothing happened at that path later: then it is there, unless it was removed.
    pub is_last: bool,
    /// The touch that removed it. A merge may have kept it all the same, which shows in the tree alone.
    pub removed: Option<&'a Touch>,
}

/// A file from where it was added to where it is or was removed; those that stood at one path one after the other are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LifeId(u32);

impl History {
    /// Returns the life of the file that a touch of this history is about.
    pub fn life(&self, touch: &Touch) -> Option<LifeId> {
        self.position(touch).map(|position| LifeId(self.of_life[position]))
    }

    /// Returns what became of the file that a touch of this history is about.
    pub fn fate(&self, touch: &Touch) -> Option<Fate<'_>> {
        let life = self.lives[self.life(touch)?.0 as usize];
        let end = &self.touches[life.end as usize];
        Some(Fate {
            path: &end.path,
            is_last: self.last.get(&end.path) == Some(&life.end),
            removed: (life.removed != NONE).then(|| &self.touches[life.removed as usize]),
        })
    }

    /// Returns the paths that files were moved away from, in no order.
    pub fn paths_left(&self) -> impl Iterator<Item = &Arc<str>> {
        self.moves.keys()
    }

    /// Returns the moves that took a file away from a path, the latest first.
    pub fn moves_from(&self, path: &str) -> impl Iterator<Item = &Touch> {
        let moves = self.moves.get(path).map_or(&[][..], Vec::as_slice);
        moves.iter().rev().map(|&position| &self.touches[position as usize])
    }

    /// Returns the touches of a file from this one back, and of what stood at its path before, newest first.
    pub fn back_from(&self, touch: &Touch) -> impl Iterator<Item = &Touch> {
        self.chain_from(self.position(touch).map(|position| position as u32))
    }

    /// Returns the commit with which the file that is now at a path came into being: its own life, and that of what stood there
    /// before as far as `counts` says that it counts.
    pub fn beginning(&self, path: &str, counts: impl Fn(&Touch) -> bool) -> Option<&Commit> {
        let last = *self.last.get(path)?;
        let life = |number: u32| -> Life { self.lives[number as usize] };
        let mut now = life(self.of_life[last as usize]);
        while now.former != NONE && counts(&self.touches[life(now.former).end as usize]) {
            now = life(now.former);
        }
        Some(self.commit(now.began))
    }

    /// Returns what a commit, by its whole id, did to a file.
    pub fn touch_at(&self, commit: crate::revision::ObjectId, path: &str) -> Option<&Touch> {
        let number = self.commits.iter().rposition(|known| known.id == commit)?;
        self.touches_of(number as u32).iter().find(|touch| *touch.path == *path)
    }

    /// Returns the place of a touch among all.
    fn position(&self, touch: &Touch) -> Option<usize> {
        let of_commit = self.touches_of(touch.commit);
        let end = *self.touch_ends.get(touch.commit as usize)? as usize;
        let at = of_commit.binary_search_by(|known| known.path.cmp(&touch.path)).ok()?;
        Some(end - of_commit.len() + at)
    }
}
