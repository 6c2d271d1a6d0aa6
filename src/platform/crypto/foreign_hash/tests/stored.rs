//! What is stored of a hash.

use super::{
    vectors::{Vector, hasher},
    *,
};
use crate::platform::crypto::{
    Asker,
    hash_engine::HashEngine,
    hash_worker::HashWorker,
    stored_password::{MAX_TEXT, StoredPassword},
};

/// What is stored of a vector.
async fn stored(name: &str) -> String {
    let vector = Vector::all().iter().find(|vector| vector.name == name).unwrap();
    let made = hasher().import(Asker::Stranger, &vector.parse()).await.unwrap();
    made.as_str().to_owned()
}

#[tokio::test]
async fn each_algorithm_is_stored_in_one_form() {
    for (name, start) in [
        ("bcrypt 10", "$2b$10$"),
        ("bcrypt, Auth0", "$2a$08$"),
        ("bcrypt, PHP", "$2y$08$"),
        ("Django bcrypt", "$2b$08$"),
        ("Django bcrypt_sha256", "$portcullis-bcrypt-sha256$2b$08$"),
        (
            "Django pbkdf2_sha256",
            "$pbkdf2-sha256$i=120000$cXVpZXRTbm93MDEyMzQ1Njc4OTAxMg$",
        ),
        (
            "Django scrypt",
            "$scrypt$ln=14,r=8,p=5$cXVpZXRTbm93MDEyMzQ1Njc4OTAxMg$",
        ),
        ("Django argon2", "$argon2id$v=19$m=102400,t=2,p=8$"),
        ("Werkzeug scrypt", "$scrypt$ln=15,r=8,p=1$"),
        ("Werkzeug pbkdf2:sha512:110000", "$pbkdf2-sha512$i=110000$"),
        (
            "passlib pbkdf2-sha256 of 150,000",
            "$pbkdf2-sha256$i=150000$cXVpZXQgc25vdyBzYWx0IQ$",
        ),
        ("passlib scrypt", "$scrypt$ln=15,r=8,p=1$cXVpZXQgc25vdyBzYWx0IQ$"),
        ("argon2d", "$argon2d$v=19$m=8192,t=3,p=1$"),
        ("argon2i of version 16", "$argon2i$v=16$m=8192,t=3,p=1$"),
        (
            "Keycloak pbkdf2-sha512 210000",
            "$pbkdf2-sha512$i=210000$cXVpZXQgc25vdyBzYWx0IQ$",
        ),
        (
            "Keycloak argon2",
            "$argon2id$v=19$m=7168,t=5,p=1$cXVpZXQgc25vdyBzYWx0IQ$",
        ),
        (
            "Firebase",
            "$portcullis-firebase-scrypt$ln=14,r=8,p=1$cXVpZXQgc25vdwc$",
        ),
        (
            "Firebase, Supabase",
            "$portcullis-firebase-scrypt$ln=14,r=8,p=1$cXVpZXQgc25vdwc$",
        ),
    ] {
        let stored = stored(name).await;
        assert!(stored.starts_with(start), "{name}: {stored}");
    }
}

