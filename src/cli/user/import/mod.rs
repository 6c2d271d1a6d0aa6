//! `portcullis user import`: creates the accounts of another system, batch by batch.

mod input;
mod keys;
mod progress;
mod report;
mod run;

use std::path::PathBuf;

use clap::Args;

pub use input::InputFormat;
pub use keys::{HashKeyArgs, KeyFormat};

use self::{
    input::Input,
    report::Report,
    run::{Run, Stopped},
};
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

    /// How the file is written. The ending of its name tells, if it is jsonl, ndjson, json, csv or tsv.
    #[arg(long, value_enum)]
    pub format: Option<InputFormat>,

    /// Check only: write nothing to the database, and compute no hash.
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
        let input = Input::open(&self.file, self.format)?;
        let app = Box::pin(open::app(config, false)).await?;
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
        let (counts, stopped) = done?;
        let is_complete = matches!(stopped, Ok(Stopped::AtTheEnd));
        print(&if json {
            counts.json(self.dry_run, is_complete).to_string()
        } else {
            counts.text(self.dry_run)
        })?;
        let after = format!(
            "stopped after line {}; run the same command again to go on",
            counts.last_line()
        );
        match stopped {
            Ok(Stopped::AtTheEnd) if counts.refused() == 0 => Ok(()),
            Ok(Stopped::AtTheEnd) => Err(CliError::Failed(format!(
                "{} of the users were refused",
                counts.refused()
            ))),
            Ok(Stopped::BySignal) => Err(CliError::Failed(after)),
            Err(CliError::Unavailable(why)) => Err(CliError::Unavailable(format!("{why}: {after}"))),
            Err(error) => Err(CliError::Failed(format!("{error}: {after}"))),
        }
    }
}
