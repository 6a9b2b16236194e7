//! Internal notes: what a note says reaches nobody without notes, however its author went wrong, and the author is told.

use otvet::article::Article;
use otvet::article::markdown::{Target, for_reader};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{html, markdown, parse, shown};

/// Everything of an article that a reader without notes, a customer or a bot may be given, with its name.
fn public_parts(article: &Article) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("title", article.title.clone()),
        ("html", html(article, false)),
        ("html without links", article.body.render(false, &mut |_| None)),
        ("markdown", for_reader(article, false)),
    ];
    for section in &article.sections {
        parts.push(("section", format!("{} {} {}", section.id, section.title, section.text)));
    }
    for answer in &article.answers {
        parts.push(("answer's text", answer.text.to_string()));
        parts.push(("answer's markdown", answer.markdown.to_string()));
        for notes in [false, true] {
            parts.push(("answer's html", answer.html.render(notes, &mut |_| None)));
        }
    }
    for link in article.links.iter().filter(|link| !link.in_note) {
        parts.push(("link", format!("{} {:?}", link.written, link.target)));
    }
    parts
}

/// Returns where a word of a note got out, if it did.
fn leak(article: &Article, canary: &str) -> Option<String> {
    public_parts(article)
        .into_iter()
        .find(|(_, part)| part.contains(canary))
        .map(|(name, part)| format!("{name}: {part}"))
}

fn codes(article: &Article) -> Vec<&'static str> {
    article.diagnostics.iter().map(|found| found.finding.code()).collect()
}

#[test]
fn whatever_looks_like_an_internal_note_is_kept_internal() {
    for text in [
        "> [!INTERNAL]\n> секрет",
        "> [!internal] секрет",
        ">[!Internal]\n>секрет\nсекрет",
        "- x\n\n  > [!INTERNAL]\n  > секрет",
        "> x\n>\n> > [!INTERNAL]\n> > секрет",
        "> [!ANSWER]\n> x\n> [!INTERNAL]\n> секрет",
        "> [!ANSWER]\n> x\n>\n> [!INTERNAL]\n> секрет",
        "> [!NOTE]\n> [!INTERNAL]\n> секрет",
        "> [!INTRENAL]\n> секрет",
        "> [!INTERNAL]\n> [x](https://x.y) секрет\n> ## секрет\n> `секрет` <b>секрет</b>",
        "[!INTERNAL]\nсекрет",
        "<div>\n> [!INTERNAL]\n> секрет\n</div>",
        "<table>\n\n> [!INTERNAL]\n> <tr><td>секрет",
        "> [!INTERNAL]\n> </aside></div>\n> секрет",
        "> [!INTERNAL]\n> | a | секрет |\n> |---|---|\n> | секрет | b |",
        "1. > [!INTERNAL]\n   > секрет",
        "> [!INTERNAL]\n\n<!-- секрет -->",
        "> [!INTERNAL]\n> секрет\n\n</a><script>\n\n<b>",
        "> **[!INTERNAL]**\n> секрет",
        "> `[!INTERNAL]`\n> секрет",
    ] {
        let article = parse(&format!("# t\n\nanswer\n\n{text}\n\nend\n"));
        assert_eq!(leak(&article, "секрет"), None, "{text}");
        assert!(text.contains("<!--") || html(&article, true).contains("секрет"), "{text}");
        assert!(for_reader(&article, false).contains("end"), "{text}");
    }
}

#[test]
fn note_in_code_that_was_left_open_is_kept_internal() {
    let article = parse("# t\n\nanswer\n\n```\ncode\n\n> [!INTERNAL]\n> секрет\n");
    assert_eq!(html(&article, false), "<p>answer</p>\n");
    assert!(!for_reader(&article, false).contains("секрет"));
    assert_eq!(article.diagnostics[0].finding.code(), "KB035");
    let article = parse("# t\n\nanswer\n\n```\n> [!INTERNAL]\n> x\n```\n");
    assert!(html(&article, false).contains("[!INTERNAL]") && article.diagnostics.is_empty());
}

