//! `portcullis user create`: creates an account, by the rules of sign-up.

use clap::Args;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::{failed, text};
use crate::{
    cli::{CliError, PasswordArgs, open, os_user::os_user},
    context::App,
    features::{
        admin::Refused,
        audit::Actor,
        password::{Password, PasswordPolicy},
        user::{self, DisplayName, EmailAddress, Listed, NewUser},
    },
    platform::{config::Config, crypto::Asker},
};

/// The account to create.
#[derive(Debug, Clone, Args)]
pub struct CreateUserArgs {
    /// Email address to sign in with.
    #[arg(long)]
    pub email: String,

    /// Display name.
    #[arg(long)]
    pub name: String,

    /// A role of the new account; can be repeated.
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,

    /// You vouch for the address: it counts as confirmed, without a mail. Until an address is confirmed, the permissions of
    /// its roles do not count on a server that sends mail.
    #[arg(long)]
    pub verified: bool,

    /// Where the password comes from.
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// An account whose name, address and password pass the rules.
struct Checked {
    name: DisplayName,
    email: EmailAddress,
    password: Password,
}

impl CreateUserArgs {
    /// Creates the account. The input is checked before the database is opened.
    pub(super) async fn run(&self, config: Config) -> Result<(String, Value), CliError> {
        let checked = self.check(&config)?;
        let app = open::app_on_new_database(config).await?;
        let created = self.create(&app, checked).await;
        app.db.close().await;
        let created = created?;
        Ok((text::created(&created), text::account(&created)))
    }

    fn check(&self, config: &Config) -> Result<Checked, CliError> {
        let refused = |message: &str| CliError::Failed(message.to_owned());
        let name = DisplayName::parse(&self.name).map_err(|problem| refused(problem.message()))?;
        let email = EmailAddress::parse(&self.email).map_err(|problem| refused(problem.message()))?;
        let password = self.password.read()?;
        let password = Password::prepare(password.expose_secret())
            .and_then(|password| {
                PasswordPolicy::of(config).check(&password, &self.email, &self.name)?;
                Ok(password)
            })
            .map_err(|problem| refused(&problem.message()))?;
        Ok(Checked {
            name,
            email,
            password,
        })
    }

    async fn create(&self, app: &App, checked: Checked) -> Result<Listed, CliError> {
        let hash = app.hasher.hash(Asker::Stranger, checked.password.secret()).await;
        let hash = hash?;
        let new = NewUser::new(app, checked.name, &checked.email, Some(hash.as_str()));
        let new = if self.verified { new.verified() } else { new };
        user::create(app, new, &self.roles, Actor::command_line(&os_user()))
            .await
            .map_err(|failure| failed(failure.map(Refused::from)))
    }
}
