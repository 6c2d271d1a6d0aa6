//! The server secret: how it is replaced, and what is replaced with it after a leak.
//!
//! Only the keys in `data_keys` and `signing_keys` are sealed under the secret. A new secret seals the same keys again, so
//! nothing else changes. After a leak these keys are known to others, too: then they are replaced, and what they protected
//! ends.
//!
//! A command does this. It writes `secret.key` before the database: whatever it is interrupted by, the secrets in the file
//! open every key, and the same command completes the work.
//!
//! Reasons: `docs/decisions/0052-server-secret-rotation.md`.

mod leaked;
mod next_secret;
mod rotate;
mod scope;

pub use leaked::{Ended, NotReplaced, begin_replacement, replace_leaked};
pub use next_secret::{SecretSource, source};
pub use rotate::{NotRotated, Rotated, rotate};
pub use scope::Scope;
