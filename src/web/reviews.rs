//! What a request for reviews asks: read alike for the API, the page, the feed and the calendar.

use axum::http::StatusCode;

use super::error::Problem;
use super::extract::{Params, shown};
use super::filters::Asked;
use crate::edition::{ReviewState, View};
use crate::search::Filters;

/// Which articles are asked for.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// What they want; none for all.
    pub(crate) state: Option<ReviewState>,
    /// Who answers for them, as asked for.
    pub(crate) owners: Vec<String>,
    /// What they must be.
    pub(crate) filters: Filters,
    /// The parameters that say so, without the state.
    pub(crate) parameters: Vec<(&'static str, String)>,
}

impl Wanted {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// 403 `editors_only` for a reader who is no colleague; 400 `bad_parameter` for a `state` that there is not, and as
    /// [`Asked::read`].
    pub(crate) fn read(params: &Params, view: &View) -> Result<Self, Problem> {
        if !view.access().sees_notes() {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "editors_only",
                "reviews are for those who see internal notes",
            ));
        }
        let state = params.one("state")?.filter(|state| !state.is_empty());
        let state = state.map(|name| {
            ReviewState::of_name(name).ok_or_else(|| {
                let known = ReviewState::ALL.map(ReviewState::name).join("`, `");
                Problem::parameter("state", format!("`state` is `{}`; one of `{known}` is expected", shown(name)))
            })
        });
        let asked = Asked::read(params)?;
        let (state, parameters, owners) = (state.transpose()?, asked.parameters(), asked.plain.owners.clone());
        Ok(Self { state, owners, filters: asked.over(view)?, parameters })
    }

    /// Returns the parameters that ask for the same, in another state.
    pub(crate) fn with_state(&self, state: Option<ReviewState>) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self.parameters.iter().map(|(name, value)| (*name, value.as_str()));
        parameters.chain(state.map(|state| ("state", state.name())))
    }
}
