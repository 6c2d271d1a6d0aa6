//! The command line, one file per command.
//!
//! Exit status: 0 for success, 2 for an invalid command line, 69 if the database is not available, 78 for invalid
//! settings, 1 for everything else. The last three come with one line on standard error. (69 and 78 are
//! `EX_UNAVAILABLE` and `EX_CONFIG` of BSD's `sysexits.h`.)

mod audit;
mod backup;
mod config;
mod csv_cell;
mod doctor;
mod error;
mod key;
mod mail;
mod migrate;
mod open;
mod os_user;
mod output;
mod password;
mod regular_file;
mod restore;
mod schema;
mod secret;
mod serve;
mod settings;
mod user;

use clap::{Parser, Subcommand};

pub use audit::{AuditArgs, AuditCommand, ExportAuditArgs, ExportFormat, VerifyAuditArgs};
pub use backup::BackupArgs;
pub use config::ConfigArgs;
pub use doctor::DoctorArgs;
pub use error::CliError;
pub use key::{KeyArgs, KeyCommand, RetireKeyArgs, RotateKeyArgs};
pub use mail::{ListMailArgs, MailAddressArgs, MailArgs, MailCommand, MailReference, MailState};
pub use migrate::{MigrateArgs, MigrateCommand};
pub use output::print;
pub use password::PasswordArgs;
pub use restore::RestoreArgs;
pub use schema::SchemaArgs;
pub use secret::{RotateSecretArgs, SecretArgs, SecretCommand};
pub use serve::ServeArgs;
pub use settings::SettingsArgs;
pub use user::{
    CellSeparator, CreateUserArgs, FormatArgs, HashKeyArgs, ImportArgs, InputFormat, KeyFormat, SetRoleArgs,
    UserArgs, UserCommand, UserReference,
};

/// Accounts and authentication behind one GraphQL schema.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, propagate_version = true)]
pub struct Cli {
    /// Print the result as JSON.
    #[arg(long, global = true)]
    pub json: bool,

    /// Settings.
    #[command(flatten)]
    pub settings: SettingsArgs,

    /// The command; `serve` if none is given.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The command.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Run the server (the default).
    Serve(ServeArgs),
    /// Bring the database up to date, or show its state.
    Migrate(MigrateArgs),
    /// Print the GraphQL schema.
    Schema(SchemaArgs),
    /// Print the settings in force and where each was set.
    Config(ConfigArgs),
    /// Find problems with settings, database and keys, and say what to do about them.
    Doctor(DoctorArgs),
    /// Manage accounts.
    User(UserArgs),
    /// List the keys that sign tokens, let another one follow, or remove one.
    Key(KeyArgs),
    /// Replace the server secret, or all keys after a leak.
    Secret(SecretArgs),
    /// Look at the mails in the outbox, try again, and suppress addresses.
    Mail(MailArgs),
    /// Verify or export the audit log.
    Audit(AuditArgs),
    /// Write a copy of the SQLite database to a file, also while the server runs. It does not contain the secret.
    Backup(BackupArgs),
    /// Replace the SQLite database by a backup. Stop the server first.
    Restore(RestoreArgs),
}

impl Default for Command {
    fn default() -> Self {
        Self::Serve(ServeArgs::default())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_can_stand_before_and_after_the_command() {
        for line in [
            ["portcullis", "--listen", "127.0.0.1:1", "config", "--json"],
            ["portcullis", "--json", "config", "--listen", "127.0.0.1:1"],
        ] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert!(cli.json);
            assert_eq!(cli.settings.flags().unwrap()[0].text, "127.0.0.1:1");
        }
    }

    #[test]
    fn a_password_is_no_argument() {
        let line = [
            "portcullis",
            "user",
            "create",
            "--email",
            "a@b.c",
            "--name",
            "A",
            "--password",
            "x",
        ];
        assert!(Cli::try_parse_from(line).is_err());
    }
}
