//! Events as rows of a table, there and back.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Row, Statement};

use crate::event::{Event, Feedback, Gap, GapGroup, Id, Kind, Masked, Report, Surface, Verdict, Wanted};

/// What is said of articles, counted.
pub(super) const SAID: &str = "
    SELECT slug, kind, count(*), max(at) FROM event WHERE slug IS NOT NULL AND at >= ?1 GROUP BY slug, kind ORDER BY slug";

/// Gaps by group, with what the last of each says.
pub(super) const GAPS: &str = "
    SELECT last.query, found.reports, found.earliest, found.latest, last.id, last.total
    FROM (
        SELECT grouped, count(*) AS reports, min(at) AS earliest, max(at) AS latest, max(id) AS id
        FROM event WHERE grouped IS NOT NULL AND at >= ?1 GROUP BY grouped
        ORDER BY reports DESC, latest DESC, grouped LIMIT ?2
    ) AS found JOIN event AS last ON last.id = found.id
    ORDER BY found.reports DESC, found.latest DESC, found.grouped";

/// Writes an event, unless it is there.
pub(super) const INSERT: &str = "
    INSERT INTO event
        (id, at, edition, surface, kind, slug, channel, note, query, searched, filters, total, host, grouped)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
    ON CONFLICT (id) DO NOTHING";

pub(super) fn insert(insert: &mut Statement<'_>, event: &Event) -> rusqlite::Result<()> {
    let text = |text: &Option<Masked>| text.as_ref().map(|text| text.as_str().to_owned());
    let mut row: Vec<Value> = vec![
        number(event.id.number()),
        Value::Integer(event.at.as_millisecond()),
        Value::Text(event.edition.to_string()),
        Value::Text(event.surface.name().to_owned()),
        Value::Text(event.kind().name().to_owned()),
    ];
    let rest: [Value; 9] = match &event.report {
        Report::Feedback(said) => [
            Value::Text(said.slug.clone()),
            text(&said.channel).into(),
            text(&said.note).into(),
            text(&said.query).into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
        ],
        Report::Gap(gap) => {
            let filters: Vec<_> = gap.filters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            [
                Value::Null,
                Value::Null,
                text(&gap.note).into(),
                Value::Text(gap.query.as_str().to_owned()),
                text(&gap.searched).into(),
                serde_json::to_string(&filters).ok().into(),
                Value::Integer(gap.total.into()),
                text(&gap.host).into(),
                Value::Text(gap.group()),
            ]
        }
    };
    row.extend(rest);
    insert.execute(rusqlite::params_from_iter(row))?;
    Ok(())
}

fn number(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Returns the time from which events are wanted, in milliseconds.
pub(super) fn from(since: Option<Timestamp>) -> i64 {
    since.map_or(i64::MIN, Timestamp::as_millisecond)
}

/// Returns a query for events, and its values.
pub(super) fn select(wanted: &Wanted, limit: usize) -> (String, Vec<Value>) {
    let mut conditions = vec!["at >= ?".to_owned()];
    let mut values = vec![Value::Integer(from(wanted.since))];
    if !wanted.kinds.is_empty() {
        conditions.push(format!("kind IN ({})", vec!["?"; wanted.kinds.len()].join(", ")));
        values.extend(wanted.kinds.iter().map(|kind| Value::Text(kind.name().to_owned())));
    }
    if let Some(slug) = &wanted.slug {
        conditions.push("slug = ?".to_owned());
        values.push(Value::Text(slug.clone()));
    }
    if let Some(before) = wanted.before {
        conditions.push("id < ?".to_owned());
        values.push(number(before.number()));
    }
    values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let select = format!(
        "SELECT id, at, edition, surface, kind, slug, channel, note, query, searched, filters, total, host \
         FROM event WHERE {} ORDER BY id DESC LIMIT ?",
        conditions.join(" AND ")
    );
    (select, values)
}

/// A value of a row that means nothing to this version.
fn unknown(column: usize, value: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        column,
        rusqlite::types::Type::Text,
        format!("`{value}` is unknown").into(),
    )
}

fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let milliseconds: i64 = row.get(column)?;
    Timestamp::from_millisecond(milliseconds).map_err(|_| unknown(column, &milliseconds.to_string()))
}

fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Id> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).ok().and_then(Id::of).ok_or_else(|| unknown(column, &number.to_string()))
}

fn named<T>(row: &Row<'_>, column: usize, named: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    named(&text).ok_or_else(|| unknown(column, &text))
}

/// Masked again when it is read, by what is known now.
fn masked(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Masked>> {
    Ok(row.get::<_, Option<String>>(column)?.map(|text| Masked::of(&text)))
}

/// Reads a row of [`select`].
pub(super) fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let kind = named(row, 4, Kind::named)?;
    let report = match Verdict::named(kind.name()) {
        Some(verdict) => Report::Feedback(Feedback {
            verdict,
            slug: row.get(5)?,
            channel: masked(row, 6)?,
            note: masked(row, 7)?,
            query: masked(row, 8)?,
        }),
        None => {
            let filters = row.get::<_, Option<String>>(10)?.unwrap_or_default();
            let filters: Vec<(String, String)> = serde_json::from_str(&filters).unwrap_or_default();
            Report::Gap(Gap {
                query: masked(row, 8)?.unwrap_or_default(),
                searched: masked(row, 9)?,
                filters: filters.into_iter().map(|(name, value)| (name, Masked::of(&value))).collect(),
                total: row.get::<_, Option<u32>>(11)?.unwrap_or_default(),
                note: masked(row, 7)?,
                host: masked(row, 12)?,
            })
        }
    };
    Ok(Event {
        id: id(row, 0)?,
        at: moment(row, 1)?,
        edition: named(row, 2, |text| text.parse().ok())?,
        surface: named(row, 3, Surface::named)?,
        report,
    })
}

/// Reads a row of [`GAPS`].
pub(super) fn gap_group(row: &Row<'_>) -> rusqlite::Result<GapGroup> {
    let count: i64 = row.get(1)?;
    Ok(GapGroup {
        query: Masked::of(&row.get::<_, Option<String>>(0)?.unwrap_or_default()).to_string(),
        count: u64::try_from(count).unwrap_or_default(),
        first: moment(row, 2)?,
        last: moment(row, 3)?,
        id: id(row, 4)?,
        total: row.get::<_, Option<u32>>(5)?.unwrap_or_default(),
    })
}

/// Reads a row of [`SAID`].
pub(super) fn said(row: &Row<'_>) -> rusqlite::Result<(String, Verdict, u64, Timestamp)> {
    let count: i64 = row.get(2)?;
    Ok((row.get(0)?, named(row, 1, Verdict::named)?, u64::try_from(count).unwrap_or_default(), moment(row, 3)?))
}
