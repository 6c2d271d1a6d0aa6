//! Password credentials of Keycloak, as the export of a realm has them.
//!
//! A credential holds two JSON objects as texts: `secretData` has salt and digest, `credentialData` the rest (Keycloak 26,
//! `PasswordCredentialModel`).

use std::collections::HashMap;

use serde::Deserialize;

use crate::platform::crypto::{
    foreign_hash::{
        ForeignHashOptions, ForeignHashProblem as Problem, argon2,
        foreign_digest::ForeignDigest,
        notation::{read_any_base64, read_number, to_base64},
        pbkdf2::{HashFunction, Pbkdf2},
        salt::Salt,
        setting::Setting,
    },
    stored_password::StoredPassword,
};

const FORM: &str = "Keycloak";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SecretData {
    value: String,
    salt: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialData {
    hash_iterations: u32,
    algorithm: String,
    /// Each value is a list of one text.
    #[serde(default)]
    additional_parameters: HashMap<String, Vec<String>>,
}

impl CredentialData {
    fn parameter(&self, name: &str) -> Option<&str> {
        match self.additional_parameters.get(name)?.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }
}

/// Reads the two texts of a credential.
pub(in super::super) fn read(
    secret_data: &str,
    credential_data: &str,
    options: &ForeignHashOptions,
) -> Result<StoredPassword, Problem> {
    let malformed = Problem::Malformed(FORM);
    let secret: SecretData = serde_json::from_str(secret_data).map_err(|_| malformed)?;
    let data: CredentialData = serde_json::from_str(credential_data).map_err(|_| malformed)?;
    let salt = read_any_base64(&secret.salt).ok_or(malformed)?;
    let digest = read_any_base64(&secret.value).ok_or(malformed)?;
    let function = match data.algorithm.as_str() {
        "pbkdf2" => HashFunction::Sha1,
        "pbkdf2-sha256" => HashFunction::Sha256,
        "pbkdf2-sha512" => HashFunction::Sha512,
        "argon2" => {
            let phc = phc(&data, &salt, &digest).ok_or(malformed)?;
            return argon2::read(&phc, options.ceiling).map(StoredPassword::Argon2);
        }
        _ => return Err(Problem::Unknown),
    };
    let setting = Pbkdf2::new(function, data.hash_iterations, Salt::new(function.form(), salt)?)?;
    ForeignDigest::new(Setting::Pbkdf2(setting), digest).map(StoredPassword::Foreign)
}

/// The PHC string.
fn phc(data: &CredentialData, salt: &[u8], digest: &[u8]) -> Option<String> {
    let version = match data.parameter("version") {
        Some("1.3") | None => 19,
        Some("1.0") => 16,
        Some(_) => return None,
    };
    let kind = data
        .parameter("type")
        .filter(|kind| ["id", "i", "d"].contains(kind))?;
    let memory = read_number(data.parameter("memory")?)?;
    let lanes = read_number(data.parameter("parallelism")?)?;
    let passes = data.hash_iterations;
    let (salt, digest) = (to_base64(salt), to_base64(digest));
    Some(format!(
        "$argon2{kind}$v={version}$m={memory},t={passes},p={lanes}${salt}${digest}"
    ))
}
