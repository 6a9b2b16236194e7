//! Faults during a push: the server, a hook or the editor gone at every step, and no room left. What git took is live, what it
//! did not take is nowhere, and nothing is left behind that stands in anybody's way.
//!
//! A step is reached by standing between hooks and server: the test listens where hooks ask, and passes on what they say.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use otvet::revision::ObjectId;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::hosted::{
    Editor, Server, article, children, command, folder, hosted, left_over, locks, repository, until,
};
use crate::support::repo::TestRepo;

/// Where hooks ask, taken over from a server.
struct Gate {
    listener: UnixListener,
    server: PathBuf,
}

/// A hook that has asked.
struct Hook {
    stream: UnixStream,
    question: String,
    server: PathBuf,
}

impl Gate {
    fn of(server: &Server) -> Self {
        let gate = server.folder.join("data/git/gate");
        let moved = gate.with_extension("server");
        std::fs::rename(&gate, &moved).expect("a socket");
        Self { listener: UnixListener::bind(gate).expect("a socket"), server: moved }
    }

    /// Waits for a hook.
    fn next(&self, name: &str) -> Hook {
        let (stream, _) = self.listener.accept().expect("a hook");
        let mut question = String::new();
        BufReader::new(&stream).read_line(&mut question).expect("a question");
        assert!(question.contains(&format!("\"hook\":\"{name}\"")), "{question}");
        Hook { stream, question, server: self.server.clone() }
    }
}

impl Hook {
    /// Asks the server, and returns its answer, which the hook does not have yet.
    fn ask(&self) -> String {
        let mut server = UnixStream::connect(&self.server).expect("a server");
        server.write_all(self.question.as_bytes()).expect("a question");
        let mut answer = String::new();
        BufReader::new(server).read_line(&mut answer).expect("an answer");
        answer
    }

    fn tell(mut self, answer: &str) {
        // Git may have gone away with the server.
        let _ = self.stream.write_all(answer.as_bytes());
    }
}

/// The moments at which a server is killed, in their order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// The hook has asked, nothing is checked.
    Asked,
    /// The push is checked and taken, and the hook does not know.
    Checked,
    /// The hook knows; git moves the branch, or not.
    Answered,
    /// The branch has moved, nothing is published.
    Moved,
    /// The commit is live, and the editor does not know.
    Published,
}

impl Step {
    /// Goes up to this step and kills the server there.
    fn kill(self, gate: &Gate, server: Server) {
        let hook = gate.next("pre-receive");
        if self == Self::Asked {
            return server.kill();
        }
        let answer = hook.ask();
        assert!(answer.contains("\"taken\":true"), "{answer}");
        if self == Self::Checked {
            return server.kill();
        }
        hook.tell(&answer);
        if self == Self::Answered {
            return server.kill();
        }
        let hook = gate.next("post-receive");
        if self == Self::Published {
            let answer = hook.ask();
            assert!(answer.contains("опубликовано"), "{answer}");
        }
        server.kill();
    }
}

#[test]
fn server_killed_at_any_step_of_a_push_loses_nothing_acknowledged_and_shows_what_git_took() {
    for step in [Step::Asked, Step::Checked, Step::Answered, Step::Moved, Step::Published] {
        let (repo, folder) = (repository(), folder());
        let before = repo.head().expect("a commit").to_string();
        let server = Server::start(repo.path(), folder.path());
        let editor = Editor::clone(&server.url());
        editor.write("kb/novaya.md", article("Новая", "", "Да."));
        let commit = editor.commit();
        let gate = Gate::of(&server);
        let is_acknowledged = std::thread::scope(|scope| {
            let push = scope.spawn(|| editor.push(&["origin", "HEAD:main"]).0);
            step.kill(&gate, server);
            push.join().expect("the git program")
        });
        drop(gate);
        let server = Server::start(repo.path(), folder.path());
        until(&server, "git has seen that nobody is there", || children(&repo) == 0);
        let head = repo.head().expect("a commit").to_string();
        match step {
            Step::Asked | Step::Checked => assert_eq!((&head, is_acknowledged), (&before, false), "{step:?}"),
            Step::Answered => assert!(head == commit || head == before && !is_acknowledged, "{step:?}"),
            Step::Moved | Step::Published => assert_eq!(head, commit, "{step:?}"),
        }
        let (status, _) = server.ask("GET /api/v1/articles/novaya HTTP/1.1");
        assert_eq!((server.edition(), status == 200), (head.clone(), head == commit), "{step:?}");
        assert_eq!((locks(&repo), is_acknowledged && head != commit), (Vec::new(), false), "{step:?}");

        // Whoever was not heard pushes again, as if nothing had happened.
        assert!(editor.push(&[&server.url(), "HEAD:main"]).0, "{step:?}");
        assert_eq!(repo.head().expect("a commit").to_string(), commit);
        assert_eq!(server.edition(), commit, "{step:?}");
    }
}

