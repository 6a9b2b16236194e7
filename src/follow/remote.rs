//! Talking with a remote: which addresses are possible, how git is run for them, and what is told of what it says.
//!
//! A remote may hang, and whoever runs this server may end it at any moment. So git is run by a shell that waits for it and for
//! the end of this process alike, and ends git with all that it has started when either comes.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// The most bytes of what git prints that are kept: the names of some ten thousand branches.
const PRINTED: u64 = 2 << 20;
/// The longest reason that is told, in characters.
const LONGEST: usize = 300;
/// How long it is waited for what git has said when it is gone: a process that it left behind may hold the pipes open for ever.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// How often it is looked whether git is done.
const LOOK: Duration = Duration::from_millis(5);

/// Runs the command that its arguments are, and ends the group of processes when its input, which nobody writes to, ends: then
/// this process is gone.
const GUARD: &str = "exec 3<&0; \"$@\" </dev/null 3<&- & child=$!; { read -r _ <&3; kill -9 -$$; } >/dev/null 2>&1 & \
    exec 3<&-; wait $child";

/// Settings of git for every remote: it runs no helper that an address could name, gives up when nothing comes, checks what
/// comes, keeps it in packs (small files that were cut off by a power failure would be many), and leaves no work for later.
const SETTINGS: [&str; 14] = [
    "protocol.allow=never",
    "protocol.https.allow=always",
    "protocol.http.allow=always",
    "protocol.ssh.allow=always",
    "protocol.file.allow=always",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "http.followRedirects=initial",
    "fetch.fsckObjects=true",
    "fetch.unpackLimit=1",
    "core.fsync=all",
    "core.bare=true",
    "core.hooksPath=/dev/null",
    "gc.auto=0",
];

/// How people and dates may be written in commits, though git no longer writes them so: old histories are full of them, and nobody can
/// mend them.
const FORGIVEN: [&str; 9] = [
    "badDate",
    "badDateOverflow",
    "badEmail",
    "badTimezone",
    "missingEmail",
    "missingNameBeforeEmail",
    "missingSpaceBeforeDate",
    "missingSpaceBeforeEmail",
    "zeroPaddedDate",
];

/// What is taken out of the environment: what would turn git to another repository, its traces, which hold secrets, and its
/// language, by which it is told what it says.
const REMOVED: [&str; 12] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_TRACE_PACKET",
    "GIT_CURL_VERBOSE",
    "LANGUAGE",
];

/// Checks an address: https, ssh or a path; nothing that runs a program or could be an option.
///
/// # Errors
/// With what is possible.
pub fn check_remote(remote: &str) -> Result<(), String> {
    let scheme = remote.split_once("://").map(|(scheme, _)| scheme);
    let is_known = match scheme {
        Some(scheme) => matches!(scheme, "https" | "http" | "ssh" | "file"),
        // `host:path` of ssh, or a path; `ext::…` and other helpers have two colons.
        None => !remote.contains("::"),
    };
    let host = remote.split_once("://").map_or(remote, |(_, rest)| rest);
    let is_sound = !remote.starts_with('-')
        && !host.starts_with('-')
        && !host.contains("@-")
        && !remote.contains(char::is_control);
    if is_known && is_sound { Ok(()) } else { Err("an https or ssh address or a path is expected".to_owned()) }
}

/// Returns an address without the secrets that may stand in it.
pub fn shown(remote: &str) -> String {
    match remote.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", without_secrets(rest)),
        None => remote.to_owned(),
    }
}

/// Returns an address, from behind its scheme, without its user and password, and without what it asks.
fn without_secrets(address: &str) -> String {
    let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
    // A password that was written as it is may hold an `@`.
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{}{host}{path}", if user.is_some() { "…@" } else { "" })
}

