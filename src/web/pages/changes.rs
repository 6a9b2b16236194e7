//! What changed in the base, by day.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::address::address;
use super::history::history_path;
use super::{Scene, Shell, Visit, html};
use crate::edition::{Change, article_path};
use crate::git::history::{Act, Touch};
use crate::text::Words;
use crate::web::filters::{Since, is_commit_id};

/// Changes shown.
const MOST: usize = 200;
/// Touches of visible articles looked at to find them.
const TOUCHES: usize = 2000;

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    shell: Shell,
    title: String,
    note: &'static str,
    /// "изменена: 3, новая: 1"; empty when nothing changed.
    counts: String,
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
    /// What changed, for whoever may see it: since the commit that was asked for, or in the last one.
    diff: Option<String>,
    subject: Option<String>,
    author: Option<String>,
    revision: String,
}

/// `GET /changes?since=`: a commit or a time.
pub(super) async fn page(visit: Visit) -> Response {
    let made = visit.answer_by_query(|scene| {
        let w = scene.words();
        let history = &scene.view().edition().history;
        let asked = scene.visit.params.one("since")?.filter(|since| !since.is_empty());
        let since = asked.and_then(|since| Since::parse("since", since).ok()?.touches(scene.view()));
        let (touches, note) = match (&asked, since) {
            _ if history.is_empty() => (Vec::new(), w.uncommitted),
            (Some(_), Some(touches)) => (touches, ""),
            (Some(_), None) => (scene.view().touches(TOUCHES), w.unknown_since),
            (None, _) => (scene.view().touches(TOUCHES), ""),
        };
        let from = asked.filter(|_| note.is_empty()).filter(|since| is_commit_id(since));
        let days = by_day(scene, &touches, from);
        let cut = touches.len() == TOUCHES || days.iter().map(|day| day.changes.len()).sum::<usize>() == MOST;
        let note = if note.is_empty() && cut { w.older_left_out } else { note };
        let title = match &asked {
            Some(since) if note != w.unknown_since => {
                let short = if is_commit_id(since) { since.get(..7).unwrap_or(since) } else { since };
                format!("{} {short}", w.changes_since)
            }
            _ => w.changes.to_owned(),
        };
        let counts = counts(scene, &days);
        html(&ChangesPage { shell: scene.shell("changes", title.clone()), title, note, counts, days })
    });
    made.await
}

/// Returns how many articles came, changed, moved and went.
fn counts(scene: Scene<'_>, days: &[Day]) -> String {
    let w = scene.words();
    let rows = || days.iter().flat_map(|day| &day.changes);
    let each = [
        (w.count_new, Act::Added),
        (w.label_changed, Act::Changed),
        (w.count_moved, Act::Moved),
        (w.count_removed, Act::Removed),
    ];
    let counted = each.map(|(name, act)| (name, rows().filter(|row| row.act == act_class(act)).count()));
    let told = counted.into_iter().filter(|&(_, count)| count > 0);
    told.map(|(name, count)| format!("{name}: {}", w.number(count))).collect::<Vec<_>>().join(", ")
}

/// Tells for each day what happened to each article on that day, the latest day first. Since a commit, what happened is told
/// once for each article, on the day of the latest change.
fn by_day(scene: Scene<'_>, touches: &[&Touch], from: Option<&str>) -> Vec<Day> {
    if from.is_some() {
        return net(scene, touches, from);
    }
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
            changes: changes.iter().map(|change| Row::of(scene, change, None)).collect(),
        })
    });
    told.filter(|day| !day.changes.is_empty()).collect()
}

fn net(scene: Scene<'_>, touches: &[&Touch], from: Option<&str>) -> Vec<Day> {
    let mut days: Vec<(Date, Vec<Row>)> = Vec::new();
    for change in scene.view().changes(touches, MOST) {
        let day = utc_day(scene.view().commit(change.commit).at);
        let row = Row::of(scene, &change, from);
        match days.iter_mut().find(|(known, _)| *known == day) {
            Some((_, rows)) => rows.push(row),
            None => days.push((day, vec![row])),
        }
    }
    days.sort_by_key(|&(day, _)| std::cmp::Reverse(day));
    let w = scene.words();
    let told = |(day, changes): (Date, Vec<Row>)| Day {
        day: w.near_date(day, scene.day),
        machine_day: day.to_string(),
        changes,
    };
    days.into_iter().map(told).collect()
}

fn utc_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl Row {
    fn of(scene: Scene<'_>, change: &Change, from: Option<&str>) -> Self {
        let staff = scene.view().access().sees_notes();
        let readable = scene.view().sees_former_texts() && scene.visit.state.repository.is_some();
        let history = change.article.as_ref().map(|article| history_path(article));
        let commit = scene.view().commit(change.commit);
        Self {
            act: act_class(change.act),
            kind: act_name(scene.words(), change.act),
            title: change.title.clone(),
            href: change.article.as_ref().map(|article| article_path(article.slug.as_str())),
            diff: history.as_ref().filter(|_| readable).map(|history| {
                let id = commit.id.to_string();
                let sides = from.map_or(("to", id.as_str()), |from| ("from", from));
                format!("{}#diff", address(history, [sides]))
            }),
            history,
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
