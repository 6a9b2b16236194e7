//! Editions: everything the server knows at one commit, and the only way to look at it, a [`View`]; [`holder`] has the
//! current one.
//!
//! Deliberately knows no HTTP and makes no edition: `publish` does.

mod catalogue;
mod former;
mod holder;
mod reviews;
mod trust;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;

use catalogue::Catalogue;
pub use catalogue::Catalogues;
pub use former::Removal;
pub use holder::{Announcement, Editions, Failure, Published};
pub use reviews::{ReviewCounts, ReviewState, SOON, today};
pub use trust::{Trust, TrustState};

use crate::article::library::{Attachment, Naming, Resolved};
use crate::article::markdown::Destination;
use crate::article::{Answer, Article, Fragment, Library, Status};
use crate::audience::{Access, AudienceSet, Audiences};
use crate::diagnostic::Diagnostic;
use crate::git::history::{Act, Commit, History, Touch};
use crate::revision::Revision;
use crate::search::{Completions, Facets, Filters, SearchQuery, SearchResults, Searcher};
use crate::spelling;

/// Everything the server knows at one commit. Immutable; swapped in whole.
#[derive(Debug)]
pub struct Edition {
    /// Commit and content tree.
    pub revision: Revision,
    /// The branch it was read from; none for uncommitted work.
    pub branch: Option<String>,
    /// When the commit was made; for uncommitted work, when it was read.
    pub committed_at: Timestamp,
    /// The known audiences.
    pub audiences: Audiences,
    /// The audience of an article that names none.
    pub default_audience: AudienceSet,
    /// The articles. Readers look at them through a [`View`].
    pub library: Arc<Library>,
    /// The index over exactly these articles.
    pub searcher: Arc<dyn Searcher>,
    /// Who changed what when.
    pub history: Arc<History>,
    /// What the articles that are no longer there were, by path and last blob, as far as the history page goes back.
    pub removed: HashMap<Arc<str>, Removed>,
    /// What lists need, prepared for each access.
    pub catalogues: Catalogues,
}

impl Edition {
    /// Returns an edition of articles and their index alone, without a branch or a history: to measure it, not to serve it.
    pub fn without_history(library: Arc<Library>, searcher: Arc<dyn Searcher>, audiences: Audiences) -> Self {
        Self {
            revision: library.revision(),
            branch: None,
            committed_at: Timestamp::UNIX_EPOCH,
            audiences,
            default_audience: AudienceSet::NOBODY,
            library,
            searcher,
            history: Arc::default(),
            removed: HashMap::new(),
            catalogues: Catalogues::default(),
        }
    }
}

/// What an article was that is no longer there.
#[derive(Debug, Clone)]
pub struct Removed {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who could see it.
    pub audience: AudienceSet,
    /// Whether it was a draft or unreadable.
    pub hidden: bool,
}

impl PartialEq for Removed {
    fn eq(&self, other: &Self) -> bool {
        self.slug == other.slug
    }
}

impl Eq for Removed {}

impl Removed {
    fn visible_to(&self, access: Access) -> bool {
        access.is_editor() || (!self.hidden && self.audience.meets(access.audiences()))
    }
}

/// An edition as one reader may see it: the only way to articles and search.
#[derive(Debug, Clone)]
pub struct View {
    edition: Arc<Edition>,
    naming: Naming,
    catalogue: OnceLock<Arc<Catalogue>>,
    /// What the addresses begin with that it gives: those of a preview stay in it.
    root: Arc<str>,
}

/// What an address leads to.
#[derive(Debug)]
pub enum Lookup<'a> {
    /// An article.
    Found(&'a Arc<Article>),
    /// An article that is now found under another slug.
    Moved(&'a Arc<Article>),
    /// Nothing that this reader may see.
    Nothing,
}

/// What happened to an article, net, since some state.
#[derive(Debug, Clone)]
pub struct Change {
    /// The article's slug, now or when it was removed.
    pub slug: String,
    /// Its title, likewise.
    pub title: String,
    /// The article, if it is still there.
    pub article: Option<Arc<Article>>,
    /// What happened.
    pub act: Act,
    /// Number of the latest commit that touched it.
    pub commit: u32,
}

/// A folder with visible articles below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The path, without slashes at its ends.
    pub path: String,
    /// The last part of the path.
    pub name: String,
    /// The number of visible articles in it and below.
    pub articles: usize,
}

