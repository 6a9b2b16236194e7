//! The files that pages need, inside the program, under names that change with their content, so that browsers keep
//! them for good.
//!
//! A module's name also changes with those it imports: its imports are rewritten to their names, in the order in which
//! they need one another. So whoever has one module has, by its name, all that belong to it: modules of two versions
//! never meet in one page.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// The files as they are written.
const FILES: [(&str, &str); 27] = [
    ("article.css", include_str!("../assets/article.css")),
    ("article.js", include_str!("../assets/article.js")),
    ("base.css", include_str!("../assets/base.css")),
    ("copy.js", include_str!("../assets/copy.js")),
    ("demo.js", include_str!("../assets/demo.js")),
    ("favicon.svg", include_str!("../assets/favicon.svg")),
    ("feedback.css", include_str!("../assets/feedback.css")),
    ("feedback.js", include_str!("../assets/feedback.js")),
    ("keys.js", include_str!("../assets/keys.js")),
    ("live.js", include_str!("../assets/live.js")),
    ("local.js", include_str!("../assets/local.js")),
    ("look.js", include_str!("../assets/look.js")),
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

/// Modules that pages name themselves. Such a one is answered under a name of another version, too: it brings its own.
const ENTRIES: [&str; 6] = ["article.js", "demo.js", "look.js", "main.js", "panel.js", "widget.js"];

/// What no page of a tablet loads: the service worker's own modules, which browsers keep with it, and what is for frames.
const ELSEWHERE: [&str; 7] = ["demo.js", "local.js", "pages.js", "panel.css", "panel.js", "sw.js", "widget.js"];

/// How hard assets are compressed, once at the start (brotli, 0 to 11); more takes ten times as long for a thirtieth.
const QUALITY: i32 = 9;

/// A file inside the program.
struct Asset {
    name: &'static str,
    /// With the names of other assets in it.
    text: Bytes,
    brotli: Bytes,
    /// `/assets/<stem>.<hash>.<extension>`.
    address: String,
    /// The addresses of all modules that this one needs before it can run.
    modules: Vec<String>,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut ready: Vec<Asset> = Vec::with_capacity(FILES.len());
    let mut waiting = FILES.to_vec();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|&(name, text)| {
            let asset = Asset::of(name, text, &ready);
            asset.is_none_or(|asset| {
                ready.push(asset);
                false
            })
        });
        assert!(waiting.len() < before, "{waiting:?} import each other or what there is not; a test loads them all");
    }
    ready
});

impl Asset {
    /// Names a file and what it imports; none while one of its imports has no name yet.
    fn of(name: &'static str, text: &str, ready: &[Self]) -> Option<Self> {
        let (stem, extension) = name.split_once('.').expect("every name above has an extension");
        let text = bare(text, extension);
        let (mut named, mut modules) = (String::with_capacity(text.len() + 256), Vec::new());
        let mut rest = text.as_str();
        while extension == "js"
            && let Some((before, behind)) = rest.split_once("'./")
        {
            let (import, behind) = behind.split_once('\'')?;
            let import = ready.iter().find(|asset| asset.name == import)?;
            // `import('./x.js')` is loaded when it is needed, `import x from './x.js'` before anything runs.
            if !before.ends_with('(') {
                modules.extend_from_slice(&import.modules);
                modules.push(import.address.clone());
            }
            named.extend([before, "'.", import.address.trim_start_matches("/assets"), "'"]);
            rest = behind;
        }
        named.push_str(rest);
        modules.sort();
        modules.dedup();
        let address = format!("/assets/{stem}.{:016x}.{extension}", fingerprint(named.as_bytes()));
        Some(Self { name, brotli: compressed(named.as_bytes()), text: named.into(), address, modules })
    }

    fn media_type(&self) -> &'static str {
        match self.name.rsplit_once('.') {
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "js")) => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        }
    }
}

/// Leaves out what is written for people: comments that fill lines, and indentation. They are a fifth of what would go over
/// the wire. So no text in a module may run over lines; a test sees to it.
fn bare(text: &str, extension: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while extension == "css"
        && let Some((before, (_, behind))) = rest.split_once("/*").and_then(|(a, b)| Some((a, b.split_once("*/")?)))
    {
        kept.push_str(before);
        rest = behind;
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.filter(|line| extension != "js" || !line.starts_with("//")).collect();
    lines.join("\n")
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

/// Returns the addresses of all modules that a module needs before it can run.
pub(super) fn modules(name: &str) -> &'static [String] {
    find(name).map_or(&[], |asset| &asset.modules)
}

/// Returns the service worker: with the addresses of all that pages load, and a hash of them and of itself.
pub(super) fn worker() -> &'static str {
    static WORKER_TEXT: LazyLock<String> = LazyLock::new(|| {
        let text = find("sw.js").map_or(&b""[..], |asset| &asset.text);
        let shell: Vec<&str> =
            ASSETS.iter().filter(|one| !ELSEWHERE.contains(&one.name)).map(|one| &*one.address).collect();
        let version = format!("{:016x}", fingerprint(&[text, shell.concat().as_bytes()].concat()));
        let text = String::from_utf8_lossy(text).replace("'./", "'/assets/");
        let known = format!("const SHELL = {shell:?}, VERSION = '{version}';");
        text.replacen("const SHELL = [], VERSION = '';", &known, 1)
    });
    &WORKER_TEXT
}

