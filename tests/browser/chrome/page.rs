//! A page in a browser context of its own: what is loaded in it, how it is looked at, and what went wrong in it.
//!
//! A page fails its test when anything was written to its console as an error: exceptions, violations of the content
//! security policy, dialogs. Faults of the network are errors only where a test makes none ([`Page::expects_faults`]).

use std::cell::{Cell, RefCell};

use serde_json::{Value, json};

use super::network::from_base64;
use super::{Chrome, DEADLINE, Refused, Session, artefacts};

/// A page, closed with its context when it is dropped.
pub struct Page {
    /// The session of the page itself.
    pub session: Session,
    context: String,
    target: String,
    is_own: bool,
    faults: Cell<bool>,
    scripts: Cell<bool>,
    /// Parts of errors that the test makes on purpose.
    expected: RefCell<Vec<&'static str>>,
    media: RefCell<Vec<(&'static str, &'static str)>>,
}

/// How big the window is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// Whether it is a touch screen.
    pub touch: bool,
}

/// An operator's screen.
pub const DESKTOP: Size = Size { width: 1280, height: 800, touch: false };
/// A shop tablet held upright.
pub const TABLET: Size = Size { width: 810, height: 1080, touch: true };
/// The panel beside a help desk.
pub const PANEL: Size = Size { width: 360, height: 720, touch: false };
/// The narrowest that must do (WCAG 1.4.10).
pub const NARROW: Size = Size { width: 320, height: 640, touch: false };

impl Chrome {
    /// Opens a page in a new context: nothing of other tests is in its storage.
    pub fn page(&'static self) -> Page {
        let context = self.call("", "Target.createBrowserContext", json!({})).expect("a context");
        let context = context["browserContextId"].as_str().expect("an id").to_owned();
        self.tab(&context, true)
    }

    fn tab(&'static self, context: &str, is_own: bool) -> Page {
        let params = json!({ "url": "about:blank", "browserContextId": context });
        let target = self.call("", "Target.createTarget", params).expect("a page");
        self.attach(context, target["targetId"].as_str().expect("an id"), is_own)
    }

    fn attach(&'static self, context: &str, target: &str, is_own: bool) -> Page {
        let params = json!({ "targetId": target, "flatten": true });
        let session = self.call("", "Target.attachToTarget", params).expect("a session");
        let session = Session { chrome: self, id: session["sessionId"].as_str().expect("an id").to_owned() };
        for domain in ["Page", "Runtime", "Log", "Network", "DOM"] {
            session.call(&format!("{domain}.enable"), json!({}));
        }
        session.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        session.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true });
        session.call("Target.setAutoAttach", attach);
        let page = Page {
            session,
            context: context.to_owned(),
            target: target.to_owned(),
            is_own,
            faults: Cell::new(false),
            scripts: Cell::new(true),
            expected: RefCell::default(),
            media: RefCell::default(),
        };
        page.size(DESKTOP);
        page.language("ru");
        page.worker(false);
        page
    }
}

impl Page {
    /// Opens another tab of the same reader.
    pub fn another(&self) -> Self {
        self.session.chrome.tab(&self.context, false)
    }

    /// Waits for a tab that this reader's pages opened since a mark of [`Page::tabs`].
    #[track_caller]
    pub fn opened(&self, since: usize) -> Self {
        let root = Session { chrome: self.session.chrome, id: String::new() };
        let target = root.wait("a new tab", since, |event| {
            let info = &event.params["targetInfo"];
            let ours = event.method == "Target.targetCreated" && info["browserContextId"] == *self.context;
            (ours && info["type"] == "page").then(|| info["targetId"].as_str().unwrap_or_default().to_owned())
        });
        self.session.chrome.attach(&self.context, &target, false)
    }

    /// Returns a mark for [`Page::opened`].
    pub fn tabs(&self) -> usize {
        self.session.chrome.inbox.count("")
    }

    /// Goes to an address and waits until it is loaded.
    #[track_caller]
    pub fn open(&self, url: &str) {
        let since = self.session.mark();
        let answer = self.session.call("Page.navigate", json!({ "url": url }));
        assert!(answer["errorText"].is_null(), "cannot open {url}: {}", answer["errorText"]);
        if answer["loaderId"].is_string() {
            self.loaded(since, |params| params["loaderId"] == answer["loaderId"]);
        }
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        let since = self.session.mark();
        self.session.call("Page.reload", json!({}));
        self.loaded(since, |_| true);
    }

