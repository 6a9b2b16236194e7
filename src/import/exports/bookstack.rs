//! BookStack: a file for each page, or one for a whole book, where every heading of level 1 begins a page or a chapter.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag};

use super::super::links::options;
use super::super::plan::{outside, resolved};
use super::super::source::Files;
use super::super::{Batch, Draft, Error, Progress, Target};
use super::{Known, each_page, folders, stem, titled, without_html};
use crate::diagnostic::loss::Loss;

pub(in crate::import) fn read(files: &Files, losses: &mut Vec<Loss>, progress: Progress<'_>) -> Result<Batch, Error> {
    let mut drafts = Vec::new();
    each_page(files, losses, progress, &mut |path, text, _| drafts.extend(book(path, text)))?;
    let known = Known::of(files, &drafts);
    let leads = move |from: &str, target: &str| {
        // Addresses of pages: `…/books/NAME/page/NAME`.
        let page =
            target.split_once("/page/").filter(|(before, _)| before.contains("/books/") || before.ends_with("books"));
        let slug = page.map(|(_, slug)| slug.split(['?', '#', '/']).next().unwrap_or_default());
        let from = from.rsplit_once('#').map_or(from, |(path, _)| path);
        slug.and_then(|slug| known.title(slug))
            .or_else(|| outside(target))
            .or_else(|| known.path(&resolved(from, target)?))
            .unwrap_or(Target::Nowhere)
    };
    Ok(Batch { drafts, leads: Box::new(leads) })
}

/// Returns the pages of a file: one, or as many as a book has.
fn book(path: &str, text: &str) -> Vec<Draft> {
    let starts = headings(text);
    let page = |key: String, line: usize, folders: Vec<String>, text: &str| {
        let (title, body) = titled(text, stem(path));
        Draft { key, line: line as u32, folders, title, body: without_html(body), ..Draft::default() }
    };
    if starts.len() < 2 || text[..starts[0]].trim() != "" {
        return vec![page(path.to_owned(), 0, folders(path), text)];
    }
    let mut drafts: Vec<Draft> = Vec::new();
    let (mut book, mut chapter) = (None::<String>, None::<String>);
    for (number, &start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(text.len());
        let part = &text[start..end];
        let (title, body) = titled(part, stem(path));
        let line = text[..start].matches('\n').count() + 1;
        let is_empty = body.trim().is_empty();
        let mut above = folders(path);
        match &book {
            None => {
                book = Some(title.clone());
                above.push(title);
                if !is_empty {
                    drafts.push(Draft { overview: true, ..page(format!("{path}#{line}"), 0, above, part) });
                }
                continue;
            }
            // A chapter without a description is a heading and nothing else.
            Some(_) if is_empty => {
                chapter = Some(title);
                continue;
            }
            Some(book) => above.push(book.clone()),
        }
        above.extend(chapter.clone());
        drafts.push(page(format!("{path}#{line}"), 0, above, part));
    }
    drafts
}

/// Returns where headings of level 1 begin.
fn headings(text: &str) -> Vec<usize> {
    let mut depth = 0usize;
    let mut starts = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0
                    && matches!(tag, Tag::Heading { level: HeadingLevel::H1, .. })
                    && text[range.start..].starts_with('#')
                {
                    starts.push(range.start);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn book_is_divided_into_its_pages() {
        let text =
            "# Книга\n\nО книге.\n\n# Глава\n\n# Первая\n\nТекст\n\n```\n# не заголовок\n```\n\n# Вторая\n\nЕщё\n";
        let pages = book("a/kniga.md", text);
        let told: Vec<String> =
            pages.iter().map(|page| format!("{} {} {}", page.folders.join("/"), page.title, page.overview)).collect();
        assert_eq!(told, ["a/Книга Книга true", "a/Книга/Глава Первая false", "a/Книга/Глава Вторая false"]);
        assert!(pages[1].body.contains("# не заголовок"));
        assert_eq!(book("b.md", "# Одна\n\nТекст").len(), 1);
    }
}
