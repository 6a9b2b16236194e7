//! `otvet search`: asks the committed content from the shell, with an index in memory.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::{FilterArgs, Outcome, SearchArgs};
use crate::edition::{Editions, View, today};
use crate::publish::source::Source;
use crate::publish::{self, Observer, Publisher};
use crate::search::tantivy::TantivyEngine;
use crate::search::{Facets, Progress, SearchQuery, SearchResults};
use crate::web;
use crate::web::error::Problem;
use crate::web::filters::Asked as Filters;

/// Values of a property that are shown.
const SHOWN: usize = 20;

/// Searches and prints; exits with 1 when nothing is found.
pub(super) fn run(args: SearchArgs) -> Outcome {
    let config = args.content.config()?;
    crate::git::check_library()?;
    let source = Source::branch(super::committed(&args.content, &config)?);
    let editions = Arc::new(Editions::default());
    let engine = Box::new(TantivyEngine::in_memory());
    let mut publisher = Publisher::new(source, engine, config.rules, editions.clone(), Box::new(Quiet), None);
    publisher.publish().map_err(|error| error.to_string())?;
    let published = editions.current().ok_or("nothing was published")?;
    let view = View::new(published.edition.clone(), config.anonymous);
    let complaint = |problem: web::error::Problem| problem.detail;
    // A trailing space: the words of a command line are finished.
    let query = SearchQuery {
        limit: usize::from(args.limit),
        exact: args.exact,
        explain: args.explain,
        facets: args.facets,
        filters: args.filters.asked().map_err(complaint)?.over(&view).map_err(complaint)?,
        ..SearchQuery::new(&(args.query.join(" ") + " "))
    };
    let results = view.search(&query);
    let found = results.total > 0;
    let out = if args.json {
        let body = web::api::search::body(&view, &query, &results, today(), super::locale());
        serde_json::to_string_pretty(&body).expect("the wire types are plain JSON") + "\n"
    } else {
        human(&view, &results) + &results.facets.as_ref().map(facets).unwrap_or_default()
    };
    super::print(&out)?;
    Ok(if found { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn human(view: &View, results: &SearchResults) -> String {
    let (bold, plain) = if std::io::stdout().is_terminal() { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let text = |html: &str| {
        let marked = html.replace("<mark>", bold).replace("</mark>", plain);
        marked
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    };
    let w = super::locale().words();
    let mut out = String::new();
    for correction in &results.corrections {
        out += &format!("{} → {}\n", correction.from, correction.to);
    }
    for (number, hit) in results.hits.iter().enumerate() {
        let section = hit.section.and_then(|number| hit.article.sections.get(number));
        let section = section.map(|section| format!(" › {}", section.title)).unwrap_or_default();
        out += &format!(
            "{}. {}{section}\n   {}\n   {}\n",
            number + 1,
            text(&hit.title_html),
            hit.article.path,
            text(&hit.snippet_html)
        );
        for reason in hit.explanation.iter().flat_map(|explanation| web::explain::lines(w, explanation)) {
            out += &format!("   = {reason}\n");
        }
    }
    for suggestion in &results.suggestions {
        out += &format!("? {suggestion}\n");
    }
    out += &format!("{} / {}, {}\n", results.hits.len(), results.total, view.revision().commit.short());
    out
}

impl FilterArgs {
    /// Reads the flags as the parameters of the same names are read.
    fn asked(&self) -> Result<Filters, Problem> {
        let lists = [
            ("type", &self.kinds),
            ("tag", &self.tag),
            ("lang", &self.langs),
            ("owner", &self.owner),
            ("status", &self.status),
        ];
        let lists = lists.into_iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        let single = [("under", &self.under), ("changed_since", &self.changed_since)];
        let single = single.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        Filters::read(&lists.chain(single).map(|(name, value)| (name.to_owned(), value.clone())).collect())
    }
}

/// Returns what all that was found is, a line for each property.
fn facets(facets: &Facets) -> String {
    let lines = [
        ("type", &facets.kinds),
        ("tag", &facets.tags),
        ("under", &facets.folders),
        ("lang", &facets.langs),
        ("owner", &facets.owners),
        ("status", &facets.statuses),
    ];
    let line = |(name, counts): (&str, &Vec<(String, usize)>)| {
        let values: Vec<_> = counts.iter().take(SHOWN).map(|(value, count)| format!("{value} {count}")).collect();
        let more = counts.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(", +{more}") } else { String::new() };
        format!("{name}: {}{more}\n", values.join(", "))
    };
    lines.into_iter().filter(|(_, counts)| !counts.is_empty()).map(line).collect()
}

/// An observer that shows nothing.
pub(super) struct Quiet;

impl Progress for Quiet {
    fn indexed(&self, _done: usize, _all: usize) {}
}

impl Observer for Quiet {
    fn parsed(&self, _done: usize, _all: usize) {}
    fn walked(&self, _commits: usize) {}
    fn published(&self, _outcome: &Result<publish::Outcome, publish::Error>, _took: Duration) {}
}
