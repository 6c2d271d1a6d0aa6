//! Sign-up.

mod race;
mod register;
