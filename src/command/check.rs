//! `otvet check`: the check of content from the command line, printed for people, programs and workflows.
//!
//! What is checked is a folder as it lies on disk, what is staged for a commit, or a commit; what it is compared with, if
//! with anything, is another commit.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{CheckArgs, Format, Outcome};
use crate::article::{Article, Library};
use crate::check::{self, Content, Dictionaries, Found, Report, Settings, State};
use crate::comparison::Answered;
use crate::config::{Config, Flags};
use crate::diagnostic::Finding;
use crate::edition::{Edition, encode_path, today};
use crate::git::Repository;
use crate::publish::{self, source::Source};
use crate::revision::ObjectId;
use crate::search::tantivy::TantivyEngine;
use crate::search::{SearchEngine, Silent};
use crate::text::Lang;
use crate::text::check::{summary, summary_of_change};
use crate::text::findings::{message, remedy, rule};

/// At the command line all is asked and looked up, however long that takes.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Checks a folder, what is staged, or commits.
pub(super) fn run(args: CheckArgs) -> Outcome {
    let config = super::load(&Flags { file: args.config.clone(), ..Flags::default() })?;
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
    if !dir.is_dir() {
        let name = dir.display();
        return Err(match dir.parent().filter(|_| dir.is_file()) {
            Some(folder) => {
                let folder = named(folder);
                let folder = if folder.is_empty() { "." } else { &folder };
                format!("`{name}` is a file; what is checked is a folder of articles, such as `{folder}`")
            }
            None => format!(
                "there is no folder `{name}` to check; go to the top of the repository, or name the folder: otvet check ."
            ),
        });
    }
    let sources = sources(&dir, &args, &config)?;
    let folder = sources.folder;
    let failed = |error: publish::Error| error.to_string();
    let (after, before) = match sources.before {
        Some(before) => {
            let (after, before) = publish::read_both(sources.after, before, &config.rules).map_err(failed)?;
            (after, Some(before.or_else(nothing).map_err(failed)?))
        }
        None => (publish::read(sources.after, &config.rules).map_err(failed)?, None),
    };
    let is_told = args.since.is_some() || args.range.is_some();
    let outlook = is_told.then(Vec::new);
    let dictionaries = Dictionaries::read(&config.dictionaries)?;
    let settings = Settings { patience: PATIENCE, outlook, ..Settings::plain(config.owners.clone(), today()) };
    // Where there is no question, nothing is searched, and an index of nothing will do.
    let asks = [Some(&after), before.as_ref()].into_iter().flatten().any(|content| !content.tests.tests.is_empty());
    let searched = |content: &Content| if asks { content.library.clone() } else { Content::nothing().library };
    let now = LazyCell::new(|| edition(&after, &searched(&after), &config));
    // What was before is searched beside what is: only what differs is indexed.
    let was = |before: &Content| {
        let searcher = now.as_ref()?.searcher.beside(&searched(before), &Silent).ok()?;
        let edition = Edition::without_history(before.library.clone(), searcher, config.rules.audiences.clone());
        Some(Arc::new(edition))
    };
    let state = State { content: &after, edition: &|| now.clone() };
    let mut report = match &before {
        Some(before) => check::check(&state, Some(&State { content: before, edition: &|| was(before) }), &settings),
        None => check::check(&state, None, &settings),
    };
    if let Some(dictionaries) = &dictionaries {
        report.spell(&after, dictionaries, PATIENCE);
    }
    let lang = args.lang.unwrap_or_else(super::locale);
    super::print(&printed(&report, &folder, &args, lang))?;
    let (errors, warnings) = report.counts();
    Ok(ExitCode::from(u8::from(errors > 0 || (args.strict && warnings > 0))))
}

/// What is checked, and what it is compared with.
struct Sources {
    after: Source,
    before: Option<Source>,
    /// What stands in front of the paths of files: how the folder was named, of a bare repository where it is in there.
    folder: String,
}

