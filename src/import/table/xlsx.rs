//! Tables as XLSX: each sheet with headings, with merged cells filled in.
//!
//! A workbook is a ZIP file and may be a bomb: it is inflated once into nothing, within limits, before anything reads it. Its cells
//! are read one after the other; a sheet that says that it has a million columns takes no memory for them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::csv::{bounded, leads, no_headings};
use super::{MOST_CELL, MOST_COLUMNS, MOST_ROWS, Row, Table};
use crate::diagnostic::loss::{Loss, Lost};
use crate::import::plan::outside;
use crate::import::source::Files;
use crate::import::{Batch, Error, Target, lose};

/// The most bytes of a workbook, and of all that is in it.
const MOST_BYTES: (u64, u64) = (64 << 20, 256 << 20);
/// The most bytes of all its cells: many may name one long text. Each takes [`CELL`] bytes besides.
const MOST_TEXT: usize = 64 << 20;
const CELL: usize = 32;
/// The most rows that merged cells are looked for in, all areas together.
const MOST_MERGED: usize = 10_000_000;
/// The most parts of a workbook, and the most sheets.
const MOST_PARTS: usize = 10_000;
const MOST_SHEETS: usize = 100;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(in crate::import) fn read(source: &Path, files: &Files, losses: &mut Vec<Loss>) -> Result<Batch, Error> {
    let books: Vec<&str> = files.paths().filter(|path| path.to_lowercase().ends_with(".xlsx")).collect();
    if books.is_empty() {
        return Err(Error::new(format!(
            "`{}` is no XLSX file, and no folder with some; save older workbooks (.xls) as .xlsx or .csv",
            source.display()
        )));
    }
    let (mut drafts, mut seen, mut found) = (Vec::new(), Vec::new(), false);
    for path in books {
        let tables = files.read(path, MOST_BYTES.0).and_then(|bytes| tables(path, &bytes, losses));
        for table in tables.unwrap_or_else(|what| {
            lose(losses, path, 0, what);
            Vec::new()
        }) {
            match super::drafts(&table, losses) {
                Some(more) => {
                    found = true;
                    drafts.extend(more);
                }
                None if table.rows.is_empty() => {}
                None => {
                    seen.extend(table.rows.iter().find(|row| row.cells.len() > 1).map(|row| row.cells.join(" | ")));
                    lose(losses, &table.source, 0, Lost::NoHeadings { name: table.name.clone() });
                }
            }
        }
    }
    match found {
        true => Ok(Batch { drafts, leads: leads() }),
        false => {
            Err(match losses.iter().find(|loss| matches!(loss.what, Lost::Unreadable { .. } | Lost::TooMuch { .. })) {
                Some(Loss { source, what: Lost::Unreadable { reason }, .. }) => {
                    Error::new(format!("cannot read `{source}`: {reason}"))
                }
                Some(Loss { source, what: Lost::TooMuch { limit }, .. }) => {
                    Error::new(format!("`{source}` has more than {limit}"))
                }
                _ => no_headings(&seen),
            })
        }
    }
}

/// Returns the sheets of a workbook.
fn tables(path: &str, bytes: &[u8], losses: &mut Vec<Loss>) -> Result<Vec<Table>, Lost> {
    let remarks = inflates_within_limits(bytes)?;
    if remarks {
        lose(losses, path, 0, Lost::Remarks);
    }
    // The reader of workbooks is a good one, and yet a damaged file is nobody's reason to end.
    let read = catch_unwind(AssertUnwindSafe(|| sheets(path, bytes)));
    let (tables, lost) =
        read.unwrap_or_else(|_| Err(Lost::Unreadable { reason: "the workbook is damaged".to_owned() }))?;
    losses.extend(lost);
    Ok(tables)
}

/// Inflates everything into nothing, to see that it is not too much. Returns whether there are remarks on cells.
fn inflates_within_limits(bytes: &[u8]) -> Result<bool, Lost> {
    let unreadable = |error: &dyn std::fmt::Display| Lost::Unreadable { reason: error.to_string() };
    let too_much = || Lost::TooMuch { limit: format!("{} MiB", MOST_BYTES.1 >> 20) };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    if zip.len() > MOST_PARTS {
        return Err(Lost::TooMuch { limit: format!("{MOST_PARTS} parts") });
    }
    let (mut left, mut remarks) = (MOST_BYTES.1, false);
    for number in 0..zip.len() {
        let part = zip.by_index(number).map_err(|error| unreadable(&error))?;
        remarks |= part.name().is_ok_and(|name| name.to_ascii_lowercase().starts_with("xl/comments"));
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|error| unreadable(&error))?;
        left = left.checked_sub(size).ok_or_else(too_much)?;
    }
    Ok(remarks)
}

