//! Which articles want an editor's eye: reviews that are due, texts that nobody verified or that changed since, findings.
//! Told through a [`View`], like everything: of articles that a reader may not see, nothing is counted.
//!
//! Only current articles are reviewed: a draft is not finished, an archived article is kept as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::View;
use crate::article::Article;
use crate::diagnostic::Diagnostic;
use crate::search::Filters;

/// Days before the review of an article is due from which its owner is told.
pub const SOON: i32 = crate::article::EARLY;

/// Returns the day that facts about time are told for: today in UTC, the same on every server.
pub fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Why an article wants an editor's eye. An article may have several of these states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewState {
    /// It should have been looked at again by now.
    Overdue,
    /// It must be looked at again within [`SOON`] days.
    Due,
    /// It says something else than when it was verified.
    Changed,
    /// Nobody ever verified it.
    Unverified,
    /// Something was found in it.
    Findings,
}

impl ReviewState {
    /// All of them, what is most urgent first.
    pub const ALL: [Self; 5] = [Self::Overdue, Self::Due, Self::Changed, Self::Unverified, Self::Findings];

    /// Returns the name used on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Changed => "changed",
            Self::Unverified => "never_verified",
            Self::Findings => "diagnostics",
        }
    }

    /// Returns the state of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How many articles want what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReviewCounts {
    /// All that pass, whatever they want.
    pub articles: usize,
    /// By state, in the order of [`ReviewState::ALL`].
    pub states: [usize; 5],
}

impl ReviewCounts {
    /// Returns how many are in a state.
    pub const fn of(&self, state: ReviewState) -> usize {
        self.states[state as usize]
    }
}

/// Returns the last day for which it is worth telling an owner today.
fn soon(today: Date) -> Date {
    today.saturating_add(jiff::Span::new().days(SOON))
}

impl View {
    /// Returns the articles in a state that pass filters: the longest overdue first, then those due first, others by title.
    /// Without a state, all of them by title.
    pub fn reviews<'a>(
        &'a self,
        state: Option<ReviewState>,
        filters: &'a Filters,
        today: Date,
    ) -> impl Iterator<Item = &'a Arc<Article>> {
        self.in_state(state, today).into_iter().filter(|article| self.passes(filters, article))
    }

    /// Returns what an article wants.
    pub fn review_states(&self, article: &Article, today: Date) -> impl Iterator<Item = ReviewState> {
        let current = super::catalogue::is_reviewed(article);
        let due = article.review_due().filter(|_| current);
        let verified = article.meta.verified.as_ref();
        let is_in = |state: &ReviewState| match state {
            ReviewState::Overdue => due.is_some_and(|due| due < today),
            ReviewState::Due => due.is_some_and(|due| due >= today && due <= soon(today)),
            ReviewState::Changed => current && verified.is_some_and(|verified| verified.changed_since),
            ReviewState::Unverified => current && verified.is_none(),
            ReviewState::Findings => !self.findings_in(article).is_empty(),
        };
        ReviewState::ALL.into_iter().filter(is_in).collect::<Vec<_>>().into_iter()
    }

    /// Counts the articles that pass filters by what they want: all together, and by who answers for them, by name; nobody is
    /// the empty name. An article of several owners counts for each.
    pub fn review_counts(&self, filters: &Filters, today: Date) -> (ReviewCounts, BTreeMap<&str, ReviewCounts>) {
        let (mut all, mut by_owner) = (ReviewCounts::default(), BTreeMap::<&str, ReviewCounts>::new());
        let states = ReviewState::ALL.map(Some).into_iter().chain([None]);
        for state in states {
            let count = |counts: &mut ReviewCounts| match state {
                Some(state) => counts.states[state as usize] += 1,
                None => counts.articles += 1,
            };
            for article in self.in_state(state, today).into_iter().filter(|article| self.passes(filters, article)) {
                count(&mut all);
                match article.owner() {
                    Some(_) => article.owners().for_each(|owner| count(by_owner.entry(owner).or_default())),
                    None => count(by_owner.entry("").or_default()),
                }
            }
        }
        (all, by_owner)
    }

    /// Returns the articles that have a day on which they must be looked at again and pass filters, the first day first.
    pub fn scheduled<'a>(&'a self, filters: &'a Filters) -> impl Iterator<Item = (Date, &'a Arc<Article>)> {
        let due = self.catalogue().due().iter().map(|&(day, number)| (day, self.numbered(number)));
        due.filter(|(_, article)| self.passes(filters, article))
    }

    /// Returns what was found in an article, for whoever may know it; see [`View::diagnostics`].
    pub fn findings_in(&self, article: &Article) -> &[Diagnostic] {
        let all = self.diagnostics();
        let from = all.partition_point(|found| *found.path < *article.path);
        let to = all.partition_point(|found| *found.path <= *article.path);
        &all[from..to]
    }

    fn in_state(&self, state: Option<ReviewState>, today: Date) -> Vec<&Arc<Article>> {
        let catalogue = self.catalogue();
        let behind = soon(today).tomorrow().unwrap_or(Date::MAX);
        let numbers: Vec<u32> = match state {
            None => catalogue.reviewed.clone(),
            Some(ReviewState::Overdue) => catalogue.due_in(None, today).collect(),
            Some(ReviewState::Due) => catalogue.due_in(Some(today), behind).collect(),
            Some(ReviewState::Changed) => catalogue.changed.clone(),
            Some(ReviewState::Unverified) => catalogue.unverified.clone(),
            Some(ReviewState::Findings) => return self.with_findings(),
        };
        numbers.into_iter().map(|number| self.numbered(number)).collect()
    }

    /// Returns the articles in which something was found, by path, drafts and archived ones too.
    fn with_findings(&self) -> Vec<&Arc<Article>> {
        let mut found: Vec<&Arc<Article>> = Vec::new();
        let mut last = "";
        for finding in self.diagnostics() {
            if finding.path != last {
                last = &finding.path;
                found.extend(self.by_path(last));
            }
        }
        found
    }
}
