//! `otvet serve`: puts the parts together, prints the ready line, and stops in order.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::net::TcpListener;
use tokio::sync::watch;
use toml::Value;

use super::{Outcome, ServeArgs};
use crate::audience::Access;
use crate::check::Dictionaries;
use crate::config::Config;
use crate::edition::Editions;
use crate::event::sqlite::SqliteStore;
use crate::event::{Asked, Recorder};
use crate::follow::Follow;
use crate::git::{self, Repository};
use crate::host::Host;
use crate::host::gate::Gate;
use crate::preview::{Previews, Readers};
use crate::publish::preview::Bases;
use crate::publish::source::{self, Source};
use crate::publish::{self, Observer, Publisher};
use crate::search::tantivy::TantivyEngine;
use crate::search::{Progress, SearchEngine};
use crate::{log, server, web};

/// The file of events in the data folder.
const EVENTS: &str = "events.db";
/// The file of the questions that are asked most.
const ASKED: &str = "asked.tsv";
/// How often it is written.
const KEEP_ASKED: Duration = Duration::from_secs(60);
/// How long events that wait may take to be written at the end.
const LAST_EVENTS: Duration = Duration::from_secs(5);

/// Serves until it is told to stop.
pub(super) fn run(args: ServeArgs) -> Outcome {
    let config = configured(&args)?;
    log::start(&config.log)?;
    git::check_library()?;
    // Every listener of events holds a connection; the usual soft limit of 1,024 files is far below what is allowed.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "cannot raise the number of open files");
    }
    let follow = match &config.follow {
        Some(follow) if args.preview.is_none() => Some(Arc::new(Follow::new(follow.clone(), &config.data)?)),
        _ => None,
    };
    if follow.is_some() && args.content.content.is_some() {
        tracing::warn!("`content.remote` is followed; `--content` is not looked at");
    }
    let (source, repository, preview) = content(&args, &config, follow.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
    let result = runtime.block_on(serve(config, source, repository, preview, follow));
    // Searches still running are not waited for: their readers are gone.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result.map(|()| ExitCode::SUCCESS)
}

fn configured(args: &ServeArgs) -> Result<Config, String> {
    let mut flags = args.content.flags();
    flags.values.retain(|(key, ..)| *key != "content.path");
    let mut flag = |key, value: &Option<String>, name| {
        flags.values.extend(value.clone().map(|value| (key, Value::String(value), name)));
    };
    flag("data.dir", &args.data, "--data");
    flag("server.listen", &args.listen, "--listen");
    super::load(&flags)
}

/// Opens the content: a branch, or with `--preview` a folder as it lies on disk.
fn content(
    args: &ServeArgs,
    config: &Config,
    follow: Option<&Follow>,
) -> Result<(Source, Option<Repository>, bool), String> {
    if let Some(follow) = follow {
        let repository = super::find_in_bare(follow.mirror(), config).map_err(|error| error.to_string())?;
        return Ok((Source::branch(repository.clone()), Some(repository), false));
    }
    let Some(folder) = &args.preview else {
        let repository = super::committed(&args.content, config)?;
        return Ok((Source::branch(repository.clone()), Some(repository), false));
    };
    let folder =
        folder.clone().or_else(|| args.content.content.clone()).unwrap_or_else(|| PathBuf::from(&config.content.path));
    if !folder.is_dir() {
        return Err(format!("there is no folder `{}` to preview", folder.display()));
    }
    let repository = Repository::find(&folder, None, None).ok();
    Ok((Source::folder(folder), repository, true))
}

/// Opens the index in the data folder; a preview keeps nothing on disk.
fn engine(config: &Config, preview: bool) -> (Box<dyn SearchEngine>, Option<PathBuf>) {
    if preview {
        return (Box::new(TantivyEngine::in_memory()), None);
    }
    let data = Path::new(&config.data);
    if let Err(error) = std::fs::create_dir_all(data) {
        tracing::warn!(path = %data.display(), %error, "cannot write the data folder; the index is kept in memory only");
        return (Box::new(TantivyEngine::in_memory()), None);
    }
    (Box::new(TantivyEngine::on_disk(data)), Some(data.to_owned()))
}

