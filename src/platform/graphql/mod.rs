//! GraphQL ground: errors, guards and scalars that every room shares.

pub mod error;
