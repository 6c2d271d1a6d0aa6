//! `totp_factors`: authenticator apps, one for an account.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::UserId;

/// One authenticator app.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "totp_factors")]
pub struct Model {
    /// Whose app it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The shared secret, sealed.
    pub sealed_secret: String,
    /// The newest time step whose code was accepted. Codes of this and of earlier steps are used.
    pub last_step: i64,
    /// The newest time step of which a used code was counted as a failure.
    pub replayed_step: i64,
    /// When it was set up; milliseconds since 1970.
    pub created_at: i64,
}

/// Shows nothing sealed.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TotpFactor")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// What an app refers to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Whose app it is; deleting the user deletes it.
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}

impl ActiveModelBehavior for ActiveModel {}
