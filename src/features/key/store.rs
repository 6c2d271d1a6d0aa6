//! The `signing_keys` table.

use entity::{
    SigningKeyId,
    signing_key::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, UpdateMany, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// All keys, the newest first.
pub(super) async fn all(db: &Db) -> DbResult<Vec<Model>> {
    Ok(Entity::find().order_by_desc(Column::Id).all(db.reader()).await?)
}

/// All keys as they are once nobody else changes them: makes other changes wait until this transaction ends.
pub(super) async fn hold(tx: &Tx) -> DbResult<Vec<Model>> {
    let locked = Entity::find().order_by_asc(Column::Id).lock_exclusive();
    locked.all(tx).await?;
    // A key that was added while this waited was not locked.
    Ok(Entity::find().all(tx).await?)
}

/// Stores a new key.
pub(super) async fn insert(db: &Db, key: Model) -> DbResult<()> {
    let insert = Entity::insert(key.into_active_model().reset_all());
    db.write_for(Invalidates::Nothing, insert).await?;
    Ok(())
}

/// Stores a new key.
pub(super) async fn insert_in(tx: &Tx, key: Model) -> DbResult<()> {
    Entity::insert(key.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Sets when the keys other than `key` retire, unless they do so before.
pub(super) async fn date_others(db: &Db, key: &Model, retires_at: i64) -> DbResult<()> {
    db.write_for(Invalidates::Nothing, dating(key, retires_at))
        .await?;
    Ok(())
}

/// Sets when the keys other than `key` retire, unless they do so before.
pub(super) async fn date_others_in(tx: &Tx, key: &Model, retires_at: i64) -> DbResult<()> {
    dating(key, retires_at).exec(tx).await?;
    Ok(())
}

fn dating(key: &Model, retires_at: i64) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::RetiresAt, Expr::value(retires_at))
        .filter(
            Condition::any()
                .add(Column::RetiresAt.is_null())
                .add(Column::RetiresAt.gt(retires_at)),
        )
        .filter(Column::Id.ne(key.id))
}

/// Replaces the sealed private key.
pub(super) async fn update_sealed(db: &Db, id: SigningKeyId, sealed: String) -> DbResult<()> {
    db.write_for(Invalidates::Nothing, sealing(id, sealed)).await?;
    Ok(())
}

/// Replaces the sealed private key.
pub(super) async fn update_sealed_in(tx: &Tx, id: SigningKeyId, sealed: String) -> DbResult<()> {
    sealing(id, sealed).exec(tx).await?;
    Ok(())
}

fn sealing(id: SigningKeyId, sealed: String) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::SealedPrivateKey, Expr::value(sealed))
        .filter(Column::Id.eq(id))
}

/// Deletes all keys.
pub(super) async fn delete_all(tx: &Tx) -> DbResult<()> {
    Entity::delete_many().exec(tx).await?;
    Ok(())
}

/// Deletes a key.
pub(super) async fn delete(tx: &Tx, id: SigningKeyId) -> DbResult<()> {
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Deletes the keys that would start to sign after `key`: they have signed nothing.
pub(super) async fn delete_waiting(tx: &Tx, key: &Model) -> DbResult<()> {
    Entity::delete_many()
        .filter(Column::ActivatesAt.gt(key.activates_at))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the keys that have retired.
pub(super) async fn delete_retired(db: &Db, now: i64) -> DbResult<u64> {
    let delete = Entity::delete_many().filter(Column::RetiresAt.lte(now));
    db.write_for(Invalidates::Nothing, delete).await
}
