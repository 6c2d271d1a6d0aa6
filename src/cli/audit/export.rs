//! `portcullis audit export`.

use clap::{Args, ValueEnum};

use super::{csv, jsonl, since};
use crate::{
    cli::{CliError, os_user::os_user, output},
    context::App,
    features::audit,
};

/// What to export.
#[derive(Debug, Clone, Default, Args)]
pub struct ExportAuditArgs {
    /// Only events since then: a day in UTC (2026-11-01), an instant (RFC 3339), or how long ago it was (30d).
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,

    /// One JSON object for each line, or CSV for spreadsheets.
    #[arg(long, value_enum, default_value_t)]
    pub format: ExportFormat,
}

/// How events are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ExportFormat {
    /// JSON Lines.
    #[default]
    Jsonl,
    /// CSV (RFC 4180) with a header.
    Csv,
}

impl ExportAuditArgs {
    /// Refuses `--json` together with another format. JSON Lines is JSON enough.
    pub(super) fn check(&self, json: bool) -> Result<(), CliError> {
        if json && self.format == ExportFormat::Csv {
            return Err(CliError::Failed(
                "--json and --format csv contradict each other: leave one of them out".to_owned(),
            ));
        }
        Ok(())
    }

    /// Prints a page at a time. Stops when nobody reads any more.
    pub(super) async fn run(&self, app: &App) -> Result<(), CliError> {
        let now = app.clock.now();
        let since = self.since.as_deref().map(|text| since::parse(text, now));
        let mut export = audit::export(app, since.transpose()?, &os_user()).await?;
        if self.format == ExportFormat::Csv && !output::print_while_read(&csv::header())? {
            return Ok(());
        }
        loop {
            let rows = export.next().await?;
            if rows.is_empty() {
                return Ok(());
            }
            let lines: String = match self.format {
                ExportFormat::Jsonl => rows.iter().map(jsonl::line).collect(),
                ExportFormat::Csv => rows.iter().map(csv::line).collect(),
            };
            if !output::print_while_read(&lines)? {
                return Ok(());
            }
        }
    }
}
