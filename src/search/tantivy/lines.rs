//! The short texts that are offered while one types, titles and questions, and the words they are made of.
//!
//! Lines are numbered in the order in which they are offered: current articles before outdated ones, shorter before
//! longer, then by slug, the title before the questions. Words are numbered in the order of their bytes, so that words
//! with a common beginning are neighbours. Then a set of lines is a row of bits, what begins with some letters is a
//! range, and the best lines of a set are its first ones: a keystroke costs a few passes over numbers, whatever was
//! typed and however many articles there are.
//!
//! From library to library only new and changed articles are read, and as long as no title, question, keyword or tag
//! changes, nothing is made anew. The result depends on the library alone, not on the way there.
//!
//! Deliberately knows no reader: [`Bits`] of what one may see are made for each access.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::distance::{letter_set, number};
use super::{Analyzers, Shelf, is_outdated};
use crate::article::Article;
use crate::search::language::Analyzer;

/// Articles from which on reading them is shared among threads.
const MANY: usize = 2000;

/// A set of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Returns the empty set of so many lines.
    pub(super) fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    #[inline]
    pub(super) fn insert(&mut self, number: u32) {
        self.0[number as usize / 64] |= 1 << (number % 64);
    }

    #[inline]
    pub(super) fn contains(&self, number: u32) -> bool {
        self.0[number as usize / 64] >> (number % 64) & 1 == 1
    }

    /// Keeps what is also in another set.
    pub(super) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    /// Adds what is in another set.
    pub(super) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    /// Returns whether something is in both sets.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// Returns the number of lines that are in both sets.
    pub(super) fn common(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// Returns the lines, best first.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.0).flat_map(|(at, &bits)| {
            std::iter::successors((bits != 0).then_some(bits), |bits| Some(bits & (bits - 1)).filter(|&rest| rest != 0))
                .map(move |bits| at * 64 + bits.trailing_zeros())
        })
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of the article in the library.
    pub(super) article: u32,
    /// 0 for the title, else the number of the question, from 1.
    pub(super) which: u32,
    /// What comes first is smaller: current before outdated, shorter before longer.
    rank: u32,
}

impl Place {
    /// Returns whether the article stands behind all that are current.
    pub(super) fn is_outdated(self) -> bool {
        self.rank & OUTDATED != 0
    }
}

/// Comes on top of the length of what is outdated.
const OUTDATED: u32 = 1 << 31;

/// For every word, the lines that have it, best first.
#[derive(Debug, Default, PartialEq, Eq)]
struct Postings {
    /// By word: where its lines begin; one more for the end.
    starts: Vec<u32>,
    lines: Vec<u32>,
}

impl Postings {
    /// Turns the words of lines into the lines of words. `each` hands every word with its line, lines in order.
    fn new(words: usize, each: impl Fn(&mut dyn FnMut(u32, u32))) -> Self {
        const NEVER: u32 = u32::MAX;
        let mut starts = vec![0; words + 1];
        let mut last = vec![NEVER; words];
        each(&mut |line, word| {
            if std::mem::replace(&mut last[word as usize], line) != line {
                starts[word as usize + 1] += 1;
            }
        });
        for word in 0..words {
            starts[word + 1] += starts[word];
        }
        let mut next = starts.clone();
        let mut lines = vec![0; starts[words] as usize];
        last.fill(NEVER);
        each(&mut |line, word| {
            if std::mem::replace(&mut last[word as usize], line) != line {
                let at = &mut next[word as usize];
                lines[*at as usize] = line;
                *at += 1;
            }
        });
        Self { starts, lines }
    }

    fn of(&self, words: Range<u32>) -> &[u32] {
        &self.lines[self.starts[words.start as usize] as usize..self.starts[words.end as usize] as usize]
    }
}

/// Texts one after another.
#[derive(Debug, Default, PartialEq, Eq)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).expect("words of titles are fewer than 4 GiB"));
    }

    fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[number] as usize]
    }

    /// Returns how many of the texts, which are sorted, are before the point that `is_before` describes.
    fn partition_point(&self, is_before: impl Fn(&str) -> bool) -> usize {
        let (mut from, mut to) = (0, self.ends.len());
        while from < to {
            let middle = from.midpoint(to);
            if is_before(self.get(middle)) { from = middle + 1 } else { to = middle }
        }
        from
    }
}

