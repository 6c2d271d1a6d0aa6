//! `user_roles`: which user has which roles.

use sea_orm::entity::prelude::*;

use crate::UserId;

/// One role of one user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_roles")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Name of the role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    /// Since when the user has it; milliseconds since 1970, 0 if that was not recorded.
    pub granted_at: i64,
}

/// What a role refers to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The user that has the role; deleting the user deletes it.
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}

impl ActiveModelBehavior for ActiveModel {}
