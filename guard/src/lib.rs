#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod algorithm;
#[cfg(feature = "axum")]
pub mod axum;
mod builder;
mod claims;
mod clock;
#[cfg(feature = "async-graphql")]
pub mod graphql;
mod guard;
#[cfg(feature = "http")]
mod http_keys;
mod key_cache;
mod key_set;
mod key_source;
mod public_key;
mod rejection;
mod strict_json;
mod token;

pub use self::{
    algorithm::Algorithm,
    builder::GuardBuilder,
    claims::Claims,
    clock::{Clock, SystemClock},
    guard::{Guard, bearer_token},
    key_source::{FetchedKeys, KeySource},
    rejection::{ConfigError, FetchError, Rejection},
};
