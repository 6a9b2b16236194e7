//! What `otvet import` says: what was lost, and what was or would be written.

use super::Lang;
use crate::diagnostic::loss::Lost;

/// Returns what was lost, in one sentence without a full stop.
pub fn lost(lang: Lang, what: &Lost) -> String {
    match lang {
        Lang::Ru => lost_ru(what),
        Lang::En => lost_en(what),
    }
}

fn lost_ru(what: &Lost) -> String {
    match what {
        Lost::Unsupported { what } => format!("`{what}` в статьях не бывает: оставлен только текст или ссылка"),
        Lost::BrokenLink { target } => {
            format!("ссылка `{target}` ведёт на то, чего в источнике нет: оставлен её текст")
        }
        Lost::MissingFile { target } => format!("файла `{target}` нет, или такие не показываются: оставлено описание"),
        Lost::RemotePicture { target } => format!("картинка `{target}` лежит на чужом сервере: вместо неё ссылка"),
        Lost::Property { name } => format!("для `{name}` в шапке статьи нет места: не перенесено"),
        Lost::QuestionTaken { question, by } => {
            format!("на вопрос «{question}» уже отвечает `{by}`: вопрос оставлен там")
        }
        Lost::NameTaken { name } => format!("такое имя уже есть: статья названа `{name}`"),
        Lost::Row { missing: "question" } => "в строке нет вопроса: пропущена".to_owned(),
        Lost::Row { .. } => "в строке нет ответа: пропущена".to_owned(),
        Lost::AnswerAbove { row } => {
            format!("ответа в строке нет: вопросы добавлены к ответу из строки {row}, проверьте, к нему ли они")
        }
        Lost::CellLink { target } => format!("ссылка `{target}` под ячейкой: в этом столбце ей нет места"),
        Lost::Remarks => "примечания к ячейкам не перенесены".to_owned(),
        Lost::Unclosed => "кавычка в таблице не закрыта: строки после неё попали в одну ячейку".to_owned(),
        Lost::NoResult { formula } => {
            format!("у формулы `{formula}` нет значения: откройте и сохраните файл в Excel или LibreOffice")
        }
        Lost::Number { number } => {
            format!("число `{number}` в таблице может выглядеть иначе (проценты, рубли): сверьте статью")
        }
        Lost::NoHeadings { name } => format!("в `{name}` нет строки с заголовками столбцов: пропущено"),
        Lost::TooMuch { limit } => format!("больше, чем {limit}: остальное пропущено"),
        Lost::Unreadable { reason } => format!("не читается: {reason}"),
        Lost::NotFollowed => "ссылка или имя, ведущее наружу: пропущено".to_owned(),
        Lost::NotImported => "такое не переносится: пропущено".to_owned(),
        Lost::Empty => "текста нет: пропущено".to_owned(),
    }
}

fn lost_en(what: &Lost) -> String {
    match what {
        Lost::Unsupported { what } => format!("articles cannot hold `{what}`: only its text or a link is kept"),
        Lost::BrokenLink { target } => {
            format!("the link `{target}` leads to what the source does not have: its text is kept")
        }
        Lost::MissingFile { target } => {
            format!("the file `{target}` is not there, or such files are not shown: its description is kept")
        }
        Lost::RemotePicture { target } => format!("the picture `{target}` is on another server: it became a link"),
        Lost::Property { name } => format!("front matter has no place for `{name}`: left out"),
        Lost::QuestionTaken { question, by } => {
            format!("`{by}` answers “{question}” already: the question stays there")
        }
        Lost::NameTaken { name } => format!("there is such a name already: the article is called `{name}`"),
        Lost::Row { missing } => format!("the row has no {missing}: left out"),
        Lost::AnswerAbove { row } => {
            format!(
                "the row has no answer: its questions went to the answer of row {row}; see whether they belong there"
            )
        }
        Lost::CellLink { target } => {
            format!("the link `{target}` under a cell: its column has no place for it")
        }
        Lost::Remarks => "comments on cells are left out".to_owned(),
        Lost::Unclosed => {
            "a quotation mark of the table is never closed: the rows behind it became part of one cell".to_owned()
        }
        Lost::NoResult { formula } => {
            format!("the formula `{formula}` has no value: open the file in Excel or LibreOffice and save it")
        }
        Lost::Number { number } => {
            format!("the number `{number}` may look otherwise in the table (per cent, money): compare the article")
        }
        Lost::NoHeadings { name } => format!("`{name}` has no row of headings: left out"),
        Lost::TooMuch { limit } => format!("more than {limit}: the rest is left out"),
        Lost::Unreadable { reason } => format!("it cannot be read: {reason}"),
        Lost::NotFollowed => "a symbolic link, or a name that leads outside: left out".to_owned(),
        Lost::NotImported => "such things are not imported: left out".to_owned(),
        Lost::Empty => "there is no text: left out".to_owned(),
    }
}

/// Returns the line of a file that is new, or would be.
pub fn new(lang: Lang, path: &str, source: &str) -> String {
    match lang {
        Lang::Ru => format!("новая   {path}  ← {source}\n"),
        Lang::En => format!("new   {path}  ← {source}\n"),
    }
}

/// Returns the line of a file that is there and says something else.
pub fn kept(lang: Lang, path: &str, source: &str) -> String {
    match lang {
        Lang::Ru => format!("остаётся {path}  ← {source}: здесь уже другой текст\n"),
        Lang::En => format!("kept  {path}  ← {source}: another text is there\n"),
    }
}

/// Returns the heading above what was lost.
pub fn losses(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Ru => format!("Не перенесено как было ({count}):\n"),
        Lang::En => format!("Not taken over as it was ({count}):\n"),
    }
}

/// Returns the last line: how many articles and files are new, the same, and kept.
pub fn summary(lang: Lang, dry: bool, [new, same, kept]: [usize; 3], files: usize, lost: usize) -> String {
    match (lang, dry) {
        (Lang::Ru, true) => {
            format!(
                "Проба, ничего не записано. Новых статей: {new}, таких же: {same}, изменённых у вас: {kept}; файлов: {files}; потерь: {lost}\n"
            )
        }
        (Lang::Ru, false) => {
            format!(
                "Записано статей: {new}, уже были такими же: {same}, оставлены ваши: {kept}; файлов: {files}; потерь: {lost}\n"
            )
        }
        (Lang::En, true) => {
            format!(
                "A trial: nothing was written. New articles: {new}, the same: {same}, changed here: {kept}; files: {files}; losses: {lost}\n"
            )
        }
        (Lang::En, false) => {
            format!(
                "Articles written: {new}, already the same: {same}, left as they are: {kept}; files: {files}; losses: {lost}\n"
            )
        }
    }
}

/// Says what to do next.
pub fn next(lang: Lang, folder: &str) -> String {
    match lang {
        Lang::Ru => format!("\nДальше: otvet serve --preview {folder}, потом git add {folder} && git commit\n"),
        Lang::En => format!("\nNext: otvet serve --preview {folder}, then git add {folder} && git commit\n"),
    }
}
