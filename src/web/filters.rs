//! The filters of a request: read from its parameters alike for the API, the pages and the command line, and written
//! into addresses again.
//!
//! Whether a value exists is not asked: one that no visible article has finds nothing, whether a hidden one has it or not.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::Problem;
use super::extract::{Params, shown};
use crate::article::Status;
use crate::edition::View;
use crate::git::history::Touch;
use crate::search::Filters;

/// The filters that a request asks for, as far as they can be read without the edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// All but the time.
    pub(crate) plain: Filters,
    /// Since when articles must have changed.
    pub(crate) since: Option<Since>,
}

impl Asked {
    /// Reads the filters from parameters.
    ///
    /// # Errors
    /// 400 `bad_parameter` for a `status` that there is not, a `changed_since` that cannot be read, and what is given
    /// several times but may be given once.
    pub(crate) fn read(params: &Params) -> Result<Self, Problem> {
        let statuses = params.all("status");
        let known = [Status::Current, Status::Draft, Status::Archived].map(Status::name);
        if let Some(unknown) = statuses.iter().find(|status| !known.contains(&status.as_str())) {
            let detail = format!("`status` is `{}`; `current`, `draft` or `archived` is expected", shown(unknown));
            return Err(Problem::parameter("status", detail));
        }
        let since = params.one("changed_since")?.filter(|since| !since.is_empty());
        Ok(Self {
            plain: Filters {
                under: params.folder("under")?,
                tags: params.all("tag"),
                kinds: params.all("type"),
                langs: params.all("lang"),
                owners: params.all("owner").iter().map(|owner| owner.trim_start_matches('@').to_owned()).collect(),
                statuses,
                ..Filters::default()
            },
            since: since.map(|since| Since::parse("changed_since", since)).transpose()?,
        })
    }

    /// Returns whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the filters over an edition: a commit stands for the articles that changed since. The work grows with the
    /// number of commits.
    ///
    /// # Errors
    /// 400 `bad_parameter` when there is no such commit.
    pub(crate) fn over(self, view: &View) -> Result<Filters, Problem> {
        let Self { plain, since } = self;
        Ok(match since {
            None => plain,
            Some(Since::Time(time)) => Filters { changed_since: Some(time), ..plain },
            Some(since @ Since::Commit(_)) => {
                let touches = since.touches(view).ok_or_else(|| {
                    let detail = format!("`changed_since` is `{since}`; there is no such commit in this history");
                    Problem::parameter("changed_since", detail)
                })?;
                let mut paths: Vec<Arc<str>> = touches.into_iter().map(|touch| Arc::clone(&touch.path)).collect();
                paths.sort_unstable();
                paths.dedup();
                Filters { paths: Some(paths.into()), ..plain }
            }
        })
    }

    /// Returns the parameters that [`Asked::read`] reads this from, in a fixed order.
    pub(crate) fn parameters(&self) -> Vec<(&'static str, String)> {
        let Filters { under, tags, kinds, langs, owners, statuses, .. } = &self.plain;
        let lists = [("tag", tags), ("type", kinds), ("lang", langs), ("owner", owners), ("status", statuses)];
        let each = lists.into_iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value.clone())));
        let under = (!under.is_empty()).then(|| ("under", under.clone()));
        let since = self.since.as_ref().map(|since| ("changed_since", since.to_string()));
        each.chain(under).chain(since).collect()
    }
}

/// Where changes begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Since {
    /// Behind a commit, by its id, which may be abbreviated.
    Commit(String),
    /// At a time.
    Time(Timestamp),
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(id) => f.write_str(id),
            Self::Time(time) => time.fmt(f),
        }
    }
}

impl Since {
    /// Reads a commit id, a time or a day (from its beginning, in UTC).
    ///
    /// # Errors
    /// 400 `bad_parameter` for the parameter `name` when it is none of these.
    pub(crate) fn parse(name: &'static str, text: &str) -> Result<Self, Problem> {
        if is_commit_id(text) {
            return Ok(Self::Commit(text.to_ascii_lowercase()));
        }
        // The `+` of an offset that nobody encoded has been read as a space.
        let time = text.parse().or_else(|_| text.replace(' ', "+").parse()).ok();
        let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
        time.or_else(day).map(Self::Time).ok_or_else(|| {
            let detail = format!(
                "`{name}` is `{}`; a commit id, a time such as `2026-11-20T09:12:00Z` or a date is expected",
                shown(text)
            );
            Problem::parameter(name, detail)
        })
    }

    /// Returns what commits did since, newest first; none when there is no such commit.
    pub(crate) fn touches<'a>(&self, view: &'a View) -> Option<Vec<&'a Touch>> {
        let history = &view.edition().history;
        match self {
            Self::Time(time) => Some(history.since_time(*time)),
            Self::Commit(id) => history.since_commit(id),
        }
    }
}

/// Returns whether a text can be a commit id, possibly abbreviated.
pub(crate) fn is_commit_id(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(text: &str) -> Result<String, String> {
        Since::parse("since", text).map(|since| since.to_string()).map_err(|problem| problem.detail)
    }

    #[test]
    fn since_is_a_commit_a_time_or_a_date() {
        assert_eq!(since("0123ABC"), Ok("0123abc".to_owned()));
        assert_eq!(since("20261120"), Ok("20261120".to_owned()), "eight digits are a commit id");
        assert_eq!(since("2026-11-20T12:00:00Z"), Ok("2026-11-20T12:00:00Z".to_owned()));
        assert_eq!(since("2026-11-20T12:00:00+03:00"), Ok("2026-11-20T09:00:00Z".to_owned()));
        assert_eq!(since("2026-11-20T12:00:00 03:00"), Ok("2026-11-20T09:00:00Z".to_owned()));
        assert_eq!(since("2026-11-20"), Ok("2026-11-20T00:00:00Z".to_owned()));
        let complaint =
            "`since` is `yesterday`; a commit id, a time such as `2026-11-20T09:12:00Z` or a date is expected";
        assert_eq!(since("yesterday"), Err(complaint.to_owned()));
        assert!(since("0001-01-01").is_ok() && since("-009999-01-01").is_err() && since("99999-01-01").is_err());
    }

    #[test]
    fn filters_are_read_as_they_were_written() {
        let query = "tag=a&tag=b&type=reply&lang=ru&owner=o&status=current&under=x%2Fy&changed_since=2026-11-20";
        let asked = Asked::read(&Params::parse(query)).expect("good filters");
        let written: Vec<String> =
            asked.parameters().iter().map(|(name, value)| format!("{name}={}", value.replace('/', "%2F"))).collect();
        assert_eq!(written.join("&"), format!("{query}T00:00:00Z"));
        assert_eq!(Asked::read(&Params::parse(&written.join("&"))).expect("good filters"), asked);
        assert!(Asked::read(&Params::parse("q=a&tag=")).expect("good filters").is_empty());
    }

    #[test]
    fn unknown_status_is_refused() {
        let problem = Asked::read(&Params::parse("status=old")).expect_err("unknown");
        assert_eq!(problem.detail, "`status` is `old`; `current`, `draft` or `archived` is expected");
    }
}
