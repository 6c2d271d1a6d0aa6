//! `attempt_streaks`: consecutive failed attempts to authenticate.
//!
//! Identifies nobody: accounts and networks are stored as keyed hashes, also for addresses that no account has.

use sea_orm::entity::prelude::*;

/// The attempts on one account from one network, or from all networks that the account does not know.
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
    /// Failures in the current window.
    pub failures_in_window: i64,
    /// When the window began; milliseconds since 1970.
    pub window_began_at: i64,
    /// How many waits there were; each is twice as long as the one before, up to a maximum.
    pub waits: i64,
    /// Until when all attempts are refused; milliseconds since 1970.
    pub blocked_until: i64,
    /// The last failure; milliseconds since 1970, 0 if there was none.
    pub failed_at: i64,
    /// When this network last sent the right password; milliseconds since 1970. Updated at most once a day.
    pub succeeded_at: Option<i64>,
    /// When the row can be deleted; milliseconds since 1970.
    pub forget_at: i64,
}

/// Leaves out the keys: logs must not link failures to accounts or networks.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttemptStreak")
            .field("failures", &self.failures)
            .field("blocked_until", &self.blocked_until)
            .finish_non_exhaustive()
    }
}

/// No relation to users: most streaks are for addresses without an account.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
