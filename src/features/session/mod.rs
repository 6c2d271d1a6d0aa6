//! Sessions: one signed-in device or client of one user.
//!
//! A session begins with a sign-up or login and ends by sign-out, by expiry, or with the account. Its id is the `sid`
//! claim of the access tokens that it gives out. A token alone opens nothing: on every request the session must still
//! be alive and its user still active, so that a sign-out or a disabled account holds at once, whatever the token's
//! expiry says (OWASP ASVS 5.0, 7.4).

mod authenticate;
mod device;
mod graphql;
mod issue;
mod model;
mod revoke;
mod store;

pub use authenticate::SessionAuthenticator;
pub use device::{DeviceName, DeviceNameProblem};
pub use graphql::{AuthTokens, Session, SessionMutation, SessionQuery};
pub use issue::{AccessToken, NewSession, prepare};
pub use revoke::{end_all_of, find_own, logout};
