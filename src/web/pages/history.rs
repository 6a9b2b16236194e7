//! The history of one article: who changed it when and why, what differs between any two of its revisions, and who wrote
//! which paragraph.
//!
//! The public sees days and commit ids alone. Staff see names and words of commits, and of former texts those that they
//! could have seen then ([`crate::edition::View::former`]).

use std::sync::Arc;

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::address::address;
use super::changes::{act_class, act_name};
use super::difference::{Change, Manner, Reason};
use super::parts::{Crumb, crumbs, folder_of};
use super::prose::named;
use super::restore::{join, restore};
use super::{Scene, Shell, Visit, article, html, moved_to};
use crate::article::Article;
use crate::edition::{Lookup, article_path, encode_path};
use crate::git::history::{Act, Commit, Touch};
use crate::preview::ROOT;
use crate::text::Words;
use crate::web::error::{Problem, Suggestion};
use crate::web::former::{self, Marks};

/// Commits of a page.
const PAGE: usize = 100;
/// The most pages of them.
const PAGES: usize = 10_000;

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage {
    shell: Shell,
    title: String,
    lang: String,
    href: String,
    /// The page without parameters, and the one that tells who wrote what; the latter only where it can.
    list_href: String,
    blame_href: Option<String>,
    crumbs: Vec<Crumb>,
    rows: Vec<Row>,
    note: &'static str,
    change: Option<Change>,
    marks: Option<Marks>,
    previous: Option<String>,
    next: Option<String>,
}

struct Row {
    moment: String,
    machine_moment: String,
    act: &'static str,
    kind: &'static str,
    subject: Option<String>,
    author: Option<String>,
    revision: String,
    id: String,
    /// What it changed and how the article was then, for whoever may ask.
    diff: Option<String>,
    was: Option<String>,
    /// Whether it is one of the two that are compared.
    is_from: bool,
    is_to: bool,
}

/// What a page of the history is asked for.
#[derive(Debug, Clone, Default)]
struct Asked {
    from: Option<String>,
    to: Option<String>,
    raw: bool,
    /// Whether the difference of the source is wanted as programs take it.
    patch: bool,
    blame: bool,
    /// Whether only the difference is wanted, for a page that is open.
    part: bool,
    page: usize,
}

impl Asked {
    fn of(visit: &Visit) -> Result<Self, Problem> {
        let params = &visit.params;
        let commit = |name| Ok::<_, Problem>(former::commit_id(name, params.one(name)?)?.map(str::to_owned));
        let view = params.one("view")?.unwrap_or_default();
        Ok(Self {
            from: commit("from")?,
            to: commit("to")?,
            raw: view == "raw",
            patch: view == "patch",
            blame: view == "blame",
            part: params.one("part")? == Some("diff"),
            page: params.number("page", 1..=PAGES, 1)?,
        })
    }

    fn compares(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }
}

/// `GET /history/{slug}?from=&to=&view=&page=&part=diff`.
pub(super) async fn page(visit: Visit) -> Response {
    let visit = &visit;
    let slug = visit.path_below("/history/");
    let slug = slug.trim_matches('/');
    visit
        .answer_later(|scene| async move {
            let asked = Asked::of(visit)?;
            match scene.view().lookup(slug) {
                Lookup::Found(article) => answer(scene, article, asked).await,
                Lookup::Moved(article) => moved_to(&with_query(history_path(article), visit)),
                Lookup::Nothing if asked.part => Ok(gone(scene, slug)),
                Lookup::Nothing => match removed(scene, slug, None) {
                    Some(page) => page,
                    None => Err(article::unknown(scene, slug).await),
                },
            }
        })
        .await
}

/// Returns a path with the query of a visit.
pub(super) fn with_query(path: String, visit: &Visit) -> String {
    visit.uri.query().map_or(path.clone(), |query| format!("{path}?{query}"))
}

/// Returns the address of an article's history.
pub(super) fn history_path(article: &Article) -> String {
    format!("/history/{}", encode_path(article.slug.as_str()))
}

async fn answer(scene: Scene<'_>, article: &Arc<Article>, asked: Asked) -> Result<Response, Problem> {
    if asked.patch {
        return patch(scene, article, &asked).await;
    }
    let change = if asked.compares() { Some(compare(scene, article, &asked).await?) } else { None };
    if let Some(change) = change.as_ref().filter(|_| asked.part) {
        return html(change);
    }
    let marks = if asked.blame { Some(blame(scene, article).await?) } else { None };
    html(&HistoryPage::of(scene, article, &asked, change, marks))
}

