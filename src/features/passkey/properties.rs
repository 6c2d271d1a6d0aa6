//! Properties of reading what browsers and authenticators send, for any input.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use passki::{Passki, PasskiError, RegistrationCredential, RegistrationState};
use serde_json::{from_value, json};

use super::{
    MAX_ANSWER_BYTES,
    answer::{AssertionAnswer, CredentialId, RegistrationAnswer},
    attestation::Attested,
    cose_key::ALGORITHMS,
    transports,
};

/// Whether the text has the form of an answer, to creation or request options.
///
/// # Panics
///
/// If what is accepted is larger than what is stored.
pub fn answer(text: &str) -> bool {
    let registration = RegistrationAnswer::parse(text).ok();
    if let Some(answer) = &registration {
        check_id(&answer.id);
        assert_eq!(answer.id.bytes, answer.attested.credential_id, "two ids");
        assert!(
            transports::join(&answer.transports).len() <= 64,
            "the transports do not fit"
        );
    }
    let assertion = AssertionAnswer::parse(text).ok();
    if let Some(answer) = &assertion {
        check_id(&answer.id);
    }
    let is_accepted = registration.is_some() || assertion.is_some();
    assert!(!is_accepted || text.len() <= MAX_ANSWER_BYTES, "it is too long");
    is_accepted
}

fn check_id(id: &CredentialId) {
    assert!((1..=1023).contains(&id.bytes.len()), "the id does not fit");
    assert_eq!(
        id.text,
        URL_SAFE_NO_PAD.encode(&id.bytes),
        "the id has two spellings"
    );
    assert_eq!(id.key().len(), 43);
}

/// Whether the bytes are an attestation object that is passed on to the library.
///
/// # Panics
///
/// If the library reads it differently, or if a part of it, or more than it, is one, too.
pub fn attestation(object: &[u8]) -> bool {
    let Ok(attested) = Attested::parse(object) else {
        return false;
    };
    assert!(
        Attested::parse(&[object, &[0]].concat()).is_err(),
        "what follows is ignored"
    );
    let cut = object
        .split_last()
        .map(|(_, rest)| Attested::parse(rest).is_err());
    assert!(cut.unwrap_or(true), "the end is not needed");
    match by_library(object, &attested.credential_id) {
        Ok((id, algorithm)) => {
            assert_eq!(id, attested.credential_id, "the library reads another id");
            assert!(ALGORITHMS.contains(&algorithm), "the algorithm was not offered");
        }
        // What the form does not tell.
        Err(
            PasskiError::RpIdHashMismatch
            | PasskiError::UserNotPresent
            | PasskiError::UserVerificationRequired,
        ) => {}
        Err(error) => assert!(
            matches!(error, PasskiError::InvalidAuthenticatorData) && has_extension_that_is_read(object),
            "the library cannot read it: {error}"
        ),
    }
    true
}

/// Whether it can hold one of the two extension outputs whose values the library reads, and can refuse.
fn has_extension_that_is_read(object: &[u8]) -> bool {
    let contains = |name: &str| object.windows(name.len()).any(|part| part == name.as_bytes());
    contains("credProtect") || contains("minPinLength")
}

/// The credential id and the algorithm that the library reads.
fn by_library(object: &[u8], id: &[u8]) -> Result<(Vec<u8>, i32), PasskiError> {
    let origin = "http://localhost:8000";
    let challenge = [7_u8; 32];
    let client_data = json!({
        "type": "webauthn.create",
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "origin": origin,
    });
    let credential = json!({
        "rawId": URL_SAFE_NO_PAD.encode(id),
        "response": {
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data.to_string()),
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
        },
    });
    let state = json!({
        "challenge": challenge,
        "user": { "id": "", "name": "", "displayName": "" },
        "user_verification": "required",
    });
    let credential = from_value::<RegistrationCredential>(credential)?;
    let state = from_value::<RegistrationState>(state)?;
    let read = Passki::new("localhost", &[origin], "").finish_passkey_registration(&credential, &state)?;
    Ok((read.credential_id, read.algorithm))
}

#[cfg(test)]
mod tests {
    use ciborium::Value;
    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;
    use crate::{
        fuzzing::{keeps, pieces},
        platform::crypto::Sha256,
    };

    /// An object whose public key is the base point of the curve.
    fn object(flags: u8) -> Vec<u8> {
        let key = p256::SecretKey::from_slice(&[&[0; 31][..], &[1]].concat()).unwrap();
        let point = p256::ecdsa::VerifyingKey::from(key.public_key()).to_sec1_point(false);
        let [x, y] = [point.x().unwrap(), point.y().unwrap()].map(|it| Value::Bytes(it.to_vec()));
        let number = |number: i64| Value::Integer(number.into());
        let key = Value::Map(vec![
            (number(1), number(2)),
            (number(3), number(-7)),
            (number(-1), number(1)),
            (number(-2), x),
            (number(-3), y),
        ]);
        let mut data = Sha256::of("localhost").bytes().to_vec();
        data.extend([flags, 0, 0, 0, 1]);
        data.extend([0; 16]);
        data.extend([0, 4, 1, 2, 3, 4]);
        ciborium::into_writer(&key, &mut data).unwrap();
        let text = |text: &str| Value::Text(text.to_owned());
        let object = Value::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Value::Map(Vec::new())),
            (text("authData"), Value::Bytes(data)),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&object, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_library_reads_every_accepted_attestation_object_alike() {
        assert!(attestation(&object(0x45)));
        keeps(10, vec(any::<u8>(), 0..200), |bytes| attestation(bytes));
        let changes = vec((any::<Index>(), any::<u8>()), 0..4);
        let objects = (any::<u8>(), changes).prop_map(|(flags, changes)| {
            let mut bytes = object(0x40 | flags);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        });
        let accepted = keeps(40, objects, |bytes| attestation(bytes));
        assert!(accepted > 500, "only {accepted} are accepted");
    }

    #[test]
    fn an_answer_is_no_larger_than_what_is_stored() {
        const PIECES: &[&str] = &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "null",
            "1",
            "\"id\":",
            "\"rawId\":",
            "\"type\":",
            "\"public-key\"",
            "\"response\":{",
            "\"clientDataJSON\":",
            "\"attestationObject\":",
            "\"authenticatorData\":",
            "\"signature\":",
            "\"userHandle\":",
            "\"transports\":[",
            "\"internal\"",
            "\"AQIDBA\"",
            "\"AA\"",
            "\"AB\"",
            "\"AA==\"",
            "\"\"",
            r#"{"id":"AQIDBA","rawId":"AQIDBA","type":"public-key","response":{"#,
            "\"eyJ0eXBlIjoiIiwiY2hhbGxlbmdlIjoiIiwib3JpZ2luIjoiIn0\"",
        ];
        keeps(20, pieces(PIECES, 24), |text| answer(text));
        let client_data = URL_SAFE_NO_PAD.encode(r#"{"type":"","challenge":"","origin":""}"#);
        let whole = json!({
            "id": "AQIDBA", "rawId": "AQIDBA", "type": "public-key",
            "response": {
                "clientDataJSON": client_data,
                "attestationObject": URL_SAFE_NO_PAD.encode(object(0x45)),
            },
        });
        let whole = whole.to_string();
        assert!(answer(&whole));
        let changed = (any::<Index>(), pieces(PIECES, 2)).prop_map(move |(at, piece)| {
            let mut text = whole.clone();
            text.insert_str(at.index(whole.len()), &piece);
            text
        });
        let accepted = keeps(20, changed, |text| answer(text));
        assert!(accepted > 100, "only {accepted} are answers");
    }
}
