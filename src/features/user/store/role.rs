//! The `user_roles` table.

use std::collections::BTreeMap;

use entity::{
    UserId,
    user::{Column, Entity, Model, Status},
    user_role,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Set,
    sea_query::{Expr, IntoCondition as _},
};

use crate::platform::db::{Db, DbResult, Tx};

/// Role names, sorted, of the users from `first` to `last`.
pub(in super::super) async fn roles_between(
    db: &Db,
    first: UserId,
    last: UserId,
) -> DbResult<BTreeMap<UserId, Vec<String>>> {
    let of_users = user_role::Column::UserId.between(first, last);
    roles_where(db, of_users.into_condition()).await
}

/// Role names, sorted, of these users.
pub(in super::super) async fn roles_of(db: &Db, ids: &[UserId]) -> DbResult<BTreeMap<UserId, Vec<String>>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let of_users = user_role::Column::UserId.is_in(ids.iter().copied());
    roles_where(db, of_users.into_condition()).await
}

async fn roles_where(db: &Db, which: Condition) -> DbResult<BTreeMap<UserId, Vec<String>>> {
    let select = user_role::Entity::find()
        .filter(which)
        .order_by_asc(user_role::Column::UserId)
        .order_by_asc(user_role::Column::Role);
    let mut roles = BTreeMap::<_, Vec<_>>::new();
    for row in select.all(db.reader()).await? {
        roles.entry(row.user_id).or_default().push(row.role);
    }
    Ok(roles)
}

/// Whether a user has a role.
pub(in super::super) async fn has_role(tx: &Tx, id: UserId, role: &str) -> DbResult<bool> {
    let found = user_role::Entity::find_by_id((id, role.to_owned()))
        .one(tx)
        .await?;
    Ok(found.is_some())
}

/// The users with a role who may sign in. Locks the rows of that role.
pub(in super::super) async fn active_with_role(tx: &Tx, role: &str) -> DbResult<Vec<Model>> {
    let rows = user_role::Entity::find()
        .filter(user_role::Column::Role.eq(role))
        .order_by_asc(user_role::Column::UserId)
        .lock_exclusive()
        .all(tx)
        .await?;
    let ids: Vec<UserId> = rows.into_iter().map(|row| row.user_id).collect();
    let active = Entity::find()
        .filter(Column::Id.is_in(ids))
        .filter(Column::Status.eq(Status::Active))
        // Those who are about to be deleted look after nothing any more.
        .filter(Column::DeletesAt.is_null());
    Ok(active.all(tx).await?)
}

/// Role names of a user, sorted.
pub(in super::super) async fn roles_in(tx: &Tx, id: UserId) -> DbResult<Vec<String>> {
    let select = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::Role)
        .filter(user_role::Column::UserId.eq(id))
        .order_by_asc(user_role::Column::Role);
    Ok(select.into_tuple().all(tx).await?)
}

/// The first role after this one in alphabetical order that somebody holds. One lookup in an index, however many holders
/// there are.
pub(in super::super) async fn next_held_role(db: &Db, after: &str) -> DbResult<Option<String>> {
    let select = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::Role)
        .filter(user_role::Column::Role.gt(after))
        .order_by_asc(user_role::Column::Role)
        .limit(1);
    Ok(select.into_tuple().one(db.reader()).await?)
}

/// Replaces the roles of a user; those that stay keep their time. Updates the user's row first, so that concurrent calls
/// wait for each other.
pub(in super::super) async fn set_roles(tx: &Tx, id: UserId, roles: &[String], now: i64) -> DbResult<()> {
    touch(tx, id, now).await?;
    user_role::Entity::delete_many()
        .filter(user_role::Column::UserId.eq(id))
        .filter(user_role::Column::Role.is_not_in(roles.iter().map(String::as_str)))
        .exec(tx)
        .await?;
    let kept = roles_in(tx, id).await?;
    let added: Vec<_> = roles
        .iter()
        .filter(|role| !kept.contains(role))
        .cloned()
        .collect();
    add_roles(tx, id, &added, now).await
}

/// Removes the roles that a user got at `since` or later.
pub(in super::super) async fn remove_roles_since(tx: &Tx, id: UserId, since: i64, now: i64) -> DbResult<()> {
    touch(tx, id, now).await?;
    user_role::Entity::delete_many()
        .filter(user_role::Column::UserId.eq(id))
        .filter(user_role::Column::GrantedAt.gte(since))
        .exec(tx)
        .await?;
    Ok(())
}

async fn touch(tx: &Tx, id: UserId, now: i64) -> DbResult<()> {
    Entity::update_many()
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives a user roles that they do not have.
pub(in super::super) async fn add_roles(
    connection: &impl ConnectionTrait,
    id: UserId,
    roles: &[String],
    now: i64,
) -> DbResult<()> {
    for role in roles {
        let row = user_role::ActiveModel {
            user_id: Set(id),
            role: Set(role.clone()),
            granted_at: Set(now),
        };
        user_role::Entity::insert(row)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}
