//! The text of an article as its page shows it: its answers stand in the card above it and so are taken out, internal
//! notes and alerts are named in the reader's language.
//!
//! The tags looked for are written by [`crate::article::markdown`] alone: in what editors write, `<` is escaped, and of
//! raw HTML neither `section` nor `aside` nor a class is kept.

use super::Scene;
use crate::article::Article;
use crate::text::Words;

const ANSWER: &str = "<section class=\"answer\"";
const ANSWER_END: &str = "</section>\n";
const NOTE: &str = "<aside class=\"note-internal\"";

/// Longest answer, in bytes of HTML, that is taken from the beginning of a text without answer blocks into a card of its
/// own. Beyond that it is no quotation any more, but the article.
const LONGEST_LEAD: usize = 4000;

/// Longest name of what is to be filled in, in letters.
const LONGEST_GAP: usize = 40;

/// The text, and whether its answers were taken out of it.
#[derive(Debug)]
pub(super) struct Prose {
    pub(super) html: String,
    pub(super) answers_apart: bool,
}

impl Prose {
    pub(super) fn of(scene: Scene<'_>, article: &Article) -> Self {
        let body = scene.view().render(article, &article.body, false);
        let lead = match article.answers.as_slice() {
            [lead] if lead.channel.is_none() => scene.view().render(article, &lead.html, true),
            _ => String::new(),
        };
        let rest = without_answers(&body, article.answers.len(), &lead);
        let answers_apart = rest.is_some();
        let w = scene.words();
        Self { html: anchored(&named(&rest.unwrap_or(body), w), w), answers_apart }
    }
}

/// Puts a link to itself behind every heading, so that a section can be passed on.
fn anchored(html: &str, w: &Words) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let mut rest = html;
    while let Some((before, from)) = rest.split_once(" id=\"") {
        out.push_str(before);
        out.push_str(" id=\"");
        rest = from;
        let level = before.strip_suffix(['1', '2', '3', '4', '5', '6']).filter(|before| before.ends_with("<h"));
        let Some((id, behind)) = from.split_once('"').filter(|_| level.is_some()) else { continue };
        let end = &before[before.len() - 1..];
        let Some((heading, behind)) = behind.split_once(&format!("</h{end}>")) else { continue };
        // The id is plain: letters, digits, `-`, `_`, `.` and `:`.
        let link = format!("<a class=\"anchor\" href=\"#{id}\" aria-label=\"{}\">#</a>", w.heading_link);
        out.push_str(&format!("{id}\"{heading} {link}</h{end}>"));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Takes the answers out of a text: its blocks, or the lead that it begins with. `None` when they are not just what is shown
/// apart: then nothing may be lost.
pub(crate) fn without_answers(body: &str, expected: usize, lead: &str) -> Option<String> {
    without_blocks(body, expected).or_else(|| without_lead(body, lead))
}

fn without_blocks(body: &str, expected: usize) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    let mut found = 0;
    while let Some((before, from)) = rest.split_once(ANSWER) {
        let (block, behind) = from.split_once(ANSWER_END)?;
        if block.contains(NOTE) {
            return None;
        }
        out.push_str(before);
        rest = behind;
        found += 1;
    }
    out.push_str(rest);
    (found > 0 && found == expected).then_some(out)
}

/// Takes away the beginning of a text that is its answer.
fn without_lead(body: &str, lead: &str) -> Option<String> {
    let short = !lead.trim().is_empty() && lead.len() <= LONGEST_LEAD;
    short.then(|| body.strip_prefix(lead.trim_end()).map(str::to_owned)).flatten()
}

/// Names internal notes, alerts and the boxes of task lists, for eyes and for screen readers.
pub(super) fn named(html: &str, w: &Words) -> String {
    let asides = [
        (NOTE, w.internal),
        ("<aside class=\"alert alert-note\"", w.alert_note),
        ("<aside class=\"alert alert-tip\"", w.alert_tip),
        ("<aside class=\"alert alert-important\"", w.alert_important),
        ("<aside class=\"alert alert-warning\"", w.alert_warning),
        ("<aside class=\"alert alert-caution\"", w.alert_caution),
    ];
    // `role=note`, since an `aside` would otherwise be a landmark of the page.
    let asides = asides.map(|(tag, name)| (tag, format!("{tag} role=\"note\" aria-label=\"{name}\"")));
    let boxes = [
        ("<input type=\"checkbox\" disabled>", w.task_open),
        ("<input type=\"checkbox\" disabled checked>", w.task_done),
    ];
    let boxes = boxes.map(|(tag, name)| (tag, tag.replace('>', &format!(" aria-label=\"{name}\">"))));
    // What may be wider than the page is scrolled by keys, too.
    let wide = ["<div class=\"table-scroll\"", "<pre"].map(|tag| (tag, format!("{tag} tabindex=\"0\"")));
    let found = asides.into_iter().chain(boxes).chain(wide).filter(|(tag, _)| html.contains(tag));
    found.fold(html.to_owned(), |html, (tag, named)| html.replace(tag, &named))
}

