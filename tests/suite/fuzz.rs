//! Whatever is typed is answered, in bounds and in order: random bad input over the sample content.
//!
//! The same questions every time; `OTVET_FUZZ=100000` asks more of them and `OTVET_FUZZ_SEED=7` others.

use std::collections::HashSet;

use otvet::article::{Section, with_titles};
use otvet::edition::View;
use otvet::search::query::{MAX_CHARS, MAX_LIMIT};
use otvet::search::{SearchQuery, SearchResults};

use crate::contract::seen;
use crate::corpus::Random;
use crate::support::base::TestBase;
use crate::support::sample::{sample, steps};
use crate::support::strange;

/// The longest snippet in characters.
const SNIPPET: usize = 240;

fn base() -> TestBase {
    let (mut repo, _) = sample();
    repo.commit("the sample content");
    let mut base = TestBase::new(repo.content("kb"));
    base.must_publish();
    base
}

/// The words of all titles, questions and texts, each once, in lower case.
pub fn words(view: &View) -> Vec<String> {
    let texts = view.articles().flat_map(|article| {
        // A slug by which a text names another article is no word of it.
        let text = |section: &Section| {
            with_titles(&section.text, 0, &section.names, &mut |_| Some(" ".to_owned())).into_owned()
        };
        let sections = article.sections.iter().flat_map(|section| [section.title.to_string(), text(section)]);
        let own = [article.title.clone()].into_iter().chain(article.meta.questions.iter().cloned());
        own.chain(sections).collect::<Vec<_>>()
    });
    // An apostrophe is part of «doesn't», whichever it is.
    let split = |text: String| {
        text.replace(['\'', '’'], "").split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect::<Vec<_>>()
    };
    let mut words: Vec<String> = texts.flat_map(split).filter(|word| !word.is_empty()).collect();
    words.sort();
    words.dedup();
    words
}

#[test]
fn whatever_is_typed_is_answered_in_bounds() {
    let base = base();
    let view = base.view();
    let words = words(&view);
    let mut random = Random(steps("OTVET_FUZZ_SEED", 1) as u64);
    for number in 0..steps("OTVET_FUZZ", 3_000) {
        let (sort, text) = strange::question(&mut random, &words);
        let query = SearchQuery {
            limit: 1 + random.below(MAX_LIMIT),
            offset: if random.below(4) == 0 { random.below(60) } else { 0 },
            exact: random.below(5) == 0,
            facets: random.below(3) == 0,
            ..SearchQuery::new(&text)
        };
        let results = view.search(&query);
        let problem = problem(&view, &query, &results).or_else(|| {
            (seen(&results) != seen(&view.search(&query))).then(|| "asked again, it is answered differently".to_owned())
        });
        if let Some(problem) = problem.or_else(|| wrong_completion(&view, &query.text)) {
            panic!("question {number} ({sort}): {problem}\n{:?}", text.chars().take(400).collect::<String>());
        }
    }
}

#[test]
fn whatever_is_typed_gets_an_answer_or_a_reason_over_http() {
    let base = base();
    let words = words(&base.view());
    let mut random = Random(2);
    for _ in 0..steps("OTVET_FUZZ", 3_000) / 10 {
        let (sort, text) = strange::question(&mut random, &words);
        let q = otvet::edition::encode_path(&text).replace('&', "%26").replace('+', "%2B").replace('=', "%3D");
        for path in [format!("/api/v1/search?q={q}"), format!("/api/v1/suggest?q={q}"), format!("/search?q={q}")] {
            let answer = base.get(&path);
            let status = answer.status.as_u16();
            assert!([200, 414].contains(&status), "{sort}: {status} {}", answer.body);
            assert_eq!(
                status == 414,
                text.len() > 4 << 10 || path.len() > 8 << 10,
                "{sort}: {status}, {} bytes",
                text.len()
            );
            if status == 414 {
                assert!(answer.body.contains("too_long"), "{}", answer.body);
            }
        }
    }
}

