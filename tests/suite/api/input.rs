//! Bad input, and what it gets: a problem document with a stable code, never a stall and never a crash.

use axum::body::Body;
use axum::http::{Method, Request};

use otvet::web::State;

use super::site::{Site, get, staff};

#[tokio::test]
async fn bad_parameters_are_named_with_what_is_allowed() {
    let site = Site::example(staff());
    for (address, parameter, allowed) in [
        ("search?limit=abc", "limit", "from 1 to 50"),
        ("search?limit=0", "limit", "from 1 to 50"),
        ("search?limit=51", "limit", "from 1 to 50"),
        ("search?limit=-1", "limit", "from 1 to 50"),
        ("search?limit=1e3", "limit", "from 1 to 50"),
        ("search?offset=1001", "offset", "from 0 to 1000"),
        ("search?offset=-1", "offset", "from 0 to 1000"),
        ("search?exact=maybe", "exact", "`true` or `false`"),
        ("search?q=a&q=b", "q", "several times"),
        ("suggest?limit=51", "limit", "from 1 to 50"),
        ("articles?limit=101", "limit", "from 1 to 100"),
        ("articles?cursor=xyz", "cursor", "`next` of a page before"),
        ("articles?status=gone", "status", "`current`, `draft` or `archived`"),
        ("changes?limit=501", "limit", "from 1 to 500"),
        ("changes?since=yesterday", "since", "a commit id, a time"),
        ("history/vozvrat?limit=1001", "limit", "from 1 to 1000"),
        ("history/vozvrat?from=main", "from", "7 to 40 hexadecimal digits"),
    ] {
        let reply = site.get(&format!("/api/v1/{address}")).await;
        assert_eq!(reply.problem(), (400, "bad_parameter".to_owned()), "{address}");
        let document = reply.json();
        assert_eq!(document["parameter"], parameter, "{address}");
        assert!(document["detail"].as_str().expect("a detail").contains(allowed), "{address}: {}", document["detail"]);
        assert_eq!(document["edition"], reply.header("otvet-edition"));
    }
}

