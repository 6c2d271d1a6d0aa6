//! Sign-up.

mod address;
mod fields;
mod half;
mod kill;
mod race;
mod register;
