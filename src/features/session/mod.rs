//! Sessions: each is one signed-in device or client of one user.
//!
//! A session starts with a sign-up or sign-in. It ends by sign-out, by its user from another session, by a new
//! password, by expiry, with the account, or when a used refresh token comes back. Its id is the `sid` claim of its
//! access tokens. A token alone is not enough: on every request the session must be alive and its user active, so
//! ending a session takes effect at once, whatever the token's expiry (OWASP ASVS 5.0, 7.4).
//!
//! Access tokens are short-lived; a session issues new ones for its refresh token, which can be traded once. The
//! session lives as long as it is used, up to a limit.

mod again;
mod claims;
mod end_everywhere;
mod familiar;
mod graphql;
mod issue;
mod list;
mod model;
mod options;
mod preview;
mod proven;
mod purge;
mod refresh;
mod refresh_token;
mod revoke;
mod sender;
mod service_token;
mod step_up;
mod store;
mod tokens;
mod watch;
mod write;

pub use again::{first_answer, first_tokens, proven_tokens, renewed_tokens};
pub use claims::named_roles;
pub use end_everywhere::{count_live, end_everywhere};
pub use familiar::{is_familiar, is_known_device};
pub use graphql::{
    AuthMethod, AuthTokens, Session, SessionMutation, SessionPages, SessionQuery, SessionSubscription,
    TokenDelivery, forget_cookies,
};
pub use issue::{NewSession, prepare};
pub use list::{after, count, find_own, is_any, page};
pub use options::{SessionOptions, SessionRequest, check_delivery};
pub use proven::renewed;
pub use purge::purge;
pub use refresh::{refresh, renew};
#[cfg(any(test, fuzzing))]
pub use refresh_token::properties as refresh_token_properties;
pub use revoke::{
    NotFound, end_after_reuse, end_all, end_all_but, end_all_of, end_others_of, hold, logout, revoke_one,
    revoke_others,
};
pub use step_up::{forget_step_ups_of_others, raise_level, record_step_up, step_up};
pub use tokens::{Tokens, clear_cookies};
pub use watch::check_watched;
pub use write::{count_revocation, count_write, transaction_permit};
