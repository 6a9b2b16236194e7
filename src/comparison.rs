//! What one reader is told differently by two editions: which articles say something else, and which questions are answered
//! first by something else.
//!
//! Both editions are looked at with the same access, so an article that the reader may see in one of them only has come or gone
//! for this reader.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::article::Article;
use crate::article::answer_test::AnswerTest;
use crate::article::commons;
use crate::difference::{self, Fate, Labels};
use crate::edition::View;
use crate::git::history::{Act, History};
use crate::relevance::queries;

/// An article that is not in both editions, or not the same in both.
#[derive(Debug, Clone)]
pub struct Differing {
    /// What happened to it.
    pub act: Act,
    /// As it was; none for a new one.
    pub before: Option<Arc<Article>>,
    /// As it is now; none for one that is gone.
    pub after: Option<Arc<Article>>,
}

impl Differing {
    /// Returns the article as it is, or as it was.
    pub fn article(&self) -> &Arc<Article> {
        self.after.as_ref().or(self.before.as_ref()).expect("an article differs that was in one of both editions")
    }

    /// Returns whether readers are told something else: not where only who verified it, who answers for it or by which words it
    /// is found is another.
    pub fn is_said(&self) -> bool {
        let (Some(was), Some(now)) = (&self.before, &self.after) else { return true };
        let standing = |article: &Article| {
            let meta = &article.meta;
            (article.readable, article.slug.clone(), meta.status, meta.audience, meta.superseded_by.clone())
        };
        standing(was) != standing(now) || was.digest() != now.digest()
    }
}

/// Returns the articles that say something else, by path. As many are looked at as there are: not for the async threads.
///
/// An article with another path is the one that had its slug before, else one of the same text.
pub fn articles(before: &View, after: &View) -> Vec<Differing> {
    let is_same = |was: &Article, now: &Article| was.says_what(now) && was.slug == now.slug;
    let mut differing = Vec::new();
    let mut came: Vec<&Arc<Article>> = Vec::new();
    for now in after.articles() {
        match before.by_path(&now.path) {
            Some(was) if Arc::ptr_eq(was, now) || is_same(was, now) => {}
            Some(was) => {
                differing.push(Differing { act: Act::Changed, before: Some(was.clone()), after: Some(now.clone()) })
            }
            None => came.push(now),
        }
    }
    // By path, each until another one turns out to be it.
    let gone = before.articles().filter(|was| after.by_path(&was.path).is_none());
    let mut gone: Vec<Option<&Arc<Article>>> = gone.map(Some).collect();
    let (mut by_slug, mut by_blob) = (FxHashMap::default(), FxHashMap::<_, VecDeque<usize>>::default());
    for (number, was) in gone.iter().enumerate().filter_map(|(number, was)| Some((number, (*was)?))) {
        by_slug.insert(was.slug.as_str(), number);
        by_blob.entry(was.blob).or_default().push_back(number);
    }
    // What has kept its slug is that one for sure; what is left is told by its text.
    let mut taken: Vec<Option<usize>> = came.iter().map(|now| by_slug.get(now.slug.as_str()).copied()).collect();
    let of_slug: FxHashSet<usize> = taken.iter().copied().flatten().collect();
    for (now, taken) in came.iter().zip(&mut taken).filter(|(_, taken)| taken.is_none()) {
        let same = by_blob.get_mut(&now.blob);
        *taken = same.and_then(|same| std::iter::from_fn(|| same.pop_front()).find(|number| !of_slug.contains(number)));
    }
    for (now, taken) in came.into_iter().zip(taken) {
        let was = taken.and_then(|number| gone[number].take());
        let act = if was.is_some() { Act::Moved } else { Act::Added };
        differing.push(Differing { act, before: was.cloned(), after: Some(now.clone()) });
    }
    differing.extend(gone.into_iter().flatten().map(|was| Differing {
        act: Act::Removed,
        before: Some(was.clone()),
        after: None,
    }));
    differing.sort_by(|a, b| a.article().path.cmp(&b.article().path));
    differing
}

/// What was done to two states of a base since they parted, each by itself.
#[derive(Debug, Default)]
pub struct Parting {
    /// Commits that only the state before has.
    pub behind: usize,
    /// Commits that only the state after has.
    pub ahead: usize,
    /// The files that these touched.
    of_after: FxHashSet<Arc<str>>,
}

impl Parting {
    /// Finds out what is only in one of two histories. It takes the longer the longer they are: not for the async threads.
    pub fn of(before: &History, after: &History) -> Self {
        let (behind, ahead) = (before.without(after).len(), after.without(before));
        let touches = ahead.iter().flat_map(|&commit| after.touches_by(commit));
        let of_after = touches.flat_map(|touch| [Some(&touch.path), touch.from.as_ref()]).flatten().cloned().collect();
        Self { behind, ahead: ahead.len(), of_after }
    }

