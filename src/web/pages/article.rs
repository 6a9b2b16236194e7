//! An article: how far it can be trusted, what may be said to the customer, the text, and what leads on from it.

use std::sync::Arc;

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, VARY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::address::address;
use super::difference::Reason;
use super::feedback::FeedbackForm;
use super::history::{history_path, removed, with_query};
use super::parts::{AnswerCard, Chip, Crumb, Row, crumbs, folder_of, kind_of, tag_path};
use super::prose::Prose;
use super::restore::{join, restore};
use super::{Scene, Shell, Visit, html, moved_to};
use crate::article::{Article, Section, Status, markdown};
use crate::edition::{Lookup, Trust, article_path};
use crate::text::Words;
use crate::web::error::Problem;
use crate::web::former::{self, Fault, Former};

/// Fewest sections that are worth a table of contents.
const CONTENTS: usize = 3;
/// Most headings of a table of contents before those of the third level are left out.
const MOST_CONTENTS: usize = 24;
/// Most articles that are said to be about the same.
const SIMILAR: usize = 4;
/// Articles offered when there is none at an address.
const NEAREST: usize = 6;

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage {
    shell: Shell,
    title: String,
    lang: String,
    crumbs: Vec<Crumb>,
    kind: Option<String>,
    chip: Chip,
    facts: Facts,
    banner: Option<Banner>,
    then: Option<Then>,
    card: AnswerCard,
    prose: Prose,
    contents: Vec<Heading>,
    questions: Vec<String>,
    tags: Vec<Entry>,
    related: Vec<Row>,
    similar: Vec<Row>,
    backlinks: Vec<Row>,
    markdown: String,
    /// Where a page that is open asks what has changed.
    news: String,
    /// What the reader may say of the answer; none of a former one.
    feedback: Option<FeedbackForm>,
}

/// The article as it was at a commit.
struct Then {
    revision: String,
    moment: String,
    /// Who made it so, and why.
    reason: Option<Reason>,
    /// The article as it is, and what has changed since.
    now: String,
    compare: String,
    /// The commands that bring the text back.
    restore: String,
}

/// The trust line.
struct Facts {
    verified_by: Option<String>,
    review_due: Option<String>,
    owner: Option<String>,
    created: Option<String>,
    changed: Option<Changed>,
    history: String,
}

struct Changed {
    day: String,
    /// The author and the words of the commit, for staff alone.
    by: Option<String>,
    why: Option<String>,
    revision: String,
}

/// Why the article should be read with care, or not at all.
struct Banner {
    text: &'static str,
    instead: Option<Entry>,
}

/// A link with its text.
struct Entry {
    href: String,
    text: String,
}

/// A heading in the table of contents.
struct Heading {
    href: String,
    text: String,
    /// Whether it stands below another.
    below: bool,
}

/// Returns the table of contents: headings of the second level, and of the third unless there are too many; none for an
/// article that is short.
fn contents(article: &Article) -> Vec<Heading> {
    let upto = |deepest: u8| article.sections.iter().filter(move |section| (2..=deepest).contains(&section.level));
    let deepest = if upto(3).count() <= MOST_CONTENTS { 3 } else { 2 };
    if upto(deepest).count() < CONTENTS {
        return Vec::new();
    }
    let heading = |section: &Section| Heading {
        href: format!("#{}", super::address::encode(&section.id)),
        text: section.title.to_string(),
        below: section.level > 2,
    };
    upto(deepest).map(heading).collect()
}

