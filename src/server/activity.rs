//! What a connection is doing, and whether it takes too long: seen from the bytes that pass and the requests that begin
//! and end.
//!
//! hyper has one limit of time, which covers waiting for a request as well as sending one. A client that keeps a
//! connection for later is welcome to wait; one that sends a byte now and then to hold it is not.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::Limits;

/// What a connection is doing. All of a connection runs in one task, so nothing here is contended; the atomics are for
/// the compiler.
#[derive(Debug)]
pub(super) struct Activity {
    begun: Instant,
    /// A [`Phase`] in the lowest two bits, above them since when, in milliseconds from `begun`.
    phase: AtomicU64,
    /// Since when the client takes nothing, in milliseconds from `begun`, plus one; zero when it does.
    stalled: AtomicU64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
enum Phase {
    /// A request is expected, or some of its headers have come.
    Headers,
    /// A request is being answered.
    Request,
    /// The last one is answered.
    Idle,
}

impl Activity {
    /// Begins with a connection that was just made: its first request is expected.
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), phase: AtomicU64::new(Phase::Headers as u64), stalled: AtomicU64::new(0) }
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX >> 2)
    }

    fn enter(&self, phase: Phase, now: u64) {
        self.phase.store(now << 2 | phase as u64, Ordering::Relaxed);
    }

    /// A request has come.
    pub(super) fn request(&self) {
        self.enter(Phase::Request, self.elapsed());
    }

    /// The answer to the request is being sent, until what is returned is dropped.
    pub(super) fn answer(self: Arc<Self>, body: Body) -> Answer {
        Answer { body, activity: self }
    }

    /// Some bytes have come.
    fn received(&self, now: u64) {
        if self.phase.load(Ordering::Relaxed) & 3 == Phase::Idle as u64 {
            self.enter(Phase::Headers, now);
        }
    }

    /// The client took some bytes, or took none.
    fn sent(&self, some: bool, now: u64) {
        if some {
            self.stalled.store(0, Ordering::Relaxed);
        } else if self.stalled.load(Ordering::Relaxed) == 0 {
            self.stalled.store(now + 1, Ordering::Relaxed);
        }
    }

    /// Returns whether the client takes longer than it may.
    pub(super) fn is_overdue(&self, limits: &Limits) -> bool {
        self.is_overdue_at(self.elapsed(), limits)
    }

    fn is_overdue_at(&self, now: u64, limits: &Limits) -> bool {
        let over = |since: u64, limit: Duration| u128::from(now.saturating_sub(since)) >= limit.as_millis();
        let phase = self.phase.load(Ordering::Relaxed);
        let stalled = self.stalled.load(Ordering::Relaxed);
        let limit = match phase & 3 {
            phase if phase == Phase::Headers as u64 => limits.header_time,
            phase if phase == Phase::Idle as u64 => limits.idle_time,
            _ => Duration::MAX,
        };
        over(phase >> 2, limit) || (stalled != 0 && over(stalled - 1, limits.stall_time))
    }

    /// Returns when to look again. Phases change without anybody being told, so this is half of the shortest limit:
    /// a timer that is set anew with every request would cost each of them.
    pub(super) fn next_look(&self, limits: &Limits) -> Instant {
        let shortest = limits.header_time.min(limits.idle_time).min(limits.stall_time).min(limits.drain);
        Instant::now() + (shortest / 2).max(Duration::from_millis(1))
    }
}

/// A connection whose bytes are noticed.
#[derive(Debug)]
pub(super) struct Watched {
    stream: TcpStream,
    activity: Arc<Activity>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }

    fn noticed<T>(&self, sent: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.activity.sent(sent.is_ready(), self.activity.elapsed());
        sent
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.activity.received(self.activity.elapsed());
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.noticed(sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.noticed(sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of an answer; when dropped, the answer is over and the connection idle.
#[derive(Debug)]
pub(super) struct Answer {
    body: Body,
    activity: Arc<Activity>,
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.activity.enter(Phase::Idle, self.activity.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1000;

    fn limits() -> Limits {
        let seconds = Duration::from_secs;
        Limits { header_time: seconds(10), idle_time: seconds(75), stall_time: seconds(30), ..Limits::default() }
    }

    #[test]
    fn headers_have_ten_seconds_however_often_a_byte_comes() {
        let activity = Activity::new();
        activity.received(9 * SECOND);
        assert!(!activity.is_overdue_at(10 * SECOND - 1, &limits()));
        assert!(activity.is_overdue_at(10 * SECOND, &limits()));
    }

    #[test]
    fn idle_connection_may_wait_longer_than_one_that_sends() {
        let activity = Activity::new();
        activity.enter(Phase::Request, 0);
        assert!(!activity.is_overdue_at(1000 * SECOND, &limits()), "how long an answer takes is our business");
        activity.enter(Phase::Idle, 1000 * SECOND);
        assert!(!activity.is_overdue_at(1074 * SECOND, &limits()));
        activity.received(1074 * SECOND);
        assert!(!activity.is_overdue_at(1083 * SECOND, &limits()));
        assert!(activity.is_overdue_at(1084 * SECOND, &limits()));
    }

    #[test]
    fn client_that_takes_nothing_is_overdue() {
        let activity = Activity::new();
        activity.enter(Phase::Request, 0);
        activity.sent(false, 0);
        activity.sent(false, 20 * SECOND);
        assert!(!activity.is_overdue_at(29 * SECOND, &limits()));
        assert!(activity.is_overdue_at(30 * SECOND, &limits()));
        activity.sent(true, 30 * SECOND);
        assert!(!activity.is_overdue_at(30 * SECOND, &limits()));
    }
}
