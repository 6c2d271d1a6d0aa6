//! The end of an assertion: which passkey signed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::passkey::{Backup, Model};
use passki::{AuthenticationCredential, AuthenticationResult, StoredPasskey};
use serde_json::json;

use super::{
    Rejected, answer::AssertionAnswer, ceremony::AssertionState, problem::Problem, relying_party, store,
};
use crate::{context::App, platform::failure::Outcome};

/// What a passkey proved. Record it with [`record_use`](super::record_use).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asserted {
    /// Its counter now; 0 if it does not count.
    pub(super) sign_count: u32,
    /// Whether it is copied between devices now.
    pub(super) backup: Backup,
}

/// The passkey that an answer claims to be from. It proves nothing yet.
pub async fn find_asserted(app: &App, answer_json: &str) -> Outcome<Model, Rejected> {
    let answer = AssertionAnswer::parse(answer_json).map_err(refuse)?;
    let found = store::find_by_key(app.db.reader(), &answer.id.key()).await?;
    Ok(found.ok_or_else(|| refuse(Problem("no account has this passkey")))?)
}

/// Checks an answer to the options that [`begin_assertion`](super::begin_assertion) made, against the passkey that it
/// names (WebAuthn Level 3, section 7.2).
pub fn check_assertion(
    app: &App,
    state: &AssertionState,
    answer_json: &str,
    passkey: &Model,
) -> Result<Asserted, Rejected> {
    let (answer, verified) = verify(app, state, answer_json, passkey).map_err(refuse)?;
    // After the signature: the library looks at the counter first, so that anyone who knows a credential id could have
    // its owner warned of a copy.
    let (before, now) = (passkey.sign_count, i64::from(verified.counter));
    if (before != 0 || now != 0) && now <= before {
        tracing::warn!(passkey = %passkey.id, user = %passkey.user_id, "the counter of a passkey did not grow");
        return Err(Rejected::CounterRegressed);
    }
    Ok(Asserted {
        sign_count: verified.counter,
        backup: answer.data.backup,
    })
}

fn refuse(Problem(reason): Problem) -> Rejected {
    tracing::info!(reason, "refused a passkey");
    Rejected::Invalid
}

fn verify(
    app: &App,
    state: &AssertionState,
    answer_json: &str,
    passkey: &Model,
) -> Result<(AssertionAnswer, AuthenticationResult), Problem> {
    let answer = AssertionAnswer::parse(answer_json)?;
    if answer.id.text != passkey.credential_id {
        return Err(Problem("the answer is from another passkey"));
    }
    if !state.allowed.is_empty() && !state.allowed.contains(&passkey.credential_key) {
        return Err(Problem("the passkey was not asked"));
    }
    match &answer.user_handle {
        Some(handle) if *handle == passkey.user_handle => {}
        // Without a list it says whose account is meant (section 7.2, step 6).
        None if !state.allowed.is_empty() => {}
        _ => return Err(Problem("the user handle is missing, or that of another account")),
    }
    // It never changes (section 6.1.3).
    if (answer.data.backup == Backup::SingleDevice) != (passkey.backup == Backup::SingleDevice) {
        return Err(Problem("the passkey changed whether it can be synced"));
    }
    let verified = verified(app, state, &answer, passkey)?;
    Ok((answer, verified))
}

/// What the library verifies: challenge, origin, relying party, presence and verification of the user, signature.
fn verified(
    app: &App,
    state: &AssertionState,
    answer: &AssertionAnswer,
    passkey: &Model,
) -> Result<AuthenticationResult, Problem> {
    const FORM: Problem = Problem("the library reads its own types in another form");
    let verifier = relying_party::verifier(app, &answer.origin).ok_or(Problem("passkeys are not enabled"))?;
    let challenge = URL_SAFE_NO_PAD.decode(&state.challenge).map_err(|_| FORM)?;
    // Its types cannot be built otherwise. Its challenge would not come from our source of randomness.
    let state = serde_json::from_value(json!({
        "challenge": challenge,
        "allowed_credentials": [answer.id.bytes],
        "user_verification": "required",
    }))
    .map_err(|_| FORM)?;
    let credential: AuthenticationCredential = serde_json::from_value(json!({
        "rawId": answer.id.text,
        "response": {
            "clientDataJSON": answer.client_data_json,
            "authenticatorData": answer.authenticator_data,
            "signature": answer.signature,
        },
    }))
    .map_err(|_| FORM)?;
    let mut stored = StoredPasskey::default();
    stored.credential_id.clone_from(&answer.id.bytes);
    stored.public_key = URL_SAFE_NO_PAD.decode(&passkey.public_key).map_err(|_| FORM)?;
    stored.algorithm = passkey.algorithm;
    // Any counter passes here; `check_assertion` compares it.
    stored.counter = 0;
    Ok(verifier.finish_passkey_authentication(&credential, &state, &stored)?)
}
