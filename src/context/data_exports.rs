//! Limits exports of personal data: each reads everything that is held on a person.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use entity::UserId;

use crate::platform::{
    clock::Clock,
    failure::Denied,
    limit::{Buckets, InFlight, Permit, Rate},
};

/// Exports per hour and account.
const PER_HOUR: NonZeroU32 = NonZeroU32::new(10).unwrap();

/// How many of them are allowed at once after a pause.
const BURST: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// Maximum number of exports that run at once on this server: a download lasts as long as its reader takes.
const MAX_RUNNING: u32 = 16;

/// When to try again while another export runs.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// The queue of the whole server. No account has such an id.
const SERVER: &str = "server";

/// The exports of all accounts on this server.
#[derive(Debug)]
pub struct DataExports {
    budgets: Buckets,
    in_flight: InFlight,
}

/// A running export. Keep it until the last byte is handed out.
#[derive(Debug)]
pub struct RunningExport {
    _of_account: Permit,
    _of_server: Permit,
}

impl DataExports {
    /// No export has run yet.
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        let rate = Rate {
            count: PER_HOUR,
            period: Duration::from_hours(1),
            burst: BURST,
        };
        Self {
            budgets: Buckets::new(rate, Arc::clone(clock)),
            in_flight: InFlight::default(),
        }
    }

    /// Begins an export of this account: one at a time, and only some in an hour. Nothing waits: a person who asks twice
    /// must wait for the first.
    pub async fn begin(&self, user: UserId) -> Result<RunningExport, Denied> {
        let of_account = self.in_flight.turn(&user.to_string()).await;
        if of_account.taken() > 0 {
            return Err(Denied::RateLimited {
                retry_after: RETRY_AFTER,
            });
        }
        let of_server = self.in_flight.turn(SERVER).await;
        if of_server.taken() >= MAX_RUNNING {
            return Err(Denied::Unavailable {
                retry_after: RETRY_AFTER,
            });
        }
        let (_, random) = user.0.as_u64_pair();
        let taken = self.budgets.take(random);
        taken.map_err(|retry_after| Denied::RateLimited { retry_after })?;
        Ok(RunningExport {
            _of_account: of_account.take(),
            _of_server: of_server.take(),
        })
    }

    /// Evicts the budgets that are full again.
    pub fn tidy(&self) {
        self.budgets.tidy();
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::platform::limit::stopped::Stopped;

    fn exports() -> DataExports {
        let clock: Arc<dyn Clock> = Arc::new(Stopped::default());
        DataExports::new(&clock)
    }

    fn user(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn an_account_has_one_export_at_a_time_and_few_in_an_hour() {
        let exports = exports();
        let first = exports.begin(user(1)).await.unwrap();
        assert!(matches!(
            exports.begin(user(1)).await,
            Err(Denied::RateLimited { .. })
        ));
        assert!(exports.begin(user(2)).await.is_ok());
        drop(first);
        // The refusal took nothing from the budget.
        for _ in 1..BURST.get() {
            assert!(exports.begin(user(1)).await.is_ok());
        }
        assert!(matches!(
            exports.begin(user(1)).await,
            Err(Denied::RateLimited { .. })
        ));
    }

    #[tokio::test]
    async fn a_server_runs_only_some_at_once() {
        let exports = exports();
        let mut running = Vec::new();
        for number in 0..MAX_RUNNING {
            running.push(exports.begin(user(number.into())).await.unwrap());
        }
        let another = user(u128::MAX);
        assert!(matches!(
            exports.begin(another).await,
            Err(Denied::Unavailable { .. })
        ));
        running.pop();
        assert!(exports.begin(another).await.is_ok());
    }
}
