//! The tree as Markdown: blocks divided by empty lines, and phrases within them.

use super::{Element, Node};
use crate::diagnostic::loss::Lost;

/// The most columns of a table, as many as an article may have.
const COLUMNS: usize = 64;

/// Elements that stand among words; the text of any other one is a block.
const PHRASES: [&str; 34] = [
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "wbr", "input", "tex",
];
/// Elements whose content nobody reads.
const UNSEEN: [&str; 10] = ["script", "style", "template", "head", "svg", "noscript", "meta", "link", "title", "base"];
/// Elements whose text is kept, and which are worth a word.
const UNSUPPORTED: [&str; 10] =
    ["form", "select", "button", "textarea", "math", "canvas", "map", "object", "marquee", "frameset"];
/// Elements that show something from elsewhere: a link to it is kept.
const EMBEDDED: [&str; 5] = ["iframe", "video", "audio", "embed", "object"];

/// Writes Markdown.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) lost: Vec<(u32, Lost)>,
    /// Marks of emphasis that are open, so that none stands within itself.
    marks: Vec<&'static str>,
    in_table: bool,
    /// Phrases within which a text stands: there a space at the beginning counts.
    inner: usize,
}

impl Writer {
    /// Returns the text of a whole.
    pub(super) fn document<'a>(&mut self, nodes: impl IntoIterator<Item = &'a Node>) -> String {
        let blocks = self.blocks(nodes);
        let mut text = blocks.join("\n\n");
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    fn lose(&mut self, element: &Element, what: &str) {
        self.lost.push((element.line, Lost::Unsupported { what: what.to_owned() }));
    }

    fn blocks<'a>(&mut self, nodes: impl IntoIterator<Item = &'a Node>) -> Vec<String> {
        let mut blocks = Vec::new();
        let mut words = String::new();
        for node in nodes {
            match node {
                Node::Element(element) if UNSEEN.contains(&element.name.as_str()) => {}
                Node::Element(element) if !is_phrase(element) => {
                    end_paragraph(&mut words, &mut blocks);
                    self.block(element, &mut blocks);
                }
                phrase => self.phrase(phrase, &mut words),
            }
        }
        end_paragraph(&mut words, &mut blocks);
        blocks
    }

    fn block(&mut self, element: &Element, blocks: &mut Vec<String>) {
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = element.name.as_bytes().get(1).map_or(2, |digit| usize::from(digit - b'0')).max(2);
                let mut words = String::new();
                element.children.iter().for_each(|node| self.phrase(node, &mut words));
                let words = words.replace("  \n", " ");
                if !words.trim().is_empty() {
                    blocks.push(format!("{} {}", "#".repeat(level), words.trim().trim_end_matches('#').trim_end()));
                }
            }
            "ul" | "ol" | "menu" => blocks.extend(self.list(element)),
            "blockquote" | "aside" => {
                let inside = self.blocks(&element.children);
                if !inside.is_empty() {
                    let quoted = inside.join("\n\n");
                    let quoted = quoted.lines().map(|line| format!("> {line}").trim_end().to_owned());
                    blocks.push(quoted.collect::<Vec<_>>().join("\n"));
                }
            }
            "pre" | "xmp" | "listing" => blocks.extend(code_block(element)),
            "hr" => blocks.push("* * *".to_owned()),
            "p" if element.attribute("class").is_some_and(|class| class.contains("MsoList")) => {
                self.item_of_word(element, blocks);
            }
            "table" => blocks.extend(self.table(element)),
            "dt" | "summary" => {
                let mut words = String::new();
                element.children.iter().for_each(|node| self.phrase(node, &mut words));
                if !words.trim().is_empty() {
                    blocks.push(format!("**{}**", words.trim().replace("**", "")));
                }
            }
            name if EMBEDDED.contains(&name) => {
                self.lose(element, &format!("<{name}>"));
                let inner = element.elements().find_map(|source| source.attribute("src"));
                let address = element.attribute("src").or(element.attribute("data")).or(inner);
                match address.filter(|address| address.starts_with("http")) {
                    Some(address) => blocks.push(format!("<{}>", address.replace(['<', '>', ' ', '\n'], ""))),
                    None if name == "iframe" => {}
                    None => blocks.extend(self.blocks(&element.children)),
                }
            }
            name => {
                if UNSUPPORTED.contains(&name) {
                    self.lose(element, &format!("<{name}>"));
                }
                blocks.extend(self.blocks(&element.children));
            }
        }
    }

    /// Writes an item of a list as Word saves it: a paragraph that begins with its bullet or number.
    fn item_of_word(&mut self, element: &Element, blocks: &mut Vec<String>) {
        let mut words = String::new();
        element.children.iter().for_each(|node| self.phrase(node, &mut words));
        let text = words.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number = (1..=9).contains(&digits).then(|| text[digits..].strip_prefix(['.', ')'])).flatten();
        let bullet = text.strip_prefix(['·', '•', '§', '–', '-', '▪']).or_else(|| text.strip_prefix("o "));
        let item = match (bullet, number) {
            (Some(rest), _) => format!("- {}", rest.trim_start()),
            (None, Some(rest)) => format!("{}. {}", &text[..digits], rest.trim_start()),
            (None, None) => return end_paragraph(&mut words, blocks),
        };
        let item = item.replace('\n', "\n  ");
        let is_item = |block: &&mut String| {
            let digits = block.bytes().take_while(u8::is_ascii_digit).count();
            if bullet.is_some() { block.starts_with("- ") } else { digits > 0 && block[digits..].starts_with(". ") }
        };
        match blocks.last_mut().filter(is_item) {
            Some(list) => *list += &format!("\n{item}"),
            None => blocks.push(item),
        }
    }

    fn list(&mut self, list: &Element) -> Option<String> {
        let start: usize = list.attribute("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
        let (mut number, mut items, mut loose) = (start.min(999_999_999), Vec::new(), false);
        for node in &list.children {
            let blocks = match node {
                Node::Element(item) if item.name == "li" => self.blocks(&item.children),
                Node::Text(text) if text.trim().is_empty() => continue,
                // Lists that stand beside items, as old editors write them.
                _ => self.blocks(std::slice::from_ref(node)),
            };
            if blocks.is_empty() {
                continue;
            }
            let mark = if list.name == "ol" { format!("{number}. ") } else { "- ".to_owned() };
            number += 1;
            loose |= blocks.len() > 1;
            let indent = " ".repeat(mark.len());
            let inside = blocks.join("\n\n");
            let mut lines = inside.lines();
            let mut item = format!("{mark}{}", lines.next().unwrap_or_default());
            for line in lines {
                item.push('\n');
                item.push_str(format!("{indent}{line}").trim_end());
            }
            items.push(item);
        }
        (!items.is_empty()).then(|| items.join(if loose { "\n\n" } else { "\n" }))
    }

    fn table(&mut self, table: &Element) -> Vec<String> {
        let mut rows = Vec::new();
        collect_rows(table, &mut rows);
        let widest =
            rows.iter().map(|row| row.elements().filter(|cell| is_cell(cell)).count()).max().unwrap_or_default();
        // A table of one cell is only a frame; one within another, or a very wide one, is only text.
        if self.in_table || widest > COLUMNS || (rows.len() == 1 && widest <= 1) {
            if self.in_table || widest > COLUMNS {
                self.lose(table, "<table>");
            }
            let cells: Vec<&Element> =
                rows.iter().flat_map(|row| row.elements().filter(|cell| is_cell(cell))).collect();
            return cells.into_iter().flat_map(|cell| self.blocks(&cell.children)).collect();
        }
        if widest == 0 {
            return Vec::new();
        }
        let mut blocks = Vec::new();
        if let Some(caption) = table.elements().find(|element| element.name == "caption") {
            blocks.extend(self.blocks(&caption.children));
        }
        let mut lines: Vec<String> = Vec::new();
        for row in &rows {
            let mut cells: Vec<String> = Vec::new();
            for cell in row.elements().filter(|cell| is_cell(cell)) {
                if ["colspan", "rowspan"].iter().any(|span| cell.attribute(span).is_some_and(|n| n.trim() != "1")) {
                    self.lose(cell, "colspan, rowspan");
                }
                cells.push(self.cell(cell));
                let span = cell.attribute("colspan").and_then(|n| n.trim().parse().ok()).unwrap_or(1usize);
                cells.extend((1..span.min(widest)).map(|_| String::new()));
            }
            cells.truncate(widest);
            cells.resize(widest, String::new());
            lines.push(format!("| {} |", cells.join(" | ")));
        }
        let dashes = format!("|{}", "---|".repeat(widest));
        let has_head = rows.first().is_some_and(|row| row.elements().any(|cell| cell.name == "th"))
            || table.elements().any(|element| element.name == "thead");
        if !has_head && rows.len() == 1 {
            lines.insert(0, format!("|{}", " |".repeat(widest)));
        }
        lines.insert(1, dashes);
        blocks.push(lines.join("\n"));
        blocks
    }

    fn cell(&mut self, cell: &Element) -> String {
        self.in_table = true;
        let blocks = self.blocks(&cell.children);
        self.in_table = false;
        let lines = blocks.iter().flat_map(|block| block.split('\n')).map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<&str> = lines.collect();
        lines.join("<br>").replace('|', "\\|").replace("\\\\|", "\\|")
    }

    fn phrase(&mut self, node: &Node, out: &mut String) {
        let element = match node {
            Node::Text(text) => return self.text(out, text),
            Node::Element(element) => element,
        };
        match element.name.as_str() {
            name if UNSEEN.contains(&name) => {}
            "b" | "strong" => self.marked("**", element, out),
            "i" | "em" | "cite" | "dfn" | "var" => self.marked("*", element, out),
            "s" | "del" | "strike" => self.marked("~~", element, out),
            "code" | "tt" | "kbd" | "samp" => out.push_str(&code(&element.text())),
            "br" => {
                let trimmed = out.trim_end_matches(' ').len();
                out.truncate(trimmed);
                if !out.is_empty() {
                    out.push_str("  \n");
                }
            }
            "img" => self.image(element, out),
            "a" => self.link(element, out),
            "input" if element.attribute("type") == Some("checkbox") => {
                out.push_str(if element.attribute("checked").is_some() { "[x] " } else { "[ ] " });
            }
            "input" => {}
            _ => {
                if !is_phrase(element) && !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
                element.children.iter().for_each(|node| self.phrase(node, out));
            }
        }
    }

    fn image(&mut self, element: &Element, out: &mut String) {
        let source = element.attribute("src").or(element.attribute("data-src")).unwrap_or_default().trim();
        if source.is_empty() || source.starts_with("data:") {
            return self.lose(element, "<img>");
        }
        let name = || source.rsplit('/').next().and_then(|name| name.split(['?', '#']).next()).unwrap_or_default();
        let alt = element.attribute("alt").map(str::trim).filter(|alt| !alt.is_empty());
        let alt = alt.or(element.attribute("title")).map_or_else(|| name().to_owned(), str::to_owned);
        out.push_str("![");
        self.text(out, &alt.replace([']', '\n'], " "));
        out.push_str(&format!("]({})", destination(source)));
    }

    /// Returns the words within a phrase, with the spaces at their edges.
    fn inside(&mut self, element: &Element) -> String {
        let mut words = String::new();
        self.inner += 1;
        element.children.iter().for_each(|node| self.phrase(node, &mut words));
        self.inner -= 1;
        words
    }

    fn link(&mut self, element: &Element, out: &mut String) {
        let words = self.inside(element).replace("  \n", " ");
        let (before, after) = (words.starts_with(' '), words.ends_with(' '));
        let words = words.trim();
        let Some(address) = element.attribute("href").map(str::trim).filter(|address| !address.is_empty()) else {
            return out.push_str(words);
        };
        if words.is_empty() {
            return;
        }
        let space = |out: &mut String| {
            if !out.ends_with([' ', '\n']) && !out.is_empty() {
                out.push(' ');
            }
        };
        if before {
            space(out);
        }
        out.push_str(&format!("[{words}]({})", destination(address)));
        if after {
            out.push(' ');
        }
    }

    /// Writes a phrase within marks. Markdown sees marks only at the edge of words, so spaces go outside, and so does
    /// punctuation at an edge where a letter follows or precedes.
    fn marked(&mut self, mark: &'static str, element: &Element, out: &mut String) {
        let is_open = self.marks.contains(&mark);
        self.marks.push(mark);
        let words = self.inside(element);
        self.marks.pop();
        if is_open || words.trim().is_empty() {
            return self.joined(out, &words);
        }
        if words.starts_with(char::is_whitespace) {
            self.joined(out, " ");
        }
        let inside = words.trim();
        let mut inside = inside;
        if out.ends_with(char::is_alphanumeric) {
            while let Some(first) = inside.chars().next().filter(|c| !c.is_alphanumeric() && !"*_~`[!\\<".contains(*c))
            {
                out.push(first);
                inside = &inside[first.len_utf8()..];
            }
        }
        if inside.is_empty() {
            return;
        }
        // Two phrases with the same marks side by side are one.
        if out.ends_with(mark) && !out.ends_with(&format!("\\{mark}")) && out.len() > mark.len() && mark != "*" {
            out.truncate(out.len() - mark.len());
            out.push_str(inside);
        } else {
            out.push_str(mark);
            out.push_str(inside);
        }
        out.push_str(mark);
        if words.ends_with(char::is_whitespace) {
            out.push(' ');
        }
    }

    /// Adds a text that is Markdown already.
    fn joined(&mut self, out: &mut String, words: &str) {
        if words.trim().is_empty() {
            if !words.is_empty() && !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else {
            out.push_str(words);
        }
    }

    /// Adds a text, with single spaces, so that it means nothing but itself.
    pub(super) fn text(&mut self, out: &mut String, text: &str) {
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter.is_whitespace() || matches!(letter, '\u{a0}' | '\u{200b}' | '\u{feff}') {
                let is_space = letter.is_whitespace();
                if is_space && (!out.is_empty() || self.inner > 0) && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
                continue;
            }
            // A mark that ends behind punctuation is not seen when a letter follows: the punctuation goes behind it.
            if letter.is_alphanumeric()
                && let Some(mark) = ["**", "*", "~~"].into_iter().find(|mark| out.ends_with(mark))
                && let Some(before) = out[..out.len() - mark.len()].chars().next_back()
                && before.is_ascii_punctuation()
                && !"*_~`)>\\".contains(before)
            {
                out.truncate(out.len() - mark.len() - 1);
                out.push_str(mark);
                out.push(before);
            }
            let next = letters.peek().copied();
            let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let needs_escape = match letter {
                '\\' | '`' | '*' | '[' | '<' => true,
                '_' => !(in_word(out.chars().next_back()) && in_word(next)),
                '~' => next == Some('~') || out.ends_with('~'),
                '&' => next.is_some_and(|c| c.is_ascii_alphabetic() || c == '#'),
                '{' => next == Some('{'),
                _ => false,
            };
            if needs_escape {
                out.push('\\');
            }
            out.push(letter);
        }
    }
}

