//! What every search engine must do. [`check`] runs it all on engines that `make` returns, each on an empty place.

use std::sync::Arc;

use otvet::article::{Article, Lexicon, Status};
use otvet::audience::Audiences;
use otvet::search::{Filters, Note, SearchEngine, SearchQuery, Searcher, Silent};

use super::{Draft, ask, library, library_with, public, reader, seen, slugs};

type Make<'a> = &'a dyn Fn() -> Box<dyn SearchEngine>;

/// Runs all contract tests.
pub(crate) fn check(make: Make<'_>) {
    word_forms_are_found(make);
    title_counts_more_than_text(make);
    whole_question_or_title_comes_first(make);
    archived_and_superseded_come_last(make);
    equal_scores_go_by_slug(make);
    best_section_is_named(make);
    last_word_may_be_unfinished(make);
    matches_are_marked_and_the_rest_escaped(make);
    filters_narrow_and_total_counts_all(make);
    hidden_articles_change_nothing(make);
    notes_are_for_staff(make);
    changes_are_followed(make);
    strange_text_is_answered(make);
    completions_are_titles_and_questions(make);
    empty_library_answers(make);
    mistyped_words_are_corrected_and_that_is_said(make);
    what_is_known_is_never_corrected(make);
    exact_query_is_searched_as_typed(make);
    synonyms_of_the_editors_are_searched_too(make);
    words_written_apart_or_together_are_found(make);
    titles_are_named_when_nothing_is_found(make);
    codes_and_numbers_are_found_however_they_are_written(make);
    what_wraps_a_question_changes_nothing(make);
    negation_counts_in_short_queries(make);
    queries_of_stop_words_find(make);
    slips_of_several_kinds_are_corrected_together(make);
    mistyped_beginning_is_understood(make);
    right_words_that_the_base_lacks_stay(make);
    names_are_corrected_for_one_slip_only(make);
    words_of_the_lexicon_are_understood_begun_and_mistyped(make);
    lexicon_alone_may_change(make);
    too_many_words_are_left_out_and_that_is_said(make);
    irregular_forms_are_found(make);
    words_that_nobody_has_are_named(make);
}

/// Returns a searcher over some articles.
fn searcher(make: Make<'_>, articles: &[Arc<Article>]) -> Arc<dyn Searcher> {
    make().index(&library(articles), &Silent).expect("indexes")
}

fn shop() -> Vec<Arc<Article>> {
    vec![
        Draft::new("vozvrat.md", "Возврат товара надлежащего качества")
            .text("Вернуть товар без брака можно в течение 14 дней, не считая дня покупки.")
            .section(2, "Условия", "Нужны товарный вид, ярлыки и комплект. Чек желателен, но не обязателен.")
            .section(2, "Куда вернётся оплата", "Деньги отправляем за три рабочих дня на ту же карту.")
            .with(|a| {
                a.meta.questions = vec!["Можно ли вернуть товар без чека?".into(), "Сколько дней на возврат?".into()];
                a.meta.keywords = vec!["рефанд".into()];
                a.meta.tags = vec!["возврат".into()];
            })
            .done(),
        Draft::new("dostavka/kurer.md", "Доставка курьером")
            .text("Курьер привезёт заказ за 1–2 дня. Ёлки доставляем только до 31 декабря.")
            .section(2, "Стоимость", "299 ₽, бесплатно от 4 000 ₽. Возврат курьером тоже 299 ₽.")
            .with(|a| a.meta.kind = "procedure".into())
            .done(),
        Draft::new("en/wifi.md", "Connecting Wi-Fi speakers")
            .text("Open the settings & choose <Wi-Fi>. The speaker connects in a minute.")
            .with(|a| a.lang = "en".into())
            .done(),
    ]
}

fn word_forms_are_found(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for (query, wanted) in [
        ("возвратом ", "vozvrat"),
        ("рефанд ", "vozvrat"),
        ("елка ", "dostavka/kurer"),
        ("ЁЛКУ ", "dostavka/kurer"),
        ("connect wifi ", "en/wifi"),
        ("settings ", "en/wifi"),
        ("4000 ", "dostavka/kurer"),
        ("4 000 ", "dostavka/kurer"),
    ] {
        assert_eq!(slugs(&ask(&*searcher, query)).split(' ').next(), Some(wanted), "{query}");
    }
}

