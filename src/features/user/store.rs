//! The `users` and `user_roles` tables.

use std::collections::BTreeMap;

use entity::{
    UserId,
    user::{Column, Entity, Model, Status},
    user_role,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Set, sea_query::Expr,
};

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
    let inserted = Entity::insert(user.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await;
    match inserted.map_err(DbFailure::from) {
        Ok(_) => Ok(()),
        Err(failure) if failure.is_duplicate() => Err(EmailTaken.into()),
        Err(failure) => Err(failure.into()),
    }
}

/// The user with this id.
pub(super) async fn find(db: &Db, id: UserId) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db.reader()).await?)
}

/// The user with this normalised address.
pub(super) async fn find_by_email(db: &Db, email_key: &str) -> DbResult<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::EmailKey.eq(email_key))
        .one(db.reader())
        .await?)
}

/// Role names of a user, sorted.
pub(super) async fn roles(db: &Db, id: UserId) -> DbResult<Vec<String>> {
    let rows = user_role::Entity::find()
        .filter(user_role::Column::UserId.eq(id))
        .order_by_asc(user_role::Column::Role)
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(|row| row.role).collect())
}

/// Role names, sorted, of the users from `first` to `last`.
pub(super) async fn roles_between(
    db: &Db,
    first: UserId,
    last: UserId,
) -> DbResult<BTreeMap<UserId, Vec<String>>> {
    let rows = user_role::Entity::find()
        .filter(user_role::Column::UserId.between(first, last))
        .order_by_asc(user_role::Column::UserId)
        .order_by_asc(user_role::Column::Role)
        .all(db.reader())
        .await?;
    let mut roles = BTreeMap::<_, Vec<_>>::new();
    for row in rows {
        roles.entry(row.user_id).or_default().push(row.role);
    }
    Ok(roles)
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
        .filter(Column::PasswordHash.eq(verified_hash))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Renames a user, unless the name is the same. Returns the user afterwards.
pub(super) async fn rename(tx: &Tx, id: UserId, name: &str, now: i64) -> DbResult<Option<Model>> {
    let Some(mut user) = hold(tx, id).await? else {
        return Ok(None);
    };
    if user.status != Status::Active || user.name == name {
        return Ok(Some(user));
    }
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    name.clone_into(&mut user.name);
    user.updated_at = now;
    Ok(Some(user))
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

/// Whether a user has a role.
pub(super) async fn has_role(tx: &Tx, id: UserId, role: &str) -> DbResult<bool> {
    let found = user_role::Entity::find_by_id((id, role.to_owned()))
        .one(tx)
        .await?;
    Ok(found.is_some())
}

/// The active users with a role. Locks the rows of that role.
pub(super) async fn active_with_role(tx: &Tx, role: &str) -> DbResult<Vec<UserId>> {
    let rows = user_role::Entity::find()
        .filter(user_role::Column::Role.eq(role))
        .order_by_asc(user_role::Column::UserId)
        .lock_exclusive()
        .all(tx)
        .await?;
    let ids: Vec<UserId> = rows.into_iter().map(|row| row.user_id).collect();
    let active = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids))
        .filter(Column::Status.eq(Status::Active));
    Ok(active.into_tuple().all(tx).await?)
}

/// Deletes the row; the database deletes what references it.
pub(super) async fn delete(tx: &Tx, id: UserId) -> DbResult<()> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
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

/// Replaces the roles of a user. Updates the user's row first, so that concurrent calls wait for each other.
pub(super) async fn set_roles(tx: &Tx, id: UserId, roles: &[String], now: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    user_role::Entity::delete_many()
        .filter(user_role::Column::UserId.eq(id))
        .exec(tx)
        .await?;
    add_roles(tx, id, roles).await
}

/// Gives roles to a user that has none.
pub(super) async fn add_roles(
    connection: &impl ConnectionTrait,
    id: UserId,
    roles: &[String],
) -> DbResult<()> {
    for role in roles {
        let row = user_role::ActiveModel {
            user_id: Set(id),
            role: Set(role.clone()),
        };
        user_role::Entity::insert(row)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}
