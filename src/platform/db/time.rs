//! The time that all servers on one database share.

use super::{Db, DbResult};
use crate::platform::clock::{Clock, SystemClock, Timestamp};

impl Db {
    /// The time by the database's clock, where servers must agree although their own clocks differ. With SQLite it is
    /// `clock`.
    ///
    /// It is `clock`, corrected by how much the machine's clock differs from the database's.
    pub async fn now(&self, clock: &dyn Clock) -> DbResult<Timestamp> {
        let Some(theirs) = self.own_time().await? else {
            return Ok(clock.now());
        };
        let ahead = theirs.duration_since(SystemClock.now());
        Ok(clock.now().saturating_add(ahead).unwrap_or(theirs))
    }
}