/// `GET /a/{slug}`, `GET /a/{slug}.md` and `GET /a/{slug}?revision=COMMIT`.
pub(super) async fn page(visit: Visit) -> Response {
    let visit = &visit;
    let asked = visit.path_below("/a/");
    let asked = asked.trim_matches('/');
    let (slug, as_markdown) = asked.strip_suffix(".md").map_or((asked, visit.prefers_markdown()), |slug| (slug, true));
    let mut response = visit
        .answer_of(as_markdown.then(|| markdown_path(slug)), |scene| async move {
            let revision = former::commit_id("revision", visit.params.one("revision")?)?;
            match (scene.view().lookup(slug), revision) {
                (Lookup::Moved(article), _) => {
                    let slug = article.slug.as_str();
                    moved_to(&with_query(if as_markdown { markdown_path(slug) } else { article_path(slug) }, visit))
                }
                (Lookup::Found(article), Some(revision)) => as_of(scene, article, revision, as_markdown).await,
                (Lookup::Found(article), None) if as_markdown => Ok(source(scene, article)),
                (Lookup::Found(article), None) => html(&ArticlePage::of(scene, article)),
                (Lookup::Nothing, revision) => gone(scene, slug, revision, as_markdown).await,
            }
        })
        .await;
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    response
}

/// Returns the address of an article as Markdown.
fn markdown_path(slug: &str) -> String {
    format!("{}.md", article_path(slug))
}

/// Answers where there is no article: with what is known of one that was removed, or with those that may have been meant.
async fn gone(scene: Scene<'_>, slug: &str, revision: Option<&str>, as_markdown: bool) -> Result<Response, Problem> {
    let path = if as_markdown { markdown_path(slug) } else { article_path(slug) };
    let state = &scene.visit.state;
    let was = revision.and_then(|revision| former::removed_at(state, scene.view(), slug, revision, &path));
    if let Some(location) = was.and_then(|was| HeaderValue::try_from(was).ok()) {
        return Ok((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]).into_response());
    }
    let problem = unknown(scene, slug).await;
    match removed(scene, slug, Some(problem.suggestions.clone())) {
        Some(page) if !as_markdown && revision.is_none() => Ok(not_there(page?)),
        _ => Err(problem),
    }
}

