//! Imports: small sources as other systems write them become articles that pass the check, and what is lost is said.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use otvet::check::{self, Settings, State};
use otvet::diagnostic::Severity;
use otvet::import::{Kind, Options, Plan, plan};
use otvet::publish::source::Source;
use otvet::text::{Lang, import as words};
use proptest::strategy::Strategy;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::base::rules;

/// Files of a source.
fn source(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("writes");
    }
    folder
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default()).expect("a file");
        zip.write_all(bytes).expect("writes");
    }
    zip.finish().expect("a ZIP file").into_inner()
}

fn planned(kind: Kind, source: &Path) -> Plan {
    let options = Options { into: "import".to_owned(), ..Options::default() };
    plan(kind, source, &options, Vec::new(), &|_, _| {}).expect("a plan")
}

fn paths(plan: &Plan) -> Vec<&str> {
    plan.planned.iter().map(|file| file.path.as_str()).collect()
}

fn text<'a>(plan: &'a Plan, path: &str) -> &'a str {
    let file =
        plan.planned.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path}: {:?}", paths(plan)));
    std::str::from_utf8(&file.bytes).expect("UTF-8")
}

fn lost(plan: &Plan) -> String {
    let line = |loss: &otvet::diagnostic::loss::Loss| {
        format!("{}:{} {}", loss.source, loss.line, words::lost(Lang::En, &loss.what))
    };
    plan.losses.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Writes what is planned into an empty content folder, and says what the check finds.
fn found(plan: &Plan, least: Severity) -> String {
    let content = TempDir::new().expect("a temporary folder");
    for file in &plan.planned {
        let path = content.path().join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, &file.bytes).expect("writes");
    }
    let content = otvet::publish::read(Source::folder(content.path().to_owned()), &rules()).expect("content");
    let settings = Settings::plain(Vec::new(), jiff::civil::date(2026, 11, 26));
    let mut report = check::check(&State { content: &content, edition: &|| None }, None, &settings);
    report.found.retain(|found| found.diagnostic.finding.severity() <= least);
    check::print::findings(&report, "", Lang::En, 50)
}

fn xlsx(sheets: &[(&str, &str)]) -> Vec<u8> {
    xlsx_with(sheets, "")
}

/// A workbook with a table of texts that cells name by number, where it is not empty.
fn xlsx_with(sheets: &[(&str, &str)], strings: &str) -> Vec<u8> {
    xlsx_of(sheets, strings, &[])
}

/// A workbook with further parts.
fn xlsx_of(sheets: &[(&str, &str)], strings: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let names = |line: &dyn Fn(usize, &str) -> String| -> String {
        sheets.iter().enumerate().map(|(number, (name, _))| line(number + 1, name)).collect()
    };
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{}</sheets></workbook>"#,
        names(&|number, name| {
            let state = if name.starts_with('~') { r#" state="hidden""# } else { "" };
            format!(r#"<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>"#)
        })
    );
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"#,
        names(&|number, _| format!(
            r#"<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        )) + if strings.is_empty() {
            ""
        } else {
            r#"<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>"#
        }
    );
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let sheet = |rows: &str| {
        format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{rows}</worksheet>"#)
    };
    let sheets: Vec<(String, String)> = sheets
        .iter()
        .enumerate()
        .map(|(number, (_, rows))| (format!("xl/worksheets/sheet{}.xml", number + 1), sheet(rows)))
        .collect();
    let mut files: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
    ];
    files.extend(sheets.iter().map(|(path, text)| (path.as_str(), text.as_bytes())));
    files.extend((!strings.is_empty()).then_some(("xl/sharedStrings.xml", strings.as_bytes())));
    files.extend(more);
    zipped(&files)
}

