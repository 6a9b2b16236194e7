//! What may be wrong with a remote, its address or the mirror: readers go on reading, the reason is told, and all is well again when it
//! is over. Nothing is left behind, and secrets stay secret.

use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use otvet::revision::ObjectId;
use tempfile::TempDir;

use super::{command, hook};
use crate::support::hosted::{Server, folder};
use crate::support::repo::TestRepo;

/// A remote with an article, and where it is fetched to.
fn remote() -> (TestRepo, TempDir, ObjectId) {
    let mut remote = TestRepo::bare();
    remote.write("kb/a.md", "# А\n\nПервое.\n");
    let first = remote.commit("start");
    (remote, folder(), first)
}

fn start(remote: &Path, folder: &Path) -> Server {
    Server::run(&mut command(remote, folder), folder)
}

/// Has the remote looked at, and waits until these words are told of the edition and the remote. Returns all that is told.
fn told(server: &Server, words: &str) -> String {
    assert_eq!(hook(server, "key"), "202");
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let body = server.ask("GET /api/v1/edition HTTP/1.1").1;
        if body.contains(words) {
            return body;
        }
        assert!(Instant::now() < end, "nothing is told of `{words}`: {body}");
    }
}

#[test]
fn remote_that_shows_nothing_takes_nothing_away() {
    let (remote, folder, first) = remote();
    let link = folder.path().join("remote.git");
    std::os::unix::fs::symlink(remote.git_dir(), &link).expect("a link");
    let server = start(&link, folder.path());
    // This is also what a page to sign in on looks like to git.
    let empty = TestRepo::bare();
    std::fs::remove_file(&link).expect("the remote goes away");
    std::os::unix::fs::symlink(empty.git_dir(), &link).expect("a link");
    let body = told(&server, "the remote shows no branch");
    assert!(body.contains("\"last_failure\":null"), "{body}");
    drop(server);
    assert_eq!(start(&link, folder.path()).edition(), first.to_string(), "after a restart, too");
}

#[test]
fn branch_that_is_gone_from_the_remote_stays_live_and_is_told() {
    let (mut remote, folder, first) = remote();
    remote.point("refs/heads/prod", first);
    remote.point("refs/heads/draft", first);
    let serve =
        || Server::run(command(remote.path(), folder.path()).env("OTVET_CONTENT__BRANCH", "prod"), folder.path());
    let server = serve();
    remote.delete_branch("prod");
    remote.delete_branch("draft");
    let body = told(&server, "the remote has no branch `prod`; it has `main`: set `content.branch`");
    assert!(body.contains("\"last_failure\":null"), "{body}");
    let drafts = folder.path().join("otvet-data/mirror.git/refs/heads/draft");
    assert!(!drafts.exists(), "other branches go with the remote's");
    drop(server);
    let server = serve();
    assert_eq!(server.edition(), first.to_string(), "after a restart, too");
    remote.write("kb/a.md", "# А\n\nВторое.\n");
    let second = remote.commit("second");
    remote.point("refs/heads/prod", second);
    told(&server, &format!("\"edition\":\"{second}\""));
    server.logged("the remote can be fetched again");
}

#[test]
fn branch_that_is_renamed_at_the_remote_is_followed() {
    let (mut remote, folder, _) = remote();
    let server = start(remote.path(), folder.path());
    remote.branch("trunk");
    remote.switch("trunk");
    remote.write("kb/a.md", "# А\n\nВторое.\n");
    let second = remote.commit("second");
    remote.delete_branch("main");
    let body = told(&server, &format!("\"edition\":\"{second}\""));
    assert!(body.contains("\"branch\":\"trunk\"") && body.contains("\"last_failure\":null"), "{body}");
}

#[test]
fn address_that_was_changed_and_mistyped_takes_nothing_away() {
    let (remote, folder, first) = remote();
    drop(start(remote.path(), folder.path()));
    let server = start(&folder.path().join("nowhere"), folder.path());
    assert_eq!(server.edition(), first.to_string());
    let body = told(&server, "does not appear to be a git repository");
    assert!(!body.contains("\"synced_at\":null"), "when it was last reached is known after a restart: {body}");
}

