//! The check of a change: what it says about the files that were touched and about what breaks elsewhere, and what it leaves
//! alone.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;
use otvet::check::{self, Content, Report, Settings, State};
use otvet::edition::Edition;
use otvet::publish::source::Source;
use otvet::revision::ObjectId;
use otvet::search::tantivy::TantivyEngine;
use otvet::search::{SearchEngine, Silent};
use otvet::text::Lang;

use crate::support::base::rules;
use crate::support::repo::TestRepo;

fn settings() -> Settings {
    Settings { patience: Duration::from_secs(600), ..Settings::plain(Vec::new(), date(2026, 11, 26)) }
}

fn content(repo: &TestRepo, commit: ObjectId) -> Content {
    otvet::publish::read(Source::commit(repo.content("kb"), commit), &rules()).expect("content")
}

fn edition(content: &Content) -> Option<Arc<Edition>> {
    let searcher = TantivyEngine::in_memory().index(&content.library, &Silent).expect("indexes");
    Some(Arc::new(Edition::without_history(content.library.clone(), searcher, rules().audiences)))
}

fn compare(repo: &TestRepo, before: ObjectId, after: ObjectId) -> Report {
    compare_with(repo, before, after, &settings())
}

fn compare_with(repo: &TestRepo, before: ObjectId, after: ObjectId, settings: &Settings) -> Report {
    let source = |commit| Source::commit(repo.content("kb"), commit);
    let (now, was) = otvet::publish::read_both(source(after), source(before), &rules()).expect("content");
    let of_both = check_both(&was.expect("content"), &now, settings);
    let report = check_both(&content(repo, before), &content(repo, after), settings);
    assert_eq!(said(&of_both), said(&report), "what is the same in both is read once");
    report
}

fn check_both(before: &Content, after: &Content, settings: &Settings) -> Report {
    let (before_edition, after_edition) = (|| edition(before), || edition(after));
    let before = State { content: before, edition: &before_edition };
    check::check(&State { content: after, edition: &after_edition }, Some(&before), settings)
}

/// Returns a line for each finding: place, code and, in Russian, what it says.
fn said(report: &Report) -> String {
    check::print::findings(report, "kb", Lang::Ru, check::print::MOST)
}

/// Returns path and code of each finding.
fn codes(report: &Report) -> Vec<(&str, &'static str)> {
    report.found.iter().map(|found| (found.diagnostic.path.as_str(), found.diagnostic.finding.code())).collect()
}

fn article(title: &str, text: &str) -> String {
    format!("---\ntitle: {title}\n---\n> [!ANSWER]\n> {text}\n")
}

/// A base in which something was always wrong: nobody who changes something else hears of it.
fn base() -> (TestRepo, ObjectId) {
    let mut repo = TestRepo::new();
    repo.write("kb/vozvrat.md", article("Возврат", "14 дней: [условия](usloviya.md#sroki)."))
        .write("kb/usloviya.md", "# Условия\n\nВсё просто.\n\n## Сроки {#sroki}\n\nДве недели.\n")
        .write("kb/staraya.md", article("Старая", "[Нигде](nigde.md)."))
        .write(
            "kb/_tests/answers.yml",
            "- {question: возврат, first: vozvrat}\n- {question: самолёт, first: vozvrat}\n",
        );
    let first = repo.commit("start");
    (repo, first)
}

#[test]
fn change_elsewhere_hears_nothing_of_what_was_wrong_before() {
    let (mut repo, first) = base();
    repo.write("kb/novaya.md", article("Новая", "Всё хорошо."));
    let second = repo.commit("one more");
    let report = compare(&repo, first, second);
    assert_eq!((said(&report).as_str(), report.touched, report.files), ("", Some(1), 5));
    // Without anything to compare with, all is told.
    let after = content(&repo, second);
    let edition = || edition(&after);
    let whole = check::check(&State { content: &after, edition: &edition }, None, &settings());
    assert_eq!(codes(&whole), [("_tests/answers.yml", "KB062"), ("staraya.md", "KB020")]);
}

