//! The command line: what can be typed, one file per command.
//!
//! Exit status: 0 when done, 2 for a command line that makes no sense, 69 when the database is not there, 78
//! for settings that cannot be used, 1 for everything else. The last three go with one line on standard error.
//! (69 and 78 are `EX_UNAVAILABLE` and `EX_CONFIG` of BSD's `sysexits.h`.)

mod config;
mod doctor;
mod error;
mod migrate;
mod open;
mod output;
mod password;
mod schema;
mod serve;
mod settings;
mod user;

use clap::{Parser, Subcommand};

pub use config::ConfigArgs;
pub use doctor::DoctorArgs;
pub use error::CliError;
pub use migrate::{MigrateArgs, MigrateCommand};
pub use output::print;
pub use password::PasswordArgs;
pub use schema::SchemaArgs;
pub use serve::ServeArgs;
pub use settings::SettingsArgs;
pub use user::{CreateUserArgs, SetRoleArgs, UserArgs, UserCommand, UserReference};

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

    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Run the server (what happens when no command is given).
    Serve(ServeArgs),
    /// Bring the database up to date, or tell how it stands.
    Migrate(MigrateArgs),
    /// Print the GraphQL schema.
    Schema(SchemaArgs),
    /// Print the settings in force and where each was given.
    Config(ConfigArgs),
    /// Look for what is wrong with settings, database and keys, and tell what to do.
    Doctor(DoctorArgs),
    /// Manage accounts.
    User(UserArgs),
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
