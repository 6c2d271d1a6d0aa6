//! The keys by which accounts and networks are counted.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use entity::UserId;

use crate::{
    context::{App, OpContext},
    features::user::EmailAddress,
    platform::{crypto::TAG_BYTES, failure::Fault, limit::Network},
};

/// The first byte of the hashed input, so that keys of different kinds never collide.
const ADDRESS: &[u8] = &[1];
const OTHER_TEXT: &[u8] = &[2];
const NETWORK_OF_ACCOUNT: &[u8] = &[3];
const CODES_OF_USER: &[u8] = &[4];

/// Identifies an account, whether it exists or not: a keyed hash of its normalised address.
///
/// The newest server secret is the key, so a new secret resets all counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountKey([u8; TAG_BYTES]);

impl AccountKey {
    /// The account with this normalised address.
    pub fn of_address(app: &App, email_key: &str) -> Result<Self, Fault> {
        Self::of_text(app, ADDRESS, email_key)
    }

    /// The account that `typed` names: by its address, if it is one.
    pub fn of_typed(app: &App, address: Option<&EmailAddress>, typed: &str) -> Result<Self, Fault> {
        match address {
            Some(address) => Self::of_address(app, address.key()),
            None => Self::of_text(app, OTHER_TEXT, typed.trim()),
        }
    }

    /// The codes of a user's authenticator app: they have a count of their own, which no right password clears.
    pub fn of_codes(app: &App, user_id: UserId) -> Result<Self, Fault> {
        let parts: [&[u8]; 2] = [CODES_OF_USER, user_id.0.as_bytes()];
        app.limits.keys.newest_tag(&parts).map(Self)
    }

    fn of_text(app: &App, kind: &[u8], text: &str) -> Result<Self, Fault> {
        app.limits.keys.newest_tag(&[kind, text.as_bytes()]).map(Self)
    }

    /// The form in the database.
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The caller's network as the database stores it: a different text for each account. None if the caller's address
    /// is unknown: it must never count as a known network.
    pub(super) fn network(&self, context: &OpContext) -> Result<Option<String>, Fault> {
        let Some(address) = context.client.address else {
            return Ok(None);
        };
        let network = Network::of(address).bytes();
        let keys = &context.app.limits.keys;
        let tag = keys.newest_tag(&[NETWORK_OF_ACCOUNT, &self.0, &network])?;
        Ok(Some(URL_SAFE_NO_PAD.encode(tag)))
    }
}