/// Marks what is to be filled in (`{{имя}}`) in the text between tags, so that nobody sends it as it is.
pub(super) fn gaps(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in html.split_inclusive('>') {
        // What stands in a tag, as in the address of a link, is left alone. `>` is escaped in texts and attributes.
        let (text, tag) = piece.find('<').map_or((piece, ""), |at| piece.split_at(at));
        let mut rest = text;
        while let Some((before, from)) = rest.split_once("{{")
            && let Some((name, behind)) = from.split_once("}}")
        {
            out.push_str(before);
            let is_gap = !name.trim().is_empty() && name.chars().count() <= LONGEST_GAP && !name.contains(['{', '\n']);
            let (open, close) = if is_gap { ("<span class=\"gap\">", "</span>") } else { ("", "") };
            out.extend([open, "{{", name, "}}", close]);
            rest = behind;
        }
        out.push_str(rest);
        out.push_str(tag);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn answers_are_taken_out_only_when_the_card_shows_them_all() {
        let body = "<section class=\"answer\">\n<p>a</p>\n</section>\n<p>b</p>\n<section class=\"answer\" data-channel=\"email\">\n<p>c</p>\n</section>\n";
        assert_eq!(without_blocks(body, 2).as_deref(), Some("<p>b</p>\n"));
        assert_eq!(without_blocks(body, 1), None);
        assert_eq!(without_blocks("<p>b</p>", 0), None);
        let with_note = "<section class=\"answer\">\n<aside class=\"note-internal\">\n<p>n</p>\n</aside>\n</section>\n";
        assert_eq!(without_blocks(with_note, 1), None);
    }

    #[test]
    fn headings_have_links_to_themselves() {
        let html = "<p id=\"x\">a</p><h2 id=\"b-1\">b <em>c</em></h2>\n<h3>d</h3><h4 id=\"e\">e</h4>";
        insta::assert_snapshot!(anchored(html, Lang::En.words()), @r##"
        <p id="x">a</p><h2 id="b-1">b <em>c</em> <a class="anchor" href="#b-1" aria-label="Link to this section">#</a></h2>
        <h3>d</h3><h4 id="e">e <a class="anchor" href="#e" aria-label="Link to this section">#</a></h4>
        "##);
    }

    #[test]
    fn answer_at_the_beginning_is_taken_out_when_it_is_short() {
        assert_eq!(without_lead("<p>a</p>\n<h2>b</h2>\n", "<p>a</p>\n").as_deref(), Some("\n<h2>b</h2>\n"));
        assert_eq!(without_lead("<p>b</p>\n", "<p>a</p>\n"), None);
        let long = format!("<p>{}</p>\n", "a".repeat(LONGEST_LEAD));
        assert_eq!(without_lead(&long, &long), None);
    }

    #[test]
    fn notes_alerts_and_boxes_are_named() {
        let html = "<aside class=\"note-internal\">\n</aside>\n<aside class=\"alert alert-tip\">\n</aside>\n\
                    <input type=\"checkbox\" disabled checked> x";
        insta::assert_snapshot!(named(html, Lang::En.words()), @r#"
        <aside class="note-internal" role="note" aria-label="Internal, never copied">
        </aside>
        <aside class="alert alert-tip" role="note" aria-label="Tip">
        </aside>
        <input type="checkbox" disabled checked aria-label="done"> x
        "#);
    }

    #[test]
    fn what_is_to_be_filled_in_is_marked_in_texts_alone() {
        let html = "<p>{{имя}}, ждём <a href=\"/x?{{a}}\">{{где}}</a> {{ }} {{a{{b}}</p>";
        insta::assert_snapshot!(gaps(html), @r#"<p><span class="gap">{{имя}}</span>, ждём <a href="/x?{{a}}"><span class="gap">{{где}}</span></a> {{ }} {{a{{b}}</p>"#);
        assert_eq!(gaps("<p>{{без конца</p>"), "<p>{{без конца</p>");
    }
}
