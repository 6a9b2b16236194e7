//! All articles of one revision, and what they are to each other: names, redirects, links back, findings that need all
//! of them.

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
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::revision::{ObjectId, Revision};
use names::Names;
pub use naming::Naming;
use naming::Namings;

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

/// All articles of one revision.
#[derive(Debug)]
pub struct Library {
    revision: Revision,
    contents: Arc<Contents>,
}

/// Everything but the name of the commit, shared by libraries of one tree.
#[derive(Debug)]
struct Contents {
    articles: Vec<Arc<Article>>,
    names: Names,
    namings: Namings,
    backlinks: Backlinks,
    attachments: FxHashMap<Box<str>, Used>,
    /// Paths of files that are not articles.
    files: FxHashSet<Box<str>>,
    diagnostics: Vec<Diagnostic>,
    /// How many of the findings are errors.
    errors: usize,
    lexicon: Lexicon,
}

/// An attachment and who refers to it.
#[derive(Debug)]
struct Used {
    attachment: Attachment,
    in_text: Vec<usize>,
    in_notes: Vec<usize>,
}

/// The links back of all articles, those of article `n` between `starts[n]` and `starts[n + 1]`.
#[derive(Debug, Default)]
struct Backlinks {
    starts: Vec<u32>,
    links: Vec<Backlink>,
}

/// An article that links here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Backlink {
    from: u32,
    /// Whether every link stands in an internal note, so that only staff may learn of it.
    only_in_notes: bool,
    /// The link, when it leads here for some readers and elsewhere for others.
    link: Option<u32>,
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
        mut articles: Vec<Arc<Article>>,
        attachments: Vec<(String, Attachment)>,
        files: Vec<String>,
        lexicon: Lexicon,
        mut found: Vec<Diagnostic>,
        _rules: &Rules,
    ) -> Self {
        articles.sort_by(|a, b| a.path.cmp(&b.path));
        articles.dedup_by(|a, b| a.path == b.path);
        let names = Names::give(&mut articles, &mut found);
        questions::check(&articles, &mut found);
        let unused = |attachment| Used { attachment, in_text: Vec::new(), in_notes: Vec::new() };
        let mut contents = Contents {
            articles,
            names,
            namings: Namings::default(),
            backlinks: Backlinks::default(),
            attachments: attachments.into_iter().map(|(path, file)| (path.into(), unused(file))).collect(),
            files: files.into_iter().map(Into::into).collect(),
            diagnostics: found,
            errors: 0,
            lexicon,
        };
        contents.connect();
        contents.diagnostics.extend(contents.articles.iter().flat_map(|article| article.diagnostics.iter().cloned()));
        contents.diagnostics.sort_unstable();
        contents.diagnostics.dedup();
        contents.diagnostics.shrink_to_fit();
        let is_error = |found: &&Diagnostic| found.finding.severity() == Severity::Error;
        contents.errors = contents.diagnostics.iter().filter(is_error).count();
        Self { revision, contents: Arc::new(contents) }
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
        let back = self.contents.backlinks.of(article).iter().filter(leads_here);
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
    /// Resolves every link once: links back, users of attachments, and what is broken.
    fn connect(&mut self) {
        let mut back: Vec<(u32, Backlink)> = Vec::new();
        let mut uses: Vec<(&str, usize, bool)> = Vec::new();
        let mut advice = self.names.advice(&self.articles);
        let mut found = Vec::new();
        let all = Naming::of_all();
        for (from, article) in self.articles.iter().enumerate() {
            for (number, link) in article.links.iter().enumerate() {
                let (resolved, trouble) = self.resolve(from, link, &all);
                let mut lead_to = |to: usize, link_number: Option<usize>| {
                    let (from, link_number) = (from as u32, link_number.map(|number| number as u32));
                    back.push((to as u32, Backlink { from, only_in_notes: link.in_note, link: link_number }));
                };
                match resolved {
                    Resolved::Article(to, _) if to == from && self.is_the_same_for_all(from, to) => {}
                    Resolved::Article(to, _) if self.is_the_same_for_all(from, to) => lead_to(to, None),
                    Resolved::Article(..) => {
                        let (articles, attachment) = self.targets(link);
                        articles.into_iter().filter(|&to| to != from).for_each(|to| lead_to(to, Some(number)));
                        uses.extend(attachment.map(|path| (path, from, link.in_note)));
                    }
                    Resolved::Attachment(path) => uses.push((path, from, link.in_note)),
                    _ => {}
                }
                if let Some(trouble) = trouble {
                    let finding = self.trouble(trouble, resolved, from, link, &mut advice);
                    let (line, column) = (link.line, link.column);
                    found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
                }
            }
            self.check_related(article, &mut advice, &mut found);
        }
        let uses: Vec<_> = uses.into_iter().map(|(path, from, note)| (path.to_owned(), from, note)).collect();
        for (path, from, in_note) in uses {
            if let Some(used) = self.attachments.get_mut(path.as_str()) {
                let users = if in_note { &mut used.in_notes } else { &mut used.in_text };
                if users.last() != Some(&from) {
                    users.push(from);
                }
            }
        }
        self.backlinks = Backlinks::new(self.articles.len(), back);
        self.diagnostics.extend(found);
    }

    /// Finds `related` and `superseded_by` that name no article.
    fn check_related(&self, article: &Article, advice: &mut names::Advice<'_>, found: &mut Vec<Diagnostic>) {
        let related = article.meta.related.iter().map(|slug| ("related", slug));
        let by = article.meta.superseded_by.iter().map(|slug| ("superseded_by", slug));
        let all = Naming::of_all();
        for (key, slug) in related.chain(by) {
            if self.by_slug(slug, &all).or_else(|| self.names.redirects(slug).next()).is_none() {
                let (line, column) = article.place_of(key, slug);
                let suggestion = advice.slug(slug);
                let finding = Finding::UnknownArticle { key: key.to_owned(), slug: slug.clone(), suggestion };
                found.push(Diagnostic { path: article.path.to_string(), line, column, finding });
            }
        }
    }
}

impl Backlinks {
    /// Sorts links by target and source. Of several from one article that lead all readers here one is enough, the one that
    /// most of them see.
    fn new(articles: usize, mut links: Vec<(u32, Backlink)>) -> Self {
        links.sort_unstable_by_key(|&(to, Backlink { from, link, only_in_notes })| (to, from, link, only_in_notes));
        links.dedup_by_key(|&mut (to, Backlink { from, link, .. })| (to, from, link));
        let mut starts = vec![0u32; articles + 1];
        for &(to, ..) in &links {
            starts[to as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { starts, links: links.into_iter().map(|(_, back)| back).collect() }
    }

    fn of(&self, article: usize) -> &[Backlink] {
        match self.starts.get(article..article + 2) {
            Some(&[from, to]) => &self.links[from as usize..to as usize],
            _ => &[],
        }
    }
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
