//! The time that all servers on one database share.

use std::time::Duration;

use super::{Db, DbResult};
use crate::platform::clock::{Clock, SystemClock, Timestamp};

/// A difference between two clocks that cannot be told from the time that a query takes.
const NEGLIGIBLE: Duration = Duration::from_secs(1);

impl Db {
    /// The time by the database's clock, to about a second, where servers must agree although their own clocks differ.
    /// With SQLite it is `clock`.
    ///
    /// It is `clock`, corrected by how much the machine's clock differs from the database's.
    pub async fn now(&self, clock: &dyn Clock) -> DbResult<Timestamp> {
        let Some(theirs) = self.own_time().await? else {
            return Ok(clock.now());
        };
        Ok(corrected(clock.now(), SystemClock.now(), theirs))
    }
}

/// `time`, corrected by how much the clock that says `theirs` differs from the one that says `ours`.
fn corrected(time: Timestamp, ours: Timestamp, theirs: Timestamp) -> Timestamp {
    let ahead = theirs.duration_since(ours);
    if ahead.unsigned_abs() < NEGLIGIBLE {
        return time;
    }
    time.saturating_add(ahead).unwrap_or(theirs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_right_where_clocks_differ_by_more_than_a_query_takes() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for (ours, theirs, expected) in [
            (100, 100, 7),
            (100, 3_700, 3_607),
            (3_700, 100, -3_593),
            (100, 101, 8),
        ] {
            assert_eq!(corrected(at(7), at(ours), at(theirs)), at(expected));
        }
        let almost = Timestamp::from_millisecond(100_999).unwrap();
        assert_eq!(corrected(at(7), at(100), almost), at(7));
    }
}
