//! What is dear to make and may be used again, such as room to compute in.

use std::sync::{Mutex, PoisonError};

/// Things that are used again.
#[derive(Debug, Default)]
pub(super) struct Pool<T>(Mutex<Vec<T>>);

impl<T: Default> Pool<T> {
    /// Calls `work` with one of them; there are as many as are needed at a time.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let mut one = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let result = work(&mut one);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_again_is_as_it_was_left() {
        let pool: Pool<Vec<u32>> = Pool::default();
        pool.with(|one| {
            one.push(1);
            pool.with(|other| assert!(other.is_empty()));
        });
        assert_eq!(pool.0.into_inner().expect("no panic").into_iter().flatten().collect::<Vec<_>>(), [1]);
    }
}
