//! What a reader reports, read from a body: every member checked, each problem with the member's name. The JSON API and the
//! forms of pages read the same members.
//!
//! An article is reported on by those who may see it: to anybody else it is as unknown as one that never was.

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::error::Problem;
use super::extract::shown;
use super::limit::Peer;
use super::{State, origin};
use crate::edition::{Lookup, View};
use crate::event::{Feedback, Gap, Kind, Masked, Recorder, Report, Surface, Verdict};
use crate::revision::ObjectId;

/// Most bytes of a report.
pub(super) const MOST_BYTES: usize = 16 << 10;
/// Most characters of a note.
pub(super) const NOTE: usize = 1000;
/// Most characters of a query, as in a search.
const QUERY: usize = 256;
/// Most characters of anything else.
const SHORT: usize = 200;
/// Most characters of what a help desk tells.
const HOST: usize = 1000;
/// Most filters of a search.
const FILTERS: usize = 32;

/// Returns who records reports, to somebody who may report something now.
///
/// # Errors
/// 404 `feedback_off`, 429 `too_many_requests`, 403 `cross_site`.
pub(super) fn recorder<'a>(state: &'a State, peer: Peer, headers: &HeaderMap) -> Result<&'a Recorder, Problem> {
    let recorder = state.events.as_ref().ok_or_else(off)?;
    state.reports.take(peer)?;
    origin::check(headers, state.public_url.as_deref())?;
    Ok(recorder)
}

/// Returns 404 `feedback_off`.
pub(super) fn off() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "feedback_off", "this server records no feedback")
}

/// A report and what belongs to it.
#[derive(Debug)]
pub(super) struct Reported {
    pub(super) edition: ObjectId,
    pub(super) surface: Surface,
    pub(super) report: Report,
}

/// The members of a body.
#[derive(Debug)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// Reads a JSON object.
    ///
    /// # Errors
    /// 400 `bad_body`.
    pub(super) fn of_json(body: &[u8]) -> Result<Self, Problem> {
        let not_json = |error: serde_json::Error| {
            Problem::new(StatusCode::BAD_REQUEST, "bad_body", format!("the body is no JSON: {error}"))
        };
        match serde_json::from_slice(body).map_err(not_json)? {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(Problem::new(StatusCode::BAD_REQUEST, "bad_body", "the body is no JSON object")),
        }
    }

    /// Takes the fields of a form; empty ones are not there.
    ///
    /// # Errors
    /// 422 `bad_field` for one that is given several times.
    pub(super) fn of_form(fields: impl IntoIterator<Item = (String, String)>) -> Result<Self, Problem> {
        let mut members = Map::new();
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            // Browsers end lines as in mail.
            let value = Value::String(value.replace("\r\n", "\n"));
            if members.insert(name.clone(), value).is_some() {
                return Err(wrong(&name, format!("`{}` is given several times", shown(&name))));
            }
        }
        Ok(Self(members))
    }

    /// Takes a text out, without spaces around it. Empty and `null` are none.
    fn text(&mut self, name: &str, most: usize) -> Result<Option<String>, Problem> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                let length = text.chars().count();
                if length > most {
                    return Err(wrong(name, format!("`{name}` has {length} characters; at most {most} are taken")));
                }
                let text = text.trim().trim_matches('\0');
                Ok((!text.is_empty()).then(|| text.to_owned()))
            }
            Some(other) => Err(wrong(name, format!("`{name}` is {}; a text is expected", kind_of(&other)))),
        }
    }

    fn masked(&mut self, name: &str, most: usize) -> Result<Option<Masked>, Problem> {
        Ok(self.text(name, most)?.map(|text| Masked::of(&text)))
    }

    /// Takes one of several names out.
    fn one_of<T: Copy>(&mut self, name: &str, all: &[T], named: fn(T) -> &'static str) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name, SHORT)? else { return Ok(None) };
        all.iter().copied().find(|one| named(*one) == text).map(Some).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|one| named(*one)).collect();
            wrong(name, format!("`{name}` is `{}`; one of {} is expected", shown(&text), names.join(", ")))
        })
    }

    fn number(&mut self, name: &str) -> Result<Option<u32>, Problem> {
        let number = match self.0.remove(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Number(number)) => number.as_u64(),
            // A form has texts only.
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        number
            .and_then(|number| u32::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| wrong(name, format!("`{name}` is no whole number from 0 to {}", u32::MAX)))
    }

    /// Takes filters out: an object of texts, or of lists of texts; in a form, a query string.
    fn filters(&mut self, name: &str) -> Result<Vec<(String, Masked)>, Problem> {
        let mut pairs = Vec::new();
        let mut add = |key: &str, value: &str| pairs.push((key.to_owned(), value.to_owned()));
        match self.0.remove(name) {
            None | Some(Value::Null) => {}
            Some(Value::String(query)) => {
                super::extract::Params::parse(&query).pairs().for_each(|(key, value)| add(key, value));
            }
            Some(Value::Object(members)) => {
                for (key, value) in &members {
                    match value {
                        Value::String(value) => add(key, value),
                        Value::Array(values) if values.iter().all(Value::is_string) => {
                            values.iter().filter_map(Value::as_str).for_each(|value| add(key, value));
                        }
                        other => {
                            let detail = format!("`{name}` has {} in it; texts are expected", kind_of(other));
                            return Err(wrong(name, detail));
                        }
                    }
                }
            }
            Some(other) => return Err(wrong(name, format!("`{name}` is {}; an object is expected", kind_of(&other)))),
        }
        let is_long = |text: &str| text.chars().count() > SHORT;
        if pairs.len() > FILTERS || pairs.iter().any(|(key, value)| is_long(key) || is_long(value)) {
            let detail = format!("`{name}` has more than {FILTERS} values, or one of more than {SHORT} characters");
            return Err(wrong(name, detail));
        }
        Ok(pairs.into_iter().map(|(key, value)| (Masked::of(&key).to_string(), Masked::of(&value))).collect())
    }

    /// Refuses what nobody took out.
    fn end(self, expected: &str) -> Result<(), Problem> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(wrong(name, format!("`{}` is unknown here; {expected} are known", shown(name)))),
        }
    }
}

