//! Tells caches whether what they read from the database is still current, as far as this instance can know.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use uuid::Uuid;

/// After this time a statement that was sent and not answered has run, or never will: its connection is closed. If the
/// database was stopped in between, cached rows expire by their age alone.
const LATE: Duration = Duration::from_secs(5);

/// Owners share one counter with others, which costs those a cache miss now and then.
const GROUPS: usize = 256;

/// The write counters of one instance.
#[derive(Debug, Clone)]
pub(super) struct Generations(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    all: AtomicU64,
    groups: [AtomicU64; GROUPS],
}

/// The generation of one owner's cached rows. Rows are current while the generation that was asked for before they were
/// read is. Writes of this instance end it; writes of other instances do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheGeneration {
    all: u64,
    group: u64,
}

/// Whose cached rows a write makes stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalidates {
    /// Everybody's. Correct for every write; the narrower ones save others a read, and must be correct.
    All,
    /// Those of this owner alone.
    One(Uuid),
    /// Nobody's: the rows are not cached, or the writer updates the cache.
    Nothing,
}

/// A write in progress. Dropping it ends the generation: after the commit, and also when nobody waits for the commit any
/// more, or it failed and may have happened anyway.
#[must_use = "the generation ends when this is dropped, which must be after the commit"]
#[derive(Debug)]
pub struct InvalidationGuard {
    generations: Generations,
    invalidates: Invalidates,
}

impl Generations {
    pub(super) fn generation(&self, owner: Uuid) -> CacheGeneration {
        CacheGeneration {
            all: self.0.all.load(Ordering::SeqCst),
            group: self.group(owner).load(Ordering::SeqCst),
        }
    }

    pub(super) fn begin(&self, invalidates: Invalidates) -> InvalidationGuard {
        InvalidationGuard {
            generations: self.clone(),
            invalidates,
        }
    }

    /// By the last byte of the id, which is random.
    fn group(&self, owner: Uuid) -> &AtomicU64 {
        let [.., last] = owner.into_bytes();
        let group = self.0.groups.get(usize::from(last) % GROUPS);
        group.unwrap_or(&self.0.all)
    }
}

impl Default for Generations {
    fn default() -> Self {
        Self(Arc::new(Counters {
            all: AtomicU64::new(0),
            groups: [const { AtomicU64::new(0) }; GROUPS],
        }))
    }
}

impl InvalidationGuard {
    /// Ends the generation now, and again later if the write may still be on its way to the database.
    pub(super) fn end(self, may_be_late: bool) {
        if may_be_late {
            let late = self.generations.begin(self.invalidates);
            tokio::spawn(async move {
                tokio::time::sleep(LATE).await;
                drop(late);
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(last: u8) -> Uuid {
        format!("01a2042e-4320-774d-a139-b705b70ad0{last:02x}")
            .parse()
            .unwrap()
    }

    /// Two in different groups.
    fn owners() -> (Uuid, Uuid) {
        (owner(1), owner(255))
    }

    #[test]
    fn a_write_about_an_owner_ends_that_owners_generation_whichever_owner_it_is() {
        let generations = Generations::default();
        for owner in (0..=255).map(owner) {
            let before = generations.generation(owner);
            drop(generations.begin(Invalidates::One(owner)));
            assert_ne!(generations.generation(owner), before, "{owner}");
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
