//! Parsing commit and tree objects: pure functions of bytes that never panic, whatever the bytes.
//!
//! Deliberately lenient where only display suffers (an author without a name, a date that is no number) and strict where
//! meaning would (ids). Checks no names of files: see [`crate::path`].

use jiff::Timestamp;

use crate::path::is_invisible;
use crate::revision::ObjectId;

/// What Otvet keeps of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawCommit {
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    pub(super) author: String,
    pub(super) at: Timestamp,
    pub(super) subject: String,
}

/// An entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TreeEntry<'a> {
    pub(super) kind: EntryKind,
    pub(super) name: &'a [u8],
    pub(super) id: ObjectId,
}

/// What an entry is, by its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Folder,
    Symlink,
    Submodule,
    /// A mode that git does not write.
    Odd,
}

/// The longest author name that is kept, in characters.
const AUTHOR: usize = 100;
/// The longest subject that is kept, in characters.
const SUBJECT: usize = 300;
/// The longest rest of a message that is shown, in bytes.
const MESSAGE: usize = 4000;

/// Parses a commit object.
///
/// # Errors
/// With what is wrong, when the tree or a parent is not named as git does.
pub(super) fn commit(bytes: &[u8]) -> Result<RawCommit, &'static str> {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let tree = lines.next().and_then(|line| line.strip_prefix(b"tree ")).ok_or("the commit names no tree")?;
    let mut commit = RawCommit {
        tree: id(tree).ok_or("the commit's tree is not an object id")?,
        parents: Vec::new(),
        author: String::new(),
        at: Timestamp::UNIX_EPOCH,
        subject: String::new(),
    };
    for line in lines.by_ref() {
        if line.is_empty() {
            break;
        } else if let Some(parent) = line.strip_prefix(b"parent ") {
            commit.parents.push(id(parent).ok_or("a parent of the commit is not an object id")?);
        } else if let Some(who) = line.strip_prefix(b"author ") {
            commit.author = person(who);
        } else if let Some(who) = line.strip_prefix(b"committer ") {
            commit.at = time(who);
        }
    }
    commit.subject = lines.map(|line| one_line(line, SUBJECT)).find(|line| !line.is_empty()).unwrap_or_default();
    Ok(commit)
}

/// Returns what a commit's message says behind its first line: lines that can be shown, bounded, without trailers such as
/// `Signed-off-by:` (they hold mail addresses).
pub(super) fn message(bytes: &[u8]) -> String {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    lines.by_ref().find(|line| line.is_empty());
    let mut lines = lines.map(|line| one_line(line, MESSAGE)).skip_while(String::is_empty);
    lines.next();
    let mut text = String::new();
    for line in lines.filter(|line| !is_trailer(line)) {
        if text.len() + line.len() > MESSAGE {
            text.push('…');
            break;
        }
        text.push_str(&line);
        text.push('\n');
    }
    text.trim().to_owned()
}

