//! A cache that is bounded by the memory its entries take.

use std::{fmt, hash::Hash};

use quick_cache::{Weighter, sync::Cache};

/// Bytes that an entry takes besides its contents: key, reference counts, its slot in the table.
const OVERHEAD: u64 = 128;

/// Caches as many entries as fit into its memory. Evicts entries that were used only once first.
pub struct ByteBoundedCache<K, V>(Cache<K, Entry<V>, Bytes>);

#[derive(Clone)]
struct Entry<V> {
    value: V,
    bytes: u64,
}

#[derive(Clone)]
struct Bytes;

impl<K, V> Weighter<K, Entry<V>> for Bytes {
    fn weight(&self, _: &K, entry: &Entry<V>) -> u64 {
        entry.bytes
    }
}

impl<K: Eq + Hash, V: Clone> ByteBoundedCache<K, V> {
    /// A cache of at most `bytes`, with a table sized for entries of `typical_entry` bytes.
    pub fn new(bytes: usize, typical_entry: usize) -> Self {
        let entries = bytes / typical_entry.max(1);
        let capacity = u64::try_from(bytes).unwrap_or(u64::MAX);
        Self(Cache::with_weighter(entries.max(1), capacity, Bytes))
    }

    /// The value of `key`, if it is cached.
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        Q: Hash + quick_cache::Equivalent<K> + ?Sized,
    {
        self.0.get(key).map(|entry| entry.value)
    }

    /// Caches `value`, whose contents take `bytes`.
    pub fn insert(&self, key: K, value: V, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(OVERHEAD);
        self.0.insert(key, Entry { value, bytes });
    }

    /// Whether it is not empty and holds at most `bytes`.
    #[cfg(test)]
    pub fn is_within(&self, bytes: u64) -> bool {
        (1..=bytes).contains(&self.0.weight()) && self.0.capacity() <= bytes + 1024
    }
}

/// Shows how many entries there are.
impl<K: Eq + Hash, V: Clone> fmt::Debug for ByteBoundedCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteBoundedCache")
            .field("entries", &self.0.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_entries_come_they_stay_within_the_memory() {
        const BYTES: usize = 256 * 1024;
        let cache = ByteBoundedCache::new(BYTES, 1024);
        let mut missed = 0;
        for count in 0..100_000_usize {
            // A client requests one entry now and then, and inserts it again after an eviction. Slots are random.
            if count % 64 == 0 && cache.get(&usize::MAX).is_none() {
                missed += 1;
                cache.insert(usize::MAX, (), 16);
            }
            cache.insert(count, (), count % 12_000);
            assert!(cache.is_within(BYTES as u64));
        }
        // Out of 1,563 requests.
        assert!(missed < 150, "{missed}");
        assert!(cache.get(&1).is_none());
    }

    #[test]
    fn one_large_entry_has_room() {
        let cache = ByteBoundedCache::new(64 * 1024, 1024);
        cache.insert("a", "b", 16 * 1024);
        assert_eq!(cache.get("a"), Some("b"));
    }
}
