//! The check of content: one engine behind every door, `otvet check`, the pre-commit hook, workflows, and a push.
//!
//! 1. All findings of the content as it would be: those of the library, owners nobody knows, reviews that are due, answer
//!    tests that fail.
//! 2. Compared with the content as it was, only what matters to whoever changed it: everything in the files that were
//!    touched, and what the change breaks elsewhere (a link to an article that was renamed, a test that passed before).
//! 3. A [`Report`], which [`mod@print`] writes for people. Errors refuse a push, warnings are told.
//!
//! Deliberately reads nothing and knows no git: whoever has the content hands both states in.

pub mod dictionary;
mod moved;
pub mod print;

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::article::answer_test::{AnswerTest, AnswerTests};
use crate::article::{Article, Lexicon, Library, Owners, Status};
use crate::audience::Access;
use crate::comparison::{self, Asked, Question, Said};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::difference::Labels;
use crate::edition::{Edition, SOON, View};
use crate::git::Entry;
use crate::relevance::answers;
use crate::revision::{ObjectId, Revision};
use crate::spelling::nearest;
use crate::text::Lang;
pub use dictionary::Dictionaries;

/// The content at one state.
#[derive(Debug, Clone)]
pub struct Content {
    /// The articles.
    pub library: Arc<Library>,
    /// All files, by path.
    pub files: Vec<Entry>,
    /// The editors' answer tests.
    pub tests: AnswerTests,
    /// What `_owners` says.
    pub owners: Arc<Owners>,
    /// The words that editors say are right, in lower case.
    pub spelling: FxHashSet<String>,
    /// What was found of files that are neither articles nor read for them: too large, damaged.
    pub found: Vec<Diagnostic>,
    /// The texts of files besides articles about which there is, or may be, something to say.
    pub texts: FxHashMap<String, String>,
}

impl Content {
    /// Returns content in which there is nothing.
    pub fn nothing() -> Self {
        let none = Revision { commit: ObjectId::default(), tree: ObjectId::default() };
        let lexicon = Lexicon::default();
        let library = Library::new(none, Vec::new(), Vec::new(), Vec::new(), lexicon, Vec::new());
        let (files, tests) = (Vec::new(), AnswerTests::default());
        Self {
            library: Arc::new(library),
            files,
            tests,
            owners: Arc::default(),
            spelling: FxHashSet::default(),
            found: Vec::new(),
            texts: FxHashMap::default(),
        }
    }
}

/// What a check depends on besides the content.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Owners who are known besides those of `_owners`.
    pub owners: Vec<String>,
    /// The day on which reviews are due or not.
    pub today: Date,
    /// How long answer tests may be asked; those that are left are not asked and the report says so.
    pub patience: Duration,
    /// Whether to tell what will be said differently, and the questions that are asked for it besides those of the tests.
    pub outlook: Option<Vec<Question>>,
}

impl Settings {
    /// Returns the settings of a check that asks no questions.
    pub fn plain(owners: Vec<String>, today: Date) -> Self {
        Self { owners, today, patience: Duration::ZERO, outlook: None }
    }
}

/// Content, and how it is asked questions: called at most once, and only when there is a question.
pub struct State<'a> {
    /// The content.
    pub content: &'a Content,
    /// Gives its edition; none when it cannot be searched.
    pub edition: &'a dyn Fn() -> Option<Arc<Edition>>,
}

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found, errors first, each with the line of its file where that is known.
    pub found: Vec<Found>,
    /// How many articles there are.
    pub articles: usize,
    /// How many files there are.
    pub files: usize,
    /// How many files were added, changed or removed; none when nothing was compared.
    pub touched: Option<usize>,
    /// How many answer tests were left out because the others took too long.
    pub unasked: usize,
    /// How many articles' words were not looked up because those of the others took too long.
    pub unspelt: usize,
    /// What will be said differently; none when that was not asked for, or nothing was compared.
    pub outlook: Option<Outlook>,
    /// The files that were added, changed or removed.
    paths: Option<FxHashSet<String>>,
}

/// What will be said differently, to somebody who may see every audience.
#[derive(Debug, Clone, Default)]
pub struct Outlook {
    /// How many articles say something else.
    pub articles: usize,
    /// The first of them.
    pub said: Vec<Said>,
    /// Questions that something else answers first.
    pub asked: Asked,
}

/// A finding with the line it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// The line as it stands in the file, or a piece of it.
    pub line: Option<Excerpt>,
}

