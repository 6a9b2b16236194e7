//! What a commit did to the files of the content folder: its tree against the trees of all its parents at once.
//!
//! Only entries that differ from every parent are walked; equal subtrees are skipped by id. Names follow the rules of
//! [`crate::path`], so that paths are those of the listing. Exact moves (one file gone, one come, same blob) are
//! recognised, and of articles also those whose text changed on the way ([`likeness`]).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::likeness::{self, Traits};
use super::{Act, RawTouch};
use crate::git::objects::Objects;
use crate::git::parse::{self, EntryKind};
use crate::git::{Error, limits};
use crate::path::{self, Name};
use crate::revision::ObjectId;

/// The bytes of trees that are kept, in each of two generations.
const CACHE: usize = 16 << 20;
/// The bytes of a file that may be an article.
const ARTICLE: u64 = 512 << 10;
/// The entries that are looked at in one commit. A base has some 100,000; a tree bomb has no end.
const STEPS: usize = 1_000_000;

/// Trees, the ones used lately in memory.
pub(super) struct Trees {
    objects: Objects,
    young: FxHashMap<ObjectId, Arc<[u8]>>,
    old: FxHashMap<ObjectId, Arc<[u8]>>,
    bytes: usize,
}

impl Trees {
    pub(super) fn new(objects: Objects) -> Self {
        Self { objects, young: FxHashMap::default(), old: FxHashMap::default(), bytes: 0 }
    }

    fn get(&mut self, id: ObjectId) -> Result<Arc<[u8]>, Error> {
        if let Some(tree) = self.young.get(&id) {
            return Ok(Arc::clone(tree));
        }
        let tree = match self.old.remove(&id) {
            Some(tree) => tree,
            None => self.objects.tree(id)?.into(),
        };
        if self.bytes > CACHE {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        // What a map needs for itself is counted roughly.
        self.bytes += tree.len() + 64;
        self.young.insert(id, Arc::clone(&tree));
        Ok(tree)
    }

    /// Returns the tree of a folder inside a tree; `None` when there is none.
    pub(super) fn folder(&mut self, root: ObjectId, folder: &str) -> Result<Option<ObjectId>, Error> {
        let mut tree = root;
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            let bytes = self.get(tree)?;
            let found = crate::git::objects::subfolder(&bytes, name);
            match found.map_err(|reason| Error::Object { id: tree, reason: reason.to_owned() })? {
                Some(found) => tree = found,
                None => return Ok(None),
            }
        }
        Ok(Some(tree))
    }

    /// Returns what a commit with the tree `new` and parents with the trees `olds` (none: an empty one) did, by path.
    pub(super) fn touches(&mut self, new: Option<ObjectId>, olds: &[Option<ObjectId>]) -> Result<Vec<RawTouch>, Error> {
        let olds = if olds.is_empty() { &[None] } else { olds };
        let mut walk = Walk { trees: self, touches: Vec::new(), steps: 0 };
        if !olds.contains(&new) {
            walk.folder(new, olds, &mut String::new(), 0)?;
        }
        let touches = find_moves(settle(walk.touches));
        self.find_edited_moves(touches)
    }

    /// Makes one move of a removal and an addition of articles that are like each other.
    fn find_edited_moves(&mut self, touches: Vec<RawTouch>) -> Result<Vec<RawTouch>, Error> {
        let of = |act: Act| {
            let is_meant = |touch: &RawTouch| touch.act == act && touch.path.ends_with(".md");
            let found = touches.iter().enumerate().filter(move |(_, touch)| is_meant(touch));
            found.map(|(place, _)| place).collect::<Vec<usize>>()
        };
        let (gone, came) = (of(Act::Removed), of(Act::Added));
        if gone.is_empty() || came.is_empty() || gone.len().max(came.len()) > likeness::MOST {
            return Ok(touches);
        }
        let mut read = |places: &[usize]| {
            let mut traits = |touch: &RawTouch| match self.objects.blob(touch.blob, ARTICLE) {
                Ok(text) => Ok(Traits::of(&touch.path, &text)),
                Err(Error::TooLong) => Err(Error::TooLong),
                // A file that is too large or cannot be read is like no other.
                Err(_) => Ok(Traits::of(&touch.path, b"")),
            };
            places.iter().map(|place| traits(&touches[*place])).collect::<Result<Vec<_>, _>>()
        };
        let pairs = likeness::same(&read(&gone)?, &read(&came)?);
        let mut touches: Vec<Option<RawTouch>> = touches.into_iter().map(Some).collect();
        for (was, now) in pairs {
            let from = touches[gone[was]].take().map(|touch| touch.path);
            if let Some(touch) = &mut touches[came[now]] {
                (touch.act, touch.from) = (Act::Moved, from);
            }
        }
        Ok(touches.into_iter().flatten().collect())
    }
}

