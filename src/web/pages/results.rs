//! Search: the list of hits, each with the answer it gives, so that choosing among them asks the server nothing more.
//!
//! `part=results` gives what stands inside `main` alone: that is what the script of the page puts there as the reader
//! types. One template for both, so that the two can never say different things.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::address::address;
use super::feedback::{FeedbackForm, Thanks};
use super::parts::{AnswerCard, Chip, Crumb, Row, TagLink, crumbs, folder_of, kind_of};
use super::refine::Refine;
use super::start::Start;
use super::{Scene, Shell, Visit, html};
use crate::article::Article;
use crate::edition::{Lookup, article_path, encode_path};
use crate::search::query::MAX_OFFSET;
use crate::search::{CorrectionKind, Hit, Note, SearchQuery, SearchResults};
use crate::text::Words;
use crate::web::error::Problem;
use crate::web::extract::Params;
use crate::web::filters::Asked as Filters;

/// Hits on a page.
const PAGE: usize = 10;
/// Longest query in bytes.
const LONGEST: usize = 4096;
/// Articles offered when nothing is found.
const NEAREST: usize = 5;
/// For how many days a change is said in the list.
const RECENT: i32 = 7;
/// Most words of a query, and most of them that nothing has, for which it is said without which there are results.
const WORDS: (usize, usize) = (6, 2);
/// Topics offered when nothing is found.
const TAGS: usize = 16;

/// What is asked, as the address says it.
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) filters: Filters,
    offset: usize,
    exact: bool,
    /// Whether only what stands inside `main` is wanted.
    part: bool,
}

/// What `main` holds.
pub(super) enum Content {
    Start(Start),
    Found(Box<Found>),
}

/// The results of a query.
pub(super) struct Found {
    w: &'static Words,
    /// The report that there was no answer; where something was found there may be none in it.
    gap: Option<FeedbackForm>,
    /// What became of a report from here.
    thanks: Option<Thanks>,
    count: String,
    hits: Vec<HitRow>,
    refine: Refine,
    /// What was searched instead of what was typed; empty when that is what was typed.
    corrected: Option<Corrected>,
    synonyms: String,
    cut: bool,
    /// What was not done as asked.
    notes: Vec<String>,
    /// Which words the best results lack, when none has all.
    lacking: Option<String>,
    /// Whether nothing was found though another layout, spelling and synonyms were tried.
    tried: Option<String>,
    /// The article that says what to tell the customer when nothing is found.
    fallback: Option<AnswerCard>,
    suggestions: Vec<Link>,
    nearest: Vec<Row>,
    /// Topics, when nothing is found: another way in.
    tags: Vec<TagLink>,
    without_filters: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    range: String,
}

struct Corrected {
    searched: String,
    typed: String,
    exactly: String,
}

struct Link {
    href: String,
    text: String,
}

/// A hit as a row of the list and as the answer beside it.
struct HitRow {
    href: String,
    article_href: String,
    title_html: String,
    title: String,
    lang: String,
    crumbs: Vec<Crumb>,
    kind: Option<String>,
    chip: Chip,
    section: Option<Link>,
    snippet_html: String,
    card: AnswerCard,
    /// What the reader may say of the answer.
    feedback: Option<FeedbackForm>,
    changed: Option<Changed>,
    owner: Option<String>,
    sections: Vec<Link>,
}

/// What happened to an article last.
struct Changed {
    /// "Изменено вчера", or that it is new.
    near: String,
    /// Whether it was within [`RECENT`] days: then whoever knows the answer by heart should look again.
    lately: bool,
    /// The commit's words, for staff alone.
    subject: Option<String>,
    history: String,
    revision: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    shell: Shell,
    content: Content,
}

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPart<'a> {
    content: &'a Content,
}

/// `GET /search`.
pub(super) async fn page(visit: Visit) -> Response {
    if let (Ok(current), Ok(Some(text))) = (&visit.current, visit.params.one("q")) {
        visit.state.asked(current, text);
    }
    visit
        .answer_later(|scene| async move {
            let asked = Asked::of(&scene.visit.params)?;
            let content = Content::of(scene, &asked).await?;
            if asked.part {
                return html(&ResultsPart { content: &content });
            }
            let title = if asked.text.is_empty() { scene.words().search.to_owned() } else { asked.text.clone() };
            let kept = asked.filters.parameters();
            html(&SearchPage { shell: Shell { query: asked.text, kept, ..scene.shell("search", title) }, content })
        })
        .await
}

