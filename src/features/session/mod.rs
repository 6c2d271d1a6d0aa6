//! Sessions: one signed-in device or client of one user.
//!
//! A session begins with a sign-up or login and ends by sign-out, by its user from elsewhere, by a new password, by
//! expiry, with the account, or when a used refresh token comes back. Its id is the `sid` claim of the access tokens
//! that it gives out. A token alone opens nothing: on every request the session must still be alive and its user still
//! active, so that an end holds at once, whatever the token's expiry says (OWASP ASVS 5.0, 7.4).
//!
//! Access tokens are short-lived; a session gives out new ones for its refresh token, which is good for one trade. The
//! session lives for as long as it is used, up to a limit.

mod again;
mod device;
mod graphql;
mod issue;
mod list;
mod model;
mod options;
mod purge;
mod refresh;
mod refresh_token;
mod revoke;
mod sender;
mod service_token;
mod step_up;
mod store;
mod tokens;
mod write;

pub use again::{first_tokens, renewed_tokens};
pub use device::{DeviceName, DeviceNameProblem};
pub use graphql::{
    AuthTokens, Session, SessionMutation, SessionPages, SessionQuery, TokenDelivery, forget_cookies,
};
pub use issue::{NewSession, prepare};
pub use list::{count, find_own, is_any, page};
pub use options::{SessionOptions, SessionRequest};
pub use purge::purge;
pub use refresh::{refresh, renew};
#[cfg(any(test, fuzzing))]
pub use refresh_token::properties as refresh_token_properties;
pub use revoke::{NotFound, end_all_of, end_others_of, hold, logout, revoke_one, revoke_others};
pub use step_up::{forget_step_ups_of_others, step_up, stepped_up_until};
pub use tokens::{Tokens, clear_cookies};
pub use write::{count_ending, count_write, write_place};
