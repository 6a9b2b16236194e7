//! The gate: how the hooks of a push ask the server that runs, over a socket that only this user can reach.
//!
//! 1. Before a branch moves, `pre-receive` sends what would move where and the folder of the objects that came. The publisher
//!    checks; the hook prints the answer, and its exit code decides.
//! 2. When it has moved, `post-receive` says so. The publisher publishes at once; the hook prints what is live.
//!
//! One line of JSON each way. When the server is gone, nothing is taken.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::sync::oneshot;

use super::Host;
use super::push::{self, Change, Refusal, Update};
use crate::check::{Dictionaries, Report, Settings};
use crate::comparison;
use crate::edition::{Editions, encode_path, today};
use crate::event::Asked;
use crate::git::{self, Repository};
use crate::preview;
use crate::publish::source::{self, Candidate};
use crate::publish::watch::Waker;
use crate::publish::{self, Publisher};
use crate::revision::ObjectId;
use crate::text::Lang;
use crate::text::push as words;

/// Where a hook finds the socket.
pub(super) const SOCKET: &str = "OTVET_GATE";
/// The number of the push.
pub(super) const PUSH: &str = "OTVET_PUSH";
/// Who pushes, for the log.
pub(super) const PUSHER: &str = "OTVET_PUSHER";
/// In which language the answer is to be.
pub(super) const LANG: &str = "OTVET_LANG";

/// The most bytes of a question or an answer.
const MOST_BYTES: u64 = 1 << 20;
/// How long a hook waits for an answer: the first edition of a large base may have to be made first.
const PATIENCE: Duration = Duration::from_secs(110);
/// How long answer tests may be asked of a push; those that are left are told about and not asked.
const TESTS: Duration = Duration::from_secs(5);
/// How long the words of a push may be looked up; the articles that are left are told about.
const SPELLING: Duration = Duration::from_secs(3);
/// How many of the questions that are asked most are asked of a push.
const QUESTIONS: usize = 50;
/// How many addresses of changed articles are printed.
const ADDRESSES: usize = 5;
/// How long commits are counted by which a draft is behind.
const COUNTING: Duration = Duration::from_millis(500);
/// The longest path of a socket that every system takes.
const LONGEST: usize = 100;

/// What a hook asks.
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    hook: String,
    /// The number of the push.
    push: u64,
    updates: Vec<Update>,
    /// The folder of the objects that are not taken in yet.
    incoming: Option<String>,
    lang: String,
    pusher: String,
}

/// What it is answered.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    taken: bool,
    text: String,
}

/// Returns where the socket is: in a folder that only this user can look into.
pub(super) fn socket_in(room: &Path) -> Result<PathBuf, String> {
    let socket = room.join("gate");
    if socket.as_os_str().len() > LONGEST {
        return Err(format!(
            "the path of the data folder is too long for hosting: `{}` has more than {LONGEST} bytes; set `data.dir`",
            socket.display()
        ));
    }
    Ok(socket)
}

/// What answers hooks.
#[derive(Debug)]
pub struct Gate {
    /// What is hosted.
    pub host: Arc<Host>,
    /// Reaches the publisher.
    pub waker: Waker,
    /// What is live.
    pub editions: Arc<Editions>,
    /// Who may own articles.
    pub owners: Vec<String>,
    /// The dictionaries of spelling.
    pub dictionaries: Option<Arc<Dictionaries>>,
    /// Where readers reach this server, without a slash at its end.
    pub address: String,
    /// Which questions are asked most; none where that is not counted.
    pub asked: Option<Arc<Asked>>,
    /// Whether somebody may look at branches that are not live.
    pub previewed: bool,
}

