//! What is no hash, or none that may be used.

use std::fmt::Write as _;

use super::*;
use ForeignHashProblem::{
    FaultyBcrypt, FirebaseParametersMissing, HmacKeyLength, HmacKeyMissing, Malformed, NoPassword, TooCheap,
    TooLong, Unknown,
};

/// Checks that each text is refused for its reason.
fn refuse(table: impl IntoIterator<Item = (String, ForeignHashProblem)>) {
    for (text, expected) in table {
        let start: String = text.chars().take(120).collect();
        assert_eq!(parse(&text).unwrap_err(), expected, "{start}");
    }
}

#[test]
fn malformed_bcrypt_is_refused() {
    let bcrypt = Malformed("bcrypt");
    refuse([
        (with(BCRYPT, "$2b$", "$2x$"), FaultyBcrypt),
        (with(BCRYPT, "$2b$", "$2c$"), bcrypt),
        (with(BCRYPT, "$2b$", "$2$"), bcrypt),
        (with(BCRYPT, "$12$", "$03$"), bcrypt),
        (with(BCRYPT, "$12$", "$00$"), bcrypt),
        (with(BCRYPT, "$12$", "$8$"), bcrypt),
        (with(BCRYPT, "$12$", "$+8$"), bcrypt),
        (with(BCRYPT, "$12$", "$012$"), bcrypt),
        (with(BCRYPT, "$12$", "$$"), bcrypt),
        (with(BCRYPT, "R9h/", "R9h="), bcrypt),
        (with(BCRYPT, "R9h/", "R9é"), bcrypt),
        (with(BCRYPT, "jWMUW", "jWM+W"), bcrypt),
        ("$2b$12$short".to_owned(), bcrypt),
        ("$2b$12$R9h/cIPz0gi.URNNX3kh2O".to_owned(), bcrypt),
        ("$2b$12".to_owned(), bcrypt),
        (format!("bcrypt${}", &BCRYPT[1..]), bcrypt),
        (
            format!("bcrypt_sha256${}", &BCRYPT[1..]),
            Malformed("bcrypt-sha256"),
        ),
    ]);
}

#[test]
fn malformed_pbkdf2_is_refused() {
    let pbkdf2 = Malformed("pbkdf2-sha256");
    refuse([
        (with(PBKDF2, "i=600000", "i=0"), pbkdf2),
        (with(PBKDF2, "i=600000", "i=-1"), pbkdf2),
        (with(PBKDF2, "i=600000", "i=0600000"), pbkdf2),
        (with(PBKDF2, "i=600000", "i=600000,l=31"), pbkdf2),
        (with(PBKDF2, "i=600000", "t=600000"), pbkdf2),
        (
            with(PBKDF2, "c29tZXNhbHRzb21lc2FsdA", "c29tZXNhbHRzb21lc2FsdA=="),
            pbkdf2,
        ),
        (with(PBKDF2, "T600Y", "T600é"), pbkdf2),
        (with(PBKDF2, "sha256", "md5"), Unknown),
        (with(DJANGO, "1000000", "0"), pbkdf2),
        (with(DJANGO, "1000000", "a"), pbkdf2),
        (with(DJANGO, "T600Y=", "T600é"), pbkdf2),
        (format!("{DJANGO}$"), pbkdf2),
        (with(DJANGO, "$saltsaltsaltsalt", ""), pbkdf2),
        (with(PASSLIB, "290000", "0"), pbkdf2),
        (with(PASSLIB, "T600Y", "T60+Y"), pbkdf2),
        (with(WERKZEUG_PBKDF2, ":600000", ""), Malformed("pbkdf2")),
        (with(WERKZEUG_PBKDF2, "600000", "0"), pbkdf2),
        (with(WERKZEUG_PBKDF2, "0011", "001g"), pbkdf2),
        (with(WERKZEUG_PBKDF2, "0011", "001"), pbkdf2),
        (with(WERKZEUG_PBKDF2, "sha256", "md5"), Unknown),
    ]);
}

#[test]
fn malformed_scrypt_is_refused() {
    let scrypt = Malformed("scrypt");
    refuse([
        (with(SCRYPT, "ln=15", "ln=0"), scrypt),
        (with(SCRYPT, "r=8", "r=0"), scrypt),
        (with(SCRYPT, "p=1", "p=0"), scrypt),
        (with(SCRYPT, ",p=1", ""), scrypt),
        (with(SCRYPT, "ln=15,r=8", "r=8,ln=15"), scrypt),
        (with(SCRYPT, "p=1", "p=1,p=1"), scrypt),
        (format!("{SCRYPT}$"), scrypt),
        (with(WERKZEUG, "32768", "32767"), scrypt),
        (with(WERKZEUG, "32768", "0"), scrypt),
        (with(WERKZEUG, ":1$", "$"), scrypt),
        (with(DJANGO_SCRYPT, "16384", "1"), scrypt),
        (with(DJANGO_SCRYPT, "$8$5$", "$8$"), scrypt),
    ]);
}

