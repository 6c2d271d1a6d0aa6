//! Whether what was read a moment ago still holds, as far as this instance can tell.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The count of changes of one instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes(Arc<AtomicU64>);

/// A point between two changes. What was read after it was asked for holds until another one is current: every change
/// that this instance makes ends it, those of other instances do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch(u64);

/// A change under way. The epoch ends when this is dropped: after the commit, and also where nobody waits for the
/// commit any more, or it failed and may have happened all the same.
#[must_use = "the epoch ends when this is dropped, which must be after the commit"]
#[derive(Debug)]
pub struct Change<'a>(&'a Changes);

impl Changes {
    pub(super) fn epoch(&self) -> Epoch {
        Epoch(self.0.load(Ordering::SeqCst))
    }

    pub(super) fn begin(&self) -> Change<'_> {
        Change(self)
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_ends_the_epoch_when_it_is_over_and_not_before() {
        let changes = Changes::default();
        let before = changes.epoch();
        let change = changes.begin();
        assert_eq!(changes.epoch(), before);
        drop(change);
        assert_ne!(changes.epoch(), before);
    }

    #[test]
    fn all_who_share_the_database_see_the_end() {
        let changes = Changes::default();
        let before = changes.epoch();
        drop(changes.clone().begin());
        assert_ne!(changes.epoch(), before);
    }
}
