//! How far an article can be trusted on a day: what its front matter promises, and whether that still counts.

use jiff::civil::Date;

use super::View;
use crate::article::{Article, Status};

/// How far an article can be trusted, on a given day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The state.
    pub state: TrustState,
    /// When it was verified.
    pub verified_on: Option<Date>,
    /// By whom.
    pub verified_by: Option<String>,
    /// When it must be looked at again.
    pub review_due: Option<Date>,
}

/// How far an article can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustState {
    /// Somebody said that it is right, and that still counts.
    Verified,
    /// It should have been looked at again by now.
    Overdue,
    /// It says something else than when somebody said that it is right.
    Changed,
    /// Nobody said that it is right.
    Unverified,
    /// Another article takes its place.
    Superseded,
    /// It is kept for the record.
    Archived,
    /// It is not finished.
    Draft,
}

impl TrustState {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Verified, Self::Overdue, Self::Changed, Self::Unverified, Self::Superseded, Self::Archived, Self::Draft];

    /// Returns the name used on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Overdue => "overdue",
            Self::Changed => "changed",
            Self::Unverified => "unverified",
            Self::Superseded => "superseded",
            Self::Archived => "archived",
            Self::Draft => "draft",
        }
    }
}

impl View {
    /// Returns how far an article can be trusted on a day.
    pub fn trust(&self, article: &Article, today: Date) -> Trust {
        let review_due = article.review_due();
        let overdue = review_due.is_some_and(|due| due < today);
        let state = match article.meta.status {
            _ if article.meta.superseded_by.is_some() => TrustState::Superseded,
            Status::Draft => TrustState::Draft,
            Status::Archived => TrustState::Archived,
            Status::Current if overdue => TrustState::Overdue,
            Status::Current => match &article.meta.verified {
                Some(verified) if verified.changed_since => TrustState::Changed,
                Some(_) => TrustState::Verified,
                None => TrustState::Unverified,
            },
        };
        let verified = article.meta.verified.as_ref();
        Trust { state, verified_on: verified.map(|v| v.on), verified_by: verified.map(|v| v.by.clone()), review_due }
    }
}
