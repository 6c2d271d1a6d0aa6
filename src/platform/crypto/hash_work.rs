//! The work of one verification: a wrong password must cost the same, whatever hash is stored.

use std::sync::atomic::{AtomicU64, Ordering};

use super::hash_cost::HashCost;

/// A more expensive stored hash makes all failures as expensive, up to this many times the configured work. One
/// imported or manipulated row must not slow everybody down.
const MAX_FACTOR: u64 = 4;

/// Memory times passes, in KiB: the blocks that Argon2 fills (RFC 9106, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HashWork(u64);

impl HashWork {
    pub(super) fn of(cost: HashCost) -> Self {
        Self(u64::from(cost.memory_kib) * u64::from(cost.iterations))
    }

    /// The work of an algorithm that takes as long as Argon2 takes to fill so many blocks.
    pub(super) const fn of_blocks(count: u64) -> Self {
        Self(count)
    }

    /// The sum of both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// How many times the work of one hash of `today` this is: rounded up, at least 1. A cheaper cost than the minimum
    /// that servers are set to counts as that minimum.
    pub(super) fn price(self, today: HashCost) -> u32 {
        let one = Self::of(today).max(Self::of(HashCost::OWASP_MINIMUM)).0;
        u32::try_from(self.0.div_ceil(one)).unwrap_or(u32::MAX).max(1)
    }

    /// The costs of the computations that make up the difference to `done`: with no more memory than `today` takes, and
    /// exact to the smallest possible hash, some KiB.
    pub(super) fn missing_after(self, done: Self, today: HashCost) -> Vec<HashCost> {
        // Argon2 needs at least 8 blocks per lane.
        let smallest = 8 * today.parallelism;
        let missing = self.0.saturating_sub(done.0);
        let memory = u64::from(today.memory_kib.max(smallest));
        let part = |memory_kib: u64, iterations: u64| {
            Some(HashCost {
                memory_kib: u32::try_from(memory_kib).ok().filter(|it| *it >= smallest)?,
                iterations: u32::try_from(iterations).ok().filter(|it| *it > 0)?,
                parallelism: today.parallelism,
            })
        };
        let parts = [part(memory, missing / memory), part(missing % memory, 1)];
        parts.into_iter().flatten().collect()
    }
}

/// The minimum work of a failed verification.
#[derive(Debug)]
pub(super) struct WorkFloor {
    configured: HashWork,
    /// The most expensive stored hash that this process has seen.
    max_seen: AtomicU64,
}

impl WorkFloor {
    pub(super) fn new(cost: HashCost) -> Self {
        Self {
            configured: HashWork::of(cost),
            max_seen: AtomicU64::new(0),
        }
    }

    /// Records the work of a stored hash: if the configured cost was lowered, older hashes are more expensive and stay
    /// in use.
    pub(super) fn meet(&self, stored: HashCost) {
        self.max_seen.fetch_max(HashWork::of(stored).0, Ordering::Relaxed);
    }

    pub(super) fn work(&self) -> HashWork {
        let HashWork(configured) = self.configured;
        let max = configured.saturating_mul(MAX_FACTOR);
        HashWork(self.max_seen.load(Ordering::Relaxed).clamp(configured, max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(memory_kib: u32, iterations: u32, parallelism: u32) -> HashCost {
        HashCost {
            memory_kib,
            iterations,
            parallelism,
        }
    }

    #[test]
    fn what_is_missing_is_filled_in_todays_memory() {
        let today = cost(64, 3, 1);
        for (done, parts) in [
            (cost(64, 2, 1), vec![cost(64, 1, 1)]),
            (cost(64, 1, 1), vec![cost(64, 2, 1)]),
            (cost(32, 3, 1), vec![cost(64, 1, 1), cost(32, 1, 1)]),
            (cost(32, 5, 1), vec![cost(32, 1, 1)]),
            // Less than the smallest hash.
            (cost(63, 3, 1), vec![]),
            (today, vec![]),
            (cost(64, 4, 1), vec![]),
        ] {
            let missing = HashWork::of(today).missing_after(HashWork::of(done), today);
            assert_eq!(missing, parts, "{done:?}");
            for part in missing {
                assert!(part.params(32).is_ok(), "{part:?}");
            }
        }
        let lanes = cost(64, 3, 4);
        assert_eq!(
            HashWork::of(lanes).missing_after(HashWork::of(cost(64, 2, 1)), lanes),
            [cost(64, 1, 4)]
        );
    }

    #[test]
    fn the_floor_follows_dearer_hashes_within_reason() {
        let floor = WorkFloor::new(cost(64, 2, 1));
        floor.meet(cost(64, 1, 1));
        assert_eq!(floor.work(), HashWork(128));
        floor.meet(cost(64, 4, 1));
        floor.meet(cost(64, 3, 1));
        assert_eq!(floor.work(), HashWork(256));
        floor.meet(cost(262_144, 32, 1));
        assert_eq!(floor.work(), HashWork(512));
    }
}
