//! The order of commits: a function of the commits alone, so that every replica has the same.
//!
//! Newest first, every commit before its parents (Kahn's algorithm, as `git log --date-order`); among those that may come
//! next the one committed last, then the one with the smallest id.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::Timestamp;

use crate::revision::ObjectId;

/// Commits as far as their order needs them, numbered as they were added.
#[derive(Debug, Default)]
pub(super) struct Graph {
    keys: Vec<(i64, Reverse<ObjectId>)>,
    parents: Vec<u32>,
    ends: Vec<u32>,
}

impl Graph {
    /// Adds a commit with the numbers of its parents, which may be added later.
    pub(super) fn add(&mut self, id: ObjectId, at: Timestamp, parents: impl IntoIterator<Item = u32>) {
        self.keys.push((at.as_second(), Reverse(id)));
        self.parents.extend(parents);
        self.ends.push(u32::try_from(self.parents.len()).expect("parents are bounded by the walk"));
    }

    /// Returns the numbers of all commits in their order; fewer than were added only if the parents form a circle.
    pub(super) fn newest_first(&self) -> Vec<u32> {
        let mut children = vec![0u32; self.keys.len()];
        for &parent in &self.parents {
            children[parent as usize] += 1;
        }
        let is_tip = |&number: &u32| children[number as usize] == 0;
        let tips = (0..self.keys.len() as u32).filter(is_tip);
        let mut ready: BinaryHeap<_> = tips.map(|number| (self.keys[number as usize], number)).collect();
        let mut order = Vec::with_capacity(self.keys.len());
        while let Some((_, number)) = ready.pop() {
            order.push(number);
            for &parent in super::slice(&self.parents, &self.ends, number) {
                children[parent as usize] -= 1;
                if children[parent as usize] == 0 {
                    ready.push((self.keys[parent as usize], parent));
                }
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_come_before_parents_whatever_their_clocks_say() {
        let mut graph = Graph::default();
        let commits: [(u8, i64, &[u32]); 5] =
            [(1, 500, &[]), (2, 100, &[0]), (3, 200, &[0]), (4, 200, &[0]), (5, 50, &[1, 2, 3])];
        for (id, at, parents) in commits {
            let at = Timestamp::from_second(at).expect("a time in range");
            graph.add(ObjectId::from_bytes([id; 20]), at, parents.iter().copied());
        }
        assert_eq!(graph.newest_first(), [4, 2, 3, 1, 0]);
    }
}
