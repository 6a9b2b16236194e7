//! The start page: a search field, and below it what changed lately, the folders and the topics. Never blank.

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::parts::{Chip, TagLink, folder_path};
use super::{Shell, Visit, html};
use crate::article::Article;
use crate::edition::{Lookup, View, article_path};
use crate::text::Words;

/// Changes shown.
const CHANGES: usize = 8;
/// For how many days a change is of this week.
const WEEK: i32 = 7;
/// Articles read lately that are asked for, at most.
const RECENT: usize = 5;
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
    /// Whether all that is shown as changed was changed within a week.
    this_week: bool,
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
    visit
        .answer_by_query(|scene| {
            html(&StartPage {
                shell: scene.shell("start", ""),
                start: Start::of(scene.view(), scene.words(), scene.day),
            })
        })
        .await
}

impl Start {
    /// Looks through what changed: off the async threads.
    pub(super) fn of(view: &View, w: &'static Words, day: Date) -> Self {
        let (folders, outside) = view.browse("").unwrap_or_default();
        let articles = folders.iter().map(|folder| folder.articles).sum::<usize>() + outside.len();
        let mut cards: Vec<_> = folders
            .iter()
            .map(|folder| FolderCard {
                href: folder_path(&folder.path),
                name: view.folder_name(&folder.path),
                count: w.articles(folder.articles),
            })
            .collect();
        if !outside.is_empty() && !cards.is_empty() {
            let (href, name) = (folder_path(""), w.top_articles.to_owned());
            cards.push(FolderCard { href, name, count: w.articles(outside.len()) });
        }
        let (changed, this_week) = changed(view, w, day);
        Self {
            w,
            changed,
            this_week,
            empty: articles == 0,
            count: w.articles(articles),
            folders: cards,
            tags: TagLink::most_used(view, TAGS),
        }
    }
}

/// Returns what was changed within a week, or, when nothing was, what was changed last; and which of the two it is.
fn changed(view: &View, w: &'static Words, today: Date) -> (Vec<Changed>, bool) {
    let changes = view.changes(&view.touches(TOUCHES), CHANGES + 5);
    let age = |day: Date| day.until(today).map_or(i32::MAX, |age| age.get_days());
    let day_of = |change: &crate::edition::Change| view.commit(change.commit).at.to_zoned(TimeZone::UTC).date();
    let this_week = changes.iter().any(|change| change.article.is_some() && age(day_of(change)) <= WEEK);
    let rows = changes.iter().filter_map(|change| {
        let article: &Article = change.article.as_deref()?;
        let day = day_of(change);
        (!this_week || age(day) <= WEEK).then(|| Changed {
            href: article_path(article.slug.as_str()),
            title: article.title.clone(),
            day: w.near_date(day, today),
            machine_day: day.to_string(),
        })
    });
    (rows.take(CHANGES).collect(), this_week)
}

/// `GET /recent?slug=…`: the articles a browser remembers, as they are now and as far as this reader may see them. Only
/// their slugs are remembered, so that what was renamed, hidden or removed is not shown from memory.
pub(super) async fn recent(visit: Visit) -> Response {
    visit.answer(|scene| {
        let slugs = visit.params.all("slug");
        let articles = slugs.iter().take(RECENT).filter_map(|slug| match scene.view().lookup(slug) {
            Lookup::Found(article) | Lookup::Moved(article) => Some(article),
            Lookup::Nothing => None,
        });
        let rows = articles.map(|article| Recent {
            href: article_path(article.slug.as_str()),
            title: article.title.clone(),
            lang: article.lang.clone(),
            chip: Chip::of(scene.words(), &scene.view().trust(article, scene.day), scene.day),
        });
        html(&RecentList { rows: rows.collect() })
    })
}

/// An article that was read lately.
struct Recent {
    href: String,
    title: String,
    lang: String,
    chip: Chip,
}

#[derive(Template)]
#[template(
    source = "{% for row in rows %}<li><a href=\"{{ row.href }}\" lang=\"{{ row.lang }}\">{{ row.title }}</a> <span \
              class=\"chip {{ row.chip.state }}\">{{ row.chip.text }}</span></li>\n{% endfor %}",
    ext = "html"
)]
struct RecentList {
    rows: Vec<Recent>,
}
