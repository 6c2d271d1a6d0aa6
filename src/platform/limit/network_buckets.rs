//! Buckets of networks, each counted together with the larger networks around it.

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    Buckets, Prefix, Rate,
    bucket_table::{Bucket, BucketTable},
    pace::nanoseconds,
};
use crate::platform::clock::Clock;

/// Buckets that refill at a steady rate, one for each prefix of an address. So a client with many small networks is
/// limited by the allowance of its large one.
///
/// While too many prefixes of one width are counted, further ones are counted only with the next wider ones. So
/// requests from all over one network empty only its own buckets.
pub struct NetworkBuckets {
    /// One table for each width.
    tables: Mutex<[BucketTable; Prefix::WIDTHS]>,
    /// The shared bucket of callers without an address.
    unknown: Buckets,
    clock: Arc<dyn Clock>,
}

impl NetworkBuckets {
    /// Full buckets. `rate` is that of the smallest networks; larger ones have a multiple of it.
    pub fn new(rate: Rate, clock: Arc<dyn Clock>) -> Self {
        Self {
            tables: Mutex::new(Prefix::factors().map(|factor| BucketTable::new(rate, factor))),
            unknown: Buckets::new(rate, clock.clone()),
            clock,
        }
    }

    /// Takes one from the bucket of each prefix of `address`. If one of them is empty, takes nothing and fails with the
    /// time until each has one. Callers without an address share one bucket.
    pub fn take(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        self.take_many(address, 1)
    }

    /// Like [`NetworkBuckets::take`] for `count`, or for a whole bucket where one cannot hold as many.
    pub fn take_many(&self, address: Option<IpAddr>, count: u32) -> Result<(), Duration> {
        let Some(address) = address else {
            return self.unknown.take_many(0, count);
        };
        let now = nanoseconds(self.clock.as_ref());
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = Duration::ZERO;
        let mut taken = Vec::with_capacity(Prefix::WIDTHS);
        for (width, bucket) in of_prefixes(&mut tables, address, now) {
            let Some(table) = tables.get(width) else { continue };
            match table.take(count, bucket, now) {
                Ok(bucket) => taken.push((width, bucket)),
                Err(until) => wait = wait.max(until),
            }
        }
        if wait > Duration::ZERO {
            return Err(wait);
        }
        put(&mut tables, taken);
        Ok(())
    }

    /// Gives back what [`NetworkBuckets::take_many`] took.
    pub fn give_back(&self, address: Option<IpAddr>, count: u32) {
        let Some(address) = address else {
            return self.unknown.give_back(0, count);
        };
        let now = nanoseconds(self.clock.as_ref());
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let mut given = Vec::with_capacity(Prefix::WIDTHS);
        for (width, bucket) in of_prefixes(&mut tables, address, now) {
            let Some(table) = tables.get(width) else { continue };
            given.push((width, table.give_back(count, bucket)));
        }
        put(&mut tables, given);
    }

    /// Evicts full buckets and returns how many are left.
    pub fn tidy(&self) -> usize {
        let now = nanoseconds(self.clock.as_ref());
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.iter_mut().map(|table| table.tidy(now)).sum::<usize>() + self.unknown.tidy()
    }
}

/// The buckets of the prefixes of `address`, each with the width of its prefix. Where too many are in use, that of the
/// next wider prefix alone counts.
fn of_prefixes(
    tables: &mut [BucketTable; Prefix::WIDTHS],
    address: IpAddr,
    now: u64,
) -> Vec<(usize, Bucket)> {
    let mut buckets = Vec::with_capacity(Prefix::WIDTHS);
    let mut prefixes = Prefix::of(address).peekable();
    while let Some(prefix) = prefixes.next() {
        let Some(table) = tables.get_mut(prefix.width()) else {
            continue;
        };
        match table.own(prefix.bits(), now) {
            Some(bucket) => buckets.push((prefix.width(), bucket)),
            None if prefixes.peek().is_some() => {}
            None => buckets.push((prefix.width(), table.shared(prefix.bits()))),
        }
    }
    buckets
}

fn put(tables: &mut [BucketTable; Prefix::WIDTHS], buckets: Vec<(usize, Bucket)>) {
    for (width, bucket) in buckets {
        if let Some(table) = tables.get_mut(width) {
            table.put(bucket);
        }
    }
}

