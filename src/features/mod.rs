//! The features: one vertical slice per subject, named with the standard noun.

pub mod account;
pub mod attempt;
pub mod form_receipt;
pub mod key;
pub mod login;
pub mod mail;
pub mod page;
pub mod password;
pub mod session;
pub mod signup;
pub mod user;
