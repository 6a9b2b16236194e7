//! Former texts of articles, read from the repository for those who may see them: what an article was at a commit, what
//! differs between two commits, since when a paragraph is as it is.
//!
//! Everything here reads git and so is called off the async threads, through [`read`], which bounds how much of it is done
//! at a time and how long somebody waits. What a reader may see is decided by [`View::former`].

mod edition;
mod origins;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use similar::TextDiff;

use super::State;
use super::error::Problem;
use super::extract::shown;
use super::filters::is_commit_id;
use crate::article::{Article, MOST_BYTES, Review, markdown};
use crate::difference::{self, Difference, Labels};
use crate::edition::View;
use crate::git::Repository;
use crate::git::history::{Act, Moment};
use crate::revision::ObjectId;

pub(crate) use edition::edition;
pub(crate) use origins::{Marks, marks};

/// How long a reader waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the shortest difference is looked for before a longer one must do.
pub(crate) const THOROUGHNESS: Duration = Duration::from_secs(2);
/// Unchanged lines shown around a change of the source.
const CONTEXT: usize = 3;

/// Why a former text is not given.
#[derive(Debug)]
pub(crate) enum Fault {
    /// There is no such commit; the parameter that names it, and what it says.
    NoCommit(&'static str, String),
    /// Several commits have ids that begin so; likewise.
    Ambiguous(&'static str, String),
    /// The article was not there at that commit; likewise.
    NotThere(&'static str, String),
    /// It is not for this reader, or there is none.
    NotAvailable(&'static str),
    /// The repository cannot be read.
    Git(crate::git::Error),
}

impl From<crate::git::Error> for Fault {
    fn from(error: crate::git::Error) -> Self {
        match error {
            crate::git::Error::TooLarge { .. } => Self::NotAvailable("the text is too large to be shown"),
            error => Self::Git(error),
        }
    }
}

impl Fault {
    fn problem(self) -> Problem {
        match self {
            Self::NoCommit(name, commit) => no_commit(name, &commit),
            Self::Ambiguous(name, commit) => {
                let detail = format!("`{}` is the beginning of several commits; give more digits", shown(&commit));
                no_revision(name, detail)
            }
            Self::NotThere(name, commit) => {
                no_revision(name, format!("the article was not there at the commit `{}`", shown(&commit)))
            }
            Self::NotAvailable(detail) => not_available(detail),
            Self::Git(error) => {
                tracing::warn!(%error, "a former revision cannot be read");
                unavailable()
            }
        }
    }
}

/// Returns 404 `revision_not_found`.
pub(crate) fn no_commit(name: &'static str, commit: &str) -> Problem {
    no_revision(name, format!("there is no commit `{}` in this history", shown(commit)))
}

fn no_revision(name: &'static str, detail: String) -> Problem {
    Problem { parameter: Some(name), ..Problem::new(StatusCode::NOT_FOUND, "revision_not_found", detail) }
}

fn not_available(detail: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "history_not_available", detail)
}

fn unavailable() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "history_unavailable", "the repository cannot be read at the moment")
}

/// Checks a commit id, possibly abbreviated.
///
/// # Errors
/// 400 `bad_parameter`.
pub(crate) fn commit_id<'a>(name: &'static str, text: Option<&'a str>) -> Result<Option<&'a str>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    if is_commit_id(text) {
        return Ok(Some(text));
    }
    let detail = format!("`{name}` is `{}`; a commit id of 7 to 40 hexadecimal digits is expected", shown(text));
    Err(Problem::parameter(name, detail))
}

/// Reads former texts off the async threads, for whoever may see such.
///
/// # Errors
/// 404 `history_not_available` where there are none for this reader, 429 `busy`, 503 `history_unavailable`, and what the
/// work fails with.
pub(crate) async fn read<T: Send + 'static>(
    state: &State,
    view: &View,
    work: impl FnOnce(&View, &Repository) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Problem> {
    if !view.sees_former_texts() {
        return Err(not_available("former texts are shown to staff alone"));
    }
    let repository = state.repository.clone().ok_or_else(|| not_available("what is served is not in a repository"))?;
    let view = view.clone();
    let done = state.work.revisions.run_within(PATIENCE, move || work(&view, &repository)).await;
    let done = done.map_err(|problem| if problem.code == "timeout" { unavailable() } else { problem })?;
    done.map_err(Fault::problem)
}

/// An article as it was at a commit.
#[derive(Debug, Clone)]
pub(crate) struct Former {
    /// The number of the commit in the history.
    pub(crate) commit: u32,
    /// Its id.
    pub(crate) id: ObjectId,
    /// Where the article was, and it; none when it was not there.
    pub(crate) found: Option<(Arc<str>, Arc<Article>)>,
}

impl Former {
    /// Returns the article, if it was there.
    pub(crate) fn article(&self) -> Option<&Arc<Article>> {
        self.found.as_ref().map(|(_, article)| article)
    }
}

