//! A folder of HTML files: saved pages, exports of Confluence and the like. Folders become folders, `index.html` their overview.

use super::html::{self, Element, Node};
use super::plan::{outside, resolved};
use super::source::Files;
use super::{Batch, Draft, Error, Progress, Target, lose};
use crate::diagnostic::loss::{Loss, Lost};

/// The most bytes of a page.
const MOST_BYTES: u64 = 8 << 20;
/// Elements around the text that are not part of it.
const AROUND: [&str; 4] = ["nav", "header", "footer", "aside"];

pub(super) fn read(files: &Files, losses: &mut Vec<Loss>, progress: Progress<'_>) -> Result<Batch, Error> {
    let pages: Vec<String> = files.paths().filter(|path| is_page(path)).map(str::to_owned).collect();
    if pages.is_empty() {
        return Err(Error::new("there are no HTML files"));
    }
    let mut drafts = Vec::new();
    for (done, path) in pages.iter().enumerate() {
        progress(done, pages.len());
        match files.text(path, MOST_BYTES) {
            Ok(text) => drafts.push(draft(path, &text, losses)),
            Err(what) => lose(losses, path, 0, what),
        }
    }
    let all: Vec<String> = files.paths().map(str::to_owned).collect();
    let leads = move |from: &str, target: &str| outside(target).unwrap_or_else(|| leads(&all, from, target));
    Ok(Batch { drafts, leads: Box::new(leads) })
}

fn leads(all: &[String], from: &str, target: &str) -> Target {
    let has = |path: &str| all.binary_search_by(|known| known.as_str().cmp(path)).is_ok();
    let Some(path) = resolved(from, target) else { return Target::Nowhere };
    let index = format!("{}/index.html", path.trim_end_matches('/'));
    match path {
        path if has(&path) && is_page(&path) => Target::Draft(path),
        path if has(&path) => Target::File(path),
        _ if has(&index) => Target::Draft(index),
        _ => Target::Nowhere,
    }
}

fn is_page(path: &str) -> bool {
    let path = path.to_lowercase();
    path.ends_with(".html") || path.ends_with(".htm") || path.ends_with(".xhtml")
}

fn draft(path: &str, text: &str, losses: &mut Vec<Loss>) -> Draft {
    let page = html::parse(text);
    let named = |name: &'static str| move |element: &Element| element.name == name;
    let title_of = |element: Option<&Element>| element.map(Element::text).filter(|text| !text.is_empty());
    let main = page.find(&named("main")).or_else(|| page.find(&named("article"))).or_else(|| page.find(&named("body")));
    let main = main.unwrap_or(&page);
    let stem = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or(path, |(stem, _)| stem);
    let heading = title_of(main.find(&named("h1")));
    let title = heading.clone().or_else(|| title_of(page.find(&named("title")))).unwrap_or_else(|| stem.to_owned());
    let mut body = Vec::new();
    for node in &main.children {
        match node {
            Node::Element(element) if AROUND.contains(&element.name.as_str()) => {
                if element.find(&|inner| matches!(inner.name.as_str(), "p" | "table" | "img")).is_some() {
                    let what = Lost::Unsupported { what: format!("<{}>", element.name) };
                    lose(losses, path, element.line, what);
                }
            }
            node => body.push(node),
        }
    }
    let body = html::of_nodes(body).lose(path, losses);
    let meta = |name: &str| {
        let is_it = |element: &Element| {
            element.name == "meta" && element.attribute("name").is_some_and(|known| known.eq_ignore_ascii_case(name))
        };
        page.find(&is_it).and_then(|element| element.attribute("content")).unwrap_or_default().to_owned()
    };
    let lang = page.find(&named("html")).and_then(|element| element.attribute("lang")).map(short_lang);
    let mut folders: Vec<String> = path.split('/').map(str::to_owned).collect();
    folders.pop();
    Draft {
        key: path.to_owned(),
        overview: stem.eq_ignore_ascii_case("index") && !folders.is_empty(),
        folders,
        title,
        tags: meta("keywords").split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect(),
        lang,
        body,
        ..Draft::default()
    }
}

/// Returns the first part of a language such as `ru-RU`.
pub(super) fn short_lang(lang: &str) -> String {
    lang.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}