/// A visible link to an article.
#[derive(Debug, Clone)]
pub struct Neighbour<'a> {
    /// The article.
    pub article: &'a Arc<Article>,
    /// The heading of it that is meant.
    pub heading: Option<&'a str>,
}

/// The order and range of a list of articles.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// What the articles must be.
    pub filters: Filters,
    /// The slug behind which the list begins; none for the start.
    pub after: Option<String>,
    /// Most articles to return.
    pub limit: usize,
}

impl View {
    /// Looks at an edition with a reader's access.
    pub fn new(edition: Arc<Edition>, access: Access) -> Self {
        let naming = edition.library.naming(access);
        Self { edition, naming, catalogue: OnceLock::new(), root: Arc::default() }
    }

    /// Gives addresses below a root (`/~branch`, without a slash at its end).
    pub fn below(self, root: Arc<str>) -> Self {
        Self { root, ..self }
    }

    /// Returns what the addresses begin with that it gives; empty for the live edition.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Returns the address of an article's page.
    pub fn article_path(&self, slug: &str) -> String {
        format!("{}{}", self.root, article_path(slug))
    }

    /// Returns the revision every response names.
    pub fn revision(&self) -> Revision {
        self.edition.revision
    }

    /// Returns the edition, for what does not depend on the reader.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// Returns the reader's access.
    pub fn access(&self) -> Access {
        self.naming.access()
    }

    fn library(&self) -> &Library {
        &self.edition.library
    }

    fn catalogue(&self) -> &Catalogue {
        self.catalogue.get_or_init(|| self.edition.catalogues.of(self.library(), self.access()))
    }

    /// Returns an article of the catalogue, which holds only what is visible.
    fn numbered(&self, number: u32) -> &Arc<Article> {
        self.visible(number as usize).unwrap_or_else(|| &self.library().articles()[number as usize])
    }

    fn visible(&self, number: usize) -> Option<&Arc<Article>> {
        self.library().seen(number, &self.naming)
    }

    /// Returns an article that the searcher found, under the slug that it has for this reader.
    fn under_its_name(&self, article: Arc<Article>) -> Arc<Article> {
        if self.naming.is_common() {
            return article;
        }
        self.by_path(&article.path).cloned().unwrap_or(article)
    }

    /// Returns all visible articles, by path. As many as there are: not for what answers a request.
    pub fn articles(&self) -> impl Iterator<Item = &Arc<Article>> {
        (0..self.library().articles().len()).filter_map(|number| self.visible(number))
    }

    /// Returns the visible article at a path.
    pub fn by_path(&self, path: &str) -> Option<&Arc<Article>> {
        self.library().by_path(path).and_then(|number| self.visible(number))
    }

