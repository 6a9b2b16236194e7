//! The start page: a search field, and below it what changed lately, the folders and the topics. Never blank.

use askama::Template;
use axum::response::Response;

use super::parts::{TagLink, folder_path};
use super::{Scene, Shell, Visit, html};
use crate::article::Article;
use crate::edition::article_path;
use crate::text::Words;

/// Changes shown.
const CHANGES: usize = 7;
/// Commits' touches looked at to find them.
const TOUCHES: usize = 200;
/// Topics shown.
const TAGS: usize = 24;

/// What stands where no query does.
#[derive(Debug, Template)]
#[template(path = "start_content.html")]
pub(super) struct Start {
    w: &'static Words,
    changed: Vec<Changed>,
    folders: Vec<FolderCard>,
    tags: Vec<TagLink>,
    empty: bool,
    /// How many articles there are.
    count: String,
}

#[derive(Debug)]
struct Changed {
    href: String,
    title: String,
    day: String,
    machine_day: String,
}

#[derive(Debug)]
struct FolderCard {
    href: String,
    name: String,
    count: String,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    shell: Shell,
    start: Start,
}

/// `GET /`.
pub(super) async fn page(visit: Visit) -> Response {
    visit.answer(|scene| html(&StartPage { shell: scene.shell("start", ""), start: Start::of(scene) }))
}

impl Start {
    pub(super) fn of(scene: Scene<'_>) -> Self {
        let view = scene.view();
        let (folders, outside) = view.browse("").unwrap_or_default();
        let articles = folders.iter().map(|folder| folder.articles).sum::<usize>() + outside.len();
        let mut cards: Vec<_> = folders
            .iter()
            .map(|folder| FolderCard {
                href: folder_path(&folder.path),
                name: view.folder_name(&folder.path),
                count: scene.words().articles(folder.articles),
            })
            .collect();
        if !outside.is_empty() && !cards.is_empty() {
            let (href, name) = (folder_path(""), scene.words().top_articles.to_owned());
            cards.push(FolderCard { href, name, count: scene.words().articles(outside.len()) });
        }
        Self {
            w: scene.words(),
            changed: changed(scene),
            empty: articles == 0,
            count: scene.words().articles(articles),
            folders: cards,
            tags: TagLink::most_used(scene, TAGS),
        }
    }
}

fn changed(scene: Scene<'_>) -> Vec<Changed> {
    let view = scene.view();
    let changes = view.changes(&view.edition().history.touches(TOUCHES), CHANGES + 5);
    let rows = changes.iter().filter_map(|change| {
        let article: &Article = change.article.as_deref()?;
        let day = view.commit(change.commit).at.to_zoned(jiff::tz::TimeZone::UTC).date();
        Some(Changed {
            href: article_path(article.slug.as_str()),
            title: article.title.clone(),
            day: scene.words().near_date(day, scene.day),
            machine_day: day.to_string(),
        })
    });
    rows.take(CHANGES).collect()
}
