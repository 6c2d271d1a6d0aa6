//! The emails that the server sends.
//!
//! A [`Letter`] says what an email is about and holds its token or code.

#[cfg(test)]
mod examples;
mod letter;
mod people;
mod secret;

pub use self::{
    letter::{KINDS, Letter, Lifetime},
    people::{Asker, Recipient},
    secret::Secret,
};
