//! `GET /reviews` and `/reviews.atom`: which articles want an editor's eye, and whose they are; for colleagues.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::address::address;
use super::feed::{Entry, Feed, urn, xml};
use super::parts::Row;
use super::status::{File, by_file};
use super::{Scene, Shell, Visit, html};
use crate::article::Article;
use crate::edition::{ReviewCounts, ReviewState, SOON, article_path};
use crate::text::Words;
use crate::web::reviews::Wanted;

/// Articles shown of each state when all states are shown, and of one that is chosen.
const SHOWN: (usize, usize) = (10, 500);
/// Findings shown.
const FINDINGS: usize = 500;
/// Entries of the feed.
const ENTRIES: usize = 100;
/// What the feed tells unless it is asked for something else: what has a day on which it began to matter.
const TOLD: [ReviewState; 3] = [ReviewState::Overdue, ReviewState::Due, ReviewState::Changed];

#[derive(Template)]
#[template(path = "reviews.html")]
struct ReviewsPage {
    shell: Shell,
    /// Whose articles these are, or that they are everybody's.
    whose: String,
    /// The way to everybody's.
    everybody: Option<String>,
    /// All articles, then each state, with how many there are.
    tabs: Vec<Tab>,
    /// What each owner has to do; empty when some are chosen.
    owners: Vec<OfOwner>,
    lists: Vec<List>,
    findings: Vec<File>,
    feed: String,
    calendar: String,
}

struct Tab {
    name: &'static str,
    href: String,
    count: String,
    current: bool,
}

struct OfOwner {
    name: String,
    href: Option<String>,
    /// How many articles they have, and what these want.
    told: String,
}

/// The articles in a state.
struct List {
    title: &'static str,
    articles: Vec<Row>,
    /// The way to the rest, and how many there are.
    rest: Option<(String, String)>,
}

/// `GET /reviews?owner=&state=`, with the filters of the search.
pub(super) async fn page(visit: Visit) -> Response {
    let made = visit.answer_by_query(|scene| {
        let wanted = Wanted::read(&scene.visit.params, scene.view())?;
        html(&ReviewsPage::of(scene, &wanted))
    });
    made.await
}

/// `GET /reviews.atom?owner=&state=`: an entry for each article and each reason to look at it.
pub(super) async fn atom(visit: Visit) -> Response {
    visit.answer_by_query(|scene| feed(scene, &Wanted::read(&scene.visit.params, scene.view())?).response()).await
}

/// Returns what articles in a state are called.
pub(super) fn state_name(w: &Words, state: Option<ReviewState>) -> &'static str {
    match state {
        None => w.reviews_mine,
        Some(ReviewState::Overdue) => w.reviews_overdue,
        Some(ReviewState::Due) => w.reviews_due,
        Some(ReviewState::Changed) => w.reviews_changed,
        Some(ReviewState::Unverified) => w.reviews_never,
        Some(ReviewState::Findings) => w.reviews_findings,
    }
}

/// Returns what is said of one article in a state.
const fn entry_name(w: &Words, state: ReviewState) -> &'static str {
    match state {
        ReviewState::Overdue => w.trust_overdue,
        ReviewState::Due => w.reviews_due,
        ReviewState::Changed => w.trust_changed,
        ReviewState::Unverified => w.trust_unverified,
        ReviewState::Findings => w.reviews_findings,
    }
}

/// Returns what reviews that are asked for are called: the title and what narrows them.
pub(super) fn title(w: &Words, wanted: &Wanted) -> String {
    let state = wanted.state.map(|state| state_name(w, Some(state)));
    let narrowed = wanted.parameters.iter().map(|(_, value)| value.as_str());
    [w.product, w.reviews].into_iter().chain(state).chain(narrowed).collect::<Vec<_>>().join(" · ")
}

impl ReviewsPage {
    fn of(scene: Scene<'_>, wanted: &Wanted) -> Self {
        let (view, w) = (scene.view(), scene.words());
        let (counts, owners) = view.review_counts(&wanted.filters, scene.day);
        let to = |state| address("/reviews", wanted.with_state(state));
        let states = || ReviewState::ALL.map(Some).into_iter();
        let tab = |state: Option<ReviewState>| Tab {
            name: state_name(w, state),
            href: to(state),
            count: w.number(state.map_or(counts.articles, |state| counts.of(state))),
            current: wanted.state == state,
        };
        let findings = wanted.state == Some(ReviewState::Findings);
        let (lists, findings) = match wanted.state {
            Some(_) if findings => (Vec::new(), findings_of(scene, wanted)),
            Some(state) => (vec![List::of(scene, wanted, Some(state), SHOWN.1)], Vec::new()),
            None if wanted.owners.is_empty() => {
                (states().map(|state| List::of(scene, wanted, state, SHOWN.0)).collect(), Vec::new())
            }
            None => (
                states()
                    .map(|state| List::of(scene, wanted, state, SHOWN.0))
                    .chain([List::of(scene, wanted, None, SHOWN.1)])
                    .collect(),
                Vec::new(),
            ),
        };
        Self {
            shell: scene.shell("reviews", w.reviews),
            whose: if wanted.owners.is_empty() { w.reviews_everybody.to_owned() } else { wanted.owners.join(", ") },
            everybody: (!wanted.owners.is_empty())
                .then(|| address("/reviews", wanted.with_state(wanted.state).filter(|(name, _)| *name != "owner"))),
            tabs: std::iter::once(None).chain(states()).map(tab).collect(),
            owners: if wanted.owners.is_empty() {
                owners.iter().map(|(owner, counts)| OfOwner::of(w, wanted, owner, counts)).collect()
            } else {
                Vec::new()
            },
            lists: lists.into_iter().filter(|list| wanted.state.is_some() || !list.articles.is_empty()).collect(),
            findings,
            feed: address("/reviews.atom", wanted.with_state(wanted.state)),
            calendar: address("/reviews.ics", wanted.with_state(None)),
        }
    }
}

