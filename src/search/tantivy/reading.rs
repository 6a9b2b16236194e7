//! A query as words: what was typed together, what is one word written apart, what only wraps the question, and what is a
//! name. Nothing here knows what is in the index.

use crate::search::language::chat::wrapping;
use crate::search::language::{Analyzer, Forms, Script};

/// Most words of a query that are looked at; a query of the longest text has hardly more.
pub(super) const MOST_WORDS: usize = 96;

/// A word of the query with its forms.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    /// The word, folded.
    pub(super) word: String,
    /// Its script.
    pub(super) script: Script,
    /// Its stem; none for words that are never stemmed.
    pub(super) stem: Option<String>,
    /// Its root; none unless Russian.
    pub(super) root: Option<String>,
    /// Whether it is a stop word.
    pub(super) stop: bool,
    /// Whether it has a capital letter where the words around have none.
    pub(super) name: bool,
    /// Whether it has a capital letter behind a small one.
    pub(super) humped: bool,
    /// Where it stands in the text.
    pub(super) start: usize,
    /// See `start`.
    pub(super) end: usize,
}

impl Typed {
    /// Makes a word that stands at a place of the text.
    pub(super) fn new(word: &str, script: Script, forms: &Forms, range: std::ops::Range<usize>) -> Self {
        Self {
            word: word.to_owned(),
            script,
            stem: forms.stem.as_deref().map(str::to_owned),
            root: forms.root.as_deref().map(str::to_owned),
            stop: forms.stop,
            name: false,
            humped: false,
            start: range.start,
            end: range.end,
        }
    }

    /// Returns the number of letters.
    pub(super) fn letters(&self) -> usize {
        self.word.chars().count()
    }
}

/// Words written together, such as `wi-fi`; mostly one word. Or a number written in groups.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    /// Its words.
    pub(super) parts: Vec<Typed>,
    /// All of them as one word.
    pub(super) joined: Option<Typed>,
    /// Some of them as one word, such as the `1С` of `1С:Предприятие`, or a number in a shorter form.
    pub(super) inner: Vec<Typed>,
    /// Whether it belongs to a phrase around the question, such as a greeting.
    pub(super) wraps: bool,
}

impl Chunk {
    /// Returns its only word; none for codes and what has several words.
    pub(super) fn single(&self) -> Option<&Typed> {
        match self.parts.as_slice() {
            [word] if word.script != Script::Other => Some(word),
            _ => None,
        }
    }

    fn start(&self) -> usize {
        self.parts.first().map_or(0, |part| part.start)
    }

    /// Takes a joined form; the last one may be that of the whole chunk.
    fn join(&mut self, joined: Typed) {
        if let Some(shorter) = self.joined.replace(joined) {
            self.inner.push(shorter);
        }
    }

    /// Sees to it that the joined form is that of the whole chunk, but for a short word before a number (`п5.2`).
    fn settle(&mut self) {
        let Some(joined) = self.joined.take() else { return };
        let before = self.parts.iter().filter(|part| part.start < joined.start).map(Typed::letters).sum::<usize>();
        if before <= 3 && self.parts.last().is_some_and(|part| part.end == joined.end) {
            self.joined = Some(joined);
        } else {
            self.inner.push(joined);
        }
    }
}

/// Splits a query into chunks, at most [`MOST_WORDS`] words in all.
pub(super) fn read(analyzer: &mut Analyzer, text: &str) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut words = 0;
    let mut end = 0;
    analyzer.analyze(text, |token, forms| {
        let typed = Typed::new(token.word, token.script, forms, token.start..token.end);
        if token.joined {
            // A number in groups stands for the chunks of its groups.
            let from = chunks.partition_point(|chunk| chunk.start() < token.start);
            let others = if token.end <= end { chunks.split_off((from + 1).min(chunks.len())) } else { return };
            if let Some(chunk) = chunks.last_mut() {
                chunk.parts.extend(others.into_iter().flat_map(|other| other.parts));
                chunk.join(typed);
            }
            return;
        }
        if words >= MOST_WORDS {
            return;
        }
        // Parts of one chunk have no white space between them.
        let apart = text.get(end..token.start).is_none_or(|gap| gap.contains(char::is_whitespace)) || chunks.is_empty();
        end = token.end;
        words += 1;
        match chunks.last_mut() {
            Some(chunk) if !apart => chunk.parts.push(typed),
            _ => chunks.push(Chunk { parts: vec![typed], ..Chunk::default() }),
        }
    });
    chunks.iter_mut().for_each(Chunk::settle);
    find_wrapping(&mut chunks);
    find_names(&mut chunks, text);
    chunks
}