fn title_counts_more_than_text(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    assert_eq!(slugs(&ask(&*searcher, "возврат ")), "vozvrat dostavka/kurer");
    assert_eq!(slugs(&ask(&*searcher, "курьер ")), "dostavka/kurer");
}

fn whole_question_or_title_comes_first(make: Make<'_>) {
    let mut articles = shop();
    let loud = "Вернуть товар без чека. Можно ли вернуть? Вернуть можно товар. ".repeat(3);
    articles.push(Draft::new("a.md", "Вернуть, вернуть товар и чек").text(&loud).done());
    articles.push(Draft::new("b.md", "Цены").text("Доставка курьером. ").done());
    let searcher = searcher(make, &articles);
    assert!(slugs(&ask(&*searcher, "можно ли вернуть товар без чека")).starts_with("vozvrat"));
    assert!(slugs(&ask(&*searcher, "доставка курьером ")).starts_with("dostavka/kurer"));
}

fn archived_and_superseded_come_last(make: Make<'_>) {
    let old = |path: &str| Draft::new(path, "Гарантия").text("Гарантия на технику.");
    let articles = [
        old("a.md").with(|a| a.meta.status = Status::Archived).done(),
        old("b.md").with(|a| a.meta.superseded_by = Some("c".into())).done(),
        Draft::new("c.md", "Ремонт").text("Ремонт по гарантии и без неё идёт в мастерской двадцать дней.").done(),
    ];
    assert_eq!(slugs(&ask(&*searcher(make, &articles), "гарантия ")), "c a b");
}

fn equal_scores_go_by_slug(make: Make<'_>) {
    let articles: Vec<_> = ["c.md", "a.md", "b.md"].map(|path| Draft::new(path, "Оплата").text("Карта.").done()).into();
    assert_eq!(slugs(&ask(&*searcher(make, &articles), "оплата картой ")), "a b c");
}

fn best_section_is_named(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    let section = |query: &str| ask(&*searcher, query).hits.first().map(|hit| hit.section);
    assert_eq!(section("деньги на карту "), Some(Some(2)));
    assert_eq!(section("ярлыки "), Some(Some(1)));
    assert_eq!(section("рефанд "), Some(None));
    assert_eq!(section("четырнадцать дней брак "), Some(None), "before the first heading");
}

fn last_word_may_be_unfinished(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for query in ["в", "во", "воз", "возв", "возвр", "возвра", "возврат", "возврат тов", "товар ярл", "ярлык"]
    {
        assert!(slugs(&ask(&*searcher, query)).contains("vozvrat"), "{query}");
    }
    assert_eq!(slugs(&ask(&*searcher, "ярл ")), "", "a finished word");
}

fn matches_are_marked_and_the_rest_escaped(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    let results = ask(&*searcher, "wifi set");
    let hit = &results.hits[0];
    assert_eq!(hit.title_html, "Connecting <mark>Wi-Fi</mark> speakers");
    assert!(
        hit.snippet_html.starts_with("Open the <mark>settings</mark> &amp; choose &lt;<mark>Wi-Fi</mark>&gt;."),
        "{}",
        hit.snippet_html
    );
    let results = ask(&*searcher, "рефанд ");
    assert!(results.hits[0].snippet_html.starts_with("Вернуть товар без брака"), "nothing of the query in the text");
}

fn filters_narrow_and_total_counts_all(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    let ask = |change: &dyn Fn(&mut SearchQuery)| {
        let mut query = SearchQuery::new("возврат ");
        change(&mut query);
        searcher.search(&query, public())
    };
    let only = |filters: Filters| slugs(&ask(&|query| query.filters = filters.clone()));
    assert_eq!(only(Filters { under: "dostavka".into(), ..Filters::default() }), "dostavka/kurer");
    assert_eq!(only(Filters { kinds: vec!["answer".into()], ..Filters::default() }), "vozvrat");
    assert_eq!(only(Filters { tags: vec!["Возврат".into()], ..Filters::default() }), "vozvrat");
    assert_eq!(only(Filters { langs: vec!["en".into()], ..Filters::default() }), "");
    let page = ask(&|query| (query.limit, query.offset) = (1, 1));
    assert_eq!((page.total, slugs(&page).as_str()), (2, "dostavka/kurer"));
}