fn sheets(path: &str, bytes: &[u8]) -> Result<(Vec<Table>, Vec<Loss>), Lost> {
    let unreadable = |error: &dyn std::fmt::Display| Lost::Unreadable { reason: error.to_string() };
    let mut book: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let (mut tables, mut losses) = (Vec::new(), Vec::new());
    let sheets: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), matches!(sheet.visible, SheetVisible::Visible)))
        .collect();
    let several = sheets.iter().filter(|(_, visible)| *visible).count() > 1;
    let mut room = MOST_TEXT;
    for (name, visible) in sheets.into_iter().take(MOST_SHEETS) {
        let source = if several { format!("{path}#{name}") } else { path.to_owned() };
        if !visible {
            lose(&mut losses, &format!("{path}#{name}"), 0, Lost::NotImported);
            continue;
        }
        match sheet(&mut book, &name, &source, &mut room, &mut losses) {
            Ok(rows) => tables.push(Table { source, name: if several { name } else { String::new() }, rows }),
            Err(reason) => lose(&mut losses, &source, 0, Lost::Unreadable { reason }),
        }
    }
    Ok((tables, losses))
}

/// Texts of a sheet by row and column.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

/// Reads a sheet as long as there is room for its texts.
fn sheet(
    book: &mut Workbook<'_>,
    name: &str,
    source: &str,
    room: &mut usize,
    losses: &mut Vec<Loss>,
) -> Result<Vec<Row>, String> {
    let mut rows = Cells::new();
    let merged = merged(book, name);
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        let value = cell.get_value();
        let text = shown(value);
        // Of a text that is too long, nothing is looked at: it may be long, and named by many.
        let too_long = text.len() > MOST_CELL;
        if let (DataRef::Error(_), Some(what), Some(left)) = (value, changed(value), room.checked_sub(CELL)) {
            *room = left;
            lose(losses, source, row + 1, what);
        }
        if column as usize >= MOST_COLUMNS || (!too_long && text.trim().is_empty()) {
            continue;
        }
        if rows.len() >= MOST_ROWS && !rows.contains_key(&row) {
            lose(losses, source, row + 1, Lost::TooMuch { limit: format!("{MOST_ROWS} rows") });
            break;
        }
        let Some(left) = room.checked_sub(CELL + text.len().min(MOST_CELL)) else {
            lose(losses, source, row + 1, no_room());
            break;
        };
        *room = left;
        if let Some(what) = changed(value) {
            lose(losses, source, row + 1, what);
        }
        match bounded(&text) {
            Some(text) => drop(rows.entry(row).or_default().insert(column, text)),
            None => lose(losses, source, row + 1, Lost::TooMuch { limit: format!("{} KiB", MOST_CELL >> 10) }),
        }
    }
    drop(cells);
    results(book, name, source, &rows, room, losses)?;
    // What is merged across a whole row that has nothing else is a title.
    let is_title = |area: &&Dimensions| {
        let (first, last) = (area.start, area.end);
        first.0 == last.0 && last.1 > first.1 && rows.get(&first.0).is_some_and(|row| row.len() == 1)
    };
    let titles: BTreeSet<u32> = merged.iter().filter(is_title).map(|area| area.start.0).collect();
    if !fill(&mut rows, &merged, room) {
        lose(losses, source, 0, no_room());
    }
    let mut links = links(book, name, &rows, source, losses);
    let row = |(number, cells): (u32, BTreeMap<u32, String>)| {
        let width = cells.keys().next_back().map_or(0, |last| *last as usize + 1);
        let (is_title, links) = (titles.contains(&number), links.remove(&number).unwrap_or_default());
        let mut row = Row { number: number + 1, cells: vec![String::new(); width], is_title, links };
        cells.into_iter().for_each(|(column, text)| row.cells[column as usize] = text);
        row
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Returns the addresses under the cells of each row, with their columns; a link to another place of the workbook is lost.
fn links(
    book: &mut Workbook<'_>,
    name: &str,
    rows: &Cells,
    source: &str,
    losses: &mut Vec<Loss>,
) -> BTreeMap<u32, Vec<(usize, String)>> {
    let mut links: BTreeMap<u32, Vec<(usize, String)>> = BTreeMap::new();
    for link in book.hyperlinks_by_sheet_name(name).unwrap_or_default() {
        let (row, column) = link.range.start;
        if !rows.get(&row).is_some_and(|row| row.contains_key(&column)) {
            continue;
        }
        let target = link.target.or(link.location).unwrap_or_default();
        match outside(&target) {
            Some(Target::Outside) => {
                let address = target.trim();
                let address = address.strip_prefix("mailto:").or(address.strip_prefix("tel:")).unwrap_or(address);
                let address = address.split_whitespace().collect::<Vec<_>>().join("%20");
                links.entry(row).or_default().push((column as usize, address));
            }
            _ => lose(losses, source, row + 1, Lost::BrokenLink { target }),
        }
    }
    links
}

/// Finds formulas without a result: programs that only write workbooks leave these to whoever opens them.
fn results(
    book: &mut Workbook<'_>,
    name: &str,
    source: &str,
    rows: &Cells,
    room: &mut usize,
    losses: &mut Vec<Loss>,
) -> Result<(), String> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    while let Some(cell) = cells.next_formula().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        let formula = cell.get_value();
        if !formula.is_empty() && rows.get(&row).is_none_or(|row| !row.contains_key(&column)) {
            let formula = format!("={}", formula.chars().take(60).collect::<String>());
            let Some(left) = room.checked_sub(CELL + formula.len()) else { break };
            *room = left;
            lose(losses, source, row + 1, Lost::NoResult { formula });
        }
    }
    Ok(())
}

