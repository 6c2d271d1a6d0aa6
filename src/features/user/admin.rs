//! Use cases of the operator at the command line: make, list, disable and enable users, set their roles.
//!
//! Whoever can run the command on the server's own configuration is trusted: there is no caller to check.

use entity::{UserId, user};

use super::{DisplayName, EmailAddress, EmailTaken, NewUser, store};
use crate::platform::{
    app::App,
    crypto::PasswordHash,
    db::{DbResult, Tx, transaction},
    failure::{Failure, Outcome},
};

/// Rows that the list reads at a time.
const PAGE: u64 = 500;
/// Longest role name, in bytes.
const MAX_ROLE: usize = 64;

/// A user with roles, as listed.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account.
    pub user: user::Model,
    /// Role names, sorted.
    pub roles: Vec<String>,
}

/// No such user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFound;

/// Why a user was not made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Another account has the address.
    EmailTaken,
    /// A role name is empty, too long, or has other characters than `a-z`, `0-9`, `_`, `-` and `:`.
    InvalidRole,
    /// No such user.
    NotFound,
}

/// Makes a user with roles.
pub async fn create(
    app: &App,
    name: DisplayName,
    email: &EmailAddress,
    password_hash: &PasswordHash,
    roles: &[String],
) -> Outcome<Listed, Refused> {
    let roles = checked(roles).map_err(Failure::Refused)?;
    let new = NewUser::new(app, name, email, password_hash);
    transaction!(app.db, |tx| {
        if new.save(tx).await? == Err(EmailTaken) {
            return Ok(Err(Refused::EmailTaken));
        }
        store::add_roles(tx, new.user.id, &roles).await?;
        Ok(Ok(()))
    })?;
    Ok(Listed {
        user: new.user,
        roles,
    })
}

/// All users with their roles, oldest first, handed over a page at a time.
pub async fn list(app: &App, mut show: impl FnMut(Listed)) -> Outcome<()> {
    let mut after: Option<UserId> = None;
    loop {
        let page = store::page(&app.db, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for user in page {
            let roles = store::roles(&app.db, user.id).await?;
            show(Listed { user, roles });
        }
    }
}

/// Forbids a user to sign in. `end_sessions` runs in the same transaction; its count is handed on.
pub async fn disable(
    app: &App,
    email: &EmailAddress,
    end_sessions: impl AsyncFn(&Tx, UserId) -> DbResult<u64>,
) -> Outcome<u64, NotFound> {
    let user = find(app, email).await?;
    let now = app.clock.now().as_millisecond();
    transaction!(app.db, |tx| {
        store::set_status(tx, user.id, user::Status::Disabled, now).await?;
        Ok(Ok(end_sessions(tx, user.id).await?))
    })
}

/// Lets a user sign in again.
pub async fn enable(app: &App, email: &EmailAddress) -> Outcome<(), NotFound> {
    let user = find(app, email).await?;
    let now = app.clock.now().as_millisecond();
    transaction!(app.db, |tx| {
        store::set_status(tx, user.id, user::Status::Active, now).await?;
        Ok(Ok(()))
    })
}

/// Replaces the roles of a user and tells them, sorted.
pub async fn set_roles(app: &App, email: &EmailAddress, roles: &[String]) -> Outcome<Vec<String>, Refused> {
    let roles = checked(roles).map_err(Failure::Refused)?;
    let Some(user) = store::find_by_email(&app.db, email.key()).await? else {
        return Err(Failure::Refused(Refused::NotFound));
    };
    let now = app.clock.now().as_millisecond();
    transaction!(app.db, |tx| {
        store::set_roles(tx, user.id, &roles, now).await?;
        Ok(Ok(()))
    })?;
    Ok(roles)
}

async fn find(app: &App, email: &EmailAddress) -> Outcome<user::Model, NotFound> {
    store::find_by_email(&app.db, email.key())
        .await?
        .ok_or(Failure::Refused(NotFound))
}

/// The role names, sorted and each once.
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
    Ok(roles)
}
