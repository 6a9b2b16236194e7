//! Marked titles and snippets: which words of a short text a query meant, and the window of it to show.

use rustc_hash::FxHashMap;

use super::letters::Letters;
use super::plan::{Mark, Plan};
use super::schema::Class;
use crate::search::language::Analyzer;

/// Longest snippet in characters.
pub(super) const LENGTH: usize = 240;
/// Characters shown before the first mark where no sentence begins near.
const LEAD: usize = 40;
/// Characters before the first mark in which the beginning of a sentence is looked for.
const SENTENCE: usize = 110;
/// Words farther from each other than this are not near.
const NEAR: usize = 8;
/// Most marks of a text that are looked at.
const MAX_MARKS: usize = 400;

/// Knows the forms of a query; marks them in texts.
#[derive(Debug)]
pub(super) struct Marker {
    /// By class (word, stem, root): the groups of a form.
    forms: [FxHashMap<String, usize>; 3],
    /// Beginnings of words, and their groups.
    beginnings: Vec<(String, usize)>,
    /// By group: what it is worth to show it.
    weights: Vec<f32>,
    /// The first letters that a matching word can have, so that most words are passed over unread.
    letters: Letters,
}

/// A word that a query meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    start: usize,
    end: usize,
    group: usize,
    /// The number of the word in the text; runs in which nothing can match count as one word.
    word: usize,
    /// Only the root is the same.
    weak: bool,
}

impl Marker {
    /// Takes the forms of a plan; `rarities` are the weights of its groups.
    pub(super) fn new(plan: &Plan, rarities: &[f32]) -> Self {
        // A marked «и» helps nobody.
        let marks = plan.groups.iter().map(|group| if group.stop { Vec::new() } else { group.marks.clone() });
        Self { weights: rarities.to_vec(), ..Self::of(marks) }
    }

    /// Takes the forms of groups that are all worth the same.
    pub(super) fn of(groups: impl Iterator<Item = Vec<Mark>>) -> Self {
        let mut marker = Self {
            forms: Default::default(),
            beginnings: Vec::new(),
            weights: Vec::new(),
            letters: Letters::default(),
        };
        for (group, Mark { class, form }) in
            groups.enumerate().flat_map(|(group, marks)| marks.into_iter().map(move |m| (group, m)))
        {
            marker.letters.add(&form, class != Class::Word);
            match class {
                Class::Edge | Class::BodyEdge => marker.beginnings.push((form, group)),
                Class::Word | Class::Stem | Class::Root => {
                    marker.forms[class as usize].entry(form).or_insert(group);
                }
            }
        }
        marker
    }

