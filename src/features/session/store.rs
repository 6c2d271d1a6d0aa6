//! The `sessions` table.

use entity::{
    SessionId, UserId,
    session::{Column, Entity, Model, RevocationReason},
    user,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Tx};

/// Keeps a new session.
pub(super) async fn insert(tx: &Tx, session: Model) -> DbResult<()> {
    Entity::insert(session.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// A session with its user.
pub(super) async fn find_with_user(db: &Db, id: SessionId) -> DbResult<Option<(Model, user::Model)>> {
    let found = Entity::find_by_id(id)
        .find_also_related(user::Entity)
        .one(db.reader())
        .await?;
    Ok(found.and_then(|(session, user)| Some((session, user?))))
}

/// Those of these sessions that are this user's.
pub(super) async fn find_of(
    db: &Db,
    ids: impl IntoIterator<Item = SessionId>,
    user_id: UserId,
) -> DbResult<Vec<Model>> {
    let select = Entity::find()
        .filter(Column::Id.is_in(ids))
        .filter(Column::UserId.eq(user_id));
    Ok(select.all(db.reader()).await?)
}

/// Notes a use at `now`, unless a later one was noted. The session then lives until `expires_at`.
pub(super) async fn touch(db: &Db, id: SessionId, now: i64, expires_at: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .col_expr(Column::ExpiresAt, Expr::value(expires_at))
        .filter(Column::Id.eq(id))
        .filter(Column::LastUsedAt.lt(now))
        .filter(Column::RevokedAt.is_null())
        .exec(db.writer())
        .await?;
    Ok(())
}

/// Ends a session. Whether it was alive: of two that end it at once, one is told so.
pub(super) async fn revoke(db: &Db, id: SessionId, reason: RevocationReason, now: i64) -> DbResult<bool> {
    Ok(revoke_where(db.writer(), Column::Id.eq(id), reason, now).await? == 1)
}

/// Ends every session of a user, and tells how many were alive.
pub(super) async fn revoke_of(tx: &Tx, user_id: UserId, reason: RevocationReason, now: i64) -> DbResult<u64> {
    revoke_where(tx, Column::UserId.eq(user_id), reason, now).await
}

async fn revoke_where(
    connection: &impl ConnectionTrait,
    which: sea_orm::sea_query::SimpleExpr,
    reason: RevocationReason,
    now: i64,
) -> DbResult<u64> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevocationReason, Expr::value(reason))
        .filter(which)
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(connection)
        .await?;
    Ok(done.rows_affected)
}
