//! Making and verifying, with both engines.

mod equal_work;
mod imported;

use std::{
    io::{self, Seek as _},
    time::Duration,
};

use super::*;
use crate::platform::{
    failure::{Denied, Failed, Fault},
    rng::SystemRng,
};

const CHEAP: HashCost = HashCost {
    memory_kib: 64,
    iterations: 2,
    parallelism: 1,
};
const LIMITS: PoolLimits = PoolLimits {
    threads: 1,
    queue: 8,
    deadline: Duration::from_mins(1),
};

fn start(engine: HashEngine, cost: HashCost) -> Result<PasswordHasher, Fault> {
    PasswordHasher::start(engine, cost, LIMITS, Arc::new(SystemRng), Counter::default())
}

fn hasher(cost: HashCost) -> PasswordHasher {
    start(HashEngine::Portable, cost).unwrap()
}

const ENGINES: [HashEngine; 2] = [HashEngine::Portable, HashEngine::Simd];

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

const WRONG: Verification = Verification {
    matches: false,
    needs_rehash: false,
};
const RIGHT: Verification = Verification {
    matches: true,
    needs_rehash: false,
};

/// Blocks that the pool's only thread holds, and the address of the first if the engine exposes it.
async fn memory(hasher: &PasswordHasher) -> (usize, Option<usize>) {
    let kept = |worker: &mut super::super::hash_worker::HashWorker| worker.kept();
    hasher.pool.run(Asker::Stranger, kept).await.unwrap()
}

#[tokio::test]
async fn a_password_matches_its_hash_and_no_other_does() {
    let hasher = hasher(CHEAP);
    let stored = hasher
        .hash(Asker::Stranger, &secret("correct horse"))
        .await
        .unwrap();
    let verify = async |raw| hasher.verify(&secret(raw), Some(stored.as_str())).await.unwrap();
    assert_eq!(verify("correct horse").await, RIGHT);
    for raw in ["Correct horse", "correct horse ", "correct hors", ""] {
        assert_eq!(verify(raw).await, WRONG, "{raw:?}");
    }
}

#[tokio::test]
async fn passwords_equal_in_their_first_72_bytes_have_different_hashes() {
    let hasher = hasher(CHEAP);
    let start = "x".repeat(199);
    let stored = hasher
        .hash(Asker::Stranger, &secret(&format!("{start}1")))
        .await
        .unwrap();
    let other = secret(&format!("{start}2"));
    assert_eq!(hasher.verify(&other, Some(stored.as_str())).await.unwrap(), WRONG);
}

#[tokio::test]
async fn hashes_are_of_the_configured_cost_with_a_salt_of_their_own() {
    let hasher = hasher(HashCost::OWASP_MINIMUM);
    let password = secret("correct horse");
    let one = hasher
        .hash(Asker::Stranger, &password)
        .await
        .unwrap()
        .as_str()
        .to_owned();
    let other = hasher
        .hash(Asker::Stranger, &password)
        .await
        .unwrap()
        .as_str()
        .to_owned();
    assert_ne!(one, other);
    for phc in [&one, &other] {
        let rest = phc.strip_prefix("$argon2id$v=19$m=19456,t=2,p=1$").unwrap();
        let (salt, output) = rest.split_once('$').unwrap();
        // 16 and 32 bytes in Base64 without padding.
        assert_eq!((salt.len(), output.len()), (22, 43), "{phc}");
    }
    assert_ne!(one.split('$').nth(4), other.split('$').nth(4));
}

#[tokio::test]
async fn an_unknown_account_costs_a_whole_hash_and_never_matches() {
    let hasher = hasher(CHEAP);
    assert_eq!(memory(&hasher).await.0, 0);
    assert_eq!(hasher.verify(&secret("anything"), None).await.unwrap(), WRONG);
    assert_eq!(memory(&hasher).await.0, 64, "nothing was hashed");
}

#[tokio::test]
async fn a_hostile_hash_costs_a_whole_hash_and_never_matches() {
    let table = [
        "",
        "nonsense",
        "$2b$31$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$2x$04$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$pbkdf2-sha256$i=4294967295$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y",
        "$scrypt$ln=30,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y",
        "$argon2id$v=19$m=64,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y",
    ];
    for stored in table {
        let hasher = hasher(CHEAP);
        let found = hasher.verify(&secret("anything"), Some(stored)).await.unwrap();
        assert_eq!(found, WRONG, "{stored}");
        assert_eq!(memory(&hasher).await.0, 64, "{stored}");
    }
}

#[tokio::test]
async fn a_weaker_hash_is_to_be_made_anew_after_the_right_password_only() {
    let stored = hasher(CHEAP)
        .hash(Asker::Stranger, &secret("correct horse"))
        .await
        .unwrap();
    let dearer = [
        HashCost {
            memory_kib: 72,
            ..CHEAP
        },
        HashCost {
            iterations: 3,
            ..CHEAP
        },
    ];
    for cost in dearer {
        let hasher = hasher(cost);
        let found = hasher
            .verify(&secret("correct horse"), Some(stored.as_str()))
            .await;
        assert!(
            found
                .as_ref()
                .is_ok_and(|found| found.matches && found.needs_rehash)
        );
        let found = hasher.verify(&secret("wrong horse"), Some(stored.as_str())).await;
        assert_eq!(found.unwrap(), WRONG);

        let renewed = hasher
            .hash(Asker::Stranger, &secret("correct horse"))
            .await
            .unwrap();
        let found = hasher
            .verify(&secret("correct horse"), Some(renewed.as_str()))
            .await;
        assert_eq!(found.unwrap(), RIGHT);
    }
}

