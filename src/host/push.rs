//! What a push may do, and what it is told.
//!
//! Rules of names and of the live branch are decided here; what the content is worth is the check's business. Every refusal
//! says what to do instead.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::check::{Report, print};
use crate::revision::ObjectId;
use crate::text::Lang;
use crate::text::push as words;

/// The hooks of git that this program is called as.
pub const HOOKS: [&str; 2] = ["pre-receive", "post-receive"];
/// What the folder of objects that are not taken in yet is called, inside `objects`.
pub(super) const INCOMING: &str = "tmp_objdir-incoming-";
/// The most branches and tags of one push.
pub const MOST: usize = 100;
/// The longest name of a branch or tag, in characters.
const LONGEST: usize = 100;

/// A branch or tag that a push moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// Where it is; none when it is new.
    pub old: Option<String>,
    /// Where it goes; none when it is removed.
    pub new: Option<String>,
    /// Its full name.
    pub name: String,
    /// Whether the new commit goes on from the old one.
    pub goes_on: bool,
}

/// Why a push is refused, besides what the check of its content found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// More branches and tags at once than are taken.
    TooMany(usize),
    /// Something that is neither a branch nor a tag.
    NotABranch(String),
    /// A name that nobody could type, show or link to.
    BadName(String),
    /// The live branch would be removed.
    RemovesLive(String),
    /// Commits of the live branch would be lost.
    LosesCommits(String),
    /// Another push moved the live branch while this one was under way.
    Overtaken(String),
    /// The new commit of the live branch has no content folder.
    NoFolder(String),
    /// The new commit of the live branch has a folder of this name, from which alone articles would be read.
    NewFolder(String),
    /// What came cannot be read.
    Unreadable(String),
    /// The server stops, or is not there.
    Stopping,
}

impl Refusal {
    /// Returns the refusal in words.
    pub fn text(&self, lang: Lang) -> String {
        words::refusal(lang, self.words(lang))
    }

    fn words(&self, lang: Lang) -> String {
        match self {
            Self::TooMany(count) => words::too_many(lang, *count, MOST),
            Self::NotABranch(name) => words::not_a_branch(lang, &shown(name)),
            Self::BadName(name) => words::bad_name(lang, &shown(name)),
            Self::RemovesLive(branch) => words::removes_live(lang, branch),
            Self::LosesCommits(branch) => words::loses_commits(lang, branch),
            Self::Overtaken(branch) => words::overtaken(lang, branch),
            Self::NoFolder(folder) => words::no_folder(lang, folder),
            Self::NewFolder(folder) => words::new_folder(lang, folder),
            Self::Unreadable(reason) => words::unreadable(lang, reason),
            Self::Stopping => words::stopping(lang).to_owned(),
        }
    }
}

/// What a push means for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'a> {
    /// The live branch goes to this commit.
    Live(ObjectId),
    /// A branch that nobody reads goes to this commit.
    Draft(&'a str, ObjectId),
    /// A tag, or a branch that is removed.
    Nothing,
}

/// Returns what each update means.
///
/// # Errors
/// When one of them is not allowed: then the whole push is refused.
pub fn changes<'a>(updates: &'a [Update], live: &str) -> Result<Vec<Change<'a>>, Refusal> {
    if updates.len() > MOST {
        return Err(Refusal::TooMany(updates.len()));
    }
    updates.iter().map(|update| change(update, live)).collect()
}

fn change<'a>(update: &'a Update, live: &str) -> Result<Change<'a>, Refusal> {
    let (kind, name) = match update.name.strip_prefix("refs/").and_then(|rest| rest.split_once('/')) {
        Some((kind @ ("heads" | "tags"), name)) => (kind, name),
        _ => return Err(Refusal::NotABranch(update.name.clone())),
    };
    // What is there already may be removed, whatever it is called.
    if update.new.is_some() && !is_sound(name) {
        return Err(Refusal::BadName(name.to_owned()));
    }
    let new = match &update.new {
        None => None,
        Some(id) => Some(id.parse().map_err(|_| Refusal::Unreadable(shown(id)))?),
    };
    match (kind, new) {
        ("heads", None) if name == live => Err(Refusal::RemovesLive(live.to_owned())),
        ("heads", Some(_)) if name == live && update.old.is_some() && !update.goes_on => {
            Err(Refusal::LosesCommits(live.to_owned()))
        }
        ("heads", Some(commit)) if name == live => Ok(Change::Live(commit)),
        ("heads", Some(commit)) => Ok(Change::Draft(name, commit)),
        _ => Ok(Change::Nothing),
    }
}

/// Returns whether a name can be typed, shown and linked to: letters and digits of any script, `.`, `_`, `-` and `/` between
/// them, not what looks like a commit or means one.
fn is_sound(name: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(char::is_alphanumeric)
            && part.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
            && !part.contains("..")
            && !part.ends_with(".lock")
    };
    let is_commit = name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    // What git itself means by `HEAD` would be unclear in every clone.
    name.chars().count() <= LONGEST && name.split('/').all(part) && !is_commit && name != "HEAD"
}