/// Returns the number of a commit that a parameter names.
fn number(view: &View, name: &'static str, commit: &str) -> Result<u32, Fault> {
    let history = &view.edition().history;
    history.find(commit).ok_or_else(|| match history.matching(commit).next() {
        Some(_) => Fault::Ambiguous(name, commit.to_owned()),
        None => Fault::NoCommit(name, commit.to_owned()),
    })
}

/// Reads an article as it was at a commit of the history, whether that touched it or not.
pub(crate) fn at(view: &View, repository: &Repository, now: &Arc<Article>, commit: &str) -> Result<Former, Fault> {
    let commit = number(view, "revision", commit)?;
    content(view, repository, now, &view.edition().history.moment(&now.path, commit))
}

/// Returns the address in a preview at which a removed article is as it was at a commit; none when there is no such article or
/// commit for this reader, or no previews.
pub(crate) fn removed_at(state: &State, view: &View, slug: &str, commit: &str, page: &str) -> Option<String> {
    state.previews.as_ref().filter(|previews| previews.readers.include(view.access()))?;
    view.removal(slug).filter(|_| view.sees_former_texts())?;
    let history = &view.edition().history;
    let id = history.find(commit).map(|number| history.commit(number).id)?;
    Some(format!("{}{id}{page}", crate::preview::ROOT))
}

fn content(view: &View, repository: &Repository, now: &Arc<Article>, moment: &Moment) -> Result<Former, Fault> {
    let there = match moment.told() {
        Some(told) => told,
        None => repository.file_at(moment.id, &moment.paths)?,
    };
    let found = match there {
        None => None,
        Some((path, blob)) => {
            let bytes = if blob == now.blob { Vec::new() } else { repository.blob(blob, MOST_BYTES)? };
            let bytes = if blob == now.blob && path != now.path { repository.blob(blob, MOST_BYTES)? } else { bytes };
            let article = view.former(now, &path, blob, &bytes);
            Some((path, article.ok_or(Fault::NotAvailable("the text of then was not for this reader"))?))
        }
    };
    Ok(Former { commit: moment.commit, id: moment.id, found })
}

/// Two texts of an article that are compared.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// None where nothing is compared with: the article came into being.
    pub(crate) from: Option<Former>,
    pub(crate) to: Former,
}

/// Reads two texts of an article. Without `to` the newest is meant, without `from` the one before `to`.
pub(crate) fn pair(
    view: &View,
    repository: &Repository,
    now: &Arc<Article>,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<Pair, Fault> {
    let history = &view.edition().history;
    let from = from.map(|from| number(view, "from", from)).transpose()?;
    let to = match to {
        Some(to) => content(view, repository, now, &history.moment(&now.path, number(view, "to", to)?))?,
        None => newest(view, now)?,
    };
    let from = match from {
        Some(from) => Some(content(view, repository, now, &history.moment(&now.path, from))?),
        None => before(view, repository, now, to.commit)?,
    };
    Ok(Pair { from, to })
}

/// Returns the article as it is, under the commit that last touched it.
fn newest(view: &View, now: &Arc<Article>) -> Result<Former, Fault> {
    let touches = view.history(now);
    let newest = touches.first().ok_or(Fault::NotAvailable("the article has no history here"))?;
    let id = view.commit(newest.commit).id;
    Ok(Former { commit: newest.commit, id, found: Some((now.path.clone(), now.clone())) })
}

/// Reads the article as it was before a commit, or before the one that last touched it by then: at that one's first parent.
/// It goes by the name of the commit that made it so.
fn before(view: &View, repository: &Repository, now: &Arc<Article>, commit: u32) -> Result<Option<Former>, Fault> {
    let history = &view.edition().history;
    let Some(touch) = history.moment(&now.path, commit).touch else { return Ok(None) };
    let Some(parent) = history.parent(touch.commit) else { return Ok(None) };
    let moment = history.moment(&now.path, parent);
    let Some(earlier) = &moment.touch else { return Ok(None) };
    if earlier.act == Act::Removed && touch.act == Act::Added {
        return Ok(None);
    }
    let former = content(view, repository, now, &moment)?;
    let (commit, id) = (earlier.commit, history.commit(earlier.commit).id);
    Ok(Some(Former { commit, id, ..former }))
}

/// A piece of metadata of an article that readers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    Title,
    Summary,
    Questions,
    Keywords,
    Tags,
    Kind,
    Status,
    Audience,
    Owner,
    Verified,
    Review,
    Instead,
    Related,
}

impl Property {
    /// Returns the key of the front matter.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Questions => "questions",
            Self::Keywords => "keywords",
            Self::Tags => "tags",
            Self::Kind => "type",
            Self::Status => "status",
            Self::Audience => "audience",
            Self::Owner => "owner",
            Self::Verified => "verified",
            Self::Review => "review",
            Self::Instead => "superseded_by",
            Self::Related => "related",
        }
    }
}

