//! The state of the server and of its content: what is published, whether publishing works, what editors should mend.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;

use super::parts::{Chip, Row};
use super::reports::{self, Reports};
use super::{Scene, Shell, Visit, html};
use crate::diagnostic::{Diagnostic, Severity};
use crate::edition::article_path;
use crate::text::{Words, findings};

/// Findings shown.
const MOST: usize = 1000;

#[derive(Template)]
#[template(path = "status.html")]
struct StatusPage {
    shell: Shell,
    commit: String,
    branch: Option<String>,
    committed_at: String,
    /// None in a preview.
    published_at: Option<String>,
    source: Option<Followed>,
    articles: String,
    sections: String,
    counts: Option<(String, String)>,
    failure: Option<Failed>,
    files: Vec<File>,
    more: usize,
    /// Whether the reader is a colleague.
    staff: bool,
    overdue: Vec<Owner>,
    more_overdue: usize,
    reports: Option<Reports>,
}

/// How following a remote repository goes.
struct Followed {
    synced_at: String,
    failure: Option<String>,
    rewritten_at: Option<String>,
}

struct Failed {
    at: String,
    reason: String,
    commit: Option<String>,
}

/// A file with findings.
pub(super) struct File {
    pub(super) path: String,
    /// The article's address; none when the file is not an article that the reader may see.
    pub(super) href: Option<String>,
    pub(super) findings: Vec<Found>,
}

/// A finding.
pub(super) struct Found {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) severity: &'static str,
    pub(super) severity_name: &'static str,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) remedy: String,
}

/// Somebody with overdue articles.
struct Owner {
    name: String,
    articles: Vec<Row>,
}

/// `GET /status`. Not a function of the edition alone: a failed publish is told at once.
pub(super) async fn page(visit: Visit) -> Response {
    let told = reports::told(&visit).await;
    visit.answer_fresh(|scene| {
        html(&StatusPage { reports: told.map(|told| Reports::of(scene, told)), ..StatusPage::of(scene) })
    })
}

impl StatusPage {
    fn of(scene: Scene<'_>) -> Self {
        let (view, w) = (scene.view(), scene.words());
        let edition = view.edition();
        let diagnostics = view.diagnostics();
        let (errors, warnings) = view.diagnostic_counts();
        let failure = scene.visit.state.editions.failure();
        // What a failed publish says may name files that not every reader may know of.
        let staff = view.access().sees_notes();
        Self {
            shell: scene.shell("status", w.status),
            commit: edition.revision.commit.to_string(),
            branch: edition.branch.clone(),
            committed_at: w.moment(edition.committed_at),
            published_at: scene.current.preview.is_none().then(|| w.moment(scene.current.published.at)),
            source: scene.visit.state.follow.as_ref().map(|follow| {
                let now = follow.state();
                Followed {
                    synced_at: now.synced_at.map_or(w.never_synced.to_owned(), |at| w.moment(at)),
                    failure: now.failure.as_ref().map(|reason| if staff { reason.clone() } else { String::new() }),
                    rewritten_at: now.rewritten_at.map(|at| w.moment(at)),
                }
            }),
            articles: w.number(view.counts().0),
            sections: w.number(view.counts().1),
            counts: (!diagnostics.is_empty()).then(|| (w.errors(errors), w.warnings(warnings))),
            failure: failure.map(|failure| Failed {
                at: w.moment(failure.at),
                reason: if staff { failure.reason.clone() } else { String::new() },
                commit: failure.commit.map(|commit| commit.short()),
            }),
            more: diagnostics.len().saturating_sub(MOST),
            files: by_file(scene, &diagnostics[..diagnostics.len().min(MOST)]),
            staff,
            overdue: if staff { overdue(scene) } else { Vec::new() },
            reports: None,
            more_overdue: if staff { view.overdue(scene.day).len().saturating_sub(MOST) } else { 0 },
        }
    }
}

/// Puts findings, which are in the order of paths, together by file.
pub(super) fn by_file<'a>(scene: Scene<'_>, diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for found in diagnostics {
        if files.last().is_none_or(|last| last.path != found.path) {
            let article = scene.view().by_path(&found.path);
            let href = article.map(|article| article_path(article.slug.as_str()));
            files.push(File { path: found.path.clone(), href, findings: Vec::new() });
        }
        if let Some(last) = files.last_mut() {
            last.findings.push(Found::of(scene.words(), found));
        }
    }
    files
}

impl Found {
    fn of(w: &'static Words, found: &Diagnostic) -> Self {
        let severity = found.finding.severity();
        Self {
            line: found.line,
            column: found.column,
            severity: severity.name(),
            severity_name: match severity {
                Severity::Error => w.severity_error,
                Severity::Warning => w.severity_warning,
            },
            code: found.finding.code(),
            message: findings::message(w.lang(), &found.finding),
            remedy: findings::remedy(w.lang(), &found.finding),
        }
    }
}

/// Returns who should look at which articles again, by name, the longest overdue first; of very many those alone.
fn overdue(scene: Scene<'_>) -> Vec<Owner> {
    let mut owners: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for article in scene.view().overdue(scene.day).take(MOST) {
        let chip = Chip::of(scene.words(), &scene.view().trust(article, scene.day), scene.day);
        let row = Row { chip, ..Row::of(scene, article) };
        owners.entry(article.owner().unwrap_or_default()).or_default().push(row);
    }
    let name = |name: &str| if name.is_empty() { scene.words().no_owner.to_owned() } else { name.to_owned() };
    owners.into_iter().map(|(owner, articles)| Owner { name: name(owner), articles }).collect()
}