fn hidden_articles_change_nothing(make: Make<'_>) {
    let stores = Audiences::default().get("stores").expect("known");
    let hidden = |path: &str| Draft::new(path, "Возврат канарейки").text("Возврат денег курьером. Канарейка.");
    let mut articles = shop();
    let plain = searcher(make, &articles);
    articles.push(hidden("a.md").with(|a| a.meta.audience = stores).done());
    articles.push(hidden("b.md").with(|a| a.meta.status = Status::Draft).done());
    articles.push(hidden("c.md").with(|a| a.readable = false).done());
    let more = searcher(make, &articles);
    for query in [
        "возврат ",
        "возвр",
        "канарейка ",
        "канар",
        "канарейк",
        "деньги курьером",
        "канорейка ",
        "rfyfhtqrf ",
        "kanareika ",
    ] {
        assert_eq!(seen(&ask(&*more, query)), seen(&ask(&*plain, query)), "{query}");
        let complete = |searcher: &Arc<dyn Searcher>| {
            searcher.suggest(query, 8, public()).iter().map(|s| s.html.clone()).collect::<Vec<_>>()
        };
        assert_eq!(complete(&more), complete(&plain), "{query}");
    }
    assert_eq!(more.search(&SearchQuery::new("канарейка "), reader("stores")).total, 1);
    assert_eq!(more.search(&SearchQuery::new("канарейка "), otvet::audience::Access::editor()).total, 3);
}

fn notes_are_for_staff(make: Make<'_>) {
    let note = "Компенсация до 500 ₽ без согласования.";
    let articles =
        [Draft::new("a.md", "Жалобы").text("Ответим за сутки.").section(2, "Деньги", "Вернём.").note(note).done()];
    let searcher = searcher(make, &articles);
    assert_eq!(ask(&*searcher, "компенсация ").total, 0);
    let results = searcher.search(&SearchQuery::new("компенсация "), reader("operators"));
    assert_eq!(results.hits[0].section, Some(1));
    assert!(results.hits[0].snippet_html.starts_with("<mark>Компенсация</mark> до 500"));
    let public_hit = &ask(&*searcher, "жалоба компенсация ").hits[0];
    assert!(!public_hit.snippet_html.contains("500"));
}

fn changes_are_followed(make: Make<'_>) {
    let mut engine = make();
    let mut articles = shop();
    let first = engine.index(&library(&articles), &Silent).expect("indexes");
    articles[0] = Draft::new("vozvrat.md", "Обмен").text("Обменять можно.").done();
    articles.pop();
    let second = engine.index(&library(&articles), &Silent).expect("indexes");
    assert_eq!(slugs(&ask(&*second, "возврат ")), "dostavka/kurer");
    assert_eq!(slugs(&ask(&*second, "обмен ")), "vozvrat");
    assert_eq!(ask(&*second, "wifi ").total, 0);
    assert_eq!(slugs(&ask(&*first, "возврат ")), "vozvrat dostavka/kurer", "the searcher before answers as it did");
    let third = engine.index(&library(&shop()), &Silent).expect("indexes");
    assert_eq!(seen(&ask(&*third, "возврат ")), seen(&ask(&*first, "возврат ")), "an article that comes back");
}

fn strange_text_is_answered(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for text in [
        "",
        " ",
        "в",
        "как",
        "как не ",
        "?!",
        "🙂",
        "\u{200B}\u{202E}",
        "\0",
        "\"",
        "\"возврат",
        "title:возврат",
        "возв*",
        "/воз.*/",
        "AND OR NOT",
        &"(".repeat(1000),
        &"возврат ".repeat(200),
        &"я".repeat(10_000),
        &"-".repeat(10_000),
        &"a.b".repeat(3000),
        "а\u{301}\u{301}\u{301}",
    ] {
        let results = ask(&*searcher, text);
        assert!(results.hits.len() <= 10);
        searcher.suggest(text, 8, public());
    }
    assert_eq!(slugs(&ask(&*searcher, "title:возврат ")), "vozvrat dostavka/kurer");
}

