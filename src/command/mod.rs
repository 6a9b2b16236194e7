//! The command line: what each command does. `main.rs` only calls [`run`].

mod check;
mod eval;
mod files;
mod hook;
mod import;
mod init;
mod new;
mod reviews;
mod search;
mod serve;
mod verify;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, ExitCode};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use toml::Value;

use crate::config::{Config, Flags};
use crate::edition::ReviewState;
use crate::git::{self, Repository};
use crate::import::Kind;
use crate::path::Name;
use crate::revision::ObjectId;
use crate::text::Lang;

/// One answer everywhere: a knowledge base of Markdown articles in git, served with search.
#[derive(Debug, Parser)]
#[command(name = "otvet", version, about, long_about = None, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  otvet init                                make a first article and a hook that checks commits
  otvet serve                               serve ./kb at http://127.0.0.1:8080
  otvet serve --content ../wiki/articles    serve another repository's folder
  otvet serve --preview --content draft     show a folder as it lies on disk, with live reload
  otvet check kb                            find mistakes before you commit
  otvet check kb --since origin/main        only in what you changed, and what that breaks elsewhere
  otvet search возврат без чека             ask from the shell
  otvet new refusal --title 'Отказ: срок прошёл'   begin an article from a template
  otvet verify vozvrat-bez-cheka --by petrova   say that an article is right today
  otvet reviews --owner petrova             what she should look at again
  otvet import xlsx faq.xlsx --into faq --dry-run   what a table of questions and answers would become
  otvet eval kb --baseline                  measure search by the questions of kb/_tests

