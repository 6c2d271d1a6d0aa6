//! Hashes that the original libraries made: `scripts/password-vectors`.

use std::sync::{Arc, LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::*;
use crate::platform::{
    counter::Counter,
    crypto::{Asker, HashEngine, PasswordHasher, PoolLimits},
    rng::SystemRng,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    hmac_key: String,
    firebase: Firebase,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Firebase {
    signer_key: String,
    salt_separator: String,
    rounds: u32,
    mem_cost: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Vector {
    pub(super) name: String,
    pub(super) password: String,
    text: String,
    hmac_key: Option<String>,
}

static DOCUMENT: LazyLock<Document> =
    LazyLock::new(|| serde_json::from_str(include_str!("../vectors.json")).unwrap());

impl Vector {
    pub(super) fn all() -> &'static [Self] {
        &DOCUMENT.vectors
    }

    pub(super) fn parse(&self) -> ForeignHash {
        let Firebase {
            signer_key,
            salt_separator,
            rounds,
            mem_cost,
        } = &DOCUMENT.firebase;
        let firebase =
            FirebaseParameters::new(&signer_key.as_str().into(), salt_separator, *rounds, *mem_cost).unwrap();
        let key = self.hmac_key.as_ref().unwrap_or(&DOCUMENT.hmac_key);
        let options = without_keys()
            .with_hmac_key(&STANDARD.decode(key).unwrap().into())
            .unwrap()
            .with_firebase(firebase);
        ForeignHash::parse(&self.text, &options).unwrap_or_else(|problem| panic!("{}: {problem}", self.name))
    }
}

pub(super) fn hasher() -> PasswordHasher {
    let limits = PoolLimits {
        threads: 2,
        queue: 8,
        deadline: std::time::Duration::from_mins(1),
    };
    PasswordHasher::start(
        HashEngine::Portable,
        CHEAP,
        limits,
        Arc::new(SystemRng),
        Counter::default(),
    )
    .unwrap()
}

#[tokio::test]
async fn the_right_password_matches_the_hashes_of_the_original_libraries_and_a_wrong_one_does_not() {
    let hasher = hasher();
    for vector in Vector::all() {
        let stored = hasher.import(Asker::Stranger, &vector.parse()).await.unwrap();
        let verify = async |password: &str| {
            let found = hasher
                .verify(&password.into(), Some(stored.as_str()))
                .await
                .unwrap();
            (found.matches, found.needs_rehash)
        };
        let is_argon2id = stored.as_str().starts_with("$argon2id$v=19$");
        let what = format!("{}, {}", vector.name, vector.password);
        assert_eq!(verify(&vector.password).await, (true, !is_argon2id), "{what}");
        let wrong = format!("not {}", vector.password);
        assert_eq!(verify(&wrong).await, (false, false), "{what}");
    }
}

#[tokio::test]
async fn bcrypt_reads_72_bytes_of_a_password_as_the_originals_do() {
    let hasher = hasher();
    let long = |vector: &&Vector| vector.password.len() > 72;
    let mut count = 0;
    for vector in Vector::all().iter().filter(long) {
        let stored = hasher.import(Asker::Stranger, &vector.parse()).await.unwrap();
        let other_tail = vector.password.replace("more", "less");
        let found = hasher
            .verify(&other_tail.as_str().into(), Some(stored.as_str()))
            .await;
        let is_cut = vector.parse().format() == "bcrypt";
        assert_eq!(found.unwrap().matches, is_cut, "{}", vector.name);
        count += u32::from(is_cut);
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn there_are_vectors_of_every_form() {
    let formats: std::collections::BTreeSet<_> = Vector::all()
        .iter()
        .map(|vector| vector.parse().format())
        .collect();
    assert_eq!(
        formats.into_iter().collect::<Vec<_>>(),
        [
            "argon2",
            "bcrypt",
            "bcrypt-sha256",
            "firebase-scrypt",
            "hmac-sha256",
            "pbkdf2-sha1",
            "pbkdf2-sha256",
            "pbkdf2-sha512",
            "scrypt"
        ]
    );
}
