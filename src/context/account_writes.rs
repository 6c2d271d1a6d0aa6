//! Limits the writes of one account: changes over time, and concurrent transactions.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use entity::{SessionId, UserId};
use uuid::Uuid;

use crate::platform::{
    clock::Clock,
    limit::{Buckets, InFlight, Permit, Rate},
};

/// Maximum number of concurrent transactions per account. They wait for each other's row locks anyway; more would only
/// hold connections that others could use.
const MAX_TRANSACTIONS: u32 = 2;

/// Changes per minute that each session may still make to end sessions when the account's budget is empty: a thief who
/// uses up that budget must not keep the owner from revoking the stolen session.
const SESSION_BUDGET: NonZeroU32 = NonZeroU32::new(3).unwrap();

/// The write limits of all accounts on this server.
#[derive(Debug)]
pub struct AccountWrites {
    budgets: Option<Budgets>,
    in_flight: InFlight,
}

#[derive(Debug)]
struct Budgets {
    of_account: Buckets,
    of_session: Buckets,
}

impl AccountWrites {
    /// Without a `rate`, only concurrent transactions are limited.
    pub fn new(rate: Option<Rate>, clock: &Arc<dyn Clock>) -> Self {
        let of_session = Rate {
            count: SESSION_BUDGET,
            period: Duration::from_mins(1),
            burst: SESSION_BUDGET,
        };
        let budgets = rate.map(|rate| Budgets {
            of_account: Buckets::new(rate, Arc::clone(clock)),
            of_session: Buckets::new(of_session, Arc::clone(clock)),
        });
        Self {
            budgets,
            in_flight: InFlight::default(),
        }
    }

    /// Takes one change from the account's budget, or returns the time until one is available.
    pub fn take(&self, user: UserId) -> Result<(), Duration> {
        let budgets = self.budgets.as_ref();
        budgets.map_or(Ok(()), |budgets| budgets.of_account.take(key(user.0)))
    }

    /// Like [`Self::take`], for a change that ends sessions: if the account's budget is empty, it takes from the
    /// session's own.
    pub fn take_for_revocation(&self, user: UserId, session: SessionId) -> Result<(), Duration> {
        let Some(budgets) = &self.budgets else {
            return Ok(());
        };
        budgets.of_account.take(key(user.0)).or_else(|wait| {
            let own = budgets.of_session.take(key(session.0));
            own.map_err(|own| wait.min(own))
        })
    }

    /// Evicts the budgets that are full again.
    pub fn tidy(&self) {
        if let Some(Budgets {
            of_account,
            of_session,
        }) = &self.budgets
        {
            of_account.tidy();
            of_session.tidy();
        }
    }

    /// Waits until the account may begin another transaction. Keep the permit until the transaction has ended.
    pub async fn permit(&self, user: UserId) -> Permit {
        let turn = self.in_flight.turn(&user.to_string()).await;
        while turn.taken() >= MAX_TRANSACTIONS {
            turn.freed().await;
        }
        turn.take()
    }
}

/// The second half of an id, which is random.
fn key(id: Uuid) -> u64 {
    let (_, random) = id.as_u64_pair();
    random
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;
    use crate::platform::limit::stopped::Stopped;

    #[tokio::test]
    async fn two_of_an_account_are_under_way_at_once_and_a_third_waits_for_one_to_end() {
        let clock: Arc<dyn Clock> = Arc::new(Stopped::default());
        let writes = AccountWrites::new(None, &clock);
        let (ada, bob) = (UserId(Uuid::nil()), UserId(Uuid::max()));
        let first = writes.permit(ada).await;
        let _second = writes.permit(ada).await;
        let _of_bob = writes.permit(bob).await;
        let instant = Duration::from_millis(20);
        assert!(timeout(instant, writes.permit(ada)).await.is_err());
        drop(first);
        assert!(timeout(Duration::from_secs(5), writes.permit(ada)).await.is_ok());
    }
}
