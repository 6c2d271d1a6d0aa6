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
pub use email::{EmailAddress, EmailProblem};
pub use graphql::{User, UserQuery};
pub use name::{DisplayName, NameProblem};
pub use new::NewUser;
pub use reference::{NotAReference, UserReference};
pub use store::EmailTaken;

use entity::{UserId, user};

use crate::platform::db::{Db, DbResult, Tx};

/// The user with this address.
pub async fn find_by_email(db: &Db, email: &EmailAddress) -> DbResult<Option<user::Model>> {
    store::find_by_email(db, email.key()).await
}

/// Role names of a user, sorted.
pub async fn roles(db: &Db, id: UserId) -> DbResult<Vec<String>> {
    store::roles(db, id).await
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
