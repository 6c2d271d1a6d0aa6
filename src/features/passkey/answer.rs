//! The answers of browsers, as JSON text (WebAuthn Level 3, sections 5.1.8.1 and 5.1.8.2).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    MAX_ANSWER_BYTES, attestation::Attested, authenticator_data::AuthenticatorData, client_data,
    problem::Problem,
};
use crate::platform::crypto::Sha256;

/// Maximum length of a credential id in bytes (WebAuthn Level 3, section 7.1).
const MAX_ID_BYTES: usize = 1023;

/// A credential id that has the form of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CredentialId {
    /// In base64url.
    pub(super) text: String,
    pub(super) bytes: Vec<u8>,
}

impl CredentialId {
    fn parse(text: String) -> Result<Self, Problem> {
        let bytes = decode(&text)?;
        if !(1..=MAX_ID_BYTES).contains(&bytes.len()) {
            return Err(Problem("the credential id is empty or too long"));
        }
        Ok(Self { text, bytes })
    }

    /// What is unique among all passkeys: the id itself is too long for an index on MariaDB and MySQL.
    pub(super) fn key(&self) -> String {
        key_of(&self.text)
    }
}

/// SHA-256 of a credential id, in base64url. Base64url without padding has one spelling for each value.
pub(super) fn key_of(id: &str) -> String {
    Sha256::of(id).to_base64url()
}

/// An answer to creation options.
#[derive(Debug)]
pub(super) struct RegistrationAnswer {
    pub(super) id: CredentialId,
    /// The page's, as the browser says.
    pub(super) origin: String,
    pub(super) client_data_json: String,
    pub(super) attestation_object: String,
    pub(super) transports: Vec<String>,
    pub(super) attested: Attested,
}

/// An answer to request options.
#[derive(Debug)]
pub(super) struct AssertionAnswer {
    pub(super) id: CredentialId,
    /// The page's, as the browser says.
    pub(super) origin: String,
    pub(super) client_data_json: String,
    pub(super) authenticator_data: String,
    pub(super) signature: String,
    pub(super) user_handle: Option<String>,
    pub(super) data: AuthenticatorData,
}

/// The members that are read; all others are ignored, and so reach no parser.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credential<R> {
    id: String,
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    #[serde(default)]
    transports: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

impl RegistrationAnswer {
    /// Reads an answer, and everything in it that needs no key.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let (id, response) = credential::<AttestationResponse>(text)?;
        let origin = client_data::check(&decode(&response.client_data_json)?)?;
        let attested = Attested::parse(&decode(&response.attestation_object)?)?;
        if attested.credential_id != id.bytes {
            return Err(Problem("the credential id is not that of the authenticator"));
        }
        Ok(Self {
            id,
            origin,
            client_data_json: response.client_data_json,
            attestation_object: response.attestation_object,
            transports: response.transports.unwrap_or_default(),
            attested,
        })
    }
}

impl AssertionAnswer {
    /// Reads an answer, and everything in it that needs no key.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let (id, response) = credential::<AssertionResponse>(text)?;
        let origin = client_data::check(&decode(&response.client_data_json)?)?;
        let data = AuthenticatorData::of_assertion(&decode(&response.authenticator_data)?)?;
        decode(&response.signature)?;
        if let Some(handle) = &response.user_handle {
            decode(handle)?;
        }
        Ok(Self {
            id,
            origin,
            client_data_json: response.client_data_json,
            authenticator_data: response.authenticator_data,
            signature: response.signature,
            user_handle: response.user_handle,
            data,
        })
    }
}

fn credential<R: DeserializeOwned>(text: &str) -> Result<(CredentialId, R), Problem> {
    if text.len() > MAX_ANSWER_BYTES {
        return Err(Problem("the answer is too long"));
    }
    let credential: Credential<R> =
        serde_json::from_str(text).map_err(|_| Problem("the answer is not the JSON of a credential"))?;
    if credential.kind != "public-key" || credential.id != credential.raw_id {
        return Err(Problem("the answer has another type, or two ids"));
    }
    Ok((CredentialId::parse(credential.raw_id)?, credential.response))
}

/// Decodes base64url without padding, strictly: one spelling for each value.
fn decode(text: &str) -> Result<Vec<u8>, Problem> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Problem("a member is not base64url without padding"))
}
