//! The cost of a hash is limited before anything is computed.

use super::*;

#[test]
fn cost_bombs_in_every_form_are_refused_unhashed() {
    let table = [
        with(BCRYPT, "$12$", "$15$"),
        with(BCRYPT, "$12$", "$31$"),
        with(BCRYPT, "$12$", "$99$"),
        format!("bcrypt${}", with(BCRYPT, "$12$", "$15$")),
        format!("bcrypt_sha256${}", with(BCRYPT, "$12$", "$15$")),
        format!("$portcullis-bcrypt-sha256{}", with(BCRYPT, "$12$", "$15$")),
        with(PBKDF2, "600000", "2000001"),
        with(PBKDF2, "600000", "4294967295"),
        with(PBKDF2, "600000", "99999999999999999999"),
        with(PBKDF2, "600000", "2000001,l=32"),
        with(WERKZEUG_PBKDF2, "600000", "2000001"),
        with(&with(WERKZEUG_PBKDF2, "600000", "4294967296"), "sha256", "sha512"),
        with(DJANGO, "1000000", "2000001"),
        with(&with(DJANGO, "1000000", "99999999999"), "sha256", "sha1"),
        with(PASSLIB, "290000", "2000001"),
        with(&with(PASSLIB, "290000", "4294967295"), "sha256", "sha512"),
        with(SCRYPT, "ln=15", "ln=17"),
        with(SCRYPT, "ln=15", "ln=31"),
        with(SCRYPT, "ln=15", "ln=63"),
        with(SCRYPT, "ln=15", "ln=4294967295"),
        with(SCRYPT, "r=8", "r=17"),
        with(SCRYPT, "r=8", "r=4294967295"),
        with(SCRYPT, "p=1", "p=9"),
        with(SCRYPT, "p=1", "p=17"),
        with(SCRYPT, "ln=15,r=8,p=1", "ln=1,r=1,p=4294967295"),
        with(SCRYPT, "ln=15,r=8,p=1", "ln=1,r=1073741824,p=1"),
        with(WERKZEUG, "32768:8:1", "131072:8:1"),
        with(WERKZEUG, "32768:8:1", "4294967296:8:1"),
        with(WERKZEUG, "32768:8:1", "32768:99999999999:1"),
        with(WERKZEUG, "32768:8:1", "32768:8:9"),
        with(DJANGO_SCRYPT, "16384", "1048576"),
        with(DJANGO_SCRYPT, "$8$5$", "$8$17$"),
        with(DJANGO_SCRYPT, "$8$5$", "$4294967295$5$"),
        supabase("n=17,r=8,p=1"),
        supabase("n=64,r=8,p=1"),
        supabase("n=14,r=8,p=17"),
        with(ARGON2, "m=19456", "m=4194304"),
        with(ARGON2, "t=2", "t=4294967295"),
        with(ARGON2, "p=1", "p=17"),
        with(ARGON2, "m=19456,t=2", "m=262144,t=5"),
        with(ARGON2, "m=19456,t=2,p=1", "m=262144,t=32,p=16"),
        with(&format!("argon2{ARGON2}"), "m=19456", "m=4194304"),
        keycloak("pbkdf2-sha512", 2_000_001, "{}"),
        keycloak("pbkdf2", 4_294_967_295, "{}"),
        keycloak("argon2", 33, &keycloak_argon2("7168", "1")),
        keycloak("argon2", 5, &keycloak_argon2("4194304", "1")),
        keycloak("argon2", 5, &keycloak_argon2("7168", "17")),
        with(WRAPPED, "m=19456", "m=4194304"),
        with(WRAPPED, "t=2", "t=33"),
        with(WRAPPED, "i=1000", "i=2000001"),
        with(WRAPPED, "pbkdf2-sha1$i=1000", "scrypt$ln=20,r=8,p=1"),
        with(
            WRAPPED,
            "pbkdf2-sha1$i=1000$c2FsdHNhbHQ",
            "2b$15$R9h/cIPz0gi.URNNX3kh2O",
        ),
        with(
            WRAPPED,
            "pbkdf2-sha1$i=1000",
            "argon2i$v=19$m=4194304,t=2,p=2,l=16",
        ),
        with(
            WRAPPED,
            "pbkdf2-sha1$i=1000",
            "portcullis-firebase-scrypt$ln=20,r=8,p=1",
        ),
    ];
    for text in table {
        let problem = parse(&text).unwrap_err();
        assert!(
            matches!(problem, ForeignHashProblem::TooCostly { .. }),
            "{text}: {problem}"
        );
    }
    let of_firebase =
        |rounds, memory| ForeignHash::parse(&firebase(), &with_keys(rounds, memory)).unwrap_err();
    for (rounds, memory) in [
        (8, 17),
        (8, 31),
        (8, 4_294_967_295),
        (4_294_967_295, 14),
        (129, 12),
    ] {
        let problem = of_firebase(rounds, memory);
        assert!(
            matches!(problem, ForeignHashProblem::TooCostly { .. }),
            "{rounds}, {memory}"
        );
    }
}