/// Starts recording what readers report; a preview records nothing, since what it shows is not published.
fn recorder(config: &Config, preview: bool) -> Result<Option<Recorder>, String> {
    if preview || !config.events.record {
        return Ok(None);
    }
    let store = Arc::new(SqliteStore::at(config.data.join(EVENTS)));
    let recorder = Recorder::start(store, config.events.keep);
    recorder.map(Some).map_err(|error| format!("cannot start recording events: {error}"))
}

/// Prepares the repository to be cloned and pushed to, if that is wanted.
fn hosted(
    config: &Config,
    repository: &Option<Repository>,
    preview: bool,
    address: std::net::SocketAddr,
) -> Result<Option<Arc<Host>>, String> {
    if !config.git.host {
        return Ok(None);
    }
    let repository = repository.clone().filter(|_| !preview);
    let repository = repository.ok_or("`git.host` needs committed content: a preview cannot be hosted")?;
    // Behind a proxy, loopback is not who is at this machine.
    let is_open = address.ip().is_loopback() && config.trusted_proxies.is_empty() && config.public_url.is_none();
    Ok(Some(Arc::new(Host::new(&config.git, repository, &config.data, is_open)?)))
}

async fn serve(
    config: Config,
    source: Source,
    repository: Option<Repository>,
    preview: bool,
    follow: Option<Arc<Follow>>,
) -> Result<(), String> {
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let (engine, data) = engine(&config, preview);
    let (stopping, stopped) = watch::channel(false);
    let editions = Arc::new(Editions::default());
    let anonymous = if preview { Access::editor() } else { config.anonymous };
    let events = recorder(&config, preview)?;
    let host = hosted(&config, &repository, preview, address)?;
    let asked = events.is_some().then(|| config.events.queries.then(|| Arc::new(Asked::at(config.data.join(ASKED)))));
    let asked = asked.flatten();
    let bases = Bases::default();
    let previews = |repository| Arc::new(Previews::new(repository, bases.clone(), config.previews));
    let previews = repository.clone().filter(|_| !preview).map(previews);
    let state = Arc::new(web::State {
        events,
        asked: asked.clone(),
        previews: previews.clone(),
        host: host.clone(),
        follow: follow.clone(),
        public_url: config.public_url.clone(),
        repository: repository.clone(),
        fallback: config.fallback.clone(),
        embed: config.embed.clone(),
        preview,
        offline: config.offline,
        stopping: stopped,
        ..web::State::new(editions.clone(), anonymous)
    });
    let (folders, below) = source.watched();
    let (waker, tokens) = publish::watch::queue(&folders, below, config.content.poll, config.content.quiet);
    let observer = Box::new(Bars { state: state.clone(), bar: bar() });
    let mut publisher =
        Publisher::new(source, engine, config.rules.clone(), editions.clone(), observer, data.as_deref())
            .with_bases(bases);
    let is_followed = follow.is_some();
    let thread = std::thread::Builder::new().name("publisher".to_owned()).spawn(move || {
        // A failure is remembered and shown; the tokens bring the next try.
        let failure = publisher.publish().err();
        match &failure {
            Some(publish::Error::Source(source::Error::Git(git::Error::Empty(_)))) if is_followed => {
                tracing::info!("nothing is fetched yet");
            }
            Some(reason) => tracing::error!(%reason, "nothing to serve yet; trying again whenever the content changes"),
            None => {}
        }
        publisher.run(&tokens, failure.map(|error| error.to_string()));
    });
    let mut threads = vec![thread.map_err(|error| format!("cannot start the publisher: {error}"))?];
    if let Some(previews) = previews {
        tokio::spawn(previews.keep_tidy());
    }
    if let Some(asked) = asked.clone() {
        tokio::spawn(keep(asked));
    }
    if let Some(host) = host {
        let address = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        tracing::info!("hosting: git clone {address}/git/{}.git", host.name);
        let (waker, editions, owners) = (waker.clone(), editions.clone(), config.owners.clone());
        let previewed = config.previews != Readers::Nobody;
        let dictionaries = Dictionaries::read(&config.dictionaries)?.map(Arc::new);
        let asked = asked.clone();
        Arc::new(Gate { host, waker, editions, owners, dictionaries, address, asked, previewed }).serve().await?;
    }
    if let (Some(follow), Some(repository)) = (follow.clone(), repository) {
        let (waker, stopping) = (waker.clone(), state.stopping.clone());
        let fetcher = std::thread::Builder::new().name("follow".to_owned());
        let fetching = fetcher.spawn(move || follow.run(&repository, &waker, &|| *stopping.borrow()));
        threads.push(fetching.map_err(|error| format!("cannot start following: {error}"))?);
    }
    let ready = tokio::spawn(announce(editions, address));
    let limits = server::Limits { proxies: config.trusted_proxies.clone(), ..server::Limits::default() };
    let result = server::run(limits, listener, state.clone(), signal(), stopping).await;
    ready.abort();
    if let Some(events) = &state.events {
        tokio::task::block_in_place(|| events.stop(LAST_EVENTS));
    }
    if let Some(Err(error)) = asked.map(|asked| tokio::task::block_in_place(|| asked.keep())) {
        tracing::warn!(%error, "cannot keep which questions are asked most");
    }
    waker.stop();
    if let Some(follow) = follow {
        follow.hint();
    }
    // The publisher may be deep in an index; it is derived data and survives being left. A fetch ends git and what that has started.
    tokio::task::spawn_blocking(move || {
        let end = std::time::Instant::now() + Duration::from_secs(2);
        while !threads.iter().all(JoinHandle::is_finished) && std::time::Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
    })
    .await
    .map_err(|error| error.to_string())?;
    result.map_err(|error| error.to_string())
}

