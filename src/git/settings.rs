//! Reading a repository's `config`, to refuse repositories that we would misread before libgit2 opens them.
//!
//! Deliberately no general reader of git configuration: it looks for formats and extensions that are not supported, for
//! partial clones, and for included files that are no files (opening a FIFO would wait for ever).

use std::path::{Path, PathBuf};

use super::{Error, files};

/// Included files within included files that are looked into; git itself stops there too.
const INCLUDE_DEPTH: usize = 10;
/// The bytes of a configuration file that are read.
const SIZE: u64 = 4 << 20;

/// One `key = value` under its section; names in lower case, a key without value has none.
#[derive(Debug, PartialEq, Eq)]
struct Setting {
    section: String,
    subsection: Option<String>,
    key: String,
    value: Option<String>,
}

/// Checks that a repository's configuration asks for nothing that we cannot do.
///
/// # Errors
/// With what it asks for and what to do.
pub(super) fn check(git_dir: &Path, common_dir: &Path) -> Result<(), Error> {
    let refuse = |reason| Err(Error::Unsupported { path: git_dir.to_owned(), reason });
    let main = common_dir.join("config");
    let settings = parse(&files::read(&main, SIZE)?.unwrap_or_default());
    if let Some(reason) = unsupported(&settings) {
        return refuse(reason);
    }
    let mut pending: Vec<(PathBuf, usize)> = vec![(main, 0), (git_dir.join("config.worktree"), 0)];
    while let Some((file, depth)) = pending.pop() {
        let folder = file.parent().unwrap_or(git_dir).to_owned();
        let settings = parse(&files::read(&file, SIZE)?.unwrap_or_default());
        for include in settings.iter().filter(|setting| setting.is_include()) {
            let Some(path) = include.value.as_deref().and_then(|value| included(&folder, value)) else { continue };
            if path.exists() && !path.is_file() {
                let (file, path) = (file.display(), path.display());
                return refuse(format!("`{file}` includes `{path}`, which is not a regular file: remove that line"));
            }
            if depth < INCLUDE_DEPTH {
                pending.push((path, depth + 1));
            }
        }
    }
    Ok(())
}

/// Checks that a repository may be hosted: see [`super::Repository::check_hosting`].
pub(super) fn check_hosting(git_dir: &Path, common_dir: &Path) -> Result<(), Error> {
    let refuse = |reason: String| Err(Error::Unsupported { path: git_dir.to_owned(), reason });
    let config = git_dir.join("config");
    let settings = parse(&files::read(&config, SIZE)?.unwrap_or_default());
    let is_bare = settings.iter().rev().find(|setting| setting.is("core", "bare")).is_some_and(Setting::is_true);
    if !is_bare || git_dir != common_dir {
        return refuse(
            "it has a work tree, and pushes would change it behind somebody's back; host a bare one: git clone --bare DIR kb.git"
                .to_owned(),
        );
    }
    for setting in &settings {
        if setting.is_include()
            || RUN.iter().any(|(section, key)| setting.is(section, key))
            || setting.section == "filter"
        {
            let (section, key, config) = (&setting.section, &setting.key, config.display());
            return refuse(format!(
                "`{section}.{key}` runs or reads what others could choose; remove it from `{config}`"
            ));
        }
    }
    if let Some(setting) = settings.iter().find(|setting| setting.excuses_faults()) {
        let (section, key, config) = (&setting.section, &setting.key, config.display());
        return refuse(format!(
            "`{section}.fsck.{key}` lets pushes through that git would refuse; remove it from `{config}`"
        ));
    }
    let alternates = common_dir.join("objects/info/alternates");
    if alternates.exists() {
        let path = alternates.display();
        return refuse(format!(
            "it borrows objects of another repository; run `git repack -a -d` in it and remove `{path}`"
        ));
    }
    Ok(())
}

/// Settings by which git runs a program, or works elsewhere than it seems.
const RUN: [(&str, &str); 10] = [
    ("core", "alternaterefscommand"),
    ("core", "attributesfile"),
    ("core", "fsmonitor"),
    ("core", "gitproxy"),
    ("core", "hookspath"),
    ("core", "sshcommand"),
    ("core", "worktree"),
    ("gpg", "program"),
    ("receive", "procreceiverefs"),
    ("uploadpack", "packobjectshook"),
];