#[test]
fn what_just_keeps_the_limits_is_read() {
    for text in [
        with(BCRYPT, "$12$", "$14$"),
        with(PBKDF2, "600000", "2000000"),
        with(SCRYPT, "ln=15", "ln=16"),
        with(SCRYPT, "ln=15,r=8,p=1", "ln=16,r=8,p=4"),
        with(SCRYPT, "ln=15,r=8,p=1", "ln=14,r=8,p=16"),
        with(ARGON2, "m=19456,t=2,p=1", "m=262144,t=4,p=16"),
        with(WRAPPED, "i=1000", "i=2000000"),
    ] {
        assert!(parse(&text).is_ok(), "{text}");
    }
}

#[test]
fn salts_and_digests_have_a_usual_length() {
    use ForeignHashProblem::{DigestLength, SaltLength};
    let digest = "ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
    let salt = "c29tZXNhbHRzb21lc2FsdA";
    let long = "A".repeat(86);
    let longer = "A".repeat(88);
    for text in [
        with(PBKDF2, salt, &long),
        with(SCRYPT, salt, &long),
        with(DJANGO, "saltsaltsaltsalt", &"s".repeat(64)),
        with(PBKDF2, digest, &long),
        with(SCRYPT, digest, &long),
        // Their beginning is compared.
        with(WERKZEUG, "00112233", &format!("{}00112233", "00".repeat(96))),
    ] {
        assert!(parse(&text).is_ok(), "{text}");
    }
    for (text, problem) in [
        (with(PBKDF2, salt, ""), SaltLength("pbkdf2-sha256")),
        (with(PBKDF2, salt, &longer), SaltLength("pbkdf2-sha256")),
        (with(SCRYPT, salt, &longer), SaltLength("scrypt")),
        (with(DJANGO, "saltsaltsaltsalt", ""), SaltLength("pbkdf2-sha256")),
        (
            with(DJANGO, "saltsaltsaltsalt", &"s".repeat(65)),
            SaltLength("pbkdf2-sha256"),
        ),
        (with(DJANGO_SCRYPT, "saltsaltsaltsalt", ""), SaltLength("scrypt")),
        (with(WERKZEUG, "saltsaltsaltsalt", ""), SaltLength("scrypt")),
        (with(PASSLIB, salt, ""), SaltLength("pbkdf2-sha256")),
        (with(PBKDF2, digest, ""), DigestLength("pbkdf2-sha256")),
        (with(PBKDF2, digest, salt), DigestLength("pbkdf2-sha256")),
        (
            with(PBKDF2, digest, &"AAAA".repeat(43)),
            DigestLength("pbkdf2-sha256"),
        ),
        (with(SCRYPT, digest, salt), DigestLength("scrypt")),
        (
            with(WERKZEUG, "00112233", &format!("{}00112233", "00".repeat(97))),
            DigestLength("scrypt"),
        ),
        (
            with(&firebase(), SIGNER_KEY, "AAAA"),
            DigestLength("firebase-scrypt"),
        ),
        (with(BCRYPT, "jWMUW", "jW"), DigestLength("bcrypt")),
        (format!("{BCRYPT}aaaa"), DigestLength("bcrypt")),
    ] {
        assert_eq!(parse(&text).unwrap_err(), problem, "{text}");
    }
}

#[test]
fn what_is_too_cheap_to_be_stored_is_weak() {
    for (text, is_weak) in [
        (with(BCRYPT, "$12$", "$08$"), false),
        (with(BCRYPT, "$12$", "$07$"), true),
        (with(PBKDF2, "600000", "100000"), false),
        (with(PBKDF2, "600000", "99999"), true),
        (with(PBKDF2, "c29tZXNhbHRzb21lc2FsdA", "c2FsdHNhbHQ"), false),
        (with(PBKDF2, "c29tZXNhbHRzb21lc2FsdA", "c2FsdHNhbA"), true),
        (
            "pbkdf2_sha1$2000000$saltsaltsaltsalt$AAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(),
            true,
        ),
        (with(SCRYPT, "ln=15", "ln=13"), false),
        (with(SCRYPT, "ln=15", "ln=12"), true),
        (firebase(), false),
        (with(ARGON2, "m=19456,t=2", "m=4096,t=2"), false),
        (with(ARGON2, "m=19456,t=2", "m=4095,t=2"), true),
        (HMAC.to_owned(), true),
        (WRAPPED.to_owned(), false),
    ] {
        assert_eq!(parse(&text).unwrap().is_weak(), is_weak, "{text}");
    }
}
