//! `portcullis user`: manages accounts without the server.

mod create;
mod import;
mod text;

use clap::{Args, Subcommand};
use entity::UserId;
use serde_json::{Value, json};

pub use create::CreateUserArgs;
pub use import::{CellSeparator, FormatArgs, HashKeyArgs, ImportArgs, InputFormat, KeyFormat};

use super::{CliError, SettingsArgs, open, os_user::os_user, output::print};
use crate::{
    context::App,
    features::{
        admin::{self, Disabled, Refused},
        authority::Authority,
        user::{self, Listed},
    },
    platform::{
        config::Config,
        failure::{Denied, Failed, Failure},
    },
};

/// What to do with accounts.
#[derive(Debug, Clone, Args)]
pub struct UserArgs {
    /// The action.
    #[command(subcommand)]
    pub command: UserCommand,
}

/// What to do with accounts.
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Create an account. Asks for the password, or reads it from standard input.
    Create(CreateUserArgs),
    /// Create the accounts of another system, with the password hashes from there. Addresses that exist are skipped,
    /// never changed: run it again after it broke off.
    Import(ImportArgs),
    /// List the accounts, oldest first.
    List,
    /// Disable an account, and end all its sessions.
    Disable(DisableArgs),
    /// Enable an account again.
    Enable(UserReference),
    /// Replace the roles of an account.
    SetRole(SetRoleArgs),
    /// Remove the second factors and passkeys of an account whose owner lost them, and end all its sessions. Check
    /// first that it is the owner who asks.
    ResetMfa(UserReference),
    /// End all sessions of an account.
    EndSessions(UserReference),
    /// Mail the owner of an account a link to set a new password.
    SendReset(UserReference),
    /// Delete an account with everything that belongs to it.
    Delete(UserReference),
}

/// The account.
#[derive(Debug, Clone, Args)]
pub struct UserReference {
    /// Email address or id.
    pub user: String,
}

/// An account to disable.
#[derive(Debug, Clone, Args)]
pub struct DisableArgs {
    /// The account.
    #[command(flatten)]
    pub whom: UserReference,

    /// Why, for the audit log.
    #[arg(long)]
    pub reason: Option<String>,
}

/// An account and its roles.
#[derive(Debug, Clone, Args)]
pub struct SetRoleArgs {
    /// The account.
    #[command(flatten)]
    pub whose: UserReference,

    /// The new roles, which replace all others; none removes all roles.
    pub roles: Vec<String>,
}

impl UserArgs {
    /// Runs the command, and prints the result in one line; the list has one line per account.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let config = open::config(settings)?;
        let (line, value) = match &self.command {
            UserCommand::List => return on_app(config, async |app| list(app, json).await).await,
            UserCommand::Import(args) => return Box::pin(args.run(config, json)).await,
            UserCommand::Create(args) => Box::pin(args.run(config)).await?,
            UserCommand::Disable(whom) => on_app(config, async |app| disable(app, whom).await).await?,
            UserCommand::Enable(whom) => on_app(config, async |app| enable(app, whom).await).await?,
            UserCommand::ResetMfa(whom) => on_app(config, async |app| reset_mfa(app, whom).await).await?,
            UserCommand::EndSessions(whom) => {
                on_app(config, async |app| revoke_sessions(app, whom).await).await?
            }
            UserCommand::SendReset(whom) => on_app(config, async |app| send_reset(app, whom).await).await?,
            UserCommand::Delete(whom) => on_app(config, async |app| delete(app, whom).await).await?,
            UserCommand::SetRole(args) => on_app(config, async |app| set_roles(app, args).await).await?,
        };
        print(&if json { value.to_string() } else { line })
    }
}

/// Assembles the server's parts for `work`, and closes the database properly afterwards.
async fn on_app<T>(
    config: Config,
    work: impl AsyncFnOnce(&App) -> Result<T, CliError>,
) -> Result<T, CliError> {
    // Boxed: the settings alone make the future large.
    let app = Box::new(Box::pin(open::app(config)).await?);
    let done = Box::pin(work(&app)).await;
    app.db.close().await;
    done
}

/// Prints a page at a time: there can be many.
async fn list(app: &App, json: bool) -> Result<(), CliError> {
    let mut after = None;
    loop {
        let page = user::page(app, after).await?;
        let Some(last) = page.last() else { break };
        let before = if after.replace(last.user.id).is_none() {
            "["
        } else {
            ","
        };
        print(&if json {
            let accounts: Vec<_> = page.iter().map(|one| text::account(one).to_string()).collect();
            format!("{before}{}", accounts.join(",\n"))
        } else {
            page.iter().map(text::row).collect::<Vec<_>>().join("\n")
        })?;
    }
    match (json, after) {
        (true, Some(_)) => print("]"),
        (true, None) => print("[]"),
        (false, _) => Ok(()),
    }
}

