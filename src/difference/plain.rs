//! A block of a difference as one line of text, for terminals: `{+new+}` and `[-gone-]` around words, as git writes them.

/// Returns the text of a block's HTML as [`super::compare`] wrote it, with what changed marked. At most `most` characters are kept,
/// from shortly before the first change on.
pub fn as_line(html: &str, most: usize) -> String {
    let mut line = String::new();
    let mut rest = html;
    let mut is_label = false;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        push(&mut line, if is_label { "" } else { text });
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, behind) = tag.split_at(end);
        match tag {
            "</ins>" => line.push_str("+}"),
            "</del>" => line.push_str("-]"),
            "</span>" => is_label = false,
            _ if tag.starts_with("<ins") => line.push_str("{+"),
            _ if tag.starts_with("<del") => line.push_str("[-"),
            // Marks say in words what the signs say.
            _ if tag.starts_with("<span class=\"d-mark") => is_label = true,
            _ if is_inline(tag) => {}
            _ => line.push(' '),
        }
        rest = behind;
    }
    push(&mut line, rest);
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    // Spaces at the edges of what changed stand outside of its signs.
    let edges = [("{+ ", " {+"), (" +}", "+} "), ("[- ", " [-"), (" -]", "-] ")];
    let line = edges.iter().fold(line, |line, (inside, outside)| line.replace(inside, outside));
    cut(&line.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

fn is_inline(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    ["a", "b", "strong", "em", "i", "code", "s", "mark", "span", "kbd", "sup", "sub"].contains(&name)
}

fn push(line: &mut String, text: &str) {
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    line.push_str(&plain.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain)));
}

/// Words that are kept before the first change.
const BEFORE: usize = 6;

fn cut(line: &str, most: usize) -> String {
    if line.chars().count() <= most {
        return line.to_owned();
    }
    let change = [line.find("{+"), line.find("[-")].into_iter().flatten().min().unwrap_or_default();
    let from = line[..change].rmatch_indices(' ').nth(BEFORE).map_or(0, |(at, _)| at + 1);
    let begun = if from > 0 { "…" } else { "" };
    let kept: String = line[from..].chars().take(most).collect();
    match kept.rsplit_once(' ').filter(|_| kept.len() < line.len() - from) {
        Some((whole, _)) => format!("{begun}{whole} …"),
        None => format!("{begun}{kept}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_marked_as_git_marks_them() {
        let html = "<p class=\"d-changed\"><span class=\"d-mark changed\">изменено</span> Привезём за <del class=\"was\" data-label=\"gone\">3</del>\
                    <ins class=\"now\" data-label=\"new\">2</ins> дня &amp; <b>дешевле</b>.</p>";
        assert_eq!(as_line(html, 160), "Привезём за [-3-]{+2+} дня & дешевле.");
        let long = format!("<p>{}<ins class=\"now\">два</ins> {}</p>", "один ".repeat(50), "три ".repeat(50));
        assert_eq!(as_line(&long, 40), "…один один один один один один {+два+} …");
        let spaces =
            "<p>Верните остальное<ins class=\"now\"> за 30 дней</ins>. Я <ins>сразу </ins>посчитаю<del> всё</del>.</p>";
        assert_eq!(as_line(spaces, 160), "Верните остальное {+за 30 дней+}. Я {+сразу+} посчитаю [-всё-].");
        assert_eq!(as_line("", 10), "");
    }
}
