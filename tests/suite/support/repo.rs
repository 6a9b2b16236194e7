//! A hermetic git repository: fixed authors and clock, so that commit ids are the same on every machine, and no git
//! program. Objects are written raw, so that hostile trees are as easy as honest ones.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use git2::{ObjectType, Oid, RepositoryInitOptions};
use otvet::git::Repository;
use otvet::revision::ObjectId;
use tempfile::TempDir;

/// When the first commit is made: 2026-11-01 09:00 UTC. Each further one is a minute later.
pub const START: i64 = 1_793_523_600;
/// Who commits, unless told otherwise.
pub const AUTHOR: &str = "Анна Петрова";

/// The mode of an ordinary file in a tree.
pub const FILE: u32 = 0o100_644;
/// The mode of a folder in a tree.
pub const FOLDER: u32 = 0o040_000;
/// The mode of a symbolic link in a tree.
pub const SYMLINK: u32 = 0o120_000;
/// The mode of a submodule in a tree.
pub const SUBMODULE: u32 = 0o160_000;

/// A repository in a temporary folder, with the files of the next commit. Its branch is `main`.
pub struct TestRepo {
    repository: git2::Repository,
    folder: TempDir,
    files: BTreeMap<String, ObjectId>,
    author: String,
    clock: i64,
}

impl TestRepo {
    /// Makes an empty repository with a work tree.
    pub fn new() -> Self {
        Self::init(false)
    }

    /// Makes an empty bare repository.
    pub fn bare() -> Self {
        Self::init(true)
    }

