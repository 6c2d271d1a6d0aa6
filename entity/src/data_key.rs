//! `data_keys`: random keys, one for each purpose, sealed under the server secret.

use sea_orm::entity::prelude::*;

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_keys")]
pub struct Model {
    /// Random id, which is sealed with the content: 12 characters of base64url.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// The key, sealed: `v1.<secret id>.<nonce>.<ciphertext>`.
    pub sealed_key: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
