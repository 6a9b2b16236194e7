//! The links of a Markdown text, led to where things are now. The rest of the text stays byte for byte.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use super::html::destination;

/// What becomes of a link or picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Led {
    /// It stays as it is.
    Kept,
    /// It leads here.
    To(String),
    /// A picture becomes a link to this address.
    Link(String),
    /// Its text alone is left.
    Unlinked,
}

/// Returns the text with its links led anew. `lead` is asked for each with its target and whether it is a picture.
pub(super) fn relinked(markdown: &str, lead: &mut dyn FnMut(&str, bool) -> Led) -> String {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    // Where each open link begins, what it leads to, and where its text ends so far.
    let mut open: Vec<(usize, Led, bool, usize)> = Vec::new();
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let led = match link_type {
                    LinkType::Autolink | LinkType::Email => Led::Kept,
                    _ => lead(&dest_url, false),
                };
                open.push((range.start, led, false, range.start + 1));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                open.push((range.start, lead(&dest_url, true), true, range.start + 2));
            }
            Event::End(pulldown_cmark::TagEnd::Link | pulldown_cmark::TagEnd::Image) => {
                if let Some((start, led, image, text_end)) = open.pop() {
                    edit(&mut edits, markdown, start..range.end, text_end, led, image);
                    if let Some((.., end)) = open.last_mut() {
                        *end = (*end).max(range.end);
                    }
                }
            }
            Event::End(_) => {}
            Event::Start(_) | Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::Html(_) => {
                if let Some((.., end)) = open.last_mut() {
                    *end = (*end).max(range.end);
                }
            }
            _ => {}
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let (mut out, mut written) = (String::with_capacity(markdown.len()), 0);
    for (range, text) in edits {
        if range.start >= written && range.end <= markdown.len() {
            out.push_str(&markdown[written..range.start]);
            out.push_str(&text);
            written = range.end;
        }
    }
    out.push_str(&markdown[written..]);
    out
}

fn edit(edits: &mut Vec<(Range<usize>, String)>, text: &str, whole: Range<usize>, end: usize, led: Led, image: bool) {
    // Of a link to nothing, or one whose text cannot be told, nothing is touched.
    let head = whole.start..whole.start + if image { 2 } else { 1 };
    let sound = head.end <= end && end < whole.end && text.is_char_boundary(end) && text[end..].starts_with(']');
    if !sound {
        return;
    }
    let tail = end..whole.end;
    match led {
        Led::Kept => {}
        Led::To(address) => edits.push((tail, format!("]({})", destination(&address)))),
        Led::Link(address) => {
            edits.push((head, "[".to_owned()));
            edits.push((tail, format!("]({})", destination(&address))));
        }
        Led::Unlinked => {
            edits.push((head, String::new()));
            edits.push((tail, String::new()));
        }
    }
}

/// The Markdown that articles have, but for wikilinks, which no other system means.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(markdown: &str) -> String {
        relinked(markdown, &mut |target, image| match target {
            "a.md" => Led::To("b c.md".to_owned()),
            "gone.md" => Led::Unlinked,
            _ if image && target.starts_with("http") => Led::Link(target.to_owned()),
            _ => Led::Kept,
        })
    }

    #[test]
    fn only_targets_change() {
        for (before, after) in [
            ("См. [а *б*](a.md \"т\"), [в](gone.md).", "См. [а *б*](<b c.md>), в."),
            ("[![x](a.md)](gone.md) [`a]`](a.md)", "![x](<b c.md>) [`a]`](<b c.md>)"),
            ("![чек](https://x.example/a.png) и ![](gone.md)", "[чек](https://x.example/a.png) и "),
            ("[а][1] и [1]\n\n[1]: a.md\n", "[а](<b c.md>) и [1](<b c.md>)\n\n[1]: a.md\n"),
            ("`[а](a.md)` <https://x.example> [](a.md)", "`[а](a.md)` <https://x.example> [](<b c.md>)"),
            ("- [ ] [а](a.md)\n\n| [б](a.md) |\n|---|\n", "- [ ] [а](<b c.md>)\n\n| [б](<b c.md>) |\n|---|\n"),
        ] {
            assert_eq!(led(before), after);
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn text_without_links_stays_and_nothing_panics(text in "[\\[\\]()!<>`*a\\n #|я-]{0,40}") {
            let _ = relinked(&text, &mut |_, _| Led::Unlinked);
            proptest::prop_assert_eq!(relinked(&text, &mut |_, _| Led::Kept), text);
        }
    }
}
