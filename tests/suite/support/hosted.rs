//! A server that hosts a repository as a process of its own, and editors with the git program.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use otvet::revision::ObjectId;
use tempfile::TempDir;

use super::repo::TestRepo;

/// No step takes as long on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server that hosts a repository, killed when it is no longer needed.
pub struct Server {
    pub child: Child,
    lines: Receiver<String>,
    pub address: String,
    /// Where it keeps its data and tokens.
    pub folder: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub fn start(repository: &Path, folder: &Path) -> Self {
        Self::run(&mut command(repository, folder), folder)
    }

    /// Runs a command that serves, until its first edition is live.
    pub fn run(command: &mut Command, folder: &Path) -> Self {
        let mut child = command.spawn().expect("the program");
        let (sender, lines) = channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("piped")), Box::new(child.stderr.take().expect("piped"))];
        for stream in streams {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        let mut server = Self { child, lines, address: String::new(), folder: folder.to_owned() };
        let ready = server.logged("otvet: http://");
        server.address = ready.split_whitespace().nth(1).expect("an address").trim_start_matches("http://").to_owned();
        server
    }

    /// Waits for a line with these words.
    pub fn logged(&self, words: &str) -> String {
        let mut said = String::new();
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else { panic!("`{words}` is not said, but:\n{said}") };
            if line.contains(words) {
                return line;
            }
            said = said + &line + "\n";
        }
    }

    /// Returns how many processes it has started that are there, be they dead or alive.
    pub fn children(&self) -> usize {
        let parent = |process: &std::fs::DirEntry| {
            let stat = std::fs::read_to_string(process.path().join("stat")).ok()?;
            stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok()
        };
        let processes = std::fs::read_dir("/proc").expect("processes").flatten();
        processes.filter(|process| parent(process) == Some(self.child.id())).count()
    }

    pub fn kill(mut self) {
        self.child.kill().expect("a process that runs");
        self.child.wait().expect("a process that ends");
    }

    pub fn url(&self) -> String {
        format!("http://{}/git/kb.git", self.address)
    }

    /// Sends a head and, if it goes on, hands out the stream.
    pub fn send(&self, head: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("a server that listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(format!("{head}\r\nHost: {}\r\n\r\n", self.address).as_bytes()).expect("a request");
        stream
    }

    /// Returns status and body of an answer.
    pub fn ask(&self, head: &str) -> (u16, String) {
        let mut answer = Vec::new();
        self.send(&format!("{head}\r\nConnection: close")).read_to_end(&mut answer).expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    pub fn edition(&self) -> String {
        let (_, body) = self.ask("GET /api/v1/edition HTTP/1.1");
        body.split('"').nth(3).expect("a commit").to_owned()
    }
}

pub fn command(repository: &Path, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otvet"));
    command.args(["serve", "--data", "data", "--content"]).arg(repository).env("OTVET_SERVER__LISTEN", "127.0.0.1:0");
    command.current_dir(folder).envs([("OTVET_GIT__HOST", "true"), ("OTVET_CONTENT__DEFAULT_AUDIENCE", "public")]);
    command.envs([("OTVET_CONTENT__PATH", "kb"), ("OTVET_GIT__NAME", "kb"), ("OTVET_CONTENT__POLL", "1h")]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// An editor's clone.
pub struct Editor {
    pub folder: TempDir,
}

impl Editor {
    pub fn clone(url: &str) -> Self {
        let editor = Self { folder: folder() };
        editor.git(&["clone", "-q", url, "."]);
        editor
    }

    pub fn try_git(&self, arguments: &[&str]) -> Output {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(self.folder.path()).env_clear().envs([
            ("PATH", std::env::var("PATH").unwrap_or_default().as_str()),
            ("HOME", "/nonexistent"),
            ("LANGUAGE", "ru"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_AUTHOR_NAME", "Анна Петрова"),
            ("GIT_AUTHOR_EMAIL", "petrova@severdom.example"),
            ("GIT_COMMITTER_NAME", "Анна Петрова"),
            ("GIT_COMMITTER_EMAIL", "petrova@severdom.example"),
            ("GIT_AUTHOR_DATE", "2026-11-20T10:00:00+0300"),
            ("GIT_COMMITTER_DATE", "2026-11-20T10:00:00+0300"),
        ]);
        git.output().expect("the git program")
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let file = self.folder.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a folder");
        std::fs::write(file, text).expect("a file");
        self
    }

    pub fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Pushes, and returns whether it was taken and what the server said.
    pub fn push(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.try_git(&[&["push", "-q"], arguments].concat());
        (output.status.success(), steady(&String::from_utf8_lossy(&output.stderr)))
    }

    /// Commits, pushes, expects a refusal, and takes the commit back.
    pub fn refused(&self) -> String {
        self.commit();
        let (taken, said) = self.push(&["origin", "HEAD:main"]);
        assert!(!taken, "taken: {said}");
        self.git(&["reset", "-q", "--hard", "HEAD~1"]);
        said
    }
}

/// Returns what the server said, without the times.
pub fn steady(said: &str) -> String {
    let lines = said.lines().filter_map(|line| line.strip_prefix("remote:"));
    let is_time = |word: &str| word.len() == 3 && word.as_bytes()[1] == b',' && word.as_bytes()[0].is_ascii_digit();
    let line = |line: &str| {
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
        line.split(' ').map(|word| if is_time(word) { "0,0" } else { word }).collect::<Vec<_>>().join(" ")
    };
    lines.map(line).collect::<Vec<_>>().join("\n")
}

pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub fn article(title: &str, more: &str, text: &str) -> String {
    format!("---\ntitle: {title}\n{more}---\n> [!ANSWER]\n> {text}\n")
}

/// A bare repository with some articles and an answer test.
pub fn repository() -> TestRepo {
    let mut repo = TestRepo::bare();
    repo.write("kb/vozvrat.md", article("Возврат", "", "14 дней: [условия](usloviya.md#sroki)."))
        .write("kb/usloviya.md", "# Условия\n\nВсё просто.\n\n## Сроки {#sroki}\n\nДве недели.\n")
        .write("kb/dostavka.md", article("Доставка", "slug: dostavka\n", "Завтра."))
        .write("kb/_owners", "* petrova ivanova\n")
        .write("kb/_tests/answers.yml", "- {question: возврат, first: vozvrat}\n");
    repo.commit("start");
    repo
}

/// A server that hosts such a repository, and the folder it works in, which goes after it.
pub fn hosted() -> (TestRepo, TempDir, Server) {
    let (repo, folder) = (repository(), folder());
    let server = Server::start(repo.path(), folder.path());
    (repo, folder, server)
}

/// What is in the folder of objects besides objects.
pub fn left_over(repo: &TestRepo) -> Vec<String> {
    let names = std::fs::read_dir(repo.git_dir().join("objects")).expect("objects").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("tmp_") || name.starts_with("incoming")).collect()
}

/// Returns how many processes of git work on a repository.
pub fn children(repo: &TestRepo) -> usize {
    let here = std::fs::canonicalize(repo.git_dir()).expect("a folder");
    let processes = std::fs::read_dir("/proc").expect("processes").flatten();
    processes.filter(|process| std::fs::read_link(process.path().join("cwd")).is_ok_and(|at| at == here)).count()
}

/// Begins a push and leaves it half sent.
pub fn half_a_push(server: &Server, old: ObjectId) -> TcpStream {
    let line = format!("{old} {} refs/heads/main\0 report-status side-band-64k\n", "a".repeat(40));
    let body = format!("{:04x}{line}0000PACK\0\0\0\u{2}\0\0\0\u{3}", line.len() + 4);
    let mut stream = server.send(
        "POST /git/kb.git/git-receive-pack HTTP/1.1\r\nContent-Type: application/x-git-receive-pack-request\r\n\
         Content-Length: 1000000",
    );
    stream.write_all(body.as_bytes()).expect("half a body");
    stream
}

/// Asks for the branches until something holds: an answer, not time, is what is waited for.
pub fn until(server: &Server, what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        server.ask("GET /git/kb.git/info/refs?service=git-upload-pack HTTP/1.1");
    }
    panic!("still not: {what}");
}

/// Returns the locks that are left in a repository.
pub fn locks(repo: &TestRepo) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![repo.git_dir().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "lock") {
                found.push(path.display().to_string());
            }
        }
    }
    found
}
