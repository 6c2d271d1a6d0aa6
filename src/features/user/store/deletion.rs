//! Delayed deletions in the `users` table.

use entity::{
    UserId, address_reservation,
    user::{Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, sea_query::Expr,
};

use crate::platform::db::{Db, DbResult, Tx};

/// A deletion that is delayed until a time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// Nobody can sign in until then.
    Closing(i64),
    /// Its owner can sign in until then, and cancel it.
    Cancellable(i64),
}

/// Accounts that no deletion closes.
pub(in super::super) fn not_closed() -> Condition {
    Condition::any()
        .add(Column::DeletesAt.is_null())
        .add(Column::DeletionCancellableSince.is_not_null())
}

/// Sets when and how the account will be deleted.
pub(in super::super) async fn set(tx: &Tx, id: UserId, deletion: Option<Deletion>, now: i64) -> DbResult<()> {
    let (at, since) = match deletion {
        None => (None, None),
        Some(Deletion::Closing(at)) => (Some(at), None),
        Some(Deletion::Cancellable(at)) => (Some(at), Some(now)),
    };
    Entity::update_many()
        .col_expr(Column::DeletesAt, Expr::value(at))
        .col_expr(Column::DeletionCancellableSince, Expr::value(since))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Up to `most` users whose account is closed until later, though none of their former addresses can be taken back any
/// more. Other deletions that close an account are due when the last of those addresses is freed.
pub(in super::super) async fn reopening(db: &Db, now: i64, most: u64) -> DbResult<Vec<Model>> {
    let reserved = address_reservation::Entity::find()
        .select_only()
        .column(address_reservation::Column::UserId)
        .filter(
            Expr::col((address_reservation::Entity, address_reservation::Column::UserId))
                .equals((Entity, Column::Id)),
        )
        .filter(address_reservation::Column::ReservedUntil.gt(now))
        .into_query();
    let select = Entity::find()
        .filter(Column::DeletesAt.gt(now))
        .filter(Column::DeletionCancellableSince.is_null())
        .filter(Expr::not_exists(reserved))
        .order_by_asc(Column::DeletesAt)
        .limit(most);
    Ok(select.all(db.reader()).await?)
}
