//! `otvet reviews`: which articles want an editor's eye, from the shell. The same lists as `/reviews`, of the files as they lie
//! on disk.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;

use super::{Outcome, ReviewsArgs};
use crate::article::{Article, Library};
use crate::audience::Access;
use crate::config::Flags;
use crate::edition::{Edition, ReviewCounts, ReviewState, View, today};
use crate::publish::{self, source::Source};
use crate::search::{Completions, Error, Filters, Progress, SearchQuery, SearchResults, Searcher};
use crate::text::{Lang, Words};

/// What is listed unless something else is asked for: what has to be done.
const TOLD: [ReviewState; 3] = [ReviewState::Overdue, ReviewState::Due, ReviewState::Changed];

/// Lists what there is to review; exits with 1 when something is overdue.
pub(super) fn run(args: &ReviewsArgs) -> Outcome {
    let config = super::load(&Flags { file: args.config.clone(), ..Flags::default() })?;
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
    if !dir.is_dir() {
        return Err(format!("there is no folder `{}`", dir.display()));
    }
    let source = match super::is_git_folder(&dir) {
        true => Source::branch(super::find_in_bare(&dir, &config).map_err(|error| error.to_string())?),
        false => Source::folder(dir),
    };
    let content = publish::read(source, &config.rules).map_err(|error| error.to_string())?;
    let edition = Edition::without_history(content.library, Arc::new(Unsearched), config.rules.audiences);
    let view = View::new(Arc::new(edition), Access::editor());
    let owners = args.owner.iter().map(|owner| owner.trim_start_matches('@').to_owned()).collect();
    let filters = Filters { owners, under: args.under.clone().unwrap_or_default(), ..Filters::default() };
    let out = if args.json { as_json(&view, &filters, args) } else { for_people(&view, &filters, args) };
    super::print(&out)?;
    let overdue = view.reviews(Some(ReviewState::Overdue), &filters, today()).next().is_some();
    Ok(ExitCode::from(u8::from(overdue)))
}

fn for_people(view: &View, filters: &Filters, args: &ReviewsArgs) -> String {
    let lang = args.lang.unwrap_or_else(super::locale);
    let w = lang.words();
    let mut out = String::new();
    for state in args.state.map_or(TOLD.to_vec(), |state| vec![state]) {
        let articles: Vec<_> = view.reviews(Some(state), filters, today()).collect();
        if !articles.is_empty() {
            out += &format!("{}: {}\n", state_name(w, state), articles.len());
            articles.iter().for_each(|article| out += &line(w, article));
            out.push('\n');
        }
    }
    let (all, by_owner) = view.review_counts(filters, today());
    for (owner, counts) in &by_owner {
        out += &format!("{}: {}\n", if owner.is_empty() { w.no_owner } else { owner }, told(lang, counts));
    }
    if by_owner.len() != 1 {
        out += &format!("{}: {}\n", w.reviews_everybody, told(lang, &all));
    }
    out
}

fn line(w: &Words, article: &Article) -> String {
    let due = article.review_due().map(|due| format!("  {} {due}", w.reviews_due_at)).unwrap_or_default();
    let owners: String = article.owners().map(|owner| format!("  {owner}")).collect();
    format!("  {}  {}{due}{owners}\n", article.path, article.title)
}

fn told(lang: Lang, counts: &ReviewCounts) -> String {
    let w = lang.words();
    let all = std::iter::once(w.articles(counts.articles));
    let states = ReviewState::ALL.into_iter().filter(|state| counts.of(*state) > 0);
    let states = states.map(|state| format!("{} {}", state_name(w, state).to_lowercase(), counts.of(state)));
    all.chain(states).collect::<Vec<_>>().join(", ")
}

fn state_name(w: &Words, state: ReviewState) -> &'static str {
    match state {
        ReviewState::Overdue => w.reviews_overdue,
        ReviewState::Due => w.reviews_due,
        ReviewState::Changed => w.reviews_changed,
        ReviewState::Unverified => w.reviews_never,
        ReviewState::Findings => w.reviews_findings,
    }
}

fn as_json(view: &View, filters: &Filters, args: &ReviewsArgs) -> String {
    let day = today();
    let articles = view.reviews(args.state, filters, day).map(|article| {
        json!({
            "path": *article.path,
            "slug": article.slug.as_str(),
            "title": article.title,
            "owners": article.owners().collect::<Vec<_>>(),
            "states": view.review_states(article, day).map(ReviewState::name).collect::<Vec<_>>(),
            "review_due": article.review_due(),
        })
    });
    let all = json!({ "day": day, "articles": articles.collect::<Vec<_>>() });
    serde_json::to_string_pretty(&all).expect("plain values are JSON") + "\n"
}

/// Stands where nobody asks for anything by words.
#[derive(Debug)]
struct Unsearched;

impl Searcher for Unsearched {
    fn search_among(&self, _query: &SearchQuery, _access: Access, _among: &dyn Fn(&Article) -> bool) -> SearchResults {
        SearchResults::default()
    }

    fn complete(&self, _text: &str, _limit: usize, _access: Access) -> Completions {
        Completions::default()
    }

    fn similar(&self, _article: &Article, _limit: usize, _access: Access) -> Vec<(f32, Arc<Article>)> {
        Vec::new()
    }

    fn beside(&self, _library: &Arc<Library>, _progress: &dyn Progress) -> Result<Arc<dyn Searcher>, Error> {
        Ok(Arc::new(Self))
    }

    fn sections(&self) -> usize {
        0
    }
}
