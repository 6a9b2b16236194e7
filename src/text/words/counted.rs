//! What is said with a number, a day or a name in it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Forms, Words};
use crate::text::Lang;

/// A no-break space: a number and its noun stay on one line.
const NBSP: char = '\u{a0}';

impl Words {
    /// Returns the language of these words.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// Returns the nouns that stand behind numbers on pages that devices make by themselves, by name: one, few, many.
    pub fn forms(&self) -> [(&'static str, [&'static str; 3]); 3] {
        [("article_forms", self.article_forms), ("result_forms", self.result_forms), ("days", self.day_forms)]
    }

    /// Returns "12 статей".
    pub fn articles(&self, number: usize) -> String {
        self.counted(number, &self.article_forms)
    }

    /// Returns "12 результатов".
    pub fn results_found(&self, number: usize) -> String {
        self.counted(number, &self.result_forms)
    }

    /// Returns "2 ошибки".
    pub fn errors(&self, number: usize) -> String {
        self.counted(number, &self.error_forms)
    }

    /// Returns "Без изменений: 12 фрагментов".
    pub fn unchanged(&self, blocks: usize) -> String {
        let blocks = self.counted(blocks, &self.block_forms);
        match self.lang {
            Lang::Ru => format!("Без изменений: {blocks}"),
            Lang::En => format!("Unchanged: {blocks}"),
        }
    }

    /// Returns "5 предупреждений".
    pub fn warnings(&self, number: usize) -> String {
        self.counted(number, &self.warning_forms)
    }

    fn counted(&self, number: usize, forms: &Forms) -> String {
        format!("{}{NBSP}{}", self.number(number), forms[self.form(number)])
    }

    /// Returns the form that stands behind a number (CLDR plural rules for whole numbers: `one`, `few`, `many`).
    pub(in crate::text) const fn form(&self, number: usize) -> usize {
        match self.lang {
            Lang::En => (number != 1) as usize,
            Lang::Ru => match (number % 10, number % 100) {
                (_, 11..=14) => 2,
                (1, _) => 0,
                (2..=4, _) => 1,
                _ => 2,
            },
        }
    }

    /// Returns a whole number with its thousands divided: `12 345` or `12,345`.
    pub fn number(&self, number: usize) -> String {
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            // Russian leaves four digits undivided.
            let divided = self.lang == Lang::En || digits.len() > 4;
            if divided && index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(if self.lang == Lang::Ru { NBSP } else { ',' });
            }
            text.push(digit);
        }
        text
    }

    /// Returns `12.11.2026` or `12 Nov 2026`.
    pub fn date(&self, day: Date) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        match self.lang {
            Lang::Ru => format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()),
            Lang::En => {
                let month = usize::try_from(day.month() - 1).ok().and_then(|month| MONTHS.get(month));
                format!("{}{NBSP}{}{NBSP}{}", day.day(), month.unwrap_or(&"?"), day.year())
            }
        }
    }

    /// Returns the day of a moment in UTC, as [`Words::date`].
    pub fn day_of(&self, at: Timestamp) -> String {
        self.date(utc_day(at))
    }

    /// Returns `12.11.2026 09:41 UTC`: pages are the same on every server, whatever its time zone.
    pub fn moment(&self, at: Timestamp) -> String {
        let at = at.to_zoned(TimeZone::UTC);
        format!("{} {:02}:{:02}{NBSP}UTC", self.date(at.date()), at.hour(), at.minute())
    }

    /// Returns `сегодня`, `вчера`, or the date.
    pub fn near_date(&self, day: Date, today: Date) -> String {
        let (now, before) = match self.lang {
            Lang::Ru => ("сегодня", "вчера"),
            Lang::En => ("today", "yesterday"),
        };
        if day == today {
            now.to_owned()
        } else if day.tomorrow().is_ok_and(|next| next == today) {
            before.to_owned()
        } else {
            self.date(day)
        }
    }

    /// Returns the day of a moment in UTC, as [`Words::near_date`].
    pub fn near_day_of(&self, at: Timestamp, today: Date) -> String {
        self.near_date(utc_day(at), today)
    }

    /// Returns "Проверено 12.11.2026", or without a day "Проверено".
    pub fn verified_on(&self, day: Option<Date>) -> String {
        match day {
            Some(day) => format!("{} {}", self.trust_verified, self.date(day)),
            None => self.trust_verified.to_owned(),
        }
    }

    /// Returns "Проверка просрочена на 14 дней".
    pub fn overdue_since(&self, due: Option<Date>, today: Date) -> String {
        let late = due.and_then(|due| due.until(today).ok()).map_or(0, |span| span.get_days());
        let Some(late) = usize::try_from(late).ok().filter(|&late| late > 0) else {
            return self.trust_overdue.to_owned();
        };
        format!("{}{}{}", self.trust_overdue, self.overdue_by(), self.counted(late, &self.day_forms))
    }

    /// Returns what stands between "Проверка просрочена" and by how much.
    pub const fn overdue_by(&self) -> &'static str {
        match self.lang {
            Lang::Ru => " на ",
            Lang::En => " by ",
        }
    }

    /// Returns the name of a channel of an answer; a channel that is not known goes by its own name.
    pub fn channel_name(&self, channel: Option<&str>) -> String {
        match channel {
            None => self.channel_general.to_owned(),
            Some("email" | "mail" | "e-mail") => self.channel_email.to_owned(),
            Some("voice" | "phone") => self.channel_voice.to_owned(),
            Some("chat") => self.channel_chat.to_owned(),
            Some("sms") => self.channel_sms.to_owned(),
            Some(other) => other.to_owned(),
        }
    }

    /// Returns the name of a kind of article; a kind that is not known goes by its own name.
    pub fn kind_name<'a>(&self, kind: &'a str) -> &'a str {
        match (self.lang, kind) {
            (Lang::Ru, "answer") => "ответ",
            (Lang::Ru, "procedure") => "порядок действий",
            (Lang::Ru, "reply") => "реплика",
            (Lang::Ru, "refusal") => "отказ",
            (Lang::Ru, "example") => "примеры",
            (Lang::Ru, "playbook") => "сценарий",
            (Lang::Ru, "standard") => "стандарт",
            (Lang::Ru, "overview") => "обзор",
            _ => kind,
        }
    }

    /// Returns the name of a state of articles; one that is not known goes by its own name.
    pub fn status_name<'a>(&self, status: &'a str) -> &'a str {
        match status {
            "current" => self.status_current,
            "archived" => self.status_archived,
            "draft" => self.status_draft,
            other => other,
        }
    }

    /// Returns "и ещё 12".
    pub fn and_more(&self, number: usize) -> String {
        let number = self.number(number);
        match self.lang {
            Lang::Ru => format!("и ещё{NBSP}{number}"),
            Lang::En => format!("and{NBSP}{number} more"),
        }
    }

    /// Returns the name of an article's language; one that is not known goes by its code.
    pub fn lang_name<'a>(&self, code: &'a str) -> &'a str {
        match (self.lang, code) {
            (Lang::Ru, "ru") => "русский",
            (Lang::Ru, "en") => "английский",
            (Lang::En, "ru") => "Russian",
            (Lang::En, "en") => "English",
            _ => code,
        }
    }

    /// Returns "1–10 из 34".
    pub fn range(&self, from: usize, to: usize, of: usize) -> String {
        let (from, to, of) = (self.number(from), self.number(to), self.number(of));
        match self.lang {
            Lang::Ru => format!("{from}–{to} из{NBSP}{of}"),
            Lang::En => format!("{from}–{to} of{NBSP}{of}"),
        }
    }

    /// Returns "Точной фразы «…» нет: показано по её словам".
    pub fn phrase_not_found(&self, phrase: &str) -> String {
        let phrase = self.quoted(phrase);
        match self.lang {
            Lang::Ru => format!("Точной фразы {phrase} нигде нет: показано по её словам."),
            Lang::En => format!("Nothing has the exact phrase {phrase}: these are results for its words."),
        }
    }

    /// Returns "Слова «…» нет ни в одной статье: показано по остальным".
    pub fn word_not_found(&self, word: &str) -> String {
        let word = self.quoted(word);
        match self.lang {
            Lang::Ru => format!("Слова {word} нет ни в одной статье: показано по остальным."),
            Lang::En => format!("No article has the word {word}: these are results for the others."),
        }
    }

    /// Returns "Изменено вчера".
    pub fn changed_near(&self, day: Date, today: Date) -> String {
        match self.lang {
            Lang::Ru => format!("Изменено {}", self.near_date(day, today)),
            Lang::En => format!("Changed {}", self.near_date(day, today)),
        }
    }

    /// Returns where an answer comes from: «Возврат», ред. ab12cd3.
    pub fn source_of(&self, title: &str, revision: &str) -> String {
        format!("{}, {} {revision}", self.quoted(title), self.revision_short)
    }

    /// Returns "Нет статьи со всеми словами; без «курьером» — 3 результата.", or without the number when it is not known.
    pub fn without_words(&self, words: &[&str], found: Option<usize>) -> String {
        let words = words.iter().map(|word| self.quoted(word)).collect::<Vec<_>>().join(", ");
        let found = found.map(|found| self.results_found(found));
        match (self.lang, found) {
            (Lang::Ru, Some(found)) => format!("Нет статьи со всеми словами; без {words} — {found}."),
            (Lang::Ru, None) => format!("Нет статьи со всеми словами; показано без {words}."),
            (Lang::En, Some(found)) => format!("No article has all the words; without {words}: {found}."),
            (Lang::En, None) => format!("No article has all the words; these are without {words}."),
        }
    }

    /// Returns a text in the quotation marks of the language.
    pub fn quoted(&self, text: &str) -> String {
        match self.lang {
            Lang::Ru => format!("«{text}»"),
            Lang::En => format!("“{text}”"),
        }
    }
}