/// Writes now and then which questions are asked most. It is told once that it cannot be done.
async fn keep(asked: Arc<Asked>) {
    let mut failed = false;
    loop {
        tokio::time::sleep(KEEP_ASKED).await;
        let asked = asked.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || asked.keep()).await
            && !std::mem::replace(&mut failed, true)
        {
            tracing::warn!(%error, "cannot keep which questions are asked most");
        }
    }
}

/// Prints the ready line when the first edition is live.
async fn announce(editions: Arc<Editions>, address: std::net::SocketAddr) {
    let mut publishes = editions.subscribe();
    if publishes.wait_for(Option::is_some).await.is_ok()
        && let Some(published) = editions.current()
    {
        let edition = &published.edition;
        let articles = edition.library.articles().len();
        let line = format!("otvet: http://{address} edition {} {articles} articles\n", edition.revision.commit.short());
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}

/// Completes on SIGTERM or Ctrl+C.
async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}

/// A bar on a terminal for the first indexing; nothing elsewhere.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length();
    let style = "{msg:>9} {wide_bar} {pos}/{len} {per_sec} {eta}";
    bar.set_style(ProgressStyle::with_template(style).expect("a fixed template"));
    bar
}

/// Shows how far a publish is and counts how it ended.
struct Bars {
    state: Arc<web::State>,
    bar: ProgressBar,
}

impl Bars {
    /// Small changes are over before a bar could be read.
    fn show(&self, step: &'static str, done: usize, all: usize) {
        if all >= 500 && (done.is_multiple_of(64) || done == all) {
            self.bar.set_message(step);
            self.bar.set_length(all as u64);
            self.bar.set_position(done as u64);
        }
    }
}

impl Progress for Bars {
    fn indexed(&self, done: usize, all: usize) {
        self.show("indexing", done, all);
    }
}

impl Observer for Bars {
    fn parsed(&self, done: usize, all: usize) {
        self.show("reading", done, all);
    }

    fn walked(&self, commits: usize) {
        if commits >= 5000 && commits.is_multiple_of(1000) {
            self.bar.set_message("history");
            self.bar.set_length(commits as u64);
            self.bar.set_position(commits as u64);
        }
    }

    fn published(&self, outcome: &Result<publish::Outcome, publish::Error>, took: Duration) {
        self.bar.finish_and_clear();
        if !matches!(outcome, Ok(publish::Outcome::Unchanged)) {
            self.state.metrics.published(outcome.is_ok(), took.as_secs_f64());
        }
    }
}
