//! Limits what one account may write: changes over time, and transactions at once.

use std::time::Duration;

use entity::UserId;

use super::{Buckets, Place, UnderWay};

/// Most transactions of one account at once. They wait for each other's rows anyway; more of them would only hold
/// connections that others could use.
const MOST_AT_ONCE: u32 = 2;

/// What accounts may write, on this server.
#[derive(Debug)]
pub struct AccountWrites {
    budget: Option<Buckets>,
    under_way: UnderWay,
}

impl AccountWrites {
    /// Without a budget only what is under way at once is limited.
    pub fn new(budget: Option<Buckets>) -> Self {
        Self {
            budget,
            under_way: UnderWay::default(),
        }
    }

    /// Takes one change out of the account's budget, or returns how long until there is one.
    pub fn take(&self, user: UserId) -> Result<(), Duration> {
        self.budget
            .as_ref()
            .map_or(Ok(()), |budget| budget.take(key(user)))
    }

    /// Forgets the accounts whose budget is whole again.
    pub fn tidy(&self) {
        if let Some(budget) = &self.budget {
            budget.tidy();
        }
    }

    /// Waits until few enough transactions of the account are under way. Keep the permit until the transaction has
    /// ended.
    pub async fn place(&self, user: UserId) -> Place {
        let turn = self.under_way.turn(&user.to_string()).await;
        while turn.taken() >= MOST_AT_ONCE {
            turn.freed().await;
        }
        turn.take()
    }
}

/// The second half of an id, which is random.
fn key(user: UserId) -> u64 {
    let (_, random) = user.0.as_u64_pair();
    random
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn two_of_an_account_are_under_way_at_once_and_a_third_waits_for_one_to_end() {
        let writes = AccountWrites::new(None);
        let (ada, bob) = (UserId(uuid::Uuid::nil()), UserId(uuid::Uuid::max()));
        let first = writes.place(ada).await;
        let _second = writes.place(ada).await;
        let _of_bob = writes.place(bob).await;
        let instant = Duration::from_millis(20);
        assert!(timeout(instant, writes.place(ada)).await.is_err());
        drop(first);
        assert!(timeout(Duration::from_secs(5), writes.place(ada)).await.is_ok());
    }
}
