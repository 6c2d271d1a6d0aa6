//! `audit_seals`: the chain that shows which events there were.

use sea_orm::entity::prelude::*;

use crate::AuditEventId;

/// One seal. It covers the rows of `audit_events` that name it, or records that old ones were removed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seals")]
pub struct Model {
    /// 1 for the first seal of the log, then without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// The greatest id that this or an earlier seal covers; none before the first row.
    pub until_id: Option<AuditEventId>,
    /// How many rows it covers.
    pub row_count: i64,
    /// How many of them have a smaller id than the previous seal's `until_id`: they were committed late.
    pub late_count: i64,
    /// SHA-256 of the MACs of its rows in the order of their ids, in base64url. For a removal: the MAC of the last
    /// removed seal.
    pub root: String,
    /// MAC of the previous seal; none for the first one.
    pub previous_mac: Option<String>,
    /// If it records a removal: the last seal that was removed with its rows.
    pub removed_to: Option<i64>,
    /// Id of the key that made `mac`.
    pub key_id: String,
    /// HMAC-SHA-256 of all other columns, in base64url.
    pub mac: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
