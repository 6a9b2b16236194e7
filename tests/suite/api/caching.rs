//! Validators, compression, and bytes that depend on nothing but the edition and the request.

use std::io::Read;

use axum::http::Method;

use super::site::{EXAMPLE, Site, get, public, staff};

const CACHED: [&str; 7] = [
    "/api/v1/search?q=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82",
    "/api/v1/suggest?q=%D0%B2",
    "/api/v1/articles",
    "/api/v1/articles/vozvrat",
    "/api/v1/history/vozvrat",
    "/api/v1/changes",
    "/api/v1/diagnostics",
];

#[tokio::test]
async fn answer_that_the_reader_has_is_not_sent_again() {
    let mut site = Site::example(staff());
    for address in CACHED {
        let reply = site.get(address).await;
        let etag = reply.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{address}: {etag}");
        assert_eq!(reply.header("cache-control"), "private, no-cache");
        let again = site.get_with(address, &[("if-none-match", &etag)]).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{address}");
        assert_eq!((again.header("etag"), again.header("otvet-edition")), (&*etag, reply.header("otvet-edition")));
        let any = site.get_with(address, &[("if-none-match", "*")]).await;
        assert_eq!(any.status, 304, "{address}");
        let other = site.get_with(address, &[("if-none-match", "\"x\", W/\"y\"")]).await;
        assert_eq!(other.status, 200, "{address}");
    }
    let etag = site.get(CACHED[3]).await.header("etag").to_owned();
    site.publish(&[("new.md", "# Новое\n\nТекст.")], "another edition");
    let reply = site.get_with(CACHED[3], &[("if-none-match", &etag)]).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn validators_differ_by_request_and_reader() {
    let site = Site::example(staff());
    let mut etags = Vec::new();
    for address in CACHED {
        etags.push(site.get(address).await.header("etag").to_owned());
        etags.push(get(&site.seen_by(public()), address).await.header("etag").to_owned());
    }
    let all = etags.len();
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), all);
}

#[tokio::test]
async fn problem_is_never_kept() {
    let site = Site::example(staff());
    let reply = site.get_with("/api/v1/articles/no-such", &[("if-none-match", "*")]).await;
    assert_eq!(reply.problem().0, 404, "whatever there is would be good enough, but there is nothing");
    assert_eq!((reply.header("etag"), reply.header("cache-control")), ("", "no-store"));
}

#[tokio::test]
async fn what_differs_from_server_to_server_is_never_kept() {
    let site = Site::example(staff());
    for address in ["/api/v1/edition", "/healthz", "/readyz", "/metrics"] {
        let reply = site.get(address).await;
        assert_eq!((reply.header("etag"), reply.header("cache-control")), ("", "no-store"), "{address}");
    }
}

#[tokio::test]
async fn equal_editions_give_equal_bytes_however_they_came_about() {
    let at_once = Site::example(staff());
    let mut in_steps = Site::empty(staff());
    // Published twice before the same commit is made: the repositories are the same, the indexes were built differently.
    in_steps.publish(EXAMPLE, "first");
    let twin = Site::example(staff());
    for address in CACHED {
        let reply = at_once.get(address).await;
        for other in [&in_steps, &twin] {
            let other = other.get(address).await;
            assert_eq!(reply.body, other.body, "{address}");
            assert_eq!(reply.header("etag"), other.header("etag"), "{address}");
        }
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let site = Site::example(staff());
    for address in CACHED.into_iter().chain(["/healthz", "/readyz", "/openapi.json", "/api/v1/articles/no-such"]) {
        let (get, head) = (site.get(address).await, site.ask(Method::HEAD, address).await);
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{address}");
        for name in ["content-type", "content-length", "etag", "otvet-edition", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {address}");
        }
        assert_ne!(head.header("content-length"), "", "{address}");
    }
}

#[tokio::test]
async fn large_answers_are_compressed_for_whoever_can_read_that() {
    let site = Site::example(staff());
    let plain = site.get("/openapi.json").await;
    assert_eq!(plain.header("content-encoding"), "");
    let gzip = site.get_with("/openapi.json", &[("accept-encoding", "gzip")]).await;
    assert_eq!((gzip.header("content-encoding"), gzip.header("vary")), ("gzip", "accept-encoding"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&*gzip.body).read_to_end(&mut unpacked).expect("gzip");
    assert_eq!(unpacked, plain.body);
    assert!(gzip.body.len() * 4 < plain.body.len());
    let brotli = site.get_with("/openapi.json", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(brotli.header("content-encoding"), "br");
    let small = site.get_with("/healthz", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(small.header("content-encoding"), "");
}