    /// Returns what an address (a slug, or a former one) leads to.
    pub fn lookup(&self, slug: &str) -> Lookup<'_> {
        if let Some(article) = self.library().by_slug(slug, &self.naming).and_then(|number| self.visible(number)) {
            return Lookup::Found(article);
        }
        match self.library().redirect(slug, &self.naming).and_then(|number| self.visible(number)) {
            Some(article) => Lookup::Moved(article),
            None => self.moved_away(slug).map_or(Lookup::Nothing, Lookup::Moved),
        }
    }

    /// Returns the article whose file was at the path of a slug, and was moved as it is.
    fn moved_away(&self, slug: &str) -> Option<&Arc<Article>> {
        let paths = [".md", ".markdown"].map(|ending| format!("{slug}{ending}"));
        let path = paths.iter().find_map(|path| self.edition.history.moved_to(path))?;
        self.by_path(path)
    }

    /// Searches. Without words, lists what passes the filters by title.
    pub fn search(&self, query: &SearchQuery) -> SearchResults {
        if query.text.is_empty() {
            return self.listed_as_results(query);
        }
        let in_time = |article: &Article| self.changed_in_time(&query.filters, article);
        let mut results = self.edition.searcher.search_among(query, self.access(), &in_time);
        for hit in &mut results.hits {
            hit.article = self.under_its_name(hit.article.clone());
        }
        results
    }

    /// Returns whether an article passes filters.
    pub fn passes(&self, filters: &Filters, article: &Article) -> bool {
        filters.pass(article) && self.changed_in_time(filters, article)
    }

    /// Returns whether an article changed when filters want it to. In a preview nothing has a date, and nothing passes.
    fn changed_in_time(&self, filters: &Filters, article: &Article) -> bool {
        filters.changed_since.is_none_or(|since| self.dates(article).is_some_and(|(_, changed)| changed.at >= since))
    }

    fn listed_as_results(&self, query: &SearchQuery) -> SearchResults {
        if query.filters.is_empty() {
            return SearchResults::default();
        }
        let by_title = |number: &u32| (&self.numbered(*number).title, &self.numbered(*number).slug);
        let few = self.narrowed(&query.filters).map(|mut numbers| {
            numbers.sort_unstable_by(|a, b| by_title(a).cmp(&by_title(b)));
            numbers
        });
        let numbers = few.as_deref().unwrap_or(&self.catalogue().by_title);
        let found: Vec<_> = self.passing(&query.filters, numbers).collect();
        let hits = found.iter().skip(query.offset).take(query.limit).map(|article| crate::search::listed_hit(article));
        let facets = query.facets.then(|| Facets::of(found.iter().map(|article| article.as_ref())));
        SearchResults { total: found.len(), hits: hits.collect(), facets, ..SearchResults::default() }
    }

    /// Returns the articles that pass filters, in the order in which they are given.
    fn passing<'a, 'f>(
        &'a self,
        filters: &'f Filters,
        numbers: &'f [u32],
    ) -> impl Iterator<Item = &'a Arc<Article>> + use<'a, 'f> {
        numbers.iter().map(|&number| self.numbered(number)).filter(|article| self.passes(filters, article))
    }

    /// Returns the visible articles outside of which none passes filters, in no order, where a tag or a folder tells them.
    fn narrowed(&self, filters: &Filters) -> Option<Vec<u32>> {
        if !filters.tags.is_empty() {
            let tagged = filters.tags.iter().flat_map(|tag| self.catalogue().tagged(tag));
            let mut numbers: Vec<u32> = tagged.copied().collect();
            numbers.sort_unstable();
            numbers.dedup();
            return Some(numbers);
        }
        if filters.under.is_empty() {
            return None;
        }
        // Articles are in the order of their paths, so those below a folder stand together; `0` is what follows `/`.
        let before = |end: String| self.library().articles().partition_point(|article| *article.path < *end);
        let below = before(format!("{}/", filters.under))..before(format!("{}0", filters.under));
        Some(below.filter(|&number| self.visible(number).is_some()).map(|number| number as u32).collect())
    }

    /// Completes what is being typed.
    pub fn complete(&self, text: &str, limit: usize) -> Completions {
        let mut completions = self.edition.searcher.complete(text, limit, self.access());
        for suggestion in &mut completions.suggestions {
            suggestion.article = self.under_its_name(suggestion.article.clone());
        }
        completions
    }

    /// Returns visible articles whose title or slug is near to a text that led nowhere; at most `limit`.
    pub fn nearest(&self, text: &str, limit: usize) -> Vec<Arc<Article>> {
        let mut found = self.misspelt(text);
        let words = text.replace(['-', '_', '/', '.'], " ");
        let results = self.search(&SearchQuery { limit, ..SearchQuery::new(&words) });
        let others = results.hits.into_iter().map(|hit| hit.article);
        found.extend(others.filter(|article| found.iter().all(|known| known.slug != article.slug)).collect::<Vec<_>>());
        found.truncate(limit);
        found
    }

    /// Returns visible articles whose slug a text nearly is, the nearest first. Looks only at slugs with the same beginning
    /// and about the same length, and only at so many, so that a wrong address costs little on a large base.
    fn misspelt(&self, text: &str) -> Vec<Arc<Article>> {
        const LOOKED_AT: usize = 500;
        let length = text.chars().count();
        if !(4..=80).contains(&length) {
            return Vec::new();
        }
        let allowed = 1 + length / 8;
        let beginning: String = text.chars().take(2).collect();
        let by_slug = &self.catalogue().by_slug;
        let slug = |number: &u32| self.numbered(*number).slug.as_str();
        let from = by_slug.partition_point(|number| slug(number) < beginning.as_str());
        let near = by_slug[from..]
            .iter()
            .take_while(|number| slug(number).starts_with(&beginning))
            .take(LOOKED_AT)
            .filter(|number| slug(number).chars().count().abs_diff(length) <= allowed)
            .map(|number| (spelling::distance(slug(number), text), self.numbered(*number)));
        let mut near: Vec<_> = near.filter(|&(distance, _)| distance <= allowed).collect();
        near.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.slug.cmp(&b.1.slug)));
        near.into_iter().map(|(_, article)| article.clone()).collect()
    }

    /// Lists visible articles by slug, and whether there are more. Looks at no more of them than it takes to fill the list,
    /// or than have a tag or are in a folder that is asked for.
    pub fn list(&self, query: &ListQuery) -> (Vec<&Arc<Article>>, bool) {
        let few = self.narrowed(&query.filters).map(|mut numbers| {
            numbers.sort_unstable_by_key(|&number| &self.numbered(number).slug);
            numbers
        });
        let all = few.as_deref().unwrap_or(&self.catalogue().by_slug);
        let behind = |after: &str| all.partition_point(|&number| self.numbered(number).slug.as_str() <= after);
        let from = query.after.as_deref().map_or(0, behind);
        let mut found: Vec<_> = self.passing(&query.filters, &all[from..]).take(query.limit + 1).collect();
        let more = found.len() > query.limit;
        found.truncate(query.limit);
        (found, more)
    }

    /// Returns the articles that should have been looked at again by a day, the longest overdue first.
    pub fn overdue(&self, today: Date) -> impl ExactSizeIterator<Item = &Arc<Article>> {
        self.catalogue().overdue(today).map(|number| self.numbered(number))
    }

    /// Returns the visible articles in a folder or below it that have a tag, whatever its case, by title.
    pub fn tagged(&self, tag: &str, under: &str) -> Vec<&Arc<Article>> {
        let tagged = self.catalogue().tagged(tag).iter().map(|&number| self.numbered(number));
        tagged.filter(|article| article.is_under(under)).collect()
    }

    /// Returns the numbers of visible articles and of their sections.
    pub fn counts(&self) -> (usize, usize) {
        let catalogue = self.catalogue();
        (catalogue.by_slug.len(), catalogue.sections)
    }

    /// Renders a fragment of an article for this reader: links lead to what the reader may see, internal notes are kept
    /// for staff only (and never when `public_only`).
    pub fn render(&self, article: &Article, fragment: &Fragment, public_only: bool) -> String {
        let number = self.library().by_path(&article.path);
        let notes = !public_only && self.access().sees_notes();
        fragment.render(notes, &mut |link| {
            let link = article.links.get(link)?;
            self.destination(self.library().resolve(number?, link, &self.naming))
        })
    }

    /// Returns the plain text of an answer for this reader: an article named by its slug alone is called by its title.
    pub fn answer_text<'a>(&self, article: &Article, answer: &'a Answer) -> Cow<'a, str> {
        let number = self.library().by_path(&article.path);
        answer.text_with(&mut |link| {
            self.destination(self.library().resolve(number?, article.links.get(link)?, &self.naming))?.title
        })
    }

    fn destination(&self, resolved: Resolved<'_>) -> Option<Destination> {
        match resolved {
            Resolved::Article(number, heading) => {
                let article = self.visible(number)?;
                let anchor = heading.map(|id| format!("#{id}")).unwrap_or_default();
                Some(Destination {
                    href: format!("{}{anchor}", self.article_path(article.slug.as_str())),
                    title: Some(article.title.clone()),
                })
            }
            Resolved::Attachment(path) => {
                self.attachment(path)?;
                Some(Destination { href: format!("{}/files/{}", self.root, encode_path(path)), title: None })
            }
            Resolved::Outside(address) => Some(Destination { href: address.to_owned(), title: None }),
            Resolved::Heading(id) => Some(Destination { href: format!("#{id}"), title: None }),
            Resolved::Nowhere => None,
        }
    }

    /// Returns a file that an article visible to this reader refers to.
    pub fn attachment(&self, path: &str) -> Option<&Attachment> {
        let (attachment, users) = self.library().attachment(path)?;
        let seen = |users: &[usize]| users.iter().any(|&user| self.visible(user).is_some());
        let in_notes = || self.access().sees_notes() && seen(self.library().attachment_in_notes(path));
        (seen(users) || in_notes()).then_some(attachment)
    }

    /// Returns a folder's name as people read it: the title of its overview (`index.md` or `README.md`), else the last part
    /// of its path, with spaces and a capital.
    pub fn folder_name(&self, folder: &str) -> String {
        let overview = ["index.md", "README.md"].iter().find_map(|name| {
            let number = self.library().by_path(&format!("{folder}/{name}"))?;
            self.visible(number)
        });
        if let Some(overview) = overview {
            return overview.title.clone();
        }
        let last = folder.rsplit('/').next().unwrap_or(folder).replace(['-', '_'], " ");
        let mut letters = last.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// Returns the names of the folders above an article, outermost first.
    pub fn breadcrumbs(&self, article: &Article) -> Vec<String> {
        let folder = article.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
        ends.map(|end| self.folder_name(&folder[..end])).collect()
    }

    /// Returns the visible articles that an article links to, each once, in order of appearance.
    pub fn links(&self, article: &Article) -> Vec<Neighbour<'_>> {
        let Some(number) = self.library().by_path(&article.path) else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let shown = self.library().articles()[number]
            .links
            .iter()
            .filter(|link| !link.image && (!link.in_note || self.access().sees_notes()));
        let found = shown.filter_map(|link| match self.library().resolve(number, link, &self.naming) {
            Resolved::Article(to, heading) if to != number && seen.insert(to) => {
                self.visible(to).map(|article| Neighbour { article, heading })
            }
            _ => None,
        });
        found.collect()
    }

    /// Returns the visible articles that link to an article, by slug.
    pub fn backlinks(&self, article: &Article) -> Vec<&Arc<Article>> {
        let Some(number) = self.library().by_path(&article.path) else { return Vec::new() };
        let back = self.library().backlinks(number, &self.naming).into_iter();
        let mut found: Vec<_> = back.filter_map(|from| self.visible(from)).collect();
        found.sort_unstable_by(|a, b| a.slug.cmp(&b.slug));
        found
    }

    /// Returns the visible articles an editor named as related, in the editor's order.
    pub fn related(&self, article: &Article) -> Vec<&Arc<Article>> {
        article.meta.related.iter().filter_map(|slug| self.named(slug)).collect()
    }

    /// Returns visible articles that are about the same as an article, the nearest first: none that its editor named, none
    /// that another took the place of. Such as are linked with it, or link to the same, count for more; ties by slug.
    pub fn similar(&self, article: &Article, limit: usize) -> Vec<Arc<Article>> {
        const LOOKED_AT: usize = 30;
        let named = self.related(article);
        let is_named = |other: &Article| named.iter().any(|named| named.path == other.path);
        let is_current = |other: &Article| other.meta.status != Status::Archived && other.meta.superseded_by.is_none();
        let linked = self.linked(article);
        let nearness = |other: &Article| {
            let others = self.linked(other);
            let common = others.iter().filter(|path| linked.contains(*path)).count().min(3);
            let direct = linked.contains(&other.path) || others.contains(&article.path);
            1.0 + 0.1 * common as f32 + if direct { 0.25 } else { 0.0 }
        };
        let found = self.edition.searcher.similar(article, LOOKED_AT, self.access()).into_iter();
        let mut found: Vec<(f32, Arc<Article>)> = found
            .filter(|(_, other)| is_current(other) && !is_named(other))
            .map(|(score, other)| (score * nearness(&other), self.under_its_name(other)))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.slug.cmp(&b.1.slug)));
        found.into_iter().take(limit).map(|(_, other)| other).collect()
    }

    /// Returns the paths of the first visible articles that an article links to.
    fn linked(&self, article: &Article) -> BTreeSet<Arc<str>> {
        const LINKS: usize = 50;
        self.links(article).into_iter().take(LINKS).map(|link| Arc::clone(&link.article.path)).collect()
    }

    /// Returns the article to read instead, if there is one and the reader may see it.
    pub fn successor(&self, article: &Article) -> Option<&Arc<Article>> {
        article.meta.superseded_by.as_deref().and_then(|slug| self.named(slug))
    }

    fn named(&self, slug: &str) -> Option<&Arc<Article>> {
        match self.lookup(slug) {
            Lookup::Found(article) | Lookup::Moved(article) => Some(article),
            Lookup::Nothing => None,
        }
    }

    /// Returns the commits that made and last changed an article; none for uncommitted work.
    pub fn dates(&self, article: &Article) -> Option<(&Commit, &Commit)> {
        self.edition.history.dates(&article.path)
    }

    /// Returns what commits did to an article, newest first.
    pub fn history(&self, article: &Article) -> Vec<&Touch> {
        self.edition.history.of(&article.path)
    }

    /// Returns a commit by its number in [`Change::commit`] and [`Touch::commit`].
    pub fn commit(&self, number: u32) -> &Commit {
        self.edition.history.commit(number)
    }

    /// Returns what commits did to visible articles, under whatever name they had then, newest first; at most `limit`. What the
    /// reader must not know of takes no place from what he may.
    pub fn touches(&self, limit: usize) -> Vec<&Touch> {
        let mut former: HashSet<&str> = HashSet::new();
        let mut seen = Vec::new();
        for touch in self.edition.history.all() {
            if seen.len() == limit {
                break;
            }
            if former.contains(&*touch.path) || self.sees(touch, touch.act) {
                former.extend(touch.from.as_deref().filter(|_| touch.act == Act::Moved));
                seen.push(touch);
            }
        }
        seen
    }

    fn sees(&self, touch: &Touch, act: Act) -> bool {
        let article = self.library().by_path(&touch.path);
        article.is_some_and(|number| self.visible(number).is_some()) || self.removed(touch, act).is_some()
    }

    fn removed(&self, touch: &Touch, act: Act) -> Option<&Removed> {
        let removed = self.edition.removed.get(&touch.path);
        removed.filter(|removed| act == Act::Removed && removed.visible_to(self.access()))
    }

    /// Returns what happened to visible articles, net, newest first: one change for each article, however many commits
    /// touched it. `touches` are newest first, as [`History`] gives them.
    pub fn changes(&self, touches: &[&Touch], limit: usize) -> Vec<Change> {
        let mut net: Vec<(&Touch, Act)> = Vec::new();
        let mut place: HashMap<&str, usize> = HashMap::new();
        for touch in touches {
            if !crate::article::library::is_article(&touch.path) {
                continue;
            }
            // Walking back in time: the earliest act decides what the whole was, the latest touch names it.
            let index = *place.entry(&touch.path).or_insert_with(|| {
                net.push((touch, touch.act));
                net.len() - 1
            });
            let (latest, act) = &mut net[index];
            *act = match (latest.act, touch.act) {
                (Act::Removed, _) => Act::Removed,
                (_, Act::Added) => Act::Added,
                (_, Act::Moved) => Act::Moved,
                (_, Act::Changed | Act::Removed) => Act::Changed,
            };
            if let (Act::Moved, Some(from)) = (touch.act, touch.from.as_deref()) {
                place.entry(from).or_insert(index);
            }
        }
        net.iter().filter_map(|&(touch, act)| self.change(touch, act)).take(limit).collect()
    }

    fn change(&self, touch: &Touch, act: Act) -> Option<Change> {
        if let Some(article) = self.library().by_path(&touch.path).and_then(|number| self.visible(number)) {
            return Some(Change {
                slug: article.slug.to_string(),
                title: article.title.clone(),
                article: Some(article.clone()),
                act,
                commit: touch.commit,
            });
        }
        let removed = self.removed(touch, act)?;
        Some(Change {
            slug: removed.slug.clone(),
            title: removed.title.clone(),
            article: None,
            act,
            commit: touch.commit,
        })
    }

    /// Returns the folders directly in a folder that have visible articles, and the articles directly in it, by title.
    /// `None` when there is nothing visible in or below it.
    pub fn browse(&self, path: &str) -> Option<(&[Folder], Vec<&Arc<Article>>)> {
        let Some(shelf) = self.catalogue().shelf(path) else {
            return path.is_empty().then(Default::default);
        };
        Some((&shelf.folders, shelf.articles.iter().map(|&number| self.numbered(number)).collect()))
    }

    /// Returns the tags of visible articles with the number of articles, most used first, then by name.
    pub fn tags(&self) -> impl Iterator<Item = (&str, usize)> {
        self.catalogue().tags.iter().map(|(tag, count)| (&**tag, *count))
    }

    /// Returns the findings about the content, for a reader of every audience and for editors. Anyone else learns of none:
    /// a link that is broken for one reader leads another one to an article.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        if self.sees_everything() { self.library().diagnostics() } else { &[] }
    }

    /// Returns the numbers of errors and warnings among [`View::diagnostics`].
    pub fn diagnostic_counts(&self) -> (usize, usize) {
        let all = self.diagnostics();
        let errors = if all.is_empty() { 0 } else { self.library().errors() };
        (errors, all.len() - errors)
    }
}

/// Returns the address of an article's page.
pub fn article_path(slug: &str) -> String {
    format!("/a/{}", encode_path(slug))
}

/// Percent-encodes a path for an address, keeping its slashes.
pub fn encode_path(path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(path, KEPT).to_string()
}
