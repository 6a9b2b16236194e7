//! Findings about content. A bad article is a value of this kind, never an error.
//!
//! The words people read are in `text`; here is what was found and where.

pub mod loss;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The article is not shown, or not as its author meant it.
    Error,
    /// The article is shown; something wants an editor's eye.
    Warning,
}

impl Severity {
    /// Returns `error` or `warning`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A finding at a place in the content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Diagnostic {
    /// The file, as a path inside the content folder.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What was found.
    pub finding: Finding,
}

/// What was found. Each kind has a stable code, a severity and, in `text`, a message and a remedy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub enum Finding {
    /// The front matter is not YAML that we accept.
    FrontMatterSyntax {
        /// What the parser said, one line.
        reason: String,
    },
    /// The front matter has no closing `---`.
    FrontMatterUnclosed,
    /// The front matter does not begin with `---` on the first line.
    FrontMatterMisplaced,
    /// The front matter is larger or deeper than allowed.
    FrontMatterTooLarge {
        /// The limit that was passed, in words such as `16 KiB`.
        limit: String,
    },
    /// An anchor, alias, tag or merge key, which front matter may not have.
    FrontMatterForbidden {
        /// The construct as written.
        what: String,
    },
    /// A value of the wrong type.
    WrongType {
        /// The key.
        key: String,
        /// What is expected, such as `a list of texts`.
        expected: String,
        /// The value as written, when it is a text on one line.
        value: Option<String>,
        /// The value that may be meant.
        suggestion: Option<String>,
    },
    /// A key that means nothing.
    UnknownKey {
        /// The key as written.
        key: String,
        /// The nearest known key.
        suggestion: Option<String>,
    },
    /// A value of which a `#` makes the rest a comment.
    CutOff {
        /// The rest, from the `#` on.
        rest: String,
    },
    /// The same key twice.
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// An audience that is not configured, or an empty list.
    UnknownAudience {
        /// The name as written; empty for an empty list.
        name: String,
        /// The known audiences, with commas.
        known: String,
        /// The nearest known name.
        suggestion: Option<String>,
    },
    /// An owner who is neither configured nor in `_owners`.
    UnknownOwner {
        /// The name as written.
        name: String,
        /// The nearest known name.
        suggestion: Option<String>,
    },
    /// A line of `_owners` that cannot be used.
    Owners {
        /// Why.
        reason: String,
    },
    /// A pattern in `_owners` that matches no file.
    OwnersOfNothing {
        /// The pattern as written.
        pattern: String,
    },
    /// A slug with characters that a slug cannot have.
    BadSlug {
        /// The slug as written.
        slug: String,
    },
    /// Two articles claim one slug; this one gives way.
    SlugTaken {
        /// The slug.
        slug: String,
        /// The path of the article that keeps it.
        by: String,
    },
    /// A redirect from an address that an article or another redirect has.
    RedirectTaken {
        /// The address.
        from: String,
        /// The path of the article that keeps it.
        by: String,
    },
    /// Another current article for the same readers answers the same question.
    QuestionTaken {
        /// The question as written.
        question: String,
        /// The path of the article that has it, too.
        by: String,
    },
    /// A link to an article or file that does not exist.
    BrokenLink {
        /// The target as written.
        target: String,
        /// What may be meant, as it would be written here.
        suggestion: Option<String>,
        /// Whether what it led to is removed by the change that is checked.
        removed: bool,
    },
    /// A link to a heading that its article does not have.
    BrokenAnchor {
        /// The target as written.
        target: String,
        /// The headings there are, as `#id` with commas.
        headings: String,
    },
    /// A link that leads out of the repository, or to a scheme that is not allowed.
    ForbiddenLink {
        /// The target as written.
        target: String,
    },
    /// The address of a file with spaces in it, which Markdown does not take for one: the link is shown as written.
    SpacedAddress {
        /// The address as written.
        target: String,
    },
    /// A `related` or `superseded_by` that names no article.
    UnknownArticle {
        /// The key.
        key: String,
        /// The slug as written.
        slug: String,
        /// The nearest slug.
        suggestion: Option<String>,
        /// Whether it is removed by the change that is checked.
        removed: bool,
    },
    /// The article answers nothing: no answer block and no text before the first heading.
    NoAnswer,
    /// Two answers for one channel.
    DoubleAnswer {
        /// The channel; empty for the answer without a channel.
        channel: String,
    },
    /// An image without alternative text.
    NoAltText {
        /// The image as written.
        target: String,
    },
    /// Two headings with the same explicit id.
    DoubleHeadingId {
        /// The id.
        id: String,
    },
    /// Raw HTML that was removed or shown as text.
    HtmlRemoved {
        /// What was removed, such as `<script>`.
        what: String,
    },
    /// A mark such as `[!INTERNAL]` that does not begin a block quote. An internal one hides what it stands in.
    MisplacedMark {
        /// The mark as written.
        mark: String,
    },
    /// A mark that is nearly one we know. What may have been meant as internal is kept internal.
    UnknownMark {
        /// The mark as written.
        mark: String,
        /// The mark that is nearest.
        suggestion: String,
    },
    /// A footnote or the address of a link that is defined in an internal note, and used outside of notes.
    DefinedInNote {
        /// What uses it, as written.
        what: String,
    },
    /// A line right behind an internal note that is not part of it, and may have been meant to be.
    NoteRunsOn,
    /// Both sides of a merge are there, with the marks that git puts between them.
    Conflict,
    /// The file is not text in UTF-8 (or UTF-16 with a byte order mark).
    NotUtf8,
    /// The file is larger than an article may be.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// More containers within containers, columns or references than an article may have.
    TooComplex {
        /// What there is too much of, such as `32 nested quotes or lists`.
        what: String,
    },
    /// A file name that cannot be shown, served or kept on every machine.
    BadPath {
        /// Why, such as `control character`.
        reason: String,
    },
    /// Two paths that differ only in case or in Unicode form; this one is left out.
    PathCollision {
        /// The path that is kept.
        with: String,
    },
    /// A symbolic link, submodule or other thing that is not a file.
    NotAFile {
        /// What it is, such as `symbolic link`.
        what: String,
    },
    /// The content has more files, deeper folders or longer names than allowed; the rest is left out.
    TooMany {
        /// The limit that was passed, such as `200,000 entries`.
        limit: String,
    },
    /// An object of the repository that cannot be read.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// An attachment that is a pointer of git LFS, too large or of a kind that is not served.
    Attachment {
        /// Why it is not served.
        reason: String,
    },
    /// The lexicon cannot be used, or a line of it.
    Lexicon {
        /// Why.
        reason: String,
    },
    /// An answer test that cannot be used.
    AnswerTest {
        /// Why.
        reason: String,
    },
    /// A key of an answer test that means nothing: the test is not asked.
    UnknownTestKey {
        /// The key as written.
        key: String,
        /// The nearest known key.
        suggestion: Option<String>,
    },
    /// The article should have been looked at again by now.
    ReviewOverdue {
        /// The day, such as `2026-11-20`.
        due: String,
        /// The slug of the article.
        slug: String,
    },
    /// The article must be looked at again soon.
    ReviewSoon {
        /// The day, such as `2026-12-01`.
        due: String,
        /// How many days are left.
        days: i32,
        /// The slug of the article.
        slug: String,
    },
    /// Somebody is said to have verified the article on a day that is yet to come.
    VerifiedAhead {
        /// The day, such as `2027-12-01`.
        on: String,
    },
    /// The article says something else than when somebody verified it, and nothing in it tells: no digest was noted then.
    VerifiedBefore {
        /// The day of the verification, such as `2026-12-01`.
        on: String,
        /// The slug of the article.
        slug: String,
    },
    /// A question is not answered by the article that must answer it.
    WrongAnswer {
        /// The question.
        question: String,
        /// The slugs of the articles that may answer, with commas.
        wanted: String,
        /// How many places count, from 1.
        most: usize,
        /// Where the best of them stands, from 1; none when it is not found at all.
        at: Option<usize>,
        /// The slug of the article that comes first instead; empty when nothing is found.
        first: String,
    },
    /// A question finds an article that it must not find.
    UnwantedAnswer {
        /// The question.
        question: String,
        /// The slug of the article.
        slug: String,
        /// Where it stands, from 1.
        at: usize,
    },
    /// A file of facts, or a fact in it, that cannot be used.
    Facts {
        /// Why.
        reason: String,
    },
    /// A `{{fact:…}}` that names no fact.
    UnknownFact {
        /// The name as written.
        name: String,
        /// The nearest name.
        suggestion: Option<String>,
    },
    /// A `{{fragment:…}}` that names no fragment.
    UnknownFragment {
        /// The name as written.
        name: String,
        /// The nearest name.
        suggestion: Option<String>,
    },
    /// Something like `{{факт:…}}`, which puts nothing in.
    MisspeltReference {
        /// The word as written.
        written: String,
        /// What stands between the braces when it is right.
        meant: String,
    },
    /// A fragment of several lines that does not stand alone on its line.
    FragmentInLine {
        /// Its name.
        name: String,
    },
    /// A fragment that wants a fragment.
    NestedFragment,
    /// A word that no dictionary has.
    Misspelt {
        /// The word.
        word: String,
        /// What may be meant.
        suggestion: Option<String>,
    },
    /// An article was found under another address before, which leads nowhere now.
    LostAddress {
        /// The slug it had.
        slug: String,
    },
    /// A text that says what a fact says, without naming the fact.
    RepeatedFact {
        /// What it says.
        said: String,
        /// The name of the fact.
        name: String,
    },
}