fn is_trailer(line: &str) -> bool {
    let key = line.split_once(": ").filter(|(_, value)| value.contains('@')).map(|(key, _)| key);
    key.is_some_and(|key| key.contains('-') && key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'))
}

/// Returns the entry of a tree that begins at `start` and the position behind it; `None` at the end.
///
/// # Errors
/// With what is wrong, when the bytes are not an entry.
pub(super) fn tree_entry(bytes: &[u8], start: usize) -> Result<Option<(TreeEntry<'_>, usize)>, &'static str> {
    let rest = bytes.get(start..).unwrap_or_default();
    if rest.is_empty() {
        return Ok(None);
    }
    let space = rest.iter().take(8).position(|&byte| byte == b' ').ok_or("a tree entry has no mode")?;
    let mode = rest[..space].iter().try_fold(0u32, |mode, digit| match digit {
        b'0'..=b'7' => Ok(mode * 8 + u32::from(digit - b'0')),
        _ => Err("a tree entry has a mode that is no number"),
    })?;
    let name = &rest[space + 1..];
    let end = name.iter().position(|&byte| byte == 0).ok_or("a tree entry is cut off")?;
    let id = name.get(end + 1..end + 21).and_then(|id| id.try_into().ok()).ok_or("a tree entry is cut off")?;
    let kind = match mode {
        0o100_644 | 0o100_755 | 0o100_664 => EntryKind::File,
        0o040_000 => EntryKind::Folder,
        0o120_000 => EntryKind::Symlink,
        0o160_000 => EntryKind::Submodule,
        _ => EntryKind::Odd,
    };
    let entry = TreeEntry { kind, name: &name[..end], id: ObjectId::from_bytes(id) };
    Ok(Some((entry, start + space + 1 + end + 21)))
}

/// Returns the entries of a tree; after an error there is nothing more.
pub(super) fn tree(bytes: &[u8]) -> impl Iterator<Item = Result<TreeEntry<'_>, &'static str>> {
    let mut position = 0;
    std::iter::from_fn(move || match tree_entry(bytes, position) {
        Ok(Some((entry, next))) => {
            position = next;
            Some(Ok(entry))
        }
        Ok(None) => None,
        Err(reason) => {
            position = bytes.len();
            Some(Err(reason))
        }
    })
}

/// Parses 40 hexadecimal digits.
pub(super) fn id(digits: &[u8]) -> Option<ObjectId> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns the name of `Name <mail> seconds zone`, without any mail address.
fn person(who: &[u8]) -> String {
    let name = who.split(|&byte| byte == b'<').next().unwrap_or_default();
    let mut name = one_line(name, AUTHOR);
    if let Some(at) = name.find('@') {
        name.truncate(at);
    }
    name
}

/// Returns the time of `Name <mail> seconds zone`, brought into the years that can be shown.
fn time(who: &[u8]) -> Timestamp {
    let behind_mail = who.rsplit(|&byte| byte == b'>').next().unwrap_or_default();
    let seconds = std::str::from_utf8(behind_mail).ok().and_then(|text| text.split_ascii_whitespace().next());
    match seconds.map(str::parse::<i128>) {
        Some(Ok(seconds)) => timestamp(seconds),
        _ => Timestamp::UNIX_EPOCH,
    }
}

/// Returns a time in seconds since 1970 as a timestamp, the nearest that there is.
pub(super) fn timestamp(seconds: i128) -> Timestamp {
    let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let seconds = i64::try_from(seconds).unwrap_or(if seconds < 0 { first } else { last }).clamp(first, last);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Returns text of other people as one line that can be shown: no control or invisible characters, trimmed, bounded.
fn one_line(bytes: &[u8], limit: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut line = String::with_capacity(text.len().min(4 * limit));
    line.extend(text.trim().chars().filter(|&c| !c.is_control() && !is_invisible(c)).take(limit));
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &[u8] = b"tree 00112233445566778899aabbccddeeff0a0b0c0d\n\
        parent 1111111111111111111111111111111111111111\n\
        author \xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 <anna@example.org> 1700000000 +0300\n\
        committer Anna <anna@example.org> 1700000100 +0300\n\
        gpgsig -----BEGIN\n \n -----END\n\n\n  Add \x1b[31mreturns\n\nBody\n";

    #[test]
    fn commit_is_parsed() {
        let commit = commit(COMMIT).expect("a well-formed commit");
        assert_eq!(commit.tree.short(), "0011223");
        assert_eq!(commit.parents.len(), 1);
        assert_eq!(commit.author, "Анна");
        assert_eq!(commit.at.as_second(), 1_700_000_100);
        assert_eq!(commit.subject, "Add [31mreturns");
    }

    #[test]
    fn mail_addresses_are_not_kept() {
        assert_eq!(person(b"anna@example.org <anna@example.org> 1 +0000"), "anna");
        assert_eq!(person(b"<anna@example.org> 1 +0000"), "");
    }

    #[test]
    fn message_is_what_follows_the_subject() {
        assert_eq!(message(COMMIT), "Body");
        let trailers =
            b"tree x\n\nSubject\n\nWhy: because.\nSecond\x1b[31m line.\n\nSigned-off-by: A <a@example.org>\n";
        assert_eq!(message(trailers), "Why: because.\nSecond[31m line.");
        assert_eq!(message(b""), "");
        let long = [b"tree x\n\nSubject\n".to_vec(), vec![b'a'; 10 << 20]].concat();
        assert!(message(&long).len() <= MESSAGE + 4);
    }

    #[test]
    fn times_beyond_the_calendar_become_the_nearest() {
        assert_eq!(time(b"A <a> 99999999999999999999999 +0000"), timestamp(i128::MAX));
        assert_eq!(time(b"A <a> soon +0000"), Timestamp::UNIX_EPOCH);
        assert_eq!(time(b"A <a> -5 +0000").as_second(), -5);
        assert_eq!(time(b""), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn truncated_commits_and_trees_never_panic() {
        for end in 0..COMMIT.len() {
            let _ = commit(&COMMIT[..end]);
        }
        let mut bytes = b"100644 a.md\0".to_vec();
        bytes.extend([7; 20]);
        bytes.extend(b"40000 dir\0");
        bytes.extend([8; 20]);
        let whole: Vec<_> = tree(&bytes).collect::<Result<_, _>>().expect("a well-formed tree");
        assert_eq!(whole.len(), 2);
        assert_eq!((whole[1].kind, whole[1].name), (EntryKind::Folder, &b"dir"[..]));
        for end in 1..bytes.len() {
            let entries: Result<Vec<_>, _> = tree(&bytes[..end]).collect();
            assert_eq!(entries.is_ok(), end == 32, "cut at {end}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_parsed_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = commit(&bytes);
            let _ = message(&bytes);
            let _ = tree(&bytes).count();
            let _ = tree_entry(&bytes, bytes.len() + 3);
        }
    }
}
