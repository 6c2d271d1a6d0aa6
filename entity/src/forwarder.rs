//! `forwarders`: peers that said whom they forward for, and were not believed.

use sea_orm::entity::prelude::*;

/// One such peer.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forwarders")]
pub struct Model {
    /// Its IP address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address: String,
    /// When it was noted last; milliseconds since 1970. A server notes one peer an hour at most.
    pub seen_at: i64,
}

/// A peer hangs on nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