#[test]
fn misplaced_and_misspelt_marks_are_told() {
    let article = parse("# t\n\n> [!ANSWER]\n> x\n> [!INTERNAL]\n> y\n\n> [!ANSWR]\n> z\n\n```\n> [!INTERNAL]\n```\n");
    insta::assert_snapshot!(shown(&article.diagnostics), @"
    a/b.md:5:3 KB035 `[!INTERNAL]` does not begin a block quote | Put an empty line before the quote, and the mark on the quote's first line: `> [!INTERNAL]`. Until then what holds an internal mark is shown to staff only.
    a/b.md:8:3 KB036 unknown mark `[!ANSWR]` | Did you mean `[!ANSWER]`?
    ");
}

/// HTML that is open where a note begins takes the note's mark with it.
#[test]
fn html_opened_before_a_note_does_not_open_the_note() {
    for (open, close) in [
        ("<!--", "-->"),
        ("<!-- draft\n", "-->"),
        ("text <!--", "-->"),
        ("<?php", "?>"),
        ("<![CDATA[", "]]>"),
        ("<!X", ">"),
        ("<script>", "</script>"),
        ("<style>", "</style>"),
        ("<pre>", "</pre>"),
        ("<textarea>", "</textarea>"),
        ("<details>", "</details>"),
        ("<div hidden>", "</div>"),
        ("<b title='", "'>"),
        ("- <!--", "-->"),
        ("> <!--", "-->"),
        ("1. <div>", "</div>"),
    ] {
        for gap in ["\n", "\n\n"] {
            for body in [
                format!("> s3cret {close}\n> s3cret\n>\n> s3cret\n"),
                format!("> s3cret\n> {close} s3cret\ns3cret\n"),
                format!("> s3cret\n{close}\n"),
                format!("> s3cret\n>\n> s3cret\n\n{close}\n"),
                "> s3cret\n".to_owned(),
            ] {
                let article = parse(&format!("# t\n\nanswer\n\n{open}{gap}> [!INTERNAL]\n{body}\nend\n"));
                let source = &article.source;
                assert_eq!(leak(&article, "s3cret"), None, "{source}");
                // Where the note was not a note, or not the whole of it, the author is told.
                let told = codes(&article).iter().any(|code| matches!(*code, "KB035" | "KB038"));
                let noted = html(&article, true).matches("note-internal").count() == 1;
                assert!(noted || told, "{source}\n{}", shown(&article.diagnostics));
            }
        }
    }
}

#[test]
fn mark_that_begins_no_quote_hides_what_it_stands_in() {
    for text in [
        "- [!INTERNAL] s3cret\n- s3cret",
        "- a\n- b\n  - [!INTERNAL]\n    s3cret\n\n    s3cret",
        "1. [!INTERNAL]\n\n   s3cret",
        "- [ ] [!INTERNAL] s3cret",
        "## [!INTERNAL] s3cret",
        "[!INTERNAL]\ns3cret\n===",
        "| a |\n|---|\n| [!INTERNAL] s3cret |",
        "text [!INTERNAL] s3cret\ns3cret",
        "> text [!INTERNAL]\n> s3cret",
        "> > text\n> [!INTERNAL] s3cret",
        "> [!NOTE]\n> [!INTERNAL]\n> s3cret",
        "> [!ANSWER]\n> - [!INTERNAL] s3cret",
        "x[^1]\n\n[^1]: [!INTERNAL] s3cret",
        "x[^1]\n\n[^1]: > [!INTERNAL]\n    > s3cret",
        "1. a\n\n        > [!INTERNAL]\n        > s3cret",
        "> text `\n> [!INTERNAL]` s3cret",
        "<p title=\"[!INTERNAL]\">s3cret</p>",
    ] {
        let article = parse(&format!("# t\n\nanswer\n\n{text}\n\nend\n"));
        assert_eq!(leak(&article, "s3cret"), None, "{text}");
        assert!(codes(&article).contains(&"KB035"), "{text}\n{}", shown(&article.diagnostics));
        assert!(html(&article, true).contains("s3cret"), "{text}");
        assert!(html(&article, false).ends_with("<p>end</p>\n"), "{text}\n{}", html(&article, false));
    }
}

#[test]
fn misspelt_mark_of_a_note_still_hides_it() {
    for mark in [
        "[! INTERNAL]",
        "[!\u{a0}INTERNAL]",
        "[!INTER NAL]",
        "[!\u{200b}INTERNAL]",
        "[!INT\u{ad}ERNAL]",
        "[ !INTERNAL]",
        "[！INTERNAL]",
        "[!ＩＮＴＥＲＮＡＬ]",
        "[!ІNТЕRNАL]",
        "[!іntеrnаl]",
        "[!INTERNALS]",
        "[!INTRENAL]",
        "[!INTERN]",
        "[!INTERNAL",
        "[!INTERNAL]: s3cret",
        "[!INTERNAL]:",
        "[!INTERNAL](s3cret)",
        "[INTERNAL]",
        "\\[!INTERNAL\\]",
        "\\[!INTERNAL]",
        "[!PRIVATE]",
        "[!Внутреннее]",
        "[!ВНУТРЕННЯЯ ЗАМЕТКА]",
        "[!Служебное]",
        "[!ИНТЕРНАЛ]",
    ] {
        for text in [format!("> {mark}\n> s3cret"), format!("- x\n\n  > {mark}\n  > s3cret\n  s3cret")] {
            let article = parse(&format!("# t\n\nanswer\n\n{text}\n\nend\n"));
            assert_eq!(leak(&article, "s3cret"), None, "{text}");
            assert!(codes(&article).contains(&"KB036"), "{text}\n{}", shown(&article.diagnostics));
            assert!(for_reader(&article, false).contains("end"), "{text}");
        }
    }
    for mark in ["[!internal]", "[!Internal]", "[!INTERNAL ]", "[!internal\u{a0}]", "[!INTERNAL for shops]"] {
        let article = parse(&format!("# t\n\nanswer\n\n> {mark}\n> s3cret\n"));
        assert_eq!((leak(&article, "s3cret"), shown(&article.diagnostics)), (None, String::new()), "{mark}");
    }
    for other in ["[!INFO]", "[!NOTE]", "[!FAQ]", "[x]", "[1]", "[international](https://x.y)"] {
        let article = parse(&format!("# t\n\n> {other}\n> seen\n"));
        assert!(html(&article, false).contains("seen"), "{other}");
    }
}

/// In closed code on one line or within fences, a mark is only talked about.
#[test]
fn marks_in_code_are_talked_about() {
    for text in
        ["Write `> [!INTERNAL]` first.", "~~~~\n~~~\n> [!INTERNAL]\n~~~\n~~~~", "```md\n> [!INTERNAL]\n> x\n```"]
    {
        let article = parse(&format!("# t\n\n{text}\n\nend\n"));
        assert!(html(&article, false).contains("[!INTERNAL]"), "{text}");
        assert_eq!(shown(&article.diagnostics), "", "{text}");
    }
    // The first fence was never closed, so the second one closes it, and the third opens what nobody closes.
    for text in [
        "```\ncode\n\n> [!INTERNAL]\n> s3cret\n\n```\nother\n```\n",
        "```\ncode\n\n> [!INTERNAL]\n> s3cret\n\n```sh\nother\n```\n",
    ] {
        let article = parse(&format!("# t\n\nanswer\n\n{text}\n"));
        assert_eq!(leak(&article, "s3cret"), None, "{text}");
        assert!(codes(&article).contains(&"KB035"), "{text}");
    }
}

#[test]
fn line_that_runs_on_behind_a_note_is_hidden_with_it() {
    for text in [
        "> [!INTERNAL]\n> ## a\ns3cret",
        "> [!INTERNAL]\n> ```\n> code\n> ```\ns3cret",
        "> [!INTERNAL]\n> | a |\n> |---|\n| s3cret |",
        "> [!INTERNAL]\n> <!-- a\nb --> s3cret",
        "> > [!INTERNAL]\n> > ## a\n> s3cret",
        "- > [!INTERNAL]\n  > ## a\n  s3cret\n\n  s3cret",
        "> [!INTERNAL]\n> ---\ns3cret\n\nend",
    ] {
        let article = parse(&format!("# t\n\nanswer\n\n{text}\n\nend\n"));
        assert_eq!(leak(&article, "s3cret"), None, "{text}");
        assert!(codes(&article).contains(&"KB038"), "{text}\n{}", shown(&article.diagnostics));
        assert!(html(&article, false).ends_with("<p>end</p>\n"), "{text}");
    }
    for text in ["> [!INTERNAL]\n> x\n## seen", "> [!INTERNAL]\n> x\n- seen", "> [!INTERNAL]\n> x\n\nseen"] {
        let article = parse(&format!("# t\n\nanswer\n\n{text}\n"));
        assert!(html(&article, false).contains("seen") && article.diagnostics.is_empty(), "{text}");
    }
}

#[test]
fn byte_order_marks_and_line_ends_do_not_open_a_note() {
    for text in [
        "\u{feff}> [!INTERNAL]\n> s3cret\n",
        "\u{feff}\u{feff}> [!INTERNAL]\n> s3cret\n",
        "# t\r\n\r\n> [!INTERNAL]\r\n> s3cret\r\ns3cret\r\n",
        "# t\r\r> [!INTERNAL]\r> s3cret\r",
        "---\ntitle: t\n---\n\u{feff}> [!INTERNAL]\n> s3cret\n",
        "x\u{2028}> [!INTERNAL]\u{2028}> s3cret\n",
        "x\u{b}> [!INTERNAL]\u{c}> s3cret\n",
        "\t> [!INTERNAL]\n\t> s3cret\n",
    ] {
        assert_eq!(leak(&parse(text), "s3cret"), None, "{text:?}");
    }
}

#[test]
fn footnote_that_only_notes_refer_to_is_part_of_them() {
    let article = parse(
        "# t\n\nanswer[^a]\n\n> [!INTERNAL]\n> limit[^S] and[^a]\n\n[^a]: seen[^b]\n\n[^s]: s3cret[^d]\n\n\
         [^d]: s3cret\n    more s3cret\n\n[^b]: seen too\n\nend\n",
    );
    assert_eq!(leak(&article, "s3cret"), None);
    assert_eq!(shown(&article.diagnostics), "");
    let staff = html(&article, true);
    assert!(staff.contains("more s3cret") && staff.contains("id=\"fn-4\""), "{staff}");
    insta::assert_snapshot!(html(&article, false), @r##"
    <p>answer<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup></p>
    <p>end</p>
    <section class="footnotes">
    <div class="footnote" id="fn-1"><sup>1</sup>
    <p>seen<sup class="footnote-ref"><a href="#fn-2" id="fnref-2">2</a></sup></p>
    </div>
    <div class="footnote" id="fn-2"><sup>2</sup>
    <p>seen too</p>
    </div>
    </section>
    "##);
}

#[test]
fn what_a_note_defines_is_not_defined_outside_of_it() {
    let article = parse(
        "# t\n\nSee [the *list*][x], [x], [x][], ![p][x] and[^n].\n\n> [!INTERNAL]\n> [x] and[^n]\n>\n\
         > [x]: https://s3cret.example/ \"s3cret\"\n>\n> [^n]: s3cret\n",
    );
    assert_eq!(leak(&article, "s3cret"), None);
    assert_eq!(codes(&article), ["KB037"; 5]);
    assert!(html(&article, true).contains("title=\"s3cret\""));
    assert_eq!(html(&article, false), "<p>See [the <em>list</em>][x], [x], [x][], ![p][x] and[^n].</p>\n");
    assert_eq!(article.answers[0].text, "See [the list][x], [x], [x][], ![p][x] and[^n].");
    assert!(article.links.iter().all(|link| link.in_note || link.target == Target::Forbidden));
}

#[test]
fn address_that_only_notes_use_is_not_given_away_as_markdown() {
    let article =
        parse("# t\n\n[a]\n\n> [!INTERNAL]\n> [a] [x]\n\n[x]: https://s3cret.example/\n[a]: https://seen.example/\n");
    assert_eq!(leak(&article, "s3cret"), None);
    assert!(for_reader(&article, false).contains("https://seen.example/"));
    assert_eq!(shown(&article.diagnostics), "");
}

#[test]
fn answer_never_holds_a_note() {
    for text in [
        "> [!ANSWER]\n> Yes.\n>\n> > [!INTERNAL]\n> > s3cret\n>\n> More.",
        "> [!ANSWER]\n> Yes.\n>\n> - > [!INTERNAL]\n>   > s3cret",
        "> [!ANSWER]\n> Yes.\n>\n> - [!INTERNAL] s3cret",
        "> [!ANSWER]\n> Yes. <!--\n> [!INTERNAL] s3cret -->\n> s3cret",
        "> [!INTERNAL]\n> s3cret\n>\n> > [!ANSWER]\n> > s3cret",
        "<div>\n\n> [!ANSWER]\n> Yes <b>\n>\n> > [!INTERNAL]\n> > <table><tr><td>s3cret\n\n</div>",
        "> [!ANSWER]\n> Yes[^1] [x].\n\n> [!INTERNAL]\n> [^1]: s3cret\n>\n> [x]: /s3cret",
        "Yes.\n\n> [!INTERNAL]\n> s3cret\n\nMore.",
    ] {
        let article = parse(&format!("# t\n\n{text}\n\n## More\n"));
        assert_eq!(leak(&article, "s3cret"), None, "{text}");
    }
}

#[test]
fn heading_behind_a_note_is_still_the_title() {
    let article = parse("> [!INTERNAL]\n> # Note\n\n# Title\n\nanswer\n\n## Note\n");
    assert_eq!(article.title, "Title");
    assert_eq!(article.answers[0].text, "answer");
    assert_eq!(html(&article, false), "<p>answer</p>\n<h2 id=\"note\">Note</h2>\n");
}

/// Ways to write a note, right and wrong: what stands before the mark, the mark, and what stands before the lines after it.
fn note() -> impl Strategy<Value = String> {
    let ways: Vec<(&str, &str, &str)> = vec![
        ("> ", "[!INTERNAL]", "> "),
        ("> ", "[!INTERNAL]", "> "),
        (">", "[!internal]", ">"),
        ("> ", "[!INTERNAL]", ""),
        ("> > ", "[!INTERNAL]", "> > "),
        ("> > ", "[!INTERNAL]", "> "),
        ("- > ", "[!INTERNAL]", "  > "),
        ("1. > ", "[!INTERNAL]", "   > "),
        ("  > ", "[!INTERNAL]", "  > "),
        ("- ", "[!INTERNAL]", "  "),
        ("- ", "[!INTERNAL]", ""),
        ("", "[!INTERNAL]", ""),
        ("| ", "[!INTERNAL]", "| "),
        ("## x ", "[!INTERNAL]", ""),
        ("x ", "[!INTERNAL]", ""),
        ("> ", "**[!INTERNAL]**", "> "),
        ("> ", "[! Internal ]", "> "),
        ("> ", "[!ІNTЕRNАL]", "> "),
        ("> ", "[!INTRENAL]", ""),
        ("> ", "\\[!INTERNAL\\]", "> "),
        ("> ", "[!INTERNAL", "> "),
    ];
    let line = markdown().prop_map(|text| text.lines().collect::<Vec<_>>().join(" "));
    (prop::sample::select(ways), prop::collection::vec(line, 0..6)).prop_map(|((before, mark, cont), lines)| {
        let lines = lines.iter().map(|line| {
            // Without all its quote marks only a line of text can belong to the note.
            if cont.trim().len() < before.trim().len() {
                format!("{cont}s3cret {line}\n")
            } else {
                format!("{cont}{line} s3cret\n")
            }
        });
        format!("{before}{mark} s3cret\n{}", lines.collect::<String>())
    })
}

/// HTML and code that may swallow what follows, and other things that reach far.
fn opening() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "<!--",
        "<!-- x\n\n",
        "<?x ",
        "<![CDATA[",
        "<!X ",
        "<script>",
        "<style>\n",
        "<pre>\n\n",
        "<details>\n",
        "<div hidden>",
        "<details>\n\n",
        "<table>\n",
        "<a href=x>",
        "<b title=\"",
        "- x\n  ",
        "- <!--\n",
        "> <!--\n",
        "> x\n",
        "```\n",
        "> ```\n",
        "x[^1]\n",
        "[^1]: x\n",
        "[x][y]\n",
        "[y]: z\n",
        "> [!ANSWER]\n> x\n",
        "> [!NOTE]\n",
        "text ",
        "$",
        "\\",
        "`",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(2048), rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands around a note and in it, and however its mark is written, nobody without notes sees a word of it.
    #[test]
    fn nobody_without_notes_sees_a_note(
        before in markdown(), opening in opening(), gap in prop::sample::select(vec!["\n", "\n\n"]),
        note in note(), after in markdown(),
    ) {
        // Within fences that are closed a note is only talked about.
        let after = after.replace("```", "x").replace("~~", "x");
        let gap = if opening.ends_with('\n') || !opening.is_empty() && gap == "\n" { gap } else { "\n\n" };
        let article = parse(&format!("{before}\n\n{opening}{gap}{note}\n{after}"));
        if article.readable {
            prop_assert_eq!(leak(&article, "s3cret"), None, "{}", article.source);
        }
    }

    /// What a note says changes nothing for those who do not see it.
    #[test]
    fn public_text_does_not_depend_on_what_a_note_says(
        before in markdown(), one in markdown(), other in markdown(), after in markdown(),
    ) {
        let before = before.replace(['<', '`'], "x").replace("~~", "x");
        let with = |inside: &str| {
            // What a note defines is taken from the text around it, of which its author is told.
            let inside = inside.replace("]:", "x").replace('\u{0}', "");
            let inside: String = inside.lines().map(|line| format!("> {line}\n")).collect();
            parse(&format!("{before}\n\n> [!INTERNAL]\n{inside}> x\n\n{after}"))
        };
        let (one, other) = (with(&one), with(&other));
        if one.readable && other.readable {
            prop_assert_eq!(public_parts(&one), public_parts(&other), "{}\n---\n{}", one.source, other.source);
        }
    }
}
