//! The buckets of many keys, in bounded memory.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher as _,
    time::Duration,
};

use super::pace::{Pace, Rate};

/// Maximum number of keys with their own bucket at a time (some 2 MB). Full buckets need no memory.
pub(super) const MAX_OWN: usize = 1 << 16;

/// Number of buckets that all further keys share.
const SHARED: u64 = 1 << 12;

/// Minimum time in nanoseconds between two sweeps for full buckets, each of which takes some milliseconds.
const SWEEP_INTERVAL: u64 = 1_000_000_000;

/// Buckets of one pace, each stored as the time when it will be full.
#[derive(Debug)]
pub(super) struct BucketTable {
    pace: Pace,
    own: HashMap<u64, u64>,
    shared: HashMap<u64, u64>,
    hasher: RandomState,
    swept_at: u64,
}

/// One bucket, and when it will be full.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    key: u64,
    is_own: bool,
    full_at: u64,
}

impl BucketTable {
    /// Full buckets, with a rate that is `factor` times as high.
    pub(super) fn new(rate: Rate, factor: u32) -> Self {
        Self {
            pace: Pace::of(rate, factor),
            own: HashMap::new(),
            shared: HashMap::new(),
            hasher: RandomState::new(),
            swept_at: 0,
        }
    }

    /// The key's own bucket; none while too many other keys have one.
    pub(super) fn own(&mut self, key: u64, now: u64) -> Option<Bucket> {
        let full_at = self.own.get(&key).copied();
        if full_at.is_none() && self.own.len() >= MAX_OWN {
            self.sweep(now);
            if self.own.len() >= MAX_OWN {
                return None;
            }
        }
        Some(Bucket {
            key,
            is_own: true,
            full_at: full_at.unwrap_or_default(),
        })
    }

    /// The bucket that this key shares with others, if it has no own one.
    pub(super) fn shared(&self, key: u64) -> Bucket {
        // The hash has a secret seed, so attackers cannot choose whose bucket they share.
        let key = self.hasher.hash_one(key) % SHARED;
        Bucket {
            key,
            is_own: false,
            full_at: self.shared.get(&key).copied().unwrap_or_default(),
        }
    }

    /// The bucket after taking `count`, or all that it can hold, which takes effect with [`BucketTable::put`]; or how
    /// long until as many are available.
    pub(super) fn take(&self, count: u32, bucket: Bucket, now: u64) -> Result<Bucket, Duration> {
        let full_at = self.pace.take(count, bucket.full_at, now)?;
        Ok(Bucket { full_at, ..bucket })
    }

    /// The bucket after the same has been given back, which takes effect with [`BucketTable::put`].
    pub(super) fn give_back(&self, count: u32, bucket: Bucket) -> Bucket {
        let full_at = self.pace.give_back(count, bucket.full_at);
        Bucket { full_at, ..bucket }
    }

    /// Stores a bucket that has changed.
    pub(super) fn put(&mut self, bucket: Bucket) {
        let buckets = if bucket.is_own {
            &mut self.own
        } else {
            &mut self.shared
        };
        buckets.insert(bucket.key, bucket.full_at);
    }

    /// Evicts full buckets and returns how many are left.
    pub(super) fn tidy(&mut self, now: u64) -> usize {
        self.swept_at = now;
        for buckets in [&mut self.own, &mut self.shared] {
            buckets.retain(|_, full_at| *full_at > now);
            buckets.shrink_to_fit();
        }
        self.own.len() + self.shared.len()
    }

    fn sweep(&mut self, now: u64) {
        if now.abs_diff(self.swept_at) >= SWEEP_INTERVAL {
            self.swept_at = now;
            self.own.retain(|_, full_at| *full_at > now);
        }
    }
}
