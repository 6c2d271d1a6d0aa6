//! The time limit for one mail.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::send_error::{Cause, SendError, Step};

/// When one mail has to be sent, with all the steps that it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// This long from now.
    pub(super) fn after(limit: Duration) -> Self {
        Self(Instant::now() + limit)
    }

    /// This one, or an earlier one that is this long from now.
    pub(super) fn at_most(self, limit: Duration) -> Self {
        Self(self.0.min(Instant::now() + limit))
    }

    /// Does the work of one step, until the deadline.
    pub(super) async fn step<T>(
        self,
        step: Step,
        work: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, SendError> {
        timeout_at(self.0, work)
            .await
            .unwrap_or(Err(Cause::TimedOut))
            .map_err(|cause| SendError::new(step, cause))
    }
}
