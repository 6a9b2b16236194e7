//! The history of a content folder: who changed which file when, from one walk over the commits.
//!
//! Held in memory as three tables (commits, their touches, the last touch of each path), oldest first, so that a newer
//! history is the older one with something put at its end. A touch knows the touch before it of the same file, through
//! moves, so dates are found at once and a file's history by following a chain.
//!
//! Deliberately keeps no content and no mail addresses. How it is gathered is in `walk` and `diff`, in which order in
//! `order`, how it is stored in `codec`.

mod codec;
mod diff;
mod joined;
pub mod likeness;
mod lives;
mod order;
mod past;
mod walk;

use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::revision::ObjectId;

pub use lives::{Fate, LifeId};
pub use past::Moment;
pub(super) use walk::read;

/// A commit that is part of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// The author's name; mail addresses are not kept.
    pub author: Arc<str>,
    /// When it was committed.
    pub at: Timestamp,
    /// The first line of the message.
    pub subject: Arc<str>,
}

/// What a commit did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The file came into being.
    Added,
    /// Its content changed.
    Changed,
    /// It came from another path, with the same content or one that is like it, see [`Touch::from`].
    Moved,
    /// It is gone.
    Removed,
}

/// A commit's touch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Number of the commit, see [`History::commit`].
    pub commit: u32,
    /// What was done.
    pub act: Act,
    /// The path inside the content folder.
    pub path: Arc<str>,
    /// The former path, of a move.
    pub from: Option<Arc<str>>,
    /// The blob after it; before it, of a removal.
    pub blob: ObjectId,
}

/// The history of a content folder up to one commit. A function of that commit (and of the border of a shallow clone).
///
/// A merge touches a file only if the file differs from that of every parent. At the border of a shallow clone, files
/// count as added by the border's commit.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The content folder.
    folder: String,
    /// The commits whose parents are missing from the clone, sorted.
    border: Vec<ObjectId>,
    /// Whether touches of the oldest commits were left out, see [`TOUCHES`].
    cut: bool,
    /// Oldest first: parents before children, then by time and id. The last is the head.
    commits: Vec<Commit>,
    /// The numbers of the commits' parents, one after the other, and where those of each commit end.
    parents: Vec<u32>,
    parent_ends: Vec<u32>,
    /// The touches in the order of the commits, within a commit by path, and where those of each commit end.
    touches: Vec<Touch>,
    touch_ends: Vec<u32>,
    /// For each touch the one before it of the same file, through moves, or [`NONE`].
    before: Vec<u32>,
    /// For each path the last touch of it, or the move that took its file away.
    last: FxHashMap<Arc<str>, u32>,
    /// For each touch the number of the [`Life`] it belongs to, and all of these.
    of_life: Vec<u32>,
    lives: Vec<Life>,
    /// For each path the moves that took a file away from there, oldest first.
    moves: FxHashMap<Arc<str>, Vec<u32>>,
    authors: FxHashSet<Arc<str>>,
}

/// A file from where it was added to where it was removed or is now, through moves. What is added again where a file was
/// removed is another one: it may be something quite different.
#[derive(Debug, Clone, Copy)]
struct Life {
    /// Its last touch so far.
    end: u32,
    /// Its last removal, or [`NONE`]. One of two branches may have changed what the other removed.
    removed: u32,
    /// The commit it began with.
    began: u32,
    /// The life that ended where this one began, or [`NONE`].
    former: u32,
}

/// No touch, no life.
const NONE: u32 = u32::MAX;
/// The touches that are kept: about 400 MB. Those of the oldest commits beyond are left out.
const TOUCHES: usize = 4_000_000;

/// A touch before it has a place in a history.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RawTouch {
    act: Act,
    path: Arc<str>,
    from: Option<Arc<str>>,
    blob: ObjectId,
}

impl From<&Touch> for RawTouch {
    fn from(touch: &Touch) -> Self {
        Self { act: touch.act, path: Arc::clone(&touch.path), from: touch.from.clone(), blob: touch.blob }
    }
}

impl History {
    /// Returns the commit with this number.
    ///
    /// # Panics
    /// When the number is not from a touch of this history.
    pub fn commit(&self, number: u32) -> &Commit {
        &self.commits[number as usize]
    }

