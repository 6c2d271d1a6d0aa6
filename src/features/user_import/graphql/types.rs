//! Input and payload of the mutation.

use async_graphql::{InputObject, SimpleObject};
use secrecy::SecretString;

use crate::{
    context::graphql::user_error::UserError,
    features::{
        user::User,
        user_import::{Imported, ImportedUser},
    },
    platform::{clock, graphql::scalars::DateTime},
};

/// Input of `importUsers`.
#[derive(InputObject)]
pub(super) struct ImportUsersInput {
    /// The users, at most 100.
    pub(super) users: Vec<ImportUserInput>,
    /// Check only: create no account. The audit log records the check, which shows which addresses exist.
    #[graphql(default)]
    pub(super) is_dry_run: bool,
}

/// One user of another system.
#[derive(InputObject)]
pub(super) struct ImportUserInput {
    /// Display name, 1 to 100 characters.
    name: String,
    /// Address.
    email: String,
    /// Whether the address counts as confirmed; needs permission `manage_roles`.
    #[graphql(default)]
    is_email_verified: bool,
    /// Hash of the password as the other system wrote it, in a form that the manual lists. Omitted, null or empty: the
    /// user sets a password by mail.
    password_hash: Option<SecretString>,
    /// Roles; need permission `manage_roles`.
    roles: Option<Vec<String>>,
    /// When the account was created there: since 1970, and not in the future. Omitted or null: now.
    created_at: Option<DateTime>,
}

/// What became of one user of `importUsers`.
#[derive(SimpleObject)]
pub(super) struct ImportUserResult {
    /// The new account; null on failure, in a dry run, and for callers without permission `read_users`.
    user: Option<User>,
    /// Form of the hash that was recognised, for example `bcrypt` or `scrypt`; null without a hash and for unknown forms.
    hash_format: Option<String>,
    /// What went wrong with this user; `field` begins with `users` and the place of the user in that list, from 0. Empty in
    /// a dry run if the user would be created.
    user_errors: Vec<UserError>,
}

/// Result of `importUsers`.
#[derive(SimpleObject)]
pub(super) struct ImportUsersPayload {
    /// One result for each user, in the order given; empty if `userErrors` is not.
    pub(super) results: Vec<ImportUserResult>,
    /// What went wrong with the whole.
    pub(super) user_errors: Vec<UserError>,
}

impl From<ImportUserInput> for ImportedUser {
    fn from(input: ImportUserInput) -> Self {
        Self {
            name: input.name,
            email: input.email,
            is_email_verified: input.is_email_verified,
            password_hash: input.password_hash,
            roles: input.roles.unwrap_or_default(),
            created_at: input.created_at.map(|at| clock::from_millis(at.as_millis())),
        }
    }
}

impl ImportUserResult {
    /// The account is shown only to callers who may read accounts.
    pub(super) fn new((index, imported): (usize, Imported), may_read: bool) -> Self {
        let (user, problems) = match imported.result {
            Ok(user) => (user, Vec::new()),
            Err(problems) => (None, problems),
        };
        Self {
            user: user.filter(|_| may_read).map(User::from),
            hash_format: imported.hash_format.map(str::to_owned),
            user_errors: problems.into_iter().map(|problem| problem.at(index)).collect(),
        }
    }
}
