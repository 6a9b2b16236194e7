//! What is being typed means: which lines each word leads to, and what was typed instead of which.
//!
//! A word that leads nowhere this reader could go is read as typed on the other keyboard layout, then as Russian in Latin
//! letters, then as mistyped. All that is asked of the index of lines, and of what the reader sees of it: nothing else
//! makes a word known. [`super::correct`] does this for queries, over all texts; here a word may be begun only, and what
//! no title or question has is no evidence.

use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::distance::{LONGEST, UNIT, compare, letter_set, number};
use super::lines::{Bits, Lines};
use super::synonyms::Synonyms;
use crate::article::Article;
use crate::audience::Access;
use crate::search::language::sound::in_russian;
use crate::search::language::{Analyzer, is_stop, keyboard, script_of};
use crate::search::{Correction, CorrectionKind};

/// Most words that are looked at.
pub(super) const WORDS: usize = 8;
/// Most beginnings a mistyped word stands for.
const MENDINGS: usize = 3;
/// Most words that are looked for among all that are near.
const MENDED: usize = 3;
/// Fewest letters of a word that leads nowhere which may lead somewhere.
const BEGUN: usize = 4;
/// Accesses of which is kept what they see.
const ACCESSES: usize = 64;
/// How far a slip may lead, and how many edits that are.
const ONE_SLIP: (u32, usize) = (105, 1);
/// The same for longer words.
const TWO_SLIPS: (u32, usize) = (200, 2);
/// Beginnings are kept that are not further than this behind the best.
const MARGIN: f32 = 0.3;
/// How much nearer it makes a beginning that lines have it, by the logarithm of their number.
const OFTEN: f32 = 0.08;
/// Shortest stem that stands for a word.
const STEM: usize = 3;

/// What completes: the lines of a library, and what each reader sees of them.
#[derive(Debug)]
pub(super) struct Completer {
    pub(super) lines: Arc<Lines>,
    synonyms: Arc<Synonyms>,
    seen: RwLock<FxHashMap<Access, Arc<Seen>>>,
}

/// What a reader sees.
#[derive(Debug)]
pub(super) struct Seen {
    /// The lines.
    pub(super) lines: Bits,
    /// The number of articles.
    pub(super) articles: usize,
}

impl Completer {
    /// Takes what was prepared of a library.
    pub(super) fn new(lines: Arc<Lines>, synonyms: Arc<Synonyms>) -> Self {
        Self { lines, synonyms, seen: RwLock::default() }
    }

    /// Returns what a reader sees.
    pub(super) fn seen(&self, access: Access, articles: &[Arc<Article>]) -> Arc<Seen> {
        if let Some(seen) = self.seen.read().unwrap_or_else(PoisonError::into_inner).get(&access) {
            return Arc::clone(seen);
        }
        let visible: Vec<bool> = articles.iter().map(|article| article.visible_to(access)).collect();
        let lines = self.lines.seen(|number| visible[number as usize]);
        let seen = Arc::new(Seen { lines, articles: visible.into_iter().filter(|&visible| visible).count() });
        let mut all = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() < ACCESSES {
            all.insert(access, Arc::clone(&seen));
        }
        seen
    }
}

/// One reader's view of the lines.
pub(super) struct Typing<'a> {
    pub(super) lines: &'a Lines,
    pub(super) synonyms: &'a Synonyms,
    pub(super) seen: &'a Bits,
}

/// A typed word, and the lines it leads to.
#[derive(Debug)]
pub(super) struct Group {
    /// The word, or what it was taken for.
    pub(super) word: String,
    /// Where it stands in the text.
    pub(super) at: Range<usize>,
    /// The words that begin with it.
    pub(super) beginnings: Vec<Range<u32>>,
    /// The lines in which one of these stands.
    pub(super) standing: Bits,
    /// These, and those in which it is meant more loosely.
    pub(super) loose: Bits,
    /// Beginnings of words to mark.
    pub(super) marks: Vec<String>,
    /// Synonyms: the number, what was typed, and the lines it leads to.
    pub(super) synonyms: Vec<(usize, String, Bits)>,
    /// Whether it stands for something else that was typed.
    pub(super) mended: bool,
}

