//! Which events to list.

use entity::UserId;

/// Which events to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFilter {
    /// Those of the whole log.
    All,
    /// Those about the account of this user, by any actor, and those that this user caused, about any account.
    Of(UserId),
}
