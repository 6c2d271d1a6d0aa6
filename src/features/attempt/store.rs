//! The `attempt_streaks` table.

use entity::attempt_streak::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};

use super::model::empty;
use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// The streaks of an account for these networks, in the same order; empty ones where there is no row.
pub(super) async fn find<const N: usize>(
    db: &Db,
    account: &str,
    networks: [&str; N],
) -> DbResult<[Model; N]> {
    let rows = Entity::find()
        .filter(Column::AccountKey.eq(account))
        .filter(Column::NetworkKey.is_in(networks))
        .all(db.reader())
        .await?;
    Ok(networks.map(|network| {
        let found = rows.iter().find(|row| row.network_key == network);
        found
            .cloned()
            .unwrap_or_else(|| empty(account.to_owned(), network.to_owned()))
    }))
}

/// The streaks of an account; at most 200.
pub(super) async fn of_account(db: &Db, account: &str) -> DbResult<Vec<Model>> {
    let select = Entity::find().filter(Column::AccountKey.eq(account)).limit(200);
    Ok(select.all(db.reader()).await?)
}

/// Locks the row of a streak, and inserts it if it is missing. Lock the row of the unknown networks first, so that
/// transactions do not deadlock.
pub(super) async fn hold(tx: &Tx, account: &str, network: &str) -> DbResult<Model> {
    let new = empty(account.to_owned(), network.to_owned());
    let columns = [Column::AccountKey, Column::NetworkKey];
    // Updating a key to itself locks the existing row on all databases.
    let over_itself = OnConflict::columns(columns)
        .update_column(Column::AccountKey)
        .to_owned();
    Entity::insert(new.clone().into_active_model().reset_all())
        .on_conflict(over_itself)
        .exec_without_returning(tx)
        .await?;
    let held = Entity::find_by_id((account.to_owned(), network.to_owned()))
        .one(tx)
        .await?;
    Ok(held.unwrap_or(new))
}

/// Writes a locked streak.
pub(super) async fn put(tx: &Tx, streak: Model) -> DbResult<()> {
    let mut columns = streak.into_active_model().reset_all();
    let keys = (columns.account_key.take(), columns.network_key.take());
    Entity::update_many()
        .set(columns)
        .filter(Column::AccountKey.eq(keys.0))
        .filter(Column::NetworkKey.eq(keys.1))
        .exec(tx)
        .await?;
    Ok(())
}

/// Clears all failures of an account.
pub(super) async fn forgive(tx: &Tx, account: &str) -> DbResult<()> {
    let columns = [
        Column::Failures,
        Column::FailuresInWindow,
        Column::Waits,
        Column::BlockedUntil,
    ];
    let mut update = Entity::update_many();
    for column in columns {
        update = update.col_expr(column, Expr::value(0_i64));
    }
    update.filter(Column::AccountKey.eq(account)).exec(tx).await?;
    Ok(())
}

/// Deletes all streaks of an account.
pub(super) async fn forget(tx: &Tx, account: &str) -> DbResult<()> {
    Entity::delete_many()
        .filter(Column::AccountKey.eq(account))
        .exec(tx)
        .await?;
    Ok(())
}

/// Which streaks to delete.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purged {
    /// Those that stopped counting before this instant.
    OverBefore(i64),
    /// Those without a success that stop counting at this instant or earlier.
    UnknownUntil(i64),
}

impl Purged {
    fn condition(self) -> Condition {
        match self {
            Self::OverBefore(then) => Condition::all().add(Column::ForgetAt.lt(then)),
            Self::UnknownUntil(then) => Condition::all()
                .add(Column::ForgetAt.lte(then))
                .add(Column::SucceededAt.is_null()),
        }
    }
}

/// When the first streak without a success after the `most` newest stops counting; none if there are no more than
/// `most`.
pub(super) async fn end_of_crowd(db: &Db, most: u64) -> DbResult<Option<i64>> {
    Ok(Entity::find()
        .select_only()
        .column(Column::ForgetAt)
        .filter(Column::SucceededAt.is_null())
        .order_by_desc(Column::ForgetAt)
        .offset(most)
        .limit(1)
        .into_tuple()
        .one(db.reader())
        .await?)
}

/// Deletes these streaks of up to `most` accounts. Returns how many, and whether there may be more.
pub(super) async fn purge(db: &Db, which: Purged, most: u64) -> DbResult<(u64, bool)> {
    let accounts: Vec<String> = Entity::find()
        .select_only()
        .column(Column::AccountKey)
        .filter(which.condition())
        .order_by_asc(Column::ForgetAt)
        .limit(most)
        .into_tuple()
        .all(db.reader())
        .await?;
    if accounts.is_empty() {
        return Ok((0, false));
    }
    let is_full = u64::try_from(accounts.len()).unwrap_or(u64::MAX) >= most;
    let delete = Entity::delete_many()
        .filter(Column::AccountKey.is_in(accounts))
        .filter(which.condition());
    Ok((db.write_for(Invalidates::Nothing, delete).await?, is_full))
}
