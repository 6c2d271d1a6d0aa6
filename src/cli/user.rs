//! `portcullis user`: accounts, without the server.

use clap::{Args, Subcommand};

use super::password::PasswordArgs;

/// What to do with accounts.
#[derive(Debug, Clone, Args)]
pub struct UserArgs {
    /// Which of them.
    #[command(subcommand)]
    pub command: UserCommand,
}

/// What to do with accounts.
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Make an account. The password is asked for, or read from standard input.
    Create(CreateUserArgs),
    /// List the accounts.
    List,
    /// Keep someone from signing in, and end all their sessions.
    Disable(UserReference),
    /// Let someone sign in again.
    Enable(UserReference),
    /// Replace someone's roles.
    SetRole(SetRoleArgs),
}

/// The account to make.
#[derive(Debug, Clone, Args)]
pub struct CreateUserArgs {
    /// E-mail address to sign in with.
    #[arg(long)]
    pub email: String,

    /// Display name.
    #[arg(long)]
    pub name: String,

    /// A role to have from the start; can be repeated.
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,

    /// Where the password comes from.
    #[command(flatten)]
    pub password: PasswordArgs,
}

/// Whom it is about.
#[derive(Debug, Clone, Args)]
pub struct UserReference {
    /// E-mail address or id.
    pub user: String,
}

/// Whose roles, and which.
#[derive(Debug, Clone, Args)]
pub struct SetRoleArgs {
    /// E-mail address or id.
    pub user: String,

    /// The roles to have from now on, instead of all others; none takes every role away.
    pub roles: Vec<String>,
}