/// Returns a name that came from outside so that it can be printed.
fn shown(name: &str) -> String {
    name.chars().take(LONGEST).collect::<String>().escape_debug().to_string()
}

/// Returns the folder of a push's objects, if it is one: a folder of that name right inside the repository's objects.
pub fn incoming(folder: &str, objects: &Path) -> Option<PathBuf> {
    let folder = Path::new(folder);
    let name = folder.file_name()?.to_str()?;
    let is_inside = std::fs::canonicalize(folder.parent()?).ok()? == std::fs::canonicalize(objects).ok()?;
    let is_plain = folder.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    let is_folder = std::fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_dir());
    (name.starts_with(INCOMING) && is_plain && is_inside && is_folder).then(|| objects.join(name))
}

/// Returns what a check says to whoever pushed the branch that readers see, or a draft.
pub fn verdict(
    report: &Report,
    folder: &str,
    lang: Lang,
    (live, draft): (&str, Option<&str>),
    took: std::time::Duration,
) -> String {
    let (errors, _) = report.counts();
    let touched = report.touched.unwrap_or(report.files);
    let refused = errors > 0 && draft.is_none();
    let head = match draft {
        None => crate::text::check::verdict(lang, report.counts(), touched, report.files, took),
        Some(branch) => words::draft(lang, branch, report.counts(), touched, report.files, took),
    };
    let mut text = head + "\n";
    if !report.found.is_empty() || report.unasked + report.unspelt > 0 {
        text += &format!("\n{}", print::findings(report, folder, lang, print::MOST));
    }
    if !refused {
        let outlook = print::outlook(report, folder, lang);
        let apart = if outlook.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
        text += &format!("{apart}{outlook}");
    }
    if refused {
        text += &format!("{}\n", words::check_yourself(lang, live));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(name: &str, old: bool, new: bool, goes_on: bool) -> Update {
        let id = |there: bool, digit: &str| there.then(|| digit.repeat(40));
        Update { old: id(old, "a"), new: id(new, "b"), name: name.to_owned(), goes_on }
    }

    fn one(name: &str, old: bool, new: bool, goes_on: bool) -> String {
        match changes(&[update(name, old, new, goes_on)], "main") {
            Ok(changes) => format!("{changes:?}").split(['(', ',']).next().unwrap_or_default().to_owned() + "]",
            Err(refusal) => format!("{refusal:?}"),
        }
    }

    #[test]
    fn live_branch_only_goes_on() {
        assert_eq!(one("refs/heads/main", true, true, true), "[Live]");
        assert_eq!(one("refs/heads/main", false, true, false), "[Live]");
        assert_eq!(one("refs/heads/main", true, true, false), r#"LosesCommits("main")"#);
        assert_eq!(one("refs/heads/main", true, false, false), r#"RemovesLive("main")"#);
        assert_eq!(one("refs/heads/draft", true, true, false), "[Draft]");
        assert_eq!(one("refs/heads/draft", true, false, false), "[Nothing]]");
        assert_eq!(one("refs/tags/main", true, true, false), "[Nothing]]");
    }

    #[test]
    fn only_branches_and_tags_with_sound_names_are_taken() {
        for name in ["predlozhenie/dengi", "правка-цен", "v1.2", "a_b"] {
            assert_eq!(one(&format!("refs/heads/{name}"), false, true, false), "[Draft]", "{name}");
        }
        let bad =
            ["HEAD", "-x", "a..b", "a/.b", "a b", "a\u{202e}b", "a.lock", "a/", "", "a.", "$(x)", "a'b", "и\u{306}"];
        for name in bad.iter().map(|name| (*name).to_owned()).chain(["c".repeat(40), "x".repeat(101)]) {
            assert!(one(&format!("refs/heads/{name}"), false, true, false).starts_with("BadName"), "{name}");
        }
        assert_eq!(one("refs/heads/a b", true, false, false), "[Nothing]]");
        for name in ["refs/notes/x", "HEAD", "refs/meta/config", "refs/headsx", "refs/replace/a"] {
            assert!(one(name, false, true, false).starts_with("NotABranch"), "{name}");
        }
        let many = vec![update("refs/tags/a", false, true, false); MOST + 1];
        assert_eq!(changes(&many, "main"), Err(Refusal::TooMany(101)));
    }

    #[test]
    fn objects_come_from_their_own_folder_only() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let objects = folder.path().join("objects");
        let good = objects.join("tmp_objdir-incoming-aBc");
        std::fs::create_dir_all(&good).expect("a folder");
        std::fs::create_dir_all(folder.path().join("tmp_objdir-incoming-x")).expect("a folder");
        std::os::unix::fs::symlink("/etc", objects.join("tmp_objdir-incoming-link")).expect("a link");
        let of = |path: &Path| incoming(&path.display().to_string(), &objects);
        assert_eq!(of(&good), Some(good.clone()));
        for bad in ["pack", "tmp_objdir-incoming-none", "tmp_objdir-incoming-link", "../tmp_objdir-incoming-x"] {
            assert_eq!(of(&objects.join(bad)), None, "{bad}");
        }
        assert_eq!(of(&folder.path().join("tmp_objdir-incoming-x")), None);
    }
}
