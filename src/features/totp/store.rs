//! The `totp_factors` table.

use entity::{
    UserId,
    totp_factor::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// The authenticator app of a user.
pub async fn find(connection: &impl ConnectionTrait, user_id: UserId) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(user_id).one(connection).await?)
}

/// Removes the app of a user. Returns whether there was one.
pub async fn remove(tx: &Tx, user_id: UserId) -> DbResult<bool> {
    let deleted = Entity::delete_by_id(user_id).exec(tx).await?;
    Ok(deleted.rows_affected == 1)
}

/// How many apps there are.
pub async fn count(db: &Db) -> DbResult<u64> {
    Ok(Entity::find().count(db.reader()).await?)
}

/// Up to `most` users with an app.
pub async fn some_users(db: &Db, most: u64) -> DbResult<Vec<UserId>> {
    let select = Entity::find().select_only().column(Column::UserId).limit(most);
    Ok(select.into_tuple().all(db.reader()).await?)
}

/// Inserts an app.
pub(super) async fn insert(tx: &Tx, factor: Model) -> DbResult<()> {
    Entity::insert(factor.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Uses up the codes up to this step of the app that was read. Of concurrent calls, one succeeds.
pub(super) async fn take_step(tx: &Tx, factor: &Model, step: i64) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::LastStep, Expr::value(step))
        .filter(Column::UserId.eq(factor.user_id))
        // Another app may have taken its place.
        .filter(Column::SealedSecret.eq(&*factor.sealed_secret))
        .filter(Column::LastStep.lt(step));
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Records that a used code of this step came back. Of concurrent calls, one gets true.
pub(super) async fn take_replay(db: &Db, user_id: UserId, step: i64) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::ReplayedStep, Expr::value(step))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::ReplayedStep.lt(step));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}