struct Walk<'a> {
    trees: &'a mut Trees,
    touches: Vec<RawTouch>,
    steps: usize,
}

impl Walk<'_> {
    /// Compares folders, the new one with the old ones, that are known to differ.
    fn folder(
        &mut self,
        new: Option<ObjectId>,
        olds: &[Option<ObjectId>],
        path: &mut String,
        depth: usize,
    ) -> Result<(), Error> {
        let mut sides = Vec::with_capacity(1 + olds.len());
        for tree in std::iter::once(&new).chain(olds) {
            sides.push(Side::open(self.trees, *tree)?);
        }
        let mut ids = Vec::with_capacity(olds.len());
        let parent = path.len();
        loop {
            // Nearly all entries are the same on all sides: these are passed quickly.
            let (new_side, old_sides) = sides.split_at_mut(1);
            while new_side[0].entry.is_some() && old_sides.iter().all(|side| side.stands_like(&new_side[0])) {
                new_side[0].advance()?;
                old_sides.iter_mut().try_for_each(Side::advance)?;
                self.steps += 1;
            }
            let Some(first) = sides.iter().filter_map(Side::key).min() else { break };
            let (is_folder, name) = (first.is_folder, first.name.to_vec());
            let key = Key { name: &name, is_folder };
            let new = sides[0].take(key)?;
            ids.clear();
            for side in &mut sides[1..] {
                ids.push(side.take(key)?);
            }
            self.steps += 1;
            if self.steps > STEPS || self.touches.len() >= limits::ENTRIES {
                break;
            }
            if ids.contains(&new) {
                continue;
            }
            let Name::Good(name) = Name::of(&name) else { continue };
            if path.len() + name.len() > path::MOST_BYTES {
                continue;
            }
            path.push_str(&name);
            if !is_folder {
                self.touches.push(touch(path, new, &ids));
            } else if depth < limits::DEPTH {
                path.push('/');
                self.folder(new, &ids, path, depth + 1)?;
            }
            path.truncate(parent);
        }
        Ok(())
    }
}

/// Returns the touch of a file that differs from that of every parent.
fn touch(path: &str, new: Option<ObjectId>, olds: &[Option<ObjectId>]) -> RawTouch {
    let former = olds.iter().flatten().next();
    let (act, blob) = match (new, former) {
        (Some(new), None) => (Act::Added, new),
        (Some(new), Some(_)) => (Act::Changed, new),
        (None, former) => (Act::Removed, former.copied().unwrap_or_default()),
    };
    RawTouch { act, path: path.into(), from: None, blob }
}

/// Sorts touches by path and makes one of two that came to the same path, because its spelling changed (NFD to NFC) or the
/// tree names it twice.
fn settle(mut touches: Vec<RawTouch>) -> Vec<RawTouch> {
    touches.sort_by(|a, b| a.path.cmp(&b.path));
    let mut settled: Vec<RawTouch> = Vec::with_capacity(touches.len());
    for touch in touches {
        let Some(last) = settled.last_mut().filter(|last| last.path == touch.path) else {
            settled.push(touch);
            continue;
        };
        match (last.act, touch.act) {
            (Act::Removed, Act::Removed) => {}
            (Act::Removed, _) | (_, Act::Removed) if last.blob == touch.blob => drop(settled.pop()),
            (Act::Removed, _) => *last = RawTouch { act: Act::Changed, ..touch },
            (Act::Added, Act::Removed) => last.act = Act::Changed,
            _ => {}
        }
    }
    settled
}

/// Makes one move of a removal and an addition of the same blob, where both are the only ones of that blob.
fn find_moves(touches: Vec<RawTouch>) -> Vec<RawTouch> {
    let mut blobs: FxHashMap<ObjectId, (Found, Found)> = FxHashMap::default();
    for (position, touch) in touches.iter().enumerate() {
        match touch.act {
            Act::Removed => blobs.entry(touch.blob).or_default().0.add(position),
            Act::Added => blobs.entry(touch.blob).or_default().1.add(position),
            Act::Changed | Act::Moved => {}
        }
    }
    let moved = |touch: &RawTouch| match blobs.get(&touch.blob) {
        Some((Found::One(from), Found::One(_))) => Some(Arc::clone(&touches[*from].path)),
        _ => None,
    };
    let settle = |touch: &RawTouch| match (touch.act, moved(touch)) {
        (Act::Removed, Some(_)) => None,
        (Act::Added, from @ Some(_)) => Some(RawTouch { act: Act::Moved, from, ..touch.clone() }),
        _ => Some(touch.clone()),
    };
    touches.iter().filter_map(settle).collect()
}

