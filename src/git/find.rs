//! Finding the repository that a content folder belongs to, and refusing the kinds that we would misread.
//!
//! Order: the folder, its git folder, the configuration (read by us), the owner (asked of libgit2, which knows
//! `safe.directory`). Deliberately ignores `core.worktree` and the environment: the content folder alone decides.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, RepositoryOpenFlags};

use super::{Error, Repository, files, settings};
use crate::path;

/// See [`Repository::find`].
pub(super) fn find(content: &Path, folder: Option<&str>, branch: Option<&str>) -> Result<Repository, Error> {
    let other = |reason: &str| Error::Other { path: content.to_owned(), reason: reason.to_owned() };
    let content_path = fs::canonicalize(content).map_err(|error| match files::is_absence(&error) {
        true => other("there is no such folder"),
        false => other(&error.to_string()),
    })?;
    if !content_path.is_dir() {
        return Err(other("it is not a folder"));
    }
    let (git_dir, inside) = locate(&content_path)?.ok_or_else(|| Error::NotARepository(content.to_owned()))?;
    let inside = match inside.as_os_str().is_empty() {
        true => folder.unwrap_or_default().to_owned(),
        false => inside.to_str().ok_or_else(|| other("its path is not UTF-8"))?.to_owned(),
    };
    let folder = normal_folder(&inside).ok_or_else(|| other("the content folder leads out of the repository"))?;
    let common_dir = common_dir(&git_dir)?;
    let repository = Repository {
        git_dir,
        common_dir,
        folder,
        or_whole: false,
        branch: branch.map(str::to_owned),
        incoming: None,
        until: None,
    };
    check(&repository)?;
    ask_libgit2(&repository)?;
    Ok(repository)
}

/// Checks, without libgit2, that the repository is still of a kind that we can read.
///
/// # Errors
/// When its configuration or its packs say otherwise.
pub(super) fn check(repository: &Repository) -> Result<(), Error> {
    let Repository { git_dir, common_dir, .. } = repository;
    for special in ["HEAD", "commondir", "shallow", "packed-refs", "info/grafts", "objects/info/alternates"] {
        for folder in [git_dir, common_dir] {
            let path = folder.join(special);
            if path.exists() && !path.is_file() {
                let reason = format!("`{special}` is not a regular file");
                return Err(Error::Unsupported { path: git_dir.clone(), reason });
            }
        }
    }
    settings::check(git_dir, common_dir)?;
    let packs = fs::read_dir(common_dir.join("objects/pack")).into_iter().flatten().flatten();
    if packs.take(10_000).any(|pack| pack.path().extension().is_some_and(|extension| extension == "promisor")) {
        return Err(Error::Unsupported { path: git_dir.clone(), reason: settings::partial() });
    }
    Ok(())
}

/// Returns the git folder of a content folder and the path of the content inside the work tree.
fn locate(content: &Path) -> Result<Option<(PathBuf, PathBuf)>, Error> {
    if is_git_folder(content) {
        return Ok(Some((content.to_owned(), PathBuf::new())));
    }
    for top in content.ancestors() {
        if top != content && is_git_folder(top) {
            // The inside of a git folder is nobody's content.
            return Ok(None);
        }
        let link = top.join(".git");
        let git_dir = if link.is_file() { linked(&link)? } else { link };
        if is_git_folder(&git_dir) {
            let inside = content.strip_prefix(top).unwrap_or(Path::new("")).to_owned();
            return Ok(Some((git_dir, inside)));
        }
    }
    Ok(None)
}

/// Reads the `.git` file of a linked worktree or submodule.
fn linked(link: &Path) -> Result<PathBuf, Error> {
    let refuse = |reason: String| Error::Unsupported { path: link.to_owned(), reason };
    let text = files::read(link, 64 << 10)?.unwrap_or_default();
    let target = std::str::from_utf8(&text).ok().and_then(|text| text.strip_prefix("gitdir:"));
    let target = target.ok_or_else(|| refuse("it does not say where the git folder is".to_owned()))?.trim();
    let path = link.parent().unwrap_or(Path::new("")).join(target);
    match fs::canonicalize(&path) {
        Ok(git_dir) if is_git_folder(&git_dir) => Ok(git_dir),
        _ => Err(refuse(format!("it names `{}`, which is not a git folder", path.display()))),
    }
}

/// Returns the folder that a linked worktree shares with the others; else the git folder itself.
fn common_dir(git_dir: &Path) -> Result<PathBuf, Error> {
    let Some(text) = files::read(&git_dir.join("commondir"), 64 << 10)? else { return Ok(git_dir.to_owned()) };
    let common = std::str::from_utf8(&text).ok().map(|text| git_dir.join(text.trim()));
    common.and_then(|common| fs::canonicalize(common).ok()).ok_or_else(|| {
        let reason = "the repository of this worktree is not where `commondir` says".to_owned();
        Error::Unsupported { path: git_dir.to_owned(), reason }
    })
}

fn is_git_folder(path: &Path) -> bool {
    let has_head = fs::symlink_metadata(path.join("HEAD")).is_ok();
    has_head && (path.join("commondir").is_file() || (path.join("objects").is_dir() && path.join("refs").is_dir()))
}

/// Returns a folder's path without empty parts and `.`, in NFC; `None` when it leads upwards.
fn normal_folder(folder: &str) -> Option<String> {
    let parts: Vec<&str> = folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") { None } else { Some(path::nfc(&parts.join("/"))) }
}

/// Lets libgit2 open the repository once: it knows who may (the owner, `safe.directory`) and what else it cannot read.
fn ask_libgit2(repository: &Repository) -> Result<(), Error> {
    let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::BARE | RepositoryOpenFlags::NO_DOTGIT;
    let none: [&Path; 0] = [];
    match git2::Repository::open_ext(&repository.git_dir, flags, none) {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(&repository.git_dir, &error)),
    }
}

fn refusal(git_dir: &Path, error: &git2::Error) -> Error {
    let reason = match error.code() {
        ErrorCode::Owner => {
            let path = git_dir.display();
            format!(
                "it belongs to another user; if you trust it, run `git config --global --add safe.directory '{path}'`"
            )
        }
        _ => error.message().to_owned(),
    };
    Error::Unsupported { path: git_dir.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_brought_into_one_form() {
        assert_eq!(normal_folder("/kb//./ru/").as_deref(), Some("kb/ru"));
        assert_eq!(normal_folder("").as_deref(), Some(""));
        assert_eq!(normal_folder("и\u{306}").as_deref(), Some("й"));
        assert_eq!(normal_folder("kb/../.."), None);
    }

    #[test]
    fn foreign_owner_is_told_what_to_run() {
        let error = git2::Error::new(ErrorCode::Owner, git2::ErrorClass::Config, "not owned by current user");
        let message = refusal(Path::new("/srv/kb.git"), &error).to_string();
        assert!(message.contains("git config --global --add safe.directory '/srv/kb.git'"), "{message}");
    }
}
