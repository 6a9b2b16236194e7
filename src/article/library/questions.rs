//! Questions that two articles claim. The same question must get the same answer, so for any one reader a question belongs to
//! one current article.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet, FxHasher};

use crate::article::{Article, Meta, Status};
use crate::diagnostic::{Diagnostic, Finding};

/// Finds the questions of `articles` that an article before has, too. Articles that no reader sees together, that are not
/// current or that another supersedes take nothing away.
pub(super) fn check(articles: &[Arc<Article>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // Most questions are asked once: their words are compared only where the keys are the same.
    let mut keys = FxHashSet::with_capacity_and_hasher(articles.len(), FxBuildHasher);
    let all = articles.iter().flat_map(|article| &article.question_keys);
    let twice: FxHashSet<u64> = all.copied().filter(|key| !keys.insert(*key)).collect();
    let mut asked: FxHashMap<u64, Vec<(u32, u32)>> = FxHashMap::default();
    for (number, article) in (0..).zip(articles) {
        let keys = (0..).zip(&article.question_keys).filter(|(_, key)| twice.contains(key));
        for (at, key) in keys {
            let question = &article.meta.questions[at as usize];
            let before = asked.entry(*key).or_default();
            let taken = before.iter().find(|&&(other, of)| {
                let holder = &articles[other as usize];
                other != number
                    && holder.meta.audience.meets(article.meta.audience)
                    && words(&holder.meta.questions[of as usize]).eq(words(question))
            });
            match taken {
                Some(&(other, _)) => {
                    let (line, column) = article.place_of("questions", question);
                    let by = articles[other as usize].path.to_string();
                    let finding = Finding::QuestionTaken { question: question.clone(), by };
                    found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
                }
                None => before.push((number, at)),
            }
        }
    }
    found
}

/// Returns whether two states of one file, for the same readers, claim the same questions. Where one of them has been found to
/// claim one that is taken, they must stand in the same lines, too.
pub(super) fn ask_the_same(a: &Article, b: &Article) -> bool {
    a.question_keys == b.question_keys && a.meta.questions == b.meta.questions && {
        let places = |article: &Article| {
            article.meta.questions.iter().map(|q| article.place_of("questions", q)).collect::<Vec<_>>()
        };
        places(a) == places(b)
    }
}

/// Returns a key for every question that an article claims; none when it takes no question away from others. Questions of the
/// same words have the same key.
pub(in crate::article) fn keys(readable: bool, meta: &Meta) -> Box<[u64]> {
    let counts = readable && meta.status == Status::Current && meta.superseded_by.is_none();
    if counts { meta.questions.iter().map(|question| hash(question)).collect() } else { Box::default() }
}

/// Returns the letters and digits of a question with single spaces, in lower case and with `е` for `ё`.
fn words(question: &str) -> impl Iterator<Item = char> + '_ {
    let parts = question.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts
        .flat_map(|part| part.chars().flat_map(char::to_lowercase).chain([' ']))
        .map(|c| if c == 'ё' { 'е' } else { c })
}

fn hash(question: &str) -> u64 {
    let mut hasher = FxHasher::default();
    words(question).for_each(|letter| letter.hash(&mut hasher));
    hasher.finish()
}