impl Gate {
    /// Answers hooks until the server ends.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub async fn serve(self: Arc<Self>) -> Result<(), String> {
        let path = &self.host.socket;
        let wrong = |error: io::Error| format!("cannot answer hooks at `{}`: {error}", path.display());
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrong(error)),
            _ => {}
        }
        let listener = UnixListener::bind(path).map_err(wrong)?;
        tokio::spawn(self.host.clone().keep_in_order());
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => drop(tokio::spawn(self.clone().answer(stream))),
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a hook");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
            }
        });
        Ok(())
    }

    async fn answer(self: Arc<Self>, stream: tokio::net::UnixStream) {
        let (reading, mut writing) = stream.into_split();
        let mut line = String::new();
        let mut reading = tokio::io::BufReader::new(reading.take(MOST_BYTES));
        let read = tokio::time::timeout(Duration::from_secs(10), reading.read_line(&mut line)).await;
        let question = match read {
            Ok(Ok(_)) => serde_json::from_str::<Question>(&line).ok(),
            _ => None,
        };
        let Some(question) = question else { return tracing::warn!("a hook asked nothing that can be answered") };
        let answer = self.judge(question).await;
        let line = serde_json::to_string(&answer).expect("plain JSON") + "\n";
        // A hook that went away takes its push with it.
        let _ = writing.write_all(line.as_bytes()).await;
    }

    async fn judge(&self, question: Question) -> Answer {
        let lang = question.lang.parse().unwrap_or(self.host.lang);
        let repository = self.host.repository.clone();
        let Ok(Ok(live)) = tokio::task::spawn_blocking(move || repository.branch_name()).await else {
            return refused(&Refusal::Unreadable("HEAD".to_owned()), lang, &question);
        };
        let changes = match push::changes(&question.updates, &live) {
            Ok(changes) => changes,
            Err(refusal) => return refused(&refusal, lang, &question),
        };
        if question.hook != "pre-receive" {
            self.host.turns.give_up(question.push);
            return Answer { taken: true, text: self.published(&changes, &live, lang).await };
        }
        let objects = self.host.repository.common_dir.join("objects");
        let incoming = question.incoming.as_deref().and_then(|folder| push::incoming(folder, &objects));
        let mut verdicts: Vec<(bool, String)> = Vec::new();
        for change in changes {
            let (commit, draft) = match change {
                Change::Live(commit) => {
                    self.host.turns.take(question.push).await;
                    if self.is_overtaken(&question.updates, &live).await {
                        return refused(&Refusal::Overtaken(live), lang, &question);
                    }
                    (commit, None)
                }
                Change::Draft(name, commit) => (commit, Some(name)),
                Change::Nothing => continue,
            };
            let start = Instant::now();
            let (report, folder) = match self.check(Candidate { commit, incoming: incoming.clone() }).await {
                Ok(checked) => checked,
                // A draft may be anything; what it needs to be published is told when it is to be.
                Err(_) if draft.is_some() => continue,
                Err(refusal) => return refused(&refusal, lang, &question),
            };
            let (errors, warnings) = report.counts();
            let taken = errors == 0 || draft.is_some();
            let (pusher, ms) = (&question.pusher, start.elapsed().as_millis() as u64);
            tracing::info!(%pusher, commit = %commit.short(), draft, taken, errors, warnings, ms, "checked a push");
            verdicts.push((taken, push::verdict(&report, &folder, lang, (&live, draft), start.elapsed())));
        }
        // One that is refused takes all with it: what there would be to say of the others does not matter then.
        let taken = verdicts.iter().all(|(taken, _)| *taken);
        let told = verdicts.into_iter().filter(|(one, _)| taken || !one).map(|(_, text)| text);
        Answer { taken, text: told.collect() }
    }

    /// Returns whether the live branch is no longer where a push saw it, so that git would not take it, whatever a check says.
    async fn is_overtaken(&self, updates: &[Update], live: &str) -> bool {
        let name = format!("refs/heads/{live}");
        let Some(update) = updates.iter().find(|update| update.name == name) else { return false };
        let (repository, live) = (self.host.repository.clone(), live.to_owned());
        let tip = tokio::task::spawn_blocking(move || repository.branch_tip(&live)).await;
        // What cannot be read now is git's to decide.
        matches!(tip, Ok(Ok(tip)) if tip.map(|tip| tip.to_string()) != update.old)
    }

    /// Lets the publisher check a commit. Returns also the content folder in it.
    async fn check(&self, candidate: Candidate) -> Result<(Report, String), Refusal> {
        let most = |asked: &Arc<Asked>| asked.most(QUESTIONS).into_iter();
        let questions = self.asked.iter().flat_map(most).map(|text| comparison::Question { text, unfinished: false });
        let outlook = Some(questions.collect());
        let plain = Settings::plain(self.owners.clone(), today());
        let settings = Settings { patience: TESTS, outlook, ..plain };
        let repository = Repository { incoming: candidate.incoming.clone(), ..self.host.repository.clone() };
        let checked = self.publisher(move |publisher| {
            let checked = publisher.check(&candidate, &settings)?;
            Ok::<_, publish::Error>((checked, repository.folder_at(candidate.commit).map_err(source::Error::from)?))
        });
        let ((mut report, content), folder) = checked.await?.map_err(|error| match error {
            publish::Error::Source(source::Error::Git(git::Error::NoFolder { folder, .. })) => {
                Refusal::NoFolder(folder)
            }
            publish::Error::Source(source::Error::Elsewhere { was, now }) => match was.is_empty() {
                true => Refusal::NewFolder(now),
                false => Refusal::NoFolder(was),
            },
            other => Refusal::Unreadable(other.to_string()),
        })?;
        // Words are looked up here: the publisher has others to serve.
        if let Some(dictionaries) = self.dictionaries.clone() {
            let spelt = tokio::task::spawn_blocking(move || {
                report.spell(&content, &dictionaries, SPELLING);
                report
            });
            report = spelt.await.map_err(|error| Refusal::Unreadable(error.to_string()))?;
        }
        Ok((report, folder))
    }

    /// Has something done by the publisher.
    async fn publisher<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Publisher) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let (done, result) = oneshot::channel();
        self.waker.ask(move |publisher| {
            // Nobody is there for the result when the push was cut off.
            let _ = done.send(work(publisher));
        });
        result.await.map_err(|_| Refusal::Stopping)
    }

    /// Publishes what was pushed, and says what is live.
    async fn published(&self, changes: &[Change<'_>], live: &str, lang: Lang) -> String {
        let commit = changes.iter().find_map(|change| match change {
            Change::Live(commit) => Some(*commit),
            _ => None,
        });
        let Some(commit) = commit else {
            let drafts = changes.iter().filter_map(|change| match change {
                Change::Draft(name, _) => Some(format!("{}{}", self.address, preview::root_of(name))),
                _ => None,
            });
            let drafts: Vec<String> = drafts.take(ADDRESSES).collect();
            let repository = self.host.repository.clone();
            let is_missing = move || matches!(repository.head(), Err(git::Error::NoBranch { .. }));
            return match drafts.is_empty() {
                true => String::new(),
                false if tokio::task::spawn_blocking(is_missing).await.unwrap_or(false) => {
                    words::no_live_branch(lang, live)
                }
                false if self.previewed => self.behind(changes, live, lang).await + &words::previews(lang, &drafts),
                false => self.behind(changes, live, lang).await,
            };
        };
        let start = Instant::now();
        let outcome = self.publisher(Publisher::publish).await;
        match outcome {
            Ok(Ok(_)) => {
                let (addresses, more) = self.changed_by(commit);
                words::published(lang, &commit.short(), &addresses, more, start.elapsed())
            }
            Ok(Err(error)) => words::not_live_yet(lang, &error.to_string()),
            Err(_) => words::not_live_yet(lang, words::stopping(lang)),
        }
    }

    /// Says of drafts that the live branch went on since they began: what differs is then not all of their doing.
    async fn behind(&self, changes: &[Change<'_>], live: &str, lang: Lang) -> String {
        let drafts = changes.iter().filter_map(|change| match change {
            Change::Draft(name, commit) => Some(((*name).to_owned(), *commit)),
            _ => None,
        });
        let drafts: Vec<(String, ObjectId)> = drafts.take(ADDRESSES).collect();
        let Some(published) = self.editions.current() else { return String::new() };
        let (repository, live) = (self.host.repository.clone(), live.to_owned());
        let told = tokio::task::spawn_blocking(move || {
            let (history, end) = (&published.edition.history, Instant::now() + COUNTING);
            // It is only said; what cannot be read now is said of more important things.
            let behind = |commit| repository.behind(commit, history, end).ok().flatten().filter(|&commits| commits > 0);
            let told = drafts.iter().filter_map(|(name, commit)| Some((name, behind(*commit)?)));
            told.map(|(name, commits)| words::behind(lang, name, &live, commits)).collect::<String>()
        });
        told.await.unwrap_or_default()
    }

    /// Returns the addresses of some articles that a commit changed, and how many more there are; none when a later commit is
    /// live already.
    fn changed_by(&self, commit: ObjectId) -> (Vec<String>, usize) {
        let announced = self.editions.subscribe().borrow().clone();
        let (Some(announced), Some(published)) = (announced, self.editions.current()) else { return (Vec::new(), 0) };
        if announced.commit != commit {
            return (Vec::new(), 0);
        }
        let library = &published.edition.library;
        let article = |path: &Arc<str>| library.by_path(path).and_then(|number| library.articles().get(number));
        let slugs = announced.changed.iter().filter_map(article).map(|article| article.slug.as_str());
        let addresses = slugs.take(ADDRESSES).map(|slug| format!("{}/a/{}", self.address, encode_path(slug))).collect();
        (addresses, announced.changed.len().saturating_sub(ADDRESSES))
    }
}

fn refused(refusal: &Refusal, lang: Lang, question: &Question) -> Answer {
    tracing::info!(pusher = %question.pusher, reason = %refusal.text(Lang::En).trim(), "refused a push");
    Answer { taken: false, text: refusal.text(lang) }
}

/// Is a hook: asks the server, prints its answer, and says whether the push may go on.
///
/// # Errors
/// With what to print when the server cannot be asked: then nothing is taken.
pub fn hook(name: &str) -> Result<bool, String> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let lang: Lang = variable(LANG).parse().unwrap_or_default();
    let unreachable = |_: io::Error| Refusal::Stopping.text(lang);
    let updates = updates(name == "pre-receive").map_err(|error| Refusal::Unreadable(error.to_string()).text(lang))?;
    let question = Question {
        hook: name.to_owned(),
        push: variable(PUSH).parse().unwrap_or_default(),
        updates,
        incoming: std::env::var("GIT_QUARANTINE_PATH").ok(),
        lang: variable(LANG),
        pusher: variable(PUSHER),
    };
    let mut stream = UnixStream::connect(variable(SOCKET)).map_err(unreachable)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(unreachable)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(unreachable)?;
    let line = serde_json::to_string(&question).expect("plain JSON") + "\n";
    stream.write_all(line.as_bytes()).map_err(unreachable)?;
    let mut line = String::new();
    BufReader::new(stream.take(MOST_BYTES)).read_line(&mut line).map_err(unreachable)?;
    let answer: Answer = serde_json::from_str(&line).map_err(|_| Refusal::Stopping.text(lang))?;
    // Whoever pushed may have gone away.
    let _ = io::stderr().lock().write_all(answer.text.as_bytes());
    Ok(answer.taken)
}

/// Reads what git tells a hook: a line `OLD NEW NAME` for each branch or tag.
fn updates(before: bool) -> io::Result<Vec<Update>> {
    let mut updates = Vec::new();
    for line in io::stdin().lock().take(MOST_BYTES).lines() {
        let line = line?;
        let mut parts = line.splitn(3, ' ');
        let (Some(old), Some(new), Some(name)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let id = |id: &str| (!id.bytes().all(|digit| digit == b'0')).then(|| id.to_owned());
        let (old, new, name) = (id(old), id(new), name.to_owned());
        let goes_on = match (&old, &new) {
            // Beyond that many the push is refused anyway.
            (Some(old), Some(new)) if before && updates.len() < push::MOST => goes_on(old, new)?,
            _ => !before,
        };
        updates.push(Update { old, new, name, goes_on });
    }
    Ok(updates)
}

/// Asks git, which sees the objects that came, whether a commit goes on from another.
fn goes_on(old: &str, new: &str) -> io::Result<bool> {
    let mut git = Command::new("git");
    git.args(["merge-base", "--is-ancestor", old, new])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(git.status()?.success())
}