impl Report {
    /// Adds the words of the articles that no dictionary has, of all or of those that were touched, as far as they are found in
    /// the time there is. Needs neither what was before nor a search, so it may be done elsewhere than the check.
    pub fn spell(&mut self, content: &Content, dictionaries: &Dictionaries, patience: Duration) {
        let end = Instant::now() + patience;
        let mut speller = dictionary::Speller::new(dictionaries, content.library.lexicon(), &content.spelling, end);
        let mut misspelt = Vec::new();
        for article in content.library.articles().iter().filter(|article| article.readable) {
            if self.paths.as_ref().is_some_and(|paths| !paths.contains(&*article.path)) {
                continue;
            }
            if Instant::now() > end {
                self.unspelt += 1;
                continue;
            }
            misspelt.extend(speller.check(article));
        }
        self.found.extend(with_lines(misspelt, content));
        self.sort();
    }

    /// Puts what was touched before what that breaks elsewhere: the cause before its consequences.
    fn sort(&mut self) {
        let elsewhere = |found: &Diagnostic| self.paths.as_ref().is_some_and(|paths| !paths.contains(&found.path));
        let order = |found: &Diagnostic| (found.finding.severity(), elsewhere(found));
        self.found.sort_by(|Found { diagnostic: a, .. }, Found { diagnostic: b, .. }| {
            order(a).cmp(&order(b)).then_with(|| a.cmp(b))
        });
    }

    /// Returns the number of errors and of warnings.
    pub fn counts(&self) -> (usize, usize) {
        let is_error = |found: &&Found| found.diagnostic.finding.severity() == Severity::Error;
        let errors = self.found.iter().filter(is_error).count();
        (errors, self.found.len() - errors)
    }
}

/// Checks content, all of it, or as far as it differs from what was before.
pub fn check(after: &State<'_>, before: Option<&State<'_>>, settings: &Settings) -> Report {
    let content = after.content;
    // Searching may need an index to be made: once, and only when there is a question.
    let edition = LazyCell::new(after.edition);
    let former = LazyCell::new(|| before.and_then(|before| (before.edition)()));
    let mut findings = findings(content, settings);
    let (failed, unasked) = ask(content, &edition, settings.patience);
    let touched = before.map(|before| touched(&before.content.files, &content.files));
    match (before, &touched) {
        (Some(before), Some(touched)) => {
            let known = self::findings(before.content, settings);
            let known: FxHashSet<(String, Finding)> =
                known.into_iter().map(|known| (known.path, known.finding.without_advice())).collect();
            findings.retain(|found| {
                touched.contains(&found.path) || !known.contains(&(found.path.clone(), found.finding.without_advice()))
            });
            blame_who_came_last(&mut findings, touched, &content.library);
            findings.extend(broken_by_change(failed, before, &former, touched));
            moved::advise(&mut findings, before.content, content);
            findings.extend(moved::lost_addresses(&before.content.library, &content.library));
            findings.extend(verified_before(&before.content.library, &content.library));
        }
        _ => findings.extend(failed),
    }
    // File by file, so that each is looked into once for its lines.
    findings.sort();
    findings.dedup();
    let mut report = Report {
        found: with_lines(findings, content),
        articles: content.library.articles().len(),
        files: content.files.len(),
        touched: touched.as_ref().map(FxHashSet::len),
        unasked,
        unspelt: 0,
        outlook: before.and_then(|before| outlook(content, &edition, before.content, &former, settings)),
        paths: touched,
    };
    report.sort();
    report
}

/// Articles of which it is shown what they say differently.
const SHOWN: usize = 5;
/// How long it is looked for what will be said differently.
const LOOKING: Duration = Duration::from_secs(2);

/// Compares both states as somebody sees them who may see every audience.
fn outlook(
    after: &Content,
    edition: &impl Deref<Target = Option<Arc<Edition>>>,
    before: &Content,
    former: &impl Deref<Target = Option<Arc<Edition>>>,
    settings: &Settings,
) -> Option<Outlook> {
    let frequent = settings.outlook.as_ref()?;
    let tests = after.tests.tests.iter().chain(&before.tests.tests);
    let questions = tests.map(Question::of).chain(frequent.iter().cloned());
    let view = |edition: &Arc<Edition>| View::new(edition.clone(), Access::reader(edition.audiences.all()));
    let (now, was) = (view((**edition).as_ref()?), view((**former).as_ref()?));
    let end = Instant::now() + LOOKING;
    let mut differing = comparison::articles(&was, &now);
    differing.retain(comparison::Differing::is_said);
    let labels = Labels::of(Lang::En.words());
    let said = differing.iter().take(SHOWN).map(|one| comparison::said(&was, &now, one, &labels, end)).collect();
    let asked = comparison::answers(&was, &now, questions, end);
    Some(Outlook { articles: differing.len(), said, asked })
}

