//! Questions that two articles claim. The same question must get the same answer, so for any one reader a question belongs to
//! one current article.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use crate::article::{Article, Status};
use crate::diagnostic::{Diagnostic, Finding};

/// Finds the questions of `articles` that an article before has, too. Articles that no reader sees together, that are not
/// current or that another supersedes take nothing away.
pub(super) fn check(articles: &[Arc<Article>], found: &mut Vec<Diagnostic>) {
    // Most questions are asked once: their words are compared only where the hashes are the same.
    let mut asked: FxHashMap<u64, Vec<(u32, u32)>> = FxHashMap::default();
    for (number, article) in (0..).zip(articles).filter(|(_, article)| counts(article)) {
        for (at, question) in (0..).zip(&article.meta.questions) {
            let before = asked.entry(hash(question)).or_default();
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
}

fn counts(article: &Article) -> bool {
    article.readable && article.meta.status == Status::Current && article.meta.superseded_by.is_none()
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