    /// Waits until a page is loaded to which something led since a mark.
    #[track_caller]
    pub fn arrived(&self, since: usize) {
        self.loaded(since, |_| true);
    }

    #[track_caller]
    fn loaded(&self, since: usize, is_it: impl Fn(&Value) -> bool) {
        let frame = self.target.as_str();
        self.session.wait("the page to load", since, |event| {
            let loaded = event.method == "Page.lifecycleEvent" && event.params["name"] == "load";
            (loaded && event.params["frameId"] == frame && is_it(&event.params)).then_some(())
        });
    }

    /// Runs an expression in the page and returns its value.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> Value {
        let value = self.session.run(expression, self.scripts.get());
        value.unwrap_or_else(|Refused(why)| panic!("{why}\nin {expression}"))
    }

    /// Returns the text that an expression stands for.
    #[track_caller]
    pub fn text(&self, expression: &str) -> String {
        let value = self.eval(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} is {value}")).to_owned()
    }

    /// Waits until an expression is true in the page, looking whenever the document changes or a frame is painted;
    /// returns its value. Goes on in the next page when this one is left.
    #[track_caller]
    pub fn until(&self, expression: &str) -> Value {
        until(&self.session, expression)
    }

    /// Runs a script in every page that is opened from now on, before its own.
    pub fn before_all(&self, script: &str) {
        self.session.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// Sets the size of the window.
    pub fn size(&self, size: Size) {
        let Size { width, height, touch } = size;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch });
        self.session.call("Emulation.setDeviceMetricsOverride", metrics);
        let touching = json!({ "enabled": touch, "maxTouchPoints": 5 });
        self.session.call("Emulation.setTouchEmulationEnabled", touching);
    }

    /// Sets a feature that style sheets ask for: `prefers-color-scheme` to `dark`, `forced-colors` to `active`,
    /// `prefers-reduced-motion` to `reduce`.
    pub fn feature(&self, name: &'static str, value: &'static str) {
        let mut media = self.media.borrow_mut();
        media.retain(|(known, _)| *known != name);
        media.push((name, value));
        let features: Vec<Value> = media.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.session.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Sets which language the reader wants.
    pub fn language(&self, code: &str) {
        self.session.call("Network.setExtraHTTPHeaders", json!({ "headers": { "Accept-Language": code } }));
    }

    /// Says whether the requests of pages go through their service worker. They do not unless a test is about it: then
    /// everything else is told of the server alone.
    pub fn worker(&self, on: bool) {
        self.session.call("Network.setBypassServiceWorker", json!({ "bypass": !on }));
    }

    /// Returns whether JavaScript runs here.
    pub fn has_scripts(&self) -> bool {
        self.scripts.get()
    }

    /// Turns JavaScript off for what is opened from now on. Of the tests' own, only what needs no timers runs.
    pub fn without_scripts(&self) {
        self.scripts.set(false);
        self.session.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    }

    /// Says that requests will fail here on purpose.
    pub fn expects_faults(&self) {
        self.faults.set(true);
    }

    /// Says that an error with this text will be written here on purpose.
    pub fn expects(&self, part: &'static str) {
        self.expected.borrow_mut().push(part);
    }

    /// Returns the session of the frame of another site, or of the worker, whose address holds a text; waits for it.
    #[track_caller]
    pub fn inner(&self, part: &str) -> Session {
        // Its address is told when it is attached or, of a frame, a little later.
        let target = self.session.wait(&format!("a frame or worker of {part}"), 0, |event| {
            let info = &event.params["targetInfo"];
            info["url"].as_str().is_some_and(|url| url.contains(part)).then(|| info["targetId"].clone())
        });
        let id = self.session.wait("its session", 0, |event| {
            let is_it = event.method == "Target.attachedToTarget" && event.params["targetInfo"]["targetId"] == target;
            is_it.then(|| event.params["sessionId"].as_str().unwrap_or_default().to_owned())
        });
        Session { chrome: self.session.chrome, id }
    }

    /// Saves what is seen as `target/screenshots/NAME.png`.
    pub fn screenshot(&self, name: &str) {
        let Ok(shot) = self.session.try_call("Page.captureScreenshot", json!({ "format": "png" })) else { return };
        let bytes = from_base64(shot["data"].as_str().unwrap_or_default());
        std::fs::write(artefacts("screenshots").join(format!("{name}.png")), bytes).expect("a file can be written");
    }

    /// Returns what went wrong in the page, its frames and workers so far.
    pub fn errors(&self) -> Vec<String> {
        let children = self.session.seen(|event| {
            (event.method == "Target.attachedToTarget")
                .then(|| event.params["sessionId"].as_str().unwrap_or_default().to_owned())
        });
        let children = children.into_iter().map(|id| Session { chrome: self.session.chrome, id });
        let all = [self.session.clone()].into_iter().chain(children);
        let expected = self.expected.borrow();
        let found = all.flat_map(|session| session.seen(|event| error(event, self.faults.get())));
        found.filter(|error| !expected.iter().any(|part| error.contains(part))).collect()
    }
}