/// Returns the password of an address, and a user that may be one.
fn secrets(remote: &str) -> Vec<&str> {
    let Some((scheme, rest)) = remote.split_once("://") else { return Vec::new() };
    let Some((user, _)) = rest.split('/').next().and_then(|authority| authority.rsplit_once('@')) else {
        return Vec::new();
    };
    match user.split_once(':') {
        Some((_, password)) => vec![password],
        None if scheme == "ssh" => Vec::new(),
        None => vec![user],
    }
}

/// Returns what git said so that it can be told: without secrets of addresses, in one line of some length.
fn told(said: &str, remote: &str) -> String {
    let mut text = String::new();
    let mut rest = said;
    while let Some((before, after)) = rest.split_once("://") {
        let ends = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>');
        let (address, left) = after.split_at(after.find(ends).unwrap_or(after.len()));
        text += &format!("{before}://{}", without_secrets(address));
        rest = left;
    }
    text += rest;
    for secret in secrets(remote).into_iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "…");
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect()
}

/// Returns the line of what git says that says why: the first that it died of, unless that only says that something before it
/// failed, which then is what ssh said.
fn reason(said: &str) -> &str {
    const SOMETHING: &str = "fatal: Could not read from remote repository.";
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let fatal = |line: &str| line.starts_with("fatal: ") || line.starts_with("error: ");
    let died = lines().find(|line| fatal(line) && *line != SOMETHING);
    let before = || lines().take_while(|line| *line != SOMETHING).last();
    let line = died.or_else(before).or_else(|| lines().find(|line| fatal(line)));
    let line = line.or_else(|| lines().next_back()).unwrap_or("git failed");
    line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("error: ")).unwrap_or(line)
}

/// Returns the git program, to be given its arguments.
pub(super) fn git() -> Command {
    let mut git = Command::new("/bin/sh");
    git.args(["-c", GUARD, "otvet", "git"]).env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C.UTF-8");
    for name in REMOVED {
        git.env_remove(name);
    }
    for setting in SETTINGS {
        git.args(["-c", setting]);
    }
    for kind in FORGIVEN {
        git.arg("-c").arg(format!("fetch.fsck.{kind}=ignore"));
    }
    if !is_ssh_chosen() {
        git.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15");
    }
    git
}

/// Returns whether somebody has chosen how git calls ssh, by the environment or git's settings, as for the key of a deployment.
fn is_ssh_chosen() -> bool {
    static CHOSEN: OnceLock<bool> = OnceLock::new();
    let is_set = |name: &&str| std::env::var_os(name).is_some();
    *CHOSEN.get_or_init(|| {
        // No repository is one of those settings.
        let mut ask = Command::new("git");
        ask.args(["config", "--get", "core.sshCommand"]).env("GIT_DIR", "/nonexistent").stdin(Stdio::null());
        ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(is_set) || ask.output().is_ok_and(|answer| answer.status.success())
    })
}

/// Runs a command to its end, or ends it with all that it has started when time is over or `stop` says so. Returns what it printed.
pub(super) fn run(
    mut command: Command,
    remote: &str,
    limit: Duration,
    stop: &dyn Fn() -> bool,
) -> Result<String, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| format!("cannot run git: {error}"))?;
    let (printed, errors) = (listen(child.stdout.take()), listen(child.stderr.take()));
    let ended = wait(&mut child, limit, stop);
    // The guard waits for the end of its input, which this process holds: so the group is there, and is the same.
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
    match ended? {
        true => printed.recv_timeout(LAST_WORDS).map_err(|_| "what git said does not end".to_owned()),
        false => Err(told(reason(&errors.recv_timeout(LAST_WORDS).unwrap_or_default()), remote)),
    }
}

