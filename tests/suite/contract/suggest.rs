//! What every search engine must offer while one types, and of articles that are about the same. [`check`] runs it all
//! on engines that `make` returns, each on an empty place.

use std::sync::Arc;

use otvet::article::{Article, Lexicon, Status};
use otvet::audience::Audiences;
use otvet::search::{SearchEngine, SearchQuery, Searcher, Silent};

use super::{Draft, ask, library, library_with, public, reader};

type Make<'a> = &'a dyn Fn() -> Box<dyn SearchEngine>;

/// Runs all contract tests.
pub(crate) fn check(make: Make<'_>) {
    best_completions_come_first(make);
    slips_layouts_and_latin_letters_are_forgiven(make);
    what_is_known_is_taken_as_it_is(make);
    lexicon_and_keywords_lead_to_titles_with_other_words(make);
    last_word_is_completed_by_what_most_titles_have(make);
    hidden_titles_complete_and_correct_nothing(make);
    completions_follow_changes(make);
    near_titles_are_named_when_little_is_found(make);
    similar_articles_share_rare_words(make);
}

fn searcher(make: Make<'_>, articles: &[Arc<Article>]) -> Arc<dyn Searcher> {
    make().index(&library(articles), &Silent).expect("indexes")
}

fn titled(path: &str, title: &str, questions: &[&str]) -> Arc<Article> {
    let questions: Vec<String> = questions.iter().map(|&question| question.to_owned()).collect();
    Draft::new(path, title).text("Текст.").with(|article| article.meta.questions = questions).done()
}

fn shop() -> Vec<Arc<Article>> {
    vec![
        titled("a.md", "Возврат без чека", &["Можно ли вернуть товар без чека?"]),
        titled("b.md", "Возврат на карту", &[]),
        titled("c.md", "Как оформить возврат на кассе", &[]),
        titled("d.md", "Доставка курьером", &["Сколько стоит доставка?"]),
        titled("e.md", "Касса: нет чека", &[]),
        titled("f.md", "Ёлки: доставка и возврат", &[]),
        titled("g.md", "Wi-Fi в магазине", &[]),
        titled("h.md", "Returns and refunds", &[]),
    ]
}

/// Returns what is offered for a text, and what it was taken for.
fn offered(searcher: &dyn Searcher, text: &str) -> String {
    let found = searcher.complete(text, 4, public());
    let kinds = found.corrections.iter().map(|c| format!("{:?} {}>{}; ", c.kind, c.from, c.to));
    let texts: Vec<_> = found.suggestions.iter().map(|suggestion| suggestion.text.as_str()).collect();
    kinds.collect::<String>() + &texts.join(" | ")
}

fn best_completions_come_first(make: Make<'_>) {
    let mut articles = shop();
    articles.push(Draft::new("0.md", "Возврат").with(|article| article.meta.status = Status::Archived).done());
    articles.push(titled("i.md", "возврат на КАРТУ", &[]));
    let searcher = searcher(make, &articles);
    for (text, wanted) in [
        ("возврат", "Возврат без чека | Возврат на карту | Ёлки: доставка и возврат | Как оформить возврат на кассе"),
        ("возврат ", "Возврат без чека | Возврат на карту | Ёлки: доставка и возврат | Как оформить возврат на кассе"),
        ("возврат на к", "Возврат на карту | Как оформить возврат на кассе"),
        ("на возврат", "Возврат на карту | Как оформить возврат на кассе"),
        ("касс возврат", "Как оформить возврат на кассе"),
        ("елка", "Ёлки: доставка и возврат"),
        ("чеком", "Касса: нет чека | Возврат без чека | Можно ли вернуть товар без чека?"),
        ("wi", "Wi-Fi в магазине"),
        ("wifi", "Wi-Fi в магазине"),
        ("ВОЗВРАТ БЕЗ", "Возврат без чека"),
        ("как мне возврат оформить", "Как оформить возврат на кассе"),
        ("возврат слонов", ""),
        ("?!", ""),
    ] {
        assert_eq!(offered(&*searcher, text), wanted, "{text}");
    }
    let html = |text: &str| searcher.complete(text, 1, public()).suggestions[0].html.clone();
    assert_eq!(html("касс воз"), "Как оформить <mark>возврат</mark> на <mark>кассе</mark>");
    assert_eq!(html("wifi"), "<mark>Wi-Fi</mark> в магазине");
}

