//! Users: the accounts, with the rules for names and addresses.
//!
//! An address is stored twice: as typed, for display and mail, and in a normalised form, which is unique. Sign-up and
//! the command line create users; both go through here.

mod admin;
mod email;
mod graphql;
mod import;
mod listing;
mod name;
mod new;
mod profile;
mod purge;
mod reference;
mod roles;
mod store;

pub use admin::{Listed, Refused, create, find_referenced, page};
#[cfg(any(test, fuzzing))]
pub use email::properties as email_properties;
pub use email::{EmailAddress, EmailProblem};
pub use graphql::{User, UserQuery, UserStatus};
pub use import::{find_taken, insert_free};
pub use listing::{Filter, Listing, SortKey, SortedBy, count_listed, find_all, list};
#[cfg(any(test, fuzzing))]
pub use name::properties as name_properties;
pub use name::{DisplayName, NameProblem};
pub use new::NewUser;
pub use profile::Profile;
pub use purge::{due_for_deletion, purge_reservations, reopening};
pub use reference::{NotAReference, UserReference};
pub use roles::{InvalidRoles, checked_roles, held_roles_beyond};
pub use store::{EmailTaken, deletion::Deletion, reservation::FormerAddress};

use std::collections::{BTreeSet, HashMap};

use entity::{UserId, user};

use crate::{
    context,
    platform::{
        crypto::PasswordHash,
        db::{Db, DbResult, Tx, TxError},
    },
};

/// The user with this address.
pub async fn find_by_email(db: &Db, email: &EmailAddress) -> DbResult<Option<user::Model>> {
    store::find_by_email(db, email.key()).await
}

/// Role names of a user, sorted.
pub async fn roles(db: &Db, id: UserId) -> DbResult<Vec<String>> {
    context::roles(db, id).await
}

/// The user with this id.
pub async fn find(db: &Db, id: UserId) -> DbResult<Option<user::Model>> {
    store::find(db, id).await
}

/// Names of the users with these ids, as services show them beside what people did: of accounts that are neither
/// disabled nor about to be deleted. One statement.
pub async fn public_names(db: &Db, ids: BTreeSet<UserId>) -> DbResult<HashMap<UserId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = store::find_names(db, ids.into_iter().collect()).await?;
    Ok(found.into_iter().collect())
}

/// How many accounts there are, disabled ones included. Reads an index from its start to its end.
pub async fn count(db: &Db) -> DbResult<u64> {
    store::count(db).await
}

/// Changes what is given of a profile, unless the user is disabled. Returns the user afterwards.
pub async fn update_profile(
    tx: &Tx,
    id: UserId,
    profile: &Profile,
    now: i64,
) -> DbResult<Option<user::Model>> {
    store::update_profile(tx, id, profile, now).await
}

/// The user with this id, as the transaction sees it.
pub async fn find_in(tx: &Tx, id: UserId) -> DbResult<Option<user::Model>> {
    store::find_in(tx, id).await
}

/// Changes what is given of the profile of a locked user. Returns the user afterwards.
pub async fn change_profile(
    tx: &Tx,
    user: user::Model,
    profile: &Profile,
    now: i64,
) -> DbResult<user::Model> {
    store::change_profile(tx, user, profile, now).await
}

/// Locks the user until the transaction ends.
pub async fn hold(tx: &Tx, id: UserId) -> DbResult<Option<user::Model>> {
    store::hold(tx, id).await
}

/// Replaces the password hash.
pub async fn set_password(tx: &Tx, id: UserId, hash: &PasswordHash, now: i64) -> DbResult<()> {
    store::set_password(tx, id, hash.as_str(), now).await
}

/// Gives a user another address, which is confirmed; fails if another user has it, or can take it back.
pub async fn set_email(
    tx: &Tx,
    id: UserId,
    email: &EmailAddress,
    now: i64,
) -> Result<(), TxError<EmailTaken>> {
    store::set_email(tx, id, email.display(), email.key(), Some(now), now).await
}

/// Keeps a former address of a user for them.
pub async fn reserve_address(tx: &Tx, email_key: &str, id: UserId, until: i64) -> DbResult<()> {
    store::reservation::reserve(tx, email_key, id, until).await
}

/// Frees a reserved address.
pub async fn release_address(tx: &Tx, email_key: &str) -> DbResult<()> {
    store::reservation::release(tx, email_key).await
}

/// Frees the addresses that are kept for a user until `until` or longer.
pub async fn release_addresses_since(tx: &Tx, id: UserId, until: i64) -> DbResult<()> {
    store::reservation::release_since(tx, id, until).await
}

/// When the first of a user's former addresses that can still be taken back is freed.
pub async fn first_reserved_until(tx: &Tx, id: UserId, now: i64) -> DbResult<Option<i64>> {
    store::reservation::first_reserved_until(tx, id, now).await
}

/// Until when a user can take a former address back; none if there is none.
pub async fn reserved_until(tx: &Tx, id: UserId, now: i64) -> DbResult<Option<i64>> {
    store::reservation::reserved_until(tx, id, now).await
}

/// The former addresses that only this user can take, oldest first.
pub async fn former_addresses(db: &Db, id: UserId) -> DbResult<Vec<FormerAddress>> {
    store::reservation::all_of(db, id).await
}

