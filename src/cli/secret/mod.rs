//! `portcullis secret`: replaces the server secret.

mod confirm;
mod text;

use clap::{Args, Subcommand};
use serde_json::Value;

use super::{CliError, SettingsArgs, open, os_user::os_user, output::print};
use crate::{
    context::App,
    features::{
        audit::{self, Actor},
        lease,
        secret::{self, NotReplaced, NotRotated, Scope},
    },
    platform::{db::StartLock, failure::Failure},
};

/// What to do with the server secret.
#[derive(Debug, Clone, Args)]
pub struct SecretArgs {
    /// The action.
    #[command(subcommand)]
    pub command: SecretCommand,
}

/// What to do with the server secret.
#[derive(Debug, Clone, Subcommand)]
pub enum SecretCommand {
    /// Seal the keys in the database under a new secret. Sessions and tokens stay valid, and servers can keep running. Run it
    /// again to complete an interrupted rotation.
    Rotate(RotateSecretArgs),
}

/// Whether the secret leaked.
#[derive(Debug, Clone, Copy, Args)]
pub struct RotateSecretArgs {
    /// Use this if the secret or a key leaked: replaces all keys, too. Ends every session, link, code and challenge, removes
    /// authenticator apps and recovery codes, and refuses all tokens. Stop the servers first.
    #[arg(long)]
    pub leaked: bool,

    /// With --leaked: do not ask.
    #[arg(long, requires = "leaked")]
    pub yes: bool,

    /// With --leaked: go on though the audit log does not verify. Copy the database before: it is evidence.
    #[arg(long, requires = "leaked")]
    pub accept_broken_audit_log: bool,
}

impl SecretArgs {
    /// Runs the command.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let SecretCommand::Rotate(args) = &self.command;
        let config = open::config(settings)?;
        let mut app = Box::pin(open::app(config)).await?;
        let done = if args.leaked {
            let done = Box::pin(args.replace_leaked(&mut app)).await;
            // Otherwise the next run would take this one for a server.
            lease::release_all(&app).await.ok();
            done
        } else {
            rotate(&app).await
        };
        app.db.close().await;
        let (text, value) = done?;
        print(&if json { value.to_string() } else { text })
    }
}

async fn rotate(app: &App) -> Result<(String, Value), CliError> {
    let lock = StartLock::acquire(&app.db).await?;
    let rotated = secret::rotate(app, Actor::command_line(&os_user()), &lock).await;
    lock.release().await;
    let source = secret::source(app);
    match rotated {
        Ok(rotated) => Ok((text::rotated(&rotated, source), text::rotated_json(&rotated))),
        Err(Failure::Failed(failed)) => Err(failed.into()),
        Err(Failure::Refused(NotRotated::NoSecond)) => Err(CliError::Failed(text::NO_SECOND.to_owned())),
        Err(Failure::Refused(NotRotated::NotOpened(problem))) => {
            Err(CliError::Failed(text::not_opened(problem)))
        }
    }
}

impl RotateSecretArgs {
    async fn replace_leaked(self, app: &mut App) -> Result<(String, Value), CliError> {
        secret::begin_replacement(app).await.map_err(not_replaced)?;
        let findings = audit::verify(app, None).await?.finding_count;
        if findings > 0 && !self.accept_broken_audit_log {
            return Err(CliError::Failed(text::broken_log(findings)));
        }
        if !self.yes {
            confirm::ask(&text::question(Scope::measure(app).await?))?;
        }
        let lock = StartLock::acquire(&app.db).await?;
        let actor = Actor::command_line(&os_user());
        let done = Box::pin(secret::replace_leaked(app, actor, findings, &lock)).await;
        lock.release().await;
        let ended = done.map_err(not_replaced)?;
        let source = secret::source(app);
        let algorithm = app.config.jwt_algorithm;
        Ok((text::ended(&ended, source, algorithm), text::ended_json(&ended)))
    }
}

fn not_replaced(failure: Failure<NotReplaced>) -> CliError {
    match failure {
        Failure::Failed(failed) => failed.into(),
        Failure::Refused(NotReplaced::NoSecond) => CliError::Failed(text::NO_SECOND_LEAKED.to_owned()),
        Failure::Refused(NotReplaced::ServerRuns) => CliError::Failed(text::SERVER_RUNS.to_owned()),
        Failure::Refused(NotReplaced::NotOpened(problem)) => CliError::Failed(text::not_opened(problem)),
    }
}
