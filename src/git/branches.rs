//! Branches by name, and commits by id as far as a branch leads to them.
//!
//! A commit that no branch leads to any more may be what somebody took back, so it is not found here, whether its objects are
//! still there or not. Tags are not branches: what only a tag leads to is not found either.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use rustc_hash::FxHashSet;

use super::objects::Objects;
use super::{Error, History, Repository, files, parse, refs};
use crate::revision::ObjectId;

/// Branches that are looked at.
const MOST: usize = 10_000;
/// Commits outside of the known history that are looked at.
const WALKED: usize = 20_000;
/// Folders within folders of branches.
const DEPTH: usize = 16;

/// What an id, possibly abbreviated, names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// One commit.
    One(ObjectId),
    /// Several; some of them.
    Several(Vec<ObjectId>),
    /// None that a branch leads to.
    Nothing,
    /// None among those that were looked at before time or the limit was over.
    Unknown,
}

impl Repository {
    /// Returns where a branch stands; `None` when there is none of this name, or it cannot be one.
    ///
    /// # Errors
    /// When the refs cannot be read.
    pub fn branch_tip(&self, name: &str) -> Result<Option<ObjectId>, Error> {
        if !refs::is_valid(name) {
            return Ok(None);
        }
        Ok(refs::follow(self, format!("refs/heads/{name}"))?.map(|(id, _)| id))
    }

    /// Returns all branches with where they stand, by name.
    ///
    /// # Errors
    /// When the packed ones cannot be read; a file that is no ref is passed over.
    pub fn branches(&self) -> Result<Vec<(String, ObjectId)>, Error> {
        let mut names = FxHashSet::default();
        loose(&self.common_dir.join("refs/heads"), "", 0, &mut names);
        let tip = |name: String| self.branch_tip(&name).ok().flatten().map(|id| (name, id));
        let mut branches: BTreeMap<String, ObjectId> = names.into_iter().filter_map(tip).collect();
        let list = files::read(&self.common_dir.join("packed-refs"), refs::PACKED_SIZE)?.unwrap_or_default();
        for line in list.split(|&byte| byte == b'\n') {
            let Some((id, name)) = line.split_at_checked(40) else { continue };
            let name =
                name.trim_ascii_end().strip_prefix(b" refs/heads/").and_then(|name| std::str::from_utf8(name).ok());
            if let (Some(name), Some(id)) = (name, parse::id(id))
                && branches.len() < MOST
            {
                // A loose one is newer.
                branches.entry(name.to_owned()).or_insert(id);
            }
        }
        Ok(branches.into_iter().collect())
    }

    /// Returns how many commits of a known history came since a commit parted from it; none when it did not go on by itself, has
    /// nothing in common with it, or that is not found out until `end`.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn behind(&self, commit: ObjectId, known: &History, end: Instant) -> Result<Option<usize>, Error> {
        let (mut objects, seen) = (Objects::open(self)?, known.ids());
        let (mut pending, mut walked, mut bases) = (vec![commit], FxHashSet::default(), Vec::new());
        while let Some(next) = pending.pop() {
            if seen.contains(&next) {
                bases.push(next);
            } else if walked.insert(next) {
                if walked.len() > WALKED || Instant::now() > end {
                    return Ok(None);
                }
                pending.extend(objects.commit(next)?.parents);
            }
        }
        Ok((!walked.is_empty() && !bases.is_empty()).then(|| known.len() - known.led_to(&bases)))
    }

    /// Returns what an id, of 7 to 40 hexadecimal digits, names among the commits that a branch leads to. Those of `known` are
    /// such. Looks no longer than until `end`.
    ///
    /// # Errors
    /// When refs or commits cannot be read.
    pub fn find_commit(&self, id: &str, known: &History, end: Instant) -> Result<Named, Error> {
        let id = id.to_ascii_lowercase();
        let mut found: FxHashSet<ObjectId> = known.matching(&id).collect();
        let seen = known.ids();
        let (mut pending, mut walked) = (Vec::new(), FxHashSet::default());
        pending.extend(self.branches()?.into_iter().map(|(_, tip)| tip));
        let mut objects = Objects::open(self)?;
        let mut is_whole = true;
        // A whole id names nothing else: as soon as it is found there is nothing left to look for.
        let is_told = |found: &FxHashSet<ObjectId>| id.len() == 40 && !found.is_empty();
        while let Some(next) = pending.pop().filter(|_| !is_told(&found)) {
            if seen.contains(&next) || !walked.insert(next) {
                continue;
            }
            if walked.len() > WALKED || Instant::now() > end {
                is_whole = false;
                break;
            }
            if next.to_string().starts_with(&id) {
                found.insert(next);
            }
            // The border of a shallow clone, or a branch that is damaged: the others can still be looked at.
            if let Ok(commit) = objects.commit(next) {
                pending.extend(commit.parents);
            }
        }
        let mut found: Vec<ObjectId> = found.into_iter().collect();
        found.sort_unstable();
        Ok(match found.as_slice() {
            [] if is_whole => Named::Nothing,
            [one] if is_whole || id.len() == 40 => Named::One(*one),
            [] | [_] => Named::Unknown,
            _ => Named::Several(found),
        })
    }
}

/// Collects the names of loose branches.
fn loose(folder: &Path, below: &str, depth: usize, names: &mut FxHashSet<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|_| names.len() < MOST) else { continue };
        let name = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEPTH => loose(&entry.path(), &name, depth + 1, names),
            Ok(kind) if kind.is_file() && refs::is_valid(&name) => drop(names.insert(name)),
            _ => {}
        }
    }
}
