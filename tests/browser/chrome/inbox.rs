//! What the browser says: answers by number, events by session, and what is done about an event at once.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::network::{Rule, Verdict};

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Such as `Page.loadEventFired`.
    pub method: String,
    /// What is told of it.
    pub params: Value,
}

/// What came and was not yet fetched.
#[derive(Default)]
pub struct Inbox {
    inside: Mutex<Inside>,
    arrived: Condvar,
}

#[derive(Default)]
struct Inside {
    /// Answers by number; `None` until they come. Others were not waited for.
    answers: HashMap<u64, Option<Value>>,
    events: HashMap<String, Vec<Event>>,
    /// What is done about requests of a session that the browser asks about.
    rules: HashMap<String, Vec<Rule>>,
    /// Why nothing will come any more.
    ended: Option<String>,
}

/// A command that an event calls for at once: session, method, parameters.
type Reaction = (String, &'static str, Value);

impl Inbox {
    /// Reads messages until there are no more; `post` sends the commands that some of them call for.
    pub fn fill(&self, mut output: impl BufRead, log: &Path, post: impl Fn(&str, &str, Value)) {
        let mut bytes = Vec::new();
        while matches!(output.read_until(0, &mut bytes), Ok(length) if length > 0) {
            let message: Value = serde_json::from_slice(bytes.strip_suffix(&[0]).unwrap_or(&bytes)).unwrap_or_default();
            bytes.clear();
            for (session, method, params) in self.take(message) {
                post(&session, method, params);
            }
        }
        let log = std::fs::read_to_string(log).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(12).collect();
        let why = last.into_iter().rev().collect::<Vec<_>>().join("\n");
        self.inside().ended = Some(format!("the browser has ended\n{why}"));
        self.arrived.notify_all();
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("nobody panics while holding it")
    }

    fn take(&self, mut message: Value) -> Vec<Reaction> {
        let mut inside = self.inside();
        let mut reactions = Vec::new();
        if let Some(number) = message["id"].as_u64() {
            if let Some(place) = inside.answers.get_mut(&number) {
                *place = Some(message);
            }
        } else if let Some(method) = message["method"].as_str().map(str::to_owned) {
            let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
            let event = Event { method, params: message["params"].take() };
            reactions = inside.react(&session, &event);
            inside.events.entry(session).or_default().push(event);
        }
        drop(inside);
        self.arrived.notify_all();
        reactions
    }

    /// Says that somebody will wait for an answer.
    pub fn expect(&self, number: u64) {
        self.inside().answers.insert(number, None);
    }

    /// Waits until `find` finds something, the browser ends or the time is up.
    fn until<T>(&self, within: Duration, mut find: impl FnMut(&mut Inside) -> Option<T>) -> Result<T, String> {
        let end = Instant::now() + within;
        let mut inside = self.inside();
        loop {
            if let Some(found) = find(&mut inside) {
                return Ok(found);
            }
            if let Some(why) = &inside.ended {
                return Err(why.clone());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(format!("not within {within:?}"));
            }
            inside = self.arrived.wait_timeout(inside, left).expect("nobody panics while holding it").0;
        }
    }

    /// Waits for an answer.
    pub fn answer(&self, number: u64, within: Duration) -> Result<Value, String> {
        self.until(within, |inside| {
            inside.answers.get(&number)?.as_ref()?;
            inside.answers.remove(&number).flatten()
        })
    }

    /// Waits for an event of a session, from the `since`th on.
    pub fn event<T>(
        &self,
        session: &str,
        since: usize,
        within: Duration,
        mut find: impl FnMut(&Event) -> Option<T>,
    ) -> Result<T, String> {
        let mut next = since;
        self.until(within, |inside| {
            let events = inside.events.get(session)?;
            let found = events.iter().skip(next).find_map(&mut find);
            next = events.len();
            found
        })
    }

    /// Returns how many events of a session came.
    pub fn count(&self, session: &str) -> usize {
        self.inside().events.get(session).map_or(0, Vec::len)
    }

    /// Looks at all events of a session.
    pub fn seen<T>(&self, session: &str, find: impl FnMut(&Event) -> Option<T>) -> Vec<T> {
        self.inside().events.get(session).map(|events| events.iter().filter_map(find).collect()).unwrap_or_default()
    }

    /// Forgets a session.
    pub fn forget(&self, session: &str) {
        let mut inside = self.inside();
        inside.events.remove(session);
        inside.rules.remove(session);
    }

    /// Sets what is done about the requests of a session.
    pub fn rule(&self, session: &str, rules: Vec<Rule>) {
        self.inside().rules.insert(session.to_owned(), rules);
    }
}

impl Inside {
    fn react(&self, session: &str, event: &Event) -> Vec<Reaction> {
        let params = &event.params;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event.method.as_str() {
            // A page that waits for a person would hold up its test; that it asked at all is an error there.
            "Page.javascriptDialogOpening" => {
                vec![(session.to_owned(), "Page.handleJavaScriptDialog", json!({ "accept": true }))]
            }
            // A frame of another site or a worker is a session of its own: what goes wrong in it is to be told, too.
            "Target.attachedToTarget" => {
                let child = text(&params["sessionId"]);
                let enable = |method| (child.clone(), method, json!({}));
                vec![enable("Runtime.enable"), enable("Log.enable"), enable("Network.enable")]
            }
            "Fetch.requestPaused" => {
                let url = text(&params["request"]["url"]);
                let rules = self.rules.get(session).map(Vec::as_slice).unwrap_or_default();
                let rule = rules.iter().find(|rule| url.contains(&rule.part));
                let verdict = rule.map_or(&Verdict::Pass, |rule| &rule.verdict);
                verdict
                    .command(&params["requestId"])
                    .map(|(method, params)| (session.to_owned(), method, params))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}
