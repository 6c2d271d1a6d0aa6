//! The rows behind a caller: the session and its user.

use entity::{
    SessionId, UserId,
    session::{Column, Entity, Model},
    user, user_role,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Invalidates};

/// A session with its user.
pub async fn find_session_with_user(db: &Db, id: SessionId) -> DbResult<Option<(Model, user::Model)>> {
    let found = Entity::find_by_id(id)
        .find_also_related(user::Entity)
        .one(db.reader())
        .await?;
    Ok(found.and_then(|(session, user)| Some((session, user?))))
}

/// Role names of a user, sorted.
pub async fn roles(db: &Db, id: UserId) -> DbResult<Vec<String>> {
    let select = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::Role)
        .filter(user_role::Column::UserId.eq(id))
        .order_by_asc(user_role::Column::Role);
    Ok(select.into_tuple().all(db.reader()).await?)
}

/// Stores the last use of `session`, unless a later one is stored or the session was revoked.
pub(super) async fn touch(db: &Db, session: &Model) -> DbResult<()> {
    let update = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(session.last_used_at))
        .col_expr(Column::ExpiresAt, Expr::value(session.expires_at))
        .col_expr(Column::IpAddress, Expr::value(session.ip_address.clone()))
        .filter(Column::Id.eq(session.id))
        .filter(Column::LastUsedAt.lt(session.last_used_at))
        .filter(Column::RevokedAt.is_null());
    db.write_for(Invalidates::Nothing, update).await?;
    Ok(())
}