    /// Returns whether an article differs only by what was done to the state before, so that joining both leaves it as it is
    /// there. Never where only one of them went on.
    pub fn is_of_before(&self, differing: &Differing) -> bool {
        if self.behind == 0 || self.ahead == 0 {
            return false;
        }
        let mut paths = [&differing.before, &differing.after].into_iter().flatten().map(|article| &article.path);
        // What articles share is in files of its own.
        let shares = self.of_after.iter().any(|path| commons::is_file(path));
        !shares && !paths.any(|path| self.of_after.contains(path))
    }
}

/// An article that says something else, in few lines for terminals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What happened to it.
    pub act: Act,
    /// Its title.
    pub title: String,
    /// Its path inside the content folder.
    pub path: String,
    /// Whether its file is still there though nobody sees it any more: a draft now, or one that cannot be read.
    pub hidden: bool,
    /// What changed in its text: a line for each changed paragraph, item or row.
    pub lines: Vec<String>,
}

/// The longest line of [`Said`], in characters.
const LINE: usize = 140;

/// Returns in few lines what an article says differently. Not for the async threads.
pub fn said(before: &View, after: &View, differing: &Differing, labels: &Labels, end: Instant) -> Said {
    let html = |view: &View, article: &Option<Arc<Article>>| {
        article.as_ref().map_or_else(String::new, |article| view.render(article, &article.body, false))
    };
    let article = differing.article();
    let lines = match (&differing.before, &differing.after) {
        (Some(_), Some(_)) => {
            let (was, now) = (html(before, &differing.before), html(after, &differing.after));
            let blocks = difference::compare(&was, &now, labels, end).blocks.into_iter();
            let changed = blocks.filter(|block| !matches!(block.fate, Fate::Same | Fate::Moved));
            changed.map(|block| difference::as_line(&block.html, LINE)).filter(|line| !line.is_empty()).collect()
        }
        _ => Vec::new(),
    };
    let hidden = differing.act == Act::Removed && after.edition().library.by_path(&article.path).is_some();
    Said { act: differing.act, title: article.title.clone(), path: article.path.to_string(), hidden, lines }
}

/// A question that something else answers first.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The question.
    pub question: String,
    /// What came first before; nothing was found otherwise.
    pub before: Option<Arc<Article>>,
    /// What comes first now.
    pub after: Option<Arc<Article>>,
}

/// What asking both editions gave.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The questions that something else answers first, in the order in which they were asked.
    pub differing: Vec<Answered>,
    /// How many questions were asked.
    pub asked: usize,
    /// How many were left when the time was over.
    pub left: usize,
}

/// A question to be asked of both editions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// As it is typed.
    pub text: String,
    /// Whether its last word is unfinished.
    pub unfinished: bool,
}

impl Question {
    /// Returns the question of an answer test.
    pub fn of(test: &AnswerTest) -> Self {
        Self { text: test.question.clone(), unfinished: test.kind == queries::UNFINISHED }
    }
}

