//! The server: accepts connections, guards them against slow and greedy clients, and shuts down in order.
//!
//! Knows connections, not requests: what is answered is the business of [`crate::web`]. The order of a shutdown:
//! 1. No connection is accepted any more.
//! 2. `stopping` turns true: event streams say good-bye and end, readiness says no, idle connections are closed.
//! 3. Requests in flight have [`Limits::drain`] to be answered.

mod activity;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tower::Service;

use crate::web;
use activity::{Activity, Watched};

/// What connections may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most connections at once; more wait in the queue of the operating system.
    pub connections: u32,
    /// Most connections at once from one address (of IPv6, one /64 network), besides loopback. Much, since a whole
    /// contact centre may be one address, and so may a proxy.
    pub connections_per_address: usize,
    /// Proxies in front of this server: all connections come from them, so they have no limit of their own.
    pub proxies: Vec<IpAddr>,
    /// Most bytes of a request's line and headers; at least 8 KiB. Room for an address of ten thousand Russian letters, so that
    /// whoever pastes a whole letter into the search is told what is wrong; `web` refuses it, and large headers, in words.
    pub header_bytes: usize,
    /// How long a request's line and headers may take from their first byte, or from the start of the connection.
    pub header_time: Duration,
    /// How long a connection may wait for the next request.
    pub idle_time: Duration,
    /// How long a client may take no byte of what is sent to it.
    pub stall_time: Duration,
    /// How long requests in flight have at a shutdown.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: 2_000,
            proxies: Vec::new(),
            header_bytes: 96 << 10,
            header_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(75),
            stall_time: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// How long to wait when no connection can be accepted, for want of file descriptors or memory.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stop` completes, then shuts down in order. `stopping` is the sender of [`web::State::stopping`].
///
/// # Errors
/// When the listener can accept no connections any more. Want of file descriptors is no such error: it passes.
pub async fn run(
    limits: Limits,
    listener: TcpListener,
    state: Arc<web::State>,
    stop: impl Future<Output = ()>,
    stopping: watch::Sender<bool>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(limits.connections as usize));
    let server = Arc::new(Server {
        router: web::router(state),
        addresses: Mutex::default(),
        stopping: stopping.subscribe(),
        limits,
    });
    let accepted = tokio::select! {
        biased;
        () = stop => Ok(()),
        Err(error) = accept(&server, &places, listener) => Err(error),
    };
    stopping.send_replace(true);
    // Whoever holds all places knows that nobody else holds one.
    let all_gone = places.acquire_many(server.limits.connections);
    if timeout(server.limits.drain, all_gone).await.is_err() {
        let left = server.limits.connections as usize - places.available_permits();
        tracing::warn!(connections = left, "cut off what was not answered in time");
    }
    accepted
}

/// Accepts connections for ever.
async fn accept(server: &Arc<Server>, places: &Arc<Semaphore>, listener: TcpListener) -> io::Result<()> {
    loop {
        let place = places.clone().acquire_owned().await.expect("the semaphore is never closed");
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) if is_of_one_connection(&error) => continue,
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection; trying again");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Some(address) = Address::take(server, peer.ip()) else {
            tracing::debug!(address = %peer.ip(), "refused a connection: too many from one address");
            continue;
        };
        // Answers are written whole, so there is nothing to wait for. If it cannot be set, they are slower, not wrong.
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(server.clone(), stream, address, place));
    }
}

/// What connections share.
struct Server {
    router: Router,
    /// The number of connections of each address.
    addresses: Mutex<HashMap<IpAddr, usize>>,
    stopping: watch::Receiver<bool>,
    limits: Limits,
}

/// Serves one connection until it ends, is cut off, or the server stops.
async fn serve(server: Arc<Server>, stream: TcpStream, address: Address, _place: OwnedSemaphorePermit) {
    let activity = Arc::new(Activity::new());
    let router = server.router.clone();
    let is_proxy = server.limits.proxies.iter().any(|&proxy| counted_as(proxy) == address.1);
    let peer = web::limit::Peer { address: address.1, is_proxy };
    let service = hyper::service::service_fn({
        let activity = activity.clone();
        move |mut request: hyper::Request<hyper::body::Incoming>| {
            activity.request();
            request.extensions_mut().insert(peer);
            let answer = router.clone().call(request);
            let activity = activity.clone();
            async move { answer.await.map(|response| response.map(|body| activity.answer(body))) }
        }
    });
    let io = TokioIo::new(Watched::new(stream, activity.clone()));
    // hyper's own limit of the time for headers would also end connections that merely wait for a request.
    let mut http = http1::Builder::new();
    http.max_buf_size(server.limits.header_bytes).header_read_timeout(None);
    let mut connection = std::pin::pin!(http.serve_connection(io, service));
    let mut stopping = server.stopping.clone();
    let mut stopped = std::pin::pin!(stopping.wait_for(|stopping| *stopping));
    let mut look = std::pin::pin!(sleep_until(activity.next_look(&server.limits)));
    let mut end = None;
    loop {
        tokio::select! {
            biased;
            // A connection that ended in an error is a client that went away or sent no HTTP: hyper has answered what
            // can be answered.
            _ = connection.as_mut() => return,
            _ = &mut stopped, if end.is_none() => {
                connection.as_mut().graceful_shutdown();
                end = Some(Instant::now() + server.limits.drain);
            }
            () = &mut look => {
                if activity.is_overdue(&server.limits) || end.is_some_and(|end| end <= Instant::now()) {
                    return;
                }
                look.as_mut().reset(activity.next_look(&server.limits));
            }
        }
    }
}

/// A connection of an address; when dropped, no longer.
struct Address(Arc<Server>, IpAddr);

impl Address {
    /// Counts a connection, unless its address has too many.
    fn take(server: &Arc<Server>, address: IpAddr) -> Option<Self> {
        let address = counted_as(address);
        let mut addresses = server.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = addresses.entry(address).or_default();
        let is_limited =
            !address.is_loopback() && !server.limits.proxies.iter().any(|&proxy| counted_as(proxy) == address);
        if *count >= server.limits.connections_per_address && is_limited {
            return None;
        }
        *count += 1;
        Some(Self(server.clone(), address))
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        let mut addresses = self.0.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = addresses.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&self.1);
            }
        }
    }
}

/// Returns what an address is counted as: whoever has one address of IPv6 has a whole /64 network of them.
fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
        address => address,
    }
}

/// Returns whether an error concerns the connection that was about to be accepted, not the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(address: &str) -> String {
        counted_as(address.parse().expect("an address")).to_string()
    }

    #[test]
    fn network_of_ipv6_counts_as_one_address() {
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(counted("192.0.2.7"), "192.0.2.7");
        assert_eq!(counted("::1"), "::1");
    }
}
