//! The files that pages need, inside the program, under names that change with their content, so that browsers keep
//! them for good.
//!
//! What is written as modules and style sheets of a sensible size is served as one of each (`join`), without what is written for people
//! (`squeeze`): a browser asks for little, and what the files have in common is compressed once. Nothing is generated and nothing has
//! to be run before the program is built. Modules of two versions never meet in one page, since a page has only one.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::digest::fnv;

mod join;
mod squeeze;

/// The files as they are written.
const FILES: [(&str, &str); 29] = [
    ("article.css", include_str!("../assets/article.css")),
    ("article.js", include_str!("../assets/article.js")),
    ("base.css", include_str!("../assets/base.css")),
    ("copy.js", include_str!("../assets/copy.js")),
    ("demo.js", include_str!("../assets/demo.js")),
    ("favicon.svg", include_str!("../assets/favicon.svg")),
    ("feedback.css", include_str!("../assets/feedback.css")),
    ("feedback.js", include_str!("../assets/feedback.js")),
    ("frame.js", include_str!("../assets/frame.js")),
    ("keys.js", include_str!("../assets/keys.js")),
    ("live.js", include_str!("../assets/live.js")),
    ("local.js", include_str!("../assets/local.js")),
    ("look.js", include_str!("../assets/look.js")),
    ("looks.js", include_str!("../assets/looks.js")),
    ("main.js", include_str!("../assets/main.js")),
    ("offline.js", include_str!("../assets/offline.js")),
    ("outbox.js", include_str!("../assets/outbox.js")),
    ("pages.js", include_str!("../assets/pages.js")),
    ("panel.css", include_str!("../assets/panel.css")),
    ("panel.js", include_str!("../assets/panel.js")),
    ("recent.js", include_str!("../assets/recent.js")),
    ("say.js", include_str!("../assets/say.js")),
    ("search.css", include_str!("../assets/search.css")),
    ("search.js", include_str!("../assets/search.js")),
    ("shelf.js", include_str!("../assets/shelf.js")),
    ("show.js", include_str!("../assets/show.js")),
    ("store.js", include_str!("../assets/store.js")),
    ("sw.js", include_str!("../assets/sw.js")),
    ("widget.js", include_str!("../assets/widget.js")),
];

/// What browsers load, and what it is made of: style sheets behind one another, a module with all that it imports.
const SERVED: [(&str, &[&str]); 6] = [
    ("demo.js", &["demo.js"]),
    ("favicon.svg", &["favicon.svg"]),
    ("look.js", &["look.js"]),
    ("page.css", &["base.css", "search.css", "article.css", "feedback.css", "panel.css"]),
    ("page.js", &["main.js"]),
    ("widget.js", &["widget.js"]),
];

/// The service worker, under a name that stays the same.
const WORKER: (&str, &[&str]) = ("sw.js", &["sw.js"]);

/// What the pages of a tablet load, for the service worker to keep.
const SHELL: [&str; 4] = ["favicon.svg", "look.js", "page.css", "page.js"];

/// A file inside the program.
struct Asset {
    name: &'static str,
    text: Bytes,
    brotli: Bytes,
    address: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let texts: Vec<_> = SERVED.iter().map(|(name, files)| (*name, text(name, files))).collect();
    let worker = of_this_version(&text(WORKER.0, WORKER.1), &texts);
    // As hard as can be takes a tenth of a second, so all at once.
    std::thread::scope(|scope| {
        let made = texts.into_iter().chain([(WORKER.0, worker)]);
        let made: Vec<_> = made.map(|(name, text)| scope.spawn(|| Asset::of(name, text))).collect();
        made.into_iter().filter_map(|one| one.join().ok()).collect()
    })
});

impl Asset {
    fn of(name: &'static str, text: String) -> Self {
        Self { name, brotli: compressed(text.as_bytes()), address: address_of(name, &text), text: text.into() }
    }

    fn media_type(&self) -> &'static str {
        match self.name.rsplit_once('.') {
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "js")) => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        }
    }
}

/// `/assets/<stem>.<hash>.<extension>`.
fn address_of(name: &str, text: &str) -> String {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    format!("/assets/{stem}.{:016x}.{extension}", fnv(text.bytes()))
}

/// What is served under a name.
fn text(name: &str, files: &[&str]) -> String {
    let texts = files.iter().filter_map(|file| source(file));
    match name.rsplit_once('.') {
        Some((_, "js")) => files.iter().map(|file| squeeze::script(&join::joined(file, source))).collect(),
        Some((_, "css")) => texts.map(squeeze::style).collect(),
        _ => texts.collect(),
    }
}

fn source(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The service worker with the addresses of all that pages load, and a hash of them and of itself.
fn of_this_version(text: &str, pages: &[(&str, String)]) -> String {
    let shell = pages.iter().filter(|(name, _)| SHELL.contains(name));
    let shell: Vec<_> = shell.map(|(name, text)| address_of(name, text)).collect();
    let version = fnv(format!("{text}{}", shell.concat()).bytes());
    let text = text.replacen("SHELL=[],VERSION=''", &format!("SHELL={shell:?},VERSION='{version:016x}'"), 1);
    format!("'use strict';{text}") // Not a module for browsers: not all of them start one as a worker.
}

fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Names and compresses all assets, so that no request has to wait for it.
pub(super) fn prepare() {
    LazyLock::force(&ASSETS);
}

/// Returns the address of an asset by its plain name.
pub(super) fn address(name: &str) -> &'static str {
    find(name).map_or("/", |asset| &asset.address)
}

