//! Dear questions are answered with more than one processor.
//!
//! Most questions take less than it costs to wake a thread, and a busy server has others to answer: only work that would keep
//! somebody waiting is shared.

use std::num::NonZero;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

/// Most threads that work on one question.
const MOST_THREADS: usize = 4;

/// The processors that there are for one question.
static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS));

/// Items that several threads take one after the other.
pub(super) struct Items<'a, T> {
    items: &'a [T],
    next: &'a AtomicUsize,
}

impl<'a, T> Iterator for Items<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        // Each number is given once, and that is all that is asked.
        self.items.get(self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// Shares items among threads, one for each `share` of all the `work` there is, and returns what is made of them, in no order.
/// Each thread gets its items in their order.
pub(super) fn share<T: Sync, R: Send>(
    items: &[T],
    (work, share): (u64, u64),
    make: impl Fn(Items<'_, T>) -> Vec<R> + Sync,
) -> Vec<R> {
    let wanted = usize::try_from(work / share).unwrap_or(usize::MAX);
    let others = wanted.min(*PROCESSORS).min(items.len()).saturating_sub(1);
    let next = AtomicUsize::new(0);
    let make = || make(Items { items, next: &next });
    thread::scope(|scope| {
        // Where no thread can be had, the others do its share.
        let others: Vec<_> = (0..others).filter_map(|_| Builder::new().spawn_scoped(scope, make).ok()).collect();
        let mut made = make();
        for other in others {
            made.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_taken_once_however_many_threads_there_are() {
        let items: Vec<u32> = (0..1000).collect();
        for work in [0, 1, 2, 5, 1_000_000] {
            let mut made = share(&items, (work, 1), |items| {
                let items: Vec<u32> = items.copied().collect();
                assert!(items.is_sorted());
                items
            });
            made.sort_unstable();
            assert_eq!(made, items, "{work}");
        }
    }
}
