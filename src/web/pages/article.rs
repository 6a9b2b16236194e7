//! An article: how far it can be trusted, what may be said to the customer, the text, and what leads on from it.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

use super::parts::{AnswerCard, Chip, Crumb, Row, crumbs, folder_of, kind_of, tag_path};
use super::prose::Prose;
use super::{Scene, Shell, Visit, html, moved_to};
use crate::article::{Article, Status, markdown};
use crate::edition::{Lookup, Trust, article_path, encode_path};
use crate::web::error::{Problem, Suggestion};

/// Fewest sections that are worth a table of contents.
const CONTENTS: usize = 3;
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
    card: AnswerCard,
    prose: Prose,
    contents: Vec<Entry>,
    questions: Vec<String>,
    tags: Vec<Entry>,
    related: Vec<Row>,
    similar: Vec<Row>,
    backlinks: Vec<Row>,
    markdown: String,
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
    /// The author, for staff alone.
    by: Option<String>,
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

/// `GET /a/{slug}` and `GET /a/{slug}.md`.
pub(super) async fn page(visit: Visit) -> Response {
    visit.answer(|scene| {
        let asked = visit.path_below("/a/");
        let asked = asked.trim_matches('/');
        let (slug, as_markdown) = asked.strip_suffix(".md").map_or((asked, false), |slug| (slug, true));
        let suffix = if as_markdown { ".md" } else { "" };
        match scene.view().lookup(slug) {
            Lookup::Moved(article) => moved_to(&format!("{}{suffix}", article_path(article.slug.as_str()))),
            Lookup::Found(article) if as_markdown => Ok(source(scene, article)),
            Lookup::Found(article) => html(&ArticlePage::of(scene, article)),
            Lookup::Nothing => Err(unknown(scene, slug)),
        }
    })
}

/// Returns the problem of an address without an article, with the articles that may have been meant.
pub(super) fn unknown(scene: Scene<'_>, slug: &str) -> Problem {
    let near = if slug.is_empty() { Vec::new() } else { scene.view().nearest(slug, NEAREST) };
    let suggestions = near.iter().map(|article| Suggestion {
        slug: article.slug.to_string(),
        title: article.title.clone(),
        url: article_path(article.slug.as_str()),
    });
    Problem {
        suggestions: suggestions.collect(),
        ..Problem::new(StatusCode::NOT_FOUND, "article_not_found", format!("there is no article `{slug}`"))
    }
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
        let headings = article.sections.iter().filter(|section| section.level == 2);
        let contents: Vec<_> = headings
            .map(|section| Entry {
                href: format!("#{}", super::address::encode(&section.id)),
                text: section.title.to_string(),
            })
            .collect();
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
            card: AnswerCard::of(scene, article, &trust),
            prose,
            contents: if contents.len() < CONTENTS { Vec::new() } else { contents },
            questions: article.meta.questions.clone(),
            tags: article.meta.tags.iter().map(|tag| Entry { href: tag_path(tag), text: tag.clone() }).collect(),
            related: rows(related),
            similar: rows(similar.iter().collect()),
            backlinks: rows(backlinks),
            markdown: format!("{}.md", article_path(article.slug.as_str())),
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
            owner: article.meta.owner.clone().filter(|_| staff),
            created: dates.map(|(made, _)| w.day_of(made.at)),
            changed: dates.map(|(_, last)| Changed {
                day: w.day_of(last.at),
                by: staff.then(|| last.author.to_string()),
                revision: last.id.short(),
            }),
            history: format!("/history/{}", encode_path(article.slug.as_str())),
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
