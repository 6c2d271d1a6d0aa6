//! The `recovery_codes` table.

use entity::{
    UserId,
    recovery_code::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Tx};

/// The codes of a user.
pub async fn of_user(connection: &impl ConnectionTrait, user_id: UserId) -> DbResult<Vec<Model>> {
    let select = Entity::find().filter(Column::UserId.eq(user_id));
    Ok(select.all(connection).await?)
}

/// How many codes of a user are unused.
pub async fn count_unused(connection: &impl ConnectionTrait, user_id: UserId) -> DbResult<u64> {
    let select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::UsedAt.is_null());
    Ok(select.count(connection).await?)
}

/// How many unused codes of a user were made before `then`; milliseconds since 1970.
pub async fn count_unused_before(
    connection: &impl ConnectionTrait,
    user_id: UserId,
    then: i64,
) -> DbResult<u64> {
    let select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::UsedAt.is_null())
        .filter(Column::CreatedAt.lt(then));
    Ok(select.count(connection).await?)
}

/// How many codes there are, used ones included.
pub async fn count(db: &Db) -> DbResult<u64> {
    Ok(Entity::find().count(db.reader()).await?)
}

/// Up to `most` users with codes.
pub async fn some_users(db: &Db, most: u64) -> DbResult<Vec<UserId>> {
    let select = Entity::find()
        .select_only()
        .column(Column::UserId)
        .distinct()
        .limit(most);
    Ok(select.into_tuple().all(db.reader()).await?)
}

/// Removes the codes of a user.
pub async fn remove(tx: &Tx, user_id: UserId) -> DbResult<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user_id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes the codes of a user that were made at `since` or later.
pub async fn remove_since(tx: &Tx, user_id: UserId, since: i64) -> DbResult<()> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::CreatedAt.gte(since))
        .exec(tx)
        .await?;
    Ok(())
}

/// Inserts new codes.
pub(super) async fn insert(tx: &Tx, codes: Vec<Model>) -> DbResult<()> {
    let rows = codes.into_iter().map(|code| code.into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Whether this unused code exists, made before `before`, if given.
pub(super) async fn is_unused(
    connection: &impl ConnectionTrait,
    user_id: UserId,
    code_key: &str,
    before: Option<i64>,
) -> DbResult<bool> {
    let code = Entity::find_by_id(code_key).one(connection).await?;
    Ok(code.is_some_and(|code| {
        code.user_id == user_id
            && code.used_at.is_none()
            && before.is_none_or(|before| code.created_at < before)
    }))
}

/// Uses a code up that was made before `before`, if given. Of concurrent calls, one succeeds.
pub(super) async fn take(
    tx: &Tx,
    user_id: UserId,
    code_key: &str,
    now: i64,
    before: Option<i64>,
) -> DbResult<bool> {
    let mut update = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::CodeKey.eq(code_key))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::UsedAt.is_null());
    if let Some(before) = before {
        update = update.filter(Column::CreatedAt.lt(before));
    }
    Ok(update.exec(tx).await?.rows_affected == 1)
}
