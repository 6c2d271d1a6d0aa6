//! The beginning of a ceremony: what the browser gets, and what the server keeps until its answer.

use std::{fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{passkey::Model, user};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{cose_key::ALGORITHMS, relying_party::rp_id, transports};
use crate::{context::App, platform::failure::Fault};

/// How long a person has for a ceremony. The caller must not accept the answer later.
pub const CEREMONY_TTL: Duration = Duration::from_mins(5);

/// Bytes of a challenge; 16 would do (WebAuthn Level 3, section 13.4.3).
const CHALLENGE_BYTES: usize = 32;
/// Bytes of a user handle (section 14.6.1: random, at most 64).
const HANDLE_BYTES: usize = 32;

/// A ceremony that has begun.
#[derive(Clone)]
pub struct Ceremony<S> {
    /// The options for the browser, as a JSON object.
    pub options_json: String,
    /// What the answer is checked with. The caller keeps it where no client can change it, and lets it be used once,
    /// also if the answer is refused.
    pub state: S,
}

/// What an answer to creation options is checked with.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegistrationState {
    /// The challenge, in base64url.
    pub(super) challenge: String,
    /// The user handle that the new passkey gets, in base64url.
    pub(super) user_handle: String,
}

/// What an answer to request options is checked with.
#[derive(Clone, Serialize, Deserialize)]
pub struct AssertionState {
    /// The challenge, in base64url.
    pub(super) challenge: String,
    /// Keys of the credentials that may answer; empty if every discoverable one may.
    pub(super) allowed: Vec<String>,
}

impl AssertionState {
    /// The challenge, which tells this ceremony from all others.
    pub fn challenge(&self) -> &str {
        &self.challenge
    }
}

/// Shows neither options nor state.
impl<S> fmt::Debug for Ceremony<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ceremony(..)")
    }
}

impl fmt::Debug for RegistrationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistrationState(..)")
    }
}

impl fmt::Debug for AssertionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AssertionState(..)")
    }
}

/// Begins the registration of a passkey for `user`, who has the passkeys `existing`
/// (`PublicKeyCredentialCreationOptionsJSON`, WebAuthn Level 3, section 5.1.9).
///
/// Fails if passkeys are not enabled.
pub fn begin_registration(
    app: &App,
    user: &user::Model,
    existing: &[Model],
) -> Result<Ceremony<RegistrationState>, Fault> {
    let challenge = random::<CHALLENGE_BYTES>(app);
    // One handle per account, or authenticators would show it several times.
    let user_handle = existing.first().map_or_else(
        || random::<HANDLE_BYTES>(app),
        |passkey| passkey.user_handle.clone(),
    );
    let algorithms = ALGORITHMS.map(|number| json!({ "type": "public-key", "alg": number }));
    let options = json!({
        "rp": { "id": rp_id(app)?, "name": app.config.brand_name },
        "user": { "id": user_handle, "name": user.email, "displayName": user.name },
        "challenge": challenge,
        "pubKeyCredParams": algorithms,
        "timeout": millis(CEREMONY_TTL),
        "excludeCredentials": descriptors(existing),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    });
    Ok(Ceremony {
        options_json: options.to_string(),
        state: RegistrationState {
            challenge,
            user_handle,
        },
    })
}

/// Begins an assertion by one of the passkeys `allowed`, or by any discoverable one if that is empty
/// (`PublicKeyCredentialRequestOptionsJSON`, WebAuthn Level 3, section 5.1.10).
///
/// Fails if passkeys are not enabled.
pub fn begin_assertion(app: &App, allowed: &[Model]) -> Result<Ceremony<AssertionState>, Fault> {
    let challenge = random::<CHALLENGE_BYTES>(app);
    let options = json!({
        "challenge": challenge,
        "timeout": millis(CEREMONY_TTL),
        "rpId": rp_id(app)?,
        "allowCredentials": descriptors(allowed),
        "userVerification": "required",
    });
    Ok(Ceremony {
        options_json: options.to_string(),
        state: AssertionState {
            challenge,
            allowed: allowed.iter().map(|it| it.credential_key.clone()).collect(),
        },
    })
}

fn descriptors(passkeys: &[Model]) -> Vec<Value> {
    let descriptor = |passkey: &Model| {
        json!({
            "type": "public-key",
            "id": passkey.credential_id,
            "transports": transports::split(&passkey.transports),
        })
    };
    passkeys.iter().map(descriptor).collect()
}

fn random<const N: usize>(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(app.rng.bytes::<N>())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