/// Returns the process of git's hook that works on a repository.
fn hook_process(repo: &TestRepo, name: &str) -> Pid {
    let here = std::fs::canonicalize(repo.git_dir()).expect("a folder");
    let is_hook = |process: &Path| {
        let is_here = std::fs::read_link(process.join("cwd")).is_ok_and(|at| at == here);
        let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
        is_here && line.split(|byte| *byte == 0).next().is_some_and(|program| program.ends_with(name.as_bytes()))
    };
    let processes = std::fs::read_dir("/proc").expect("processes").flatten().map(|process| process.path());
    let process = processes.into_iter().find(|process| is_hook(process)).expect("the hook runs");
    let number = process.file_name().expect("a number").to_string_lossy().parse().expect("a number");
    Pid::from_raw(number).expect("a process")
}

#[test]
fn hook_killed_half_way_refuses_before_the_branch_moved_and_changes_nothing_after() {
    let (repo, _folder, server) = hosted();
    let editor = Editor::clone(&server.url());
    editor.write("kb/novaya.md", article("Новая", "", "Да."));
    let (before, commit) = (repo.head(), editor.commit());
    let gate = Gate::of(&server);
    let killed = |name: &str, answer: bool| {
        std::thread::scope(|scope| {
            let push = scope.spawn(|| editor.push(&["origin", "HEAD:main"]));
            let mut hook = gate.next("pre-receive");
            if name == "post-receive" {
                let answer = hook.ask();
                hook.tell(&answer);
                hook = gate.next(name);
            }
            if answer {
                hook.ask();
            }
            kill_process(hook_process(&repo, name), Signal::KILL).expect("a process that runs");
            push.join().expect("the git program")
        })
    };
    for is_checked in [false, true] {
        let (taken, said) = killed("pre-receive", is_checked);
        assert!(!taken, "{said}");
        assert_eq!((repo.head(), server.edition()), (before, before.expect("a commit").to_string()));
        until(&server, "all is cleaned up", || left_over(&repo).is_empty() && children(&repo) == 0);
    }
    // The branch has moved: the editor knows it, and the watch publishes what the hook did not tell.
    let mut events = BufReader::new(server.send("GET /api/v1/events HTTP/1.1")).lines().map_while(Result::ok);
    assert!(events.any(|line| line.is_empty()), "the listener is known");
    let (taken, said) = killed("post-receive", false);
    assert!(taken, "{said}");
    assert!(events.any(|line| line.contains(&commit)), "it is live");
    assert_eq!(locks(&repo), [""; 0]);
}

/// Returns the body of a push of one commit, as the git program makes it.
fn body(editor: &Editor, old: &str, new: &str) -> Vec<u8> {
    let line = format!("{old} {new} refs/heads/main\0 report-status side-band-64k\n");
    let mut body = format!("{:04x}{line}0000", line.len() + 4).into_bytes();
    let mut git = Command::new("git");
    git.args(["pack-objects", "--revs", "--stdout", "-q"]).current_dir(editor.folder.path());
    let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the git program");
    let wanted = format!("{new}\n^{old}\n");
    git.stdin.take().expect("piped").write_all(wanted.as_bytes()).expect("it reads");
    body.extend(git.wait_with_output().expect("the git program").stdout);
    body
}

#[test]
fn push_cut_off_anywhere_is_not_taken_and_leaves_nothing() {
    let (repo, _folder, server) = hosted();
    let editor = Editor::clone(&server.url());
    let old = repo.head().expect("a commit").to_string();
    // What looks random is not compressed.
    let mut state = 1u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    });
    editor.write("kb/plan.png", noise.take(300 << 10).collect::<Vec<_>>());
    editor.write("kb/novaya.md", article("Новая", "", "![План](plan.png)"));
    let commit = editor.commit();
    let body = body(&editor, &old, &commit);
    let head = format!(
        "POST /git/kb.git/git-receive-pack HTTP/1.1\r\nContent-Type: application/x-git-receive-pack-request\r\n\
         Connection: close\r\nContent-Length: {}",
        body.len()
    );
    let ends = (1..).map(|step| step * (64 << 10)).take_while(|end| *end < body.len());
    for end in [1, 4, 100, 250].into_iter().chain(ends).chain([body.len() - 1]) {
        let mut stream = server.send(&head);
        stream.write_all(&body[..end]).expect("a part of a body");
        drop(stream);
    }
    until(&server, "all is cleaned up", || left_over(&repo).is_empty() && children(&repo) == 0);
    assert_eq!((repo.head().expect("a commit").to_string(), server.edition()), (old.clone(), old));
    assert_eq!(locks(&repo), [""; 0]);
    let mut stream = server.send(&head);
    stream.write_all(&body).expect("a body");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    assert!(String::from_utf8_lossy(&answer).contains("ok refs/heads/main"), "the whole is taken");
    assert_eq!(server.edition(), commit);
}

