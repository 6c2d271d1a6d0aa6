//! `portcullis audit`: verifies and exports the audit log.

mod csv;
mod export;
mod jsonl;
mod since;
mod text;
mod verify;

use clap::{Args, Subcommand};

pub use export::{ExportAuditArgs, ExportFormat};
pub use verify::VerifyAuditArgs;

use super::{CliError, SettingsArgs, open};

/// What to do with the audit log.
#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// The action.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What to do with the audit log.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Check that no event was changed, removed or added since the servers wrote them.
    Verify(VerifyAuditArgs),
    /// Print the events, oldest first. This is recorded in the log.
    Export(ExportAuditArgs),
}

impl AuditArgs {
    /// Runs the command. A log that does not verify is a failure.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let config = open::config(settings)?;
        if let AuditCommand::Export(args) = &self.command {
            args.check(json)?;
        }
        let app = Box::pin(open::app(config)).await?;
        let done = match &self.command {
            AuditCommand::Verify(args) => args.run(&app, json).await,
            AuditCommand::Export(args) => args.run(&app).await,
        };
        app.db.close().await;
        done
    }
}