fn slips_layouts_and_latin_letters_are_forgiven(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    for (text, wanted) in [
        ("вовзр", "Typo вовзр>возвр; Возврат без чека"),
        ("досатвк", "Typo досатвк>доставк; Доставка курьером"),
        ("возврат без чкеа", "Typo чкеа>чека; Возврат без чека"),
        ("djp", "Layout djp>воз; Возврат без чека"),
        ("d", "Layout d>в; Возврат без чека"),
        ("djpdhfn ,tp xtrf", "Layout djpdhfn>возврат; Layout ,tp>без; Layout xtrf>чека; Возврат без чека"),
        ("возврат ,tp", "Layout ,tp>без; Возврат без чека"),
        ("куегк", "Layout куегк>retur; Returns and refunds"),
        ("vozv", "Translit vozv>возв; Возврат без чека"),
        ("vozvrat bez", "Translit vozvrat>возврат; Translit bez>без; Возврат без чека"),
        ("vozvart", "Translit vozvart>возврат; Возврат без чека"),
    ] {
        let offered = offered(&*searcher, text);
        assert_eq!(offered.split(" | ").next(), Some(wanted), "{text}");
    }
    let found = searcher.complete("Возврат, без чкеа", 1, public());
    assert_eq!(found.searched, "Возврат, без чека", "what is right stays as it is");
    assert_eq!(found.suggestions[0].html, "<mark>Возврат</mark> <mark>без</mark> <mark>чека</mark>");
}

fn what_is_known_is_taken_as_it_is(make: Make<'_>) {
    let mut articles = shop();
    articles.push(titled("x.md", "Вовзрат: схема проезда", &[]));
    let searcher = searcher(make, &articles);
    assert_eq!(offered(&*searcher, "вовзр"), "Вовзрат: схема проезда");
    let lexicon = Lexicon { never_correct: vec!["Досатвка".into()], ..Lexicon::default() };
    let searcher = make().index(&library_with(&shop(), lexicon), &Silent).expect("indexes");
    assert_eq!(offered(&*searcher, "досатвка"), "");
}

fn lexicon_and_keywords_lead_to_titles_with_other_words(make: Make<'_>) {
    let lexicon = Lexicon {
        synonyms: vec![vec!["посыльный".into(), "курьер".into()]],
        abbreviations: vec![("БЧ".into(), "без чека".into())],
        ..Lexicon::default()
    };
    let mut articles = shop();
    articles
        .push(Draft::new("z.md", "Деньги назад").with(|article| article.meta.keywords = vec!["рефанд".into()]).done());
    let searcher = make().index(&library_with(&articles, lexicon), &Silent).expect("indexes");
    assert_eq!(offered(&*searcher, "посыл"), "Synonym посыл>курьер; Доставка курьером");
    assert_eq!(offered(&*searcher, "доставка посыльным"), "Synonym посыльным>курьер; Доставка курьером");
    let wanted = "Synonym бч>без чека; Касса: нет чека | Возврат без чека | Можно ли вернуть товар без чека?";
    assert_eq!(offered(&*searcher, "бч"), wanted, "small words of what is meant may be others");
    assert_eq!(offered(&*searcher, "рефа"), "Деньги назад", "a keyword is searched, never shown");
}

fn last_word_is_completed_by_what_most_titles_have(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    let words = |text: &str| searcher.complete(text, 1, public()).words.join(" | ");
    assert_eq!(words("во"), "возврат");
    assert_eq!(words("возврат без ч"), "", "one letter may be anything");
    assert_eq!(words("Возврат без че"), "Возврат без чека");
    assert_eq!(words("ка"), "карту | касса", "one of every word, those of most titles first");
    assert_eq!(words("djp"), "возврат");
    assert_eq!(words("возврат"), "", "it is whole");
    assert_eq!(words("во "), "", "it is finished");
}

