//! HTML as a tree, as browsers would roughly see it: end tags that are missing are supplied, stray ones are passed over.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Elements within elements; what is deeper loses its tags and keeps its text.
const DEPTH: usize = 64;
/// The most elements and texts.
const MOST: usize = 500_000;

/// Elements that have no content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that end a paragraph which is open.
const ENDS_PARAGRAPH: [&str; 28] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
    "summary",
];

/// An element.
#[derive(Debug, Default)]
pub(in crate::import) struct Element {
    /// Its name, in lower case.
    pub(in crate::import) name: String,
    /// Its attributes.
    attributes: Vec<(String, String)>,
    /// The line on which it begins.
    pub(in crate::import) line: u32,
    /// What it holds.
    pub(in crate::import) children: Vec<Node>,
}

/// An element or a text.
#[derive(Debug)]
pub(in crate::import) enum Node {
    /// An element.
    Element(Element),
    /// A text.
    Text(String),
}

impl Element {
    /// Returns an attribute.
    pub(in crate::import) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the elements directly in it.
    pub(in crate::import) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Returns the first element below it, itself included, that is like this.
    pub(in crate::import) fn find(&self, is_like: &dyn Fn(&Element) -> bool) -> Option<&Element> {
        if is_like(self) { Some(self) } else { self.elements().find_map(|element| element.find(is_like)) }
    }

    /// Returns its text with single spaces.
    pub(in crate::import) fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn push_text(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(more) => text.push_str(more),
                Node::Element(element) if matches!(element.name.as_str(), "script" | "style") => {}
                Node::Element(element) => {
                    text.push(' ');
                    element.push_text(text);
                }
            }
        }
    }
}

/// Parses a page, or a part of one.
pub(in crate::import) fn parse(html: &str) -> Element {
    let builder = Builder {
        open: RefCell::new(vec![Element { line: 1, ..Element::default() }]),
        left: Cell::new(MOST),
        skipped: Cell::new(0),
    };
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(builder, TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut open = tokenizer.sink.open.take();
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().unwrap_or_default()
}

/// Builds the tree from tokens.
struct Builder {
    /// The elements that are open; the first is the whole.
    open: RefCell<Vec<Element>>,
    /// How many more nodes there may be.
    left: Cell<usize>,
    /// Elements that are open and too deep to be kept.
    skipped: Cell<usize>,
}

impl TokenSink for Builder {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                if tag.kind == TagKind::EndTag {
                    self.end(&name);
                    return TokenSinkResult::Continue;
                }
                let attributes =
                    tag.attrs.iter().map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()));
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                self.start(Element {
                    name: name.clone(),
                    attributes: attributes.collect(),
                    line,
                    children: Vec::new(),
                });
                match name.as_str() {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                }
            }
            Token::CharacterTokens(text) => {
                self.add(Node::Text(text.to_string()));
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Builder {
    fn add(&self, node: Node) {
        let mut open = self.open.borrow_mut();
        if self.left.get() == 0 {
            return;
        }
        self.left.set(self.left.get() - 1);
        if let Some(parent) = open.last_mut() {
            match (node, parent.children.last_mut()) {
                (Node::Text(more), Some(Node::Text(text))) => text.push_str(&more),
                (node, _) => parent.children.push(node),
            }
        }
    }

    fn start(&self, element: Element) {
        let name = element.name.as_str();
        let closed: &[&str] = match name {
            "li" => &["li"],
            "dt" | "dd" => &["dt", "dd"],
            "td" | "th" => &["td", "th"],
            "tr" => &["td", "th", "tr"],
            "thead" | "tbody" | "tfoot" => &["td", "th", "tr", "thead", "tbody", "tfoot"],
            "option" => &["option"],
            _ if ENDS_PARAGRAPH.contains(&name) => &["p"],
            _ => &[],
        };
        let fence: &[&str] = match name {
            "li" => &["ul", "ol"],
            "dt" | "dd" => &["dl"],
            "td" | "th" | "tr" | "thead" | "tbody" | "tfoot" => &["table"],
            _ => &["td", "th", "li", "blockquote", "div", "section"],
        };
        self.close_up_to(closed, fence);
        if VOID.contains(&name) {
            return self.add(Node::Element(element));
        }
        if self.open.borrow().len() > DEPTH || self.left.get() == 0 {
            return self.skipped.set(self.skipped.get() + 1);
        }
        self.left.set(self.left.get() - 1);
        self.open.borrow_mut().push(element);
    }

    /// Closes elements of these names that are open inside the nearest of the fence.
    fn close_up_to(&self, names: &[&str], fence: &[&str]) {
        if names.is_empty() {
            return;
        }
        let mut open = self.open.borrow_mut();
        let inside = open.iter().rposition(|element| fence.contains(&element.name.as_str())).map_or(1, |at| at + 1);
        let first = open.iter().skip(inside).position(|element| names.contains(&element.name.as_str()));
        if let Some(first) = first {
            while open.len() > inside + first {
                close(&mut open);
            }
        }
    }

    fn end(&self, name: &str) {
        let mut open = self.open.borrow_mut();
        let Some(at) = open.iter().rposition(|element| element.name == name).filter(|at| *at > 0) else {
            return self.skipped.set(self.skipped.get().saturating_sub(1));
        };
        // An end tag of a phrase does not end the block that stands around it.
        let is_phrase = !ENDS_PARAGRAPH.contains(&name) && !matches!(name, "table" | "tr" | "td" | "th" | "li");
        let crosses = |element: &Element| matches!(element.name.as_str(), "table" | "td" | "th" | "li" | "ul" | "ol");
        if is_phrase && open.iter().skip(at + 1).any(crosses) {
            return;
        }
        while open.len() > at {
            close(&mut open);
        }
    }
}

fn close(open: &mut Vec<Element>) {
    if let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(Node::Element(element));
    }
}