/// Rows of texts as a sheet has them, with merged areas.
fn rows(rows: &[&[&str]], merged: &[&str]) -> String {
    let cell = |row: usize, column: usize, text: &str| {
        let letter = char::from(b'A' + column as u8);
        format!(r#"<c r="{letter}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let row = |(number, cells): (usize, &&[&str])| {
        let cells = cells.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let cells: String = cells.map(|(column, text)| cell(number + 1, column, text)).collect();
        format!(r#"<row r="{}">{cells}</row>"#, number + 1)
    };
    let data: String = rows.iter().enumerate().map(row).collect();
    let merged: String = merged.iter().map(|area| format!(r#"<mergeCell ref="{area}"/>"#)).collect();
    format!("<sheetData>{data}</sheetData><mergeCells>{merged}</mergeCells>")
}

#[test]
fn table_from_excel_in_windows_1251_becomes_articles() {
    let table = "Категория;Вопрос клиента;Ответ;Комментарий;Теги;Дата\r\n\
        Возврат;\"Как вернуть товар?\nМожно без чека?\";\"Да, в течение 14 дней:\n• паспорт\n• товар\";Не обещать точный день;возврат, чек;01.02.2026\r\n\
        ;А если потерял чек?;;;;\r\n\
        Доставка;Сколько стоит доставка?;От 199 ₽ — зависит от «зоны»;;;\r\n\
        Доставка;Можно без чека;Другой ответ на тот же вопрос;;;\r\n";
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(table);
    // The sign of the rouble is not in Windows-1251; Excel would write `?`.
    let from = source(&[("faq.csv", &bytes)]);
    let plan = planned(Kind::Csv, &from.path().join("faq.csv"));
    assert_eq!(
        paths(&plan),
        [
            "import/vozvrat/kak-vernut-tovar.md",
            "import/dostavka/skolko-stoit-dostavka.md",
            "import/dostavka/mozhno-bez-cheka.md"
        ]
    );
    insta::assert_snapshot!(text(&plan, "import/vozvrat/kak-vernut-tovar.md"), @r"
    ---
    title: Как вернуть товар?
    questions:
      - Как вернуть товар?
      - Можно без чека?
      - А если потерял чек?
    tags: [возврат, чек]
    # imported from csv: faq.csv:2
    ---
    > [!ANSWER]
    > Да, в течение 14 дней:
    >
    > - паспорт
    > - товар

    > [!INTERNAL]
    > Не обещать точный день
    ");
    insta::assert_snapshot!(lost(&plan), @r"
    faq.csv:1 front matter has no place for `Дата`: left out
    faq.csv:6 the row has no answer: its questions went to the answer of row 2; see whether they belong there
    faq.csv:8 `import/vozvrat/kak-vernut-tovar.md` answers “Можно без чека” already: the question stays there
    ");
    assert_eq!(found(&plan, Severity::Warning), "");
}

#[test]
fn workbook_becomes_articles_by_sheet_with_merged_cells_filled_in() {
    let first = rows(
        &[
            &["Частые вопросы", ""],
            &["Question", "Answer"],
            &["Can I return it?", "Yes, within 14 days of the purchase."],
            &["Without a receipt?", ""],
            &["How long does it take?", "Three days at most, mostly one."],
        ],
        &["A1:B1", "B3:B4"],
    );
    let second = rows(&[&["Вопрос", "Ответ"], &["Есть примерка?", "Да, в каждом магазине."]], &[]);
    let book = xlsx(&[("Returns", &first), ("Магазины", &second), ("~черновик", &second), ("Пусто", "<sheetData/>")]);
    let from = source(&[("faq.xlsx", &book)]);
    let plan = planned(Kind::Xlsx, &from.path().join("faq.xlsx"));
    assert_eq!(
        paths(&plan),
        [
            "import/returns/can-i-return-it.md",
            "import/returns/how-long-does-it-take.md",
            "import/magaziny/est-primerka.md"
        ]
    );
    assert!(text(&plan, "import/returns/can-i-return-it.md").contains("  - Without a receipt?\n"));
    assert_eq!(lost(&plan), "faq.xlsx#~черновик:0 such things are not imported: left out");
    assert_eq!(found(&plan, Severity::Warning), "");
}

#[test]
fn workbook_that_is_taken_for_text_is_called_what_it_is() {
    let from = source(&[("faq.xlsx", &xlsx(&[("Лист", "<sheetData/>")]))]);
    let refused = plan(Kind::Csv, &from.path().join("faq.xlsx"), &Options::default(), Vec::new(), &|_, _| {});
    let said = refused.expect_err("a workbook").to_string();
    assert!(said.starts_with("`faq.xlsx` is a workbook"), "{said}");
}

#[test]
fn links_under_cells_are_kept_and_what_hangs_on_cells_is_told() {
    let sheet = rows(
        &[
            &["Вопрос", "Ответ", "Ответственный"],
            &["Где цены?", "На странице цен.", "petrova"],
            &["Куда писать?", "На почту help@severdom.example", ""],
            &["Сколько ждать?", "", ""],
        ],
        &[],
    );
    let link = |cell: &str, id: &str| format!(r#"<hyperlink ref="{cell}" r:id="{id}"/>"#);
    let links = [
        link("B2", "rId1"),
        link("C2", "rId2"),
        link("B3", "rId3"),
        r#"<hyperlink ref="A3" location="'Лист'!A1"/>"#.to_owned(),
    ];
    let sheet = format!("{sheet}<hyperlinks>{}</hyperlinks>", links.concat());
    let relation = |id: &str, target: &str| {
        format!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="{target}" TargetMode="External"/>"#
        )
    };
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}{}{}</Relationships>"#,
        relation("rId1", "https://severdom.example/ceny?a=1&amp;b=2"),
        relation("rId2", "mailto:secret@severdom.example"),
        relation("rId3", "mailto:help@severdom.example"),
    );
    let more: [(&str, &[u8]); 2] =
        [("xl/worksheets/_rels/sheet1.xml.rels", relations.as_bytes()), ("xl/comments1.xml", b"<comments/>")];
    let from = source(&[("faq.xlsx", &xlsx_of(&[("Лист", &sheet)], "", &more))]);
    let plan = planned(Kind::Xlsx, &from.path().join("faq.xlsx"));
    let answer = "> На странице цен.  \n> https://severdom.example/ceny?a=1\\&b=2\n";
    assert!(text(&plan, "import/gde-tseny.md").ends_with(answer), "{}", text(&plan, "import/gde-tseny.md"));
    assert!(text(&plan, "import/kuda-pisat.md").ends_with("> На почту help@severdom.example\n"));
    insta::assert_snapshot!(lost(&plan), @r"
    faq.xlsx:0 comments on cells are left out
    faq.xlsx:3 the link `'Лист'!A1` leads to what the source does not have: its text is kept
    faq.xlsx:2 the link `secret@severdom.example` under a cell: its column has no place for it
    faq.xlsx:4 the row has no answer: its questions went to the answer of row 3; see whether they belong there
    ");
    assert_eq!(found(&plan, Severity::Warning), "");
}

#[test]
fn export_of_notion_keeps_its_pages_links_and_databases() {
    let id = |digit: char| digit.to_string().repeat(32);
    let (root, child, base) = (id('a'), id('b'), id('c'));
    let page = format!(
        "# Возвраты\n\nСм. [без чека](%D0%92%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82%D1%8B%20{root}/%D0%91%D0%B5%D0%B7%20%D1%87%D0%B5%D0%BA%D0%B0%20{child}.md), \
         [ещё раз](https://www.notion.so/Bez-cheka-{child}?pvs=4) и [пропавшее](Nope%20{base}.md).\n\n\
         <aside>\n💡 Чек не обязателен\n</aside>\n\n![Чек](%D0%92%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82%D1%8B%20{root}/chek.png)\n\n![x](https://s3.example/x.png)\n"
    );
    let sub = "# Без чека\n\nТеги: чек, возврат\nСоздано: 1 марта 2026\n\nДа, примем. {{fact:nope}}\n";
    let table = "\u{feff}Question,Answer\nКогда вернутся деньги?,В течение десяти дней на карту.\n";
    let names = [
        format!("Возвраты {root}.md"),
        format!("Возвраты {root}/Без чека {child}.md"),
        format!("Возвраты {root}/chek.png"),
        format!("Вопросы {base}.csv"),
        format!("Вопросы {base}_all.csv"),
    ];
    let bytes: [&[u8]; 5] = [page.as_bytes(), sub.as_bytes(), b"\x89PNG", table.as_bytes(), table.as_bytes()];
    let files: Vec<(&str, &[u8])> = names.iter().map(String::as_str).zip(bytes).collect();
    let from = source(&[("export.zip", &zipped(&files))]);
    let plan = planned(Kind::Notion, &from.path().join("export.zip"));
    assert_eq!(
        paths(&plan)[..3],
        ["import/vozvraty.md", "import/vozvraty/bez-cheka.md", "import/voprosy/kogda-vernutsya-dengi.md"]
    );
    let attached = paths(&plan)[3].to_owned();
    assert!(attached.starts_with("import/files/chek-") && attached.ends_with(".png"), "{attached}");
    let page = text(&plan, "import/vozvraty.md");
    assert!(
        page.contains("[без чека](vozvraty/bez-cheka.md), [ещё раз](vozvraty/bez-cheka.md) и пропавшее."),
        "{page}"
    );
    assert!(page.contains("> 💡 Чек не обязателен") && page.contains("![Чек](files/chek-"), "{page}");
    assert!(text(&plan, "import/vozvraty/bez-cheka.md").contains("tags: [чек, возврат]\n"));
    assert_eq!(lost(&plan).lines().count(), 3, "{}", lost(&plan));
    assert_eq!(found(&plan, Severity::Warning), "");
    // The same in parts, as Notion sends it.
    let inner = [zipped(&files[..2]), zipped(&files[2..])];
    let inner = [("ExportBlock-1-Part-1.zip", inner[0].as_slice()), ("ExportBlock-1-Part-2.zip", inner[1].as_slice())];
    let from = source(&[("parts.zip", &zipped(&inner))]);
    let in_parts = planned(Kind::Notion, &from.path().join("parts.zip"));
    assert_eq!((paths(&in_parts), lost(&in_parts)), (paths(&plan), lost(&plan)));
    // The same as a folder.
    let folder = source(&files);
    assert_eq!(paths(&planned(Kind::Notion, folder.path())), paths(&plan));
}

#[test]
fn export_of_outline_keeps_its_documents_notices_and_files() {
    let files: [(&str, &[u8]); 4] = [
        ("Support/Returns.md", "# Returns\n\nSee [the fees](./Returns/Fees.md) and [again](/doc/fees-aB3dE5fG7h).\n\n:::warning\nNo receipt, no fee.\n:::\n\n\\\n![Receipt](attachments/1/receipt.png)\n".as_bytes()),
        ("Support/Returns/Fees.md", b"# Fees\n\nNone. Back to [returns](../Returns.md#top).\n"),
        ("Support/attachments/1/receipt.png", b"\x89PNG"),
        ("Other/Hours.md", b"We are open.\n"),
    ];
    let from = source(&files);
    let plan = planned(Kind::Outline, from.path());
    assert_eq!(
        paths(&plan)[..3],
        ["import/other/hours.md", "import/support/returns.md", "import/support/returns/fees.md"]
    );
    let page = text(&plan, "import/support/returns.md");
    assert!(page.contains("[the fees](returns/fees.md) and [again](returns/fees.md)"), "{page}");
    assert!(
        page.contains("> [!WARNING]\n> No receipt, no fee.") && page.contains("![Receipt](../files/receipt-"),
        "{page}"
    );
    assert_eq!((lost(&plan).as_str(), found(&plan, Severity::Warning).as_str()), ("", ""));
}

#[test]
fn book_of_bookstack_becomes_its_pages() {
    let book = "# Справочник\n\nОбо всём.\n\n# Возвраты\n\n# Без чека\n\nДа, примем. См. [сроки](https://kb.example/books/spravochnik/page/sroki).\n\n\
        ![x](https://kb.example/uploads/images/x.png)\n\n# Сроки\n\n14 дней.\n\n## Подробнее\n\nСо дня покупки.\n";
    let from = source(&[("spravochnik.md", book.as_bytes())]);
    let plan = planned(Kind::BookStack, &from.path().join("spravochnik.md"));
    assert_eq!(paths(&plan), ["import/index.md", "import/vozvraty/bez-cheka.md", "import/vozvraty/sroki.md"]);
    assert!(text(&plan, "import/vozvraty/bez-cheka.md").contains("[сроки](sroki.md)"));
    assert_eq!(
        lost(&plan),
        "spravochnik.md#7:0 the picture `https://kb.example/uploads/images/x.png` is on another server: it became a link"
    );
    assert_eq!(found(&plan, Severity::Warning), "");
}

#[test]
fn folder_of_pages_becomes_articles_that_link_to_one_another() {
    let index = "<html lang=ru><head><title>База | Сайт</title></head><body><nav><a href=x>меню</a></nav><main><h1>Возвраты</h1>\
        <p>Как <a href='bez%20cheka.html#top'>без чека</a>? <a href='../nope.html'>Нет</a> <a href='javascript:alert(1)'>x</a></p><img src='img/a.png'></main></body></html>";
    let page = "<body><h1>Без чека</h1><p>Да.</p><table><tr><th>Что</th><th>Срок</th></tr><tr><td>Одежда</td><td>14 дней</td></tr></table>\
        <script>alert(1)</script><p onclick=x>Вот <b>так</b>: &lt;b&gt; [!INTERN] {{fragment:x}}</p><iframe src='https://v.example/1'></iframe></body>";
    let from = source(&[
        ("vozvraty/index.html", index.as_bytes()),
        ("vozvraty/bez cheka.html", page.as_bytes()),
        ("vozvraty/img/a.png", b"\x89PNG"),
        ("dostavka.html", "<p>Завтра.</p>".as_bytes()),
    ]);
    let plan = planned(Kind::Html, from.path());
    assert_eq!(paths(&plan)[..3], ["import/dostavka.md", "import/vozvraty/bez-cheka.md", "import/vozvraty/index.md"]);
    insta::assert_snapshot!(text(&plan, "import/vozvraty/bez-cheka.md"), @r"
    ---
    title: Без чека
    # imported from html: vozvraty/bez cheka.html
    ---
    Да.

    | Что | Срок |
    |---|---|
    | Одежда | 14 дней |

    Вот **так**: \<b> \[!INTERN] \{{fragment:x}}

    <https://v.example/1>
    ");
    let index = text(&plan, "import/vozvraty/index.md");
    assert!(index.contains("[без чека](bez-cheka.md)") && index.contains("Нет x"), "{index}");
    assert_eq!(found(&plan, Severity::Error), "");
    assert_eq!(lost(&plan).lines().count(), 3, "{}", lost(&plan));
}

#[test]
fn help_centre_of_zendesk_keeps_sections_labels_languages_and_drafts() {
    let articles = serde_json::json!({
        "count": 4, "next_page": null,
        "articles": [
            {"id": 1, "title": "Возврат", "locale": "ru", "section_id": 20, "draft": false, "label_names": ["возврат", "чек"],
             "updated_at": "2026-03-01T10:00:00Z", "html_url": "https://x.zendesk.com/hc/ru/articles/1",
             "body": "<p>Да. <a href=\"https://x.zendesk.com/hc/ru/articles/2-Fees\">Плата</a></p><p><img src=\"https://x.zendesk.com/hc/article_attachments/7/a.png\" alt=\"Чек\"></p>"},
            {"id": 2, "title": "Плата", "locale": "ru", "section_id": 21, "draft": true, "body": "<p>Нет.</p>", "user_segment_id": 5},
            {"id": 1, "title": "Returns", "locale": "en-us", "section_id": 20, "body": "<p>Yes.</p>"},
            {"id": 3, "title": "Пустая", "locale": "ru", "section_id": 99, "body": null},
        ],
    });
    let shelves = serde_json::json!({
        "sections": [{"id": 20, "name": "Деньги", "category_id": 30}, {"id": 21, "name": "Плата", "parent_section_id": 20}],
        "categories": [{"id": 30, "name": "Покупателям"}],
    });
    let from = source(&[
        ("articles.json", articles.to_string().as_bytes()),
        ("shelves.json", shelves.to_string().as_bytes()),
        ("article_attachments/7/a.png", b"\x89PNG"),
    ]);
    let options = Options { into: "zd".to_owned(), audience: vec!["public".to_owned()], ..Options::default() };
    let plan = plan(Kind::Zendesk, from.path(), &options, Vec::new(), &|_, _| {}).expect("a plan");
    assert_eq!(
        paths(&plan)[..3],
        [
            "zd/en-us/pokupatelyam/dengi/returns.md",
            "zd/ru/pokupatelyam/dengi/vozvrat.md",
            "zd/ru/pokupatelyam/dengi/plata/plata.md"
        ]
    );
    let article = text(&plan, "zd/ru/pokupatelyam/dengi/vozvrat.md");
    assert!(article.contains("tags: [возврат, чек]\naudience: [public]\nlang: ru\n"), "{article}");
    assert!(article.contains("changed 2026-03-01T10:00:00Z"), "{article}");
    assert!(article.contains("[Плата](plata/plata.md)") && article.contains("![Чек](../../../files/a-"), "{article}");
    let draft = text(&plan, "zd/ru/pokupatelyam/dengi/plata/plata.md");
    assert!(
        draft.contains("status: draft") && !draft.contains("audience"),
        "what only some could see is not for all: {draft}"
    );
    assert_eq!(lost(&plan).lines().count(), 2, "{}", lost(&plan));
    assert_eq!(found(&plan, Severity::Warning), "");
}

#[test]
fn hostile_sources_are_bounded() {
    let outside = source(&[("secret.html", b"<p>secret</p>")]);
    let from = source(&[("a.html", b"<p>a <img src='../../secret.png'></p>")]);
    std::os::unix::fs::symlink(outside.path(), from.path().join("linked")).expect("a link");
    std::os::unix::fs::symlink(outside.path().join("secret.html"), from.path().join("b.html")).expect("a link");
    let plan_of_links = planned(Kind::Html, from.path());
    assert_eq!(paths(&plan_of_links), ["import/a.md"]);
    assert_eq!(lost(&plan_of_links).lines().count(), 3, "{}", lost(&plan_of_links));
    // Names that lead out of a ZIP file.
    let bytes = zipped(&[("../evil.md", b"# evil\n\nx"), ("/root.md", b"# root\n\nx"), ("a/good.md", b"# good\n\nx")]);
    let from = source(&[("e.zip", &bytes)]);
    let plan_of_zip = planned(Kind::Outline, &from.path().join("e.zip"));
    assert_eq!(paths(&plan_of_zip), ["import/a/good.md"], "{}", lost(&plan_of_zip));
    // Files that are not what they say, empty ones, and folders without anything.
    for (kind, name) in
        [(Kind::Xlsx, "a.xlsx"), (Kind::Csv, "a.csv"), (Kind::Zendesk, "a.json"), (Kind::Notion, "a.md")]
    {
        for bytes in [&b""[..], b"\0\0\0\0", b"PK\x03\x04broken", b"{\"articles\":[{}]}", b"[[[[[["] {
            let from = source(&[(name, bytes)]);
            let _ = plan(kind, &from.path().join(name), &Options::default(), Vec::new(), &|_, _| {});
        }
        let nothing = source(&[]);
        assert!(plan(kind, nothing.path(), &Options::default(), Vec::new(), &|_, _| {}).is_err());
    }
}

#[test]
fn workbook_that_says_it_is_huge_takes_no_memory() {
    // A cell far to the right and far down, and a million columns by its own account.
    let sheet = r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Вопрос</t></is></c><c r="B1" t="inlineStr"><is><t>Ответ</t></is></c></row><row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Как?</t></is></c><c r="B1048576" t="inlineStr"><is><t>Так.</t></is></c><c r="XFD1048576"><v>1</v></c></row></sheetData>"#;
    let from = source(&[("a.xlsx", &xlsx(&[("Лист", sheet)]))]);
    let plan = planned(Kind::Xlsx, &from.path().join("a.xlsx"));
    assert_eq!(paths(&plan), ["import/kak.md"]);
    assert!(text(&plan, "import/kak.md").contains("a.xlsx:1048576"));
}

#[test]
fn bomb_is_refused_before_it_is_read() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("a file");
    let zeros = vec![0u8; 1 << 20];
    (0..257).for_each(|_| zip.write_all(&zeros).expect("writes"));
    let bomb = zip.finish().expect("a ZIP file").into_inner();
    assert!(bomb.len() < 2 << 20);
    let from = source(&[("a.xlsx", &bomb)]);
    let refused = plan(Kind::Xlsx, &from.path().join("a.xlsx"), &Options::default(), Vec::new(), &|_, _| {});
    assert_eq!(refused.expect_err("a bomb").to_string(), "`a.xlsx` has more than 256 MiB");
}

#[test]
fn long_text_that_many_cells_name_is_no_bomb() {
    // 60 KiB of text, named 10,000 times: a file of some kilobytes that says 600 MB.
    let long = "я".repeat(30 << 10);
    let cells: String =
        (1..10_001).map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect();
    let strings = format!(
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>{long}</t></si></sst>"#
    );
    let bytes = xlsx_with(&[("Лист", &format!("<sheetData>{cells}</sheetData>"))], &strings);
    assert!(bytes.len() < 200 << 10, "{}", bytes.len());
    let from = source(&[("a.xlsx", &bytes)]);
    let refused = plan(Kind::Xlsx, &from.path().join("a.xlsx"), &Options::default(), Vec::new(), &|_, _| {});
    assert_eq!(refused.expect_err("a bomb").to_string(), "`a.xlsx` has more than 64 MiB");
}

#[test]
fn what_only_some_could_see_is_shown_to_nobody_where_all_is_public_by_default() {
    let articles = serde_json::json!({"articles": [
        {"id": 1, "title": "Для своих", "body": "<p>Нет.</p>", "user_segment_id": 5},
        {"id": 2, "title": "Для всех", "body": "<p>Да.</p>"},
    ]});
    let from = source(&[("articles.json", articles.to_string().as_bytes())]);
    for (default_is_public, is_draft) in [(true, true), (false, false)] {
        let options = Options { default_is_public, ..Options::default() };
        let plan = plan(Kind::Zendesk, from.path(), &options, Vec::new(), &|_, _| {}).expect("a plan");
        assert_eq!(text(&plan, "dlya-svoih.md").contains("status: draft"), is_draft);
        assert!(!text(&plan, "dlya-vseh.md").contains("status"));
    }
}

#[test]
fn import_is_tried_repeated_and_never_overwrites() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = folder.path();
    let otvet = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_otvet"));
        command.args(arguments).current_dir(at).env_clear().env("LANG", "ru_RU.UTF-8");
        let output = command.output().expect("a program");
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text.into_owned())
    };
    fs::create_dir_all(at.join("kb")).expect("a folder");
    fs::write(at.join("kb/svoya.md"), "---\ntitle: Своя\nquestions: [Есть парковка?]\n---\nДа.\n").expect("writes");
    let table = "Вопрос,Ответ\nКак вернуть?,В течение 14 дней.\nЕсть парковка?,\"Да, у каждого магазина.\"\n";
    fs::write(at.join("faq.csv"), table).expect("writes");
    let arguments = ["import", "csv", "faq.csv", "--into", "faq"];
    let (code, told) = otvet(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("новая   kb/faq/kak-vernut.md  ← faq.csv:2"), "{told}");
    assert!(
        told.contains("на вопрос «Есть парковка?» уже отвечает `svoya.md`")
            && told.contains("Проба, ничего не записано."),
        "{told}"
    );
    assert!(!at.join("kb/faq").exists());
    let (code, told) = otvet(&[&arguments[..], &["--audience", "public", "--report", "report.json"]].concat());
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("Записано статей: 2, уже были такими же: 0") && told.contains("ошибок: 0, предупреждений: 0"),
        "{told}"
    );
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(at.join("report.json")).expect("a report")).expect("JSON");
    assert_eq!(report["files"][0]["path"], "faq/kak-vernut.md");
    assert_eq!(otvet(&["check", "--strict"]).0, Some(0));
    fs::write(at.join("kb/faq/kak-vernut.md"), "# Своё\n\nТекст.\n").expect("writes");
    let (_, told) = otvet(&[&arguments[..], &["--audience", "public"]].concat());
    assert!(
        told.contains("остаётся kb/faq/kak-vernut.md")
            && told.contains("Записано статей: 0, уже были такими же: 1, оставлены ваши: 1"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(at.join("kb/faq/kak-vernut.md")).expect("the article"), "# Своё\n\nТекст.\n");
    for (wrong, said) in [
        (&["import", "exel", "faq.csv", "--into", "x"][..], "one of html, notion"),
        (&["import", "csv", "faq.csv", "--into", "../x"], "a path inside"),
        (&["import", "csv", "faq.csv", "--into", "x", "--audience", "pubilc"], "there is no audience `pubilc`"),
        (&["import", "csv", "nope.csv", "--into", "x"], "cannot read `nope.csv`"),
        (&["import", "csv", "report.json", "--into", "x"], "no row of headings"),
    ] {
        let (code, told) = otvet(wrong);
        assert!(code == Some(2) && told.contains(said), "{wrong:?}: {told}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 48, ..Default::default() })]

    #[test]
    fn no_input_panics(
        kind in proptest::sample::select(Kind::ALL.to_vec()),
        parts in proptest::collection::vec(proptest::prop_oneof![
            proptest::sample::select(vec![
                "Вопрос;Ответ\n", "# A\n", "\"", ";", ",", "\n", "<p>", "<table><tr><td>", "](", "[a](b.md)", "![](c.png)", ":::info\n",
                "<aside>", "</aside>", "{\"articles\":[", "{\"id\":1,\"title\":\"a\",\"body\":\"<b>\"}", "]}", "Tags: a\n", "PK\u{3}\u{4}", "\u{0}", "---\n", "> ",
            ]).prop_map(|text| text.as_bytes().to_vec()),
            proptest::collection::vec(0u8..=255, 0..8),
        ], 0..30),
    ) {
        let bytes = parts.concat();
        let from = source(&[("a.md", &bytes), ("a.html", &bytes), ("a.csv", &bytes), ("a.json", &bytes), ("a.xlsx", &bytes), ("b/c.md", &bytes)]);
        let _ = plan(kind, from.path(), &Options::default(), Vec::new(), &|_, _| {});
    }

    #[test]
    fn damaged_workbook_is_refused_or_read(at in 0usize..2000, byte in 0u8..=255) {
        let rows = rows(&[&["Вопрос", "Ответ"], &["Как?", "Так."]], &["A1:A2"]);
        let mut book = xlsx(&[("Лист", &rows)]);
        let at = at % book.len();
        book[at] = byte;
        let from = source(&[("a.xlsx", &book)]);
        let _ = plan(Kind::Xlsx, &from.path().join("a.xlsx"), &Options::default(), Vec::new(), &|_, _| {});
    }
}
