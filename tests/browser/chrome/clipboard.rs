//! What another program would get from the clipboard: read by pasting, so that no permission plays a part.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::page::Page;

/// The system has one clipboard; whoever copies holds it for the time of the test.
static CLIPBOARD: Mutex<()> = Mutex::new(());

/// What was copied.
#[derive(Debug, PartialEq, Eq)]
pub struct Copied {
    /// As `text/plain`.
    pub text: String,
    /// As `text/html`; empty where there is none.
    pub html: String,
}

/// Takes the clipboard.
pub fn clipboard() -> MutexGuard<'static, ()> {
    CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Page {
    /// Pastes into another, empty tab of this reader, and returns what comes.
    #[track_caller]
    pub fn copied(&self) -> Copied {
        let sheet = self.another();
        sheet.eval(
            "void (document.body.contentEditable = true, document.body.focus(), document.onpaste = event => {
               const of = type => event.clipboardData.getData(type);
               document.pasted = { text: of('text/plain'), html: of('text/html') };
             })",
        );
        sheet.key("Ctrl+KeyV");
        let Value::Object(pasted) = sheet.until("document.pasted") else { panic!("nothing was pasted") };
        self.session.call("Page.bringToFront", json!({}));
        let of = |name: &str| pasted[name].as_str().unwrap_or_default().to_owned();
        // Browsers wrap what is on the clipboard as HTML in a page of its own.
        let html = of("html");
        let html = html.split("<!--StartFragment-->").last().unwrap_or_default();
        let html = html.split("<!--EndFragment-->").next().unwrap_or_default();
        let html = html.strip_prefix("<meta charset='utf-8'>").unwrap_or(html);
        Copied { text: of("text").replace("\r\n", "\n"), html: html.trim().to_owned() }
    }
}
