//! What the articles of a library are, as numbers, so that filtering and counting a large result costs a look into a few
//! tables for each article and not a walk through its front matter.
//!
//! From library to library the numbers of values stay, and only new and changed articles are read. What is counted names
//! values, in an order of its own, so that nothing of the way there shows.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Facets, Filters};
use crate::article::Article;

/// The number of what an article does not have.
const NONE: u32 = u32::MAX;

/// What the articles of a library are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    kinds: Values,
    langs: Values,
    owners: Values,
    statuses: Values,
    folders: Values,
    tags: Values,
    /// By article.
    rows: Vec<Row>,
    /// The tags of all articles, one after another.
    tagged: Vec<u32>,
    /// The owners of all articles, likewise.
    owned: Vec<u32>,
}

/// What an article is: numbers of values.
#[derive(Debug, Clone, Copy)]
struct Row {
    kind: u32,
    lang: u32,
    status: u32,
    folder: u32,
    /// Where its tags end in [`Labels::tagged`].
    tags: u32,
    /// Where its owners end in [`Labels::owned`].
    owners: u32,
}

/// The values of a property, numbered as they came.
#[derive(Debug, Clone, Default)]
struct Values {
    texts: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

impl Values {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = u32::try_from(self.texts.len()).expect("fewer values than bytes of all articles");
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }

    /// Returns which values are among the wanted ones, by number; none when any will do.
    fn wanted(&self, wanted: &[String]) -> Option<Vec<bool>> {
        let numbers = wanted.iter().filter_map(|text| self.numbers.get(text.as_str()));
        self.only(!wanted.is_empty(), numbers.copied())
    }

    fn only(&self, is_asked: bool, numbers: impl Iterator<Item = u32>) -> Option<Vec<bool>> {
        let mut only = vec![false; self.texts.len()];
        numbers.for_each(|number| only[number as usize] = true);
        is_asked.then_some(only)
    }

    /// Names what was counted: the largest first, then by value.
    fn sorted(&self, counts: Vec<usize>) -> Vec<(String, usize)> {
        let counted = self.texts.iter().zip(counts).filter(|(_, count)| *count > 0);
        let mut counted: Vec<(String, usize)> = counted.map(|(text, count)| (text.to_string(), count)).collect();
        counted.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counted
    }
}

impl Labels {
    /// Reads the articles of a library, which are sorted by path; of those that an earlier one had (`before`, with its
    /// articles) only the numbers are copied.
    pub(crate) fn new(articles: &[Arc<Article>], before: Option<(&Arc<Self>, &[Arc<Article>])>) -> Arc<Self> {
        let (mut labels, old) = match before {
            // So many values that nothing has any more are not worth keeping.
            Some((labels, old)) if labels.values() <= 2 * articles.len() + 1000 => {
                if old.len() == articles.len() && old.iter().zip(articles).all(|(a, b)| Arc::ptr_eq(a, b)) {
                    return Arc::clone(labels);
                }
                (
                    Self { rows: Vec::new(), tagged: Vec::new(), owned: Vec::new(), ..Self::clone(labels) },
                    Some((labels, old)),
                )
            }
            _ => (Self::default(), None),
        };
        labels.rows.reserve(articles.len());
        let mut at = 0;
        for article in articles {
            let same = old.and_then(|(labels, old)| {
                while old.get(at).is_some_and(|old| !Arc::ptr_eq(old, article) && old.path < article.path) {
                    at += 1;
                }
                old.get(at).filter(|old| Arc::ptr_eq(old, article))?;
                // The next one is compared with the next, so that what stayed the same is not looked into.
                at += 1;
                Some((labels.rows[at - 1], labels.tags_of(at - 1), labels.owners_of(at - 1)))
            });
            match same {
                Some((row, tags, owners)) => {
                    labels.tagged.extend(tags);
                    labels.owned.extend(owners);
                    let (tags, owners) = (labels.tagged.len() as u32, labels.owned.len() as u32);
                    labels.rows.push(Row { tags, owners, ..row });
                }
                None => labels.read(article),
            }
        }
        Arc::new(labels)
    }

