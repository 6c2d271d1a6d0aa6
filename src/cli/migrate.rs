//! `portcullis migrate`: the database schema.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    SettingsArgs,
    error::CliError,
    open,
    output::{print, warn},
};
use crate::platform::{
    config::Config,
    db::{self, DatabaseProblem, Db, MigrationState, StartLock},
};

/// What to do with the tables.
#[derive(Debug, Clone, Args)]
pub struct MigrateArgs {
    /// The action.
    #[command(subcommand)]
    pub command: MigrateCommand,
}

/// What to do with the tables.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum MigrateCommand {
    /// Bring the database up to date.
    Up,
    /// Show which changes are applied and which are missing. Changes nothing.
    Status,
}

impl MigrateArgs {
    /// Runs the command.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let config = open::config(settings)?;
        print(&match self.command {
            MigrateCommand::Up => {
                let applied = on(open::new_database(&config).await?, up).await?;
                if json {
                    json!({ "applied": applied }).to_string()
                } else {
                    summary(&applied)
                }
            }
            MigrateCommand::Status => {
                let state = status(&config).await?;
                if json { as_json(&state) } else { as_text(&state) }
            }
        })
    }
}

/// Runs `work` on the database, and closes it properly afterwards.
async fn on<T>(db: Db, work: impl AsyncFnOnce(&Db) -> Result<T, CliError>) -> Result<T, CliError> {
    let done = work(&db).await;
    db.close().await;
    done
}

async fn up(db: &Db) -> Result<Vec<String>, CliError> {
    let lock = StartLock::acquire(db).await?;
    let migrated = db::migrate(db, &lock).await;
    lock.release().await;
    Ok(migrated?)
}

async fn status(config: &Config) -> Result<MigrationState, CliError> {
    let file = config.database_url.sqlite_file();
    if let Some(file) = file.filter(|file| !file.exists()) {
        // Opening it would create it.
        warn(&format!("there is no database at {} yet", file.display()));
        return Ok(MigrationState::of_an_empty_database());
    }
    let db = match open::database(config).await {
        Err(CliError::DatabaseProblem(problem @ DatabaseProblem::NotOurs(_))) => {
            warn(&problem.to_string());
            return Ok(MigrationState::of_an_empty_database());
        }
        opened => opened?,
    };
    on(db, async |db| Ok(db::inspect(db).await?.migrations)).await
}

fn summary(applied: &[String]) -> String {
    match applied.len() {
        0 => "the database was already up to date".to_owned(),
        1 => "applied 1 change; the database is up to date".to_owned(),
        count => format!("applied {count} changes; the database is up to date"),
    }
}

fn as_text(state: &MigrationState) -> String {
    let mut text = String::new();
    for (how, names) in [
        ("applied", &state.applied),
        ("pending", &state.pending),
        ("newer", &state.unknown),
    ] {
        for name in names {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{how:7}  {name}");
        }
    }
    text
}

fn as_json(state: &MigrationState) -> String {
    json!({ "applied": state.applied, "pending": state.pending, "newer": state.unknown }).to_string()
}