impl Finding {
    /// Returns the stable code, such as `KB012`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FrontMatterSyntax { .. } => "KB001",
            Self::FrontMatterUnclosed | Self::FrontMatterMisplaced => "KB002",
            Self::FrontMatterTooLarge { .. } => "KB003",
            Self::FrontMatterForbidden { .. } => "KB004",
            Self::WrongType { .. } => "KB005",
            Self::UnknownKey { .. } => "KB006",
            Self::DuplicateKey { .. } => "KB007",
            Self::UnknownAudience { .. } => "KB008",
            Self::UnknownOwner { .. } => "KB009",
            Self::BadSlug { .. } => "KB010",
            Self::Owners { .. } => "KB064",
            Self::OwnersOfNothing { .. } => "KB065",
            Self::SlugTaken { .. } => "KB011",
            Self::RedirectTaken { .. } => "KB012",
            Self::QuestionTaken { .. } => "KB013",
            Self::LostAddress { .. } => "KB014",
            Self::CutOff { .. } => "KB015",
            Self::BrokenLink { .. } => "KB020",
            Self::BrokenAnchor { .. } => "KB021",
            Self::ForbiddenLink { .. } => "KB022",
            Self::UnknownArticle { .. } => "KB023",
            Self::SpacedAddress { .. } => "KB024",
            Self::NoAnswer => "KB030",
            Self::DoubleAnswer { .. } => "KB031",
            Self::NoAltText { .. } => "KB032",
            Self::DoubleHeadingId { .. } => "KB033",
            Self::HtmlRemoved { .. } => "KB034",
            Self::MisplacedMark { .. } => "KB035",
            Self::UnknownMark { .. } => "KB036",
            Self::DefinedInNote { .. } => "KB037",
            Self::NoteRunsOn => "KB038",
            Self::Conflict => "KB039",
            Self::NotUtf8 => "KB040",
            Self::TooLarge { .. } => "KB041",
            Self::TooComplex { .. } => "KB042",
            Self::BadPath { .. } => "KB050",
            Self::PathCollision { .. } => "KB051",
            Self::NotAFile { .. } => "KB052",
            Self::TooMany { .. } => "KB053",
            Self::Unreadable { .. } => "KB054",
            Self::Attachment { .. } => "KB055",
            Self::Lexicon { .. } => "KB060",
            Self::AnswerTest { .. } | Self::UnknownTestKey { .. } => "KB061",
            Self::ReviewOverdue { .. } => "KB070",
            Self::ReviewSoon { .. } => "KB071",
            Self::VerifiedAhead { .. } => "KB072",
            Self::VerifiedBefore { .. } => "KB073",
            Self::WrongAnswer { .. } => "KB062",
            Self::UnwantedAnswer { .. } => "KB063",
            Self::Facts { .. } => "KB080",
            Self::UnknownFact { .. } => "KB081",
            Self::UnknownFragment { .. } => "KB082",
            Self::FragmentInLine { .. } => "KB083",
            Self::NestedFragment => "KB084",
            Self::RepeatedFact { .. } => "KB085",
            Self::MisspeltReference { .. } => "KB086",
            Self::Misspelt { .. } => "KB090",
        }
    }

    /// Returns what the finding is about as it stands in the file, for a line below it; none where that is not one piece.
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::UnknownKey { key: text, .. }
            | Self::UnknownTestKey { key: text, .. }
            | Self::CutOff { rest: text }
            | Self::WrongType { value: Some(text), .. }
            | Self::FrontMatterForbidden { what: text }
            | Self::UnknownFact { name: text, .. }
            | Self::UnknownFragment { name: text, .. }
            | Self::FragmentInLine { name: text }
            | Self::MisspeltReference { written: text, .. }
            | Self::RepeatedFact { said: text, .. }
            | Self::OwnersOfNothing { pattern: text }
            | Self::DuplicateKey { key: text }
            | Self::UnknownAudience { name: text, .. }
            | Self::UnknownOwner { name: text, .. }
            | Self::BadSlug { slug: text }
            | Self::QuestionTaken { question: text, .. }
            | Self::MisplacedMark { mark: text }
            | Self::UnknownMark { mark: text, .. }
            | Self::WrongAnswer { question: text, .. }
            | Self::Misspelt { word: text, .. }
            | Self::UnwantedAnswer { question: text, .. } => Some(text),
            Self::BrokenLink { target, .. }
            | Self::BrokenAnchor { target, .. }
            | Self::ForbiddenLink { target }
            | Self::SpacedAddress { target } => Some(target),
            Self::UnknownArticle { slug, .. } => Some(slug),
            _ => None,
        }
    }

    /// Returns the finding without its advice, which depends on more than what is wrong: whether it was there before is
    /// asked of this.
    #[must_use]
    pub fn without_advice(&self) -> Self {
        let mut bare = self.clone();
        match &mut bare {
            Self::BrokenLink { suggestion, removed, .. } | Self::UnknownArticle { suggestion, removed, .. } => {
                (*suggestion, *removed) = (None, false);
            }
            Self::UnknownAudience { suggestion, .. }
            | Self::Misspelt { suggestion, .. }
            | Self::UnknownFact { suggestion, .. }
            | Self::UnknownFragment { suggestion, .. }
            | Self::UnknownOwner { suggestion, .. } => *suggestion = None,
            Self::BrokenAnchor { headings, .. } => headings.clear(),
            _ => {}
        }
        bare
    }

    /// Returns how bad it is: an error where something is not shown or does not lead where its author meant, else a
    /// warning. A push with errors is refused.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::UnknownKey { .. }
            | Self::CutOff { .. }
            | Self::Owners { .. }
            | Self::OwnersOfNothing { .. }
            | Self::LostAddress { .. }
            | Self::ForbiddenLink { .. }
            | Self::NoAnswer
            | Self::DoubleAnswer { .. }
            | Self::NoAltText { .. }
            | Self::DoubleHeadingId { .. }
            | Self::HtmlRemoved { .. }
            | Self::DefinedInNote { .. }
            | Self::RedirectTaken { .. }
            | Self::NotAFile { .. }
            | Self::Attachment { .. }
            | Self::ReviewOverdue { .. }
            | Self::ReviewSoon { .. }
            | Self::VerifiedAhead { .. }
            | Self::VerifiedBefore { .. }
            | Self::Misspelt { .. }
            | Self::RepeatedFact { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}
