//! The `sessions` table.

use entity::{
    SessionId, UserId,
    session::{Column, Entity, Model, RevocationReason},
    user, user_role,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _,
    IntoActiveModel as _, Order, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    UpdateMany, sea_query::Expr,
};

use crate::{
    context::AuthMethod,
    platform::{
        db::{Db, DbResult, Invalidates, Tx},
        keyset::{Direction, PageRequest},
    },
};

/// Inserts a new session.
pub(super) async fn insert(tx: &Tx, session: Model) -> DbResult<()> {
    Entity::insert(session.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// These sessions, each with its user.
pub(super) async fn with_users(db: &Db, ids: &[SessionId]) -> DbResult<Vec<(Model, Option<user::Model>)>> {
    let select = Entity::find()
        .find_also_related(user::Entity)
        .filter(Column::Id.is_in(ids.iter().copied()));
    Ok(select.all(db.reader()).await?)
}

/// The roles of these users, sorted by name.
pub(super) async fn roles_of(db: &Db, ids: &[UserId]) -> DbResult<Vec<(UserId, String)>> {
    let select = user_role::Entity::find()
        .filter(user_role::Column::UserId.is_in(ids.iter().copied()))
        .order_by_asc(user_role::Column::Role);
    let found = select.all(db.reader()).await?;
    Ok(found.into_iter().map(|it| (it.user_id, it.role)).collect())
}

/// Whether there is a session, alive or not.
pub(super) async fn is_any(db: &Db) -> DbResult<bool> {
    let id = Entity::find().select_only().column(Column::Id).limit(1);
    Ok(id.into_tuple::<SessionId>().one(db.reader()).await?.is_some())
}

/// Of these sessions, those of this user.
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

/// A page of the live sessions of a user, by their last use.
pub(super) async fn page(db: &Db, user_id: UserId, now: i64, request: &PageRequest) -> DbResult<Vec<Model>> {
    let order = match request.direction {
        Direction::Forward => Order::Desc,
        Direction::Backward => Order::Asc,
    };
    let mut select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(live(now))
        .order_by(Column::LastUsedAt, order.clone())
        .order_by(Column::Id, order)
        .limit(request.limit());
    if let Some(at) = request.after {
        let same_key = Column::LastUsedAt.eq(at.key).and(Column::Id.lt(at.id));
        select = select.filter(Column::LastUsedAt.lt(at.key).or(same_key));
    }
    if let Some(at) = request.before {
        let same_key = Column::LastUsedAt.eq(at.key).and(Column::Id.gt(at.id));
        select = select.filter(Column::LastUsedAt.gt(at.key).or(same_key));
    }
    Ok(select.all(db.reader()).await?)
}

/// Up to `most` sessions of a user after `after`, alive or ended, oldest first.
pub(super) async fn after(
    db: &Db,
    user_id: UserId,
    after: Option<SessionId>,
    most: u64,
) -> DbResult<Vec<Model>> {
    let mut select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .order_by_asc(Column::Id)
        .limit(most);
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after));
    }
    Ok(select.all(db.reader()).await?)
}

/// The different user agents of the sessions of a user; at most 100.
pub(super) async fn agents_of(db: &Db, user_id: UserId) -> DbResult<Vec<Option<String>>> {
    let select = Entity::find()
        .select_only()
        .column(Column::UserAgent)
        .distinct()
        .filter(Column::UserId.eq(user_id))
        .limit(100);
    Ok(select.into_tuple().all(db.reader()).await?)
}

/// How many live sessions a user has.
pub(super) async fn count(db: &Db, user_id: UserId, now: i64) -> DbResult<u64> {
    let select = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(live(now));
    Ok(select.count(db.reader()).await?)
}

/// Rotates a session to its next refresh token, with the values in `session`. Returns whether it did: the session was
/// alive at `now`, and its last trade was still the one in `before`. Of concurrent calls, one succeeds.
pub(super) async fn rotate(db: &Db, before: &Model, session: &Model, now: i64) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::RefreshGeneration, Expr::value(session.refresh_generation))
        .col_expr(Column::RefreshKeyId, Expr::value(session.refresh_key_id.clone()))
        .col_expr(Column::RotatedAt, Expr::value(session.rotated_at))
        .col_expr(Column::RotatedBy, Expr::value(session.rotated_by.clone()))
        .col_expr(Column::RotatedFrom, Expr::value(session.rotated_from.clone()))
        .col_expr(Column::FormCookie, Expr::value(session.form_cookie.clone()))
        .col_expr(Column::RepeatCount, Expr::value(session.repeat_count))
        .col_expr(Column::RepeatWeight, Expr::value(session.repeat_weight))
        .col_expr(Column::LastUsedAt, Expr::value(session.last_used_at))
        .col_expr(Column::ExpiresAt, Expr::value(session.expires_at))
        .col_expr(Column::IpAddress, Expr::value(session.ip_address.clone()))
        .filter(Column::Id.eq(session.id))
        .filter(Column::RefreshGeneration.eq(before.refresh_generation))
        .filter(Column::RepeatWeight.eq(before.repeat_weight))
        .filter(live(now));
    let owner = session.user_id.into();
    Ok(db.write_for(Invalidates::One(owner), update).await? == 1)
}

/// Records the weight of the repeats of a session's last trade. Returns whether it did: the session was alive, the
/// trade was still its last, and the stored weight was lower.
pub(super) async fn record_repeat(db: &Db, session: &Model, weight: i64, now: i64) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::RepeatWeight, Expr::value(weight))
        .filter(Column::Id.eq(session.id))
        .filter(Column::RefreshGeneration.eq(session.refresh_generation))
        .filter(Column::RepeatWeight.lt(weight))
        .filter(live(now));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// Records that the person of a locked session reauthenticated. A second factor raises the session's level for good.
