//! Tables as text: CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1251.

use ::csv::{ReaderBuilder, StringRecord};

use super::{MOST_CELL, MOST_COLUMNS, MOST_ROWS, Row, Table, headings};
use crate::diagnostic::loss::{Loss, Lost};
use crate::import::plan::outside;
use crate::import::source::{Files, decoded};
use crate::import::{Batch, Error, Target, lose};

/// The most bytes of a file.
const MOST_BYTES: u64 = 64 << 20;
/// What may divide cells.
const DELIMITERS: [u8; 4] = *b";,\t|";
/// Rows that are looked at to find out what does.
const LOOKED_AT: usize = 50;

pub(in crate::import) fn read(files: &Files, losses: &mut Vec<Loss>) -> Result<Batch, Error> {
    let is_table = |path: &&str| [".csv", ".tsv", ".txt"].iter().any(|ending| path.to_lowercase().ends_with(ending));
    let all: Vec<&str> = files.paths().collect();
    // A single file is a table whatever it is called.
    let tables: Vec<&str> = if all.len() == 1 { all } else { all.into_iter().filter(|path| is_table(path)).collect() };
    let mut drafts = Vec::new();
    let (mut seen, mut found) = (Vec::new(), false);
    for path in tables {
        let text = match files.read(path, MOST_BYTES) {
            Ok(bytes) if bytes.starts_with(b"PK\x03\x04") => {
                return Err(Error::new(format!(
                    "`{path}` is a workbook, not a text: import it as `xlsx`, or save it as .xlsx or .csv first"
                )));
            }
            Ok(bytes) => decoded(&bytes),
            Err(what) => {
                lose(losses, path, 0, what);
                continue;
            }
        };
        let table = table(path, &text, losses);
        match super::drafts(&table, losses) {
            Some(more) => {
                found = true;
                drafts.extend(more);
            }
            None => {
                seen.extend(table.rows.iter().find(|row| row.cells.len() > 1).map(|row| row.cells.join(" | ")));
                lose(losses, path, 0, Lost::NoHeadings { name: path.to_owned() });
            }
        }
    }
    if !found {
        return Err(no_headings(&seen));
    }
    Ok(Batch { drafts, leads: leads() })
}

/// Returns what to say when no table has headings.
pub(super) fn no_headings(seen: &[String]) -> Error {
    let seen = seen.first().map(|first| {
        let first: String = first.chars().filter(|c| !c.is_control()).take(120).collect();
        format!("; the first row is: {first}")
    });
    Error::new(format!(
        "no row of headings with a question and an answer was found (such as «Вопрос», «Ответ», «Категория» or Question, \
         Answer, Category){}",
        seen.unwrap_or_default()
    ))
}

/// Returns how links in cells lead: a table has nothing but addresses.
pub(super) fn leads() -> crate::import::Leads {
    Box::new(|_, target| outside(target).unwrap_or(Target::Nowhere))
}

/// Reads a table. What divides its cells is told by its headings, else by what makes rows of one length.
pub(in crate::import) fn table(source: &str, text: &str, losses: &mut Vec<Loss>) -> Table {
    // Excel writes what divides cells into a line of its own.
    let (said, text) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        Some((said, rest)) if said.len() == 1 => (said.bytes().next(), rest),
        _ => (None, text),
    };
    let delimiter = said.unwrap_or_else(|| {
        let score = |delimiter: &u8| {
            let table = rows(source, text, *delimiter, LOOKED_AT, &mut Vec::new());
            let most = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
            let same = table.rows.iter().filter(|row| row.cells.len() == most && most > 1).count();
            (headings(&table).is_some(), same)
        };
        let best = DELIMITERS.into_iter().rev().max_by_key(score);
        best.unwrap_or(b',')
    });
    let mut table = rows(source, text, delimiter, MOST_ROWS, losses);
    table.rows.iter_mut().for_each(|row| row.number += u32::from(said.is_some()));
    // What stands behind it was read as a part of its cell.
    if text.matches('"').count() % 2 == 1 {
        let last = table.rows.last().map_or(0, |row| row.number);
        lose(losses, source, last, Lost::Unclosed);
    }
    table
}

fn rows(source: &str, text: &str, delimiter: u8, most: usize, losses: &mut Vec<Loss>) -> Table {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut table = Table { source: source.to_owned(), ..Table::default() };
    let mut record = StringRecord::new();
    while let Ok(true) = reader.read_record(&mut record) {
        let number = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
        if table.rows.len() == most {
            if most == MOST_ROWS {
                lose(losses, source, number, Lost::TooMuch { limit: format!("{MOST_ROWS} rows") });
            }
            break;
        }
        let mut cells = Vec::with_capacity(record.len().min(MOST_COLUMNS));
        for cell in record.iter().take(MOST_COLUMNS) {
            cells.push(bounded(cell).unwrap_or_else(|| {
                lose(losses, source, number, Lost::TooMuch { limit: format!("{} KiB", MOST_CELL >> 10) });
                String::new()
            }));
        }
        table.rows.push(Row { number, cells, ..Row::default() });
    }
    table
}

/// Returns the text of a cell; none when it is larger than any answer: mostly a quotation mark that nothing closes.
pub(super) fn bounded(cell: &str) -> Option<String> {
    (cell.len() <= MOST_CELL).then(|| cell.replace(['\u{a0}', '\u{2028}', '\u{b}'], " ").replace('\r', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        table("a.csv", text, &mut Vec::new()).rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn what_divides_cells_is_found_out() {
        for text in [
            "Вопрос;Ответ\nКак?;Так, сяк, иначе\nКуда?;Туда",
            "Вопрос,Ответ\nКак?,\"Так, сяк, иначе\"\nКуда?,Туда",
            "Вопрос\tОтвет\nКак?\tТак, сяк, иначе\nКуда?\tТуда",
            "sep=|\nВопрос|Ответ\nКак?|Так, сяк, иначе\nКуда?|Туда",
        ] {
            assert_eq!(cells(text)[1], ["Как?", "Так, сяк, иначе"], "{text}");
        }
    }

    #[test]
    fn cells_may_have_lines_and_quotation_marks() {
        let rows = cells("Вопрос;Ответ\n\"Как\nвернуть?\";\"Скажите \"\"да\"\"\n\nи всё\"\n");
        assert_eq!(rows[1], ["Как\nвернуть?", "Скажите \"да\"\n\nи всё"]);
    }

    #[test]
    fn quotation_mark_that_nothing_closes_costs_its_cell() {
        let text = format!("Вопрос;Ответ\nКак?;\"{}", "я;\n".repeat(100_000));
        let mut losses = Vec::new();
        let table = table("a.csv", &text, &mut losses);
        assert_eq!((table.rows.len(), losses.len()), (2, 2));
        let mut losses = Vec::new();
        let table = super::table("a.csv", "sep=;\nВопрос;Ответ\nКак?;\"не закрыта\nещё;строка\n", &mut losses);
        assert_eq!((table.rows[1].number, losses.len()), (3, 1));
        assert_eq!((losses[0].line, &losses[0].what), (3, &Lost::Unclosed));
    }
}
