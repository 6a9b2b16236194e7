//! What readers reported, as editors see it on the page of the state: questions without an answer, what was said of which
//! article, and the latest notes.

use std::time::Duration;

use super::address::address;
use super::{Scene, Visit};
use crate::edition::{Lookup, article_path};
use crate::event::{Error, Event, EventStore, GapGroup, Kind, Report, Said, Verdict, Wanted};
use crate::text::Words;

/// How long the page waits for the store.
const PATIENCE: Duration = Duration::from_secs(2);
/// Questions shown.
const GAPS: usize = 50;
/// Articles shown.
const ARTICLES: usize = 50;
/// Notes shown, and reports looked through for them.
const NOTES: (usize, usize) = (20, 500);

/// What the store told.
pub(super) struct Told {
    gaps: Vec<GapGroup>,
    said: Vec<Said>,
    latest: Vec<Event>,
}

impl Told {
    fn by(store: &dyn EventStore) -> Result<Self, Error> {
        let complaints = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Helped).collect();
        let latest = Wanted { kinds: complaints, ..Wanted::default() };
        Ok(Self { gaps: store.gaps(None, GAPS)?, said: store.said(None)?, latest: store.list(&latest, NOTES.1)? })
    }
}

/// Asks the store, off the async threads. None where nothing is recorded or it is not for this reader.
pub(super) async fn told(visit: &Visit) -> Option<Result<Told, ()>> {
    let recorder = visit.state.events.as_ref()?;
    visit.current.as_ref().ok().filter(|current| current.preview.is_none() && current.view.sees_everything())?;
    let store = recorder.store().clone();
    match visit.state.work.events.run_within(PATIENCE, move || Told::by(&*store)).await {
        Ok(Ok(told)) => Some(Ok(told)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "cannot read the event store");
            Some(Err(()))
        }
        Err(problem) => {
            tracing::warn!(code = problem.code, "the event store did not answer");
            Some(Err(()))
        }
    }
}

/// What the page shows of it.
pub(super) struct Reports {
    /// What does not work, in words.
    pub(super) trouble: Vec<&'static str>,
    pub(super) readable: bool,
    pub(super) gaps: Vec<Gap>,
    pub(super) articles: Vec<Article>,
    pub(super) notes: Vec<Note>,
}

/// A question without an answer.
pub(super) struct Gap {
    pub(super) query: String,
    /// The search for it.
    pub(super) href: String,
    pub(super) count: String,
    pub(super) last: String,
    pub(super) found: String,
    pub(super) number: String,
}

/// What was said of an article.
pub(super) struct Article {
    pub(super) title: String,
    pub(super) href: Option<String>,
    /// How often each was said, with its name; empty for never.
    pub(super) counts: Vec<(&'static str, String)>,
    pub(super) last: String,
}

/// What a reader wrote.
pub(super) struct Note {
    pub(super) kind: &'static str,
    pub(super) about: String,
    pub(super) href: String,
    pub(super) text: String,
    pub(super) at: String,
    pub(super) number: String,
}

impl Reports {
    pub(super) fn of(scene: Scene<'_>, told: Result<Told, ()>) -> Self {
        let w = scene.words();
        let failing = scene.visit.state.events.as_ref().is_some_and(|events| events.counts().failing);
        let mut trouble: Vec<&'static str> = failing.then_some(w.events_failing).into_iter().collect();
        let readable = told.is_ok();
        let told = told.unwrap_or_else(|()| {
            trouble.push(w.events_unreadable);
            Told { gaps: Vec::new(), said: Vec::new(), latest: Vec::new() }
        });
        Self {
            trouble,
            readable,
            gaps: told.gaps.into_iter().map(|gap| Gap::of(w, gap)).collect(),
            articles: articles(scene, told.said),
            notes: told.latest.into_iter().filter_map(|event| Note::of(scene, event)).take(NOTES.0).collect(),
        }
    }
}

impl Gap {
    fn of(w: &Words, gap: GapGroup) -> Self {
        Self {
            href: search(&gap.query),
            query: gap.query,
            count: w.number(usize::try_from(gap.count).unwrap_or(usize::MAX)),
            last: w.moment(gap.last),
            found: w.number(gap.total as usize),
            number: gap.id.to_string(),
        }
    }
}

fn search(query: &str) -> String {
    address("/search", [("q", query)])
}

/// Returns what was said of articles that the reader may see, the most complaints first.
fn articles(scene: Scene<'_>, mut said: Vec<Said>) -> Vec<Article> {
    let w = scene.words();
    said.sort_by(|a, b| b.complaints().cmp(&a.complaints()).then_with(|| a.slug.cmp(&b.slug)));
    let names = verdicts(w);
    let article = |said: Said| {
        let (title, href) = named(scene, &said.slug)?;
        let count = |count: u64| if count == 0 { String::new() } else { w.number(count as usize) };
        let counts = names.iter().map(|(_, name)| *name).zip(said.counts.into_iter().map(count)).collect();
        Some(Article { title, href, counts, last: w.moment(said.last) })
    };
    said.into_iter().filter_map(article).take(ARTICLES).collect()
}

/// Returns the title of an article and its address; of one that is gone, for editors alone, its slug.
fn named(scene: Scene<'_>, slug: &str) -> Option<(String, Option<String>)> {
    match scene.view().lookup(slug) {
        Lookup::Found(article) | Lookup::Moved(article) => {
            Some((article.title.clone(), Some(article_path(article.slug.as_str()))))
        }
        Lookup::Nothing if scene.view().access().is_editor() => {
            Some((format!("{slug} ({})", scene.words().said_gone), None))
        }
        Lookup::Nothing => None,
    }
}

/// What an answer can be said to be, with its words.
pub(super) fn verdicts(w: &'static Words) -> [(Verdict, &'static str); Verdict::ALL.len()] {
    [
        (Verdict::Helped, w.feedback_yes),
        (Verdict::NotHelped, w.feedback_no),
        (Verdict::Wrong, w.feedback_wrong),
        (Verdict::Outdated, w.feedback_outdated),
        (Verdict::Unclear, w.feedback_unclear),
    ]
}

impl Note {
    fn of(scene: Scene<'_>, event: Event) -> Option<Self> {
        let w = scene.words();
        let (kind, about, href, text) = match event.report {
            Report::Feedback(said) => {
                let (title, href) = named(scene, &said.slug)?;
                let (_, kind) = verdicts(w).into_iter().find(|(verdict, _)| *verdict == said.verdict)?;
                (kind, title, href?, said.note?)
            }
            Report::Gap(gap) => {
                let query = gap.query.to_string();
                (w.gap_short, w.quoted(&query), search(&query), gap.note?)
            }
        };
        let (at, number) = (w.moment(event.at), event.id.to_string());
        Some(Self { kind, about, href, text: text.to_string(), at, number })
    }
}