fn completions_are_titles_and_questions(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    let complete = |text: &str| {
        let found = searcher.suggest(text, 3, public());
        found.into_iter().map(|s| format!("{:?} {}", s.kind, s.html)).collect::<Vec<_>>()
    };
    assert_eq!(
        complete("в"),
        [
            "Title <mark>Возврат</mark> товара надлежащего качества",
            "Question Сколько дней на <mark>возврат</mark>?",
            "Question Можно ли <mark>вернуть</mark> товар без чека?"
        ]
    );
    assert_eq!(complete("товар верн"), ["Question Можно ли <mark>вернуть</mark> <mark>товар</mark> без чека?"]);
    assert_eq!(complete("достав"), ["Title <mark>Доставка</mark> курьером"]);
    assert!(complete("чека вернут товарищ").is_empty());
    assert!(complete("").is_empty());
}

/// Returns the corrections, the text searched, and the first slug.
fn corrected(searcher: &dyn Searcher, text: &str) -> String {
    let results = ask(searcher, text);
    let kinds = results.corrections.iter().map(|c| format!("{:?} {}>{}", c.kind, c.from, c.to));
    let first = slugs(&results).split(' ').next().unwrap_or("").to_owned();
    format!("{} | {} | {first}", kinds.collect::<Vec<_>>().join(", "), results.searched)
}

fn mistyped_words_are_corrected_and_that_is_said(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for (query, wanted) in [
        ("вовзрат ", "Typo вовзрат>возврат | возврат | vozvrat"),
        ("djpdhfn ", "Layout djpdhfn>возврат | возврат | vozvrat"),
        ("djpdhfn njdfhf ", "Layout djpdhfn>возврат, Layout njdfhf>товара | возврат товара | vozvrat"),
        ("wifi rehmth ", "Layout rehmth>курьер | wifi курьер | en/wifi"),
        ("ыуеештпы ", "Layout ыуеештпы>settings | settings | en/wifi"),
        ("vozvrat tovara ", "Translit vozvrat>возврат, Translit tovara>товара | возврат товара | vozvrat"),
        ("lost возврат", " | lost возврат | vozvrat"),
        ("k.,jq djpdhfn", "Layout k.,jq>любой, Layout djpdhfn>возврат | любой возврат | vozvrat"),
    ] {
        assert_eq!(corrected(&*searcher, query), wanted, "{query}");
    }
}

fn what_is_known_is_never_corrected(make: Make<'_>) {
    let mut articles = shop();
    articles.push(Draft::new("rare.md", "Редкое").text("Вовзрат — так называется село. Артикул 28763.").done());
    let searcher = searcher(make, &articles);
    assert_eq!(corrected(&*searcher, "вовзрат "), " | вовзрат | rare");
    assert_eq!(corrected(&*searcher, "28764 "), " | 28764 | ");
    assert_eq!(corrected(&*searcher, "возврат товара без чека "), " | возврат товара без чека | vozvrat");
}

fn exact_query_is_searched_as_typed(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for text in ["вовзрат ", "djpdhfn ", "vozvrat "] {
        let results = searcher.search(&SearchQuery { exact: true, ..SearchQuery::new(text) }, public());
        assert_eq!((results.total, results.corrections.len()), (0, 0), "{text}");
    }
}

fn synonyms_of_the_editors_are_searched_too(make: Make<'_>) {
    let lexicon = Lexicon {
        synonyms: vec![vec!["посыльный".into(), "курьер".into()], vec!["блютуз".into(), "Wi-Fi".into()]],
        one_way: vec![(vec!["вернуть бабки".into()], vec!["оплата на карту".into()])],
        forms: vec![("ярлык".into(), vec!["ярлыга".into()])],
        abbreviations: vec![("ТН".into(), "товар надлежащего".into())],
        never_correct: vec!["вовзрат".into()],
    };
    let searcher = make().index(&library_with(&shop(), lexicon), &Silent).expect("indexes");
    for (query, wanted) in [
        ("посыльные ", "Synonym посыльные>курьер | посыльные | dostavka/kurer"),
        ("блютуз ", "Synonym блютуз>Wi-Fi | блютуз | en/wifi"),
        ("ярлыга ", " | ярлыга | vozvrat"),
        ("тн ", "Synonym тн>товар надлежащего | тн | vozvrat"),
        ("вовзрат ", " | вовзрат | "),
    ] {
        assert_eq!(corrected(&*searcher, query), wanted, "{query}");
    }
    let results = ask(&*searcher, "посыльный ");
    assert_eq!(results.hits[0].title_html, "Доставка <mark>курьером</mark>");
}

