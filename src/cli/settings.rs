//! Settings on the command line.

use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use crate::platform::config::{self, Flag, Inputs, Loaded};

/// The settings that people type, and a way to set every other one. Secrets do not belong here.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// Read settings from this TOML file.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Address at which people and programs reach the server.
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,

    /// Addresses and ports to listen on, separated by commas.
    #[arg(long, global = true, value_name = "ADDRESSES")]
    pub listen: Option<String>,

    /// Address of the database. If it contains a password, use `PORTCULLIS_DATABASE_URL` instead.
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,

    /// Folder for the server's files.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<String>,

    /// Set any other setting; can be repeated.
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl SettingsArgs {
    /// The settings in force: these over the environment over the file over the defaults.
    pub fn load(&self) -> Result<Loaded, CliError> {
        Ok(config::load(Inputs {
            config_file: self.config.clone(),
            variables: config::process_variables(),
            flags: self.flags()?,
        })?)
    }

    pub(super) fn flags(&self) -> Result<Vec<Flag>, CliError> {
        let own = [
            ("--public-url", "public_url", &self.public_url),
            ("--listen", "listen", &self.listen),
            ("--database-url", "database_url", &self.database_url),
            ("--data-dir", "data_dir", &self.data_dir),
        ];
        let own = own.into_iter().filter_map(|(flag, key, text)| {
            let text = text.clone()?;
            Some(Ok(Flag {
                flag,
                key: key.to_owned(),
                text,
            }))
        });
        own.chain(self.set.iter().map(|pair| Ok(Flag::from_pair("--set", pair)?)))
            .collect()
    }
}