pub(super) async fn note_reauthentication(
    tx: &Tx,
    session: &Model,
    method: AuthMethod,
    now: i64,
) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::ReauthenticatedAt, Expr::value(now))
        .filter(Column::Id.eq(session.id))
        .exec(tx)
        .await?;
    if method.is_second_factor() {
        raise_level(tx, session, method).await?;
    }
    Ok(())
}

/// Adds a way to those in which the person of a locked session proved who they are.
pub(super) async fn raise_level(tx: &Tx, session: &Model, method: AuthMethod) -> DbResult<()> {
    let mut methods: Vec<_> = AuthMethod::of_words(&session.auth_methods).collect();
    if methods.contains(&method) {
        return Ok(());
    }
    methods.push(method);
    Entity::update_many()
        .col_expr(Column::AuthMethods, Expr::value(AuthMethod::words(methods)))
        .filter(Column::Id.eq(session.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Locks the row of a live session.
pub(super) async fn hold(tx: &Tx, id: SessionId, now: i64) -> DbResult<Option<Model>> {
    Ok(Entity::find_by_id(id)
        .filter(live(now))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// Clears the reauthentication of every session of a user but one.
pub(super) async fn forget_reauthentication_but(tx: &Tx, user_id: UserId, kept: SessionId) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::ReauthenticatedAt, Expr::value(None::<i64>))
        .filter(others(user_id, kept))
        .filter(Column::ReauthenticatedAt.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Locks the live sessions of a user but one. Returns their ids.
pub(super) async fn hold_others(
    tx: &Tx,
    user_id: UserId,
    kept: SessionId,
    now: i64,
) -> DbResult<Vec<SessionId>> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(others(user_id, kept))
        .filter(live(now))
        .order_by_asc(Column::Id)
        .lock_exclusive();
    Ok(select.into_tuple().all(tx).await?)
}

/// The live sessions of a user that are not among the `most` used last; at most 100.
pub(super) async fn beyond(tx: &Tx, user_id: UserId, most: u64, now: i64) -> DbResult<Vec<SessionId>> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UserId.eq(user_id))
        .filter(live(now))
        .order_by_desc(Column::LastUsedAt)
        .order_by_desc(Column::Id)
        .offset(most)
        .limit(100);
    Ok(select.into_tuple().all(tx).await?)
}

/// Ends a session. Returns whether it was alive: of concurrent calls, one gets true.
pub(super) async fn revoke_in(tx: &Tx, id: SessionId, reason: RevocationReason, now: i64) -> DbResult<bool> {
    let which = Condition::all().add(Column::Id.eq(id));
    let update = revocation(which, reason, now);
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Ends a session of this user. Returns whether it was alive.
pub(super) async fn revoke_own(
    tx: &Tx,
    user_id: UserId,
    id: SessionId,
    reason: RevocationReason,
    now: i64,
) -> DbResult<bool> {
    let which = Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::UserId.eq(user_id));
    Ok(revocation(which, reason, now).exec(tx).await?.rows_affected == 1)
}

/// Ends every session of a user. Returns how many were alive.
pub(super) async fn revoke_of(tx: &Tx, user_id: UserId, reason: RevocationReason, now: i64) -> DbResult<u64> {
    let which = Condition::all().add(Column::UserId.eq(user_id));
    let update = revocation(which, reason, now);
    Ok(update.exec(tx).await?.rows_affected)
}

/// Ends every session of a user but one. Returns how many were alive.
pub(super) async fn revoke_but(
    tx: &Tx,
    user_id: UserId,
    kept: SessionId,
    reason: RevocationReason,
    now: i64,
) -> DbResult<u64> {
    let update = revocation(others(user_id, kept), reason, now);
    Ok(update.exec(tx).await?.rows_affected)
}

/// Ends those of these sessions that are alive.
pub(super) async fn revoke_all(
    tx: &Tx,
    ids: &[SessionId],
    reason: RevocationReason,
    now: i64,
) -> DbResult<()> {
    if !ids.is_empty() {
        let which = Condition::all().add(Column::Id.is_in(ids.iter().copied()));
        revocation(which, reason, now).exec(tx).await?;
    }
    Ok(())
}

/// How many live sessions there are.
pub(super) async fn count_all(db: &Db, now: i64) -> DbResult<u64> {
    Ok(Entity::find().filter(live(now)).count(db.reader()).await?)
}

/// Ends up to `most` live sessions, whosever they are. Returns how many.
pub(super) async fn revoke_some(db: &Db, reason: RevocationReason, now: i64, most: u64) -> DbResult<u64> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(live(now))
        .limit(most);
    let ids: Vec<SessionId> = select.into_tuple().all(db.reader()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let which = Condition::all().add(Column::Id.is_in(ids));
    db.write_for(Invalidates::All, revocation(which, reason, now))
        .await
}

/// Deletes up to `most` sessions whose expiry was before `then`, revoked or not. Returns how many.
pub(super) async fn purge(db: &Db, then: i64, most: u64) -> DbResult<u64> {
    let old = Condition::all().add(Column::ExpiresAt.lt(then));
    db.purge::<Entity, SessionId>(Invalidates::All, Column::Id, old, most)
        .await
}

fn others(user_id: UserId, kept: SessionId) -> Condition {
    Condition::all()
        .add(Column::UserId.eq(user_id))
        .add(Column::Id.ne(kept))
}

fn live(now: i64) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}

fn revocation(which: Condition, reason: RevocationReason, now: i64) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .col_expr(Column::RevocationReason, Expr::value(reason))
        .filter(which)
        .filter(live(now))
}
