//! Following a repository elsewhere: fetched when a webhook says so, live when it goes away, and again when it comes back.

mod faults;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::hosted::Server;
use crate::support::repo::TestRepo;

fn command(remote: &Path, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otvet"));
    command.arg("serve").current_dir(folder).envs([
        ("OTVET_SERVER__LISTEN", "127.0.0.1:0"),
        ("OTVET_CONTENT__DEFAULT_AUDIENCE", "public"),
        ("OTVET_CONTENT__FETCH", "1h"),
        ("OTVET_CONTENT__POLL", "1h"),
        ("OTVET_CONTENT__WEBHOOK_SECRET", "key"),
        ("OTVET_LOG__FORMAT", "json"),
    ]);
    command.env("OTVET_CONTENT__REMOTE", remote);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Sends a webhook as GitLab does. Returns the status.
fn hook(server: &Server, secret: &str) -> String {
    call(server, &format!("X-Gitlab-Token: {secret}"), b"{\"object_kind\":\"push\"}")
}

/// Sends a webhook with a header of its own. Returns the status.
fn call(server: &Server, header: &str, body: &[u8]) -> String {
    let length = body.len();
    let head = format!("POST /hooks/git HTTP/1.1\r\n{header}\r\nContent-Length: {length}\r\nConnection: close");
    let mut stream = server.send(&head);
    stream.write_all(body).expect("a body");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).expect("a status").to_owned()
}

#[test]
fn remote_is_followed_goes_away_and_comes_back() {
    let mut remote = TestRepo::bare();
    remote.write("kb/a.md", "# А\n\nПервое.\n");
    let first = remote.commit("start");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let link = folder.path().join("remote.git");
    std::os::unix::fs::symlink(remote.git_dir(), &link).expect("a link");
    let server = Server::run(&mut command(&link, folder.path()), folder.path());
    assert_eq!(server.edition(), first.to_string());
    let mut events = BufReader::new(server.send("GET /api/v1/events HTTP/1.1")).lines().map_while(Result::ok);
    assert!(events.any(|line| line.is_empty()), "the listener is known");

    remote.write("kb/a.md", "# А\n\nВторое.\n");
    let second = remote.commit("second");
    assert_eq!(hook(&server, "kez"), "403");
    assert_eq!(hook(&server, "key"), "202");
    assert!(events.any(|line| line.contains(&second.to_string())), "the second is live");

    std::fs::remove_file(&link).expect("the remote goes away");
    assert_eq!(hook(&server, "key"), "202");
    server.logged("cannot fetch; what was fetched stays live");
    let (status, body) = server.ask("GET /api/v1/edition HTTP/1.1");
    assert_eq!(status, 200);
    assert!(body.contains(&format!("\"edition\":\"{second}\"")), "{body}");
    assert!(server.ask("GET /status HTTP/1.1\r\nAccept: text/html").1.contains("Источник недоступен"));

    // It comes back with another history.
    remote.advance(first);
    remote.write("kb/a.md", "# А\n\nТретье.\n");
    let third = remote.commit("rewritten");
    std::os::unix::fs::symlink(remote.git_dir(), &link).expect("a link");
    assert_eq!(hook(&server, "key"), "202");
    assert!(events.any(|line| line.contains(&third.to_string())), "the third is live");
    server.logged("the history of the remote was rewritten");
    assert!(server.ask("GET /metrics HTTP/1.1").1.contains("otvet_remote_fetches_total{result=\"failed\"} 1"));

    // Without the remote, a restart serves what was fetched.
    drop(server);
    std::fs::remove_file(&link).expect("the remote goes away");
    let server = Server::run(&mut command(&link, folder.path()), folder.path());
    assert_eq!(server.edition(), third.to_string());
}

#[test]
fn address_that_could_run_a_program_is_refused_at_the_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for remote in ["ext::sh -c id", "--upload-pack=id", "ssh://-oProxyCommand=id/x"] {
        let output = command(Path::new(remote), folder.path()).output().expect("the program");
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("content.remote") && said.contains("an https or ssh address"), "{said}");
    }
}

#[test]
fn webhooks_of_every_forge_are_understood() {
    let mut remote = TestRepo::bare();
    remote.write("kb/a.md", "# А\n");
    remote.commit("start");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::run(&mut command(remote.path(), folder.path()), folder.path());
    // HMAC-SHA256 of `{}` with the key `key`: printf '{}' | openssl dgst -sha256 -hmac key
    let signature = "a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032";
    for (header, expected) in [
        (format!("X-Hub-Signature-256: sha256={signature}"), "202"),
        (format!("X-Hub-Signature: sha1=00\r\nX-Hub-Signature-256: sha256={signature}"), "202"),
        (format!("X-Hub-Signature: sha256={signature}"), "202"),
        (format!("X-Gitea-Signature: {signature}"), "202"),
        (format!("X-Forgejo-Signature: {signature}"), "202"),
        (format!("X-Gogs-Signature: {signature}"), "202"),
        ("X-Gitlab-Token: key".to_owned(), "202"),
        ("X-Hub-Signature-256: sha256=00\r\nX-Gitlab-Token: key".to_owned(), "403"),
        ("X-Hub-Signature: sha1=00".to_owned(), "403"),
        ("X-Hub-Signature-256:".to_owned(), "403"),
        ("X-GitHub-Event: push".to_owned(), "403"),
    ] {
        assert_eq!(call(&server, &header, b"{}"), expected, "{header}");
    }
    // GitHub sends up to 25 MiB.
    assert_eq!(call(&server, "X-Gitlab-Token: key", &vec![b' '; 25 << 20]), "202");
    drop(server);
    let mut without = command(remote.path(), folder.path());
    let server = Server::run(without.env("OTVET_CONTENT__WEBHOOK_SECRET", ""), folder.path());
    assert_eq!(hook(&server, ""), "404", "there are no webhooks");
}

#[test]
fn way_of_calling_ssh_is_the_one_that_git_was_told() {
    let mut remote = TestRepo::bare();
    remote.write("kb/a.md", "# А\n");
    let first = remote.commit("start");
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Runs here what ssh would run there: its last argument.
    let script = folder.path().join("ssh");
    std::fs::write(&script, "for last; do :; done; exec sh -c \"$last\"\n").expect("a script");
    let settings = format!("[core]\nsshCommand = sh '{}'\n[ssh]\nvariant = simple\n", script.display());
    std::fs::write(folder.path().join("settings"), settings).expect("a file");
    let address = format!("ssh://git@kb.invalid{}", remote.git_dir().display());
    let mut command = command(Path::new(&address), folder.path());
    command.env("GIT_CONFIG_GLOBAL", folder.path().join("settings"));
    command.env_remove("GIT_SSH_COMMAND").env_remove("GIT_SSH");
    assert_eq!(Server::run(&mut command, folder.path()).edition(), first.to_string());
}
