//! Attempts to prove who one is by a password, and how many of them there may be.
//!
//! Every check of a password goes through an [`Attempt`], whichever door it came in by, so that all doors share one
//! count (OWASP ASVS 5.0, 6.3.1 and 6.3.4; NIST SP 800-63B-4, 3.2.2). It is taken before the hash, and what is refused
//! costs none. Whether there is an account makes no difference.
//!
//! Failures are counted in the database, by account and by network: each network from which the right password came
//! lately has a count of its own, and all others share one. So whoever fails on purpose keeps out those who are as
//! unknown as they are, and not the owner at home. Accounts and networks stand there as keyed hashes.
//!
//! How many passwords and sign-ups may come from one network is counted in memory, by each server for itself.

mod account_key;
mod budget;
mod model;
mod network;
mod purge;
mod store;
mod verify;

pub use account_key::AccountKey;
pub use budget::{OwnNetwork, forget};
pub use network::limit_signup;
pub use purge::{purge, purge_beyond};
pub use verify::Attempt;
