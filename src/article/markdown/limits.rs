//! What a text may not have too much of, checked line by line before it is parsed.
//!
//! The parser takes quadratic time on deeply nested containers, even without extensions (measured on pulldown-cmark
//! 0.13.6: 128 KB of `> > > … * * * …` take 15 s), so such texts never reach it.

/// Container marks (`>` and list marks) on one line.
const MOST_CONTAINERS: usize = 32;
/// Columns of indentation in front of a container mark, which bounds lists nested over many lines.
const MOST_INDENT: usize = 160;
const MOST_COLUMNS: usize = 64;
const MOST_ROWS: usize = 5_000;
const MOST_DEFINITIONS: usize = 2_000;
const MOST_FOOTNOTES: usize = 1_000;

/// Checks a text.
///
/// # Errors
/// The number of the line, from 0, and what there is too much of.
pub(super) fn check(text: &str) -> Result<(), (u32, &'static str)> {
    let (mut definitions, mut footnotes) = (0, 0);
    let mut rows = None;
    for (number, line) in (0..).zip(text.split('\n')) {
        let content = containers(line).map_err(|what| (number, what))?;
        if content.is_empty() {
            rows = None;
            continue;
        }
        if let Some(count) = &mut rows {
            *count += 1;
            if *count > MOST_ROWS {
                return Err((number, "5,000 table rows"));
            }
        }
        match content.as_bytes()[0] {
            b'[' if content.contains("]:") => {
                let (count, most, what) = if content.starts_with("[^") {
                    (&mut footnotes, MOST_FOOTNOTES, "1,000 footnotes")
                } else {
                    (&mut definitions, MOST_DEFINITIONS, "2,000 link definitions")
                };
                *count += 1;
                if *count > most {
                    return Err((number, what));
                }
            }
            b'|' | b'-' | b':' if content.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t')) => {
                let columns = content.split('|').filter(|cell| !cell.trim().is_empty()).count();
                if columns > MOST_COLUMNS {
                    return Err((number, "64 table columns"));
                }
                if content.contains('-') {
                    rows = Some(0);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns what follows the container marks of a line.
fn containers(line: &str) -> Result<&str, &'static str> {
    let mut marks = 0;
    let mut rest = line;
    loop {
        let content = rest.trim_start_matches([' ', '\t']);
        let indent = rest.len() - content.len();
        let Some(behind) = container(content) else { return Ok(content.trim_end()) };
        // `* * *` is a break, not lists within lists; the parser sees that at once.
        if is_break(content) {
            return Ok(content.trim_end());
        }
        marks += 1;
        if marks > MOST_CONTAINERS || indent > MOST_INDENT {
            return Err("32 nested quotes or lists");
        }
        rest = behind;
    }
}

/// Returns what follows a container mark.
fn container(content: &str) -> Option<&str> {
    let bytes = content.as_bytes();
    match bytes.first()? {
        b'>' => Some(&content[1..]),
        b'-' | b'+' | b'*' if matches!(bytes.get(1), None | Some(b' ' | b'\t')) => Some(&content[1..]),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            let mark = digits <= 9
                && matches!(bytes.get(digits), Some(b'.' | b')'))
                && matches!(bytes.get(digits + 1), None | Some(b' ' | b'\t'));
            mark.then(|| &content[digits + 1..])
        }
        _ => None,
    }
}

fn is_break(content: &str) -> bool {
    let mark = content.as_bytes()[0];
    matches!(mark, b'-' | b'*')
        && content.bytes().all(|b| b == mark || b == b' ' || b == b'\t')
        && content.bytes().filter(|&b| b == mark).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_passes() {
        let text = "# a\n\n> - 1. b\n\n* * *\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[x]: y\n[^1]: z\n";
        assert_eq!(check(text), Ok(()));
        assert_eq!(check(&"- ".repeat(200)), Ok(()), "a break");
    }

    #[test]
    fn too_much_is_refused_with_its_line() {
        assert_eq!(check(&format!("a\n\n{}a", "> ".repeat(33))), Err((2, "32 nested quotes or lists")));
        assert_eq!(check(&format!("{}a", "- ".repeat(33))), Err((0, "32 nested quotes or lists")));
        assert_eq!(check(&format!("{}- a", " ".repeat(200))), Err((0, "32 nested quotes or lists")));
        assert_eq!(check(&format!("a\n{}", "|-".repeat(65))), Err((1, "64 table columns")));
        assert_eq!(check(&format!("|a|\n|-|\n{}", "|b|\n".repeat(5001))), Err((5002, "5,000 table rows")));
        assert_eq!(check(&"[a]: b\n".repeat(2001)), Err((2000, "2,000 link definitions")));
        assert_eq!(check(&"[^a]: b\n".repeat(1001)), Err((1000, "1,000 footnotes")));
    }
}
