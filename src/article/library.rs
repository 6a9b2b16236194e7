//! All articles of one revision, and what they are to each other: names, redirects, links back, findings that need all
//! of them.

mod connect;
mod names;
mod naming;
mod questions;
mod resolve;

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::markdown::Target;
use super::{Article, Lexicon, Link};
use crate::audience::{Access, AudienceSet, Audiences};
use crate::diagnostic::{Diagnostic, Severity};
use crate::revision::{ObjectId, Revision};
use connect::{Backlink, Connected, Used};
use names::Names;
pub use naming::Naming;
use naming::Namings;
pub(super) use questions::keys as question_keys;

/// The content settings that the parse of an article depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The known audiences.
    pub audiences: Audiences,
    /// The audience of an article that names none.
    pub default_audience: AudienceSet,
}

/// A file that articles refer to and that is served as it is.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The blob id.
    pub blob: ObjectId,
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// The media type by file name.
    pub media_type: &'static str,
}

/// All articles of one revision. A clone shares everything.
#[derive(Debug, Clone)]
pub struct Library {
    revision: Revision,
    contents: Arc<Contents>,
}

/// Everything but the name of the commit, shared by libraries of one tree.
#[derive(Debug, Default)]
struct Contents {
    articles: Vec<Arc<Article>>,
    names: Arc<Names>,
    /// What was found while names were given.
    misnamed: Arc<[Diagnostic]>,
    /// The questions that two articles claim.
    asked_twice: Arc<[Diagnostic]>,
    namings: Namings,
    attachments: FxHashMap<Box<str>, Used>,
    /// Paths of files that are not articles.
    files: FxHashSet<Box<str>>,
    /// What links come to.
    connected: Connected,
    /// The numbers of the articles of which the parse found something.
    with_findings: Vec<u32>,
    diagnostics: Vec<Diagnostic>,
    /// How many of the findings are errors.
    errors: usize,
    lexicon: Lexicon,
}