    fn values(&self) -> usize {
        let all = [&self.kinds, &self.langs, &self.owners, &self.statuses, &self.folders, &self.tags];
        all.iter().map(|values| values.texts.len()).sum()
    }

    fn read(&mut self, article: &Article) {
        let folder = article.path.rsplit_once('/').map(|(folder, _)| folder);
        let each = |numbers: &mut dyn Iterator<Item = u32>| {
            let mut own: Vec<u32> = numbers.collect();
            own.sort_unstable();
            own.dedup();
            own
        };
        self.tagged.extend(each(&mut article.meta.tags.iter().map(|tag| self.tags.number(&tag.to_lowercase()))));
        self.owned.extend(each(&mut article.owners().map(|owner| self.owners.number(owner))));
        self.rows.push(Row {
            kind: self.kinds.number(&article.meta.kind),
            lang: self.langs.number(&article.lang),
            status: self.statuses.number(article.meta.status.name()),
            folder: folder.map_or(NONE, |folder| self.folders.number(folder)),
            tags: self.tagged.len() as u32,
            owners: self.owned.len() as u32,
        });
    }

    fn tags_of(&self, number: usize) -> &[u32] {
        let start = number.checked_sub(1).map_or(0, |before| self.rows[before].tags);
        &self.tagged[start as usize..self.rows[number].tags as usize]
    }

    fn owners_of(&self, number: usize) -> &[u32] {
        let start = number.checked_sub(1).map_or(0, |before| self.rows[before].owners);
        &self.owned[start as usize..self.rows[number].owners as usize]
    }

