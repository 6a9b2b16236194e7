//! The system's `git http-backend` as a child: fixed arguments, settings and environment, streams through it, and an end that
//! leaves nothing behind.
//!
//! 1. A request becomes the variables of CGI, made from nothing: no header is copied, no path is taken over.
//! 2. The body is fed to the child as it comes, with limits; what the child says is passed on as it comes.
//! 3. When whoever pushed goes away, the child sees the end of its input, ends by itself and removes what came so far; what it
//!    says is read on for nobody, since git dies of a pipe that is closed and removes nothing then. If that takes long, or time
//!    is over, it is ended with everything it has started, and what it leaves is removed here. A fetch has nothing to remove.
//!
//! The length of a body is never passed on: told one, git 2.47 reads a body that was cut off for ever.
//!
//! Source: git-http-backend(1), RFC 3875.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use rustix::process::{Pid, Signal, kill_process_group, setpriority_pgrp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, timeout};

use super::Host;
use super::Unpacked;
use super::gate::{LANG, PUSH, PUSHER, SOCKET};
use super::turns::Push;
use crate::text::Lang;

/// The largest push, in bytes of its pack.
pub const MOST_PUSHED: u64 = 256 << 20;
/// What git is given beyond that, so that it can say so.
const SLACK: u64 = 1 << 20;
/// The most that is read of somebody who fetches: what he has and wants.
const MOST_WANTED: u64 = 10 << 20;
/// How long a client may send nothing.
const SILENCE: Duration = Duration::from_secs(30);
/// How long all of it may take.
const DEADLINE: Duration = Duration::from_secs(15 * 60);
/// How long a request waits for its place.
const QUEUE: Duration = Duration::from_secs(30);
/// How long git has to end by itself when nobody is there any more, and then again when it is told to.
const GRACE: Duration = Duration::from_secs(5);
/// Bytes that are passed on at a time.
const BUFFER: usize = 64 << 10;
/// The most bytes of the head of an answer.
const HEAD: usize = 16 << 10;
/// Seconds of processor time that git may use for one request: a pack that unpacks to gigabytes takes them.
const PROCESSOR: u64 = 120;
/// How much a fetch yields to readers and pushes, and how much when it takes longer than that, as making a pack for a clone does: an
/// editor who takes in what others did should not wait for a busy server, nor readers for clones.
const YIELDING: i32 = 5;
const LOWEST: i32 = 19;
const LONG: Duration = Duration::from_millis(500);
/// How git is started by a shell. For a clone as what runs when nobody else wants to, where the system lets us say so: what is merely
/// nice is still not left off at once for somebody who searches.
const START: &str = r#"exec "$0" http-backend"#;
const START_CLONE: &str =
    r#"chrt -i 0 true 2> /dev/null && exec chrt -i 0 "$0" http-backend; exec nice -n 19 "$0" http-backend"#;
/// The largest file that git may write, in blocks of 512 bytes.
const FILE: u64 = (1 << 30) / 512;
/// The most memory that git may ask for, in KiB, besides the files that it maps: some bytes of a pack may stand for gigabytes.
const MEMORY: u64 = 1 << 20;

/// What somebody asks of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// To clone or fetch.
    Fetch,
    /// To push.
    Push,
}

impl Service {
    /// Returns the service of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "git-upload-pack" => Some(Self::Fetch),
            "git-receive-pack" => Some(Self::Push),
            _ => None,
        }
    }

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fetch => "git-upload-pack",
            Self::Push => "git-receive-pack",
        }
    }
}

