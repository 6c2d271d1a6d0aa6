//! Ids: UUIDv7 (RFC 9562, section 5.7), one kind everywhere, ordered by the time they were made.

use uuid::{Builder, Uuid};

use super::{clock::Clock, rng::Rng};

/// A new id, stamped with the clock's time.
pub fn new(clock: &dyn Clock, rng: &dyn Rng) -> Uuid {
    // A clock before 1970 is stamped as 1970: ids stay unique, they only lose their order.
    let millis = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &rng.bytes()).into_uuid()
}
