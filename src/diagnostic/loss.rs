//! What an import could not take over as it was. Each loss names the source, so that somebody can look at it.

/// A loss at a place of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// The file of the source, or the article in it.
    pub source: String,
    /// The line or row, from 1; 0 where it is not known.
    pub line: u32,
    /// What was lost.
    pub what: Lost,
}

/// What was lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// Something that articles cannot hold; its text, if it has any, is kept.
    Unsupported {
        /// What it is, such as `<iframe>`.
        what: String,
    },
    /// A link to something that was not imported; its text is kept.
    BrokenLink {
        /// The target as written.
        target: String,
    },
    /// A picture or file that is not there, or cannot be served.
    MissingFile {
        /// The target as written.
        target: String,
    },
    /// A picture on another server: it became a link, since pictures are shown from the base alone.
    RemotePicture {
        /// Its address.
        target: String,
    },
    /// A property without a place in front matter.
    Property {
        /// Its name.
        name: String,
    },
    /// A question that another article has; it stays with that one.
    QuestionTaken {
        /// The question.
        question: String,
        /// The path of the article that has it.
        by: String,
    },
    /// Two articles whose titles give one name: this one has another.
    NameTaken {
        /// The name that it has.
        name: String,
    },
    /// A row that has no question, or no answer.
    Row {
        /// The column that is empty, such as `answer`.
        missing: &'static str,
    },
    /// A row of nothing but questions: they went to the answer of the row above, as in merged cells.
    AnswerAbove {
        /// The row of that answer, from 1.
        row: u32,
    },
    /// An address under a cell of a table whose column has no place for it.
    CellLink {
        /// The address.
        target: String,
    },
    /// Remarks that hang on the cells of a workbook.
    Remarks,
    /// A quotation mark that nothing closes: what stands behind it was taken for a part of the cell.
    Unclosed,
    /// A formula whose result is not in the file.
    NoResult {
        /// The formula.
        formula: String,
    },
    /// A number that is likely to be shown in another way than it is kept: a share, a price, a part of something.
    Number {
        /// The number as it is kept.
        number: String,
    },
    /// A sheet or table without a row of headings that is understood.
    NoHeadings {
        /// What it is called.
        name: String,
    },
    /// More than is taken over.
    TooMuch {
        /// The limit that was passed, such as `512 KiB`.
        limit: String,
    },
    /// A file that cannot be read, or is not what its name says.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// A symbolic link, or a name that leads out of the source.
    NotFollowed,
    /// A file of a kind that is not imported.
    NotImported,
    /// A text that is not there, such as an article without a body.
    Empty,
}
