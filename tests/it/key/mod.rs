//! Signing keys: how other services find them, and how servers share them.

mod discovery;
mod jwks;
mod start;
