//! The `passkeys` table.

use entity::{
    PasskeyId, UserId,
    passkey::{Backup, Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use crate::platform::{
    db::{DbFailure, DbResult, Tx, TxError},
    failure::Refusal,
};

/// There is a passkey with this credential id already, of this user or another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialTaken;

impl Refusal for CredentialTaken {}

/// Inserts a new passkey. Only the insert can tell whether the credential id is free.
pub(super) async fn insert(tx: &Tx, passkey: Model) -> Result<(), TxError<CredentialTaken>> {
    let inserted = Entity::insert(passkey.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await;
    match inserted.map_err(DbFailure::from) {
        Ok(_) => Ok(()),
        Err(failure) if failure.is_duplicate() => Err(CredentialTaken.into()),
        Err(failure) => Err(failure.into()),
    }
}

/// The passkeys of a user, newest first.
pub(super) async fn of_user(connection: &impl ConnectionTrait, user_id: UserId) -> DbResult<Vec<Model>> {
    let select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .order_by_desc(Column::Id);
    Ok(select.all(connection).await?)
}

/// The number of a user's passkeys.
pub(super) async fn count_of(connection: &impl ConnectionTrait, user_id: UserId) -> DbResult<usize> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UserId.eq(user_id));
    // As many as one account may have, at most.
    let ids: Vec<PasskeyId> = select.into_tuple().all(connection).await?;
    Ok(ids.len())
}

/// The passkey with this id, if it belongs to this user.
pub(super) async fn find_own(
    connection: &impl ConnectionTrait,
    user_id: UserId,
    id: PasskeyId,
) -> DbResult<Option<Model>> {
    let select = Entity::find_by_id(id).filter(Column::UserId.eq(user_id));
    Ok(select.one(connection).await?)
}

/// The passkey with this credential.
pub(super) async fn find_by_key(
    connection: &impl ConnectionTrait,
    credential_key: &str,
) -> DbResult<Option<Model>> {
    let select = Entity::find().filter(Column::CredentialKey.eq(credential_key));
    Ok(select.one(connection).await?)
}

/// The relying party id of the oldest passkey.
pub(super) async fn first_rp_id(connection: &impl ConnectionTrait) -> DbResult<Option<String>> {
    let select = Entity::find()
        .select_only()
        .column(Column::RpId)
        .order_by_asc(Column::Id)
        .limit(1);
    Ok(select.into_tuple().one(connection).await?)
}

/// Renames a user's passkey.
pub(super) async fn rename(tx: &Tx, user_id: UserId, id: PasskeyId, name: &str) -> DbResult<bool> {
    let done = Entity::update_many()
        .col_expr(Column::Name, Expr::value(name))
        .filter(Column::Id.eq(id))
        .filter(Column::UserId.eq(user_id))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Records a use, unless the counter was overtaken.
pub(super) async fn record_use(
    tx: &Tx,
    id: PasskeyId,
    sign_count: u32,
    backup: Backup,
    now: i64,
) -> DbResult<bool> {
    let sign_count = i64::from(sign_count);
    let mut is_newer = Condition::any().add(Column::SignCount.lt(sign_count));
    if sign_count == 0 {
        is_newer = is_newer.add(Column::SignCount.eq(0));
    }
    let done = Entity::update_many()
        .col_expr(Column::SignCount, Expr::value(sign_count))
        .col_expr(Column::Backup, Expr::value(backup))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(is_newer)
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes a user's passkey.
pub(super) async fn remove(tx: &Tx, user_id: UserId, id: PasskeyId) -> DbResult<bool> {
    let done = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::UserId.eq(user_id))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes the passkeys of a user that were registered at `since` or later.
pub(super) async fn remove_since(tx: &Tx, user_id: UserId, since: i64) -> DbResult<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::CreatedAt.gte(since))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes all passkeys of a user.
pub(super) async fn remove_all(tx: &Tx, user_id: UserId) -> DbResult<u64> {
    let done = Entity::delete_many()
        .filter(Column::UserId.eq(user_id))
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}
