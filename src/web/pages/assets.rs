//! The files that pages need, inside the program, under names that change with their content, so that browsers keep
//! them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// A file inside the program.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    text: &'static str,
    /// `/assets/<stem>.<hash>.<extension>`.
    address: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let files = [
        ("otvet.css", "text/css; charset=utf-8", include_str!("../assets/otvet.css")),
        ("otvet.js", "text/javascript; charset=utf-8", include_str!("../assets/otvet.js")),
        ("favicon.svg", "image/svg+xml", include_str!("../assets/favicon.svg")),
    ];
    let assets = files.map(|(name, media_type, text)| {
        let (stem, extension) = name.split_once('.').expect("every name above has an extension");
        let address = format!("/assets/{stem}.{:016x}.{extension}", fingerprint(text.as_bytes()));
        Asset { name, media_type, text, address }
    });
    assets.into()
});

/// Returns the address of an asset by its plain name.
pub(super) fn address(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/", |asset| &asset.address)
}

/// `GET /assets/{name}`. A name with another hash is answered too, but not to be kept: a page of the version before may
/// still be open.
pub(super) async fn asset(Path(asked): Path<String>) -> Response {
    let known = |asset: &&Asset| {
        let (stem, extension) = asset.name.split_once('.').unwrap_or((asset.name, ""));
        let middle = asked.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension));
        middle.is_some_and(|middle| middle.starts_with('.') && middle.ends_with('.') && !middle.contains('/'))
    };
    let Some(asset) = ASSETS.iter().find(known) else { return StatusCode::NOT_FOUND.into_response() };
    let exact = asset.address.strip_prefix("/assets/") == Some(asked.as_str());
    serve(asset, if exact { "public, max-age=31536000, immutable" } else { "no-cache" })
}

/// `GET /favicon.ico`: asked for by programs that read no HTML.
pub(super) async fn favicon() -> Response {
    let icon = ASSETS.iter().find(|asset| asset.name == "favicon.svg");
    icon.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |icon| serve(icon, "public, max-age=86400"))
}

/// `GET /robots.txt`: a knowledge base of a contact centre is not for search engines.
pub(super) async fn robots() -> Response {
    "User-agent: *\nDisallow: /\n".into_response()
}

fn serve(asset: &Asset, cache: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
        (CACHE_CONTROL, HeaderValue::from_static(cache)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, asset.text).into_response()
}

/// FNV-1a (64 bits): it only has to differ when the file does, and must be the same on every server.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn asset_is_kept_for_good_only_under_its_own_hash() {
        let name = address("otvet.css").strip_prefix("/assets/").expect("assets are below /assets").to_owned();
        let cache = |response: Response| response.headers()[CACHE_CONTROL].to_str().expect("ASCII").to_owned();
        assert!(cache(asset(Path(name)).await).contains("immutable"));
        assert_eq!(cache(asset(Path("otvet.0.css".to_owned())).await), "no-cache");
        assert_eq!(asset(Path("otvet.css.map".to_owned())).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(asset(Path("passwd".to_owned())).await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn what_every_page_loads_stays_small() {
        use std::io::Write;
        let size = |name: &str| {
            let text = ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.text);
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(text.as_bytes()).expect("memory takes all");
            encoder.finish().expect("memory takes all").len()
        };
        let (script, style) = (size("otvet.js"), size("otvet.css"));
        assert!(script <= 6 * 1024 && style <= 6 * 1024, "{script} and {style} bytes on the wire");
    }
}