impl Setting {
    fn is_include(&self) -> bool {
        self.key == "path" && matches!(self.section.as_str(), "include" | "includeif")
    }

    fn is(&self, section: &str, key: &str) -> bool {
        self.section == section && self.key == key
    }

    /// Returns whether it has git pass over faults of what is pushed, or read a list of what to pass over, which may be a pipe.
    fn excuses_faults(&self) -> bool {
        let is_fsck = self.subsection.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("fsck"));
        self.section == "receive" && is_fsck
    }

    fn is_true(&self) -> bool {
        match self.value.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("true" | "yes" | "on") => true,
            Some(number) => number.parse::<i64>().is_ok_and(|number| number != 0),
        }
    }
}

/// Returns why a repository with these settings is refused.
fn unsupported(settings: &[Setting]) -> Option<String> {
    let last = |section, key| settings.iter().rev().find(|setting| setting.is(section, key));
    let version = last("core", "repositoryformatversion").and_then(|setting| setting.value.as_deref()).unwrap_or("0");
    if !matches!(version, "0" | "1") {
        return Some(format!("its format has the version `{version}`, and only 0 and 1 are known"));
    }
    for setting in settings.iter().filter(|setting| setting.section == "extensions") {
        let value = setting.value.as_deref().unwrap_or("true");
        match (setting.key.as_str(), value) {
            ("partialclone", _) => return Some(partial()),
            ("noop" | "noop-v1" | "preciousobjects" | "worktreeconfig" | "relativeworktrees", _)
            | ("objectformat", "sha1")
            | ("refstorage", "files") => {}
            // Of a repository of version 0, git itself minds no other extension.
            _ if version == "0" => {}
            ("objectformat", format) => {
                return Some(format!(
                    "its objects are named by `{format}` (extensions.objectFormat); make a clone with SHA-1"
                ));
            }
            ("refstorage", format) => {
                return Some(format!(
                    "it keeps its refs as `{format}` (extensions.refStorage); run `git refs migrate --ref-format=files` in it"
                ));
            }
            (extension, _) => return Some(format!("it uses the unknown extension `{extension}`")),
        }
    }
    let promisor = |setting: &&Setting| setting.is("remote", "promisor") && setting.is_true();
    settings.iter().find(promisor).map(|_| partial())
}

/// Returns what is said of a partial clone.
pub(super) fn partial() -> String {
    "it is a partial clone, whose objects are fetched when git asks for them; make a full clone, without `--filter`"
        .to_owned()
}

/// Returns the path of an included file, relative to the folder of the file that includes it.
fn included(folder: &Path, value: &str) -> Option<PathBuf> {
    match value.strip_prefix("~/") {
        Some(rest) => std::env::home_dir().map(|home| home.join(rest)),
        None => Some(folder.join(value)),
    }
}

/// Parses a configuration file. What is no configuration is skipped: libgit2 says so when it opens the repository.
fn parse(bytes: &[u8]) -> Vec<Setting> {
    let text = String::from_utf8_lossy(bytes);
    let mut rest = text.strip_prefix('\u{FEFF}').unwrap_or(&text).chars().peekable();
    let mut settings = Vec::new();
    let (mut section, mut subsection) = (String::new(), None);
    while let Some(&c) = rest.peek() {
        match c {
            '[' => {
                rest.next();
                (section, subsection) = header(&mut rest);
            }
            '#' | ';' => rest.by_ref().take_while(|&c| c != '\n').for_each(drop),
            c if c.is_ascii_alphanumeric() => {
                let mut key = String::new();
                while let Some(c) = rest.next_if(|&c| c.is_ascii_alphanumeric() || c == '-') {
                    key.push(c.to_ascii_lowercase());
                }
                while rest.next_if(|&c| c == ' ' || c == '\t').is_some() {}
                let value = rest.next_if_eq(&'=').map(|_| value(&mut rest));
                settings.push(Setting { section: section.clone(), subsection: subsection.clone(), key, value });
            }
            _ => {
                rest.next();
            }
        }
    }
    settings
}

