//! What is read, refused, wrapped and verified.

mod limits;
mod refused;
mod stored;
mod vectors;

use secrecy::{SecretSlice, SecretString};

use super::{FirebaseParameters, ForeignHash, ForeignHashOptions, ForeignHashProblem};
use crate::platform::crypto::hash_cost::HashCost;

const CHEAP: HashCost = HashCost {
    memory_kib: 64,
    iterations: 2,
    parallelism: 1,
};

const BCRYPT: &str = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
const PBKDF2: &str =
    "$pbkdf2-sha256$i=600000$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
const SCRYPT: &str =
    "$scrypt$ln=15,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
const ARGON2: &str =
    "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
const WERKZEUG: &str =
    "scrypt:32768:8:1$saltsaltsaltsalt$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const WERKZEUG_PBKDF2: &str =
    "pbkdf2:sha256:600000$saltsaltsaltsalt$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const DJANGO: &str = "pbkdf2_sha256$1000000$saltsaltsaltsalt$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y=";
const DJANGO_SCRYPT: &str = "scrypt$16384$saltsaltsaltsalt$8$5$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y=";
const PASSLIB: &str =
    "$pbkdf2-sha256$290000$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
const HMAC: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const WRAPPED: &str = "$portcullis-wrapped$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                       ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y$pbkdf2-sha1$i=1000$c2FsdHNhbHQ";
const SIGNER_KEY: &str = "ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y=";

/// The credential of a realm export, with these texts inside.
fn keycloak(algorithm: &str, rounds: u64, parameters: &str) -> String {
    let secret =
        r#"{"value":"ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y=","salt":"c29tZXNhbHRzb21lc2FsdA=="}"#;
    let data = format!(
        r#"{{"hashIterations":{rounds},"algorithm":"{algorithm}","additionalParameters":{parameters}}}"#
    );
    serde_json::json!({ "type": "password", "secretData": secret, "credentialData": data }).to_string()
}

/// Parameters of Keycloak's Argon2.
fn keycloak_argon2(memory: &str, lanes: &str) -> String {
    format!(r#"{{"type":["id"],"version":["1.3"],"memory":["{memory}"],"parallelism":["{lanes}"]}}"#)
}

/// A user of a Firebase export.
fn firebase() -> String {
    serde_json::json!({ "passwordHash": SIGNER_KEY, "salt": "c2FsdHNhbHQ=" }).to_string()
}

fn supabase(parameters: &str) -> String {
    format!("$fbscrypt$v=1,{parameters},ss=Bw==,sk={SIGNER_KEY}$c2FsdHNhbHQ=${SIGNER_KEY}")
}

fn without_keys() -> ForeignHashOptions {
    ForeignHashOptions::new(CHEAP)
}

/// With all keys; Firebase has this cost.
fn with_keys(rounds: u32, memory_cost: u32) -> ForeignHashOptions {
    let signer_key = SecretString::from(SIGNER_KEY);
    let firebase = FirebaseParameters::new(&signer_key, "Bw==", rounds, memory_cost).unwrap();
    let key = SecretSlice::from(b"a secret key of HMAC".to_vec());
    without_keys()
        .with_hmac_key(&key)
        .unwrap()
        .with_firebase(firebase)
}

fn parse(text: &str) -> Result<ForeignHash, ForeignHashProblem> {
    ForeignHash::parse(text, &with_keys(8, 14))
}

/// `text` with a part replaced that it must have.
fn with(text: &str, from: &str, to: &str) -> String {
    let changed = text.replacen(from, to, 1);
    assert_ne!(changed, text, "{from}");
    changed
}
