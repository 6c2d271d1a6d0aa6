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
    /// The user it belongs to.
    pub user_id: UserId,
    /// Sign-in; milliseconds since 1970.
    pub created_at: i64,
    /// Last use, to the minute; milliseconds since 1970.
    pub last_used_at: i64,
    /// When it expires if unused; milliseconds since 1970.
    pub expires_at: i64,
    /// When it was revoked; milliseconds since 1970.
    pub revoked_at: Option<i64>,
    /// Why it was revoked.
    pub revocation_reason: Option<RevocationReason>,
    /// User-Agent header at sign-in, cut to 512 characters.
    pub user_agent: Option<String>,
    /// Last known IP address of the client.
    pub ip_address: Option<String>,
    /// Name of the device for people, 1 to 100 characters; empty in rows older than this column.
    pub device_name: String,
    /// Ways in which the user signed in, separated by commas.
    pub auth_methods: String,
    /// How the client receives the tokens.
    pub token_delivery: TokenDelivery,
    /// When the user last reauthenticated; milliseconds since 1970.
    pub reauthenticated_at: Option<i64>,
    /// Id of the server secret that the current refresh token is derived from.
    pub refresh_key_id: String,
    /// Salt of this session's refresh tokens: 32 random bytes in base64url.
    pub refresh_salt: String,
    /// How often the refresh token was rotated.
    pub refresh_generation: i64,
    /// When it was last rotated; milliseconds since 1970.
    pub rotated_at: Option<i64>,
    /// User-Agent header of the client that last rotated it, cut to 512 characters.
    pub rotated_by: Option<String>,
    /// Total weight of the repeats in the current run of repeated trades, without the last trade.
    pub repeat_count: i64,
    /// Weight of the last trade's repeats: 0 to 2.
    pub repeat_weight: i64,
    /// Keyed hash of the network that the last trade came from.
    pub rotated_from: Option<String>,
    /// Keyed hash of the form cookie of the browser that made the last trade; none for sessions that did not start
    /// on a page.
    pub form_cookie: Option<String>,
}

/// Shows the ids only: the rest must not be logged.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// How the client receives the tokens of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
pub enum TokenDelivery {
    /// In the response body.
    #[sea_orm(string_value = "body")]
    Body,
    /// In cookies.
    #[sea_orm(string_value = "cookie")]
    Cookie,
}

/// Why a session was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum RevocationReason {
    /// Sign-out.
    #[sea_orm(string_value = "logout")]
    Logout,
    /// Revoked by its user, from another session.
    #[sea_orm(string_value = "revoked_by_user")]
    RevokedByUser,
    /// Its user has too many newer ones, or signed in again in the same browser.
    #[sea_orm(string_value = "superseded")]
    Superseded,
    /// The password was changed.
    #[sea_orm(string_value = "password_changed")]
    PasswordChanged,
    /// A used refresh token was sent again.
    #[sea_orm(string_value = "token_reuse")]
    TokenReuse,
    /// The account was disabled or deleted.
    #[sea_orm(string_value = "account_closed")]
    AccountClosed,
    /// The address was changed, or the change undone, or its owner proved it for the first time.
    #[sea_orm(string_value = "email_changed")]
    EmailChanged,
    /// The account's owner reported a sign-in that was not theirs.
    #[sea_orm(string_value = "reported")]
    Reported,
    /// The second factors were changed.
    #[sea_orm(string_value = "mfa_changed")]
    MfaChanged,
    /// Revoked by an administrator.
    #[sea_orm(string_value = "revoked_by_admin")]
    RevokedByAdmin,
}

impl RevocationReason {
    /// The word for it in the database, which never changes.
    pub fn word(self) -> String {
        self.to_value()
    }
}

/// What a session refers to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The user it belongs to; deleting the user deletes it.
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
