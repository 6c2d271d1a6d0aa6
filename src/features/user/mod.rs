//! Users: the accounts, with the names and addresses that they may have.
//!
//! An address is kept twice: as it was typed, for people and mail, and in one normal form, which is unique. Users are
//! made by the sign-up room and by the command line; both go through here.

mod admin;
mod email;
mod graphql;
mod name;
mod new;
mod reference;
mod store;

pub use admin::{Listed, Refused, create, disable, enable, page, set_roles};
#[cfg(any(test, fuzzing))]
pub use email::properties as email_properties;
pub use email::{EmailAddress, EmailProblem};
pub use graphql::{User, UserQuery};
#[cfg(any(test, fuzzing))]
pub use name::properties as name_properties;
pub use name::{DisplayName, NameProblem};
pub use new::NewUser;
pub use reference::{NotAReference, UserReference};
pub use store::EmailTaken;

use entity::{UserId, user};

use crate::platform::{
    crypto::PasswordHash,
    db::{Db, DbResult, Tx},
};

/// The role of those who look after everybody's accounts.
const ADMIN: &str = "admin";

/// The user with this address.
pub async fn find_by_email(db: &Db, email: &EmailAddress) -> DbResult<Option<user::Model>> {
    store::find_by_email(db, email.key()).await
}

/// Role names of a user, sorted.
pub async fn roles(db: &Db, id: UserId) -> DbResult<Vec<String>> {
    store::roles(db, id).await
}

/// The user with this id.
pub async fn find(db: &Db, id: UserId) -> DbResult<Option<user::Model>> {
    store::find(db, id).await
}

/// Gives a user another name, unless the user is disabled; the user as it is then.
pub async fn rename(tx: &Tx, id: UserId, name: &DisplayName, now: i64) -> DbResult<Option<user::Model>> {
    store::rename(tx, id, name.as_str(), now).await
}

/// Takes hold of the user until the transaction is through.
pub async fn hold(tx: &Tx, id: UserId) -> DbResult<Option<user::Model>> {
    store::hold(tx, id).await
}

/// Puts another password hash in place of the one there is.
pub async fn set_password(tx: &Tx, id: UserId, hash: &PasswordHash, now: i64) -> DbResult<()> {
    store::set_password(tx, id, hash.as_str(), now).await
}

/// Whether the user is an administrator, and no other active user is. Two that ask at once wait for each other.
pub async fn is_last_admin(tx: &Tx, id: UserId) -> DbResult<bool> {
    // Everybody else is spared the look at all who are.
    if !store::has_role(tx, id, ADMIN).await? {
        return Ok(false);
    }
    let admins = store::active_with_role(tx, ADMIN).await?;
    Ok(admins == [id])
}

/// Deletes the user, and what hangs on it: roles and sessions.
pub async fn delete(tx: &Tx, id: UserId) -> DbResult<()> {
    store::delete(tx, id).await
}

/// Notes a sign-in with the password whose hash is `verified_hash`, and puts `new_hash` in its place where given.
/// Whether the user is still active and still has that password; otherwise nothing was changed.
pub async fn record_login(
    tx: &Tx,
    id: UserId,
    verified_hash: &str,
    new_hash: Option<&str>,
    now: i64,
) -> DbResult<bool> {
    store::record_login(tx, id, verified_hash, new_hash, now).await
}
