//! The seals, and what they do to the rows.

use entity::{
    AuditEventId, audit_event,
    audit_seal::{Column, Entity, Model},
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::Expr,
};

use super::stored::{Stored, StoredMac, has_readable_id};
use crate::platform::db::{Db, DbResult, Invalidates, Tx};

/// The last seal.
pub(in super::super) async fn last(tx: &Tx) -> DbResult<Option<Model>> {
    let select = Entity::find().order_by_desc(Column::Seq).limit(1);
    let last = select.into_model::<Stored<Model>>().one(tx).await?;
    Ok(last.map(Stored::into_model))
}

/// Inserts the next seal. Fails on the primary key if another server was faster.
pub(in super::super) async fn insert(tx: &Tx, seal: Model) -> DbResult<()> {
    Entity::insert(seal.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Id and MAC of rows without a seal that were written until then, at most `most`, in the order of their ids.
pub(in super::super) async fn unsealed_until(tx: &Tx, until: i64, most: u64) -> DbResult<Vec<StoredMac>> {
    use audit_event::{Column, Entity};
    let select = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Mac])
        .apply_if(has_readable_id(tx.get_database_backend()), Select::filter)
        .filter(Column::Seal.is_null())
        .filter(Column::CreatedAt.lte(until))
        .order_by_asc(Column::Id)
        .limit(most);
    Ok(select.into_model().all(tx).await?)
}

/// Sets the seal of these rows, where none is set. Returns of how many.
pub(in super::super) async fn set_seal(tx: &Tx, ids: Vec<AuditEventId>, seq: i64) -> DbResult<u64> {
    use audit_event::{Column, Entity};
    let update = Entity::update_many()
        .col_expr(Column::Seal, Expr::value(seq))
        .filter(Column::Id.is_in(ids))
        .filter(Column::Seal.is_null());
    Ok(update.exec(tx).await?.rows_affected)
}

/// The seal with this number.
pub(in super::super) async fn find(db: &Db, seq: i64) -> DbResult<Option<Model>> {
    let select = Entity::find_by_id(seq).into_model::<Stored<Model>>();
    Ok(select.one(db.reader()).await?.map(Stored::into_model))
}

/// The seals after this number, in their order, at most `most`.
pub(in super::super) async fn after(db: &Db, seq: i64, most: u64) -> DbResult<Vec<Stored<Model>>> {
    let select = Entity::find()
        .filter(Column::Seq.gt(seq))
        .order_by_asc(Column::Seq)
        .limit(most);
    Ok(select.into_model().all(db.reader()).await?)
}

/// The seals that record removals up to less than `before`, the newest first, at most `most`.
pub(in super::super) async fn removals(db: &Db, before: i64, most: u64) -> DbResult<Vec<Stored<Model>>> {
    let select = Entity::find()
        .filter(Column::RemovedTo.lt(before))
        .order_by_desc(Column::RemovedTo)
        .limit(most);
    Ok(select.into_model().all(db.reader()).await?)
}

/// Deletes up to `most` rows that were written until then and whose seal is this one or an older one. Returns how many.
pub(in super::super) async fn purge_rows(db: &Db, to: i64, until: i64, most: u64) -> DbResult<u64> {
    use audit_event::{Column, Entity};
    let old = Condition::all()
        .add(Column::Seal.lte(to))
        .add(Column::CreatedAt.lte(until));
    db.purge::<Entity, AuditEventId>(Invalidates::Nothing, Column::Id, old, most)
        .await
}

/// Deletes up to `most` seals, this one and older ones. Returns how many.
pub(in super::super) async fn purge_seals(db: &Db, to: i64, most: u64) -> DbResult<u64> {
    let old = Condition::all().add(Column::Seq.lte(to));
    db.purge::<Entity, i64>(Invalidates::Nothing, Column::Seq, old, most)
        .await
}
