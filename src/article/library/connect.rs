//! What the links of all articles come to: links back, users of attachments, and what is broken.
//!
//! Where a link leads depends on the names of articles, on files, and on the headings of the article it leads to. So while
//! names and files stay, only the links of articles that changed are looked at again, and those that lead to them.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::names::Advice;
use super::{Attachment, Contents, Naming, Resolved};
use crate::article::Article;
use crate::diagnostic::{Diagnostic, Finding};

/// An attachment and who refers to it.
#[derive(Debug)]
pub(super) struct Used {
    pub(super) attachment: Attachment,
    pub(super) in_text: Vec<usize>,
    pub(super) in_notes: Vec<usize>,
}

/// What links come to.
#[derive(Debug, Default)]
pub(super) struct Connected {
    pub(super) backlinks: Backlinks,
    /// What is broken.
    pub(super) found: Vec<Diagnostic>,
    /// How many names were compared to suggest others for those that lead nowhere, or more.
    compared: usize,
}

/// The links back of all articles, those of article `n` between `starts[n]` and `starts[n + 1]`.
#[derive(Debug, Default)]
pub(super) struct Backlinks {
    starts: Vec<u32>,
    links: Vec<Backlink>,
}

/// An article that links here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backlink {
    pub(super) from: u32,
    /// Whether every link stands in an internal note, so that only staff may learn of it.
    pub(super) only_in_notes: bool,
    /// The link, when it leads here for some readers and elsewhere for others.
    pub(super) link: Option<u32>,
}

/// What was found out about links just now.
#[derive(Default)]
struct Look {
    /// By target.
    back: Vec<(u32, Backlink)>,
    /// Attachments with the article that refers to them, and whether in a note.
    uses: Vec<(String, usize, bool)>,
    found: Vec<Diagnostic>,
}

impl Used {
    /// Returns an attachment that nobody is known to refer to.
    pub(super) fn not_yet(attachment: Attachment) -> Self {
        Self { attachment, in_text: Vec::new(), in_notes: Vec::new() }
    }
}

impl Contents {
    /// Finds out what links come to. `changed` are the articles that are not those of `before`, when names are.
    pub(super) fn connect(&mut self, before: &Self, changed: Option<&[usize]>) {
        let again = changed.filter(|_| self.has_the_files_of(before)).map(|changed| {
            let to_them = changed.iter().flat_map(|&number| before.connected.backlinks.of(number));
            let mut again: Vec<usize> = to_them.map(|back| back.from as usize).chain(changed.iter().copied()).collect();
            again.sort_unstable();
            again.dedup();
            again
        });
        if let Some(again) = again {
            let spent = before.connected.compared;
            let mut advice = self.names.advice(&self.articles, spent);
            let look = self.look(again.iter().copied(), &mut advice);
            let compared = advice.compared();
            // Suggestions end where too many names were compared; which ones that leaves out, only all links can say.
            if !advice.is_spent() {
                self.take_over(before, &again, look, compared);
                return;
            }
        }
        let mut advice = self.names.advice(&self.articles, 0);
        let Look { mut back, uses, found } = self.look(0..self.articles.len(), &mut advice);
        let compared = advice.compared();
        sort(&mut back);
        self.use_attachments(uses);
        self.connected = Connected { backlinks: Backlinks::new(self.articles.len(), back), found, compared };
    }

    /// Returns whether links to files lead where they led in another library.
    fn has_the_files_of(&self, other: &Self) -> bool {
        self.files == other.files
            && self.attachments.len() == other.attachments.len()
            && self.attachments.keys().all(|path| other.attachments.contains_key(path))
    }

    /// Takes over what links came to, but for the articles that were looked at again.
    fn take_over(&mut self, before: &Self, again: &[usize], mut look: Look, compared: usize) {
        let is_old = |number: usize| again.binary_search(&number).is_err();
        sort(&mut look.back);
        let backlinks = before.connected.backlinks.merged(|from| is_old(from as usize), look.back);
        let paths: FxHashSet<&str> = again.iter().map(|&number| &*self.articles[number].path).collect();
        let mut found = look.found;
        found.extend(before.connected.found.iter().filter(|found| !paths.contains(&*found.path)).cloned());
        for (path, used) in &mut self.attachments {
            let Some(known) = before.attachments.get(path) else { continue };
            used.in_text.extend(known.in_text.iter().filter(|&&number| is_old(number)));
            used.in_notes.extend(known.in_notes.iter().filter(|&&number| is_old(number)));
        }
        self.use_attachments(look.uses);
        for used in self.attachments.values_mut() {
            used.in_text.sort_unstable();
            used.in_notes.sort_unstable();
        }
        self.connected = Connected { backlinks, found, compared };
    }