impl Group {
    pub(super) fn is_known(&self, seen: &Bits) -> bool {
        self.loose.meets(seen)
    }
}

/// What a text means.
pub(super) struct Reading {
    pub(super) text: String,
    pub(super) groups: Vec<Group>,
    pub(super) corrections: Vec<Correction>,
}

impl<'a> Typing<'a> {
    pub(super) fn of(completer: &'a Completer, seen: &'a Seen) -> Self {
        Self { lines: &completer.lines, synonyms: &completer.synonyms, seen: &seen.lines }
    }

    /// Finds out what a text means.
    pub(super) fn read(&self, analyzer: &mut Analyzer, text: String) -> Reading {
        let groups = self.groups(analyzer, &text);
        if self.is_answered(&groups) {
            return Reading { text, groups, corrections: Vec::new() };
        }
        let mut reading = self.fix_layout(analyzer, text, groups);
        let mut mended = 0;
        for group in &mut reading.groups {
            if group.is_known(self.seen) {
                continue;
            }
            if let Some((kind, better)) = self.mend(analyzer, &group.word, group.at.clone(), &mut mended) {
                let (from, to) = (group.word.clone(), better.word.clone());
                reading.corrections.push(Correction { kind, from, to });
                *group = better;
            }
        }
        reading.text = corrected(&reading.text, &mut reading.groups);
        if !self.is_answered(&reading.groups) {
            // Small words are said in many ways: without them, more fits. The last one may be the beginning of another.
            let last = reading.groups.len().saturating_sub(1);
            let kept: Vec<bool> =
                reading.groups.iter().enumerate().map(|(i, group)| i == last || !is_stop(&group.word)).collect();
            let mut kept = kept.iter();
            reading.groups.retain(|_| *kept.next().unwrap_or(&true));
        }
        reading
    }

    /// Returns whether some visible line is meant by all words.
    fn is_answered(&self, groups: &[Group]) -> bool {
        let Some((first, others)) = groups.split_first() else { return false };
        let mut all = first.loose.clone();
        all.keep(self.seen);
        others.iter().for_each(|group| all.keep(&group.loose));
        all.iter().next().is_some()
    }

    fn groups(&self, analyzer: &mut Analyzer, text: &str) -> Vec<Group> {
        let mut words: Vec<(String, Range<usize>)> = Vec::new();
        analyzer.split(text, |token| {
            if !token.joined && words.len() < WORDS {
                words.push((token.word.to_owned(), token.start..token.end));
            }
        });
        let mut groups: Vec<Group> = words.iter().map(|(word, at)| self.group(analyzer, word, at.clone())).collect();
        let typed: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        self.synonyms.find(&typed, |words, number, entry| {
            let mut meant: Option<Bits> = None;
            for word in &entry.words {
                let found = self.standing(&self.lines.beginning_with(word));
                match &mut meant {
                    Some(meant) => meant.keep(&found),
                    None => meant = Some(found),
                }
            }
            let Some(meant) = meant.filter(|meant| meant.meets(self.seen)) else { return };
            let from = typed[words.clone()].join(" ");
            for group in &mut groups[words] {
                group.loose.add(&meant);
                group.marks.extend(entry.words.iter().cloned());
                group.synonyms.push((number, from.clone(), meant.clone()));
            }
        });
        groups
    }

    /// Returns the lines in which a word of a range stands.
    fn standing(&self, words: &Range<u32>) -> Bits {
        let mut found = Bits::none(self.lines.len());
        self.lines.standing(words.clone()).iter().for_each(|&line| found.insert(line));
        found
    }

    pub(super) fn group(&self, analyzer: &mut Analyzer, word: &str, at: Range<usize>) -> Group {
        let beginnings = self.lines.beginning_with(word);
        let standing = self.standing(&beginnings);
        let mut loose = standing.clone();
        let mut marks = vec![word.to_owned()];
        let script = script_of(word);
        let stem = analyzer.forms(word, script).stem.as_deref().filter(|stem| stem.chars().count() >= STEM);
        let mut known_by = beginnings.clone();
        if let Some(stem) = stem.filter(|&stem| stem != word && !is_stop(word)) {
            let forms = self.lines.beginning_with(stem);
            self.lines.standing(forms.clone()).iter().for_each(|&line| loose.insert(line));
            marks.push(stem.to_owned());
            known_by = forms;
        }
        self.lines.labelled(known_by).iter().for_each(|&line| loose.insert(line));
        let beginnings = vec![beginnings];
        Group { word: word.to_owned(), at, beginnings, standing, loose, marks, synonyms: Vec::new(), mended: false }
    }

