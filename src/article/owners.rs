//! The editors' list of owners, `_owners` at the top of the content folder, in the syntax of CODEOWNERS: a pattern, then who
//! answers for the files that it matches. Here only the names are read: whom an article may name as its `owner`.
//!
//! ```text
//! *            @redakciya
//! vozvraty/    petrova ivanova    # a comment
//! ```

/// The file.
pub const FILE: &str = "_owners";
/// The most bytes of the file that are read.
pub const MOST_BYTES: u64 = 256 << 10;

/// Returns everybody whom the file names, without `@`, each once, sorted. A group `@support/returns` is known by its whole
/// name and by its last part.
pub fn names(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut names: Vec<String> = Vec::new();
    for line in text.lines() {
        let words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
        // A section of GitLab, `[Name] @owner`, names owners as a pattern does.
        for name in words.skip(1).map(|name| name.trim_start_matches('@')).filter(|name| !name.is_empty()) {
            names.push(name.to_owned());
            names.extend(name.rsplit_once('/').map(|(_, last)| last.to_owned()));
        }
    }
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn everybody_behind_a_pattern_is_an_owner() {
        let text = "# owners\n*  @redakciya\n\nvozvraty/ petrova @support/returns # ivanova\n/kb/a.md\n";
        assert_eq!(names(text.as_bytes()), ["petrova", "redakciya", "returns", "support/returns"]);
        assert_eq!(names(b"\xff"), [""; 0]);
    }
}
