//! The `one_time_tokens` table.

use entity::{
    OneTimeTokenId, UserId,
    one_time_token::{Column, Entity, Model, Purpose},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    UpdateMany, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// Inserts a new token.
pub(super) async fn insert(tx: &Tx, token: Model) -> DbResult<()> {
    Entity::insert(token.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Inserts a new token. Returns false if there is one with the same secret; then roll back.
pub(super) async fn insert_if_new(tx: &Tx, token: Model) -> DbResult<bool> {
    match insert(tx, token).await {
        Ok(()) => Ok(true),
        Err(failure) if failure.is_duplicate() => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// The token with this secret, for one of these purposes.
pub(super) async fn find(db: &Db, purposes: &[Purpose], secret_key: &str) -> DbResult<Option<Model>> {
    let select = Entity::find()
        .filter(Column::SecretKey.eq(secret_key))
        .filter(Column::Purpose.is_in(purposes.iter().copied()));
    Ok(select.one(db.reader()).await?)
}

/// Up to `most` live tokens of a user after `after`, oldest first.
pub(super) async fn live_after(
    db: &Db,
    user_id: UserId,
    after: Option<OneTimeTokenId>,
    now: i64,
    most: u64,
) -> DbResult<Vec<Model>> {
    let mut select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(live(now))
        .order_by_asc(Column::Id)
        .limit(most);
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after));
    }
    Ok(select.all(db.reader()).await?)
}

/// Claims a live token. Of concurrent calls, one succeeds.
pub(super) async fn claim(tx: &Tx, token: &Model, now: i64) -> DbResult<bool> {
    let update = used(now)
        .filter(Column::Id.eq(token.id))
        .filter(Column::Purpose.eq(token.purpose))
        .filter(Column::ExpiresAt.gt(now));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Whether a token is live.
pub(super) async fn is_live(tx: &Tx, id: OneTimeTokenId, now: i64) -> DbResult<bool> {
    let select = Entity::find_by_id(id)
        .select_only()
        .column(Column::Id)
        .filter(live(now));
    Ok(select.into_tuple::<OneTimeTokenId>().one(tx).await?.is_some())
}

/// Counts one attempt at a live challenge down. Returns whether there was one left.
pub(super) async fn take_attempt(db: &Db, purpose: Purpose, secret_key: &str, now: i64) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::AttemptsLeft, Expr::col(Column::AttemptsLeft).sub(1))
        .filter(Column::SecretKey.eq(secret_key))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::AttemptsLeft.gt(0))
        .filter(live(now));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// The newest token of a user for a purpose that was neither used nor voided; it may have expired.
pub(super) async fn newest_unused_of(
    connection: &impl ConnectionTrait,
    id: UserId,
    purpose: Purpose,
) -> DbResult<Option<Model>> {
    let select = Entity::find()
        .filter(Column::UserId.eq(id))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .order_by_desc(Column::Id)
        .limit(1);
    Ok(select.one(connection).await?)
}

/// The same for many users, the newest of each last.
pub(super) async fn unused_of_each(db: &Db, ids: Vec<UserId>, purpose: Purpose) -> DbResult<Vec<Model>> {
    let select = Entity::find()
        .filter(Column::UserId.is_in(ids))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .order_by_asc(Column::Id);
    Ok(select.all(db.reader()).await?)
}

/// The newest live token for a purpose that is bound to this key.
pub(super) async fn newest_bound(
    db: &Db,
    purpose: Purpose,
    bound: &str,
    now: i64,
) -> DbResult<Option<Model>> {
    let select = Entity::find()
        .filter(Column::Bound.eq(bound))
        .filter(Column::Purpose.eq(purpose))
        .filter(live(now))
        .order_by_desc(Column::Id)
        .limit(1);
    Ok(select.one(db.reader()).await?)
}

/// Locks the tokens for a purpose that are bound to this key, always in the same order.
pub(super) async fn hold_bound(tx: &Tx, purpose: Purpose, bound: &str) -> DbResult<()> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Bound.eq(bound))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .order_by_asc(Column::Id)
        .lock_exclusive();
    select.into_tuple::<OneTimeTokenId>().all(tx).await?;
    Ok(())
}

/// Voids the tokens of a user for these purposes.
pub(super) async fn void_of(tx: &Tx, user_id: UserId, purposes: &[Purpose], now: i64) -> DbResult<()> {
    used(now)
        .filter(Column::UserId.eq(user_id))
        .filter(Column::Purpose.is_in(purposes.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Voids every token of a user, except those for one purpose.
pub(super) async fn void_all_but(tx: &Tx, user_id: UserId, kept: Purpose, now: i64) -> DbResult<()> {
    used(now)
        .filter(Column::UserId.eq(user_id))
        .filter(Column::Purpose.ne(kept))
        .exec(tx)
        .await?;
    Ok(())
}

/// Voids the tokens for a purpose that are bound to this key.
pub(super) async fn void_bound(tx: &Tx, purpose: Purpose, bound: &str, now: i64) -> DbResult<()> {
    used(now)
        .filter(Column::Bound.eq(bound))
        .filter(Column::Purpose.eq(purpose))
        .exec(tx)
        .await?;
    Ok(())
}

/// Voids the undo tokens of a user that were made at `since` or later.
pub(super) async fn void_sent_by(tx: &Tx, sender: UserId, now: i64) -> DbResult<()> {
    used(now).filter(Column::SenderId.eq(sender)).exec(tx).await?;
    Ok(())
}

pub(super) async fn void_undos_since(tx: &Tx, user_id: UserId, since: i64, now: i64) -> DbResult<()> {
    used(now)
        .filter(Column::UserId.eq(user_id))
        .filter(Column::Purpose.eq(Purpose::Undo))
        .filter(Column::CreatedAt.gte(since))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many live tokens there are.
pub(super) async fn count(db: &Db, now: i64) -> DbResult<u64> {
    Ok(Entity::find().filter(live(now)).count(db.reader()).await?)
}

/// Deletes up to `most` tokens that expired before `then`. Returns how many.
pub(super) async fn purge(db: &Db, then: i64, most: u64) -> DbResult<u64> {
    let old = Condition::all().add(Column::ExpiresAt.lt(then));
    db.purge::<Entity, OneTimeTokenId>(Invalidates::Nothing, Column::Id, old, most)
        .await
}

fn used(now: i64) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::UsedAt.is_null())
}

fn live(now: i64) -> Condition {
    Condition::all()
        .add(Column::UsedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}