Settings: `otvet config` prints what is in force; config.toml explains each.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve articles and search over HTTP.
    ///
    /// Reads the committed content of a branch and publishes every new commit within moments; what is not committed is
    /// not shown (but see --preview). Prints one line with the address when it is ready.
    Serve(ServeArgs),
    /// Check content and say what is wrong, where, and how to mend it.
    ///
    /// Reads files as they lie on disk (of a bare repository, the latest commit), and asks the answer tests of _tests/*.yml.
    /// Exits with 0 when there are no errors, 1 when there are (with --strict, warnings too), 2 when the content cannot be
    /// read.
    Check(CheckArgs),
    /// Search the committed content from the shell.
    Search(SearchArgs),
    /// Say how good search is, by questions whose right articles are known.
    ///
    /// Asks the answer tests of a content folder (_tests/*.yml) and the queries of evaluation sets, and prints nDCG@10, MRR@10 and
    /// success@1 for each kind of question with 95 % intervals. Reads files as they lie on disk, like `check`. Exits with 1
    /// when an answer test fails, 2 when something cannot be read.
    Eval(EvalArgs),
    /// Say that articles are right today: writes `verified` into their front matter.
    ///
    /// Notes who, when, and a digest of what the article says, so that any later change (in a fact or fragment too) shows as
    /// "changed since verified". Changes files on disk and commits nothing.
    Verify(VerifyArgs),
    /// List the articles that want an editor's eye: reviews that are overdue or due, texts that changed since they were verified.
    ///
    /// Reads files as they lie on disk (of a bare repository, the latest commit). Who answers for an article is its `owner`, else
    /// what the file `_owners` says. Exits with 1 when a review is overdue.
    Reviews(ReviewsArgs),
    /// Begin a new article from a template: otvet new refusal --title "…"
    ///
    /// The template is _templates/TYPE.md of the content folder, else a built-in one: answer, refusal, procedure, playbook, reply,
    /// example, standard. The name of the file is made of the title, in Latin letters. It begins as a draft, which only editors see.
    /// Nothing is overwritten.
    New(NewArgs),
    /// Take over articles from another system: otvet import xlsx faq.xlsx --into import --dry-run
    ///
    /// KIND is html (a folder of pages), notion, outline, bookstack (Markdown exports, a folder or a ZIP file), zendesk (JSON of the
    /// help centre), csv or xlsx (a table of questions and answers, with headings such as «Вопрос», «Ответ», «Категория» or Question,
    /// Answer, Category). Says what was lost, and where. Nothing is overwritten: the same import again writes only what is missing.
    Import(ImportArgs),
    /// Make a first content folder, and let git check every commit.
    ///
    /// Puts a first article, owners, a lexicon, answer tests and templates into the content folder (content.path, kb) of a
    /// repository, a config.toml beside it, and a pre-commit hook that runs `otvet check --staged`. What is there already stays as it is.
    Init(InitArgs),
    /// Make tokens for those who may clone and push.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print the settings in force, and where each came from.
    Config(ContentArgs),
    /// Print the JSON Schema of the front matter, for editors and linters.
    Schema {
        /// Read settings (audiences) from this file [default: config.toml here, if there is one]
        #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Print completions for a shell, to be sourced or put where the shell looks for them.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
struct InitArgs {
    /// The folder of the repository; without one, a repository is made [default: this folder]
    dir: Option<PathBuf>,
    /// The language of the first article and of messages: ru or en [default: from the locale]
    #[arg(long, value_parser = parse_lang)]
    lang: Option<Lang>,
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// What the source is: html, notion, outline, bookstack, zendesk, csv or xlsx
    #[arg(value_parser = Kind::of_name)]
    kind: Kind,
    /// The folder or file
    source: PathBuf,
    /// The folder inside the content folder that articles are put into
    #[arg(long, value_name = "FOLDER")]
    into: String,
    /// Write nothing; say what would be written, and what would be lost
    #[arg(long)]
    dry_run: bool,
    /// Who may see the articles, with commas [default: content.default_audience]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    audience: Vec<String>,
    /// Who answers for them [default: what the source says, whom `_owners` names]
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// A tag for all of them; may repeat
    #[arg(long)]
    tag: Vec<String>,
    /// Begin all of them as drafts, which only editors see
    #[arg(long)]
    draft: bool,
    /// Write all that was said into this file too, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Where articles are written to.
#[derive(Debug, Args)]
struct PlaceArgs {
    /// The content folder [default: content.path, kb]
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// The language of messages and of built-in templates: ru or en [default: from the locale]
    #[arg(long, value_parser = parse_lang)]
    lang: Option<Lang>,
    /// Read settings (audiences, owners) from this file [default: config.toml here, if there is one]
    #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct NewArgs {
    /// The kind of article: answer, refusal, procedure… or the name of your own template
    #[arg(value_name = "TYPE")]
    kind: String,
    /// The title
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// Who answers for it [default: whom `_owners` names]
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The folder inside the content folder [default: `folder` of the template, else the top]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token for an editor and print it, once; only its hash is kept, in the file that `git.tokens` names.
    ///
    /// Git asks for it as a password. A token ends when its line is deleted from the file. Whoever has one can read all that ever was
    /// in the repository, for whatever audience.
    New {
        /// Whose it is; stands in the log of pushes
        name: String,
        /// Read settings from this file [default: config.toml here, if there is one]
        #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
        config: Option<PathBuf>,
    },
}

/// Where settings and content come from.
#[derive(Debug, Clone, Default, Args)]
struct ContentArgs {
    /// Read settings from this file [default: config.toml here, if there is one]
    #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
    config: Option<PathBuf>,
    /// The content: a folder inside a git work tree, or a bare repository [default: content.path, kb]
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// The branch to read [default: where HEAD points]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    content: ContentArgs,
    /// The folder for the search index; it is derived from git and may be deleted [default: otvet-data]
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// The address to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Show the folder as it lies on disk, drafts too, and reload pages when a file changes; needs no git
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = false)]
    preview: Option<Option<PathBuf>>,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The content folder [default: content.path, kb]
    dir: Option<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Let warnings fail the check too
    #[arg(long)]
    strict: bool,
    /// Check only what differs from this commit: the files that were touched, and what that breaks elsewhere
    #[arg(long, value_name = "REV", group = "compared")]
    since: Option<String>,
    /// Check what is staged for the next commit, not the files on disk, as far as it differs from the last commit
    #[arg(long, group = "compared")]
    staged: bool,
    /// Check the second commit as far as it differs from the first
    #[arg(long, value_name = "A..B", group = "compared")]
    range: Option<String>,
    /// Most findings to print for people; 0 for all [default: all, with --since, --staged and --range 20]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The language of messages: ru or en [default: from the locale]
    #[arg(long, value_parser = parse_lang)]
    lang: Option<Lang>,
    /// Read settings (audiences) from this file [default: config.toml here, if there is one]
    #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// The articles, by slug or by file
    #[arg(required = true, value_name = "SLUG")]
    slugs: Vec<String>,
    /// Who says so [default: the owner of the article]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// When [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<jiff::civil::Date>,
    /// The content folder [default: content.path, kb]
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Read settings (audiences) from this file [default: config.toml here, if there is one]
    #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ReviewsArgs {
    /// The content folder [default: content.path, kb]
    dir: Option<PathBuf>,
    /// Only articles of this owner; may repeat
    #[arg(long, value_name = "NAME")]
    owner: Vec<String>,
    /// Only articles that want this: overdue, due, changed, never_verified or diagnostics [default: the first three]
    #[arg(long, value_name = "STATE", value_parser = parse_state)]
    state: Option<ReviewState>,
    /// Only articles in this folder or below
    #[arg(long, value_name = "FOLDER")]
    under: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// The language of messages: ru or en [default: from the locale]
    #[arg(long, value_parser = parse_lang)]
    lang: Option<Lang>,
    /// Read settings (audiences) from this file [default: config.toml here, if there is one]
    #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
    config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people: with the line and a caret.
    Human,
    /// One JSON document.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

#[derive(Debug, Args)]
struct SearchArgs {
    #[command(flatten)]
    content: ContentArgs,
    /// Most results to print
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=50))]
    limit: u8,
    /// Print what GET /api/v1/search answers
    #[arg(long)]
    json: bool,
    /// Search the words as typed, without corrections
    #[arg(long)]
    exact: bool,
    /// Say of each result why it has its place
    #[arg(long)]
    explain: bool,
    /// Say also what all that was found is: how many of which kind, tag, folder…
    #[arg(long)]
    facets: bool,
    #[command(flatten)]
    filters: FilterArgs,
    /// The words to search; without any, what passes the filters is listed
    #[arg(required_unless_present = "filters")]
    query: Vec<String>,
}

