//! Tables of questions and answers, the commonest real start: which column is what, which rows belong together, and what a cell
//! looks like as Markdown.
//!
//! Tables are made by people: headings may stand below a title, a question may have several rows, an answer that several
//! questions share may be written once and merged, written again and again, or left empty below.

pub(super) mod csv;
pub(super) mod xlsx;

use std::collections::HashMap;

use super::html;
use super::{Draft, lose};
use crate::diagnostic::loss::{Loss, Lost};

/// The most rows, columns and bytes of a cell.
const MOST_ROWS: usize = 100_000;
const MOST_COLUMNS: usize = 256;
const MOST_CELL: usize = 64 << 10;
/// The first rows, among which the headings must be.
const HEADINGS_WITHIN: usize = 20;
/// The most characters of a heading.
const LONGEST_HEADING: usize = 60;
/// An answer of fewer characters may be that to quite different questions.
const TELLING: usize = 20;

/// A table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// What names it in the source: the file, with the sheet.
    source: String,
    /// The sheet, which its articles are put together by when no column says more; empty for the only one.
    name: String,
    rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Default, Clone)]
struct Row {
    /// Its number in the source, from 1.
    number: u32,
    cells: Vec<String>,
    /// Whether it is one cell across several columns: what stands below belongs to it.
    is_title: bool,
    /// Addresses that lie under its cells, with the column: their texts need not say them.
    links: Vec<(usize, String)>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Question,
    Answer,
    Email,
    Title,
    Category,
    Subcategory,
    Keywords,
    Tags,
    Note,
    Owner,
}

/// What headings say, by the beginnings of their words; the first that fits counts.
const HEADINGS: [(Column, &[&str]); 9] = [
    (Column::Owner, &["ответственн", "владел", "owner", "assignee"]),
    (Column::Subcategory, &["подкатегор", "подраздел", "подтем", "subcategor", "subsection", "subtopic"]),
    (Column::Keywords, &["ключев", "синоним", "сленг", "keyword", "synonym"]),
    (Column::Tags, &["тег", "тэг", "метк", "tag", "label"]),
    (Column::Note, &["внутр", "комментар", "примечан", "заметк", "internal", "note", "comment"]),
    (Column::Answer, &["ответ", "решен", "answer", "response", "reply", "solution"]),
    (Column::Question, &["вопрос", "запрос", "формулировк", "спрашива", "question", "query"]),
    (
        Column::Category,
        &["категор", "раздел", "тем", "групп", "рубрик", "categor", "section", "topic", "group", "folder"],
    ),
    (Column::Title, &["заголов", "назван", "наименован", "title", "subject"]),
];

/// Returns what a heading says that its column holds.
fn column(heading: &str) -> Option<Column> {
    let text = heading.to_lowercase().replace('ё', "е");
    if text.chars().count() > LONGEST_HEADING {
        return None;
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        ["q"] => return Some(Column::Question),
        ["a"] => return Some(Column::Answer),
        _ => {}
    }
    let begins = |beginnings: &[&str]| words.iter().any(|word| beginnings.iter().any(|known| word.starts_with(known)));
    let found = HEADINGS.iter().find(|(_, beginnings)| begins(beginnings)).map(|(column, _)| *column)?;
    let is_email =
        words.iter().any(|word| ["письм", "почт", "email", "mail"].iter().any(|known| word.starts_with(known)));
    // "Тема вопроса" is a category, "Ответ на вопрос" an answer.
    match found {
        Column::Answer if is_email => Some(Column::Email),
        Column::Question if words.first().is_some_and(|word| word.starts_with("тем")) => Some(Column::Category),
        found => Some(found),
    }
}

/// Returns what a property of a page, such as `Теги`, says; none for one without a place.
pub(super) fn property(name: &str) -> Option<Column> {
    column(name).filter(|column| matches!(column, Column::Tags | Column::Keywords | Column::Question))
}

