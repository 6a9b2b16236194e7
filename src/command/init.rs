//! `otvet init`: a first content folder, and a hook that checks every commit.
//!
//! Writes only what is not there yet, and says of each file whether it is new or was kept. A base that has articles gets the
//! hook alone: whoever clones it has no use for a first article.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::{InitArgs, Outcome};
use crate::config::Flags;
use crate::publish::{self, source::Source};
use crate::text::Lang;
use crate::text::init as words;

/// Makes what is missing.
pub(super) fn run(args: &InitArgs) -> Outcome {
    let config = super::load(&Flags::default())?;
    let lang = args.lang.unwrap_or_else(super::locale);
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let content = &config.content.path;
    if Path::new(content).is_absolute() {
        return Err(format!("`content.path` must be a folder inside the repository, not `{content}`"));
    }
    fs::create_dir_all(&dir).map_err(|error| format!("cannot make `{}`: {error}", dir.display()))?;
    if super::is_git_folder(&dir) {
        return Err(format!("`{}` is a bare repository: clone it, and run `otvet init` in the clone", dir.display()));
    }
    let mut said = String::new();
    let top = match git(&dir, &["rev-parse", "--show-toplevel"]) {
        Ok(top) => PathBuf::from(top),
        Err(_) => {
            git(&dir, &["init", "--quiet", "--initial-branch=main"])?;
            said += &words::made(lang, ".git");
            PathBuf::from(git(&dir, &["rev-parse", "--show-toplevel"])?)
        }
    };
    let folder = top.join(content);
    let read = || publish::read(Source::folder(folder.clone()), &config.rules).map_err(|error| error.to_string());
    if folder.is_dir() && !read()?.library.articles().is_empty() {
        said += &hook(&top, content, lang, args.lang)?;
        super::print(&(said + &words::only_hook(lang, content)))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (path, text) in words::files_beside(lang, content) {
        said += &put(&top, path, &text, 0o644, lang)?;
    }
    for (path, text) in words::files(lang) {
        said += &put(&top, &format!("{content}/{path}"), text, 0o644, lang)?;
    }
    said += &hook(&top, content, lang, args.lang)?;
    let is_clone = git(&dir, &["remote"]).is_ok_and(|remotes| !remotes.is_empty());
    super::print(&(said + words::next(lang, is_clone)))?;
    Ok(ExitCode::SUCCESS)
}

/// Puts the hook where git looks for hooks. It speaks the language that was chosen, else that of whoever commits.
fn hook(top: &Path, content: &str, lang: Lang, chosen: Option<Lang>) -> Result<String, String> {
    let hooks = git(top, &["rev-parse", "--git-path", "hooks"])?;
    let folder = if content.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b)) {
        content.to_owned()
    } else {
        format!("'{}'", content.replace('\'', "'\\''"))
    };
    let path = format!("{hooks}/pre-commit");
    let is_there = fs::symlink_metadata(top.join(&path)).is_ok();
    let is_ours = fs::read_to_string(top.join(&path)).is_ok_and(|text| text.contains("otvet check --staged"));
    let said = put(top, &path, &words::hook(lang, &folder, chosen), 0o755, lang)?;
    Ok(if is_there && !is_ours { said + &words::add_to_hook(lang, &folder) } else { said })
}

/// Writes a file unless it is there.
fn put(top: &Path, path: &str, text: &str, mode: u32, lang: Lang) -> Result<String, String> {
    let file = top.join(path);
    let wrong = |error: std::io::Error| format!("cannot write `{}`: {error}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    match fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&file) {
        Ok(mut new) => new.write_all(text.as_bytes()).map(|()| words::made(lang, path)).map_err(wrong),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(words::kept(lang, path)),
        Err(error) => Err(wrong(error)),
    }
}

fn git(dir: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(dir).args(arguments).output();
    let output = output.map_err(|error| format!("cannot run git: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())
}
