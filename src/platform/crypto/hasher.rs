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
    foreign_hash::ForeignHash,
    hash_cost::HashCost,
    hash_engine::HashEngine,
    hash_pool::{HashPool, PoolLimits},
    hash_queue::Asker,
    hash_work::WorkFloor,
    known_answers::{WrongAnswer, check_engine},
    simd_engine::instructions,
    slow_lane::SlowLane,
    stored_hash::StoredHash,
    stored_password::StoredPassword,
};
use crate::platform::{
    counter::Counter,
    failure::{Denied, Failed, Fault},
    rng::Rng,
};

/// A hash that takes more than this many times the work of our own is slow. Failures for unknown accounts take up to as
/// much.
const SLOW_ABOVE: u32 = 4;

/// Hashes passwords with Argon2id (RFC 9106) on dedicated threads, and verifies imported hashes there, too.
///
/// Both operations fail with `Unavailable` if there is more work than the threads can do in time.
#[derive(Debug)]
pub struct PasswordHasher {
    pool: HashPool,
    slow_lane: SlowLane,
    cost: HashCost,
    rng: Arc<dyn Rng>,
    dummy: StoredHash,
    floor: Arc<WorkFloor>,
    verifications: Counter,
}

/// A hash to store: the PHC string of one with its own salt, or an imported one.
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
            slow_lane: SlowLane::new(limits),
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

    /// The cost of new hashes.
    pub fn cost(&self) -> HashCost {
        self.cost
    }

    /// What to store of an imported hash: the hash itself, or, if it is too weak for that, Argon2id over its digest. The
    /// latter takes the time of a new hash.
    pub async fn import(&self, asker: Asker, foreign: &ForeignHash) -> Result<PasswordHash, Failed> {
        if !foreign.is_weak() {
            return Ok(PasswordHash(foreign.to_text().map_err(fault)?));
        }
        let (cost, salt, foreign) = (self.cost, self.rng.bytes(), foreign.clone());
        let made = self
            .pool
            .run(asker, move |worker| foreign.wrap(cost, salt, worker));
        Ok(PasswordHash(made.await?.map_err(fault)?))
    }

    /// How many of our own hashes take as long as verifying a password with `stored`, or as finding that there is no such
    /// account: at least 1. An estimate.
    pub fn price(&self, stored: Option<&str>) -> u32 {
        let work = stored
            .and_then(|text| StoredPassword::parse(text, self.cost.ceiling()).ok())
            .map_or_else(|| self.floor.work(), |hash| hash.work());
        work.price(self.cost)
    }

    /// The price, if it is more than a check of our own hashes can cost after settings have changed.
    pub fn expensive(&self, stored: Option<&str>) -> Option<u32> {
        Some(self.price(stored)).filter(|price| *price > SLOW_ABOVE)
    }

    /// Whether `password` is the one that `stored` was made from.
    ///
    /// `None` means that there is no such account, or that it has no password. It never matches, and neither does a
    /// stored hash that is malformed or too costly. All failures take the same work, that of today's cost or of the
    /// most expensive hash in use, so that the time reveals neither which accounts exist nor how old their hashes are. An
    /// imported hash is the exception: until the first sign-in of its user a failure takes its own time, if that is
    /// longer.
    pub async fn verify(
        &self,
        password: &SecretString,
        stored: Option<&str>,
    ) -> Result<Verification, Failed> {
        self.verify_for(Asker::Stranger, password, stored, Arc::default())
            .await
    }

    /// Like [`PasswordHasher::verify`], with the priority of this asker in the queue. An imported hash that takes long
    /// first waits for a place among the few that may be verified at once. Sets `has_begun` when a thread
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
        let hash = real.unwrap_or_else(|| StoredPassword::Argon2(self.dummy.clone()));
        if let Some(cost) = hash.argon2_cost() {
            self.floor.meet(cost);
        }
        let place = match &hash {
            StoredPassword::Foreign(_) if hash.work().price(self.cost) > SLOW_ABOVE => {
                Some(self.slow_lane.enter().await?)
            }
            _ => None,
        };
        let is_outdated = hash.is_outdated(self.cost);
        let (password, verifications) = (password.clone(), self.verifications.clone());
        let (floor, today, dummy) = (Arc::clone(&self.floor), self.cost, self.dummy.clone());
        let matches = self
            .pool
            .run(asker, move |worker| {
                // Kept until the work is done, also when the caller has gone away.
                let _place = place;
                has_begun.store(true, Ordering::Release);
                verifications.inc();
                let password = password.expose_secret().as_bytes();
                let matches = hash.matches(password, worker)? && is_real;
                if !matches {
                    for part in floor.work().missing_after(hash.work(), today) {
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

    fn parse(&self, text: &str) -> Option<StoredPassword> {
        StoredPassword::parse(text, self.cost.ceiling())
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
    /// The text.
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
