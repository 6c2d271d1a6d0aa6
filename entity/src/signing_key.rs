//! `signing_keys`: the keys that sign access tokens; private keys are stored sealed.

use sea_orm::entity::prelude::*;

use crate::SigningKeyId;

/// One signing key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SigningKeyId,
    /// Key id in token headers and in the JWKS: the RFC 7638 thumbprint; unique.
    pub kid: String,
    /// JWS algorithm, such as `ES256`.
    pub algorithm: String,
    /// PKCS#8, sealed: `v1.<secret id>.<nonce>.<ciphertext>`.
    pub sealed_private_key: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// When it starts to sign, by the database's clock; milliseconds since 1970.
    pub activates_at: i64,
    /// When its last token has run out, by the database's clock; milliseconds since 1970. None until another key follows.
    pub retires_at: Option<i64>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
