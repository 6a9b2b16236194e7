//! Raw HTML in Markdown: its harmless part is kept, everything else goes.
//!
//! Two walls. Here tags are read one by one (with html5ever's tokenizer) and written anew with allowed names and
//! attributes only, so that raw HTML can never bring an event handler, a style, an id, or an address that did not pass
//! the link rules. Then, since those tags may be unbalanced, `ammonia`, an HTML parser with an allow-list of its own,
//! makes a well-formed whole of the finished fragment.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::escape;

/// Tags within tags, of those that came from raw HTML. Balancing takes quadratic time in this depth.
pub(super) const MOST_DEPTH: usize = 64;

/// Tags that are kept, with the attributes that are kept of each besides `title`.
const TAGS: [(&str, &[&str]); 48] = [
    ("a", &["href"]),
    ("abbr", &[]),
    ("b", &[]),
    ("blockquote", &[]),
    ("br", &[]),
    ("caption", &[]),
    ("code", &[]),
    ("dd", &[]),
    ("del", &[]),
    ("details", &["open"]),
    ("div", &[]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("img", &["alt", "src"]),
    ("ins", &[]),
    ("kbd", &[]),
    ("li", &[]),
    ("mark", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("q", &[]),
    ("s", &[]),
    ("samp", &[]),
    ("small", &[]),
    ("span", &[]),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["colspan", "rowspan"]),
    ("tfoot", &[]),
    ("th", &["colspan", "rowspan"]),
    ("thead", &[]),
    ("tr", &[]),
];

/// Further tags that are kept.
const MORE_TAGS: [&str; 4] = ["u", "ul", "var", "wbr"];

/// Tags that never have a closing tag.
const VOID: [&str; 4] = ["br", "hr", "img", "wbr"];

/// Tags that the next of their kind closes, so that leaving them open is no nesting.
const SELF_CLOSING: [&str; 7] = ["dd", "dt", "li", "p", "td", "th", "tr"];

/// Tags whose content is no text.
const HIDING: [&str; 14] = [
    "applet", "embed", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea",
];

/// Tags between whose contents text has a line break.
const BLOCKS: [&str; 23] = [
    "blockquote",
    "br",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "tr",
    "ul",
];

/// A piece of raw HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text, with character references decoded.
    Text(String),
    Tag(Tag),
    /// A document type.
    Doctype,
}

/// A tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// The name in lower case.
    pub(super) name: String,
    pub(super) closing: bool,
    /// Names in lower case and decoded values.
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// Returns the name if the tag is kept.
    pub(super) fn kept(&self) -> Option<&'static str> {
        let known = TAGS.iter().map(|&(name, _)| name).chain(MORE_TAGS).find(|name| *name == self.name);
        known.filter(|name| !self.closing || !VOID.contains(name))
    }

    /// Returns the name if what follows up to the closing tag is no text.
    pub(super) fn hiding(&self) -> Option<&'static str> {
        HIDING.into_iter().find(|name| *name == self.name)
    }

    pub(super) fn is_block(&self) -> bool {
        BLOCKS.contains(&self.name.as_str())
    }

    pub(super) fn is_void(&self) -> bool {
        VOID.contains(&self.name.as_str())
    }

    /// Returns whether leaving it open nests what follows.
    pub(super) fn nests(&self) -> bool {
        !self.is_void() && !SELF_CLOSING.contains(&self.name.as_str())
    }

    /// Returns an attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Writes the allowed attributes that are no addresses.
    pub(super) fn write_attributes(&self, html: &mut String) {
        let own = TAGS.iter().find(|(name, _)| *name == self.name).map_or(&[][..], |(_, own)| own);
        for &name in own.iter().chain(&["title"]) {
            let Some(value) = self.attribute(name).filter(|_| !matches!(name, "href" | "src" | "alt")) else {
                continue;
            };
            let number = matches!(name, "start" | "colspan" | "rowspan");
            if number && (value.is_empty() || value.len() > 3 || !value.bytes().all(|b| b.is_ascii_digit())) {
                continue;
            }
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape::push_attribute(html, if name == "open" { "" } else { value });
            html.push('"');
        }
    }
}

/// Returns what follows a processing instruction or a CDATA section, which HTML does not know.
pub(super) fn behind_instruction(html: &str) -> Option<&str> {
    let html = html.trim_start();
    let end = match html {
        _ if html.starts_with("<?") => "?>",
        _ if html.starts_with("<![CDATA[") => "]]>",
        _ => return None,
    };
    Some(html.split_once(end).map_or("", |(_, behind)| behind))
}

/// Splits raw HTML into pieces; comments are gone.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    #[derive(Default)]
    struct Sink(RefCell<Vec<Piece>>);

    impl TokenSink for Sink {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            let piece = match token {
                Token::TagToken(tag) => Piece::Tag(Tag {
                    name: tag.name.to_string(),
                    closing: tag.kind == TagKind::EndTag,
                    attributes: tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect(),
                }),
                Token::CharacterTokens(text) => Piece::Text(text.to_string()),
                Token::DoctypeToken(_) => Piece::Doctype,
                Token::CommentToken(_) | Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {
                    return TokenSinkResult::Continue;
                }
            };
            self.0.borrow_mut().push(piece);
            TokenSinkResult::Continue
        }
    }

    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    // A sink that never asks for a script to be run is never interrupted by one.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

/// Makes well-formed HTML of a finished fragment.
pub(super) fn balance(html: &str) -> String {
    static BUILDER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(builder);
    BUILDER.clean(html).to_string()
}

/// Allows what the writer writes; what raw HTML may say was decided before.
fn builder() -> ammonia::Builder<'static> {
    let tags = TAGS.iter().map(|&(name, _)| name).chain(MORE_TAGS).chain(["aside", "input", "section"]);
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(tags.collect())
        .generic_attributes(HashSet::from(["class", "id", "title", "data-channel"]))
        .url_schemes(HashSet::from(["otvet"]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(None);
    for &(tag, attributes) in &TAGS {
        builder.add_tag_attributes(tag, attributes);
    }
    builder.add_tag_attributes("input", &["type", "checked", "disabled"]);
    builder.add_tag_attributes("img", &["alt", "src", "title"]);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_in_every_notation_and_comments_are_gone() {
        let pieces = pieces("ж<!-- c --><A HREF=\"x&amp;y\" title='t>' open start=3/>1 < 2</a ><?x?>");
        let [Piece::Text(_), Piece::Tag(tag), Piece::Text(_), .., Piece::Tag(close)] = &pieces[..] else {
            panic!("{pieces:?}")
        };
        assert_eq!((tag.name.as_str(), close.closing), ("a", true));
        assert_eq!(tag.attribute("href"), Some("x&y"));
        assert_eq!(tag.attribute("title"), Some("t>"));
        assert_eq!(tag.attribute("open"), Some(""));
        assert_eq!(tag.attribute("onclick"), None);
    }

    #[test]
    fn balanced_html_ends_where_it_ends() {
        assert_eq!(balance("<div><b>x"), "<div><b>x</b></div>");
        assert_eq!(balance("x</div></section><svg onload=x>"), "x");
    }
}