fn is_phrase(element: &Element) -> bool {
    PHRASES.contains(&element.name.as_str())
        && !(element.name != "img" && element.name != "br" && element.find(&|inner| is_block(inner)).is_some())
}

fn is_block(element: &Element) -> bool {
    matches!(
        element.name.as_str(),
        "p" | "div" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "blockquote" | "iframe"
    )
}

fn is_cell(element: &Element) -> bool {
    matches!(element.name.as_str(), "td" | "th")
}

fn collect_rows<'a>(element: &'a Element, rows: &mut Vec<&'a Element>) {
    for inner in element.elements() {
        match inner.name.as_str() {
            "tr" => rows.push(inner),
            "thead" | "tbody" | "tfoot" => collect_rows(inner, rows),
            _ => {}
        }
    }
}

/// Ends the paragraph that is being written.
fn end_paragraph(words: &mut String, blocks: &mut Vec<String>) {
    let paragraph = std::mem::take(words);
    let paragraph = paragraph.trim();
    if !paragraph.is_empty() {
        blocks.push(paragraph.split('\n').map(guarded).collect::<Vec<_>>().join("\n"));
    }
}

/// Returns a line so that it begins no block.
pub(super) fn guarded(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    if (1..=9).contains(&digits) && rest.starts_with(['.', ')']) && rest[1..].starts_with([' ', '\t'])
        || digits > 0 && rest.len() == 1 && rest.starts_with(['.', ')'])
    {
        return format!("{}\\{rest}", &text[..digits]);
    }
    let is_rule = |mark: char| text.len() >= 3 && text.chars().all(|c| c == mark || c == ' ');
    let begins = text.starts_with('#') && text.trim_start_matches('#').starts_with([' ', '\t'])
        || text.bytes().all(|b| b == b'#') && !text.is_empty()
        || text.starts_with('>')
        || text.starts_with(['-', '+']) && (text.len() == 1 || text[1..].starts_with([' ', '\t']))
        || is_rule('-')
        || is_rule('=')
        || text.starts_with("~~~")
        || text.starts_with('|')
        || text.starts_with(": ");
    if begins { format!("\\{text}") } else { text.to_owned() }
}

