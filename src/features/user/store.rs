//! The `users` and `user_roles` tables.

pub(super) mod deletion;
pub(super) mod import;
pub(super) mod list;
pub(super) mod reservation;
pub(super) mod role;

use entity::{
    UserId,
    user::{Column, Entity, Model, Status},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use super::{name::search_key, profile::Profile};
use crate::platform::{
    db::{Db, DbFailure, DbResult, Tx, TxError},
    failure::Refusal,
};

/// Another account has the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailTaken;

impl Refusal for EmailTaken {}

/// Inserts a new user. Only the insert can tell whether the address is free: after a query another user could take it.
pub(super) async fn insert(tx: &Tx, user: Model) -> Result<(), TxError<EmailTaken>> {
    let (id, email_key, now) = (user.id, user.email_key.clone(), user.created_at);
    let inserted = Entity::insert(user.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await;
    match inserted.map_err(DbFailure::from) {
        Ok(_) if reservation::is_reserved(tx, &email_key, id, now).await? => Err(EmailTaken.into()),
        Ok(_) => Ok(()),
        Err(failure) if failure.is_duplicate() => Err(EmailTaken.into()),
        Err(failure) => Err(failure.into()),
    }
}

/// Up to `most` users after `after`, by their ids.
pub(super) async fn all_after(db: &Db, after: Option<UserId>, most: u64) -> DbResult<Vec<Model>> {
    let mut select = Entity::find().order_by_asc(Column::Id).limit(most);
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after));
    }
    Ok(select.all(db.reader()).await?)
}

/// Gives a user another address, confirmed at `verified_at`. Only the update can tell whether it is free.
pub(super) async fn set_email(
    tx: &Tx,
    id: UserId,
    email: &str,
    email_key: &str,
    verified_at: Option<i64>,
    now: i64,
) -> Result<(), TxError<EmailTaken>> {
    let updated = Entity::update_many()
        .col_expr(Column::Email, Expr::value(email))
        .col_expr(Column::EmailKey, Expr::value(email_key))
        .col_expr(Column::EmailVerifiedAt, Expr::value(verified_at))
        .col_expr(Column::PendingEmail, Expr::value(None::<String>))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await;
    match updated.map_err(DbFailure::from) {
        Ok(_) if reservation::is_reserved(tx, email_key, id, now).await? => Err(EmailTaken.into()),
        Ok(_) => Ok(()),
        Err(failure) if failure.is_duplicate() => Err(EmailTaken.into()),
        Err(failure) => Err(failure.into()),
    }
}

/// Changes how the address of a user is written, if its key still is this one.
pub(super) async fn respell_email(
    tx: &Tx,
    id: UserId,
    email: &str,
    email_key: &str,
    now: i64,
) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::Email, Expr::value(email))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EmailKey.eq(email_key))
        .exec(tx)
        .await?;
    Ok(())
}

/// Marks the address of a user as confirmed.
pub(super) async fn confirm_email(tx: &Tx, id: UserId, now: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::EmailVerifiedAt, Expr::value(now))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EmailVerifiedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Sets the address that waits for confirmation.
pub(super) async fn set_pending_email(tx: &Tx, id: UserId, pending: Option<&str>, now: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::PendingEmail, Expr::value(pending.map(str::to_owned)))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes the password of a user.
pub(super) async fn remove_password(tx: &Tx, id: UserId, now: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(None::<String>))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Switches the notices of new sign-ins on.
pub(super) async fn notify_of_sign_ins(tx: &Tx, id: UserId) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::SignInNoticesOffAt, Expr::value(None::<i64>))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Up to `most` users whose delayed deletion is due.
pub(super) async fn due_for_deletion(db: &Db, now: i64, most: u64) -> DbResult<Vec<Model>> {
    let select = Entity::find()
        .filter(Column::DeletesAt.lte(now))
        // Also keeps databases on the index: nearly all users have no such date.
        .order_by_asc(Column::DeletesAt)
        .limit(most);
    Ok(select.all(db.reader()).await?)
}

/// Records a sign-in without a password, if the user is still active and still has this address.
pub(super) async fn record_login_without_password(
    tx: &Tx,
    id: UserId,
    email_key: &str,
    now: i64,
) -> DbResult<bool> {
    let done = Entity::update_many()
        .col_expr(Column::LastLoginAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::Status.eq(Status::Active))
        .filter(deletion::not_closed())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The user with this id.
pub(super) async fn find(db: &Db, id: UserId) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db.reader()).await?)
}

