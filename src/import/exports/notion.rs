//! Notion: `Title 0123456789abcdef0123456789abcdef.md`, pages below a page in a folder of its name, databases as CSV.

use std::collections::HashMap;

use super::super::plan::{outside, resolved};
use super::super::source::Files;
use super::super::table::{self, csv};
use super::super::{Batch, Draft, Error, Progress, Target, lose};
use super::{Known, each_page, folders, is_page, stem, titled, without_html};
use crate::diagnostic::loss::{Loss, Lost};

/// The most bytes of a database.
const MOST_BYTES: u64 = 32 << 20;

pub(in crate::import) fn read(files: &Files, losses: &mut Vec<Loss>, progress: Progress<'_>) -> Result<Batch, Error> {
    let mut drafts = Vec::new();
    each_page(files, losses, progress, &mut |path, text, losses| drafts.push(page(path, text, losses)))?;
    for path in files.paths().filter(|path| path.to_lowercase().ends_with(".csv")) {
        database(files, path, &mut drafts, losses);
    }
    let known = Known::of(files, &drafts);
    let pages = drafts.iter().filter(|draft| is_page(&draft.key));
    let ids: HashMap<String, String> =
        pages.filter_map(|draft| Some((id(stem(&draft.key))?.to_owned(), draft.key.clone()))).collect();
    let leads = move |from: &str, target: &str| {
        // Pages are also linked by their address, which ends in their id.
        let bare = target.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let by_id = || ids.get(id(bare)?).cloned().map(Target::Draft);
        let is_notion = bare.contains("notion.so/") || bare.contains("notion.site/") || bare.starts_with('/');
        if let Some(draft) = is_notion.then(by_id).flatten() {
            return draft;
        }
        outside(target).or_else(|| known.path(&resolved(from, target)?)).unwrap_or(Target::Nowhere)
    };
    Ok(Batch { drafts, leads: Box::new(leads) })
}

/// Returns the id at the end of a name or address: 32 hexadecimal digits.
fn id(name: &str) -> Option<&str> {
    let at = name.len().checked_sub(32)?;
    let digits = name.get(at..)?;
    (digits.bytes().all(|b| b.is_ascii_hexdigit()) && !name[..at].ends_with(|c: char| c.is_ascii_hexdigit()))
        .then_some(digits)
}

/// Returns a name without the id at its end.
fn without_id(name: &str) -> &str {
    id(name).map_or(name, |id| name[..name.len() - id.len()].trim_end_matches([' ', '-', '_']))
}

fn page(path: &str, text: &str, losses: &mut Vec<Loss>) -> Draft {
    let (title, body) = titled(text, without_id(stem(path)));
    let folders = folders(path).iter().map(|folder| without_id(folder).to_owned()).collect();
    let mut draft = Draft { key: path.to_owned(), folders, title, ..Draft::default() };
    let body = properties(&mut draft, body, losses);
    draft.body = without_html(body);
    draft
}

/// Reads the properties that a page of a database has below its title, and returns what follows.
fn properties<'a>(draft: &mut Draft, body: &'a str, losses: &mut Vec<Loss>) -> &'a str {
    let text = body.trim_start_matches(['\n', ' ']);
    let block = text.split("\n\n").next().unwrap_or_default();
    let pairs: Option<Vec<(&str, &str)>> = block
        .lines()
        .map(|line| line.split_once(": ").or_else(|| line.strip_suffix(':').map(|name| (name, ""))))
        .map(|pair| {
            pair.filter(|(name, _)| (1..=40).contains(&name.chars().count()) && !name.contains(['*', '[', '`']))
        })
        .collect();
    let Some(pairs) = pairs.filter(|pairs| !pairs.is_empty()) else { return body };
    // One line that ends in a colon, or that has one in it, is a sentence.
    let is_sentence = pairs.len() == 1 && table::property(pairs[0].0).is_none();
    if is_sentence {
        return body;
    }
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
        if !table::put_property(draft, name, value) {
            lose(losses, &draft.key, 0, Lost::Property { name: name.trim().to_owned() });
        }
    }
    text.get(block.len()..).unwrap_or_default()
}

/// Reads a database. Where its rows are pages, these say more.
fn database(files: &Files, path: &str, drafts: &mut Vec<Draft>, losses: &mut Vec<Loss>) {
    let stem_with_folder = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let base = stem_with_folder.strip_suffix("_all").unwrap_or(stem_with_folder);
    let has_twin = base != stem_with_folder && files.has(&format!("{base}.csv"));
    let without = |path: &str| path.split('/').map(without_id).collect::<Vec<_>>().join("/");
    let has_pages = drafts.iter().any(|draft| {
        let folder = draft.key.rsplit_once('/').map_or("", |(folder, _)| folder);
        is_page(&draft.key) && (folder == base || without(folder) == without(base))
    });
    if has_twin || has_pages {
        return;
    }
    let text = match files.text(path, MOST_BYTES) {
        Ok(text) => text,
        Err(what) => return lose(losses, path, 0, what),
    };
    let mut folders: Vec<String> = folders(path).iter().map(|folder| without_id(folder).to_owned()).collect();
    folders.push(without_id(stem(base)).to_owned());
    match table::drafts(&csv::table(path, &text, losses), losses) {
        Some(rows) => drafts.extend(rows.into_iter().map(|mut row| {
            row.folders = folders.iter().cloned().chain(row.folders).collect();
            row
        })),
        None => lose(losses, path, 0, Lost::NoHeadings { name: without_id(stem(base)).to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_before_their_ids() {
        assert_eq!(without_id("Возврат 0123456789abcdef0123456789abcdef"), "Возврат");
        assert_eq!(id("https://www.notion.so/Vozvrat-0123456789abcdef0123456789abcdef").map(str::len), Some(32));
        assert_eq!(without_id("Возврат 0123"), "Возврат 0123");
    }

    #[test]
    fn properties_end_at_the_first_empty_line() {
        let mut losses = Vec::new();
        let text = "# Возврат\n\nТеги: деньги, возврат\nСоздано: 1 марта\nOwner: Петрова\n\nТекст: два слова.\n";
        let draft = page("a 0123456789abcdef0123456789abcdef.md", text, &mut losses);
        assert_eq!(draft.tags, ["деньги", "возврат"]);
        assert_eq!((draft.title.as_str(), draft.body.trim()), ("Возврат", "Текст: два слова."));
        assert_eq!(losses.len(), 2, "{losses:?}");
        let draft = page("a.md", "# А\n\nВажно: читайте.\n", &mut losses);
        assert_eq!(draft.body.trim(), "Важно: читайте.");
    }
}
