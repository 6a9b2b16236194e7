//! Resolving the branch to a commit id: `HEAD`, files under `refs/`, `packed-refs`.
//!
//! Read here rather than by libgit2, so that asking every two seconds where the branch stands opens two small files and
//! nothing else. Deliberately knows neither tags nor `refs/replace`, which would be a second truth about an object.

use std::path::{Path, PathBuf};

use super::{Error, Repository, files, parse};
use crate::revision::ObjectId;

/// Refs that name refs that are followed; git itself stops there too.
const SYMBOLIC_DEPTH: usize = 5;
/// The bytes of `packed-refs` that are read.
pub(super) const PACKED_SIZE: u64 = 256 << 20;

/// Folders that are watched at most; the poller sees what watching does not.
const WATCHED: usize = 1_000;

/// Returns the commit that the branch stands at, and the name of the branch (the commit id when `HEAD` is detached).
pub(super) fn resolve(repository: &Repository) -> Result<(ObjectId, String), Error> {
    let Some(branch) = &repository.branch else { return head(repository) };
    let missing = || no_branch(repository, branch);
    let name = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    if !is_valid(name) {
        return Err(missing());
    }
    let candidates = [format!("refs/heads/{name}"), format!("refs/remotes/{name}")];
    for candidate in candidates {
        if let Some((id, _)) = follow(repository, candidate)? {
            return Ok((id, name.to_owned()));
        }
    }
    Err(missing())
}

/// See [`Repository::branch_name`].
pub(super) fn branch_name(repository: &Repository) -> Result<String, Error> {
    if let Some(branch) = &repository.branch {
        return Ok(branch.strip_prefix("refs/heads/").unwrap_or(branch).to_owned());
    }
    match read(&repository.git_dir.join("HEAD"))? {
        Some(Target::Id(id)) => Ok(id.to_string()),
        Some(Target::Name(name)) => Ok(name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned()),
        None => Err(other(repository, "it has no `HEAD`".to_owned())),
    }
}

fn head(repository: &Repository) -> Result<(ObjectId, String), Error> {
    match read(&repository.git_dir.join("HEAD"))? {
        Some(Target::Id(id)) => Ok((id, id.to_string())),
        Some(Target::Name(name)) => {
            let branch = name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned();
            match follow(repository, name)? {
                Some((id, _)) => Ok((id, branch)),
                None => Err(no_branch(repository, &branch)),
            }
        }
        None => Err(other(repository, "it has no `HEAD`".to_owned())),
    }
}

/// What a ref holds.
enum Target {
    Id(ObjectId),
    Name(String),
}

/// Follows a full ref name to its commit; `None` when it, or a ref that it names, does not exist.
pub(super) fn follow(repository: &Repository, mut name: String) -> Result<Option<(ObjectId, String)>, Error> {
    for _ in 0..SYMBOLIC_DEPTH {
        if !name.starts_with("refs/") || !is_valid(&name) {
            return Err(other(repository, format!("a ref names `{}`, which is not a ref", name.escape_debug())));
        }
        let target = match read(&repository.common_dir.join(&name))? {
            None => packed(repository, &name)?.map(Target::Id),
            found => found,
        };
        match target {
            None => return Ok(None),
            Some(Target::Id(id)) => return Ok(Some((id, name))),
            Some(Target::Name(next)) => name = next,
        }
    }
    Err(other(repository, format!("`{name}` names refs in a circle")))
}

/// Reads the file of a ref; `None` when there is none (a folder of refs may have its name).
fn read(path: &Path) -> Result<Option<Target>, Error> {
    if path.is_dir() {
        return Ok(None);
    }
    let Some(bytes) = files::read(path, 4096)? else { return Ok(None) };
    let text = bytes.trim_ascii();
    let target = match text.strip_prefix(b"ref:") {
        Some(name) => std::str::from_utf8(name.trim_ascii()).ok().map(|name| Target::Name(name.to_owned())),
        None => parse::id(text).map(Target::Id),
    };
    match target {
        Some(target) => Ok(Some(target)),
        None => {
            let reason = if text.is_empty() { "it is empty" } else { "it names neither a commit nor a ref" };
            Err(Error::Other { path: path.to_owned(), reason: reason.to_owned() })
        }
    }
}

/// Looks a ref up among the packed ones.
fn packed(repository: &Repository, name: &str) -> Result<Option<ObjectId>, Error> {
    let list = files::read(&repository.common_dir.join("packed-refs"), PACKED_SIZE)?.unwrap_or_default();
    let mut lines = list.split(|&byte| byte == b'\n');
    Ok(lines.find_map(|line| {
        let (id, found) = line.split_at_checked(40)?;
        (found.strip_prefix(b" ")?.trim_ascii_end() == name.as_bytes()).then(|| parse::id(id)).flatten()
    }))
}

/// Returns the error for a branch that does not exist: that there is no commit at all, when there is no branch at all.
fn no_branch(repository: &Repository, branch: &str) -> Error {
    if has_branches(repository) {
        Error::NoBranch { branch: branch.escape_debug().to_string(), path: repository.git_dir.clone() }
    } else {
        Error::Empty(repository.git_dir.clone())
    }
}

fn has_branches(repository: &Repository) -> bool {
    let heads = repository.common_dir.join("refs/heads");
    let loose = std::fs::read_dir(heads).is_ok_and(|mut entries| entries.next().is_some());
    loose || {
        let list =
            files::read(&repository.common_dir.join("packed-refs"), PACKED_SIZE).ok().flatten().unwrap_or_default();
        list.split(|&byte| byte == b'\n')
            .any(|line| line.get(40..).is_some_and(|name| name.starts_with(b" refs/heads/")))
    }
}

/// See [`Repository::watched`].
pub(super) fn folders(repository: &Repository) -> Vec<PathBuf> {
    let mut folders =
        vec![repository.git_dir.clone(), repository.common_dir.clone(), repository.common_dir.join("refs")];
    let mut pending = vec![repository.common_dir.join("refs/heads")];
    if repository.branch.is_some() {
        // Only a configured branch can be one of a remote.
        pending.push(repository.common_dir.join("refs/remotes"));
    }
    while let Some(folder) = pending.pop() {
        if folders.len() > WATCHED {
            break;
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        pending.extend(
            entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()),
        );
        folders.push(folder);
    }
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    folders.dedup();
    folders
}

fn other(repository: &Repository, reason: String) -> Error {
    Error::Other { path: repository.git_dir.clone(), reason }
}

/// Returns whether a name is one that git accepts for a ref (source: git-check-ref-format).
pub(super) fn is_valid(name: &str) -> bool {
    let sound = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let forbidden = |c: char| c.is_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    name.len() <= 512
        && name != "@"
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains(forbidden)
        && name.split('/').all(sound)
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn names_of_refs_are_checked_as_git_does() {
        for name in ["main", "feature/возврат", "a.b", "v1@2"] {
            assert!(is_valid(name), "{name}");
        }
        let bad = [
            "",
            "@",
            "-x",
            ".a",
            "a/.b",
            "a..b",
            "a/",
            "/a",
            "a//b",
            "a.lock",
            "a.lock/b",
            "a.",
            "a b",
            "a~",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[",
            "a\\b",
            "a@{1}",
            "a\nb",
            "../../etc/passwd",
        ];
        for name in bad {
            assert!(!is_valid(name), "{name}");
        }
        assert!(!is_valid(&"a".repeat(600)));
    }
}