/// Parses `section "subsection"]` behind the bracket.
fn header(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> (String, Option<String>) {
    let mut section = String::new();
    let mut subsection: Option<String> = None;
    let mut quoted = false;
    while let Some(c) = rest.next() {
        match (c, quoted) {
            ('\n', _) | (']', false) => break,
            ('"', _) => {
                quoted = !quoted;
                subsection.get_or_insert_default();
            }
            ('\\', true) => subsection.get_or_insert_default().extend(rest.next()),
            (c, true) => subsection.get_or_insert_default().push(c),
            // The old spelling `[section.subsection]`.
            ('.', false) if subsection.is_none() => subsection = Some(String::new()),
            (c, false) if c.is_whitespace() => {}
            (c, false) => subsection.as_mut().unwrap_or(&mut section).push(c.to_ascii_lowercase()),
        }
    }
    (section, subsection)
}

/// Parses a value up to the end of its line: quotes, escapes, comments, lines that go on behind a backslash.
fn value(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut value = String::new();
    let (mut quoted, mut solid) = (false, 0);
    while let Some(c) = rest.next() {
        match c {
            '\n' => break,
            '#' | ';' if !quoted => {
                rest.by_ref().take_while(|&c| c != '\n').for_each(drop);
                break;
            }
            '"' => quoted = !quoted,
            '\\' => match rest.next() {
                Some('\n') | None => continue,
                Some('\r') => {
                    rest.next_if_eq(&'\n');
                    continue;
                }
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some(c) => value.push(c),
            },
            c if !quoted && c.is_whitespace() => {
                // Space at the ends does not count; between words it does.
                if !value.is_empty() {
                    value.push(c);
                }
                continue;
            }
            c => value.push(c),
        }
        solid = value.len();
    }
    value.truncate(solid);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(config: &str) -> Option<String> {
        unsupported(&parse(config.as_bytes()))
    }

    #[test]
    fn values_are_read_as_git_reads_them() {
        let config = "[core]\n\tbare = false ; no\n[remote \"a \\\"b\"] url = \"x # y\" \\\n  z # comment\nflag\n[a.B]k=\\t1\\n\r\n";
        let settings: Vec<_> = parse(config.as_bytes())
            .into_iter()
            .map(|s| (s.section, s.subsection.unwrap_or_default(), s.key, s.value))
            .collect();
        let expected = [
            ("core", "", "bare", Some("false")),
            ("remote", "a \"b", "url", Some("x # y   z")),
            ("remote", "a \"b", "flag", None),
            ("a", "b", "k", Some("\t1\n")),
        ];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d.map(str::to_owned)))
            .collect();
        assert_eq!(settings, expected);
    }

    #[test]
    fn ordinary_repositories_are_not_refused() {
        assert_eq!(reason(""), None);
        assert_eq!(
            reason("[core]\nrepositoryformatversion = 0\nbare = true\n[remote \"origin\"]\npromisor = false\n"),
            None
        );
        assert_eq!(
            reason("[core]\nrepositoryformatversion = 1\n[extensions]\nworktreeConfig = true\nobjectformat = sha1"),
            None
        );
    }

    #[test]
    fn what_would_be_misread_is_refused_by_name() {
        let v1 = "[core]\nrepositoryformatversion = 1\n[extensions]\n";
        let cases = [
            ("[core]\nrepositoryFormatVersion = 7", "`7`"),
            (&format!("{v1}objectFormat = sha256"), "`sha256`"),
            (&format!("{v1}refStorage = reftable"), "`reftable`"),
            (&format!("{v1}somethingNew = 1"), "`somethingnew`"),
            (&format!("{v1}partialClone = origin"), "partial clone"),
            ("[remote \"origin\"]\npromisor", "partial clone"),
        ];
        for (config, expected) in cases {
            assert!(reason(config).is_some_and(|reason| reason.contains(expected)), "{config}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_configuration_is_parsed_without_panic(config in "[\\[\\]\"\\\\#;=a-c \t\n\r.]{0,60}") {
            let _ = parse(config.as_bytes());
        }
    }
}