fn sources(dir: &Path, args: &CheckArgs, config: &Config) -> Result<Sources, String> {
    let is_bare = super::is_git_folder(dir);
    let compares = args.staged || args.since.is_some() || args.range.is_some();
    let mut folder = named(dir);
    if !is_bare && !compares {
        return Ok(Sources { after: Source::folder(dir.to_owned()), before: None, folder });
    }
    let found = if is_bare { super::find_in_bare(dir, config) } else { Repository::find(dir, None, None) };
    let repository = found.map_err(|error| error.to_string())?;
    if is_bare {
        let at = repository.head().and_then(|head| repository.folder_at(head.revision.commit));
        folder = at.map_err(|error| error.to_string())?;
    }
    let at =
        |revision: &str| super::commit(&repository, revision).map(|commit| Source::commit(repository.clone(), commit));
    if args.staged {
        if is_bare {
            return Err(format!("`{}` is a bare repository: nothing is ever staged in it", dir.display()));
        }
        let after = Source::tree(repository.clone(), staged(dir)?);
        // Before the first commit there is nothing to compare with.
        let before = repository.head().is_ok().then(|| Source::branch(repository.clone()));
        return Ok(Sources { after, before, folder });
    }
    if let Some(range) = &args.range {
        let (from, to) = range
            .split_once("..")
            .filter(|(from, to)| !from.is_empty() && !to.starts_with('.'))
            .ok_or_else(|| format!("`{range}` is not a range of commits such as main..draft"))?;
        let (after, before) = (at(if to.is_empty() { "HEAD" } else { to })?, Some(at(from)?));
        return Ok(Sources { after, before, folder });
    }
    let after = if is_bare { Source::branch(repository.clone()) } else { Source::folder(dir.to_owned()) };
    let before = args.since.as_deref().map(at).transpose()?;
    Ok(Sources { after, before, folder })
}

/// Returns a folder as it was named, without the `.` that stands for here.
fn named(dir: &Path) -> String {
    let parts = dir.components().filter(|part| !matches!(part, Component::CurDir));
    parts.collect::<PathBuf>().display().to_string()
}

/// Returns a file as people and workflows find it.
fn file(folder: &str, found: &Found) -> String {
    Path::new(folder).join(&found.diagnostic.path).display().to_string()
}

/// Returns the content of a commit without the content folder.
fn nothing(error: publish::Error) -> Result<Content, publish::Error> {
    use publish::source::Error::Git;
    match error {
        publish::Error::Source(Git(crate::git::Error::NoFolder { .. })) => Ok(Content::nothing()),
        other => Err(other),
    }
}

