//! `mail_budgets`: how many mails may still be requested, by recipient and purpose.

use sea_orm::entity::prelude::*;

/// One budget. Full ones have no row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_budgets")]
pub struct Model {
    /// Keyed hash of purpose, recipient and kind of asker, in base64url.
    #[sea_orm(primary_key, auto_increment = false)]
    pub budget_key: String,
    /// When it is full again if nothing is taken from it; milliseconds since 1970.
    pub full_at: i64,
}

/// None: most recipients may have no account.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