#[derive(Debug, Args)]
struct EvalArgs {
    /// Content folders, or evaluation sets: folders with `corpus/` and `queries*.jsonl` [default: content.path, kb]
    #[arg(conflicts_with = "content")]
    dirs: Vec<PathBuf>,
    /// Ask these queries too: lines of JSON with `query`, `relevant` (paths), `exclude` and `kind`
    #[arg(long, value_name = "FILE")]
    queries: Vec<PathBuf>,
    /// The content folder, when it is not given as an argument
    #[arg(long, value_name = "DIR")]
    content: Option<PathBuf>,
    /// Read the content as it is at this commit
    #[arg(long, value_name = "REV")]
    revision: Option<String>,
    /// Ask as a reader of these audiences, with commas [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    access: Vec<String>,
    /// Compare with plain BM25 over fields with Snowball stemming
    #[arg(long, group = "other")]
    baseline: bool,
    /// Compare with the results of an earlier evaluation (--out)
    #[arg(long, value_name = "FILE", group = "other")]
    compare: Option<PathBuf>,
    /// Compare with the content as it is at another commit
    #[arg(long, value_name = "REV", group = "other")]
    compare_revision: Option<String>,
    /// Compare with the same content under other settings
    #[arg(long, value_name = "FILE", group = "other")]
    compare_config: Option<PathBuf>,
    /// Write the results of every query to this file, as lines of JSON
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Most queries to name that differ between the two compared
    #[arg(long, value_name = "N", default_value_t = 10)]
    changed: usize,
    /// Most queries to name of which no right article is among the first ten
    #[arg(long, value_name = "N", default_value_t = 0)]
    worst: usize,
    /// The language of messages: ru or en [default: from the locale]
    #[arg(long, value_parser = parse_lang)]
    lang: Option<Lang>,
    /// Read settings (audiences) from this file [default: config.toml here, if there is one]
    #[arg(long, value_name = "FILE", env = "OTVET_CONFIG")]
    config: Option<PathBuf>,
}

