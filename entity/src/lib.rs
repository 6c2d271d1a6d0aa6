//! The tables, one file each: columns, relations and typed ids. No logic, no GraphQL.
//!
//! Instants are stored as milliseconds since 1970 in UTC, in plain 64-bit integers: the same value, order and
//! precision on SQLite, PostgreSQL and MariaDB/MySQL (`docs/decisions/0009-instants-as-integers.md`).

pub mod address_reservation;
pub mod attempt_streak;
pub mod audit_erasure;
pub mod audit_event;
pub mod audit_seal;
pub mod data_key;
pub mod form_receipt;
pub mod id;
pub mod identity;
pub mod lease;
pub mod mail;
pub mod mail_budget;
pub mod mail_suppression;
pub mod one_time_token;
pub mod passkey;
pub mod recovery_code;
pub mod session;
pub mod signing_key;
pub mod totp_factor;
pub mod unlinked_identity;
pub mod user;
pub mod user_role;

pub use id::{AuditEventId, IdentityId, MailId, OneTimeTokenId, PasskeyId, SessionId, SigningKeyId, UserId};
