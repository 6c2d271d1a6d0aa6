//! Making and verifying password hashes without blocking other requests.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use secrecy::{ExposeSecret, SecretString};

use super::{
    argon2_input::HashError,
    hash_cost::HashCost,
    hash_engine::HashEngine,
    hash_pool::{HashPool, PoolLimits},
    hash_queue::Asker,
    hash_work::{HashWork, WorkFloor},
    known_answers::{WrongAnswer, check_engine},
    simd_engine::instructions,
    stored_hash::StoredHash,
};
use crate::platform::{
    counter::Counter,
    failure::{Denied, Failed, Fault},
    rng::Rng,
};

/// Hashes passwords with Argon2id (RFC 9106) on dedicated threads.
///
/// Both operations fail with `Unavailable` if there is more work than the threads can do in time.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: HashPool,
    cost: HashCost,
    rng: Arc<dyn Rng>,
    dummy: StoredHash,
    floor: Arc<WorkFloor>,
    verifications: Counter,
}

/// A hash to store: a PHC string with its own salt.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Result of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// Whether the password is the one that was hashed.
    pub matches: bool,
    /// Whether it matches but the stored hash is weaker than today's: then hash the password again and replace the old
    /// hash, unless it has changed meanwhile.
    pub needs_rehash: bool,
}

impl PasswordHasher {
    /// Starts the threads, which hash with `engine` or, if the processor lacks the instructions for it, with the
    /// portable one. Fails if the engine does not compute Argon2 on this machine, if Argon2 is not defined for `cost`,
    /// or if the system cannot start threads. `verifications` counts the passwords that a thread starts to verify.
    pub fn start(
        engine: HashEngine,
        cost: HashCost,
        limits: PoolLimits,
        rng: Arc<dyn Rng>,
        verifications: Counter,
    ) -> Result<Self, Fault> {
        let engine = supported_engine(engine, instructions());
        refuse_wrong(check_engine(engine))?;
        // A random output: nobody can find a password with this hash.
        let dummy = StoredHash::of_parts(cost, rng.bytes(), rng.bytes()).map_err(fault)?;
        let usual_blocks = dummy.block_count().map_err(fault)?;
        Ok(Self {
            pool: HashPool::start(limits, engine, usual_blocks)?,
            cost,
            rng,
            dummy,
            floor: Arc::new(WorkFloor::new(cost)),
            verifications,
        })
    }

    /// Fails with `Unavailable` while the queue is full for this asker. Costs nothing and reserves nothing.
    pub fn check_room(&self, asker: Asker) -> Result<(), Denied> {
        self.pool.check_room(asker)
    }

    /// Hashes `password` with a fresh salt, with the priority of this asker in the queue.
    pub async fn hash(&self, asker: Asker, password: &SecretString) -> Result<PasswordHash, Failed> {
        let (cost, salt, password) = (self.cost, self.rng.bytes(), password.clone());
        let made = self
            .pool
            .run(asker, move |worker| {
                StoredHash::make(cost, salt, password.expose_secret().as_bytes(), worker)?.to_phc()
            })
            .await?
            .map_err(fault)?;
        Ok(PasswordHash(made))
    }

    /// Whether `password` is the one that `stored` was made from.
    ///
    /// `None` means that there is no such account, or that it has no password. It never matches, and neither does a
    /// stored hash that is malformed or too costly. All failures take the same work, that of today's cost or of the
    /// most expensive hash in use, so that the time reveals neither which accounts exist nor how old their hashes are.
    pub async fn verify(
        &self,
        password: &SecretString,
        stored: Option<&str>,
    ) -> Result<Verification, Failed> {
        self.verify_for(Asker::Stranger, password, stored, Arc::default())
            .await
    }

    /// Like [`PasswordHasher::verify`], with the priority of this asker in the queue. Sets `has_begun` when a thread
    /// starts the hash.
    pub async fn verify_for(
        &self,
        asker: Asker,
        password: &SecretString,
        stored: Option<&str>,
        has_begun: Arc<AtomicBool>,
    ) -> Result<Verification, Failed> {
        let real = stored.and_then(|text| self.parse(text));
        let is_real = real.is_some();
        let hash = real.unwrap_or_else(|| self.dummy.clone());
        self.floor.meet(hash.cost());
        let is_outdated = hash.is_outdated(self.cost);
        let (password, verifications) = (password.clone(), self.verifications.clone());
        let (floor, today, dummy) = (Arc::clone(&self.floor), self.cost, self.dummy.clone());
        let matches = self
            .pool
            .run(asker, move |worker| {
                has_begun.store(true, Ordering::Release);
                verifications.inc();
                let password = password.expose_secret().as_bytes();
                let matches = hash.matches(password, worker)? && is_real;
                if !matches {
                    for part in floor.work().missing_after(HashWork::of(hash.cost()), today) {
                        dummy.with_cost(part).matches(password, worker)?;
                    }
                }
                Ok(matches)
            })
            .await?
            .map_err(fault)?;
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
                    "a stored password hash cannot be used: no password matches it"
                );
            })
            .ok()
    }
}

/// The engine that this processor supports. Logs it if it is not the default or not the configured one.
fn supported_engine(configured: HashEngine, instructions: Option<&str>) -> HashEngine {
    let engine = configured.with(instructions);
    if engine != configured {
        tracing::warn!(
            configured = configured.name(),
            engine = engine.name(),
            "this processor has no instructions for the configured hash_engine: using another one"
        );
    } else if engine == HashEngine::Simd {
        tracing::info!(
            engine = engine.name(),
            instructions,
            "passwords are hashed by the configured hash_engine"
        );
    }
    engine
}

fn refuse_wrong(checked: Result<(), WrongAnswer>) -> Result<(), Fault> {
    checked.map_err(|wrong| Fault::new("start to hash passwords", format!("{wrong}: {}", wrong.todo())))
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

/// Hides the hash.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([REDACTED])")
    }
}

#[cfg(test)]
mod tests;
