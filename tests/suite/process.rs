//! The program itself as a process of its own: a full disk at any write, and an end without warning at any moment.
//!
//! The disk is full as far as the process can tell: the system refuses to let its files grow (`RLIMIT_FSIZE`), at the first
//! byte or after some. It is killed when its data folder has seen so many events. Nothing here waits for time: tests wait
//! for lines, events and answers, and the timeouts only turn a hang into a failure.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};
use rlimit::Resource;
use tempfile::TempDir;

use crate::support::repo::TestRepo;

/// No step takes as long on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// What happened to a process.
enum Event {
    /// It printed its ready line, which names this address.
    Ready(String),
    /// It wrote a line to its log.
    Log(String),
    /// Something changed in its data folder.
    Data,
    /// It closed its output: it has ended.
    Ended,
}

/// A running server, killed when it is no longer needed.
struct Server {
    child: Child,
    events: Receiver<Event>,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a server whose files can grow to so many blocks of 512 bytes.
    fn start(repo: &TestRepo, data: &Path, blocks: Option<u64>) -> Self {
        let (sender, events) = channel();
        Self::started(repo, data, blocks, events, &sender)
    }

    fn started(repo: &TestRepo, data: &Path, blocks: Option<u64>, events: Receiver<Event>, to: &Sender<Event>) -> Self {
        // A process whose file may not grow gets a signal that would end it; a full disk sends none.
        let blocks = blocks.map_or("unlimited".to_owned(), |blocks| blocks.to_string());
        let script = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_otvet"), "serve", "--listen", "127.0.0.1:0", "--content"])
            .arg(repo.path().join("kb"))
            .arg("--data")
            .arg(data)
            .current_dir(data.parent().expect("a folder in a folder"))
            .envs([("OTVET_CONTENT__DEFAULT_AUDIENCE", "public"), ("OTVET_CONTENT__POLL", "100ms")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let (stdout, stderr) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let (ready, log) = (to.clone(), to.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
                let _ = address.map(|address| ready.send(Event::Ready(address.to_owned())));
            }
            let _ = ready.send(Event::Ended);
        });
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = log.send(Event::Log(line));
            }
        });
        Self { child, events, address: String::new() }
    }

    fn next(&self) -> Event {
        self.events.recv_timeout(PATIENCE).expect("something happens")
    }

    /// Waits until the first edition is live.
    fn ready(mut self) -> Self {
        let mut log = String::new();
        loop {
            match self.next() {
                Event::Ready(address) => {
                    self.address = address;
                    return self;
                }
                Event::Log(line) => log += &format!("{line}\n"),
                Event::Ended => panic!("the server ended:\n{log}"),
                Event::Data => {}
            }
        }
    }

    /// Waits for a line of the log.
    fn logged(&self, words: &str) {
        loop {
            match self.next() {
                Event::Log(line) if line.contains(words) => return,
                Event::Ended => panic!("the server ended"),
                _ => {}
            }
        }
    }

    /// Sends the process a signal at once, without warning.
    fn kill(mut self) {
        self.child.kill().expect("a process that runs");
        self.child.wait().expect("a process that ends");
    }

    /// Lets its files grow to so many bytes from now on.
    fn limit(&self, bytes: u64) {
        let process = i32::try_from(self.child.id()).expect("a process id");
        rlimit::prlimit(process, Resource::FSIZE, Some((bytes, rlimit::INFINITY)), None).expect("a limit");
    }

    fn request(&self, path: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).expect("a server that listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(head.as_bytes()).expect("a request");
        BufReader::new(stream)
    }

    /// Returns the body of an answer, without what names the edition.
    fn get(&self, path: &str) -> String {
        let mut answer = String::new();
        self.request(path).read_to_string(&mut answer).expect("an answer in UTF-8");
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        answer.split_once("\r\n\r\n").expect("a head and a body").1.to_owned()
    }

    /// Reports a question without an answer; returns the head of the answer.
    fn report(&self, query: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a server that listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let body = format!("{{\"kind\":\"no_answer\",\"query\":\"{query}\"}}");
        let (host, length) = (&self.address, body.len());
        let head = format!(
            "POST /api/v1/feedback HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer in UTF-8");
        answer
    }

    /// Returns the number of reports that are stored.
    fn stored(&self) -> usize {
        let metrics = self.get("/metrics");
        let line = metrics.lines().find_map(|line| line.strip_prefix("otvet_feedback_events_total{state=\"stored\"} "));
        line.map_or(0, |count| count.parse().expect("a number"))
    }

    /// What readers get of everything that matters.
    fn answers(&self) -> Vec<String> {
        let paths = [
            "/api/v1/search?q=slovo",
            "/api/v1/search?q=stat",
            "/api/v1/articles",
            "/api/v1/articles/a-7",
            "/a/a-7.md",
        ];
        paths.iter().map(|path| self.get(path)).collect()
    }

    /// Listens to publishes; what it returns waits for the one of a commit.
    fn subscribe(&self) -> impl FnMut(&str) + use<> {
        let mut events = self.request("/api/v1/events").lines();
        // The head is there once the server knows the listener.
        assert!(events.by_ref().map_while(Result::ok).any(|line| line.is_empty()), "a head");
        move |commit| assert!(events.by_ref().map_while(Result::ok).any(|line| line.contains(commit)), "an event")
    }
}

