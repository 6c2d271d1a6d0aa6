//! `one_time_tokens`: secrets that were handed out, each for one use and one purpose.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::{OneTimeTokenId, UserId};

/// One secret.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_tokens")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OneTimeTokenId,
    /// What it is good for.
    pub purpose: Purpose,
    /// SHA-256 of the secret, in base64url; unique. The secret itself is stored nowhere.
    pub secret_key: String,
    /// Whose account it concerns; none if there is none yet, or if that must not show.
    pub user_id: Option<UserId>,
    /// Who had an invitation sent; none on the command line, and for other purposes.
    pub sender_id: Option<UserId>,
    /// Keyed hash of the other value it is bound to, such as an address; in base64url.
    pub bound: Option<String>,
    /// What its use needs, sealed.
    pub sealed_payload: Option<String>,
    /// How often a code may still be tried. Only codes count down.
    pub attempts_left: i64,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub expires_at: i64,
    /// When it was used, or voided; milliseconds since 1970.
    pub used_at: Option<i64>,
}

/// Shows no hash and nothing sealed.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeToken")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// What a secret is good for. One for another purpose counts as unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum Purpose {
    /// Confirms the address of an account.
    #[sea_orm(string_value = "verify")]
    Verify,
    /// Finishes a sign-up.
    #[sea_orm(string_value = "registration")]
    Registration,
    /// Sets a new password.
    #[sea_orm(string_value = "reset")]
    Reset,
    /// Accepts an invitation.
    #[sea_orm(string_value = "invitation")]
    Invitation,
    /// Confirms a new address.
    #[sea_orm(string_value = "change")]
    Change,
    /// Takes a former address back.
    #[sea_orm(string_value = "undo")]
    Undo,
    /// Ends the session that a notice reports.
    #[sea_orm(string_value = "session_report")]
    SessionReport,
    /// A sign-in by mail, which the client that asked holds.
    #[sea_orm(string_value = "login_challenge")]
    LoginChallenge,
    /// The mailed link of such a sign-in.
    #[sea_orm(string_value = "login_link")]
    LoginLink,
    /// A sign-in that waits for a second factor.
    #[sea_orm(string_value = "mfa")]
    Mfa,
    /// A proof of identity that a session asked for.
    #[sea_orm(string_value = "reauthentication")]
    Reauthentication,
    /// An authenticator app that waits for its first code.
    #[sea_orm(string_value = "totp_setup")]
    TotpSetup,
    /// A passkey that is being registered.
    #[sea_orm(string_value = "passkey_registration")]
    PasskeyRegistration,
    /// A sign-in with a passkey. Its row is made when it is used, so that asking for one writes nothing.
    #[sea_orm(string_value = "passkey_login")]
    PasskeyLogin,
    /// A browser that need not give a second factor again.
    #[sea_orm(string_value = "remembered_browser")]
    RememberedBrowser,
    /// An answer of another provider. Its row is made when it is used, so that asking for one writes nothing.
    #[sea_orm(string_value = "social_answer")]
    SocialAnswer,
    /// A sign-in at another provider that waits for a mailed code, which proves its address.
    #[sea_orm(string_value = "social_address")]
    SocialAddress,
    /// A sign-in at another provider that its client has to finish.
    #[sea_orm(string_value = "social_code")]
    SocialCode,
}

impl Purpose {
    /// The word for it in the database, which never changes.
    pub fn word(self) -> String {
        self.to_value()
    }
}

/// What a secret refers to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Whose account it concerns; deleting the user deletes it.
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id",
        on_delete = "Cascade"
    )]
    User,
}

impl ActiveModelBehavior for ActiveModel {}
