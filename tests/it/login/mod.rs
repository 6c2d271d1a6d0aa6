//! Login.

mod alike;
mod password;
mod race;
mod rehash;
