//! What an editor may have meant by a key or a value that is not one: the words of other programs, of other languages, and
//! dates and times as people write them.

use std::str::FromStr;

use jiff::civil::Date;

use super::{Status, days};
use crate::spelling::nearest;

/// What keys are called elsewhere.
const KEYS: [(&str, &[&str]); 16] = [
    ("title", &["name", "заголовок", "название"]),
    ("slug", &["id", "url", "path", "permalink", "адрес"]),
    ("type", &["kind", "layout", "тип", "вид"]),
    ("summary", &["description", "excerpt", "subtitle", "описание", "кратко"]),
    ("questions", &["faq", "вопрос", "вопросы"]),
    ("keywords", &["synonyms", "синонимы", "слова", "ключевые слова"]),
    ("tags", &["category", "categories", "labels", "тег", "теги", "метки", "категория"]),
    ("audience", &["access", "visibility", "roles", "аудитория", "доступ", "для кого"]),
    ("owner", &["responsible", "maintainer", "владелец", "ответственный"]),
    ("review", &["review_every", "review_by", "expires", "пересмотр", "проверить"]),
    ("verified", &["verified_by", "verified_on", "verified_at", "проверено"]),
    ("status", &["draft", "state", "published", "статус", "черновик"]),
    ("superseded_by", &["replaced_by", "заменена"]),
    ("redirect_from", &["aliases", "alias", "redirect", "redirects", "прежний адрес"]),
    ("related", &["see_also", "см. также", "похожие"]),
    ("lang", &["language", "locale", "язык"]),
];

/// What the languages most written in are called.
const LANGUAGES: [(&str, &[&str]); 2] =
    [("ru", &["russian", "rus", "русский"]), ("en", &["english", "eng", "английский"])];

/// What the states of an article are called.
const STATES: [(Status, &[&str]); 3] = [
    (Status::Current, &["published", "active", "live", "true", "опубликовано", "действует", "готово"]),
    (Status::Draft, &["wip", "unpublished", "false", "черновик"]),
    (Status::Archived, &["archive", "obsolete", "outdated", "deprecated", "архив", "устарело", "в архиве"]),
];

/// Returns the key that is called so elsewhere.
pub(super) fn key(written: &str) -> Option<&'static str> {
    let written = written.trim().to_lowercase();
    KEYS.iter().find(|(_, others)| others.contains(&written.as_str())).map(|(key, _)| *key)
}

/// Returns the value of a key that is nearly one, as it would be right; `review.every` names a key within a key.
pub(super) fn value(key: &str, written: &str) -> Option<String> {
    let written = written.trim();
    match key {
        "review" => time(written)
            .map(|time| format!("{{every: {time}}}"))
            .or_else(|| date(written).map(|date| format!("{{by: {date}}}"))),
        "review.every" => time(written),
        "review.by" | "verified.on" => date(written),
        "verified" => date(written).map(|date| format!("{{by: …, on: {date}}}")),
        "status" => state(&written.to_lowercase()),
        "type" => {
            let word = written.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
            word.chars().all(|c| c == '-' || c.is_alphanumeric()).then_some(word).filter(|word| !word.is_empty())
        }
        "lang" => {
            let lower = written.to_lowercase();
            let named = LANGUAGES.iter().find(|(_, names)| names.contains(&lower.as_str()));
            named.map(|(code, _)| (*code).to_owned()).or_else(|| code(&lower))
        }
        _ => None,
    }
}

fn state(written: &str) -> Option<String> {
    let named = STATES.iter().find(|(_, names)| names.contains(&written)).map(|(status, _)| status.name());
    named.or_else(|| nearest(written, STATES.map(|(status, _)| status.name()))).map(str::to_owned)
}

/// Reads `ru_RU` as `ru-ru`.
fn code(written: &str) -> Option<String> {
    let (language, country) = written.split_once('_')?;
    let is_code = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic());
    (is_code(language) && is_code(country)).then(|| format!("{language}-{country}"))
}

/// Reads `90`, `90 days` and `3 месяца`.
fn time(written: &str) -> Option<String> {
    let unit = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (number, unit) = written.split_at(unit);
    let letter = match unit.trim().to_lowercase().chars().next() {
        None | Some('d' | 'д') => 'd',
        Some('w' | 'н') => 'w',
        Some('m' | 'м') => 'm',
        Some('y' | 'г' | 'л') => 'y',
        Some(_) => return None,
    };
    let time = format!("{number}{letter}");
    days(&time).map(|_| time)
}

/// Reads a date in another order or with other signs between its parts, such as `1.2.2027`. Of two short numbers the first is
/// the day.
fn date(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split(['.', '/', '-', ' ']).map(str::trim).collect();
    let [first, month, last] = parts[..] else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let date = Date::from_str(&format!("{year:0>4}-{month:0>2}-{day:0>2}")).ok()?;
    (year.len() == 4).then(|| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_understood() {
        assert_eq!(key("Description"), Some("summary"));
        assert_eq!(key("вопросы"), Some("questions"));
        assert_eq!(key("date"), None);
        for (name, written, meant) in [
            ("review", "90d", "{every: 90d}"),
            ("review", "01.02.2027", "{by: 2027-02-01}"),
            ("review.every", "90", "90d"),
            ("review.every", "3 месяца", "3m"),
            ("review.every", "2 недели", "2w"),
            ("review.by", "2027/2/1", "2027-02-01"),
            ("verified.on", "12.11.2026", "2026-11-12"),
            ("verified", "2026-11-12", "{by: …, on: 2026-11-12}"),
            ("status", "archive", "archived"),
            ("status", "опубликовано", "current"),
            ("status", "drfat", "draft"),
            ("type", "Ответ клиенту", "ответ-клиенту"),
            ("lang", "Русский", "ru"),
            ("lang", "en_US", "en-us"),
        ] {
            assert_eq!(value(name, written).as_deref(), Some(meant), "{name}: {written}");
        }
        for (name, written) in
            [("review.every", "soon"), ("review.by", "30.02.2027"), ("review.by", "1.2.27"), ("title", "x")]
        {
            assert_eq!(value(name, written), None, "{name}: {written}");
        }
    }
}