#[test]
fn damaged_mirror_is_made_anew() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 4] = [
        ("a branch that a power failure left empty", |mirror| {
            std::fs::write(mirror.join("refs/heads/main"), "").expect("writes");
        }),
        ("no HEAD", |mirror| std::fs::remove_file(mirror.join("HEAD")).expect("removes")),
        ("no objects", |mirror| std::fs::remove_dir_all(mirror.join("objects")).expect("removes")),
        ("settings that are none", |mirror| std::fs::write(mirror.join("config"), "[").expect("writes")),
    ];
    for (what, damage) in damages {
        let (mut remote, folder, _) = remote();
        drop(start(remote.path(), folder.path()));
        damage(&folder.path().join("otvet-data/mirror.git"));
        remote.write("kb/a.md", "# А\n\nВторое.\n");
        let second = remote.commit("second");
        let server = start(remote.path(), folder.path());
        println!("{what}");
        told(&server, &format!("\"edition\":\"{second}\""));
    }
    // While the server runs.
    let (mut remote, folder, _) = remote();
    let server = start(remote.path(), folder.path());
    std::fs::remove_dir_all(folder.path().join("otvet-data/mirror.git")).expect("removes");
    remote.write("kb/a.md", "# А\n\nВторое.\n");
    let second = remote.commit("second");
    told(&server, &format!("\"edition\":\"{second}\""));
}

#[test]
fn locks_of_a_fetch_that_was_ended_are_removed() {
    let (mut remote, folder, _) = remote();
    drop(start(remote.path(), folder.path()));
    let mirror = folder.path().join("otvet-data/mirror.git");
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(3_600);
    for lock in ["refs/heads/main.lock", "HEAD.lock", "packed-refs.lock"] {
        let lock = std::fs::File::create(mirror.join(lock)).expect("a lock");
        lock.set_modified(long_ago).expect("a time");
    }
    remote.write("kb/a.md", "# А\n\nВторое.\n");
    let second = remote.commit("second");
    told(&start(remote.path(), folder.path()), &format!("\"edition\":\"{second}\""));
}

/// Serves while the remote hangs, ends the server in some way, and waits until what it started is gone.
fn ended_while_the_remote_hangs(end: impl FnOnce(Server)) {
    let (remote, folder, first) = remote();
    drop(start(remote.path(), folder.path()));
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("a program").success());
    let script = folder.path().join("ssh");
    std::fs::write(&script, format!("exec sleep 1000 >'{}'\n", pipe.display())).expect("a script");
    let mut command = command(Path::new("ssh://git@kb.invalid/kb.git"), folder.path());
    command.env("GIT_SSH_COMMAND", format!("sh '{}'", script.display())).env("GIT_SSH_VARIANT", "simple");
    let server = Server::run(&mut command, folder.path());
    assert_eq!(server.edition(), first.to_string(), "nobody waits for the remote");
    // Opens once somebody writes to it, and ends when nobody does any more.
    let mut hanging = std::fs::File::open(&pipe).expect("the remote hangs");
    end(server);
    let (sender, gone) = channel();
    std::thread::spawn(move || sender.send(hanging.read(&mut [0])));
    let end = gone.recv_timeout(Duration::from_secs(60)).expect("nothing is left of the fetch");
    assert_eq!(end.expect("a pipe"), 0);
}

#[test]
fn server_that_ends_while_the_remote_hangs_leaves_no_process() {
    ended_while_the_remote_hangs(|mut server| {
        let id = server.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("a signal").success());
        assert!(server.child.wait().expect("a process that ends").success());
    });
    ended_while_the_remote_hangs(Server::kill);
}

#[test]
fn secrets_of_the_address_are_told_nowhere() {
    let (remote, folder, _) = remote();
    drop(start(remote.path(), folder.path()));
    let address = "http://bot:geheim@127.0.0.1:1/kb.git";
    let server = start(Path::new(address), folder.path());
    let body = told(&server, "Failed to connect");
    for page in ["/status", "/metrics", "/readyz"] {
        assert!(!server.ask(&format!("GET {page} HTTP/1.1\r\nAccept: text/html")).1.contains("geheim"), "{page}");
    }
    assert!(!body.contains("geheim"));
    let config = Command::new(env!("CARGO_BIN_EXE_otvet"))
        .arg("config")
        .current_dir(folder.path())
        .env("OTVET_CONTENT__REMOTE", address)
        .output()
        .expect("the program");
    let config = String::from_utf8_lossy(&config.stdout).into_owned();
    assert!(config.contains("remote = \"http://…@127.0.0.1:1/kb.git\"") && !config.contains("geheim"), "{config}");
}