/// Answers with the difference of the sources in unified format, as `git apply` takes it for staff who see everything.
async fn patch(scene: Scene<'_>, article: &Arc<Article>, asked: &Asked) -> Result<Response, Problem> {
    let (now, from, to) = (article.clone(), asked.from.clone(), asked.to.clone());
    let unified = former::read(&scene.visit.state, scene.view(), move |view, repository| {
        Ok(former::pair(view, repository, &now, from.as_deref(), to.as_deref())?.unified(view))
    });
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], unified.await?).into_response())
}

async fn compare(scene: Scene<'_>, article: &Arc<Article>, asked: &Asked) -> Result<Change, Problem> {
    let (now, from, to, w) = (article.clone(), asked.from.clone(), asked.to.clone(), scene.words());
    let manner = Manner::of(scene, history_path(article), asked.raw);
    former::read(&scene.visit.state, scene.view(), move |view, repository| {
        let pair = former::pair(view, repository, &now, from.as_deref(), to.as_deref())?;
        let mut change = Change::of(view, &pair, now.slug.as_str(), manner);
        let was = pair.from.as_ref().and_then(|from| Some((from.id, from.found.as_ref()?.0.clone())));
        change.restore = was.map(|(id, path)| {
            let (was_at, is_at) = (join(&repository.folder, &path), join(&repository.folder, &now.path));
            restore(&id.to_string(), &was_at, &is_at, &format!("{} {}", w.restore_message, id.short()))
        });
        if let [reason] = change.reasons.as_mut_slice() {
            let named = view.edition().history.find(&pair.to.id.to_string()).map(|number| view.commit(number).id);
            let id = named.filter(|id| id.short() == reason.revision);
            reason.message = id.map(|id| repository.message(id)).transpose()?.unwrap_or_default();
        }
        Ok(change)
    })
    .await
}

async fn blame(scene: Scene<'_>, article: &Arc<Article>) -> Result<Marks, Problem> {
    let (now, w, history) = (article.clone(), scene.words(), history_path(article));
    former::read(&scene.visit.state, scene.view(), move |view, repository| {
        former::marks(view, repository, &now, &|html| named(&html, w), &mut |commit| match commit {
            Some(number) => mark(w, &history, view.commit(number)),
            None => format!("<span class=\"d-by\">{}</span> ", w.history_blame_older),
        })
    })
    .await
}

/// Who changed a paragraph last.
#[derive(Template)]
#[template(path = "mark.html")]
struct Mark<'a> {
    w: &'static Words,
    href: String,
    reason: &'a Reason,
}

fn mark(w: &'static Words, history: &str, commit: &Commit) -> String {
    let href = address(history, [("to", commit.id.to_string().as_str())]);
    let mark = Mark { w, href, reason: &Reason::of(w, commit) };
    mark.render().unwrap_or_default()
}

/// What a page that is open is told when its article is not there any more.
#[derive(Template)]
#[template(path = "gone.html")]
struct Gone {
    w: &'static Words,
    /// Title of the article and the commit that removed it, where that may be told.
    removed: Option<(String, Reason)>,
}

fn gone(scene: Scene<'_>, slug: &str) -> Response {
    let (view, w) = (scene.view(), scene.words());
    let removed = view.removal(slug).map(|removal| (removal.title.to_owned(), Reason::of(w, removal.commit)));
    let removed = removed.filter(|_| view.sees_former_texts());
    article::not_there(html(&Gone { w, removed }).into_response())
}

/// The history of an article that is no longer there, and how to bring it back.
#[derive(Template)]
#[template(path = "removed.html")]
struct RemovedPage {
    shell: Shell,
    title: String,
    path: String,
    restore: Option<String>,
    /// The article as it was last, in the preview of the commit before.
    was: Option<String>,
    rows: Vec<Reason>,
    /// The address of this history, and whether it was asked for; else the article was.
    history: String,
    is_history: bool,
    /// Articles that may be meant by whoever looks for this one.
    suggestions: Vec<Suggestion>,
}

