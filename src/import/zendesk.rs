//! The help centre of Zendesk as JSON: what `GET /api/v2/help_center/articles.json`, `sections.json` and `categories.json` answer,
//! in one file or in several.

use std::collections::BTreeMap;

use serde_json::Value;

use super::html;
use super::pages::short_lang;
use super::plan::outside;
use super::source::Files;
use super::{Batch, Draft, Error, Target, lose};
use crate::diagnostic::loss::{Loss, Lost};

/// The most bytes of a file.
const MOST_BYTES: u64 = 64 << 20;
/// Sections within sections.
const DEEPEST: usize = 5;

/// Sections or categories by id.
type Shelves = BTreeMap<String, Value>;

pub(super) fn read(files: &Files, losses: &mut Vec<Loss>) -> Result<Batch, Error> {
    let (mut articles, mut sections, mut categories) = (Vec::new(), Shelves::new(), Shelves::new());
    for path in files.paths().filter(|path| path.to_lowercase().ends_with(".json")) {
        let read = files.read(path, MOST_BYTES).and_then(|bytes| {
            serde_json::from_slice::<Value>(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes))
                .map_err(|error| Lost::Unreadable { reason: error.to_string() })
        });
        match read {
            Ok(Value::Array(list)) => articles.extend(list),
            Ok(mut value) => {
                let mut take = |key: &str| match value.get_mut(key).map(Value::take) {
                    Some(Value::Array(list)) => list,
                    Some(one @ Value::Object(_)) => vec![one],
                    _ => Vec::new(),
                };
                articles.extend(take("articles").into_iter().chain(take("article")));
                let shelf = |list: Vec<Value>| list.into_iter().filter_map(|one| Some((text(&one, "id")?, one)));
                sections.extend(shelf(take("sections")));
                categories.extend(shelf(take("categories")));
            }
            Err(what) => lose(losses, path, 0, what),
        }
    }
    if articles.is_empty() {
        return Err(Error::new(
            "there are no articles: JSON with a list `articles` is expected, as the API of Zendesk answers it",
        ));
    }
    let mut locales: Vec<String> = articles.iter().filter_map(|article| text(article, "locale")).collect();
    locales.sort_unstable();
    locales.dedup();
    let several = locales.len() > 1;
    let mut drafts: Vec<Draft> =
        articles.iter().filter_map(|article| draft(article, &sections, &categories, several, losses)).collect();
    drafts.sort_by(|a, b| a.key.cmp(&b.key));
    drafts.dedup_by(|a, b| a.key == b.key);
    let keys: Vec<String> = drafts.iter().map(|draft| draft.key.clone()).collect();
    let all: Vec<String> = files.paths().map(str::to_owned).collect();
    Ok(Batch { drafts, leads: Box::new(move |from, target| leads(&keys, &all, from, target)) })
}

/// Returns a member of an object as text: a text, or a number.
fn text(of: &Value, key: &str) -> Option<String> {
    match of.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn draft(
    article: &Value,
    sections: &Shelves,
    categories: &Shelves,
    several: bool,
    losses: &mut Vec<Loss>,
) -> Option<Draft> {
    let Some(id) = text(article, "id") else {
        let title = text(article, "title").unwrap_or_default();
        lose(losses, &title, 0, Lost::Unreadable { reason: "the article has no `id`".to_owned() });
        return None;
    };
    let locale = text(article, "locale").or_else(|| text(article, "source_locale")).unwrap_or_default();
    let key = if several { format!("{locale}/{id}") } else { id };
    let body = html::markdown(&text(article, "body").unwrap_or_default()).lose(&key, losses);
    let flag = |key: &str| article.get(key).and_then(Value::as_bool).unwrap_or_default();
    let labels = article.get("label_names").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut folders: Vec<String> = several.then(|| locale.clone()).into_iter().collect();
    folders.extend(shelves(article, sections, categories));
    let is_set = |key: &str| {
        article.get(key).is_some_and(|value| match value {
            Value::Null => false,
            Value::Array(list) => !list.is_empty(),
            _ => true,
        })
    };
    // Whoever could not see it there must not see it here by a setting for all.
    let restricted = is_set("user_segment_id") || is_set("user_segment_ids");
    if restricted {
        lose(losses, &key, 0, Lost::Property { name: "user_segment_id".to_owned() });
    }
    Some(Draft {
        folders,
        title: text(article, "title").or_else(|| text(article, "name")).unwrap_or_else(|| key.clone()),
        tags: labels.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        lang: Some(short_lang(&locale)).filter(|lang| !lang.is_empty()),
        draft: flag("draft"),
        restricted,
        changed: text(article, "updated_at").or_else(|| text(article, "edited_at")),
        body,
        key,
        ..Draft::default()
    })
}

/// Returns the names of the category and the sections of an article, outermost first.
fn shelves(article: &Value, sections: &Shelves, categories: &Shelves) -> Vec<String> {
    let name = |of: &Value| text(of, "name").or_else(|| text(of, "title"));
    let mut names = Vec::new();
    let mut section = text(article, "section_id").and_then(|id| sections.get(&id));
    let mut category = None;
    while let Some(found) = section.filter(|_| names.len() < DEEPEST) {
        names.extend(name(found));
        category = text(found, "category_id").or(category);
        section = text(found, "parent_section_id").and_then(|id| sections.get(&id));
    }
    names.extend(category.and_then(|id| categories.get(&id)).and_then(name));
    names.reverse();
    names
}

/// Returns where a link leads: articles are known by their id in `…/articles/123-title`, files by `…/article_attachments/123/…`.
fn leads(keys: &[String], files: &[String], from: &str, target: &str) -> Target {
    let behind = |mark: &str| target.split_once(mark).map(|(_, rest)| rest);
    if let Some(rest) = behind("/articles/") {
        let id: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let same = from.rsplit_once('/').map(|(locale, _)| format!("{locale}/{id}"));
        let has = |key: &String| keys.binary_search(key).is_ok();
        let any = || keys.iter().find(|key| key.rsplit('/').next() == Some(&id)).cloned();
        if let Some(key) = same.filter(has).or_else(any) {
            return Target::Draft(key);
        }
    }
    if let Some(rest) = behind("/article_attachments/") {
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let is_it = |path: &&String| *path == rest || path.ends_with(&format!("/{rest}"));
        if let Some(path) = files.iter().find(is_it).filter(|_| !rest.is_empty()) {
            return Target::File(path.clone());
        }
    }
    outside(target).unwrap_or(Target::Nowhere)
}
