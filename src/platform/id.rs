//! Ids: UUIDv7 (RFC 9562, section 5.7), the same kind everywhere, ordered by creation time.

use uuid::{Builder, Uuid};

use super::{clock::Clock, rng::Rng};

/// A new id with the clock's time.
pub fn new(clock: &dyn Clock, rng: &dyn Rng) -> Uuid {
    // Times before 1970 become 1970: ids stay unique, and only lose their order.
    let millis = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &rng.bytes()).into_uuid()
}