/// The account that the operator names.
async fn named(app: &App, whom: &UserReference) -> Result<UserId, CliError> {
    let found = user::find_referenced(app, &whom.parse()?).await?;
    Ok(found.ok_or_else(|| refused(Refused::NotFound))?.id)
}

async fn disable(app: &App, args: &DisableArgs) -> Result<(String, Value), CliError> {
    let id = named(app, &args.whom).await?;
    let authority = Authority::of_command_line(app, &os_user());
    let Disabled { user, ended_sessions } = admin::disable(&authority, id, args.reason.as_deref())
        .await
        .map_err(failed)?;
    let value = json!({
        "id": user.id.to_string(),
        "email": user.email,
        "status": text::status(user.status),
        "endedSessions": ended_sessions,
    });
    Ok((text::disabled(&user, ended_sessions), value))
}

async fn enable(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let id = named(app, whom).await?;
    let user = admin::enable(&Authority::of_command_line(app, &os_user()), id).await;
    let user = user.map_err(failed)?;
    let value = json!({
        "id": user.id.to_string(),
        "email": user.email,
        "status": text::status(user.status),
    });
    Ok((text::enabled(&user), value))
}

async fn set_roles(app: &App, args: &SetRoleArgs) -> Result<(String, Value), CliError> {
    let id = named(app, &args.whose).await?;
    let listed = admin::set_roles(&Authority::of_command_line(app, &os_user()), id, &args.roles).await;
    let listed = listed.map_err(failed)?;
    let Listed { user, roles } = &listed;
    let value = json!({ "id": user.id.to_string(), "email": user.email, "roles": roles });
    Ok((text::roles(&listed), value))
}

async fn reset_mfa(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let id = named(app, whom).await?;
    let reset = admin::reset_mfa(&Authority::of_command_line(app, &os_user()), id).await;
    let reset = reset.map_err(failed)?;
    let value = json!({
        "id": reset.user.id.to_string(),
        "email": reset.user.email,
        "endedSessions": reset.ended_sessions,
        "hadFactor": reset.had_factor,
        "isResetMailed": reset.mails_link,
    });
    Ok((text::mfa_reset(&reset), value))
}

async fn revoke_sessions(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let id = named(app, whom).await?;
    let ended = admin::revoke_sessions(&Authority::of_command_line(app, &os_user()), id).await;
    let ended = ended.map_err(failed)?;
    let value = json!({ "id": id.to_string(), "endedSessions": ended });
    Ok((format!("user {id}: {}", text::ended(ended)), value))
}

async fn send_reset(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let id = named(app, whom).await?;
    let sent = admin::send_reset(&Authority::of_command_line(app, &os_user()), id).await;
    sent.map_err(failed)?;
    let value = json!({ "id": id.to_string(), "isQueued": true });
    Ok((
        format!("a link to set a password is on its way to user {id}"),
        value,
    ))
}

async fn delete(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let id = named(app, whom).await?;
    let deleted = admin::delete(&Authority::of_command_line(app, &os_user()), id).await;
    deleted.map_err(failed)?;
    Ok((format!("deleted user {id}"), json!({ "id": id.to_string() })))
}

impl UserReference {
    fn parse(&self) -> Result<user::UserReference, CliError> {
        user::UserReference::parse(&self.user)
            .map_err(|_| CliError::Failed("name the user by email address or id".to_owned()))
    }
}

/// The error for people.
fn failed(failure: Failure<Refused>) -> CliError {
    match failure {
        Failure::Refused(refused) => self::refused(refused),
        Failure::Failed(failed) => failed.into(),
    }
}

fn refused(refused: Refused) -> CliError {
    let message = match refused {
        Refused::EmailTaken => "another account has this email address",
        Refused::InvalidRole => {
            "there is no such role: the setting `roles` lists them, besides admin and auditor"
        }
        Refused::TooManyRoles => {
            "a user has at most 50 roles, with at most 1000 characters in all their names together"
        }
        Refused::NotFound => "there is no such user",
        Refused::MailOff => "this server sends no mail: set smtp_server",
        Refused::ReasonTooLong => "a reason has at most 500 characters",
        Refused::ReasonInvalid => {
            "a reason has no control characters, such as line breaks or direction marks"
        }
        Refused::Name(problem) => problem.message(),
        Refused::Email(problem) => problem.message(),
        // The command line is nobody's account, needs no step-up, and can make another administrator.
        Refused::StepUpRequired | Refused::CannotTargetSelf | Refused::LastAdmin => "not possible",
    };
    CliError::Failed(message.to_owned())
}

impl From<Failed> for CliError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Denied(Denied::Unavailable { .. }) => {
                Self::Unavailable("the database is not available at the moment; try again".to_owned())
            }
            Failed::Denied(denied) => Self::Failed(format!("not possible: {denied:?}")),
            Failed::Fault(fault) => Self::Failed(fault.chain()),
        }
    }
}
