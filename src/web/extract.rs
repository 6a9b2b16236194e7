//! What a request carries: the edition it is answered from, the reader's language, checked parameters.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

use super::State;
use super::cache::Answers;
use super::error::Problem;
use super::former;
use super::preview::Shown;
use crate::edition::{Published, View};
use crate::text::Lang;

/// The edition this request is answered from, taken once, as this reader may see it.
#[derive(Debug, Clone)]
pub struct Current {
    /// The edition through the reader's access.
    pub view: View,
    /// The edition and when it went live.
    pub published: Arc<Published>,
    /// The preview, when it is not the live edition.
    pub(crate) preview: Option<Arc<Shown>>,
    /// What was answered before.
    pub(super) answers: Arc<Answers>,
}

impl FromRequestParts<Arc<State>> for Current {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let answers = state.answers.clone();
        let of = |published: &Arc<Published>| View::new(published.edition.clone(), state.anonymous);
        if let Some(shown) = parts.extensions.get::<Arc<Shown>>().cloned() {
            let view = of(&shown.edition).below(shown.root.clone());
            return Ok(Self { view, published: shown.edition.clone(), preview: Some(shown), answers });
        }
        if let Some(asked) = former_edition(&parts.uri)? {
            let (published, root) = former::edition(state, &asked).await?;
            return Ok(Self { view: of(&published).below(root), published, preview: None, answers });
        }
        let published = state.editions.current().ok_or_else(Problem::not_ready)?;
        Ok(Self { view: of(&published), published, preview: None, answers })
    }
}

/// What may be asked of a former edition.
const FORMER: [&str; 3] = ["/api/v1/search", "/api/v1/suggest", "/api/v1/articles"];

/// Returns the edition that a request asks for by `edition=`.
///
/// # Errors
/// 400 `bad_parameter` when it is no commit id.
fn former_edition(uri: &Uri) -> Result<Option<String>, Problem> {
    let is_at =
        |place: &str| uri.path().strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let asks = uri.query().is_some_and(|query| query.contains("edition="));
    if !asks || !FORMER.into_iter().any(is_at) {
        return Ok(None);
    }
    let params = Params::parse(uri.query().unwrap_or_default());
    Ok(former::commit_id("edition", params.one("edition")?)?.map(str::to_ascii_lowercase))
}

/// The language of the interface: the `ui` cookie, else the first of `Accept-Language` that we speak, else Russian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UiLang(pub Lang);

impl<S: Sync> FromRequestParts<S> for UiLang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl UiLang {
    /// Reads the language from the headers of a request.
    pub fn of(headers: &HeaderMap) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookie = header(COOKIE).split(';').find_map(|pair| pair.trim().strip_prefix("ui=")?.parse().ok());
        let accepted = || {
            header(ACCEPT_LANGUAGE).split(',').find_map(|one| one.trim().get(..2)?.to_ascii_lowercase().parse().ok())
        };
        Self(cookie.or_else(accepted).unwrap_or_default())
    }
}

/// The parameters of a request, decoded: `+` and `%20` are spaces, bytes that are not UTF-8 become U+FFFD. Parameters
/// that nobody asks for are ignored.
#[derive(Debug, Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl FromIterator<(String, String)> for Params {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Params {
    /// Decodes a query string.
    pub fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(decoded.collect())
    }

    /// Returns all names and values, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the values of a parameter that may be given several times; empty ones do not count.
    pub fn all(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.clone()).collect()
    }

    /// Returns the value of a parameter that may be given once.
    ///
    /// # Errors
    /// When it is given several times, since then nobody knows which one is meant.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, Problem> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let first = values.next();
        match values.next() {
            Some(_) => Err(Problem::parameter(name, format!("`{name}` is given several times"))),
            None => Ok(first),
        }
    }

    /// Returns a whole number, or the default when it is not given or empty.
    ///
    /// # Errors
    /// When it is not a whole number of the range.
    pub fn number(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<usize>,
        default: usize,
    ) -> Result<usize, Problem> {
        let Some(text) = self.one(name)?.filter(|text| !text.is_empty()) else { return Ok(default) };
        text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
            let (from, to) = range.into_inner();
            let detail = format!("`{name}` is `{}`; a whole number from {from} to {to} is expected", shown(text));
            Problem::parameter(name, detail)
        })
    }

    /// Returns whether a switch is on: `true` or `1`, off when it is not given.
    ///
    /// # Errors
    /// When it is anything else than `true`, `false`, `1`, `0` or empty.
    pub fn switch(&self, name: &'static str) -> Result<bool, Problem> {
        match self.one(name)? {
            Some("true" | "1") => Ok(true),
            None | Some("false" | "0" | "") => Ok(false),
            Some(text) => {
                let detail = format!("`{name}` is `{}`; `true` or `false` is expected", shown(text));
                Err(Problem::parameter(name, detail))
            }
        }
    }

    /// Returns a folder, without slashes at its ends, in the form that paths have; empty for the whole base.
    ///
    /// # Errors
    /// When it is given several times.
    pub fn folder(&self, name: &'static str) -> Result<String, Problem> {
        Ok(self.one(name)?.unwrap_or_default().trim_matches('/').nfc().collect())
    }
}

/// Decodes one name or value of a query string.
fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Decodes a path below `root`, in the form that slugs and paths have; bytes that are not UTF-8 become U+FFFD, so that
/// such a path leads nowhere.
pub fn path_below(uri: &Uri, root: &str) -> String {
    let path = uri.path().strip_prefix(root).unwrap_or_default();
    percent_decode_str(path).decode_utf8_lossy().nfc().collect()
}

/// Returns the beginning of what was given, to be repeated in a message.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
        result.expect_err("a problem").detail
    }

    #[test]
    fn query_strings_are_decoded_leniently() {
        let params = Params::parse("q=%D0%BA%D0%BE%D1%82+%2B1&tag=a&tag=&tag=b%26c&&flag&q2=%zz%FF");
        assert_eq!(params.one("q").expect("once"), Some("кот +1"));
        assert_eq!(params.all("tag"), ["a", "b&c"]);
        assert_eq!(params.one("flag").expect("once"), Some(""));
        assert_eq!(params.one("q2").expect("once"), Some("%zz\u{fffd}"));
        assert_eq!(params.one("other").expect("none"), None);
    }

    #[test]
    fn number_out_of_range_is_refused_with_the_range() {
        let number = |query| Params::parse(query).number("limit", 1..=50, 10);
        assert_eq!(number("").expect("the default"), 10);
        assert_eq!(number("limit=").expect("the default"), 10);
        assert_eq!(number("limit=50").expect("in range"), 50);
        assert_eq!(complaint(number("limit=0")), "`limit` is `0`; a whole number from 1 to 50 is expected");
        for bad in ["limit=51", "limit=-1", "limit=abc", "limit=1.0", "limit=99999999999999999999", "limit=%00"] {
            assert_eq!(number(bad).expect_err(bad).parameter, Some("limit"));
        }
    }

    #[test]
    fn what_is_given_twice_but_may_be_given_once_is_refused() {
        assert_eq!(complaint(Params::parse("q=a&q=b").one("q")), "`q` is given several times");
    }

    #[test]
    fn paths_are_decoded_and_composed() {
        // The second letter is `й` as macOS writes it: `и` and a combining breve.
        let uri: Uri = "/a/%D0%BA%D1%80%D0%B0%D0%B8%CC%86/b%2Fc".parse().expect("an address");
        assert_eq!(path_below(&uri, "/a/"), "край/b/c");
    }
}