fn utc_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::text::words::{EN, RU};

    #[test]
    fn russian_nouns_follow_their_numbers() {
        let shown: Vec<_> = [0, 1, 2, 5, 11, 12, 14, 21, 22, 25, 101, 111, 1234, 12345]
            .map(|number| RU.articles(number).replace(NBSP, " "))
            .to_vec();
        assert_eq!(
            shown,
            [
                "0 статей",
                "1 статья",
                "2 статьи",
                "5 статей",
                "11 статей",
                "12 статей",
                "14 статей",
                "21 статья",
                "22 статьи",
                "25 статей",
                "101 статья",
                "111 статей",
                "1234 статьи",
                "12 345 статей"
            ]
        );
        assert_eq!(EN.articles(1).replace(NBSP, " "), "1 article");
        assert_eq!(EN.articles(1234).replace(NBSP, " "), "1,234 articles");
    }

    #[test]
    fn dates_are_written_as_the_language_does() {
        let day = date(2026, 11, 2);
        assert_eq!(RU.date(day), "02.11.2026");
        assert_eq!(EN.date(day).replace(NBSP, " "), "2 Nov 2026");
        assert_eq!(RU.near_date(day, day), "сегодня");
        assert_eq!(EN.near_date(day, date(2026, 11, 3)), "yesterday");
        assert_eq!(RU.near_date(day, date(2026, 11, 4)), "02.11.2026");
    }

    #[test]
    fn overdue_says_by_how_much() {
        let (due, today) = (Some(date(2026, 10, 29)), date(2026, 11, 12));
        assert_eq!(RU.overdue_since(due, today).replace(NBSP, " "), "Проверка просрочена на 14 дней");
        assert_eq!(EN.overdue_since(due, today).replace(NBSP, " "), "Review overdue by 14 days");
    }

    #[test]
    fn every_text_is_there_in_both_languages() {
        for ((name, ru), (_, en)) in RU.all().into_iter().zip(EN.all()) {
            assert!(!ru.is_empty() && !en.is_empty(), "{name} is empty");
            assert!(!en.chars().any(|c| ('а'..='я').contains(&c)), "{name} is not English: {en}");
        }
    }
}