/// Answers with the history of a removed article, or for whoever looked for it with what else there is; none when there is no such article for this reader, or former texts are not.
pub(super) fn removed(
    scene: Scene<'_>,
    slug: &str,
    suggestions: Option<Vec<Suggestion>>,
) -> Option<Result<Response, Problem>> {
    let (view, w, state) = (scene.view(), scene.words(), &scene.visit.state);
    let removal = view.removal(slug).filter(|_| view.sees_former_texts())?;
    let folder = state.repository.as_ref().map(|repository| repository.folder.as_str());
    let restore = removal.before.zip(folder).map(|(before, folder)| {
        let path = join(folder, removal.path);
        restore(&before.id.to_string(), &path, &path, &format!("{} {}", w.restore_message, before.id.short()))
    });
    let previews = state.previews.as_ref().filter(|previews| previews.readers.include(view.access()));
    let was = removal.before.filter(|_| previews.is_some());
    let rows = removal.touches.iter().take(PAGE).map(|touch| Reason::of(w, view.commit(touch.commit)));
    Some(html(&RemovedPage {
        shell: scene.shell("history", format!("{}: {}", w.history_title, removal.title)),
        title: removal.title.to_owned(),
        path: removal.path.to_owned(),
        restore,
        was: was.map(|before| format!("{ROOT}{}{}", before.id, article_path(slug))),
        rows: rows.collect(),
        is_history: suggestions.is_none(),
        suggestions: suggestions.unwrap_or_default(),
        history: format!("/history/{}", encode_path(slug)),
    }))
}

impl HistoryPage {
    fn of(scene: Scene<'_>, article: &Article, asked: &Asked, change: Option<Change>, marks: Option<Marks>) -> Self {
        let w = scene.words();
        let history = &scene.view().edition().history;
        let touches = scene.view().history(article);
        let readable = scene.view().sees_former_texts() && scene.visit.state.repository.is_some();
        let first = (asked.page - 1) * PAGE;
        let more = touches.len() > first + PAGE;
        let note = match () {
            () if touches.is_empty() => w.uncommitted,
            () if history.is_shallow() && !more => w.history_shallow,
            () => "",
        };
        let path = history_path(article);
        let page = |number: usize| address(&path, [("page", number.to_string().as_str())]);
        let shown = touches.iter().skip(first).take(if asked.blame { 0 } else { PAGE });
        Self {
            shell: scene.shell("history", format!("{}: {}", w.history_title, article.title)),
            title: article.title.clone(),
            lang: article.lang.clone(),
            href: article_path(article.slug.as_str()),
            blame_href: (readable && !touches.is_empty()).then(|| address(&path, [("view", "blame")])),
            crumbs: crumbs(scene.view(), folder_of(&article.path)),
            rows: shown.enumerate().map(|(at, touch)| Row::of(scene, article, touch, at, change.as_ref())).collect(),
            note,
            change,
            marks,
            previous: (asked.page > 1).then(|| page(asked.page - 1)),
            next: (more && !asked.blame).then(|| page(asked.page + 1)),
            list_href: path,
        }
    }
}

impl Row {
    fn of(scene: Scene<'_>, article: &Article, touch: &Touch, at: usize, change: Option<&Change>) -> Self {
        let commit = scene.view().commit(touch.commit);
        let staff = scene.view().sees_former_texts();
        let readable = staff && scene.visit.state.repository.is_some();
        let (id, revision) = (commit.id.to_string(), commit.id.short());
        let is_side = |side: Option<&str>| side.is_some_and(|side| side == revision);
        let from = change.and_then(|change| change.from.as_ref()).map(|from| from.revision.as_str());
        Self {
            moment: scene.words().moment(commit.at),
            machine_moment: commit.at.to_string(),
            act: act_class(touch.act),
            kind: act_name(scene.words(), touch.act),
            subject: staff.then(|| commit.subject.to_string()),
            author: staff.then(|| commit.author.to_string()),
            diff: readable.then(|| format!("{}#diff", address(&history_path(article), [("to", id.as_str())]))),
            was: (readable && touch.act != Act::Removed)
                .then(|| address(&article_path(article.slug.as_str()), [("revision", id.as_str())])),
            is_from: if change.is_some() { is_side(from) } else { at == 1 },
            is_to: if change.is_some() { is_side(change.map(|change| change.to.revision.as_str())) } else { at == 0 },
            revision,
            id,
        }
    }
}
