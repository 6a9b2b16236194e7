//! `GET /reviews.ics`: the days on which articles must be looked at again, for calendars (RFC 5545).
//!
//! One all-day event for each article, known by an id that is made of the slug, so that it stays the same on every server and
//! moves when the day moves. What is told is a function of the edition: `DTSTAMP` is the time of its commit.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::feed::urn;
use super::reviews::title;
use super::{Scene, Visit};
use crate::article::Article;
use crate::edition::article_path;
use crate::web::reviews::Wanted;

/// The most events.
const EVENTS: usize = 5000;
/// The most bytes of a line before it is folded.
const LINE: usize = 75;

/// `GET /reviews.ics?owner=`, with the filters of the search.
pub(super) async fn reviews(visit: Visit) -> Response {
    let made = visit.answer_by_query(|scene| {
        let wanted = Wanted::read(&scene.visit.params, scene.view())?;
        let headers =
            [(CONTENT_TYPE, "text/calendar; charset=utf-8"), (CONTENT_DISPOSITION, "inline; filename=\"reviews.ics\"")];
        Ok((headers, calendar(scene, &wanted)).into_response())
    });
    made.await
}

fn calendar(scene: Scene<'_>, wanted: &Wanted) -> String {
    let w = scene.words();
    let mut out = Lines::default();
    out.add("BEGIN", "VCALENDAR");
    out.add("VERSION", "2.0");
    out.add("PRODID", &format!("-//Otvet//{}//{}", env!("CARGO_PKG_VERSION"), w.lang().code().to_uppercase()));
    out.add("CALSCALE", "GREGORIAN");
    out.add("METHOD", "PUBLISH");
    let name = escape(&title(w, wanted));
    out.add("NAME", &name);
    out.add("X-WR-CALNAME", &name);
    out.add("REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
    out.add("X-PUBLISHED-TTL", "PT6H");
    for (day, article) in scene.view().scheduled(&wanted.filters).take(EVENTS) {
        event(scene, day, article, &mut out);
    }
    out.add("END", "VCALENDAR");
    out.0
}

fn event(scene: Scene<'_>, day: Date, article: &Article, out: &mut Lines) {
    let (view, w) = (scene.view(), scene.words());
    let owners = article.owners().collect::<Vec<_>>().join(", ");
    let verified = article.meta.verified.as_ref();
    let told = (!owners.is_empty())
        .then(|| format!("{} {owners}", w.owner))
        .into_iter()
        .chain(verified.map(|verified| format!("{} · {}", w.verified_on(Some(verified.on)), verified.by)))
        .chain([article.path.to_string(), format!("otvet verify {}", article.slug)]);
    out.add("BEGIN", "VEVENT");
    out.add("UID", &urn(&format!("review {}", article.wanted)));
    out.add("DTSTAMP", &moment(view.edition().committed_at));
    out.add("DTSTART;VALUE=DATE", &date(day));
    // The last day that there is has no end; without one an event takes the day.
    if let Ok(next) = day.tomorrow() {
        out.add("DTEND;VALUE=DATE", &date(next));
    }
    out.add("SUMMARY", &escape(&format!("{} {}", w.review_event, article.title)));
    out.add("DESCRIPTION", &escape(&told.collect::<Vec<_>>().join("\n")));
    if let Some(base) = &scene.visit.state.public_url {
        out.add("URL", &format!("{base}{}", article_path(article.slug.as_str())));
    }
    if let Some((_, last)) = view.dates(article) {
        out.add("LAST-MODIFIED", &moment(last.at));
    }
    out.add("TRANSP", "TRANSPARENT");
    out.add("END", "VEVENT");
}

/// Writes lines as calendars read them.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Adds a line, folded between characters so that none is longer than [`LINE`] bytes.
    fn add(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            self.0.push(letter);
            room -= letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Returns a text as a value: what would end it or divide it is escaped, what no calendar shows is left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

fn date(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn moment(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    format!("{}T{:02}{:02}{:02}Z", date(at.date()), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = Lines::default();
        out.add("SUMMARY", &"я".repeat(80));
        let lines: Vec<&str> = out.0.split("\r\n").collect();
        assert!(lines.iter().all(|line| line.len() <= LINE) && lines.len() == 4, "{lines:?}");
        assert!(lines[1].starts_with(' '));
        let whole = out.0.replace("\r\n ", "");
        assert_eq!(whole, format!("SUMMARY:{}\r\n", "я".repeat(80)));
    }

    #[test]
    fn values_end_where_they_end() {
        assert_eq!(escape("a, b; c\\\nEND:VEVENT\r\u{7}"), "a\\, b\\; c\\\\\\nEND:VEVENT");
        assert_eq!(date(jiff::civil::date(2027, 2, 1)), "20270201");
    }
}