/// Puts a property of a page to its draft; returns whether it has a place there.
pub(super) fn put_property(draft: &mut Draft, name: &str, value: &str) -> bool {
    match property(name) {
        Some(Column::Tags) => draft.tags.extend(listed(value)),
        Some(Column::Keywords) => draft.keywords.extend(listed(value)),
        Some(Column::Question) => draft.questions.extend(questions(value)),
        _ => return false,
    }
    true
}

/// Returns the articles of a table; none when it has no headings that are understood.
pub(super) fn drafts(table: &Table, losses: &mut Vec<Loss>) -> Option<Vec<Draft>> {
    let (head, columns) = headings(table)?;
    let heading = |at: usize| table.rows[head].cells[at].trim().to_owned();
    // A column of numbers for the rows says nothing.
    let counts = |at: usize| heading(at).starts_with(['№', '#']);
    let unknown = columns.iter().enumerate();
    let unknown = unknown.filter(|(at, column)| column.is_none() && !counts(*at) && is_used(table, head, *at));
    for (at, _) in unknown {
        let name = if heading(at).is_empty() { format!("{}", at + 1) } else { heading(at) };
        lose(losses, &table.source, table.rows[head].number, Lost::Property { name });
    }
    let mut reader = Reader {
        columns: &columns,
        headings: (0..columns.len()).map(heading).collect(),
        has_category: columns.contains(&Some(Column::Category)),
        entries: Vec::new(),
        by_answer: HashMap::new(),
        category: (String::new(), String::new()),
    };
    for (at, row) in table.rows.iter().enumerate().skip(head + 1) {
        reader.row(row, table.rows.get(at + 1), &table.source, losses);
    }
    let sheet = (!reader.has_category && !table.name.is_empty()).then(|| table.name.clone());
    Some(reader.entries.into_iter().map(|entry| entry.draft(&table.source, sheet.as_deref())).collect())
}

/// Finds the row of headings: it says which column is the question and which the answer.
fn headings(table: &Table) -> Option<(usize, Vec<Option<Column>>)> {
    table.rows.iter().take(HEADINGS_WITHIN).enumerate().find_map(|(at, row)| {
        let columns: Vec<Option<Column>> = row.cells.iter().map(|cell| column(cell)).collect();
        let has = |column| columns.contains(&Some(column));
        let asks = has(Column::Question) || has(Column::Title);
        (asks && (has(Column::Answer) || has(Column::Email))).then_some((at, columns))
    })
}

fn is_used(table: &Table, head: usize, at: usize) -> bool {
    table.rows.iter().skip(head + 1).any(|row| row.cells.get(at).is_some_and(|cell| !cell.trim().is_empty()))
}

/// What becomes an article.
#[derive(Debug, Default)]
struct Entry {
    row: u32,
    title: String,
    questions: Vec<String>,
    answer: String,
    email: String,
    /// Further answers, with their headings.
    more: Vec<(String, String)>,
    notes: Vec<String>,
    category: Vec<String>,
    keywords: Vec<String>,
    tags: Vec<String>,
    owner: Option<String>,
}

struct Reader<'a> {
    columns: &'a [Option<Column>],
    headings: Vec<String>,
    has_category: bool,
    entries: Vec<Entry>,
    /// Entries by their answer, for the rows that say it again.
    by_answer: HashMap<String, usize>,
    /// The category and subcategory of the row before, for those that leave them empty.
    category: (String, String),
}