/// `GET /assets/{name}`. A page of the version before may still be open, so a name with another hash is answered too, but
/// not to be kept. Only a module that others import is not: its importer is of the other version and might not fit.
pub(super) async fn asset(Path(asked): Path<String>, headers: HeaderMap) -> Response {
    let known = |asset: &&Asset| {
        let (stem, extension) = asset.name.split_once('.').unwrap_or((asset.name, ""));
        let middle = asked.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension));
        middle.is_some_and(|middle| middle.starts_with('.') && middle.ends_with('.') && !middle.contains('/'))
    };
    let Some(asset) = ASSETS.iter().find(known) else { return StatusCode::NOT_FOUND.into_response() };
    let exact = asset.address.strip_prefix("/assets/") == Some(asked.as_str());
    if !exact && asset.name.ends_with(".js") && !ENTRIES.contains(&asset.name) {
        return StatusCode::NOT_FOUND.into_response();
    }
    serve(asset, &headers, if exact { "public, max-age=31536000, immutable" } else { "no-cache" })
}

/// Answers with an asset under a name that stays the same.
pub(super) fn named(name: &str, headers: &HeaderMap) -> Response {
    let asset = find(name);
    asset.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |asset| serve(asset, headers, "public, max-age=3600"))
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
    let parameters = brotli::enc::BrotliEncoderParams { quality: QUALITY, ..Default::default() };
    let mut out = Vec::with_capacity(bytes.len() / 2);
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters).expect("memory takes all");
    out.into()
}

/// FNV-1a (64 bits): it only has to differ when the file does, and must be the same on every server.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
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
        for name in ["base.css", "main.js", "say.js"] {
            assert!(cache(get(file_name(name)).await).contains("immutable"), "{name}");
        }
        assert_eq!(cache(get("base.0.css").await), "no-cache");
        assert_eq!(get("base.css.map").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(get("passwd").await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn modules_of_two_versions_never_meet() {
        // A page of another version gets what it names itself, whole and current, but nothing that its modules name.
        assert_eq!(get("main.0.js").await.status(), StatusCode::OK);
        assert_eq!(get("say.0.js").await.status(), StatusCode::NOT_FOUND);
        for asset in ASSETS.iter().filter(|asset| asset.name.ends_with(".js")) {
            let text = std::str::from_utf8(&asset.text).expect("UTF-8");
            for import in text.split("'./").skip(1).filter_map(|rest| rest.split_once('\'')).map(|(name, _)| name) {
                assert!(ASSETS.iter().any(|other| other.address.ends_with(import)), "{} imports {import}", asset.name);
            }
        }
        let needed = modules("main.js");
        assert!(
            needed.iter().any(|module| module == address("say.js")),
            "say.js is needed by those that main.js needs"
        );
    }

    #[tokio::test]
    async fn brotli_is_sent_to_those_who_take_it() {
        let encoding = async |accepted: &'static str| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            let response = asset(Path(file_name("base.css").to_owned()), headers).await;
            response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().expect("ASCII").to_owned())
        };
        assert_eq!(encoding("gzip, deflate, br, zstd").await.as_deref(), Some("br"));
        assert_eq!(encoding("gzip, br;q=0").await, None);
    }

    #[test]
    fn comments_stay_at_home() {
        assert_eq!(bare("// a\nlet a = 'x // y';\n\n  // b\n  f(); // c\n", "js"), "let a = 'x // y';\nf(); // c");
        assert_eq!(bare("/* a\n b */ a { b: c }\n  d { } /* e */\n", "css"), "a { b: c }\nd { }");
        assert_eq!(bare("<svg>\n</svg>", "svg"), "<svg>\n</svg>");
    }

    #[test]
    fn no_text_in_a_module_runs_over_lines() {
        for (name, text) in FILES.iter().filter(|(name, _)| name.ends_with(".js")) {
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                assert!(line.matches('`').count().is_multiple_of(2), "{name}: {line}");
                assert_eq!(
                    line.contains("/*"),
                    line.contains("*/"),
                    "{name}: a comment that could run over lines: {line}"
                );
            }
        }
    }

    #[test]
    fn whole_front_end_stays_small() {
        let sizes: Vec<_> = ASSETS.iter().map(|asset| (asset.brotli.len(), asset.name)).collect();
        let worker = ["local.js", "pages.js", "sw.js"];
        let total = |wanted: &dyn Fn(&str) -> bool| -> usize {
            sizes.iter().filter(|(_, name)| wanted(name)).map(|(size, _)| size).sum()
        };
        let (pages, worker) = (total(&|name| !worker.contains(&name)), total(&|name| worker.contains(&name)));
        assert!(pages <= 30 * 1024, "{pages} bytes of pages on the wire: {sizes:?}");
        assert!(worker <= 12 * 1024, "{worker} bytes of the service worker on the wire: {sizes:?}");
        let widget = find("widget.js").map_or(0, |asset| asset.text.len());
        assert!(widget <= 4096, "the custom element has {widget} bytes");
    }
}
