//! The `address_reservations` table: former addresses that only their user can take.

use entity::{
    UserId,
    address_reservation::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};

use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// Whether another user can still take this address back. Ask after the write that takes it: an address is freed and
/// reserved in one transaction, for which that write waits.
pub(in super::super) async fn is_reserved(tx: &Tx, email_key: &str, id: UserId, now: i64) -> DbResult<bool> {
    let found = Entity::find_by_id(email_key.to_owned())
        .filter(Column::UserId.ne(id))
        .filter(Column::ReservedUntil.gt(now))
        .one(tx)
        .await?;
    Ok(found.is_some())
}

/// Which of these addresses their last user can still take back. For users who were just inserted ask after that, as
/// above.
pub(in super::super) async fn reserved_among(
    connection: &impl ConnectionTrait,
    email_keys: Vec<String>,
    now: i64,
) -> DbResult<Vec<String>> {
    let select = Entity::find()
        .select_only()
        .column(Column::EmailKey)
        .filter(Column::EmailKey.is_in(email_keys))
        .filter(Column::ReservedUntil.gt(now));
    Ok(select.into_tuple().all(connection).await?)
}

/// Keeps a former address of a user for them.
pub(in super::super) async fn reserve(tx: &Tx, email_key: &str, id: UserId, until: i64) -> DbResult<()> {
    let row = Model {
        email_key: email_key.to_owned(),
        user_id: id,
        reserved_until: until,
    };
    // Only this user can have had the address last: an older reservation of it is theirs, or has run out.
    let over_all = OnConflict::column(Column::EmailKey)
        .update_columns([Column::UserId, Column::ReservedUntil])
        .to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(over_all)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Frees a reserved address.
pub(in super::super) async fn release(tx: &Tx, email_key: &str) -> DbResult<()> {
    Entity::delete_by_id(email_key.to_owned()).exec(tx).await?;
    Ok(())
}

/// Frees the addresses that are kept for a user until `until` or longer.
pub(in super::super) async fn release_since(tx: &Tx, id: UserId, until: i64) -> DbResult<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(id))
        .filter(Column::ReservedUntil.gte(until))
        .exec(tx)
        .await?;
    Ok(())
}

/// When the first of a user's former addresses that can still be taken back is freed.
pub(in super::super) async fn first_reserved_until(tx: &Tx, id: UserId, now: i64) -> DbResult<Option<i64>> {
    let select = Entity::find()
        .select_only()
        .column(Column::ReservedUntil)
        .filter(Column::UserId.eq(id))
        .filter(Column::ReservedUntil.gt(now))
        .order_by_asc(Column::ReservedUntil)
        .limit(1);
    Ok(select.into_tuple().one(tx).await?)
}

/// Until when a user can take a former address back.
pub(in super::super) async fn reserved_until(tx: &Tx, id: UserId, now: i64) -> DbResult<Option<i64>> {
    let select = Entity::find()
        .select_only()
        .column(Column::ReservedUntil)
        .filter(Column::UserId.eq(id))
        .filter(Column::ReservedUntil.gt(now))
        .order_by_desc(Column::ReservedUntil)
        .limit(1);
    Ok(select.into_tuple().one(tx).await?)
}

/// A former address of a user.
pub type FormerAddress = Model;

/// The former addresses that only this user can take, oldest first.
pub(in super::super) async fn all_of(db: &Db, id: UserId) -> DbResult<Vec<Model>> {
    let select = Entity::find()
        .filter(Column::UserId.eq(id))
        .order_by_asc(Column::ReservedUntil);
    Ok(select.all(db.reader()).await?)
}

/// Until when this user can take this address back.
pub(in super::super) async fn kept_until(
    tx: &Tx,
    email_key: &str,
    id: UserId,
    now: i64,
) -> DbResult<Option<i64>> {
    let found = Entity::find_by_id(email_key.to_owned())
        .filter(Column::UserId.eq(id))
        .filter(Column::ReservedUntil.gt(now))
        .one(tx)
        .await?;
    Ok(found.map(|row| row.reserved_until))
}

/// Deletes up to `most` reservations that ended before `now`. Returns how many.
pub(in super::super) async fn purge(db: &Db, now: i64, most: u64) -> DbResult<u64> {
    let old = Condition::all().add(Column::ReservedUntil.lt(now));
    db.purge::<Entity, String>(Invalidates::Nothing, Column::EmailKey, old, most)
        .await
}