/// How often something was found.
#[derive(Debug, Default)]
enum Found {
    #[default]
    Never,
    One(usize),
    More,
}

impl Found {
    fn add(&mut self, position: usize) {
        *self = if matches!(self, Self::Never) { Self::One(position) } else { Self::More };
    }
}

/// One tree on its way through a comparison, standing at a file or folder.
struct Side {
    id: ObjectId,
    tree: Arc<[u8]>,
    name: std::ops::Range<usize>,
    is_folder: bool,
    entry: Option<ObjectId>,
    next: usize,
}

/// The place of an entry in a tree: by name, where a folder's name counts as ending in a slash.
#[derive(Clone, Copy)]
struct Key<'a> {
    name: &'a [u8],
    is_folder: bool,
}

impl Side {
    fn open(trees: &mut Trees, tree: Option<ObjectId>) -> Result<Self, Error> {
        let bytes = tree.map(|tree| trees.get(tree)).transpose()?.unwrap_or_default();
        let id = tree.unwrap_or_default();
        let mut side = Self { id, tree: bytes, name: 0..0, is_folder: false, entry: None, next: 0 };
        side.advance()?;
        Ok(side)
    }

    /// Goes to the next file or folder; links and submodules are not content.
    fn advance(&mut self) -> Result<(), Error> {
        self.entry = None;
        let damaged = |reason: &str| Error::Object { id: self.id, reason: reason.to_owned() };
        while let Some((entry, next)) = parse::tree_entry(&self.tree, self.next).map_err(damaged)? {
            self.next = next;
            if matches!(entry.kind, EntryKind::File | EntryKind::Folder) {
                // An entry ends with its name, a NUL and 20 bytes of id.
                self.name = next - 21 - entry.name.len()..next - 21;
                self.is_folder = entry.kind == EntryKind::Folder;
                self.entry = Some(entry.id);
                break;
            }
        }
        Ok(())
    }

    /// Returns whether both stand at the same entry with the same content.
    fn stands_like(&self, other: &Self) -> bool {
        self.entry == other.entry && self.key() == other.key()
    }

    fn key(&self) -> Option<Key<'_>> {
        self.entry.map(|_| Key { name: &self.tree[self.name.clone()], is_folder: self.is_folder })
    }

    /// Returns the entry and goes on, if it stands at this key.
    fn take(&mut self, key: Key<'_>) -> Result<Option<ObjectId>, Error> {
        if self.key() != Some(key) {
            return Ok(None);
        }
        let entry = self.entry;
        self.advance()?;
        Ok(entry)
    }
}

impl Key<'_> {
    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.name.iter().copied().chain(self.is_folder.then_some(b'/'))
    }
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_folder == other.is_folder && self.name == other.name
    }
}

impl Eq for Key<'_> {}

impl Ord for Key<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // A file named `a/` by a hostile tree and the folder `a` must still be told apart.
        self.bytes().cmp(other.bytes()).then(self.is_folder.cmp(&other.is_folder))
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(act: Act, path: &str, blob: u8) -> RawTouch {
        RawTouch { act, path: path.into(), from: None, blob: ObjectId::from_bytes([blob; 20]) }
    }

    fn shown(touches: Vec<RawTouch>) -> String {
        let show = |touch: &RawTouch| match &touch.from {
            Some(from) => format!("{:?} {from} {}", touch.act, touch.path),
            None => format!("{:?} {}", touch.act, touch.path),
        };
        touches.iter().map(show).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_move_is_one_file_gone_and_one_come_with_the_same_blob() {
        let touches = vec![raw(Act::Added, "a", 1), raw(Act::Changed, "b", 1), raw(Act::Removed, "c", 1)];
        assert_eq!(shown(find_moves(touches)), "Moved c a, Changed b");
        let twice = vec![raw(Act::Added, "a", 1), raw(Act::Added, "b", 1), raw(Act::Removed, "c", 1)];
        assert_eq!(shown(find_moves(twice)), "Added a, Added b, Removed c");
    }

    #[test]
    fn a_path_spelt_anew_is_not_a_move() {
        let touches = vec![
            raw(Act::Removed, "й", 1),
            raw(Act::Added, "й", 1),
            raw(Act::Removed, "ё", 1),
            raw(Act::Added, "ё", 2),
        ];
        assert_eq!(shown(settle(touches)), "Changed ё");
    }
}