/// What the results must be. Of a filter given several times any value will do.
#[derive(Debug, Args)]
#[group(id = "filters", multiple = true)]
struct FilterArgs {
    /// Only this kind of article, such as `answer`; may repeat
    #[arg(long = "type", value_name = "KIND", help_heading = "Filters")]
    kinds: Vec<String>,
    /// Only articles with this tag; may repeat
    #[arg(long, help_heading = "Filters")]
    tag: Vec<String>,
    /// Only articles in this folder or below
    #[arg(long, value_name = "FOLDER", help_heading = "Filters")]
    under: Option<String>,
    /// Only articles in this language, such as `ru`; may repeat
    #[arg(long = "lang", value_name = "LANG", help_heading = "Filters")]
    langs: Vec<String>,
    /// Only articles of this owner; may repeat
    #[arg(long, help_heading = "Filters")]
    owner: Vec<String>,
    /// Only articles that are `current`, `draft` or `archived`; may repeat
    #[arg(long, help_heading = "Filters")]
    status: Vec<String>,
    /// Only articles that changed since a date, a time or a commit
    #[arg(long, value_name = "WHEN", help_heading = "Filters")]
    changed_since: Option<String>,
}

fn parse_state(text: &str) -> Result<ReviewState, String> {
    let known = || ReviewState::ALL.map(ReviewState::name).join(", ");
    ReviewState::of_name(text).ok_or_else(|| format!("one of {} is expected", known()))
}

fn parse_lang(text: &str) -> Result<Lang, String> {
    text.parse().map_err(|_| "ru or en is expected".to_owned())
}

/// Runs a command line and returns the exit code of the process: 0 for success, 1 for findings, 2 for what could not be done.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter().peekable();
    if let Some(code) = hook::run(arguments.peek().map(OsString::as_os_str)) {
        return code;
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and succeed; clap knows which is which.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let result = match cli.command {
        Command::Serve(args) => serve::run(args),
        Command::Check(args) => check::run(args),
        Command::Search(args) => search::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Reviews(args) => reviews::run(&args),
        Command::Import(args) => import::run(&args),
        Command::New(args) => new::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Token(TokenCommand::New { name, config }) => new_token(&name, config),
        Command::Config(args) => print_config(&args),
        Command::Schema { config } => print_schema(config),
        Command::Completions { shell } => print_completions(shell),
    };
    result.unwrap_or_else(|message| {
        let _ = writeln!(io::stderr(), "otvet: {message}");
        ExitCode::from(2)
    })
}

/// What a command comes to: an exit code, or a message about what could not be done.
type Outcome = Result<ExitCode, String>;

impl ContentArgs {
    fn flags(&self) -> Flags {
        let text = |key, value: Option<&str>, flag| value.map(|value| (key, Value::String(value.to_owned()), flag));
        let content = self.content.as_ref().and_then(|path| path.to_str());
        let values =
            [text("content.path", content, "--content"), text("content.branch", self.branch.as_deref(), "--branch")];
        Flags { file: self.config.clone(), values: values.into_iter().flatten().collect() }
    }

    fn config(&self) -> Result<Config, String> {
        load(&Flags {
            values: self.flags().values.into_iter().filter(|(key, ..)| *key != "content.path").collect(),
            ..self.flags()
        })
    }
}

fn load(flags: &Flags) -> Result<Config, String> {
    Config::load(flags, std::env::vars()).map_err(|error| error.to_string())
}

/// Opens the committed content that a configuration names.
fn committed(args: &ContentArgs, config: &Config) -> Result<Repository, String> {
    let folder = args.content.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
    let branch = config.content.branch.as_deref();
    if !folder.is_dir() {
        return Err(format!(
            "there is no folder `{}` here; name the folder with your articles: otvet serve --content FOLDER",
            folder.display()
        ));
    }
    let found =
        if is_git_folder(&folder) { find_in_bare(&folder, config) } else { Repository::find(&folder, None, branch) };
    found.map_err(|error| match error {
        git::Error::NotARepository(path) => format!(
            "`{0}` is not inside a git repository, and only committed articles are served\n\
             either put it under git:  git -C {0} init && git -C {0} add -A && git -C {0} commit -m start\n\
             or look at it as it is:   otvet serve --preview {0}",
            path.display()
        ),
        other => other.to_string(),
    })
}