#[tokio::test]
async fn unknown_parameters_and_odd_encodings_are_taken_as_they_come() {
    let site = Site::example(staff());
    for query in ["?utm_source=x", "?", "?&&==&", "?q=%", "?q=%zz%FF%00", "?q=%F0%9F%A6%8A&tag=%ED%A0%80", "?q[]=1"] {
        let reply = site.get(&format!("/api/v1/search{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    }
}

#[tokio::test]
async fn hostile_queries_are_searched_or_refused() {
    let site = Site::example(staff());
    let queries = [
        "(".repeat(1000),
        "NOT%20".repeat(500),
        "/".repeat(3000),
        "%22".repeat(1000),
        "a*".repeat(1000),
        "%E2%80%8B".repeat(300),
    ];
    for query in queries {
        for endpoint in ["search", "suggest"] {
            let reply = site.get(&format!("/api/v1/{endpoint}?q={query}")).await;
            assert_eq!(reply.status, 200, "{endpoint} {query}");
        }
    }
    let long = site.get(&format!("/api/v1/search?q={}", "a".repeat(4097))).await;
    assert_eq!(long.problem(), (414, "query_too_long".to_owned()));
    let longer = site.get(&format!("/api/v1/search?q={}", "a".repeat(10_000))).await;
    assert_eq!(longer.problem(), (414, "uri_too_long".to_owned()));
}

#[tokio::test]
async fn odd_slugs_are_not_found() {
    let site = Site::example(staff());
    for slug in [
        "..",
        "../../etc/passwd",
        "%2e%2e/%2e%2e",
        "%00",
        "%FF",
        "a%0d%0aSet-Cookie:x",
        "vozvrat/",
        "VOZVRAT.md",
        ".git/config",
    ] {
        let reply = site.get(&format!("/api/v1/articles/{slug}")).await;
        assert_eq!(reply.problem(), (404, "article_not_found".to_owned()), "{slug}");
    }
}

#[tokio::test]
async fn programs_are_told_of_unknown_addresses_by_a_document() {
    let site = Site::example(staff());
    for address in
        ["/api", "/api/v1/", "/api/v2/search", "/api/v1/articles/", "/metrics/x", "/openapi.json/", "/problems/none"]
    {
        let reply = site.get_with(address, &[("accept", "text/html")]).await;
        assert_eq!(reply.problem(), (404, "not_found".to_owned()), "{address}");
    }
    let reply = site.get_with("/no/such/page", &[("accept", "text/html")]).await;
    assert_eq!(reply.status, 404);
    assert!(reply.header("content-type").starts_with("text/html"), "people get a page");
}

#[tokio::test]
async fn other_methods_are_refused_and_told_which_are_not() {
    let site = Site::example(staff());
    for address in ["/api/v1/search", "/api/v1/articles/vozvrat", "/healthz", "/a/vozvrat"] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE, Method::CONNECT] {
            if method == Method::CONNECT {
                continue; // Has no path: a client cannot send it to one.
            }
            let reply = site.ask(method.clone(), address).await;
            assert_eq!(reply.problem(), (405, "method_not_allowed".to_owned()), "{method} {address}");
            assert_eq!(reply.header("allow"), "GET, HEAD, OPTIONS");
        }
        let reply = site.ask(Method::OPTIONS, address).await;
        assert_eq!((reply.status.as_u16(), reply.header("allow")), (204, "GET, HEAD, OPTIONS"), "{address}");
    }
}

#[tokio::test]
async fn body_that_nobody_reads_is_refused_when_it_is_large() {
    let site = Site::example(staff());
    let ask = |length: &str| {
        let request = Request::get("/api/v1/articles").header("content-length", length).body(Body::empty());
        request.expect("a good request")
    };
    let router = || otvet::web::router(site.state.clone());
    use tower::ServiceExt;
    let refused = router().oneshot(ask("65537")).await.expect("a router never fails");
    assert_eq!(refused.status(), 413);
    for ignored in ["65536", "0"] {
        let answered = router().oneshot(ask(ignored)).await.expect("a router never fails");
        assert_eq!(answered.status(), 200);
    }
}

#[tokio::test]
async fn every_answer_has_an_id_an_edition_and_the_headers_that_protect_it() {
    let site = Site::example(staff());
    let edition = site.state.editions.current().expect("an edition").edition.revision.commit.to_string();
    for address in [
        "/",
        "/api/v1/articles",
        "/api/v1/articles/no",
        "/api/none",
        "/none",
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/search?q=a",
    ] {
        let reply = site.get(address).await;
        assert_eq!(reply.header("otvet-edition"), edition, "{address}");
        assert_eq!(reply.header("x-request-id").len(), 16, "{address}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{address}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{address}");
        assert!(
            reply.header("content-security-policy").starts_with("default-src 'none'; script-src 'self';"),
            "{address}"
        );
        assert_eq!(reply.header("access-control-allow-origin"), "", "{address}");
    }
}

#[tokio::test]
async fn id_of_a_request_is_kept_when_it_is_well_formed() {
    let site = Site::example(staff());
    let kept = site.get_with("/healthz", &[("x-request-id", "trace-1.a_B")]).await;
    assert_eq!(kept.header("x-request-id"), "trace-1.a_B");
    let replaced = site.get_with("/healthz", &[("x-request-id", "a\"><script>")]).await;
    assert_eq!(replaced.header("x-request-id").len(), 16);
}

#[tokio::test]
async fn codes_of_problems_are_explained_at_their_address() {
    let site = Site::example(staff());
    for (code, status, _) in otvet::web::error::CODES {
        let reply = site.get(&format!("/problems/{code}")).await;
        assert_eq!(reply.status, 200);
        assert!(reply.text().contains(&status.to_string()));
    }
}

#[tokio::test]
async fn what_takes_long_is_refused_when_the_server_is_busy_and_never_told_by_halves() {
    let site = Site::example(staff());
    let mut work = otvet::web::work::Work::default();
    work.queries = otvet::web::work::Pool::new(0, 0);
    let editions = site.state.editions.clone();
    let busy = std::sync::Arc::new(State { work, ..State::new(editions, staff()) });
    // An address that leads nowhere has suggestions or is not answered: never one time with and one time without.
    let nowhere = ["/api/v1/articles/vozvart", "/api/v1/history/vozvart", "/a/vozvart", "/history/vozvart", "/vozvart"];
    let long = ["/", "/changes", "/changes.atom", "/reviews", "/reviews.atom", "/reviews.ics", "/api/v1/reviews"];
    for address in nowhere.into_iter().chain(long) {
        assert_eq!(get(&busy, address).await.status, 429, "{address}");
    }
    for address in ["/a/obmen", "/api/v1/articles/obmen", "/browse", "/status"] {
        assert_eq!(get(&busy, address).await.status, 200, "{address}");
    }
    assert!(site.get("/a/vozvart").await.text().contains("href=\"/a/vozvrat\""));
}
