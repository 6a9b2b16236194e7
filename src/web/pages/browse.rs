//! Folders and tags: what there is, for whoever does not know what to search for.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::address::address;
use super::parts::{Crumb, Row, TagLink, crumbs, folder_path};
use super::{Scene, Shell, Visit, html, moved_to};
use crate::web::error::Problem;

#[derive(Template)]
#[template(path = "browse.html")]
struct BrowsePage {
    shell: Shell,
    title: String,
    crumbs: Vec<Crumb>,
    count: String,
    folders: Vec<FolderRow>,
    articles: Vec<Row>,
    tags: Vec<TagLink>,
    /// The search within this folder or tag.
    search: String,
}

struct FolderRow {
    href: String,
    name: String,
    count: String,
}

/// `GET /browse`.
pub(super) async fn top(visit: Visit) -> Response {
    visit.answer(|scene| page(scene, ""))
}

/// `GET /browse/{path}`.
pub(super) async fn folder(visit: Visit) -> Response {
    visit.answer(|scene| {
        let asked = visit.path_below("/browse/");
        let folder = asked.trim_matches('/');
        if folder != asked && !folder.is_empty() {
            return moved_to(&folder_path(folder));
        }
        page(scene, folder)
    })
}

fn unknown(folder: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", format!("there is no folder `{folder}`"))
}

fn page(scene: Scene<'_>, folder: &str) -> Result<Response, Problem> {
    let page = match scene.visit.params.one("tag")?.filter(|tag| !tag.is_empty()) {
        Some(tag) => BrowsePage::tagged(scene, folder, tag),
        None => BrowsePage::of_folder(scene, folder),
    };
    html(&page.ok_or_else(|| unknown(folder))?)
}

impl BrowsePage {
    fn of_folder(scene: Scene<'_>, folder: &str) -> Option<Self> {
        let w = scene.words();
        let (folders, articles) = scene.view().browse(folder)?;
        let title = if folder.is_empty() { w.catalogue.to_owned() } else { scene.view().folder_name(folder) };
        let total = folders.iter().map(|below| below.articles).sum::<usize>() + articles.len();
        let mut above = crumbs(scene.view(), folder);
        above.pop();
        Some(Self {
            shell: scene.shell("browse", title.clone()),
            title,
            crumbs: above,
            count: w.articles(total),
            folders: folders
                .iter()
                .map(|below| FolderRow {
                    href: folder_path(&below.path),
                    name: scene.view().folder_name(&below.path),
                    count: w.articles(below.articles),
                })
                .collect(),
            articles: articles.into_iter().map(|article| Row::of(scene, article)).collect(),
            tags: if folder.is_empty() { TagLink::most_used(scene.view(), usize::MAX) } else { Vec::new() },
            search: address("/search", [("under", folder)]),
        })
    }

    /// Lists by tag; tags are compared without regard to case, as search does. None when nothing visible has it.
    fn tagged(scene: Scene<'_>, folder: &str, tag: &str) -> Option<Self> {
        let w = scene.words();
        let wanted = tag.to_lowercase();
        let found = scene.view().tagged(tag, folder);
        (!found.is_empty()).then(|| Self {
            shell: scene.shell("browse", format!("{}: {tag}", w.tagged)),
            title: format!("{}: {tag}", w.tagged),
            crumbs: crumbs(scene.view(), folder),
            count: w.articles(found.len()),
            folders: Vec::new(),
            articles: found.into_iter().map(|article| Row::of(scene, article)).collect(),
            tags: TagLink::most_used(scene.view(), usize::MAX).into_iter().map(|tag| tag.current_if(&wanted)).collect(),
            search: address("/search", [("tag", tag), ("under", folder)]),
        })
    }
}
