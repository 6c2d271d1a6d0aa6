//! `attempt_streaks`: how often in a row somebody failed to prove who they are.
//!
//! Names nobody: accounts and networks stand here as keyed hashes, also those of addresses that no account has.

use sea_orm::entity::prelude::*;

/// The attempts at one account from one network, or from all networks that the account does not know.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt_streaks")]
pub struct Model {
    /// Keyed hash of the address, in base64url.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_key: String,
    /// Keyed hash of account and network, in base64url; empty for all networks that the account does not know.
    #[sea_orm(primary_key, auto_increment = false)]
    pub network_key: String,
    /// Failures in a row.
    pub failures: i64,
    /// Those of them in the present window.
    pub failures_in_window: i64,
    /// When the window began; milliseconds since 1970.
    pub window_began_at: i64,
    /// How many waits there were, of which each is longer than the one before.
    pub waits: i64,
    /// Until when nobody may try; milliseconds since 1970.
    pub blocked_until: i64,
    /// The last failure; milliseconds since 1970, 0 if there was none.
    pub failed_at: i64,
    /// When the right password came from this network; milliseconds since 1970. Renewed once a day.
    pub succeeded_at: Option<i64>,
    /// When the row is of no more use; milliseconds since 1970.
    pub forget_at: i64,
}

/// How it stands, and not about whom.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttemptStreak")
            .field("failures", &self.failures)
            .field("blocked_until", &self.blocked_until)
            .finish_non_exhaustive()
    }
}

/// A streak hangs on nothing: most are of addresses without an account.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