/// Returns the tree of what is staged. Only git knows its index in all its forms, and during a commit which one counts.
fn staged(dir: &Path) -> Result<ObjectId, String> {
    let output = Command::new("git").arg("-C").arg(dir).arg("write-tree").output();
    let output = output.map_err(|error| format!("cannot ask git what is staged: {error}"))?;
    let tree = String::from_utf8_lossy(&output.stdout).trim().parse();
    tree.map_err(|_| format!("cannot read what is staged: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// Makes an edition of content, with an index in memory of what is searched for answer tests.
fn edition(content: &Content, searched: &Arc<Library>, config: &Config) -> Option<Arc<Edition>> {
    let searcher = TantivyEngine::in_memory().index(searched, &Silent);
    let searcher = searcher.inspect_err(|error| eprintln!("otvet: answer tests cannot be asked: {error}")).ok()?;
    Some(Arc::new(Edition::without_history(content.library.clone(), searcher, config.rules.audiences.clone())))
}

fn printed(report: &Report, folder: &str, args: &CheckArgs, lang: Lang) -> String {
    let (errors, warnings) = report.counts();
    match args.format {
        Format::Human => {
            let few = if report.touched.is_some() { check::print::MOST } else { 0 };
            let most = Some(args.limit.unwrap_or(few)).filter(|most| *most > 0).unwrap_or(usize::MAX);
            let summary = match report.touched {
                Some(touched) => summary_of_change(lang, touched, report.files, errors, warnings),
                None => summary(lang, report.articles, errors, warnings),
            };
            let outlook = check::print::outlook(report, folder, lang);
            check::print::findings(report, folder, lang, most) + &outlook + &summary + "\n"
        }
        Format::Json => serde_json::to_string_pretty(&machine(report, lang)).expect("plain JSON") + "\n",
        Format::Github => github(folder, &report.found, lang),
        Format::Sarif => serde_json::to_string_pretty(&sarif(folder, &report.found, lang)).expect("plain JSON") + "\n",
    }
}

fn machine(report: &Report, lang: Lang) -> serde_json::Value {
    let findings: Vec<_> = report
        .found
        .iter()
        .map(|Found { diagnostic: d, .. }| {
            json!({
                "path": d.path, "line": d.line, "column": d.column, "severity": d.finding.severity().name(),
                "code": d.finding.code(), "message": message(lang, &d.finding), "help": remedy(lang, &d.finding),
            })
        })
        .collect();
    let (errors, warnings) = report.counts();
    let mut document =
        json!({ "articles": report.articles, "errors": errors, "warnings": warnings, "diagnostics": findings });
    if let Some(touched) = report.touched {
        document["touched"] = touched.into();
    }
    if let Some(outlook) = &report.outlook {
        let slug = |article: &Option<Arc<Article>>| article.as_ref().map(|article| article.slug.to_string());
        let one = |one: &Answered| json!({ "question": one.question, "before": slug(&one.before), "after": slug(&one.after) });
        let differing: Vec<_> = outlook.asked.differing.iter().map(one).collect();
        document["outlook"] =
            json!({ "articles": outlook.articles, "questions": outlook.asked.asked, "differing": differing });
    }
    document
}

/// Workflow commands (`::error file=…`), with the escapes that GitHub asks for.
fn github(folder: &str, found: &[Found], lang: Lang) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = |found: &Found| {
        let (d, file) = (&found.diagnostic, file(folder, found));
        let text = format!("{} → {}", message(lang, &d.finding), remedy(lang, &d.finding));
        let level = d.finding.severity().name();
        format!(
            "::{level} file={},line={},col={},title={}::{}\n",
            property(&file),
            d.line,
            d.column,
            d.finding.code(),
            data(&text)
        )
    };
    found.iter().map(line).collect()
}

fn sarif(folder: &str, found: &[Found], lang: Lang) -> serde_json::Value {
    // What is asked of content is said of each kind once: viewers group by these.
    let kinds: BTreeMap<&str, &Finding> =
        found.iter().map(|found| (found.diagnostic.finding.code(), &found.diagnostic.finding)).collect();
    let rules: Vec<_> = kinds
        .iter()
        .map(|(code, finding)| {
            let text = json!({ "text": rule(lang, code) });
            json!({
                "id": code, "shortDescription": text, "fullDescription": text, "help": text,
                "defaultConfiguration": { "level": finding.severity().name() },
            })
        })
        .collect();
    // An address, or a path from where the check was started.
    let uri = |found: &Found| {
        let path = encode_path(&file(folder, found));
        if path.starts_with('/') { format!("file://{path}") } else { path }
    };
    let results: Vec<_> = found
        .iter()
        .map(|found| {
            let d = &found.diagnostic;
            json!({
                "ruleId": d.finding.code(), "level": d.finding.severity().name(),
                "ruleIndex": kinds.keys().position(|code| *code == d.finding.code()),
                "message": { "text": format!("{} → {}", message(lang, &d.finding), remedy(lang, &d.finding)) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": uri(found) },
                    "region": { "startLine": d.line, "startColumn": d.column },
                }}],
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "otvet", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}
