//! Users.

mod list;
mod node;