/// Where a link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved<'a> {
    /// To an article, and a heading of it (given only if it exists there).
    Article(usize, Option<&'a str>),
    /// To an attachment, by path inside the content folder.
    Attachment(&'a str),
    /// Outside.
    Outside(&'a str),
    /// To a heading of the same article; empty for its beginning.
    Heading(&'a str),
    /// Nowhere.
    Nowhere,
}

impl Library {
    /// Puts a library together: gives slugs (what more people may see goes first, then what is claimed in front matter
    /// goes before what is a path; of equals the article whose path is first gets it, and the other falls back to its
    /// path), builds redirects and links back, and finds what needs all articles: broken links and anchors, unknown related
    /// articles, taken redirects.
    ///
    /// `files` are all paths of the content folder that are not articles, so that links to them are known to be good;
    /// `found` are findings made before parsing (paths, sizes, the lexicon); `lexicon` is what `_lexicon.yml` says.
    pub fn new(
        revision: Revision,
        articles: Vec<Arc<Article>>,
        attachments: Vec<(String, Attachment)>,
        files: Vec<String>,
        lexicon: Lexicon,
        found: Vec<Diagnostic>,
    ) -> Self {
        let none = Contents::default();
        Self { revision, contents: Arc::new(Contents::after(&none, articles, attachments, files, lexicon, found)) }
    }

    /// Puts a library together as [`Library::new`] does, to the byte, and takes over from this one what the difference leaves as
    /// it is. That is nearly everything where the articles that changed keep their names, which is what most commits do.
    pub fn next(
        &self,
        revision: Revision,
        articles: Vec<Arc<Article>>,
        attachments: Vec<(String, Attachment)>,
        files: Vec<String>,
        lexicon: Lexicon,
        found: Vec<Diagnostic>,
    ) -> Self {
        let contents = Contents::after(&self.contents, articles, attachments, files, lexicon, found);
        Self { revision, contents: Arc::new(contents) }
    }

    /// Returns whether the articles are those of another library, under the same names, whatever they say.
    pub fn has_the_names_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.contents.names, &other.contents.names)
    }

    /// Returns the same library under another commit of the same tree.
    pub fn renamed(&self, revision: Revision) -> Self {
        Self { revision, contents: self.contents.clone() }
    }

    /// Returns the revision.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Returns all articles, sorted by path; the position is the article's number in this library. Their slugs are those
    /// that somebody has them under who sees all of them; see [`Library::seen`].
    pub fn articles(&self) -> &[Arc<Article>] {
        &self.contents.articles
    }

    /// Returns how a reader names the articles.
    pub fn naming(&self, access: Access) -> Naming {
        self.contents.naming(access)
    }

    /// Returns an article by number, under the slug that it has for a reader; `None` when the reader may not see it.
    pub fn seen<'a>(&'a self, number: usize, naming: &'a Naming) -> Option<&'a Arc<Article>> {
        self.contents.seen(number, naming)
    }

    /// Returns all articles, those that a reader sees under the slugs that they have for him.
    pub fn named(&self, naming: &Naming) -> Cow<'_, [Arc<Article>]> {
        if naming.is_common() {
            return Cow::Borrowed(self.articles());
        }
        let named = |(number, article): (usize, &Arc<Article>)| self.seen(number, naming).unwrap_or(article).clone();
        self.articles().iter().enumerate().map(named).collect()
    }

    /// Returns the number of the article that has this slug for a reader.
    pub fn by_slug(&self, slug: &str, naming: &Naming) -> Option<usize> {
        self.contents.by_slug(slug, naming)
    }

    /// Returns the number of the article at this path.
    pub fn by_path(&self, path: &str) -> Option<usize> {
        self.contents.names.by_path(path)
    }

    /// Returns the number of the article that a former address leads a reader to.
    pub fn redirect(&self, from: &str, naming: &Naming) -> Option<usize> {
        self.contents.names.redirects(from).find(|&number| self.contents.is_seen(number, naming))
    }

    /// Returns where a link leads a reader: the article's number and the heading.
    pub fn resolve<'a>(&'a self, from: usize, link: &'a Link, naming: &Naming) -> Resolved<'a> {
        self.contents.resolve(from, link, naming).0
    }

    /// Returns the numbers of the articles in which a reader sees links to this one, sorted, each once.
    pub fn backlinks(&self, article: usize, naming: &Naming) -> Vec<usize> {
        let notes = naming.access().sees_notes();
        let leads_here = |back: &&Backlink| {
            let from = back.from as usize;
            let link = || self.contents.articles[from].links.get(back.link? as usize);
            (notes || !back.only_in_notes)
                && self.contents.is_seen(from, naming)
                && link().is_none_or(
                    |link| matches!(self.resolve(from, link, naming), Resolved::Article(to, _) if to == article),
                )
        };
        let back = self.contents.connected.backlinks.of(article).iter().filter(leads_here);
        let mut back: Vec<_> = back.map(|back| back.from as usize).collect();
        back.dedup();
        back
    }

    /// Returns an attachment by path inside the content folder, and the numbers of the articles that refer to it outside
    /// of internal notes.
    pub fn attachment(&self, path: &str) -> Option<(&Attachment, &[usize])> {
        self.contents.attachments.get(path).map(|used| (&used.attachment, &used.in_text[..]))
    }

    /// Returns the numbers of the articles that refer to an attachment in internal notes, so that only staff may have it
    /// by them.
    pub fn attachment_in_notes(&self, path: &str) -> &[usize] {
        self.contents.attachments.get(path).map_or(&[], |used| &used.in_notes)
    }

    /// Returns the files that articles refer to, in no order.
    pub fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.contents.attachments.values().map(|used| &used.attachment)
    }

    /// Returns all findings, sorted by path, line and column.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.contents.diagnostics
    }

    /// Returns how many of the findings are errors.
    pub fn errors(&self) -> usize {
        self.contents.errors
    }

    /// Returns the editors' lexicon.
    pub fn lexicon(&self) -> &Lexicon {
        &self.contents.lexicon
    }
}

impl Contents {
    /// See [`Library::next`]; what is not like `before` is made anew.
    fn after(
        before: &Self,
        mut articles: Vec<Arc<Article>>,
        attachments: Vec<(String, Attachment)>,
        files: Vec<String>,
        lexicon: Lexicon,
        found: Vec<Diagnostic>,
    ) -> Self {
        let changed = before.renewed(&articles);
        let (names, misnamed) = match &changed {
            Some(changed) => {
                for &number in changed {
                    names::rename(&mut articles[number], &before.articles[number].slug);
                }
                (before.names.clone(), before.misnamed.clone())
            }
            None => {
                articles.sort_by(|a, b| a.path.cmp(&b.path));
                articles.dedup_by(|a, b| a.path == b.path);
                let mut found = Vec::new();
                (Arc::new(Names::give(&mut articles, &mut found)), found.into())
            }
        };
        let asks_the_same = |&number: &usize| questions::ask_the_same(&before.articles[number], &articles[number]);
        let asked_twice = match &changed {
            Some(changed) if changed.iter().all(asks_the_same) => before.asked_twice.clone(),
            _ => questions::check(&articles).into(),
        };
        let with_findings =
            with_findings(&articles, changed.as_deref().map(|changed| (changed, &*before.with_findings)));
        let mut contents = Self {
            articles,
            names,
            misnamed,
            asked_twice,
            namings: Namings::default(),
            attachments: attachments.into_iter().map(|(path, file)| (path.into(), Used::not_yet(file))).collect(),
            files: files.into_iter().map(Into::into).collect(),
            connected: Connected::default(),
            with_findings,
            diagnostics: Vec::new(),
            errors: 0,
            lexicon,
        };
        contents.connect(before, changed.as_deref());
        contents.diagnostics = contents.findings(found);
        let is_error = |found: &&Diagnostic| found.finding.severity() == Severity::Error;
        contents.errors = contents.diagnostics.iter().filter(is_error).count();
        contents
    }

