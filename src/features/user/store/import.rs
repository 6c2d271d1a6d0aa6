//! Many new users at once.

use std::collections::BTreeSet;

use entity::{
    UserId,
    user::{Column, Entity, Model},
    user_role,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _, Set, sea_query::OnConflict,
};

use super::{super::Listed, reservation};
use crate::platform::db::{Db, DbResult, Tx};

/// Which of these addresses another user has, or can take back.
pub(in super::super) async fn find_taken(
    db: &Db,
    email_keys: Vec<String>,
    now: i64,
) -> DbResult<BTreeSet<String>> {
    if email_keys.is_empty() {
        return Ok(BTreeSet::new());
    }
    let reader = db.reader();
    let select = Entity::find()
        .select_only()
        .column(Column::EmailKey)
        .filter(Column::EmailKey.is_in(email_keys.clone()));
    let mut taken: BTreeSet<String> = select
        .into_tuple::<String>()
        .all(reader)
        .await?
        .into_iter()
        .collect();
    taken.extend(reservation::reserved_among(reader, email_keys, now).await?);
    Ok(taken)
}

/// Inserts the users whose addresses are free, with their roles, and returns the ids of these.
///
/// A duplicate must not fail the statement, which would end the transaction on PostgreSQL; so the rows that are there
/// afterwards tell who was inserted.
pub(in super::super) async fn insert_free(tx: &Tx, users: &[Listed], now: i64) -> DbResult<BTreeSet<UserId>> {
    if users.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut rows: Vec<Model> = users.iter().map(|new| new.user.clone()).collect();
    // In one order everywhere, so that two imports of the same users do not deadlock.
    rows.sort_by(|one, other| one.email_key.cmp(&other.email_key));
    let unless_taken = OnConflict::column(Column::EmailKey)
        .do_nothing_on([Column::Id])
        .to_owned();
    let keys = rows.iter().map(|row| row.email_key.clone()).collect();
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    Entity::insert_many(rows.into_iter().map(|row| row.into_active_model().reset_all()))
        .on_conflict(unless_taken)
        .exec_without_returning(tx)
        .await?;
    let reserved = reservation::reserved_among(tx, keys, now).await?;
    if !reserved.is_empty() {
        Entity::delete_many()
            .filter(Column::Id.is_in(ids.iter().copied()))
            .filter(Column::EmailKey.is_in(reserved))
            .exec(tx)
            .await?;
    }
    let inserted = ids_among(tx, ids).await?;
    let roles = users
        .iter()
        .filter(|new| inserted.contains(&new.user.id))
        .flat_map(rows_of_roles)
        .collect();
    insert_roles(tx, roles).await?;
    Ok(inserted)
}

async fn ids_among(connection: &impl ConnectionTrait, ids: Vec<UserId>) -> DbResult<BTreeSet<UserId>> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.is_in(ids));
    let found = select.into_tuple::<UserId>().all(connection).await?;
    Ok(found.into_iter().collect())
}

fn rows_of_roles(new: &Listed) -> Vec<user_role::ActiveModel> {
    let row = |role: &String| user_role::ActiveModel {
        user_id: Set(new.user.id),
        role: Set(role.clone()),
        granted_at: Set(new.user.created_at),
    };
    new.roles.iter().map(row).collect()
}

async fn insert_roles(tx: &Tx, rows: Vec<user_role::ActiveModel>) -> DbResult<()> {
    // A user can have 50 roles, and SQLite takes 32,766 values.
    for rows in rows.chunks(1_000) {
        user_role::Entity::insert_many(rows.to_vec())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
