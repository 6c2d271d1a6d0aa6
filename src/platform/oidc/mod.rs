//! Signing in with another server: the client side of OpenID Connect and OAuth 2.0.
//!
//! A sign-in is a [`Flow`]: three random texts that the caller makes and keeps. [`Provider::authorization_url`] is where
//! the browser goes with it. The browser comes back to `/oauth/<id>/callback` with an [`Answer`], and
//! [`Provider::claims`] trades that for [`ProviderClaims`]: who has signed in at the provider, and whether the address
//! is trusted.
//!
//! The state belongs to the caller: it compares the `state` of an answer, binds a flow to a browser, and uses each flow
//! once. Here are compared the proof key (RFC 7636), the nonce (OpenID Connect Core, section 3.1.2.1) and the issuer of
//! the answer (RFC 9207).
//!
//! Where requests go comes from the settings, and from the discovery document of the issuer in the settings: never from
//! a token or an answer. Only this folder makes HTTP requests.
//!
//! [`ProviderError`] says what failed. It never contains an answer of the provider, except for the error code of the
//! token endpoint, and the issuer and addresses in the discovery document.

mod authorize;
mod cached;
mod claims;
mod client;
mod discord;
mod discovery;
mod endpoint;
mod error;
mod exchange;
mod fetch;
mod flow;
mod github;
mod id_token;
mod issuer;
mod keys;
mod openid;
mod provider;
mod providers;
mod trust;

pub use claims::ProviderClaims;
pub use error::{ProviderError, Step};
pub use flow::{Answer, Flow};
pub use provider::Provider;
pub use providers::Providers;