fn hidden_titles_complete_and_correct_nothing(make: Make<'_>) {
    let stores = Audiences::default().get("stores").expect("known");
    let plain = searcher(make, &shop());
    let mut articles = shop();
    let hidden = Draft::new("0.md", "Канарейка возвращена").with(|article| {
        article.meta.audience = stores;
        article.meta.questions = vec!["Где канарейка?".into()];
        article.meta.keywords = vec!["канар".into()];
    });
    articles.push(hidden.done());
    articles.push(Draft::new("1.md", "Канарейка").with(|article| article.meta.status = Status::Draft).done());
    let more = searcher(make, &articles);
    let all = |searcher: &dyn Searcher, text: &str| {
        let found = searcher.complete(text, 8, public());
        let similar = searcher.similar(&shop()[0], 8, public());
        let similar: Vec<_> = similar.iter().map(|(score, article)| (score.to_bits(), article.slug.clone())).collect();
        let texts: Vec<_> = found.suggestions.iter().map(|suggestion| suggestion.html.clone()).collect();
        let instead = ask(searcher, text).suggestions;
        format!("{:?} {:?} {texts:?} {:?} {similar:?} {instead:?}", found.searched, found.corrections, found.words)
    };
    for text in ["к", "ка", "канар", "каранейка", "rfyfh", "kanar", "rfhfytqrf", "канарейка возв", "где канар", "воз"]
    {
        assert_eq!(all(&*more, text), all(&*plain, text), "{text}");
    }
    assert_eq!(more.complete("канар", 8, reader("stores")).suggestions.len(), 2);
}

fn completions_follow_changes(make: Make<'_>) {
    let mut engine = make();
    let mut articles = shop();
    let first = engine.index(&library(&articles), &Silent).expect("indexes");
    articles.remove(0);
    articles[0] = titled("b.md", "Обмен на кассе", &["Где обменять?"]);
    articles.push(titled("z.md", "Возврат подарка", &[]));
    let second = engine.index(&library(&articles), &Silent).expect("indexes");
    let fresh = searcher(make, &articles);
    for text in ["в", "о", "на", "возврат", "обм", "djp", "подарка", "чека", "касс"] {
        let all = |searcher: &dyn Searcher| format!("{:?}", searcher.complete(text, 8, public()));
        assert_eq!(all(&*second), all(&*fresh), "{text}");
    }
    assert_eq!(offered(&*first, "возврат б"), "Возврат без чека", "the searcher before answers as it did");
    let third = engine.index(&library(&shop()), &Silent).expect("indexes");
    assert_eq!(offered(&*third, "возврат"), offered(&*first, "возврат"));
}

fn near_titles_are_named_when_little_is_found(make: Make<'_>) {
    let searcher = searcher(make, &shop());
    assert_eq!(ask(&*searcher, "возвраценко чековый ").suggestions[0], "Возврат без чека");
    assert!(ask(&*searcher, "зюзюка ").suggestions.is_empty());
    let exact = SearchQuery { exact: true, ..SearchQuery::new("вовзрат ") };
    assert_eq!(searcher.search(&exact, public()).suggestions[0], "возврат", "what was probably meant");
}

fn similar_articles_share_rare_words(make: Make<'_>) {
    let mut articles = shop();
    for number in 0..40 {
        articles.push(titled(&format!("n{number}.md"), &format!("Магазин номер {number}"), &["Где магазин?"]));
    }
    let searcher = searcher(make, &articles);
    let similar = |path: &str| {
        let article = articles.iter().find(|article| &*article.path == path).expect("there");
        let found = searcher.similar(article, 3, public());
        found.iter().map(|(_, article)| article.slug.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(similar("a.md"), "e b c", "what few have counts for more; ties by slug");
    assert_eq!(similar("d.md"), "f");
    assert_eq!(similar("h.md"), "");
    assert_eq!(similar("n7.md"), "", "what all have says nothing");
}
