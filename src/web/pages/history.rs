//! The history of one article: its commits, and what each of them changed.
//!
//! Whoever does not belong to every audience sees days and commit ids alone: an earlier text may have been meant for
//! others, and so may the words of a commit.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::address::address;
use super::changes::{act_class, act_name};
use super::diff::{self, Hunk};
use super::parts::{Crumb, crumbs, folder_of};
use super::{Scene, Shell, Visit, article, html, moved_to};
use crate::article::Article;
use crate::edition::{Lookup, article_path, encode_path};
use crate::git::history::{Act, Touch};
use crate::revision::ObjectId;
use crate::web::error::Problem;

/// Commits shown.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage {
    shell: Shell,
    title: String,
    href: String,
    crumbs: Vec<Crumb>,
    rows: Vec<Row>,
    note: &'static str,
    change: Option<Shown>,
}

struct Row {
    moment: String,
    machine_moment: String,
    act: &'static str,
    kind: &'static str,
    subject: Option<String>,
    author: Option<String>,
    revision: String,
    /// The page that shows what it changed, for whoever may see it.
    diff: Option<String>,
    current: bool,
}

/// What one commit changed.
struct Shown {
    revision: String,
    hunks: Vec<Hunk>,
}

/// The blobs before and after one commit.
struct Blobs {
    commit: ObjectId,
    before: Option<ObjectId>,
    after: Option<ObjectId>,
}

/// `GET /history/{slug}?at=COMMIT`.
pub(super) async fn page(visit: Visit) -> Response {
    let visit = &visit;
    let slug = visit.path_below("/history/");
    let slug = slug.trim_matches('/');
    visit
        .answer_later(|scene| async move {
            match scene.view().lookup(slug) {
                Lookup::Found(article) => {
                    let change = match visit.params.one("at")?.filter(|at| !at.is_empty()) {
                        Some(at) => Some(read_change(scene, article, at).await?),
                        None => None,
                    };
                    html(&HistoryPage::of(scene, article, change))
                }
                Lookup::Moved(article) => moved_to(&history_path(article)),
                Lookup::Nothing => Err(article::unknown(scene, slug)),
            }
        })
        .await
}

fn history_path(article: &Article) -> String {
    format!("/history/{}", encode_path(article.slug.as_str()))
}

/// Reads both texts of a change and compares them, off the async threads.
async fn read_change(scene: Scene<'_>, article: &Article, at: &str) -> Result<Shown, Problem> {
    let nothing = |code| Problem::new(StatusCode::NOT_FOUND, code, "there is no such change to show");
    let state = &scene.visit.state;
    let repository = state.repository.clone().filter(|_| scene.sees_everything());
    let repository = repository.ok_or_else(|| nothing("history_not_available"))?;
    let Blobs { commit, before, after } = blobs_at(scene, article, at).ok_or_else(|| nothing("revision_not_found"))?;
    let compare = move || {
        let read = |blob: Option<ObjectId>| blob.map_or(Ok(Vec::new()), |blob| repository.blob(blob, diff::LARGEST));
        Ok::<_, crate::git::Error>(diff::hunks(&read(before)?, &read(after)?))
    };
    let hunks = state.work.revisions.run(compare).await?.map_err(|error| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "history_unavailable", format!("cannot read the change: {error}"))
    })?;
    Ok(Shown { revision: commit.short(), hunks })
}

fn blobs_at(scene: Scene<'_>, article: &Article, at: &str) -> Option<Blobs> {
    let touches = scene.view().history(article);
    let place = touches.iter().position(|touch| scene.view().commit(touch.commit).id.to_string() == at)?;
    let touch = touches[place];
    let earlier = touches.get(place + 1).filter(|earlier| earlier.act != Act::Removed).map(|earlier| earlier.blob);
    let (before, after) = match touch.act {
        Act::Removed => (Some(touch.blob), None),
        Act::Added => (None, Some(touch.blob)),
        Act::Changed | Act::Moved => (earlier, Some(touch.blob)),
    };
    Some(Blobs { commit: scene.view().commit(touch.commit).id, before, after })
}

impl HistoryPage {
    fn of(scene: Scene<'_>, article: &Article, change: Option<Shown>) -> Self {
        let w = scene.words();
        let history = &scene.view().edition().history;
        let touches = scene.view().history(article);
        let rows = touches.iter().take(MOST);
        let note = match () {
            () if touches.is_empty() => w.uncommitted,
            () if touches.len() > MOST => w.older_left_out,
            () if history.is_shallow() => w.history_shallow,
            () => "",
        };
        Self {
            shell: scene.shell("history", format!("{}: {}", w.history_title, article.title)),
            title: article.title.clone(),
            href: article_path(article.slug.as_str()),
            crumbs: crumbs(scene.view(), folder_of(&article.path)),
            rows: rows.map(|touch| Row::of(scene, article, touch, change.as_ref())).collect(),
            note,
            change,
        }
    }
}

impl Row {
    fn of(scene: Scene<'_>, article: &Article, touch: &Touch, shown: Option<&Shown>) -> Self {
        let commit = scene.view().commit(touch.commit);
        let trusted = scene.sees_everything();
        let staff = scene.view().access().sees_notes();
        let id = commit.id.to_string();
        Self {
            moment: scene.words().moment(commit.at),
            machine_moment: commit.at.to_string(),
            act: act_class(touch.act),
            kind: act_name(scene.words(), touch.act),
            subject: staff.then(|| commit.subject.to_string()),
            author: staff.then(|| commit.author.to_string()),
            revision: commit.id.short(),
            diff: (trusted && scene.visit.state.repository.is_some())
                .then(|| address(&history_path(article), [("at", id.as_str())])),
            current: shown.is_some_and(|shown| shown.revision == commit.id.short()),
        }
    }
}