    /// Prepares filters: the answer says of an article, by its number, whether it passes as far as labels say. What only
    /// the article itself or its history tells ([`Filters::paths`], [`Filters::changed_since`]) is not looked at.
    pub(crate) fn filter(&self, filters: &Filters) -> impl Fn(usize) -> bool {
        let tags: Vec<String> = filters.tags.iter().map(|tag| tag.to_lowercase()).collect();
        let inside = |folder: &str| {
            folder.strip_prefix(filters.under.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let below = (0u32..).zip(&self.folders.texts).filter(|(_, folder)| inside(folder)).map(|(number, _)| number);
        let folders = self.folders.only(!filters.under.is_empty(), below);
        let kinds = self.kinds.wanted(&filters.kinds);
        let langs = self.langs.wanted(&filters.langs);
        let owners = self.owners.wanted(&filters.owners);
        let statuses = self.statuses.wanted(&filters.statuses);
        let tags = self.tags.wanted(&tags);
        let any = |only: &Option<Vec<bool>>, number: u32| {
            only.as_ref().is_none_or(|only| only.get(number as usize).copied().unwrap_or(false))
        };
        let some = |only: &Option<Vec<bool>>, numbers: &[u32]| {
            only.as_ref().is_none_or(|only| numbers.iter().any(|&number| only[number as usize]))
        };
        move |number| {
            let Some(row) = self.rows.get(number) else { return false };
            any(&kinds, row.kind)
                && any(&langs, row.lang)
                && any(&statuses, row.status)
                && any(&folders, row.folder)
                && some(&owners, self.owners_of(number))
                && some(&tags, self.tags_of(number))
        }
    }

    /// Counts what articles are, given by number.
    pub(crate) fn count(&self, numbers: impl Iterator<Item = usize>) -> Facets {
        let zeros = |values: &Values| vec![0usize; values.texts.len()];
        let (mut kinds, mut langs, mut owners) = (zeros(&self.kinds), zeros(&self.langs), zeros(&self.owners));
        let (mut statuses, mut folders, mut tags) = (zeros(&self.statuses), zeros(&self.folders), zeros(&self.tags));
        for number in numbers {
            let Some(row) = self.rows.get(number) else { continue };
            kinds[row.kind as usize] += 1;
            langs[row.lang as usize] += 1;
            statuses[row.status as usize] += 1;
            if let Some(count) = folders.get_mut(row.folder as usize) {
                *count += 1;
            }
            self.tags_of(number).iter().for_each(|&tag| tags[tag as usize] += 1);
            self.owners_of(number).iter().for_each(|&owner| owners[owner as usize] += 1);
        }
        Facets {
            kinds: self.kinds.sorted(kinds),
            tags: self.tags.sorted(tags),
            folders: self.folders_and_above(&folders),
            langs: self.langs.sorted(langs),
            owners: self.owners.sorted(owners),
            statuses: self.statuses.sorted(statuses),
        }
    }

    /// Adds to every folder what is in those below it.
    fn folders_and_above(&self, counts: &[usize]) -> Vec<(String, usize)> {
        let mut all: FxHashMap<&str, usize> = FxHashMap::default();
        for (folder, &count) in self.folders.texts.iter().zip(counts).filter(|(_, count)| **count > 0) {
            let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
            ends.for_each(|end| *all.entry(&folder[..end]).or_default() += count);
        }
        let mut all: Vec<(String, usize)> = all.into_iter().map(|(folder, count)| (folder.to_owned(), count)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::library::Rules;
    use crate::audience::{AudienceSet, Audiences};
    use crate::revision::ObjectId;

    fn article(path: &str, meta: &str) -> Arc<Article> {
        let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::PUBLIC };
        let text = format!("---\n{meta}\n---\nТекст");
        Arc::new(Article::parse(path, ObjectId::from_bytes([0; 20]), text.as_bytes(), &rules))
    }

    fn shop() -> Vec<Arc<Article>> {
        vec![
            article("a/b/one.md", "{tags: [Чек, чек], owner: ivanova, lang: ru}"),
            article("a/two.md", "{tags: [чек, возврат], type: reply, lang: ru}"),
            article("ab/three.md", "{owner: petrova, lang: en, status: archived}"),
            article("top.md", "{tags: [возврат], lang: en}"),
        ]
    }

    #[test]
    fn labels_count_and_filter_as_the_articles_themselves_do() {
        let articles = shop();
        let labels = Labels::new(&articles, None);
        let text = |text: &str| vec![text.to_owned()];
        let all = Filters::default();
        for filters in [
            all.clone(),
            Filters { under: "a".into(), ..all.clone() },
            Filters { under: "a/b".into(), ..all.clone() },
            Filters { under: "none".into(), ..all.clone() },
            Filters { tags: text("ЧЕК"), ..all.clone() },
            Filters { kinds: vec!["reply".into(), "none".into()], ..all.clone() },
            Filters { kinds: text("none"), ..all.clone() },
            Filters { owners: text("petrova"), langs: text("en"), ..all.clone() },
            Filters { statuses: text("archived"), ..all.clone() },
            Filters { tags: text("возврат"), langs: text("ru"), ..all },
        ] {
            let pass = labels.filter(&filters);
            let passed: Vec<usize> = (0..articles.len()).filter(|&number| pass(number)).collect();
            let wanted: Vec<usize> = (0..articles.len()).filter(|&number| filters.pass(&articles[number])).collect();
            assert_eq!(passed, wanted, "{filters:?}");
            let counted = labels.count(passed.into_iter());
            assert_eq!(counted, Facets::of(wanted.iter().map(|&number| &*articles[number])), "{filters:?}");
        }
    }

    #[test]
    fn nothing_of_the_way_there_shows() {
        let first = shop();
        let labels = Labels::new(&first, None);
        let mut second = shop();
        second[0] = Arc::clone(&first[0]);
        second[2] = Arc::clone(&first[2]);
        second[1] = article("a/two.md", "{tags: [новое], lang: de}");
        second.push(Arc::clone(&first[3]));
        second.remove(3);
        second.insert(1, article("a/c.md", "{tags: [чек], owner: sidorov}"));
        let carried = Labels::new(&second, Some((&labels, &first)));
        let fresh = Labels::new(&second, None);
        assert_eq!(carried.count(0..second.len()), fresh.count(0..second.len()));
        let filters = Filters { tags: vec!["чек".into()], ..Filters::default() };
        let passed = |labels: &Labels| (0..second.len()).map(labels.filter(&filters)).collect::<Vec<_>>();
        assert_eq!(passed(&carried), passed(&fresh));
        assert!(Arc::ptr_eq(&Labels::new(&first, Some((&labels, &first))), &labels));
    }
}