/// Returns what is wrong about an event, if anything.
fn error(event: &super::inbox::Event, faults: bool) -> Option<String> {
    let params = &event.params;
    match event.method.as_str() {
        "Runtime.exceptionThrown" => {
            let details = &params["exceptionDetails"];
            let text = format!("exception: {} {}", details["text"], details["exception"]["description"]);
            // A worker that cannot be installed for want of a network can say so in no other way.
            let is_fault = faults && text.contains("Failed to fetch") && text.contains("/sw.js");
            (!is_fault).then_some(text)
        }
        "Runtime.consoleAPICalled" if params["type"] == "error" => Some(format!("console: {}", params["args"])),
        "Page.javascriptDialogOpening" if params["type"] != "beforeunload" => Some(format!("dialog: {params}")),
        "Log.entryAdded" => {
            let entry = &params["entry"];
            // A worker whose script cannot be fetched for want of a network is told under no source of its own.
            let is_worker = entry["text"] == "An unknown error occurred when fetching the script.";
            let is_fault = faults && (entry["source"] == "network" || is_worker);
            (entry["level"] == "error" && !is_fault)
                .then(|| format!("{}: {} {}", entry["source"], entry["text"], entry["url"]))
        }
        _ => None,
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let errors = self.errors();
        if std::thread::panicking() {
            self.screenshot(&format!("failed-{test}"));
            for error in &errors {
                eprintln!("in the page: {error}");
            }
        }
        let chrome = self.session.chrome;
        let closed = if self.is_own {
            chrome.call("", "Target.disposeBrowserContext", json!({ "browserContextId": self.context }))
        } else {
            chrome.call("", "Target.closeTarget", json!({ "targetId": self.target }))
        };
        chrome.inbox.forget(&self.session.id);
        if !std::thread::panicking() {
            assert!(errors.is_empty(), "{}", errors.join("\n"));
            closed.expect("the page can be closed");
        }
    }
}

/// The script behind [`Page::until`]. The deadline is the page's own, a little before ours.
const WAIT: &str = r"new Promise((found, failed) => {
  let why = 'never true', frame, over = false;
  const end = value => {
    if (over) return;
    over = true;
    watch.disconnect(); clearTimeout(limit); cancelAnimationFrame(frame);
    value === undefined ? failed(new Error(why)) : found(value);
  };
  const look = () => {
    try { const value = (EXPRESSION); if (value) end(value === true ? true : value); else why = 'is ' + JSON.stringify(value); }
    catch (error) { why = String(error); }
  };
  const next = () => { if (over) return; look(); frame = requestAnimationFrame(next); };
  const watch = new MutationObserver(look);
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const limit = setTimeout(() => { look(); end(); }, LIMIT);
  next();
})";

/// Waits until an expression is true in a session.
#[track_caller]
pub fn until(session: &Session, expression: &str) -> Value {
    let limit = DEADLINE.as_millis() as u64 * 9 / 10;
    let script = WAIT.replace("LIMIT", &limit.to_string()).replace("EXPRESSION", expression);
    for _ in 0..20 {
        let since = session.mark();
        match session.try_eval(&script) {
            Ok(value) => return value,
            Err(Refused(why)) if is_left(&why) => {
                session.wait("the next page", since.saturating_sub(4), |event| {
                    (event.method == "Runtime.executionContextCreated").then_some(())
                });
            }
            Err(Refused(why)) => panic!("waited for {expression}: {why}"),
        }
    }
    panic!("waited for {expression}: the page is left again and again");
}

/// Whether an evaluation failed because its page was left.
fn is_left(why: &str) -> bool {
    ["context was destroyed", "navigated or closed", "Cannot find context", "Promise was collected"]
        .iter()
        .any(|part| why.contains(part))
}