/// Asks both editions questions, each once, until `end`. Not for the async threads.
pub fn answers(before: &View, after: &View, questions: impl IntoIterator<Item = Question>, end: Instant) -> Asked {
    let mut told = Asked::default();
    let mut seen = FxHashSet::default();
    let first = |view: &View, question: &Question| {
        let mut query = queries::asked(&question.text, question.unfinished);
        query.limit = 1;
        view.search(&query).hits.into_iter().next().map(|hit| hit.article)
    };
    // An article that moved is still the same answer.
    let moved: FxHashMap<Arc<str>, Arc<str>> = articles(before, after)
        .into_iter()
        .filter_map(|one| Some((one.before?.path.clone(), one.after?.path.clone())))
        .collect();
    for question in questions {
        if !seen.insert(question.clone()) {
            continue;
        }
        if Instant::now() > end {
            told.left += 1;
            continue;
        }
        told.asked += 1;
        let (was, now) = (first(before, &question), first(after, &question));
        let path = |article: &Arc<Article>| moved.get(&article.path).unwrap_or(&article.path).clone();
        if was.as_ref().map(path) != now.as_ref().map(|now| now.path.clone()) {
            told.differing.push(Answered { question: question.text, before: was, after: now });
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::library::Rules;
    use crate::article::{Lexicon, Library};
    use crate::audience::{Access, Audiences};
    use crate::edition::Edition;
    use crate::revision::{ObjectId, Revision};
    use crate::search::tantivy::TantivyEngine;
    use crate::search::{SearchEngine, Silent};

    fn view(files: &[(&str, &str)], audience: &str) -> View {
        let audiences = Audiences::default();
        let rules = Rules { default_audience: audiences.get("public").expect("known"), audiences };
        let parse = |(path, text): &(&str, &str)| {
            let blob = crate::git::hash_blob(text.as_bytes());
            Arc::new(Article::parse(path, blob, text.as_bytes(), &rules))
        };
        let revision = Revision { commit: ObjectId::default(), tree: ObjectId::default() };
        let articles = files.iter().map(parse).collect();
        let library =
            Arc::new(Library::new(revision, articles, Vec::new(), Vec::new(), Lexicon::default(), Vec::new()));
        let searcher = TantivyEngine::in_memory().index(&library, &Silent).expect("in memory");
        let reader = Access::reader(rules.audiences.get(audience).expect("known"));
        View::new(Arc::new(Edition::without_history(library, searcher, rules.audiences)), reader)
    }

    const BEFORE: [(&str, &str); 4] = [
        ("a.md", "# Доставка\n\nЗа 3 дня.\n"),
        ("b.md", "---\nslug: b\n---\n# Возврат\n\n14 дней.\n"),
        ("c.md", "# Обмен\n\nДа.\n"),
        ("d.md", "# Старое\n\nНет.\n"),
    ];
    const AFTER: [(&str, &str); 5] = [
        ("a.md", "# Доставка\n\nЗа 2 дня.\n"),
        ("new/b.md", "---\nslug: b\n---\n# Возврат\n\n14 дней. Возврат возможен.\n"),
        ("c.md", "# Обмен\n\nДа.\n"),
        ("e.md", "# Старое доброе\n\nНовое.\n"),
        ("f.md", "---\naudience: [internal]\n---\n# Лимиты\n\n500.\n"),
    ];

    fn told(audience: &str) -> String {
        let differing = articles(&view(&BEFORE, audience), &view(&AFTER, audience));
        let one = |one: &Differing| format!("{:?} {}", one.act, one.article().path);
        differing.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_came_went_changed_and_moved_is_told_to_whom_it_concerns() {
        assert_eq!(told("public"), "Changed a.md, Removed d.md, Added e.md, Moved new/b.md");
        assert_eq!(told("internal"), "Changed a.md, Removed d.md, Added e.md, Added f.md, Moved new/b.md");
    }

    #[test]
    fn verified_article_says_what_it_said() {
        let text = |front: &str| format!("---\ntitle: А\n{front}---\nДа.\n");
        let (before, verified) = (text(""), text("owner: x\nverified: {by: x, on: 2026-11-26}\n"));
        let is_said = |after: &str| {
            let differing = articles(&view(&[("a.md", &before)], "public"), &view(&[("a.md", after)], "public"));
            differing.iter().map(Differing::is_said).collect::<Vec<_>>()
        };
        assert_eq!(is_said(&verified), [false]);
        assert_eq!(is_said(&text("summary: Б\n")), [true]);
        assert_eq!(is_said(&text("status: archived\n")), [true]);
    }

    #[test]
    fn what_kept_its_slug_is_not_taken_for_another_of_the_same_text() {
        let (text, slugged) = ("# Одно\n\nТекст.\n", "---\nslug: b\n---\n# Одно\n\nТекст.\n");
        let before = [("b.md", text), ("c.md", text)];
        let after = [("a.md", text), ("z/b.md", slugged)];
        let differing = articles(&view(&before, "public"), &view(&after, "public"));
        let path = |article: &Option<Arc<Article>>| article.as_ref().map(|article| article.path.to_string());
        let told: Vec<_> = differing.iter().map(|one| (path(&one.before), path(&one.after))).collect();
        let pair = |was: &str, now: &str| (Some(was.to_owned()), Some(now.to_owned()));
        assert_eq!(told, [pair("c.md", "a.md"), pair("b.md", "z/b.md")]);
    }

    #[test]
    fn questions_that_something_else_answers_first_are_told() {
        let (before, after) = (view(&BEFORE, "public"), view(&AFTER, "public"));
        let questions = ["возврат", "старое", "обмен", "лимиты", "обмен"];
        let question = |text: &str| Question { text: text.to_owned(), unfinished: false };
        let end = Instant::now() + std::time::Duration::from_secs(60);
        let asked = answers(&before, &after, questions.map(question), end);
        let one = |one: &Answered| {
            let path =
                |article: &Option<Arc<Article>>| article.as_ref().map_or("nothing".into(), |a| a.path.to_string());
            format!("{}: {} → {}", one.question, path(&one.before), path(&one.after))
        };
        assert_eq!(asked.differing.iter().map(one).collect::<Vec<_>>(), ["старое: d.md → e.md"]);
        assert_eq!((asked.asked, asked.left), (4, 0));
        let late = answers(&before, &after, [question("старое")], Instant::now() - std::time::Duration::from_secs(1));
        assert_eq!((late.asked, late.left), (0, 1));
    }
}