/// Returns what can be found without asking search.
fn findings(content: &Content, settings: &Settings) -> Vec<Diagnostic> {
    let mut found = content.library.diagnostics().to_vec();
    found.extend(content.tests.findings.iter().chain(&content.found).cloned());
    found.extend(content.owners.of_nothing(content.files.iter().map(|entry| entry.path.as_str())));
    let owners: BTreeSet<&str> =
        settings.owners.iter().map(|name| name.trim_start_matches('@')).chain(content.owners.names()).collect();
    for article in content.library.articles().iter().filter(|article| article.readable) {
        let mut add = |(line, column), finding| {
            found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
        };
        if let Some(name) = article.meta.owner.as_deref()
            && !owners.is_empty()
            && !owners.contains(name.trim_start_matches('@'))
        {
            let suggestion = nearest(name, owners.iter().copied()).map(str::to_owned);
            add(article.place_of("owner", name), Finding::UnknownOwner { name: name.to_owned(), suggestion });
        }
        if let Some(finding) = review(article, settings.today) {
            add(article.place_of("review", ""), finding);
        }
        // Where an editor sits it may be tomorrow already.
        let verified = article.meta.verified.as_ref().map(|verified| verified.on);
        if let Some(on) = verified.filter(|on| (*on - settings.today).get_days() > 1) {
            add(article.place_of("verified", ""), Finding::VerifiedAhead { on: on.to_string() });
        }
    }
    found
}

/// Finds articles that say something else than before and count as verified all the same, since nobody noted what they said then.
fn verified_before(before: &Library, after: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for now in after.articles().iter().filter(|article| article.readable) {
        let Some(verified) = now.meta.verified.as_ref().filter(|verified| verified.digest.is_none()) else { continue };
        let Some(was) = before.by_path(&now.path).map(|number| &before.articles()[number]) else { continue };
        let is_as_verified = Arc::ptr_eq(was, now) || was.meta.verified.as_ref() != Some(verified);
        if is_as_verified || was.digest() == now.digest() {
            continue;
        }
        let (line, column) = now.place_of("verified", "");
        let finding = Finding::VerifiedBefore { on: verified.on.to_string(), slug: now.slug.to_string() };
        found.push(Diagnostic { path: now.path.to_string(), line, column, finding });
    }
    found
}

/// Returns what there is to say about the review of a current article.
fn review(article: &Article, today: Date) -> Option<Finding> {
    if article.meta.status != Status::Current || article.meta.superseded_by.is_some() {
        return None;
    }
    let day = article.review_due()?;
    let days = (day - today).get_days();
    let (due, slug) = (day.to_string(), article.slug.to_string());
    match days {
        ..0 => Some(Finding::ReviewOverdue { due, slug }),
        0..=SOON => Some(Finding::ReviewSoon { due, days, slug }),
        _ => None,
    }
}

/// Asks the answer tests. Returns those that fail, and how many were not asked.
fn ask(
    content: &Content,
    edition: &impl Deref<Target = Option<Arc<Edition>>>,
    patience: Duration,
) -> (Vec<Diagnostic>, usize) {
    let tests = &content.tests.tests;
    if tests.is_empty() {
        return (Vec::new(), 0);
    }
    let Some(edition) = &**edition else { return (Vec::new(), tests.len()) };
    let end = Instant::now() + patience;
    let mut failed = Vec::new();
    for (number, test) in tests.iter().enumerate() {
        if Instant::now() > end {
            return (failed, tests.len() - number);
        }
        failed.extend(answers::ask(edition, test));
    }
    (failed, 0)
}

/// Leaves out tests that failed before, too: whoever changed something else need not mend them.
fn broken_by_change(
    failed: Vec<Diagnostic>,
    before: &State<'_>,
    former: &impl Deref<Target = Option<Arc<Edition>>>,
    touched: &FxHashSet<String>,
) -> impl Iterator<Item = Diagnostic> {
    let elsewhere = failed.iter().any(|failed| !touched.contains(&failed.path));
    let edition = if elsewhere { former.as_ref() } else { None };
    let failed_before = |found: &Diagnostic| {
        let tests = &before.content.tests.tests;
        let same = |test: &&AnswerTest| {
            (test.path.as_str(), test.line, test.column) == (found.path.as_str(), found.line, found.column)
        };
        let test = tests.iter().find(same);
        test.zip(edition).is_some_and(|(test, edition)| answers::ask(edition, test).is_some())
    };
    let kept: Vec<_> =
        failed.into_iter().filter(|found| touched.contains(&found.path) || !failed_before(found)).collect();
    kept.into_iter()
}

