//! Which questions are asked most: counted by their words, masked, without anybody's name, and no more of them than fit.
//!
//! It is what a change is held against before it is live: the questions that people really ask, next to those that editors
//! thought of. While somebody types, every letter is a search; so a text counts only when some seconds later no longer one
//! has taken its place ("во", "возв", "возврат" are one question). Nobody is told apart for that: what begins alike within these
//! seconds is taken for one, which is wrong now and then and changes nothing.
//!
//! Nothing a reader gets depends on these counts.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Masked, group_of};

/// How long a text waits for a longer one to take its place.
const SETTLES: Duration = Duration::from_secs(10);
/// Most texts that wait.
const WAITING: usize = 256;
/// Most questions that are counted.
const MOST: usize = 2_000;
/// From this sum on all counts are halved, so that what was asked long ago weighs less and less.
const FULL: u64 = 50_000;
/// Characters of a text that counts.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=200;
/// How often a question must be asked to be told: what only one person typed may be about one customer.
const TOLD: u32 = 3;

/// Counts questions.
#[derive(Debug, Default)]
pub struct Asked {
    inner: Mutex<Inner>,
    /// Where counts are kept between starts.
    file: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: VecDeque<(String, Instant)>,
    /// By group: how often, and the text as it was typed last.
    counts: HashMap<String, (u32, String)>,
    /// Whether counts are not written yet.
    changed: bool,
}

impl Asked {
    /// Counts on from what a file holds. What cannot be read there is begun anew.
    pub fn at(file: PathBuf) -> Self {
        let inner = Inner { counts: read(&file), ..Inner::default() };
        Self { inner: Mutex::new(inner), file: Some(file) }
    }

    /// Takes a text that was searched. Costs a look through at most [`WAITING`] texts.
    pub fn asked(&self, text: &str) {
        self.asked_at(text, Instant::now());
    }

    fn asked_at(&self, text: &str, now: Instant) {
        let text = text.trim();
        if !LENGTHS.contains(&text.chars().count()) {
            return;
        }
        let mut inner = self.lock();
        inner.settle(now);
        let is_one = |waiting: &str| text.starts_with(waiting) || waiting.starts_with(text);
        match inner.waiting.iter().position(|(waiting, _)| is_one(waiting)) {
            Some(at) => drop(inner.waiting.remove(at)),
            None if inner.waiting.len() >= WAITING => return,
            None => {}
        }
        inner.waiting.push_back((text.to_owned(), now));
    }

    /// Returns the questions that were asked most, at most `most`, the most frequent first.
    pub fn most(&self, most: usize) -> Vec<String> {
        self.most_at(most, Instant::now())
    }

    fn most_at(&self, most: usize, now: Instant) -> Vec<String> {
        let mut inner = self.lock();
        inner.settle(now);
        let mut told: Vec<(u32, &String)> =
            inner.counts.values().filter(|(count, _)| *count >= TOLD).map(|(count, text)| (*count, text)).collect();
        told.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        told.into_iter().take(most).map(|(_, text)| text.clone()).collect()
    }

    /// Returns the texts that are not counted yet, because a longer one may take their place.
    pub fn waiting(&self) -> Vec<String> {
        self.lock().waiting.iter().map(|(text, _)| text.clone()).collect()
    }

    /// Writes the counts, if they changed. Blocks.
    ///
    /// # Errors
    /// When the file cannot be written; the counts stay in memory.
    pub fn keep(&self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let lines: Vec<String> = {
            let mut inner = self.lock();
            inner.settle(Instant::now());
            if !std::mem::take(&mut inner.changed) {
                return Ok(());
            }
            inner.counts.values().map(|(count, text)| format!("{count}\t{text}\n")).collect()
        };
        let partial = file.with_extension("partial");
        let written = fs::write(&partial, lines.concat()).and_then(|()| fs::rename(&partial, file));
        if written.is_err() {
            self.lock().changed = true;
        }
        written
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Counts the texts that nothing took the place of.
    fn settle(&mut self, now: Instant) {
        while self.waiting.front().is_some_and(|(_, at)| now.saturating_duration_since(*at) >= SETTLES) {
            let Some((text, _)) = self.waiting.pop_front() else { return };
            let masked = Masked::of(&text).as_str().replace(['\t', '\n', '\r'], " ");
            self.count(masked);
        }
    }

    fn count(&mut self, text: String) {
        let group = group_of(&text);
        if !self.counts.contains_key(&group) && self.counts.len() >= MOST {
            let least = self.counts.iter().min_by(|a, b| a.1.cmp(b.1)).map(|(group, _)| group.clone());
            self.counts.remove(&least.unwrap_or_default());
        }
        let counted = self.counts.entry(group).or_default();
        *counted = (counted.0.saturating_add(1), text);
        self.changed = true;
        if self.counts.values().map(|(count, _)| u64::from(*count)).sum::<u64>() > FULL {
            self.counts.retain(|_, (count, _)| {
                *count /= 2;
                *count > 0
            });
        }
    }
}

/// Reads lines of a count and a text.
fn read(file: &Path) -> HashMap<String, (u32, String)> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    let counted = lines.filter_map(|(count, text)| Some((count.parse::<u32>().ok()?, text)));
    counted.take(MOST).map(|(count, text)| (group_of(text), (count, text.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(asked: &Asked, texts: &[&str], from: Instant) -> Instant {
        texts.iter().zip(1..).for_each(|(text, at)| asked.asked_at(text, from + Duration::from_millis(at)));
        from + 2 * SETTLES
    }

    #[test]
    fn letters_of_one_question_are_one_question() {
        let asked = Asked::default();
        let mut now = Instant::now();
        for _ in 0..TOLD {
            now = ask(&asked, &["воз", "возвр", "доставка", "возврат без", "возврат без чека?", "доставк"], now);
        }
        assert_eq!(asked.most_at(9, now), ["возврат без чека?", "доставк"]);
        assert_eq!(asked.most_at(1, now).len(), 1);
    }

    #[test]
    fn what_few_ask_is_not_told_and_what_customers_say_of_themselves_is_masked() {
        let asked = Asked::default();
        let mut now = Instant::now();
        for _ in 1..TOLD {
            now = ask(&asked, &["редкое"], now);
        }
        for _ in 0..TOLD {
            now = ask(&asked, &["заказ на ivan@example.com"], now);
        }
        let told = asked.most_at(9, now);
        assert!(told.len() == 1 && !told[0].contains("ivan@"), "{told:?}");
    }

    #[test]
    fn only_so_much_is_kept_and_it_outlives_a_restart() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("asked.tsv");
        let asked = Asked::at(file.clone());
        let mut now = Instant::now();
        for _ in 0..TOLD {
            now = ask(&asked, &["возврат"], now);
        }
        for number in 0..MOST + 10 {
            asked.lock().count(format!("вопрос {number}"));
        }
        assert_eq!(asked.lock().counts.len(), MOST);
        assert_eq!(asked.most_at(9, now), ["возврат"]);
        asked.keep().expect("a file that can be written");
        assert_eq!(Asked::at(file.clone()).most_at(9, now), ["возврат"]);
        fs::write(&file, b"\xff\xfe nonsense").expect("a file");
        assert!(Asked::at(file).most_at(9, now).is_empty());
    }
}
