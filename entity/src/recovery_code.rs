//! `recovery_codes`: codes that replace a lost second factor, each once.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::UserId;

/// One code.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_codes")]
pub struct Model {
    /// Keyed hash of the code and its user, in base64url. The code itself is stored nowhere.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_key: String,
    /// Whose code it is.
    pub user_id: UserId,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// When it was used; milliseconds since 1970.
    pub used_at: Option<i64>,
}

/// Shows no hash.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCode")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// What a code refers to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Whose code it is; deleting the user deletes it.
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}

impl ActiveModelBehavior for ActiveModel {}
