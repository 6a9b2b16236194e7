//! Work that would hold up the async threads is done elsewhere, and only so much of it at a time: beyond that a request
//! is told at once that the server is busy, instead of waiting behind others without an end.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::Semaphore;

use super::api::events::Differences;
use super::error::Problem;

/// Longest that a request waits for its work, in seconds; the work itself is bounded by its inputs.
const PATIENCE: Duration = Duration::from_secs(30);

/// The places for work, and what its results are remembered in.
#[derive(Debug)]
pub struct Work {
    /// Searches, suggestions and lists: what takes longer the larger the base is.
    pub queries: Pool,
    /// Reading former revisions from the repository.
    pub revisions: Pool,
    /// Finding branches and commits.
    pub finding: Pool,
    /// Making editions of them: each takes a core for a while.
    pub previews: Pool,
    /// Reading the event store, which may hang.
    pub events: Pool,
    /// Making bundles for devices, one after the other: whoever waits finds what the one before made.
    pub bundles: Pool,
    /// What changed between editions, for those who listen.
    pub(crate) differences: Differences,
}

impl Default for Work {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            queries: Pool::new(2 * cores, 256),
            revisions: Pool::new(4, 16),
            finding: Pool::new(4, 64),
            previews: Pool::new(2, 16),
            events: Pool::new(2, 16),
            bundles: Pool::new(1, 256),
            differences: Differences::default(),
        }
    }
}

/// Runs blocking work: so much at once, so much waiting, the rest is refused.
#[derive(Debug, Clone)]
pub struct Pool {
    /// One for each piece of work that runs or waits.
    places: Arc<Semaphore>,
    /// One for each piece of work that runs.
    running: Arc<Semaphore>,
}

impl Pool {
    /// Builds a pool in which `running` pieces of work run at once and `waiting` more may wait.
    pub fn new(running: usize, waiting: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(running + waiting)), running: Arc::new(Semaphore::new(running)) }
    }

    /// Runs work off the async threads and returns what it gives.
    ///
    /// # Errors
    /// 429 `busy` when as much as may wait is waiting, 503 `timeout` when it does not get done in time. A panic of the
    /// work goes on in the caller.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        self.run_within(PATIENCE, work).await
    }

    /// Runs work as [`Pool::run`] does, waiting no longer than `patience`.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub async fn run_within<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
        let running = self.running.clone();
        let done = async move {
            let permit = running.acquire_owned().await.expect("the semaphore is never closed");
            // Both places are given back when the work ends, not when the reader loses patience: work that goes on
            // for nobody still counts.
            tokio::task::spawn_blocking(move || {
                let _held = (place, permit);
                work()
            })
            .await
        };
        match tokio::time::timeout(patience, done).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(failed)) => match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Problem::stopping()),
            },
            Err(_) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "the answer took too long")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_beyond_what_may_wait_is_refused_at_once() {
        let pool = Pool::new(1, 0);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move || {
                    begun.send(()).expect("the test waits for it");
                    may_go_on.recv().expect("the test sends it");
                    1
                })
                .await
            }
        });
        has_begun.await.expect("the first piece of work runs");
        let refused = pool.run(|| 2).await.expect_err("there is no place");
        assert_eq!((refused.status, refused.code), (StatusCode::TOO_MANY_REQUESTS, "busy"));
        go_on.send(()).expect("the first piece of work waits for it");
        assert_eq!(first.await.expect("no panic").expect("it had a place"), 1);
        assert_eq!(pool.run(|| 3).await.expect("the place is free again"), 3);
    }

    #[tokio::test]
    async fn patience_ends() {
        let pool = Pool::new(1, 1);
        let held = pool.running.clone().acquire_owned().await.expect("never closed");
        let refused = pool.run_within(Duration::ZERO, || ()).await.expect_err("too long");
        assert_eq!((refused.status, refused.code), (StatusCode::SERVICE_UNAVAILABLE, "timeout"));
        drop(held);
    }
}
