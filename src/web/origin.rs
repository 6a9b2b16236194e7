//! Where a request that changes something comes from: other sites may not have their visitors' browsers send any.
//!
//! Browsers say where a request comes from, and pages cannot make them say otherwise. A program says nothing: it has its
//! own will, and nobody's cookies.

use axum::http::header::{HOST, ORIGIN, REFERER};
use axum::http::{HeaderMap, StatusCode, Uri};

use super::error::Problem;

/// Refuses a request that another site's page sent.
///
/// # Errors
/// 403 `cross_site`.
pub(super) fn check(headers: &HeaderMap, public_url: Option<&str>) -> Result<(), Problem> {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("null"));
    // `none` is a person's own doing. The panel in another site's frame is our page, and what it sends is `same-origin`.
    if let Some(site) = header("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(()) } else { Err(refused()) };
    }
    // Over plain HTTP browsers send no `Sec-Fetch-Site`, but do say their origin.
    let Some(origin) = header(ORIGIN.as_str()).or_else(|| header(REFERER.as_str())) else { return Ok(()) };
    let Some(origin) = authority(origin) else { return Err(refused()) };
    let hosts = [header(HOST.as_str()).map(str::to_ascii_lowercase), public_url.and_then(authority)];
    if hosts.into_iter().flatten().any(|host| without_port(&host) == without_port(&origin)) {
        Ok(())
    } else {
        Err(refused())
    }
}

/// Returns the host and port of an address.
fn authority(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    uri.scheme().filter(|scheme| matches!(scheme.as_str(), "http" | "https"))?;
    Some(uri.authority()?.as_str().to_ascii_lowercase())
}

/// Returns a host without the port that goes without saying.
fn without_port(host: &str) -> &str {
    host.strip_suffix(":80").or_else(|| host.strip_suffix(":443")).unwrap_or(host)
}

fn refused() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "cross_site", "the request was sent by a page of another site")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs =
            pairs.iter().map(|(name, value)| (name.parse().expect("a header"), value.parse().expect("a value")));
        check(&pairs.collect::<HeaderMap>(), Some("https://kb.example.org")).is_ok()
    }

    #[test]
    fn pages_of_this_site_and_programs_may_send() {
        assert!(allowed(&[]));
        assert!(allowed(&[("host", "127.0.0.1:8080")]));
        assert!(allowed(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(allowed(&[("sec-fetch-site", "none")]));
        assert!(allowed(&[("host", "KB.local:8080"), ("origin", "http://kb.local:8080")]));
        assert!(allowed(&[("host", "kb.local"), ("origin", "http://kb.local:80")]));
        assert!(allowed(&[("host", "10.0.0.7:8080"), ("origin", "https://kb.example.org")]), "behind a proxy");
        assert!(allowed(&[("host", "kb.local"), ("referer", "http://kb.local/a/vozvrat")]));
    }

    #[test]
    fn pages_of_other_sites_may_not() {
        for site in ["cross-site", "same-site", "", "garbage"] {
            assert!(
                !allowed(&[("host", "kb.local"), ("origin", "http://kb.local"), ("sec-fetch-site", site)]),
                "{site}"
            );
        }
        for origin in [
            "null",
            "",
            "http://evil.example",
            "http://kb.local.evil.example",
            "http://kb.local:9",
            "file://kb.local",
            "kb.local",
        ] {
            assert!(!allowed(&[("host", "kb.local"), ("origin", origin)]), "{origin}");
        }
        assert!(!allowed(&[("host", "kb.local"), ("referer", "http://evil.example/?http://kb.local")]));
    }
}