/// Returns what is wrong with results.
fn problem(view: &View, query: &SearchQuery, results: &SearchResults) -> Option<String> {
    let say = |text: &str| Some(text.to_owned());
    if query.text.chars().count() > MAX_CHARS {
        return say("the text was not cut");
    }
    let hits = &results.hits;
    if hits.len() > query.limit || (!hits.is_empty() && results.total < query.offset + hits.len()) {
        return Some(format!("{} hits from {} of {} in all", hits.len(), query.offset, results.total));
    }
    if results.total > query.offset && hits.is_empty() {
        return Some(format!("{} in all, but an empty page at {}", results.total, query.offset));
    }
    if query.exact && !results.corrections.is_empty() {
        return say("an exact question was corrected");
    }
    if results.corrections.iter().any(|c| c.from.is_empty() || c.to.is_empty() || c.from == c.to) {
        return Some(format!("an empty correction: {:?}", results.corrections));
    }
    if results.searched.chars().count() > 4 * MAX_CHARS || results.corrections.len() > 64 {
        return say("what was searched has no bounds");
    }
    if let Some(facets) = &results.facets {
        let counted: usize = facets.kinds.iter().map(|(_, count)| count).sum();
        if counted != results.total {
            return Some(format!("{counted} by kind, {} in all", results.total));
        }
    }
    let slugs: HashSet<&str> = hits.iter().map(|hit| hit.article.slug.as_str()).collect();
    if slugs.len() != hits.len() {
        return say("an article stands twice");
    }
    hits.iter().find_map(|hit| {
        let slug = &hit.article.slug;
        if !hit.article.visible_to(view.access()) {
            return Some(format!("`{slug}` is hidden from this reader"));
        }
        if !hit.score.is_finite() || hit.score < 0.0 {
            return Some(format!("`{slug}` has the score {}", hit.score));
        }
        if hit.section.is_some_and(|section| section >= hit.article.sections.len()) {
            return Some(format!("`{slug}` has no section {:?}", hit.section));
        }
        match (plain(&hit.title_html), plain(&hit.snippet_html)) {
            (Err(problem), _) => Some(format!("title of `{slug}`: {problem}: {}", hit.title_html)),
            (_, Err(problem)) => Some(format!("snippet of `{slug}`: {problem}: {}", hit.snippet_html)),
            (Ok(title), _) if title != hit.article.title => Some(format!("the title of `{slug}` became {title}")),
            (_, Ok(snippet)) if snippet.chars().count() > SNIPPET => {
                Some(format!("the snippet of `{slug}` has {} characters: {snippet}", snippet.chars().count()))
            }
            _ => None,
        }
    })
}

fn wrong_completion(view: &View, text: &str) -> Option<String> {
    let found = view.complete(text, 8).suggestions;
    if found.len() > 8 {
        return Some(format!("{} completions", found.len()));
    }
    found.iter().find_map(|suggestion| match plain(&suggestion.html) {
        Err(problem) => Some(format!("completion: {problem}: {}", suggestion.html)),
        Ok(plain) if plain != suggestion.text => {
            Some(format!("the completion {} is shown as {plain}", suggestion.text))
        }
        Ok(_) => (!suggestion.article.visible_to(view.access())).then(|| "a completion of a hidden article".to_owned()),
    })
}

/// Returns the text that marked HTML shows, or what is wrong with it: only `<mark>` and `</mark>`, in turns and around
/// something, and only the entities that the escape makes.
fn plain(html: &str) -> Result<String, String> {
    const ENTITIES: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\'')];
    let (mut text, mut rest, mut open) = (String::new(), html, None);
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("<mark>") {
            if open.replace(text.len()).is_some() {
                return Err("a mark within a mark".to_owned());
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix("</mark>") {
            match open.take() {
                None => return Err("a mark ends that never began".to_owned()),
                Some(start) if text[start..].trim().is_empty() => return Err("a mark around nothing".to_owned()),
                Some(_) => rest = after,
            }
        } else if let Some((entity, c)) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
            text.push(*c);
            rest = &rest[entity.len()..];
        } else if matches!(c, '<' | '>' | '&' | '"') {
            return Err(format!("a bare `{c}`"));
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if open.is_some() { Err("a mark that never ends".to_owned()) } else { Ok(text) }
}

#[test]
fn the_judge_of_marks_sees_what_is_wrong() {
    assert_eq!(plain("a &lt;<mark>b</mark>&gt;").as_deref(), Ok("a <b>"));
    for wrong in ["<mark>a", "a</mark>", "<mark><mark>a</mark></mark>", "<mark></mark>", "<b>", "a & b", "&nbsp;"] {
        assert!(plain(wrong).is_err(), "{wrong}");
    }
}