    /// Looks at the links of some articles.
    fn look(&self, articles: impl Iterator<Item = usize>, advice: &mut Advice<'_>) -> Look {
        let mut look = Look::default();
        let all = Naming::of_all();
        for from in articles {
            let article = &self.articles[from];
            for (number, link) in article.links.iter().enumerate() {
                let (resolved, trouble) = self.resolve(from, link, &all);
                let mut lead_to = |to: usize, link_number: Option<usize>| {
                    let (from, link_number) = (from as u32, link_number.map(|number| number as u32));
                    look.back.push((to as u32, Backlink { from, only_in_notes: link.in_note, link: link_number }));
                };
                match resolved {
                    Resolved::Article(to, _) if to == from && self.is_the_same_for_all(from, to) => {}
                    Resolved::Article(to, _) if self.is_the_same_for_all(from, to) => lead_to(to, None),
                    Resolved::Article(..) => {
                        let (articles, attachment) = self.targets(link);
                        articles.into_iter().filter(|&to| to != from).for_each(|to| lead_to(to, Some(number)));
                        look.uses.extend(attachment.map(|path| (path.to_owned(), from, link.in_note)));
                    }
                    Resolved::Attachment(path) => look.uses.push((path.to_owned(), from, link.in_note)),
                    _ => {}
                }
                if let Some(trouble) = trouble {
                    let finding = self.trouble(trouble, resolved, from, link, advice);
                    let (line, column) = (link.line, link.column);
                    look.found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
                }
            }
            self.check_related(article, advice, &mut look.found);
        }
        look
    }

    fn use_attachments(&mut self, uses: Vec<(String, usize, bool)>) {
        for (path, from, in_note) in uses {
            if let Some(used) = self.attachments.get_mut(path.as_str()) {
                let users = if in_note { &mut used.in_notes } else { &mut used.in_text };
                if users.last() != Some(&from) {
                    users.push(from);
                }
            }
        }
    }

    /// Finds `related` and `superseded_by` that name no article.
    fn check_related(&self, article: &Arc<Article>, advice: &mut Advice<'_>, found: &mut Vec<Diagnostic>) {
        let related = article.meta.related.iter().map(|slug| ("related", slug));
        let by = article.meta.superseded_by.iter().map(|slug| ("superseded_by", slug));
        let all = Naming::of_all();
        for (key, slug) in related.chain(by) {
            if self.by_slug(slug, &all).or_else(|| self.names.redirects(slug).next()).is_none() {
                let (line, column) = article.place_of(key, slug);
                let suggestion = advice.slug(slug);
                let (key, slug) = (key.to_owned(), slug.clone());
                let finding = Finding::UnknownArticle { key, slug, suggestion, removed: false };
                found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
            }
        }
    }
}

/// Sorts links by target and source. Of several from one article that lead all readers here one is enough, the one that
/// most of them see.
fn sort(links: &mut Vec<(u32, Backlink)>) {
    links.sort_unstable_by_key(key);
    links.dedup_by_key(|&mut (to, Backlink { from, link, .. })| (to, from, link));
}

fn key(&(to, Backlink { from, link, only_in_notes }): &(u32, Backlink)) -> (u32, u32, Option<u32>, bool) {
    (to, from, link, only_in_notes)
}

