//! Sign-in with another provider: Google, GitHub, or any OpenID provider (OpenID Connect Core 1.0, section 3.1;
//! RFC 9700).
//!
//! A browser goes to a page of this server, which stores the flow in a cookie and leads on to the provider; the
//! provider leads back to the callback. The cookie binds the answer to the browser: a foreign page can begin a flow,
//! but not end one in somebody else's browser. A page then gets a session in cookies. A client of the API gets a
//! one-time code at its own address, which is worth nothing without the verifier of its challenge (RFC 7636).
//!
//! An identity that is known signs in. One that is not known becomes a new account, or links to an existing one: see
//! `model.rs` for when. The second factor of an account is asked for as after a password.

mod address;
mod callback;
mod client_code;
mod compose;
mod create_account;
mod enter_account;
mod finish_link;
mod flow;
mod graphql;
mod model;
mod outcome;
mod plan;
mod request;
mod sealed;
mod sign_in;
mod social_profile;

pub use address::{NotAsked, NotConfirmed, WAITING_TTL, WaitingForAddress, ask, confirm};
pub use callback::{Authenticated, Callback, CallbackError, CallbackResult, receive};
pub use client_code::issue_code;
pub use compose::{AddressMail, compose};
pub use finish_link::{NotFinished, finish_link};
pub use flow::{Begun, Linking, NotBegun, Target, begin};
pub use graphql::SocialLoginMutation;
pub use outcome::{Input, Refused};
pub use plan::{AddressNeeded, address_needed};
pub use request::{NotRequested, StartRequest, open_request};
pub use sealed::FLOW_TTL;
pub use sign_in::sign_in;
pub use social_profile::SocialProfile;
