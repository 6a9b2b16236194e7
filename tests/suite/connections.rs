//! Connections: slow and greedy clients, and the order of a shutdown. Over real sockets, with limits of milliseconds.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use otvet::server::Limits;
use otvet::web::State;

use crate::api::site::{Site, staff};
use crate::support::running::Running;

impl Running {
    fn of(site: &Site, limits: Limits) -> Self {
        let (editions, reader) = (site.state.editions.clone(), site.state.anonymous);
        Self::start(0, limits, |stopping| State { stopping, ..State::new(editions, reader) })
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).expect("a connection")
    }

    /// Sends a request and returns the connection.
    fn send(&self, request: &str) -> TcpStream {
        let mut stream = self.connect();
        // A server that has seen enough may close before everything is sent.
        let _ = stream.write_all(request.as_bytes());
        stream
    }
}

/// Everything that comes until the connection is closed.
fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A connection that is cut off may be reset instead of closed.
    let _ = stream.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}

/// What comes until a text has come.
fn until(stream: &mut TcpStream, text: &str) -> String {
    let mut all = String::new();
    let mut piece = [0; 4096];
    while !all.contains(text) {
        let read = stream.read(&mut piece).expect("the connection holds");
        assert!(read > 0, "the connection was closed after {all:?}");
        all += &String::from_utf8_lossy(&piece[..read]);
    }
    all
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn client_that_never_finishes_its_headers_is_cut_off() {
    let site = Site::empty(staff());
    let limits = Limits { header_time: Duration::from_millis(40), ..Limits::default() };
    let running = Running::of(&site, limits);
    for begun in ["", "GET /healthz HTTP/1.1\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        assert_eq!(rest(&mut running.send(begun)), "", "{begun:?}");
    }
    running.stop();
}

#[test]
fn connection_may_wait_longer_for_a_request_than_a_request_may_take() {
    let site = Site::empty(staff());
    let limits =
        Limits { header_time: Duration::from_millis(20), idle_time: Duration::from_millis(200), ..Limits::default() };
    let running = Running::of(&site, limits);
    let mut stream = running.send(HEALTH);
    until(&mut stream, "\"ok\"");
    let waited = Instant::now();
    assert_eq!(rest(&mut stream), "");
    assert!(waited.elapsed() >= Duration::from_millis(190), "closed after {:?}", waited.elapsed());
    running.stop();
}

#[test]
fn client_that_takes_nothing_is_cut_off() {
    let site = Site::example(staff());
    let limits = Limits { stall_time: Duration::from_millis(100), ..Limits::default() };
    let running = Running::of(&site, limits);
    let mut stream = running.connect();
    // Requests whose answers nobody reads fill the buffers between both, until the server can send no more.
    let request = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let many = request.repeat(1000);
    let cut_off = loop {
        if let Err(error) = stream.write_all(many.as_bytes()) {
            break error;
        }
    };
    assert!(matches!(cut_off.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{cut_off}");
    running.stop();
}

#[test]
fn headers_that_are_too_large_are_refused() {
    let site = Site::empty(staff());
    let running = Running::of(&site, Limits::default());
    let large =
        format!("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: {}\r\n\r\n", "x".repeat(20_000));
    assert!(rest(&mut running.send(&large)).starts_with("HTTP/1.1 431 "));
    let huge = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: {}\r\n\r\n", "x".repeat(200_000));
    assert!(rest(&mut running.send(&huge)).starts_with("HTTP/1.1 431 "));
    let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(200));
    assert!(rest(&mut running.send(&many)).starts_with("HTTP/1.1 431 "));
    running.stop();
}

#[test]
fn whoever_pastes_ten_thousand_letters_is_told_what_is_wrong() {
    let site = Site::empty(staff());
    let running = Running::of(&site, Limits::default());
    let letters = "%D0%B2".repeat(10_000);
    let answer = rest(
        &mut running.send(&format!("GET /api/v1/search?q={letters} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")),
    );
    assert!(answer.starts_with("HTTP/1.1 414 "), "{answer}");
    assert!(answer.contains("\"code\":\"uri_too_long\""), "{answer}");
    running.stop();
}

#[test]
fn what_is_not_http_is_refused() {
    let site = Site::empty(staff());
    let running = Running::of(&site, Limits::default());
    for bad in [
        "nonsense\r\n\r\n",
        "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n",
    ] {
        let answer = rest(&mut running.send(bad));
        assert!(answer.starts_with("HTTP/1.1 400 "), "{bad:?}: {answer}");
    }
    running.stop();
}

#[test]
fn request_with_a_body_is_answered_without_reading_it() {
    let site = Site::empty(staff());
    let running = Running::of(&site, Limits::default());
    let large = "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
    let answer = rest(&mut running.send(large));
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"body_too_large\""), "{answer}");
    let endless = "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello";
    let answer = rest(&mut running.send(endless));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let smuggled = format!("POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{HEALTH}", HEALTH.len());
    let answers =
        rest(&mut running.send(&format!("{smuggled}{}", HEALTH.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))));
    assert!(answers.starts_with("HTTP/1.1 405 ") && answers.matches("HTTP/1.1 ").count() <= 2, "{answers}");
    running.stop();
}

#[test]
fn shutdown_says_good_bye_to_listeners_and_closes_idle_connections_at_once() {
    let site = Site::example(staff());
    let running = Running::of(&site, Limits::default());
    let mut listeners = Vec::new();
    for _ in 0..20 {
        let mut listener = running.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
        until(&mut listener, "event: edition");
        listeners.push(listener);
    }
    let mut idle = running.send(HEALTH);
    until(&mut idle, "\"ok\"");
    let begun = Instant::now();
    running.stop();
    assert!(begun.elapsed() < Limits::default().drain, "nobody had to be cut off");
    for mut listener in listeners {
        let last = rest(&mut listener);
        assert!(last.contains("event: bye\n"), "{last:?}");
    }
    assert_eq!(rest(&mut idle), "");
}

#[test]
fn shutdown_does_not_wait_for_ever() {
    let site = Site::example(staff());
    let limits = Limits { drain: Duration::from_millis(50), ..Limits::default() };
    let running = Running::of(&site, limits);
    let mut slow = running.send("GET /healthz HTTP/1.1\r\nHost: ");
    // Answered after the slow one was accepted, since connections are accepted in order.
    until(&mut running.send(HEALTH), "\"ok\"");
    running.stop();
    assert_eq!(rest(&mut slow), "");
}

#[test]
fn connections_beyond_the_limit_wait_for_a_place() {
    let site = Site::empty(staff());
    let running = Running::of(&site, Limits { connections: 1, ..Limits::default() });
    let mut first = running.send(HEALTH);
    until(&mut first, "\"ok\"");
    let mut second = running.send(HEALTH);
    drop(first);
    until(&mut second, "\"ok\"");
    drop(second);
    running.stop();
}
