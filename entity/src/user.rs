//! `users`: the accounts.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::UserId;

/// One account.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// UUIDv7; the `sub` claim.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// The same in lower case: lists are sorted by it, and it is searched.
    pub name_key: String,
    /// Address as typed, for display and mail.
    pub email: String,
    /// Normalised address; unique.
    pub email_key: String,
    /// Hash of the password: a PHC string, or a form of docs/decisions/0045-imported-hashes.md; null for accounts without a
    /// password.
    pub password_hash: Option<String>,
    /// When the address was confirmed; milliseconds since 1970.
    pub email_verified_at: Option<i64>,
    /// Whether the account can sign in.
    pub status: Status,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub updated_at: i64,
    /// Milliseconds since 1970.
    pub last_login_at: Option<i64>,
    /// Language of mails and pages (BCP 47).
    pub locale: String,
    /// The new address that waits for confirmation, as typed.
    pub pending_email: Option<String>,
    /// When the person switched off the notices of new sign-ins; milliseconds since 1970.
    pub sign_in_notices_off_at: Option<i64>,
    /// When the account will be deleted, if that was asked for; milliseconds since 1970.
    pub deletes_at: Option<i64>,
    /// Since when its owner can sign in and cancel that deletion; milliseconds since 1970. None while the deletion closes
    /// the account.
    pub deletion_cancellable_since: Option<i64>,
}

/// Leaves out the password hash and personal data.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Whether an account can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Status {
    /// Can sign in.
    #[sea_orm(string_value = "active")]
    Active,
    /// Disabled by an admin.
    #[sea_orm(string_value = "disabled")]
    Disabled,
}

/// None here: the tables that belong to a user declare their relation to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