/// A request to git, checked.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is asked.
    pub service: Service,
    /// Whether only the branches are asked for, which comes before everything else.
    pub is_discovery: bool,
    /// The version of the protocol that is offered: 0, 1 or 2.
    pub protocol: Option<u8>,
    /// Whether the body is compressed.
    pub is_gzip: bool,
    /// The length of the body, where that is known.
    pub length: Option<u64>,
    /// Who asks.
    pub user: String,
    /// The language of answers, where it is known.
    pub lang: Option<Lang>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Others keep git busy.
    #[error("as many clones and pushes as are possible at once are under way")]
    Busy,
    /// The body is larger than is taken.
    #[error("the push is larger than {} MiB", MOST_PUSHED >> 20)]
    TooLarge,
    /// The child cannot be started or said nothing that can be passed on.
    #[error("git failed: {0}")]
    Failed(String),
}

/// What git answered: a head, and the rest as it comes.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, in lower case.
    pub headers: Vec<(String, String)>,
    /// The rest.
    pub body: Output,
}

impl Host {
    /// Runs git for a request.
    ///
    /// # Errors
    /// When there is no place, or the child fails before it has said anything.
    pub async fn call<B, E>(&self, call: &Call, mut body: B) -> Result<Answer, Error>
    where
        B: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: Send + 'static,
    {
        let most = if call.service == Service::Push { MOST_PUSHED } else { MOST_WANTED };
        if call.length.is_some_and(|length| length > most) {
            return Err(Error::TooLarge);
        }
        // Of a push whose length nobody knew, git says that it is too large once it has seen more than it takes.
        let most = if call.service == Service::Push { most + SLACK } else { most };
        if call.service == Service::Push && call.is_discovery {
            self.turns.settled().await;
        }
        let first = match call.service {
            Service::Fetch if !call.is_discovery => timeout(SILENCE, body.next()).await.unwrap_or_default(),
            _ => None,
        };
        let is_clone = !call.is_gzip && first.as_ref().is_some_and(|first| first.as_ref().is_ok_and(|it| is_clone(it)));
        let body = stream::iter(first).chain(body);
        let places = if call.service == Service::Push { &self.pushes } else { &self.fetches };
        let place = timeout(QUEUE, places.clone().acquire_owned()).await.map_err(|_| Error::Busy)?;
        let place = place.expect("the semaphore is never closed");
        let failed = |error: io::Error| Error::Failed(error.to_string());
        let push = (call.service == Service::Push && !call.is_discovery).then(|| self.turns.begin());
        let mut command = self.command(call, if is_clone { START_CLONE } else { START });
        command.envs(push.as_ref().map(|push| (PUSH, push.number.to_string())));
        let mut child = command.spawn().map_err(failed)?;
        let (stdin, stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let pushes = (call.service == Service::Push).then(|| self.pushes.clone());
        let held = Held { _place: place, push: push.map(|push| (push, self.unpacked.clone())) };
        let running = Arc::new(Running::new(child, held, self.repository.git_dir.clone(), pushes));
        if call.service == Service::Fetch {
            running.yield_to_readers(if is_clone { LOWEST } else { YIELDING });
            let fetch = Arc::downgrade(&running);
            tokio::spawn(async move {
                tokio::time::sleep(LONG).await;
                if let Some(running) = fetch.upgrade() {
                    running.yield_to_readers(LOWEST);
                }
            });
        }
        if call.is_discovery {
            drop(stdin);
        } else {
            // While somebody feeds it, the child is not ended.
            let running = running.clone();
            tokio::spawn(async move {
                feed(body, stdin, most).await;
                drop(running);
            });
        }
        let mut output = Output {
            stdout: Some(stdout),
            rest: Vec::new(),
            buffer: vec![0; BUFFER].into(),
            deadline: Box::pin(tokio::time::sleep(DEADLINE)),
            running,
        };
        let (status, headers) = timeout(DEADLINE, output.head()).await.map_err(|_| Error::Busy)??;
        Ok(Answer { status, headers, body: output })
    }

    /// Packs together what pushes brought, so that looking for an object does not get slower with every push. Packs grow
    /// geometrically, so each object is written anew only a few times. Removes nothing that somebody may be reading by name.
    pub(super) async fn pack(&self) {
        if !super::has_many_packs(&self.repository.git_dir) {
            return;
        }
        let mut command = Command::new(&self.git);
        command.args(["repack", "--geometric=2", "-d", "-q"]).current_dir(&self.repository.git_dir);
        self.environment(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        match timeout(DEADLINE, command.status()).await {
            Ok(Ok(status)) if status.success() => tracing::debug!("packed the hosted repository"),
            other => tracing::warn!(outcome = ?other, "the hosted repository could not be packed; trying again later"),
        }
    }

    /// Gives a command its environment, in which there is nothing but what is written here.
    fn environment(&self, command: &mut Command) {
        let own = self.git.parent().unwrap_or(std::path::Path::new("/usr/bin"));
        command
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", own.display()))
            .env("HOME", "/nonexistent")
            .env("LANG", "C.UTF-8")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_OPTIONAL_LOCKS", "0");
        let settings = self.settings();
        command.env("GIT_CONFIG_COUNT", settings.len().to_string());
        for (number, (key, value)) in settings.iter().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{number}"), key).env(format!("GIT_CONFIG_VALUE_{number}"), value);
        }
    }

    /// Returns the command for a request.
    fn command(&self, call: &Call, start: &str) -> Command {
        let git_dir = self.repository.git_dir.as_os_str();
        let (path, method) = match call.is_discovery {
            true => ("/info/refs".to_owned(), "GET"),
            false => (format!("/{}", call.service.name()), "POST"),
        };
        // Limits that are set from outside come too late for what it starts at once. The shell is replaced by git.
        let limits = format!("ulimit -c 0; ulimit -t {PROCESSOR}; ulimit -f {FILE}; ulimit -d {MEMORY}; {start}");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &limits]).arg(&self.git).current_dir(&self.repository.git_dir);
        self.environment(&mut command);
        command
            .env("GIT_PROJECT_ROOT", git_dir)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("PATH_INFO", path)
            .env("REQUEST_METHOD", method)
            .env("SERVER_PROTOCOL", "HTTP/1.1")
            .env("REMOTE_USER", &call.user)
            .env("REMOTE_ADDR", "otvet")
            .env(SOCKET, &self.socket)
            .env(PUSHER, &call.user)
            .env(LANG, call.lang.unwrap_or(self.lang).code());
        let query = if call.is_discovery { format!("service={}", call.service.name()) } else { String::new() };
        command.env("QUERY_STRING", query);
        if !call.is_discovery {
            command.env("CONTENT_TYPE", format!("application/x-{}-request", call.service.name()));
        }
        if let Some(version) = call.protocol {
            command.env("HTTP_GIT_PROTOCOL", format!("version={version}"));
        }
        if call.is_gzip {
            command.env("HTTP_CONTENT_ENCODING", "gzip");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).kill_on_drop(true);
        command
    }

    /// Returns the settings of git, which count before those of the repository.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let hooks = self.hooks.display().to_string();
        let git_dir = self.repository.git_dir.display().to_string();
        [
            // It may belong to another user than this server runs as, who was told to serve it.
            ("safe.directory", git_dir.as_str()),
            ("core.hooksPath", hooks.as_str()),
            ("core.fsmonitor", "false"),
            ("core.alternateRefsCommand", "true"),
            ("core.fsync", "all"),
            ("core.logAllRefUpdates", "true"),
            ("core.bigFileThreshold", "32m"),
            ("core.deltaBaseCacheLimit", "32m"),
            ("pack.threads", "1"),
            ("pack.windowMemory", "64m"),
            ("http.getanyfile", "false"),
            ("http.uploadarchive", "false"),
            ("http.uploadpack", "true"),
            ("http.receivepack", "true"),
            ("transfer.fsckObjects", "true"),
            ("receive.fsckObjects", "true"),
            // One pack for every push: objects that unpack to much are never written out one by one.
            ("receive.unpackLimit", "1"),
            ("transfer.unpackLimit", "1"),
            ("receive.maxInputSize", &MOST_PUSHED.to_string()),
            ("receive.advertisePushOptions", "false"),
            ("receive.autogc", "false"),
            ("receive.updateServerInfo", "false"),
            // What may be removed or rewritten is decided by the hook, in words that help.
            ("receive.denyDeletes", "false"),
            ("receive.denyNonFastForwards", "false"),
            ("receive.denyDeleteCurrent", "ignore"),
            ("uploadpack.allowFilter", "false"),
            ("uploadpack.hideRefs", "refs/"),
            ("uploadpack.hideRefs", "!refs/heads/"),
            ("uploadpack.hideRefs", "!refs/tags/"),
        ]
        .map(|(key, value)| (key, value.to_owned()))
        .into()
    }
}

