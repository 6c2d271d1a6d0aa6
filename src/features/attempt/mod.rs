//! Password attempts and their limits.
//!
//! Every password check goes through an [`Attempt`], from every entry point, so that all share one count (OWASP ASVS
//! 5.0, 6.3.1 and 6.3.4; NIST SP 800-63B-4, 3.2.2). It is counted before the hash, so a refused attempt costs no hash.
//! Whether the account exists makes no difference.
//!
//! Failures are counted in the database, by account and by network: each network from which the right password came
//! lately has its own count, and all others share one. An attacker who fails on purpose locks out other unknown
//! networks, but not the owner at home. Accounts and networks are stored as keyed hashes.
//!
//! Codes of authenticator apps are counted in the same way, by user, with a count of their own (OWASP ASVS 5.0, 6.6.3):
//! neither a right password nor a new challenge clears it.
//!
//! Passwords and sign-ups per network are counted in memory, by each server for itself.

mod account_counts;
mod account_key;
mod budget;
mod code;
mod known_networks;
mod model;
mod network;
mod purge;
mod store;
mod verify;

pub use account_counts::AccountCounts;
pub use account_key::AccountKey;
pub use budget::{OwnNetwork, is_known_network};
pub use code::CodeAttempt;
pub use known_networks::{KnownNetwork, known_networks};
pub use network::{limit_login, limit_mail, limit_signup, limit_wrapping};
pub use purge::{purge, purge_all, purge_beyond};
pub use verify::{Attempt, CheckedPassword};
