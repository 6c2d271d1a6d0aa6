//! Making and verifying password hashes, without holding up anything else.

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

/// Hashes passwords with Argon2id (RFC 9106) on threads of its own.
///
/// Both operations answer `Unavailable` when more is asked for than the threads can do in time.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: HashPool,
    cost: HashCost,
    rng: Arc<dyn Rng>,
    dummy: StoredHash,
    floor: Arc<WorkFloor>,
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
    /// Starts the threads, which hash with `engine` or, where the processor lacks the instructions for it, with the
    /// portable one. A fault when the engine does not compute Argon2 on this machine, when Argon2 is not defined for
    /// `cost`, or when the system gives no threads. `verifications` counts the passwords that a thread begins to
    /// verify.
    pub fn start(
        engine: HashEngine,
        cost: HashCost,
        limits: PoolLimits,
        rng: Arc<dyn Rng>,
        verifications: Counter,
    ) -> Result<Self, Fault> {
        let engine = engine_here(engine, instructions());
        refuse_wrong(check_engine(engine))?;
        // A random output: the hash of no password that anybody could find.
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

    /// Unavailable while no further hash for this asker can wait. Costs nothing, and reserves nothing.
    pub fn check_room(&self, asker: Asker) -> Result<(), Denied> {
        self.pool.check_room(asker)
    }

    /// Hashes `password` with a fresh salt, in the place that this asker has in the queue.
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

    /// Whether `password` is the one that `stored` was made of.
    ///
    /// `None` says that there is no such account, or none with a password. It never matches, and neither does a
    /// stored hash that is malformed or asks for too much. A failure takes as much work with a cheaper hash, or with
    /// none, as with one of today's cost or a more expensive one that is in use, so that the time does not reveal
    /// which accounts exist, nor how old their hashes are.
    pub async fn verify(
        &self,
        password: &SecretString,
        stored: Option<&str>,
    ) -> Result<Verification, Failed> {
        self.verify_for(Asker::Stranger, password, stored, Arc::default())
            .await
    }

    /// As [`PasswordHasher::verify`], in the place that this asker has in the queue; sets `has_begun` when a thread begins
    /// with the hash.
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
                    "a stored password hash cannot be used: nobody gets in by it"
                );
            })
            .ok()
    }
}

/// The engine that does the work, told in the log where it is not the usual one.
fn engine_here(configured: HashEngine, instructions: Option<&str>) -> HashEngine {
    let engine = configured.with(instructions);
    if engine != configured {
        tracing::warn!(
            configured = configured.name(),
            engine = engine.name(),
            "this processor has no instructions for the configured hash_engine: another one hashes the passwords"
        );
    } else if engine == HashEngine::Simd {
        tracing::info!(
            engine = engine.name(),
            instructions,
            "passwords are hashed by the engine that hash_engine asks for"
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

/// Shows nothing of it.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([REDACTED])")
    }
}

#[cfg(test)]
mod tests;
