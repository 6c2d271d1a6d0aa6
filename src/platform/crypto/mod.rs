//! Cryptography; each library is used in one place only.

mod argon2_input;
mod data_key;
mod hash_cost;
mod hash_engine;
mod hash_memory;
mod hash_pool;
mod hash_queue;
mod hash_work;
mod hash_worker;
mod hasher;
mod key_ring;
mod known_answers;
mod master_key;
mod same;
mod seal;
mod sha256;
mod signing_algorithm;
mod simd_engine;
mod stored_hash;
mod tag_keys;

pub use data_key::{DataKey, KEY_BYTES};
pub use hash_cost::HashCost;
pub use hash_engine::HashEngine;
pub use hash_pool::PoolLimits;
pub use hash_queue::Asker;
pub use hasher::{PasswordHash, PasswordHasher, Verification};
pub use key_ring::{KeyRing, SigningKey};
pub use known_answers::{WrongAnswer, check_engine};
pub use master_key::master_key;
pub use same::is_same_secret;
pub use seal::{NotOpened, SealContext, Sealer};
pub use sha256::Sha256;
pub use signing_algorithm::SigningAlgorithm;
pub use simd_engine::instructions;
pub use tag_keys::{TAG_BYTES, TagKeys};