    /// Returns the numbers of the articles that are not the same ones, when they are the articles of this library under the
    /// same names: then no name can have changed hands.
    fn renewed(&self, articles: &[Arc<Article>]) -> Option<Vec<usize>> {
        if articles.len() != self.articles.len() || articles.is_empty() {
            return None;
        }
        let pairs = || self.articles.iter().zip(articles).enumerate();
        let changed: Vec<usize> = pairs().filter(|(_, (old, new))| !Arc::ptr_eq(old, new)).map(|(n, _)| n).collect();
        let is_blamed = |path: &str| self.misnamed.iter().any(|found| *found.path == *path);
        let keeps_its_names = |&number: &usize| {
            let (old, new) = (&self.articles[number], &articles[number]);
            old.path == new.path && old.slug == old.wanted && names::are_alike(old, new) && !is_blamed(&old.path)
        };
        changed.iter().all(keeps_its_names).then_some(changed)
    }

    /// Returns all findings, sorted, each once; `found` are those made before parsing.
    fn findings(&self, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let of_article = |&number: &u32| &self.articles[number as usize].diagnostics;
        let of_articles = self.with_findings.iter().flat_map(of_article);
        let all = self.misnamed.iter().chain(&*self.asked_twice).chain(&self.connected.found).chain(of_articles);
        found.extend(all.cloned());
        found.sort_unstable();
        found.dedup();
        found.shrink_to_fit();
        found
    }
}

/// Returns the numbers of the articles of which the parse found something; `before` are those that may have changed, and what
/// was so before.
fn with_findings(articles: &[Arc<Article>], before: Option<(&[usize], &[u32])>) -> Vec<u32> {
    let has_findings = |number: &usize| !articles[*number].diagnostics.is_empty();
    let Some((changed, before)) = before else {
        return (0..articles.len()).filter(has_findings).map(|number| number as u32).collect();
    };
    let stayed = before.iter().copied().filter(|&number| changed.binary_search(&(number as usize)).is_err());
    let mut with: Vec<u32> = stayed.chain(changed.iter().copied().filter(has_findings).map(|n| n as u32)).collect();
    with.sort_unstable();
    with
}

/// Returns whether a path inside the content folder is an article: ends in `.md` or `.markdown`, and no part of it
/// begins with `_` or `.`.
pub fn is_article(path: &str) -> bool {
    super::slug::without_markdown_ending(path).is_some() && !path.split('/').any(|part| part.starts_with(['_', '.']))
}

/// Returns the media type under which a file is served, by the ending of its name; `None` for what is not served.
///
/// SVG images are served too: a page shows them as images only, and the web layer's policy keeps their scripts still.
pub fn media_type(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "zip" => "application/zip",
        _ => return None,
    })
}

/// Returns the paths of the files that articles refer to and that are served, sorted, each once. `is_file` says which
/// paths are files of the content folder.
pub fn attachments_wanted(articles: &[Arc<Article>], is_file: impl Fn(&str) -> bool) -> Vec<String> {
    let mut wanted = FxHashSet::default();
    for link in articles.iter().flat_map(|article| &article.links) {
        if let Target::File { path, .. } = &link.target
            && is_served(path)
            && !wanted.contains(path.as_str())
            && is_file(path)
        {
            wanted.insert(path.as_str());
        }
    }
    let mut wanted: Vec<_> = wanted.into_iter().map(str::to_owned).collect();
    wanted.sort_unstable();
    wanted
}

/// Returns whether a file that articles refer to is served: of a known kind, and not hidden.
fn is_served(path: &str) -> bool {
    media_type(path).is_some() && !path.split('/').any(|part| part.starts_with('.'))
}
