//! Users.

mod node;