impl Reader<'_> {
    fn row(&mut self, row: &Row, next: Option<&Row>, source: &str, losses: &mut Vec<Loss>) {
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let title = || row.cells.iter().find(|cell| !cell.trim().is_empty()).map(|cell| cell.trim().to_owned());
        let title = title().filter(|title| row.is_title && title.chars().count() <= LONGEST_HEADING);
        if let Some(name) = title.or_else(|| self.divider(row, next)) {
            self.category = (name, String::new());
            return;
        }
        let mut entry = self.entry(row);
        take_links(&mut entry, row, self.columns, source, losses);
        let (asks, answers) = (!entry.questions.is_empty() || !entry.title.is_empty(), !entry.answer.is_empty());
        let key = entry.answer.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = self.by_answer.get(&key).copied().filter(|_| key.chars().count() >= TELLING);
        match (asks, answers) {
            (true, true) => match said {
                Some(at) => self.entries[at].take(entry),
                None => {
                    self.by_answer.insert(key, self.entries.len());
                    if entry.title.is_empty() {
                        entry.title.clone_from(&entry.questions[0]);
                    }
                    self.entries.push(entry);
                }
            },
            // Questions alone have the answer of the row above, as cells are merged or left empty. Whether they do, or nobody wrote
            // one yet, only people can tell.
            (true, false) if self.only_asks(row) && !self.entries.is_empty() => {
                if let Some(last) = self.entries.last_mut() {
                    lose(losses, source, row.number, Lost::AnswerAbove { row: last.row });
                    last.take(entry);
                }
            }
            (true, false) => lose(losses, source, row.number, Lost::Row { missing: "answer" }),
            (false, _) => lose(losses, source, row.number, Lost::Row { missing: "question" }),
        }
    }

    /// Returns whether a row has nothing but questions, besides what has no place in an article.
    fn only_asks(&self, row: &Row) -> bool {
        let mut filled = row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
        filled.all(|(at, _)| matches!(self.columns.get(at), None | Some(None | Some(Column::Question | Column::Title))))
    }

    /// Returns the category that a row alone stands for: a single short text above rows with answers, where no column has
    /// categories.
    fn divider(&self, row: &Row, next: Option<&Row>) -> Option<String> {
        if self.has_category {
            return None;
        }
        let mut filled = row.cells.iter().filter(|cell| !cell.trim().is_empty());
        let (only, more) = (filled.next()?.trim(), filled.next());
        let next_is_whole = next.is_some_and(|next| {
            let entry = self.entry(next);
            !entry.answer.is_empty() && (!entry.questions.is_empty() || !entry.title.is_empty())
        });
        let is_heading = more.is_none() && !only.contains(['?', '\n']) && only.split_whitespace().count() <= 5;
        (is_heading && next_is_whole).then(|| only.to_owned())
    }

    fn entry(&self, row: &Row) -> Entry {
        let mut entry = Entry { row: row.number, ..Entry::default() };
        let (mut category, mut sub) = (String::new(), String::new());
        for (at, (column, cell)) in self.columns.iter().zip(&row.cells).enumerate() {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            match column {
                Some(Column::Question) => entry.questions.extend(questions(cell)),
                Some(Column::Answer) if entry.answer.is_empty() => cell.clone_into(&mut entry.answer),
                Some(Column::Answer) => entry.more.push((self.headings[at].clone(), cell.to_owned())),
                Some(Column::Email) => cell.clone_into(&mut entry.email),
                Some(Column::Title) => cell.clone_into(&mut entry.title),
                Some(Column::Category) => cell.clone_into(&mut category),
                Some(Column::Subcategory) => cell.clone_into(&mut sub),
                Some(Column::Keywords) => entry.keywords.extend(listed(cell)),
                Some(Column::Tags) => entry.tags.extend(listed(cell)),
                Some(Column::Note) => entry.notes.push(cell.to_owned()),
                Some(Column::Owner) => entry.owner = Some(cell.trim_start_matches('@').to_owned()),
                None => {}
            }
        }
        // The only answer may be one for letters.
        if entry.answer.is_empty() && !entry.email.is_empty() && !self.columns.contains(&Some(Column::Answer)) {
            entry.answer = std::mem::take(&mut entry.email);
        }
        if category.is_empty() {
            category.clone_from(&self.category.0);
            if sub.is_empty() {
                sub.clone_from(&self.category.1);
            }
        }
        entry.category = [category, sub].into_iter().filter(|name| !name.is_empty()).collect();
        entry
    }
}