fn words_written_apart_or_together_are_found(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for (query, wanted) in [
        ("курь ер ", "Typo курь ер>курьер | курьер | dostavka/kurer"),
        ("возвраттовара ", "Typo возвраттовара>возврат товара | возврат товара | vozvrat"),
        ("wi fi ", " | wi fi | en/wifi"),
    ] {
        assert_eq!(corrected(&*searcher, query), wanted, "{query}");
    }
}

fn codes_and_numbers_are_found_however_they_are_written(make: Make<'_>) {
    let text = "Роутер Wi-Fi 6 к iPhone15. Акт КС-2, пункт 5.2 договора. Заказ 12-345, артикул MDVA-28763, накладная АБВ778. \
                Платформа 1С:Предприятие и node.js на C++, ошибка 0x80070005. Телефон +7 (495) 123-45-67. От 4 000 ₽. \
                Срок 14-дневный, файл report_2024.xlsx, onCrmDealAdd. До\u{301}м про\u{AD}дан. L'Oreal.";
    let articles =
        [Draft::new("codes.md", "Справка").text(text).done(), Draft::new("other.md", "Пусто").text("Ничего.").done()];
    let searcher = searcher(make, &articles);
    for query in [
        "wi-fi роутер",
        "wifi",
        "wi fi",
        "WI-FI",
        "Цш-Аш",
        "iphone 15",
        "iphone15",
        "iPhone-15",
        "п. 5.2",
        "п5.2",
        "5.2",
        "5,2",
        "12-345",
        "12345",
        "АБВ778",
        "абв-778",
        "абв 778",
        "MDVA-28763",
        "mdva 28763",
        "mdva28763",
        "28763",
        "КС-2",
        "кс 2",
        "кс2",
        "KC-2",
        "rc-2",
        "1С",
        "1C",
        "1с предприятие",
        "1c:предприятие",
        "node.js",
        "nodejs",
        "node js",
        "c++",
        "0x80070005",
        "84951234567",
        "+74951234567",
        "8 495 123 45 67",
        "4951234567",
        "123-45-67",
        "4000",
        "4 000 руб",
        "14 дневный",
        "14-дневный",
        "report_2024.xlsx",
        "report 2024",
        "crm deal",
        "Рoутер",
        "дом",
        "продан",
        "loreal",
        "l’oreal",
        "ｉＰｈｏｎｅ",
        "oncrmdealadd",
    ] {
        assert_eq!(slugs(&ask(&*searcher, &format!("{query} "))), "codes", "{query}");
    }
    for query in ["12-346 ", "28764 ", "кс-3 ", "c# ", "84951234568 "] {
        assert_eq!(ask(&*searcher, query).corrections, [], "{query}");
    }
}

fn what_wraps_a_question_changes_nothing(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for (question, wrapped) in [
        (
            "вернуть товар без чека",
            "Здравствуйте, подскажите пожалуйста, вернуть товар без чека? Заранее спасибо за ответ!",
        ),
        (
            "вернуть товар без чека",
            "доброго времени суток, хотел бы уточнить у вас такой вопрос: вернуть товар без чека",
        ),
        ("возврат курьером", "клиент спрашивает про возврат курьером"),
        ("доставка ёлки", "слушайте, а я уже не знаю куда обращаться, доставка ёлки"),
        ("connect speakers", "Hi! Could you please tell me about connect speakers, thank you so much in advance"),
    ] {
        let [plain, wrapped] = [question, wrapped].map(|text| ask(&*searcher, &format!("{text} ")));
        let best = |results: &otvet::search::SearchResults| results.hits.first().map(|hit| hit.snippet_html.clone());
        assert_eq!((slugs(&wrapped), best(&wrapped)), (slugs(&plain), best(&plain)), "{question}");
        assert!(!slugs(&plain).is_empty());
    }
    let whole = ask(&*searcher, "добрый день! скажите, а можно ли вернуть товар без чека? спасибо ");
    assert_eq!(slugs(&whole).split(' ').next(), Some("vozvrat"));
}

