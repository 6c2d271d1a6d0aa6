//! `mail_suppressions`: addresses that refused mail, and those that get none.

use std::fmt;

use sea_orm::entity::prelude::*;

/// One address.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_suppressions")]
pub struct Model {
    /// Keyed hash of the address, in base64url.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address_key: String,
    /// What the mail server answered last, or `operator`.
    pub reason: String,
    /// How often in a row mail was refused for good.
    pub refusals: i64,
    /// The last refusal; milliseconds since 1970.
    pub refused_at: i64,
    /// Since when the address gets no mail; milliseconds since 1970.
    pub suppressed_at: Option<i64>,
}

/// Leaves out the key: logs must not link refusals to addresses.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSuppression")
            .field("refusals", &self.refusals)
            .field("suppressed_at", &self.suppressed_at)
            .finish_non_exhaustive()
    }
}

/// None: the address may have no account.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