/// `GET /assets/{name}`. A page of the version before may still be open, so a name with another hash is answered too, but
/// not to be kept.
pub(super) async fn asset(Path(asked): Path<String>, headers: HeaderMap) -> Response {
    let known = |asset: &&Asset| {
        let (stem, extension) = asset.name.split_once('.').unwrap_or((asset.name, ""));
        let middle = asked.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension));
        middle.is_some_and(|middle| middle.starts_with('.') && middle.ends_with('.') && !middle.contains('/'))
    };
    let Some(asset) = ASSETS.iter().find(known) else { return StatusCode::NOT_FOUND.into_response() };
    let exact = asset.address.strip_prefix("/assets/") == Some(asked.as_str());
    serve(asset, &headers, if exact { "public, max-age=31536000, immutable" } else { "no-cache" })
}

/// Answers with an asset under a name that stays the same.
pub(super) fn named(name: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let asset = find(name);
    asset.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |asset| serve(asset, headers, cache))
}

/// `GET /favicon.ico`: asked for by programs that read no HTML.
pub(super) async fn favicon(headers: HeaderMap) -> Response {
    let icon = find("favicon.svg");
    icon.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |icon| serve(icon, &headers, "public, max-age=86400"))
}

/// `GET /robots.txt`: a knowledge base of a contact centre is not for search engines.
pub(super) async fn robots() -> Response {
    "User-agent: *\nDisallow: /\n".into_response()
}

fn serve(asset: &Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    let mut response = Response::default();
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type()));
    answered.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    answered.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if takes_brotli(headers) {
        answered.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        answered.insert(VARY, HeaderValue::from_static("accept-encoding"));
        *response.body_mut() = asset.brotli.clone().into();
    } else {
        *response.body_mut() = asset.text.clone().into();
    }
    response
}

/// Whether a reader takes brotli at once; others are answered plainly, and compressed for as any page is.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|one| one.trim() == "br")
}

fn compressed(bytes: &[u8]) -> Bytes {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let mut out = Vec::with_capacity(bytes.len() / 2);
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters).expect("memory takes all");
    out.into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    async fn get(name: &str) -> Response {
        asset(Path(name.to_owned()), HeaderMap::new()).await
    }

    fn file_name(name: &str) -> &'static str {
        address(name).strip_prefix("/assets/").expect("assets are below /assets")
    }

    #[tokio::test]
    async fn asset_is_kept_for_good_only_under_its_own_hash() {
        let cache = |response: Response| response.headers()[CACHE_CONTROL].to_str().expect("ASCII").to_owned();
        for name in ["page.css", "page.js", "look.js"] {
            assert!(cache(get(file_name(name)).await).contains("immutable"), "{name}");
        }
        // A page of another version gets what it names, whole and current.
        assert_eq!(cache(get("page.0.js").await), "no-cache");
        for name in ["page.css.map", "main.js", "passwd"] {
            assert_eq!(get(name).await.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    fn all_files_are_served_and_nothing_is_asked_for_twice() {
        let mut used = BTreeSet::new();
        for file in SERVED.iter().chain([&WORKER]).flat_map(|(_, files)| *files) {
            let all = if file.ends_with(".js") { join::order(file, source) } else { vec![*file] };
            used.extend(all);
        }
        assert_eq!(used, FILES.iter().map(|(name, _)| *name).collect());
        for asset in ASSETS.iter().filter(|asset| asset.name.ends_with(".js")) {
            let text = std::str::from_utf8(&asset.text).expect("UTF-8");
            assert!(!text.contains("'./"), "{} asks for another file", asset.name);
        }
    }

    #[tokio::test]
    async fn brotli_is_sent_to_those_who_take_it() {
        let encoding = async |accepted: &'static str| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            let response = asset(Path(file_name("page.css").to_owned()), headers).await;
            response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().expect("ASCII").to_owned())
        };
        assert_eq!(encoding("gzip, deflate, br, zstd").await.as_deref(), Some("br"));
        assert_eq!(encoding("gzip, br;q=0").await, None);
    }

    #[test]
    fn whole_front_end_stays_small() {
        let sizes: Vec<_> = ASSETS.iter().map(|asset| (asset.name, asset.brotli.len())).collect();
        let total: usize = sizes.iter().map(|(_, size)| size).sum();
        println!("{total} bytes: {sizes:?}");
        assert!(total <= 30 * 1024, "{total} bytes on the wire: {sizes:?}");
        let widget = find("widget.js").map_or(0, |asset| asset.text.len());
        assert!(widget <= 4096, "the custom element has {widget} bytes");
    }

    #[test]
    fn worker_knows_what_pages_load() {
        let worker = std::str::from_utf8(&find("sw.js").expect("a worker").text).expect("UTF-8");
        for name in SHELL {
            assert!(worker.contains(address(name)), "{name} is not kept");
        }
    }
}
