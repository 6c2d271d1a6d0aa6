//! `portcullis audit verify`.

use clap::Args;

use super::text;
use crate::{
    cli::{CliError, output},
    context::App,
    features::audit::{self, SealReference},
};

/// How to verify.
#[derive(Debug, Clone, Default, Args)]
pub struct VerifyAuditArgs {
    /// Number and MAC of a seal as the log of the server names it (`audit log sealed`). Give the newest: only this shows
    /// whether the end of the log was cut off.
    #[arg(long, value_name = "SEQ:MAC")]
    pub last_seal: Option<String>,
}

impl VerifyAuditArgs {
    pub(super) async fn run(&self, app: &App, json: bool) -> Result<(), CliError> {
        let last_seal = self.last_seal.as_deref().map(parse).transpose()?;
        let report = audit::verify(app, last_seal.as_ref()).await?;
        if json {
            output::print(&text::value(&report).to_string())?;
        } else {
            output::print(&text::lines(&report))?;
            if let Some(warning) = text::warning(&report) {
                output::warn(&warning);
            }
        }
        match report.finding_count {
            0 => Ok(()),
            1 => Err(CliError::Failed(
                "1 finding: the audit log was changed".to_owned(),
            )),
            count => Err(CliError::Failed(format!(
                "{count} findings: the audit log was changed"
            ))),
        }
    }
}

fn parse(text: &str) -> Result<SealReference, CliError> {
    let (seq, mac) = text.split_once(':').unwrap_or_default();
    match seq.parse() {
        Ok(seq) if !mac.is_empty() => Ok(SealReference {
            seq,
            mac: mac.to_owned(),
        }),
        _ => Err(CliError::Failed(
            "--last-seal: must be number and MAC of a seal, separated by a colon, as in the log".to_owned(),
        )),
    }
}