    /// Reads what leads nowhere as it would be on the other keyboard layout.
    fn fix_layout(&self, analyzer: &mut Analyzer, text: String, groups: Vec<Group>) -> Reading {
        let all_known = groups.iter().all(|group| group.is_known(self.seen));
        let mut fixed = String::with_capacity(text.len());
        let mut corrections = Vec::new();
        let mut at = 0;
        for chunk in text.split(' ') {
            let range = at..at + chunk.len();
            at += chunk.len() + 1;
            let is_known = groups
                .iter()
                .filter(|group| group.at.start >= range.start && group.at.end <= range.end)
                .all(|group| group.is_known(self.seen));
            let swapped = if is_known && !all_known { None } else { self.swapped(analyzer, chunk) };
            if !fixed.is_empty() {
                fixed.push(' ');
            }
            fixed.push_str(swapped.as_deref().unwrap_or(chunk));
            if let Some(swapped) = swapped {
                corrections.push(Correction { kind: CorrectionKind::Layout, from: chunk.to_owned(), to: swapped });
            }
        }
        if corrections.is_empty() {
            return Reading { text, groups, corrections };
        }
        let better = self.groups(analyzer, &fixed);
        // Words that are all known are read differently only when that leads somewhere.
        if all_known && !self.is_answered(&better) {
            return Reading { text, groups, corrections: Vec::new() };
        }
        Reading { text: fixed, groups: better, corrections }
    }

    /// Returns a chunk as it reads on the other keyboard layout, if the reader can find that.
    fn swapped(&self, analyzer: &mut Analyzer, chunk: &str) -> Option<String> {
        // A sign at the end may be a letter, or a sign.
        let body = chunk.trim_end_matches([',', '.', ';', ':', '!', '?', '"']);
        let whole = self.swapped_whole(analyzer, chunk);
        if whole.is_some() || body.is_empty() || body == chunk {
            return whole;
        }
        self.swapped_whole(analyzer, body)
    }

    fn swapped_whole(&self, analyzer: &mut Analyzer, chunk: &str) -> Option<String> {
        let latin = chunk.bytes().any(|c| c.is_ascii_alphabetic());
        let cyrillic = chunk.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'));
        let swapped = match (latin, cyrillic) {
            (true, false) => keyboard::to_russian(chunk),
            (false, true) => keyboard::to_english(chunk),
            // A key that is a letter on the other layout, alone: «;» for «ж».
            (false, false) if chunk.chars().all(|c| c.is_ascii_punctuation()) => keyboard::to_russian(chunk),
            _ => return None,
        };
        let mut known = 0;
        let mut unknown = 0;
        analyzer.split(&swapped, |token| {
            if !token.joined {
                let is_known = self.standing(&self.lines.beginning_with(token.word)).meets(self.seen);
                *if is_known { &mut known } else { &mut unknown } += 1;
            }
        });
        (known == 1 && unknown == 0 && swapped != chunk).then_some(swapped)
    }

