//! Who may clone and push: tokens, of which only hashes are kept.
//!
//! A line of the file is a name and the SHA-256 of a token. `otvet token new NAME` adds one and prints the token once. A token is
//! 256 random bits, so a slow hash would protect nothing more. The file is read again when it changes.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What tokens begin with, so that scanners for secrets know them.
const PREFIX: &str = "otvet_";
/// The most bytes of the file that are read.
const SIZE: u64 = 1 << 20;

/// The tokens of a file.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// When the file was changed, and its length; none while there is no file.
    version: Option<(SystemTime, u64)>,
    /// Whether there ever was a file.
    was_there: bool,
    tokens: Vec<(String, [u8; 32])>,
}

impl Tokens {
    /// Reads a file of tokens; none means no tokens.
    ///
    /// # Errors
    /// When it cannot be read or is not a file of tokens.
    pub fn open(path: &Path) -> Result<Self, String> {
        let tokens = Self { path: path.to_owned(), known: Mutex::default() };
        *tokens.known.lock().unwrap_or_else(PoisonError::into_inner) = read(path)?;
        Ok(tokens)
    }

    /// Returns whether nobody has a token.
    pub fn is_empty(&self) -> bool {
        self.current(|known| known.tokens.is_empty())
    }

    /// Returns whether tokens are in use: there is a file of them, or was one since the start. Taking the last token from somebody, or
    /// the file away, opens nothing.
    pub fn are_used(&self) -> bool {
        self.current(|known| known.was_there)
    }

    /// Returns whose token this is. Takes the same time whichever token is nearly right.
    pub fn holder(&self, token: &str) -> Option<String> {
        let hash = hash(token);
        self.current(|known| {
            let mut found = None;
            for (name, expected) in &known.tokens {
                if is_same(&hash, expected) {
                    found = Some(name.clone());
                }
            }
            found
        })
    }

    /// Looks at the tokens as they are in the file now. One that cannot be read leaves those that were known.
    fn current<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if version(&self.path) != known.version {
            match read(&self.path) {
                Ok(changed) => *known = Known { was_there: known.was_there || changed.was_there, ..changed },
                Err(reason) => tracing::warn!(%reason, "the tokens stay as they were"),
            }
        }
        look(&known)
    }
}

/// Makes a token for somebody and adds it to the file. Somebody may have several; all but these are taken out by deleting
/// their lines.
///
/// # Errors
/// When the name cannot be one, or the file cannot be written.
pub fn add(path: &Path, name: &str) -> Result<String, String> {
    if !super::is_name(name) {
        return Err(format!(
            "`{name}` cannot be the name of an editor: letters, digits, `-`, `_` and `.` are possible"
        ));
    }
    let wrong = |error: &dyn std::fmt::Display| format!("cannot write the tokens `{}`: {error}", path.display());
    read(path)?;
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| wrong(&error))?;
    let token = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
    let mut file = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(|e| wrong(&e))?;
    let mut line = String::new();
    // A file that was edited by hand may lack its last line end.
    let ends = fs::read(path).map_err(|error| wrong(&error))?;
    if !ends.is_empty() && !ends.ends_with(b"\n") {
        line.push('\n');
    }
    let digits = hash(&token).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    line += &format!("{name} sha256:{digits}\n");
    file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| wrong(&error))?;
    Ok(token)
}

fn version(path: &Path) -> Option<(SystemTime, u64)> {
    let meta = fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}

fn read(path: &Path) -> Result<Known, String> {
    let wrong = |reason: &dyn std::fmt::Display| format!("cannot read the tokens `{}`: {reason}", path.display());
    let before = version(path);
    let bytes = match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Known::default()),
        Err(error) => return Err(wrong(&error)),
        Ok(meta) if !meta.is_file() || meta.len() > SIZE => return Err(wrong(&"it is not a file of tokens")),
        Ok(_) => fs::read(path).map_err(|error| wrong(&error))?,
    };
    let text = String::from_utf8(bytes).map_err(|_| wrong(&"it is not text"))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let token = |line: &str| {
        let (name, hash) = line.trim().split_once(" sha256:")?;
        (super::is_name(name) && hash.len() == 64).then_some(())?;
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hash.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some((name.to_owned(), bytes))
    };
    let tokens = lines.map(|(number, line)| {
        token(line).ok_or_else(|| {
            wrong(&format!("line {number} is not `NAME sha256:HASH`; `otvet token new NAME` writes such lines"))
        })
    });
    Ok(Known { version: before, was_there: true, tokens: tokens.collect::<Result<_, _>>()? })
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Compares without stopping at the first difference.
pub(crate) fn is_same(a: &[u8], b: &[u8]) -> bool {
    let differs = a.iter().zip(b).fold(0, |differs, (a, b)| std::hint::black_box(differs | (a ^ b)));
    a.len() == b.len() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_known_from_when_it_is_made_until_its_line_is_gone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tokens");
        let tokens = Tokens::open(&path).expect("no file is no token");
        assert!(tokens.is_empty() && !tokens.are_used());
        let first = add(&path, "petrova").expect("a token");
        let second = add(&path, "ivanov-2").expect("a token");
        assert!(first.starts_with(PREFIX) && first.len() == PREFIX.len() + 43 && first != second);
        assert_eq!(tokens.holder(&first).as_deref(), Some("petrova"));
        assert_eq!(tokens.holder(&second).as_deref(), Some("ivanov-2"));
        assert_eq!(tokens.holder(&first[..first.len() - 1]), None);
        assert_eq!(tokens.holder(""), None);
        let text = fs::read_to_string(&path).expect("the file");
        assert!(!text.contains(&first), "only the hash is kept");
        let left = text.lines().filter(|line| line.starts_with("ivanov")).collect::<String>();
        fs::write(&path, left).expect("writes");
        assert_eq!((tokens.holder(&first), tokens.holder(&second).as_deref()), (None, Some("ivanov-2")));
        add(&path, "third").expect("behind a line without an end");
        assert_eq!(tokens.holder(&second).as_deref(), Some("ivanov-2"));
        fs::write(&path, "# nobody any more\n").expect("writes");
        assert!(tokens.is_empty() && tokens.are_used(), "who takes the last token away opens nothing");
        fs::remove_file(&path).expect("removes");
        assert!(tokens.is_empty() && tokens.are_used());
    }

    #[test]
    fn what_is_no_token_is_refused_with_its_line() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tokens");
        for bad in ["petrova", "petrova sha256:12", "a b sha256:", &format!("petrova sha256:{}", "г".repeat(32))] {
            fs::write(&path, format!("# tokens\n\n{bad}\n")).expect("writes");
            let reason = Tokens::open(&path).expect_err("not a token");
            assert!(reason.contains("line 3"), "{reason}");
        }
        for bad in ["", "a b", "-x", "петрова", "a\nb"] {
            assert!(add(&path, bad).is_err(), "{bad:?}");
        }
    }
}
