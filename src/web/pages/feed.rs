//! `GET /changes.atom`: what happened to articles, for programs that watch (RFC 4287).
//!
//! One entry for each article that a commit touched, known by an id that is made of both, so that it stays the same on every
//! server and under every address. The newest entry of an article has its text, without internal notes, since readers
//! of feeds carry it elsewhere. Only what the reader may see is told, as everywhere.

use std::collections::HashSet;

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::address::address;
use super::changes::act_name;
use super::{Scene, Visit, unrendered};
use crate::article::Article;
use crate::edition::{Change, article_path, encode_path};
use crate::git::history::Touch;
use crate::search::Filters;
use crate::text::Words;
use crate::web::error::Problem;
use crate::web::filters::Asked;

/// Entries of the feed.
const ENTRIES: usize = 50;
/// Touches of commits that are looked at to find them.
const TOUCHES: usize = 5000;
/// Texts of articles in the feed, in bytes together.
const TEXTS: usize = 1 << 20;

#[derive(Template)]
#[template(path = "changes.atom.xml")]
pub(super) struct Feed {
    pub(super) w: &'static Words,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) updated: String,
    /// What addresses begin with; empty where they stay relative to this server.
    pub(super) base: String,
    pub(super) itself: String,
    /// The page that shows the same.
    pub(super) page: String,
    pub(super) entries: Vec<Entry>,
}

pub(super) struct Entry {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) lang: String,
    pub(super) updated: String,
    pub(super) author: Option<String>,
    pub(super) summary: String,
    /// The page of the article; none for one that is gone.
    pub(super) href: Option<String>,
    /// What the commit changed.
    pub(super) history: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) html: Option<String>,
}

/// `GET /changes.atom?under=&tag=&owner=…`, with the filters of the search.
pub(super) async fn atom(visit: Visit) -> Response {
    let made = visit.answer_by_query(|scene| {
        let asked = Asked::read(&scene.visit.params)?;
        let parameters = asked.parameters();
        let filters = asked.over(scene.view())?;
        Feed::of(scene, &filters, &parameters).response()
    });
    made.await
}

impl Feed {
    /// Returns the feed as an answer.
    ///
    /// # Errors
    /// When the template fails.
    pub(super) fn response(&self) -> Result<Response, Problem> {
        let body = self.render().map_err(unrendered)?;
        Ok(([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], body).into_response())
    }

    fn of(scene: Scene<'_>, filters: &Filters, parameters: &[(&'static str, String)]) -> Self {
        let (view, w) = (scene.view(), scene.words());
        let itself = address("/changes.atom", parameters.iter().map(|(name, value)| (*name, value.as_str())));
        let entries = entries(scene, filters);
        let newest = entries.first().map(|entry| entry.updated.clone());
        let narrowed: Vec<&str> = parameters.iter().map(|(_, value)| value.as_str()).collect();
        Self {
            id: urn(&format!("feed {itself}")),
            title: xml(&[w.product, w.changes].into_iter().chain(narrowed).collect::<Vec<_>>().join(" · ")),
            updated: newest.unwrap_or_else(|| view.edition().committed_at.to_string()),
            base: scene.visit.state.public_url.clone().unwrap_or_default(),
            itself,
            page: "/changes".to_owned(),
            entries,
            w,
        }
    }
}

/// Returns what commits did to the articles that pass filters, newest first.
fn entries(scene: Scene<'_>, filters: &Filters) -> Vec<Entry> {
    let view = scene.view();
    let touches = view.touches(TOUCHES);
    let mut entries = Vec::new();
    let (mut told, mut room) = (HashSet::new(), TEXTS);
    let mut rest: &[&Touch] = &touches;
    while let Some(first) = rest.first() {
        let (commit, earlier) = rest.split_at(rest.iter().take_while(|touch| touch.commit == first.commit).count());
        rest = earlier;
        for change in view.changes(commit, ENTRIES - entries.len()) {
            let passes = change.article.as_ref().map_or(filters.is_empty(), |article| view.passes(filters, article));
            if passes {
                let with_text = told.insert(change.slug.clone());
                entries.push(Entry::of(scene, &change, if with_text { Some(&mut room) } else { None }));
            }
        }
        if entries.len() >= ENTRIES {
            break;
        }
    }
    entries
}

impl Entry {
    fn of(scene: Scene<'_>, change: &Change, room: Option<&mut usize>) -> Self {
        let (view, w) = (scene.view(), scene.words());
        let staff = view.access().sees_notes();
        let commit = view.commit(change.commit);
        let article = change.article.as_deref();
        let id = commit.id.to_string();
        let html = room.zip(article).and_then(|(room, article)| text(scene, article, room));
        let why = if staff { commit.subject.to_string() } else { String::new() };
        let history = |article: &Article| format!("/history/{}", encode_path(article.slug.as_str()));
        Self {
            id: urn(&format!("{id} {}", change.slug)),
            title: xml(&change.title),
            lang: article.map(|article| article.lang.clone()).unwrap_or_default(),
            updated: commit.at.to_string(),
            author: staff.then(|| xml(&commit.author)).filter(|author| !author.is_empty()),
            summary: xml(&match why.is_empty() {
                true => act_name(w, change.act).to_owned(),
                false => format!("{}: {why}", act_name(w, change.act)),
            }),
            href: article.map(|article| article_path(article.slug.as_str())),
            history: article.map(|article| address(&history(article), [("to", id.as_str())])),
            tags: article.map(|article| article.meta.tags.iter().map(|tag| xml(tag)).collect()).unwrap_or_default(),
            html,
        }
    }
}

/// Returns the text of an article as anybody may carry it away, as long as there is room.
fn text(scene: Scene<'_>, article: &Article, room: &mut usize) -> Option<String> {
    let html = xml(&scene.view().render(article, &article.body, true));
    *room = room.checked_sub(html.len())?;
    Some(html)
}

/// Returns text without the characters that XML cannot hold; the template escapes the rest.
pub(super) fn xml(text: &str) -> String {
    let holds = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n');
    text.chars().filter(holds).collect()
}

/// Returns an id made of a text: a UUID of version 8 (RFC 9562), so that it is an address of nothing and never changes.
pub(super) fn urn(text: &str) -> String {
    let digits = crate::git::hash_blob(text.as_bytes()).to_string();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let variant = u8::from_str_radix(part(16, 17), 16).unwrap_or_default() & 3 | 8;
    format!("urn:uuid:{}-{}-8{}-{variant:x}{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_8_and_stay() {
        assert_eq!(urn("a b"), urn("a b"));
        let id = urn("a b");
        let groups: Vec<&str> = id.strip_prefix("urn:uuid:").expect("a UUID").split('-').collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(groups[2].starts_with('8') && groups[3].starts_with(['8', '9', 'a', 'b']), "{id}");
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(xml("a\u{0}\u{1b}[31m\u{ffff}\tb\nжук"), "a[31m\tb\nжук");
    }
}