/// Reads a stream to its end on a thread of its own, so that the child does not wait for a reader.
fn listen(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.by_ref().take(PRINTED).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// Returns whether a child succeeded.
fn wait(child: &mut Child, limit: Duration, stop: &dyn Fn() -> bool) -> Result<bool, String> {
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) if stop() => return Err("this server stops".to_owned()),
            Ok(None) if Instant::now() < end => std::thread::sleep(LOOK),
            Ok(None) => return Err(format!("git did not end within {} s", limit.as_secs())),
            Err(error) => return Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_run_nothing_are_followed() {
        for good in [
            "https://git.example/kb.git",
            "ssh://git@git.example/kb.git",
            "git@git.example:kb/kb.git",
            "/srv/kb.git",
            "file:///srv/kb.git",
            "../kb.git",
        ] {
            assert_eq!(check_remote(good), Ok(()), "{good}");
        }
        for bad in [
            "ext::sh -c id",
            "-uploadpack=id",
            "ssh://-oProxyCommand=id/x",
            "git://a/b",
            "fd::3",
            "ssh://a@-x/y",
            "a\nb",
        ] {
            assert!(check_remote(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_shown_without_secrets() {
        for (remote, expected) in [
            ("https://bot:secret@git.example/kb.git", "https://…@git.example/kb.git"),
            ("https://bot:p@secret@git.example/kb.git", "https://…@git.example/kb.git"),
            ("https://bot:p?secret#@git.example/kb.git", "https://…@git.example/kb.git"),
            ("https://git.example/kb.git?private_token=secret", "https://git.example/kb.git"),
            ("https://git.example/@group/kb.git", "https://git.example/@group/kb.git"),
            ("git@git.example:kb.git", "git@git.example:kb.git"),
            ("/srv/kb.git", "/srv/kb.git"),
        ] {
            assert_eq!(shown(remote), expected);
        }
    }

    #[test]
    fn what_git_says_is_told_without_secrets_and_control_characters() {
        let remote = "https://bot:secret@git.example/kb.git";
        let said = "unable to access 'https://bot:secret@git.example/kb.git/': \u{1b}[31mno";
        assert_eq!(told(said, remote), "unable to access 'https://…@git.example/kb.git/':  [31mno");
        assert_eq!(told("bot:secret@git.example: Permission denied", remote), "bot:…@git.example: Permission denied");
        assert_eq!(told("for 'https://token@git.example'", "https://token@git.example"), "for 'https://…@git.example'");
        assert_eq!(told(&"a".repeat(1_000), remote).len(), LONGEST);
    }

    #[test]
    fn reason_is_what_git_died_of() {
        let behind = "\nPlease make sure you have the correct access rights\nand the repository exists.\n";
        for (said, expected) in [
            (
                format!(
                    "fatal: '/srv/kb.git' does not appear to be a git repository\nfatal: Could not read from remote repository.\n{behind}"
                ),
                "'/srv/kb.git' does not appear to be a git repository",
            ),
            (
                format!(
                    "Warning: Permanently added 'kb'\nssh: connect to host kb port 22: Connection refused\nfatal: Could not read from remote repository.\n{behind}"
                ),
                "ssh: connect to host kb port 22: Connection refused",
            ),
            (
                format!("fatal: Could not read from remote repository.\n{behind}"),
                "Could not read from remote repository.",
            ),
            ("sh: 1: git: not found\n".to_owned(), "sh: 1: git: not found"),
            (" \n".to_owned(), "git failed"),
        ] {
            assert_eq!(reason(&said), expected);
        }
    }

    #[test]
    fn nothing_is_left_of_a_command_that_was_stopped_or_left_something_behind() {
        let command = |script: &str| {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", GUARD, "otvet", "sh", "-c", script]);
            command
        };
        // What is left behind holds the pipe: that it was read to its end shows that nothing holds it any more.
        let said = run(command("sleep 1000 & echo said"), "", Duration::from_secs(60), &|| false);
        assert_eq!(said, Ok("said\n".to_owned()));
        let stopped = run(command("sleep 1000"), "", Duration::from_secs(60), &|| true);
        assert_eq!(stopped, Err("this server stops".to_owned()));
        let late = run(command("sleep 1000"), "", Duration::ZERO, &|| false);
        assert_eq!(late, Err("git did not end within 0 s".to_owned()));
        assert_eq!(
            run(command("echo fatal: no >&2; exit 3"), "", Duration::from_secs(60), &|| false),
            Err("no".to_owned())
        );
    }
}
