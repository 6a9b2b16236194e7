//! Which of the articles that are gone from a state is which of those that came, when their texts changed on the way.
//!
//! Two texts are as like as the pairs of neighbouring words are that both have: an edited text keeps most of them, while texts of
//! one subject, or made from one template, share single words but few pairs. How an article is filed (its front matter) says
//! little about what it is, with two exceptions: an article for others, or of another status, is another article, so that no
//! address of what somebody must not see leads anywhere.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// The part of the pairs of the longer text that both must have; of files of one name, less.
const LIKE: f64 = 0.5;
const LIKE_OF_ONE_NAME: f64 = 0.3;
/// Pairs that both must have: fewer may be alike by chance.
const PAIRS: u32 = 6;
/// The most comparisons of articles for the same readers; beyond that only files of one name are compared.
const COMPARISONS: usize = 10_000;
/// The most files on each side that are read.
pub const MOST: usize = 1_000;

/// What is compared of a file.
#[derive(Debug)]
pub struct Traits {
    name: String,
    /// What its front matter says about who may see it.
    access: Vec<u8>,
    /// How often each pair of words is there, and how many there are.
    pairs: FxHashMap<u64, u32>,
    count: u32,
}

impl Traits {
    /// Returns the traits of a file.
    pub fn of(path: &str, text: &[u8]) -> Self {
        let (head, body) = divided(text);
        let mut pairs = FxHashMap::default();
        let mut before = None;
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
        for word in body.split(|byte| !is_letter(byte)).filter(|word| !word.is_empty()) {
            let mut hasher = FxHasher::default();
            hasher.write(word);
            let word = hasher.finish();
            if let Some(before) = before {
                let mut hasher = FxHasher::default();
                hasher.write_u64(before);
                hasher.write_u64(word);
                *pairs.entry(hasher.finish()).or_default() += 1;
            }
            before = Some(word);
        }
        let count = pairs.values().sum();
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        Self { name, access: access(head), pairs, count }
    }

    /// Returns how like both are, from 0 to 1; 0 where too little is.
    fn likeness(&self, other: &Self) -> f64 {
        if self.access != other.access {
            return 0.0;
        }
        let common: u32 = self.pairs.iter().map(|(pair, count)| *count.min(other.pairs.get(pair).unwrap_or(&0))).sum();
        let likeness = f64::from(common) / f64::from(self.count.max(other.count).max(1));
        let least = if self.name == other.name { LIKE_OF_ONE_NAME } else { LIKE };
        if common >= PAIRS && likeness >= least { likeness } else { 0.0 }
    }
}

