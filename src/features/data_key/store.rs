//! The `data_keys` table.

use entity::data_key::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Invalidates};

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
    let update = Entity::update_many()
        .col_expr(Column::SealedKey, Expr::value(sealed))
        .filter(Column::Id.eq(id));
    db.write_for(Invalidates::Nothing, update).await?;
    Ok(())
}
