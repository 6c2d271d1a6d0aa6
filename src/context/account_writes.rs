//! Limits what one account may write: changes over time, and transactions at once.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use entity::{SessionId, UserId};
use uuid::Uuid;

use crate::platform::{
    clock::Clock,
    limit::{Buckets, InFlight, Permit, Rate},
};

/// Most transactions of one account at once. They wait for each other's rows anyway; more of them would only hold
/// connections that others could use.
const MAX_TRANSACTIONS: u32 = 2;

/// Changes a minute by which each session may lock others out when the budget of its account is empty: a thief who
/// changes something all the time must not keep the owner from ending that session in another one.
const SESSION_BUDGET: NonZeroU32 = NonZeroU32::new(3).unwrap();

/// What accounts may write, on this server.
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
    /// Without a budget only what is under way at once is limited.
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

    /// Takes one change out of the account's budget, or returns how long until there is one.
    pub fn take(&self, user: UserId) -> Result<(), Duration> {
        let budgets = self.budgets.as_ref();
        budgets.map_or(Ok(()), |budgets| budgets.of_account.take(key(user.0)))
    }

    /// As [`Self::take`], for a change that can lock someone out; if the account's budget is empty, out of the session's
    /// own.
    pub fn take_to_lock_out(&self, user: UserId, session: SessionId) -> Result<(), Duration> {
        let Some(budgets) = &self.budgets else {
            return Ok(());
        };
        budgets.of_account.take(key(user.0)).or_else(|wait| {
            let own = budgets.of_session.take(key(session.0));
            own.map_err(|own| wait.min(own))
        })
    }

    /// Forgets the accounts whose budget is whole again.
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

    /// Waits until few enough transactions of the account are under way. Keep the permit until the transaction has
    /// ended.
    pub async fn place(&self, user: UserId) -> Permit {
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
        let first = writes.place(ada).await;
        let _second = writes.place(ada).await;
        let _of_bob = writes.place(bob).await;
        let instant = Duration::from_millis(20);
        assert!(timeout(instant, writes.place(ada)).await.is_err());
        drop(first);
        assert!(timeout(Duration::from_secs(5), writes.place(ada)).await.is_ok());
    }
}
