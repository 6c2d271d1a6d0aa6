//! Tells caches whether rows that they read are still current, apart from writes of other instances.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;
use uuid::Uuid;

/// By then an unanswered statement has run, or never will: its connection is closed. If the database was paused in
/// between, cached rows expire by their age only.
const LATE_WRITE_DELAY: Duration = Duration::from_secs(5);

/// Several owners share a counter, which costs an unnecessary cache miss now and then.
const GROUPS: usize = 256;

/// Whose rows a cache holds, by id. A type of its own, so that the id of something else is not taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner(pub Uuid);

/// The write counters of one instance.
#[derive(Debug, Clone)]
pub(super) struct Generations(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    all: AtomicU64,
    groups: [AtomicU64; GROUPS],
    ended: Notify,
}

/// The generation of one owner's cached rows. Rows are current as long as the generation fetched before reading them
/// is. Writes of this instance end it; writes of other instances do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheGeneration {
    all: u64,
    group: u64,
}

/// Whose cached rows a write makes stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalidates {
    /// Those of all owners: correct for every write. The narrower variants save reads, but must be correct.
    All,
    /// Only those of this owner.
    One(Owner),
    /// None: the rows are not cached, or the writer updates the cache.
    Nothing,
}

/// A write in progress. Dropping it ends the generation: after the commit, and also if nobody waits for the commit any
/// more, or if it failed but could have happened anyway.
#[must_use = "the generation ends when this is dropped, which must be after the commit"]
#[derive(Debug)]
pub struct InvalidationGuard {
    generations: Generations,
    invalidates: Invalidates,
}

impl Generations {
    pub(super) fn generation(&self, owner: Owner) -> CacheGeneration {
        CacheGeneration {
            all: self.0.all.load(Ordering::SeqCst),
            group: self.group(owner).load(Ordering::SeqCst),
        }
    }

    /// Waits until a generation ends that ended after the last call returned. For one caller.
    pub(super) async fn ended(&self) {
        self.0.ended.notified().await;
    }

    pub(super) fn begin(&self, invalidates: Invalidates) -> InvalidationGuard {
        InvalidationGuard {
            generations: self.clone(),
            invalidates,
        }
    }

    /// Selected by the last byte of the id, which is random.
    fn group(&self, owner: Owner) -> &AtomicU64 {
        let [.., last] = owner.0.into_bytes();
        let group = self.0.groups.get(usize::from(last) % GROUPS);
        group.unwrap_or(&self.0.all)
    }
}

impl Default for Generations {
    fn default() -> Self {
        Self(Arc::new(Counters {
            all: AtomicU64::new(0),
            groups: [const { AtomicU64::new(0) }; GROUPS],
            ended: Notify::new(),
        }))
    }
}

impl InvalidationGuard {
    /// Ends the generation now, and again later if the write could still be on its way to the database.
    pub(super) fn end(self, may_be_late: bool) {
        if may_be_late {
            let late_guard = self.generations.begin(self.invalidates);
            tokio::spawn(async move {
                tokio::time::sleep(LATE_WRITE_DELAY).await;
                drop(late_guard);
            });
        }
    }
}

impl Drop for InvalidationGuard {
    fn drop(&mut self) {
        let counter = match self.invalidates {
            Invalidates::All => &self.generations.0.all,
            Invalidates::One(owner) => self.generations.group(owner),
            Invalidates::Nothing => return,
        };
        counter.fetch_add(1, Ordering::SeqCst);
        self.generations.0.ended.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(last: u8) -> Owner {
        let id = format!("01a2042e-4320-774d-a139-b705b70ad0{last:02x}");
        Owner(id.parse().unwrap())
    }

    /// Two owners in different groups.
    fn owners() -> (Owner, Owner) {
        (owner(1), owner(255))
    }

    #[test]
    fn a_write_about_an_owner_ends_that_owners_generation_whichever_owner_it_is() {
        let generations = Generations::default();
        for owner in (0..=255).map(owner) {
            let before = generations.generation(owner);
            drop(generations.begin(Invalidates::One(owner)));
            assert_ne!(generations.generation(owner), before, "{owner:?}");
        }
    }

    #[test]
    fn a_write_ends_the_generation_when_it_is_over_and_not_before() {
        let generations = Generations::default();
        let (ada, _) = owners();
        let before = generations.generation(ada);
        let guard = generations.begin(Invalidates::All);
        assert_eq!(generations.generation(ada), before);
        drop(guard);
        assert_ne!(generations.generation(ada), before);
    }

    #[test]
    fn a_write_about_one_owner_leaves_the_others() {
        let generations = Generations::default();
        let (ada, bob) = owners();
        let before = (generations.generation(ada), generations.generation(bob));
        drop(generations.begin(Invalidates::One(ada)));
        assert_ne!(generations.generation(ada), before.0);
        assert_eq!(generations.generation(bob), before.1);
        let before = generations.generation(bob);
        drop(generations.begin(Invalidates::Nothing));
        assert_eq!(generations.generation(bob), before);
        drop(generations.begin(Invalidates::All));
        assert_ne!(generations.generation(bob), before);
    }

    #[test]
    fn all_who_share_the_database_see_the_end() {
        let generations = Generations::default();
        let (ada, _) = owners();
        for invalidates in [Invalidates::All, Invalidates::One(ada)] {
            let before = generations.generation(ada);
            drop(generations.clone().begin(invalidates));
            assert_ne!(generations.generation(ada), before);
        }
    }
}