#[test]
fn clones_that_are_given_up_leave_no_process() {
    let clones = std::env::var("OTVET_CLONES").ok().and_then(|number| number.parse().ok()).unwrap_or(40);
    let (repo, _folder, server) = hosted();
    let want = format!("0032want {}\n00000009done\n", repo.head().expect("a commit"));
    let head = format!(
        "POST /git/kb.git/git-upload-pack HTTP/1.1\r\nContent-Type: application/x-git-upload-pack-request\r\n\
         Connection: close\r\nContent-Length: {}",
        want.len()
    );
    for number in 0..clones {
        let mut stream = server.send(&head);
        stream.write_all(&want.as_bytes()[..want.len() - number % 2]).expect("what is wanted");
        if number % 3 == 0 {
            let _ = stream.read(&mut [0; 100]).expect("a beginning");
        }
    }
    until(&server, "no process is left", || server.children() == 0 && children(&repo) == 0);
    Editor::clone(&server.url());
}

/// A server whose repository and data are on a file system of their own of 8 MiB; none where such a thing cannot be made.
fn small_disk(folder: &Path, repo: &TestRepo) -> Option<Server> {
    let isolate: &[&str] = if rustix::process::geteuid().is_root() { &["-m"] } else { &["-r", "-m"] };
    let works = Command::new("unshare").args(isolate).args(["mount", "-t", "tmpfs", "none", "/tmp"]).output();
    if !works.is_ok_and(|output| output.status.success()) {
        println!("skipped: no file system can be mounted here");
        return None;
    }
    let disk = folder.join("disk");
    std::fs::create_dir(&disk).expect("a folder");
    let script =
        "mount -t tmpfs -o size=8m none \"$0\" && cp -a \"$1\" \"$0/kb.git\" && cd \"$0\" && shift && exec \"$@\"";
    let serve = command(&disk.join("kb.git"), folder);
    let mut command = Command::new("unshare");
    command.args(isolate).args(["sh", "-c", script]).arg(&disk).arg(repo.git_dir());
    command.arg(serve.get_program()).args(serve.get_args());
    command.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Some(Server::run(&mut command, folder))
}

#[test]
fn disk_that_is_full_during_a_push_costs_that_push_and_nothing_else() {
    let (repo, folder) = (repository(), folder());
    let Some(server) = small_disk(folder.path(), &repo) else { return };
    let disk = PathBuf::from(format!("/proc/{}/root{}", server.child.id(), folder.path().join("disk").display()));
    let head = || std::fs::read_to_string(disk.join("kb.git/refs/heads/main")).expect("a branch").trim().to_owned();
    let before = head();
    let editor = Editor::clone(&server.url());
    editor.write("kb/novaya.md", article("Новая", "", "Да.")).write("kb/other.md", article("Другая", "", "Нет."));
    let commit = editor.commit();
    // Room for less and less: none at all, for the pack but not for what comes then.
    for room in [0, 4 << 10, 12 << 10, 24 << 10] {
        let filler = disk.join("filler");
        let mut file = std::fs::File::create(&filler).expect("a file");
        while file.write_all(&[b'x'; 4096]).is_ok() {}
        let full = file.metadata().expect("a file").len();
        file.set_len(full.saturating_sub(room)).expect("a shorter file");
        drop(file);
        let (taken, said) = editor.push(&["origin", "HEAD:main"]);
        // What is taken is live all the same; what is not says why.
        assert_eq!((taken, head()), (taken, if taken { commit.clone() } else { before.clone() }), "{room}: {said}");
        let is_told = ["No space left on device", "Out of diskspace"].iter().any(|words| said.contains(words));
        assert!(taken || is_told, "{room}: {said}");
        assert_eq!(server.ask("GET /a/dostavka HTTP/1.1").0, 200);
        std::fs::remove_file(filler).expect("a file");
        if taken {
            break;
        }
        assert_eq!(server.edition(), before, "{room}");
    }
    if head() == before {
        assert!(editor.push(&["origin", "HEAD:main"]).0, "there is room again");
    }
    assert_eq!(server.edition(), commit);
    let objects = || std::fs::read_dir(disk.join("kb.git/objects")).expect("objects").flatten();
    let left = || objects().filter(|entry| entry.file_name().to_string_lossy().starts_with("tmp_")).count();
    until(&server, "all is cleaned up", || left() == 0);
}

#[test]
fn lock_that_a_dead_process_left_is_told_and_goes_away() {
    let (repo, folder) = (repository(), folder());
    let lock = repo.git_dir().join("refs/heads/main.lock");
    std::fs::write(&lock, "").expect("a file");
    let server = Server::start(repo.path(), folder.path());
    let editor = Editor::clone(&server.url());
    editor.write("kb/novaya.md", article("Новая", "", "Да."));
    let commit: ObjectId = editor.commit().parse().expect("an id");
    // A lock that is young may be somebody's.
    let output = editor.try_git(&["push", "-q", "origin", "HEAD:main"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("main.lock"), "{said}");
    drop(server);
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    std::fs::File::options().write(true).open(&lock).expect("a lock").set_modified(old).expect("an old lock");
    let server = Server::start(repo.path(), folder.path());
    assert!(editor.push(&[&server.url(), "HEAD:main"]).0);
    assert_eq!((repo.head(), server.edition()), (Some(commit), commit.to_string()));
    assert_eq!(locks(&repo), [""; 0]);
}