fn negation_counts_in_short_queries(make: Make<'_>) {
    let articles = [
        Draft::new("a.md", "Порядок первый").text("Товар примем с чеком. Заказ пришёл вовремя.").done(),
        Draft::new("b.md", "Порядок второй").text("Товар примем и без чека. Заказ не пришёл вовремя.").done(),
    ];
    let searcher = searcher(make, &articles);
    for (query, wanted) in
        [("товар без чека ", "b a"), ("товар с чеком ", "a b"), ("не пришёл заказ ", "b a"), ("пришёл заказ ", "a b")]
    {
        assert_eq!(slugs(&ask(&*searcher, query)), wanted, "{query}");
    }
}

fn queries_of_stop_words_find(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    assert_eq!(slugs(&ask(&*searcher, "можно ли ")).split(' ').next(), Some("vozvrat"));
    assert_eq!(slugs(&ask(&*searcher, "только до ")), "dostavka/kurer");
    assert_eq!(slugs(&ask(&*searcher, "the ")), "en/wifi");
}

fn slips_of_several_kinds_are_corrected_together(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for (query, wanted) in [
        ("djdhfn ", "Layout djdhfn>воврат, Typo воврат>возврат | возврат | vozvrat"),
        ("vovrat tovara ", "Translit vovrat>возврат, Translit tovara>товара | возврат товара | vozvrat"),
        ("bez cheka ", "Translit bez>без, Translit cheka>чека | без чека | vozvrat"),
        ("доставкакурьером ", "Typo доставкакурьером>доставка курьером | доставка курьером | dostavka/kurer"),
        ("аозврат ", "Typo аозврат>возврат | возврат | vozvrat"),
        (
            "кондеяения надлежещго качестав ",
            "Typo надлежещго>надлежащего, Typo качестав>качества | кондеяения надлежащего качества | vozvrat",
        ),
        (
            "ыуеештпы шт еру ыуеештпы ",
            "Layout ыуеештпы>settings, Layout шт>in, Layout еру>the, Layout ыуеештпы>settings | settings in the settings | en/wifi",
        ),
    ] {
        assert_eq!(corrected(&*searcher, query), wanted, "{query}");
    }
}

fn mistyped_beginning_is_understood(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for (query, wanted) in [
        // What is unfinished stays so: the beginning is mended and searched as if it had been typed.
        ("дотав", "Typo дотав>достав | достав | dostavka/kurer"),
        ("товар надлежащео каче", "Typo надлежащео>надлежащего | товар надлежащего каче | vozvrat"),
        ("условия воврат", "Typo воврат>возврат | условия возврат | vozvrat"),
        ("конекти", " | конекти | "),
    ] {
        assert_eq!(corrected(&*searcher, query), wanted, "{query}");
    }
}

fn right_words_that_the_base_lacks_stay(make: Make<'_>) {
    let article = Draft::new("a.md", "Включить звук").text("Включить можно кнопкой. The king is here.").done();
    let searcher = searcher(make, &[article]);
    for query in ["исключить ", "исключили ", "what kind "] {
        assert_eq!(ask(&*searcher, query).corrections, [], "{query}");
    }
    assert_eq!(corrected(&*searcher, "вклчить "), "Typo вклчить>включить | включить | a");
}

fn names_are_corrected_for_one_slip_only(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    assert_eq!(ask(&*searcher, "доставка заказа Курьерову ").corrections, []);
    assert_eq!(ask(&*searcher, "доставка заказа курьерову ").corrections.len(), 1);
    assert_eq!(ask(&*searcher, "доставка заказа Курьеромм ").corrections.len(), 1);
}

