//! The words of `otvet eval`.

use super::Lang;

/// Returns the last line about answer tests.
pub fn tests(lang: Lang, asked: usize, failed: usize) -> String {
    match lang {
        Lang::Ru => format!("проверок ответов: {asked}, не прошло: {failed}"),
        Lang::En => format!("answer tests: {asked}, failed: {failed}"),
    }
}