/// The lines of a library.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    places: Vec<Place>,
    /// By line: where its words end in `tokens`, and where those end that it is known by but that do not stand in it.
    ends: Vec<(u32, u32)>,
    tokens: Vec<u32>,
    words: Texts,
    /// By word: the letters it has.
    letters: Vec<u64>,
    /// By word: the lines in which it stands.
    standing: Postings,
    /// By word: the titles of the articles that have it as a keyword or tag.
    labels: Postings,
}

impl Lines {
    /// Reads the lines of a library; what an earlier one had is taken from there.
    pub(super) fn new(shelf: &dyn Shelf, before: Option<(&Arc<Self>, &dyn Shelf)>, analyzers: &Analyzers) -> Arc<Self> {
        let articles = shelf.articles();
        let Some((before, old)) = before else { return Arc::new(Self::read(articles, None, analyzers)) };
        let kept = kept(old.articles(), articles);
        let same = old.articles().len() == articles.len() && (0u32..).zip(&kept).all(|(i, kept)| *kept == Some(i));
        if same { Arc::clone(before) } else { Arc::new(Self::read(articles, Some((before, &kept)), analyzers)) }
    }

    /// Returns the number of lines.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns where a line stands.
    pub(super) fn place(&self, line: u32) -> Place {
        self.places[line as usize]
    }

    /// Returns the words of a line, in order.
    pub(super) fn words_of(&self, line: u32) -> &[u32] {
        let start = (line as usize).checked_sub(1).map_or(0, |before| self.ends[before].1);
        &self.tokens[start as usize..self.ends[line as usize].0 as usize]
    }

    /// Returns the words that a line is known by though they do not stand in it.
    pub(super) fn labels_of(&self, line: u32) -> &[u32] {
        let (start, end) = self.ends[line as usize];
        &self.tokens[start as usize..end as usize]
    }

    /// Returns a word.
    pub(super) fn word(&self, number: u32) -> &str {
        self.words.get(number as usize)
    }

    /// Returns the letters of a word, see [`letter_set`].
    pub(super) fn letters(&self, number: u32) -> u64 {
        self.letters[number as usize]
    }

    /// Returns the number of words.
    pub(super) fn word_count(&self) -> u32 {
        self.words.ends.len() as u32
    }

    /// Returns the words that begin with some letters.
    pub(super) fn beginning_with(&self, letters: &str) -> Range<u32> {
        let start = self.words.partition_point(|word| word < letters);
        let end = self.words.partition_point(|word| word < letters || word.starts_with(letters));
        start as u32..end as u32
    }

    /// Returns the lines in which a word of a range stands; one that has several of them is given several times.
    pub(super) fn standing(&self, words: Range<u32>) -> &[u32] {
        self.standing.of(words)
    }

    /// Returns the titles of articles that have a word of a range as keyword or tag.
    pub(super) fn labelled(&self, words: Range<u32>) -> &[u32] {
        self.labels.of(words)
    }

    /// Returns the lines of the articles that `is_seen` names by number.
    pub(super) fn seen(&self, is_seen: impl Fn(u32) -> bool) -> Bits {
        let mut seen = Bits::none(self.len());
        for (line, place) in (0u32..).zip(&self.places) {
            if is_seen(place.article) {
                seen.insert(line);
            }
        }
        seen
    }

