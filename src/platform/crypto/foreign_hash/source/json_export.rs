//! Exports that have a user, or a credential of one, as a JSON object.

use serde::Deserialize;

use super::keycloak;

use crate::platform::crypto::{
    foreign_hash::{ForeignHashOptions, ForeignHashProblem as Problem},
    stored_password::StoredPassword,
};

const FORM: &str = "JSON";

/// The properties of all of them; others are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Export {
    /// Auth0 and Firebase.
    password_hash: Option<String>,
    /// Firebase.
    salt: Option<String>,
    /// Keycloak.
    secret_data: Option<String>,
    /// Keycloak.
    credential_data: Option<String>,
}

/// Reads a JSON object:
///
/// - Auth0: a line of its export of password hashes, with bcrypt in `passwordHash`.
/// - Firebase: a user of `firebase auth:export`, with `passwordHash` and `salt`.
/// - Keycloak: a credential of a user in the export of a realm, with `secretData` and `credentialData`.
///
/// `Unknown` if the text is no object, or none of these.
pub(in super::super) fn read(text: &str, options: &ForeignHashOptions) -> Result<StoredPassword, Problem> {
    if !text.starts_with('{') {
        return Err(Problem::Unknown);
    }
    let export: Export = serde_json::from_str(text).map_err(|_| Problem::Malformed(FORM))?;
    match export {
        Export {
            secret_data: Some(secret),
            credential_data: Some(data),
            ..
        } => keycloak::read(&secret, &data, options),
        Export {
            password_hash: Some(hash),
            ..
        } if hash.is_empty() => Err(Problem::NoPassword),
        Export {
            password_hash: Some(hash),
            salt: Some(salt),
            ..
        } => {
            let firebase = options
                .firebase
                .as_ref()
                .ok_or(Problem::FirebaseParametersMissing)?;
            firebase.read_hash(&hash, &salt).map(StoredPassword::Foreign)
        }
        Export {
            password_hash: Some(hash),
            ..
        } => StoredPassword::parse(&hash, options.ceiling),
        _ => Err(Problem::Unknown),
    }
}
