//! `portcullis user import`: creates the accounts of another system, batch by batch.

mod input;
mod keys;
mod progress;
mod report;
mod run;
mod stopped;

use std::path::PathBuf;

use clap::Args;

pub use input::{CellSeparator, FormatArgs, InputFormat};
pub use keys::{HashKeyArgs, KeyFormat};

use self::{input::Input, report::Report, run::Run};
use crate::{
    cli::{CliError, open, os_user::os_user, output::print},
    features::{
        authority::Authority,
        user_import::{Import, Mode},
    },
    platform::config::Config,
};

/// What to import.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// The file with the users; `-` for standard input.
    pub file: PathBuf,

    /// How the file is written.
    #[command(flatten)]
    pub format: FormatArgs,

    /// Check only: create no account, and compute no hash. The audit log records the check, which shows which addresses
    /// exist.
    #[arg(long)]
    pub dry_run: bool,

    /// Write what became of each user to this new file: CSV if it ends so, else JSON Lines. It has addresses, but no
    /// hashes.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Keys and parameters of the other system.
    #[command(flatten)]
    pub keys: HashKeyArgs,
}

impl ImportArgs {
    /// Imports the file, and prints a summary. Files are opened before the database. Users who are refused are a failure,
    /// after all others were imported; users who are skipped are not.
    pub(super) async fn run(&self, config: Config, json: bool) -> Result<(), CliError> {
        let input = Input::open(&self.file, &self.format)?;
        let app = Box::pin(open::app(config)).await?;
        let done = async {
            let import = Import {
                hashes: self.keys.options(app.hasher.cost())?,
                mode: if self.dry_run { Mode::DryRun } else { Mode::Create },
            };
            let report = self.report.as_deref().map(Report::create).transpose()?;
            let authority = Authority::of_command_line(&app, &os_user());
            Ok::<_, CliError>(Run::new(&authority, import, report).all(input).await)
        };
        let done = Box::pin(done).await;
        app.db.close().await;
        let (counts, unread, stopped) = done?;
        let is_complete = matches!(stopped, Ok(()));
        print(&if json {
            counts.json(self.dry_run, is_complete, &unread).to_string()
        } else {
            counts.summary(self.dry_run, &unread)
        })?;
        match (stopped, counts.refused()) {
            (Ok(()), 0) => Ok(()),
            (Ok(()), 1) => Err(CliError::Failed("1 user was refused".to_owned())),
            (Ok(()), count) => Err(CliError::Failed(format!("{count} users were refused"))),
            (Err(stopped), _) => Err(stopped.error(counts.last_line(), self.report.is_some())),
        }
    }
}