/// Reads a report of a reader.
///
/// # Errors
/// 422 `bad_field` with the member's name, 404 `article_not_found`.
pub(super) fn read(view: &View, mut members: Members) -> Result<Reported, Problem> {
    let kind = members.one_of("kind", Kind::ALL, Kind::name)?.ok_or_else(|| missing("kind"))?;
    let surface = members.one_of("surface", Surface::ALL, Surface::name)?.unwrap_or(Surface::Page);
    let edition = match members.text("edition", SHORT)? {
        None => view.revision().commit,
        Some(text) => text.parse().map_err(|_| {
            wrong("edition", "`edition` is no commit id of 40 hexadecimal digits, as `Otvet-Edition` has".to_owned())
        })?,
    };
    let query = members.masked("query", QUERY)?;
    let note = members.masked("note", NOTE)?;
    let report = match Verdict::named(kind.name()) {
        Some(verdict) => {
            let slug = members.text("slug", SHORT * 2)?.ok_or_else(|| missing("slug"))?;
            let channel = members.masked("channel", SHORT)?;
            members.end("kind, slug, channel, edition, surface, query, note")?;
            let slug = match view.lookup(&slug) {
                Lookup::Found(article) | Lookup::Moved(article) => article.slug.to_string(),
                Lookup::Nothing => return Err(no_article(&slug)),
            };
            Report::Feedback(Feedback { verdict, slug, channel, note, query })
        }
        None => {
            let query = query.ok_or_else(|| missing("query"))?;
            let gap = Gap {
                query,
                searched: members.masked("searched", QUERY)?,
                filters: members.filters("filters")?,
                total: members.number("total")?.unwrap_or_default(),
                note,
                host: members.masked("host", HOST)?,
            };
            members.end("kind, query, searched, filters, total, edition, surface, note, host")?;
            Report::Gap(gap)
        }
    };
    Ok(Reported { edition, surface, report })
}

fn no_article(slug: &str) -> Problem {
    let detail = format!("there is no article `{}`", shown(slug));
    Problem::new(StatusCode::NOT_FOUND, "article_not_found", detail).of_field("slug")
}

fn wrong(name: &str, detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_field", detail).of_field(shown(name))
}

fn missing(name: &str) -> Problem {
    wrong(name, format!("`{name}` is missing"))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