/// Returns the paths of files that are only in one of two states, or differ.
fn touched(before: &[Entry], after: &[Entry]) -> FxHashSet<String> {
    let known: FxHashMap<&str, &Entry> = before.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    let mut left = known.clone();
    let mut touched = FxHashSet::default();
    for entry in after {
        left.remove(entry.path.as_str());
        if known.get(entry.path.as_str()).is_none_or(|known| known.blob != entry.blob) {
            touched.insert(entry.path.clone());
        }
    }
    touched.extend(left.into_keys().map(str::to_owned));
    touched
}

/// Tells of a name or question that two articles claim where the one is that was touched. Which of them gives way is decided by
/// their paths, and whoever was there first need not hear of it.
fn blame_who_came_last(findings: &mut [Diagnostic], touched: &FxHashSet<String>, library: &Library) {
    for found in findings.iter_mut().filter(|found| !touched.contains(&found.path)) {
        let (by, key, item) = match &mut found.finding {
            Finding::SlugTaken { by, .. } => (by, "slug", String::new()),
            Finding::QuestionTaken { question, by } => (by, "questions", question.clone()),
            _ => continue,
        };
        let Some(number) = library.by_path(by).filter(|_| touched.contains(by)) else { continue };
        (found.line, found.column) = library.articles()[number].place_of(key, &item);
        std::mem::swap(&mut found.path, by);
    }
}

/// A line, or the piece of a long one that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, with `…` where something is left out.
    pub text: String,
    /// Where in it the finding is, in characters from 0.
    pub column: usize,
}

/// The longest line that is shown whole, in characters.
const LINE: usize = 160;
/// What of a longer one is shown in front of the place, and from it on.
const AROUND: (usize, usize) = (40, 90);

impl Excerpt {
    /// Takes a piece out of a line, around a column from 1.
    fn of(line: &str, column: u32) -> Self {
        let at = column.saturating_sub(1) as usize;
        if line.chars().count() <= LINE {
            return Self { text: line.to_owned(), column: at };
        }
        let from = at.saturating_sub(AROUND.0);
        let piece: String = line.chars().skip(from).take(at - from + AROUND.1).collect();
        let is_cut = line.chars().nth(at + AROUND.1).is_some();
        let (before, behind) = (if from > 0 { "…" } else { "" }, if is_cut { "…" } else { "" });
        Self { text: format!("{before}{piece}{behind}"), column: at - from + usize::from(from > 0) }
    }
}

fn with_lines(findings: Vec<Diagnostic>, content: &Content) -> Vec<Found> {
    let library = &content.library;
    let mut source: Option<(usize, String)> = None;
    let mut line_of = |found: &Diagnostic| {
        let number = found.line.checked_sub(1)? as usize;
        let line = match library.by_path(&found.path) {
            Some(article) => {
                if source.as_ref().is_none_or(|(of, _)| *of != article) {
                    source = Some((article, library.articles()[article].as_written()));
                }
                source.as_ref()?.1.lines().nth(number)?
            }
            None => content.texts.get(&found.path)?.lines().nth(number)?,
        };
        (!line.trim().is_empty()).then(|| Excerpt::of(line, found.column))
    };
    let found = findings.into_iter().map(|diagnostic| Found { line: line_of(&diagnostic), diagnostic });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn piece_of_a_long_line_holds_what_is_meant() {
        let line = format!("{}[сюда](net.md){}", "до ".repeat(100), " после".repeat(100));
        let Excerpt { text, column } = Excerpt::of(&line, 301);
        assert_eq!(text.chars().skip(column).take(14).collect::<String>(), "[сюда](net.md)");
        assert!(text.starts_with('…') && text.ends_with('…') && text.chars().count() == 132, "{text}");
        assert_eq!(Excerpt::of("коротко", 3), Excerpt { text: "коротко".to_owned(), column: 2 });
        assert_eq!(Excerpt::of(&line, 1).text.chars().next(), Some('д'));
        assert_eq!(Excerpt::of(&line, 99_999).text, "…", "a place behind the end breaks nothing");
    }
}
