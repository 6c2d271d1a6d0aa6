//! What accounts and networks are counted by.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    features::user::EmailAddress,
    platform::{
        app::App,
        crypto::{TAG_BYTES, TagKeys},
        failure::Fault,
        limit::Network,
        op_context::{Client, OpContext},
    },
};

/// The first byte of what is hashed, so that nothing of one kind stands for something of another.
const ADDRESS: &[u8] = &[1];
const OTHER_TEXT: &[u8] = &[2];
const NETWORK_OF_ACCOUNT: &[u8] = &[3];

/// Stands for an account, be there one or not: a keyed hash of its address in normal form.
///
/// The newest server secret is the key, so a new secret begins all counts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountKey([u8; TAG_BYTES]);

impl AccountKey {
    /// The account with this normalised address.
    pub fn of_address(app: &App, email_key: &str) -> Result<Self, Fault> {
        tag(&app.limits.keys, &[ADDRESS, email_key.as_bytes()]).map(Self)
    }

    /// The account that somebody means who typed this, which need not be an address.
    pub fn of_typed(app: &App, typed: &str) -> Result<Self, Fault> {
        match EmailAddress::parse(typed) {
            Ok(address) => Self::of_address(app, address.key()),
            Err(_) => tag(&app.limits.keys, &[OTHER_TEXT, typed.trim().as_bytes()]).map(Self),
        }
    }

    /// As it stands in the database.
    pub(super) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The caller's network as the database stores it: a different text for each account. None if the address is
    /// unknown: no account can know it as its owner's.
    pub(super) fn network(&self, context: &OpContext) -> Result<Option<String>, Fault> {
        if context.client.address.is_none() {
            return Ok(None);
        }
        let network = bytes(&context.client);
        let tag = tag(&context.app.limits.keys, &[NETWORK_OF_ACCOUNT, &self.0, &network])?;
        Ok(Some(URL_SAFE_NO_PAD.encode(tag)))
    }
}

/// Callers without an address are of one network.
fn bytes(client: &Client) -> [u8; Network::BYTES] {
    client
        .address
        .map_or([0; Network::BYTES], |address| Network::of(address).bytes())
}

fn tag(keys: &TagKeys, parts: &[&[u8]]) -> Result<[u8; TAG_BYTES], Fault> {
    keys.tag(keys.newest()?, parts)
        .ok_or_else(|| Fault::new("make a tag", "there is no server secret"))
}