/// Returns an address as the target of a link.
pub(in crate::import) fn destination(address: &str) -> String {
    let address: String = address.chars().filter(|c| !c.is_control()).collect();
    let is_plain = !address.is_empty()
        && !address.starts_with('<')
        && address.chars().all(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '<' | '>' | '\\'));
    if is_plain { address } else { format!("<{}>", address.replace('\\', "/").replace('<', "%3C").replace('>', "%3E")) }
}

/// Returns a text as code among words.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let longest = longest_run(text);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

fn code_block(element: &Element) -> Option<String> {
    let mut text = String::new();
    raw_text(element, &mut text);
    let text = text.trim_end_matches([' ', '\n']).trim_start_matches('\n');
    if text.trim().is_empty() {
        return None;
    }
    let class = |element: &Element| element.attribute("class").map(str::to_owned);
    let class = class(element).or_else(|| element.elements().find_map(class)).unwrap_or_default();
    let language = class.split_whitespace().find_map(|class| class.strip_prefix("language-")).unwrap_or_default();
    let language: String = language.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '+')).collect();
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    Some(format!("{fence}{language}\n{text}\n{fence}"))
}

fn raw_text(element: &Element, out: &mut String) {
    for node in &element.children {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(inner) if inner.name == "br" => out.push('\n'),
            Node::Element(inner) => raw_text(inner, out),
        }
    }
}
