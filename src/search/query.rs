//! What a reader's text becomes: bounded, normalised words and filters. Nothing of it is a query language.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::article::Article;

/// Longest text in characters after normalisation; the surplus is ignored and said so.
pub const MAX_CHARS: usize = 256;
/// Most results a page has.
pub const MAX_LIMIT: usize = 50;
/// Furthest a page may begin.
pub const MAX_OFFSET: usize = 1000;

/// A query.
#[derive(Debug, Clone)]
pub struct SearchQuery {
    /// The text, normalised (NFKC, no control, zero-width or bidi characters, spaces folded), at most [`MAX_CHARS`].
    pub text: String,
    /// Whether the last word is unfinished: the text as given did not end in white space.
    pub open: bool,
    /// Whether the text was cut.
    pub cut: bool,
    /// What the results must be.
    pub filters: Filters,
    /// Most hits to return, 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// Hits to skip, up to [`MAX_OFFSET`].
    pub offset: usize,
    /// Search the words as typed, without corrections.
    pub exact: bool,
    /// Whether to say what all matching articles are.
    pub facets: bool,
    /// Whether to say why each hit has its score.
    pub explain: bool,
}

/// What the results must be. Within one list any will do; the lists must all agree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// In this folder or below, without slashes at the ends; empty for all.
    pub under: String,
    /// Tags (compared without regard to case).
    pub tags: Vec<String>,
    /// Kinds.
    pub kinds: Vec<String>,
    /// Languages.
    pub langs: Vec<String>,
    /// Owners.
    pub owners: Vec<String>,
    /// States, by name.
    pub statuses: Vec<String>,
    /// Changed at this time or later; only a view knows when, see [`crate::search::Searcher::search_among`].
    pub changed_since: Option<jiff::Timestamp>,
    /// Paths, sorted: only these articles; none for all.
    pub paths: Option<Arc<[Arc<str>]>>,
}

impl SearchQuery {
    /// Builds a query for the first ten results.
    pub fn new(text: &str) -> Self {
        let (normal, cut) = normalize(text);
        Self {
            text: normal,
            open: !text.ends_with(char::is_whitespace),
            cut,
            filters: Filters::default(),
            limit: 10,
            offset: 0,
            exact: false,
            facets: false,
            explain: false,
        }
    }
}

/// Normalises a reader's text and cuts it to [`MAX_CHARS`]; says whether anything was cut off. Reads no more of the text
/// than it needs.
pub(crate) fn normalize(text: &str) -> (String, bool) {
    let mut normal = String::new();
    let mut length = 0;
    let mut space = false;
    let blank = |c: char| if c.is_whitespace() || c.is_control() { Some(' ') } else { (!is_invisible(c)).then_some(c) };
    // Folded before NFKC, because NFKC needs the whole run of combining marks; bounded there by what was left.
    for c in text.chars().filter_map(blank).nfkc() {
        if c == ' ' {
            space = length > 0;
            continue;
        }
        if length + usize::from(space) >= MAX_CHARS {
            return (normal, true);
        }
        if std::mem::take(&mut space) {
            normal.push(' ');
            length += 1;
        }
        normal.push(c);
        length += 1;
    }
    (normal, false)
}

/// Zero-width and bidirectional controls: never seen, never meant.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

impl Filters {
    /// Returns whether an article passes, as far as the article itself says.
    pub fn pass(&self, article: &Article) -> bool {
        let any = |wanted: &[String], has: &str| wanted.is_empty() || wanted.iter().any(|w| w == has);
        let folded = |text: &str| text.to_lowercase();
        article.is_under(&self.under)
            && (self.tags.is_empty()
                || self.tags.iter().any(|tag| article.meta.tags.iter().any(|has| folded(has) == folded(tag))))
            && any(&self.kinds, &article.meta.kind)
            && any(&self.langs, &article.lang)
            && (self.owners.is_empty() || article.owners().any(|owner| any(&self.owners, owner)))
            && any(&self.statuses, article.meta.status.name())
            && self.paths.as_ref().is_none_or(|paths| paths.binary_search(&article.path).is_ok())
    }

    /// Returns whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_normalised() {
        let query = SearchQuery::new("  вернуть\u{200B}\t ＤＥＮＥＧ\u{202E}\n\u{0} ﬁn ");
        assert_eq!((query.text.as_str(), query.open, query.cut), ("вернуть DENEG fin", false, false));
        assert!(SearchQuery::new("вер").open);
        assert_eq!(SearchQuery::new(" \u{200B} ").text, "");
    }

    #[test]
    fn surplus_is_cut_off_and_said_so() {
        let query = SearchQuery::new(&"(".repeat(10_000));
        assert_eq!((query.text.len(), query.cut), (MAX_CHARS, true));
        assert!(!SearchQuery::new(&"я".repeat(MAX_CHARS)).cut);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn normal_text_stays_as_it_is(text in "\\PC{0,60}") {
            let normal = normalize(&text).0;
            proptest::prop_assert_eq!(&normalize(&normal).0, &normal);
            proptest::prop_assert!(normal.chars().count() <= MAX_CHARS);
        }
    }
}
