//! The words of a check: `otvet check`, and what a push is told.

use std::time::Duration;

use super::{Lang, Words};
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

/// Returns the last line of a check of what changed.
pub fn summary_of_change(lang: Lang, touched: usize, files: usize, errors: usize, warnings: usize) -> String {
    match lang {
        Lang::Ru => format!("изменено файлов: {touched} из {files}, ошибок: {errors}, предупреждений: {warnings}"),
        Lang::En => format!("files changed: {touched} of {files}, errors: {errors}, warnings: {warnings}"),
    }
}

/// Returns the line about findings that are not shown.
pub fn more(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Ru => format!("и ещё {count}"),
        Lang::En => format!("and {count} more"),
    }
}

/// Returns the line about answer tests that were not asked.
pub fn unasked(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Ru => format!("проверок ответов, на которые не хватило времени: {count}; задайте их сами: otvet eval"),
        Lang::En => format!("answer tests that there was no time to ask: {count}; ask them yourself: otvet eval"),
    }
}

/// Returns the first line that a push is told: whether it is taken, what was found, how much was looked at.
pub fn verdict(lang: Lang, counts: (usize, usize), touched: usize, files: usize, took: Duration) -> String {
    let words = lang.words();
    let (errors, warnings) = counts;
    let seconds = |took: Duration| format!("{:.1}", took.as_secs_f64());
    let found = found(words, lang, errors, warnings);
    match lang {
        Lang::Ru => {
            let taken = if errors > 0 { "✗ отклонено" } else { "✓ принято" };
            let seconds = seconds(took).replace('.', ",");
            format!("Otvet {taken}{found} (изменено файлов: {touched} из {files}, {seconds} с)")
        }
        Lang::En => {
            let taken = if errors > 0 { "✗ refused" } else { "✓ accepted" };
            format!("Otvet {taken}{found} (files changed: {touched} of {files}, {} s)", seconds(took))
        }
    }
}

fn found(words: &Words, lang: Lang, errors: usize, warnings: usize) -> String {
    let (error, warning) = match lang {
        Lang::Ru => (["ошибка", "ошибки", "ошибок"], ["предупреждение", "предупреждения", "предупреждений"]),
        Lang::En => (["error", "errors", "errors"], ["warning", "warnings", "warnings"]),
    };
    let parts: Vec<String> = [(errors, error), (warnings, warning)]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, forms)| format!("{count} {}", forms[words.form(count)]))
        .collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdict_counts_in_both_languages() {
        let took = Duration::from_millis(230);
        assert_eq!(
            verdict(Lang::Ru, (2, 1), 3, 412, took),
            "Otvet ✗ отклонено: 2 ошибки, 1 предупреждение (изменено файлов: 3 из 412, 0,2 с)"
        );
        assert_eq!(verdict(Lang::En, (0, 0), 1, 9, took), "Otvet ✓ accepted (files changed: 1 of 9, 0.2 s)");
    }
}
