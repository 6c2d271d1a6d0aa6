//! `sessions`: signed-in devices and clients.

use sea_orm::entity::prelude::*;

use crate::{SessionId, UserId};

/// One session.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// UUIDv7; the `sid` claim.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// Sign-in; milliseconds since 1970.
    pub created_at: i64,
    /// Last use, to the minute; milliseconds since 1970.
    pub last_used_at: i64,
    /// End if unused; milliseconds since 1970.
    pub expires_at: i64,
    /// When it was ended before its time; milliseconds since 1970.
    pub revoked_at: Option<i64>,
    /// Why it was ended before its time.
    pub revocation_reason: Option<RevocationReason>,
    /// User-Agent header at sign-in, cut to 512 characters.
    pub user_agent: Option<String>,
    /// Address of the client, last seen.
    pub ip_address: Option<String>,
    /// What people know the device by, 1 to 100 characters; empty in rows older than this column.
    pub device_name: String,
    /// Ways in which the user signed in, separated by commas.
    pub auth_methods: String,
    /// Where the tokens go.
    pub token_delivery: TokenDelivery,
    /// When the user last proved again who they are; milliseconds since 1970.
    pub reauthenticated_at: Option<i64>,
    /// Names the server secret that the present refresh token was made under.
    pub refresh_key_id: String,
    /// What the refresh tokens of this session, and of no other, are made with: 32 random bytes in base64url.
    pub refresh_salt: String,
    /// How often the refresh token was rotated.
    pub refresh_generation: i64,
    /// When it was rotated last; milliseconds since 1970.
    pub rotated_at: Option<i64>,
    /// User-Agent header of the one who rotated it last, cut to 512 characters.
    pub rotated_by: Option<String>,
    /// Total weight of the repeats of consecutive repeated trades, without the last one.
    pub repeat_count: i64,
    /// Weight of the last trade's repeats: 0 to 2.
    pub repeat_weight: i64,
    /// Keyed hash of the network that the last trade came from.
    pub rotated_from: Option<String>,
    /// Keyed hash of the form cookie of the browser that made the last trade; none in sessions that did not begin on
    /// a page.
    pub form_cookie: Option<String>,
}

/// Whose it is, and no more: the rest is nothing for a log.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// Where the tokens of a session go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
pub enum TokenDelivery {
    /// Into the answer's body.
    #[sea_orm(string_value = "body")]
    Body,
    /// Into cookies.
    #[sea_orm(string_value = "cookie")]
    Cookie,
}

/// Why a session was ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum RevocationReason {
    /// Sign-out.
    #[sea_orm(string_value = "logout")]
    Logout,
    /// Ended by its user, from another session.
    #[sea_orm(string_value = "revoked_by_user")]
    RevokedByUser,
    /// Its user has too many newer ones, or signed in anew in the same browser.
    #[sea_orm(string_value = "superseded")]
    Superseded,
    /// The password was changed.
    #[sea_orm(string_value = "password_changed")]
    PasswordChanged,
    /// A used refresh token came back.
    #[sea_orm(string_value = "token_reuse")]
    TokenReuse,
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
