//! How much one address may send: a bucket of tokens for each, filled again as time goes by.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::error::Problem;

/// Most reports from one address at once. Much, since a whole contact centre may be one address.
const BURST: f64 = 300.0;
/// Reports from one address in a second, over time.
const RATE: f64 = 5.0;
/// How many times that a proxy may send, behind which everybody is.
const OF_A_PROXY: f64 = 10.0;
/// Addresses remembered; beyond that those with full buckets are forgotten, which changes nothing.
const MOST: usize = 10_000;

/// Who a connection is with. The server puts it to every request; a request without it comes from this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The address, or of IPv6 its network.
    pub address: IpAddr,
    /// Whether it is a proxy in front of this server.
    pub is_proxy: bool,
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let here = Self { address: Ipv4Addr::LOCALHOST.into(), is_proxy: false };
        Ok(parts.extensions.get().copied().unwrap_or(here))
    }
}

/// The buckets of all addresses.
#[derive(Debug, Default)]
pub struct Buckets(Mutex<HashMap<IpAddr, Bucket>>);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Buckets {
    /// Takes a token.
    ///
    /// # Errors
    /// 429 `too_many_requests`, with the time after which there is one.
    pub fn take(&self, peer: Peer) -> Result<(), Problem> {
        self.take_at(peer, Instant::now())
    }

    fn take_at(&self, peer: Peer, now: Instant) -> Result<(), Problem> {
        let times = if peer.is_proxy { OF_A_PROXY } else { 1.0 };
        let (burst, rate) = (BURST * times, RATE * times);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST && !buckets.contains_key(&peer.address) {
            let full = Duration::from_secs_f64(BURST / RATE);
            buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < full);
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(peer.address).or_insert(Bucket { tokens: burst, at: now });
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        *bucket = Bucket { tokens: (bucket.tokens + passed * rate).min(burst), at: now };
        if bucket.tokens < 1.0 {
            let seconds = ((1.0 - bucket.tokens) / rate).ceil().max(1.0) as u64;
            let detail = "too many reports came from this address; try again in a moment";
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).until(seconds));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8) -> Peer {
        Peer { address: Ipv4Addr::new(10, 0, 0, last).into(), is_proxy: false }
    }

    #[test]
    fn flood_of_one_address_is_stopped_and_others_go_on() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        let taken = (0..1000).filter(|_| buckets.take_at(peer(1), now).is_ok()).count();
        assert_eq!(taken, 300);
        let refused = buckets.take_at(peer(1), now).expect_err("no token");
        assert_eq!((refused.status.as_u16(), refused.more.and_then(|more| more.retry_after)), (429, Some(1)));
        buckets.take_at(peer(2), now).expect("another address");
        buckets.take_at(peer(1), now + Duration::from_secs(1)).expect("a token again");
        let proxy = Peer { is_proxy: true, ..peer(3) };
        assert_eq!((0..5000).filter(|_| buckets.take_at(proxy, now).is_ok()).count(), 3000);
    }

    #[test]
    fn addresses_without_number_take_no_memory_without_end() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        for number in 0..3 * MOST as u32 {
            let peer = Peer { address: Ipv4Addr::from(number).into(), is_proxy: false };
            buckets.take_at(peer, now).expect("a token");
        }
        assert!(buckets.0.lock().expect("a lock").len() <= MOST);
    }
}
