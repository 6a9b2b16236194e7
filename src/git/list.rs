//! Listing a content tree within limits: files that can be served, and findings about all that cannot.
//!
//! Folders are read once per tree id and kept in a [`TreeMemo`], so that listing a changed tree reads only the changed
//! folders; the flat list is built anew each time. Deliberately reads no blobs and follows no links.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::objects::Objects;
use super::parse::{self, EntryKind};
use super::{Entry, Error, Listing, limits};
use crate::diagnostic::{Diagnostic, Finding};
use crate::path::{self, Name};
use crate::revision::ObjectId;

/// Findings about names in one listing; more would help nobody. With the one about a limit of the whole they are 1,000.
const FINDINGS: usize = 999;
/// Listings for which a folder that is not in use is kept.
const KEPT: u32 = 4;

/// Folders already read, by tree id.
#[derive(Debug, Default)]
pub struct TreeMemo {
    folders: FxHashMap<ObjectId, (u32, Arc<Folder>)>,
    listings: u32,
}

/// One tree, checked: what depends on its own entries alone.
#[derive(Debug)]
struct Folder {
    /// In path order: a folder's name counts as ending in a slash.
    children: Vec<Child>,
    /// Findings by name.
    findings: Vec<(String, Finding)>,
    /// Whether two folders differ only in case or Unicode form, so that files in them may collide.
    twins: bool,
}

#[derive(Debug)]
struct Child {
    name: Box<str>,
    id: ObjectId,
    folder: bool,
}

/// Lists a content tree.
pub(super) fn list(objects: &mut Objects, tree: ObjectId, memo: &mut TreeMemo) -> Result<Listing, Error> {
    memo.listings = memo.listings.wrapping_add(1);
    let mut walk =
        Walk { objects, memo, listing: Listing::default(), seen: 0, path_bytes: 0, twins: false, full: false };
    walk.folder(tree, &mut String::new(), 0)?;
    let Walk { mut listing, twins, .. } = walk;
    if twins {
        listing.drop_collisions();
    }
    listing.findings.sort();
    let now = memo.listings;
    memo.folders.retain(|_, (used, _)| now.wrapping_sub(*used) < KEPT);
    Ok(listing)
}

struct Walk<'a> {
    objects: &'a mut Objects,
    memo: &'a mut TreeMemo,
    listing: Listing,
    seen: usize,
    path_bytes: usize,
    twins: bool,
    /// Whether a limit of the whole was passed: nothing more is looked at.
    full: bool,
}

impl Walk<'_> {
    fn folder(&mut self, tree: ObjectId, path: &mut String, depth: usize) -> Result<(), Error> {
        let folder = self.read(tree)?;
        self.twins |= folder.twins;
        let parent = path.len();
        for (name, finding) in &folder.findings {
            let finding = match finding {
                Finding::PathCollision { with } => Finding::PathCollision { with: format!("{path}{with}") },
                finding => finding.clone(),
            };
            add(&mut self.listing.findings, format!("{path}{name}"), finding);
        }
        for child in &folder.children {
            path.push_str(&child.name);
            self.child(child, path, depth)?;
            path.truncate(parent);
            if self.full {
                break;
            }
        }
        Ok(())
    }

    fn child(&mut self, child: &Child, path: &mut String, depth: usize) -> Result<(), Error> {
        self.seen += 1;
        self.path_bytes += path.len();
        let limit = match (self.seen > limits::ENTRIES, self.path_bytes > limits::PATH_BYTES) {
            (true, _) => Some("200,000 entries"),
            (_, true) => Some("32 MiB of paths"),
            _ => None,
        };
        if let Some(limit) = limit {
            self.full = true;
            self.listing.findings.push(diagnostic(path.clone(), Finding::TooMany { limit: limit.to_owned() }));
        } else if path.len() > crate::path::MOST_BYTES {
            self.note(path, Finding::BadPath { reason: "path longer than 1,024 bytes".to_owned() });
        } else if !child.folder {
            self.listing.entries.push(Entry { path: path.clone(), blob: child.id });
        } else if depth >= limits::DEPTH {
            self.note(path, Finding::TooMany { limit: "16 folders within folders".to_owned() });
        } else {
            path.push('/');
            self.folder(child.id, path, depth + 1)?;
        }
        Ok(())
    }

    fn note(&mut self, path: &str, finding: Finding) {
        add(&mut self.listing.findings, path.to_owned(), finding);
    }

    fn read(&mut self, tree: ObjectId) -> Result<Arc<Folder>, Error> {
        let now = self.memo.listings;
        if let Some((used, folder)) = self.memo.folders.get_mut(&tree) {
            *used = now;
            return Ok(Arc::clone(folder));
        }
        let bytes = self.objects.tree(tree)?;
        let folder = Folder::parse(&bytes).map_err(|reason| Error::Object { id: tree, reason: reason.to_owned() })?;
        let folder = Arc::new(folder);
        self.memo.folders.insert(tree, (now, Arc::clone(&folder)));
        Ok(folder)
    }
}