    fn read(articles: &[Arc<Article>], before: Option<(&Self, &[Option<u32>])>, analyzers: &Analyzers) -> Self {
        let mut sources = vec![Source::default()];
        let mut news = vec![true; articles.len()];
        if let Some((before, kept)) = before {
            sources[0] = Source::of(before, kept);
            kept.iter().flatten().for_each(|&number| news[number as usize] = false);
        }
        let news: Vec<u32> = (0u32..).zip(&news).filter(|(_, is_new)| **is_new).map(|(number, _)| number).collect();
        sources.extend(read_articles(articles, &news, analyzers));
        let slugs = ranks_of_names(articles);
        let mut drafts: Vec<(usize, Draft)> =
            sources.iter().enumerate().flat_map(|(i, source)| source.drafts.iter().map(move |&d| (i, d))).collect();
        // What was there before comes first and in order, so that this is little more than a look at each.
        drafts.sort_by(|(_, Draft { place: a, .. }), (_, Draft { place: b, .. })| {
            let key = |place: &Place| (place.rank, slugs[place.article as usize], place.which);
            key(a).cmp(&key(b))
        });
        let (words, numbers) = number_words(&sources);
        let mut lines = Self { words, ..Self::default() };
        for (source, draft) in drafts {
            let (tokens, numbers) = (&sources[source].tokens, &numbers[source]);
            let number = |token: &u32| numbers[*token as usize];
            lines.tokens.extend(tokens[draft.start as usize..draft.labels as usize].iter().map(number));
            let own = lines.tokens.len() as u32;
            lines.tokens.extend(tokens[draft.labels as usize..draft.end as usize].iter().map(number));
            lines.ends.push((own, lines.tokens.len() as u32));
            lines.places.push(draft.place);
        }
        lines.turn()
    }

    /// Finds the lines of every word.
    fn turn(mut self) -> Self {
        let words = self.words.ends.len();
        let all = 0..self.len() as u32;
        let each = |of: fn(&Self, u32) -> &[u32]| {
            let (this, all) = (&self, all.clone());
            Postings::new(words, move |each| {
                all.clone().for_each(|line| of(this, line).iter().for_each(|&word| each(line, word)));
            })
        };
        let (standing, labels) = (each(Self::words_of), each(Self::labels_of));
        (self.standing, self.labels) = (standing, labels);
        self.letters = (0..words).map(|word| letter_set(self.words.get(word).chars().map(number))).collect();
        self
    }
}

/// By article: its place among all by name. Articles come by path, so mostly in this order.
fn ranks_of_names(articles: &[Arc<Article>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..articles.len() as u32).collect();
    order.sort_by(|&a, &b| articles[a as usize].by_name(&articles[b as usize]));
    let mut ranks = vec![0; articles.len()];
    for (rank, &number) in (0u32..).zip(&order) {
        ranks[number as usize] = rank;
    }
    ranks
}

/// By old number: the number of the same article in the new library; none when it is gone or its lines changed. Both
/// lists are sorted by path.
fn kept(old: &[Arc<Article>], new: &[Arc<Article>]) -> Vec<Option<u32>> {
    let mut at = 0;
    let find = |old: &Arc<Article>| {
        while new.get(at).is_some_and(|new| !Arc::ptr_eq(old, new) && new.path < old.path) {
            at += 1;
        }
        let same = new.get(at).filter(|new| Arc::ptr_eq(old, new) || (new.path == old.path && is_alike(old, new)))?;
        at += 1;
        debug_assert_eq!(same.path, old.path);
        u32::try_from(at - 1).ok()
    };
    old.iter().map(find).collect()
}

/// Returns whether the lines of two articles are the same, and stand in the same place.
fn is_alike(a: &Article, b: &Article) -> bool {
    a.title == b.title
        && a.meta.questions == b.meta.questions
        && a.meta.keywords == b.meta.keywords
        && a.meta.tags == b.meta.tags
        && a.wanted == b.wanted
        && is_outdated(a) == is_outdated(b)
}

/// A line that was read.
#[derive(Debug, Clone, Copy)]
struct Draft {
    place: Place,
    /// Where its words begin in the tokens of its source.
    start: u32,
    /// Where those begin that do not stand in it.
    labels: u32,
    end: u32,
}

/// Lines that were read together, with words numbered as they came.
#[derive(Debug, Default)]
struct Source {
    words: Vec<Box<str>>,
    tokens: Vec<u32>,
    drafts: Vec<Draft>,
}

