//! Asks the editors' answer tests and says which of them fail, as findings with place and remedy.

use std::sync::Arc;

use super::{Question, queries};
use crate::article::answer_test::{AnswerTest, Expected};
use crate::article::library::Naming;
use crate::audience::Access;
use crate::diagnostic::{Diagnostic, Finding};
use crate::edition::{Edition, Lookup, View};
use crate::spelling::nearest;

/// Asks a test. Returns what is wrong; none when it passes.
pub fn ask(edition: &Arc<Edition>, test: &AnswerTest) -> Option<Diagnostic> {
    let wrong = |finding| Diagnostic { path: test.path.clone(), line: test.line, column: test.column, finding };
    let view = match reader(edition, test) {
        Ok(view) => view,
        Err(finding) => return Some(wrong(finding)),
    };
    if let Some(finding) = unknown_article(edition, test) {
        return Some(wrong(finding));
    }
    let found = found(&view, test);
    let question = || test.question.trim().to_owned();
    let place = |slugs: &[String]| found.iter().position(|slug| slugs.contains(slug)).map(|at| at + 1);
    let finding = match &test.expected {
        Expected::Among { most, slugs } => {
            let at = place(slugs);
            if at.is_some_and(|at| at <= *most) {
                return None;
            }
            let first = found.first().cloned().unwrap_or_default();
            Finding::WrongAnswer { question: question(), wanted: slugs.join(", "), most: *most, at, first }
        }
        Expected::Absent(slugs) => {
            let at = place(slugs)?;
            Finding::UnwantedAnswer { question: question(), slug: found[at - 1].clone(), at }
        }
        Expected::Nothing => Finding::UnwantedAnswer { question: question(), slug: found.first()?.clone(), at: 1 },
    };
    Some(wrong(finding))
}

/// Returns a test as a question with known right articles; none when it says only what must not be found, or is asked by
/// certain readers: figures are those of one reader.
pub fn question(edition: &Arc<Edition>, test: &AnswerTest) -> Option<Question> {
    let Expected::Among { slugs, .. } = &test.expected else { return None };
    if !test.readers.is_empty() {
        return None;
    }
    let editor = View::new(edition.clone(), Access::editor());
    let path = |slug: &String| match editor.lookup(slug) {
        Lookup::Found(article) | Lookup::Moved(article) => Some(article.path.to_string()),
        Lookup::Nothing => None,
    };
    Some(Question {
        id: format!("{}:{}:{}", test.path, test.line, test.column),
        words: test.question.clone(),
        kind: test.kind.clone(),
        relevant: slugs.iter().filter_map(path).collect(),
        excluded: std::collections::BTreeSet::new(),
        clean: None,
    })
}

/// Looks at the edition as whoever asks the test.
fn reader(edition: &Arc<Edition>, test: &AnswerTest) -> Result<View, Finding> {
    let audiences = &edition.audiences;
    let set = if test.readers.is_empty() { Ok(audiences.all()) } else { audiences.set(&test.readers) };
    match set {
        Ok(set) => Ok(View::new(edition.clone(), Access::reader(set))),
        Err(_) => {
            let known = || audiences.names().iter().map(String::as_str);
            let name = test.readers.iter().find(|name| audiences.get(name).is_none()).cloned().unwrap_or_default();
            let suggestion = nearest(&name, known()).map(str::to_owned);
            Err(Finding::UnknownAudience { name, known: audiences.names().join(", "), suggestion })
        }
    }
}

/// A test of an article that does not exist tests nothing: one that must come first never can, one that must not be found
/// never is.
fn unknown_article(edition: &Arc<Edition>, test: &AnswerTest) -> Option<Finding> {
    let (key, slugs) = match &test.expected {
        Expected::Among { most: 1, slugs } => ("first", slugs),
        Expected::Among { slugs, .. } => ("article", slugs),
        Expected::Absent(slugs) => ("absent", slugs),
        Expected::Nothing => return None,
    };
    let all = Naming::of_all();
    let slug = slugs.iter().find(|slug| edition.library.by_slug(slug, &all).is_none())?;
    let known = edition.library.articles().iter().map(|article| article.slug.as_str());
    let suggestion = nearest(slug, known).map(str::to_owned);
    Some(Finding::UnknownArticle { key: key.to_owned(), slug: slug.clone(), suggestion, removed: false })
}

fn found(view: &View, test: &AnswerTest) -> Vec<String> {
    let results = view.search(&queries::asked(&test.question, test.kind == queries::UNFINISHED));
    results.hits.iter().map(|hit| hit.article.slug.to_string()).collect()
}