fn article(number: usize, word: &str) -> String {
    let text = format!("Statya {number} says {word}. ").repeat(40);
    format!("---\ntitle: Statya {number}\nslug: a-{number}\n---\n{text}\n\n## Slovo {number}\n\n{text}\n")
}

/// A repository with some articles.
fn repo() -> TestRepo {
    let mut repo = TestRepo::new();
    for number in 0..24 {
        repo.write(&format!("kb/a-{number}.md"), article(number, "slovo"));
    }
    repo.commit("start");
    repo
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// What a server answers that nothing happened to.
fn expected(repo: &TestRepo) -> Vec<String> {
    let folder = folder();
    Server::start(repo, &folder.path().join("data"), None).ready().answers()
}

#[test]
fn disk_that_is_full_at_the_start_costs_no_answer() {
    let repo = repo();
    let expected = expected(&repo);
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64] {
        let folder = folder();
        let data = folder.path().join("data");
        let full = Server::start(&repo, &data, Some(blocks)).ready();
        assert_eq!(full.answers(), expected, "with files of {blocks} blocks");
        full.kill();
        let freed = Server::start(&repo, &data, None).ready();
        assert_eq!(freed.answers(), expected, "after files of {blocks} blocks");
    }
}

#[test]
fn disk_that_fills_up_leaves_the_live_edition_live_until_there_is_room() {
    let mut repo = repo();
    let folder = folder();
    let data = folder.path().join("data");
    let server = Server::start(&repo, &data, None).ready();
    let mut published = server.subscribe();
    for (bytes, word) in [(0, "zebra"), (1, "walrus"), (100, "giraffe")] {
        let before = server.answers();
        server.limit(bytes);
        repo.write("kb/a-7.md", article(7, word));
        let commit = repo.commit("one changed");
        server.logged("the live edition stays");
        assert_eq!(server.answers(), before, "with files of {bytes} bytes");
        assert!(server.get("/readyz").contains("\"stale\":true"));
        server.limit(rlimit::INFINITY);
        published(&commit.to_string());
        assert!(server.get("/a/a-7.md").contains(word));
        let found = server.get(&format!("/api/v1/search?q={word}+"));
        assert!(found.contains("\"total\":1,"), "{found}");
    }
    let now = server.answers();
    server.kill();
    assert_eq!(Server::start(&repo, &data, None).ready().answers(), now, "from the index of a disk that was full");
    assert_eq!(expected(&repo), now, "and from none");
}

