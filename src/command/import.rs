//! `otvet import`: articles from what other systems export, with a report of everything that was lost on the way.
//!
//! Never overwrites: what is there stays, so that an import can be repeated, and taken up again where it was cut off.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{ImportArgs, Outcome, files};
use crate::article::Status;
use crate::audience::AudienceSet;
use crate::check::{self, Content, Settings, State};
use crate::config::{Config, Flags};
use crate::edition::today;
use crate::import::{self, Fate, Options, Plan, Planned};
use crate::publish::{self, source::Source};
use crate::text::check::summary_of_change;
use crate::text::import as words;
use crate::text::{Lang, printable};

/// Losses and kept files that are told; a file has them all.
const MOST: usize = 50;

/// Imports, or says what would be imported.
pub(super) fn run(args: &ImportArgs) -> Outcome {
    let config = super::load(&Flags { file: args.place.config.clone(), ..Flags::default() })?;
    let lang = args.place.lang.unwrap_or_else(super::locale);
    let dir = args.place.content.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
    if !dir.is_dir() {
        return Err(format!("there is no folder `{}`; `otvet init` makes a first one", dir.display()));
    }
    let into = super::folder_below(&dir, &args.into)?;
    let options = Options {
        audience: known_audiences(&args.audience, &config)?,
        owner: args.owner.clone().map(|owner| owner.trim_start_matches('@').to_owned()),
        tags: args.tag.clone(),
        draft: args.draft,
        default_is_public: config.rules.default_audience.meets(AudienceSet::PUBLIC),
        into: into.clone(),
    };
    let before = read(&dir, &config)?;
    let bar = bar();
    let progress = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let known = answered(&before, &into);
    let plan = import::plan(args.kind, &args.source, &options, known, &progress).map_err(|error| error.to_string())?;
    let fates = written(&plan, &dir, args.dry_run, &bar)?;
    bar.finish_and_clear();
    let after = if args.dry_run { None } else { Some(checked(&dir, &before, &config, lang)?) };
    if let Some(path) = &args.report {
        let text = serde_json::to_string_pretty(&report(&plan, &fates, lang)).expect("plain values are JSON") + "\n";
        fs::write(path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    }
    // Names in a source may hold anything.
    let mut out = printable(&told(&plan, &fates, args, &dir, lang));
    let errors = after.map_or(0, |(text, errors)| {
        out += &text;
        errors
    });
    super::print(&out)?;
    Ok(ExitCode::from(u8::from(errors > 0)))
}

fn read(dir: &Path, config: &Config) -> Result<Content, String> {
    publish::read(Source::folder(dir.to_owned()), &config.rules).map_err(|error| error.to_string())
}

fn known_audiences(names: &[String], config: &Config) -> Result<Vec<String>, String> {
    let known = &config.rules.audiences;
    match names.iter().find(|name| known.get(name).is_none()) {
        Some(unknown) => Err(format!("there is no audience `{unknown}`; known are {}", known.names().join(", "))),
        None => Ok(names.to_vec()),
    }
}

/// Returns the questions that articles answer which are not of this import, with their paths. Those below the folder that is
/// imported into may be from an earlier run of it.
fn answered(content: &Content, into: &str) -> Vec<(String, String)> {
    let current = content.library.articles().iter().filter(|article| article.meta.status == Status::Current);
    let others = current.filter(|article| !article.is_under(into));
    let each = others
        .flat_map(|article| article.meta.questions.iter().map(|question| (question.clone(), article.path.to_string())));
    each.collect()
}

/// Writes what is new; returns what became of each file, in the order of the plan.
fn written(plan: &Plan, dir: &Path, dry: bool, bar: &ProgressBar) -> Result<Vec<Fate>, String> {
    bar.set_length(plan.planned.len() as u64);
    let mut fates = Vec::with_capacity(plan.planned.len());
    for (done, planned) in plan.planned.iter().enumerate() {
        bar.set_position(done as u64);
        let mut fate = planned.fate(dir);
        if fate == Fate::New && !dry && !files::create(dir, &planned.path, &planned.bytes)? {
            fate = Fate::Kept;
        }
        fates.push(fate);
    }
    Ok(fates)
}

/// Checks the content after an import as far as it changed; returns the report and the number of errors.
fn checked(dir: &Path, before: &Content, config: &Config, lang: Lang) -> Result<(String, usize), String> {
    let content = read(dir, config)?;
    let settings = Settings::plain(config.owners.clone(), today());
    let state = |content| State { content, edition: &|| None };
    let mut report = check::check(&state(&content), Some(&state(before)), &settings);
    report.unasked = 0;
    let (errors, warnings) = report.counts();
    let folder = dir.display().to_string();
    let mut out = String::new();
    if !report.found.is_empty() {
        out += &format!("\n{}", check::print::findings(&report, &folder, lang, check::print::MOST));
    }
    let touched = report.touched.unwrap_or_default();
    out += &format!("\n{}\n", summary_of_change(lang, touched, report.files, errors, warnings));
    Ok((out + &words::next(lang, &folder), errors))
}

/// Returns what people are told.
fn told(plan: &Plan, fates: &[Fate], args: &ImportArgs, dir: &Path, lang: Lang) -> String {
    let mut out = String::new();
    let more = |shown: usize, all: usize| match all.saturating_sub(shown) {
        0 => String::new(),
        more => format!("{}\n", crate::text::check::more(lang, more)),
    };
    let shown = |planned: &Planned| dir.join(&planned.path).display().to_string();
    let of =
        |fate: Fate| plan.planned.iter().zip(fates).filter(move |(_, known)| **known == fate).map(|(file, _)| file);
    let count = |fate: Fate| of(fate).filter(|file| file.title.is_some()).count();
    if args.dry_run {
        of(Fate::New).take(MOST).for_each(|file| out += &words::new(lang, &shown(file), &file.source));
        out += &more(MOST, of(Fate::New).count());
    }
    of(Fate::Kept).take(MOST).for_each(|file| out += &words::kept(lang, &shown(file), &file.source));
    out += &more(MOST, of(Fate::Kept).count());
    if !plan.losses.is_empty() {
        out += &format!("\n{}", words::losses(lang, plan.losses.len()));
        for loss in plan.losses.iter().take(MOST) {
            let line = if loss.line > 0 { format!(":{}", loss.line) } else { String::new() };
            out += &format!("  {}{line}  {}\n", loss.source, words::lost(lang, &loss.what));
        }
        out += &more(MOST, plan.losses.len());
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let attached = plan.planned.iter().filter(|file| file.title.is_none()).count();
    let counts = [count(Fate::New), count(Fate::Same), count(Fate::Kept)];
    out + &words::summary(lang, args.dry_run, counts, attached, plan.losses.len())
}

/// Returns everything for programs: what came from where, and what was lost.
fn report(plan: &Plan, fates: &[Fate], lang: Lang) -> serde_json::Value {
    let state = |fate: &Fate| match fate {
        Fate::New => "new",
        Fate::Same => "same",
        Fate::Kept => "kept",
    };
    let files = plan.planned.iter().zip(fates).map(
        |(file, fate)| json!({ "path": file.path, "source": file.source, "title": file.title, "state": state(fate) }),
    );
    let losses = plan
        .losses
        .iter()
        .map(|loss| json!({ "source": loss.source, "line": loss.line, "message": words::lost(lang, &loss.what) }));
    json!({ "files": files.collect::<Vec<_>>(), "losses": losses.collect::<Vec<_>>() })
}

/// A bar on a terminal; nothing elsewhere.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length();
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}").expect("a fixed template"));
    bar
}
