//! Cryptography, each library with one home here.

mod hash_cost;
mod hash_engine;
mod hash_memory;
mod hash_pool;
mod hash_queue;
mod hash_work;
mod hash_worker;
mod hasher;
mod jwt;
mod key_ring;
mod known_answers;
mod master_key;
mod seal;
mod signing_algorithm;
mod simd_memory;
mod stored_hash;
mod tag_keys;
mod verified_tokens;

pub use hash_cost::HashCost;
pub use hash_engine::{HashEngine, instructions};
pub use hash_pool::PoolLimits;
pub use hash_queue::Asker;
pub use hasher::{PasswordHash, PasswordHasher, Verification};
#[cfg(any(test, fuzzing))]
pub use jwt::promise as jwt_promise;
pub use jwt::{AccessClaims, Expected, TokenType};
pub use key_ring::{KeyRing, SigningKey};
pub use known_answers::WrongAnswer;
pub use master_key::{MasterKey, Purpose};
pub use seal::{NotOpened, Place, Sealer};
pub use signing_algorithm::SigningAlgorithm;
pub use tag_keys::{TAG_BYTES, TagKeys};