#[test]
fn killed_at_any_moment_it_starts_again_and_answers_the_same() {
    let mut repo = repo();
    let first = expected(&repo);
    for moment in [0, 1, 2, 3, 5, 8, 13, 21, 34] {
        let folder = folder();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("the data folder");
        let (sender, events) = channel();
        let seen = sender.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                let _ = seen.send(Event::Data);
            }
        })
        .expect("a watcher");
        watcher.watch(&data, RecursiveMode::Recursive).expect("a folder that can be watched");
        let server = Server::started(&repo, &data, None, events, &sender);
        let mut changes = 0;
        while changes < moment {
            match server.next() {
                Event::Data => changes += 1,
                // The whole index took fewer writes than that.
                Event::Ready(_) => break,
                Event::Ended => panic!("the server ended"),
                Event::Log(_) => {}
            }
        }
        server.kill();
        assert_eq!(Server::start(&repo, &data, None).ready().answers(), first, "killed after {changes} writes");
    }
    // And between a commit and its edition.
    let folder = folder();
    let data = folder.path().join("data");
    for round in 0..4 {
        let server = Server::start(&repo, &data, None).ready();
        repo.write("kb/a-7.md", article(7, &format!("novoe{round}")));
        repo.commit("one changed");
        server.kill();
    }
    assert_eq!(Server::start(&repo, &data, None).ready().answers(), expected(&repo));
}

/// The numbers of the reports that a data folder holds.
fn kept(repo: &TestRepo, data: &Path) -> Vec<usize> {
    let server = Server::start(repo, data, None).ready();
    let list: serde_json::Value = serde_json::from_str(&server.get("/api/v1/feedback?limit=100")).expect("JSON");
    let reports = list["feedback"].as_array().expect("a list").iter().rev();
    reports.map(|report| report["query"].as_str().expect("a text")[1..].parse().expect("a number")).collect()
}

#[test]
fn end_without_warning_loses_no_report_that_was_stored() {
    let repo = repo();
    let folder = folder();
    let data = folder.path().join("data");
    let mut all = 0;
    for round in 0..4 {
        let server = Server::start(&repo, &data, None).ready();
        let before = all;
        for _ in 0..20 {
            assert!(server.report(&format!("q{all}")).starts_with("HTTP/1.1 202 "));
            all += 1;
        }
        let mut stored = server.stored();
        while round % 2 == 1 && stored < 20 {
            stored = server.stored();
        }
        server.kill();
        let kept = kept(&repo, &data);
        let of_round: Vec<usize> = kept.iter().copied().filter(|number| *number >= before).collect();
        assert!(of_round.len() >= stored, "{stored} were stored, {} are there", of_round.len());
        assert!(of_round.iter().copied().eq(before..before + of_round.len()), "the first ones, in order: {of_round:?}");
    }
}

#[test]
fn orderly_stop_writes_what_is_queued() {
    let repo = repo();
    let folder = folder();
    let data = folder.path().join("data");
    let mut server = Server::start(&repo, &data, None).ready();
    for number in 0..50 {
        assert!(server.report(&format!("q{number}")).starts_with("HTTP/1.1 202 "));
    }
    let id = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("a signal").success());
    server.child.wait().expect("a process that ends");
    assert!(kept(&repo, &data).into_iter().eq(0..50));
}

#[test]
fn disk_that_is_full_costs_no_report() {
    let repo = repo();
    let folder = folder();
    let data = folder.path().join("data");
    let server = Server::start(&repo, &data, None).ready();
    server.limit(0);
    for number in 0..10 {
        assert!(server.report(&format!("q{number}")).starts_with("HTTP/1.1 202 "));
    }
    server.logged("events cannot be stored");
    server.limit(rlimit::INFINITY);
    server.logged("events are stored again");
    server.kill();
    assert!(kept(&repo, &data).into_iter().eq(0..10));
}