#[tokio::test]
async fn weak_hashes_are_wrapped_with_what_made_them_and_without_their_digest() {
    for (name, inner) in [
        ("bcrypt 4", "$2b$04$"),
        (
            "Django pbkdf2_sha1",
            "$pbkdf2-sha1$i=1000$cXVpZXRTbm93MDEyMzQ1Njc4OTAxMg",
        ),
        ("Werkzeug pbkdf2:sha256:1000", "$pbkdf2-sha256$i=1000$"),
        (
            "passlib pbkdf2-sha256",
            "$pbkdf2-sha256$i=29000$cXVpZXQgc25vdyBzYWx0IQ",
        ),
        (
            "argon2i, cheap",
            "$argon2i$v=19$m=512,t=2,p=2,l=16$cXVpZXQgc25vdyBzYWx0IQ",
        ),
        (
            "Keycloak pbkdf2-sha256 27500",
            "$pbkdf2-sha256$i=27500$cXVpZXQgc25vdyBzYWx0IQ",
        ),
        (
            "Keycloak pbkdf2 20000",
            "$pbkdf2-sha1$i=20000$cXVpZXQgc25vdyBzYWx0IQ",
        ),
        (
            "HMAC-SHA256",
            "$portcullis-hmac-sha256$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY",
        ),
    ] {
        let text = stored(name).await;
        assert!(
            text.starts_with("$portcullis-wrapped$m=64,t=2,p=1$"),
            "{name}: {text}"
        );
        assert!(text.contains(inner), "{name}: {text}");
        // Tag, cost, salt and output come before the inner setting, and no digest after it.
        let rest = text.splitn(6, '$').nth(5).unwrap();
        assert_eq!(format!("${}", rest.split_at(inner.len() - 1).0), inner, "{name}");
        assert!(rest.len() < inner.len() + 23, "{name}: {text}");
        assert_ne!(text, stored(name).await, "each has a salt of its own");
        // It can move to another server as it is.
        let text = with(&text, "m=64,t=2", "m=19456,t=2");
        let again = ForeignHash::parse(&text, &without_keys()).unwrap();
        assert_eq!((again.format(), again.is_weak()), ("wrapped", false));
        let moved = hasher().import(Asker::Stranger, &again).await.unwrap();
        assert_eq!(moved.as_str(), text);
    }
}

#[test]
fn the_firebase_signer_key_is_not_stored() {
    let vector = Vector::all()
        .iter()
        .find(|vector| vector.name == "Firebase")
        .unwrap();
    let stored = vector.parse().to_text().unwrap();
    assert!(!stored.contains("jxspr8Ki0RYy"), "{stored}");
    assert!(ForeignHash::parse(&stored, &without_keys()).is_ok());
}

#[test]
fn the_text_of_a_hash_is_read_as_the_same_hash() {
    for vector in Vector::all() {
        let text = vector.parse().to_text().unwrap();
        let read = StoredPassword::parse(&text, CHEAP.ceiling()).unwrap();
        assert_eq!(read.to_text().unwrap(), text, "{}", vector.name);
    }
    for text in [BCRYPT, PBKDF2, SCRYPT, ARGON2, WRAPPED] {
        let read = StoredPassword::parse(text, CHEAP.ceiling()).unwrap();
        assert_eq!(read.to_text().unwrap(), text);
    }
    // Bits that mean nothing are written as zeros.
    let odd = with(BCRYPT, "kh2O", "kh2P");
    assert_eq!(parse(&odd).unwrap().to_text().unwrap(), BCRYPT);
}

#[test]
fn the_longest_hashes_fit_into_the_column() {
    let mut worker = HashWorker::new(HashEngine::Portable, 64);
    let (salt, digest) = ("A".repeat(86), "A".repeat(86));
    let cost = HashCost {
        memory_kib: 8 * 16,
        iterations: 32,
        parallelism: 16,
    };
    let key = SecretSlice::from(vec![7; 64]);
    let options = without_keys().with_hmac_key(&key).unwrap();
    for text in [
        format!("$argon2id$v=19$m=262144,t=4,p=16${}${digest}", "A".repeat(64)),
        format!("$argon2id$v=19$m=128,t=32,p=16${}${digest}", "A".repeat(64)),
        format!("$pbkdf2-sha512$i=2000000${salt}${digest}"),
        format!("$pbkdf2-sha512$i=99999${salt}${digest}"),
        format!("$scrypt$ln=16,r=8,p=16${salt}${digest}").replace("ln=16", "ln=14"),
        format!(
            "$portcullis-firebase-scrypt$ln=10,r=8,p=1${salt}${}",
            "A".repeat(43)
        ),
        format!(
            "$portcullis-firebase-scrypt$ln=14,r=8,p=16${salt}${}",
            "A".repeat(43)
        ),
        HMAC.to_owned(),
    ] {
        let hash = ForeignHash::parse(&text, &options).unwrap();
        let stored = if hash.is_weak() {
            // No server has a greater cost in decimal digits than this, but for 8 more.
            hash.wrap(cost, [7; 16], &mut worker).unwrap() + "12345678"
        } else {
            hash.to_text().unwrap()
        };
        assert!(stored.len() <= MAX_TEXT, "{}: {stored}", stored.len());
    }
}
