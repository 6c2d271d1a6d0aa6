//! Users: the accounts, with the rules for names and addresses.
//!
//! An address is stored twice: as typed, for display and mail, and in a normalised form, which is unique. Sign-up and
//! the command line create users; both go through here.

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

/// The role of administrators.
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

/// Renames a user, unless the user is disabled. Returns the user afterwards.
pub async fn rename(tx: &Tx, id: UserId, name: &DisplayName, now: i64) -> DbResult<Option<user::Model>> {
    store::rename(tx, id, name.as_str(), now).await
}

/// Locks the user until the transaction ends.
pub async fn hold(tx: &Tx, id: UserId) -> DbResult<Option<user::Model>> {
    store::hold(tx, id).await
}

/// Replaces the password hash.
pub async fn set_password(tx: &Tx, id: UserId, hash: &PasswordHash, now: i64) -> DbResult<()> {
    store::set_password(tx, id, hash.as_str(), now).await
}

/// Whether the user is an administrator, and no other active user is. Concurrent calls wait for each other.
pub async fn is_last_admin(tx: &Tx, id: UserId) -> DbResult<bool> {
    // Only administrators cost the query for all administrators.
    if !store::has_role(tx, id, ADMIN).await? {
        return Ok(false);
    }
    let admins = store::active_with_role(tx, ADMIN).await?;
    Ok(admins == [id])
}

/// Deletes the user with roles and sessions.
pub async fn delete(tx: &Tx, id: UserId) -> DbResult<()> {
    store::delete(tx, id).await
}

/// Records a sign-in with the password whose hash is `verified_hash`, and replaces that hash by `new_hash` if given.
/// Returns whether the user is still active and still has that password; otherwise nothing was changed.
pub async fn record_login(
    tx: &Tx,
    id: UserId,
    verified_hash: &str,
    new_hash: Option<&str>,
    now: i64,
) -> DbResult<bool> {
    store::record_login(tx, id, verified_hash, new_hash, now).await
}