    /// Finds the words of a text that the query meant, in order, not overlapping; roots only where nothing else was found.
    /// Of words written together, such as `wi-fi`, gives the parts or the whole.
    fn find(&self, analyzer: &mut Analyzer, text: &str, wholes: bool) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let (mut at, mut words) = (0, 0);
        for (run, may_match) in self.letters.runs(text) {
            let start = at;
            at += run.len();
            if found.len() >= MAX_MARKS {
                break;
            }
            words += match may_match {
                true => self.find_in_run(analyzer, run, (start, words), wholes, &mut found).max(1),
                false => 1,
            };
        }
        if found.iter().any(|found| !found.weak) {
            found.retain(|found| !found.weak);
        }
        found
    }

    /// Looks at one run of characters, which begins at a byte and with a word of the text. Returns the number of its words.
    fn find_in_run(
        &self,
        analyzer: &mut Analyzer,
        run: &str,
        (start, first): (usize, usize),
        wholes: bool,
        found: &mut Vec<Found>,
    ) -> usize {
        let mut words = 0;
        analyzer.analyze(run, |token, forms| {
            if token.joined && !wholes {
                return;
            }
            let word = first + words;
            words += usize::from(!token.joined);
            let group = |class: Class, form: Option<&str>| self.forms[class as usize].get(form?).copied();
            let begun =
                || self.beginnings.iter().find(|(form, _)| token.word.starts_with(form)).map(|(_, group)| *group);
            let strong = group(Class::Word, Some(token.word))
                .or_else(|| group(Class::Stem, forms.stem.as_deref()))
                .or_else(begun);
            let weak = || group(Class::Root, forms.root.as_deref());
            let Some((group, weak)) = strong.map(|group| (group, false)).or_else(|| Some((weak()?, true))) else {
                return;
            };
            let new = Found { start: start + token.start, end: start + token.end, group, word, weak };
            // A joined form comes after its parts and covers them.
            while found.last().is_some_and(|last| last.start >= new.start) {
                found.pop();
            }
            found.push(new);
        });
        words
    }

    /// Returns how near to each other a text has the words that follow one another in the query: for every two, from 0 (not
    /// within [`NEAR`] words) to 1 (as in the query).
    pub(super) fn nearness(&self, analyzer: &mut Analyzer, text: &str, pairs: &[(usize, usize)]) -> Vec<f32> {
        let mut best = vec![0.0f32; pairs.len()];
        let mut last: Vec<Option<usize>> = vec![None; self.weights.len()];
        for found in self.find(analyzer, text, false) {
            for (best, &(first, second)) in best.iter_mut().zip(pairs) {
                let (other, turned) = match found.group {
                    group if group == second => (first, 0),
                    group if group == first => (second, 1),
                    _ => continue,
                };
                let Some(other) = last.get(other).copied().flatten() else { continue };
                let distance = (found.word - other).abs_diff(second - first);
                if found.word - other <= NEAR {
                    *best = best.max(1.0 / (1 + distance + turned) as f32);
                }
            }
            if let Some(last) = last.get_mut(found.group) {
                *last = Some(found.word);
            }
        }
        best
    }

    /// Returns a whole text, escaped, with marks.
    pub(super) fn whole(&self, analyzer: &mut Analyzer, text: &str) -> String {
        let found = self.find(analyzer, text, true);
        html(text, 0, text.len(), &found)
    }

    /// Returns the window of a text that shows most of the query, escaped, with marks; none when nothing of it is there.
    pub(super) fn window(&self, analyzer: &mut Analyzer, text: &str) -> Option<String> {
        let found = self.find(analyzer, text, true);
        let mut best: Option<(f32, usize, usize)> = None;
        let mut last = None;
        for (i, first) in found.iter().enumerate() {
            let start = window_start(text, first.start);
            if last.replace(start) == Some(start) {
                // The same window was looked at from an earlier word of it.
                continue;
            }
            let end = window_end(text, start);
            let mut seen: u64 = 0;
            let mut weight = 0.0;
            for found in found[i..].iter().take_while(|found| found.end <= end) {
                let bit = 1 << (found.group & 63);
                if seen & bit == 0 {
                    weight += self.weights.get(found.group).copied().unwrap_or(0.0) + 0.001;
                }
                seen |= bit;
            }
            if best.is_none_or(|(most, ..)| weight > most) {
                best = Some((weight, start, end));
            }
        }
        best.map(|(_, start, end)| html(text, start, end, &found))
    }
}

/// Returns a text, escaped, on one line.
pub(super) fn escaped(text: &str) -> String {
    html(text, 0, text.len(), &[])
}

/// Returns the beginning of a text as a snippet, without marks.
pub(super) fn beginning(text: &str) -> String {
    let text = text.trim();
    html(text, 0, window_end(text, 0), &[])
}

/// Returns where a window begins that shows the word at `at`: at its sentence, else at a word before it.
fn window_start(text: &str, at: usize) -> usize {
    let mut word = at;
    for (count, (i, c)) in text[..at].char_indices().rev().enumerate() {
        if count >= SENTENCE {
            return word;
        }
        let next = i + c.len_utf8();
        if c == '\n' || (matches!(c, '.' | '!' | '?' | '…') && text[next..].starts_with(char::is_whitespace)) {
            return next + (text[next..].len() - text[next..].trim_start().len());
        }
        if c.is_whitespace() && count <= LEAD {
            word = next;
        }
    }
    if text[..at].chars().count() <= SENTENCE { 0 } else { word }
}

/// Returns where a window that begins at `start` ends: behind a word, with room for dots where something is cut off.
fn window_end(text: &str, start: usize) -> usize {
    let room = LENGTH - usize::from(start > 0) - 1;
    let mut shown = 0;
    let over = |(at, c): (usize, char)| {
        // The end of a row of a table is shown as two characters.
        shown += if c == '\n' { 2 } else { 1 };
        (shown > room).then_some(start + at)
    };
    let Some(limit) = text[start..].char_indices().find_map(over) else { return text.len() };
    if text[limit..].chars().nth(1).is_none() {
        return text.len();
    }
    let word = text[start..limit].rfind(char::is_whitespace);
    // A word longer than the window is cut.
    word.filter(|&word| word > 0).map_or(limit, |word| start + text[start..start + word].trim_end().len())
}

