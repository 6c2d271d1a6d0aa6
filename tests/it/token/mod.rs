//! Access tokens: what is in them, and what passes for one.

mod audiences;
mod claims;
mod content;
mod fields;
pub(crate) mod forge;
mod form;
mod header;
mod presets;
mod signature;
mod transport;

pub(crate) use forge::{Forger, SECRET, hmac_of, part};
