//! The `data_keys` table.

use entity::data_key::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, UpdateMany, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// All keys, the newest first.
pub(super) async fn all(db: &Db) -> DbResult<Vec<Model>> {
    Ok(Entity::find()
        .order_by_desc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(db.reader())
        .await?)
}

/// Stores a new key.
pub(super) async fn insert(db: &Db, key: Model) -> DbResult<()> {
    let row = key.into_active_model().reset_all();
    db.write_for(Invalidates::Nothing, Entity::insert(row)).await?;
    Ok(())
}

/// Replaces the sealed form of a key.
pub(super) async fn update_sealed(db: &Db, id: &str, sealed: String) -> DbResult<()> {
    db.write_for(Invalidates::Nothing, sealing(id, sealed)).await?;
    Ok(())
}

/// Replaces the sealed form of a key.
pub(super) async fn update_sealed_in(tx: &Tx, id: &str, sealed: String) -> DbResult<()> {
    sealing(id, sealed).exec(tx).await?;
    Ok(())
}

fn sealing(id: &str, sealed: String) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::SealedKey, Expr::value(sealed))
        .filter(Column::Id.eq(id))
}

/// All keys, which nobody else can change until the transaction ends.
pub(super) async fn hold(tx: &Tx) -> DbResult<Vec<Model>> {
    let locked = Entity::find().order_by_asc(Column::Id).lock_exclusive();
    Ok(locked.all(tx).await?)
}

/// Puts these keys in place of all others.
pub(super) async fn replace_all(tx: &Tx, keys: Vec<Model>) -> DbResult<()> {
    Entity::delete_many().exec(tx).await?;
    let rows = keys.into_iter().map(|key| key.into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}