    /// Returns what a word that leads nowhere was taken for.
    pub(super) fn mend(
        &self,
        analyzer: &mut Analyzer,
        word: &str,
        at: Range<usize>,
        mended: &mut usize,
    ) -> Option<(CorrectionKind, Group)> {
        let latin = word.bytes().all(|c| c.is_ascii_lowercase());
        let spellings = if latin && word.len() > 1 { in_russian(word) } else { Vec::new() };
        for spelling in &spellings {
            let group = self.group(analyzer, spelling, at.clone());
            if group.is_known(self.seen) {
                return Some((CorrectionKind::Translit, Group { mended: true, ..group }));
            }
        }
        if std::mem::replace(mended, *mended + 1) >= MENDED || self.synonyms.is_never_corrected(word) {
            return None;
        }
        let russian = if latin { keyboard::to_russian(word) } else { String::new() };
        let readings = [(CorrectionKind::Typo, Some(word)), (CorrectionKind::Layout, Some(russian.as_str()))];
        let translit = spellings.first().map(String::as_str);
        let readings = readings.into_iter().chain([(CorrectionKind::Translit, translit)]);
        for (kind, reading) in readings {
            let Some(reading) = reading else { continue };
            let beginnings = self.near(reading);
            let Some((best, _)) = beginnings.first() else { continue };
            let mut group = Group {
                word: best.clone(),
                at: at.clone(),
                beginnings: Vec::new(),
                standing: Bits::none(self.lines.len()),
                loose: Bits::none(self.lines.len()),
                marks: Vec::new(),
                synonyms: Vec::new(),
                mended: true,
            };
            for (beginning, words) in beginnings {
                group.standing.add(&self.standing(&words));
                group.beginnings.push(words);
                group.marks.push(beginning);
            }
            group.loose = group.standing.clone();
            return Some((kind, group));
        }
        None
    }

    /// Returns what the longest beginning of a word leads to that leads anywhere.
    pub(super) fn as_begun(&self, analyzer: &mut Analyzer, word: &str) -> Option<Group> {
        let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(BEGUN).collect();
        ends.into_iter().rev().find_map(|end| {
            let group = self.group(analyzer, &word[..end], 0..0);
            group.is_known(self.seen).then_some(group)
        })
    }

    /// Returns the beginnings of visible words that are nearest to a mistyped one, the likeliest first: near, and of many
    /// lines. Words of three letters may be anything, and long ones are no words.
    fn near(&self, word: &str) -> Vec<(String, Range<u32>)> {
        let typed: Vec<u8> = word.chars().map(number).collect();
        let (limit, edits) = match typed.len() {
            4..=7 => ONE_SLIP,
            8..=LONGEST => TWO_SLIPS,
            _ => return Vec::new(),
        };
        let set = letter_set(typed.iter().copied());
        let mut found: Vec<(u32, &str)> = Vec::new();
        for word in (0..self.lines.word_count()).filter(|&word| missing(set, self.lines.letters(word)) <= edits) {
            let text = self.lines.word(word);
            let letters: Vec<u8> = text.chars().map(number).take(LONGEST).collect();
            // A word that the reader does not see says nothing, not even where a nearer one begins.
            let is_seen = || self.lines.standing(word..word + 1).iter().any(|&line| self.seen.contains(line));
            if let Some((distance, length)) = compare(&typed, &letters, limit, edits, true)
                && is_seen()
            {
                let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
                found.push((distance, &text[..end]));
            }
        }
        found.sort_unstable();
        found.dedup();
        let counted = found.into_iter().take(MENDINGS * 8).map(|(distance, beginning)| {
            let words = self.lines.beginning_with(beginning);
            let count = self.standing(&words).common(self.seen);
            let cost = distance as f32 / UNIT - OFTEN * (1.0 + count as f32).ln();
            (cost, beginning, words)
        });
        let mut counted: Vec<_> = counted.collect();
        counted.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        let best = counted.first().map_or(0.0, |best| best.0);
        counted.retain(|(cost, ..)| *cost <= best + MARGIN);
        counted.into_iter().take(MENDINGS).map(|(_, beginning, words)| (beginning.to_owned(), words)).collect()
    }
}

/// Returns how many letters of one set another lacks.
fn missing(set: u64, other: u64) -> usize {
    (set & !other).count_ones() as usize
}

/// Puts what words were taken for into a text, and says where they then stand.
fn corrected(text: &str, groups: &mut [Group]) -> String {
    let mut corrected = String::with_capacity(text.len());
    let mut at = 0;
    for group in groups {
        // Words are in order and do not overlap; were they to, less would be shown.
        corrected.push_str(text.get(at..group.at.start).unwrap_or_default());
        let typed = text.get(group.at.clone()).unwrap_or_default();
        at = group.at.end;
        let start = corrected.len();
        corrected.push_str(if group.mended { &group.word } else { typed });
        group.at = start..corrected.len();
    }
    corrected + text.get(at..).unwrap_or_default()
}
