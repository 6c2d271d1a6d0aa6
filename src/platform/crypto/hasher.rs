//! Making and verifying password hashes, without holding up anything else.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

use super::{
    hash_cost::HashCost,
    hash_pool::{HashPool, PoolLimits},
    stored_hash::{HashError, StoredHash},
};
use crate::platform::{
    failure::{Fault, Outcome},
    metrics::Counter,
    rng::Rng,
};

/// Hashes passwords with Argon2id (RFC 9106) on threads of its own.
///
/// Both operations answer `Unavailable` when more is asked for than the threads can do in time.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: HashPool,
    cost: HashCost,
    rng: Arc<dyn Rng>,
    dummy: StoredHash,
    verifications: Counter,
}

/// A hash to store: a PHC string, with a salt of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// What a verification found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// Whether the password is the one that was hashed.
    pub matches: bool,
    /// Whether it matches but the stored hash is weaker than today's: then hash the password anew and store that
    /// in the place of the old hash, unless it has changed meanwhile.
    pub needs_rehash: bool,
}

impl PasswordHasher {
    /// Starts the threads. A fault when Argon2 is not defined for `cost`, or when the system gives no threads.
    /// `verifications` counts the passwords that a thread begins to verify.
    pub fn start(
        cost: HashCost,
        limits: PoolLimits,
        rng: Arc<dyn Rng>,
        verifications: Counter,
    ) -> Result<Self, Fault> {
        // A random output: the hash of no password that anybody could find.
        let dummy = StoredHash::of_parts(cost, rng.bytes(), rng.bytes()).map_err(fault)?;
        let usual_blocks = dummy.block_count().map_err(fault)?;
        Ok(Self {
            pool: HashPool::start(limits, usual_blocks)?,
            cost,
            rng,
            dummy,
            verifications,
        })
    }

    /// Hashes `password` with a fresh salt.
    pub async fn hash(&self, password: &SecretString) -> Outcome<PasswordHash> {
        let (cost, salt, password) = (self.cost, self.rng.bytes(), password.clone());
        let made = self
            .pool
            .run(move |memory| {
                StoredHash::make(cost, salt, password.expose_secret().as_bytes(), memory)?.to_phc()
            })
            .await?
            .map_err(fault)?;
        Ok(PasswordHash(made))
    }

    /// Whether `password` is the one that `stored` was made of.
    ///
    /// `None` says that there is no such account, or none with a password. It never matches, and neither does a
    /// stored hash that is malformed or asks for too much; both take as long as a real one, so that the time does
    /// not tell which accounts exist.
    pub async fn verify(&self, password: &SecretString, stored: Option<&str>) -> Outcome<Verification> {
        let real = stored.and_then(|text| self.parse(text));
        let is_real = real.is_some();
        let hash = real.unwrap_or_else(|| self.dummy.clone());
        let is_outdated = hash.is_outdated(self.cost);
        let (password, verifications) = (password.clone(), self.verifications.clone());
        let is_same = self
            .pool
            .run(move |memory| {
                verifications.inc();
                hash.matches(password.expose_secret().as_bytes(), memory)
            })
            .await?
            .map_err(fault)?;
        let matches = is_same && is_real;
        Ok(Verification {
            matches,
            needs_rehash: matches && is_outdated,
        })
    }

    fn parse(&self, text: &str) -> Option<StoredHash> {
        StoredHash::parse(text, self.cost.ceiling())
            .inspect_err(|reason| {
                tracing::warn!(
                    ?reason,
                    "a stored password hash cannot be used: nobody gets in by it"
                );
            })
            .ok()
    }
}

fn fault(error: HashError) -> Fault {
    Fault::new("hash a password", error)
}

impl PasswordHash {
    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows nothing of it.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::platform::{
        failure::{Denied, Failure},
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

    fn hasher(cost: HashCost) -> PasswordHasher {
        PasswordHasher::start(cost, LIMITS, Arc::new(SystemRng), Counter::default()).unwrap()
    }

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

    /// Blocks that the pool's only thread holds and the address of the first, or none.
    async fn memory(hasher: &PasswordHasher) -> (usize, usize) {
        let look = |memory: &mut super::super::hash_memory::HashMemory| {
            let blocks = memory.blocks(0).unwrap();
            (blocks.len(), blocks.as_ptr().addr())
        };
        hasher.pool.run(look).await.unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_hash_and_no_other_does() {
        let hasher = hasher(CHEAP);
        let stored = hasher.hash(&secret("correct horse")).await.unwrap();
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
        let stored = hasher.hash(&secret(&format!("{start}1"))).await.unwrap();
        let other = secret(&format!("{start}2"));
        assert_eq!(hasher.verify(&other, Some(stored.as_str())).await.unwrap(), WRONG);
    }

    #[tokio::test]
    async fn hashes_are_of_the_configured_cost_with_a_salt_of_their_own() {
        let hasher = hasher(HashCost::default());
        let password = secret("correct horse");
        let one = hasher.hash(&password).await.unwrap().as_str().to_owned();
        let other = hasher.hash(&password).await.unwrap().as_str().to_owned();
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
        let stored = hasher(CHEAP).hash(&secret("correct horse")).await.unwrap();
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

            let renewed = hasher.hash(&secret("correct horse")).await.unwrap();
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
        let large = hasher(large).hash(&secret("correct horse")).await.unwrap();

        let hasher = hasher(CHEAP);
        let usual = hasher.hash(&secret("correct horse")).await.unwrap();
        let before = memory(&hasher).await;
        for _ in 0..8 {
            hasher.hash(&secret("another")).await.unwrap();
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
        hasher.hash(&secret("another")).await.unwrap();
        assert_eq!(memory(&hasher).await.0, before.0);
    }

    #[tokio::test]
    async fn too_many_at_once_are_turned_away() {
        let limits = PoolLimits {
            deadline: Duration::ZERO,
            ..LIMITS
        };
        let hasher = PasswordHasher::start(
            HashCost::OWASP_MINIMUM,
            limits,
            Arc::new(SystemRng),
            Counter::default(),
        )
        .unwrap();
        let password = secret("correct horse");
        let runs = std::iter::repeat_with(|| hasher.verify(&password, None)).take(10);
        let found = futures_util::future::join_all(runs).await;
        let busy = |outcome: &&Outcome<Verification>| {
            matches!(outcome, Err(Failure::Denied(Denied::Unavailable { retry_after }))
                if *retry_after == Duration::from_secs(1))
        };
        assert!(found.iter().filter(busy).count() >= 8, "{found:?}");
    }

    #[tokio::test]
    async fn nothing_shows_password_or_hash() {
        let hasher = hasher(CHEAP);
        let stored = hasher.hash(&secret("correct horse")).await.unwrap();
        let shown = format!("{stored:?} {hasher:?}");
        let salt = stored.as_str().split('$').nth(4).unwrap();
        assert!(shown.contains("PasswordHash([REDACTED])"));
        assert!(!shown.contains(salt) && !shown.contains("horse"), "{shown}");
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
            let started = PasswordHasher::start(cost, LIMITS, Arc::new(SystemRng), Counter::default());
            assert!(started.is_err());
        }
    }
}
