//! Reads the whole log, some rows at a time.

use entity::{
    AuditEventId,
    audit_event::{Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

use crate::platform::db::{Db, DbResult};

/// The rows of the log after this id, or from the first one on, in the order of their ids, at most `most`.
pub(in super::super) async fn after(db: &Db, id: Option<AuditEventId>, most: u64) -> DbResult<Vec<Model>> {
    Ok(pages(id, most).all(db.reader()).await?)
}

/// The rows of this seal after this id, likewise.
pub(in super::super) async fn of_seal(
    db: &Db,
    seal: i64,
    id: Option<AuditEventId>,
    most: u64,
) -> DbResult<Vec<Model>> {
    let select = pages(id, most).filter(Column::Seal.eq(seal));
    Ok(select.all(db.reader()).await?)
}

/// The rows without a seal after this id, likewise.
pub(in super::super) async fn unsealed(db: &Db, id: Option<AuditEventId>, most: u64) -> DbResult<Vec<Model>> {
    let select = pages(id, most).filter(Column::Seal.is_null());
    Ok(select.all(db.reader()).await?)
}

fn pages(id: Option<AuditEventId>, most: u64) -> Select<Entity> {
    let select = Entity::find().order_by_asc(Column::Id).limit(most);
    match id {
        Some(id) => select.filter(Column::Id.gt(id.0)),
        None => select,
    }
}

/// The first number from this one on that a row names as its seal; none if no row does.
pub(in super::super) async fn next_seal(db: &Db, from: i64) -> DbResult<Option<i64>> {
    let select = Entity::find()
        .select_only()
        .column(Column::Seal)
        .filter(Column::Seal.gte(from))
        .order_by_asc(Column::Seal)
        .limit(1);
    Ok(select.into_tuple().one(db.reader()).await?)
}
