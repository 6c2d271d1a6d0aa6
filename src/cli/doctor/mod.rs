//! `portcullis doctor`: the problems that a server with these settings would have, and what to do about them.
//!
//! It changes nothing, creates nothing and waits for nothing. It can run while the server runs. With `--send-test` it
//! sends a mail instead.

mod audit_log;
mod data_folder;
mod database;
mod finding;
mod hash_engine;
mod mail;
mod providers;
mod roles;
mod running;
mod secret;
mod send_test;
mod settings;

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use self::finding::{Finding, Severity};
use super::{SettingsArgs, error::CliError, output::print};
use crate::platform::{
    config::{Config, Loaded},
    db::Db,
    telemetry::{self, printable},
};

/// What to do instead of looking for problems.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// Send a test mail to this address at once, and say what happened. Checks nothing else.
    #[arg(long, value_name = "ADDRESS")]
    pub send_test: Option<String>,
}

impl DoctorArgs {
    /// Prints the findings; fails if one is an error.
    pub async fn run(self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        telemetry::init_for_command().map_err(|error| CliError::Failed(error.to_string()))?;
        if let Some(address) = &self.send_test {
            let loaded = settings.load()?;
            let done = send_test::send(&loaded.config, address).await?;
            return print(&if json { done.json() } else { done.text() });
        }
        let findings = examine(&settings.load()?).await;
        print(&if json {
            as_json(&findings)
        } else {
            as_text(&findings)
        })?;
        match findings
            .iter()
            .filter(|it| it.severity == Severity::Error)
            .count()
        {
            0 => Ok(()),
            1 => Err(CliError::Failed("1 problem".to_owned())),
            count => Err(CliError::Failed(format!("{count} problems"))),
        }
    }
}

/// Logs problems that do not keep a server from starting, using the checks that need neither the database nor the
/// network. Skips what loading the settings warns of, and what prevents the start.
pub(super) fn warn_at_start(config: &Config) {
    let errors = settings::of_exposure(config)
        .into_iter()
        .chain(database::exposed_file(config))
        .filter(|it| it.severity == Severity::Error);
    // Log warnings too, even if the state may be intended: nobody would run doctor for such a folder.
    let of_folder = data_folder::findings(config)
        .into_iter()
        .filter(|it| it.severity != Severity::Ok);
    for Finding {
        about, seen, advice, ..
    } in errors.chain(of_folder)
    {
        tracing::warn!("{about}: {seen}; {}", advice.unwrap_or_default());
    }
}

/// Why a start with these settings could not open the keys in a database that is up to date: what is wrong, and what to
/// do. None if it could.
pub(super) async fn key_problem(config: &Config, db: &Db) -> Option<String> {
    let (finding, secret) = secret::secret(config);
    let of_keys = secret::keys(config, db, &secret).await;
    let mut errors = std::iter::once(finding).chain(of_keys);
    let error = errors.find(|it| it.severity == Severity::Error)?;
    Some(format!(
        "{}: {}; {}",
        error.about,
        error.seen,
        error.advice.unwrap_or_default()
    ))
}

async fn examine(loaded: &Loaded) -> Vec<Finding> {
    let config = &loaded.config;
    let warnings = loaded.warnings.iter();
    let mut findings: Vec<_> = warnings
        // The public URL has its own finding.
        .filter(|warning| !warning.starts_with("public_url:"))
        .map(|warning| Finding::warning("settings", warning, "see docs/settings.md"))
        .collect();
    findings.extend(settings::findings(config));
    findings.extend(data_folder::findings(config));
    findings.push(hash_engine::finding(config.hash_engine));
    findings.push(mail::finding(config).await);
    findings.extend(providers::findings(config).await);
    let (finding, secret) = secret::secret(config);
    findings.push(finding);
    findings.extend(settings::database_address(config));
    findings.extend(database::findings(config, &secret).await);
    findings.extend(running::findings(config).await);
    findings
}

fn as_text(findings: &[Finding]) -> String {
    let width = findings.iter().map(|it| it.about.len()).max().unwrap_or(0);
    let mut text = String::new();
    for finding in findings {
        let severity = match finding.severity {
            Severity::Ok => "ok",
            Severity::Warning => "warning",
            Severity::Error => "ERROR",
        };
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "{severity:7}  {:width$}  {}",
            finding.about,
            printable(&finding.seen)
        );
        if let Some(advice) = &finding.advice {
            let _ = writeln!(text, "{:7}  {:width$}  → {}", "", "", printable(advice));
        }
    }
    text
}

fn as_json(findings: &[Finding]) -> String {
    let is_well = findings.iter().all(|it| it.severity != Severity::Error);
    format!("{:#}", json!({ "ok": is_well, "findings": findings }))
}