impl Asked {
    pub(super) fn of(params: &Params) -> Result<Self, Problem> {
        let text = params.one("q")?.unwrap_or_default().to_owned();
        if text.len() > LONGEST {
            let detail = format!("`q` has {} bytes, more than {LONGEST}", text.len());
            let problem = Problem::new(StatusCode::URI_TOO_LONG, "query_too_long", detail);
            return Err(Problem { parameter: Some("q"), ..problem });
        }
        Ok(Self {
            text,
            filters: Filters::read(params)?,
            offset: params.number("offset", 0..=MAX_OFFSET, 0)?,
            exact: params.switch("exact")?,
            part: params.one("part")? == Some("results"),
        })
    }

    /// Returns the address of another search that differs from this one as given.
    fn address(&self, text: &str, filters: &Filters, offset: usize, exact: bool) -> String {
        let offset = if offset == 0 { String::new() } else { offset.to_string() };
        let mut parameters = vec![("q", text.to_owned())];
        parameters.extend(filters.parameters());
        parameters.push(("offset", offset));
        parameters.push(("exact", if exact { "1".to_owned() } else { String::new() }));
        address("/search", parameters.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// Returns the address of this search with other filters.
    pub(super) fn with(&self, filters: Filters) -> String {
        self.address(&self.text, &filters, 0, self.exact)
    }
}

impl Content {
    /// Renders what stands inside `main`.
    pub(super) fn render(&self) -> Result<String, askama::Error> {
        ResultsPart { content: self }.render()
    }

    pub(super) async fn of(scene: Scene<'_>, asked: &Asked) -> Result<Self, Problem> {
        let query = SearchQuery {
            limit: PAGE,
            offset: asked.offset,
            exact: asked.exact,
            facets: true,
            explain: asked.text.split_whitespace().nth(1).is_some(),
            ..SearchQuery::new(&asked.text)
        };
        if query.text.is_empty() && asked.filters.is_empty() {
            let (view, w, day) = (scene.view().clone(), scene.words(), scene.day);
            return Ok(Self::Start(scene.visit.state.work.queries.run(move || Start::of(&view, w, day)).await?));
        }
        let (view, filters) = (scene.view().clone(), asked.filters.clone());
        let search = move || {
            let query = SearchQuery { filters: filters.over(&view)?, ..query };
            let results = view.search(&query);
            // Somebody who finds nothing by all the words may find something by some of them.
            let nearest = if results.total == 0 { view.nearest(&query.text, NEAREST) } else { Vec::new() };
            Ok((query, results, nearest))
        };
        let (query, results, nearest) = scene.visit.state.work.queries.run(search).await??;
        Ok(Self::Found(Box::new(Found::of(scene, asked, &query, &results, &nearest))))
    }
}

impl Found {
    fn of(
        scene: Scene<'_>,
        asked: &Asked,
        query: &SearchQuery,
        results: &SearchResults,
        nearest: &[Arc<Article>],
    ) -> Self {
        let w = scene.words();
        let page = |offset: usize| asked.address(&asked.text, &asked.filters, offset, asked.exact);
        let end = asked.offset + results.hits.len();
        let (synonyms, repairs): (Vec<_>, Vec<_>) =
            results.corrections.iter().partition(|correction| correction.kind == CorrectionKind::Synonym);
        let corrected = (!repairs.is_empty()).then(|| Corrected {
            searched: w.quoted(&results.searched),
            typed: w.quoted(&query.text),
            exactly: asked.address(&asked.text, &asked.filters, 0, true),
        });
        let nothing = results.total == 0;
        let lacking = lacking(w, results);
        // What the best hit lacks is said once.
        let is_news = |note: &&Note| lacking.is_none() || !matches!(note, Note::WordNotFound(_));
        let notes = results.notes.iter().filter(is_news).map(|note| told(w, note)).collect();
        let suggestion =
            |text: &String| Link { href: asked.address(text, &asked.filters, 0, false), text: text.clone() };
        let filters = asked.filters.parameters();
        let filters = address("", filters.iter().map(|(name, value)| (*name, value.as_str())));
        let filters = filters.trim_start_matches('?').to_owned();
        Self {
            w,
            gap: FeedbackForm::of_gap(scene, &query.text, &results.searched, filters, results.total)
                .filter(|_| nothing),
            thanks: FeedbackForm::thanks(scene),
            lacking,
            tried: (nothing && !query.text.is_empty()).then(|| w.quoted(&query.text)),
            fallback: fallback(scene).filter(|_| nothing),
            count: if nothing { w.nothing_found.to_owned() } else { w.results_found(results.total) },
            hits: results.hits.iter().map(|hit| HitRow::of(scene, hit)).collect(),
            refine: Refine::of(scene, asked, results.facets.as_ref(), results.total),
            corrected,
            synonyms: synonyms.iter().map(|synonym| w.quoted(&synonym.to)).collect::<Vec<_>>().join(", "),
            cut: query.cut,
            notes,
            suggestions: results.suggestions.iter().map(suggestion).collect(),
            nearest: nearest.iter().map(|article| Row::of(scene, article)).collect(),
            tags: if nothing { TagLink::most_used(scene.view(), TAGS) } else { Vec::new() },
            without_filters: (nothing && !asked.filters.is_empty() && !query.text.is_empty())
                .then(|| asked.address(&asked.text, &Filters::default(), 0, asked.exact)),
            previous: (asked.offset > 0).then(|| page(asked.offset.saturating_sub(PAGE))),
            next: (end < results.total && end <= MAX_OFFSET && !results.hits.is_empty()).then(|| page(end)),
            range: w.range(asked.offset + 1, end, results.total),
        }
    }
}

fn told(w: &Words, note: &Note) -> String {
    match note {
        Note::PhraseNotFound(phrase) => w.phrase_not_found(phrase),
        Note::WordNotFound(word) => w.word_not_found(word),
        Note::WordsLeftOut => w.words_left_out.to_owned(),
    }
}

/// Says without which words there are results, when no article has all words of a short query.
fn lacking(w: &Words, results: &SearchResults) -> Option<String> {
    let absent = |hit: &Hit| -> Option<Vec<String>> {
        let words = hit.explanation.as_ref()?.words.iter().filter(|word| !word.stop);
        let (with, without): (Vec<_>, Vec<_>) = words.partition(|word| word.score > 0.0);
        let said = !with.is_empty() && with.len() + without.len() <= WORDS.0 && without.len() <= WORDS.1;
        said.then(|| without.into_iter().map(|word| word.word.clone()).collect())
    };
    let best = absent(results.hits.first()?).filter(|words| !words.is_empty())?;
    let alike = results.hits.iter().filter_map(absent);
    let alike = alike.filter(|words| words.iter().all(|word| best.contains(word))).count();
    let all = results.hits.iter().filter_map(absent).any(|words| words.is_empty());
    let words: Vec<&str> = best.iter().map(String::as_str).collect();
    (!all).then(|| w.without_words(&words, (alike < PAGE || results.total == PAGE).then_some(alike)))
}

/// Returns the article that is configured for when nothing is found, if the reader may see it.
fn fallback(scene: Scene<'_>) -> Option<AnswerCard> {
    let slug = scene.visit.state.fallback.as_deref()?;
    let (Lookup::Found(article) | Lookup::Moved(article)) = scene.view().lookup(slug) else { return None };
    Some(AnswerCard::of(scene, article, &scene.view().trust(article, scene.day)))
}

impl Changed {
    fn of(scene: Scene<'_>, article: &Article) -> Option<Self> {
        let (first, last) = scene.view().dates(article)?;
        let day = last.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let age = day.until(scene.day).map_or(i32::MAX, |age| age.get_days());
        Some(Self {
            near: if first.id == last.id {
                scene.words().new_article.to_owned()
            } else {
                scene.words().changed_near(day, scene.day)
            },
            lately: age <= RECENT,
            subject: scene.view().access().sees_notes().then(|| last.subject.to_string()),
            history: format!("/history/{}", encode_path(article.slug.as_str())),
            revision: last.id.short(),
        })
    }
}

impl HitRow {
    fn of(scene: Scene<'_>, hit: &Hit) -> Self {
        let article = &hit.article;
        let trust = scene.view().trust(article, scene.day);
        let article_href = article_path(article.slug.as_str());
        let link = |section: &crate::article::Section| Link {
            href: format!("{article_href}#{}", super::address::encode(&section.id)),
            text: section.title.to_string(),
        };
        let section = hit.section.and_then(|number| article.sections.get(number)).filter(|s| s.level > 0).map(link);
        Self {
            href: section.as_ref().map_or_else(|| article_href.clone(), |section| section.href.clone()),
            title_html: hit.title_html.clone(),
            title: article.title.clone(),
            lang: article.lang.clone(),
            crumbs: crumbs(scene.view(), folder_of(&article.path)),
            kind: kind_of(scene.words(), article),
            chip: Chip::of(scene.words(), &trust, scene.day),
            snippet_html: hit.snippet_html.clone(),
            card: AnswerCard::of(scene, article, &trust),
            feedback: FeedbackForm::of_article(scene, article.slug.as_str(), "operator"),
            changed: Changed::of(scene, article),
            owner: article.owner().map(str::to_owned).filter(|_| scene.view().access().sees_notes()),
            sections: article.sections.iter().filter(|section| section.level == 2).map(link).collect(),
            section,
            article_href,
        }
    }
}
