//! Signing keys: how other services find them, how servers share them, and how they are replaced.

mod algorithms;
mod discovery;
mod jwks;
mod rotation;
mod start;