/// Writes a part of a text as HTML: escaped, white space folded, marked, with dots where it is cut.
fn html(text: &str, start: usize, end: usize, found: &[Found]) -> String {
    let mut html = String::with_capacity(end - start + 32);
    if start > 0 {
        html.push('…');
    }
    let mut at = start;
    let mut in_row = false;
    for found in found.iter().filter(|found| found.start >= start && found.end <= end) {
        if found.start < at {
            continue;
        }
        escape(&text[at..found.start], &mut in_row, &mut html);
        html.push_str("<mark>");
        escape(&text[found.start..found.end], &mut in_row, &mut html);
        html.push_str("</mark>");
        at = found.end;
    }
    escape(&text[at..end], &mut in_row, &mut html);
    if end < text.trim_end().len() {
        html.push('…');
    }
    html
}

/// Escapes text for HTML; line ends become spaces. Of a table, cells are divided by dots and rows by semicolons: without
/// its lines, a row of bars is nothing that people read.
fn escape(text: &str, in_row: &mut bool, html: &mut String) {
    for (at, c) in text.char_indices() {
        match c {
            '|' if text[at + 1..].starts_with([' ', '\n']) && (at == 0 || text[..at].ends_with([' ', '\n'])) => {
                html.push('·');
                *in_row = true;
            }
            '\n' if std::mem::take(in_row) && !html.ends_with([';', '.', '!', '?', ':']) => {
                html.truncate(html.trim_end().len());
                html.push_str("; ");
            }
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c if c.is_whitespace() || c.is_control() => {
                if !html.ends_with(' ') {
                    html.push(' ');
                }
            }
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(marks: &[(Class, &str)]) -> Marker {
        Marker::of(marks.iter().map(|&(class, form)| vec![Mark { class, form: form.to_owned() }]))
    }

    #[test]
    fn words_stems_and_beginnings_are_marked_whole() {
        let marker = marker(&[(Class::Stem, "возврат"), (Class::Edge, "чек"), (Class::Word, "wifi")]);
        let marked = marker.whole(&mut Analyzer::default(), "О возврате <без> чека по Wi-Fi");
        assert_eq!(marked, "О <mark>возврате</mark> &lt;без&gt; <mark>чека</mark> по <mark>Wi-Fi</mark>");
    }

    #[test]
    fn roots_are_marked_where_nothing_else_is() {
        let marker = marker(&[(Class::Root, "ностр"), (Class::Stem, "принтер")]);
        let mut analyzer = Analyzer::default();
        let root = analyzer.forms("настройка", crate::search::language::Script::Cyrillic).root.clone();
        assert_eq!(root.as_deref(), Some("ностр"));
        assert_eq!(marker.whole(&mut analyzer, "Настройка сети"), "<mark>Настройка</mark> сети");
        assert_eq!(marker.whole(&mut analyzer, "Настройка принтера"), "Настройка <mark>принтера</mark>");
    }

    #[test]
    fn window_shows_most_of_the_query_from_the_sentence_on() {
        let filler = "Ничего важного здесь нет. ".repeat(20);
        let text = format!("Возврат. {filler}Срок возврата денег по чеку — три дня. {filler}");
        let marker = marker(&[(Class::Stem, "возврат"), (Class::Stem, "чек")]);
        let window = marker.window(&mut Analyzer::default(), &text).expect("found");
        assert!(window.starts_with("…Срок <mark>возврата</mark> денег по <mark>чеку</mark>"), "{window}");
        let plain = window.replace("<mark>", "").replace("</mark>", "");
        assert!(plain.chars().count() <= LENGTH && plain.ends_with('…'), "{plain}");
    }

    #[test]
    fn text_without_spaces_is_cut_and_escaped() {
        assert_eq!(beginning(&"я".repeat(500)).chars().count(), LENGTH);
        assert_eq!(beginning("a\n<b>"), "a &lt;b&gt;");
        assert_eq!(beginning(""), "");
    }

    #[test]
    fn tables_are_shown_without_bars() {
        let rows = beginning(&"а | б\n".repeat(200));
        assert!((230..=LENGTH).contains(&rows.chars().count()), "{rows}");
        assert_eq!(beginning("Город | Срок\nПермь | 2 дня\n\nДальше"), "Город · Срок; Пермь · 2 дня; Дальше");
        assert_eq!(beginning("a|b || c"), "a|b || c", "a bar in a text stays");
    }
}