/// Until when this user can take this address back; none if they cannot.
pub async fn kept_until(tx: &Tx, email_key: &str, id: UserId, now: i64) -> DbResult<Option<i64>> {
    store::reservation::kept_until(tx, email_key, id, now).await
}

/// Marks the address of a user as confirmed.
pub async fn confirm_email(tx: &Tx, id: UserId, now: i64) -> DbResult<()> {
    store::confirm_email(tx, id, now).await
}

/// Sets the address that waits for confirmation.
pub async fn set_pending_email(tx: &Tx, id: UserId, pending: Option<&str>, now: i64) -> DbResult<()> {
    store::set_pending_email(tx, id, pending, now).await
}

/// Removes the password of a user.
pub async fn remove_password(tx: &Tx, id: UserId, now: i64) -> DbResult<()> {
    store::remove_password(tx, id, now).await
}

/// Switches the notices of new sign-ins on, no matter who switched them off.
pub async fn notify_of_sign_ins(tx: &Tx, id: UserId) -> DbResult<()> {
    store::notify_of_sign_ins(tx, id).await
}

/// Sets whether a user may sign in.
pub async fn set_status(tx: &Tx, id: UserId, status: user::Status, now: i64) -> DbResult<()> {
    store::set_status(tx, id, status, now).await
}

/// Replaces the roles of a user.
pub async fn set_roles(tx: &Tx, id: UserId, roles: &[String], now: i64) -> DbResult<()> {
    store::role::set_roles(tx, id, roles, now).await
}

/// Gives a user another address, which is not confirmed; fails if another user has it, or can take it back.
pub async fn set_unproven_email(
    tx: &Tx,
    id: UserId,
    email: &EmailAddress,
    now: i64,
) -> Result<(), TxError<EmailTaken>> {
    store::set_email(tx, id, email.display(), email.key(), None, now).await
}

/// Changes how the address of a user is written, if it still is this one.
pub async fn respell_email(tx: &Tx, id: UserId, email: &EmailAddress, now: i64) -> DbResult<()> {
    store::respell_email(tx, id, email.display(), email.key(), now).await
}

/// Removes the roles that a user got at `since` or later.
pub async fn remove_roles_since(tx: &Tx, id: UserId, since: i64, now: i64) -> DbResult<()> {
    store::role::remove_roles_since(tx, id, since, now).await
}

/// Removes all roles of a user.
pub async fn remove_roles(tx: &Tx, id: UserId, now: i64) -> DbResult<()> {
    store::role::set_roles(tx, id, &[], now).await
}

/// Sets when and how the account will be deleted; none withdraws the deletion.
pub async fn set_deletion(tx: &Tx, id: UserId, deletion: Option<Deletion>, now: i64) -> DbResult<()> {
    store::deletion::set(tx, id, deletion, now).await
}

/// Records a sign-in in which no password was verified last. Returns whether the user is still active and still has
/// this address; otherwise nothing was changed.
pub async fn record_login_without_password(tx: &Tx, id: UserId, email_key: &str, now: i64) -> DbResult<bool> {
    store::record_login_without_password(tx, id, email_key, now).await
}

/// The user with this normalised address.
pub async fn find_by_key(db: &Db, email_key: &str) -> DbResult<Option<user::Model>> {
    store::find_by_email(db, email_key).await
}

/// The address of a user as mail is sent to it: as typed, with the domain in A-labels.
pub fn mail_address(user: &user::Model) -> String {
    // What is stored was parsed before it was stored.
    EmailAddress::parse(&user.email).map_or_else(|_| user.email_key.clone(), |email| email.for_mail())
}

/// The addresses of a user as mail is sent to them: the present one, and the one that waits for confirmation.
pub fn mail_addresses(user: &user::Model) -> Vec<String> {
    let pending = user.pending_email.as_deref().map(EmailAddress::parse);
    let pending = pending.and_then(Result::ok).map(|email| email.for_mail());
    std::iter::once(mail_address(user)).chain(pending).collect()
}

/// Up to `most` users after `after`, by their ids.
pub async fn all_after(db: &Db, after: Option<UserId>, most: u64) -> DbResult<Vec<user::Model>> {
    store::all_after(db, after, most).await
}

/// Whether the user may sign in.
pub fn is_open(user: &user::Model) -> bool {
    context::may_sign_in(user)
}

/// When the account will be deleted, if its owner can still sign in and cancel that.
pub fn cancellable_deletion(user: &user::Model) -> Option<i64> {
    user.deletes_at
        .filter(|_| user.deletion_cancellable_since.is_some())
}

/// Role names of a user, sorted, as the transaction sees them.
pub async fn roles_in(tx: &Tx, id: UserId) -> DbResult<Vec<String>> {
    store::role::roles_in(tx, id).await
}

/// Whether a user has a role.
pub async fn has_role(tx: &Tx, id: UserId, role: &str) -> DbResult<bool> {
    store::role::has_role(tx, id, role).await
}

/// The users with a role who may sign in. Concurrent calls for one role wait for each other.
pub async fn active_with_role(tx: &Tx, role: &str) -> DbResult<Vec<user::Model>> {
    store::role::active_with_role(tx, role).await
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
