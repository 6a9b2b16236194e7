//! How every handler of the API begins: with the edition, the reader, the parameters, and the validators of the answer.
//!
//! A handler takes an [`Ask`] and says what to answer to a [`Question`]: in place, or, for what takes the longer the
//! larger the base is, among the queries, off the async threads.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jiff::civil::Date;

use crate::edition::View;
use crate::text::Lang;
use crate::web::State;
use crate::web::cache::answer_later;
use crate::web::error::Problem;
use crate::web::extract::{Current, Params, UiLang};

/// A request to the API.
pub(super) struct Ask {
    /// What all requests share.
    pub(super) state: Arc<State>,
    current: Current,
    uri: Uri,
    headers: HeaderMap,
}

/// What an answer is a function of.
pub(super) struct Question {
    /// The edition, as the reader may see it.
    pub(super) view: View,
    /// The parameters.
    pub(super) params: Params,
    /// The address.
    pub(super) uri: Uri,
    /// The language of the reader's interface.
    pub(super) lang: Lang,
    /// The day that facts about time are told for.
    pub(super) day: Date,
}

impl FromRequestParts<Arc<State>> for Ask {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let current = Current::from_request_parts(parts, state).await?;
        Ok(Self { state: Arc::clone(state), current, uri: parts.uri.clone(), headers: parts.headers.clone() })
    }
}

impl Ask {
    /// Returns the edition, as the reader may see it.
    pub(super) fn current(&self) -> &Current {
        &self.current
    }

    /// Returns the parameters.
    pub(super) fn params(&self) -> Params {
        Params::parse(self.uri.query().unwrap_or_default())
    }

    /// Answers with what `make` gives, unless the reader has that already or it was made before.
    ///
    /// # Errors
    /// What `make` fails with.
    pub(super) async fn answer(
        &self,
        make: impl AsyncFnOnce(Question) -> Result<Response, Problem>,
    ) -> Result<Response, Problem> {
        self.answer_in(None, make).await
    }

    /// Answers as [`Ask::answer`] does, by work that is done among the queries.
    ///
    /// # Errors
    /// What `make` fails with, 429 `busy` and 503 `timeout`.
    pub(super) async fn answer_by_query(
        &self,
        make: impl FnOnce(&Question) -> Result<Response, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.answer(async |question| self.state.work.queries.run(move || make(&question)).await?).await
    }

    /// Answers as [`Ask::answer_by_query`] does, in the language of the reader.
    ///
    /// # Errors
    /// As [`Ask::answer_by_query`].
    pub(super) async fn answer_in_words(
        &self,
        make: impl FnOnce(&Question) -> Result<Response, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let lang = Some(UiLang::of(&self.headers));
        self.answer_in(lang, async |question| self.state.work.queries.run(move || make(&question)).await?).await
    }

    async fn answer_in(
        &self,
        lang: Option<UiLang>,
        make: impl AsyncFnOnce(Question) -> Result<Response, Problem>,
    ) -> Result<Response, Problem> {
        answer_later(&self.current, &self.uri, &self.headers, lang, async |day| {
            make(Question {
                view: self.current.view.clone(),
                params: self.params(),
                uri: self.uri.clone(),
                lang: UiLang::of(&self.headers).0,
                day,
            })
            .await
        })
        .await
    }
}
