//! Cryptography: each library has its one home here.

mod hash_cost;
mod hash_memory;
mod hash_pool;
mod hasher;
mod stored_hash;

pub use hash_cost::HashCost;
pub use hash_pool::PoolLimits;
pub use hasher::{PasswordHash, PasswordHasher, Verification};
