//! What an author writes and what becomes of it: facts about files through [`Article::parse`], and about sets of files
//! through [`Library`]. Bad input is part of them.

mod notes;

use std::sync::Arc;
use std::time::{Duration, Instant};

use otvet::article::library::{Attachment, Naming, Resolved, Rules, attachments_wanted, is_article};
use otvet::article::markdown::{Destination, for_reader};
use otvet::article::{Article, Lexicon, Library, Status};
use otvet::audience::{Access, AudienceSet, Audiences};
use otvet::diagnostic::{Diagnostic, Severity};
use otvet::revision::{ObjectId, Revision};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn rules() -> Rules {
    let audiences = Audiences::default();
    let default_audience = audiences.get("internal").expect("known");
    Rules { audiences, default_audience }
}

fn parse_bytes(path: &str, bytes: &[u8]) -> Article {
    Article::parse(path, ObjectId::default(), bytes, &rules())
}

fn parse(text: &str) -> Article {
    parse_bytes("a/b.md", text.as_bytes())
}

/// A library of files that are articles, and of others by name.
fn library(files: &[(&str, &str)]) -> Library {
    let (articles, others): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| is_article(path));
    let articles = articles.into_iter().map(|(path, text)| Arc::new(parse_bytes(path, text.as_bytes()))).collect();
    let others: Vec<String> = others.into_iter().map(|(path, _)| (*path).to_owned()).collect();
    let attachment = || Attachment { blob: ObjectId::default(), bytes: Arc::from(&b"x"[..]), media_type: "image/png" };
    let pictures = others.iter().filter(|path| path.ends_with(".png")).map(|path| (path.clone(), attachment()));
    let revision = Revision { commit: ObjectId::default(), tree: ObjectId::default() };
    Library::new(revision, articles, pictures.collect(), others, Lexicon::default(), Vec::new())
}

