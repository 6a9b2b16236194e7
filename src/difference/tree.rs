//! HTML as a tree of blocks with words, in the form in which it is compared.
//!
//! Reads what [`crate::article::markdown`] has written, which is well-formed and harmless. All the same nothing is copied:
//! names of tags and attributes are only those that the writer uses, and every text is escaped anew.

use std::cell::RefCell;
use std::hash::Hash;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use rustc_hash::FxHashMap;

use super::words::{Style, Word, Words};
use crate::article::markdown::escape;

/// Elements within elements; what is deeper loses its tags and keeps its text.
const DEPTH: usize = 100;

/// Elements that stand for themselves or hold others of their kind; all others stand among words.
const BLOCKS: [&str; 33] = [
    "aside",
    "blockquote",
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
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "header",
    "footer",
];
/// Elements that have no content.
const EMPTY: [&str; 5] = ["br", "hr", "img", "input", "wbr"];
/// Attributes that are kept. Ids are not: both texts have them, and a page must have each once.
const ATTRIBUTES: [&str; 18] = [
    "alt",
    "aria-label",
    "checked",
    "class",
    "colspan",
    "data-channel",
    "disabled",
    "href",
    "loading",
    "open",
    "rel",
    "role",
    "rowspan",
    "src",
    "start",
    "tabindex",
    "title",
    "type",
];

/// An opening tag.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Tag {
    pub(super) name: Box<str>,
    attributes: Vec<(Box<str>, Box<str>)>,
}

impl Tag {
    fn of(tag: &html5ever::tokenizer::Tag) -> Self {
        let attributes = tag.attrs.iter().filter(|attribute| {
            let is_anchor = &*attribute.name.local == "href" && attribute.value.starts_with('#');
            ATTRIBUTES.contains(&&*attribute.name.local) && !is_anchor
        });
        let attributes =
            attributes.map(|attribute| (attribute.name.local.to_string().into(), attribute.value.to_string().into()));
        Self { name: tag.name.to_string().into(), attributes: attributes.collect() }
    }

    pub(super) fn is_empty_element(&self) -> bool {
        EMPTY.contains(&&*self.name)
    }

    /// Writes the tag with one more class; an empty one is none.
    pub(super) fn write(&self, html: &mut String, class: &str) {
        html.push('<');
        html.push_str(&self.name);
        let mut classed = class.is_empty();
        for (name, value) in &self.attributes {
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape::push_attribute(html, value);
            if &**name == "class" && !classed {
                html.push(' ');
                html.push_str(class);
                classed = true;
            }
            html.push('"');
        }
        if !classed {
            html.push_str(" class=\"");
            html.push_str(class);
            html.push('"');
        }
        html.push('>');
    }

    pub(super) fn close(&self, html: &mut String) {
        if !self.is_empty_element() {
            html.push_str("</");
            html.push_str(&self.name);
            html.push('>');
        }
    }
}

/// A block: words, or other blocks.
#[derive(Debug)]
pub(super) struct Block {
    /// Which of all blocks that are compared it is.
    pub(super) number: u32,
    /// None for words that stand beside blocks, as in an item with a list in it.
    pub(super) tag: Option<Tag>,
    pub(super) content: Content,
    /// Of everything: equal blocks have equal keys.
    pub(super) key: u64,
    /// How many words it has.
    pub(super) size: usize,
}

/// What is in a block.
#[derive(Debug)]
pub(super) enum Content {
    Words(Vec<Word>),
    Blocks(Vec<Block>),
}

impl Block {
    pub(super) fn name(&self) -> &str {
        self.tag.as_ref().map_or("", |tag| &tag.name)
    }

    pub(super) fn blocks(&self) -> Option<&[Block]> {
        match &self.content {
            Content::Blocks(blocks) => Some(blocks),
            Content::Words(_) => None,
        }
    }

    /// Calls `each` with every word, in order.
    pub(super) fn each_word<'a>(&'a self, each: &mut dyn FnMut(&'a Word)) {
        match &self.content {
            Content::Words(words) => words.iter().for_each(each),
            Content::Blocks(blocks) => blocks.iter().for_each(|block| block.each_word(each)),
        }
    }
}

/// What all texts share that are compared: numbers for equal words, tags and blocks.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub(super) words: Words,
    blocks: u32,
    /// Keys of blocks, by what they hold: a hash could be made to meet another's.
    keys: Numbers<(Option<Tag>, bool, Vec<u64>)>,
}

