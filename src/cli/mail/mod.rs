//! `portcullis mail`: the outbox. It never shows what a mail says: a link in it may still work.

mod text;

use clap::{Args, Subcommand, ValueEnum};
use entity::{
    MailId,
    mail::{Model, State},
};
use serde_json::{Value, json};

use super::{CliError, SettingsArgs, open, output::print};
use crate::{
    context::App,
    features::{mail, user::EmailAddress},
};

/// Mails on the list.
const MAX_LISTED: u64 = 1_000;

/// What to do with the outbox.
#[derive(Debug, Clone, Args)]
pub struct MailArgs {
    /// The action.
    #[command(subcommand)]
    pub command: MailCommand,
}

/// What to do with the outbox.
#[derive(Debug, Clone, Subcommand)]
pub enum MailCommand {
    /// List the newest mails, at most 1000. Never shows what they say.
    List(ListMailArgs),
    /// Show one mail, without what it says.
    Show(MailReference),
    /// Try now to send a mail that waits.
    Retry(MailReference),
    /// Stop all mail to an address.
    Suppress(MailAddressArgs),
    /// Allow mail to an address again.
    Unsuppress(MailAddressArgs),
}

/// Which mails to list.
#[derive(Debug, Clone, Copy, Args)]
pub struct ListMailArgs {
    /// Only mails in this state.
    #[arg(long)]
    pub state: Option<MailState>,
}

/// What has become of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MailState {
    /// It is to be sent.
    Waiting,
    /// A mail server has taken it.
    Sent,
    /// It was given up.
    Failed,
    /// It stays in the development outbox.
    Kept,
}

/// A mail.
#[derive(Debug, Clone, Args)]
pub struct MailReference {
    /// Id of the mail.
    pub id: String,
}

/// An address that gets mail.
#[derive(Debug, Clone, Args)]
pub struct MailAddressArgs {
    /// Email address.
    pub address: String,
}

impl From<MailState> for State {
    fn from(state: MailState) -> Self {
        match state {
            MailState::Waiting => Self::Waiting,
            MailState::Sent => Self::Sent,
            MailState::Failed => Self::Failed,
            MailState::Kept => Self::Kept,
        }
    }
}

impl MailArgs {
    /// Runs the command, and prints the result in one line; the list has one line per mail.
    pub async fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        let config = open::config(settings)?;
        let app = Box::pin(open::app(config)).await?;
        let done = self.run_on(&app).await;
        app.db.close().await;
        let (text, value) = done?;
        if json {
            return print(&value.to_string());
        }
        // An empty list is no line.
        if text.is_empty() { Ok(()) } else { print(&text) }
    }

    async fn run_on(&self, app: &App) -> Result<(String, Value), CliError> {
        match &self.command {
            MailCommand::List(args) => {
                let mails = mail::list(app, args.state.map(State::from), MAX_LISTED).await?;
                let lines: Vec<_> = mails.iter().map(text::row).collect();
                Ok((lines.join("\n"), mails.iter().map(text::value).collect()))
            }
            MailCommand::Show(which) => {
                let mail = which.find(app).await?;
                Ok((text::row(&mail), text::value(&mail)))
            }
            MailCommand::Retry(which) => retry(app, which).await,
            MailCommand::Suppress(args) => {
                let address = args.parse()?;
                mail::suppress(app, &address.for_mail()).await?;
                Ok(of_address(&address, "gets no mail from now on", true))
            }
            MailCommand::Unsuppress(args) => {
                let address = args.parse()?;
                if !mail::unsuppress(app, &address.for_mail()).await? {
                    return Err(CliError::Failed("this address is not suppressed".to_owned()));
                }
                Ok(of_address(&address, "gets mail again", false))
            }
        }
    }
}

async fn retry(app: &App, which: &MailReference) -> Result<(String, Value), CliError> {
    let mail = which.find(app).await?;
    if !mail::retry(app, mail.id).await? {
        let why = match mail.state {
            State::Waiting => "a server is sending this mail right now, or it is too late for it",
            State::Sent => "this mail was sent",
            State::Failed => {
                "this mail was given up, and its text was deleted: the person must ask for another one"
            }
            State::Kept => "this mail stays in the development outbox",
        };
        return Err(CliError::Failed(format!("nothing to try again: {why}")));
    }
    let mail = which.find(app).await?;
    Ok((
        format!("mail {} is due now; a running server sends it", mail.id),
        text::value(&mail),
    ))
}

fn of_address(address: &EmailAddress, what: &str, is_suppressed: bool) -> (String, Value) {
    let address = address.for_mail();
    let value = json!({ "address": address, "isSuppressed": is_suppressed });
    (format!("{address} {what}"), value)
}

impl MailReference {
    async fn find(&self, app: &App) -> Result<Model, CliError> {
        let id: MailId = self.id.parse().map_err(|_| {
            CliError::Failed("name the mail by its id; `portcullis mail list` shows the ids".to_owned())
        })?;
        let found = mail::find(app, id).await?;
        found.ok_or_else(|| CliError::Failed("there is no such mail".to_owned()))
    }
}

impl MailAddressArgs {
    fn parse(&self) -> Result<EmailAddress, CliError> {
        EmailAddress::parse(&self.address).map_err(|problem| CliError::Failed(problem.message().to_owned()))
    }
}
