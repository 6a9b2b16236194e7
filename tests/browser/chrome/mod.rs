//! A small client of the DevTools protocol: one Chromium for all tests of this binary, spoken to through its
//! `--remote-debugging-pipe`, so that it needs no port and no further program.
//!
//! One thread reads what the browser says and puts it into the [`Inbox`]; everybody else waits there for an answer
//! or an event, never for time. Where no browser is installed there is none: tests return at once and the reason is
//! printed once. `OTVET_BROWSER=chromium` (a name or a path) says which one to take; then a missing one is an error.

pub mod clipboard;
mod inbox;
pub mod keys;
pub mod network;
pub mod page;
mod pointer;

use std::ffi::OsString;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use inbox::{Event, Inbox};

/// How long anything may take before a test fails. Much, since a test machine may be busy with other things.
const DEADLINE: Duration = Duration::from_secs(30);

/// Where a browser is looked for, in this order.
const NAMES: [&str; 5] =
    ["chromium", "chromium-headless-shell", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Starts the browser through a shell: its DevTools pipe is file descriptors 3 and 4, which only a shell can set
/// without `unsafe`. The shell outlives the browser, which ends with our end of the pipe, and clears up after it.
const START: &str = r#"trap '' INT TERM
profile=$1; shift
"$@" --user-data-dir="$profile" 3<&0 4>&1 </dev/null >/dev/null 2>"$profile/log"
rm -rf "$profile""#;

static CHROME: LazyLock<Option<Chrome>> = LazyLock::new(|| {
    let Some(program) = program() else {
        // Written past the test harness, which shows what passing tests print to nobody.
        let reason =
            "browser tests skipped: no Chromium here (Debian: apt install chromium), or name one in OTVET_BROWSER";
        let _ = writeln!(std::io::stderr(), "{reason}");
        return None;
    };
    Some(Chrome::start(&program))
});

/// Returns the browser of this test run; none where none is installed.
pub fn chrome() -> Option<&'static Chrome> {
    CHROME.as_ref()
}

fn program() -> Option<OsString> {
    if let Some(named) = std::env::var_os("OTVET_BROWSER").filter(|name| !name.is_empty()) {
        assert!(on_path(&named), "OTVET_BROWSER names {}, which is not installed", named.display());
        return Some(named);
    }
    NAMES.into_iter().map(OsString::from).find(on_path)
}

fn on_path(name: &OsString) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Path::new(name).is_file() || std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// A running browser.
pub struct Chrome {
    pipe: Arc<Pipe>,
    inbox: Arc<Inbox>,
}

/// What is said to the browser.
struct Pipe {
    input: Mutex<ChildStdin>,
    number: AtomicU64,
}

/// Why a call failed: what the browser said of it.
#[derive(Debug)]
pub struct Refused(pub String);

impl Chrome {
    fn start(program: &OsString) -> Self {
        let profile = tempfile::Builder::new().prefix("otvet-browser-").tempdir().expect("a temporary folder").keep();
        let mut command = Command::new("sh");
        command.args(["-c", START, "sh"]).arg(&profile).arg(program).args(FLAGS);
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let input = shell.stdin.take().expect("it is piped");
        let output = BufReader::new(shell.stdout.take().expect("it is piped"));
        let inbox = Arc::new(Inbox::default());
        let pipe = Arc::new(Pipe { input: Mutex::new(input), number: AtomicU64::new(1) });
        let log = profile.join("log");
        std::thread::spawn({
            let (inbox, pipe) = (inbox.clone(), pipe.clone());
            move || {
                inbox.fill(output, &log, |session, method, params| {
                    pipe.send(None, session, method, params);
                });
                shell.wait()
            }
        });
        let chrome = Self { pipe, inbox };
        chrome.call("", "Target.setDiscoverTargets", json!({ "discover": true })).expect("the browser starts");
        chrome
    }