    /// Returns the touches of one file, newest first, through its moves: what it was called before is part of it. Of a path
    /// whose file has moved away, the move is the first.
    pub fn of(&self, path: &str) -> Vec<&Touch> {
        self.chain(path).collect()
    }

    /// Returns when and by whom the file was made and last changed (a move without change counts as a change). What stood at its
    /// path before it belongs to it as far as `counts` says so of the touch that removed it.
    pub fn dates(&self, path: &str, counts: impl Fn(&Touch) -> bool) -> Option<(&Commit, &Commit)> {
        // A removal on another branch may be the newest touch of a file that a merge has kept.
        let changed = self.chain(path).find(|touch| touch.act != Act::Removed)?;
        Some((self.beginning(path, counts)?, self.commit(changed.commit)))
    }

    /// Returns all touches, newest commit first, within a commit by path.
    pub fn all(&self) -> impl Iterator<Item = &Touch> {
        self.newest_first().flat_map(|number| self.touches_of(number))
    }

    /// Returns the first of [`History::all`], at most `limit`.
    pub fn touches(&self, limit: usize) -> Vec<&Touch> {
        self.all().take(limit).collect()
    }

    /// Returns the touches by commits that are not `commit` nor among its ancestors, newest first; `None` when the commit
    /// is not in the history. An abbreviated id (7 or more digits) is enough when it is unique.
    pub fn since_commit(&self, commit: &str) -> Option<Vec<&Touch>> {
        let number = self.number(commit)?;
        let mut known = vec![false; self.commits.len()];
        known[number as usize] = true;
        self.mark_ancestors(&mut known);
        let news = self.newest_first().filter(|&number| !known[number as usize]);
        Some(news.flat_map(|number| self.touches_of(number)).collect())
    }

    /// Returns the touches by commits later than a time, newest first.
    pub fn since_time(&self, time: Timestamp) -> Vec<&Touch> {
        let news = self.newest_first().filter(|&number| self.commit(number).at > time);
        news.flat_map(|number| self.touches_of(number)).collect()
    }

    /// Returns the touches of the last so many commits that removed a file, newest commit first.
    pub fn removals(&self, commits: usize) -> impl Iterator<Item = &Touch> {
        let all = self.newest_first().take(commits).flat_map(|number| self.touches_of(number));
        all.filter(|touch| touch.act == Act::Removed)
    }

    /// Returns the number of commits.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Returns whether there is no commit.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether earlier history is missing (a shallow clone, or far too many touches).
    pub fn is_shallow(&self) -> bool {
        !self.border.is_empty() || self.cut
    }

