//! `leases`: which server does what only one of them may do at a time.

use sea_orm::entity::prelude::*;

/// One task, and the server that may run it.
#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "leases")]
pub struct Model {
    /// Name of the task.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Random name of the process that holds it; none if it was given back.
    pub holder: Option<String>,
    /// Until when it is held; milliseconds since 1970.
    pub held_until: i64,
    /// Increases whenever the lease changes hands, so that a holder that was too slow can be distinguished from its successor.
    pub fence: i64,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
