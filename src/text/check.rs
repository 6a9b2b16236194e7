//! The words of `otvet check`.

use super::Lang;
use crate::diagnostic::Severity;

/// Returns the name of a severity.
pub const fn severity(lang: Lang, severity: Severity) -> &'static str {
    match (lang, severity) {
        (Lang::Ru, Severity::Error) => "ошибка",
        (Lang::Ru, Severity::Warning) => "предупреждение",
        (Lang::En, other) => other.name(),
    }
}

/// Returns the last line: how many articles were read and what was found.
pub fn summary(lang: Lang, articles: usize, errors: usize, warnings: usize) -> String {
    match lang {
        Lang::Ru => format!("статей: {articles}, ошибок: {errors}, предупреждений: {warnings}"),
        Lang::En => format!("articles: {articles}, errors: {errors}, warnings: {warnings}"),
    }
}