#[tokio::test]
async fn memory_is_reused_and_what_a_larger_hash_took_is_given_back() {
    let large = HashCost {
        memory_kib: 1024,
        ..CHEAP
    };
    let large = hasher(large)
        .hash(Asker::Stranger, &secret("correct horse"))
        .await
        .unwrap();

    for engine in ENGINES {
        let hasher = start(engine, CHEAP).unwrap();
        let usual = hasher
            .hash(Asker::Stranger, &secret("correct horse"))
            .await
            .unwrap();
        let before = memory(&hasher).await;
        // `simd` does not expose its memory, which shows that it is in use.
        let is_simd = engine.with(instructions()) == HashEngine::Simd;
        assert_eq!((before.0, before.1.is_none()), (64, is_simd));
        for _ in 0..8 {
            hasher.hash(Asker::Stranger, &secret("another")).await.unwrap();
            hasher
                .verify(&secret("correct horse"), Some(usual.as_str()))
                .await
                .unwrap();
        }
        assert_eq!(memory(&hasher).await, before);

        let found = hasher
            .verify(&secret("correct horse"), Some(large.as_str()))
            .await;
        assert_eq!(found.unwrap(), RIGHT);
        assert_eq!(memory(&hasher).await.0, 0);
        hasher.hash(Asker::Stranger, &secret("another")).await.unwrap();
        assert_eq!(memory(&hasher).await.0, before.0);
    }
}

#[tokio::test]
async fn what_one_engine_hashed_the_other_verifies_and_finds_no_reason_to_renew() {
    for made_by in ENGINES {
        let stored = start(made_by, CHEAP)
            .unwrap()
            .hash(Asker::Stranger, &secret("correct horse"))
            .await
            .unwrap();
        for engine in ENGINES {
            let hasher = start(engine, CHEAP).unwrap();
            let verify = async |raw| hasher.verify(&secret(raw), Some(stored.as_str())).await.unwrap();
            assert_eq!(verify("correct horse").await, RIGHT, "{made_by:?}, {engine:?}");
            assert_eq!(verify("wrong horse").await, WRONG, "{made_by:?}, {engine:?}");
        }
    }
}

#[test]
fn an_engine_that_computes_something_else_stops_the_start() {
    let fault = refuse_wrong(Err(WrongAnswer::of(HashEngine::Simd))).unwrap_err();
    assert_eq!(
        fault.chain(),
        "could not start to hash passwords: the engine `simd` computes Argon2 wrongly on this machine (a vector): \
         set hash_engine to portable"
    );
}

#[test]
fn the_log_tells_once_of_an_engine_that_is_not_the_usual_one() {
    let logged = |engine, instructions| {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(file.clone())
            .finish();
        let engine = tracing::subscriber::with_default(subscriber, || supported_engine(engine, instructions));
        (&*file).rewind().unwrap();
        (engine, io::read_to_string(&*file).unwrap())
    };
    let (engine, log) = logged(HashEngine::Simd, None);
    assert_eq!((engine, log.lines().count()), (HashEngine::Portable, 1), "{log}");
    assert!(log.contains("WARN") && log.contains("no instructions"), "{log}");

    let (engine, log) = logged(HashEngine::Simd, Some("AVX2"));
    assert_eq!((engine, log.lines().count()), (HashEngine::Simd, 1), "{log}");
    assert!(log.contains("INFO") && log.contains("AVX2"), "{log}");

    let (engine, log) = logged(HashEngine::Portable, Some("AVX2"));
    assert_eq!((engine, &*log), (HashEngine::Portable, ""));
}

#[tokio::test]
async fn too_many_at_once_are_turned_away() {
    let limits = PoolLimits {
        deadline: Duration::ZERO,
        ..LIMITS
    };
    let hasher = PasswordHasher::start(
        HashEngine::Portable,
        HashCost::OWASP_MINIMUM,
        limits,
        Arc::new(SystemRng),
        Counter::default(),
    )
    .unwrap();
    let password = secret("correct horse");
    let runs = std::iter::repeat_with(|| hasher.verify(&password, None)).take(10);
    let found = futures_util::future::join_all(runs).await;
    let busy = |outcome: &&Result<Verification, Failed>| {
        matches!(outcome, Err(Failed::Denied(Denied::Unavailable { retry_after }))
            if *retry_after == Duration::from_secs(1))
    };
    assert!(found.iter().filter(busy).count() >= 8, "{found:?}");
}

#[tokio::test]
async fn nothing_shows_password_or_hash() {
    let hasher = hasher(CHEAP);
    let stored = hasher
        .hash(Asker::Stranger, &secret("correct horse"))
        .await
        .unwrap();
    let debug = format!("{stored:?} {hasher:?}");
    let salt = stored.as_str().split('$').nth(4).unwrap();
    assert!(debug.contains("PasswordHash([REDACTED])"));
    assert!(!debug.contains(salt) && !debug.contains("horse"), "{debug}");
}

#[test]
fn a_cost_that_argon2_does_not_know_is_a_fault() {
    for cost in [
        HashCost {
            memory_kib: 7,
            ..CHEAP
        },
        HashCost {
            iterations: 0,
            ..CHEAP
        },
        HashCost {
            parallelism: 0,
            ..CHEAP
        },
    ] {
        assert!(start(HashEngine::Portable, cost).is_err());
    }
}
