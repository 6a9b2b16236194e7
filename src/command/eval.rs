//! `otvet eval`: how good search is, by questions with known right articles.
//!
//! 1. A subject is a content folder with the questions about it: the editors' answer tests (`_tests/*.yml`), and lines of JSON.
//! 2. The content is indexed in memory and every question asked through a [`View`], one after the other.
//! 3. The same questions are put to something else, if it is asked for: an earlier result file, another commit, another
//!    configuration, or plain BM25.
//! 4. [`table`] prints figures; standard error gets times, which are never the same twice.

mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{EvalArgs, Outcome};
use crate::article::answer_test::AnswerTests;
use crate::audience::Access;
use crate::check::Content;
use crate::config::{Config, Flags};
use crate::diagnostic::Diagnostic;
use crate::edition::{Edition, View};
use crate::git::{self, Repository};
use crate::publish;
use crate::publish::source::Source;
use crate::relevance::figures::score;
use crate::relevance::report::Asked;
use crate::relevance::{Baseline, DEPTH, Question, Rankings, answers, queries};
use crate::revision::ObjectId;
use crate::search::tantivy::TantivyEngine;
use crate::search::{SearchEngine, Silent};

/// A content folder and the files with questions about it.
struct Subject {
    name: String,
    content: PathBuf,
    queries: Vec<PathBuf>,
}

/// What was found out about a subject.
struct Evaluated {
    name: String,
    content: PathBuf,
    commit: ObjectId,
    articles: usize,
    asked: Vec<Asked>,
    /// Questions none of whose right articles this reader can find, because they are not there or not for this reader.
    hopeless: usize,
    /// Answer tests that were asked.
    tests: usize,
    /// Those that failed, and files of tests that cannot be used.
    failures: Vec<Diagnostic>,
    /// How long each search took.
    times: Vec<Duration>,
}

/// Who answers questions.
enum Answerer {
    Search(View),
    Baseline(Box<Baseline>),
    File(Rankings),
}

/// Evaluates and prints. Exits with 1 when an answer test fails.
pub(super) fn run(args: EvalArgs) -> Outcome {
    let config = load(args.config.as_deref())?;
    let mut results = String::new();
    let mut evaluated = Vec::new();
    for subject in subjects(&args, &config)? {
        let one = evaluate(&subject, &args, &config)?;
        results.extend(one.asked.iter().map(|asked| result_line(&one.name, asked)));
        eprintln!("{}", table::times(&one));
        evaluated.push(one);
    }
    if let Some(path) = &args.out {
        std::fs::write(path, results).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    }
    let lang = args.lang.unwrap_or_else(super::locale);
    let out = if args.json {
        serde_json::to_string_pretty(&table::json(&evaluated, args.changed, lang)).expect("plain JSON") + "\n"
    } else {
        table::text(&evaluated, args.compares_with().as_deref(), args.changed, args.worst, lang)
    };
    super::print(&out)?;
    Ok(ExitCode::from(u8::from(evaluated.iter().any(|one| !one.failures.is_empty()))))
}

impl EvalArgs {
    /// Returns the name of what the results are compared with.
    fn compares_with(&self) -> Option<String> {
        let file = |path: &PathBuf| path.display().to_string();
        let baseline = self.baseline.then(|| "plain BM25".to_owned());
        let revision = self.compare_revision.clone();
        baseline.or(revision).or(self.compare.as_ref().map(file)).or(self.compare_config.as_ref().map(file))
    }
}

fn load(file: Option<&Path>) -> Result<Config, String> {
    super::load(&Flags { file: file.map(Path::to_owned), ..Flags::default() })
}

/// Returns what is to be evaluated.
fn subjects(args: &EvalArgs, config: &Config) -> Result<Vec<Subject>, String> {
    if args.dirs.is_empty() {
        let content = args.content.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
        let subject = Subject { name: content.display().to_string(), content, queries: args.queries.clone() };
        return Ok(vec![subject]);
    }
    let subject = |dir: &PathBuf| {
        let corpus = dir.join("corpus");
        let is_set = corpus.is_dir();
        let mut queries = args.queries.clone();
        if is_set {
            queries.extend(questions_in(dir)?);
        }
        let name =
            dir.file_name().map_or_else(|| dir.display().to_string(), |name| name.to_string_lossy().into_owned());
        Ok(Subject { name, content: if is_set { corpus } else { dir.clone() }, queries })
    };
    args.dirs.iter().map(subject).collect()
}

/// Returns the files `queries*.jsonl` of a folder, by name.
fn questions_in(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let wrong = |error: std::io::Error| format!("cannot read `{}`: {error}", dir.display());
    let mut files = Vec::new();
    for item in std::fs::read_dir(dir).map_err(wrong)? {
        let name = item.map_err(wrong)?.file_name().to_string_lossy().into_owned();
        if name.starts_with("queries") && name.ends_with(".jsonl") {
            files.push(dir.join(name));
        }
    }
    files.sort();
    Ok(files)
}

