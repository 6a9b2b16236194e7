//! What pages of a preview say of themselves: what they show, that it is not live, and where the live page is.

use std::time::Instant;

use askama::Template;
use axum::response::Response;

use super::address::address;
use super::changes::{act_class, act_name};
use super::difference::{Group, groups, property_name, told as counted};
use super::prose::named;
use super::{Scene, Shell, Visit, html};
use crate::article::Article;
use crate::comparison::Asked;
use crate::difference::{Labels, compare_lines};
use crate::edition::{View, article_path};
use crate::git::history::Act;
use crate::text::preview::{self as words, Shown};
use crate::text::{Lang, Words};
use crate::web::former::THOROUGHNESS;
use crate::web::outlook::{self, Outlook};

/// Articles of a page.
const PAGE: usize = 20;
/// The most pages of them.
const PAGES: usize = 1_000;

/// What stands over every page of a preview.
#[derive(Debug)]
pub(super) struct Banner {
    pub(super) text: String,
    /// The page that tells what differs, and its name.
    pub(super) differs: Option<String>,
    pub(super) differs_name: &'static str,
    /// The same page as it is live, and what that is called.
    pub(super) live: Option<String>,
    pub(super) live_name: &'static str,
}

impl Banner {
    /// Says that a page is of files that nobody committed, if it is.
    pub(super) fn of_folder(is_folder: bool, w: &Words) -> Option<Self> {
        let text = is_folder.then(|| w.preview.to_owned())?;
        Some(Self { text, differs: None, differs_name: "", live: None, live_name: "" })
    }

    /// Says what a page is of, unless it is of what is live.
    pub(super) fn of(scene: Scene<'_>) -> Option<Self> {
        let (w, lang) = (scene.words(), scene.visit.lang);
        let Some(preview) = &scene.current.preview else { return Self::of_folder(scene.visit.state.preview, w) };
        let is_live = preview.place.commit == preview.live.revision.commit;
        let shown = match &preview.place.branch {
            _ if is_live => Shown::Live,
            Some(branch) if preview.is_former() => Shown::Merged(branch),
            Some(branch) => Shown::Branch(branch),
            None if preview.is_former() => Shown::Former,
            None => Shown::Commit,
        };
        let is_earlier = matches!(shown, Shown::Former | Shown::Merged(_));
        let (author, day) = made(scene.view(), w);
        let here = scene.visit.uri.path_and_query().map_or("/", |here| here.as_str());
        Some(Self {
            text: words::banner(lang, shown, &preview.place.commit.short(), &author, &day),
            differs: (!is_live).then(|| "/difference".to_owned()),
            differs_name: if is_earlier { words::how_it_differs(lang) } else { words::what_differs(lang) },
            live: Some(if here.starts_with("/difference") { "/".to_owned() } else { here.to_owned() }),
            live_name: words::as_live(lang),
        })
    }
}

/// Returns who made the commit of an edition, and when.
fn made(view: &View, w: &Words) -> (String, String) {
    let history = &view.edition().history;
    let head = history.head().and_then(|head| history.find(&head.to_string())).map(|number| history.commit(number));
    head.map(|head| (head.author.to_string(), w.day_of(head.at))).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "preview.html")]
struct DifferencePage {
    shell: Shell,
    title: &'static str,
    /// "новая: 1, изменено: 2", or that nothing differs.
    counts: String,
    /// That the live base went on; empty when it did not.
    behind: String,
    /// What was found in the preview's own files, when there are errors among it; for those who may know of it.
    findings: Option<String>,
    questions: Option<Questions>,
    articles: Vec<Differing>,
    previous: Option<String>,
    next: Option<String>,
}

/// Questions that something else answers first.
struct Questions {
    title: &'static str,
    /// How many were asked, and how many not.
    note: String,
    rows: Vec<Row>,
    nothing: &'static str,
}

struct Row {
    question: String,
    before: Option<Entry>,
    after: Option<Entry>,
}

struct Entry {
    href: String,
    title: String,
}

