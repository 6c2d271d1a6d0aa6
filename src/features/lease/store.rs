//! The `leases` table.

use entity::lease::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _,
    IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};

use crate::platform::db::{Db, DbResult, Invalidates};

/// Takes a lease that is free, has run out, or is the holder's own. Of concurrent calls, one succeeds. The fence
/// increases if the lease changes hands.
pub(super) async fn take(db: &Db, name: &str, holder: &str, now: i64, until: i64) -> DbResult<bool> {
    let is_own = Expr::col(Column::Holder).eq(holder);
    let next_fence = Expr::case(is_own, Expr::col(Column::Fence)).finally(Expr::col(Column::Fence).add(1));
    let is_free = Condition::any()
        .add(Column::Holder.is_null())
        .add(Column::Holder.eq(holder))
        .add(Column::HeldUntil.lte(now));
    let update = Entity::update_many()
        // First: MariaDB and MySQL evaluate the assignments in order, with the values that were already assigned.
        .col_expr(Column::Fence, next_fence.into())
        .col_expr(Column::Holder, Expr::value(holder))
        .col_expr(Column::HeldUntil, Expr::value(until))
        .filter(Column::Name.eq(name))
        .filter(is_free);
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// Inserts the row of a lease, unless there is one.
pub(super) async fn insert_if_missing(db: &Db, lease: Model) -> DbResult<()> {
    let over_itself = OnConflict::column(Column::Name)
        .update_column(Column::Name)
        .to_owned();
    let insert = Entity::insert(lease.into_active_model().reset_all()).on_conflict(over_itself);
    db.write_for(Invalidates::Nothing, insert).await?;
    Ok(())
}

/// The fence of a lease, if this is its holder.
pub(super) async fn fence(db: &Db, name: &str, holder: &str) -> DbResult<Option<i64>> {
    let select = Entity::find()
        .select_only()
        .column(Column::Fence)
        .filter(Column::Name.eq(name))
        .filter(Column::Holder.eq(holder));
    Ok(select.into_tuple().one(db.reader()).await?)
}

/// Extends a lease, if it has not changed hands.
pub(super) async fn extend(db: &Db, name: &str, holder: &str, fence: i64, until: i64) -> DbResult<bool> {
    let update = Entity::update_many()
        .col_expr(Column::HeldUntil, Expr::value(until))
        .filter(Column::Name.eq(name))
        .filter(Column::Holder.eq(holder))
        .filter(Column::Fence.eq(fence));
    Ok(db.write_for(Invalidates::Nothing, update).await? == 1)
}

/// Frees every lease of a holder.
pub(super) async fn release(db: &Db, holder: &str) -> DbResult<()> {
    let update = Entity::update_many()
        .col_expr(Column::Holder, Expr::value(None::<String>))
        .col_expr(Column::HeldUntil, Expr::value(0_i64))
        .filter(Column::Holder.eq(holder));
    db.write_for(Invalidates::Nothing, update).await?;
    Ok(())
}
