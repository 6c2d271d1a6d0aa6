//! Sign-up.

mod address;
mod fields;
mod half;
mod race;
mod register;