impl Backlinks {
    /// Takes links sorted by target.
    fn new(articles: usize, links: Vec<(u32, Backlink)>) -> Self {
        let mut starts = vec![0u32; articles + 1];
        for &(to, ..) in &links {
            starts[to as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { starts, links: links.into_iter().map(|(_, back)| back).collect() }
    }

    /// Returns the links of as many articles, those of some sources with others; `new` ones are sorted.
    fn merged(&self, is_old: impl Fn(u32) -> bool, new: Vec<(u32, Backlink)>) -> Self {
        let articles = self.starts.len().saturating_sub(1);
        let mut new = new.into_iter().peekable();
        let mut links = Vec::with_capacity(self.links.len() + new.len());
        for to in 0..articles as u32 {
            for &back in self.of(to as usize).iter().filter(|back| is_old(back.from)) {
                let old = (to, back);
                links.extend(std::iter::from_fn(|| new.next_if(|new| key(new) < key(&old))));
                links.push(old);
            }
            links.extend(std::iter::from_fn(|| new.next_if(|(of, _)| *of == to)));
        }
        Self::new(articles, links)
    }

    pub(super) fn of(&self, article: usize) -> &[Backlink] {
        match self.starts.get(article..article + 2) {
            Some(&[from, to]) => &self.links[from as usize..to as usize],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::article::library::{Library, Rules};
    use crate::article::{Article, Lexicon};
    use crate::audience::{Access, Audiences};
    use crate::revision::{ObjectId, Revision};

    const PLACES: [&str; 6] = ["a.md", "a/index.md", "b.md", "c/a.md", "c/d.md", "e.md"];

    fn rules() -> Rules {
        let audiences = Audiences::default();
        Rules { default_audience: audiences.get("public").expect("always known"), audiences }
    }

    /// An article that its number says: what it is called, for whom it is, and where it leads.
    fn article(at: u8, what: u32) -> Arc<Article> {
        // A few bits for each choice; most articles are plain, so that most changes leave the names as they are.
        let mut bits = what;
        let mut choose = |among: u32| {
            let chosen = bits % among;
            bits /= among;
            chosen
        };
        let mut front = format!("title: {}\n", ["А", "Б", "В"][choose(3) as usize]);
        front += ["", "", "slug: b\n", "slug: new\n"][choose(4) as usize];
        front += ["", "", "audience: [internal]\n", "status: draft\n"][choose(4) as usize];
        front += ["", "", "redirect_from: [old]\n", "redirect_from: [e]\n"][choose(4) as usize];
        front += ["", "questions: [Как быть?]\n", "summary: x\nquestions: [Как быть]\n"][choose(3) as usize];
        front += ["", "related: [b]\n", "related: [nobody]\n"][choose(3) as usize];
        let heading = ["", "\n## Срок\n", "\n## Сроки\n"][choose(3) as usize];
        let link = ["", "[[b]]", "[[old]]", "[x](/c/d.md#srok)", "![x](p.png)", "[[а#Срок]]", "[x](/a/new)"];
        let (first, second) = (link[choose(7) as usize], link[choose(7) as usize]);
        let text = format!("---\n{front}---\n{heading}\n{first}\n\n> [!INTERNAL]\n> {second}\n");
        let path = PLACES[usize::from(at)];
        // Stands for the text, as a blob's id does.
        let blob = ObjectId::from_bytes(std::array::from_fn(|byte| (what >> (8 * (byte % 4))) as u8));
        Arc::new(Article::parse(path, blob, text.as_bytes(), &rules()))
    }

    /// All that anybody can learn from a library.
    fn told(library: &Library) -> String {
        let mut told = format!("{:#?}\n", library.diagnostics());
        for access in
            [Access::editor(), Access::reader(rules().audiences.all()), Access::reader(rules().default_audience)]
        {
            let naming = library.naming(access);
            for (number, article) in library.articles().iter().enumerate() {
                let links = article.links.iter().map(|link| library.resolve(number, link, &naming)).collect::<Vec<_>>();
                let seen = library.seen(number, &naming).map(|article| article.slug.to_string());
                told += &format!("{} {seen:?} {:?} {links:?}\n", article.path, library.backlinks(number, &naming));
            }
            for name in ["a", "b", "new", "old", "e"] {
                told +=
                    &format!("{name}: {:?} {:?}\n", library.by_slug(name, &naming), library.redirect(name, &naming));
            }
        }
        let picture = library.attachment("p.png").map(|(_, used)| used);
        told + &format!("{picture:?} {:?} {}", library.attachment_in_notes("p.png"), library.errors())
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

        #[test]
        fn the_next_library_is_the_one_made_anew(steps in proptest::collection::vec((0u8..6, 0u32..5_000_000, 0u8..8), 1..12)) {
            let revision = Revision { commit: ObjectId::default(), tree: ObjectId::default() };
            let mut articles: BTreeMap<&str, Arc<Article>> = BTreeMap::new();
            for at in 0..6 {
                articles.insert(PLACES[usize::from(at)], article(at, 6 * 7 * 144 * u32::from(at)));
            }
            let mut before: Option<Library> = None;
            for (at, what, rest) in steps {
                match rest {
                    0 => articles.remove(PLACES[usize::from(at)]),
                    _ => articles.insert(PLACES[usize::from(at)], article(at, what)),
                };
                let picture = || Attachment { blob: ObjectId::default(), bytes: Arc::new([]), media_type: "image/png" };
                let pictures = || (rest != 1).then(|| ("p.png".to_owned(), picture())).into_iter().collect();
                let all = || articles.values().cloned().collect::<Vec<_>>();
                let fresh = Library::new(revision, all(), pictures(), Vec::new(), Lexicon::default(), Vec::new());
                // What stays is the same article, as a reader of states keeps it.
                let known = |new: Arc<Article>| {
                    let old = before.as_ref().and_then(|before| before.articles().get(before.by_path(&new.path)?));
                    old.filter(|old| old.blob == new.blob).cloned().unwrap_or(new)
                };
                let kept = all().into_iter().map(known).collect();
                let next = match &before {
                    Some(before) => before.next(revision, kept, pictures(), Vec::new(), Lexicon::default(), Vec::new()),
                    None => Library::new(revision, kept, pictures(), Vec::new(), Lexicon::default(), Vec::new()),
                };
                proptest::prop_assert_eq!(told(&next), told(&fresh));
                before = Some(next);
            }
        }
    }
}
