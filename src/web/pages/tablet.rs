//! What makes a tablet at a counter independent: the service worker, the page that it fills by itself, and what an operating
//! system needs to install Otvet as a program of its own.
//!
//! The worker (`assets/sw.js`) is one file at the top, since it rules no more than what is below its own address. It is written
//! here only as far as it must know what pages load.

use askama::Template;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{Shell, Visit, assets, html};
use crate::text::Words;

/// Icons, by name.
const ICONS: [(&str, &[u8]); 4] = [
    ("icon-192.png", include_bytes!("../assets/icons/icon-192.png")),
    ("icon-512.png", include_bytes!("../assets/icons/icon-512.png")),
    ("maskable-512.png", include_bytes!("../assets/icons/maskable-512.png")),
    ("touch-180.png", include_bytes!("../assets/icons/touch-180.png")),
];

/// Words that devices choose among, by name; the others stand in the templates.
const WORDS: [&str; 16] = [
    "alert_caution",
    "alert_important",
    "alert_note",
    "alert_tip",
    "alert_warning",
    "catalogue",
    "gist",
    "revision_short",
    "say_to_customer",
    "trust_overdue",
    "trust_superseded",
    "trust_unverified",
    "trust_verified",
    "warn_overdue",
    "warn_superseded",
    "warn_unverified",
];

/// Kinds of articles that have names.
const KINDS: [&str; 7] = ["procedure", "reply", "refusal", "example", "playbook", "standard", "overview"];
/// Channels that have names; the empty one is the general answer.
const CHANNELS: [&str; 8] = ["", "email", "mail", "e-mail", "voice", "phone", "chat", "sms"];

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    shell: Shell,
    words: String,
}

/// `GET /offline`: the page that devices fill by themselves; as it stands it says what there is not.
pub(super) async fn page(visit: Visit) -> Response {
    visit.answer(|scene| {
        let w = scene.words();
        html(&OfflinePage { shell: scene.shell("offline", w.offline_title), words: words(w).to_string() })
    })
}

fn words(w: &Words) -> Value {
    let mut words: Map<String, Value> = w
        .all()
        .into_iter()
        .filter(|(name, _)| WORDS.contains(name))
        .map(|(name, text)| (name.to_owned(), text.into()))
        .collect();
    words.extend(w.forms().map(|(name, forms)| (name.to_owned(), json!(forms))));
    words.insert("lang".to_owned(), w.lang().code().into());
    let kind = |name: &str| (name.to_owned(), Value::from(w.kind_name(name)));
    words.insert("kinds".to_owned(), KINDS.into_iter().map(kind).collect());
    let channel =
        |name: &str| (name.to_owned(), Value::from(w.channel_name(Some(name).filter(|name| !name.is_empty()))));
    words.insert("channels".to_owned(), CHANNELS.into_iter().map(channel).collect());
    words.insert("quotes".to_owned(), w.quoted("\0").split('\0').collect());
    words.insert("absent".to_owned(), w.word_not_found("\0").split('\0').collect());
    words.insert("by".to_owned(), w.overdue_by().into());
    words.into()
}

/// `GET /sw.js`.
pub(super) async fn worker(headers: HeaderMap) -> Response {
    assets::named("sw.js", &headers, "no-cache")
}

/// `GET /manifest.webmanifest`.
pub(super) async fn manifest(visit: Visit) -> Response {
    let w = visit.lang.words();
    let icon = |name: &str, sizes: &str, purpose: &str| json!({"src": format!("/icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose});
    let manifest = json!({
        "id": "/",
        "name": w.product,
        "short_name": w.product,
        "description": w.start_hint,
        "lang": w.lang().code(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0a6a5c",
        "icons": [
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("maskable-512.png", "512x512", "maskable"),
        ],
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/manifest+json")),
        (CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    (headers, manifest.to_string()).into_response()
}

/// `GET /icons/{name}`.
pub(super) async fn icon(Path(asked): Path<String>) -> Response {
    let Some((_, image)) = ICONS.iter().find(|(name, _)| *name == asked) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    (headers, *image).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn every_word_that_devices_choose_is_there() {
        let script = include_str!("../assets/pages.js");
        let sent = words(Lang::Ru.words());
        for name in WORDS {
            assert!(sent[name].is_string(), "there is no word `{name}`");
            let beginning = name.split_once('_').map_or(name, |(beginning, _)| beginning);
            let used = script.contains(&format!("w.{name}")) || script.contains(&format!("w['{beginning}_' +"));
            assert!(used, "`{name}` is sent for nothing");
        }
        assert_eq!(sent["quotes"], json!(["«", "»"]));
        assert_eq!(sent["channels"][""], "Коротко");
    }
}