struct Differing {
    act: &'static str,
    kind: &'static str,
    title: String,
    lang: String,
    /// The article in the preview; none when it is gone there.
    href: Option<String>,
    /// The article as it is live; none when it is new.
    live: Option<String>,
    counts: String,
    properties: Vec<(&'static str, String)>,
    groups: Vec<Group>,
}

/// `GET /~{branch-or-commit}/difference?page=`.
pub(super) async fn page(visit: Visit) -> Response {
    let visit = &visit;
    visit
        .answer_later(|scene| async move {
            let w = scene.words();
            let number = visit.params.number("page", 1..=PAGES, 1)?;
            let range = (number - 1) * PAGE..number * PAGE;
            let name = |html: String| named(&html, w);
            let told = outlook::of(&visit.state, scene.current, range, Labels::of(w), name, |made| Told::of(w, made));
            html(&DifferencePage::of(scene, told.await?, number))
        })
        .await
}

/// What differs, as the page tells it. Comparing metadata takes a while, too: it is not made on the async threads.
struct Told {
    all: usize,
    counts: String,
    behind: String,
    questions: Option<Questions>,
    articles: Vec<Differing>,
}

impl Told {
    fn of(w: &'static Words, made: Outlook) -> Self {
        let until = Instant::now() + THOROUGHNESS;
        Self {
            all: made.all(),
            counts: counts(w, &made),
            behind: match made.commits {
                (0, _) | (_, 0) => String::new(),
                (_, behind) => words::behind(w.lang(), behind, made.all_behind()),
            },
            questions: made.asked.as_ref().map(|asked| Questions::of(w.lang(), asked)),
            articles: made.articles.into_iter().map(|told| Differing::of(w, told, until)).collect(),
        }
    }
}

impl DifferencePage {
    fn of(scene: Scene<'_>, told: Told, number: usize) -> Self {
        let lang = scene.visit.lang;
        let is_earlier = scene.current.preview.as_ref().is_some_and(|preview| preview.is_former());
        let title = if is_earlier { words::how_it_differs(lang) } else { words::what_differs(lang) };
        let (w, (errors, warnings)) = (scene.words(), scene.view().diagnostic_counts());
        let page = |number: usize| address("/difference", [("page", number.to_string().as_str())]);
        Self {
            shell: scene.shell("difference", title),
            title,
            counts: told.counts,
            behind: told.behind,
            findings: (errors > 0).then(|| format!("{}, {}", w.errors(errors), w.warnings(warnings))),
            questions: told.questions,
            articles: told.articles,
            previous: (number > 1).then(|| page(number - 1)),
            next: (told.all > number * PAGE).then(|| page(number + 1)),
        }
    }
}

/// Returns how many articles came, changed, moved and went by what the preview has of its own.
fn counts(w: &Words, made: &Outlook) -> String {
    let name = |act| match act {
        Act::Added => w.count_new,
        Act::Changed => w.label_changed,
        Act::Moved => w.count_moved,
        Act::Removed => w.count_removed,
    };
    let own = made.counts.iter().zip(&made.behind).map(|((act, all), (_, behind))| (*act, all - behind));
    let told = own.filter(|(_, count)| *count > 0);
    let told: Vec<_> = told.map(|(act, count)| format!("{}: {}", name(act), w.number(count))).collect();
    if told.is_empty() { words::nothing_differs(w.lang()).to_owned() } else { told.join(", ") }
}

impl Questions {
    fn of(lang: Lang, asked: &Asked) -> Self {
        let here =
            |article: &Article| Entry { href: article_path(article.slug.as_str()), title: article.title.clone() };
        let rows = asked.differing.iter().map(|one| Row {
            question: one.question.clone(),
            before: one.before.as_ref().map(|article| here(article)),
            after: one.after.as_ref().map(|article| here(article)),
        });
        Self {
            title: words::first_answers(lang),
            note: words::asked(lang, asked.asked, asked.left, asked.differing.len()),
            rows: rows.collect(),
            nothing: words::nothing_found(lang),
        }
    }
}

impl Differing {
    fn of(w: &'static Words, told: outlook::Told, until: Instant) -> Self {
        let outlook::Told { differing, is_behind, difference, properties } = told;
        let article = differing.article();
        let labels = Labels::of(w);
        let property =
            |(name, was, now): &(_, String, String)| (property_name(w, *name), compare_lines(was, now, &labels, until));
        let path = |article: &std::sync::Arc<Article>| article_path(article.slug.as_str());
        Self {
            act: act_class(differing.act),
            kind: match is_behind {
                true => words::behind_here(w.lang(), differing.before.is_some(), differing.after.is_some()),
                false => act_name(w, differing.act),
            },
            title: article.title.clone(),
            lang: article.lang.clone(),
            href: differing.after.as_ref().map(path),
            live: differing.before.as_ref().map(path),
            counts: counted(w, difference.counts),
            properties: properties.iter().map(property).collect(),
            groups: if difference.counts.is_empty() { Vec::new() } else { groups(difference.blocks, w) },
        }
    }
}