/// Finds the content folder in a bare repository: the one that was chosen, else the default one if it exists, else all.
fn find_in_bare(repository: &Path, config: &Config) -> Result<Repository, git::Error> {
    let (path, branch) = (config.content.path.as_str(), config.content.branch.as_deref());
    let found = Repository::find(repository, Some(path), branch)?;
    Ok(Repository { or_whole: !config.content.path_is_chosen, ..found })
}

/// Returns the commit that a name such as `HEAD~3` means. Only git knows all its names, so git is asked.
fn commit(repository: &Repository, revision: &str) -> Result<ObjectId, String> {
    if let Ok(id) = revision.parse() {
        return Ok(id);
    }
    let mut git = Process::new("git");
    git.arg("--git-dir").arg(&repository.git_dir).args(["rev-parse", "--verify", "--quiet", "--end-of-options"]);
    let output = git.arg(format!("{revision}^{{commit}}")).output();
    let output =
        output.map_err(|error| format!("cannot ask git what `{revision}` is ({error}); give the whole commit id"))?;
    let id = String::from_utf8_lossy(&output.stdout).trim().parse();
    id.map_err(|_| format!("`{revision}` is not a commit of `{}`", repository.git_dir.display()))
}

/// Returns a folder as a path inside the content folder; one that is given with the content folder in front is understood, too.
fn folder_below(dir: &Path, folder: &str) -> Result<String, String> {
    let given = Path::new(folder.trim_end_matches('/'));
    let inside = given.strip_prefix(dir).or_else(|_| given.strip_prefix(Path::new("."))).unwrap_or(given);
    let inside = inside.to_string_lossy().into_owned();
    let is_good = |part: &str| !part.starts_with('_') && matches!(Name::of(part.as_bytes()), Name::Good(_));
    if inside.is_empty() || inside.split('/').all(is_good) {
        return Ok(inside);
    }
    Err(format!("`{folder}` is no folder for articles: a path inside `{}` is expected", dir.display()))
}

fn is_git_folder(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir()
}

fn print_config(args: &ContentArgs) -> Outcome {
    let config = load(&args.flags())?;
    let mut out = String::new();
    let mut section = "";
    for (key, (value, origin)) in &config.origins {
        let (of, name) = key.split_once('.').unwrap_or(("", key));
        if of != section {
            section = of;
            out += &format!("{}[{section}]\n", if out.is_empty() { "" } else { "\n" });
        }
        // A secret is nobody's business who looks over a shoulder or into a bug report.
        let value = match value.as_str() {
            Some(secret) if name.ends_with("_secret") && !secret.is_empty() => Value::from("…"),
            Some(remote) if name == "remote" => crate::follow::shown(remote).into(),
            _ => value.clone(),
        };
        out += &format!("{name} = {value}  # {origin}\n");
    }
    print(&out)
}

fn new_token(name: &str, config: Option<PathBuf>) -> Outcome {
    let config = load(&Flags { file: config, ..Flags::default() })?;
    let token = crate::host::tokens::add(&config.git.tokens, name)?;
    print(&format!("{token}\n"))
}

fn print_schema(file: Option<PathBuf>) -> Outcome {
    let config = load(&Flags { file, ..Flags::default() })?;
    let schema = crate::article::front_matter::schema(config.rules.audiences.names());
    print(&(serde_json::to_string_pretty(&schema).expect("a schema is plain JSON") + "\n"))
}

fn print_completions(shell: clap_complete::Shell) -> Outcome {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "otvet", &mut out);
    print(&String::from_utf8_lossy(&out))
}

/// Prints to standard output; a reader that went away (`| head`) is not a failure.
fn print(text: &str) -> Outcome {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}"))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Returns the language of the locale: Russian where it says so, else English.
fn locale() -> Lang {
    let names =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    if names.is_some_and(|name| name.starts_with("ru")) { Lang::Ru } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn search_wants_words_or_filters() {
        let search = |line: &str| Cli::try_parse_from(line.split(' ')).is_ok();
        assert!(search("otvet search возврат --type answer --tag чек --changed-since 2026-11-01"));
        assert!(search("otvet search --lang ru --facets"));
        assert!(!search("otvet search") && !search("otvet search --facets"));
    }
}