/// Puts the addresses under the cells of a row where its texts are read. Those under a question belong to the answer.
fn take_links(entry: &mut Entry, row: &Row, columns: &[Option<Column>], source: &str, losses: &mut Vec<Loss>) {
    for (at, address) in &row.links {
        let is_said = row.cells.get(*at).is_some_and(|cell| cell.contains(address.as_str()));
        let place = match columns.get(*at).copied().flatten() {
            _ if is_said => continue,
            Some(Column::Answer | Column::Question | Column::Title) if !entry.answer.is_empty() => &mut entry.answer,
            Some(Column::Email) if !entry.email.is_empty() => &mut entry.email,
            Some(Column::Note) if !entry.notes.is_empty() => &mut entry.notes[0],
            _ => {
                lose(losses, source, row.number, Lost::CellLink { target: address.clone() });
                continue;
            }
        };
        if !place.contains(address.as_str()) {
            place.push('\n');
            place.push_str(address);
        }
    }
}

impl Entry {
    /// Takes what another row says of the same answer.
    fn take(&mut self, other: Entry) {
        let title = (!other.title.is_empty() && other.title != self.title).then_some(other.title);
        let questions = other.questions.into_iter().chain(title).filter(|question| !self.questions.contains(question));
        let questions: Vec<String> = questions.collect();
        self.questions.extend(questions);
        let add = |own: &mut Vec<String>, more: Vec<String>| {
            let more: Vec<String> = more.into_iter().filter(|one| !own.contains(one)).collect();
            own.extend(more);
        };
        add(&mut self.notes, other.notes);
        add(&mut self.keywords, other.keywords);
        add(&mut self.tags, other.tags);
    }

    fn draft(self, source: &str, sheet: Option<&str>) -> Draft {
        let mut body = quoted("[!ANSWER]", &self.answer);
        if !self.email.is_empty() {
            body += &format!("\n{}", quoted("[!ANSWER email]", &self.email));
        }
        for (heading, text) in &self.more {
            body += &format!("\n## {}\n\n{}\n", html::escaped(heading), markdown(text));
        }
        if !self.notes.is_empty() {
            body += &format!("\n{}", quoted("[!INTERNAL]", &self.notes.join("\n\n")));
        }
        let category =
            if self.category.is_empty() { sheet.into_iter().map(str::to_owned).collect() } else { self.category };
        Draft {
            key: source.to_owned(),
            line: self.row,
            folders: category,
            title: self.title,
            questions: self.questions,
            keywords: self.keywords,
            tags: self.tags,
            owner: self.owner,
            body,
            ..Draft::default()
        }
    }
}

/// Returns a text in a block quote with a mark.
fn quoted(mark: &str, text: &str) -> String {
    let text = markdown(text);
    // Spaces at the end of a line divide it from the next one.
    let lines = text.lines().map(|line| if line.is_empty() { ">\n".to_owned() } else { format!("> {line}\n") });
    format!("> {mark}\n{}", lines.collect::<String>())
}

/// Returns the questions in a cell: one a line, or one after each question mark.
fn questions(cell: &str) -> Vec<String> {
    let mut questions = Vec::new();
    for line in cell.lines() {
        let line = without_bullet(line);
        let several = line.matches('?').count() > 1;
        let parts: Vec<&str> = if several { line.split_inclusive('?').collect() } else { vec![line] };
        let parts = parts.into_iter().map(|part| part.trim_matches([' ', ';', '\t', '/', '|']).trim());
        questions.extend(parts.filter(|part| part.chars().any(char::is_alphanumeric)).map(str::to_owned));
    }
    questions
}

/// Returns a line without the bullet or number before it.
fn without_bullet(line: &str) -> &str {
    let line = line.trim();
    let bare = line.trim_start_matches(['•', '●', '▪', '–', '—', '-', '*', '·']).trim_start();
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &bare[digits..];
    match (1..=3).contains(&digits) && rest.starts_with([')', '.']) && rest[1..].starts_with(' ') {
        true => rest[1..].trim_start(),
        false => bare,
    }
}

