//! Reads the whole log, some rows at a time.

use entity::{
    AuditEventId,
    audit_event::{Column, Entity, Model},
    audit_seal, user,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Select,
};

use super::stored::{Stored, has_readable_id, has_readable_seal, is_event_without_place};
use crate::platform::db::{Db, DbResult};

/// The rows of the log after this id, or from the first one on, in the order of their ids, at most `most`.
pub(in super::super) async fn after(
    db: &Db,
    id: Option<AuditEventId>,
    most: u64,
) -> DbResult<Vec<Stored<Model>>> {
    Ok(pages(db, id, most).into_model().all(db.reader()).await?)
}

/// The rows of this seal after this id, likewise.
pub(in super::super) async fn of_seal(
    db: &Db,
    seal: i64,
    id: Option<AuditEventId>,
    most: u64,
) -> DbResult<Vec<Stored<Model>>> {
    let select = pages(db, id, most).filter(Column::Seal.eq(seal));
    Ok(select.into_model().all(db.reader()).await?)
}

/// The rows without a seal after this id, likewise.
pub(in super::super) async fn unsealed(
    db: &Db,
    id: Option<AuditEventId>,
    most: u64,
) -> DbResult<Vec<Stored<Model>>> {
    let select = pages(db, id, most).filter(Column::Seal.is_null());
    Ok(select.into_model().all(db.reader()).await?)
}

fn pages(db: &Db, id: Option<AuditEventId>, most: u64) -> Select<Entity> {
    let select = Entity::find()
        .apply_if(has_readable_id(db.backend()), Select::filter)
        .order_by_asc(Column::Id)
        .limit(most);
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
        .apply_if(has_readable_seal(db.backend()), Select::filter)
        .order_by_asc(Column::Seal)
        .limit(1);
    Ok(select.into_tuple().one(db.reader()).await?)
}

/// How many events have no place in the log, because their id or seal cannot be read.
pub(in super::super) async fn count_without_place(db: &Db) -> DbResult<u64> {
    let Some(which) = is_event_without_place(db.backend()) else {
        return Ok(0);
    };
    let events = Entity::find().select_only().column(Column::Id).filter(which);
    Ok(events.count(db.reader()).await?)
}

/// Whether there is neither an event nor a seal, though there are accounts.
pub(in super::super) async fn is_missing(db: &Db) -> DbResult<bool> {
    let events = Entity::find().select_only().column(Column::Id).limit(1);
    if events.count(db.reader()).await? > 0 {
        return Ok(false);
    }
    let seals = audit_seal::Entity::find()
        .select_only()
        .column(audit_seal::Column::Seq);
    if seals.limit(1).count(db.reader()).await? > 0 {
        return Ok(false);
    }
    let accounts = user::Entity::find().select_only().column(user::Column::Id);
    Ok(accounts.limit(1).count(db.reader()).await? > 0)
}
