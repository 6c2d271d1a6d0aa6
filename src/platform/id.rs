//! Ids: UUIDv7 (RFC 9562, section 5.7), the same kind everywhere, ordered by creation time.

use uuid::{Builder, Uuid};

use super::{
    clock::{Clock, Timestamp},
    rng::Rng,
};

/// A new id with the clock's time.
pub fn new(clock: &dyn Clock, rng: &dyn Rng) -> Uuid {
    new_at(clock.now(), rng)
}

/// A new id with this time.
pub fn new_at(now: Timestamp, rng: &dyn Rng) -> Uuid {
    with_random(now, &rng.bytes())
}

/// The smallest id with this time: a position in lists by id.
pub fn first_at(now: Timestamp) -> Uuid {
    with_random(now, &[0; 10])
}

fn with_random(now: Timestamp, random: &[u8; 10]) -> Uuid {
    // Times before 1970 become 1970: ids stay unique, and only lose their order.
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, random).into_uuid()
}
