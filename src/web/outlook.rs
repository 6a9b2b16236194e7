//! What would be said differently if a preview were live: for its page and for programs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::State;
use super::error::Problem;
use super::extract::Current;
use super::former::{Property, properties};
use super::preview::Shown;
use crate::comparison::{self, Asked, Differing, Parting, Question};
use crate::difference::{self, Difference, Labels};
use crate::edition::View;
use crate::git::history::Act;
use crate::publish;

/// How long a reader waits.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long questions are asked.
const ASKING: Duration = Duration::from_secs(4);
/// How long texts are compared thoroughly; after that a difference may be larger than it need be.
const COMPARING: Duration = Duration::from_secs(4);

/// What would be said differently.
#[derive(Debug)]
pub(crate) struct Outlook {
    /// The articles of the page that was asked for.
    pub(crate) articles: Vec<Told>,
    /// How many came, changed, moved and went in all.
    pub(crate) counts: [(Act, usize); 4],
    /// Of these, the ones that differ only by what became live since the branch began; they come last.
    pub(crate) behind: [(Act, usize); 4],
    /// Commits that only the preview has, and that only the live base has.
    pub(crate) commits: (usize, usize),
    /// Questions of answer tests and of readers, for those who see everything.
    pub(crate) asked: Option<Asked>,
}

impl Outlook {
    /// Returns how many articles differ in all.
    pub(crate) fn all(&self) -> usize {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// Returns how many differ only by what became live since the branch began.
    pub(crate) fn all_behind(&self) -> usize {
        self.behind.iter().map(|(_, count)| count).sum()
    }
}

/// An article that says something else.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) differing: Differing,
    /// Whether it differs only by what became live since the branch began: joining both leaves it as it is live.
    pub(crate) is_behind: bool,
    pub(crate) difference: Difference,
    pub(crate) properties: Vec<(Property, String, String)>,
}

/// Compares a preview with what is live, for this reader, and makes something of it, off the async threads. `name` names notes
/// and alerts in the reader's language.
///
/// # Errors
/// 404 `not_found` outside of previews, 429 `busy`, 503 `timeout`.
pub(crate) async fn of<T: Send + 'static>(
    state: &State,
    current: &Current,
    page: std::ops::Range<usize>,
    labels: Labels,
    name: impl Fn(String) -> String + Send + 'static,
    then: impl FnOnce(Outlook) -> T + Send + 'static,
) -> Result<T, Problem> {
    let Some(shown) = current.preview.clone() else {
        let detail = "only a preview can be compared with what is live";
        return Err(Problem::new(axum::http::StatusCode::NOT_FOUND, "not_found", detail));
    };
    let after = current.view.clone();
    let frequent = if after.sees_everything() { state.most_asked() } else { Vec::new() };
    let work = move || then(made(&shown, &after, page, &labels, &name, frequent));
    state.work.revisions.run_within(PATIENCE, work).await
}

fn made(
    shown: &Arc<Shown>,
    after: &View,
    page: std::ops::Range<usize>,
    labels: &Labels,
    name: &dyn Fn(String) -> String,
    frequent: Vec<Question>,
) -> Outlook {
    let before = View::new(shown.live.clone(), after.access());
    let parting = Parting::of(&before.edition().history, &after.edition().history);
    let (behind, mut differing): (Vec<Differing>, Vec<Differing>) =
        comparison::articles(&before, after).into_iter().partition(|one| parting.is_of_before(one));
    let (own, last) = (differing.len(), counts(&behind));
    differing.extend(behind);
    let all = counts(&differing);
    let end = page.end.min(differing.len());
    let first = page.start.min(end);
    let wanted: Vec<Differing> = differing.drain(first..end).collect();
    let until = Instant::now() + COMPARING;
    let told = |(number, one)| Told { is_behind: number >= own, ..told(&before, after, one, labels, name, until) };
    let articles = (first..).zip(wanted).map(told).collect();
    let asked = after.sees_everything().then(|| {
        let questions = tests(shown).into_iter().chain(frequent);
        comparison::answers(&before, after, questions, Instant::now() + ASKING)
    });
    Outlook { articles, counts: all, behind: last, commits: (parting.ahead, parting.behind), asked }
}

/// Returns how many came, changed, moved and went.
fn counts(differing: &[Differing]) -> [(Act, usize); 4] {
    let count = |act| (act, differing.iter().filter(|one| one.act == act).count());
    [Act::Added, Act::Changed, Act::Moved, Act::Removed].map(count)
}

fn told(
    before: &View,
    after: &View,
    differing: Differing,
    labels: &Labels,
    name: &dyn Fn(String) -> String,
    until: Instant,
) -> Told {
    let html = |view: &View, article: &Option<Arc<crate::article::Article>>| {
        article.as_ref().map_or_else(String::new, |article| name(view.render(article, &article.body, false)))
    };
    // Both with the addresses of the preview: that a link leads into it is no difference.
    let before_here = before.clone().below(after.root().into());
    let (was, now) = (html(&before_here, &differing.before), html(after, &differing.after));
    let difference = difference::compare(&was, &now, labels, until);
    let properties = match (&differing.before, &differing.after) {
        (Some(was), Some(now)) => {
            let both = properties(before, was).into_iter().zip(properties(after, now));
            both.filter(|(was, now)| was != now).map(|((property, was), (_, now))| (property, was, now)).collect()
        }
        _ => Vec::new(),
    };
    Told { differing, is_behind: false, difference, properties }
}

/// Returns the questions of the answer tests of both states: of those that were taken out, too.
fn tests(shown: &Shown) -> Vec<Question> {
    let (repository, commits) = (shown.previews.repository(), [shown.place.commit, shown.live.revision.commit]);
    let tests = commits.into_iter().filter_map(|commit| publish::preview::tests(repository, commit).ok());
    tests.flat_map(|tests| tests.tests).map(|test| Question::of(&test)).collect()
}

/// Returns the name of what happened to an article, for programs.
pub(crate) const fn act_name(act: Act) -> &'static str {
    match act {
        Act::Added => "added",
        Act::Changed => "changed",
        Act::Moved => "moved",
        Act::Removed => "removed",
    }
}