impl Source {
    /// Takes the lines of the articles that are kept.
    fn of(before: &Lines, kept: &[Option<u32>]) -> Self {
        let words = (0..before.word_count()).map(|word| before.word(word).into()).collect();
        let mut source = Self { words, tokens: before.tokens.clone(), drafts: Vec::with_capacity(before.len()) };
        let mut start = 0;
        for (&place, &(labels, end)) in before.places.iter().zip(&before.ends) {
            if let Some(article) = kept[place.article as usize] {
                source.drafts.push(Draft { place: Place { article, ..place }, start, labels, end });
            }
            start = end;
        }
        source
    }
}

/// Returns the words of all sources, sorted, each once, and by source and number there their numbers among these. A word
/// that no line has any more is left out.
fn number_words(sources: &[Source]) -> (Texts, Vec<Vec<u32>>) {
    let mut used: Vec<(&str, usize, usize)> = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let mut is_used = vec![false; source.words.len()];
        for draft in &source.drafts {
            let tokens = &source.tokens[draft.start as usize..draft.end as usize];
            tokens.iter().for_each(|&token| is_used[token as usize] = true);
        }
        let words = source.words.iter().zip(is_used).enumerate().filter(|(_, (_, is_used))| *is_used);
        used.extend(words.map(|(word, (text, _))| (&**text, number, word)));
    }
    used.sort();
    let mut words = Texts::default();
    let mut numbers: Vec<Vec<u32>> = sources.iter().map(|source| vec![0; source.words.len()]).collect();
    for same in used.chunk_by(|a, b| a.0 == b.0) {
        for &(_, source, word) in same {
            numbers[source][word] = words.ends.len() as u32;
        }
        words.push(same[0].0);
    }
    (words, numbers)
}

/// Reads the lines of articles, on several threads when there are many.
fn read_articles(articles: &[Arc<Article>], numbers: &[u32], analyzers: &Analyzers) -> Vec<Source> {
    let read = |numbers: &[u32]| analyzers.with(|analyzer| Reader::default().read(articles, numbers, analyzer));
    let threads = if numbers.len() < MANY { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
    let share = numbers.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let running: Vec<_> = numbers.chunks(share).map(|numbers| scope.spawn(move || read(numbers))).collect();
        running.into_iter().map(|thread| thread.join().expect("reading titles does not panic")).collect()
    })
}

/// Reads lines.
#[derive(Debug, Default)]
struct Reader {
    source: Source,
    numbers: FxHashMap<Box<str>, u32>,
}

