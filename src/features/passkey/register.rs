//! The end of a registration: a new passkey.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{PasskeyId, UserId, passkey::Model};
use passki::{RegistrationCredential, StoredPasskey};
use serde_json::json;
use uuid::Uuid;

use super::{
    CredentialTaken, Rejected, answer::RegistrationAnswer, ceremony::RegistrationState, cose_key::ALGORITHMS,
    problem::Problem, relying_party, store, transports,
};
use crate::{
    context::App,
    features::{device::DeviceName, user::DisplayName},
    platform::{
        db::{Tx, TxError},
        id,
    },
};

/// A verified passkey that is not saved yet.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    /// The row to save.
    pub row: Model,
}

impl NewPasskey {
    /// Gives it a label.
    #[must_use]
    pub fn named(mut self, name: DisplayName) -> Self {
        self.row.name = name.into_string();
        self
    }

    /// Labels it by the device that made it, such as "Passkey (Firefox on Linux)".
    #[must_use]
    pub fn named_after(mut self, user_agent: Option<&str>) -> Self {
        let family = DeviceName::family(user_agent);
        if family != DeviceName::family(None) {
            self.row.name = format!("{NAME} ({family})");
        }
        self
    }

    /// Saves it; fails if any account has a passkey with this credential id already.
    pub async fn save(&self, tx: &Tx) -> Result<(), TxError<CredentialTaken>> {
        store::insert(tx, self.row.clone()).await
    }
}

/// The label of a passkey that nobody has named.
const NAME: &str = "Passkey";

/// Checks an answer to the options that [`begin_registration`](super::begin_registration) made for this user
/// (WebAuthn Level 3, section 7.1). The passkey is named "Passkey" until it gets another label.
pub fn check_registration(
    app: &App,
    user_id: UserId,
    state: &RegistrationState,
    answer_json: &str,
) -> Result<NewPasskey, Rejected> {
    verify(app, user_id, state, answer_json).map_err(|Problem(reason)| {
        tracing::info!(reason, "refused the registration of a passkey");
        Rejected::Invalid
    })
}

fn verify(
    app: &App,
    user_id: UserId,
    state: &RegistrationState,
    answer_json: &str,
) -> Result<NewPasskey, Problem> {
    let answer = RegistrationAnswer::parse(answer_json)?;
    let stored = verified(app, state, &answer)?;
    if !ALGORITHMS.contains(&stored.algorithm) || stored.credential_id != answer.id.bytes {
        return Err(Problem("the library read another credential"));
    }
    let row = Model {
        id: PasskeyId(id::new(&*app.clock, &*app.rng)),
        user_id,
        credential_key: answer.id.key(),
        credential_id: answer.id.text,
        public_key: URL_SAFE_NO_PAD.encode(stored.public_key),
        algorithm: stored.algorithm,
        sign_count: stored.counter.into(),
        aaguid: Uuid::from_bytes(stored.aaguid),
        transports: transports::join(&answer.transports),
        backup: answer.attested.backup,
        user_handle: state.user_handle.clone(),
        rp_id: app.config.passkey_rp().unwrap_or_default().to_owned(),
        name: NAME.to_owned(),
        created_at: app.clock.now().as_millisecond(),
        last_used_at: None,
    };
    Ok(NewPasskey { row })
}

/// What the library verifies: challenge, origin, relying party, presence and verification of the user.
fn verified(
    app: &App,
    state: &RegistrationState,
    answer: &RegistrationAnswer,
) -> Result<StoredPasskey, Problem> {
    const FORM: Problem = Problem("the library reads its own types in another form");
    let verifier = relying_party::verifier(app, &answer.origin).ok_or(Problem("passkeys are not enabled"))?;
    let challenge = URL_SAFE_NO_PAD.decode(&state.challenge).map_err(|_| FORM)?;
    // Its types cannot be built otherwise. Its challenge would not come from our source of randomness.
    let state = serde_json::from_value(json!({
        "challenge": challenge,
        "user": { "id": state.user_handle, "name": "", "displayName": "" },
        "user_verification": "required",
    }))
    .map_err(|_| FORM)?;
    let credential: RegistrationCredential = serde_json::from_value(json!({
        "rawId": answer.id.text,
        "response": {
            "clientDataJSON": answer.client_data_json,
            "attestationObject": answer.attestation_object,
        },
    }))
    .map_err(|_| FORM)?;
    Ok(verifier.finish_passkey_registration(&credential, &state)?)
}
