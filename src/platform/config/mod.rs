//! The settings: what can be set, where it is given, and what it must be.
//!
//! A setting is given in one of four places; a later one wins: its default, the TOML file, the environment, a
//! flag. Every place is turned into text first, so that one parser per type serves them all, and everything
//! that can be wrong is found before the server starts: one line, which names the setting and never tells its
//! value.
//!
//! To add a setting, add one entry to the table in `settings.rs` and run the command that
//! `docs/settings.md` names.
//!
//! This folder alone reads the environment.

mod check;
mod choices;
mod color;
mod cors_origins;
mod data_folder;
mod database_url;
mod docs;
mod entry;
mod environment;
mod error;
mod flags;
mod load;
#[cfg(test)]
mod load_tests;
mod parse;
mod private_file;
mod public_url;
#[cfg(test)]
mod refusal_tests;
mod secret_file;
mod server_secret;
mod setting;
mod settings;
mod shown;
mod sqlite_file;
mod toml_file;
mod values;

pub use choices::{DatabasePooler, JwtClaim, LogFormat};
pub use color::Color;
pub use cors_origins::CorsOrigins;
#[cfg(any(test, fuzzing))]
pub use cors_origins::promise as cors_origins_promise;
pub use data_folder::FolderProblem;
pub use database_url::{DatabaseKind, DatabaseUrl};
pub use docs::settings_markdown;
pub use error::ConfigError;
pub use flags::Flag;
pub use load::{Inputs, Loaded, load, process_variables};
pub use public_url::PublicUrl;
pub use server_secret::ServerSecret;
pub use setting::{Fallback, Setting, Visibility};
pub use settings::{Config, SETTINGS};
pub use shown::Shown;