/// Returns what is told of a value that may look otherwise in its workbook.
fn changed(value: &DataRef<'_>) -> Option<Lost> {
    match value {
        DataRef::Float(number) if number.fract() != 0.0 => Some(Lost::Number { number: number.to_string() }),
        DataRef::Error(error) => Some(Lost::NoResult { formula: error.to_string() }),
        _ => None,
    }
}

fn no_room() -> Lost {
    Lost::TooMuch { limit: format!("{} MiB", MOST_TEXT >> 20) }
}

/// Fills merged cells in: down only, and only into rows that have something, since a merged title says nothing of other columns.
/// Returns whether there was room for all.
fn fill(rows: &mut Cells, merged: &[Dimensions], room: &mut usize) -> bool {
    let mut steps = MOST_MERGED;
    for area in merged {
        let (first, last) = (area.start, area.end);
        let Some(text) = rows.get(&first.0).and_then(|row| row.get(&first.1)).cloned() else { continue };
        let below = first.0.saturating_add(1);
        for (_, row) in rows.range_mut(below..=last.0.max(below)).filter(|(at, _)| **at <= last.0) {
            steps = steps.saturating_sub(1);
            if row.contains_key(&first.1) && steps > 0 {
                continue;
            }
            let Some(left) = room.checked_sub(CELL + text.len()).filter(|_| steps > 0) else { return false };
            *room = left;
            row.insert(first.1, text.clone());
        }
    }
    true
}

/// Returns the areas of merged cells.
fn merged(book: &mut Workbook<'_>, name: &str) -> Vec<Dimensions> {
    book.merge_cells_by_sheet_name(name).ok().map(|areas| areas.into_iter().collect()).unwrap_or_default()
}

/// Returns a value as people see it, or nearly so.
fn shown<'a>(value: &'a DataRef<'_>) -> Cow<'a, str> {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cow::Borrowed(text),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::Int(number) => number.to_string().into(),
        DataRef::Float(number) => number.to_string().into(),
        DataRef::Bool(value) => value.to_string().into(),
        DataRef::DateTime(moment) => moment_shown(moment).into(),
        DataRef::Error(_) | DataRef::Empty => Cow::Borrowed(""),
    }
}

/// Returns a day, a time or both, as people in Russia write them; a length of time in hours and minutes.
fn moment_shown(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        let minutes = (moment.as_f64() * 24.0 * 60.0).round() as i64;
        return format!("{}:{:02}", minutes / 60, minutes % 60);
    }
    let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
    let (date, time) = (format!("{day:02}.{month:02}.{year}"), format!("{hour:02}:{minute:02}"));
    match (moment.as_f64() < 1.0, moment.as_f64().fract() == 0.0) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn text_in_merged_cells_takes_no_more_room_than_there_is() {
        let row = |text: &str| BTreeMap::from([(0, text.to_owned())]);
        let mut rows: Cells = (1..100).map(|number| (number, row(""))).collect();
        rows.insert(0, BTreeMap::from([(1, "да".repeat(50))]));
        let merged = [Dimensions { start: (0, 1), end: (99, 1) }];
        let mut room = 10 * (CELL + 200);
        assert!(!fill(&mut rows, &merged, &mut room));
        assert_eq!((rows.values().filter(|row| row.len() > 1).count(), room), (10, 0));
        let mut room = MOST_TEXT;
        assert!(fill(&mut rows, &merged, &mut room));
        assert!(rows.range(1..).all(|(_, row)| row[&1].starts_with("дада")));
    }

    #[test]
    fn days_and_times_are_shown_as_people_write_them() {
        let shown = |value, kind| moment_shown(&ExcelDateTime::new(value, kind, false));
        assert_eq!(shown(46387.0, ExcelDateTimeType::DateTime), "31.12.2026");
        assert_eq!(shown(46346.4375, ExcelDateTimeType::DateTime), "20.11.2026 10:30");
        assert_eq!(shown(0.375, ExcelDateTimeType::DateTime), "09:00");
        assert_eq!(shown(1.5, ExcelDateTimeType::TimeDelta), "36:00");
    }

    #[test]
    fn what_may_look_otherwise_is_told() {
        assert_eq!(changed(&DataRef::Float(350.0)), None);
        assert_eq!(changed(&DataRef::Float(0.15)), Some(Lost::Number { number: "0.15".to_owned() }));
        let error = DataRef::Error(calamine::CellErrorType::Ref);
        assert_eq!(changed(&error), Some(Lost::NoResult { formula: "#REF!".to_owned() }));
    }
}