/// Returns whether a request to fetch is of somebody who has nothing yet.
fn is_clone(request: &[u8]) -> bool {
    let says = |word: &[u8]| request.windows(word.len()).any(|part| part == word);
    says(b"want ") && !says(b"have ")
}

/// Feeds the body to the child as it comes. Of one that is too large, too slow or cut off the child gets no more: then a push
/// is not whole, and git takes nothing of it.
async fn feed<B, E>(mut body: B, mut stdin: ChildStdin, most: u64)
where
    B: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let mut left = most;
    loop {
        match timeout(SILENCE, body.next()).await {
            Ok(None) => return,
            Ok(Some(Ok(bytes))) if bytes.len() as u64 <= left => {
                left -= bytes.len() as u64;
                match timeout(DEADLINE, stdin.write_all(&bytes)).await {
                    Ok(Ok(())) => {}
                    // The child has read what it wanted, and answers.
                    _ => return,
                }
            }
            _ => return,
        }
    }
}

/// What a child has as long as it works: its place and, of a push, its turn.
struct Held {
    _place: OwnedSemaphorePermit,
    push: Option<(Push, Arc<Unpacked>)>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some((_, unpacked)) = &self.push {
            unpacked.add();
        }
    }
}

/// A child at work, with its place. When the last of those who hold it lets go, it is ended with everything it has started.
struct Running {
    process: Option<Pid>,
    child: Mutex<Option<(Child, Held)>>,
    git_dir: PathBuf,
    /// The places of pushes, if this is one.
    pushes: Option<Arc<Semaphore>>,
    /// What a push says when nobody listens any more.
    unheard: Mutex<Option<ChildStdout>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("process", &self.process).finish_non_exhaustive()
    }
}