fn shown(findings: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| {
        let message = otvet::text::findings::message(otvet::text::Lang::En, &d.finding);
        let remedy = otvet::text::findings::remedy(otvet::text::Lang::En, &d.finding);
        format!("{}:{}:{} {} {message} | {remedy}", d.path, d.line, d.column, d.finding.code())
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The HTML with every link leading to `#`.
fn html(article: &Article, notes: bool) -> String {
    article.body.render(notes, &mut |_| Some(Destination { href: "#".to_owned(), title: None }))
}

/// The HTML with links resolved.
fn resolved(library: &Library, path: &str) -> String {
    let number = library.by_path(path).expect("an article");
    let article = &library.articles()[number];
    article.body.render(false, &mut |link| {
        let (href, title) = match library.resolve(number, &article.links[link], &Naming::of_all()) {
            Resolved::Article(to, heading) => {
                let to = &library.articles()[to];
                (format!("/a/{}{}", to.slug, heading.map(|id| format!("#{id}")).unwrap_or_default()), Some(&to.title))
            }
            Resolved::Attachment(path) => (format!("/files/{path}"), None),
            Resolved::Outside(address) => (address.to_owned(), None),
            Resolved::Heading(id) => (format!("#{id}"), None),
            Resolved::Nowhere => return None,
        };
        Some(Destination { href, title: title.cloned() })
    })
}

// One file

#[test]
fn plain_file_needs_nothing() {
    let article = parse("# Возврат товара\n\nВернём за 14 дней.\n\n## Условия\n\nБез чека.\n");
    assert_eq!(article.title, "Возврат товара");
    assert_eq!(article.slug.as_str(), "a/b");
    assert_eq!(article.lang, "ru");
    assert_eq!(article.meta.status, Status::Current);
    assert_eq!(article.meta.audience, rules().default_audience);
    assert_eq!(article.answers[0].text, "Вернём за 14 дней.");
    assert_eq!(article.answers[0].markdown, "Вернём за 14 дней.");
    assert_eq!(
        html(&article, false),
        "<p>Вернём за 14 дней.</p>\n<h2 id=\"usloviya\">Условия</h2>\n<p>Без чека.</p>\n"
    );
    assert_eq!(shown(&article.diagnostics), "");
    assert_eq!(parse("").title, "b");
    assert_eq!(parse_bytes("a/Без_чека-2.md", b"text").title, "Без чека 2");
    assert_eq!(parse("text\n\n### First *heading*\n").title, "First heading");
}

#[test]
fn first_heading_that_says_something_else_than_the_title_stays() {
    let article = parse("---\ntitle: Возврат\n---\n# ВОЗВРАТ\ntext");
    assert_eq!(html(&article, false), "<p>text</p>\n");
    let article = parse("---\ntitle: Возврат\n---\n# Обмен\ntext");
    assert_eq!(html(&article, false), "<h1 id=\"obmen\">Обмен</h1>\n<p>text</p>\n");
    assert_eq!(article.answers[0].text, "text");
}

#[test]
fn answers_are_what_is_marked_without_what_is_internal() {
    let article = parse(
        "---\ntitle: t\n---\n\
         > [!ANSWER email]\n> Здравствуйте!\n>\n> - раз\n> - два [сюда](https://x.y)\n>\n> > [!INTERNAL]\n> > секрет\n\n\
         Между.\n\n> [!answer]\n> Да, [можно](other.md).\n",
    );
    let [general, email] = &article.answers[..] else { panic!("two answers: {:?}", article.answers) };
    assert_eq!((general.channel.as_deref(), general.text.as_str()), (None, "Да, можно."));
    assert_eq!(general.markdown, "Да, [можно](other.md).");
    assert_eq!(email.channel.as_deref(), Some("email"));
    assert_eq!(email.text, "Здравствуйте!\n\n- раз\n- два сюда (https://x.y)");
    assert_eq!(email.markdown, "Здравствуйте!\n\n- раз\n- два [сюда](https://x.y)");
    assert_eq!(
        email.html.render(true, &mut |_| None),
        "<p>Здравствуйте!</p>\n<ul>\n<li>раз</li>\n<li>два <span class=\"broken-link\">сюда</span></li>\n</ul>\n"
    );
    assert_eq!(article.sections[0].notes, "секрет");
    insta::assert_snapshot!(html(&article, true), @r##"
    <section class="answer" data-channel="email">
    <p>Здравствуйте!</p>
    <ul>
    <li>раз</li>
    <li>два <a href="#">сюда</a></li>
    </ul>
    <aside class="note-internal">
    <p>секрет</p>
    </aside>
    </section>
    <p>Между.</p>
    <section class="answer">
    <p>Да, <a href="#">можно</a>.</p>
    </section>
    "##);
}

#[test]
fn article_with_front_matter_and_no_answer_is_told() {
    let article = parse("---\ntitle: t\n---\n## Условия\ntext\n");
    assert_eq!(shown(&article.diagnostics).split(' ').next(), Some("a/b.md:4:1"));
    assert_eq!(shown(&parse("## Условия\ntext\n").diagnostics), "");
}

#[test]
fn markdown_of_github_is_understood() {
    let article = parse(
        "| a | b |\n|:-:|--:|\n| 1 | ~~2~~ |\n\n- [x] done\n- [ ] open\n\n> [!WARNING]\n> Осторожно.\n\nx[^n] https://a.b/c_d.\n\n[^n]: note\n\n\
         ## Раз {#ein .class k=v}\n\n## Раз\n\n## Раз\n\n## location\n",
    );
    insta::assert_snapshot!(html(&article, false), @r##"
    <div class="table-scroll"><table>
    <thead>
    <tr><th class="align-center">a</th><th class="align-right">b</th></tr></thead><tbody>
    <tr><td class="align-center">1</td><td class="align-right"><del>2</del></td></tr>
    </tbody></table></div>
    <ul>
    <li><input type="checkbox" disabled checked> done</li>
    <li><input type="checkbox" disabled> open</li>
    </ul>
    <aside class="alert alert-warning">
    <p>Осторожно.</p>
    </aside>
    <p>x<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup> <a href="#">https://a.b/c_d</a>.</p>
    <h2 id="ein">Раз</h2>
    <h2 id="raz">Раз</h2>
    <h2 id="raz-2">Раз</h2>
    <h2 id="h-location">location</h2>
    <section class="footnotes">
    <div class="footnote" id="fn-1"><sup>1</sup>
    <p>note</p>
    </div>
    </section>
    "##);
    let ids: Vec<_> = article.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(ids, ["", "ein", "raz", "raz-2", "h-location"]);
    assert_eq!(article.sections[0].text, "a | b\n1 | 2\ndone\nopen\nОсторожно.\nx https://a.b/c_d.\nnote");
}

/// The ids of headings are put in later, which moves what stands behind them.
#[test]
fn footnotes_in_headings_are_left_out_of_answers() {
    let article = parse("# t[^1]\n\nДа[^1]!\n\n- # Я[^1]ё\n\n## b\n\n[^1]: c\n");
    let answer = article.answers[0].html.render(true, &mut |_| None);
    assert_eq!(answer, "<p>Да!</p>\n<ul>\n<li>\n<h1 id=\"yae\">Яё</h1>\n</li>\n</ul>\n");
}

#[test]
fn dangerous_html_is_gone_and_harmless_html_stays() {
    let article = parse(
        "<script>alert(1)</script>\n\na <b onclick=x style=y>b</b> <img src=x onerror=alert(1)> <kbd>c</kbd>\n\n\
         <a href=\"javascript:x\">d</a> [e](javascript:x) <svg/onload=x> ![f](https://t.r/pixel.png)\n\n\
         <details><summary>g</summary>\n\n*h*\n\n</details>\n\n<div><p>open\n",
    );
    insta::assert_snapshot!(article.body.render(false, &mut |_| None), @r#"
    <p>a <b>b</b>  <kbd>c</kbd></p>
    <p><span class="broken-link">d</span> <span class="broken-link">e</span> &lt;svg/onload=x&gt; <span class="broken-link">f</span></p>
    <details><summary>g</summary>
    <p><em>h</em></p>
    </details>
    <div><p>open
    </p></div>
    "#);
    let codes: Vec<_> = article.diagnostics.iter().map(|d| (d.line, d.finding.code())).collect();
    assert_eq!(codes, [(1, "KB034"), (3, "KB032"), (5, "KB022"), (5, "KB022"), (5, "KB022")]);
}

#[test]
fn encodings_are_read_or_told() {
    let text = "\u{feff}---\r\ntitle: Возврат\r\n---\r\nДа.\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &utf16] {
        let article = parse_bytes("a.md", bytes);
        assert_eq!((article.title.as_str(), article.answers[0].text.as_str()), ("Возврат", "Да."));
        assert!(!article.source.text().contains(['\r', '\u{feff}']));
    }
    let article = parse_bytes("a.md", b"\xc2\xee\xe7\xe2\xf0\xe0\xf2");
    assert_eq!(article.diagnostics[0].finding.code(), "KB040");
    assert!(!article.readable);
    assert!(!article.visible_to(Access::reader(Audiences::default().all())));
    assert!(article.visible_to(Access::editor()));
}

#[test]
fn places_count_characters_of_the_whole_file() {
    let article = parse("---\ntitle: t\n---\n\nОтвет. ёё [x](javascript:y)\n\n> - [z](../../../q)\n");
    let places: Vec<_> = article.links.iter().map(|link| (link.line, link.column)).collect();
    assert_eq!(places, [(5, 11), (7, 5)]);
    let findings: Vec<_> = article.diagnostics.iter().map(|d| (d.line, d.column)).collect();
    assert_eq!(findings, places);
}

#[test]
fn file_over_the_limit_is_not_parsed() {
    let article = parse_bytes("big.md", &vec![b'a'; 20 << 20]);
    assert_eq!(article.diagnostics[0].finding.code(), "KB041");
    assert!(!article.readable && article.source.is_empty());
}

#[test]
fn too_complex_text_keeps_its_title_and_audience() {
    let deep = "> ".repeat(40);
    let article = parse(&format!("---\ntitle: Глубоко\naudience: public\n---\nx\n\n{deep}y\n"));
    assert_eq!(article.title, "Глубоко");
    assert!(article.readable && article.meta.audience == AudienceSet::PUBLIC);
    assert!(article.answers.is_empty() && html(&article, true).is_empty());
    assert_eq!(shown(&article.diagnostics).lines().count(), 1);
    assert_eq!((article.diagnostics[0].line, article.diagnostics[0].finding.severity()), (7, Severity::Error));
}

/// Families of texts on which Markdown parsers are known to take quadratic time or more.
#[test]
fn no_text_takes_long() {
    let n = 256 << 10;
    let families: [(&str, String); 24] = [
        ("quotes and stars", "> ".repeat(n / 4) + &"* ".repeat(n / 4)),
        ("quotes and lines", ">".repeat(n / 3) + &"a\n".repeat(n / 3)),
        ("quoted metadata", "> ---\n".repeat(n / 6)),
        ("open brackets", "[".repeat(n)),
        ("image brackets", "![".repeat(n / 2)),
        ("wiki brackets", "[[".repeat(n / 2)),
        ("image wiki brackets", "![[".repeat(n / 3)),
        ("closed brackets", "[".repeat(n / 2) + &"]".repeat(n / 2)),
        ("links in links", "[a](".repeat(n / 4)),
        ("emphasis", "*a ".repeat(n / 3)),
        ("underscores", "_a **b ".repeat(n / 7)),
        ("strikes", "~~a ".repeat(n / 4)),
        ("backticks", (1..700).map(|i| "`".repeat(i) + " ").collect()),
        ("open tags", "<a ".repeat(n / 3)),
        ("tags", "<b>".repeat(n / 3)),
        ("divs", "<div>\n\n".repeat(n / 7)),
        ("comments", "<!--".repeat(n / 4)),
        ("instructions", "<?".repeat(n / 2)),
        ("nested lists", (0..700).map(|i| " ".repeat(i) + "- a\n").collect()),
        (
            "deep lists and empty lines",
            (0..80).map(|i| " ".repeat(2 * i) + "- a\n").collect::<String>() + &"\n".repeat(n),
        ),
        ("links on one line", "[a](b) ".repeat(n / 7)),
        ("bare addresses", "http://a.b ".repeat(n / 11)),
        ("marks", "> [!INTERNAL]\n".repeat(n / 14)),
        ("headings", "# a\n".repeat(n / 4)),
    ];
    for (name, text) in families {
        let start = Instant::now();
        let article = parse(&text);
        let _ = html(&article, false);
        let time = start.elapsed();
        assert!(time < Duration::from_secs(5), "{name}: {time:?}");
    }
}

// Sets of files

#[test]
fn paths_of_any_script_work_from_end_to_end() {
    let library = library(&[
        (
            "Возвраты/Без чека.md",
            "# Без чека\n\n[условия](<../Доставка/README.md#Условия возврата>) ![схема](Схема%20один.png)\n",
        ),
        (
            "Доставка/README.md",
            "# Доставка\n\n## Условия возврата\n\n[назад](../Возвраты/Без%20чека.md) [[без чека]]\n",
        ),
        ("Возвраты/Схема один.png", ""),
    ]);
    assert_eq!(shown(library.diagnostics()), "");
    assert_eq!(library.by_slug("Возвраты/Без-чека", &Naming::of_all()), Some(0));
    assert_eq!(
        resolved(&library, "Возвраты/Без чека.md"),
        "<p><a href=\"/a/%D0%94%D0%BE%D1%81%D1%82%D0%B0%D0%B2%D0%BA%D0%B0/README#usloviya-vozvrata\">условия</a> \
         <img src=\"/files/%D0%92%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82%D1%8B/%D0%A1%D1%85%D0%B5%D0%BC%D0%B0%20%D0%BE%D0%B4%D0%B8%D0%BD.png\" \
         alt=\"схема\" loading=\"lazy\"></p>\n"
    );
}

#[test]
fn links_find_articles_by_every_name() {
    let target = "---\ntitle: Обмен товара\nslug: obmen\nredirect_from: old/obmen\n---\nДа.\n\n## Сроки\n";
    for link in [
        "[x](../c/target.md)",
        "[x](../c/target)",
        "[x](/c/target.md)",
        "[x](/a/obmen)",
        "[x](/a/old/obmen)",
        "[[obmen]]",
        "[[obmen|x]]",
        "[[old/obmen]]",
        "[[c/target]]",
        "[[c/target.md]]",
        "[[Target]]",
        "[[обмен ТОВАРА]]",
        "[x](../c/target.md#sroki)",
        "[[obmen#Сроки]]",
        "[x](../c/target.md#%D1%81%D1%80%D0%BE%D0%BA%D0%B8)",
        "[x](../c/target.md#обмен-товара)",
    ] {
        let library = library(&[("b/a.md", link), ("c/target.md", target)]);
        assert_eq!(shown(library.diagnostics()), "", "{link}");
        let from = library.by_path("b/a.md").expect("an article");
        let to = library.by_path("c/target.md").expect("an article");
        let heading = link.to_lowercase().contains(['#']) && !link.contains("обмен-товара");
        let all = Naming::of_all();
        let resolved = library.resolve(from, &library.articles()[from].links[0], &all);
        assert_eq!(resolved, Resolved::Article(to, heading.then_some("sroki")), "{link}");
        assert_eq!(library.backlinks(to, &all).len(), 1, "{link}");
    }
    let library = library(&[("b/README.md", "x"), ("c/a.md", "[x](../b/) [y](../b) [z](b.md)"), ("c/b.md", "[[a]]")]);
    assert_eq!(shown(library.diagnostics()), "");
}

#[test]
fn broken_links_are_told_with_what_was_meant() {
    let library = library(&[
        ("a.md", "[x](moved.md) [[vozvart]] [y](new/vozvrat.md#nope) [z](#nope) ![w](none.png) [v](notes.exe)\n"),
        ("new/moved.md", "x"),
        (
            "new/vozvrat.md",
            "---\nslug: vozvrat\nrelated: [\n  vozvart]\nsuperseded_by: /gone/\n---\nx\n\n## Eins\n## Zwei\n",
        ),
        ("notes.exe", ""),
    ]);
    insta::assert_snapshot!(shown(library.diagnostics()), @r"
    a.md:1:1 KB020 the link `moved.md` leads nowhere | Did you mean `new/moved.md`?
    a.md:1:15 KB020 the link `vozvart` leads nowhere | Did you mean `vozvrat`?
    a.md:1:27 KB021 the link `new/vozvrat.md#nope` names a heading that is not there | Its headings are #eins, #zwei.
    a.md:1:52 KB021 the link `#nope` names a heading that is not there | The article has no headings; drop the part from `#` on.
    a.md:1:63 KB020 the link `none.png` leads nowhere | Put the file there, or correct the target.
    a.md:1:78 KB055 files of this kind are not served: `notes.exe` | Put in a file that is served: a picture, PDF, text, table, sound or film.
    new/vozvrat.md:4:3 KB023 `related` names the unknown article `vozvart` | Did you mean `vozvrat`?
    new/vozvrat.md:5:16 KB023 `superseded_by` names the unknown article `gone` | Write the slug of an existing article.
    ");
}

#[test]
fn slug_that_two_claim_goes_to_the_first_path_whatever_the_order() {
    let files = [
        ("a/x.md", "---\nslug: z\n---\nx"),
        ("b.md", "---\ntitle: b\nslug: z\n---\nx"),
        ("c d.md", "x"),
        ("c-d.md", "x"),
        ("z.md", "---\nredirect_from: [a/x, c-d, b]\n---\nx"),
    ];
    let mut backwards = files;
    backwards.reverse();
    for files in [files, backwards] {
        let library = library(&files);
        let slugs: Vec<_> = library.articles().iter().map(|article| article.slug.as_str()).collect();
        assert_eq!(slugs, ["z", "b", "c-d", "c-d-2", "z-2"]);
        assert_eq!(library.redirect("a/x", &Naming::of_all()), Some(4));
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown(library.diagnostics()), @"
            b.md:3:7 KB011 slug `z` is taken by `a/x.md` | Give one of the two articles another `slug`; until then this one has its path as slug.
            c-d.md:1:1 KB011 slug `c-d` is taken by `c d.md` | Give one of the two articles another `slug`; until then this one has its path as slug.
            z.md:1:1 KB011 slug `z` is taken by `a/x.md` | Give one of the two articles another `slug`; until then this one has its path as slug.
            z.md:2:22 KB012 the address `c-d` is taken by `c d.md` | Remove it from `redirect_from` here or there.
            z.md:2:27 KB012 the address `b` is taken by `b.md` | Remove it from `redirect_from` here or there.
            ");
        }
    }
}

#[test]
fn article_that_a_reader_may_not_see_takes_no_name_from_one_he_may() {
    let file = |audience: &str, rest: &str| format!("---\naudience: [{audience}]\n{rest}\n---\nx");
    let library = library(&[
        ("a.md", &file("stores", "slug: z\ntitle: Лимит")),
        ("b.md", &file("operators", "slug: z\ntitle: Лимит\nredirect_from: [old]")),
        ("c.md", &file("public", "slug: y\nstatus: draft")),
        ("d.md", &file("stores", "slug: y\nredirect_from: [old]")),
        ("links.md", "---\naudience: [stores, operators]\n---\n[[z]] [[Лимит]] [[old]]"),
        ("y.md", &file("public", "title: Лимит")),
    ]);
    let slugs = |audiences: &[&str]| {
        let access = Access::reader(rules().audiences.set(audiences).expect("known"));
        let naming = library.naming(access);
        let seen = (0..6).filter_map(|number| library.seen(number, &naming));
        let slugs = seen.map(|article| format!("{} is {}", article.path, article.slug)).collect::<Vec<_>>().join(", ");
        let links = &library.articles()[4].links;
        let leads = links.iter().map(|link| match library.resolve(4, link, &naming) {
            Resolved::Article(to, _) => library.articles()[to].path.to_string(),
            other => format!("{other:?}"),
        });
        // Whoever sees the link sees it among the links back of what it leads him to.
        for (number, link) in links.iter().enumerate() {
            if let (Resolved::Article(to, _), true) = (library.resolve(4, link, &naming), audiences != ["public"]) {
                assert_eq!(library.backlinks(to, &naming), [4], "{audiences:?} {number}");
            }
        }
        format!("{slugs} | {}", leads.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(slugs(&["public"]), "y.md is y | Nowhere y.md Nowhere");
    assert_eq!(slugs(&["stores"]), "a.md is z, d.md is d, links.md is links, y.md is y | a.md y.md d.md");
    assert_eq!(slugs(&["operators"]), "b.md is z, links.md is links, y.md is y | b.md y.md b.md");
    assert_eq!(
        slugs(&["stores", "operators"]),
        "a.md is z, b.md is b, d.md is d, links.md is links, y.md is y | a.md y.md b.md"
    );
}

#[test]
fn slug_is_claimed_anew_when_its_holder_is_gone() {
    let claim = "---\nslug: z\n---\nx";
    let both = library(&[("a.md", claim), ("b.md", claim)]);
    let second = both.articles()[1].clone();
    assert_eq!(second.slug.as_str(), "b");
    let revision = both.revision();
    let alone = Library::new(revision, vec![second], Vec::new(), Vec::new(), Lexicon::default(), Vec::new());
    assert_eq!(alone.articles()[0].slug.as_str(), "z");
}

#[test]
fn what_only_notes_refer_to_is_known_to_be_so() {
    let library = library(&[
        ("a.md", "---\naudience: public\n---\n# a\n\n> [!INTERNAL]\n> [[b]] ![p](secret.png)\n"),
        ("b.md", "---\naudience: public\n---\n[[c]] ![p](open.png)\n\n> [!INTERNAL]\n> [[c]]\n"),
        ("c.md", "---\naudience: public\n---\nx"),
        ("open.png", ""),
        ("secret.png", ""),
    ]);
    let public = library.naming(Access::reader(AudienceSet::PUBLIC));
    let staff = library.naming(Access::reader(rules().audiences.all()));
    assert_eq!((library.backlinks(1, &public), library.backlinks(1, &staff)), (vec![], vec![0]));
    assert_eq!((library.backlinks(2, &public), library.backlinks(2, &staff)), (vec![1], vec![1]));
    assert_eq!(library.attachment("open.png").expect("attached").1, [1]);
    assert!(library.attachment("secret.png").expect("attached").1.is_empty());
    assert_eq!(library.attachment_in_notes("secret.png"), [0]);
    let wanted = attachments_wanted(library.articles(), |path| path.ends_with(".png"));
    assert_eq!(wanted, ["open.png", "secret.png"]);
}

#[test]
fn every_finding_has_words_in_both_languages() {
    let library = library(&[("a.md", "---\nownr: x\n---\n> [!ANSWER]\n> x\n\n> [!ANSWER]\n> y\n\n![](p.png)\n")]);
    for finding in library.diagnostics() {
        for lang in [otvet::text::Lang::Ru, otvet::text::Lang::En] {
            assert!(!otvet::text::findings::message(lang, &finding.finding).is_empty());
            assert!(!otvet::text::findings::remedy(lang, &finding.finding).is_empty());
        }
    }
    assert_eq!(library.diagnostics().len(), 4, "{}", shown(library.diagnostics()));
}

// Properties

/// Pieces of Markdown that mean something, to be put together at random.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "> ",
        ">",
        "- ",
        "1. ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "# ",
        "## ",
        "```\n",
        "---\n",
        "title: a\n",
        "[!INTERNAL]\n",
        "[!ANSWER]\n",
        "[!ANSWER x]\n",
        "[!NOTE]\n",
        "[",
        "]",
        "(",
        ")",
        "[[",
        "]]",
        "|",
        "|-|-|\n",
        "| a | b |\n",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "<b>",
        "</b>",
        "<div>\n",
        "</div>\n",
        "<a href=x>",
        "</a>",
        "<img src=a.png alt=b>",
        "<script>",
        "<!--",
        "-->",
        "<table>",
        "<td>",
        "</aside>",
        "![",
        "](b.md)",
        "](https://x.y)",
        "[^1]",
        "[^1]: ",
        "{#id}",
        "&amp;",
        "\\",
        "https://a.b",
        "x",
        "слово ",
        "\t",
        "\u{0}",
        "\u{feff}",
        "\u{e000}",
        "\r\n",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => "\\PC{0,4}"]
}

fn markdown() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parse_never_panics(text in markdown(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        for bytes in [text.as_bytes(), &bytes] {
            let article = parse_bytes("a/b.md", bytes);
            for notes in [false, true] {
                let _ = article.body.render(notes, &mut |link| (link % 2 == 0).then(|| Destination { href: "x".to_owned(), title: None }));
                let _ = for_reader(&article, notes);
            }
            let _ = Lexicon::parse("_lexicon.yml", bytes);
        }
    }

    /// Of our own HTML nothing is left open, and no tag or attribute comes from an author that is not allowed.
    #[test]
    fn html_holds_allowed_tags_only(text in markdown()) {
        let article = parse(&text);
        let html = article.body.render(true, &mut |link| Some(Destination { href: article.links[link].written.clone(), title: None }));
        let clean = html.to_ascii_lowercase();
        for bad in ["<script", "<svg", "<style", "onclick", "href=\"javascript"] {
            prop_assert!(!clean.contains(bad), "{html}");
        }
    }

    /// A changed byte in front matter never shows an article to more readers, unless it is in the line that says who.
    #[test]
    fn front_matter_change_never_widens_the_audience(at in 0usize..400, byte in any::<u8>(), remove in any::<bool>()) {
        let head = "---\n";
        let others = "title: Возврат товара\nstatus: current\nquestions:\n  - Можно ли?\nowner: petrova\nreview: {every: 90d}\n";
        let audience = "audience: [operators]\n";
        let rest = "tags: [возврат, \"обмен\"]\nverified: {by: petrova, on: 2026-11-12}\n---\nОтвет.\n";
        let text = format!("{head}{others}{audience}{rest}");
        let line = head.len() + others.len() - 1;
        let at = head.len() + at % (text.len() - head.len() - audience.len());
        let at = if at < line { at } else { at + audience.len() };
        let mut bytes = text.into_bytes();
        if remove {
            bytes.remove(at);
        } else {
            bytes[at] = byte;
        }
        let rules = Rules { default_audience: AudienceSet::PUBLIC, ..rules() };
        let article = Article::parse("a.md", ObjectId::default(), &bytes, &rules);
        let operators = rules.audiences.get("operators").expect("known");
        prop_assert!(!article.readable || operators.covers(article.meta.audience), "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn both_sides_of_a_merge_are_not_published_unseen() {
    let text = "---\ntitle: А\n---\nТекст.\n\n<<<<<<< HEAD\n14 дней.\n=======\n30 дней.\n>>>>>>> other\n";
    assert!(shown(&parse(text).diagnostics).contains("6:1 KB039"));
    let plain = "---\ntitle: А\n---\n> [!ANSWER]\n> Да.\n\nЗаголовок\n=======\n\nТекст с `<<<<<<< HEAD` внутри.\n";
    assert!(!shown(&parse(plain).diagnostics).contains("KB039"));
}

#[test]
fn pointer_of_git_lfs_is_no_article() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
    let article = parse(pointer);
    assert!(!article.readable && shown(&article.diagnostics).contains("git LFS"), "{}", shown(&article.diagnostics));
}
