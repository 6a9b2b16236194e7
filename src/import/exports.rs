//! Markdown exports of other wikis: what they have in common, and a module for each with what is its own.

pub(super) mod bookstack;
pub(super) mod notion;
pub(super) mod outline;

use std::collections::HashMap;

use super::html;
use super::source::Files;
use super::{Draft, Error, Progress, Target, lose};
use crate::article::slug::heading_id;
use crate::diagnostic::loss::Loss;

/// The most bytes of a Markdown file.
const MOST_BYTES: u64 = 4 << 20;

/// Reads every Markdown file with `each`.
fn each_page(
    files: &Files,
    losses: &mut Vec<Loss>,
    progress: Progress<'_>,
    each: &mut dyn FnMut(&str, &str, &mut Vec<Loss>),
) -> Result<(), Error> {
    let pages: Vec<String> = files.paths().filter(|path| is_page(path)).map(str::to_owned).collect();
    if pages.is_empty() {
        return Err(Error::new("there are no Markdown files"));
    }
    for (done, path) in pages.iter().enumerate() {
        progress(done, pages.len());
        match files.text(path, MOST_BYTES) {
            Ok(text) => each(path, &text, losses),
            Err(what) => lose(losses, path, 0, what),
        }
    }
    Ok(())
}

fn is_page(path: &str) -> bool {
    let path = path.to_lowercase();
    path.ends_with(".md") || path.ends_with(".markdown")
}

/// Returns the title of a page, its first heading or else its name, and the text behind it.
fn titled<'a>(text: &'a str, name: &str) -> (String, &'a str) {
    let start = text.trim_start();
    match start.strip_prefix("# ") {
        Some(rest) => {
            let (title, body) = rest.split_once('\n').unwrap_or((rest, ""));
            let title = title.trim().trim_end_matches('#').trim();
            (if title.is_empty() { name.to_owned() } else { plain(title) }, body)
        }
        None => (name.to_owned(), text),
    }
}

/// Returns a heading without the marks of Markdown.
fn plain(heading: &str) -> String {
    let mut text = String::new();
    for event in pulldown_cmark::Parser::new(heading) {
        match event {
            pulldown_cmark::Event::Text(more) | pulldown_cmark::Event::Code(more) => text.push_str(&more),
            pulldown_cmark::Event::SoftBreak | pulldown_cmark::Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    if text.trim().is_empty() { heading.to_owned() } else { text }
}

/// Returns the name of a file without its folder and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Returns the folders of a path.
fn folders(path: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Returns Markdown in which raw HTML that has a form in Markdown has it: asides and pictures. Code stays as it is.
fn without_html(text: &str) -> String {
    let (mut out, mut fence, mut aside) = (String::with_capacity(text.len()), None::<&str>, false);
    for line in text.lines() {
        let bare = line.trim();
        match fence {
            Some(mark) if bare.starts_with(mark) => fence = None,
            None if bare.starts_with("```") => fence = Some("```"),
            None if bare.starts_with("~~~") => fence = Some("~~~"),
            _ => {}
        }
        let is_code = fence.is_some();
        let mut line = if is_code { line.to_owned() } else { with_pictures(line) };
        if !is_code {
            if let Some(at) = line.find("<aside>") {
                aside = true;
                line.replace_range(at..at + "<aside>".len(), "");
                if line.trim().is_empty() {
                    continue;
                }
            }
            if let Some(at) = line.find("</aside>") {
                line.replace_range(at..at + "</aside>".len(), "");
                if !line.trim().is_empty() {
                    out.push_str(&format!("> {}\n", line.trim()));
                }
                aside = false;
                out.push('\n');
                continue;
            }
        }
        if aside {
            out.push_str(format!("> {line}").trim_end());
        } else {
            out.push_str(&line);
        }
        out.push('\n');
    }
    out
}

/// Returns a line in which `<img>` is written as Markdown.
fn with_pictures(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(at) = rest.find("<img ") {
        let Some(end) = rest[at..].find('>') else { break };
        out.push_str(&rest[..at]);
        out.push_str(html::markdown(&rest[at..=at + end]).markdown.trim());
        rest = &rest[at + end + 1..];
    }
    out + rest
}

/// What links can be resolved by, of all drafts: paths, and titles as addresses have them.
#[derive(Default)]
struct Known {
    /// All files of the source, sorted.
    files: Vec<String>,
    /// Keys of drafts by the title in Latin letters; none where several have it.
    by_title: HashMap<String, Option<String>>,
}

impl Known {
    fn of(files: &Files, drafts: &[Draft]) -> Self {
        let mut by_title: HashMap<String, Option<String>> = HashMap::new();
        for draft in drafts {
            by_title
                .entry(heading_id(&draft.title))
                .and_modify(|known| *known = None)
                .or_insert(Some(draft.key.clone()));
        }
        Self { files: files.paths().map(str::to_owned).collect(), by_title }
    }

    fn has(&self, path: &str) -> bool {
        self.files.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// Returns where a path of the source leads.
    fn path(&self, path: &str) -> Option<Target> {
        let page = format!("{path}.md");
        match path {
            path if self.has(path) && is_page(path) => Some(Target::Draft(path.to_owned())),
            path if self.has(path) => Some(Target::File(path.to_owned())),
            _ if self.has(&page) => Some(Target::Draft(page)),
            _ => None,
        }
    }

    fn title(&self, title: &str) -> Option<Target> {
        self.by_title.get(&heading_id(title))?.clone().map(Target::Draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_that_markdown_has_a_form_for_is_written_so() {
        let text = "<aside>\n💡 Важно **очень**\n\nвторое\n</aside>\n\n<img src=\"a b.png\" alt=\"чек\"/> и\n```\n<img src=x>\n```\n";
        assert_eq!(
            without_html(text),
            "> 💡 Важно **очень**\n>\n> второе\n\n\n![чек](<a b.png>) и\n```\n<img src=x>\n```\n"
        );
    }

    #[test]
    fn title_is_the_first_heading() {
        assert_eq!(titled("\n# Возврат `x` *сразу* #\nТекст", "имя"), ("Возврат x сразу".to_owned(), "Текст"));
        assert_eq!(titled("Текст", "имя"), ("имя".to_owned(), "Текст"));
    }
}
