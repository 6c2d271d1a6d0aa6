//! The emails that the server sends: what they say, and how they look.
//!
//! A [`Letter`] says what an email is about and holds its token or code; [`Letters`] renders it in the recipient's
//! language. Every link leads to a page of `public_url` that asks before it does anything, because programs that check
//! emails for viruses open links, too.

#[cfg(test)]
mod examples;
mod letter;
mod link;
mod people;
mod render;
mod secret;
mod texts;
mod theme;

pub use self::{
    letter::{KINDS, Letter, Lifetime},
    people::{Asker, Recipient},
    render::{Letters, Rendered},
    secret::Secret,
};