impl OfOwner {
    fn of(w: &'static Words, wanted: &Wanted, owner: &str, counts: &ReviewCounts) -> Self {
        let states = ReviewState::ALL.into_iter().filter(|state| counts.of(*state) > 0);
        let states = states.map(|state| {
            let name = state_name(w, Some(state)).to_lowercase();
            format!("{name}: {}", w.number(counts.of(state)))
        });
        Self {
            name: if owner.is_empty() { w.no_owner.to_owned() } else { owner.to_owned() },
            href: (!owner.is_empty())
                .then(|| address("/reviews", wanted.with_state(wanted.state).chain([("owner", owner)]))),
            told: std::iter::once(w.articles(counts.articles)).chain(states).collect::<Vec<_>>().join(" · "),
        }
    }
}

impl List {
    fn of(scene: Scene<'_>, wanted: &Wanted, state: Option<ReviewState>, most: usize) -> Self {
        let found: Vec<&Arc<Article>> = scene.view().reviews(state, &wanted.filters, scene.day).collect();
        let rest = (found.len() > most && wanted.state.is_none())
            .then(|| (address("/reviews", wanted.with_state(state)), scene.words().number(found.len())));
        Self {
            title: state_name(scene.words(), state),
            articles: found.into_iter().take(most).map(|article| row(scene, article)).collect(),
            rest,
        }
    }
}

/// Returns an article with who answers for it and when it must be looked at again.
fn row(scene: Scene<'_>, article: &Arc<Article>) -> Row {
    let w = scene.words();
    let owners = article.owners().collect::<Vec<_>>().join(", ");
    let owner = (!owners.is_empty()).then(|| format!("{} {owners}", w.owner));
    let due = article.review_due().map(|due| format!("{} {}", w.reviews_due_at, w.date(due)));
    let summary = owner.into_iter().chain(due).collect::<Vec<_>>().join(" · ");
    Row { summary, lang: w.lang().code().to_owned(), ..Row::of(scene, article) }
}

fn findings_of(scene: Scene<'_>, wanted: &Wanted) -> Vec<File> {
    let articles = scene.view().reviews(Some(ReviewState::Findings), &wanted.filters, scene.day);
    by_file(scene, articles.flat_map(|article| scene.view().findings_in(article)).take(FINDINGS))
}

/// Returns what there is to look at, what began to matter last first.
fn feed(scene: Scene<'_>, wanted: &Wanted) -> Feed {
    let (view, w) = (scene.view(), scene.words());
    let states = wanted.state.map_or(TOLD.to_vec(), |state| vec![state]);
    let mut entries: Vec<(Timestamp, Entry)> = Vec::new();
    for state in states {
        let articles = view.reviews(Some(state), &wanted.filters, scene.day);
        entries.extend(articles.map(|article| entry(scene, article, state)));
    }
    entries.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    entries.truncate(ENTRIES);
    let itself = address("/reviews.atom", wanted.with_state(wanted.state));
    Feed {
        w,
        id: urn(&format!("feed {itself}")),
        title: xml(&title(w, wanted)),
        updated: entries.first().map_or(view.edition().committed_at, |(at, _)| *at).to_string(),
        base: scene.visit.state.public_url.clone().unwrap_or_default(),
        page: address("/reviews", wanted.with_state(wanted.state)),
        itself,
        entries: entries.into_iter().map(|(_, entry)| entry).collect(),
    }
}

/// Returns why an article wants to be looked at, and since when.
fn entry(scene: Scene<'_>, article: &Article, state: ReviewState) -> (Timestamp, Entry) {
    let (view, w) = (scene.view(), scene.words());
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).ok();
    let due = article.review_due();
    let dates = view.dates(article);
    let since = match state {
        ReviewState::Overdue => due.and_then(|due| midnight(due.tomorrow().unwrap_or(due))),
        ReviewState::Due => due.and_then(|due| midnight(due.saturating_sub(Span::new().days(SOON)))),
        ReviewState::Changed | ReviewState::Findings => dates.map(|(_, last)| last.at),
        ReviewState::Unverified => dates.map(|(first, _)| first.at),
    };
    let since = since.unwrap_or(view.edition().committed_at);
    let owners: Vec<&str> = article.owners().collect();
    let told = [entry_name(w, state).to_owned()]
        .into_iter()
        .chain(due.map(|due| format!("{} {}", w.reviews_due_at, w.date(due))))
        .chain((!owners.is_empty()).then(|| format!("{} {}", w.owner, owners.join(", "))));
    let entry = Entry {
        id: urn(&format!("review {} {} {since}", article.wanted, state.name())),
        title: xml(&article.title),
        lang: article.lang.clone(),
        updated: since.to_string(),
        author: owners.first().map(|owner| xml(owner)),
        summary: xml(&told.collect::<Vec<_>>().join(" · ")),
        href: Some(article_path(article.slug.as_str())),
        history: None,
        tags: vec![state.name().to_owned()],
        html: None,
    };
    (since, entry)
}
