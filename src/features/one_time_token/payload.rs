//! What a token carries, sealed, and what it is bound to.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{OneTimeTokenId, one_time_token::Model};
use secrecy::ExposeSecret as _;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{
    context::App,
    platform::{
        crypto::{SealContext, TagKeys},
        failure::Fault,
    },
};

const TASK: &str = "open what a one-time token carries";

/// The key of the thing that a token is bound to, such as an address. It reveals nothing. The parts are separated, so
/// that no two lists of parts have the same key.
pub fn bound_to(app: &App, parts: &[&str]) -> Result<String, Fault> {
    bound_under(&app.mail_keys, parts)
}

/// The same under other keys.
pub fn bound_under(keys: &TagKeys, parts: &[&str]) -> Result<String, Fault> {
    let mut message: Vec<&[u8]> = vec![b"bound"];
    for part in parts {
        // No address, id or word of ours has a zero byte.
        message.extend([b"\0".as_slice(), part.as_bytes()]);
    }
    Ok(URL_SAFE_NO_PAD.encode(keys.newest_tag(&message)?))
}

/// What a stored token carries.
pub fn payload<T: DeserializeOwned>(app: &App, token: &Model) -> Result<T, Fault> {
    let sealed = token.sealed_payload.as_deref();
    let sealed = sealed.ok_or_else(|| Fault::new(TASK, "it carries nothing"))?;
    let id = token.id.to_string();
    let opened = app
        .sealer
        .open(place(&id), sealed)
        .map_err(|problem| Fault::new(TASK, format!("{problem:?}")))?;
    serde_json::from_slice(opened.expose_secret()).map_err(|_| Fault::new(TASK, "it has another form"))
}

pub(super) fn seal(app: &App, id: OneTimeTokenId, payload: &impl Serialize) -> Result<String, Fault> {
    let text = serde_json::to_vec(payload).map_err(|error| Fault::new("seal a payload", error))?;
    app.sealer
        .seal(&*app.rng, place(&id.to_string()), &Zeroizing::new(text))
}

fn place(id: &str) -> SealContext<'_> {
    SealContext {
        table: "one_time_tokens",
        id,
        column: "sealed_payload",
    }
}
