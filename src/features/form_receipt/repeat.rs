//! Calls of the API that are recognised when they are repeated.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{context::App, platform::failure::Fault};

/// The key of a call with these secrets. Only a client that has them can repeat it, and the key reveals none of them.
pub fn repeat_key(app: &App, call: &'static str, secrets: &[&SecretString]) -> Result<String, Fault> {
    let mut parts = vec![call.as_bytes()];
    for secret in secrets {
        // Tokens and codes have no zero byte, so it is clear where each begins.
        parts.extend([b"\0".as_slice(), secret.expose_secret().as_bytes()]);
    }
    Ok(URL_SAFE_NO_PAD.encode(app.form_keys.newest_tag(&parts)?))
}
