//! What a set of articles is: how many have which kind, tag, folder, language, owner and state.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::Facets;
use crate::article::Article;

/// Counts of values.
#[derive(Debug, Default)]
struct Counts(FxHashMap<String, usize>);

impl Counts {
    fn add(&mut self, value: &str) {
        if let Some(count) = self.0.get_mut(value) {
            *count += 1;
        } else {
            self.0.insert(value.to_owned(), 1);
        }
    }

    fn sorted(self) -> Vec<(String, usize)> {
        let mut counts: Vec<(String, usize)> = self.0.into_iter().collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }
}

impl Facets {
    /// Counts what articles are.
    pub fn of<'a>(articles: impl Iterator<Item = &'a Article>) -> Self {
        let [mut kinds, mut tags, mut folders, mut langs, mut owners, mut statuses]: [Counts; 6] = Default::default();
        for article in articles {
            kinds.add(&article.meta.kind);
            langs.add(&article.lang);
            statuses.add(article.meta.status.name());
            let own: BTreeSet<&str> = article.owners().collect();
            own.into_iter().for_each(|owner| owners.add(owner));
            // Mostly nothing has to be folded, and then nothing is copied.
            let folded = |tag: &str| tag.chars().any(char::is_uppercase);
            if article.meta.tags.iter().any(|tag| folded(tag)) {
                let own: BTreeSet<String> = article.meta.tags.iter().map(|tag| tag.to_lowercase()).collect();
                own.iter().for_each(|tag| tags.add(tag));
            } else {
                let own: BTreeSet<&str> = article.meta.tags.iter().map(String::as_str).collect();
                own.into_iter().for_each(|tag| tags.add(tag));
            }
            let path: &str = &article.path;
            path.match_indices('/').for_each(|(at, _)| folders.add(&path[..at]));
        }
        Self {
            kinds: kinds.sorted(),
            tags: tags.sorted(),
            folders: folders.sorted(),
            langs: langs.sorted(),
            owners: owners.sorted(),
            statuses: statuses.sorted(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::library::Rules;
    use crate::audience::{AudienceSet, Audiences};
    use crate::revision::ObjectId;

    #[test]
    fn every_property_is_counted_once_an_article() {
        let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::PUBLIC };
        let article = |path: &str, meta: &str| {
            let text = format!("---\n{meta}\n---\nТекст");
            Article::parse(path, ObjectId::from_bytes([0; 20]), text.as_bytes(), &rules)
        };
        let articles = [
            article("a/b/one.md", "{tags: [Чек, чек], owner: ivanova, lang: ru}"),
            article("a/two.md", "{tags: [чек, возврат], type: reply, lang: ru}"),
        ];
        let facets = Facets::of(articles.iter());
        let count = |value: &str, count| (value.to_owned(), count);
        assert_eq!(facets.tags, [count("чек", 2), count("возврат", 1)]);
        assert_eq!(facets.folders, [count("a", 2), count("a/b", 1)]);
        assert_eq!(facets.kinds, [count("answer", 1), count("reply", 1)]);
        assert_eq!(facets.owners, [count("ivanova", 1)]);
        assert_eq!(facets.langs, [count("ru", 2)]);
        assert_eq!(facets.statuses, [count("current", 2)]);
    }
}
