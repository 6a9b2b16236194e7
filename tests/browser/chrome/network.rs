//! Requests of a page held back, failed or answered by the test (the Fetch domain), and the state of the network.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::page::Page;

/// What is done about requests whose address holds a text.
#[derive(Debug, Clone)]
pub struct Rule {
    /// A part of the address.
    pub part: String,
    /// What is done.
    pub verdict: Verdict,
}

/// What is done about a request.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It goes to the server.
    Pass,
    /// It waits until the test lets it go.
    Hold,
    /// The connection fails.
    Fail,
    /// The test answers instead of the server.
    Answer {
        /// The status.
        status: u16,
        /// The media type.
        media_type: &'static str,
        /// The body.
        body: String,
    },
}

impl Verdict {
    /// Returns the command that carries it out.
    pub fn command(&self, id: &Value) -> Option<(&'static str, Value)> {
        match self {
            Self::Pass => Some(("Fetch.continueRequest", json!({ "requestId": id }))),
            Self::Hold => None,
            Self::Fail => Some(("Fetch.failRequest", json!({ "requestId": id, "errorReason": "ConnectionRefused" }))),
            Self::Answer { status, media_type, body } => {
                let headers = json!([{ "name": "Content-Type", "value": media_type }]);
                let params = json!({ "requestId": id, "responseCode": status, "responseHeaders": headers, "body": base64(body) });
                Some(("Fetch.fulfillRequest", params))
            }
        }
    }
}

/// A request that waits.
#[derive(Debug, Clone)]
pub struct Held(Value);

impl Page {
    /// Lets the test have a say in every request of the pages opened from now on. Pages already open would go on
    /// without asking for a while.
    pub fn intercept(&self) {
        self.session.call("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] }));
    }

    /// Sets what is done about requests from now on; the first rule that fits counts, other requests go on.
    pub fn rules(&self, rules: &[(&str, Verdict)]) {
        let named = |&(part, ref verdict): &(&str, Verdict)| Rule { part: part.to_owned(), verdict: verdict.clone() };
        self.session.chrome.inbox.rule(&self.session.id, rules.iter().map(named).collect());
    }

    /// Waits for the next held request since a mark.
    #[track_caller]
    pub fn held(&self, since: usize, part: &str) -> Held {
        self.session.wait(&format!("a held request for {part}"), since, |event| {
            let url = event.params["request"]["url"].as_str().unwrap_or_default();
            (event.method == "Fetch.requestPaused" && url.contains(part))
                .then(|| Held(event.params["requestId"].clone()))
        })
    }

    /// Lets a held request go its way, or another. One that the page gave up meanwhile is gone.
    pub fn release(&self, held: &Held, verdict: &Verdict) {
        if let Some((method, params)) = verdict.command(&held.0) {
            let _ = self.session.try_call(method, params);
        }
    }

    /// Returns the addresses asked for since a mark that hold a text.
    pub fn asked(&self, since: usize, part: &str) -> Vec<String> {
        let mut number = 0;
        self.session.seen(|event| {
            number += 1;
            let url = event.params["request"]["url"].as_str().unwrap_or_default();
            (number > since && event.method == "Network.requestWillBeSent" && url.contains(part))
                .then(|| url.to_owned())
        })
    }

    /// Returns how many bytes came over the wire, headers included, since a mark, by address.
    pub fn transferred(&self, since: usize) -> Vec<(String, u64)> {
        let mut number = 0;
        let events = self.session.seen(|event| {
            number += 1;
            (number > since).then(|| event.clone())
        });
        let size = |id: &Value| {
            let of = |event: &&super::Event| event.params["requestId"] == *id;
            let done = events.iter().filter(of).find(|event| event.method == "Network.loadingFinished");
            done.and_then(|event| event.params["encodedDataLength"].as_f64()).unwrap_or_default() as u64
        };
        let sent = events.iter().filter(|event| event.method == "Network.requestWillBeSent");
        sent.map(|event| {
            let url = event.params["request"]["url"].as_str().unwrap_or_default().to_owned();
            (url, size(&event.params["requestId"]))
        })
        .collect()
    }
}

/// Returns text in base 64 (source: RFC 4648).
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            if digit <= three.len() {
                out.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
            } else {
                out.write_char('=').expect("a string takes all");
            }
        }
    }
    out
}

/// Returns the bytes of text in base 64.
pub fn from_base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => u32::from(c - b'A'),
        b'a'..=b'z' => u32::from(c - b'a') + 26,
        b'0'..=b'9' => u32::from(c - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => 0,
    };
    let text = text.trim_end_matches('=').as_bytes();
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for four in text.chunks(4) {
        let bits = four.iter().fold(0u32, |bits, &c| bits << 6 | digit(c)) << (6 * (4 - four.len()));
        out.extend(bits.to_be_bytes()[1..four.len()].iter());
    }
    out
}