#[test]
fn malformed_argon2_and_wrapped_hashes_are_refused() {
    let argon2 = Malformed("argon2");
    refuse([
        (with(ARGON2, "v=19", "v=18"), argon2),
        (with(ARGON2, "m=19456", "m=7"), argon2),
        (format!("argon2${ARGON2}"), argon2),
        (
            with(WRAPPED, "$pbkdf2-sha1$i=1000$c2FsdHNhbHQ", ""),
            Malformed("wrapped"),
        ),
        (
            format!("{WRAPPED}$AAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            Malformed("wrapped"),
        ),
        (
            with(WRAPPED, "pbkdf2-sha1$i=1000$c2FsdHNhbHQ", &WRAPPED[1..60]),
            Unknown,
        ),
        (with(WRAPPED, "m=19456", "m=0"), argon2),
        (with(WRAPPED, "m=19456", "m=4095"), TooCheap("wrapped")),
        (
            with(WRAPPED, "pbkdf2-sha1$i=1000", "argon2i$v=19$m=512,t=2,p=2"),
            argon2,
        ),
        (
            with(
                WRAPPED,
                "pbkdf2-sha1$i=1000",
                "argon2i$v=19$m=512,t=2,p=2,l=4000000000",
            ),
            argon2,
        ),
    ]);
}

#[test]
fn malformed_objects_are_refused() {
    let pbkdf2 = Malformed("pbkdf2-sha256");
    refuse([
        ("{".to_owned(), Malformed("JSON")),
        (r#"{"passwordHash":1}"#.to_owned(), Malformed("JSON")),
        (r#"{"passwordHash":""}"#.to_owned(), NoPassword),
        (r#"{"passwordHash":"{}"}"#.to_owned(), Unknown),
        ("{}".to_owned(), Unknown),
        (r#"{"secretData":"{}"}"#.to_owned(), Unknown),
        (
            r#"{"secretData":"","credentialData":""}"#.to_owned(),
            Malformed("Keycloak"),
        ),
        (keycloak("pbkdf2-sha256", 0, "{}"), pbkdf2),
        (
            keycloak("pbkdf2-sha256", 4_294_967_296, "{}"),
            Malformed("Keycloak"),
        ),
        (keycloak("bcrypt", 10, "{}"), Unknown),
        (keycloak("argon2", 5, "{}"), Malformed("Keycloak")),
        (
            keycloak(
                "argon2",
                5,
                r#"{"type":["x"],"memory":["8"],"parallelism":["1"]}"#,
            ),
            Malformed("Keycloak"),
        ),
        (
            with(&firebase(), "c2FsdHNhbHQ=", "é"),
            Malformed("firebase-scrypt"),
        ),
        (supabase("n=14,r=8"), Malformed("firebase-scrypt")),
        (
            with(&supabase("n=14,r=8,p=1"), "v=1", "v=2"),
            Malformed("firebase-scrypt"),
        ),
        (
            with(&supabase("n=14,r=8,p=1"), SIGNER_KEY, "AAAA"),
            Malformed("firebase-scrypt"),
        ),
    ]);
}

#[test]
fn what_is_no_hash_is_refused() {
    let scrypt = Malformed("scrypt");
    refuse([
        (String::new(), NoPassword),
        ("!".to_owned(), NoPassword),
        ("!Uv3jZaqGmkYdJpTtOJ3sSBB0Q5vTzZ7m1yGdLbGF".to_owned(), NoPassword),
        ("$".to_owned(), Unknown),
        ("$$$$$$".to_owned(), Unknown),
        ("\0".to_owned(), Unknown),
        ("é".to_owned(), Unknown),
        ("correct horse battery staple".to_owned(), Unknown),
        ("5f4dcc3b5aa765d61d8327deb882cf99".to_owned(), Unknown),
        (
            "sha1$salt$c88e9c67041a74e0357befdff93f87dde0904214".to_owned(),
            Unknown,
        ),
        ("{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=".to_owned(), Malformed("JSON")),
        (format!(" {BCRYPT}"), Unknown),
        (format!("{SCRYPT}\n"), scrypt),
        ("$2b$12$".repeat(1_000), TooLong),
        ("$".repeat(1_000_000), TooLong),
    ]);
}

#[test]
fn hashes_that_need_a_key_are_refused_without_it() {
    let problem = |text: &str| ForeignHash::parse(text, &without_keys()).unwrap_err();
    assert_eq!(problem(HMAC), HmacKeyMissing);
    assert_eq!(problem(&firebase()), FirebaseParametersMissing);
    // This one brings it along.
    assert!(ForeignHash::parse(&supabase("n=14,r=8,p=1"), &without_keys()).is_ok());
}

#[test]
fn keys_have_a_usual_length() {
    let hmac = |len: usize| without_keys().with_hmac_key(&SecretSlice::from(vec![7; len]));
    for (len, is_fine) in [
        (0, false),
        (1, true),
        (64, true),
        (65, true),
        (1_024, true),
        (1_025, false),
    ] {
        let problem = hmac(len).err();
        assert_eq!(problem, (!is_fine).then_some(HmacKeyLength), "{len}");
    }
    let firebase = |key: &str, separator| FirebaseParameters::new(&SecretString::from(key), separator, 8, 14);
    assert!(firebase(SIGNER_KEY, "").is_ok());
    for (key, separator) in [("", "Bw=="), ("AAAA", "Bw=="), ("é", "Bw=="), (SIGNER_KEY, "é")] {
        let problem = firebase(key, separator).unwrap_err();
        assert_eq!(problem, ForeignHashProblem::FirebaseParameters, "{key}");
    }
}

#[test]
fn nothing_shows_a_hash_or_a_key() {
    let options = with_keys(8, 14);
    let mut shown = format!("{options:?}");
    for text in [
        BCRYPT,
        PBKDF2,
        SCRYPT,
        ARGON2,
        WERKZEUG,
        DJANGO,
        PASSLIB,
        HMAC,
        WRAPPED,
        &firebase(),
    ] {
        let hash = parse(text).unwrap();
        write!(shown, "{hash:?} {:?}", hash.0).unwrap();
    }
    for secret in [
        "R9h/",
        "PST9",
        "ISO7",
        "c29t",
        "saltsalt",
        "115, 97, 108, 116",
        "0011",
        "c2Fs",
        "secret",
        "33, 35, 187",
    ] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert!(shown.contains(r#"ForeignHash("bcrypt")"#), "{shown}");
}
