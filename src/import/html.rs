//! HTML of other systems as Markdown.
//!
//! Deliberately not exact: what articles can hold is kept (headings, lists, tables, emphasis, links, pictures, code), the text
//! of everything else, and what was lost is said. Addresses stay as they are; whoever knows the source puts them right later.

mod tree;
mod writer;

pub(super) use tree::{Element, Node, parse};
use writer::Writer;
pub(super) use writer::destination;

use crate::diagnostic::loss::{Loss, Lost};

/// A text made of HTML.
#[derive(Debug, Default)]
pub(super) struct Converted {
    /// The text as Markdown.
    pub(super) markdown: String,
    /// What was lost, with the line of the HTML.
    pub(super) lost: Vec<(u32, Lost)>,
}

/// Returns the Markdown of a part of a page.
pub(super) fn markdown(html: &str) -> Converted {
    of_nodes(&parse(html).children)
}

/// Returns the Markdown of nodes.
pub(super) fn of_nodes<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Converted {
    let mut writer = Writer::default();
    let markdown = writer.document(nodes);
    let mut lost = writer.lost;
    lost.sort();
    lost.dedup();
    Converted { markdown, lost }
}

impl Converted {
    /// Puts what was lost to the losses of a source.
    pub(super) fn lose(self, source: &str, losses: &mut Vec<Loss>) -> String {
        losses.extend(self.lost.into_iter().map(|(line, what)| Loss { source: source.to_owned(), line, what }));
        self.markdown
    }
}

/// Returns a text so that Markdown shows it as it is, in lines that begin no block.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut writer = Writer::default();
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        writer.text(&mut out, line);
    }
    out.split('\n').map(writer::guarded).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn md(html: &str) -> String {
        markdown(html).markdown
    }

    #[test]
    fn what_articles_can_hold_is_kept() {
        let html = "<h1>Возврат</h1><p>Да, <b>в течение</b> <i>14 дней</i>.<br>Чек <a href='/a b'>не нужен</a>.</p>\
            <ul><li>раз<ul><li>вложенное</li></ul></li><li><p>два</p><p>ещё</p></li></ul><ol start=3><li>три<li>четыре</ol>\
            <blockquote><p>Цитата</p></blockquote><pre><code class='language-sh'>a &lt; b\n```</code></pre><hr>\
            <table><tr><th>Что</th><th>Сколько | раз</th></tr><tr><td>A</td><td><p>1</p><p>2</p></td></tr></table>\
            <p><img src='a.png' alt='Чек'> <code>x`y</code> <del>нет</del></p>";
        insta::assert_snapshot!(md(html), @r"
        ## Возврат

        Да, **в течение** *14 дней*.  
        Чек [не нужен](</a b>).

        - раз

          - вложенное

        - два

          ещё

        3. три
        4. четыре

        > Цитата

        ````sh
        a < b
        ```
        ````

        * * *

        | Что | Сколько \| раз |
        |---|---|
        | A | 1<br>2 |

        ![Чек](a.png) ``x`y`` ~~нет~~
        ");
    }

    #[test]
    fn text_means_nothing_but_itself() {
        for text in [
            "# не заголовок",
            "- не список",
            "1. нет",
            "> нет",
            "*a*",
            "a_b_c",
            "<b>",
            "&amp;",
            "{{fact:x}}",
            "---",
            "+ a",
            "\\",
            "`",
            "~~a~~",
            "[[a]]",
            "| a |",
        ] {
            let html = format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;"));
            let made = md(&html);
            let back = crate::article::Article::parse(
                "a.md",
                crate::revision::ObjectId::default(),
                made.as_bytes(),
                &crate::article::library::Rules {
                    audiences: crate::audience::Audiences::default(),
                    default_audience: crate::audience::AudienceSet::PUBLIC,
                },
            );
            assert_eq!(back.sections[0].text.as_str(), text, "{made}");
            assert_eq!(back.diagnostics, [], "{made}");
        }
    }

    #[test]
    fn emphasis_stands_where_markdown_sees_it() {
        assert_eq!(md("<p>a<b> b </b>c</p>"), "a **b** c\n");
        assert_eq!(md("<p><b>Срок:</b>14 дней</p>"), "**Срок**:14 дней\n");
        assert_eq!(md("<p>слово<b>«другое»</b></p>"), "слово«**другое»**\n");
        assert_eq!(md("<p><b>a</b><strong>b</strong></p>"), "**ab**\n");
        assert_eq!(md("<p><b></b>x<i> </i>y</p>"), "x y\n");
    }

    #[test]
    fn lists_of_word_are_lists() {
        let item = |text: &str| format!("<p class=MsoListParagraphCxSpMiddle><span>{text}</span></p>");
        let bullet = |text: &str| item(&format!("·<span>&nbsp;&nbsp;</span></span>{text}<span>"));
        let number = |text: &str| item(&format!("1.<span>&nbsp;</span></span>{text}<span>"));
        let html = [bullet("<b>раз</b>"), bullet("два"), number("три"), item("четыре"), "<p>· пять</p>".to_owned()];
        assert_eq!(md(&html.concat()), "- **раз**\n- два\n\n1. три\n\nчетыре\n\n· пять\n");
    }

    #[test]
    fn what_cannot_be_kept_is_said() {
        let made = markdown(
            "<p>a</p>\n<iframe src='https://v.example/1'></iframe>\n<script>x</script><form><input value=1>b</form>",
        );
        assert_eq!(made.markdown, "a\n\n<https://v.example/1>\n\nb\n");
        let lost: Vec<String> = made.lost.iter().map(|(line, what)| format!("{line} {what:?}")).collect();
        assert_eq!(lost, ["2 Unsupported { what: \"<iframe>\" }", "3 Unsupported { what: \"<form>\" }"]);
    }

    #[test]
    fn depth_and_size_have_limits() {
        let deep = format!("{}x{}", "<div><ul><li>".repeat(20_000), "</li></ul></div>".repeat(20_000));
        assert!(md(&deep).contains('x'));
        let open = "<b>".repeat(50_000) + "x";
        assert!(md(&open).contains('x'));
        let wide = format!("<table><tr>{}</tr></table>", "<td>1".repeat(10_000));
        assert!(md(&wide).len() < 1 << 20);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_html_panics(parts in proptest::collection::vec(proptest::prop_oneof![
            proptest::sample::select(vec!["<p>", "</p>", "<li>", "<ul>", "</ul>", "<b>", "</b>", "<i>", "<table>", "<tr>", "<td>", "</table>", "<a href=x>", "</a>", "<img src=y>", "<pre>", "</pre>", "<h2>", "</h2>", "<br>", "<!--", "-->", "<code>", "&nbsp;", "*", "\n"]).prop_map(str::to_owned),
            "\\PC{0,6}",
        ], 0..40)) {
            let _ = md(&parts.concat());
        }
    }
    use proptest::strategy::Strategy;
}
