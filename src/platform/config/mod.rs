//! The settings: names, sources, parsing and validation.
//!
//! A setting comes from one of four sources, of which the last wins: its default, the TOML file, the environment, a
//! flag. Every source yields text, so one parser per type serves them all. All errors are found before the server
//! starts and are one line, which names the setting and never shows its value.
//!
//! To add a setting, add one entry to the table in `settings.rs` and run the command that
//! `docs/settings.md` names.
//!
//! Only this folder reads the environment.

mod check;
mod choices;
mod cors_origins;
mod data_folder;
mod database_url;
mod derived;
mod error;
mod introspection_callers;
mod load;
#[cfg(test)]
mod load_tests;
mod login_redirect_url;
mod login_redirects;
mod loopback;
mod mail_address;
mod mail_mode;
mod mail_server;
mod parse;
mod passkey_origin;
mod passkeys;
mod print;
mod private_file;
mod providers;
mod public_url;
#[cfg(test)]
mod refusal_tests;
mod roles;
mod router_secrets;
mod secret_file;
mod server_secret;
mod settings;
mod settings_macro;
mod smtp_settings;
mod sources;
mod sqlite_file;
mod values;

pub use choices::{
    ClaimsPreset, Color, DatabasePooler, EmailVerification, JwtClaim, LogFormat, MailMode, SmtpSecurity,
};
pub use cors_origins::CorsOrigins;
#[cfg(any(test, fuzzing))]
pub use cors_origins::properties as cors_origins_properties;
pub use data_folder::FolderProblem;
pub use database_url::{DatabaseKind, DatabaseUrl};
pub use error::ConfigError;
pub use introspection_callers::{IntrospectionCaller, IntrospectionCallers};
pub use load::{Inputs, Loaded, load, process_variables};
pub use login_redirect_url::LoginRedirectUrl;
pub use loopback::is_loopback_url;
pub use mail_address::MailAddress;
pub use mail_server::MailServer;
pub use print::{RedactedSetting, settings_markdown};
pub use providers::{ClientCredential, Preset, ProviderConfig, Tenant};
pub use public_url::PublicUrl;
pub use roles::{ADMIN, Permission, Permissions, Roles};
pub use router_secrets::RouterSecrets;
pub use server_secret::ServerSecret;
pub use settings::{Config, LONGEST_TOKEN_TTL, SETTINGS};
pub use smtp_settings::{SmtpLogin, SmtpSettings};
pub use sources::Flag;
pub use values::{Fallback, Setting, Visibility};
