//! What `portcullis key` prints.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    features::key::{KeyState, ListedKey, Rotated, Start},
    platform::{clock::Timestamp, crypto::SigningAlgorithm},
};

/// A line for each key.
pub(super) fn list(keys: &[ListedKey]) -> String {
    let mut text = String::new();
    for key in keys {
        let (word, from, until) = (key.state.word(), seconds(key.activates_at), key.retires_at);
        let what = match (key.state, until) {
            (KeyState::Published, _) => format!("signs from {from}"),
            (KeyState::Signing, None) => format!("signs since {from}"),
            (KeyState::Signing, Some(until)) => {
                format!("signs since {from}, verifies until {}", seconds(until))
            }
            (_, Some(until)) => format!("signed from {from}, verifies until {}", seconds(until)),
            (_, None) => format!("signed from {from}"),
        };
        let _ = writeln!(text, "{}  {:<5}  {word:<9}  {what}", key.kid, key.algorithm);
    }
    text
}

pub(super) fn list_json(keys: &[ListedKey]) -> Value {
    let key = |key: &ListedKey| {
        json!({
            "kid": key.kid,
            "algorithm": key.algorithm,
            "state": key.state.word(),
            "activatesAt": key.activates_at.to_string(),
            "retiresAt": key.retires_at.map(|at| at.to_string()),
        })
    };
    keys.iter().map(key).collect()
}

pub(super) fn rotated(rotated: &Rotated, start: Start) -> String {
    let mut text = format!(
        "published the key {} ({}); it signs from {}, and the others verify until {}",
        rotated.kid,
        rotated.algorithm.name(),
        seconds(rotated.activates_at),
        seconds(rotated.others_retire_at),
    );
    if start == Start::Now {
        text.push_str(
            "\nServices that cached the key set refuse new tokens until they read it again: at once if they do so for an \
             unknown key, otherwise within 5 minutes.\nTokens of the former key still work. If it was stolen, remove it \
             with `portcullis key retire`: everybody gets a new token with the next refresh, and services that read the \
             key set only at start must be restarted.",
        );
    }
    text
}

pub(super) fn rotated_json(rotated: &Rotated) -> Value {
    json!({
        "kid": rotated.kid,
        "algorithm": rotated.algorithm.name(),
        "activatesAt": rotated.activates_at.to_string(),
        "othersRetireAt": rotated.others_retire_at.to_string(),
    })
}

pub(super) fn retired(kid: &str) -> String {
    format!(
        "removed the key {kid}: servers refuse its tokens within 5 seconds, services when they read the key set again"
    )
}

pub(super) fn shared_secret(algorithm: SigningAlgorithm) -> String {
    format!(
        "jwt_algorithm is {}: tokens are signed with jwt_secret, so there are no key pairs. To replace that secret, change \
         the setting here and in every service that verifies tokens; the tokens that are out then are refused, and refreshes \
         bring new ones",
        algorithm.name()
    )
}

/// Without fractions of a second.
fn seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