/// Finds what only wraps the question, unless there is nothing else.
fn find_wrapping(chunks: &mut [Chunk]) {
    let words: Vec<&str> = chunks.iter().flat_map(|chunk| &chunk.parts).map(|part| part.word.as_str()).collect();
    let wraps = wrapping(&words);
    let mut wraps = wraps.into_iter();
    let mut left = false;
    for chunk in chunks.iter_mut() {
        // Every part takes its answer, whatever the others say.
        chunk.wraps = wraps.by_ref().take(chunk.parts.len()).filter(|wraps| !wraps).count() == 0;
        left |= !chunk.wraps && chunk.parts.iter().any(|part| !part.stop);
    }
    if !left {
        chunks.iter_mut().for_each(|chunk| chunk.wraps = false);
    }
}

/// Finds words with a capital letter that neither begin a sentence nor are among many such.
fn find_names(chunks: &mut [Chunk], text: &str) {
    let is_capital =
        |part: &Typed| text.get(part.start..).and_then(|t| t.chars().next()).is_some_and(char::is_uppercase);
    for part in chunks.iter_mut().flat_map(|chunk| &mut chunk.parts) {
        let letters = text.get(part.start..part.end).unwrap_or("").chars();
        let small = |c: char| c.is_lowercase();
        part.humped = letters.clone().zip(letters.skip(1)).any(|(a, b)| small(a) && b.is_uppercase());
    }
    let begins = |part: &Typed| {
        let before = text.get(..part.start).unwrap_or("").trim_end();
        before.is_empty() || before.ends_with(['.', '!', '?', ':', '…', '"', '«', '—'])
    };
    let parts = || chunks.iter().flat_map(|chunk| &chunk.parts).filter(|part| part.script != Script::Other);
    let capitals = parts().filter(|part| is_capital(part) && !begins(part)).count();
    let small = parts().filter(|part| !is_capital(part)).count();
    if capitals > 0 && capitals < small {
        for part in chunks.iter_mut().flat_map(|chunk| &mut chunk.parts) {
            part.name = is_capital(part) && !begins(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &str) -> Vec<String> {
        let shown = |chunk: Chunk| {
            let parts: Vec<_> = chunk.parts.iter().map(|part| part.word.as_str()).collect();
            let joined = chunk.joined.map(|joined| format!("={}", joined.word)).unwrap_or_default();
            let inner: Vec<_> = chunk.inner.iter().map(|inner| format!(" ({})", inner.word)).collect();
            format!("{}{joined}{}", parts.join("+"), inner.concat())
        };
        read(&mut Analyzer::default(), text).into_iter().filter(|chunk| !chunk.wraps).map(shown).collect()
    }

    #[test]
    fn what_is_written_together_is_one_chunk() {
        assert_eq!(chunks("wi-fi роутер"), ["wi+fi=wifi", "роутер"]);
        assert_eq!(chunks("1С:Предприятие"), ["1+с+предприятие=1спредприятие (1c)"]);
        assert_eq!(chunks("до 4 000 рублей"), ["до", "4+000=4000", "рублей"]);
        assert_eq!(
            chunks("+7 (495) 123-45-67 звонит"),
            ["7+495+123+45+67=74951234567 (1234567) (4951234567)", "звонит"]
        );
    }

    #[test]
    fn wrapping_is_left_out_unless_there_is_nothing_else() {
        assert_eq!(chunks("Здравствуйте, подскажите пожалуйста, возврат!"), ["возврат"]);
        assert_eq!(chunks("Добрый день"), ["добрый", "день"]);
        assert_eq!(chunks("спасибо, а как?"), ["спасибо", "а", "как"]);
    }

    #[test]
    fn names_are_capital_among_small_words() {
        let names = |text: &str| {
            let chunks = read(&mut Analyzer::default(), text);
            let names = chunks.into_iter().flat_map(|chunk| chunk.parts).filter(|part| part.name);
            names.map(|part| part.word).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names("доставка в Мытищи курьером"), "мытищи");
        assert_eq!(names("Доставка курьером. Оплата потом"), "");
        assert_eq!(names("Return Of The Order"), "");
        assert_eq!(names("Возврат"), "");
    }
}
