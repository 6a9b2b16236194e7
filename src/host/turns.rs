//! Turns: of the pushes to the live branch, one after the other is checked, and the next only when git has moved the branch for
//! the one before, or has not.
//!
//! Git alone decides who comes first, under its own lock. But of ten pushes that go on from one commit nine are checked in vain,
//! while everybody waits for the publisher. In turns, nine are told at once that the branch has moved.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::timeout;

/// How long a push waits for its turn. Then it goes on without: that costs a check, never anything that was pushed.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long it is waited until it is known where the branch will be.
const SETTLING: Duration = Duration::from_secs(2);

/// The pushes under way, and which of them has its turn.
#[derive(Debug, Default)]
pub(super) struct Turns {
    last: AtomicU64,
    turn: Arc<Turn<()>>,
    pushes: Mutex<HashMap<u64, Option<OwnedMutexGuard<()>>>>,
}

/// A push under way. When it is over, so is its turn.
#[derive(Debug)]
pub(super) struct Push {
    pub(super) number: u64,
    turns: Arc<Turns>,
}

impl Turns {
    /// Gives a push a number, by which its hooks name it.
    pub(super) fn begin(self: &Arc<Self>) -> Push {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        self.lock().insert(number, None);
        Push { number, turns: self.clone() }
    }

    /// Waits for the turn of a push, in the order of coming, and lets it keep that until it is over or gives it up.
    pub(super) async fn take(&self, number: u64) {
        let Ok(turn) = timeout(PATIENCE, self.turn.clone().lock_owned()).await else { return };
        // A push that was cut off meanwhile would keep it for ever.
        if let Some(push) = self.lock().get_mut(&number) {
            *push = Some(turn);
        }
    }

    /// Waits until it would be the turn of a push, in the order of coming: whoever asks where the branch is before a push is told
    /// where it is then, and does not send in vain what its own git would not have sent.
    pub(super) async fn settled(&self) {
        let _ = timeout(SETTLING, self.turn.lock()).await;
    }

    /// Ends the turn of a push: git has moved the branch.
    pub(super) fn give_up(&self, number: u64) {
        let turn = self.lock().get_mut(&number).and_then(Option::take);
        drop(turn);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Option<OwnedMutexGuard<()>>>> {
        self.pushes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Push {
    fn drop(&mut self) {
        let turn = self.turns.lock().remove(&self.number);
        drop(turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether it is somebody's turn.
    fn is_taken(turns: &Turns) -> bool {
        turns.turn.try_lock().is_err()
    }

    #[tokio::test]
    async fn turn_lasts_until_the_push_is_over_or_gives_it_up() {
        let turns = Arc::<Turns>::default();
        let (first, second) = (turns.begin(), turns.begin());
        turns.take(first.number).await;
        let waiting = turns.take(second.number);
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending(), "the second waits");
        drop(first);
        waiting.await;
        assert!(is_taken(&turns));
        turns.give_up(second.number);
        assert!(!is_taken(&turns));
        drop(second);
        assert!(turns.lock().is_empty());
    }

    #[tokio::test]
    async fn push_that_is_gone_takes_no_turn() {
        let turns = Arc::<Turns>::default();
        let number = turns.begin().number;
        turns.take(number).await;
        assert!(!is_taken(&turns) && turns.lock().is_empty());
    }
}
