//! The words of a check: `otvet check`, and what a push is told.

use std::time::Duration;

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

/// Returns the line about articles whose spelling was not checked.
pub fn unspelt(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Ru => format!("статей, на орфографию которых не хватило времени: {count}; проверьте у себя: otvet check"),
        Lang::En => format!("articles whose spelling there was no time for: {count}; check it yourself: otvet check"),
    }
}

/// Returns the first line that a push is told: whether it may be taken, what was found, how much was looked at.
pub fn verdict(lang: Lang, (errors, warnings): (usize, usize), touched: usize, files: usize, took: Duration) -> String {
    let found = counted(lang, errors, warnings);
    let found = if found.is_empty() { found } else { format!(": {found}") };
    let seconds = seconds(lang, took);
    match (lang, errors) {
        (Lang::Ru, 0) => format!("Otvet ✓ проверено{found} (изменено файлов: {touched} из {files}, {seconds} с)"),
        (Lang::Ru, _) => format!("Otvet ✗ отклонено{found} (изменено файлов: {touched} из {files}, {seconds} с)"),
        (Lang::En, 0) => format!("Otvet ✓ checked{found} (files changed: {touched} of {files}, {seconds} s)"),
        (Lang::En, _) => format!("Otvet ✗ refused{found} (files changed: {touched} of {files}, {seconds} s)"),
    }
}

/// Heads the articles that say something else.
pub fn said_differently(lang: Lang, articles: usize) -> String {
    match lang {
        Lang::Ru => format!("Статей с другим ответом: {articles}"),
        Lang::En => format!("Articles that say something else: {articles}"),
    }
}

/// Heads the questions that something else answers first.
pub fn found_differently(lang: Lang, differing: usize, asked: usize) -> String {
    match lang {
        Lang::Ru => format!("Вопросов, на которые первой найдётся другая статья: {differing} из {asked}"),
        Lang::En => format!("Questions that something else answers first: {differing} of {asked}"),
    }
}

/// Says what answered a question first, and what does now.
pub fn found(lang: Lang, question: &str, before: Option<String>, after: Option<String>) -> String {
    let nothing = match lang {
        Lang::Ru => "ничего",
        Lang::En => "nothing",
    };
    let name = |title: Option<String>| title.map_or(nothing.to_owned(), |title| quoted(lang, &title));
    format!("{}: {} → {}", quoted(lang, question.trim()), name(before), name(after))
}

/// Returns what stands before the title of an article that is new, has changed, moved and is gone.
pub const fn acts(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::Ru => ["новая ", "", "переехала ", "удалена "],
        Lang::En => ["new ", "", "moved ", "removed "],
    }
}

/// Returns what stands before the title of an article that is there, and that readers see no more.
pub const fn hidden(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "больше не видна ",
        Lang::En => "no longer shown ",
    }
}

/// Puts a title into quotation marks.
pub fn quoted(lang: Lang, title: &str) -> String {
    match lang {
        Lang::Ru => format!("«{title}»"),
        Lang::En => format!("“{title}”"),
    }
}

/// Returns a time in seconds with one decimal.
pub(super) fn seconds(lang: Lang, took: Duration) -> String {
    let text = format!("{:.1}", took.as_secs_f64());
    if lang == Lang::Ru { text.replace('.', ",") } else { text }
}

/// Returns what was found, such as `2 errors, 1 warning`; nothing for nothing.
pub(super) fn counted(lang: Lang, errors: usize, warnings: usize) -> String {
    let (error, warning) = match lang {
        Lang::Ru => (["ошибка", "ошибки", "ошибок"], ["предупреждение", "предупреждения", "предупреждений"]),
        Lang::En => (["error", "errors", "errors"], ["warning", "warnings", "warnings"]),
    };
    let parts: Vec<String> = [(errors, error), (warnings, warning)]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, forms)| format!("{count} {}", forms[lang.words().form(count)]))
        .collect();
    parts.join(", ")
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
        assert_eq!(verdict(Lang::En, (0, 0), 1, 9, took), "Otvet ✓ checked (files changed: 1 of 9, 0.2 s)");
    }
}
