//! Properties of reading foreign hashes, for any text.

use secrecy::{SecretSlice, SecretString};

use super::{FirebaseParameters, ForeignHash, ForeignHashOptions, ForeignHashProblem};
use crate::platform::crypto::{
    hash_cost::HashCost,
    hash_work::HashWork,
    stored_password::{MAX_TEXT, StoredPassword},
};

/// The cost of new hashes.
const TODAY: HashCost = HashCost::OWASP_MINIMUM;

/// The most that a hash may cost: somewhat more than a second of a core. Argon2 has a ceiling of its own, which the operator raises.
const MAX_PRICE: u32 = 70;

/// Whether this text is the hash of another system.
///
/// # Panics
///
/// If a hash that is stored as it is cannot be read again, is read as another one, does not fit into the column, or costs
/// too much; if a problem or `Debug` contains a part of the text.
pub fn check(text: &str) -> bool {
    let hash = match ForeignHash::parse(text, &options()) {
        Ok(hash) => hash,
        Err(problem) => {
            assert!(
                !is_revealed_by(text, &format!("{problem} {problem:?}")),
                "a problem contains a part of the text"
            );
            return false;
        }
    };
    assert!(
        !is_revealed_by(text, &format!("{hash:?} {:?}", hash.0)),
        "`Debug` shows a part of the hash"
    );
    let stored = hash.to_text().unwrap_or_default();
    assert!(!stored.is_empty(), "a hash has no text");
    assert!(stored.len() <= MAX_TEXT, "the text of a hash is too long");
    let read = StoredPassword::parse(&stored, TODAY.ceiling());
    let again = read.as_ref().ok().and_then(|hash| hash.to_text().ok());
    assert!(
        again.as_ref() == Some(&stored),
        "a stored hash is read as another one"
    );
    let from_stored = ForeignHash::parse(&stored, &options());
    assert!(
        from_stored.is_ok_and(|other| (other.format(), other.is_weak()) == (hash.format(), hash.is_weak())),
        "a stored hash is imported as another one"
    );
    assert!(
        hash.0.argon2_cost().is_some() || hash.0.work().price(TODAY) <= MAX_PRICE,
        "a hash costs too much"
    );
    assert!(
        hash.is_weak() || hash.0.work() >= HashWork::of_blocks(8 * 1_024),
        "a hash is stored that is too cheap"
    );
    true
}

/// Whether `shown` has a part of `text` that is long enough to be a salt or a digest.
fn is_revealed_by(text: &str, shown: &str) -> bool {
    let parts = text.split(|part: char| !part.is_ascii_alphanumeric());
    parts
        .filter(|part| part.len() >= 20)
        .any(|part| shown.contains(part))
}

/// With all keys.
fn options() -> ForeignHashOptions {
    let key = SecretSlice::from(b"a key".to_vec());
    let signer_key = SecretString::from("A".repeat(86));
    let with_keys = || {
        let firebase = FirebaseParameters::new(&signer_key, "Bw==", 8, 14)?;
        Ok::<_, ForeignHashProblem>(
            ForeignHashOptions::new(TODAY)
                .with_hmac_key(&key)?
                .with_firebase(firebase),
        )
    };
    with_keys().unwrap_or_else(|_| ForeignHashOptions::new(TODAY))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn whatever_is_read_is_stored_as_it_was_and_costs_little() {
        const PIECES: &[&str] = &[
            "$2b$12$",
            "$2a$04$",
            "$2x$10$",
            "$2y$31$",
            "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$argon2id$v=19$m=19456,t=2,p=1$",
            "$argon2i$v=16$m=8,t=1,p=1$",
            "$scrypt$ln=15,r=8,p=1$",
            "$scrypt$ln=63,r=1,p=1$",
            "scrypt:32768:8:1$",
            "scrypt$16384$",
            "$8$5$",
            "$pbkdf2-sha256$i=600000$",
            "$pbkdf2-sha512$i=600000,l=64$",
            "$pbkdf2-sha256$29000$",
            "$pbkdf2$1$",
            "pbkdf2:sha1:1000$",
            "pbkdf2_sha256$1000000$",
            "pbkdf2_sha1$4294967295$",
            "bcrypt_sha256$",
            "bcrypt$",
            "argon2",
            "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=",
            "$portcullis-bcrypt-sha256$",
            "$portcullis-firebase-scrypt$ln=14,r=8,p=1$",
            "$portcullis-hmac-sha256$",
            "$portcullis-wrapped$m=19456,t=2,p=1$",
            "argon2i$v=19$m=512,t=2,p=2,l=16$",
            "AAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "00000000000000000000000000000000",
            "{\"passwordHash\":\"",
            "\",\"salt\":\"",
            "{\"secretData\":\"",
            "\",\"credentialData\":\"",
            "{\\\"hashIterations\\\":5,\\\"algorithm\\\":\\\"pbkdf2\\\"}",
            "\"}",
            "salt",
            "$",
            "=",
            ",",
            "0",
            "-1",
            "é",
            "\0",
        ];
        const SETTINGS: &[&str] = &[
            "$2b$12$",
            "$2y$05$",
            "$argon2i$v=19$m=19456,t=2,p=1$",
            "$argon2d$m=64,t=1,p=1$",
            "$pbkdf2-sha256$i=600000$",
            "$pbkdf2-sha256$600000$",
            "$pbkdf2-sha256$1000$",
            "pbkdf2:sha256:600000$",
            "pbkdf2_sha256$1000000$",
            "$scrypt$ln=15,r=8,p=1$",
            "scrypt:32768:8:1$",
            "$portcullis-bcrypt-sha256$2b$12$",
            "$portcullis-firebase-scrypt$ln=14,r=8,p=1$",
            "$portcullis-hmac-sha256$",
        ];
        const BYTES: &[&str] = &[
            "AAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "0000000000000000000000000000000000000000000000000000000000000000",
        ];
        keeps(4, any::<String>(), |text| check(text));
        keeps(40, pieces(PIECES, 5), |text| check(text));
        let hash = (
            prop::sample::select(SETTINGS),
            prop::sample::select(BYTES),
            prop::sample::select(&["$", ""][..]),
            prop::sample::select(BYTES),
        );
        let accepted = keeps(20, hash, |(setting, salt, separator, digest)| {
            check(&format!("{setting}{salt}{separator}{digest}"))
        });
        assert!(accepted > 500, "only {accepted} are hashes");
    }

    #[test]
    fn vectors_with_one_character_changed_are_read_as_themselves_or_not_at_all() {
        let document: serde_json::Value = serde_json::from_str(include_str!("vectors.json")).unwrap();
        let texts: Vec<String> = document["vectors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|vector| vector["text"].as_str().unwrap().to_owned())
            .collect();
        let changed = (
            prop::sample::select(texts),
            any::<prop::sample::Index>(),
            any::<char>(),
        );
        let accepted = keeps(8, changed, |(text, index, to)| {
            let mut characters: Vec<char> = text.chars().collect();
            let at = index.index(characters.len());
            characters[at] = *to;
            check(&characters.into_iter().collect::<String>());
            check(text)
        });
        assert!(accepted > 1_000, "only {accepted} vectors are read");
    }
}
