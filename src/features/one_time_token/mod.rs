//! One-time tokens: secrets that are handed out, mostly by mail, each for one use and one purpose.
//!
//! The database keeps the SHA-256 of a secret, never the secret. A secret counts only for the purpose that it was made
//! for; for any other it is unknown. One statement claims it, so of many concurrent uses one succeeds (OWASP ASVS 5.0,
//! 6.5.1). Asking for another token leaves the earlier ones alive: otherwise a stranger who asks would void the
//! owner's link. Using one voids the others.

mod claim;
mod code;
mod graphql;
mod issue;
mod payload;
mod purge;
mod secret;
mod single_use;
mod store;
mod waiting;

pub use claim::{
    TokenProblem, claim, find, hold_bound, is_live, newest_bound, newest_unused_in, newest_unused_of,
    take_attempt, unused_of_each, void_all_of, void_bound, void_of, void_sent_by, void_undos_since,
};
pub use code::{MailedCode, code_tag, is_code};
pub use entity::one_time_token::Purpose;
pub use issue::NewToken;
pub use payload::{bound_to, bound_under, payload};
pub use purge::{count_live, purge, purge_all};
pub use secret::{PresentedToken, TokenSecret};
pub use single_use::SingleUse;
pub use waiting::live_after;