    /// Writes the history for a later start; see [`History::from_bytes`]. Equal histories give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::write(self)
    }

    /// Reads what [`History::to_bytes`] wrote; `None` when it is damaged or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        codec::read(bytes)
    }

    /// Returns the id of the commit the history ends at.
    pub fn head(&self) -> Option<ObjectId> {
        self.commits.last().map(|commit| commit.id)
    }

    /// Returns the number of a commit by its id, or by a unique abbreviation of 7 or more digits.
    fn number(&self, commit: &str) -> Option<u32> {
        let range = abbreviated(commit)?;
        let mut found = (0..).zip(&self.commits).filter(|(_, commit)| range.contains(&commit.id));
        match (found.next(), found.next()) {
            (Some((number, _)), None) => Some(number),
            _ => None,
        }
    }

    /// Returns the commits whose ids begin so, with 7 or more digits.
    pub fn matching(&self, commit: &str) -> impl Iterator<Item = ObjectId> {
        let range = abbreviated(commit);
        let is_in = move |id: &ObjectId| range.as_ref().is_some_and(|range| range.contains(id));
        self.commits.iter().map(|commit| commit.id).filter(is_in)
    }

    /// Returns the ids of all commits.
    pub fn ids(&self) -> FxHashSet<ObjectId> {
        self.commits.iter().map(|commit| commit.id).collect()
    }

    fn newest_first(&self) -> impl Iterator<Item = u32> {
        // Commits are counted in 32 bits throughout: see `push`.
        (0..self.commits.len() as u32).rev()
    }

    /// Marks all ancestors of the commits that are marked. Parents have smaller numbers, so one pass is enough.
    fn mark_ancestors(&self, marks: &mut [bool]) {
        for number in self.newest_first() {
            if marks[number as usize] {
                self.parents_of(number).iter().for_each(|&parent| marks[parent as usize] = true);
            }
        }
    }

    fn chain(&self, path: &str) -> impl Iterator<Item = &Touch> {
        self.chain_from(self.last.get(path).copied())
    }

    fn chain_from(&self, first: Option<u32>) -> impl Iterator<Item = &Touch> {
        std::iter::successors(first, |&touch| Some(self.before[touch as usize]).filter(|&before| before != NONE))
            .map(|touch| &self.touches[touch as usize])
    }

    fn parents_of(&self, number: u32) -> &[u32] {
        slice(&self.parents, &self.parent_ends, number)
    }

    fn touches_of(&self, number: u32) -> &[Touch] {
        slice(&self.touches, &self.touch_ends, number)
    }

    /// Puts a commit at the end: its parents are there already, its touches are sorted by path.
    fn push(
        &mut self,
        mut commit: Commit,
        parents: impl IntoIterator<Item = u32>,
        touches: impl IntoIterator<Item = RawTouch>,
    ) {
        let number = u32::try_from(self.commits.len()).expect("fewer than four billion commits, of 70 bytes each");
        match self.authors.get(&commit.author) {
            Some(author) => commit.author = Arc::clone(author),
            None => drop(self.authors.insert(Arc::clone(&commit.author))),
        }
        self.commits.push(commit);
        self.parents.extend(parents);
        self.parent_ends.push(u32::try_from(self.parents.len()).expect("parents are bounded by the walk"));
        for touch in touches {
            self.push_touch(number, touch);
        }
        self.touch_ends.push(self.touches.len() as u32);
    }

    fn push_touch(&mut self, number: u32, raw: RawTouch) {
        let position = u32::try_from(self.touches.len()).expect("touches are bounded by the walk");
        let path = match self.last.get_key_value(&raw.path) {
            Some((path, _)) => Arc::clone(path),
            None => raw.path,
        };
        let from = raw.from.map(|from| match self.last.get_key_value(&from) {
            Some((from, _)) => Arc::clone(from),
            None => from,
        });
        // A path whose file has moved away begins anew.
        let is_there = |path: &Arc<str>| {
            let last = *self.last.get(path)?;
            (self.touches[last as usize].path == *path).then_some(last)
        };
        let before = is_there(from.as_ref().unwrap_or(&path));
        self.before.push(before.unwrap_or(NONE));
        let life = self.life_of(number, raw.act, before, position);
        self.of_life.push(life);
        if let Some(from) = &from {
            self.last.insert(Arc::clone(from), position);
            self.moves.entry(Arc::clone(from)).or_default().push(position);
        }
        self.last.insert(Arc::clone(&path), position);
        self.touches.push(Touch { commit: number, act: raw.act, path, from, blob: raw.blob });
        if raw.act == Act::Changed && self.parents_of(number).len() > 1 {
            self.join(position);
        }
    }

    /// Returns the number of the life that a new touch belongs to.
    fn life_of(&mut self, commit: u32, act: Act, before: Option<u32>, position: u32) -> u32 {
        let former = before.map_or(NONE, |before| self.of_life[before as usize]);
        let number = if former == NONE || act == Act::Added {
            self.lives.push(Life { end: position, removed: NONE, began: commit, former });
            self.lives.len() as u32 - 1
        } else {
            former
        };
        let life = &mut self.lives[number as usize];
        life.end = position;
        if act == Act::Removed {
            life.removed = position;
        }
        number
    }
}

/// Returns the range of ids that begin as an id of 7 to 40 digits does.
fn abbreviated(commit: &str) -> Option<RangeInclusive<ObjectId>> {
    if !(7..=40).contains(&commit.len()) || !commit.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let padded = |digit: char| -> Option<ObjectId> {
        let mut padded = commit.to_ascii_lowercase();
        padded.extend(std::iter::repeat_n(digit, 40 - commit.len()));
        padded.parse().ok()
    };
    Some(padded('0')?..=padded('f')?)
}

/// Returns the part of a table that belongs to a commit.
fn slice<'a, T>(table: &'a [T], ends: &[u32], number: u32) -> &'a [T] {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    &table[start as usize..ends[number] as usize]
}
