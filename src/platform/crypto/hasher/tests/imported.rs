//! Verifying hashes of other systems.

use super::{equal_work::work, *};
use crate::platform::crypto::ForeignHashOptions;

/// bcrypt of cost 4 and the HMAC of the same password, without its wrapping.
const BCRYPT: &str = "$2b$04$RY8Z3oGlNkStLbBWLQtWzOydlVwoGkJj3MnuO4g59K2773FFltVIG";
const HMAC: &str = "$portcullis-hmac-sha256$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY$CdRv7SWg3/D4F12mtBbuGMDA0CQUvzcPhUCCxPI84C8";
const PASSWORD: &str = "a lantern under quiet snow";

#[tokio::test]
async fn an_imported_hash_is_to_be_made_anew_after_the_right_password_only() {
    let hasher = hasher(CHEAP);
    for stored in [BCRYPT, HMAC] {
        let verify = async |raw| hasher.verify(&secret(raw), Some(stored)).await.unwrap();
        let outdated = Verification {
            matches: true,
            needs_rehash: true,
        };
        assert_eq!(verify(PASSWORD).await, outdated, "{stored}");
        assert_eq!(verify("a lantern under quiet rain").await, WRONG, "{stored}");
    }
}

#[tokio::test]
async fn a_wrong_password_costs_no_less_than_for_other_accounts() {
    let hasher = hasher(CHEAP);
    // The digest itself counts as one block.
    assert_eq!(work(&hasher, "wrong", Some(HMAC)).await, (127, false));
    assert_eq!(work(&hasher, PASSWORD, Some(HMAC)).await, (0, true));

    let options = ForeignHashOptions::new(CHEAP);
    let wrapped = ForeignHash::parse(BCRYPT, &options).unwrap();
    let wrapped = hasher.import(Asker::Stranger, &wrapped).await.unwrap();
    assert_eq!(work(&hasher, "wrong", Some(wrapped.as_str())).await, (128, false));
    assert_eq!(work(&hasher, PASSWORD, Some(wrapped.as_str())).await, (128, true));
}

#[tokio::test]
async fn an_expensive_imported_hash_does_not_make_the_failures_of_others_expensive() {
    let hasher = hasher(CHEAP);
    assert_eq!(
        work(&hasher, "wrong", Some(BCRYPT)).await,
        (0, false),
        "more than enough"
    );
    assert_eq!(work(&hasher, "wrong", None).await, (128, false));
}

#[tokio::test]
async fn the_price_of_a_hash_is_in_hashes_of_our_own() {
    let hasher = hasher(HashCost::OWASP_MINIMUM);
    let rest = "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    let bytes = "c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
    for (stored, price) in [
        (format!("$2b$08${rest}"), 1),
        (format!("$2b$10${rest}"), 4),
        (format!("$2b$12${rest}"), 16),
        (format!("$2b$14${rest}"), 62),
        (format!("$pbkdf2-sha256$i=100000${bytes}"), 2),
        (format!("$pbkdf2-sha256$i=1000000${bytes}"), 13),
        (format!("$scrypt$ln=14,r=8,p=1${bytes}"), 3),
        (format!("$scrypt$ln=15,r=8,p=1${bytes}"), 5),
        (format!("$argon2id$v=19$m=19456,t=2,p=1${bytes}"), 1),
        (format!("$argon2id$v=19$m=102400,t=2,p=8${bytes}"), 6),
        ("nonsense".to_owned(), 1),
    ] {
        assert_eq!(hasher.price(Some(&stored)), price, "{stored}");
    }
    assert_eq!(hasher.price(None), 1);
}

#[tokio::test]
async fn a_slow_hash_waits_while_others_are_verified() {
    let limits = PoolLimits {
        threads: 2,
        queue: 8,
        deadline: Duration::ZERO,
    };
    let hasher = PasswordHasher::start(
        HashEngine::Portable,
        CHEAP,
        limits,
        Arc::new(SystemRng),
        Counter::default(),
    )
    .unwrap();
    let place = hasher.slow_lane.enter().await.unwrap();
    let password = secret("wrong");
    let slow = Some("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW");
    assert!(matches!(
        hasher.verify(&password, slow).await,
        Err(Failed::Denied(Denied::Unavailable { .. }))
    ));
    drop(place);
    // With this deadline any hash is refused while no thread is idle yet.
    for stored in [Some(BCRYPT), slow] {
        while hasher.verify(&password, stored).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
