//! Importers: from what other systems export to articles.
//!
//! 1. The files of a source are listed ([`source`]), within limits.
//! 2. A module for each kind of source reads them into [`Draft`]s: a title, a text in Markdown, and where it came from.
//! 3. Every draft gets a path that depends on the source alone, so that the next import of the same source finds the same
//!    names ([`naming`]).
//! 4. Links are led to the articles and files that were imported with them ([`links`]); what leads nowhere keeps its text.
//! 5. A [`Plan`] says what would be written. Writing never overwrites: a file that is there stays, and is told.
//!
//! What cannot be taken over is a [`Loss`] with its source. Deliberately knows no git and checks nothing: whoever called looks at
//! the result with `otvet check`, as at any other edit.

mod exports;
mod html;
mod links;
mod naming;
mod pages;
mod plan;
mod source;
mod table;
mod zendesk;

use std::path::Path;

pub use plan::{Fate, Plan, Planned};

use crate::diagnostic::loss::{Loss, Lost};
use crate::spelling::nearest;
use source::Files;

/// A kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder of HTML files.
    Html,
    /// The Markdown and CSV export of Notion.
    Notion,
    /// The Markdown export of Outline.
    Outline,
    /// Markdown exports of BookStack.
    BookStack,
    /// The JSON of a Zendesk help centre.
    Zendesk,
    /// A table of questions and answers as CSV.
    Csv,
    /// A table of questions and answers as XLSX.
    Xlsx,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Html, Self::Notion, Self::Outline, Self::BookStack, Self::Zendesk, Self::Csv, Self::Xlsx];

    /// Returns the name used on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Notion => "notion",
            Self::Outline => "outline",
            Self::BookStack => "bookstack",
            Self::Zendesk => "zendesk",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Returns the kind of this name.
    ///
    /// # Errors
    /// When there is none, with the name that was meant.
    pub fn of_name(name: &str) -> Result<Self, String> {
        let names = || Self::ALL.into_iter().map(Self::name);
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let meant = nearest(name, names()).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            format!("one of {} is expected{meant}", names().collect::<Vec<_>>().join(", "))
        })
    }
}

/// Why nothing can be imported.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// What all imported articles get, whatever the source says.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder inside the content folder, without slashes at its ends; empty for the top.
    pub into: String,
    /// Who may see them; none for the default audience.
    pub audience: Vec<String>,
    /// Who answers for them.
    pub owner: Option<String>,
    /// Tags they get besides their own.
    pub tags: Vec<String>,
    /// Whether they begin as drafts.
    pub draft: bool,
    /// Whether anyone may see an article that says nothing of it: then what only some could see begins as a draft.
    pub default_is_public: bool,
}

/// An article to be.
#[derive(Debug, Clone, Default)]
struct Draft {
    /// What names it in the source: the path of its file, an id, a row.
    key: String,
    /// The row or line where it begins, from 1; 0 for the whole file.
    line: u32,
    /// Folders above it, outermost first, as people call them.
    folders: Vec<String>,
    /// The title.
    title: String,
    /// How customers ask.
    questions: Vec<String>,
    /// Slang and synonyms.
    keywords: Vec<String>,
    /// Tags.
    tags: Vec<String>,
    /// Who answers for it, as far as the source says.
    owner: Option<String>,
    /// The language, such as `ru`; none to have it detected.
    lang: Option<String>,
    /// Whether it is unfinished.
    draft: bool,
    /// Whether it is no longer in force.
    archived: bool,
    /// Whether the source let only some see it: then it gets no audience from the options.
    restricted: bool,
    /// When it last changed, as the source says it.
    changed: Option<String>,
    /// The text as Markdown, with links as in the source.
    body: String,
    /// Whether this is the overview of its folder.
    overview: bool,
}

/// Where a link of the source leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// To the draft with this key.
    Draft(String),
    /// To a file of the source.
    File(String),
    /// Outside of the source.
    Outside,
    /// To a place of the same article.
    Here,
    /// Nowhere.
    Nowhere,
}

/// Finds out where a link leads: given the key of the draft in which it stands, and the target as written.
type Leads = Box<dyn Fn(&str, &str) -> Target>;

/// What was read of a source.
struct Batch {
    drafts: Vec<Draft>,
    leads: Leads,
}

/// Is told that `done` of `all` files are read.
pub type Progress<'a> = &'a dyn Fn(usize, usize);

/// Reads a source and plans what would be written. `known` are the questions that current articles answer already, with their
/// paths.
///
/// # Errors
/// When the source cannot be opened, or is not of this kind.
pub fn plan(
    kind: Kind,
    source: &Path,
    options: &Options,
    known: impl IntoIterator<Item = (String, String)>,
    progress: Progress<'_>,
) -> Result<Plan, Error> {
    let mut losses = Vec::new();
    let files = Files::open(source, &mut losses)?;
    let batch = match kind {
        Kind::Html => pages::read(&files, &mut losses, progress)?,
        Kind::Notion => exports::notion::read(&files, &mut losses, progress)?,
        Kind::Outline => exports::outline::read(&files, &mut losses, progress)?,
        Kind::BookStack => exports::bookstack::read(&files, &mut losses, progress)?,
        Kind::Zendesk => zendesk::read(&files, &mut losses)?,
        Kind::Csv => table::csv::read(&files, &mut losses)?,
        Kind::Xlsx => table::xlsx::read(source, &files, &mut losses)?,
    };
    Ok(plan::make(kind, batch, &files, options, known, losses))
}

/// Loses something of a source.
fn lose(losses: &mut Vec<Loss>, source: &str, line: u32, what: Lost) {
    losses.push(Loss { source: source.to_owned(), line, what });
}
