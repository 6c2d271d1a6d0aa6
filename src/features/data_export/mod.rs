//! Exports of personal data: everything that is held on a person, as one versioned JSON document.
//!
//! It can be larger than an answer may be, so it is read and written in pieces. The mutation hands it out if it is short,
//! else an address that works for five minutes in the same session. `/account/data` hands it out on a page.
//!
//! An export needs a step-up: it shows where somebody lives and what they use. It contains no secret and no hash, so it
//! opens no account. Which tables it covers is a list ([`TABLES`]) that a test compares with the entities.

mod document;
mod download;
mod export;
mod graphql;
pub mod http;
mod link;
mod profile;
mod records;
mod tables;

pub use document::Document;
pub use download::{NotDownloaded, download};
pub use export::ReauthenticationRequired;
pub use graphql::DataExportMutation;
pub use http::attachment;
pub use tables::{Coverage, TABLES};