impl Common {
    /// Reads HTML.
    pub(super) fn read(&mut self, html: &str) -> Vec<Block> {
        let nodes = nodes(html);
        self.blocks_of(nodes)
    }

    fn blocks_of(&mut self, nodes: Vec<Node>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut among = Vec::new();
        for node in nodes {
            match node {
                Node::Element(tag, children) if BLOCKS.contains(&&*tag.name) => {
                    self.push_words(&mut blocks, &mut among);
                    blocks.push(self.block(tag, children));
                }
                other => among.push(other),
            }
        }
        self.push_words(&mut blocks, &mut among);
        blocks
    }

    /// Puts words that stand beside blocks into a block without a tag.
    fn push_words(&mut self, blocks: &mut Vec<Block>, among: &mut Vec<Node>) {
        let words = self.words.read(std::mem::take(among), false);
        if words.iter().any(|word| !word.is_space()) {
            blocks.push(self.finish(None, Content::Words(words)));
        }
    }

    fn block(&mut self, tag: Tag, children: Vec<Node>) -> Block {
        let has_blocks =
            children.iter().any(|child| matches!(child, Node::Element(tag, _) if BLOCKS.contains(&&*tag.name)));
        let content = match has_blocks {
            true => Content::Blocks(self.blocks_of(children)),
            false => Content::Words(self.words.read(children, &*tag.name == "pre")),
        };
        self.finish(Some(tag), content)
    }

    fn finish(&mut self, tag: Option<Tag>, content: Content) -> Block {
        let (keys, size): (Vec<u64>, usize) = match &content {
            Content::Words(words) => {
                (words.iter().map(Word::key).collect(), words.iter().filter(|word| word.counts()).count())
            }
            Content::Blocks(blocks) => {
                (blocks.iter().map(|block| block.key).collect(), blocks.iter().map(|block| block.size).sum())
            }
        };
        let is_words = matches!(content, Content::Words(_));
        let key = u64::from(self.keys.number((tag.clone(), is_words, keys)));
        self.blocks += 1;
        Block { number: self.blocks, tag, content, key, size }
    }
}

/// A node of HTML.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Element(Tag, Vec<Node>),
}

/// Reads HTML into a tree: what is left open ends with what it stands in, and what was never opened ends nothing.
fn nodes(html: &str) -> Vec<Node> {
    let mut open: Vec<(Tag, Vec<Node>)> = Vec::new();
    let mut top = Vec::new();
    let mut too_deep = 0usize;
    for token in tokens(html) {
        match token {
            Token::CharacterTokens(text) => {
                let inside = open.last_mut().map_or(&mut top, |(_, children)| children);
                inside.push(Node::Text(text.to_string()));
            }
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let tag = Tag::of(&tag);
                if tag.is_empty_element() {
                    open.last_mut().map_or(&mut top, |(_, children)| children).push(Node::Element(tag, Vec::new()));
                } else if open.len() < DEPTH {
                    open.push((tag, Vec::new()));
                } else {
                    too_deep += 1;
                }
            }
            Token::TagToken(_) if too_deep > 0 => too_deep -= 1,
            Token::TagToken(tag) => {
                if let Some(at) = open.iter().rposition(|(known, _)| *known.name == *tag.name) {
                    close(&mut open, &mut top, at);
                }
            }
            _ => {}
        }
    }
    close(&mut open, &mut top, 0);
    top
}

/// Closes all elements down to one.
fn close(open: &mut Vec<(Tag, Vec<Node>)>, top: &mut Vec<Node>, to: usize) {
    while open.len() > to
        && let Some((tag, children)) = open.pop()
    {
        open.last_mut().map_or(&mut *top, |(_, children)| children).push(Node::Element(tag, children));
    }
}

fn tokens(html: &str) -> Vec<Token> {
    #[derive(Default)]
    struct Sink(RefCell<Vec<Token>>);

    impl TokenSink for Sink {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            self.0.borrow_mut().push(token);
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

/// Numbers for equal values, in order of appearance.
#[derive(Debug)]
pub(super) struct Numbers<T>(FxHashMap<T, u32>);

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<T: Hash + Eq> Numbers<T> {
    pub(super) fn number(&mut self, value: T) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(value).or_insert(next)
    }
}

/// The elements that a word stands in, outermost first.
pub(super) type Styles = Numbers<Style>;
