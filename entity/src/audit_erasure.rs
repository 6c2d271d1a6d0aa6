//! `audit_erasures`: deleted accounts about which the audit log may still know something.

use sea_orm::entity::prelude::*;

use crate::UserId;

/// One deleted account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_erasures")]
pub struct Model {
    /// Its user, who does not exist any more.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// When to look through the log; milliseconds since 1970.
    pub due_at: i64,
}

/// It refers to nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