/// Makes a page the answer where nothing is: nobody keeps it, since it tells staff more than others.
pub(super) fn not_there(mut page: Response) -> Response {
    *page.status_mut() = StatusCode::NOT_FOUND;
    page.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

/// Answers with an article as it was.
async fn as_of(
    scene: Scene<'_>,
    article: &Arc<Article>,
    revision: &str,
    as_markdown: bool,
) -> Result<Response, Problem> {
    let (now, commit) = (article.clone(), revision.to_owned());
    let former = former::read(&scene.visit.state, scene.view(), move |view, repository| {
        let former = former::at(view, repository, &now, &commit)?;
        let folder = repository.folder.clone();
        if former.found.is_none() { Err(Fault::NotThere("revision", commit)) } else { Ok((former, folder)) }
    });
    let (former, folder) = former.await?;
    let Some((path, was)) = &former.found else { return Err(unknown(scene, article.slug.as_str()).await) };
    if as_markdown {
        return Ok(source(scene, was));
    }
    let then = Then::of(scene, article, &former, &join(&folder, path), &join(&folder, &article.path));
    let markdown = address(&markdown_path(article.slug.as_str()), [("revision", former.id.to_string().as_str())]);
    html(&ArticlePage { then: Some(then), markdown, ..ArticlePage::of(scene, was) }.of_then(scene.words()))
}

/// Returns the problem of an address without an article, with the articles that may have been meant.
pub(super) async fn unknown(scene: Scene<'_>, slug: &str) -> Problem {
    Problem::no_article(slug).or_nearest(&scene.visit.state, scene.view(), slug, NEAREST).await
}

fn source(scene: Scene<'_>, article: &Article) -> Response {
    let text = markdown::for_reader(article, scene.view().access().sees_notes());
    ([(CONTENT_TYPE, "text/markdown; charset=utf-8"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], text).into_response()
}

impl ArticlePage {
    fn of(scene: Scene<'_>, article: &Arc<Article>) -> Self {
        let (view, w) = (scene.view(), scene.words());
        let trust = view.trust(article, scene.day);
        let prose = Prose::of(scene, article);
        let contents = contents(article);
        let rows = |articles: Vec<&Arc<Article>>| articles.into_iter().map(|one| Row::of(scene, one)).collect();
        let related = view.related(article);
        let mut backlinks = view.backlinks(article);
        backlinks.retain(|back| !related.iter().any(|one| one.slug == back.slug));
        let mut similar = view.similar(article, SIMILAR);
        similar.retain(|one| !backlinks.iter().any(|back| back.slug == one.slug));
        Self {
            shell: scene.shell("article", article.title.clone()),
            title: article.title.clone(),
            lang: article.lang.clone(),
            crumbs: crumbs(scene.view(), folder_of(&article.path)),
            kind: kind_of(w, article),
            chip: Chip::of(w, &trust, scene.day),
            facts: Facts::of(scene, article, &trust),
            banner: Banner::of(scene, article),
            then: None,
            card: AnswerCard::of(scene, article, &trust),
            prose,
            contents,
            questions: article.meta.questions.clone(),
            tags: article.meta.tags.iter().map(|tag| Entry { href: tag_path(tag), text: tag.clone() }).collect(),
            related: rows(related),
            similar: rows(similar.iter().collect()),
            backlinks: rows(backlinks),
            markdown: markdown_path(article.slug.as_str()),
            news: address(&history_path(article), [("part", "diff")]),
            feedback: FeedbackForm::of_article(scene, article.slug.as_str(), "page"),
        }
    }

    /// Leaves out what is said of the article now, and warns whoever copies what it said then.
    fn of_then(mut self, w: &'static Words) -> Self {
        self.facts.changed = None;
        self.card.warning = w.former;
        // What is reported is reported of what is said today.
        Self { related: Vec::new(), similar: Vec::new(), backlinks: Vec::new(), feedback: None, ..self }
    }
}

impl Then {
    fn of(scene: Scene<'_>, article: &Article, former: &Former, was_at: &str, is_at: &str) -> Self {
        let (view, w) = (scene.view(), scene.words());
        let commit = view.commit(former.commit);
        let history = &view.edition().history;
        let touch = history.moment(&article.path, former.commit).touch;
        let id = former.id.to_string();
        Self {
            revision: former.id.short(),
            moment: w.moment(commit.at),
            reason: touch.map(|touch| Reason::of(w, view.commit(touch.commit))),
            now: article_path(article.slug.as_str()),
            compare: format!("{}#diff", address(&history_path(article), [("from", id.as_str())])),
            restore: restore(&id, was_at, is_at, &format!("{} {}", w.restore_message, former.id.short())),
        }
    }
}

impl Facts {
    fn of(scene: Scene<'_>, article: &Article, trust: &Trust) -> Self {
        let (view, w) = (scene.view(), scene.words());
        let staff = view.access().sees_notes();
        let dates = view.dates(article);
        Self {
            verified_by: trust.verified_by.clone().filter(|_| staff),
            review_due: trust.review_due.map(|due| w.date(due)),
            owner: article.owner().map(|_| article.owners().collect::<Vec<_>>().join(", ")).filter(|_| staff),
            created: dates.map(|(made, _)| w.day_of(made.at)),
            changed: dates.map(|(_, last)| Changed {
                day: w.day_of(last.at),
                by: staff.then(|| last.author.to_string()),
                why: staff.then(|| last.subject.to_string()),
                revision: last.id.short(),
            }),
            history: history_path(article),
        }
    }
}

impl Banner {
    fn of(scene: Scene<'_>, article: &Article) -> Option<Self> {
        let w = scene.words();
        let successor = scene.view().successor(article);
        let text = if !article.readable {
            w.unreadable
        } else if article.meta.superseded_by.is_some() {
            w.superseded
        } else {
            match article.meta.status {
                Status::Current => return None,
                Status::Draft => w.draft,
                Status::Archived => w.archived,
            }
        };
        let instead = successor.map(|next| Entry { href: article_path(next.slug.as_str()), text: next.title.clone() });
        Some(Self { text, instead })
    }
}
