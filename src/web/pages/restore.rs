//! The git commands that bring former texts back: exact, and safe to run as they stand, whatever the files are called.

/// Returns the git commands that bring back the text of a commit, for a POSIX shell.
pub(super) fn restore(commit: &str, was_at: &str, is_at: &str, message: &str) -> String {
    let (was, is, message) = (quoted(was_at), quoted(is_at), quoted(message));
    let take = match was_at == is_at {
        true => format!("git checkout {commit} -- {was}"),
        // The file has another name now, and keeps it.
        false => format!("git show {commit}:{was} > {is}\ngit add -- {is}"),
    };
    format!("git pull\n{take}\ngit commit -m {message}\ngit push")
}

/// Quotes a word for a POSIX shell where it needs that.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',');
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Returns a path inside the repository: a folder of it and a path in there.
pub(super) fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_bring_a_text_back_are_safe_to_run() {
        insta::assert_snapshot!(restore("3f2a9c1", "kb/a.md", "kb/a.md", "Вернуть текст из 3f2a9c1"), @r#"
        git pull
        git checkout 3f2a9c1 -- kb/a.md
        git commit -m 'Вернуть текст из 3f2a9c1'
        git push
        "#);
        insta::assert_snapshot!(restore("3f2a9c1", "kb/it's $(rm).md", "kb/новое имя.md", "x"), @r#"
        git pull
        git show 3f2a9c1:'kb/it'\''s $(rm).md' > 'kb/новое имя.md'
        git add -- 'kb/новое имя.md'
        git commit -m x
        git push
        "#);
        assert_eq!(quoted("-rf"), "'-rf'");
    }
}
