//! Infrastructure that any other server could use, too. Independent of the features.

pub mod byte_bounded_cache;
pub mod clock;
pub mod config;
pub mod counter;
pub mod crypto;
pub mod db;
pub mod failure;
pub mod graphql;
pub mod http;
pub mod i18n;
pub mod id;
pub mod keyset;
pub mod limit;
pub mod mail;
pub mod oidc;
pub mod rng;
pub mod telemetry;
pub mod tls;
pub mod typed_code;
pub mod unicode;
