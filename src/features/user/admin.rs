//! Use cases of the operator on the command line: create, list, disable and enable users, set their roles.
//!
//! Anyone who can run the command with the server's own configuration is trusted: there is no caller to check.

use entity::{UserId, user};

use super::{EmailTaken, NewUser, UserReference, store};
use crate::{
    context::App,
    platform::{
        clock::Timestamp,
        db::{DbResult, Tx, transaction},
        failure::{Failed, Outcome, Refusal},
    },
};

/// Users per page of the list.
const PAGE: u64 = 500;
/// Maximum length of a role name, in bytes.
const MAX_ROLE: usize = 64;
/// Maximum number of roles per user. Every access token contains them all and must fit into a cookie.
const MAX_ROLES: usize = 50;
/// Maximum total length of one user's role names, in bytes, for the same reason.
const MAX_ROLES_BYTES: usize = 1_000;

/// A user with roles, as listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account.
    pub user: user::Model,
    /// Role names, sorted.
    pub roles: Vec<String>,
}

/// Why a user was not created or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Another account has the address.
    EmailTaken,
    /// A role name is empty, too long, or has other characters than `a-z`, `0-9`, `_`, `-` and `:`.
    InvalidRole,
    /// More than 50 roles, or more than 1,000 characters in all their names together.
    TooManyRoles,
    /// No such user.
    NotFound,
}

impl Refusal for Refused {}

/// Creates a user with roles.
pub async fn create(app: &App, new: NewUser, roles: &[String]) -> Outcome<Listed, Refused> {
    let roles = checked(roles)?;
    transaction!(app.db, |tx| {
        new.save(tx)
            .await
            .map_err(|error| error.map(|EmailTaken| Refused::EmailTaken))?;
        store::add_roles(tx, new.user.id, &roles).await?;
        Ok(())
    })?;
    Ok(Listed {
        user: new.user,
        roles,
    })
}

/// A page of users after `after` with their roles, oldest first; empty at the end.
pub async fn page(app: &App, after: Option<UserId>) -> Result<Vec<Listed>, Failed> {
    let users = store::page(&app.db, after, PAGE).await?;
    // The page is in the order of the ids.
    let (Some(first), Some(last)) = (users.first(), users.last()) else {
        return Ok(Vec::new());
    };
    let mut roles = store::roles_between(&app.db, first.id, last.id).await?;
    let listed = |user: user::Model| Listed {
        roles: roles.remove(&user.id).unwrap_or_default(),
        user,
    };
    Ok(users.into_iter().map(listed).collect())
}

/// Disables a user. Returns the user as it was, and the result of `also`, which runs in the same transaction.
pub async fn disable(
    app: &App,
    whom: &UserReference,
    also: impl AsyncFn(&Tx, UserId, Timestamp) -> DbResult<u64>,
) -> Outcome<(user::Model, u64), Refused> {
    let user = find_referenced(app, whom).await?;
    let now = app.clock.now();
    let ended = transaction!(app.db, |tx| {
        store::set_status(tx, user.id, user::Status::Disabled, now.as_millisecond()).await?;
        Ok(also(tx, user.id, now).await?)
    })?;
    Ok((user, ended))
}

/// Enables a user. Returns the user.
pub async fn enable(app: &App, whom: &UserReference) -> Outcome<user::Model, Refused> {
    let user = find_referenced(app, whom).await?;
    let now = app.clock.now().as_millisecond();
    transaction!(app.db, |tx| {
        store::set_status(tx, user.id, user::Status::Active, now).await?;
        Ok(())
    })?;
    Ok(user)
}

/// Replaces the roles of a user. Returns the user with the new roles.
pub async fn set_roles(app: &App, whom: &UserReference, roles: &[String]) -> Outcome<Listed, Refused> {
    let roles = checked(roles)?;
    let user = find_referenced(app, whom).await?;
    let now = app.clock.now().as_millisecond();
    transaction!(app.db, |tx| {
        store::set_roles(tx, user.id, &roles, now).await?;
        Ok(())
    })?;
    Ok(Listed { user, roles })
}

/// The user that the operator means.
pub async fn find_referenced(app: &App, whom: &UserReference) -> Outcome<user::Model, Refused> {
    let found = match whom {
        UserReference::Id(id) => store::find(&app.db, *id).await?,
        UserReference::Email(email) => store::find_by_email(&app.db, email.key()).await?,
    };
    found.ok_or_else(|| Refused::NotFound.into())
}

/// The role names, sorted and without duplicates, if they are valid.
fn checked(roles: &[String]) -> Result<Vec<String>, Refused> {
    let fits = |role: &String| {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-:".contains(&byte);
        !role.is_empty() && role.len() <= MAX_ROLE && role.bytes().all(known)
    };
    if !roles.iter().all(fits) {
        return Err(Refused::InvalidRole);
    }
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if roles.len() > MAX_ROLES || roles.iter().map(String::len).sum::<usize>() > MAX_ROLES_BYTES {
        return Err(Refused::TooManyRoles);
    }
    Ok(roles)
}
