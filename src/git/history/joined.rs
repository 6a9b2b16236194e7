//! Files that one branch moved and another one changed where they were. A merge that takes both makes one file of them, and one
//! life: without that, what the other branch did would be nobody's history.

use std::sync::Arc;

use super::{Act, History, NONE};

/// Touches that are looked through for the names that a file had.
const MOST: usize = 1_000;

impl History {
    /// Takes into the life of a file that a merge touches, at this place among the touches, what another branch did to it under
    /// a name that it had before.
    pub(super) fn join(&mut self, merge: u32) {
        let life = self.of_life[merge as usize];
        let mut names: Vec<(Arc<str>, u32)> = Vec::new();
        let mut at = self.before[merge as usize];
        for _ in 0..MOST {
            if at == NONE || self.of_life[at as usize] != life {
                break;
            }
            let touch = &self.touches[at as usize];
            names.extend(touch.from.clone().filter(|_| touch.act == Act::Moved).map(|from| (from, at)));
            at = self.before[at as usize];
        }
        for (name, moved) in names {
            let Some(branch) = self.left_behind(&name, moved) else { continue };
            self.put_in(merge, &branch);
            branch.iter().for_each(|&touch| self.of_life[touch as usize] = life);
            // For whatever comes there later, the file has moved away.
            self.last.insert(name, moved);
        }
    }

    /// Returns the touches at a path, the newest first, that go on with a file after its move away: of a life that began with a
    /// change, since the file was there.
    fn left_behind(&self, path: &str, moved: u32) -> Option<Vec<u32>> {
        let last = *self.last.get(path).filter(|&&last| last > moved && *self.touches[last as usize].path == *path)?;
        let life = self.of_life[last as usize];
        let mut branch = Vec::new();
        let mut at = last;
        while at != NONE && self.of_life[at as usize] == life {
            branch.push(at);
            at = self.before[at as usize];
        }
        let first = branch.last().map(|&first| &self.touches[first as usize])?;
        (at == NONE && first.act == Act::Changed).then_some(branch)
    }

    /// Puts touches into the chain behind a merge, where they belong in time.
    fn put_in(&mut self, merge: u32, branch: &[u32]) {
        let oldest = branch.last().copied().unwrap_or(NONE);
        let mut chain = branch.to_vec();
        let mut at = self.before[merge as usize];
        while at != NONE && at > oldest {
            chain.push(at);
            at = self.before[at as usize];
        }
        chain.sort_unstable_by(|a, b| b.cmp(a));
        let mut newer = merge;
        for touch in chain.into_iter().chain([at]) {
            self.before[newer as usize] = touch;
            newer = touch;
        }
    }
}