impl Folder {
    fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut folder = Self { children: Vec::new(), findings: Vec::new(), twins: false };
        // One entry more than the whole may have is enough for the walk to notice.
        for entry in parse::tree(bytes).take(limits::ENTRIES + 1) {
            let entry = entry?;
            let name = match Name::of(entry.name) {
                Name::Good(name) => name,
                Name::Hidden => continue,
                Name::Bad(reason) => {
                    folder.note(path::shown(entry.name), Finding::BadPath { reason: reason.to_owned() });
                    continue;
                }
            };
            let what = match entry.kind {
                EntryKind::File | EntryKind::Folder => {
                    let is_folder = entry.kind == EntryKind::Folder;
                    folder.children.push(Child { name: name.into(), id: entry.id, folder: is_folder });
                    continue;
                }
                EntryKind::Symlink => "symbolic link",
                EntryKind::Submodule => "submodule",
                EntryKind::Odd => "entry of an unknown mode",
            };
            folder.note(name, Finding::NotAFile { what: what.to_owned() });
        }
        // Trees are sorted already, unless normalising changed a name or the tree is a hostile one.
        folder.children.sort_by(|a, b| a.order().cmp(b.order()));
        folder.drop_collisions();
        folder.children.shrink_to_fit();
        Ok(folder)
    }

    /// Leaves out files whose names differ from an earlier one's only in case or Unicode form.
    fn drop_collisions(&mut self) {
        let mut keys = FxHashSet::default();
        let collide = |child: &Child| !keys.insert((child.folder, path::collision_key(&child.name)));
        if !self.children.iter().any(collide) {
            return;
        }
        let mut kept: FxHashMap<String, Box<str>> = FxHashMap::default();
        let mut folders = FxHashSet::default();
        for child in std::mem::take(&mut self.children) {
            let key = path::collision_key(&child.name);
            if child.folder {
                self.twins |= !folders.insert(key);
            } else if let Some(first) = kept.get(&key) {
                self.note(child.name.into(), Finding::PathCollision { with: first.to_string() });
                continue;
            } else {
                kept.insert(key, child.name.clone());
            }
            self.children.push(child);
        }
    }

    fn note(&mut self, name: String, finding: Finding) {
        if self.findings.len() <= FINDINGS {
            self.findings.push((name, finding));
        }
    }
}

impl Child {
    fn order(&self) -> impl Iterator<Item = u8> {
        self.name.bytes().chain(self.folder.then_some(b'/'))
    }
}

impl Listing {
    /// Leaves out files whose paths differ from another's only in case or Unicode form; the first in path order stays.
    pub fn drop_collisions(&mut self) {
        let Self { entries, findings } = self;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let mut kept: FxHashMap<String, String> = FxHashMap::default();
        entries.retain(|entry| {
            let key = path::collision_key(&entry.path);
            if let Some(first) = kept.get(&key) {
                add(findings, entry.path.clone(), Finding::PathCollision { with: first.clone() });
                return false;
            }
            kept.insert(key, entry.path.clone());
            true
        });
    }
}

/// Adds a finding, as long as there are few; one more says that there are more.
fn add(findings: &mut Vec<Diagnostic>, path: String, finding: Finding) {
    let finding = match findings.len() {
        FINDINGS.. => return,
        len if len == FINDINGS - 1 => Finding::TooMany { limit: "1,000 findings about names".to_owned() },
        _ => finding,
    };
    findings.push(diagnostic(path, finding));
}

fn diagnostic(path: String, finding: Finding) -> Diagnostic {
    Diagnostic { path, line: 1, column: 1, finding }
}
