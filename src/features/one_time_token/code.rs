//! The code of a mail: eight characters, bound to one challenge.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::OneTimeTokenId;

use crate::{
    context::App,
    platform::{crypto::TAG_BYTES, failure::Fault, typed_code::TypedCode},
};

const PURPOSE: &[u8] = b"mailed code";

/// A code of 40 bits.
pub type MailedCode = TypedCode<8>;

/// What the database keeps of the code of a challenge: a keyed hash, because 40 bits can be searched exhaustively.
pub fn code_tag(app: &App, challenge: OneTimeTokenId, code: &MailedCode) -> Result<String, Fault> {
    let tag = app.mail_keys.newest_tag(&parts(challenge.0.as_bytes(), code))?;
    Ok(URL_SAFE_NO_PAD.encode(tag))
}

/// Whether a kept tag is that of this code and challenge. Compares in constant time.
pub fn is_code(app: &App, challenge: OneTimeTokenId, code: &MailedCode, tag: &str) -> bool {
    let tag = URL_SAFE_NO_PAD.decode(tag).ok();
    let tag: Option<[u8; TAG_BYTES]> = tag.and_then(|tag| tag.try_into().ok());
    tag.is_some_and(|tag| {
        app.mail_keys
            .is_genuine(&parts(challenge.0.as_bytes(), code), &tag)
    })
}

fn parts<'a>(challenge: &'a [u8], code: &'a MailedCode) -> [&'a [u8]; 3] {
    [PURPOSE, challenge, code.bytes()]
}