#[test]
fn who_touches_an_article_hears_all_that_is_wrong_with_it() {
    let (mut repo, first) = base();
    repo.write("kb/staraya.md", article("Старая", "По-прежнему [нигде](nigde.md)."));
    let second = repo.commit("touched");
    let report = compare(&repo, first, second);
    insta::assert_snapshot!(said(&report), @r"
    kb/staraya.md:5:15  KB020 ошибка
      ссылка `nigde.md` никуда не ведёт
      5 | > По-прежнему [нигде](nigde.md).
        |                       ^^^^^^^^
      → Исправьте адрес или уберите ссылку. Статья переехала? Добавьте в неё `redirect_from`.
    ");
}

#[test]
fn what_a_rename_or_a_removal_breaks_elsewhere_is_told_where_it_breaks() {
    let (mut repo, first) = base();
    repo.rename("kb/usloviya.md", "kb/pravila/usloviya.md");
    let moved = repo.commit("moved");
    insta::assert_snapshot!(said(&compare(&repo, first, moved)), @r"
    kb/vozvrat.md:5:12  KB020 ошибка
      ссылка `usloviya.md#sroki` никуда не ведёт
      5 | > 14 дней: [условия](usloviya.md#sroki).
        |                      ^^^^^^^^^^^^^^^^^
      → Может быть, `pravila/usloviya.md#sroki`?
    ");
    repo.remove("kb/pravila/usloviya.md").write("kb/usloviya.md", "# Условия\n\n## Срок возврата\n\nДве недели.\n");
    let changed = repo.commit("another heading");
    insta::assert_snapshot!(said(&compare(&repo, first, changed)), @r"
    kb/vozvrat.md:5:12  KB021 ошибка
      в статье нет заголовка, на который ведёт ссылка `usloviya.md#sroki`
      5 | > 14 дней: [условия](usloviya.md#sroki).
        |                      ^^^^^^^^^^^^^^^^^
      → Есть заголовки #srok-vozvrata.
    ");
}

#[test]
fn answer_test_that_a_change_breaks_says_what_comes_instead() {
    let (mut repo, first) = base();
    repo.write("kb/vozvrat.md", article("Отказ", "Нельзя: [условия](usloviya.md)."))
        .write("kb/obmen.md", article("Возврат и обмен", "Возврат: две недели."));
    let second = repo.commit("another article answers");
    insta::assert_snapshot!(said(&compare(&repo, first, second)), @r"
    kb/_tests/answers.yml:1:14  KB062 ошибка
      на вопрос «возврат» статья `vozvrat` должна быть первой, но её нет, а первой — `obmen`
      1 | - {question: возврат, first: vozvrat}
        |              ^^^^^^^
      → Добавьте вопрос в `questions` нужной статьи или его слова в `keywords` либо в `_lexicon.yml`; или исправьте проверку.
    ");
}

#[test]
fn owner_must_be_known_once_owners_are_named() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", "---\ntitle: А\nowner: petrva\n---\nОтвет.\n");
    let first = repo.commit("nobody is named");
    repo.write("kb/a.md", "---\ntitle: А\nowner: petrva\n---\nДругой ответ.\n");
    let second = repo.commit("touched");
    assert_eq!(said(&compare(&repo, first, second)), "");
    repo.write("kb/_owners", "* @petrova\nvozvraty/ ivanova\n");
    let third = repo.commit("owners are named");
    insta::assert_snapshot!(said(&compare(&repo, second, third)), @r"
    kb/a.md:3:8  KB009 ошибка
      неизвестный владелец `petrva`
      3 | owner: petrva
        |        ^^^^^^
      → Может быть, `petrova`?

    kb/_owners:2:1  KB065 предупреждение
      под `vozvraty/` не подходит ни один файл
      2 | vozvraty/ ivanova
        | ^^^^^^^^^
      → Исправьте путь, он начинается от папки базы, или уберите строку.
    ");
}

#[test]
fn question_has_one_answer_for_every_reader() {
    let asks = |title: &str, audience: &str, question: &str| {
        format!("---\ntitle: {title}\naudience: [{audience}]\nquestions: ['{question}']\n---\nОтвет.\n")
    };
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", asks("А", "public", "Ещё работаете?"));
    let first = repo.commit("start");
    repo.write("kb/b.md", asks("Б", "operators", "еще работаете"))
        .write("kb/c.md", asks("В", "operators, public", "Еще работаете?!"))
        .write("kb/d.md", asks("Г", "public", "Работаете ещё?"));
    let second = repo.commit("more");
    let report = compare(&repo, first, second);
    assert_eq!(codes(&report), [("c.md", "KB013")]);
    insta::assert_snapshot!(said(&report), @r"
    kb/c.md:4:13  KB013 ошибка
      на вопрос «Еще работаете?!» отвечает и `a.md`
      4 | questions: ['Еще работаете?!']
        |              ^^^^^^^^^^^^^^^
      → Оставьте вопрос одной из двух статей, чтобы ответ был один; другую уберите в архив или сузьте её `audience`.
    ");
}

#[test]
fn review_that_is_due_is_a_warning_to_whoever_touches_the_article() {
    let due =
        |day: &str, status: &str| format!("---\ntitle: А\nreview: {{by: {day}}}\nstatus: {status}\n---\nОтвет.\n");
    let mut repo = TestRepo::new();
    repo.write("kb/untouched.md", due("2026-11-01", "current"));
    let first = repo.commit("start");
    repo.write("kb/overdue.md", due("2026-11-25", "current"))
        .write("kb/soon.md", due("2026-12-01", "current"))
        .write("kb/later.md", due("2026-12-11", "current"))
        .write("kb/ahead.md", "---\ntitle: А2\nverified: {by: x, on: 2026-11-28}\n---\nОтвет.\n")
        .write("kb/tomorrow.md", "---\ntitle: А3\nverified: {by: x, on: 2026-11-27}\n---\nОтвет.\n")
        .write("kb/archived.md", due("2026-11-25", "archived"));
    let second = repo.commit("more");
    let report = compare(&repo, first, second);
    assert_eq!(report.counts(), (0, 3), "where an editor sits it may be tomorrow already");
    insta::assert_snapshot!(said(&report), @r"
    kb/ahead.md:3:1  KB072 предупреждение
      `verified.on` — день, который ещё не наступил: 2026-11-28
      3 | verified: {by: x, on: 2026-11-28}
        | ^
      → Запишите день, когда статью прочитали: иначе она до того дня будет считаться проверенной.

    kb/overdue.md:3:1  KB070 предупреждение
      проверка просрочена: срок был 2026-11-25
      3 | review: {by: 2026-11-25}
        | ^
      → Перечитайте статью; если всё верно, запишите это: otvet verify overdue

    kb/soon.md:3:1  KB071 предупреждение
      до срока проверки, 2026-12-01, осталось дней: 5
      3 | review: {by: 2026-12-01}
        | ^
      → Перечитайте статью; если всё верно, запишите это: otvet verify soon
    ");
}

#[test]
fn article_that_is_verified_without_a_digest_and_says_something_else_is_told() {
    let verified = |more: &str, text: &str| {
        format!("---\ntitle: Возврат\nverified: {{by: petrova, on: 2026-11-20{more}}}\n---\n{text}\n")
    };
    let mut repo = TestRepo::new();
    repo.write("kb/_facts/days.yml", "days: 14 дней\n").write("kb/a.md", verified("", "{{fact:days.days}}"));
    repo.write("kb/b.md", verified(", digest: 0123456789abcdef", "14 дней."));
    let first = repo.commit("start");
    let by_fact =
        repo.write("kb/_facts/days.yml", "days: 30 дней\n").write("kb/b.md", verified("", "Месяц.")).commit("fact");
    insta::assert_snapshot!(said(&compare(&repo, first, by_fact)), @r"
    kb/a.md:3:1  KB073 предупреждение
      статья говорит другое, а отметка о проверке прежняя, от 2026-11-20
      3 | verified: {by: petrova, on: 2026-11-20}
        | ^
      → Если всё верно, запишите это: otvet verify a, и следующие правки будут видны сами. Или уберите `verified`.
    ");
    // Who owns it says nothing else, and who verified it anew has read it.
    let owned = repo
        .write("kb/a.md", verified("", "{{fact:days.days}}\n").replacen("---\n", "---\nowner: a\n", 1))
        .commit("owned");
    assert_eq!(said(&compare(&repo, by_fact, owned)), "");
    let anew = repo.write("kb/a.md", verified("", "Да.").replace("-20", "-21")).commit("anew");
    assert_eq!(said(&compare(&repo, by_fact, anew)), "");
}

#[test]
fn twenty_findings_are_told_and_the_rest_is_counted() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", article("А", "Да."));
    let first = repo.commit("start");
    for number in 0..25 {
        repo.write(&format!("kb/b{number}.md"), "---\naudience: [nobody]\n---\nОтвет.\n");
    }
    let second = repo.commit("many");
    let report = compare(&repo, first, second);
    let said = said(&report);
    assert_eq!((said.matches("KB008").count(), report.counts()), (20, (25, 0)));
    assert!(said.ends_with("\n\nи ещё 5\n\n"), "{said}");
}

#[test]
fn file_that_is_too_large_to_serve_is_refused_before_it_is_history() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", article("А", "Да."));
    let first = repo.commit("start");
    repo.write("kb/film.mp4", vec![0; (20 << 20) + 1]).write("kb/b.txt", "small");
    let second = repo.commit("a film");
    assert_eq!(codes(&compare(&repo, first, second)), [("film.mp4", "KB041")]);
}

#[test]
fn content_out_of_nothing_is_checked_whole() {
    let (repo, first) = base();
    let nothing = Content::nothing();
    let after = content(&repo, first);
    let edition = || edition(&after);
    let before = State { content: &nothing, edition: &|| None };
    let report = check::check(&State { content: &after, edition: &edition }, Some(&before), &settings());
    assert_eq!(codes(&report), [("_tests/answers.yml", "KB062"), ("staraya.md", "KB020")]);
    assert_eq!(report.touched, Some(4));
}

#[test]
fn what_will_be_said_differently_is_told_word_by_word_and_by_what_is_found_first() {
    let (mut repo, first) = base();
    repo.write("kb/vozvrat.md", article("Возврат", "21 день: [условия](usloviya.md#sroki)."))
        .write("kb/samolety.md", article("Самолёт как подарок", "Не дарим."))
        .remove("kb/staraya.md");
    let second = repo.commit("другое");
    let asked = |text: &str| otvet::comparison::Question { text: text.to_owned(), unfinished: false };
    let settings = Settings { outlook: Some(vec![asked("нигде"), asked("возврат")]), ..settings() };
    let report = compare_with(&repo, first, second, &settings);
    insta::assert_snapshot!(check::print::outlook(&report, "kb", Lang::Ru), @r"
    Статей с другим ответом: 3
      kb/samolety.md  новая «Самолёт как подарок»
      kb/staraya.md  удалена «Старая»
      kb/vozvrat.md  «Возврат»
        [-14 дней: условия.-] {+21 день: условия.+}
    Вопросов, на которые первой найдётся другая статья: 2 из 3
      «самолёт»: ничего → «Самолёт как подарок»
      «нигде»: «Старая» → ничего
    ");
    repo.remove("kb/_tests/answers.yml");
    let third = repo.commit("без проверок");
    repo.write("kb/vozvrat.md", article("Возврат", "22 дня."));
    let fourth = repo.commit("ещё");
    let plain = Settings { outlook: Some(Vec::new()), ..settings.clone() };
    let report = compare_with(&repo, third, fourth, &plain);
    let outlook = check::print::outlook(&report, "kb", Lang::Ru);
    assert!(
        outlook.starts_with("Статей с другим ответом: 1\n  kb/vozvrat.md"),
        "also where there is no question: {outlook}"
    );
    let nothing = compare_with(&repo, second, second, &settings);
    assert_eq!(check::print::outlook(&nothing, "kb", Lang::En), "");
}

#[test]
fn spelling_is_told_of_what_was_touched_and_is_no_reason_to_refuse() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("ru.aff"), "SET UTF-8\nTRY оаитенрсвлк\n").expect("writes");
    std::fs::write(folder.path().join("ru.dic"), "5\nвозврат\nстарая\nтовар\nвернуть\nможно\n").expect("writes");
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", article("Возврат", "Можно вирнуть тавар.")).write("kb/b.md", article("Старая", "Тавар."));
    let first = repo.commit("start");
    repo.write("kb/a.md", article("Возврат", "Можно вирнуть тавар и рефанд.")).write("kb/_spelling.txt", "рефанд\nи\n");
    let second = repo.commit("touched");
    let dictionaries = check::Dictionaries::read(&[folder.path().join("ru")]).expect("a dictionary").expect("one");
    let mut report = compare_with(&repo, first, second, &settings());
    report.spell(&content(&repo, second), &dictionaries, Duration::from_secs(600));
    assert_eq!(report.counts(), (0, 2));
    insta::assert_snapshot!(said(&report), @r"
    kb/a.md:5:9  KB090 предупреждение
      слова `вирнуть` нет в словаре
      5 | > Можно вирнуть тавар и рефанд.
        |         ^^^^^^^
      → Может быть, `вернуть`?

    kb/a.md:5:17  KB090 предупреждение
      слова `тавар` нет в словаре
      5 | > Можно вирнуть тавар и рефанд.
        |                 ^^^^^
      → Может быть, `товар`?
    ");
}

#[test]
fn of_what_a_change_takes_away_nothing_alike_is_advised() {
    let (mut repo, _) = base();
    repo.write("kb/vozvrat-mebeli.md", "# Возврат мебели\n\nВывоз.\n")
        .write("kb/vozvrat-braka.md", "# Возврат брака\n\nДа.\n");
    repo.write(
        "kb/obmen.md",
        "---\ntitle: Обмен\nrelated: [vozvrat-mebeli]\n---\n[м](vozvrat-mebeli.md)\n\n| а |\n|---|\n| [[vozvrat-mebeli\\|вывоз]] |\n",
    );
    let second = repo.commit("links");
    let without = repo.remove("kb/vozvrat-mebeli.md").commit("gone");
    let said = said(&compare(&repo, second, without));
    assert_eq!(said.matches("ошибка").count(), 3, "{said}");
    assert!(said.contains("ссылка `vozvrat-mebeli` ведёт на то, что удаляет эта правка"), "{said}");
    assert!(!said.contains("Может быть"), "{said}");
}

#[test]
fn links_to_what_moved_and_was_renamed_are_told_where_it_is() {
    let (mut repo, _) = base();
    repo.write("kb/obmen.md", "---\ntitle: Обмен\nrelated: [usloviya]\n---\n[[usloviya]] и [так](usloviya.md)\n");
    let second = repo.commit("links");
    repo.rename("kb/usloviya.md", "kb/pravila/pravila-vozvrata.md");
    let moved = repo.commit("moved");
    insta::assert_snapshot!(said(&compare(&repo, second, moved)), @r"
    kb/obmen.md:3:11  KB023 ошибка
      `related` называет неизвестную статью `usloviya`
      3 | related: [usloviya]
        |           ^^^^^^^^
      → Может быть, `pravila/pravila-vozvrata`?

    kb/obmen.md:5:1  KB020 ошибка
      ссылка `usloviya` никуда не ведёт
      5 | [[usloviya]] и [так](usloviya.md)
        |   ^^^^^^^^
      → Может быть, `pravila/pravila-vozvrata`?

    kb/obmen.md:5:16  KB020 ошибка
      ссылка `usloviya.md` никуда не ведёт
      5 | [[usloviya]] и [так](usloviya.md)
        |                      ^^^^^^^^^^^
      → Может быть, `pravila/pravila-vozvrata.md`?

    kb/vozvrat.md:5:12  KB020 ошибка
      ссылка `usloviya.md#sroki` никуда не ведёт
      5 | > 14 дней: [условия](usloviya.md#sroki).
        |                      ^^^^^^^^^^^^^^^^^
      → Может быть, `pravila/pravila-vozvrata.md#sroki`?
    ");
}

#[test]
fn address_that_is_lost_by_a_change_is_told_unless_history_leads_on() {
    let (mut repo, first) = base();
    repo.remove("kb/usloviya.md")
        .write("kb/pravila.md", "# Условия\n\nВсё совсем просто.\n\n## Сроки {#sroki}\n\nДве недели.\n");
    repo.write(
        "kb/vozvrat.md",
        "---\ntitle: Возврат\nslug: vozvraty\n---\n> [!ANSWER]\n> 14 дней: [условия](pravila.md#sroki).\n",
    );
    repo.write("kb/_tests/answers.yml", "- {question: возврат, first: vozvraty}\n");
    let second = repo.commit("renamed and edited");
    insta::assert_snapshot!(said(&compare(&repo, first, second)), @r"
    kb/pravila.md:1:1  KB014 предупреждение
      раньше статья была по адресу `usloviya`, теперь он никуда не ведёт
      1 | # Условия
        | ^
      → На него могут вести ссылки. Добавьте `redirect_from: [usloviya]`.

    kb/vozvrat.md:3:7  KB014 предупреждение
      раньше статья была по адресу `vozvrat`, теперь он никуда не ведёт
      3 | slug: vozvraty
        |       ^
      → На него могут вести ссылки. Добавьте `redirect_from: [vozvrat]`.
    ");
    repo.write("kb/vozvrat.md", "---\ntitle: Возврат\nslug: vozvraty\nredirect_from: [vozvrat]\n---\n> [!ANSWER]\n> 14 дней: [условия](pravila.md#sroki).\n");
    repo.rename("kb/pravila.md", "kb/novoe/pravila.md");
    repo.write("kb/vozvrat.md", "---\ntitle: Возврат\nslug: vozvraty\nredirect_from: [vozvrat]\n---\n> [!ANSWER]\n> 14 дней: [условия](novoe/pravila.md#sroki).\n");
    let third = repo.commit("moved as it is");
    assert_eq!(said(&compare(&repo, second, third)), "");
}

#[test]
fn link_is_suggested_as_it_would_be_written_where_it_stands() {
    let mut repo = TestRepo::new();
    repo.write("kb/img/касса.png", b"\x89PNG").write("kb/правила/сроки.md", "# Сроки\n\nДве недели.\n\n## Возврат\n");
    let start = repo.commit("start");
    repo.write(
        "kb/правила/возврат.md",
        "# Возврат\n\n[а](правила/сроки.md#возврат), [б](/сроки.md), [в](../Сроки.md), ![касса](../img/Касса.png)\n",
    );
    let second = repo.commit("links");
    insta::assert_snapshot!(said(&compare(&repo, start, second)), @r"
    kb/правила/возврат.md:3:1  KB020 ошибка
      ссылка `правила/сроки.md#возврат` никуда не ведёт
      3 | [а](правила/сроки.md#возврат), [б](/сроки.md), [в](../Сроки.md), ![касса](../img/Касса.png)
        |     ^^^^^^^^^^^^^^^^^^^^^^^^
      → Может быть, `сроки.md#возврат`?

    kb/правила/возврат.md:3:32  KB020 ошибка
      ссылка `/сроки.md` никуда не ведёт
      3 | [а](правила/сроки.md#возврат), [б](/сроки.md), [в](../Сроки.md), ![касса](../img/Касса.png)
        |                                    ^^^^^^^^^
      → Может быть, `/правила/сроки.md`?

    kb/правила/возврат.md:3:48  KB020 ошибка
      ссылка `../Сроки.md` никуда не ведёт
      3 | [а](правила/сроки.md#возврат), [б](/сроки.md), [в](../Сроки.md), ![касса](../img/Касса.png)
        |                                                    ^^^^^^^^^^^
      → Может быть, `сроки.md`?

    kb/правила/возврат.md:3:66  KB020 ошибка
      ссылка `../img/Касса.png` никуда не ведёт
      3 | [а](правила/сроки.md#возврат), [б](/сроки.md), [в](../Сроки.md), ![касса](../img/Касса.png)
        |                                                                           ^^^^^^^^^^^^^^^^
      → Может быть, `../img/касса.png`?
    ");
}

#[test]
fn what_a_change_removes_is_said_to_be_removed_and_a_picture_that_moved_where_it_is() {
    let (mut repo, _) = base();
    repo.write("kb/a.md", "---\ntitle: А\nrelated: [usloviya]\n---\n![касса](b.png) и [[usloviya]]\n")
        .write("kb/b.png", b"\x89PNG");
    let second = repo.commit("a picture");
    repo.rename("kb/b.png", "kb/img/b 1.png").remove("kb/usloviya.md");
    let third = repo.commit("moved, and removed");
    insta::assert_snapshot!(said(&compare(&repo, second, third)), @r"
    kb/a.md:3:11  KB023 ошибка
      `related` называет статью `usloviya`, которую удаляет эта правка
      3 | related: [usloviya]
        |           ^^^^^^^^
      → Уберите её отсюда или назовите другую. Удаляется по ошибке? Верните файл.

    kb/a.md:5:1  KB020 ошибка
      ссылка `b.png` никуда не ведёт
      5 | ![касса](b.png) и [[usloviya]]
        |          ^^^^^
      → Может быть, `img/b%201.png`?

    kb/a.md:5:19  KB020 ошибка
      ссылка `usloviya` ведёт на то, что удаляет эта правка
      5 | ![касса](b.png) и [[usloviya]]
        |                     ^^^^^^^^
      → Уберите ссылку или направьте её в другое место. Удаляется по ошибке? Верните файл.

    kb/vozvrat.md:5:12  KB020 ошибка
      ссылка `usloviya.md#sroki` ведёт на то, что удаляет эта правка
      5 | > 14 дней: [условия](usloviya.md#sroki).
        |                      ^^^^^^^^^^^^^^^^^
      → Уберите ссылку или направьте её в другое место. Удаляется по ошибке? Верните файл.
    ");
}

#[test]
fn who_claims_what_another_has_hears_of_it_whichever_comes_first() {
    let mut repo = TestRepo::new();
    repo.write("kb/b.md", "---\ntitle: Б\nslug: vozvrat\nquestions: [Как вернуть?]\n---\nДа.\n");
    let first = repo.commit("start");
    repo.write("kb/a.md", "---\ntitle: А\nslug: vozvrat\nquestions: [Где?, Как вернуть?]\n---\nНет.\n");
    let second = repo.commit("another");
    insta::assert_snapshot!(said(&compare(&repo, first, second)), @r"
    kb/a.md:3:7  KB011 ошибка
      адрес `vozvrat` уже занят статьёй `b.md`
      3 | slug: vozvrat
        |       ^
      → Дайте одной из двух статей другой `slug`; пока адрес этой — путь к файлу.

    kb/a.md:4:19  KB013 ошибка
      на вопрос «Как вернуть?» отвечает и `b.md`
      4 | questions: [Где?, Как вернуть?]
        |                   ^^^^^^^^^^^^
      → Оставьте вопрос одной из двух статей, чтобы ответ был один; другую уберите в архив или сузьте её `audience`.
    ");
}

#[test]
fn what_is_wrong_with_files_that_articles_share_is_shown_in_its_line() {
    let mut repo = TestRepo::new();
    repo.write("kb/a.md", article("А", "Да."));
    let first = repo.commit("start");
    repo.write("kb/_lexicon.yml", "synonims:\n  - [а, б]\n")
        .write("kb/_owners", "/b/ @petrova\n")
        .write("kb/_tests/a.yml", "- question: а\n  frist: a\n")
        .write("kb/_facts/a.yml", "days: 14 дней\ndays: 15 дней\n");
    let second = repo.commit("all wrong");
    insta::assert_snapshot!(said(&compare(&repo, first, second)), @r"
    kb/_facts/a.yml:2:1  KB080 ошибка
      факты здесь не прочитать: ключ `days` записан дважды
      2 | days: 15 дней
        | ^
      → Исправьте файл; что не годится, пропущено, и статьи, где это нужно, об этом скажут.

    kb/_tests/a.yml:2:3  KB061 ошибка
      в проверке ответа неизвестный ключ `frist`
      2 |   frist: a
        |   ^^^^^
      → Может быть, `first`?

    kb/_lexicon.yml:1:1  KB006 предупреждение
      неизвестный ключ `synonims`
      1 | synonims:
        | ^^^^^^^^
      → Может быть, `synonyms`?

    kb/_owners:1:1  KB065 предупреждение
      под `/b/` не подходит ни один файл
      1 | /b/ @petrova
        | ^^^
      → Исправьте путь, он начинается от папки базы, или уберите строку.
    ");
}