/// Returns which of those that are gone (by number) is which of those that came, each at most once: the likest first.
///
/// Only articles for the same readers are held against each other, and limits count these alone: what others may see shows
/// nowhere.
pub fn same(gone: &[Traits], came: &[Traits]) -> Vec<(usize, usize)> {
    let (mut lost, mut by_access) = (FxHashMap::<&[u8], usize>::default(), FxHashMap::<&[u8], Vec<usize>>::default());
    let mut by_name = FxHashMap::<(&[u8], &str), Vec<usize>>::default();
    gone.iter().for_each(|traits| *lost.entry(&traits.access).or_default() += 1);
    for (number, traits) in came.iter().enumerate() {
        by_access.entry(&traits.access).or_default().push(number);
        by_name.entry((&traits.access, &traits.name)).or_default().push(number);
    }
    let mut found = Vec::new();
    for (was, traits) in gone.iter().enumerate() {
        let of_all = by_access.get(&*traits.access).map_or(&[][..], Vec::as_slice);
        let of_one_name = by_name.get(&(&*traits.access, &*traits.name)).map_or(&[][..], Vec::as_slice);
        let all = lost[&*traits.access] * of_all.len() <= COMPARISONS;
        for &now in if all { of_all } else { &of_one_name[..of_one_name.len().min(8)] } {
            let likeness = traits.likeness(&came[now]);
            if likeness > 0.0 {
                found.push((likeness, traits.name == came[now].name, was, now));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let (mut left, mut open) = (vec![true; gone.len()], vec![true; came.len()]);
    let mut pairs = Vec::new();
    for (_, _, was, now) in found {
        if left[was] && open[now] {
            (left[was], open[now]) = (false, false);
            pairs.push((was, now));
        }
    }
    pairs
}

/// Divides a file into what stands between its first lines of `---`, and the rest.
fn divided(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let is_rule = |line: &[u8]| line.trim_ascii_end() == b"---";
    let Some(first) = lines.next().filter(|line| is_rule(line)) else { return (&[], text) };
    let mut end = first.len();
    for line in lines {
        if is_rule(line) {
            return (&text[first.len()..end], &text[end + line.len()..]);
        }
        end += line.len();
    }
    (&[], text)
}

/// Returns the lines of front matter that say who may see an article.
fn access(head: &[u8]) -> Vec<u8> {
    let mut told = Vec::new();
    let mut is_meant = false;
    for line in head.split(|byte| *byte == b'\n') {
        let goes_on = line.first().is_none_or(|first| matches!(first, b' ' | b'-' | b'\r'));
        is_meant = if goes_on { is_meant } else { line.starts_with(b"audience") || line.starts_with(b"status") };
        if is_meant {
            told.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
            told.push(b'\n');
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Возврат\n\nВернуть товар без брака можно в течение 14 дней, не считая дня покупки. Чек не обязателен.\n";

    fn of(path: &str, text: &str) -> Traits {
        Traits::of(path, text.as_bytes())
    }

    fn is_same(was: &Traits, now: Traits) -> bool {
        same(std::slice::from_ref(was), &[now]) == [(0, 0)]
    }

    #[test]
    fn edited_text_is_the_same_article_and_another_of_its_subject_is_not() {
        let was = of("a.md", TEXT);
        assert!(is_same(&was, of("b/c.md", &TEXT.replace("14 дней", "30 дней"))));
        assert!(is_same(
            &was,
            of("c.md", &format!("---\ntitle: Возврат\nowner: petrova\n---\n{TEXT}\nИ ещё одно слово."))
        ));
        let other =
            "# Обмен\n\nОбменять товар без брака можно, если он не подошёл: 14 дней, чек не обязателен, бирки целы.\n";
        assert!(!is_same(&was, of("b.md", other)));
        assert!(!is_same(&of("a.md", "# А\n\nДа."), of("b.md", "# А\n\nДа.")), "too little to tell");
    }

    #[test]
    fn article_for_others_is_another() {
        let head = |audience: &str| format!("---\ntitle: А\naudience:{audience}\nowner: petrova\n---\n{TEXT}");
        let was = of("a.md", &head(" [internal]"));
        assert!(is_same(&was, of("b.md", &head(" [internal]"))));
        assert!(!is_same(&was, of("b.md", &head(" [public]"))));
        assert!(!is_same(&of("a.md", &head("\n  - internal")), of("b.md", &head("\n  - public"))));
        assert!(!is_same(&was, of("b.md", TEXT)));
    }

    #[test]
    fn articles_for_others_take_no_comparisons() {
        let text = |number: usize| format!("---\naudience: [internal]\n---\n{TEXT}\nЧисло {number}.");
        let others: Vec<String> = (0..120).map(text).collect();
        let with_others = |first: Traits| {
            let others = others.iter().enumerate().map(|(number, text)| of(&format!("{number}.md"), text));
            std::iter::once(first).chain(others).collect::<Vec<_>>()
        };
        let (gone, came) =
            (with_others(of("a.md", TEXT)), with_others(of("b.md", &TEXT.replace("14 дней", "30 дней"))));
        assert!(same(&gone, &came).contains(&(0, 0)));
    }

    #[test]
    fn each_is_one_of_the_others_the_likest_first() {
        let lines: Vec<String> = (0..9).map(|line| format!("Строка номер {line} говорит о деле {line}.\n")).collect();
        let part = |range: std::ops::Range<usize>| lines[range].concat();
        let gone = [of("x.md", &part(0..6)), of("y.md", &part(0..9))];
        let came = [of("z.md", &part(0..9)), of("q.md", &part(0..5))];
        assert_eq!(same(&gone, &came), [(1, 0), (0, 1)]);
        assert_eq!(divided(b"---\na: 1\r\n---\r\nb"), (&b"a: 1\r\n"[..], &b"b"[..]));
        assert_eq!(divided(b"---\na"), (&b""[..], &b"---\na"[..]));
    }
}