impl fmt::Debug for NetworkBuckets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetworkBuckets").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::{Ipv4Addr, Ipv6Addr},
        num::NonZeroU32,
        sync::atomic::Ordering,
    };

    use proptest::prelude::*;

    use super::*;
    use crate::platform::limit::stopped::Stopped;

    /// The rate of sign-ins: ten at once, then one every three seconds.
    fn buckets() -> (NetworkBuckets, Arc<Stopped>) {
        let clock = Arc::new(Stopped::default());
        let rate = Rate {
            count: NonZeroU32::new(20).unwrap(),
            period: Duration::from_mins(1),
            burst: NonZeroU32::new(10).unwrap(),
        };
        (NetworkBuckets::new(rate, clock.clone()), clock)
    }

    /// How many requests are admitted, with one from each of these addresses.
    fn admitted<A: Into<IpAddr>>(buckets: &NetworkBuckets, addresses: impl IntoIterator<Item = A>) -> usize {
        let takes = addresses
            .into_iter()
            .map(|address| buckets.take(Some(address.into())));
        takes.flatten().count()
    }

    /// The /64 of this number in 2001:db8:`site`::/48.
    fn within_site(site: u16, number: u16) -> Ipv6Addr {
        Ipv6Addr::new(0x2001, 0xdb8, site, number, 0, 0, 0, 1)
    }

    #[test]
    fn whoever_has_a_larger_network_has_the_allowance_of_that_one() {
        let (buckets, clock) = buckets();
        assert_eq!(
            admitted(&buckets, (0..100).map(|_| within_site(1, 0))),
            10,
            "a /64"
        );
        assert_eq!(
            admitted(&buckets, (0..256).map(|it| within_site(1, it))),
            30,
            "the rest of its /56"
        );
        assert_eq!(
            admitted(&buckets, (0..u16::MAX).map(|it| within_site(1, it))),
            40,
            "the rest of its /48"
        );
        assert_eq!(
            admitted(&buckets, (0..u16::MAX).map(|it| within_site(it, it))),
            560,
            "the rest of its /32"
        );
        let elsewhere = Ipv6Addr::new(0x2001, 0xdb9, 0, 0, 0, 0, 0, 1);
        assert_eq!(admitted(&buckets, [elsewhere]), 1, "another /32");
        assert_eq!(
            admitted(&buckets, (0..4_000_u32).map(|it| Ipv4Addr::from_bits(it << 8))),
            4_000
        );
        assert_eq!(
            admitted(&buckets, (0..256_u32).map(Ipv4Addr::from_bits)),
            79,
            "one /24"
        );
        clock.0.store(3, Ordering::SeqCst);
        assert_eq!(
            admitted(&buckets, (0..4_000).map(|it| within_site(1, it))),
            8,
            "a /48 after 3 seconds"
        );
    }

    #[test]
    fn what_one_network_is_refused_takes_nothing_from_those_around_it() {
        let (buckets, _) = buckets();
        assert_eq!(admitted(&buckets, (0..1_000).map(|_| within_site(1, 0))), 10);
        assert_eq!(
            admitted(&buckets, (0..10).map(|_| within_site(1, 1))),
            10,
            "the next /64"
        );
        assert_eq!(
            admitted(&buckets, (0..1_000).map(|it| within_site(1, 256 + it))),
            60,
            "the rest of the /48"
        );
        assert_eq!(
            buckets.take(Some(within_site(1, 0).into())),
            Err(Duration::from_secs(3))
        );
    }

    #[test]
    fn what_takes_many_leaves_few_and_what_is_given_back_is_there_again() {
        for address in [Some(within_site(1, 0).into()), None] {
            let (buckets, clock) = buckets();
            assert_eq!(buckets.take_many(address, 8), Ok(()));
            assert_eq!(buckets.take_many(address, 4), Err(Duration::from_secs(6)));
            assert_eq!(buckets.take_many(address, 2), Ok(()));
            assert_eq!(buckets.take(address), Err(Duration::from_secs(3)));
            buckets.give_back(address, 8);
            assert_eq!(buckets.take_many(address, 8), Ok(()));
            // More than it ever holds is all that it holds.
            assert_eq!(buckets.take_many(address, 1_000), Err(Duration::from_secs(30)));
            clock.0.store(30, Ordering::SeqCst);
            assert_eq!(buckets.take_many(address, 1_000), Ok(()));
            assert_eq!(buckets.take(address), Err(Duration::from_secs(3)));
            buckets.give_back(address, 1_000);
            assert_eq!(buckets.take_many(address, 10), Ok(()));
            assert!(buckets.take(address).is_err(), "no more than a full bucket");
        }
    }

    #[test]
    fn callers_without_an_address_are_one_network() {
        let (buckets, _) = buckets();
        assert_eq!((0..100).filter(|_| buckets.take(None).is_ok()).count(), 10);
        assert_eq!(admitted(&buckets, [Ipv4Addr::UNSPECIFIED]), 1);
    }

    #[test]
    fn when_all_buckets_are_in_use_newcomers_are_counted_with_their_larger_network() {
        let (buckets, clock) = buckets();
        // A botnet with two addresses in each of many /24.
        let (mut everywhere, mut number) = (0, 0_u32);
        while everywhere < 1 << 16 {
            everywhere += admitted(&buckets, [Ipv4Addr::from_bits(number)]);
            number += 1 << 7;
        }
        let newcomer = |it: u32| Ipv4Addr::from_bits(0xC000_0200 + it);
        // Single addresses (/32) are no longer counted, but their /24 is.
        assert_eq!(admitted(&buckets, (0..100).map(|_| newcomer(1))), 80);
        assert_eq!(admitted(&buckets, (0..100).map(newcomer)), 0);
        assert_eq!(
            admitted(&buckets, (0..100).map(|it| within_site(1, it << 8))),
            80,
            "IPv6 has its own"
        );
        clock.0.store(60, Ordering::SeqCst);
        assert_eq!(admitted(&buckets, (0..100).map(|_| newcomer(1))), 10);
        assert!(buckets.tidy() > 0);
        clock.0.store(120, Ordering::SeqCst);
        assert_eq!(buckets.tidy(), 0);
    }

    proptest! {
        /// Whatever one /48 does, no network outside its /32 is refused its first try.
        #[test]
        fn one_site_never_empties_the_bucket_of_another(
            requests in proptest::collection::vec(any::<(u16, u64)>(), 1..2_000),
            others in proptest::collection::vec(any::<u32>(), 1..50),
        ) {
            let (buckets, _) = buckets();
            for (number, host) in requests {
                let bits = within_site(1, number).to_bits() & !u128::from(u64::MAX) | u128::from(host);
                let _ = buckets.take(Some(Ipv6Addr::from_bits(bits).into()));
            }
            for other in others {
                // Most are in different larger networks, so they do not limit each other.
                let v6 = Ipv6Addr::new(0x2002, u16::try_from(other >> 16).unwrap(), 0, 0, 0, 0, 0, 1);
                prop_assert_eq!(admitted(&buckets, [Ipv4Addr::from_bits(other)]), 1);
                prop_assert_eq!(admitted(&buckets, [v6]), 1);
            }
        }
    }
}
