//! A failure costs the same work for every account.

use super::*;
use crate::platform::crypto::hash_worker::{HashWorker, work_log};

/// Blocks that the pool's only thread fills for one verification, and its result.
pub(super) async fn work(hasher: &PasswordHasher, raw: &str, stored: Option<&str>) -> (u64, bool) {
    let take = |_: &mut HashWorker| work_log::take();
    hasher.pool.run(Asker::Stranger, take).await.unwrap();
    let found = hasher.verify(&secret(raw), stored).await.unwrap();
    (
        hasher.pool.run(Asker::Stranger, take).await.unwrap(),
        found.matches,
    )
}

#[tokio::test]
async fn a_wrong_password_costs_the_same_work_whatever_the_age_of_the_hash() {
    let cost = |memory_kib, iterations| HashCost {
        memory_kib,
        iterations,
        ..CHEAP
    };
    let today = cost(128, 3);
    for engine in ENGINES {
        let hasher = start(engine, today).unwrap();
        for old in [
            cost(128, 2),
            cost(64, 2),
            cost(64, 3),
            cost(32, 1),
            cost(256, 1),
            today,
        ] {
            let stored = start(engine, old)
                .unwrap()
                .hash(Asker::Stranger, &secret("right"))
                .await
                .unwrap();
            let stored = Some(stored.as_str());
            assert_eq!(work(&hasher, "wrong", stored).await, (384, false), "{old:?}");
            // A successful caller can learn the age of the hash.
            let own = u64::from(old.memory_kib * old.iterations);
            assert_eq!(work(&hasher, "right", stored).await, (own, true), "{old:?}");
        }
        for none in [None, Some("nonsense")] {
            assert_eq!(work(&hasher, "wrong", none).await, (384, false), "{none:?}");
        }
    }
}

#[tokio::test]
async fn hashes_from_before_the_cost_was_lowered_make_all_failures_as_dear() {
    let dearer = HashCost {
        iterations: 5,
        ..CHEAP
    };
    let stored = hasher(dearer)
        .hash(Asker::Stranger, &secret("right"))
        .await
        .unwrap();
    let today = hasher(CHEAP)
        .hash(Asker::Stranger, &secret("right"))
        .await
        .unwrap();

    let hasher = hasher(CHEAP);
    assert_eq!(work(&hasher, "wrong", None).await, (128, false));
    assert_eq!(work(&hasher, "wrong", Some(stored.as_str())).await, (320, false));
    // From the first more expensive hash on.
    for other in [None, Some(today.as_str()), Some(stored.as_str())] {
        assert_eq!(work(&hasher, "wrong", other).await, (320, false), "{other:?}");
    }
    assert_eq!(work(&hasher, "right", Some(today.as_str())).await, (128, true));
}

#[tokio::test]
async fn one_hash_of_an_excessive_cost_does_not_make_all_failures_as_dear() {
    let excessive = HashCost {
        iterations: 30,
        ..CHEAP
    };
    let stored = hasher(excessive)
        .hash(Asker::Stranger, &secret("right"))
        .await
        .unwrap();
    let hasher = hasher(CHEAP);
    assert_eq!(work(&hasher, "wrong", Some(stored.as_str())).await, (1920, false));
    assert_eq!(work(&hasher, "wrong", None).await, (4 * 128, false));
}
