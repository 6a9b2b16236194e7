//! Events: what readers tell of answers, and questions that found none. The words, and the port through which they are
//! kept.
//!
//! Events are all that Otvet knows besides git, and nothing a reader gets depends on them: they order no result and
//! change no answer. Recording one costs the request a push to a queue ([`recorder`]); whatever a store does or fails to
//! do happens behind it. Texts that people typed are masked before they are anywhere ([`masking`]): a [`Masked`] cannot
//! be made otherwise.

pub mod asked;
mod id;
pub mod masking;
pub mod recorder;
pub mod sqlite;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

pub use asked::Asked;
pub use id::{Id, Ids};
pub use masking::Masked;
pub use recorder::Recorder;

use crate::revision::ObjectId;

/// The `[events]` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Whether events are recorded at all.
    pub record: bool,
    /// How long they are kept.
    pub keep: Duration,
    /// Whether it is counted which questions are asked most.
    pub queries: bool,
}

/// Something that a reader reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id, which is also the number a person is told.
    pub id: Id,
    /// When it was reported.
    pub at: Timestamp,
    /// The edition that the reader saw.
    pub edition: ObjectId,
    /// Where.
    pub surface: Surface,
    /// What is reported.
    pub report: Report,
}

/// What is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// Of an answer.
    Feedback(Feedback),
    /// That a search had no answer.
    Gap(Gap),
}

/// What a reader thinks of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// What it is.
    pub verdict: Verdict,
    /// The article's slug.
    pub slug: String,
    /// The channel that the answer is for; none for the general one.
    pub channel: Option<Masked>,
    /// What the reader wrote.
    pub note: Option<Masked>,
    /// What was searched when the article was found.
    pub query: Option<Masked>,
}

/// A search that had no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What was asked.
    pub query: Masked,
    /// What was searched instead, after corrections.
    pub searched: Option<Masked>,
    /// What narrowed the search: names and values of its parameters.
    pub filters: Vec<(String, Masked)>,
    /// How many articles were found, none of them the answer.
    pub total: u32,
    /// What the reader wrote.
    pub note: Option<Masked>,
    /// What the help desk around the panel said of the conversation.
    pub host: Option<Masked>,
}

macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            /// All of them, in this order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns its name in the API and in stores.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Returns the one of this name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

named! {
    /// The kinds of events.
    Kind {
        /// The answer helped.
        Helped "helped",
        /// It did not.
        NotHelped "not_helped",
        /// It says something wrong.
        Wrong "wrong",
        /// It says what was right once.
        Outdated "outdated",
        /// It cannot be understood.
        Unclear "unclear",
        /// A search had no answer.
        NoAnswer "no_answer",
    }
}

named! {
    /// What a reader thinks of an answer.
    Verdict {
        /// It helped.
        Helped "helped",
        /// It did not.
        NotHelped "not_helped",
        /// It says something wrong.
        Wrong "wrong",
        /// It says what was right once.
        Outdated "outdated",
        /// It cannot be understood.
        Unclear "unclear",
    }
}

named! {
    /// Where something was reported.
    Surface {
        /// The search screen.
        Operator "operator",
        /// The panel beside a help desk.
        Panel "panel",
        /// A tablet in a store.
        Tablet "tablet",
        /// The page of an article.
        Page "page",
    }
}

impl Event {
    /// Returns its kind.
    pub fn kind(&self) -> Kind {
        match &self.report {
            Report::Gap(_) => Kind::NoAnswer,
            Report::Feedback(feedback) => feedback.verdict.into(),
        }
    }
}

impl From<Verdict> for Kind {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Helped => Self::Helped,
            Verdict::NotHelped => Self::NotHelped,
            Verdict::Wrong => Self::Wrong,
            Verdict::Outdated => Self::Outdated,
            Verdict::Unclear => Self::Unclear,
        }
    }
}

impl Gap {
    /// Returns what gaps are grouped by ([`group_of`]).
    pub fn group(&self) -> String {
        group_of(self.query.as_str())
    }
}

/// Returns what queries are grouped by: their words in lower case, with `е` for `ё`, whatever stands between them.
pub fn group_of(query: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let plain: String = query.nfkc().flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect();
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { plain.trim().to_owned() } else { words.join(" ") }
}

/// Which events are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Reported at this time or later.
    pub since: Option<Timestamp>,
    /// Of these kinds; of all where there are none.
    pub kinds: Vec<Kind>,
    /// Of this article.
    pub slug: Option<String>,
    /// Reported before the one of this id.
    pub before: Option<Id>,
}

/// Gaps of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapGroup {
    /// What was asked, as it was typed last.
    pub query: String,
    /// How often.
    pub count: u64,
    /// When it was asked first.
    pub first: Timestamp,
    /// When it was asked last.
    pub last: Timestamp,
    /// The id of the last report.
    pub id: Id,
    /// How many articles the last search found, none of them the answer.
    pub total: u32,
}

/// What was said of one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The article's slug.
    pub slug: String,
    /// How often each was said, in the order of [`Verdict::ALL`].
    pub counts: [u64; Verdict::ALL.len()],
    /// When something was said last.
    pub last: Timestamp,
}

impl Said {
    /// Returns how often something else was said than that the answer helped.
    pub fn complaints(&self) -> u64 {
        self.counts[1..].iter().sum()
    }
}

/// Keeps events. Every method may block, and is called where that holds up nobody who waits for an answer; none may be
/// relied on to return.
///
/// One thread appends and forgets; others list meanwhile.
pub trait EventStore: Send + Sync + fmt::Debug {
    /// Writes events, all of them or none. One whose id is kept already is that one, written before.
    ///
    /// # Errors
    /// When nothing was written; the same events will be tried again.
    fn append(&self, events: &[Arc<Event>]) -> Result<(), Error>;

    /// Returns the id of the last event, so that no number is given twice.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn last(&self) -> Result<Option<Id>, Error>;

    /// Removes events reported before a time, and of what is left all but the `most` last ones. Returns how many it removed.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn forget(&self, before: Timestamp, most: u64) -> Result<u64, Error>;

    /// Returns events, the last first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn list(&self, wanted: &Wanted, limit: usize) -> Result<Vec<Event>, Error>;

    /// Returns groups of gaps reported at a time or later, the largest first, then the latest, then by their words.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn gaps(&self, since: Option<Timestamp>, limit: usize) -> Result<Vec<GapGroup>, Error>;

    /// Returns what was said of articles at a time or later, by slug.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn said(&self, since: Option<Timestamp>) -> Result<Vec<Said>, Error>;
}

/// Why a store cannot do what it was asked. It may be able to later, so the only decision is when to try again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_that_differ_in_case_spaces_and_signs_are_one_group() {
        for query in ["Возврат без чека?", "  возврат  без ЧЕКА", "«возврат» без чека!"]
        {
            assert_eq!(group_of(query), "возврат без чека");
        }
        assert_eq!(group_of("Самолёт"), group_of("самолет"));
        assert_ne!(group_of("возврат"), group_of("возвраты"));
        assert_eq!(group_of("???"), "???");
    }

    #[test]
    fn every_verdict_is_a_kind_of_the_same_name() {
        for verdict in Verdict::ALL {
            assert_eq!(Kind::from(*verdict).name(), verdict.name());
            assert_eq!(Verdict::named(verdict.name()), Some(*verdict));
        }
        assert_eq!(Verdict::named("no_answer"), None);
    }
}
