//! `sessions`: signed-in devices and clients.

use sea_orm::entity::prelude::*;

use crate::{SessionId, UserId};

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// UUIDv7; the `sid` claim.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// Sign-in; milliseconds since 1970.
    pub created_at: i64,
    /// Last use; milliseconds since 1970.
    pub last_used_at: i64,
    /// End if unused; milliseconds since 1970.
    pub expires_at: i64,
    /// When it was ended before its time; milliseconds since 1970.
    pub revoked_at: Option<i64>,
    /// Why it was ended before its time.
    pub revocation_reason: Option<RevocationReason>,
    /// User-Agent header at sign-in, cut to 512 characters.
    pub user_agent: Option<String>,
    /// Address of the client at sign-in.
    pub ip_address: Option<String>,
}

/// Why a session was ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum RevocationReason {
    /// Sign-out.
    #[sea_orm(string_value = "logout")]
    Logout,
    /// The account was disabled or deleted.
    #[sea_orm(string_value = "account_closed")]
    AccountClosed,
}

/// What a session hangs on.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The user it belongs to; it goes when the user goes.
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
