//! The features: one vertical slice per subject, named with the standard noun.

pub mod account;
pub mod attempt;
pub mod data_key;
pub mod device;
pub mod email_change;
pub mod email_login;
pub mod email_verification;
pub mod form_receipt;
pub mod key;
pub mod lease;
pub mod locale;
pub mod login;
pub mod mail;
pub mod mailbox;
pub mod notice;
pub mod one_time_token;
pub mod page;
pub mod passkey;
pub mod password;
pub mod password_reset;
pub mod proof;
pub mod session;
pub mod session_report;
pub mod signup;
pub mod user;
