//! The integration tests: one binary, one folder per feature, all through the public interface.
//!
//! They run on SQLite; `PORTCULLIS_TEST_DATABASE_URL` puts them on PostgreSQL or MariaDB/MySQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod account;
mod admin;
mod architecture;
mod attempt;
mod audit;
mod cli;
mod data_export;
mod database;
mod delivery;
mod email_change;
mod email_login;
mod email_verification;
mod federation;
mod form_receipt;
mod hostile;
mod http;
mod introspection;
mod key;
mod lease;
mod login;
mod mail;
mod mfa;
mod notice;
mod page;
mod passkey;
mod password;
mod password_reset;
mod provider;
mod schema;
mod secret;
mod session;
mod signup;
mod smtp;
mod social;
mod socket;
mod support;
mod token;
mod user;
mod user_import;