/// Returns the metadata of an article in words, in a fixed order; empty ones too.
pub(crate) fn properties(view: &View, article: &Article) -> Vec<(Property, String)> {
    let meta = &article.meta;
    let audiences = &view.edition().audiences;
    let of_reader = |name: &&str| audiences.get(name).is_some_and(|one| view.access().audiences().meets(one));
    let audience: Vec<&str> = audiences.names_of(meta.audience).into_iter().filter(of_reader).collect();
    let review = match meta.review {
        None => String::new(),
        Some(Review::By(day)) => day.to_string(),
        Some(Review::Every(days)) => format!("{days}d"),
    };
    vec![
        (Property::Title, article.title.clone()),
        (Property::Summary, meta.summary.clone().unwrap_or_default()),
        (Property::Questions, meta.questions.join("; ")),
        (Property::Keywords, meta.keywords.join(", ")),
        (Property::Tags, meta.tags.join(", ")),
        (Property::Kind, meta.kind.clone()),
        (Property::Status, meta.status.name().to_owned()),
        (Property::Audience, audience.join(", ")),
        (Property::Owner, meta.owner.clone().unwrap_or_default()),
        (Property::Verified, meta.verified.as_ref().map(|by| format!("{}, {}", by.on, by.by)).unwrap_or_default()),
        (Property::Review, review),
        (Property::Instead, meta.superseded_by.clone().unwrap_or_default()),
        (Property::Related, meta.related.join(", ")),
    ]
}

impl Pair {
    fn sides(&self) -> (Option<&Arc<Article>>, Option<&Arc<Article>>) {
        (self.from.as_ref().and_then(Former::article), self.to.article())
    }

    /// Compares both as people read them; `name` names notes and alerts in the reader's language.
    pub(crate) fn rendered(&self, view: &View, labels: &Labels, name: &dyn Fn(String) -> String) -> Difference {
        let (old, new) = self.sides();
        let html = |article: Option<&Arc<Article>>| {
            article.map_or_else(String::new, |article| name(view.render(article, &article.body, false)))
        };
        difference::compare(&html(old), &html(new), labels, Instant::now() + THOROUGHNESS)
    }

    /// Returns the metadata that differs: before and after.
    pub(crate) fn properties(&self, view: &View) -> Vec<(Property, String, String)> {
        let (Some(old), Some(new)) = self.sides() else { return Vec::new() };
        let both = properties(view, old).into_iter().zip(properties(view, new));
        both.filter(|(old, new)| old != new).map(|((property, old), (_, new))| (property, old, new)).collect()
    }

    /// Returns both sources as the reader may have them: front matter as written, and names of other audiences with it, only
    /// for readers of every audience.
    pub(crate) fn sources(&self, view: &View) -> (String, String) {
        let source = |article: Option<&Arc<Article>>| match article {
            None => String::new(),
            Some(article) if view.sees_everything() => article.source.text(),
            Some(article) => markdown::for_reader(article, true),
        };
        let (old, new) = self.sides();
        (source(old), source(new))
    }

    /// Returns the difference of the sources in unified format; empty when there is none.
    pub(crate) fn unified(&self, view: &View) -> String {
        let (old, new) = self.sources(view);
        let path =
            |former: Option<&Former>| former.and_then(|former| former.found.as_ref()).map(|(path, _)| path.clone());
        unified(path(self.from.as_ref()).as_deref(), &old, path(Some(&self.to)).as_deref(), &new)
    }
}

/// Returns the difference of two texts in unified format; a text without a path is none.
fn unified(old_path: Option<&str>, old: &str, new_path: Option<&str>, new: &str) -> String {
    let diff = TextDiff::configure().timeout(THOROUGHNESS).diff_lines(old, new);
    let named = |side: &str, path: Option<&str>| path.map_or("/dev/null".to_owned(), |path| format!("{side}/{path}"));
    let (old_path, new_path) = (named("a", old_path), named("b", new_path));
    diff.unified_diff().context_radius(CONTEXT).header(&old_path, &new_path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_is_unified() {
        insta::assert_snapshot!(unified(Some("old.md"), "a\nb\nc\n", Some("new.md"), "a\nB\nc\n"), @r"
        --- a/old.md
        +++ b/new.md
        @@ -1,3 +1,3 @@
         a
        -b
        +B
         c
        ");
        assert_eq!(unified(Some("a.md"), "same\n", Some("b.md"), "same\n"), "");
        assert_eq!(unified(None, "", Some("a.md"), "a\n"), "--- /dev/null\n+++ b/a.md\n@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn commit_ids_have_seven_to_forty_digits() {
        assert_eq!(commit_id("from", Some("0123abC")).expect("an id"), Some("0123abC"));
        assert_eq!(commit_id("from", Some("")).expect("nothing"), None);
        for bad in ["012345", "012345g", "HEAD", "0123456789012345678901234567890123456789a", "--output=x"] {
            assert_eq!(commit_id("from", Some(bad)).expect_err(bad).parameter, Some("from"));
        }
    }
}
