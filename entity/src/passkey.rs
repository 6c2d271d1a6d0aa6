//! `passkeys`: the WebAuthn credentials with which people sign in.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::{PasskeyId, UserId};

/// One WebAuthn credential (WebAuthn Level 3, section 4, "credential record").
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkeys")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasskeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// SHA-256 of `credential_id` as stored, in base64url; unique.
    pub credential_key: String,
    /// The id that the authenticator chose: up to 1,023 bytes, in base64url.
    #[sea_orm(column_type = "Text")]
    pub credential_id: String,
    /// The public key in COSE form (RFC 9052, section 7), in base64url.
    #[sea_orm(column_type = "Text")]
    pub public_key: String,
    /// COSE number of the signature algorithm, such as -7 for ES256.
    pub algorithm: i32,
    /// The signature counter last seen; 0 for authenticators that do not count.
    pub sign_count: i64,
    /// The model of the authenticator, as it claims; all zeros if it does not say.
    pub aaguid: Uuid,
    /// How the browser can reach the authenticator: WebAuthn words separated by commas.
    pub transports: String,
    /// Whether it is copied between devices.
    pub backup: Backup,
    /// The WebAuthn user handle: 32 random bytes in base64url, the same for all passkeys of a user.
    pub user_handle: String,
    /// The relying party id that it was made for, and that it works for.
    pub rp_id: String,
    /// Label chosen by the user.
    pub name: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// When it last signed in; milliseconds since 1970.
    pub last_used_at: Option<i64>,
}

/// Shows neither credential ids, keys and handles nor the label.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passkey")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("algorithm", &self.algorithm)
            .field("backup", &self.backup)
            .finish_non_exhaustive()
    }
}

/// Whether the credential is copied between devices (WebAuthn Level 3, section 6.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Backup {
    /// It never leaves its authenticator.
    #[sea_orm(string_value = "single_device")]
    SingleDevice,
    /// It can be copied, and is not yet.
    #[sea_orm(string_value = "eligible")]
    Eligible,
    /// It is copied.
    #[sea_orm(string_value = "synced")]
    Synced,
}

/// What a passkey refers to.
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
