//! Refused sign-ins, counted in memory until the worker writes them to the audit log.
//!
//! Strangers can cause as many as they like. A row for each would let them fill the disk, and a statement in the request
//! would tell known addresses from unknown ones.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    fmt, mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use entity::UserId;

use crate::platform::http::client::Client;

/// Maximum number of accounts that are counted separately between two writes.
const MAX_ACCOUNTS: usize = 10_000;

/// Whose sign-ins were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefusedAccount {
    /// Those of this account.
    Known(UserId),
    /// Those with addresses that have no account, all together.
    Unknown,
    /// Those of accounts beyond the maximum, all together.
    Further,
}

/// Where refused sign-ins came from.
#[derive(Clone, PartialEq, Eq)]
pub enum RefusedClient {
    /// All from this client.
    One {
        /// IP address.
        address: Option<String>,
        /// User agent.
        agent: Option<String>,
    },
    /// From different ones.
    Several,
}

/// Hidden: an IP address is personal.
impl fmt::Debug for RefusedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One { .. } => "One",
            Self::Several => "Several",
        })
    }
}

impl RefusedClient {
    fn of(client: &Client) -> Self {
        Self::One {
            address: client.address_text(),
            agent: client.short_agent(),
        }
    }
}

/// The refused sign-ins of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCounts {
    /// How many, by reason.
    pub reasons: BTreeMap<&'static str, u64>,
    /// Where they came from.
    pub client: RefusedClient,
}

/// Counts refused sign-ins. Its memory is bounded.
#[derive(Debug, Default)]
pub struct RefusedSignIns {
    counts: Mutex<HashMap<RefusedAccount, RefusedCounts>>,
}

impl RefusedSignIns {
    /// Counts one.
    pub fn note(&self, account: RefusedAccount, reason: &'static str, client: &Client) {
        let one = RefusedCounts {
            reasons: BTreeMap::from([(reason, 1)]),
            client: RefusedClient::of(client),
        };
        self.add(account, one);
    }

    /// Adds counts, such as those that could not be written.
    pub fn add(&self, account: RefusedAccount, more: RefusedCounts) {
        let mut counts = self.lock();
        let is_full = counts.len() >= MAX_ACCOUNTS;
        let account = match account {
            RefusedAccount::Known(_) if is_full && !counts.contains_key(&account) => RefusedAccount::Further,
            account => account,
        };
        match counts.entry(account) {
            Entry::Vacant(entry) => {
                entry.insert(more);
            }
            Entry::Occupied(mut entry) => {
                let sum = entry.get_mut();
                for (reason, count) in more.reasons {
                    let total = sum.reasons.entry(reason).or_default();
                    *total = total.saturating_add(count);
                }
                if sum.client != more.client {
                    sum.client = RefusedClient::Several;
                }
            }
        }
    }

    /// Forgets those of an account that was deleted: where they came from is personal.
    pub fn forget(&self, user: UserId) {
        self.lock().remove(&RefusedAccount::Known(user));
    }

    /// Returns the counts since the last call.
    pub fn take(&self) -> Vec<(RefusedAccount, RefusedCounts)> {
        mem::take(&mut *self.lock()).into_iter().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RefusedAccount, RefusedCounts>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn account(number: u128) -> RefusedAccount {
        RefusedAccount::Known(UserId(Uuid::from_u128(number)))
    }

    fn client(address: &str) -> Client {
        Client {
            address: Some(address.parse().unwrap()),
            ..Client::default()
        }
    }

    #[test]
    fn they_are_counted_by_account_and_reason_and_taken_once() {
        let refused = RefusedSignIns::default();
        for _ in 0..1_000 {
            refused.note(account(1), "credentials", &client("192.0.2.1"));
            refused.note(RefusedAccount::Unknown, "credentials", &client("192.0.2.1"));
        }
        refused.note(account(1), "disabled", &client("192.0.2.1"));
        refused.note(RefusedAccount::Unknown, "credentials", &client("192.0.2.2"));
        let mut taken = refused.take();
        taken.sort_by_key(|(account, _)| *account);
        let reasons = [("credentials", 1_000), ("disabled", 1)];
        assert_eq!(taken[0].1.reasons, BTreeMap::from(reasons));
        assert_eq!(taken[0].1.client, RefusedClient::of(&client("192.0.2.1")));
        assert_eq!(taken[1].1.reasons, BTreeMap::from([("credentials", 1_001)]));
        assert_eq!(taken[1].1.client, RefusedClient::Several);
        assert_eq!((taken.len(), refused.take().len()), (2, 0));
    }

    #[test]
    fn beyond_the_maximum_they_are_counted_together() {
        let refused = RefusedSignIns::default();
        for number in 0..50_000 {
            refused.note(account(number), "credentials", &client("192.0.2.1"));
        }
        refused.note(account(0), "credentials", &client("192.0.2.1"));
        refused.note(RefusedAccount::Unknown, "credentials", &client("192.0.2.1"));
        let taken: BTreeMap<_, _> = refused.take().into_iter().collect();
        assert_eq!(taken.len(), MAX_ACCOUNTS + 2);
        assert_eq!(taken[&account(0)].reasons["credentials"], 2);
        assert_eq!(taken[&RefusedAccount::Further].reasons["credentials"], 40_000);
    }
}
