//! `portcullis user`: manages accounts without the server.

mod create;
mod text;

use clap::{Args, Subcommand};
use entity::user::Status;
use serde_json::{Value, json};

pub use create::CreateUserArgs;

use super::{CliError, SettingsArgs, open, output::print};
use crate::{
    context::App,
    features::{
        mail::NewMail,
        mfa, notice, session,
        user::{self, Listed, Refused},
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
    /// List the accounts, oldest first.
    List,
    /// Disable an account, and end all its sessions.
    Disable(UserReference),
    /// Enable an account again.
    Enable(UserReference),
    /// Replace the roles of an account.
    SetRole(SetRoleArgs),
    /// Remove the second factors and passkeys of an account whose owner lost them, and end all its sessions. Check
    /// first that it is the owner who asks.
    ResetMfa(UserReference),
}

/// The account.
#[derive(Debug, Clone, Args)]
pub struct UserReference {
    /// Email address or id.
    pub user: String,
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
            UserCommand::Create(args) => Box::pin(args.run(config)).await?,
            UserCommand::Disable(whom) => on_app(config, async |app| disable(app, whom).await).await?,
            UserCommand::Enable(whom) => on_app(config, async |app| enable(app, whom).await).await?,
            UserCommand::ResetMfa(whom) => on_app(config, async |app| reset_mfa(app, whom).await).await?,
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
    let app = Box::pin(open::app(config, false)).await?;
    let done = work(&app).await;
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

async fn disable(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let whom = whom.parse()?;
    let user = user::find_referenced(app, &whom).await.map_err(failed)?;
    let notice = match user.status {
        Status::Active => notice::account_disabled(app, &user).map_err(Failed::from)?,
        // The owner has this notice already.
        Status::Disabled => NewMail::none(),
    };
    let (user, ended) = user::disable(app, &whom, async |tx, id, now| {
        notice.save(tx, app).await?;
        session::end_all_of(tx, id, now).await
    })
    .await
    .map_err(failed)?;
    let value = json!({
        "id": user.id.to_string(),
        "email": user.email,
        "status": text::status(Status::Disabled),
        "endedSessions": ended,
    });
    Ok((text::disabled(&user, ended), value))
}

async fn enable(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let user = user::enable(app, &whom.parse()?).await.map_err(failed)?;
    let value = json!({
        "id": user.id.to_string(),
        "email": user.email,
        "status": text::status(Status::Active),
    });
    Ok((text::enabled(&user), value))
}

async fn set_roles(app: &App, args: &SetRoleArgs) -> Result<(String, Value), CliError> {
    let whose = args.whose.parse()?;
    let listed = user::set_roles(app, &whose, &args.roles).await.map_err(failed)?;
    let Listed { user, roles } = &listed;
    let value = json!({ "id": user.id.to_string(), "email": user.email, "roles": roles });
    Ok((text::roles(&listed), value))
}

async fn reset_mfa(app: &App, whom: &UserReference) -> Result<(String, Value), CliError> {
    let reset = mfa::reset(app, &whom.parse()?).await;
    let reset = reset.map_err(|failure| failed(failure.map(|mfa::NotFound| Refused::NotFound)))?;
    let value = json!({
        "id": reset.user.id.to_string(),
        "email": reset.user.email,
        "endedSessions": reset.ended_sessions,
        "hadFactor": reset.had_factor,
        "isResetMailed": reset.mails_link,
    });
    Ok((text::mfa_reset(&reset), value))
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
        Failure::Refused(refused) => CliError::Failed(
            match refused {
                Refused::EmailTaken => "another account has this email address",
                Refused::InvalidRole => "a role has 1 to 64 characters: a-z, 0-9, _, - and :",
                Refused::TooManyRoles => {
                    "a user has at most 50 roles, with at most 1000 characters in all their names together"
                }
                Refused::NotFound => "there is no such user",
            }
            .to_owned(),
        ),
        Failure::Failed(failed) => failed.into(),
    }
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
