//! `identities`: the accounts of other providers with which people sign in.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::{IdentityId, UserId};

/// One account of another provider.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityId,
    /// Whose it is.
    pub user_id: UserId,
    /// Id of the provider in the settings.
    pub provider: String,
    /// SHA-256 of issuer, a zero byte and subject, in base64url; unique. It names the account of the provider.
    pub subject_key: String,
    /// Who vouches for the subject: the issuer of its ID tokens.
    #[sea_orm(column_type = "Text")]
    pub issuer: String,
    /// The provider's own id of the account, which never changes.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// Address that the provider gave when the account was linked.
    pub email: Option<String>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// When it last signed in; milliseconds since 1970.
    pub last_used_at: Option<i64>,
}

/// Shows neither the subject nor the address.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// What an identity refers to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Whose it is; deleting the user deletes it.
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}

impl ActiveModelBehavior for ActiveModel {}