fn words_of_the_lexicon_are_understood_begun_and_mistyped(make: Make<'_>) {
    let lexicon = Lexicon {
        synonyms: vec![vec!["манибэк".into(), "возврат".into()], vec!["блю-туз".into(), "Wi-Fi".into()]],
        ..Lexicon::default()
    };
    let searcher = make().index(&library_with(&shop(), lexicon), &Silent).expect("indexes");
    for (query, wanted) in [
        ("манибэк ", "Synonym манибэк>возврат | манибэк | vozvrat"),
        ("маниб", "Synonym манибэк>возврат | маниб | vozvrat"),
        ("манебэк ", "Typo манебэк>манибэк, Synonym манибэк>возврат | манибэк | vozvrat"),
        ("vfyb,'r ", "Layout vfyb,'r>манибэк, Synonym манибэк>возврат | манибэк | vozvrat"),
        ("блю-туз ", "Synonym блю туз>Wi-Fi | блю-туз | en/wifi"),
        ("блютуз ", "Synonym блютуз>Wi-Fi | блютуз | en/wifi"),
    ] {
        assert_eq!(corrected(&*searcher, query), wanted, "{query}");
    }
}

fn lexicon_alone_may_change(make: Make<'_>) {
    let articles = shop();
    let mut engine = make();
    let with = |synonyms: Vec<Vec<String>>| library_with(&articles, Lexicon { synonyms, ..Lexicon::default() });
    let before = engine.index(&with(Vec::new()), &Silent).expect("indexes");
    assert_eq!(ask(&*before, "манибэк ").total, 0);
    let after = engine.index(&with(vec![vec!["манибэк".into(), "возврат".into()]]), &Silent).expect("indexes");
    assert_eq!(slugs(&ask(&*after, "манибэк ")), "vozvrat dostavka/kurer");
    assert_eq!(ask(&*before, "манибэк ").total, 0, "the searcher before answers as it did");
}

fn words_that_nobody_has_are_named(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    let named = |query: &str| ask(&*searcher, query).notes;
    assert_eq!(named("возврат Ктулху "), [Note::WordNotFound("Ктулху".into())]);
    assert_eq!(
        named("возврат ктулху"),
        [Note::WordNotFound("ктулху".into())],
        "the last word is the beginning of nothing"
    );
    assert_eq!([named("возврат товара "), named("здравствуйте, возврат "), named("возв")].concat(), []);
    assert_eq!(
        (named("ктулху "), named("возрат ")),
        (Vec::new(), Vec::new()),
        "nothing is found, or what was corrected"
    );
}

fn too_many_words_are_left_out_and_that_is_said(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    let words = |count: usize| (0..count).map(|n| format!("слово{n} ")).collect::<String>();
    let chatter = "как же это вот так что где у вас и по на от за при ли не да но о к с ";
    let short = ask(&*searcher, &format!("возврат {chatter}"));
    assert_eq!((short.notes.is_empty(), slugs(&short).split(' ').next()), (true, Some("vozvrat")));
    let results = ask(&*searcher, &format!("возврат {}", words(25)));
    assert_eq!(results.notes, [Note::WordsLeftOut, Note::WordNotFound("слово".into())]);
    assert!(slugs(&results).contains("vozvrat"), "what is left is searched");
}

fn irregular_forms_are_found(make: Make<'_>) {
    let articles = [
        Draft::new("a.md", "Деньги").text("Сообщение пришло в тот же день. Список настроек камеры.").done(),
        Draft::new("b.md", "Payment").text("She paid for the shelves.").done(),
    ];
    let searcher = searcher(make, &articles);
    for (query, wanted) in [
        ("денег ", "a"),
        ("дней ", "a"),
        ("не приходит придёт ", "a"),
        ("настройка ", "a"),
        ("pay ", "b"),
        ("shelf ", "b"),
    ] {
        assert_eq!(slugs(&ask(&*searcher, query)), wanted, "{query}");
        assert_eq!(ask(&*searcher, query).corrections, [], "{query}");
    }
}

fn titles_are_named_when_nothing_is_found(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    assert_eq!(ask(&*searcher, "доставабельность ").suggestions, ["Доставка курьером"]);
    assert!(ask(&*searcher, "доставка ").suggestions.is_empty());
}

fn empty_library_answers(make: Make<'_>) {
    let searcher = searcher(make, &[]);
    assert_eq!((ask(&*searcher, "возврат").total, searcher.sections()), (0, 0));
    assert!(searcher.suggest("в", 8, public()).is_empty());
}