impl Reader {
    fn read(mut self, articles: &[Arc<Article>], numbers: &[u32], analyzer: &mut Analyzer) -> Source {
        for &number in numbers {
            let article = &articles[number as usize];
            let texts = std::iter::once(&article.title).chain(&article.meta.questions);
            for (which, text) in (0u32..).zip(texts) {
                let start = self.source.tokens.len() as u32;
                self.add(analyzer, text);
                let labels = self.source.tokens.len() as u32;
                if which == 0 {
                    article.meta.keywords.iter().chain(&article.meta.tags).for_each(|text| self.add(analyzer, text));
                }
                let end = self.source.tokens.len() as u32;
                let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX).min(OUTDATED - 1);
                let rank = if is_outdated(article) { OUTDATED | length } else { length };
                let place = Place { article: number, which, rank };
                self.source.drafts.push(Draft { place, start, labels, end });
            }
        }
        self.source
    }

    fn add(&mut self, analyzer: &mut Analyzer, text: &str) {
        let Self { source: Source { words, tokens, .. }, numbers } = self;
        analyzer.split(text, |token| {
            let number = numbers.get(token.word).copied().unwrap_or_else(|| {
                let number = words.len() as u32;
                words.push(token.word.into());
                numbers.insert(token.word.into(), number);
                number
            });
            tokens.push(number);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::library::Rules;
    use crate::article::{Lexicon, Status};
    use crate::audience::{Access, AudienceSet, Audiences};
    use crate::revision::ObjectId;

    struct Books(Vec<Arc<Article>>, Lexicon);

    impl Shelf for Books {
        fn articles(&self) -> &[Arc<Article>] {
            &self.0
        }

        fn lexicon(&self) -> &Lexicon {
            &self.1
        }

        fn linked_title(&self, _article: &Article, _link: usize, _access: Access) -> Option<String> {
            None
        }
    }

    fn article(path: &str, title: &str, questions: &[&str]) -> Arc<Article> {
        let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::PUBLIC };
        let mut article = Article::parse(path, ObjectId::from_bytes([0; 20]), b"", &rules);
        article.title = title.to_owned();
        article.meta.questions = questions.iter().map(|&question| question.to_owned()).collect();
        Arc::new(article)
    }

    fn books(articles: &[&Arc<Article>]) -> Books {
        let mut articles: Vec<_> = articles.iter().map(|&article| Arc::clone(article)).collect();
        articles.sort_by(|a, b| a.path.cmp(&b.path));
        Books(articles, Lexicon::default())
    }

    fn texts(books: &Books, lines: &Lines, numbers: &[u32]) -> Vec<String> {
        let text = |&line: &u32| {
            let Place { article, which, .. } = lines.place(line);
            let article = &books.0[article as usize];
            if which == 0 { article.title.clone() } else { article.meta.questions[which as usize - 1].clone() }
        };
        numbers.iter().map(text).collect()
    }

    #[test]
    fn lines_of_a_beginning_are_found_best_first() {
        let mut old = Article::clone(&article("b.md", "Возврат", &[]));
        old.meta.status = Status::Archived;
        let shop = books(&[
            &article("a.md", "Возврат без чека", &["Вернут ли деньги?"]),
            &Arc::new(old),
            &article("c.md", "Где мой возврат", &[]),
        ]);
        let lines = Lines::new(&shop, None, &Analyzers::default());
        let mut found = Bits::none(lines.len());
        lines.standing(lines.beginning_with("в")).iter().for_each(|&line| found.insert(line));
        let found: Vec<u32> = found.iter().collect();
        assert_eq!(
            texts(&shop, &lines, &found),
            ["Где мой возврат", "Возврат без чека", "Вернут ли деньги?", "Возврат"]
        );
        assert_eq!(lines.beginning_with("я").len(), 0);
        assert_eq!(lines.beginning_with("").len() as u32, lines.word_count());
    }

    #[test]
    fn lines_depend_on_the_library_alone() {
        let analyzers = Analyzers::default();
        let [a, b, c] = ["a.md", "b.md", "c.md"].map(|path| article(path, &format!("Возврат {path}"), &["Когда?"]));
        let changed = article("b.md", "Обмен", &["Как обменять?", "Когда?"]);
        let mut retold = Article::clone(&a);
        retold.meta.owner = Some("ivanova".into());
        let steps = [
            books(&[&a, &b]),
            books(&[&a, &b, &c]),
            books(&[&b, &c]),
            books(&[&a, &changed, &c]),
            books(&[&Arc::new(retold), &changed, &c]),
            books(&[]),
            books(&[&c]),
        ];
        let mut before: Option<(Arc<Lines>, &Books)> = None;
        for (number, step) in steps.iter().enumerate() {
            let carried = before.as_ref().map(|(lines, books)| (lines, *books as &dyn Shelf));
            let lines = Lines::new(step, carried, &analyzers);
            assert_eq!(*lines, *Lines::new(step, None, &analyzers), "step {number}");
            let is_kept = before.as_ref().is_some_and(|(before, _)| Arc::ptr_eq(before, &lines));
            assert_eq!(is_kept, number == 4, "only what is offered counts");
            before = Some((lines, step));
        }
    }

    #[test]
    fn sets_are_read_in_order() {
        let mut bits = Bits::none(200);
        [199, 0, 64, 63, 130].into_iter().for_each(|number| bits.insert(number));
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 130, 199]);
        assert!(bits.contains(130) && !bits.contains(131));
        let mut other = Bits::none(200);
        other.insert(63);
        assert!(bits.meets(&other) && bits.common(&other) == 1);
        bits.keep(&other);
        assert_eq!(bits, other);
    }
}