    /// Calls a method in a session (`""`: the browser itself) and waits for its result.
    fn call(&self, session: &str, method: &str, params: Value) -> Result<Value, Refused> {
        let number = self.pipe.send(Some(&self.inbox), session, method, params);
        let mut answer = self.inbox.answer(number, DEADLINE).unwrap_or_else(|why| panic!("{method}: {why}"));
        match answer["error"]["message"].as_str() {
            Some(message) => Err(Refused(format!("{method}: {message} {}", answer["error"]["data"]))),
            None => Ok(answer["result"].take()),
        }
    }
}

impl Pipe {
    /// Sends a command, whose answer is kept in an inbox if one is given; returns its number.
    fn send(&self, inbox: Option<&Inbox>, session: &str, method: &str, params: Value) -> u64 {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        if let Some(inbox) = inbox {
            inbox.expect(number);
        }
        let mut message = json!({ "id": number, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        // A browser that is gone is reported by whoever waits for its answer.
        let _ = self.input.lock().expect("nobody panics while writing").write_all(&bytes);
        number
    }
}

/// One debugging session: of a page, a frame of another site, or a worker.
#[derive(Clone)]
pub struct Session {
    chrome: &'static Chrome,
    id: String,
}

impl Session {
    /// Calls a method that must succeed.
    #[track_caller]
    pub fn call(&self, method: &str, params: Value) -> Value {
        self.try_call(method, params).unwrap_or_else(|Refused(why)| panic!("{why}"))
    }

    /// Calls a method.
    pub fn try_call(&self, method: &str, params: Value) -> Result<Value, Refused> {
        self.chrome.call(&self.id, method, params)
    }

    /// Returns how many events came so far: from here one can wait for the next.
    pub fn mark(&self) -> usize {
        self.chrome.inbox.count(&self.id)
    }

    /// Waits for an event since a mark of which something is wanted.
    #[track_caller]
    pub fn wait<T>(&self, what: &str, since: usize, find: impl FnMut(&Event) -> Option<T>) -> T {
        let found = self.chrome.inbox.event(&self.id, since, DEADLINE, find);
        found.unwrap_or_else(|why| panic!("waited for {what}: {why}"))
    }

    /// Returns what is wanted of all events so far.
    pub fn seen<T>(&self, find: impl FnMut(&Event) -> Option<T>) -> Vec<T> {
        self.chrome.inbox.seen(&self.id, find)
    }

    /// Runs an expression of JavaScript in the page (a promise is waited for) and returns its value.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).unwrap_or_else(|Refused(why)| panic!("{why}\nin {expression}"))
    }

    /// Runs an expression of JavaScript; refused are exceptions and pages that are gone.
    pub fn try_eval(&self, expression: &str) -> Result<Value, Refused> {
        self.run(expression, true)
    }

    /// Runs an expression; where pages run no scripts, no promise would ever come.
    fn run(&self, expression: &str, promises: bool) -> Result<Value, Refused> {
        let params =
            json!({ "expression": expression, "awaitPromise": promises, "returnByValue": true, "userGesture": true });
        let mut result = self.try_call("Runtime.evaluate", params)?;
        match result.get("exceptionDetails") {
            Some(details) => {
                let text = details["exception"]["description"].as_str().unwrap_or_default();
                Err(Refused(format!("exception: {} {text} {}", details["text"], details["exception"]["value"])))
            }
            None => Ok(result["result"]["value"].take()),
        }
    }
}

/// A folder for what tests leave to be looked at, such as `target/screenshots`.
pub fn artefacts(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let folder = target.join(name);
    std::fs::create_dir_all(&folder).expect("a folder for artefacts");
    folder
}

/// No sandbox: test machines run as root, in containers without user namespaces. Nothing but our own pages is loaded.
const FLAGS: [&str; 30] = [
    "--headless",
    "--accept-lang=ru",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-domain-reliability",
    "--disable-field-trial-config",
    "--disable-features=Translate,OptimizationHints,MediaRouter,InterestFeedContentSuggestions,AutofillServerCommunication",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-popup-blocking",
    // As every desktop browser does it; the small build has to be told.
    "--site-per-process",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--hide-scrollbars",
    // Nothing but loopback is reached, whatever a test or the browser asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
];