fn evaluate(subject: &Subject, args: &EvalArgs, config: &Config) -> Result<Evaluated, String> {
    let (edition, tests) = index(subject, args.revision.as_deref(), config)?;
    let view = view(&edition, args)?;
    let mut questions = Vec::new();
    for path in &subject.queries {
        let text = read(path)?;
        questions.extend(queries::read(&text).map_err(|error| format!("`{}`, {error}", path.display()))?);
    }
    questions.extend(tests.tests.iter().filter_map(|test| answers::question(&edition, test)));
    if questions.is_empty() && tests.tests.is_empty() && tests.findings.is_empty() {
        return Err(format!(
            "there are no questions: `{}` has no `_tests/*.yml`, and no file is named with --queries",
            subject.content.display()
        ));
    }
    let there: BTreeSet<&str> = view.articles().map(|article| &*article.path).collect();
    let is_hopeless = |question: &&Question| !question.relevant.iter().any(|path| there.contains(path.as_str()));
    let hopeless = questions.iter().filter(is_hopeless).count();
    let mut other = other(subject, args, config, &view)?;
    let mut search = Answerer::Search(view.clone());
    let mut times = Vec::with_capacity(questions.len());
    let asked = questions.into_iter().map(|question| {
        let start = Instant::now();
        let ranking = search.answer(&question);
        times.push(start.elapsed());
        let clean = question.before_noise().map(|clean| score(&clean, &search.answer(&clean)));
        let other = other.as_mut().map(|other| {
            let ranking = other.answer(&question);
            let score = score(&question, &ranking);
            (ranking, score)
        });
        Asked { score: score(&question, &ranking), question, ranking, clean, other }
    });
    let asked = asked.collect();
    let mut failures = tests.findings;
    failures.extend(tests.tests.iter().filter_map(|test| answers::ask(&edition, test)));
    failures.sort();
    Ok(Evaluated {
        name: subject.name.clone(),
        content: subject.content.clone(),
        commit: edition.revision.commit,
        articles: there.len(),
        asked,
        hopeless,
        tests: tests.tests.len(),
        failures,
        times,
    })
}

impl Answerer {
    /// Returns the paths of the articles that answer a question, best first.
    fn answer(&mut self, question: &Question) -> Vec<String> {
        match self {
            Self::Search(view) => {
                let hits = view.search(&question.asked()).hits;
                hits.into_iter().map(|hit| hit.article.path.to_string()).collect()
            }
            Self::Baseline(baseline) => baseline.rank(&question.words, DEPTH),
            Self::File(rankings) => rankings.of(question).unwrap_or_default().to_vec(),
        }
    }
}

/// Returns what the results are to be compared with.
fn other(subject: &Subject, args: &EvalArgs, config: &Config, view: &View) -> Result<Option<Answerer>, String> {
    if args.baseline {
        return Ok(Some(Answerer::Baseline(Box::new(Baseline::new(view)))));
    }
    if let Some(path) = &args.compare {
        let rankings = queries::read_rankings(&read(path)?, &subject.name);
        return rankings
            .map(|found| Some(Answerer::File(found)))
            .map_err(|error| format!("`{}`, {error}", path.display()));
    }
    let (edition, _) = match (&args.compare_revision, &args.compare_config) {
        (Some(revision), _) => index(subject, Some(revision), config)?,
        (None, Some(file)) => index(subject, args.revision.as_deref(), &load(Some(file))?)?,
        (None, None) => return Ok(None),
    };
    Ok(Some(Answerer::Search(self::view(&edition, args)?)))
}

/// Reads and indexes a subject's content, as it lies on disk or as it is at a commit.
fn index(subject: &Subject, revision: Option<&str>, config: &Config) -> Result<(Arc<Edition>, AnswerTests), String> {
    let source = source(&subject.content, revision, config)?;
    let Content { library, tests, .. } = publish::read(source, &config.rules).map_err(|error| error.to_string())?;
    let searcher = TantivyEngine::in_memory().index(&library, &Silent).map_err(|error| error.to_string())?;
    let edition = Edition::without_history(library, searcher, config.rules.audiences.clone());
    Ok((Arc::new(edition), tests))
}

fn source(content: &Path, revision: Option<&str>, config: &Config) -> Result<Source, String> {
    if !content.is_dir() {
        return Err(format!("there is no folder `{}` to evaluate", content.display()));
    }
    let is_bare = super::is_git_folder(content);
    if !is_bare && revision.is_none() {
        return Ok(Source::folder(content.to_owned()));
    }
    git::check_library()?;
    let found = if is_bare { super::find_in_bare(content, config) } else { Repository::find(content, None, None) };
    let repository = found.map_err(|error| error.to_string())?;
    Ok(match revision {
        Some(revision) => Source::commit(repository.clone(), super::commit(&repository, revision)?),
        None => Source::branch(repository),
    })
}

/// Looks at an edition as whoever is to be asked for: somebody who may see every audience, unless told otherwise.
fn view(edition: &Arc<Edition>, args: &EvalArgs) -> Result<View, String> {
    let audiences = &edition.audiences;
    let set = if args.access.is_empty() { Ok(audiences.all()) } else { audiences.set(&args.access) };
    let set = set.map_err(|error| error.to_string())?;
    Ok(View::new(edition.clone(), Access::reader(set)))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

/// Returns a line of a result file.
fn result_line(set: &str, asked: &Asked) -> String {
    let question = &asked.question;
    json!({ "set": set, "id": question.id, "query": question.words, "results": asked.ranking }).to_string() + "\n"
}

/// Returns the value below which so many of a hundred values are.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}
