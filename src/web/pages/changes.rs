//! What changed in the base, by day.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Scene, Shell, Visit, html};
use crate::edition::{Change, article_path, encode_path};
use crate::git::history::{Act, Touch};
use crate::text::Words;
use crate::web::filters::Since;

/// Changes shown.
const MOST: usize = 200;
/// Commits' touches looked at to find them.
const TOUCHES: usize = 2000;

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    shell: Shell,
    title: String,
    note: &'static str,
    days: Vec<Day>,
}

struct Day {
    day: String,
    machine_day: String,
    changes: Vec<Row>,
}

struct Row {
    act: &'static str,
    kind: &'static str,
    title: String,
    /// None for what is gone.
    href: Option<String>,
    history: Option<String>,
    subject: Option<String>,
    author: Option<String>,
    revision: String,
}

/// `GET /changes?since=`: a commit or a time.
pub(super) async fn page(visit: Visit) -> Response {
    visit.answer(|scene| {
        let w = scene.words();
        let history = &scene.view().edition().history;
        let asked = visit.params.one("since")?.filter(|since| !since.is_empty());
        let since = asked.and_then(|since| Since::parse("since", since).ok()?.touches(scene.view()));
        let (touches, note) = match (&asked, since) {
            _ if history.is_empty() => (Vec::new(), w.uncommitted),
            (Some(_), Some(touches)) => (touches, ""),
            (Some(_), None) => (history.touches(TOUCHES), w.unknown_since),
            (None, _) => (history.touches(TOUCHES), ""),
        };
        let days = by_day(scene, &touches);
        let cut = touches.len() == TOUCHES || days.iter().map(|day| day.changes.len()).sum::<usize>() == MOST;
        let note = if note.is_empty() && cut { w.older_left_out } else { note };
        let title = match &asked {
            Some(since) if note != w.unknown_since => format!("{} {since}", w.changes_since),
            _ => w.changes.to_owned(),
        };
        html(&ChangesPage { shell: scene.shell("changes", title.clone()), title, note, days })
    })
}

/// Tells for each day what happened to each article on that day, the latest day first.
fn by_day(scene: Scene<'_>, touches: &[&Touch]) -> Vec<Day> {
    let mut days: BTreeMap<Date, Vec<&Touch>> = BTreeMap::new();
    for &touch in touches {
        days.entry(utc_day(scene.view().commit(touch.commit).at)).or_default().push(touch);
    }
    let mut left = MOST;
    let told = days.into_iter().rev().map_while(|(day, touches)| {
        let changes = (left > 0).then(|| scene.view().changes(&touches, left))?;
        left -= changes.len();
        Some(Day {
            day: scene.words().near_date(day, scene.day),
            machine_day: day.to_string(),
            changes: changes.iter().map(|change| Row::of(scene, change)).collect(),
        })
    });
    told.filter(|day| !day.changes.is_empty()).collect()
}

fn utc_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl Row {
    fn of(scene: Scene<'_>, change: &Change) -> Self {
        let staff = scene.view().access().sees_notes();
        let commit = scene.view().commit(change.commit);
        Self {
            act: act_class(change.act),
            kind: act_name(scene.words(), change.act),
            title: change.title.clone(),
            href: change.article.as_ref().map(|article| article_path(article.slug.as_str())),
            history: change.article.as_ref().map(|article| format!("/history/{}", encode_path(article.slug.as_str()))),
            subject: staff.then(|| commit.subject.to_string()),
            author: staff.then(|| commit.author.to_string()),
            revision: commit.id.short(),
        }
    }
}

/// Returns the word for what happened.
pub(super) fn act_name(w: &Words, act: Act) -> &'static str {
    match act {
        Act::Added => w.kind_added,
        Act::Changed => w.kind_changed,
        Act::Moved => w.kind_moved,
        Act::Removed => w.kind_removed,
    }
}

/// Returns the class for what happened.
pub(super) fn act_class(act: Act) -> &'static str {
    match act {
        Act::Added => "added",
        Act::Changed => "changed",
        Act::Moved => "moved",
        Act::Removed => "removed",
    }
}
