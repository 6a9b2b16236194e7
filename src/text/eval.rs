//! The words of `otvet eval`.

use super::Lang;

/// Returns the line about questions that cannot be answered.
pub fn hopeless(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Ru => format!("вопросов, чьей статьи здесь нет или читателю она не видна: {count}"),
        Lang::En => format!("questions whose article is not here, or not for this reader: {count}"),
    }
}

/// Returns the last line about answer tests.
pub fn tests(lang: Lang, asked: usize, failed: usize) -> String {
    match lang {
        Lang::Ru => format!("проверок ответов: {asked}, не прошло: {failed}"),
        Lang::En => format!("answer tests: {asked}, failed: {failed}"),
    }
}
