//! Which events to list.

use entity::UserId;

/// Which events to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventFilter {
    /// Those of the whole log.
    All,
    /// Those about the account of this user, by any actor.
    About(UserId),
    /// Those that this user caused, about any account.
    By(UserId),
    /// Both.
    Of(UserId),
}
