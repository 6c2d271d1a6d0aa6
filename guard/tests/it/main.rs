//! The guard as a service uses it, with tokens and key sets that are made here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod claims;
mod extractor;
mod fetching;
mod fields;
mod forged;
mod support;