impl Running {
    fn new(child: Child, held: Held, git_dir: PathBuf, pushes: Option<Arc<Semaphore>>) -> Self {
        let process = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Self { process, child: Mutex::new(Some((child, held))), git_dir, pushes, unheard: Mutex::default() }
    }

    /// Lowers the priority of the child and of whatever it starts.
    fn yield_to_readers(&self, nice: i32) {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // The child leads a group of its own; once it was waited for, its number may be another's.
        if let (Some(_), Some(process)) = (&*child, self.process) {
            let _ = setpriority_pgrp(Some(process), nice);
        }
    }

    /// Ends the child, in the background.
    fn end(&self) {
        let taken = self.child.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((mut child, held)) = taken else { return };
        let (process, git_dir, pushes) = (self.process, self.git_dir.clone(), self.pushes.clone());
        let unheard = self.unheard.lock().unwrap_or_else(PoisonError::into_inner).take();
        let signal = move |signal| {
            if let Some(process) = process {
                // A group that is gone needs no signal.
                let _ = kill_process_group(process, signal);
            }
        };
        // Nobody but the runtime can wait for it; without one, the whole process is ending.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return signal(Signal::TERM) };
        runtime.spawn(async move {
            // The child leads its group: as long as it was not waited for, its number names no other.
            let ending = async {
                if let Some(mut unheard) = unheard {
                    let _ = tokio::io::copy(&mut unheard, &mut tokio::io::sink()).await;
                }
                let _ = child.wait().await;
            };
            if timeout(GRACE, ending).await.is_ok() {
                return drop(held);
            }
            signal(Signal::TERM);
            if timeout(GRACE, child.wait()).await.is_err() {
                signal(Signal::KILL);
                let _ = child.wait().await;
            }
            drop(held);
            // Whoever holds all places knows that what lies there belongs to nobody.
            if let Some(pushes) = pushes
                && let Ok(_all) = pushes.try_acquire_many(super::PUSHES as u32)
            {
                let _ = tokio::task::spawn_blocking(move || super::sweep(&git_dir, Duration::ZERO)).await;
            }
        });
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a child says, from behind its head to its end.
#[derive(Debug)]
pub struct Output {
    stdout: Option<ChildStdout>,
    /// What was read together with the head.
    rest: Vec<u8>,
    buffer: Box<[u8]>,
    deadline: Pin<Box<Sleep>>,
    running: Arc<Running>,
}

impl Output {
    /// Reads the head of the answer.
    async fn head(&mut self) -> Result<(u16, Vec<(String, String)>), Error> {
        let failed = |reason: &str| Error::Failed(reason.to_owned());
        let mut head = Vec::new();
        let end = loop {
            if let Some(at) = head.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at;
            }
            if head.len() > HEAD {
                return Err(failed("its answer has no head"));
            }
            let Some(stdout) = &mut self.stdout else { return Err(failed("it says nothing")) };
            let read = stdout.read_buf(&mut head).await.map_err(|error| failed(&error.to_string()))?;
            if read == 0 {
                return Err(failed("it ended without an answer"));
            }
        };
        self.rest = head.split_off(end + 4);
        let text = String::from_utf8_lossy(&head).into_owned();
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        let mut headers: Vec<(String, String)> =
            lines.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect();
        let status = headers.iter().find(|(name, _)| name == "status");
        let status = status.and_then(|(_, value)| value.split(' ').next()?.parse().ok()).unwrap_or(200);
        headers.retain(|(name, _)| name != "status");
        Ok((status, headers))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.running.pushes.is_some() {
            *self.running.unheard.lock().unwrap_or_else(PoisonError::into_inner) = self.stdout.take();
        }
    }
}

impl Stream for Output {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.rest).into())));
        }
        if self.deadline.as_mut().poll(cx).is_ready() {
            self.running.end();
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        let Self { stdout: Some(stdout), buffer, .. } = &mut *self else { return Poll::Ready(None) };
        let mut buffer = ReadBuf::new(buffer);
        match Pin::new(stdout).poll_read(cx, &mut buffer) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Ok(())) => {
                let said = Bytes::copy_from_slice(buffer.filled());
                Poll::Ready((!said.is_empty()).then(|| Ok(said)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_nothing_clones() {
        let id = "0123456789012345678901234567890123456789";
        let old = format!("0032want {id}\n0000");
        assert!(is_clone(format!("{old}0009done\n").as_bytes()));
        assert!(!is_clone(format!("{old}0032have {id}\n0009done\n").as_bytes()));
        assert!(!is_clone(b"0014command=ls-refs\n0014agent=git/2.47.3\n00010009peel\n0000"));
        assert!(is_clone(format!("0011command=fetch0001000fno-progress0032want {id}\n0009done\n0000").as_bytes()));
    }

    #[test]
    fn only_two_services_exist() {
        assert_eq!(Service::named("git-upload-pack"), Some(Service::Fetch));
        assert_eq!(Service::named("git-receive-pack").map(Service::name), Some("git-receive-pack"));
        for name in ["", "git-upload-archive", "upload-pack", "git-upload-pack ", "git-receive-pack;id"] {
            assert_eq!(Service::named(name), None);
        }
    }
}