/// The user with this id, as the transaction sees it.
pub(super) async fn find_in(tx: &Tx, id: UserId) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(id).one(tx).await?)
}

/// The user with this normalised address.
pub(super) async fn find_by_email(db: &Db, email_key: &str) -> DbResult<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::EmailKey.eq(email_key))
        .one(db.reader())
        .await?)
}

/// Records a sign-in, and the new hash if there is one, if the user is still active and the password is still the
/// verified one. Returns whether it did.
pub(super) async fn record_login(
    tx: &Tx,
    id: UserId,
    verified_hash: &str,
    new_hash: Option<&str>,
    now: i64,
) -> DbResult<bool> {
    let mut update = Entity::update_many().col_expr(Column::LastLoginAt, Expr::value(now));
    if let Some(hash) = new_hash {
        update = update.col_expr(Column::PasswordHash, Expr::value(hash));
    }
    let done = update
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(Status::Active))
        .filter(deletion::not_closed())
        .filter(Column::PasswordHash.eq(verified_hash))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Changes what is given of the profile of an active user. Returns the user afterwards.
pub(super) async fn update_profile(
    tx: &Tx,
    id: UserId,
    profile: &Profile,
    now: i64,
) -> DbResult<Option<Model>> {
    match hold(tx, id).await? {
        Some(user) if user.status == Status::Active => change_profile(tx, user, profile, now).await.map(Some),
        other => Ok(other),
    }
}

/// Changes what is given of the profile of a locked user, unless it is the same. Returns the user afterwards.
pub(super) async fn change_profile(tx: &Tx, before: Model, profile: &Profile, now: i64) -> DbResult<Model> {
    let mut user = before.clone();
    if let Some(name) = &profile.name {
        user.name.clone_from(name);
        user.name_key = search_key(name);
    }
    if let Some(locale) = &profile.locale {
        user.locale.clone_from(locale);
    }
    match profile.has_sign_in_notices {
        Some(true) => user.sign_in_notices_off_at = None,
        Some(false) if user.sign_in_notices_off_at.is_none() => user.sign_in_notices_off_at = Some(now),
        Some(false) | None => {}
    }
    if user == before {
        return Ok(before);
    }
    user.updated_at = now;
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(user.name.clone()))
        .col_expr(Column::NameKey, Expr::value(user.name_key.clone()))
        .col_expr(Column::Locale, Expr::value(user.locale.clone()))
        .col_expr(
            Column::SignInNoticesOffAt,
            Expr::value(user.sign_in_notices_off_at),
        )
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(user.id))
        .exec(tx)
        .await?;
    Ok(user)
}

/// Locks the row of a user.
pub(super) async fn hold(tx: &Tx, id: UserId) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// Sets the password hash.
pub(super) async fn set_password(tx: &Tx, id: UserId, hash: &str, now: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Those of the users with these ids that exist.
pub(super) async fn find_all(db: &Db, ids: Vec<UserId>) -> DbResult<Vec<Model>> {
    let select = Entity::find().filter(Column::Id.is_in(ids));
    Ok(select.all(db.reader()).await?)
}

/// Ids and names of those of the users with these ids that are active and not about to be deleted.
pub(super) async fn find_names(db: &Db, ids: Vec<UserId>) -> DbResult<Vec<(UserId, String)>> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Name)
        .filter(Column::Id.is_in(ids))
        .filter(Column::Status.eq(Status::Active))
        .filter(Column::DeletesAt.is_null())
        .into_tuple();
    Ok(select.all(db.reader()).await?)
}

/// Deletes the row; the database deletes what references it.
pub(super) async fn delete(tx: &Tx, id: UserId) -> DbResult<()> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// The number of rows.
pub(super) async fn count(db: &Db) -> DbResult<u64> {
    let count = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "accounts")
        .into_tuple::<i64>();
    let count = count.one(db.reader()).await?.unwrap_or_default();
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Users after `after`, oldest first.
pub(super) async fn page(db: &Db, after: Option<UserId>, size: u64) -> DbResult<Vec<Model>> {
    let mut select = Entity::find().order_by_asc(Column::Id).limit(size);
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after));
    }
    Ok(select.all(db.reader()).await?)
}

/// Sets whether a user may sign in.
pub(super) async fn set_status(tx: &Tx, id: UserId, status: Status, now: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.ne(status))
        .exec(tx)
        .await?;
    Ok(())
}
