//! Deleted accounts, about which the log is looked through again.

use entity::{
    UserId,
    audit_erasure::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};

use crate::platform::db::{Db, DbResult, Tx};

/// Notes a deleted account, to look through the log at `due_at`; replaces an earlier time.
pub(in super::super) async fn note(tx: &Tx, user_id: UserId, due_at: i64) -> DbResult<()> {
    let row = Model { user_id, due_at };
    let over_earlier = OnConflict::column(Column::UserId)
        .update_column(Column::DueAt)
        .to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(over_earlier)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Some of the accounts for which it is time, the first ones first.
pub(in super::super) async fn due(db: &Db, now: i64, most: u64) -> DbResult<Vec<UserId>> {
    let select = Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::DueAt.lte(now))
        .order_by_asc(Column::DueAt)
        .limit(most);
    Ok(select.into_tuple().all(db.reader()).await?)
}

/// Forgets a deleted account.
pub(in super::super) async fn forget(tx: &Tx, user_id: UserId) -> DbResult<()> {
    Entity::delete_by_id(user_id).exec(tx).await?;
    Ok(())
}
