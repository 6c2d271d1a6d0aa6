//! `portcullis key`: the keys that sign tokens.

mod text;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{CliError, SettingsArgs, open, os_user::os_user, output::print};
use crate::{
    context::App,
    features::{
        audit::Actor,
        key::{self, NotRetired, NotRotated, Start},
    },
    platform::failure::Failure,
};

/// What to do with the signing keys.
#[derive(Debug, Clone, Args)]
pub struct KeyArgs {
    /// The action.
    #[command(subcommand)]
    pub command: KeyCommand,
}

/// What to do with the signing keys.
#[derive(Debug, Clone, Subcommand)]
pub enum KeyCommand {
    /// Show which key signs, which one follows, and which ones still verify.
    List,
    /// Make the next key. It is published now and signs in 24 hours, when every service has read it.
    Rotate(RotateKeyArgs),
    /// Remove a key that was stolen: every token that it signed is refused.
    Retire(RetireKeyArgs),
}

/// When the next key signs.
#[derive(Debug, Clone, Copy, Args)]
pub struct RotateKeyArgs {
    /// Sign in 10 seconds. Services that cached the key set refuse new tokens until they read it again: at once if they
    /// do so for an unknown key, otherwise within 5 minutes.
    #[arg(long)]
    pub now: bool,
}

/// Which key to remove.
#[derive(Debug, Clone, Args)]
pub struct RetireKeyArgs {
    /// Its id, as `key list` shows it.
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    pub kid: String,
}

impl KeyArgs {
    /// Runs the command.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let config = open::config(settings)?;
        let app = Box::pin(open::app(config)).await?;
        let done = match &self.command {
            KeyCommand::List => list(&app).await,
            KeyCommand::Rotate(args) => args.rotate(&app).await,
            KeyCommand::Retire(args) => args.retire(&app).await,
        };
        app.db.close().await;
        let (text, value) = done?;
        print(&if json { value.to_string() } else { text })
    }
}

async fn list(app: &App) -> Result<(String, Value), CliError> {
    has_key_pairs(app)?;
    let keys = key::list(app).await?;
    Ok((text::list(&keys), text::list_json(&keys)))
}

/// With a shared secret there are no keys to speak of, not even old ones: they verify nothing.
fn has_key_pairs(app: &App) -> Result<(), CliError> {
    let algorithm = app.config.jwt_algorithm;
    if algorithm.has_key_pairs() {
        return Ok(());
    }
    Err(CliError::Failed(text::shared_secret(algorithm)))
}

impl RotateKeyArgs {
    async fn rotate(self, app: &App) -> Result<(String, Value), CliError> {
        let start = if self.now { Start::Now } else { Start::Published };
        match key::rotate(app, start, Actor::command_line(&os_user())).await {
            Ok(rotated) => Ok((text::rotated(&rotated, start), text::rotated_json(&rotated))),
            Err(Failure::Failed(failed)) => Err(failed.into()),
            Err(Failure::Refused(NotRotated::SharedSecret(algorithm))) => {
                Err(CliError::Failed(text::shared_secret(algorithm)))
            }
            Err(Failure::Refused(NotRotated::Published { kid, activates_at })) => {
                Err(CliError::Failed(format!(
                    "the key {kid} is published already and signs from {activates_at}; with --now, another one signs in 10 \
                     seconds"
                )))
            }
        }
    }
}

impl RetireKeyArgs {
    async fn retire(&self, app: &App) -> Result<(String, Value), CliError> {
        has_key_pairs(app)?;
        let kid = self.kid.as_str();
        match key::retire(app, kid, Actor::command_line(&os_user())).await {
            Ok(()) => Ok((text::retired(kid), json!({ "kid": kid }))),
            Err(Failure::Failed(failed)) => Err(failed.into()),
            Err(Failure::Refused(NotRetired::Unknown)) => Err(CliError::Failed(
                "there is no such key: `portcullis key list` shows them".to_owned(),
            )),
            Err(Failure::Refused(NotRetired::Signs)) => Err(CliError::Failed(
                "this key signs: first let another one follow with `portcullis key rotate --now`, and wait 10 seconds"
                    .to_owned(),
            )),
        }
    }
}