/// Returns the items of a cell that lists them.
fn listed(cell: &str) -> Vec<String> {
    let items = cell.split([',', ';', '\n']).map(|item| item.trim().trim_start_matches('#').trim());
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// Returns the text of a cell as Markdown: HTML is converted, lines stay lines, bullets become lists, and nothing else means
/// anything but itself.
fn markdown(cell: &str) -> String {
    if is_html(cell) {
        return html::markdown(cell).markdown.trim().to_owned();
    }
    let mut out = String::new();
    let mut before = Line::Empty;
    for line in cell.lines() {
        let (kind, text) = read_line(line);
        match (before, kind) {
            (Line::Empty, _) | (_, Line::Empty) => {}
            (Line::Words, Line::Words) => out.push_str("  "),
            (Line::Item, Line::Item) => {}
            _ => out.push('\n'),
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&text);
        before = kind;
    }
    out.trim().to_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Empty,
    Words,
    Item,
}

fn read_line(line: &str) -> (Line, String) {
    let line = line.trim();
    if line.is_empty() {
        return (Line::Empty, String::new());
    }
    let bullet =
        ["• ", "● ", "▪ ", "· ", "– ", "— ", "- ", "* ", "•\t", "-\t"].iter().find_map(|mark| line.strip_prefix(mark));
    if let Some(item) = bullet.or_else(|| line.strip_prefix('•')) {
        return (Line::Item, format!("- {}", html::escaped(item.trim())));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    if (1..=3).contains(&digits) && rest.starts_with([')', '.']) && rest[1..].starts_with(' ') {
        return (Line::Item, format!("{}. {}", &line[..digits], html::escaped(rest[1..].trim())));
    }
    (Line::Words, html::escaped(line))
}

fn is_html(cell: &str) -> bool {
    let lower = cell.to_ascii_lowercase();
    ["<p>", "<p ", "<br", "</b>", "</strong>", "<ul", "<li", "<div", "<a href", "<span", "</i>", "<table"]
        .iter()
        .any(|tag| lower.contains(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Table {
        let rows = (1..).zip(rows).map(|(number, cells)| Row {
            number,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            is_title: false,
            links: Vec::new(),
        });
        Table { source: "faq.csv".to_owned(), name: String::new(), rows: rows.collect() }
    }

    fn told(rows: &[&[&str]]) -> (Vec<String>, Vec<Loss>) {
        let mut losses = Vec::new();
        let drafts = drafts(&table(rows), &mut losses).expect("headings");
        let told = drafts.iter().map(|draft| {
            format!(
                "{} | {} | {} | {}",
                draft.folders.join("/"),
                draft.title,
                draft.questions.join(" + "),
                draft.body.trim()
            )
        });
        (told.collect(), losses)
    }

    #[test]
    fn headings_are_understood_in_both_languages() {
        for (heading, wanted) in [
            ("Вопрос", Some(Column::Question)),
            ("Вопрос клиента (как спрашивают)", Some(Column::Question)),
            ("Ответ", Some(Column::Answer)),
            ("Ответ на вопрос", Some(Column::Answer)),
            ("Текст ответа", Some(Column::Answer)),
            ("Ответ для письма", Some(Column::Email)),
            ("Ответственный", Some(Column::Owner)),
            ("Категория", Some(Column::Category)),
            ("Тема вопроса", Some(Column::Category)),
            ("Подраздел", Some(Column::Subcategory)),
            ("Ключевые слова", Some(Column::Keywords)),
            ("Тэги", Some(Column::Tags)),
            ("Комментарий для операторов", Some(Column::Note)),
            ("QUESTION", Some(Column::Question)),
            ("Answer", Some(Column::Answer)),
            ("Category", Some(Column::Category)),
            ("№", None),
            ("Дата", None),
            ("Здравствуйте, у меня вопрос по поводу моего заказа, который так и не приехал", None),
        ] {
            assert_eq!(column(heading), wanted, "{heading}");
        }
    }

    #[test]
    fn rows_of_one_answer_are_one_article() {
        let (made, losses) = told(&[
            &["База вопросов", "", ""],
            &["Категория", "Вопрос", "Ответ"],
            &["Возврат", "Как вернуть товар?", "В течение 14 дней, чек не обязателен."],
            &["", "Можно без чека? А если потерял?", ""],
            &["Доставка", "Когда привезут?", "Завтра до двух часов дня."],
            &["", "Примете товар назад?", "В течение 14 дней,  чек не обязателен."],
            &["", "", "Ничей ответ, у которого нет вопроса"],
        ]);
        assert_eq!(
            made,
            [
                "Возврат | Как вернуть товар? | Как вернуть товар? + Можно без чека? + А если потерял? + Примете товар назад? | \
                 > [!ANSWER]\n> В течение 14 дней, чек не обязателен.",
                "Доставка | Когда привезут? | Когда привезут? | > [!ANSWER]\n> Завтра до двух часов дня."
            ]
        );
        let losses: Vec<(u32, &Lost)> = losses.iter().map(|loss| (loss.line, &loss.what)).collect();
        assert_eq!(losses, [(4, &Lost::AnswerAbove { row: 3 }), (7, &Lost::Row { missing: "question" })]);
    }

    #[test]
    fn row_that_says_more_than_questions_has_no_answer_of_another() {
        let (made, losses) = told(&[
            &["№", "Категория", "Вопрос", "Ответ"],
            &["1", "Возврат", "Как вернуть товар?", "В течение 14 дней."],
            &["2", "", "Можно без чека?", ""],
            &["3", "Доставка", "Когда привезут?", ""],
        ]);
        assert_eq!(made.len(), 1);
        let losses: Vec<(u32, &Lost)> = losses.iter().map(|loss| (loss.line, &loss.what)).collect();
        assert_eq!(losses, [(3, &Lost::AnswerAbove { row: 2 }), (4, &Lost::Row { missing: "answer" })]);
    }

    #[test]
    fn row_alone_is_a_heading_where_there_is_no_column_for_it() {
        let (made, _) = told(&[
            &["Вопрос", "Ответ"],
            &["Оплата картой", ""],
            &["Можно картой?", "Да, любой картой «Мир»."],
            &["А наличными?", ""],
        ]);
        assert_eq!(
            made,
            ["Оплата картой | Можно картой? | Можно картой? + А наличными? | > [!ANSWER]\n> Да, любой картой «Мир»."]
        );
    }

    #[test]
    fn short_answers_are_not_the_same_answer() {
        let (made, _) = told(&[&["Вопрос", "Ответ"], &["Есть примерка?", "Да."], &["Есть парковка?", "Да."]]);
        assert_eq!(made.len(), 2);
    }

    #[test]
    fn cells_keep_their_lines_and_lists() {
        assert_eq!(
            markdown("Да:\n• паспорт\n• чек *или* карта\n\nИтого 5 #1\nи ещё\n1) раз\n2) два"),
            "Да:\n\n- паспорт\n- чек \\*или\\* карта\n\nИтого 5 #1  \nи ещё\n\n1. раз\n2. два"
        );
        assert_eq!(markdown("<p>Да, <b>можно</b></p>"), "Да, **можно**");
        assert_eq!(markdown("[!INTERNAL] <тег>"), "\\[!INTERNAL] \\<тег>");
    }

    #[test]
    fn other_columns_have_their_places() {
        let (made, losses) = told(&[
            &["Заголовок", "Вопрос 1", "Вопрос 2", "Ответ", "Подробный ответ", "Ответ на e-mail", "Примечание", "Дата"],
            &["Возврат", "Как?", "Куда?", "Сюда.", "Подробно.", "Здравствуйте!", "Не обещать", "1.1"],
        ]);
        assert_eq!(
            made,
            [
                " | Возврат | Как? + Куда? | > [!ANSWER]\n> Сюда.\n\n> [!ANSWER email]\n> Здравствуйте!\n\n## Подробный ответ\n\n\
              Подробно.\n\n> [!INTERNAL]\n> Не обещать"
            ]
        );
        assert_eq!(
            losses.iter().map(|loss| &loss.what).collect::<Vec<_>>(),
            [&Lost::Property { name: "Дата".to_owned() }]
        );
    }
}
