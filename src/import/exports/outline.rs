//! Outline: a folder for each collection, pages below a page in a folder of its name, files in `attachments` or `uploads`.

use super::super::plan::{outside, resolved};
use super::super::source::Files;
use super::super::{Batch, Draft, Error, Progress, Target};
use super::{Known, each_page, folders, stem, titled, without_html};
use crate::diagnostic::loss::Loss;

pub(in crate::import) fn read(files: &Files, losses: &mut Vec<Loss>, progress: Progress<'_>) -> Result<Batch, Error> {
    let mut drafts = Vec::new();
    each_page(files, losses, progress, &mut |path, text, _| {
        let (title, body) = titled(text, stem(path));
        let body = without_html(&notices(body));
        drafts.push(Draft { key: path.to_owned(), folders: folders(path), title, body, ..Draft::default() });
    })?;
    let known = Known::of(files, &drafts);
    let leads = move |from: &str, target: &str| {
        // Addresses of documents: `/doc/title-in-latin-letters-AbCdEf1234`, with or without a host.
        let slug = target.split_once("/doc/").map(|(_, slug)| slug.split(['?', '#', '/']).next().unwrap_or_default());
        let by_title = |slug: &str| known.title(slug.rsplit_once('-').map_or(slug, |(title, _)| title));
        if let Some(draft) = slug.and_then(by_title) {
            return draft;
        }
        if let Some(outside) = outside(target) {
            return outside;
        }
        let beside = resolved(from, target).and_then(|path| known.path(&path));
        // Files are named from the folder of the collection, or from the top.
        let below = || {
            let top = from.split('/').next().unwrap_or_default();
            known.path(&resolved(&format!("{top}/x"), target)?)
        };
        let at_top = || known.path(&resolved("x", target.trim_start_matches("../"))?);
        beside.or_else(below).or_else(at_top).unwrap_or(Target::Nowhere)
    };
    Ok(Batch { drafts, leads: Box::new(leads) })
}

/// Writes notices (`:::info` … `:::`) as alerts, and leaves out the backslashes that stand for empty lines.
fn notices(text: &str) -> String {
    let (mut out, mut open) = (String::with_capacity(text.len()), false);
    for line in text.lines() {
        let bare = line.trim();
        let opened = bare.strip_prefix(":::").map(str::trim);
        match opened {
            Some("") if open => open = false,
            Some(kind) if !open && !kind.is_empty() => {
                open = true;
                let alert = match kind {
                    "tip" | "success" => "TIP",
                    "warning" => "WARNING",
                    _ => "NOTE",
                };
                out.push_str(&format!("\n> [!{alert}]\n"));
            }
            _ if open => out.push_str(&format!("{}\n", format!("> {bare}").trim_end())),
            _ if bare == "\\" => out.push('\n'),
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::notices;

    #[test]
    fn notices_become_alerts() {
        assert_eq!(notices("а\n:::warning\nТекст\n\nещё\n:::\n\\\nб"), "а\n\n> [!WARNING]\n> Текст\n>\n> ещё\n\nб\n");
    }
}