    fn init(bare: bool) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut options = RepositoryInitOptions::new();
        options.bare(bare).external_template(false).initial_head("main");
        let repository = git2::Repository::init_opts(folder.path(), &options).expect("a new repository");
        Self { repository, folder, files: BTreeMap::new(), author: AUTHOR.to_owned(), clock: START }
    }

    /// Returns the top of the work tree, or the bare repository.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the git folder.
    pub fn git_dir(&self) -> &Path {
        self.repository.path()
    }

    /// Returns the repository as Otvet reads it, with the content in `folder` (empty for the whole tree).
    pub fn content(&self, folder: &str) -> Repository {
        Repository::find(self.git_dir(), Some(folder), None).expect("a repository that can be read")
    }

    /// Returns libgit2's handle, for what has no method here.
    pub fn git2(&self) -> &git2::Repository {
        &self.repository
    }

    /// Writes a file for the next commit, and into the work tree if there is one.
    pub fn write(&mut self, path: &str, content: impl AsRef<[u8]>) -> &mut Self {
        let blob = self.blob(content.as_ref());
        self.files.insert(path.to_owned(), blob);
        if let Some(file) = self.work_file(path) {
            fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a folder of the work tree");
            fs::write(file, content).expect("a file of the work tree");
        }
        self
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) -> &mut Self {
        self.files.remove(path).unwrap_or_else(|| panic!("there is no {path}"));
        if let Some(file) = self.work_file(path) {
            let _ = fs::remove_file(file);
        }
        self
    }

    /// Gives a file another path.
    pub fn rename(&mut self, from: &str, to: &str) -> &mut Self {
        let blob = self.files.remove(from).unwrap_or_else(|| panic!("there is no {from}"));
        self.files.insert(to.to_owned(), blob);
        if let (Some(from), Some(to)) = (self.work_file(from), self.work_file(to)) {
            fs::create_dir_all(to.parent().expect("a file in a folder")).expect("a folder of the work tree");
            fs::rename(from, to).expect("a file of the work tree");
        }
        self
    }

    fn work_file(&self, path: &str) -> Option<PathBuf> {
        self.repository.workdir().map(|top| top.join(path))
    }

    /// Lets somebody else make the commits from now on.
    pub fn author(&mut self, name: &str) -> &mut Self {
        name.clone_into(&mut self.author);
        self
    }

    /// Commits the files to the current branch, a minute after the last commit.
    pub fn commit(&mut self, message: &str) -> ObjectId {
        self.commit_at(message, self.clock)
    }

    /// Commits the files to the current branch at a time in seconds since 1970.
    pub fn commit_at(&mut self, message: &str, time: i64) -> ObjectId {
        let parents = self.head().into_iter().collect::<Vec<_>>();
        self.commit_files(message, time, &parents)
    }

    /// Commits the files as the merge of the current branch with another commit.
    pub fn merge(&mut self, other: ObjectId, message: &str) -> ObjectId {
        let parents = self.head().into_iter().chain([other]).collect::<Vec<_>>();
        self.commit_files(message, self.clock, &parents)
    }

    fn commit_files(&mut self, message: &str, time: i64, parents: &[ObjectId]) -> ObjectId {
        let files: Vec<(&str, ObjectId)> = self.files.iter().map(|(path, blob)| (path.as_str(), *blob)).collect();
        let tree = self.tree_of_files(&files);
        let commit = self.commit_tree(tree, parents, message, time);
        self.clock = time + 60;
        self.advance(commit);
        commit
    }

    /// Returns where `HEAD` is; `None` in an empty repository.
    pub fn head(&self) -> Option<ObjectId> {
        let head = self.repository.head().ok()?;
        head.target().map(object_id)
    }

    /// Moves the current branch (or the detached `HEAD`) to a commit, whatever it was before.
    pub fn advance(&self, commit: ObjectId) {
        match self.repository.find_reference("HEAD").expect("HEAD").symbolic_target().expect("a name in UTF-8") {
            Some(branch) => self.point(branch, commit),
            None => self.detach(commit),
        }
    }

    /// Moves a ref to a commit as a forced push does, or makes it.
    pub fn point(&self, name: &str, commit: ObjectId) {
        self.repository.reference(name, oid(commit), true, "test").expect("a ref that can be moved");
    }

    /// Removes a branch.
    pub fn delete_branch(&self, name: &str) {
        let mut branch = self.repository.find_reference(&format!("refs/heads/{name}")).expect("the branch");
        branch.delete().expect("a branch that can be removed");
    }

    /// Makes a branch at the current commit and stays where it is.
    pub fn branch(&self, name: &str) -> &Self {
        self.point(&format!("refs/heads/{name}"), self.head().expect("a commit"));
        self
    }

    /// Goes to a branch; the files of the next commit are its files. The work tree is left as it is.
    pub fn switch(&mut self, name: &str) -> &mut Self {
        self.repository.set_head(&format!("refs/heads/{name}")).expect("a branch");
        self.files.clear();
        if let Some(head) = self.head() {
            self.files = self.files_of(head);
        }
        self
    }

    /// Detaches `HEAD` at a commit.
    pub fn detach(&self, commit: ObjectId) {
        fs::write(self.git_dir().join("HEAD"), format!("{commit}\n")).expect("HEAD can be written");
    }

    /// Returns the files of a commit.
    pub fn files_of(&self, commit: ObjectId) -> BTreeMap<String, ObjectId> {
        let tree = self.repository.find_commit(oid(commit)).and_then(|commit| commit.tree()).expect("a commit");
        let mut files = BTreeMap::new();
        tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(ObjectType::Blob) {
                let name = entry.name().expect("a name in UTF-8");
                files.insert(format!("{folder}{name}"), object_id(entry.id()));
            }
            git2::TreeWalkResult::Ok
        })
        .expect("a tree");
        files
    }

    /// Writes a blob.
    pub fn blob(&self, content: &[u8]) -> ObjectId {
        self.object(ObjectType::Blob, content)
    }

    /// Writes a tree with these entries (mode, name, id), as they are and in this order.
    pub fn tree(&self, entries: &[(u32, &[u8], ObjectId)]) -> ObjectId {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend(format!("{mode:o} ").into_bytes());
            bytes.extend(*name);
            bytes.push(0);
            bytes.extend(id.as_bytes());
        }
        self.object(ObjectType::Tree, &bytes)
    }

    /// Writes the trees of files given by their sorted paths.
    fn tree_of_files(&self, files: &[(&str, ObjectId)]) -> ObjectId {
        let mut entries: Vec<(u32, Vec<u8>, ObjectId)> = Vec::new();
        let mut rest = files;
        while let Some((path, blob)) = rest.first() {
            let Some((folder, _)) = path.split_once('/') else {
                entries.push((FILE, path.as_bytes().to_vec(), *blob));
                rest = &rest[1..];
                continue;
            };
            let inside = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            let count = rest.iter().take_while(|(path, _)| inside(path)).count();
            let below: Vec<_> = rest[..count].iter().map(|(path, blob)| (&path[folder.len() + 1..], *blob)).collect();
            entries.push((FOLDER, folder.as_bytes().to_vec(), self.tree_of_files(&below)));
            rest = &rest[count..];
        }
        let entries: Vec<_> = entries.iter().map(|(mode, name, id)| (*mode, name.as_slice(), *id)).collect();
        self.tree(&entries)
    }

    /// Writes a commit of a tree, and moves no branch.
    pub fn commit_tree(&self, tree: ObjectId, parents: &[ObjectId], message: &str, time: i64) -> ObjectId {
        let mut text = format!("tree {tree}\n");
        for parent in parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        let who = format!("{} <someone@severdom.example> {time} +0300", self.author);
        text.push_str(&format!("author {who}\ncommitter {who}\n\n{message}\n"));
        self.object(ObjectType::Commit, text.as_bytes())
    }

    /// Commits a tree to the current branch.
    pub fn commit_raw(&mut self, tree: ObjectId, message: &str) -> ObjectId {
        let parents = self.head().into_iter().collect::<Vec<_>>();
        let commit = self.commit_tree(tree, &parents, message, self.clock);
        self.clock += 60;
        self.advance(commit);
        commit
    }

    /// Writes a loose object, uncompressed: tests write tens of thousands of small ones.
    fn object(&self, kind: ObjectType, bytes: &[u8]) -> ObjectId {
        let id = object_id(Oid::hash_object(kind, bytes).expect("bytes that can be hashed"));
        let file = self.loose(id);
        if !file.exists() {
            fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a folder for objects");
            let content = [format!("{kind} {}\0", bytes.len()).as_bytes(), bytes].concat();
            fs::write(file, stored(&content)).expect("a loose object");
        }
        id
    }

    /// Compresses a loose object as git does, for tests of what damage does to it.
    pub fn compress(&self, id: ObjectId) {
        let odb = self.repository.odb().expect("the objects");
        let object = odb.read(oid(id)).expect("an object");
        let mut stream = ZlibEncoder::new(Vec::new(), Compression::default());
        write!(stream, "{} {}\0", object.kind(), object.len()).expect("writing to memory");
        stream.write_all(object.data()).expect("writing to memory");
        self.damage(id, &stream.finish().expect("writing to memory"));
    }

    /// Returns the file of a loose object.
    pub fn loose(&self, id: ObjectId) -> PathBuf {
        let hex = id.to_string();
        self.git_dir().join("objects").join(&hex[..2]).join(&hex[2..])
    }

    /// Replaces the file of a loose object, as a power cut, a bad disk or an enemy does.
    pub fn damage(&self, id: ObjectId, bytes: &[u8]) {
        let file = self.loose(id);
        let _ = fs::remove_file(&file);
        fs::write(file, bytes).expect("a file in the object's folder");
    }

    /// Puts all objects reachable from a commit into a pack, and removes all loose ones.
    pub fn pack(&self, head: ObjectId) {
        let mut builder = self.repository.packbuilder().expect("a pack builder");
        let mut walk = self.repository.revwalk().expect("a walk");
        walk.push(oid(head)).expect("a commit");
        builder.insert_walk(&mut walk).expect("objects that can be read");
        let folder = self.git_dir().join("objects");
        fs::create_dir_all(folder.join("pack")).expect("a folder for packs");
        builder.write(&folder.join("pack"), 0).expect("a pack that can be written");
        for entry in fs::read_dir(&folder).expect("the objects").flatten() {
            if entry.file_name().len() == 2 {
                fs::remove_dir_all(entry.path()).expect("loose objects that can be removed");
            }
        }
    }

    /// Cuts the parents of commits off, as a shallow clone does.
    pub fn shallow(&self, border: &[ObjectId]) {
        let lines: String = border.iter().map(|commit| format!("{commit}\n")).collect();
        fs::write(self.git_dir().join("shallow"), lines).expect("a file in the git folder");
    }
}

fn oid(id: ObjectId) -> Oid {
    Oid::from_bytes(id.as_bytes()).expect("20 bytes")
}

fn object_id(id: Oid) -> ObjectId {
    ObjectId::from_bytes(id.as_bytes().try_into().expect("20 bytes"))
}

/// Returns a zlib stream of stored blocks (source: RFC 1950 and 1951).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = bytes.chunks(usize::from(u16::MAX)).collect::<Vec<_>>();
    for (position, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).expect("a chunk fits");
        stream.push(u8::from(position + 1 == blocks.len()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(*block);
    }
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}
