//! The guard as a service uses it, with tokens and key sets that are made here.

mod claims;
mod extractor;
mod fetching;
mod fields;
mod forged;
mod support;
