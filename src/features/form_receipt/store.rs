//! The `form_receipts` table.

use entity::form_receipt::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};

use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// Inserts a new receipt; fails if the key exists.
pub(super) async fn insert(tx: &Tx, receipt: Model) -> DbResult<()> {
    Entity::insert(receipt.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The receipt of this key.
pub(super) async fn find(db: &Db, form_key: &str) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(form_key.to_owned()).one(db.reader()).await?)
}

/// Removes this receipt, but not one that has replaced it.
pub(super) async fn remove(db: &Db, receipt: &Model) -> DbResult<()> {
    let delete = Entity::delete_many()
        .filter(Column::FormKey.eq(receipt.form_key.as_str()))
        .filter(Column::DoneAt.eq(receipt.done_at));
    db.write_for(Invalidates::Nothing, delete).await?;
    Ok(())
}

/// Removes up to `most` receipts older than `then`. Returns how many.
pub(super) async fn purge(db: &Db, then: i64, most: u64) -> DbResult<u64> {
    let old = Condition::all().add(Column::DoneAt.lt(then));
    db.purge::<Entity, String>(Invalidates::Nothing, Column::FormKey, old, most)
        .await
}
